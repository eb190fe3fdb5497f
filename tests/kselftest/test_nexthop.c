// SPDX-License-Identifier: GPL-2.0
/* Next hops: nexthop-get, nexthop-new, nexthop-set, nexthop-del. */
#include "fixture.h"

#define A(name) VROUTER_A_NEXTHOP_##name
#define TYPE(name) U32(A(TYPE), VROUTER_NEXTHOP_TYPE_##name)
#define PAYLOAD(name) U32(A(PAYLOAD), VROUTER_PAYLOAD_##name)
#define MEMBER(id) NEST(A(MEMBER), U32(VROUTER_A_MEMBER_NEXTHOP, id))
#define WEIGHTED(id, weight) \
	NEST(A(MEMBER), U32(VROUTER_A_MEMBER_NEXTHOP, id), U32(VROUTER_A_MEMBER_WEIGHT, weight))
#define HASH(name) U32(A(HASH), VROUTER_ECMP_HASH_##name)

/* Something of everything that a next hop can lead to. */
FIXTURE(nexthop) {};

FIXTURE_SETUP(nexthop)
{
	ASSERT_TRUE(enter_netns());
	ASSERT_EQ(0, run("ip link add d0 type dummy && ip link add d1 type dummy"));
	ASSERT_EQ(0, run("ip link add h0 type vrouter && ip link add h1 type vrouter"));
	NETWORK("blue");
	NETWORK("red");
	TUNNEL("vx0", "127.0.0.1");
	TUNNEL("vx6", "::1");
	OK(TUNNEL_NEW, CREATE, STR(VROUTER_A_TUNNEL_NAME, "gre"),
	   U32(VROUTER_A_TUNNEL_TYPE, VROUTER_TUNNEL_TYPE_GRE),
	   ADDR(VROUTER_A_TUNNEL_LOCAL, "127.0.0.1"));
	OK(TUNNEL_NEW, CREATE, STR(VROUTER_A_TUNNEL_NAME, "mpls"),
	   U32(VROUTER_A_TUNNEL_TYPE, VROUTER_TUNNEL_TYPE_MPLSOUDP),
	   ADDR(VROUTER_A_TUNNEL_LOCAL, "127.0.0.1"));
	VIF("vm", "d0", "blue");
	VIF("vm1", "d1", "blue");
	VIF("host", "h0", "blue");
}

FIXTURE_TEARDOWN(nexthop)
{
	leave_netns();
}

static const struct nlmsghdr *get(uint32_t id)
{
	return GET(NEXTHOP_GET, U32(A(ID), id));
}

/* Each type, made, told, made again, told apart and deleted. */
#define EVERY(...) do { \
	CHANGES(NEXTHOP_NEW, CREATE, U32(A(ID), 7), __VA_ARGS__); \
	HAS(get(7), U32(A(ID), 7), U32(A(REFS), 0), __VA_ARGS__); \
	SAME(NEXTHOP_NEW, CREATE, U32(A(ID), 7), __VA_ARGS__); \
	SAME(NEXTHOP_NEW, CREATE | REPLACE, U32(A(ID), 7), __VA_ARGS__); \
	SAME(NEXTHOP_NEW, REPLACE, U32(A(ID), 7), __VA_ARGS__); \
	SAME(NEXTHOP_SET, 0, U32(A(ID), 7), __VA_ARGS__); \
	REFUSED(EEXIST, "the next hop exists", AT(A(ID)), NEXTHOP_NEW, CREATE | EXCL, \
		U32(A(ID), 7), __VA_ARGS__); \
	REFUSED(EEXIST, "next hop 7 exists with ", AT(A(ID)), NEXTHOP_NEW, CREATE, \
		U32(A(ID), 7), TYPE(NETWORK), U32(A(NETWORK_ID), 2)); \
	CHANGES(NEXTHOP_DEL, 0, U32(A(ID), 7)); \
	EXPECT_NULL(get(7)); \
} while (0)

TEST_F(nexthop, types)
{
	NEXTHOP(1, VIF, STR(A(VIF_NAME), "vm"));
	NEXTHOP(2, TUNNEL, STR(A(TUNNEL_NAME), "vx0"), ADDR(A(REMOTE), "192.0.2.1"));
	EVERY(TYPE(VIF), U32(A(VIF_ID), 1), STR(A(VIF_NAME), "vm"));
	EVERY(TYPE(VIF), STR(A(VIF_NAME), "vm"), MAC(A(MAC), "02:00:00:00:00:01"));
	EVERY(TYPE(TUNNEL), U32(A(TUNNEL_ID), 1), STR(A(TUNNEL_NAME), "vx0"),
	      ADDR(A(REMOTE), "192.0.2.2"));
	EVERY(TYPE(TUNNEL), STR(A(TUNNEL_NAME), "vx6"), ADDR(A(REMOTE), "2001:db8::1"),
	      U32(A(VNI), 16777215), MAC(A(MAC), "02:00:00:00:00:01"));
	EVERY(TYPE(TUNNEL), STR(A(TUNNEL_NAME), "gre"), ADDR(A(REMOTE), "192.0.2.2"),
	      U32(A(KEY), 0xffffffff), PAYLOAD(L3));
	EVERY(TYPE(TUNNEL), STR(A(TUNNEL_NAME), "mpls"), ADDR(A(REMOTE), "192.0.2.2"),
	      U32(A(LABEL), 1048575), PAYLOAD(L3));
	EVERY(TYPE(TUNNEL), STR(A(TUNNEL_NAME), "mpls"), ADDR(A(REMOTE), "192.0.2.2"),
	      U32(A(LABEL), 16), PAYLOAD(L2));
	EVERY(TYPE(NETWORK), U32(A(NETWORK_ID), 1), STR(A(NETWORK_NAME), "blue"));
	EVERY(TYPE(HOST), STR(A(IFNAME), "h0"));
	EVERY(TYPE(BLACKHOLE));
	EVERY(TYPE(REJECT), U32(A(REJECT_CODE), VROUTER_REJECT_CODE_PROHIBITED));
	EVERY(TYPE(REJECT), U32(A(REJECT_CODE), VROUTER_REJECT_CODE_NET));
	EVERY(TYPE(FLOOD));
	EVERY(TYPE(FLOOD), MEMBER(2), MEMBER(1));
	EVERY(TYPE(ECMP), WEIGHTED(2, 1), HASH(L4));
	EVERY(TYPE(ECMP), WEIGHTED(2, 256), WEIGHTED(1, 1), HASH(L3));
}

TEST_F(nexthop, defaults)
{
	NEXTHOP(1, REJECT);
	EXPECT_EQ(VROUTER_REJECT_CODE_PROHIBITED, nl_u32(get(1), A(REJECT_CODE)));
	NEXTHOP(2, TUNNEL, STR(A(TUNNEL_NAME), "vx0"), ADDR(A(REMOTE), "192.0.2.2"));
	EXPECT_NULL(nl_attr(get(2), A(VNI)));
	EXPECT_NULL(nl_attr(get(2), A(MAC)));
	NEXTHOP(3, HOST, STR(A(IFNAME), "h0"));
	HAS(get(3), STR(A(VIF_NAME), "host"));
	EXPECT_NE(NULL, nl_inner(get(3), A(STATS), VROUTER_A_STATS_TX_PACKETS));
	/* An id is allocated when none is given. */
	OK(NEXTHOP_NEW, CREATE, TYPE(BLACKHOLE));
	HAS(get(4), TYPE(BLACKHOLE));
}

