// SPDX-License-Identifier: GPL-2.0
/* The fdb: fdb-get, fdb-new, fdb-set, fdb-del. */
#include "fixture.h"

#define A(name) VROUTER_A_FDB_##name
#define E(name) VROUTER_A_FDB_ENTRY_##name
#define BLUE STR(A(NETWORK_NAME), "blue")
#define RED STR(A(NETWORK_NAME), "red")
#define KEY(mac) NEST(A(ENTRY), MAC(E(MAC), mac))
#define ENTRY(mac, nexthop) NEST(A(ENTRY), MAC(E(MAC), mac), U32(E(NEXTHOP), nexthop))
#define STATIC(mac, nexthop, active) \
	NEST(A(ENTRY), MAC(E(MAC), mac), U32(E(NEXTHOP), nexthop), \
	     U32(E(ORIGIN), VROUTER_ORIGIN_STATIC), U8(E(ACTIVE), active))
#define M1 "02:00:00:00:00:01"
#define M2 "02:00:00:00:00:02"
#define M3 "02:00:00:00:00:03"

FIXTURE(fdb) {};

FIXTURE_SETUP(fdb)
{
	ASSERT_TRUE(enter_netns());
	NETWORK("blue");
	NETWORK("red");
	TUNNEL("vx0", "127.0.0.1");
	NEXTHOP(1, BLACKHOLE);
	NEXTHOP(2, TUNNEL, STR(VROUTER_A_NEXTHOP_TUNNEL_NAME, "vx0"),
		ADDR(VROUTER_A_NEXTHOP_REMOTE, "192.0.2.1"));
	NEXTHOP(3, FLOOD);
	NEXTHOP(4, REJECT);
	NEXTHOP(5, NETWORK, STR(VROUTER_A_NEXTHOP_NETWORK_NAME, "red"));
}

FIXTURE_TEARDOWN(fdb)
{
	leave_netns();
}

static uint32_t refs(uint32_t id)
{
	return nl_u32(GET(NEXTHOP_GET, U32(VROUTER_A_NEXTHOP_ID, id)), VROUTER_A_NEXTHOP_REFS);
}

TEST_F(fdb, add)
{
	CHANGES(FDB_NEW, CREATE, BLUE, ENTRY(M1, 1));
	HAS(GET(FDB_GET, BLUE, KEY(M1)), U32(A(NETWORK_ID), 1), BLUE, STATIC(M1, 1, 1));
	EXPECT_NULL(nl_inner(GET(FDB_GET, BLUE, KEY(M1)), A(ENTRY), E(USED)));
	SAME(FDB_NEW, CREATE, BLUE, ENTRY(M1, 1));
	SAME(FDB_NEW, CREATE | REPLACE, BLUE, ENTRY(M1, 1));
	SAME(FDB_NEW, REPLACE, BLUE, ENTRY(M1, 1));
	SAME(FDB_SET, 0, BLUE, ENTRY(M1, 1));
	REFUSED(EEXIST, "the fdb entry of 02:00:00:00:00:01 exists with next hop 1",
		AT(A(ENTRY)), FDB_NEW, CREATE, BLUE, ENTRY(M1, 2));
	REFUSED(EEXIST, "exists with next hop 1", AT(A(ENTRY)), FDB_NEW, CREATE | EXCL, BLUE,
		ENTRY(M1, 1));
	OK(FDB_NEW, CREATE, RED, ENTRY(M1, 2));
	EXPECT_EQ(1, refs(1));
	EXPECT_EQ(1, refs(2));
	HAS(GET(NETWORK_GET, U32(VROUTER_A_NETWORK_ID, 1)), U32(VROUTER_A_NETWORK_FDB, 1));
}

TEST_F(fdb, replace_and_set)
{
	REFUSED(ENOENT, "network \"blue\" has no static fdb entry of 02:00:00:00:00:01",
		AT(A(ENTRY)), FDB_NEW, REPLACE, BLUE, ENTRY(M1, 1));
	REFUSED(ENOENT, "network \"blue\" has no static fdb entry of 02:00:00:00:00:01",
		AT(A(ENTRY)), FDB_SET, 0, BLUE, ENTRY(M1, 1));
	CHANGES(FDB_NEW, REPLACE | CREATE, BLUE, ENTRY(M1, 1));
	CHANGES(FDB_NEW, REPLACE, BLUE, ENTRY(M1, 2));
	EXPECT_EQ(0, refs(1));
	CHANGES(FDB_SET, 0, BLUE, ENTRY(M1, 1));
	HAS(GET(FDB_GET, BLUE, KEY(M1)), STATIC(M1, 1, 1));
	EXPECT_EQ(1, refs(1));
	EXPECT_EQ(0, refs(2));
	REFUSED(EINVAL, "NLM_F_CREATE or NLM_F_REPLACE", NOWHERE, FDB_NEW, 0, BLUE, ENTRY(M1, 1));
}

