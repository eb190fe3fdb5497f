// SPDX-License-Identifier: GPL-2.0
/* Tunnels: tunnel-get, tunnel-new, tunnel-set, tunnel-del. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <unistd.h>

#include "fixture.h"

#define A(name) VROUTER_A_TUNNEL_##name
#define VXLAN U32(A(TYPE), VROUTER_TUNNEL_TYPE_VXLAN)

NETNS_FIXTURE(tunnel);

TEST_F(tunnel, defaults)
{
	TUNNEL("vx0", "127.0.0.1");
	HAS(GET(TUNNEL_GET, STR(A(NAME), "vx0")), U32(A(ID), 1), STR(A(NAME), "vx0"), VXLAN,
	    ADDR(A(LOCAL), "127.0.0.1"), PORT(A(PORT), 4789), U8(A(TTL), 64), U8(A(DSCP), 0),
	    U8(A(DSCP_INHERIT), 0), U8(A(UDP_CSUM), 0), U32(A(MARK), 0));
	EXPECT_NULL(nl_attr(GET(TUNNEL_GET, U32(A(ID), 1)), A(IFINDEX)));
	EXPECT_NULL(nl_attr(GET(TUNNEL_GET, U32(A(ID), 1)), A(IFNAME)));
	EXPECT_NE(NULL, nl_inner(GET(TUNNEL_GET, U32(A(ID), 1)), A(STATS),
				 VROUTER_A_STATS_TX_BYTES));
	/* Over IPv6 the checksum is on. */
	TUNNEL("vx6", "::1");
	HAS(GET(TUNNEL_GET, STR(A(NAME), "vx6")), U32(A(ID), 2), ADDR(A(LOCAL), "::1"),
	    U8(A(UDP_CSUM), 1));
}

#define FULL_BUT_TTL \
	U32(A(ID), 77), STR(A(NAME), "full"), VXLAN, ADDR(A(LOCAL), "127.0.0.5"), \
	PORT(A(PORT), 65535), U8(A(DSCP), 63), U8(A(DSCP_INHERIT), 1), U8(A(UDP_CSUM), 1), \
	U32(A(IFINDEX), 1), STR(A(IFNAME), "lo"), U32(A(MARK), 0xffffffff)
#define FULL FULL_BUT_TTL, U8(A(TTL), 255)

TEST_F(tunnel, add_everything)
{
	CHANGES(TUNNEL_NEW, CREATE, FULL);
	HAS(GET(TUNNEL_GET, U32(A(ID), 77)), FULL);
	SAME(TUNNEL_NEW, CREATE, FULL);
	REFUSED(EEXIST, "the tunnel exists", AT(A(ID)), TUNNEL_NEW, CREATE | EXCL, FULL);
	REFUSED(EEXIST, "the tunnel exists", AT(A(NAME)), TUNNEL_NEW, CREATE | EXCL,
		STR(A(NAME), "full"), VXLAN, ADDR(A(LOCAL), "127.0.0.6"));
}

TEST_F(tunnel, add_other_content)
{
	OK(TUNNEL_NEW, CREATE, FULL);
#define OTHER(what, ...) \
	REFUSED(EEXIST, "tunnel \"full\" exists with another " what, AT(A(ID)), TUNNEL_NEW, \
		CREATE, __VA_ARGS__)
	OTHER("TTL", FULL_BUT_TTL);
	OTHER("TTL", FULL, U8(A(TTL), 1));
	OTHER("local address", FULL, ADDR(A(LOCAL), "127.0.0.6"));
	OTHER("local address", FULL, ADDR(A(LOCAL), "::1"));
	OTHER("UDP port", FULL, PORT(A(PORT), 4789));
	OTHER("DSCP", FULL, U8(A(DSCP), 1));
	OTHER("DSCP", FULL, U8(A(DSCP_INHERIT), 0));
	OTHER("UDP checksum", FULL, U8(A(UDP_CSUM), 0));
	OTHER("mark", FULL, U32(A(MARK), 1));
	OTHER("name", FULL, STR(A(NAME), "empty"));
#undef OTHER
	REFUSED(EEXIST, "tunnel \"full\" exists with another underlay device", AT(A(NAME)),
		TUNNEL_NEW, CREATE, STR(A(NAME), "full"), VXLAN, ADDR(A(LOCAL), "127.0.0.5"),
		PORT(A(PORT), 65535), U8(A(TTL), 255), U8(A(DSCP), 63), U8(A(DSCP_INHERIT), 1),
		U8(A(UDP_CSUM), 1), U32(A(MARK), 0xffffffff));
	REFUSED(EEXIST, "tunnel 77 is already called \"full\"", AT(A(NAME)), TUNNEL_NEW,
		CREATE, U32(A(ID), 78), STR(A(NAME), "full"), VXLAN,
		ADDR(A(LOCAL), "127.0.0.6"));
}