TEST_F(nexthop, get)
{
	REFUSED(ENOENT, "there is no next hop with id 3", AT(A(ID)), NEXTHOP_GET, 0,
		U32(A(ID), 3));
	REFUSED(EINVAL, "the id of the next hop is missing", MISSING(A(ID)), NEXTHOP_GET, 0);
	REFUSED(ERANGE, "id 0 is out of range", AT(A(ID)), NEXTHOP_GET, 0, U32(A(ID), 0));
	REFUSED(ERANGE, "id 4294967295 is out of range", AT(A(ID)), NEXTHOP_NEW, CREATE,
		U32(A(ID), 0xffffffff), TYPE(BLACKHOLE));
	REFUSED(ERANGE, "id 0 is out of range", AT(A(ID)), NEXTHOP_NEW, CREATE, U32(A(ID), 0),
		TYPE(BLACKHOLE));
	NEXTHOP(0xfffffffe, BLACKHOLE);
}

TEST_F(nexthop, flags)
{
	REFUSED(EINVAL, "NLM_F_CREATE or NLM_F_REPLACE", NOWHERE, NEXTHOP_NEW, 0, U32(A(ID), 1),
		TYPE(BLACKHOLE));
	REFUSED(ENOENT, "there is no next hop with id 1", AT(A(ID)), NEXTHOP_NEW, REPLACE,
		U32(A(ID), 1), TYPE(BLACKHOLE));
	REFUSED(EINVAL, "the id of the next hop is missing", MISSING(A(ID)), NEXTHOP_NEW,
		REPLACE, TYPE(BLACKHOLE));
	REFUSED(EINVAL, "the id of the next hop is missing", MISSING(A(ID)), NEXTHOP_NEW,
		REPLACE | CREATE, TYPE(BLACKHOLE));
	REFUSED(EINVAL, "the id of the next hop is missing", MISSING(A(ID)), NEXTHOP_SET, 0,
		TYPE(BLACKHOLE));
	REFUSED(ENOENT, "there is no next hop with id 1", AT(A(ID)), NEXTHOP_SET, 0,
		U32(A(ID), 1), TYPE(BLACKHOLE));
	REFUSED(EINVAL, "the id of the next hop is missing", MISSING(A(ID)), NEXTHOP_DEL, 0);
	REFUSED(ENOENT, "there is no next hop with id 1", AT(A(ID)), NEXTHOP_DEL, 0,
		U32(A(ID), 1));
}

#define REFUSED_NEW(err, text, where, ...) \
	REFUSED(err, text, where, NEXTHOP_NEW, CREATE, U32(A(ID), 7) __VA_OPT__(,) __VA_ARGS__)

TEST_F(nexthop, missing)
{
	REFUSED_NEW(EINVAL, "the type of the next hop is missing", MISSING(A(TYPE)));
	REFUSED_NEW(EINVAL, "the vif of the next hop is missing", MISSING(A(VIF_ID)),
		    TYPE(VIF));
	REFUSED_NEW(EINVAL, "the tunnel of the next hop is missing", MISSING(A(TUNNEL_ID)),
		    TYPE(TUNNEL), ADDR(A(REMOTE), "192.0.2.1"));
	REFUSED_NEW(EINVAL, "the remote address of the next hop is missing", MISSING(A(REMOTE)),
		    TYPE(TUNNEL), U32(A(TUNNEL_ID), 1));
	REFUSED_NEW(EINVAL, "the network of the next hop is missing", MISSING(A(NETWORK_ID)),
		    TYPE(NETWORK));
	REFUSED_NEW(EINVAL, "the device of the next hop is missing", MISSING(A(IFINDEX)),
		    TYPE(HOST));
	REFUSED_NEW(EINVAL, "the list of members of the next hop is missing", MISSING(A(MEMBER)),
		    TYPE(ECMP));
}

TEST_F(nexthop, references)
{
	REFUSED_NEW(ENOENT, "there is no vif \"no\"", AT(A(VIF_NAME)), TYPE(VIF),
		    STR(A(VIF_NAME), "no"));
	REFUSED_NEW(ENOENT, "there is no vif with id 99", AT(A(VIF_ID)), TYPE(VIF),
		    U32(A(VIF_ID), 99));
	REFUSED_NEW(EINVAL, "vif 1 is called \"vm\", not \"vm1\"", AT(A(VIF_NAME)), TYPE(VIF),
		    U32(A(VIF_ID), 1), STR(A(VIF_NAME), "vm1"));
	REFUSED_NEW(ENOENT, "there is no tunnel \"no\"", AT(A(TUNNEL_NAME)), TYPE(TUNNEL),
		    STR(A(TUNNEL_NAME), "no"), ADDR(A(REMOTE), "192.0.2.1"));
	REFUSED_NEW(ENOENT, "there is no network with id 9", AT(A(NETWORK_ID)), TYPE(NETWORK),
		    U32(A(NETWORK_ID), 9));
	REFUSED_NEW(ENODEV, "there is no device \"no\" here", AT(A(IFNAME)), TYPE(HOST),
		    STR(A(IFNAME), "no"));
	REFUSED_NEW(EINVAL, "device \"d0\" is not of link type vrouter", AT(A(IFNAME)),
		    TYPE(HOST), STR(A(IFNAME), "d0"));
	REFUSED_NEW(EINVAL, "device \"h1\" carries no vif, which its replies need",
		    AT(A(IFNAME)), TYPE(HOST), STR(A(IFNAME), "h1"));
	REFUSED_NEW(ENOENT, "there is no next hop with id 99",
		    IN_NTH(A(MEMBER), 0, VROUTER_A_MEMBER_NEXTHOP), TYPE(FLOOD), MEMBER(99));
}

