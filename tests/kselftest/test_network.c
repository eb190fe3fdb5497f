// SPDX-License-Identifier: GPL-2.0
/* Networks: network-get, network-new, network-set, network-del. */
#include "fixture.h"

#define A(name) VROUTER_A_NETWORK_##name
#define GATEWAY(address, len) PREFIX(A(GATEWAY), address, len)

NETNS_FIXTURE(network);

TEST_F(network, defaults)
{
	NETWORK("blue");
	HAS(GET(NETWORK_GET, STR(A(NAME), "blue")),
	    U32(A(ID), 1), STR(A(NAME), "blue"), MAC(A(GATEWAY_MAC), "00:00:5e:00:01:00"),
	    U32(A(MTU), 1500), U32(A(POLICY), VROUTER_POLICY_DENY),
	    U32(A(UNKNOWN_UNICAST), VROUTER_UNKNOWN_UNICAST_FLOOD), U32(A(FLOOD), 0),
	    U32(A(RA), VROUTER_RA_MODE_ROUTER), U32(A(MAX_ROUTES), 1048576),
	    U32(A(MAX_FDB), 1048576), U32(A(MAX_NEIGHBOURS), 1048576),
	    U32(A(LEARNING), VROUTER_LEARNING_OFF), U32(A(AGEING), 300),
	    U32(A(MAX_LEARNED), 4096), U32(A(LEARNED), 0), U64(A(LEARN_LIMITED), 0),
	    U32(A(FLOOD_RATE), 0), U8(A(MSS_CLAMP), 0), U8(A(STRICT_REMOTES), 0),
	    U32(A(MAX_CONNECTIONS), 131072), U32(A(CONNECTIONS), 0), U32(A(ROUTES), 0),
	    U32(A(FDB), 0), U32(A(NEIGHBOURS), 0), U32(A(VIFS), 0));
	EXPECT_NULL(nl_attr(GET(NETWORK_GET, U32(A(ID), 1)), A(VNI)));
	EXPECT_NULL(nl_attr(GET(NETWORK_GET, U32(A(ID), 1)), A(TUNNEL_ID)));
	EXPECT_NULL(nl_attr(GET(NETWORK_GET, U32(A(ID), 1)), A(GATEWAY)));
	EXPECT_NE(NULL, nl_inner(GET(NETWORK_GET, U32(A(ID), 1)), A(STATS),
				 VROUTER_A_STATS_RX_PACKETS));
}

/* One with a value of its own for everything. */
#define FULL_BUT_MTU \
	U32(A(ID), 77), STR(A(NAME), "full"), U32(A(VNI), 16777215), U32(A(TUNNEL_ID), 1), \
	STR(A(TUNNEL_NAME), "vx0"), MAC(A(GATEWAY_MAC), "02:00:00:00:00:fe"), \
	GATEWAY("10.0.0.254", 24), GATEWAY("2001:db8::1", 64), GATEWAY("10.0.1.254", 32), \
	U32(A(POLICY), VROUTER_POLICY_ALLOW), \
	U32(A(UNKNOWN_UNICAST), VROUTER_UNKNOWN_UNICAST_DROP), U32(A(FLOOD), 90), \
	U32(A(RA), VROUTER_RA_MODE_SLAAC), U32(A(MAX_ROUTES), 10), U32(A(MAX_FDB), 20), \
	U32(A(MAX_NEIGHBOURS), 30), U32(A(LEARNING), VROUTER_LEARNING_VIF), \
	U32(A(AGEING), 5), U32(A(MAX_LEARNED), 40), U32(A(FLOOD_RATE), 1000), \
	U8(A(MSS_CLAMP), 1), U32(A(MAX_CONNECTIONS), 50), U8(A(STRICT_REMOTES), 1)
#define FULL FULL_BUT_MTU, U32(A(MTU), 9000)

static void add_full(struct __test_metadata *_metadata)
{
	TUNNEL("vx0", "127.0.0.1");
	NEXTHOP(90, FLOOD);
	CHANGES(NETWORK_NEW, CREATE, FULL);
	HAS(GET(NETWORK_GET, U32(A(ID), 77)), FULL, U32(A(ROUTES), 3));
}

TEST_F(network, add_everything)
{
	add_full(_metadata);
	SAME(NETWORK_NEW, CREATE, FULL);
	REFUSED(EEXIST, "the network exists", AT(A(ID)), NETWORK_NEW, CREATE | EXCL, FULL);
}

TEST_F(network, add_other_content)
{
	add_full(_metadata);
	NEXTHOP(91, FLOOD);
	TUNNEL("vx1", "127.0.0.2");

#define OTHER(what, ...) \
	REFUSED(EEXIST, "network \"full\" exists with another " what, AT(A(ID)), \
		NETWORK_NEW, CREATE, __VA_ARGS__)
	OTHER("MTU", FULL_BUT_MTU);
	OTHER("MTU", FULL_BUT_MTU, U32(A(MTU), 1400));
	OTHER("VNI", FULL, U32(A(VNI), 5));
	OTHER("key", FULL, U32(A(KEY), 5));
	OTHER("tunnel", FULL, U32(A(TUNNEL_ID), 2), STR(A(TUNNEL_NAME), "vx1"));
	OTHER("gateway MAC", FULL, MAC(A(GATEWAY_MAC), "02:00:00:00:00:fd"));
	OTHER("list of gateways", FULL, GATEWAY("10.0.2.254", 24));
	OTHER("policy", FULL, U32(A(POLICY), VROUTER_POLICY_DENY));
	OTHER("treatment of unknown unicast", FULL,
	      U32(A(UNKNOWN_UNICAST), VROUTER_UNKNOWN_UNICAST_FLOOD));
	OTHER("mode of router advertisements", FULL, U32(A(RA), VROUTER_RA_MODE_OFF));
	OTHER("flood next hop", FULL, U32(A(FLOOD), 91));
	OTHER("limit", FULL, U32(A(MAX_ROUTES), 11));
	OTHER("limit", FULL, U32(A(MAX_FDB), 21));
	OTHER("limit", FULL, U32(A(MAX_NEIGHBOURS), 31));
	OTHER("limit", FULL, U32(A(MAX_LEARNED), 41));
	OTHER("limit", FULL, U32(A(MAX_CONNECTIONS), 0));
	OTHER("learning", FULL, U32(A(LEARNING), VROUTER_LEARNING_ALL));
	OTHER("ageing", FULL, U32(A(AGEING), 6));
	OTHER("flood rate", FULL, U32(A(FLOOD_RATE), 999));
	OTHER("MSS clamp", FULL, U8(A(MSS_CLAMP), 0));
	OTHER("strictness about remotes", FULL, U8(A(STRICT_REMOTES), 0));
	OTHER("name", FULL, STR(A(NAME), "empty"));
#undef OTHER
	REFUSED(EEXIST, "exists with another", AT(A(NAME)), NETWORK_NEW, CREATE,
		STR(A(NAME), "full"));
	REFUSED(EEXIST, "network 77 is already called \"full\"", AT(A(NAME)), NETWORK_NEW,
		CREATE, U32(A(ID), 78), STR(A(NAME), "full"));
}

