// SPDX-License-Identifier: GPL-2.0
/* Routes: route-get, route-new, route-set, route-del. */
#include "fixture.h"

#define A(name) VROUTER_A_ROUTE_##name
#define E(name) VROUTER_A_ROUTE_ENTRY_##name
#define BLUE STR(A(NETWORK_NAME), "blue")
#define RED STR(A(NETWORK_NAME), "red")
#define KEY(address, len) \
	NEST(A(ENTRY), ADDR(E(PREFIX), address), U8(E(LEN), len))
#define ENTRY(address, len, nexthop) \
	NEST(A(ENTRY), ADDR(E(PREFIX), address), U8(E(LEN), len), U32(E(NEXTHOP), nexthop))
#define STATIC(address, len, nexthop, active) \
	NEST(A(ENTRY), ADDR(E(PREFIX), address), U8(E(LEN), len), U32(E(NEXTHOP), nexthop), \
	     U32(E(ORIGIN), VROUTER_ORIGIN_STATIC), U8(E(ACTIVE), active))

FIXTURE(route) {};

FIXTURE_SETUP(route)
{
	ASSERT_TRUE(enter_netns());
	NETWORK("blue");
	NETWORK("red");
	NEXTHOP(1, BLACKHOLE);
	NEXTHOP(2, REJECT);
	NEXTHOP(3, FLOOD);
}

FIXTURE_TEARDOWN(route)
{
	leave_netns();
}

static uint32_t refs(uint32_t id)
{
	return nl_u32(GET(NEXTHOP_GET, U32(VROUTER_A_NEXTHOP_ID, id)), VROUTER_A_NEXTHOP_REFS);
}

/* The next hop that an address of blue leads to, 0 for none. */
static uint32_t lookup(const char *address)
{
	const struct nlmsghdr *msg = GET(ROUTE_GET, BLUE, ADDR(A(ADDRESS), address));

	return msg ? nl_inner_u32(msg, A(ENTRY), E(NEXTHOP)) : 0;
}

TEST_F(route, add)
{
	CHANGES(ROUTE_NEW, CREATE, BLUE, ENTRY("10.0.0.0", 8, 1));
	HAS(GET(ROUTE_GET, BLUE, KEY("10.0.0.0", 8)), U32(A(NETWORK_ID), 1), BLUE,
	    STATIC("10.0.0.0", 8, 1, 1));
	EXPECT_NULL(nl_inner(GET(ROUTE_GET, BLUE, KEY("10.0.0.0", 8)), A(ENTRY), E(USED)));
	EXPECT_NULL(nl_inner(GET(ROUTE_GET, BLUE, KEY("10.0.0.0", 8)), A(ENTRY), E(VIF_ID)));
	SAME(ROUTE_NEW, CREATE, BLUE, ENTRY("10.0.0.0", 8, 1));
	SAME(ROUTE_NEW, CREATE | REPLACE, BLUE, ENTRY("10.0.0.0", 8, 1));
	SAME(ROUTE_NEW, REPLACE, BLUE, ENTRY("10.0.0.0", 8, 1));
	SAME(ROUTE_SET, 0, BLUE, ENTRY("10.0.0.0", 8, 1));
	REFUSED(EEXIST, "the route exists with next hop 1", AT(A(ENTRY)), ROUTE_NEW, CREATE,
		BLUE, ENTRY("10.0.0.0", 8, 2));
	REFUSED(EEXIST, "the route exists with next hop 1", AT(A(ENTRY)), ROUTE_NEW,
		CREATE | EXCL, BLUE, ENTRY("10.0.0.0", 8, 1));
	EXPECT_EQ(1, refs(1));
	/* Without a length, the whole address. */
	OK(ROUTE_NEW, CREATE, BLUE,
	   NEST(A(ENTRY), ADDR(E(PREFIX), "10.0.0.7"), U32(E(NEXTHOP), 1)));
	HAS(GET(ROUTE_GET, BLUE, NEST(A(ENTRY), ADDR(E(PREFIX), "10.0.0.7"))),
	    STATIC("10.0.0.7", 32, 1, 1));
	OK(ROUTE_NEW, CREATE, BLUE, ENTRY("2001:db8::", 32, 1));
	HAS(GET(ROUTE_GET, BLUE, KEY("2001:db8::", 32)), STATIC("2001:db8::", 32, 1, 1));
	OK(ROUTE_NEW, CREATE, BLUE, ENTRY("0.0.0.0", 0, 1));
	OK(ROUTE_NEW, CREATE, BLUE, ENTRY("::", 0, 1));
	OK(ROUTE_NEW, CREATE, BLUE, ENTRY("::1", 128, 1));
	HAS(GET(NETWORK_GET, U32(VROUTER_A_NETWORK_ID, 1)), U32(VROUTER_A_NETWORK_ROUTES, 6));
	EXPECT_EQ(6, refs(1));
	/* Another network has routes of its own. */
	OK(ROUTE_NEW, CREATE, RED, ENTRY("10.0.0.0", 8, 2));
}