TEST_F(nexthop, remote)
{
	REFUSED_NEW(EAFNOSUPPORT, "tunnel \"vx0\" is on IPv4, the remote address is not",
		    AT(A(REMOTE)), TYPE(TUNNEL), STR(A(TUNNEL_NAME), "vx0"),
		    ADDR(A(REMOTE), "2001:db8::1"));
	REFUSED_NEW(EAFNOSUPPORT, "tunnel \"vx6\" is on IPv6, the remote address is not",
		    AT(A(REMOTE)), TYPE(TUNNEL), STR(A(TUNNEL_NAME), "vx6"),
		    ADDR(A(REMOTE), "192.0.2.1"));
	REFUSED_NEW(EINVAL, "an address has 4 or 16 bytes, not 8", AT(A(REMOTE)), TYPE(TUNNEL),
		    STR(A(TUNNEL_NAME), "vx0"), BYTES(A(REMOTE), "\300\0\2\1\0\0\0", 8));
	REFUSED_NEW(EADDRNOTAVAIL, "the remote address is not a unicast address",
		    AT(A(REMOTE)), TYPE(TUNNEL), STR(A(TUNNEL_NAME), "vx0"),
		    ADDR(A(REMOTE), "239.1.1.1"));
	REFUSED_NEW(EADDRNOTAVAIL, "not a unicast address", AT(A(REMOTE)), TYPE(TUNNEL),
		    STR(A(TUNNEL_NAME), "vx0"), ADDR(A(REMOTE), "0.0.0.0"));
	REFUSED_NEW(EADDRNOTAVAIL, "not a unicast address", AT(A(REMOTE)), TYPE(TUNNEL),
		    STR(A(TUNNEL_NAME), "vx6"), ADDR(A(REMOTE), "ff05::1"));
	REFUSED_NEW(EADDRNOTAVAIL, "the remote address is the local one of tunnel \"vx0\"",
		    AT(A(REMOTE)), TYPE(TUNNEL), STR(A(TUNNEL_NAME), "vx0"),
		    ADDR(A(REMOTE), "127.0.0.1"));
	REFUSED_NEW(ERANGE, "VNI 0 is out of range", AT(A(VNI)), TYPE(TUNNEL),
		    STR(A(TUNNEL_NAME), "vx0"), ADDR(A(REMOTE), "192.0.2.1"), U32(A(VNI), 0));
	REFUSED_NEW(ERANGE, "VNI 16777216 is out of range", AT(A(VNI)), TYPE(TUNNEL),
		    STR(A(TUNNEL_NAME), "vx0"), ADDR(A(REMOTE), "192.0.2.1"),
		    U32(A(VNI), 16777216));
	REFUSED_NEW(EADDRNOTAVAIL, "is not a unicast address", AT(A(MAC)), TYPE(TUNNEL),
		    STR(A(TUNNEL_NAME), "vx0"), ADDR(A(REMOTE), "192.0.2.1"),
		    MAC(A(MAC), "01:00:00:00:00:00"));
	/* To another tunnel, an address that stays may not fit. */
	NEXTHOP(8, TUNNEL, STR(A(TUNNEL_NAME), "vx0"), ADDR(A(REMOTE), "192.0.2.1"));
	REFUSED(EAFNOSUPPORT, "tunnel \"vx6\" is on IPv6, the remote address is not",
		AT(A(TUNNEL_NAME)), NEXTHOP_SET, 0, U32(A(ID), 8), STR(A(TUNNEL_NAME), "vx6"));
}

#define VIA(name) TYPE(TUNNEL), STR(A(TUNNEL_NAME), name), ADDR(A(REMOTE), "192.0.2.2")

/* What the header of an encapsulation has a place for. */
TEST_F(nexthop, encapsulations)
{
	REFUSED_NEW(EINVAL, "the next hop has no label, which tunnels of type mplsoudp need",
		    MISSING(A(LABEL)), VIA("mpls"));
	REFUSED_NEW(EINVAL, "has a VNI, for which tunnels of type mplsoudp have no place",
		    AT(A(VNI)), VIA("mpls"), U32(A(LABEL), 500), U32(A(VNI), 5));
	REFUSED_NEW(EINVAL, "has a key, for which tunnels of type mplsoudp have no place",
		    AT(A(KEY)), VIA("mpls"), U32(A(LABEL), 500), U32(A(KEY), 5));
	REFUSED_NEW(EINVAL, "has a label, for which tunnels of type vxlan have no place",
		    AT(A(LABEL)), VIA("vx0"), U32(A(LABEL), 500));
	REFUSED_NEW(EINVAL, "has a label, for which tunnels of type gre have no place",
		    AT(A(LABEL)), VIA("gre"), U32(A(LABEL), 500));
	REFUSED_NEW(EINVAL, "has a key, for which tunnels of type vxlan have no place",
		    AT(A(KEY)), VIA("vx0"), U32(A(KEY), 5));
	REFUSED_NEW(EINVAL, "has a payload l3, for which tunnels of type vxlan have no place",
		    AT(A(PAYLOAD)), VIA("vx0"), PAYLOAD(L3));
	REFUSED_NEW(EINVAL, "a next hop has a VNI or a key, not both", AT(A(KEY)), VIA("gre"),
		    U32(A(KEY), 5), U32(A(VNI), 5));
	REFUSED_NEW(EINVAL, "with payload l3 there is no Ethernet header for a MAC address",
		    AT(A(MAC)), VIA("gre"), PAYLOAD(L3), MAC(A(MAC), "02:00:00:00:00:01"));
	REFUSED_NEW(ERANGE, "key 0 is out of range: 1 to 4294967295", AT(A(KEY)), VIA("gre"),
		    U32(A(KEY), 0));
	REFUSED_NEW(ERANGE, "label 15 is reserved", AT(A(LABEL)), VIA("mpls"), U32(A(LABEL), 15));
	REFUSED_NEW(ERANGE, "label 1048576 is out of range", AT(A(LABEL)), VIA("mpls"),
		    U32(A(LABEL), 1048576));
	MALFORMED(ERANGE, AT(A(PAYLOAD)), NEXTHOP_NEW, CREATE, U32(A(ID), 7), VIA("gre"),
		  U32(A(PAYLOAD), 3));
}

/* With a label IP packets go as they are, unless there is a MAC address to send to. */
TEST_F(nexthop, payload)
{
	NEXTHOP(1, TUNNEL, STR(A(TUNNEL_NAME), "gre"), ADDR(A(REMOTE), "192.0.2.2"));
	HAS(get(1), PAYLOAD(L2));
	CHANGES(NEXTHOP_SET, 0, U32(A(ID), 1), PAYLOAD(L3));
	HAS(get(1), PAYLOAD(L3));
	REFUSED(EINVAL, "with payload l3 there is no Ethernet header", AT(A(MAC)), NEXTHOP_SET,
		0, U32(A(ID), 1), MAC(A(MAC), "02:00:00:00:00:01"));
	NEXTHOP(2, TUNNEL, STR(A(TUNNEL_NAME), "mpls"), ADDR(A(REMOTE), "192.0.2.2"),
		U32(A(LABEL), 500));
	HAS(get(2), PAYLOAD(L3), U32(A(LABEL), 500));
	CHANGES(NEXTHOP_SET, 0, U32(A(ID), 2), MAC(A(MAC), "02:00:00:00:00:01"));
	HAS(get(2), PAYLOAD(L2));
	CHANGES(NEXTHOP_SET, 0, U32(A(ID), 2), U32(A(LABEL), 501));
	HAS(get(2), U32(A(LABEL), 501), MAC(A(MAC), "02:00:00:00:00:01"));
	REFUSED(EEXIST, "next hop 2 exists with another label", AT(A(ID)), NEXTHOP_NEW, CREATE,
		U32(A(ID), 2), VIA("mpls"), U32(A(LABEL), 502),
		MAC(A(MAC), "02:00:00:00:00:01"));
	REFUSED(EEXIST, "next hop 2 exists with another MAC address", AT(A(ID)), NEXTHOP_NEW,
		CREATE, U32(A(ID), 2), VIA("mpls"), U32(A(LABEL), 501));
	/* A key takes the place of a VNI, and the other way round. */
	CHANGES(NEXTHOP_SET, 0, U32(A(ID), 1), U32(A(VNI), 5));
	CHANGES(NEXTHOP_SET, 0, U32(A(ID), 1), U32(A(KEY), 16777216));
	HAS(get(1), U32(A(KEY), 16777216));
	EXPECT_NULL(nl_attr(get(1), A(VNI)));
	CHANGES(NEXTHOP_SET, 0, U32(A(ID), 1), U32(A(VNI), 6));
	EXPECT_NULL(nl_attr(get(1), A(KEY)));
}