TEST_F(network, exclusive)
{
	CHANGES(NETWORK_NEW, CREATE | EXCL, U32(A(ID), 5), STR(A(NAME), "blue"));
	REFUSED(EEXIST, "the network exists", AT(A(NAME)), NETWORK_NEW, CREATE | EXCL,
		STR(A(NAME), "blue"));
	REFUSED(EEXIST, "the network exists", AT(A(ID)), NETWORK_NEW, CREATE | EXCL,
		U32(A(ID), 5), STR(A(NAME), "red"));
	REFUSED(EEXIST, "network 5 is already called \"blue\"", AT(A(NAME)), NETWORK_NEW,
		CREATE | EXCL, U32(A(ID), 6), STR(A(NAME), "blue"));
}

TEST_F(network, flags)
{
	REFUSED(EINVAL, "NLM_F_CREATE or NLM_F_REPLACE", NOWHERE, NETWORK_NEW, 0,
		STR(A(NAME), "blue"));
	REFUSED(EINVAL, "NLM_F_CREATE or NLM_F_REPLACE", NOWHERE, NETWORK_NEW, EXCL,
		STR(A(NAME), "blue"));
	/* Together they are the flags of a dump, which there is none of. */
	MALFORMED(EOPNOTSUPP, NOWHERE, NETWORK_NEW, CREATE | REPLACE | EXCL,
		  STR(A(NAME), "blue"));
}

TEST_F(network, replace)
{
	REFUSED(ENOENT, "there is no network \"full\"", AT(A(NAME)), NETWORK_NEW, REPLACE,
		STR(A(NAME), "full"));
	REFUSED(ENOENT, "there is no network with id 77", AT(A(ID)), NETWORK_NEW, REPLACE,
		U32(A(ID), 77), STR(A(NAME), "full"));
	add_full(_metadata);
	SAME(NETWORK_NEW, REPLACE, FULL);
	SAME(NETWORK_NEW, REPLACE | CREATE, FULL);

	/* What is not said goes back to its default; named by its id, it keeps its name. */
	CHANGES(NETWORK_NEW, REPLACE, U32(A(ID), 77), U32(A(MTU), 1400));
	HAS(GET(NETWORK_GET, U32(A(ID), 77)), STR(A(NAME), "full"), U32(A(MTU), 1400),
	    MAC(A(GATEWAY_MAC), "00:00:5e:00:01:00"), U32(A(POLICY), VROUTER_POLICY_DENY),
	    U32(A(UNKNOWN_UNICAST), VROUTER_UNKNOWN_UNICAST_FLOOD), U32(A(FLOOD), 0),
	    U32(A(RA), VROUTER_RA_MODE_ROUTER), U32(A(MAX_ROUTES), 1048576),
	    U32(A(LEARNING), VROUTER_LEARNING_OFF), U32(A(AGEING), 300),
	    U32(A(MAX_LEARNED), 4096), U32(A(ROUTES), 0), U32(A(FLOOD_RATE), 0),
	    U8(A(MSS_CLAMP), 0), U32(A(MAX_CONNECTIONS), 131072), U8(A(STRICT_REMOTES), 0));
	EXPECT_NULL(nl_attr(GET(NETWORK_GET, U32(A(ID), 77)), A(VNI)));
	EXPECT_NULL(nl_attr(GET(NETWORK_GET, U32(A(ID), 77)), A(TUNNEL_ID)));
	EXPECT_NULL(nl_attr(GET(NETWORK_GET, U32(A(ID), 77)), A(GATEWAY)));

	/* Nothing holds the tunnel and the next hop any more. */
	OK(NEXTHOP_DEL, 0, U32(VROUTER_A_NEXTHOP_ID, 90));
	OK(TUNNEL_DEL, 0, STR(VROUTER_A_TUNNEL_NAME, "vx0"));

	CHANGES(NETWORK_NEW, REPLACE | CREATE, U32(A(ID), 78), STR(A(NAME), "new"));
	CHANGES(NETWORK_NEW, REPLACE, U32(A(ID), 78), STR(A(NAME), "newer"));
	HAS(GET(NETWORK_GET, U32(A(ID), 78)), STR(A(NAME), "newer"));
	EXPECT_NULL(GET(NETWORK_GET, STR(A(NAME), "new")));
	REFUSED(EEXIST, "network 77 is already called \"full\"", AT(A(NAME)), NETWORK_NEW,
		REPLACE, U32(A(ID), 78), STR(A(NAME), "full"));
}

/* Sets one attribute and sees that it alone changed. */
#define SET_ALONE(attr, rest) do { \
	CHANGES(NETWORK_SET, 0, U32(A(ID), 77), attr); \
	HAS(GET(NETWORK_GET, U32(A(ID), 77)), attr); \
	HAS(GET(NETWORK_GET, U32(A(ID), 77)), LIST(rest)); \
	SAME(NETWORK_SET, 0, U32(A(ID), 77), attr); \
} while (0)

