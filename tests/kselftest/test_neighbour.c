// SPDX-License-Identifier: GPL-2.0
/* Neighbours: neighbour-get, neighbour-new, neighbour-set, neighbour-del. */
#include "fixture.h"

#define A(name) VROUTER_A_NEIGHBOUR_##name
#define E(name) VROUTER_A_NEIGHBOUR_ENTRY_##name
#define BLUE STR(A(NETWORK_NAME), "blue")
#define RED STR(A(NETWORK_NAME), "red")
#define KEY(address) NEST(A(ENTRY), ADDR(E(ADDRESS), address))
#define ENTRY(address, mac) NEST(A(ENTRY), ADDR(E(ADDRESS), address), MAC(E(MAC), mac))
#define STATIC(address, mac, active) \
	NEST(A(ENTRY), ADDR(E(ADDRESS), address), MAC(E(MAC), mac), \
	     U32(E(ORIGIN), VROUTER_ORIGIN_STATIC), U8(E(ACTIVE), active))
#define M1 "02:00:00:00:00:01"
#define M2 "02:00:00:00:00:02"

FIXTURE(neighbour) {};

FIXTURE_SETUP(neighbour)
{
	ASSERT_TRUE(enter_netns());
	NETWORK("blue", PREFIX(VROUTER_A_NETWORK_GATEWAY, "10.0.0.254", 24),
		PREFIX(VROUTER_A_NETWORK_GATEWAY, "2001:db8::254", 64));
	NETWORK("red");
}

FIXTURE_TEARDOWN(neighbour)
{
	leave_netns();
}

TEST_F(neighbour, add)
{
	CHANGES(NEIGHBOUR_NEW, CREATE, BLUE, ENTRY("10.0.0.1", M1));
	HAS(GET(NEIGHBOUR_GET, BLUE, KEY("10.0.0.1")), U32(A(NETWORK_ID), 1), BLUE,
	    STATIC("10.0.0.1", M1, 1));
	HAS(GET(NEIGHBOUR_GET, BLUE, KEY("10.0.0.1")), NEST(A(ENTRY), U64(E(ANSWERED), 0)));
	EXPECT_NULL(nl_inner(GET(NEIGHBOUR_GET, BLUE, KEY("10.0.0.1")), A(ENTRY), E(USED)));
	SAME(NEIGHBOUR_NEW, CREATE, BLUE, ENTRY("10.0.0.1", M1));
	SAME(NEIGHBOUR_NEW, CREATE | REPLACE, BLUE, ENTRY("10.0.0.1", M1));
	SAME(NEIGHBOUR_NEW, REPLACE, BLUE, ENTRY("10.0.0.1", M1));
	SAME(NEIGHBOUR_SET, 0, BLUE, ENTRY("10.0.0.1", M1));
	REFUSED(EEXIST, "the neighbour exists with MAC 02:00:00:00:00:01", AT(A(ENTRY)),
		NEIGHBOUR_NEW, CREATE, BLUE, ENTRY("10.0.0.1", M2));
	REFUSED(EEXIST, "the neighbour exists with MAC 02:00:00:00:00:01", AT(A(ENTRY)),
		NEIGHBOUR_NEW, CREATE | EXCL, BLUE, ENTRY("10.0.0.1", M1));
	OK(NEIGHBOUR_NEW, CREATE, BLUE, ENTRY("2001:db8::1", M1));
	OK(NEIGHBOUR_NEW, CREATE, RED, ENTRY("10.0.0.1", M2));
	HAS(GET(NETWORK_GET, U32(VROUTER_A_NETWORK_ID, 1)),
	    U32(VROUTER_A_NETWORK_NEIGHBOURS, 2));
}

TEST_F(neighbour, replace_and_set)
{
	REFUSED(ENOENT, "network \"blue\" has no such static neighbour", AT(A(ENTRY)),
		NEIGHBOUR_NEW, REPLACE, BLUE, ENTRY("10.0.0.1", M1));
	REFUSED(ENOENT, "network \"blue\" has no such static neighbour", AT(A(ENTRY)),
		NEIGHBOUR_SET, 0, BLUE, ENTRY("10.0.0.1", M1));
	CHANGES(NEIGHBOUR_NEW, REPLACE | CREATE, BLUE, ENTRY("10.0.0.1", M1));
	CHANGES(NEIGHBOUR_NEW, REPLACE, BLUE, ENTRY("10.0.0.1", M2));
	HAS(GET(NEIGHBOUR_GET, BLUE, KEY("10.0.0.1")), STATIC("10.0.0.1", M2, 1));
	CHANGES(NEIGHBOUR_SET, 0, BLUE, ENTRY("10.0.0.1", M1));
	HAS(GET(NEIGHBOUR_GET, BLUE, KEY("10.0.0.1")), STATIC("10.0.0.1", M1, 1));
	REFUSED(EINVAL, "NLM_F_CREATE or NLM_F_REPLACE", NOWHERE, NEIGHBOUR_NEW, 0, BLUE,
		ENTRY("10.0.0.1", M1));
}