/* Attributes of one type are refused by the others. */
TEST_F(nexthop, belongs)
{
	REFUSED_NEW(EINVAL, "a next hop of type blackhole has no place for a vif",
		    AT(A(VIF_ID)), TYPE(BLACKHOLE), U32(A(VIF_ID), 1));
	REFUSED_NEW(EINVAL, "of type blackhole has no place for a vif", AT(A(VIF_NAME)),
		    TYPE(BLACKHOLE), STR(A(VIF_NAME), "vm"));
	REFUSED_NEW(EINVAL, "of type vif has no place for a tunnel", AT(A(TUNNEL_ID)),
		    TYPE(VIF), U32(A(VIF_ID), 1), U32(A(TUNNEL_ID), 1));
	REFUSED_NEW(EINVAL, "of type vif has no place for a tunnel", AT(A(TUNNEL_NAME)),
		    TYPE(VIF), U32(A(VIF_ID), 1), STR(A(TUNNEL_NAME), "vx0"));
	REFUSED_NEW(EINVAL, "of type vif has no place for a remote address", AT(A(REMOTE)),
		    TYPE(VIF), U32(A(VIF_ID), 1), ADDR(A(REMOTE), "192.0.2.1"));
	REFUSED_NEW(EINVAL, "of type network has no place for a VNI", AT(A(VNI)),
		    TYPE(NETWORK), U32(A(NETWORK_ID), 1), U32(A(VNI), 1));
	REFUSED_NEW(EINVAL, "of type network has no place for a key", AT(A(KEY)),
		    TYPE(NETWORK), U32(A(NETWORK_ID), 1), U32(A(KEY), 1));
	REFUSED_NEW(EINVAL, "of type network has no place for a label", AT(A(LABEL)),
		    TYPE(NETWORK), U32(A(NETWORK_ID), 1), U32(A(LABEL), 500));
	REFUSED_NEW(EINVAL, "of type vif has no place for a payload", AT(A(PAYLOAD)),
		    TYPE(VIF), U32(A(VIF_ID), 1), PAYLOAD(L3));
	REFUSED_NEW(EINVAL, "of type reject has no place for a MAC address", AT(A(MAC)),
		    TYPE(REJECT), MAC(A(MAC), "02:00:00:00:00:01"));
	REFUSED_NEW(EINVAL, "of type flood has no place for a network", AT(A(NETWORK_ID)),
		    TYPE(FLOOD), U32(A(NETWORK_ID), 1));
	REFUSED_NEW(EINVAL, "of type flood has no place for a network", AT(A(NETWORK_NAME)),
		    TYPE(FLOOD), STR(A(NETWORK_NAME), "blue"));
	REFUSED_NEW(EINVAL, "of type vif has no place for a device", AT(A(IFINDEX)), TYPE(VIF),
		    U32(A(VIF_ID), 1), U32(A(IFINDEX), 1));
	REFUSED_NEW(EINVAL, "of type vif has no place for a device", AT(A(IFNAME)), TYPE(VIF),
		    U32(A(VIF_ID), 1), STR(A(IFNAME), "lo"));
	REFUSED_NEW(EINVAL, "of type host has no place for a reject code", AT(A(REJECT_CODE)),
		    TYPE(HOST), STR(A(IFNAME), "h0"), U32(A(REJECT_CODE), 0));
	REFUSED_NEW(EINVAL, "of type tunnel has no place for members", AT(A(MEMBER)),
		    TYPE(TUNNEL), STR(A(TUNNEL_NAME), "vx0"), ADDR(A(REMOTE), "192.0.2.1"),
		    MEMBER(1));
	REFUSED_NEW(EINVAL, "of type flood has no place for a hash", AT(A(HASH)), TYPE(FLOOD),
		    HASH(L3));
	REFUSED_NEW(EINVAL, "of type ecmp has no place for a MAC address", AT(A(MAC)),
		    TYPE(ECMP), MAC(A(MAC), "02:00:00:00:00:01"));
	/* As with a type that stays. */
	NEXTHOP(8, BLACKHOLE);
	REFUSED(EINVAL, "of type blackhole has no place for a VNI", AT(A(VNI)), NEXTHOP_SET, 0,
		U32(A(ID), 8), U32(A(VNI), 5));
}

TEST_F(nexthop, strict)
{
	MALFORMED(ERANGE, AT(A(TYPE)), NEXTHOP_NEW, CREATE, U32(A(ID), 7), U32(A(TYPE), 0));
	MALFORMED(ERANGE, AT(A(TYPE)), NEXTHOP_NEW, CREATE, U32(A(ID), 7), U32(A(TYPE), 9));
	MALFORMED(ERANGE, AT(A(REJECT_CODE)), NEXTHOP_NEW, CREATE, U32(A(ID), 7), TYPE(REJECT),
		  U32(A(REJECT_CODE), 3));
	MALFORMED(EINVAL, AT(A(REFS)), NEXTHOP_NEW, CREATE, U32(A(ID), 7), TYPE(REJECT),
		  U32(A(REFS), 3));
	MALFORMED(EINVAL, AT(120), NEXTHOP_SET, 0, U32(A(ID), 7), U32(120, 3));
	MALFORMED(EINVAL, IN(A(MEMBER), 3), NEXTHOP_NEW, CREATE, TYPE(FLOOD),
		  NEST(A(MEMBER), U32(VROUTER_A_MEMBER_NEXTHOP, 1), U32(3, 1)));
	MALFORMED(ERANGE, AT(A(HASH)), NEXTHOP_NEW, CREATE, U32(A(ID), 7), TYPE(ECMP),
		  U32(A(HASH), 2));
	MALFORMED(EINVAL, AT(A(MEMBER)), NEXTHOP_NEW, CREATE, TYPE(FLOOD),
		  FLAT_NEST(A(MEMBER), U32(VROUTER_A_MEMBER_NEXTHOP, 1)));
	MALFORMED(EINVAL, AT(A(TYPE)), NEXTHOP_DEL, 0, U32(A(ID), 7), TYPE(REJECT));
}

#define SET(attr) do { \
	CHANGES(NEXTHOP_SET, 0, U32(A(ID), 7), attr); \
	HAS(get(7), attr); \
	SAME(NEXTHOP_SET, 0, U32(A(ID), 7), attr); \
} while (0)