TEST_F(network, set_each_alone)
{
	/* In the order of the changes below, so that the rest is a tail. */
	const struct attr now[] = {
		STR(A(NAME), "full"), U32(A(VNI), 16777215), U32(A(TUNNEL_ID), 1),
		MAC(A(GATEWAY_MAC), "02:00:00:00:00:fe"), U32(A(MTU), 9000),
		U32(A(POLICY), VROUTER_POLICY_ALLOW),
		U32(A(UNKNOWN_UNICAST), VROUTER_UNKNOWN_UNICAST_DROP), U32(A(FLOOD), 90),
		U32(A(RA), VROUTER_RA_MODE_SLAAC), U32(A(MAX_ROUTES), 10),
		U32(A(MAX_FDB), 20), U32(A(MAX_NEIGHBOURS), 30),
		U32(A(LEARNING), VROUTER_LEARNING_VIF), U32(A(AGEING), 5),
		U32(A(MAX_LEARNED), 40), U32(A(FLOOD_RATE), 1000), U8(A(MSS_CLAMP), 1),
		U32(A(MAX_CONNECTIONS), 50), U8(A(STRICT_REMOTES), 1),
		GATEWAY("10.0.0.254", 24), GATEWAY("2001:db8::1", 64), { 0 },
	};

	add_full(_metadata);
	TUNNEL("vx1", "127.0.0.2");
	NEXTHOP(91, FLOOD);
	SET_ALONE(STR(A(NAME), "other"), now + 1);
	SET_ALONE(U32(A(VNI), 1), now + 2);
	SET_ALONE(U32(A(TUNNEL_ID), 2), now + 3);
	SET_ALONE(MAC(A(GATEWAY_MAC), "02:00:00:00:00:fc"), now + 4);
	SET_ALONE(U32(A(MTU), 65535), now + 5);
	SET_ALONE(U32(A(POLICY), VROUTER_POLICY_DENY), now + 6);
	SET_ALONE(U32(A(UNKNOWN_UNICAST), VROUTER_UNKNOWN_UNICAST_FLOOD), now + 7);
	SET_ALONE(U32(A(FLOOD), 91), now + 8);
	SET_ALONE(U32(A(RA), VROUTER_RA_MODE_OFF), now + 9);
	SET_ALONE(U32(A(MAX_ROUTES), 0), now + 10);
	SET_ALONE(U32(A(MAX_FDB), 0), now + 11);
	SET_ALONE(U32(A(MAX_NEIGHBOURS), 0xffffffff), now + 12);
	SET_ALONE(U32(A(LEARNING), VROUTER_LEARNING_ALL), now + 13);
	SET_ALONE(U32(A(AGEING), 0), now + 14);
	SET_ALONE(U32(A(MAX_LEARNED), 0), now + 15);
	SET_ALONE(U32(A(FLOOD_RATE), 0xffffffff), now + 16);
	SET_ALONE(U8(A(MSS_CLAMP), 0), now + 17);
	SET_ALONE(U32(A(MAX_CONNECTIONS), 0), now + 18);
	SET_ALONE(U8(A(STRICT_REMOTES), 0), now + 19);
	SET_ALONE(GATEWAY("192.0.2.1", 28), now + 21);
	EXPECT_EQ(1, nl_count(GET(NETWORK_GET, U32(A(ID), 77)), A(GATEWAY)));
	EXPECT_EQ(1, nl_u32(GET(NETWORK_GET, U32(A(ID), 77)), A(ROUTES)));
	SET_ALONE(U32(A(FLOOD), 0), now + 21);
	CHANGES(NETWORK_SET, 0, U32(A(ID), 77), NEST(A(GATEWAY)));
	EXPECT_NULL(nl_attr(GET(NETWORK_GET, U32(A(ID), 77)), A(GATEWAY)));
	EXPECT_EQ(0, nl_u32(GET(NETWORK_GET, U32(A(ID), 77)), A(ROUTES)));
	SAME(NETWORK_SET, 0, U32(A(ID), 77));
}

TEST_F(network, set_missing)
{
	REFUSED(ENOENT, "there is no network \"blue\"", AT(A(NAME)), NETWORK_SET, 0,
		STR(A(NAME), "blue"), U32(A(MTU), 1400));
	REFUSED(ENOENT, "there is no network with id 3", AT(A(ID)), NETWORK_SET, 0,
		U32(A(ID), 3), U32(A(MTU), 1400));
	REFUSED(EINVAL, "the name of the network is missing", MISSING(A(NAME)), NETWORK_SET, 0,
		U32(A(MTU), 1400));
}

TEST_F(network, rename)
{
	NETWORK("blue");
	NETWORK("red");
	REFUSED(EEXIST, "network 2 is already called \"red\"", AT(A(NAME)), NETWORK_SET, 0,
		U32(A(ID), 1), STR(A(NAME), "red"));
	SAME(NETWORK_SET, 0, U32(A(ID), 1), STR(A(NAME), "blue"));
	CHANGES(NETWORK_SET, 0, U32(A(ID), 1), STR(A(NAME), "green"));
	EXPECT_NULL(GET(NETWORK_GET, STR(A(NAME), "blue")));
	EXPECT_EQ(1, nl_u32(GET(NETWORK_GET, STR(A(NAME), "green")), A(ID)));
	NETWORK("blue");
}

TEST_F(network, get)
{
	NETWORK("blue", U32(A(ID), 9));
	NETWORK("red");
	EXPECT_EQ(9, nl_u32(GET(NETWORK_GET, STR(A(NAME), "blue")), A(ID)));
	EXPECT_STREQ("blue", nl_str(GET(NETWORK_GET, U32(A(ID), 9)), A(NAME)));
	EXPECT_EQ(9, nl_u32(GET(NETWORK_GET, U32(A(ID), 9), STR(A(NAME), "blue")), A(ID)));
	REFUSED(EINVAL, "network 9 is called \"blue\", not \"red\"", AT(A(NAME)), NETWORK_GET,
		0, U32(A(ID), 9), STR(A(NAME), "red"));
	REFUSED(EINVAL, "network 9 is called \"blue\", not \"no\"", AT(A(NAME)), NETWORK_GET,
		0, U32(A(ID), 9), STR(A(NAME), "no"));
	REFUSED(ENOENT, "there is no network with id 10", AT(A(ID)), NETWORK_GET, 0,
		U32(A(ID), 10), STR(A(NAME), "blue"));
	REFUSED(ENOENT, "there is no network \"no\"", AT(A(NAME)), NETWORK_GET, 0,
		STR(A(NAME), "no"));
	REFUSED(EINVAL, "the name of the network is missing", MISSING(A(NAME)), NETWORK_GET, 0);
	REFUSED(ERANGE, "id 0 is out of range: 1 to 4294967294", AT(A(ID)), NETWORK_GET, 0,
		U32(A(ID), 0));
	REFUSED(ERANGE, "id 4294967295 is out of range", AT(A(ID)), NETWORK_GET, 0,
		U32(A(ID), 0xffffffff));
}

TEST_F(network, ids)
{
	REFUSED(ERANGE, "id 0 is out of range", AT(A(ID)), NETWORK_NEW, CREATE, U32(A(ID), 0),
		STR(A(NAME), "blue"));
	REFUSED(ERANGE, "id 4294967295 is out of range", AT(A(ID)), NETWORK_NEW, CREATE,
		U32(A(ID), 0xffffffff), STR(A(NAME), "blue"));
	REFUSED(ERANGE, "id 0 is out of range", AT(A(ID)), NETWORK_SET, 0, U32(A(ID), 0));
	REFUSED(ERANGE, "id 0 is out of range", AT(A(ID)), NETWORK_DEL, 0, U32(A(ID), 0));
	NETWORK("last", U32(A(ID), 0xfffffffe));
	NETWORK("first");
	EXPECT_EQ(1, nl_u32(GET(NETWORK_GET, STR(A(NAME), "first")), A(ID)));
	EXPECT_EQ(2, DUMP(NETWORK_GET)->count);
	/* A free one is found wherever it is. */
	NETWORK("second");
	NETWORK("third");
	OK(NETWORK_DEL, 0, U32(A(ID), 2));
	NETWORK("fourth");
	EXPECT_EQ(2, nl_u32(GET(NETWORK_GET, STR(A(NAME), "fourth")), A(ID)));
}