TEST_F(neighbour, del)
{
	REFUSED(ENOENT, "network \"blue\" has no such static neighbour", AT(A(ENTRY)),
		NEIGHBOUR_DEL, 0, BLUE, KEY("10.0.0.1"));
	OK(NEIGHBOUR_NEW, CREATE, BLUE, ENTRY("10.0.0.1", M1), ENTRY("10.0.0.2", M1),
	   ENTRY("2001:db8::1", M1));
	OK(NEIGHBOUR_NEW, CREATE, RED, ENTRY("10.0.0.1", M1));
	CHANGES(NEIGHBOUR_DEL, 0, BLUE, KEY("10.0.0.1"));
	REFUSED(EAFNOSUPPORT, "family 0 is neither IPv4 (2) nor IPv6 (10)", AT(A(FAMILY)),
		NEIGHBOUR_DEL, 0, BLUE, FLAG(A(ALL)), U32(A(FAMILY), 0));
	REFUSED(EINVAL, "delete all, or entries, but not both", AT(A(ENTRY)), NEIGHBOUR_DEL, 0,
		BLUE, FLAG(A(ALL)), KEY("10.0.0.2"));
	REFUSED(EINVAL, "an entry is missing", MISSING(A(ENTRY)), NEIGHBOUR_DEL, 0, BLUE);
	REFUSED(EINVAL, "the network is missing", MISSING(A(NETWORK_ID)), NEIGHBOUR_DEL, 0,
		FLAG(A(ALL)));
	CHANGES(NEIGHBOUR_DEL, 0, BLUE, FLAG(A(ALL)), U32(A(FAMILY), AF_INET));
	EXPECT_EQ(1, DUMP(NEIGHBOUR_GET, BLUE)->count);
	SAME(NEIGHBOUR_DEL, 0, BLUE, FLAG(A(ALL)), U32(A(FAMILY), AF_INET));
	CHANGES(NEIGHBOUR_DEL, 0, BLUE, FLAG(A(ALL)));
	EXPECT_EQ(1, DUMP(NEIGHBOUR_GET)->count);
}

#define REFUSED_NEW(err, text, where, ...) \
	REFUSED(err, text, where, NEIGHBOUR_NEW, CREATE, BLUE, __VA_ARGS__)

TEST_F(neighbour, refused)
{
	REFUSED(EINVAL, "an entry is missing", MISSING(A(ENTRY)), NEIGHBOUR_NEW, CREATE, BLUE);
	REFUSED(EINVAL, "the network is missing", MISSING(A(NETWORK_ID)), NEIGHBOUR_NEW, CREATE,
		ENTRY("10.0.0.1", M1));
	REFUSED(ENOENT, "there is no network with id 5", AT(A(NETWORK_ID)), NEIGHBOUR_NEW,
		CREATE, U32(A(NETWORK_ID), 5), ENTRY("10.0.0.1", M1));
	REFUSED_NEW(EINVAL, "the address of the neighbour is missing",
		    MISSING_IN(A(ENTRY), 0, E(ADDRESS)), NEST(A(ENTRY), MAC(E(MAC), M1)));
	REFUSED_NEW(EINVAL, "the MAC address of the neighbour is missing",
		    MISSING_IN(A(ENTRY), 0, E(MAC)), KEY("10.0.0.1"));
	REFUSED_NEW(EINVAL, "entry 1: the MAC address of the neighbour is missing",
		    MISSING_IN(A(ENTRY), 1, E(MAC)), ENTRY("10.0.0.1", M1), KEY("10.0.0.2"));
	REFUSED_NEW(EINVAL, "an address has 4 or 16 bytes, not 20", IN(A(ENTRY), E(ADDRESS)),
		    NEST(A(ENTRY), BYTES(E(ADDRESS), "12345678901234567890", 20),
			 MAC(E(MAC), M1)));
	REFUSED_NEW(EINVAL, "a MAC address has 6 bytes, not 1", IN(A(ENTRY), E(MAC)),
		    NEST(A(ENTRY), ADDR(E(ADDRESS), "10.0.0.1"), U8(E(MAC), 2)));
	REFUSED_NEW(EADDRNOTAVAIL, "ff:ff:ff:ff:ff:ff is not a unicast address",
		    IN(A(ENTRY), E(MAC)), ENTRY("10.0.0.1", "ff:ff:ff:ff:ff:ff"));
	REFUSED_NEW(EADDRINUSE, "the address is the gateway's of network \"blue\"",
		    IN(A(ENTRY), E(ADDRESS)), ENTRY("10.0.0.254", M1));
	REFUSED_NEW(EADDRINUSE, "the address is the gateway's of network \"blue\"",
		    IN(A(ENTRY), E(ADDRESS)), ENTRY("2001:db8::254", M1));
	REFUSED_NEW(EADDRNOTAVAIL, "a neighbour cannot have a multicast address",
		    IN(A(ENTRY), E(ADDRESS)), ENTRY("224.0.0.5", M1));
	REFUSED_NEW(EADDRNOTAVAIL, "a neighbour cannot have a multicast address",
		    IN(A(ENTRY), E(ADDRESS)), ENTRY("ff02::5", M1));
	REFUSED_NEW(EINVAL, "only replies have this attribute of an entry",
		    IN(A(ENTRY), E(ORIGIN)),
		    NEST(A(ENTRY), ADDR(E(ADDRESS), "10.0.0.1"), MAC(E(MAC), M1),
			 U32(E(ORIGIN), VROUTER_ORIGIN_STATIC)));
	MALFORMED(EINVAL, IN(A(ENTRY), 60), NEIGHBOUR_NEW, CREATE, BLUE,
		  NEST(A(ENTRY), ADDR(E(ADDRESS), "10.0.0.1"), MAC(E(MAC), M1), U32(60, 1)));
	MALFORMED(EINVAL, AT(A(ALL)), NEIGHBOUR_SET, 0, BLUE, FLAG(A(ALL)),
		  ENTRY("10.0.0.1", M1));
}