TEST_F(nexthop, set_each_alone)
{
	NEXTHOP(7, TUNNEL, STR(A(TUNNEL_NAME), "vx0"), ADDR(A(REMOTE), "192.0.2.1"),
		U32(A(VNI), 5), MAC(A(MAC), "02:00:00:00:00:01"));
	SET(ADDR(A(REMOTE), "192.0.2.2"));
	HAS(get(7), U32(A(TUNNEL_ID), 1), U32(A(VNI), 5), MAC(A(MAC), "02:00:00:00:00:01"));
	SET(U32(A(VNI), 6));
	HAS(get(7), ADDR(A(REMOTE), "192.0.2.2"), MAC(A(MAC), "02:00:00:00:00:01"));
	SET(MAC(A(MAC), "02:00:00:00:00:02"));
	HAS(get(7), ADDR(A(REMOTE), "192.0.2.2"), U32(A(VNI), 6));
	SAME(NEXTHOP_SET, 0, U32(A(ID), 7));
	OK(NEXTHOP_SET, 0, U32(A(ID), 7), STR(A(TUNNEL_NAME), "vx6"),
	   ADDR(A(REMOTE), "2001:db8::2"));
	HAS(get(7), U32(A(TUNNEL_ID), 2), U32(A(VNI), 6));
	OK(TUNNEL_DEL, 0, STR(VROUTER_A_TUNNEL_NAME, "vx0"));

	/* With another type, nothing of the old one is left. */
	SET(TYPE(REJECT));
	EXPECT_NULL(nl_attr(get(7), A(TUNNEL_ID)));
	EXPECT_NULL(nl_attr(get(7), A(MAC)));
	HAS(get(7), U32(A(REJECT_CODE), VROUTER_REJECT_CODE_PROHIBITED));
	OK(TUNNEL_DEL, 0, STR(VROUTER_A_TUNNEL_NAME, "vx6"));
	SET(U32(A(REJECT_CODE), VROUTER_REJECT_CODE_HOST));
	OK(NEXTHOP_SET, 0, U32(A(ID), 7), TYPE(VIF), STR(A(VIF_NAME), "vm"));
	SET(STR(A(VIF_NAME), "vm1"));
	OK(VIF_DEL, 0, STR(VROUTER_A_VIF_NAME, "vm"));
	REFUSED(EINVAL, "the network of the next hop is missing", MISSING(A(NETWORK_ID)),
		NEXTHOP_SET, 0, U32(A(ID), 7), TYPE(NETWORK));
	OK(NEXTHOP_SET, 0, U32(A(ID), 7), TYPE(NETWORK), STR(A(NETWORK_NAME), "red"));
	SET(U32(A(NETWORK_ID), 1));
	OK(NETWORK_DEL, 0, STR(VROUTER_A_NETWORK_NAME, "red"));
}

TEST_F(nexthop, flood_members)
{
	NEXTHOP(1, VIF, STR(A(VIF_NAME), "vm"));
	NEXTHOP(2, TUNNEL, STR(A(TUNNEL_NAME), "vx0"), ADDR(A(REMOTE), "192.0.2.1"));
	NEXTHOP(3, BLACKHOLE);
	NEXTHOP(4, FLOOD);
	REFUSED_NEW(EINVAL, "next hop 3 is of neither type vif nor tunnel",
		    IN_NTH(A(MEMBER), 1, VROUTER_A_MEMBER_NEXTHOP), TYPE(FLOOD), MEMBER(1),
		    MEMBER(3));
	REFUSED_NEW(EINVAL, "next hop 4 is of neither type vif nor tunnel",
		    IN(A(MEMBER), VROUTER_A_MEMBER_NEXTHOP), TYPE(FLOOD), MEMBER(4));
	REFUSED_NEW(EINVAL, "next hop 1 is a member twice",
		    IN_NTH(A(MEMBER), 2, VROUTER_A_MEMBER_NEXTHOP), TYPE(FLOOD), MEMBER(1),
		    MEMBER(2), MEMBER(1));
	NEXTHOP(90, FLOOD, MEMBER(1), MEMBER(2));
	EXPECT_EQ(1, nl_u32(get(1), A(REFS)));
	REFUSED(EEXIST, "next hop 90 exists with another list of members", AT(A(ID)),
		NEXTHOP_NEW, CREATE, U32(A(ID), 90), TYPE(FLOOD), MEMBER(2), MEMBER(1));
	REFUSED(EBUSY, "next hop 1 is a member of next hop 90", AT(A(ID)), NEXTHOP_DEL, 0,
		U32(A(ID), 1));
	REFUSED(EBUSY, "next hop 1 is a member of next hop 90", AT(A(TYPE)), NEXTHOP_SET, 0,
		U32(A(ID), 1), TYPE(BLACKHOLE));
	/* Neither one that is made a flood by this, nor one that is a flood already. */
	NEXTHOP(91, VIF, STR(A(VIF_NAME), "vm"));
	REFUSED(ELOOP, "next hop 91 cannot be a member of itself",
		IN(A(MEMBER), VROUTER_A_MEMBER_NEXTHOP), NEXTHOP_SET, 0, U32(A(ID), 91),
		TYPE(FLOOD), MEMBER(91));
	REFUSED(ELOOP, "next hop 90 cannot be a member of itself",
		IN_NTH(A(MEMBER), 1, VROUTER_A_MEMBER_NEXTHOP), NEXTHOP_NEW, CREATE | REPLACE,
		U32(A(ID), 90), TYPE(FLOOD), MEMBER(1), MEMBER(90));
	OK(NEXTHOP_DEL, 0, U32(A(ID), 91));
	/* From vif to tunnel a member may change. */
	OK(NEXTHOP_SET, 0, U32(A(ID), 1), TYPE(TUNNEL), STR(A(TUNNEL_NAME), "vx0"),
	   ADDR(A(REMOTE), "192.0.2.7"));
	CHANGES(NEXTHOP_SET, 0, U32(A(ID), 90), MEMBER(2));
	EXPECT_EQ(0, nl_u32(get(1), A(REFS)));
	EXPECT_EQ(1, nl_count(get(90), A(MEMBER)));
	OK(NEXTHOP_DEL, 0, U32(A(ID), 1));
	CHANGES(NEXTHOP_SET, 0, U32(A(ID), 90), NEST(A(MEMBER)));
	EXPECT_EQ(0, nl_count(get(90), A(MEMBER)));
	OK(NEXTHOP_DEL, 0, U32(A(ID), 2));
}

static uint32_t weight(uint32_t id, unsigned int nth)
{
	const struct nlattr *attr = nl_nth_inner(get(id), A(MEMBER), nth,
						 VROUTER_A_MEMBER_WEIGHT);

	return attr ? mnl_attr_get_u32(attr) : 0;
}

/* Two members of each kind that an ecmp may have: 1 and 11, 2 and 12. */
static void make_members(struct __test_metadata *_metadata)
{
	NEXTHOP(1, VIF, STR(A(VIF_NAME), "vm"));
	NEXTHOP(11, VIF, STR(A(VIF_NAME), "vm1"));
	NEXTHOP(2, TUNNEL, STR(A(TUNNEL_NAME), "vx0"), ADDR(A(REMOTE), "192.0.2.1"));
	NEXTHOP(12, TUNNEL, STR(A(TUNNEL_NAME), "vx6"), ADDR(A(REMOTE), "2001:db8::1"));
}