TEST_F(network, names)
{
	REFUSED(EINVAL, "a name cannot be empty", AT(A(NAME)), NETWORK_NEW, CREATE,
		STR(A(NAME), ""));
	REFUSED(ENAMETOOLONG, "the name has 32 bytes, more than 31", AT(A(NAME)), NETWORK_NEW,
		CREATE, STR(A(NAME), "x2345678901234567890123456789012"));
	OK(NETWORK_NEW, CREATE, STR(A(NAME), "x234567890123456789012345678901"));
	OK(NETWORK_NEW, CREATE, STR(A(NAME), "aZ09._-"));
	OK(NETWORK_NEW, CREATE, STR(A(NAME), "-"));
	REFUSED(EINVAL, "letters, digits, '.', '_' and '-'", AT(A(NAME)), NETWORK_NEW, CREATE,
		STR(A(NAME), "a b"));
	REFUSED(EINVAL, "letters, digits", AT(A(NAME)), NETWORK_NEW, CREATE,
		STR(A(NAME), "a/b"));
	REFUSED(EINVAL, "letters, digits", AT(A(NAME)), NETWORK_NEW, CREATE,
		STR(A(NAME), "gr\303\274n"));
	REFUSED(EINVAL, "letters, digits", AT(A(NAME)), NETWORK_NEW, CREATE,
		STR(A(NAME), "line\n"));
	REFUSED(EINVAL, "a name of digits only would be taken for an id", AT(A(NAME)),
		NETWORK_NEW, CREATE, STR(A(NAME), "77"));
	REFUSED(EINVAL, "would be taken for an id", AT(A(NAME)), NETWORK_SET, 0, U32(A(ID), 1),
		STR(A(NAME), "0"));
	MALFORMED(EINVAL, AT(A(NAME)), NETWORK_NEW, CREATE, BYTES(A(NAME), "blue", 4));
	MALFORMED(EINVAL, AT(A(NAME)), NETWORK_NEW, CREATE, FLAG(A(NAME)));
	REFUSED(EINVAL, "the name of the network is missing", MISSING(A(NAME)), NETWORK_NEW,
		CREATE, U32(A(MTU), 1400));
	REFUSED(EINVAL, "the name of the network is missing", MISSING(A(NAME)), NETWORK_NEW,
		CREATE, U32(A(ID), 4));
	REFUSED(EINVAL, "the name of the network is missing", MISSING(A(NAME)), NETWORK_NEW,
		CREATE | REPLACE, U32(A(ID), 4));
	OK(NETWORK_NEW, CREATE, STR(A(NAME), "1st"));
	NETWORK("dup");
	REFUSED(ENAMETOOLONG, "the name has 40 bytes", AT(A(NAME)), NETWORK_SET, 0,
		U32(A(ID), 1), STR(A(NAME), "x234567890123456789012345678901234567890"));
	REFUSED(EINVAL, "letters, digits", AT(A(NAME)), NETWORK_SET, 0, U32(A(ID), 1),
		STR(A(NAME), "*"));
}

TEST_F(network, vni)
{
	REFUSED(ERANGE, "VNI 0 is out of range: 1 to 16777215", AT(A(VNI)), NETWORK_NEW, CREATE,
		STR(A(NAME), "blue"), U32(A(VNI), 0));
	REFUSED(ERANGE, "VNI 16777216 is out of range", AT(A(VNI)), NETWORK_NEW, CREATE,
		STR(A(NAME), "blue"), U32(A(VNI), 16777216));
	REFUSED(ERANGE, "VNI 4294967295 is out of range", AT(A(VNI)), NETWORK_NEW, CREATE,
		STR(A(NAME), "blue"), U32(A(VNI), 0xffffffff));
	NETWORK("blue", U32(A(VNI), 100));
	REFUSED(ERANGE, "VNI 0 is out of range", AT(A(VNI)), NETWORK_SET, 0, U32(A(ID), 1),
		U32(A(VNI), 0));
	REFUSED(EEXIST, "VNI 100 is already network \"blue\"'s on every tunnel", AT(A(VNI)),
		NETWORK_NEW, CREATE, STR(A(NAME), "red"), U32(A(VNI), 100));
	NETWORK("red", U32(A(VNI), 101));
	REFUSED(EEXIST, "VNI 100 is already network \"blue\"'s", AT(A(VNI)), NETWORK_SET, 0,
		STR(A(NAME), "red"), U32(A(VNI), 100));
	OK(NETWORK_DEL, 0, STR(A(NAME), "blue"));
	OK(NETWORK_SET, 0, STR(A(NAME), "red"), U32(A(VNI), 100));
}

TEST_F(network, vni_on_tunnels)
{
	TUNNEL("vx0", "127.0.0.1");
	TUNNEL("vx1", "127.0.0.2");
	REFUSED(EINVAL, "a network with a tunnel needs a VNI", AT(A(TUNNEL_NAME)), NETWORK_NEW,
		CREATE, STR(A(NAME), "blue"), STR(A(TUNNEL_NAME), "vx0"));
	REFUSED(ENOENT, "there is no tunnel \"vx9\"", AT(A(TUNNEL_NAME)), NETWORK_NEW, CREATE,
		STR(A(NAME), "blue"), U32(A(VNI), 5), STR(A(TUNNEL_NAME), "vx9"));
	REFUSED(ENOENT, "there is no tunnel with id 9", AT(A(TUNNEL_ID)), NETWORK_NEW, CREATE,
		STR(A(NAME), "blue"), U32(A(VNI), 5), U32(A(TUNNEL_ID), 9));
	REFUSED(EINVAL, "tunnel 1 is called \"vx0\", not \"vx1\"", AT(A(TUNNEL_NAME)),
		NETWORK_NEW, CREATE, STR(A(NAME), "blue"), U32(A(VNI), 5), U32(A(TUNNEL_ID), 1),
		STR(A(TUNNEL_NAME), "vx1"));

	NETWORK("blue", U32(A(VNI), 100), STR(A(TUNNEL_NAME), "vx0"));
	NETWORK("red", U32(A(VNI), 100), STR(A(TUNNEL_NAME), "vx1"));
	HAS(GET(NETWORK_GET, STR(A(NAME), "red")), U32(A(TUNNEL_ID), 2),
	    STR(A(TUNNEL_NAME), "vx1"));
	REFUSED(EEXIST, "VNI 100 is already network \"red\"'s on tunnel vx1", AT(A(VNI)),
		NETWORK_NEW, CREATE, STR(A(NAME), "green"), U32(A(VNI), 100),
		STR(A(TUNNEL_NAME), "vx1"));
	REFUSED(EEXIST, "VNI 100 is already network \"blue\"'s on tunnel vx0", AT(A(VNI)),
		NETWORK_NEW, CREATE, STR(A(NAME), "green"), U32(A(VNI), 100));
	NETWORK("green", U32(A(VNI), 101));
	REFUSED(EEXIST, "VNI 101 is already network \"green\"'s on every tunnel", AT(A(VNI)),
		NETWORK_NEW, CREATE, STR(A(NAME), "grey"), U32(A(VNI), 101),
		STR(A(TUNNEL_NAME), "vx1"));
	/* Here it is the tunnel that clashes. */
	REFUSED(EEXIST, "VNI 100 is already network \"red\"'s on tunnel vx1",
		AT(A(TUNNEL_NAME)), NETWORK_SET, 0, STR(A(NAME), "blue"),
		STR(A(TUNNEL_NAME), "vx1"));
}