TEST_F(fdb, del)
{
	REFUSED(ENOENT, "network \"blue\" has no static fdb entry of 02:00:00:00:00:01",
		AT(A(ENTRY)), FDB_DEL, 0, BLUE, KEY(M1));
	OK(FDB_NEW, CREATE, BLUE, ENTRY(M1, 1), ENTRY(M2, 1), ENTRY(M3, 2));
	OK(FDB_NEW, CREATE, RED, ENTRY(M1, 1));
	CHANGES(FDB_DEL, 0, BLUE, KEY(M2));
	EXPECT_EQ(2, refs(1));
	REFUSED(EINVAL, "delete all, or entries, but not both", AT(A(ENTRY)), FDB_DEL, 0, BLUE,
		FLAG(A(ALL)), KEY(M1));
	REFUSED(EINVAL, "an entry is missing", MISSING(A(ENTRY)), FDB_DEL, 0, BLUE);
	REFUSED(EINVAL, "the network is missing", MISSING(A(NETWORK_ID)), FDB_DEL, 0, KEY(M1));
	CHANGES(FDB_DEL, 0, BLUE, FLAG(A(ALL)));
	SAME(FDB_DEL, 0, BLUE, FLAG(A(ALL)));
	EXPECT_EQ(1, DUMP(FDB_GET)->count);
	EXPECT_EQ(0, refs(2));
}

#define REFUSED_NEW(err, text, where, ...) \
	REFUSED(err, text, where, FDB_NEW, CREATE, BLUE, __VA_ARGS__)

TEST_F(fdb, refused)
{
	REFUSED(EINVAL, "an entry is missing", MISSING(A(ENTRY)), FDB_NEW, CREATE, BLUE);
	REFUSED(EINVAL, "the network is missing", MISSING(A(NETWORK_ID)), FDB_NEW, CREATE,
		ENTRY(M1, 1));
	REFUSED(ENOENT, "there is no network \"no\"", AT(A(NETWORK_NAME)), FDB_NEW, CREATE,
		STR(A(NETWORK_NAME), "no"), ENTRY(M1, 1));
	REFUSED_NEW(EINVAL, "the MAC address of the fdb entry is missing",
		    MISSING_IN(A(ENTRY), 0, E(MAC)), NEST(A(ENTRY), U32(E(NEXTHOP), 1)));
	REFUSED_NEW(EINVAL, "the next hop of the fdb entry is missing",
		    MISSING_IN(A(ENTRY), 0, E(NEXTHOP)), KEY(M1));
	REFUSED_NEW(EINVAL, "a MAC address has 6 bytes, not 2", IN(A(ENTRY), E(MAC)),
		    NEST(A(ENTRY), BYTES(E(MAC), "\2", 2), U32(E(NEXTHOP), 1)));
	REFUSED_NEW(EADDRNOTAVAIL, "01:00:00:00:00:01 is not a unicast address",
		    IN(A(ENTRY), E(MAC)), ENTRY("01:00:00:00:00:01", 1));
	REFUSED_NEW(EADDRNOTAVAIL, "00:00:00:00:00:00 is not a unicast address",
		    IN(A(ENTRY), E(MAC)), ENTRY("00:00:00:00:00:00", 1));
	REFUSED_NEW(EADDRINUSE, "MAC address 00:00:5e:00:01:00 is the gateway's",
		    IN(A(ENTRY), E(MAC)), ENTRY("00:00:5e:00:01:00", 1));
	REFUSED_NEW(ENOENT, "there is no next hop with id 99", IN(A(ENTRY), E(NEXTHOP)),
		    ENTRY(M1, 99));
	REFUSED_NEW(EINVAL, "of type vif, tunnel, ecmp, host or blackhole, which 3 is not",
		    IN(A(ENTRY), E(NEXTHOP)), ENTRY(M1, 3));
	REFUSED_NEW(EINVAL, "of type vif, tunnel, ecmp, host or blackhole, which 4 is not",
		    IN(A(ENTRY), E(NEXTHOP)), ENTRY(M1, 4));
	REFUSED_NEW(EINVAL, "of type vif, tunnel, ecmp, host or blackhole, which 5 is not",
		    IN(A(ENTRY), E(NEXTHOP)), ENTRY(M1, 5));
	REFUSED_NEW(EINVAL, "only replies have this attribute of an entry",
		    IN(A(ENTRY), E(ORIGIN)),
		    NEST(A(ENTRY), MAC(E(MAC), M1), U32(E(NEXTHOP), 1),
			 U32(E(ORIGIN), VROUTER_ORIGIN_VIF)));
	MALFORMED(EINVAL, IN(A(ENTRY), 60), FDB_NEW, CREATE, BLUE,
		  NEST(A(ENTRY), MAC(E(MAC), M1), U32(E(NEXTHOP), 1), U32(60, 1)));
	MALFORMED(EINVAL, AT(A(NEXTHOP)), FDB_NEW, CREATE, BLUE, U32(A(NEXTHOP), 1),
		  ENTRY(M1, 1));
}