TEST_F(route, replace)
{
	REFUSED(ENOENT, "network \"blue\" has no such static route", AT(A(ENTRY)), ROUTE_NEW,
		REPLACE, BLUE, ENTRY("10.0.0.0", 8, 1));
	CHANGES(ROUTE_NEW, REPLACE | CREATE, BLUE, ENTRY("10.0.0.0", 8, 1));
	CHANGES(ROUTE_NEW, REPLACE | CREATE, BLUE, ENTRY("10.0.0.0", 8, 2));
	CHANGES(ROUTE_NEW, REPLACE, BLUE, ENTRY("10.0.0.0", 8, 1));
	EXPECT_EQ(1, refs(1));
	EXPECT_EQ(0, refs(2));
	REFUSED(EINVAL, "NLM_F_CREATE or NLM_F_REPLACE", NOWHERE, ROUTE_NEW, 0, BLUE,
		ENTRY("10.0.0.0", 8, 1));
	REFUSED(EINVAL, "NLM_F_CREATE or NLM_F_REPLACE", NOWHERE, ROUTE_NEW, EXCL, BLUE,
		ENTRY("10.0.0.0", 8, 1));
}

TEST_F(route, set)
{
	REFUSED(ENOENT, "network \"blue\" has no such static route", AT(A(ENTRY)), ROUTE_SET, 0,
		BLUE, ENTRY("10.0.0.0", 8, 1));
	OK(ROUTE_NEW, CREATE, BLUE, ENTRY("10.0.0.0", 8, 1));
	CHANGES(ROUTE_SET, 0, BLUE, ENTRY("10.0.0.0", 8, 2));
	EXPECT_EQ(2, lookup("10.1.1.1"));
	EXPECT_EQ(0, refs(1));
	EXPECT_EQ(1, refs(2));
}

TEST_F(route, del)
{
	REFUSED(ENOENT, "network \"blue\" has no such static route", AT(A(ENTRY)), ROUTE_DEL, 0,
		BLUE, KEY("10.0.0.0", 8));
	OK(ROUTE_NEW, CREATE, BLUE, ENTRY("10.0.0.0", 8, 1));
	REFUSED(ENOENT, "network \"blue\" has no such static route", AT(A(ENTRY)), ROUTE_DEL, 0,
		BLUE, KEY("10.0.0.0", 9));
	REFUSED(ENOENT, "network \"red\" has no such static route", AT(A(ENTRY)), ROUTE_DEL, 0,
		RED, KEY("10.0.0.0", 8));
	CHANGES(ROUTE_DEL, 0, BLUE, KEY("10.0.0.0", 8));
	EXPECT_EQ(0, DUMP(ROUTE_GET)->count);
	EXPECT_EQ(0, refs(1));
	OK(NEXTHOP_DEL, 0, U32(VROUTER_A_NEXTHOP_ID, 1));
}