TEST_F(network, gateway_mac)
{
	NETWORK("blue");
	REFUSED(EINVAL, "a MAC address has 6 bytes, not 5", AT(A(GATEWAY_MAC)), NETWORK_SET, 0,
		U32(A(ID), 1), BYTES(A(GATEWAY_MAC), "\2\0\0\0\0", 5));
	REFUSED(EINVAL, "a MAC address has 6 bytes, not 7", AT(A(GATEWAY_MAC)), NETWORK_SET, 0,
		U32(A(ID), 1), BYTES(A(GATEWAY_MAC), "\2\0\0\0\0\0", 7));
	REFUSED(EINVAL, "a MAC address has 6 bytes, not 0", AT(A(GATEWAY_MAC)), NETWORK_SET, 0,
		U32(A(ID), 1), FLAG(A(GATEWAY_MAC)));
	REFUSED(EADDRNOTAVAIL, "01:00:5e:00:00:01 is not a unicast address",
		AT(A(GATEWAY_MAC)), NETWORK_SET, 0, U32(A(ID), 1),
		MAC(A(GATEWAY_MAC), "01:00:5e:00:00:01"));
	REFUSED(EADDRNOTAVAIL, "00:00:00:00:00:00 is not a unicast address",
		AT(A(GATEWAY_MAC)), NETWORK_SET, 0, U32(A(ID), 1),
		MAC(A(GATEWAY_MAC), "00:00:00:00:00:00"));
	REFUSED(EADDRNOTAVAIL, "ff:ff:ff:ff:ff:ff is not a unicast address",
		AT(A(GATEWAY_MAC)), NETWORK_NEW, CREATE, STR(A(NAME), "red"),
		MAC(A(GATEWAY_MAC), "ff:ff:ff:ff:ff:ff"));
}

/* The router and a VM must not share an address. */
TEST_F(network, gateway_against_vif)
{
	ASSERT_EQ(0, run("ip link add d0 type dummy"));
	NETWORK("blue");
	VIF("vm", "d0", "blue", MAC(VROUTER_A_VIF_MAC, "02:00:00:00:00:01"),
	    PREFIX(VROUTER_A_VIF_ADDRESS, "10.0.0.1", 32),
	    PREFIX(VROUTER_A_VIF_ADDRESS, "10.1.0.0", 16));
	REFUSED(EADDRINUSE, "MAC address 02:00:00:00:00:01 is that of vif \"vm\"",
		AT(A(GATEWAY_MAC)), NETWORK_SET, 0, STR(A(NAME), "blue"),
		MAC(A(GATEWAY_MAC), "02:00:00:00:00:01"));
	REFUSED(EADDRINUSE, "gateway 1 of the list is an address of vif \"vm\"",
		AT(A(GATEWAY)), NETWORK_SET, 0, STR(A(NAME), "blue"), GATEWAY("10.0.0.1", 24));
	REFUSED(EADDRINUSE, "gateway 2 of the list is an address of vif \"vm\"",
		AT_NTH(A(GATEWAY), 1), NETWORK_SET, 0, STR(A(NAME), "blue"),
		GATEWAY("10.0.0.254", 24), GATEWAY("10.0.0.1", 32));
	/* An allowed prefix is not an address. */
	OK(NETWORK_SET, 0, STR(A(NAME), "blue"), GATEWAY("10.1.0.1", 24));
	/* Another network's addresses are its own. */
	NETWORK("red", GATEWAY("10.0.0.1", 24), MAC(A(GATEWAY_MAC), "02:00:00:00:00:01"));
}

/* Nor with what a request made. */
TEST_F(network, gateway_against_static)
{
	NETWORK("blue");
	NEXTHOP(1, BLACKHOLE);
	FDB("blue", "02:00:00:00:00:05", 1);
	NEIGHBOUR("blue", "10.0.0.5", "02:00:00:00:00:05");
	REFUSED(EADDRINUSE, "MAC address 02:00:00:00:00:05 is in the fdb", AT(A(GATEWAY_MAC)),
		NETWORK_SET, 0, STR(A(NAME), "blue"),
		MAC(A(GATEWAY_MAC), "02:00:00:00:00:05"));
	REFUSED(EADDRINUSE, "gateway 1 of the list is the address of a neighbour",
		AT(A(GATEWAY)), NETWORK_SET, 0, STR(A(NAME), "blue"), GATEWAY("10.0.0.5", 24));
	OK(NEIGHBOUR_DEL, 0, STR(VROUTER_A_NEIGHBOUR_NETWORK_NAME, "blue"),
	   FLAG(VROUTER_A_NEIGHBOUR_ALL));
	OK(FDB_DEL, 0, STR(VROUTER_A_FDB_NETWORK_NAME, "blue"), FLAG(VROUTER_A_FDB_ALL));
	OK(NETWORK_SET, 0, STR(A(NAME), "blue"), MAC(A(GATEWAY_MAC), "02:00:00:00:00:05"),
	   GATEWAY("10.0.0.5", 24));
}

#define REFUSED_GATEWAY(err, text, where, ...) \
	REFUSED(err, text, where, NETWORK_NEW, CREATE, STR(A(NAME), "blue"), __VA_ARGS__)