TEST_F(nexthop, ecmp_set)
{
	make_members(_metadata);
	CHANGES(NEXTHOP_NEW, CREATE, U32(A(ID), 7), TYPE(ECMP), MEMBER(1), WEIGHTED(2, 2));
	HAS(get(7), HASH(L4), WEIGHTED(1, 1), WEIGHTED(2, 2));
	EXPECT_EQ(1, nl_u32(get(1), A(REFS)));
	SAME(NEXTHOP_NEW, CREATE, U32(A(ID), 7), TYPE(ECMP), HASH(L4), MEMBER(1), WEIGHTED(2, 2));
	SAME(NEXTHOP_NEW, REPLACE, U32(A(ID), 7), TYPE(ECMP), WEIGHTED(1, 1), WEIGHTED(2, 2));
	SAME(NEXTHOP_SET, 0, U32(A(ID), 7), TYPE(ECMP));
	REFUSED(EEXIST, "next hop 7 exists with another list of members", AT(A(ID)), NEXTHOP_NEW,
		CREATE, U32(A(ID), 7), TYPE(ECMP), MEMBER(1));
	REFUSED(EEXIST, "next hop 7 exists with another weight of a member", AT(A(ID)),
		NEXTHOP_NEW, CREATE, U32(A(ID), 7), TYPE(ECMP), MEMBER(1), MEMBER(2));
	REFUSED(EEXIST, "next hop 7 exists with another hash", AT(A(ID)), NEXTHOP_NEW, CREATE,
		U32(A(ID), 7), TYPE(ECMP), HASH(L3), MEMBER(1), WEIGHTED(2, 2));

	/* Each alone leaves the other. */
	CHANGES(NEXTHOP_SET, 0, U32(A(ID), 7), HASH(L3));
	HAS(get(7), WEIGHTED(1, 1), WEIGHTED(2, 2));
	CHANGES(NEXTHOP_SET, 0, U32(A(ID), 7), MEMBER(2), MEMBER(11), MEMBER(12));
	HAS(get(7), HASH(L3));
	EXPECT_EQ(3, nl_count(get(7), A(MEMBER)));
	EXPECT_EQ(1, weight(7, 0));
	EXPECT_EQ(0, nl_u32(get(1), A(REFS)));
	EXPECT_EQ(1, nl_u32(get(11), A(REFS)));
	/* Replaced, it is what is said only. */
	CHANGES(NEXTHOP_NEW, REPLACE, U32(A(ID), 7), TYPE(ECMP), MEMBER(1));
	HAS(get(7), HASH(L4), WEIGHTED(1, 1));
	EXPECT_EQ(0, nl_u32(get(12), A(REFS)));
	/* To another type and back. */
	CHANGES(NEXTHOP_SET, 0, U32(A(ID), 7), TYPE(FLOOD), MEMBER(1));
	EXPECT_EQ(0, weight(7, 0));
	EXPECT_NULL(nl_attr(get(7), A(HASH)));
	REFUSED(EINVAL, "the list of members of the next hop is missing", MISSING(A(MEMBER)),
		NEXTHOP_SET, 0, U32(A(ID), 7), TYPE(ECMP));
	CHANGES(NEXTHOP_SET, 0, U32(A(ID), 7), TYPE(ECMP), MEMBER(1));
	CHANGES(NEXTHOP_DEL, 0, U32(A(ID), 7));
	EXPECT_EQ(0, nl_u32(get(1), A(REFS)));
}

TEST_F(nexthop, ecmp_members)
{
	make_members(_metadata);
	NEXTHOP(3, BLACKHOLE);
	NEXTHOP(4, FLOOD, MEMBER(1));
	NEXTHOP(5, ECMP, MEMBER(1));
	REFUSED_NEW(EINVAL, "a next hop of type ecmp needs a member", AT(A(MEMBER)), TYPE(ECMP),
		    NEST(A(MEMBER)));
	REFUSED(EINVAL, "a next hop of type ecmp needs a member", AT(A(MEMBER)), NEXTHOP_SET, 0,
		U32(A(ID), 5), NEST(A(MEMBER)));
	REFUSED_NEW(EINVAL, "the next hop of a member is missing",
		    MISSING_IN(A(MEMBER), 0, VROUTER_A_MEMBER_NEXTHOP), TYPE(ECMP),
		    NEST(A(MEMBER), U32(VROUTER_A_MEMBER_WEIGHT, 1)));
	REFUSED_NEW(ENOENT, "there is no next hop with id 99",
		    IN_NTH(A(MEMBER), 1, VROUTER_A_MEMBER_NEXTHOP), TYPE(ECMP), MEMBER(1),
		    MEMBER(99));
	REFUSED_NEW(EINVAL, "next hop 3 is of neither type vif nor tunnel",
		    IN(A(MEMBER), VROUTER_A_MEMBER_NEXTHOP), TYPE(ECMP), MEMBER(3));
	REFUSED_NEW(EINVAL, "next hop 4 is of neither type vif nor tunnel",
		    IN(A(MEMBER), VROUTER_A_MEMBER_NEXTHOP), TYPE(ECMP), MEMBER(4));
	REFUSED_NEW(EINVAL, "next hop 5 is of neither type vif nor tunnel",
		    IN(A(MEMBER), VROUTER_A_MEMBER_NEXTHOP), TYPE(ECMP), MEMBER(5));
	REFUSED_NEW(EINVAL, "next hop 5 is of neither type vif nor tunnel",
		    IN(A(MEMBER), VROUTER_A_MEMBER_NEXTHOP), TYPE(FLOOD), MEMBER(5));
	REFUSED(ELOOP, "next hop 5 cannot be a member of itself",
		IN_NTH(A(MEMBER), 1, VROUTER_A_MEMBER_NEXTHOP), NEXTHOP_SET, 0, U32(A(ID), 5),
		MEMBER(1), MEMBER(5));
	REFUSED_NEW(EINVAL, "next hop 1 is a member twice",
		    IN_NTH(A(MEMBER), 2, VROUTER_A_MEMBER_NEXTHOP), TYPE(ECMP), MEMBER(1),
		    MEMBER(2), WEIGHTED(1, 2));
	REFUSED_NEW(ERANGE, "weight 0 is out of range: 1 to 256",
		    IN_NTH(A(MEMBER), 1, VROUTER_A_MEMBER_WEIGHT), TYPE(ECMP), MEMBER(1),
		    WEIGHTED(2, 0));
	REFUSED_NEW(ERANGE, "weight 257 is out of range: 1 to 256",
		    IN(A(MEMBER), VROUTER_A_MEMBER_WEIGHT), TYPE(ECMP), WEIGHTED(2, 257));
	REFUSED_NEW(EINVAL, "a member of a flood has no weight",
		    IN(A(MEMBER), VROUTER_A_MEMBER_WEIGHT), TYPE(FLOOD), WEIGHTED(1, 1));
	HAS(get(5), WEIGHTED(1, 1));
	EXPECT_EQ(2, nl_u32(get(1), A(REFS)));
}

/* Members stay what their ecmp can use, and while it does. */
TEST_F(nexthop, ecmp_holds_members)
{
	make_members(_metadata);
	NEXTHOP(80, ECMP, MEMBER(1), MEMBER(2));
	REFUSED(EBUSY, "next hop 1 is a member of next hop 80", AT(A(ID)), NEXTHOP_DEL, 0,
		U32(A(ID), 1));
	REFUSED(EBUSY, "next hop 1 is a member of next hop 80", AT(A(TYPE)), NEXTHOP_SET, 0,
		U32(A(ID), 1), TYPE(REJECT));
	REFUSED(EBUSY, "next hop 2 is a member of next hop 80", AT(A(TYPE)), NEXTHOP_NEW, REPLACE,
		U32(A(ID), 2), TYPE(ECMP), MEMBER(11));
	/* From tunnel to vif one may change, and to no vif at all. */
	OK(NEXTHOP_SET, 0, U32(A(ID), 2), TYPE(VIF), STR(A(VIF_NAME), "vm1"));
	ASSERT_EQ(0, run("ip link del d0"));
	HAS(get(80), WEIGHTED(1, 1), WEIGHTED(2, 1));
	OK(NEXTHOP_SET, 0, U32(A(ID), 80), MEMBER(2));
	OK(NEXTHOP_DEL, 0, U32(A(ID), 1));
	OK(NEXTHOP_DEL, 0, U32(A(ID), 80));
	OK(NEXTHOP_DEL, 0, U32(A(ID), 2));
}