TEST_F(route, del_all)
{
	OK(NETWORK_SET, 0, U32(VROUTER_A_NETWORK_ID, 1),
	   PREFIX(VROUTER_A_NETWORK_GATEWAY, "10.0.0.1", 24));
	OK(ROUTE_NEW, CREATE, BLUE, ENTRY("10.0.0.0", 8, 1), ENTRY("10.0.0.0", 24, 1),
	   ENTRY("2001:db8::", 32, 2), ENTRY("::", 0, 2));
	OK(ROUTE_NEW, CREATE, RED, ENTRY("10.0.0.0", 8, 1));
	REFUSED(EAFNOSUPPORT, "family 7 is neither IPv4 (2) nor IPv6 (10)", AT(A(FAMILY)),
		ROUTE_DEL, 0, BLUE, FLAG(A(ALL)), U32(A(FAMILY), 7));
	REFUSED(EINVAL, "delete all, or entries, but not both", AT(A(ENTRY)), ROUTE_DEL, 0,
		BLUE, FLAG(A(ALL)), KEY("10.0.0.0", 8));
	REFUSED(EINVAL, "the network is missing", MISSING(A(NETWORK_ID)), ROUTE_DEL, 0,
		FLAG(A(ALL)));
	REFUSED(EINVAL, "an entry is missing", MISSING(A(ENTRY)), ROUTE_DEL, 0, BLUE,
		U32(A(FAMILY), AF_INET));
	CHANGES(ROUTE_DEL, 0, BLUE, FLAG(A(ALL)), U32(A(FAMILY), AF_INET6));
	EXPECT_EQ(0, refs(2));
	EXPECT_EQ(3, refs(1));
	CHANGES(ROUTE_DEL, 0, BLUE, FLAG(A(ALL)));
	EXPECT_EQ(1, refs(1));
	/* The gateway's is not for a request to delete. */
	EXPECT_EQ(1, DUMP(ROUTE_GET, BLUE)->count);
	SAME(ROUTE_DEL, 0, BLUE, FLAG(A(ALL)));
	EXPECT_EQ(1, DUMP(ROUTE_GET, RED)->count);
}

#define REFUSED_NEW(err, text, where, ...) \
	REFUSED(err, text, where, ROUTE_NEW, CREATE, BLUE, __VA_ARGS__)

TEST_F(route, refused)
{
	REFUSED(EINVAL, "an entry is missing", MISSING(A(ENTRY)), ROUTE_NEW, CREATE, BLUE);
	REFUSED(EINVAL, "the network is missing", MISSING(A(NETWORK_ID)), ROUTE_NEW, CREATE,
		ENTRY("10.0.0.0", 8, 1));
	REFUSED(ENOENT, "there is no network \"no\"", AT(A(NETWORK_NAME)), ROUTE_NEW, CREATE,
		STR(A(NETWORK_NAME), "no"), ENTRY("10.0.0.0", 8, 1));
	REFUSED(ENOENT, "there is no network with id 9", AT(A(NETWORK_ID)), ROUTE_NEW, CREATE,
		U32(A(NETWORK_ID), 9), ENTRY("10.0.0.0", 8, 1));
	REFUSED(EINVAL, "network 1 is called \"blue\", not \"red\"", AT(A(NETWORK_NAME)),
		ROUTE_NEW, CREATE, U32(A(NETWORK_ID), 1), RED, ENTRY("10.0.0.0", 8, 1));
	REFUSED_NEW(EINVAL, "the prefix of the route is missing",
		    MISSING_IN(A(ENTRY), 0, E(PREFIX)),
		    NEST(A(ENTRY), U8(E(LEN), 8), U32(E(NEXTHOP), 1)));
	REFUSED_NEW(EINVAL, "the next hop of the route is missing",
		    MISSING_IN(A(ENTRY), 0, E(NEXTHOP)), KEY("10.0.0.0", 8));
	REFUSED(EINVAL, "the next hop of the route is missing",
		MISSING_IN(A(ENTRY), 0, E(NEXTHOP)), ROUTE_SET, 0, BLUE, KEY("10.0.0.0", 8));
	REFUSED_NEW(EINVAL, "10.0.0.1/8 has host bits set", IN(A(ENTRY), E(PREFIX)),
		    ENTRY("10.0.0.1", 8, 1));
	REFUSED_NEW(EINVAL, "0.0.0.1/0 has host bits set", IN(A(ENTRY), E(PREFIX)),
		    ENTRY("0.0.0.1", 0, 1));
	REFUSED_NEW(EINVAL, "10.0.0.1/31 has host bits set", IN(A(ENTRY), E(PREFIX)),
		    ENTRY("10.0.0.1", 31, 1));
	REFUSED_NEW(EINVAL, "2001:db8::1/64 has host bits set", IN(A(ENTRY), E(PREFIX)),
		    ENTRY("2001:db8::1", 64, 1));
	REFUSED_NEW(EINVAL, "prefix length 33 is more than the 32 bits",
		    IN(A(ENTRY), E(LEN)), ENTRY("10.0.0.0", 33, 1));
	REFUSED_NEW(EINVAL, "prefix length 129 is more than the 128 bits",
		    IN(A(ENTRY), E(LEN)), ENTRY("2001:db8::", 129, 1));
	REFUSED_NEW(EINVAL, "an address has 4 or 16 bytes, not 3", IN(A(ENTRY), E(PREFIX)),
		    NEST(A(ENTRY), BYTES(E(PREFIX), "\12\0", 3), U32(E(NEXTHOP), 1)));
	REFUSED_NEW(ENOENT, "there is no next hop with id 99", IN(A(ENTRY), E(NEXTHOP)),
		    ENTRY("10.0.0.0", 8, 99));
	REFUSED_NEW(ENOENT, "there is no next hop with id 0", IN(A(ENTRY), E(NEXTHOP)),
		    ENTRY("10.0.0.0", 8, 0));
	REFUSED_NEW(EINVAL, "a route cannot lead to next hop 3, a flood",
		    IN(A(ENTRY), E(NEXTHOP)), ENTRY("10.0.0.0", 8, 3));
	/* What only the kernel says */
	REFUSED_NEW(EINVAL, "only replies have this attribute of an entry", IN(A(ENTRY), E(ORIGIN)),
		    NEST(A(ENTRY), ADDR(E(PREFIX), "10.0.0.1"), U32(E(NEXTHOP), 1),
			 U32(E(ORIGIN), VROUTER_ORIGIN_VIF)));
}