TEST_F(tunnel, replace)
{
	REFUSED(ENOENT, "there is no tunnel \"full\"", AT(A(NAME)), TUNNEL_NEW, REPLACE,
		STR(A(NAME), "full"), VXLAN, ADDR(A(LOCAL), "127.0.0.1"));
	CHANGES(TUNNEL_NEW, REPLACE | CREATE, FULL);
	SAME(TUNNEL_NEW, REPLACE | CREATE, FULL);
	SAME(TUNNEL_NEW, REPLACE, FULL);
	REFUSED(EINVAL, "the type of the tunnel is missing", MISSING(A(TYPE)), TUNNEL_NEW,
		REPLACE, U32(A(ID), 77));
	REFUSED(EINVAL, "the local address of the tunnel is missing", MISSING(A(LOCAL)),
		TUNNEL_NEW, REPLACE, U32(A(ID), 77), VXLAN);
	CHANGES(TUNNEL_NEW, REPLACE, U32(A(ID), 77), VXLAN, ADDR(A(LOCAL), "127.0.0.1"));
	HAS(GET(TUNNEL_GET, U32(A(ID), 77)), STR(A(NAME), "full"),
	    ADDR(A(LOCAL), "127.0.0.1"), PORT(A(PORT), 4789), U8(A(TTL), 64), U8(A(DSCP), 0),
	    U8(A(DSCP_INHERIT), 0), U8(A(UDP_CSUM), 0), U32(A(MARK), 0));
	EXPECT_NULL(nl_attr(GET(TUNNEL_GET, U32(A(ID), 77)), A(IFINDEX)));
	/* To the other family: the checksum's default is another one. */
	CHANGES(TUNNEL_NEW, REPLACE, U32(A(ID), 77), VXLAN, ADDR(A(LOCAL), "::1"));
	HAS(GET(TUNNEL_GET, U32(A(ID), 77)), ADDR(A(LOCAL), "::1"), U8(A(UDP_CSUM), 1));
}

#define SET_ALONE(attr, rest) do { \
	CHANGES(TUNNEL_SET, 0, U32(A(ID), 77), attr); \
	HAS(GET(TUNNEL_GET, U32(A(ID), 77)), attr); \
	HAS(GET(TUNNEL_GET, U32(A(ID), 77)), LIST(rest)); \
	SAME(TUNNEL_SET, 0, U32(A(ID), 77), attr); \
} while (0)

TEST_F(tunnel, set_each_alone)
{
	const struct attr now[] = {
		STR(A(NAME), "full"), ADDR(A(LOCAL), "127.0.0.5"), PORT(A(PORT), 65535),
		U8(A(TTL), 255), U8(A(DSCP), 63), U8(A(DSCP_INHERIT), 1), U32(A(MARK), 0xffffffff),
		U8(A(UDP_CSUM), 1), U32(A(IFINDEX), 1), { 0 },
	};

	OK(TUNNEL_NEW, CREATE, FULL);
	SET_ALONE(STR(A(NAME), "other"), now + 1);
	SET_ALONE(ADDR(A(LOCAL), "127.0.0.6"), now + 2);
	SET_ALONE(PORT(A(PORT), 1), now + 3);
	SET_ALONE(U8(A(TTL), 1), now + 4);
	SET_ALONE(U8(A(DSCP), 1), now + 5);
	SET_ALONE(U8(A(DSCP_INHERIT), 0), now + 6);
	SET_ALONE(U32(A(MARK), 5), now + 7);
	SET_ALONE(U8(A(UDP_CSUM), 0), now + 8);
	SAME(TUNNEL_SET, 0, U32(A(ID), 77));
	SAME(TUNNEL_SET, 0, U32(A(ID), 77), VXLAN);
	/* That needs another socket, which cannot have the same address and port. */
	REFUSED(EBUSY, "can change only together with its address or port", AT(A(IFINDEX)),
		TUNNEL_SET, 0, U32(A(ID), 77), U32(A(IFINDEX), 0));
	OK(TUNNEL_SET, 0, U32(A(ID), 77), U8(A(UDP_CSUM), 0), PORT(A(PORT), 2));
	HAS(GET(TUNNEL_GET, U32(A(ID), 77)), U8(A(UDP_CSUM), 0), U32(A(IFINDEX), 1));
	OK(TUNNEL_SET, 0, U32(A(ID), 77), U32(A(IFINDEX), 0), ADDR(A(LOCAL), "127.0.0.7"));
	EXPECT_NULL(nl_attr(GET(TUNNEL_GET, U32(A(ID), 77)), A(IFINDEX)));
}