TEST_F(network, gateways)
{
	REFUSED_GATEWAY(EINVAL, "prefix length 33 is more than the 32 bits of an IPv4 address",
			IN(A(GATEWAY), VROUTER_A_PREFIX_LEN), GATEWAY("10.0.0.1", 33));
	REFUSED_GATEWAY(EINVAL, "prefix length 129 is more than the 128 bits of an IPv6",
			IN(A(GATEWAY), VROUTER_A_PREFIX_LEN), GATEWAY("2001:db8::1", 129));
	REFUSED_GATEWAY(EINVAL, "an address has 4 or 16 bytes, not 5",
			IN(A(GATEWAY), VROUTER_A_PREFIX_ADDRESS),
			NEST(A(GATEWAY), BYTES(VROUTER_A_PREFIX_ADDRESS, "\12\0\0\1\0", 5)));
	REFUSED_GATEWAY(EINVAL, "an address is missing",
			MISSING_IN(A(GATEWAY), 0, VROUTER_A_PREFIX_ADDRESS),
			NEST(A(GATEWAY), U8(VROUTER_A_PREFIX_LEN, 24)));
	REFUSED_GATEWAY(EINVAL, "which vif has an address cannot be set",
			IN(A(GATEWAY), VROUTER_A_PREFIX_ACTIVE),
			NEST(A(GATEWAY), ADDR(VROUTER_A_PREFIX_ADDRESS, "10.0.0.1"),
			     U8(VROUTER_A_PREFIX_ACTIVE, 1)));
	REFUSED_GATEWAY(EINVAL, "the gateway is listed twice", AT_NTH(A(GATEWAY), 1),
			GATEWAY("10.0.0.1", 24), GATEWAY("10.0.0.1", 25));
	REFUSED_GATEWAY(EADDRNOTAVAIL, "no address a gateway can have", AT(A(GATEWAY)),
			GATEWAY("224.0.0.1", 24));
	REFUSED_GATEWAY(EADDRNOTAVAIL, "no address a gateway can have", AT(A(GATEWAY)),
			GATEWAY("127.0.0.1", 8));
	REFUSED_GATEWAY(EADDRNOTAVAIL, "no address a gateway can have", AT(A(GATEWAY)),
			GATEWAY("0.0.0.0", 8));
	REFUSED_GATEWAY(EADDRNOTAVAIL, "no address a gateway can have", AT(A(GATEWAY)),
			GATEWAY("255.255.255.255", 32));
	REFUSED_GATEWAY(EADDRNOTAVAIL, "no address a gateway can have", AT_NTH(A(GATEWAY), 1),
			GATEWAY("10.0.0.1", 24), GATEWAY("ff02::1", 64));
	REFUSED_GATEWAY(EADDRNOTAVAIL, "no address a gateway can have", AT(A(GATEWAY)),
			GATEWAY("::", 0));
	REFUSED_GATEWAY(EADDRNOTAVAIL, "no address a gateway can have", AT(A(GATEWAY)),
			GATEWAY("fe80::1", 64));
	REFUSED_GATEWAY(EADDRNOTAVAIL, "no address a gateway can have", AT(A(GATEWAY)),
			GATEWAY("::1", 128));
	MALFORMED(EINVAL, AT(A(GATEWAY)), NETWORK_NEW, CREATE, STR(A(NAME), "blue"),
		  FLAT_NEST(A(GATEWAY), ADDR(VROUTER_A_PREFIX_ADDRESS, "10.0.0.1")));
	MALFORMED(EINVAL, IN(A(GATEWAY), VROUTER_A_PREFIX_LEN), NETWORK_NEW, CREATE,
		  STR(A(NAME), "blue"),
		  NEST(A(GATEWAY), ADDR(VROUTER_A_PREFIX_ADDRESS, "10.0.0.1"),
		       U16(VROUTER_A_PREFIX_LEN, 24)));
	MALFORMED(EINVAL, IN(A(GATEWAY), 9), NETWORK_NEW, CREATE, STR(A(NAME), "blue"),
		  NEST(A(GATEWAY), ADDR(VROUTER_A_PREFIX_ADDRESS, "10.0.0.1"), U8(9, 1)));

	/* Without a length it is the whole address. */
	NETWORK("blue", NEST(A(GATEWAY), ADDR(VROUTER_A_PREFIX_ADDRESS, "10.0.0.1")));
	HAS(GET(NETWORK_GET, U32(A(ID), 1)), GATEWAY("10.0.0.1", 32));
}

/* As many as there may be, in the order given. */
TEST_F(network, many_gateways)
{
	char address[65][32];
	struct attr nests[66][3] = {}, list[67] = { STR(A(NAME), "blue") };
	int i;

	for (i = 0; i < 65; i++) {
		snprintf(address[i], sizeof(address[i]), "2001:db8:%x::1", 65 - i);
		nests[i][0] = (struct attr)ADDR(VROUTER_A_PREFIX_ADDRESS, address[i]);
		nests[i][1] = (struct attr)U8(VROUTER_A_PREFIX_LEN, 64);
		list[i + 1] = (struct attr){ ATTR_NEST, A(GATEWAY), 0, 0, nests[i] };
	}
	REFUSED(E2BIG, "a network has at most 64 gateways", AT_NTH(A(GATEWAY), 64), NETWORK_NEW,
		CREATE, LIST(list));
	list[65] = (struct attr){};
	OK(NETWORK_NEW, CREATE, LIST(list));
	SAME(NETWORK_NEW, CREATE, LIST(list));
	HAS(GET(NETWORK_GET, U32(A(ID), 1)), LIST(list), U32(A(ROUTES), 64));
	HAS(nl_first(DUMP(NETWORK_GET)), LIST(list));
	OK(NETWORK_SET, 0, U32(A(ID), 1), NEST(A(GATEWAY)));
	EXPECT_EQ(0, DUMP(ROUTE_GET)->count);
}

TEST_F(network, mtu)
{
	REFUSED(ERANGE, "MTU 67 is too small: 68 to 65535", AT(A(MTU)), NETWORK_NEW, CREATE,
		STR(A(NAME), "blue"), U32(A(MTU), 67));
	REFUSED(ERANGE, "MTU 0 is too small", AT(A(MTU)), NETWORK_NEW, CREATE,
		STR(A(NAME), "blue"), U32(A(MTU), 0));
	REFUSED(ERANGE, "MTU 65536 is too large", AT(A(MTU)), NETWORK_NEW, CREATE,
		STR(A(NAME), "blue"), U32(A(MTU), 65536));
	REFUSED(ERANGE, "MTU 1279 is too small: with an IPv6 gateway 1280 to 65535",
		AT(A(MTU)), NETWORK_NEW, CREATE, STR(A(NAME), "blue"), U32(A(MTU), 1279),
		GATEWAY("2001:db8::1", 64));
	NETWORK("least", U32(A(MTU), 68));
	/* Here it is the gateway that doesn't fit. */
	REFUSED(ERANGE, "MTU 68 is too small: with an IPv6 gateway", AT(A(GATEWAY)),
		NETWORK_SET, 0, STR(A(NAME), "least"), GATEWAY("2001:db8::1", 64));
	NETWORK("least6", U32(A(MTU), 1280), GATEWAY("2001:db8::1", 64));
	REFUSED(ERANGE, "MTU 1279 is too small: with an IPv6 gateway", AT(A(MTU)), NETWORK_SET,
		0, STR(A(NAME), "least6"), U32(A(MTU), 1279));
	OK(NETWORK_SET, 0, STR(A(NAME), "least6"), U32(A(MTU), 1279), NEST(A(GATEWAY)));
}

TEST_F(network, flood)
{
	NEXTHOP(7, BLACKHOLE);
	NEXTHOP(90, FLOOD);
	REFUSED(ENOENT, "there is no next hop with id 8", AT(A(FLOOD)), NETWORK_NEW, CREATE,
		STR(A(NAME), "blue"), U32(A(FLOOD), 8));
	REFUSED(EINVAL, "next hop 7 is not of type flood", AT(A(FLOOD)), NETWORK_NEW, CREATE,
		STR(A(NAME), "blue"), U32(A(FLOOD), 7));
	NETWORK("blue", U32(A(FLOOD), 90));
	EXPECT_EQ(1, nl_u32(GET(NEXTHOP_GET, U32(VROUTER_A_NEXTHOP_ID, 90)),
			    VROUTER_A_NEXTHOP_REFS));
	REFUSED(EBUSY, "next hop 90 is the flood of network \"blue\"",
		AT(VROUTER_A_NEXTHOP_ID), NEXTHOP_DEL, 0, U32(VROUTER_A_NEXTHOP_ID, 90));
	OK(NETWORK_SET, 0, STR(A(NAME), "blue"), U32(A(FLOOD), 0));
	OK(NEXTHOP_DEL, 0, U32(VROUTER_A_NEXTHOP_ID, 90));
}