TEST_F(route, strict)
{
	MALFORMED(EINVAL, IN(A(ENTRY), E(LEN)), ROUTE_NEW, CREATE, BLUE,
		  NEST(A(ENTRY), ADDR(E(PREFIX), "10.0.0.1"), U32(E(LEN), 32),
		       U32(E(NEXTHOP), 1)));
	MALFORMED(EINVAL, IN(A(ENTRY), 77), ROUTE_NEW, CREATE, BLUE,
		  NEST(A(ENTRY), ADDR(E(PREFIX), "10.0.0.1"), U32(E(NEXTHOP), 1), U32(77, 1)));
	MALFORMED(EINVAL, AT(A(ENTRY)), ROUTE_NEW, CREATE, BLUE,
		  FLAT_NEST(A(ENTRY), ADDR(E(PREFIX), "10.0.0.1"), U32(E(NEXTHOP), 1)));
	MALFORMED(EINVAL, AT(A(ALL)), ROUTE_NEW, CREATE, BLUE, FLAG(A(ALL)),
		  ENTRY("10.0.0.0", 8, 1));
	MALFORMED(EINVAL, AT(A(FAMILY)), ROUTE_SET, 0, BLUE, U32(A(FAMILY), AF_INET),
		  ENTRY("10.0.0.0", 8, 1));
	MALFORMED(ERANGE, AT(A(ALL)), ROUTE_DEL, 0, BLUE, U8(A(ALL), 1));
	MALFORMED(EINVAL, AT(99), ROUTE_DEL, 0, BLUE, KEY("10.0.0.0", 8), U32(99, 1));
}