/* Over IPv6 the socket takes packets without a checksum, or does not. */
TEST_F(tunnel, checksum_over_ipv6)
{
	OK(TUNNEL_NEW, CREATE, U32(A(ID), 6), STR(A(NAME), "six"), VXLAN,
	   ADDR(A(LOCAL), "::1"));
	REFUSED(EBUSY, "can change only together with its address or port", AT(A(UDP_CSUM)),
		TUNNEL_SET, 0, U32(A(ID), 6), U8(A(UDP_CSUM), 0));
	OK(TUNNEL_SET, 0, U32(A(ID), 6), U8(A(UDP_CSUM), 0), PORT(A(PORT), 2));
	HAS(GET(TUNNEL_GET, U32(A(ID), 6)), U8(A(UDP_CSUM), 0), PORT(A(PORT), 2));
}

TEST_F(tunnel, set_missing)
{
	REFUSED(ENOENT, "there is no tunnel \"vx0\"", AT(A(NAME)), TUNNEL_SET, 0,
		STR(A(NAME), "vx0"), U8(A(TTL), 1));
	REFUSED(EINVAL, "the name of the tunnel is missing", MISSING(A(NAME)), TUNNEL_SET, 0,
		U8(A(TTL), 1));
}

TEST_F(tunnel, get)
{
	TUNNEL("vx0", "127.0.0.1", U32(A(ID), 9));
	TUNNEL("vx1", "127.0.0.2");
	EXPECT_EQ(9, nl_u32(GET(TUNNEL_GET, U32(A(ID), 9), STR(A(NAME), "vx0")), A(ID)));
	REFUSED(EINVAL, "tunnel 9 is called \"vx0\", not \"vx1\"", AT(A(NAME)), TUNNEL_GET, 0,
		U32(A(ID), 9), STR(A(NAME), "vx1"));
	REFUSED(ENOENT, "there is no tunnel with id 10", AT(A(ID)), TUNNEL_GET, 0,
		U32(A(ID), 10));
	REFUSED(ENOENT, "there is no tunnel \"no\"", AT(A(NAME)), TUNNEL_GET, 0,
		STR(A(NAME), "no"));
	REFUSED(EINVAL, "the name of the tunnel is missing", MISSING(A(NAME)), TUNNEL_GET, 0);
	REFUSED(ERANGE, "id 0 is out of range", AT(A(ID)), TUNNEL_GET, 0, U32(A(ID), 0));
	REFUSED(ERANGE, "id 4294967295 is out of range", AT(A(ID)), TUNNEL_NEW, CREATE,
		U32(A(ID), 0xffffffff), STR(A(NAME), "x"), VXLAN, ADDR(A(LOCAL), "127.0.0.3"));
}

TEST_F(tunnel, missing)
{
	REFUSED(EINVAL, "the name of the tunnel is missing", MISSING(A(NAME)), TUNNEL_NEW,
		CREATE, VXLAN, ADDR(A(LOCAL), "127.0.0.1"));
	REFUSED(EINVAL, "the name of the tunnel is missing", MISSING(A(NAME)), TUNNEL_NEW,
		CREATE, U32(A(ID), 5), VXLAN, ADDR(A(LOCAL), "127.0.0.1"));
	REFUSED(EINVAL, "the type of the tunnel is missing", MISSING(A(TYPE)), TUNNEL_NEW,
		CREATE, STR(A(NAME), "vx0"), ADDR(A(LOCAL), "127.0.0.1"));
	REFUSED(EINVAL, "the local address of the tunnel is missing", MISSING(A(LOCAL)),
		TUNNEL_NEW, CREATE, STR(A(NAME), "vx0"), VXLAN);
}

#define REFUSED_TUNNEL(err, text, where, ...) \
	REFUSED(err, text, where, TUNNEL_NEW, CREATE, STR(A(NAME), "vx0"), VXLAN, __VA_ARGS__)