TEST_F(network, enums)
{
	MALFORMED(ERANGE, AT(A(POLICY)), NETWORK_NEW, CREATE, STR(A(NAME), "blue"),
		  U32(A(POLICY), 2));
	MALFORMED(ERANGE, AT(A(UNKNOWN_UNICAST)), NETWORK_NEW, CREATE, STR(A(NAME), "blue"),
		  U32(A(UNKNOWN_UNICAST), 2));
	MALFORMED(ERANGE, AT(A(RA)), NETWORK_NEW, CREATE, STR(A(NAME), "blue"),
		  U32(A(RA), 3));
	MALFORMED(ERANGE, AT(A(LEARNING)), NETWORK_NEW, CREATE, STR(A(NAME), "blue"),
		  U32(A(LEARNING), 3));
}

TEST_F(network, ageing)
{
	NETWORK("blue", U32(A(AGEING), 1000000));
	REFUSED(ERANGE, "ageing of 1000001 seconds is too long: 1 to 1000000, or 0 for never",
		AT(A(AGEING)), NETWORK_SET, 0, STR(A(NAME), "blue"), U32(A(AGEING), 1000001));
}

TEST_F(network, mss_clamp)
{
	REFUSED(ERANGE, "2 is neither 0 nor 1", AT(A(MSS_CLAMP)), NETWORK_NEW, CREATE,
		STR(A(NAME), "blue"), U8(A(MSS_CLAMP), 2));
}

TEST_F(network, strict_remotes)
{
	REFUSED(ERANGE, "2 is neither 0 nor 1", AT(A(STRICT_REMOTES)), NETWORK_NEW, CREATE,
		STR(A(NAME), "blue"), U8(A(STRICT_REMOTES), 2));
}

/* What the kernel says only cannot be asked for. */
TEST_F(network, strict)
{
	MALFORMED(EINVAL, AT(A(ROUTES)), NETWORK_NEW, CREATE, STR(A(NAME), "blue"),
		  U32(A(ROUTES), 1));
	MALFORMED(EINVAL, AT(A(LEARNED)), NETWORK_NEW, CREATE, STR(A(NAME), "blue"),
		  U32(A(LEARNED), 1));
	MALFORMED(EINVAL, AT(A(LEARN_LIMITED)), NETWORK_NEW, CREATE, STR(A(NAME), "blue"),
		  U64(A(LEARN_LIMITED), 1));
	MALFORMED(EINVAL, AT(A(GENERATION)), NETWORK_NEW, CREATE, STR(A(NAME), "blue"),
		  U32(A(GENERATION), 1));
	MALFORMED(EINVAL, AT(200), NETWORK_NEW, CREATE, STR(A(NAME), "blue"), U32(200, 1));
	MALFORMED(EINVAL, AT(A(PAD)), NETWORK_NEW, CREATE, STR(A(NAME), "blue"), FLAG(A(PAD)));
	MALFORMED(EINVAL, AT(A(MTU)), NETWORK_NEW, CREATE, STR(A(NAME), "blue"),
		  U16(A(MTU), 1500));
	MALFORMED(EINVAL, AT(A(MTU)), NETWORK_NEW, CREATE, STR(A(NAME), "blue"),
		  U64(A(MTU), 1500));
	MALFORMED(EINVAL, AT(A(ID)), NETWORK_GET, 0, U8(A(ID), 1));
	MALFORMED(EINVAL, AT(A(MTU)), NETWORK_GET, 0, U32(A(ID), 1), U32(A(MTU), 1500));
	MALFORMED(EINVAL, AT(A(MTU)), NETWORK_DEL, 0, U32(A(ID), 1), U32(A(MTU), 1500));
}

TEST_F(network, del)
{
	REFUSED(ENOENT, "there is no network \"blue\"", AT(A(NAME)), NETWORK_DEL, 0,
		STR(A(NAME), "blue"));
	REFUSED(ENOENT, "there is no network with id 1", AT(A(ID)), NETWORK_DEL, 0,
		U32(A(ID), 1));
	REFUSED(EINVAL, "the name of the network is missing", MISSING(A(NAME)), NETWORK_DEL, 0);
	add_full(_metadata);
	NETWORK("red");
	REFUSED(EINVAL, "network 77 is called \"full\", not \"red\"", AT(A(NAME)), NETWORK_DEL,
		0, U32(A(ID), 77), STR(A(NAME), "red"));
	NEXTHOP(1, BLACKHOLE);
	ROUTE("full", "10.9.0.0", 16, 1);
	FDB("full", "02:00:00:00:00:05", 1);
	NEIGHBOUR("full", "10.0.0.5", "02:00:00:00:00:05");
	/* Its tables go with it. */
	CHANGES(NETWORK_DEL, 0, U32(A(ID), 77), STR(A(NAME), "full"));
	EXPECT_EQ(0, nl_info(VROUTER_A_INFO_ROUTES));
	EXPECT_EQ(0, nl_info(VROUTER_A_INFO_FDB));
	EXPECT_EQ(0, nl_info(VROUTER_A_INFO_NEIGHBOURS));
	EXPECT_EQ(0, nl_u32(GET(NEXTHOP_GET, U32(VROUTER_A_NEXTHOP_ID, 1)),
			    VROUTER_A_NEXTHOP_REFS));
	OK(NEXTHOP_DEL, 0, U32(VROUTER_A_NEXTHOP_ID, 90));
	OK(TUNNEL_DEL, 0, STR(VROUTER_A_TUNNEL_NAME, "vx0"));
	OK(NETWORK_DEL, 0, STR(A(NAME), "red"));
	EXPECT_EQ(0, DUMP(NETWORK_GET)->count);
}

TEST_F(network, del_in_use)
{
	ASSERT_EQ(0, run("ip link add d0 type dummy"));
	NETWORK("blue");
	VIF("vm", "d0", "blue");
	REFUSED(EBUSY, "network \"blue\" is used by vif \"vm\"", AT(A(NAME)), NETWORK_DEL, 0,
		STR(A(NAME), "blue"));
	OK(VIF_DEL, 0, STR(VROUTER_A_VIF_NAME, "vm"));
	/* What is left of the vif for a moment is no connection. */
	HAS(GET(NETWORK_GET, U32(A(ID), 1)), U32(A(CONNECTIONS), 0));
	NEXTHOP(12, NETWORK, STR(VROUTER_A_NEXTHOP_NETWORK_NAME, "blue"));
	REFUSED(EBUSY, "network \"blue\" is used by next hop 12", AT(A(ID)), NETWORK_DEL, 0,
		U32(A(ID), 1));
	OK(NEXTHOP_DEL, 0, U32(VROUTER_A_NEXTHOP_ID, 12));
	OK(NETWORK_DEL, 0, STR(A(NAME), "blue"));
}