TEST_F(neighbour, get)
{
	OK(NEIGHBOUR_NEW, CREATE, BLUE, ENTRY("10.0.0.1", M1));
	REFUSED(ENOENT, "network \"blue\" has nothing that fits", AT(A(ENTRY)), NEIGHBOUR_GET, 0,
		BLUE, KEY("10.0.0.2"));
	REFUSED(EINVAL, "an entry is missing", MISSING(A(ENTRY)), NEIGHBOUR_GET, 0, BLUE);
	REFUSED(EINVAL, "get needs exactly one entry", AT_NTH(A(ENTRY), 1), NEIGHBOUR_GET, 0,
		BLUE, KEY("10.0.0.1"), KEY("10.0.0.2"));
	REFUSED(EINVAL, "the network is missing", MISSING(A(NETWORK_ID)), NEIGHBOUR_GET, 0,
		KEY("10.0.0.1"));
}

TEST_F(neighbour, limit)
{
	OK(NETWORK_SET, 0, U32(VROUTER_A_NETWORK_ID, 1),
	   U32(VROUTER_A_NETWORK_MAX_NEIGHBOURS, 1));
	REFUSED_NEW(ENOSPC, "entry 1: network \"blue\" is at its limit of 1 neighbours",
		    AT_NTH(A(ENTRY), 1), ENTRY("10.0.0.1", M1), ENTRY("10.0.0.2", M1));
	OK(NEIGHBOUR_NEW, CREATE, BLUE, ENTRY("10.0.0.1", M1));
	REFUSED_NEW(ENOSPC, "network \"blue\" is at its limit", AT(A(ENTRY)),
		    ENTRY("10.0.0.2", M1));
	OK(NEIGHBOUR_NEW, CREATE | REPLACE, BLUE, ENTRY("10.0.0.1", M2));
}

TEST_F(neighbour, order_and_filters)
{
	static const char * const in_order[] = {
		"0.0.0.1", "9.255.255.255", "10.0.0.0", "10.0.1.0", "192.0.2.1",
		"::1", "2001:db8::1", "2001:db8::1:0", "fd00::",
	};
	const struct msgs *dump;
	int i;

	for (i = ARRAY_SIZE(in_order) - 1; i >= 0; i--)
		OK(NEIGHBOUR_NEW, CREATE, BLUE, ENTRY(in_order[i], M1));
	OK(NEIGHBOUR_NEW, CREATE, RED, ENTRY("10.0.0.1", M1));
	dump = DUMP(NEIGHBOUR_GET);
	EXPECT_EQ(10, dump->count);
	for (i = 0; i < ARRAY_SIZE(in_order); i++)
		HAS(nl_nth(dump, i), BLUE, STATIC(in_order[i], M1, 1));
	HAS(nl_nth(dump, 9), RED, STATIC("10.0.0.1", M1, 1));
	EXPECT_EQ(9, DUMP(NEIGHBOUR_GET, BLUE)->count);
	EXPECT_EQ(6, DUMP(NEIGHBOUR_GET, U32(A(FAMILY), AF_INET))->count);
	EXPECT_EQ(4, DUMP(NEIGHBOUR_GET, BLUE, U32(A(FAMILY), AF_INET6))->count);
	DUMP_REFUSED(EAFNOSUPPORT, "family 3 is neither", NEIGHBOUR_GET, U32(A(FAMILY), 3));
	DUMP_REFUSED(ENOENT, "there is no network \"no\"", NEIGHBOUR_GET,
		     STR(A(NETWORK_NAME), "no"));
}

TEST_HARNESS_MAIN