TEST_F(tunnel, values)
{
	MALFORMED(ERANGE, AT(A(TYPE)), TUNNEL_NEW, CREATE, STR(A(NAME), "vx0"),
		  U32(A(TYPE), 0), ADDR(A(LOCAL), "127.0.0.1"));
	MALFORMED(ERANGE, AT(A(TYPE)), TUNNEL_NEW, CREATE, STR(A(NAME), "vx0"),
		  U32(A(TYPE), 99), ADDR(A(LOCAL), "127.0.0.1"));
	REFUSED_TUNNEL(ERANGE, "UDP port 0 is out of range: 1 to 65535", AT(A(PORT)),
		       ADDR(A(LOCAL), "127.0.0.1"), PORT(A(PORT), 0));
	REFUSED_TUNNEL(ERANGE, "TTL 0 is out of range: 1 to 255", AT(A(TTL)),
		       ADDR(A(LOCAL), "127.0.0.1"), U8(A(TTL), 0));
	REFUSED_TUNNEL(ERANGE, "DSCP 64 is out of range: 0 to 63", AT(A(DSCP)),
		       ADDR(A(LOCAL), "127.0.0.1"), U8(A(DSCP), 64));
	REFUSED_TUNNEL(ERANGE, "2 is neither 0 nor 1", AT(A(DSCP_INHERIT)),
		       ADDR(A(LOCAL), "127.0.0.1"), U8(A(DSCP_INHERIT), 2));
	REFUSED_TUNNEL(ERANGE, "255 is neither 0 nor 1", AT(A(UDP_CSUM)),
		       ADDR(A(LOCAL), "127.0.0.1"), U8(A(UDP_CSUM), 255));
	REFUSED_TUNNEL(EINVAL, "an address has 4 or 16 bytes, not 6", AT(A(LOCAL)),
		       BYTES(A(LOCAL), "\177\0\0\1\0", 6));
	REFUSED_TUNNEL(EADDRNOTAVAIL, "not a unicast address", AT(A(LOCAL)),
		       ADDR(A(LOCAL), "224.0.0.1"));
	REFUSED_TUNNEL(EADDRNOTAVAIL, "not a unicast address", AT(A(LOCAL)),
		       ADDR(A(LOCAL), "0.0.0.0"));
	REFUSED_TUNNEL(EADDRNOTAVAIL, "not a unicast address", AT(A(LOCAL)),
		       ADDR(A(LOCAL), "255.255.255.255"));
	REFUSED_TUNNEL(EADDRNOTAVAIL, "not a unicast address", AT(A(LOCAL)),
		       ADDR(A(LOCAL), "ff02::1"));
	REFUSED_TUNNEL(EADDRNOTAVAIL, "not a unicast address", AT(A(LOCAL)),
		       ADDR(A(LOCAL), "::"));
	REFUSED_TUNNEL(ENAMETOOLONG, "more than 31", AT_NTH(A(NAME), 1),
		       ADDR(A(LOCAL), "127.0.0.1"),
		       STR(A(NAME), "x2345678901234567890123456789012"));
	REFUSED(EINVAL, "a name cannot be empty", AT(A(NAME)), TUNNEL_NEW, CREATE,
		STR(A(NAME), ""), VXLAN, ADDR(A(LOCAL), "127.0.0.1"));
	REFUSED(EINVAL, "letters, digits", AT(A(NAME)), TUNNEL_NEW, CREATE,
		STR(A(NAME), "a:b"), VXLAN, ADDR(A(LOCAL), "127.0.0.1"));
}

#define GENEVE U32(A(TYPE), VROUTER_TUNNEL_TYPE_GENEVE)
#define GRE U32(A(TYPE), VROUTER_TUNNEL_TYPE_GRE)
#define MPLSOGRE U32(A(TYPE), VROUTER_TUNNEL_TYPE_MPLSOGRE)
#define MPLSOUDP U32(A(TYPE), VROUTER_TUNNEL_TYPE_MPLSOUDP)

TEST_F(tunnel, geneve)
{
	OK(TUNNEL_NEW, CREATE, STR(A(NAME), "gn0"), GENEVE, ADDR(A(LOCAL), "127.0.0.1"));
	HAS(GET(TUNNEL_GET, STR(A(NAME), "gn0")), GENEVE, PORT(A(PORT), 6081),
	    U8(A(UDP_CSUM), 0));
	/* Beside VXLAN at the same address, by its port. */
	TUNNEL("vx0", "127.0.0.1");
	REFUSED(EADDRINUSE, "tunnel \"gn0\" has UDP port 6081 of that address", AT(A(PORT)),
		TUNNEL_NEW, CREATE, STR(A(NAME), "vx1"), VXLAN, ADDR(A(LOCAL), "127.0.0.1"),
		PORT(A(PORT), 6081));
	REFUSED(EEXIST, "tunnel \"gn0\" exists with another type", AT(A(NAME)), TUNNEL_NEW,
		CREATE, STR(A(NAME), "gn0"), VXLAN, ADDR(A(LOCAL), "127.0.0.1"));
	/* Two sockets cannot have the same port, not even one after the other. */
	REFUSED(EBUSY, "the type of tunnel \"gn0\" can change only together with its address",
		AT(A(TYPE)), TUNNEL_SET, 0, STR(A(NAME), "gn0"), VXLAN, PORT(A(PORT), 6081));
	/* With another type comes its port. */
	OK(TUNNEL_DEL, 0, STR(A(NAME), "vx0"));
	CHANGES(TUNNEL_SET, 0, STR(A(NAME), "gn0"), VXLAN);
	HAS(GET(TUNNEL_GET, STR(A(NAME), "gn0")), VXLAN, PORT(A(PORT), 4789));
}