TEST_F(route, get)
{
	OK(NETWORK_SET, 0, U32(VROUTER_A_NETWORK_ID, 1),
	   PREFIX(VROUTER_A_NETWORK_GATEWAY, "10.0.0.1", 24));
	OK(ROUTE_NEW, CREATE, BLUE, ENTRY("10.0.0.0", 8, 1), ENTRY("10.1.0.0", 16, 2),
	   ENTRY("10.1.1.1", 32, 1), ENTRY("2001:db8::", 32, 2));
	EXPECT_EQ(1, lookup("10.9.9.9"));
	EXPECT_EQ(2, lookup("10.1.9.9"));
	EXPECT_EQ(1, lookup("10.1.1.1"));
	EXPECT_EQ(2, lookup("2001:db8::5"));
	EXPECT_EQ(0, lookup("192.0.2.1"));
	EXPECT_EQ(0, lookup("2001:db9::5"));
	HAS(GET(ROUTE_GET, BLUE, ADDR(A(ADDRESS), "10.0.0.77")),
	    NEST(A(ENTRY), ADDR(E(PREFIX), "10.0.0.0"), U8(E(LEN), 24),
		 U32(E(ORIGIN), VROUTER_ORIGIN_GATEWAY), U8(E(ACTIVE), 1)));
	REFUSED(ENETUNREACH, "network \"blue\" has no route to that address", AT(A(ADDRESS)),
		ROUTE_GET, 0, BLUE, ADDR(A(ADDRESS), "192.0.2.1"));
	REFUSED(EINVAL, "an address has 4 or 16 bytes, not 1", AT(A(ADDRESS)), ROUTE_GET, 0,
		BLUE, U8(A(ADDRESS), 1));
	REFUSED(ENOENT, "network \"blue\" has nothing that fits", AT(A(ENTRY)), ROUTE_GET, 0,
		BLUE, KEY("10.0.0.0", 9));
	REFUSED(EINVAL, "an entry is missing", MISSING(A(ENTRY)), ROUTE_GET, 0, BLUE);
	REFUSED(EINVAL, "get needs exactly one entry", AT_NTH(A(ENTRY), 1), ROUTE_GET, 0, BLUE,
		KEY("10.0.0.0", 8), KEY("10.1.0.0", 16));
	REFUSED(EINVAL, "the network is missing", MISSING(A(NETWORK_ID)), ROUTE_GET, 0,
		KEY("10.0.0.0", 8));
	REFUSED(EINVAL, "10.0.0.1/8 has host bits set", IN(A(ENTRY), E(PREFIX)), ROUTE_GET, 0,
		BLUE, KEY("10.0.0.1", 8));
}

/* A static route hides the gateway's, and gives it back. */
TEST_F(route, over_a_gateway)
{
	const struct msgs *dump;

	OK(NETWORK_SET, 0, U32(VROUTER_A_NETWORK_ID, 1),
	   PREFIX(VROUTER_A_NETWORK_GATEWAY, "10.0.0.1", 24));
	REFUSED(ENOENT, "network \"blue\" has no such static route", AT(A(ENTRY)), ROUTE_DEL, 0,
		BLUE, KEY("10.0.0.0", 24));
	OK(ROUTE_NEW, CREATE, BLUE, ENTRY("10.0.0.0", 24, 1));
	dump = DUMP(ROUTE_GET);
	EXPECT_EQ(2, dump->count);
	HAS(nl_nth(dump, 0), STATIC("10.0.0.0", 24, 1, 1));
	HAS(nl_nth(dump, 1), NEST(A(ENTRY), U32(E(ORIGIN), VROUTER_ORIGIN_GATEWAY),
				  U8(E(ACTIVE), 0)));
	EXPECT_EQ(1, lookup("10.0.0.5"));
	OK(ROUTE_DEL, 0, BLUE, KEY("10.0.0.0", 24));
	EXPECT_EQ(1, DUMP(ROUTE_GET)->count);
	EXPECT_EQ(UINT32_MAX, lookup("10.0.0.5"));
	OK(ROUTE_NEW, CREATE, BLUE, ENTRY("10.0.0.0", 24, 1));
	OK(NETWORK_SET, 0, U32(VROUTER_A_NETWORK_ID, 1), NEST(VROUTER_A_NETWORK_GATEWAY));
	EXPECT_EQ(1, DUMP(ROUTE_GET)->count);
}