TEST_F(nexthop, ecmp_users)
{
	make_members(_metadata);
	NEXTHOP(80, ECMP, MEMBER(1));
	REFUSED(EINVAL, "next hop 80 is not of type flood", AT(VROUTER_A_NETWORK_FLOOD),
		NETWORK_SET, 0, STR(VROUTER_A_NETWORK_NAME, "blue"),
		U32(VROUTER_A_NETWORK_FLOOD, 80));
	ROUTE("blue", "10.1.0.0", 16, 80);
	ROUTE("blue", "2001:db8::", 32, 80);
	FDB("red", "02:00:00:00:00:02", 80);
	EXPECT_EQ(3, nl_u32(get(80), A(REFS)));
	REFUSED(EBUSY, "next hop 80 is used by route 10.1.0.0/16 of network \"blue\"", AT(A(ID)),
		NEXTHOP_DEL, 0, U32(A(ID), 80));
	REFUSED(EBUSY, "next hop 80 is used by route 10.1.0.0/16 of network \"blue\"",
		AT(A(TYPE)), NEXTHOP_SET, 0, U32(A(ID), 80), TYPE(FLOOD));
	REFUSED(EBUSY, "next hop 80 is used by fdb entry 02:00:00:00:00:02 of network \"red\"",
		AT(A(TYPE)), NEXTHOP_SET, 0, U32(A(ID), 80), TYPE(REJECT));
	/* What leads to one of these may lead to several. */
	OK(NEXTHOP_SET, 0, U32(A(ID), 80), TYPE(BLACKHOLE));
	OK(NEXTHOP_SET, 0, U32(A(ID), 80), TYPE(ECMP), MEMBER(2), MEMBER(12));
}

/* As many as there may be, of every weight, on every way from one list to another. */
TEST_F(nexthop, ecmp_many_members)
{
	static struct attr inner[257][3], members[258];
	unsigned int i, round;

	for (i = 0; i < 257; i++) {
		NEXTHOP(i + 1, TUNNEL, STR(A(TUNNEL_NAME), "vx0"), ADDR(A(REMOTE), "192.0.2.1"));
		inner[i][0] = (struct attr)U32(VROUTER_A_MEMBER_NEXTHOP, i + 1);
		inner[i][1] = (struct attr)U32(VROUTER_A_MEMBER_WEIGHT, i % 256 + 1);
		members[i] = (struct attr){ ATTR_NEST, A(MEMBER), 0, 0, inner[i] };
	}
	REFUSED(E2BIG, "a next hop of type ecmp has at most 256 members", AT_NTH(A(MEMBER), 256),
		NEXTHOP_NEW, CREATE, U32(A(ID), 9000), TYPE(ECMP), LIST(members));
	members[256] = (struct attr){};
	OK(NEXTHOP_NEW, CREATE, U32(A(ID), 9000), TYPE(ECMP), LIST(members));
	EXPECT_EQ(256, nl_count(get(9000), A(MEMBER)));
	EXPECT_EQ(256, weight(9000, 255));
	for (round = 1; round < 9; round++) {
		for (i = 0; i < 256; i++)
			inner[i][1] = (struct attr)U32(VROUTER_A_MEMBER_WEIGHT,
						       i % round ? 1 : 256);
		members[256 - 31 * round] = (struct attr){};
		OK(NEXTHOP_SET, 0, U32(A(ID), 9000), LIST(members));
		EXPECT_EQ(256 - 31 * round, nl_count(get(9000), A(MEMBER)));
		for (i = 0; i < 256; i++)
			members[i] = (struct attr){ ATTR_NEST, A(MEMBER), 0, 0, inner[i] };
		OK(NEXTHOP_SET, 0, U32(A(ID), 9000), LIST(members));
	}
	EXPECT_EQ(258, DUMP(NEXTHOP_GET)->count);
	EXPECT_EQ(256, nl_count(nl_first(DUMP(NEXTHOP_GET, TYPE(ECMP))), A(MEMBER)));
}

/* The largest one, told and dumped whole. */
TEST_F(nexthop, many_members)
{
	static struct attr ids[2049][2], members[2050];
	unsigned int i;

	for (i = 0; i < 2049; i++) {
		NEXTHOP(i + 1, TUNNEL, STR(A(TUNNEL_NAME), "vx0"), ADDR(A(REMOTE), "192.0.2.1"));
		ids[i][0] = (struct attr)U32(VROUTER_A_MEMBER_NEXTHOP, i + 1);
		members[i] = (struct attr){ ATTR_NEST, A(MEMBER), 0, 0, ids[i] };
	}
	REFUSED(E2BIG, "a next hop has at most 2048 members", AT_NTH(A(MEMBER), 2048),
		NEXTHOP_NEW, CREATE, U32(A(ID), 9000), TYPE(FLOOD), LIST(members));
	members[2048] = (struct attr){};
	OK(NEXTHOP_NEW, CREATE, U32(A(ID), 9000), TYPE(FLOOD), LIST(members));
	EXPECT_EQ(2048, nl_count(get(9000), A(MEMBER)));
	EXPECT_EQ(2050, DUMP(NEXTHOP_GET)->count);
	/* A socket that has received nothing yet gets small messages at first. */
	nl_close(nl);
	nl = nl_open();
	EXPECT_EQ(1, DUMP(NEXTHOP_GET, TYPE(FLOOD))->count);
	EXPECT_EQ(2048, nl_count(nl_first(DUMP(NEXTHOP_GET, TYPE(FLOOD))), A(MEMBER)));
	OK(NEXTHOP_DEL, 0, U32(A(ID), 9000));
}