TEST_F(tunnel, mpls)
{
	OK(TUNNEL_NEW, CREATE, STR(A(NAME), "mu"), MPLSOUDP, ADDR(A(LOCAL), "::1"));
	HAS(GET(TUNNEL_GET, STR(A(NAME), "mu")), MPLSOUDP, PORT(A(PORT), 6635),
	    U8(A(UDP_CSUM), 1));
	OK(TUNNEL_NEW, CREATE, STR(A(NAME), "mg"), MPLSOGRE, ADDR(A(LOCAL), "127.0.0.1"));
	EXPECT_NULL(nl_attr(GET(TUNNEL_GET, STR(A(NAME), "mg")), A(PORT)));
	REFUSED(EINVAL, "a tunnel of type mplsogre has no place for a UDP port", AT(A(PORT)),
		TUNNEL_SET, 0, STR(A(NAME), "mg"), PORT(A(PORT), 6635));
	/* Both kinds of GRE may have the same address, but each of them once. */
	OK(TUNNEL_NEW, CREATE, STR(A(NAME), "gre"), GRE, ADDR(A(LOCAL), "127.0.0.1"));
	REFUSED(EADDRINUSE, "tunnel \"mg\" has the MPLS packets for that address",
		AT(A(LOCAL)), TUNNEL_NEW, CREATE, STR(A(NAME), "mg2"), MPLSOGRE,
		ADDR(A(LOCAL), "127.0.0.1"));
	REFUSED(EADDRINUSE, "tunnel \"mg\" has the MPLS packets for that address", ANYWHERE,
		TUNNEL_SET, 0, STR(A(NAME), "gre"), MPLSOGRE);
	OK(TUNNEL_DEL, 0, STR(A(NAME), "mg"));
	CHANGES(TUNNEL_SET, 0, STR(A(NAME), "gre"), MPLSOGRE);
	HAS(GET(TUNNEL_GET, STR(A(NAME), "gre")), MPLSOGRE);
}

/* What next hops send must have a place in what the tunnel becomes. */
TEST_F(tunnel, type_under_nexthops)
{
	OK(TUNNEL_NEW, CREATE, STR(A(NAME), "t0"), MPLSOUDP, ADDR(A(LOCAL), "127.0.0.1"));
	NEXTHOP(7, TUNNEL, STR(VROUTER_A_NEXTHOP_TUNNEL_NAME, "t0"),
		ADDR(VROUTER_A_NEXTHOP_REMOTE, "192.0.2.2"), U32(VROUTER_A_NEXTHOP_LABEL, 500));
	REFUSED(EINVAL, "next hop 7 has a label, for which tunnels of type vxlan have no place",
		AT(A(TYPE)), TUNNEL_SET, 0, STR(A(NAME), "t0"), VXLAN);
	CHANGES(TUNNEL_SET, 0, STR(A(NAME), "t0"), MPLSOGRE);
	OK(NEXTHOP_DEL, 0, U32(VROUTER_A_NEXTHOP_ID, 7));
	CHANGES(TUNNEL_SET, 0, STR(A(NAME), "t0"), GRE);
	NEXTHOP(7, TUNNEL, STR(VROUTER_A_NEXTHOP_TUNNEL_NAME, "t0"),
		ADDR(VROUTER_A_NEXTHOP_REMOTE, "192.0.2.2"),
		U32(VROUTER_A_NEXTHOP_KEY, 0xffffffff));
	REFUSED(EINVAL, "next hop 7 has no label, which tunnels of type mplsogre need",
		AT(A(TYPE)), TUNNEL_SET, 0, STR(A(NAME), "t0"), MPLSOGRE);
	REFUSED(EINVAL, "next hop 7 has a key, for which tunnels of type geneve have no place",
		AT(A(TYPE)), TUNNEL_SET, 0, STR(A(NAME), "t0"), GENEVE);
	HAS(GET(TUNNEL_GET, STR(A(NAME), "t0")), GRE);
}