TEST_F(route, limit)
{
	OK(NETWORK_SET, 0, U32(VROUTER_A_NETWORK_ID, 1), U32(VROUTER_A_NETWORK_MAX_ROUTES, 2));
	OK(ROUTE_NEW, CREATE, BLUE, ENTRY("10.0.0.0", 8, 1));
	REFUSED_NEW(ENOSPC, "entry 1: network \"blue\" is at its limit of 2 routes",
		    AT_NTH(A(ENTRY), 1), ENTRY("10.1.0.0", 16, 1), ENTRY("10.2.0.0", 16, 1));
	OK(ROUTE_NEW, CREATE, BLUE, ENTRY("2001:db8::", 32, 1));
	REFUSED_NEW(ENOSPC, "network \"blue\" is at its limit of 2 routes", AT(A(ENTRY)),
		    ENTRY("10.1.0.0", 16, 1));
	REFUSED(ENOSPC, "limit of 2 routes", AT(A(ENTRY)), ROUTE_NEW, CREATE | REPLACE, BLUE,
		ENTRY("10.1.0.0", 16, 1));
	/* What is there may change. */
	OK(ROUTE_NEW, CREATE | REPLACE, BLUE, ENTRY("10.0.0.0", 8, 2));
	SAME(ROUTE_NEW, CREATE, BLUE, ENTRY("10.0.0.0", 8, 2));
	/* Connected routes and those of vifs don't count. */
	OK(NETWORK_SET, 0, U32(VROUTER_A_NETWORK_ID, 1),
	   PREFIX(VROUTER_A_NETWORK_GATEWAY, "10.0.0.1", 24));
	/* A limit that is below what there is only keeps more from coming. */
	OK(NETWORK_SET, 0, U32(VROUTER_A_NETWORK_ID, 1), U32(VROUTER_A_NETWORK_MAX_ROUTES, 1));
	REFUSED_NEW(ENOSPC, "limit of 1 routes", AT(A(ENTRY)), ENTRY("10.1.0.0", 16, 1));
	OK(ROUTE_DEL, 0, BLUE, KEY("10.0.0.0", 8));
	OK(ROUTE_DEL, 0, BLUE, KEY("2001:db8::", 32));
	OK(ROUTE_NEW, CREATE, BLUE, ENTRY("10.1.0.0", 16, 1));
}

TEST_F(route, order_and_filters)
{
	static const struct { const char *prefix; int len; } in_order[] = {
		{ "0.0.0.0", 0 }, { "9.255.0.0", 16 }, { "10.0.0.0", 8 }, { "10.0.0.0", 16 },
		{ "10.0.0.0", 32 }, { "10.0.0.1", 32 }, { "10.0.128.0", 17 }, { "11.0.0.0", 8 },
		{ "::", 0 }, { "::", 128 }, { "::1", 128 }, { "2001:db8::", 32 },
		{ "2001:db8::", 48 }, { "2001:db8:8000::", 33 },
	};
	const struct msgs *dump;
	int i;

	for (i = ARRAY_SIZE(in_order) - 1; i >= 0; i--)
		OK(ROUTE_NEW, CREATE, BLUE,
		   ENTRY(in_order[i].prefix, in_order[i].len, i % 2 + 1));
	OK(ROUTE_NEW, CREATE, RED, ENTRY("10.0.0.0", 8, 1));
	dump = DUMP(ROUTE_GET);
	EXPECT_EQ(15, dump->count);
	for (i = 0; i < ARRAY_SIZE(in_order); i++)
		HAS(nl_nth(dump, i), BLUE,
		    STATIC(in_order[i].prefix, in_order[i].len, i % 2 + 1, 1));
	HAS(nl_nth(dump, 14), RED, STATIC("10.0.0.0", 8, 1, 1));
	EXPECT_EQ(14, DUMP(ROUTE_GET, BLUE)->count);
	EXPECT_EQ(1, DUMP(ROUTE_GET, U32(A(NETWORK_ID), 2))->count);
	EXPECT_EQ(9, DUMP(ROUTE_GET, U32(A(FAMILY), AF_INET))->count);
	EXPECT_EQ(6, DUMP(ROUTE_GET, U32(A(FAMILY), AF_INET6))->count);
	EXPECT_EQ(8, DUMP(ROUTE_GET, U32(A(NEXTHOP), 1))->count);
	EXPECT_EQ(7, DUMP(ROUTE_GET, U32(A(NEXTHOP), 2))->count);
	EXPECT_EQ(0, DUMP(ROUTE_GET, U32(A(NEXTHOP), 3))->count);
	EXPECT_EQ(3, DUMP(ROUTE_GET, BLUE, U32(A(FAMILY), AF_INET6), U32(A(NEXTHOP), 2))->count);
	DUMP_REFUSED(ENOENT, "there is no network \"no\"", ROUTE_GET, STR(A(NETWORK_NAME), "no"));
	DUMP_REFUSED(EAFNOSUPPORT, "family 1 is neither", ROUTE_GET, U32(A(FAMILY), AF_UNIX));
}

TEST_HARNESS_MAIN