TEST_F(fdb, get)
{
	OK(FDB_NEW, CREATE, BLUE, ENTRY(M1, 1));
	REFUSED(ENOENT, "network \"blue\" has nothing that fits", AT(A(ENTRY)), FDB_GET, 0,
		BLUE, KEY(M2));
	REFUSED(EINVAL, "an entry is missing", MISSING(A(ENTRY)), FDB_GET, 0, BLUE);
	REFUSED(EINVAL, "get needs exactly one entry", AT_NTH(A(ENTRY), 1), FDB_GET, 0, BLUE,
		KEY(M1), KEY(M2));
	REFUSED(EINVAL, "the network is missing", MISSING(A(NETWORK_ID)), FDB_GET, 0, KEY(M1));
}

TEST_F(fdb, limit)
{
	OK(NETWORK_SET, 0, U32(VROUTER_A_NETWORK_ID, 1), U32(VROUTER_A_NETWORK_MAX_FDB, 2));
	REFUSED_NEW(ENOSPC, "entry 2: network \"blue\" is at its limit of 2 fdb entries",
		    AT_NTH(A(ENTRY), 2), ENTRY(M1, 1), ENTRY(M2, 1), ENTRY(M3, 1));
	OK(FDB_NEW, CREATE, BLUE, ENTRY(M1, 1), ENTRY(M2, 1));
	REFUSED_NEW(ENOSPC, "network \"blue\" is at its limit", AT(A(ENTRY)), ENTRY(M3, 1));
	OK(FDB_NEW, CREATE | REPLACE, BLUE, ENTRY(M1, 2));
}

TEST_F(fdb, order_and_filters)
{
	static const char * const in_order[] = {
		"00:00:00:00:00:01", "00:00:00:00:01:00", "02:00:00:00:00:00",
		"02:00:00:00:00:ff", "7e:00:00:00:00:00", "fe:ff:ff:ff:ff:ff",
	};
	const struct msgs *dump;
	int i;

	for (i = ARRAY_SIZE(in_order) - 1; i >= 0; i--)
		OK(FDB_NEW, CREATE, BLUE, ENTRY(in_order[i], i % 2 + 1));
	OK(FDB_NEW, CREATE, RED, ENTRY(M1, 1));
	dump = DUMP(FDB_GET);
	EXPECT_EQ(7, dump->count);
	for (i = 0; i < ARRAY_SIZE(in_order); i++)
		HAS(nl_nth(dump, i), BLUE, STATIC(in_order[i], i % 2 + 1, 1));
	HAS(nl_nth(dump, 6), RED, STATIC(M1, 1, 1));
	EXPECT_EQ(6, DUMP(FDB_GET, BLUE)->count);
	EXPECT_EQ(1, DUMP(FDB_GET, U32(A(NETWORK_ID), 2))->count);
	EXPECT_EQ(4, DUMP(FDB_GET, U32(A(NEXTHOP), 1))->count);
	EXPECT_EQ(3, DUMP(FDB_GET, BLUE, U32(A(NEXTHOP), 2))->count);
	DUMP_REFUSED(ENOENT, "there is no network with id 9", FDB_GET, U32(A(NETWORK_ID), 9));
}

TEST_HARNESS_MAIN