TEST_F(tunnel, gre)
{
	const struct nlmsghdr *msg;

	OK(TUNNEL_NEW, CREATE, STR(A(NAME), "gre4"), GRE, ADDR(A(LOCAL), "127.0.0.1"));
	OK(TUNNEL_NEW, CREATE, STR(A(NAME), "gre6"), GRE, ADDR(A(LOCAL), "::1"));
	SAME(TUNNEL_NEW, CREATE, STR(A(NAME), "gre6"), GRE, ADDR(A(LOCAL), "::1"));
	msg = GET(TUNNEL_GET, STR(A(NAME), "gre6"));
	HAS(msg, GRE, ADDR(A(LOCAL), "::1"), U8(A(TTL), 64));
	EXPECT_EQ(NULL, nl_attr(msg, A(PORT)));
	EXPECT_EQ(NULL, nl_attr(msg, A(UDP_CSUM)));
	REFUSED(EINVAL, "a tunnel of type gre has no place for a UDP port", AT(A(PORT)),
		TUNNEL_SET, 0, STR(A(NAME), "gre4"), PORT(A(PORT), 4789));
	REFUSED(EINVAL, "a tunnel of type gre has no place for a UDP checksum",
		AT(A(UDP_CSUM)), TUNNEL_NEW, CREATE, STR(A(NAME), "gre9"), GRE,
		ADDR(A(LOCAL), "127.0.0.9"), U8(A(UDP_CSUM), 1));
	REFUSED(EADDRINUSE, "tunnel \"gre4\" has the GRE packets for that address",
		AT(A(LOCAL)), TUNNEL_NEW, CREATE, STR(A(NAME), "gre9"), GRE,
		ADDR(A(LOCAL), "127.0.0.1"));
	REFUSED(EADDRINUSE, "tunnel \"gre4\" has the GRE packets", AT(A(LOCAL)), TUNNEL_NEW,
		CREATE, STR(A(NAME), "gre9"), GRE, ADDR(A(LOCAL), "127.0.0.1"),
		STR(A(IFNAME), "lo"));
	REFUSED(EADDRNOTAVAIL, "cannot receive GRE at 192.0.2.1: that is not an address",
		AT(A(LOCAL)), TUNNEL_NEW, CREATE, STR(A(NAME), "gre9"), GRE,
		ADDR(A(LOCAL), "192.0.2.1"));
	REFUSED(EADDRNOTAVAIL, "cannot receive GRE at 2001:db8::1: that is not an address",
		AT(A(LOCAL)), TUNNEL_SET, 0, STR(A(NAME), "gre6"), ADDR(A(LOCAL), "2001:db8::1"));
	REFUSED(EINVAL, "a link-local address needs the tunnel's device", AT(A(LOCAL)),
		TUNNEL_SET, 0, STR(A(NAME), "gre6"), ADDR(A(LOCAL), "fe80::1"));
	/* VXLAN has nothing to do with it. */
	TUNNEL("vx0", "127.0.0.1");
	CHANGES(TUNNEL_SET, 0, STR(A(NAME), "gre4"), ADDR(A(LOCAL), "127.0.0.2"));
	CHANGES(TUNNEL_SET, 0, STR(A(NAME), "gre4"), U8(A(TTL), 9));
	OK(TUNNEL_NEW, CREATE, STR(A(NAME), "gre1"), GRE, ADDR(A(LOCAL), "127.0.0.1"));
	/* From one kind to the other and back. */
	OK(TUNNEL_DEL, 0, STR(A(NAME), "vx0"));
	CHANGES(TUNNEL_SET, 0, STR(A(NAME), "gre1"), VXLAN);
	HAS(GET(TUNNEL_GET, STR(A(NAME), "gre1")), PORT(A(PORT), 4789));
	CHANGES(TUNNEL_SET, 0, STR(A(NAME), "gre1"), GRE);
	EXPECT_EQ(NULL, nl_attr(GET(TUNNEL_GET, STR(A(NAME), "gre1")), A(PORT)));
	/* Its device cannot change under it, as with sockets. */
	REFUSED(EBUSY, "can change only together with its address", AT(A(IFNAME)), TUNNEL_SET,
		0, STR(A(NAME), "gre1"), STR(A(IFNAME), "lo"));
}

TEST_F(tunnel, strict)
{
	MALFORMED(EINVAL, AT(A(PORT)), TUNNEL_NEW, CREATE, STR(A(NAME), "vx0"), VXLAN,
		  ADDR(A(LOCAL), "127.0.0.1"), U32(A(PORT), 4789));
	MALFORMED(EINVAL, AT(A(TTL)), TUNNEL_NEW, CREATE, STR(A(NAME), "vx0"), VXLAN,
		  ADDR(A(LOCAL), "127.0.0.1"), U32(A(TTL), 4));
	MALFORMED(EINVAL, AT(A(GENERATION)), TUNNEL_NEW, CREATE, STR(A(NAME), "vx0"), VXLAN,
		  ADDR(A(LOCAL), "127.0.0.1"), U32(A(GENERATION), 4));
	MALFORMED(EINVAL, AT(99), TUNNEL_SET, 0, STR(A(NAME), "vx0"), U32(99, 4));
	MALFORMED(EINVAL, AT(A(TTL)), TUNNEL_GET, 0, U32(A(ID), 1), U8(A(TTL), 4));
}