/* A network may be held by a next hop that is in its own table only. */
TEST_F(network, del_in_use_by_itself)
{
	NETWORK("blue");
	NEXTHOP(12, NETWORK, STR(VROUTER_A_NEXTHOP_NETWORK_NAME, "blue"));
	ROUTE("blue", "0.0.0.0", 0, 12);
	REFUSED(EBUSY, "is used by next hop 12", AT(A(NAME)), NETWORK_DEL, 0,
		STR(A(NAME), "blue"));
	OK(ROUTE_DEL, 0, STR(VROUTER_A_ROUTE_NETWORK_NAME, "blue"), FLAG(VROUTER_A_ROUTE_ALL));
	OK(NEXTHOP_DEL, 0, U32(VROUTER_A_NEXTHOP_ID, 12));
	OK(NETWORK_DEL, 0, STR(A(NAME), "blue"));
}

/* Connected routes: one for a subnet, however many gateways are in it. */
TEST_F(network, connected)
{
	NETWORK("blue", GATEWAY("10.0.0.1", 24), GATEWAY("10.0.0.2", 24));
	EXPECT_EQ(1, nl_info(VROUTER_A_INFO_ROUTES));
	HAS(nl_first(DUMP(ROUTE_GET)), U32(VROUTER_A_ROUTE_NETWORK_ID, 1),
	    NEST(VROUTER_A_ROUTE_ENTRY, ADDR(VROUTER_A_ROUTE_ENTRY_PREFIX, "10.0.0.0"),
		 U8(VROUTER_A_ROUTE_ENTRY_LEN, 24),
		 U32(VROUTER_A_ROUTE_ENTRY_ORIGIN, VROUTER_ORIGIN_GATEWAY),
		 U8(VROUTER_A_ROUTE_ENTRY_ACTIVE, 1)));
	OK(NETWORK_SET, 0, U32(A(ID), 1), GATEWAY("10.0.0.2", 24));
	EXPECT_EQ(1, nl_info(VROUTER_A_INFO_ROUTES));
	OK(NETWORK_SET, 0, U32(A(ID), 1), GATEWAY("10.0.0.2", 25));
	EXPECT_EQ(1, nl_info(VROUTER_A_INFO_ROUTES));
	HAS(nl_first(DUMP(ROUTE_GET)),
	    NEST(VROUTER_A_ROUTE_ENTRY, ADDR(VROUTER_A_ROUTE_ENTRY_PREFIX, "10.0.0.0"),
		 U8(VROUTER_A_ROUTE_ENTRY_LEN, 25)));
}

/* A network without a key has its VNI for one. */
TEST_F(network, keys)
{
	TUNNEL("vx0", "127.0.0.1");
	TUNNEL("vx1", "127.0.0.2");
	NETWORK("blue", U32(A(VNI), 100));
	CHANGES(NETWORK_NEW, CREATE, STR(A(NAME), "red"), U32(A(KEY), 0xffffffff));
	HAS(GET(NETWORK_GET, STR(A(NAME), "red")), U32(A(KEY), 0xffffffff));
	EXPECT_NULL(nl_attr(GET(NETWORK_GET, STR(A(NAME), "red")), A(VNI)));
	EXPECT_NULL(nl_attr(GET(NETWORK_GET, STR(A(NAME), "blue")), A(KEY)));
	REFUSED(ERANGE, "key 0 is out of range: 1 to 4294967295", AT(A(KEY)), NETWORK_SET, 0,
		STR(A(NAME), "red"), U32(A(KEY), 0));
	REFUSED(EEXIST, "key 100 is already network \"blue\"'s on every tunnel", AT(A(KEY)),
		NETWORK_SET, 0, STR(A(NAME), "red"), U32(A(KEY), 100));
	REFUSED(EEXIST, "key 4294967295 is already network \"red\"'s on every tunnel",
		AT(A(KEY)), NETWORK_SET, 0, STR(A(NAME), "blue"), U32(A(KEY), 0xffffffff));
	/* With a key of its own, blue's VNI is free to be another's key. */
	CHANGES(NETWORK_SET, 0, STR(A(NAME), "blue"), U32(A(KEY), 7));
	HAS(GET(NETWORK_GET, STR(A(NAME), "blue")), U32(A(KEY), 7), U32(A(VNI), 100));
	CHANGES(NETWORK_SET, 0, STR(A(NAME), "red"), U32(A(KEY), 100));
	REFUSED(EEXIST, "VNI 100 is already network \"blue\"'s", AT(A(VNI)), NETWORK_SET, 0,
		STR(A(NAME), "red"), U32(A(VNI), 100));
	REFUSED(EEXIST, "key 7 is already network \"blue\"'s on every tunnel", AT(A(VNI)),
		NETWORK_NEW, CREATE, STR(A(NAME), "green"), U32(A(VNI), 7));
	/* On different tunnels they are different. */
	CHANGES(NETWORK_SET, 0, STR(A(NAME), "blue"), STR(A(TUNNEL_NAME), "vx0"));
	CHANGES(NETWORK_NEW, CREATE, STR(A(NAME), "green"), U32(A(KEY), 7),
		STR(A(TUNNEL_NAME), "vx1"));
	REFUSED(EINVAL, "a network with a tunnel needs a VNI or a key", AT(A(TUNNEL_NAME)),
		NETWORK_NEW, CREATE, STR(A(NAME), "grey"), STR(A(TUNNEL_NAME), "vx1"));
	OK(NETWORK_DEL, 0, STR(A(NAME), "blue"));
	CHANGES(NETWORK_SET, 0, STR(A(NAME), "red"), U32(A(VNI), 100));
}

/* A connection of someone else's in the zone that would be the first to be given out. */
static bool use_zone(void)
{
	return !run("nft add table ip other && "
		    "nft 'add chain ip other out { type filter hook output priority raw; }' && "
		    "nft add rule ip other out ct zone set 32768 && "
		    "ping -qc1 127.0.0.1 >/dev/null");
}

static bool zone_has_connections(void)
{
	return !run("grep -q 'zone=32768 ' /proc/net/nf_conntrack");
}

/* Whoever has connections in a zone keeps them, and the zone. */
TEST_F(network, zone_of_someone_else)
{
	const struct nlattr *zone;

	if (!use_zone())
		SKIP(return, "there is no nft, or no ping");
	ASSERT_TRUE(zone_has_connections());
	NETWORK("blue");
	zone = nl_attr(GET(NETWORK_GET, STR(VROUTER_A_NETWORK_NAME, "blue")),
		       VROUTER_A_NETWORK_ZONE);
	ASSERT_NE(NULL, zone);
	EXPECT_LT(32768, mnl_attr_get_u16(zone));
	EXPECT_TRUE(zone_has_connections());
	/* Unless the zone is asked for: then the connections are those of the network. */
	NETWORK("red", U16(VROUTER_A_NETWORK_ZONE, 32768));
	EXPECT_TRUE(zone_has_connections());
}

TEST_HARNESS_MAIN