/* What a next hop that is in use may become. */
TEST_F(nexthop, change_under_users)
{
	NEXTHOP(1, VIF, STR(A(VIF_NAME), "vm"));
	NEXTHOP(2, BLACKHOLE);
	NEXTHOP(3, FLOOD);
	ROUTE("blue", "10.1.0.0", 16, 1);
	ROUTE("blue", "10.2.0.0", 16, 2);
	FDB("blue", "02:00:00:00:00:02", 2);
	OK(NETWORK_SET, 0, STR(VROUTER_A_NETWORK_NAME, "blue"), U32(VROUTER_A_NETWORK_FLOOD, 3));

	REFUSED(EBUSY, "next hop 1 is used by route 10.1.0.0/16 of network \"blue\"",
		AT(A(TYPE)), NEXTHOP_SET, 0, U32(A(ID), 1), TYPE(FLOOD));
	REFUSED(EBUSY, "next hop 2 is used by fdb entry 02:00:00:00:00:02 of network \"blue\"",
		AT(A(TYPE)), NEXTHOP_SET, 0, U32(A(ID), 2), TYPE(REJECT));
	REFUSED(EBUSY, "next hop 2 is used by fdb entry", AT(A(TYPE)), NEXTHOP_NEW, REPLACE,
		U32(A(ID), 2), TYPE(NETWORK), STR(A(NETWORK_NAME), "red"));
	REFUSED(EBUSY, "next hop 3 is the flood of network \"blue\"", AT(A(TYPE)), NEXTHOP_SET,
		0, U32(A(ID), 3), TYPE(BLACKHOLE));
	/* These fit their users still. */
	OK(NEXTHOP_SET, 0, U32(A(ID), 1), TYPE(REJECT));
	OK(NEXTHOP_SET, 0, U32(A(ID), 1), TYPE(NETWORK), STR(A(NETWORK_NAME), "red"));
	OK(NEXTHOP_SET, 0, U32(A(ID), 2), TYPE(HOST), STR(A(IFNAME), "h0"));
	OK(NEXTHOP_SET, 0, U32(A(ID), 2), TYPE(TUNNEL), STR(A(TUNNEL_NAME), "vx0"),
	   ADDR(A(REMOTE), "192.0.2.1"));
	EXPECT_EQ(2, nl_u32(get(2), A(REFS)));
	/* Without users, anything. */
	OK(ROUTE_DEL, 0, STR(VROUTER_A_ROUTE_NETWORK_NAME, "blue"), FLAG(VROUTER_A_ROUTE_ALL));
	OK(NEXTHOP_SET, 0, U32(A(ID), 1), TYPE(FLOOD));
	EXPECT_EQ(1, nl_u32(get(2), A(REFS)));
}

TEST_F(nexthop, del_in_use)
{
	NEXTHOP(1, BLACKHOLE);
	ROUTE("blue", "10.0.0.0", 8, 1);
	REFUSED(EBUSY, "next hop 1 is used by route 10.0.0.0/8 of network \"blue\"", AT(A(ID)),
		NEXTHOP_DEL, 0, U32(A(ID), 1));
	OK(ROUTE_DEL, 0, STR(VROUTER_A_ROUTE_NETWORK_NAME, "blue"), FLAG(VROUTER_A_ROUTE_ALL));
	ROUTE("blue", "2001:db8::", 32, 1);
	REFUSED(EBUSY, "next hop 1 is used by route 2001:db8::/32 of network \"blue\"",
		AT(A(ID)), NEXTHOP_DEL, 0, U32(A(ID), 1));
	OK(ROUTE_DEL, 0, STR(VROUTER_A_ROUTE_NETWORK_NAME, "blue"), FLAG(VROUTER_A_ROUTE_ALL));
	FDB("red", "02:00:00:00:00:01", 1);
	REFUSED(EBUSY, "next hop 1 is used by fdb entry 02:00:00:00:00:01 of network \"red\"",
		AT(A(ID)), NEXTHOP_DEL, 0, U32(A(ID), 1));
	OK(FDB_DEL, 0, STR(VROUTER_A_FDB_NETWORK_NAME, "red"), FLAG(VROUTER_A_FDB_ALL));
	CHANGES(NEXTHOP_DEL, 0, U32(A(ID), 1));
}

/* A vif that is gone is missed, until it is said again or changed. */
TEST_F(nexthop, dead)
{
	NEXTHOP(1, VIF, STR(A(VIF_NAME), "vm"));
	NEXTHOP(2, HOST, STR(A(IFNAME), "h0"));
	ASSERT_EQ(0, run("ip link del d0 && ip link del h0"));
	HAS(get(1), TYPE(VIF), U32(A(VIF_ID), 1));
	EXPECT_NULL(nl_attr(get(1), A(VIF_NAME)));
	EXPECT_NULL(nl_attr(get(2), A(IFNAME)));
	REFUSED(EINVAL, "the vif of the next hop is missing", MISSING(A(VIF_ID)), NEXTHOP_SET,
		0, U32(A(ID), 1), MAC(A(MAC), "02:00:00:00:00:01"));
	OK(NEXTHOP_NEW, CREATE, U32(A(ID), 1), TYPE(VIF), STR(A(VIF_NAME), "vm1"));
	OK(NEXTHOP_SET, 0, U32(A(ID), 2), TYPE(BLACKHOLE));
}

TEST_F(nexthop, filters)
{
	NEXTHOP(1, VIF, STR(A(VIF_NAME), "vm"));
	NEXTHOP(2, VIF, STR(A(VIF_NAME), "vm1"));
	NEXTHOP(3, TUNNEL, STR(A(TUNNEL_NAME), "vx0"), ADDR(A(REMOTE), "192.0.2.1"));
	NEXTHOP(4, TUNNEL, STR(A(TUNNEL_NAME), "vx6"), ADDR(A(REMOTE), "2001:db8::1"));
	NEXTHOP(5, NETWORK, STR(A(NETWORK_NAME), "red"));
	NEXTHOP(6, HOST, STR(A(IFNAME), "h0"));
	NEXTHOP(7, BLACKHOLE);
	EXPECT_EQ(7, DUMP(NEXTHOP_GET)->count);
	EXPECT_EQ(2, DUMP(NEXTHOP_GET, TYPE(VIF))->count);
	EXPECT_EQ(1, DUMP(NEXTHOP_GET, TYPE(BLACKHOLE))->count);
	EXPECT_EQ(0, DUMP(NEXTHOP_GET, TYPE(FLOOD))->count);
	EXPECT_EQ(2, nl_u32(nl_first(DUMP(NEXTHOP_GET, STR(A(VIF_NAME), "vm1"))), A(ID)));
	EXPECT_EQ(1, DUMP(NEXTHOP_GET, STR(A(VIF_NAME), "vm1"))->count);
	EXPECT_EQ(6, nl_u32(nl_first(DUMP(NEXTHOP_GET, STR(A(VIF_NAME), "host"))), A(ID)));
	EXPECT_EQ(4, nl_u32(nl_first(DUMP(NEXTHOP_GET, U32(A(TUNNEL_ID), 2))), A(ID)));
	EXPECT_EQ(1, DUMP(NEXTHOP_GET, U32(A(TUNNEL_ID), 2))->count);
	EXPECT_EQ(5, nl_u32(nl_first(DUMP(NEXTHOP_GET, U32(A(NETWORK_ID), 2))), A(ID)));
	EXPECT_EQ(0, DUMP(NEXTHOP_GET, U32(A(NETWORK_ID), 1))->count);
	EXPECT_EQ(0, DUMP(NEXTHOP_GET, TYPE(VIF), U32(A(TUNNEL_ID), 2))->count);
	DUMP_REFUSED(ENOENT, "there is no vif \"no\"", NEXTHOP_GET, STR(A(VIF_NAME), "no"));
	DUMP_REFUSED(ENOENT, "there is no tunnel with id 9", NEXTHOP_GET, U32(A(TUNNEL_ID), 9));
	DUMP_REFUSED(ENOENT, "there is no network \"no\"", NEXTHOP_GET,
		     STR(A(NETWORK_NAME), "no"));
}

TEST_HARNESS_MAIN