TEST_F(tunnel, device)
{
	ASSERT_EQ(0, run("ip link add d0 up type dummy && ip address add 192.0.2.1/24 dev d0"));
	REFUSED_TUNNEL(ENODEV, "there is no device with index 99 here", AT(A(IFINDEX)),
		       ADDR(A(LOCAL), "192.0.2.1"), U32(A(IFINDEX), 99));
	REFUSED_TUNNEL(ENODEV, "there is no device \"d9\" here", AT(A(IFNAME)),
		       ADDR(A(LOCAL), "192.0.2.1"), STR(A(IFNAME), "d9"));
	REFUSED_TUNNEL(EINVAL, "device 1 is \"lo\", not \"d0\"", AT(A(IFNAME)),
		       ADDR(A(LOCAL), "192.0.2.1"), U32(A(IFINDEX), 1), STR(A(IFNAME), "d0"));
	REFUSED_TUNNEL(EINVAL, "no device, or \"d0\"", AT(A(IFNAME)),
		       ADDR(A(LOCAL), "192.0.2.1"), U32(A(IFINDEX), 0), STR(A(IFNAME), "d0"));
	TUNNEL("vx0", "192.0.2.1", STR(A(IFNAME), "d0"));
	HAS(GET(TUNNEL_GET, STR(A(NAME), "vx0")), STR(A(IFNAME), "d0"));
	/* The device may go and leave its index, as it does for sockets. */
	ASSERT_EQ(0, run("ip link del d0"));
	EXPECT_NE(NULL, nl_attr(GET(TUNNEL_GET, STR(A(NAME), "vx0")), A(IFINDEX)));
	EXPECT_NULL(nl_attr(GET(TUNNEL_GET, STR(A(NAME), "vx0")), A(IFNAME)));
}

TEST_F(tunnel, not_of_this_host)
{
	REFUSED_TUNNEL(EADDRNOTAVAIL, "cannot receive on UDP port 4789 of 192.0.2.77",
		       AT(A(LOCAL)), ADDR(A(LOCAL), "192.0.2.77"));
	REFUSED_TUNNEL(EADDRNOTAVAIL, "that is not an address of this host",
		       AT(A(LOCAL)), ADDR(A(LOCAL), "2001:db8::77"));
	TUNNEL("vx1", "127.0.0.1");
	REFUSED(EADDRNOTAVAIL, "that is not an address of this host", AT(A(LOCAL)), TUNNEL_SET,
		0, STR(A(NAME), "vx1"), ADDR(A(LOCAL), "192.0.2.77"));
	/* Link-local addresses are someone's only on a device. */
	ASSERT_EQ(0, run("ip link add d0 up type dummy"));
	ASSERT_EQ(0, run("ip address add fe80::5/64 dev d0 nodad"));
	REFUSED_TUNNEL(EINVAL, "a link-local address needs the tunnel's device", AT(A(LOCAL)),
		       ADDR(A(LOCAL), "fe80::5"));
	TUNNEL("vx2", "fe80::5", STR(A(IFNAME), "d0"));
}

static int bind_udp(const char *address, uint16_t port)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons(port) };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	inet_pton(AF_INET, address, &in.sin_addr);
	return bind(fd, (struct sockaddr *)&in, sizeof(in)) ? -1 : fd;
}

TEST_F(tunnel, port_of_a_socket)
{
	int fd = bind_udp("127.0.0.1", 4789);

	ASSERT_GE(fd, 0);
	REFUSED_TUNNEL(EADDRINUSE, "UDP port 4789 of 127.0.0.1: the port is in use by another",
		       AT(A(LOCAL)), ADDR(A(LOCAL), "127.0.0.1"));
	REFUSED_TUNNEL(EADDRINUSE, "the port is in use", AT(A(PORT)),
		       ADDR(A(LOCAL), "127.0.0.1"), PORT(A(PORT), 4789));
	TUNNEL("vx1", "127.0.0.2");
	REFUSED(EADDRINUSE, "the port is in use", AT(A(LOCAL)), TUNNEL_SET, 0,
		STR(A(NAME), "vx1"), ADDR(A(LOCAL), "127.0.0.1"));
	/* What was refused did not take the port it had. */
	EXPECT_EQ(-1, bind_udp("127.0.0.2", 4789));
	close(fd);
	TUNNEL("vx0", "127.0.0.1");
	EXPECT_EQ(-1, bind_udp("127.0.0.1", 4789));
	OK(TUNNEL_DEL, 0, STR(A(NAME), "vx0"));
	fd = bind_udp("127.0.0.1", 4789);
	EXPECT_GE(fd, 0);
	close(fd);
}

TEST_F(tunnel, port_of_a_vxlan_device)
{
	if (run("ip link add v0 up type vxlan id 1 local 127.0.0.1 dstport 4789"))
		SKIP(return, "this kernel has no vxlan devices");
	REFUSED_TUNNEL(EADDRINUSE, "the port is in use by another socket: a kernel vxlan device",
		       AT(A(LOCAL)), ADDR(A(LOCAL), "127.0.0.1"));
	ASSERT_EQ(0, run("ip link del v0"));
	TUNNEL("vx0", "127.0.0.1");
}

TEST_F(tunnel, port_of_a_tunnel)
{
	TUNNEL("vx0", "127.0.0.1");
	REFUSED(EADDRINUSE, "tunnel \"vx0\" has UDP port 4789 of that address", AT(A(LOCAL)),
		TUNNEL_NEW, CREATE, STR(A(NAME), "vx1"), VXLAN, ADDR(A(LOCAL), "127.0.0.1"));
	TUNNEL("vx1", "127.0.0.1", PORT(A(PORT), 4790));
	TUNNEL("vx2", "127.0.0.2");
	TUNNEL("vx6", "::1");
	REFUSED(EADDRINUSE, "tunnel \"vx0\" has UDP port 4789 of that address", AT(A(PORT)),
		TUNNEL_SET, 0, STR(A(NAME), "vx1"), PORT(A(PORT), 4789));
}

/* The old socket serves until the new one is there, and is closed then. */
TEST_F(tunnel, set_moves_the_socket)
{
	int fd;

	TUNNEL("vx0", "127.0.0.1");
	OK(TUNNEL_SET, 0, STR(A(NAME), "vx0"), ADDR(A(LOCAL), "127.0.0.2"));
	fd = bind_udp("127.0.0.1", 4789);
	EXPECT_GE(fd, 0);
	EXPECT_EQ(-1, bind_udp("127.0.0.2", 4789));
	REFUSED(EADDRINUSE, "the port is in use", AT(A(LOCAL)), TUNNEL_SET, 0,
		STR(A(NAME), "vx0"), ADDR(A(LOCAL), "127.0.0.1"));
	EXPECT_EQ(-1, bind_udp("127.0.0.2", 4789));
	close(fd);
	OK(TUNNEL_SET, 0, STR(A(NAME), "vx0"), ADDR(A(LOCAL), "::1"));
	fd = bind_udp("127.0.0.2", 4789);
	EXPECT_GE(fd, 0);
	close(fd);
}

/* Next hops hold its family. */
TEST_F(tunnel, family_in_use)
{
	TUNNEL("vx0", "127.0.0.1");
	NEXTHOP(7, TUNNEL, STR(VROUTER_A_NEXTHOP_TUNNEL_NAME, "vx0"),
		ADDR(VROUTER_A_NEXTHOP_REMOTE, "127.0.0.9"));
	REFUSED(EAFNOSUPPORT, "next hop 7 has a remote address of the other family",
		AT(A(LOCAL)), TUNNEL_SET, 0, STR(A(NAME), "vx0"), ADDR(A(LOCAL), "::1"));
	OK(TUNNEL_SET, 0, STR(A(NAME), "vx0"), ADDR(A(LOCAL), "127.0.0.2"));
	REFUSED(EADDRNOTAVAIL, "that is the remote address of next hop 7", AT(A(LOCAL)),
		TUNNEL_SET, 0, STR(A(NAME), "vx0"), ADDR(A(LOCAL), "127.0.0.9"));
}

TEST_F(tunnel, del)
{
	REFUSED(ENOENT, "there is no tunnel \"vx0\"", AT(A(NAME)), TUNNEL_DEL, 0,
		STR(A(NAME), "vx0"));
	REFUSED(EINVAL, "the name of the tunnel is missing", MISSING(A(NAME)), TUNNEL_DEL, 0);
	TUNNEL("vx0", "127.0.0.1");
	TUNNEL("vx1", "127.0.0.2");
	REFUSED(EINVAL, "tunnel 1 is called \"vx0\", not \"vx1\"", AT(A(NAME)), TUNNEL_DEL, 0,
		U32(A(ID), 1), STR(A(NAME), "vx1"));
	CHANGES(TUNNEL_DEL, 0, U32(A(ID), 1));
	CHANGES(TUNNEL_DEL, 0, STR(A(NAME), "vx1"));
	EXPECT_EQ(0, DUMP(TUNNEL_GET)->count);
}

TEST_F(tunnel, del_in_use)
{
	TUNNEL("vx0", "127.0.0.1");
	NEXTHOP(12, TUNNEL, STR(VROUTER_A_NEXTHOP_TUNNEL_NAME, "vx0"),
		ADDR(VROUTER_A_NEXTHOP_REMOTE, "192.0.2.1"));
	REFUSED(EBUSY, "tunnel \"vx0\" is used by next hop 12", AT(A(NAME)), TUNNEL_DEL, 0,
		STR(A(NAME), "vx0"));
	OK(NEXTHOP_DEL, 0, U32(VROUTER_A_NEXTHOP_ID, 12));
	NETWORK("blue", U32(VROUTER_A_NETWORK_VNI, 5),
		STR(VROUTER_A_NETWORK_TUNNEL_NAME, "vx0"));
	REFUSED(EBUSY, "tunnel \"vx0\" is used by network \"blue\"", AT(A(ID)), TUNNEL_DEL, 0,
		U32(A(ID), 1));
	OK(NETWORK_DEL, 0, STR(VROUTER_A_NETWORK_NAME, "blue"));
	OK(TUNNEL_DEL, 0, STR(A(NAME), "vx0"));
}

TEST_HARNESS_MAIN
