// SPDX-License-Identifier: GPL-2.0
/* Vifs: vif-get, vif-new, vif-set, vif-del, and what comes with their addresses. */
#include <linux/genetlink.h>
#include <linux/openvswitch.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "fixture.h"

#define A(name) VROUTER_A_VIF_##name
#define ADDRESS(address, len) PREFIX(A(ADDRESS), address, len)
#define ACTIVE(address, len, active) \
	NEST(A(ADDRESS), ADDR(VROUTER_A_PREFIX_ADDRESS, address), \
	     U8(VROUTER_A_PREFIX_LEN, len), U8(VROUTER_A_PREFIX_ACTIVE, active))

/* Two devices and two networks. Dummies have a carrier always, so they don't change. */
FIXTURE(vif) {};

FIXTURE_SETUP(vif)
{
	ASSERT_TRUE(enter_netns());
	ASSERT_EQ(0, run("ip link add d0 type dummy && ip link add d1 type dummy"));
	NETWORK("blue", PREFIX(VROUTER_A_NETWORK_GATEWAY, "10.0.0.254", 24));
	NETWORK("red");
}

FIXTURE_TEARDOWN(vif)
{
	leave_netns();
}

static unsigned int device_flags(const char *name)
{
	struct ifreq request = {};
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);

	snprintf(request.ifr_name, IFNAMSIZ, "%s", name);
	if (ioctl(fd, SIOCGIFFLAGS, &request))
		request.ifr_flags = 0;
	close(fd);
	return request.ifr_flags;
}

TEST_F(vif, defaults)
{
	VIF("vm", "d0", "blue");
	HAS(GET(VIF_GET, STR(A(NAME), "vm")), U32(A(ID), 1), STR(A(NAME), "vm"),
	    U32(A(IFINDEX), if_nametoindex("d0")), STR(A(IFNAME), "d0"), U32(A(NETWORK_ID), 1),
	    STR(A(NETWORK_NAME), "blue"), U32(A(MTU), 0), U8(A(UP), 1),
	    U32(A(MAX_MACS), 64), U32(A(LEARNED), 0), U8(A(DHCP_SERVER), 0), U8(A(ROUTER), 0),
	    U32(A(MAX_CONNECTIONS), 65536), U32(A(CONNECTIONS), 0),
	    U32(A(FRAG_MEMORY), 512 * 1024));
	EXPECT_NULL(nl_attr(GET(VIF_GET, U32(A(ID), 1)), A(MAC)));
	EXPECT_NULL(nl_attr(GET(VIF_GET, U32(A(ID), 1)), A(ADDRESS)));
	EXPECT_NE(NULL, nl_inner(GET(VIF_GET, U32(A(ID), 1)), A(STATS),
				 VROUTER_A_STATS_DROPS));
	EXPECT_EQ(1, nl_u32(GET(NETWORK_GET, U32(VROUTER_A_NETWORK_ID, 1)),
			    VROUTER_A_NETWORK_VIFS));
}

/* Without fragments, both directions are there and all zero. */
TEST_F(vif, fragments)
{
	static const uint16_t nests[] = { A(SENT_FRAGS), A(RECEIVED_FRAGS) };
	const struct nlmsghdr *msg;
	unsigned int i;

	VIF("vm", "d0", "blue");
	msg = GET(VIF_GET, STR(A(NAME), "vm"));
	for (i = 0; i < 2; i++) {
		EXPECT_EQ(0, nl_inner_u32(msg, nests[i], VROUTER_A_FRAGS_WAITING));
		EXPECT_EQ(0, nl_inner_u32(msg, nests[i], VROUTER_A_FRAGS_MEMORY));
		EXPECT_NE(NULL, nl_inner(msg, nests[i], VROUTER_A_FRAGS_REASSEMBLED));
		EXPECT_NE(NULL, nl_inner(msg, nests[i], VROUTER_A_FRAGS_FAILED));
	}
	REFUSED(EINVAL, "", AT(A(SENT_FRAGS)), VIF_SET, 0, STR(A(NAME), "vm"),
		NEST(A(SENT_FRAGS)));
}

/* A device is brought up when it is taken, and down before it is given back. */
TEST_F(vif, device_up_and_down)
{
	EXPECT_FALSE(device_flags("d0") & IFF_UP);
	VIF("vm", "d0", "blue");
	EXPECT_TRUE(device_flags("d0") & IFF_UP);
	EXPECT_EQ(0, run("ip -d link show d0 | grep -q 'promiscuity 1 '"));
	/* Its frames are taken: no one else can have it. */
	EXPECT_NE(0, run("ip link add br0 type bridge && ip link set d0 master br0 2>/dev/null"));
	OK(VIF_DEL, 0, STR(A(NAME), "vm"));
	EXPECT_FALSE(device_flags("d0") & IFF_UP);
	EXPECT_EQ(0, run("ip -d link show d0 | grep -q 'promiscuity 0 '"));
	EXPECT_EQ(0, run("ip link set d0 master br0"));
}

TEST_F(vif, up)
{
	VIF("vm", "d0", "blue");
	ASSERT_EQ(0, run("ip link set d0 down"));
	EXPECT_EQ(0, nl_u32(GET(VIF_GET, U32(A(ID), 1)), A(UP)));
	ASSERT_EQ(0, run("ip link set d0 up"));
	EXPECT_EQ(1, nl_u32(GET(VIF_GET, U32(A(ID), 1)), A(UP)));
	/* The other end of a pair takes the carrier along. */
	ASSERT_EQ(0, run("ip link add v0 type veth peer name v1"));
	VIF("pair", "v0", "blue");
	EXPECT_EQ(0, nl_u32(GET(VIF_GET, STR(A(NAME), "pair")), A(UP)));
	ASSERT_EQ(0, run("ip link set v1 up"));
	ASSERT_TRUE(nl_settle());
	EXPECT_EQ(1, nl_u32(GET(VIF_GET, STR(A(NAME), "pair")), A(UP)));
}

#define FULL_BUT_MTU \
	U32(A(ID), 77), STR(A(NAME), "full"), U32(A(IFINDEX), if_nametoindex("d0")), \
	STR(A(IFNAME), "d0"), U32(A(NETWORK_ID), 1), STR(A(NETWORK_NAME), "blue"), \
	MAC(A(MAC), "02:00:00:00:00:01"), ADDRESS("10.0.0.1", 32), ADDRESS("2001:db8::1", 128), \
	ADDRESS("10.1.0.0", 16), U32(A(MAX_MACS), 16), U32(A(MAX_CONNECTIONS), 50), \
	U32(A(FRAG_MEMORY), 30000)
#define FULL FULL_BUT_MTU, U32(A(MTU), 1400)

TEST_F(vif, add_everything)
{
	CHANGES(VIF_NEW, CREATE, FULL);
	HAS(GET(VIF_GET, U32(A(ID), 77)), FULL);
	HAS(GET(VIF_GET, U32(A(ID), 77)), ACTIVE("10.0.0.1", 32, 1),
	    ACTIVE("2001:db8::1", 128, 1), ACTIVE("10.1.0.0", 16, 1));
	SAME(VIF_NEW, CREATE, FULL);
	REFUSED(EEXIST, "the vif exists", AT(A(ID)), VIF_NEW, CREATE | EXCL, FULL);
}

TEST_F(vif, add_other_content)
{
	OK(VIF_NEW, CREATE, FULL);
#define OTHER(what, ...) \
	REFUSED(EEXIST, "vif \"full\" exists with another " what, AT(A(ID)), VIF_NEW, CREATE, \
		__VA_ARGS__)
	OTHER("MTU", FULL_BUT_MTU);
	OTHER("MTU", FULL, U32(A(MTU), 0));
	OTHER("limit of MAC addresses", FULL, U32(A(MAX_MACS), 17));
	OTHER("limit of connections", FULL, U32(A(MAX_CONNECTIONS), 0));
	OTHER("memory for fragments", FULL, U32(A(FRAG_MEMORY), 30001));
	OTHER("MAC address", FULL, MAC(A(MAC), "02:00:00:00:00:02"));
	OTHER("list of addresses", FULL, ADDRESS("10.0.0.2", 32));
	OTHER("name", FULL, STR(A(NAME), "empty"));
#undef OTHER
	REFUSED(EEXIST, "vif \"full\" exists with another MAC address", AT(A(NAME)), VIF_NEW,
		CREATE, STR(A(NAME), "full"), STR(A(IFNAME), "d0"), U32(A(NETWORK_ID), 1));
	REFUSED(EOPNOTSUPP, "vif \"full\" is on device \"d0\" for good", AT(A(IFNAME)), VIF_NEW,
		CREATE, STR(A(NAME), "full"), STR(A(IFNAME), "d1"), U32(A(NETWORK_ID), 1));
	REFUSED(EOPNOTSUPP, "vif \"full\" is in network \"blue\" for good", AT(A(NETWORK_ID)),
		VIF_SET, 0, STR(A(NAME), "full"), U32(A(NETWORK_ID), 2));
	REFUSED(EEXIST, "vif 77 is already called \"full\"", AT(A(NAME)), VIF_NEW, CREATE,
		U32(A(ID), 78), STR(A(NAME), "full"), STR(A(IFNAME), "d1"),
		U32(A(NETWORK_ID), 1));
}

TEST_F(vif, replace)
{
	REFUSED(ENOENT, "there is no vif \"full\"", AT(A(NAME)), VIF_NEW, REPLACE,
		STR(A(NAME), "full"), STR(A(IFNAME), "d0"), U32(A(NETWORK_ID), 1));
	CHANGES(VIF_NEW, REPLACE | CREATE, FULL);
	SAME(VIF_NEW, REPLACE, FULL);
	CHANGES(VIF_NEW, REPLACE, U32(A(ID), 77), STR(A(IFNAME), "d0"), U32(A(NETWORK_ID), 1));
	HAS(GET(VIF_GET, U32(A(ID), 77)), STR(A(NAME), "full"), U32(A(MTU), 0),
	    U32(A(MAX_MACS), 64), U32(A(MAX_CONNECTIONS), 65536),
	    U32(A(FRAG_MEMORY), 512 * 1024));
	EXPECT_NULL(nl_attr(GET(VIF_GET, U32(A(ID), 77)), A(MAC)));
	EXPECT_NULL(nl_attr(GET(VIF_GET, U32(A(ID), 77)), A(ADDRESS)));
	EXPECT_EQ(0, nl_info(VROUTER_A_INFO_FDB));
	EXPECT_EQ(0, nl_info(VROUTER_A_INFO_NEIGHBOURS));
	EXPECT_EQ(1, nl_info(VROUTER_A_INFO_ROUTES));
}

#define SET_ALONE(attr, rest) do { \
	CHANGES(VIF_SET, 0, U32(A(ID), 77), attr); \
	HAS(GET(VIF_GET, U32(A(ID), 77)), attr); \
	HAS(GET(VIF_GET, U32(A(ID), 77)), LIST(rest)); \
	SAME(VIF_SET, 0, U32(A(ID), 77), attr); \
} while (0)

TEST_F(vif, set_each_alone)
{
	const struct attr now[] = {
		STR(A(NAME), "full"), MAC(A(MAC), "02:00:00:00:00:01"), U32(A(MTU), 1400),
		U32(A(MAX_MACS), 16), U32(A(MAX_CONNECTIONS), 50), U32(A(FRAG_MEMORY), 30000),
		ADDRESS("10.0.0.1", 32), ADDRESS("2001:db8::1", 128), ADDRESS("10.1.0.0", 16),
		{ 0 },
	};

	OK(VIF_NEW, CREATE, FULL);
	SET_ALONE(STR(A(NAME), "other"), now + 1);
	SET_ALONE(MAC(A(MAC), "02:00:00:00:00:02"), now + 2);
	SET_ALONE(U32(A(MTU), 0), now + 3);
	SET_ALONE(U32(A(MAX_MACS), 0), now + 4);
	SET_ALONE(U32(A(MAX_CONNECTIONS), 0), now + 5);
	SET_ALONE(U32(A(FRAG_MEMORY), 0), now + 6);
	SET_ALONE(ADDRESS("10.0.0.3", 32), now + 9);
	EXPECT_EQ(1, nl_count(GET(VIF_GET, U32(A(ID), 77)), A(ADDRESS)));
	CHANGES(VIF_SET, 0, U32(A(ID), 77), NEST(A(ADDRESS)));
	EXPECT_EQ(0, nl_count(GET(VIF_GET, U32(A(ID), 77)), A(ADDRESS)));
	SAME(VIF_SET, 0, U32(A(ID), 77));
	SAME(VIF_SET, 0, U32(A(ID), 77), STR(A(IFNAME), "d0"), U32(A(NETWORK_ID), 1));
}

TEST_F(vif, permissions)
{
	VIF("vm", "d0", "blue", U8(A(DHCP_SERVER), 1));
	HAS(GET(VIF_GET, STR(A(NAME), "vm")), U8(A(DHCP_SERVER), 1), U8(A(ROUTER), 0));
	REFUSED(EEXIST, "vif \"vm\" exists with another permission to be a DHCP server",
		AT(A(NAME)), VIF_NEW, CREATE, STR(A(NAME), "vm"), STR(A(IFNAME), "d0"),
		U32(A(NETWORK_ID), 1));
	CHANGES(VIF_SET, 0, STR(A(NAME), "vm"), U8(A(ROUTER), 1));
	HAS(GET(VIF_GET, STR(A(NAME), "vm")), U8(A(DHCP_SERVER), 1), U8(A(ROUTER), 1));
	REFUSED(EEXIST, "vif \"vm\" exists with another permission to be a router",
		AT(A(NAME)), VIF_NEW, CREATE, STR(A(NAME), "vm"), STR(A(IFNAME), "d0"),
		U32(A(NETWORK_ID), 1), U8(A(DHCP_SERVER), 1));
	SAME(VIF_NEW, CREATE, STR(A(NAME), "vm"), STR(A(IFNAME), "d0"), U32(A(NETWORK_ID), 1),
	     U8(A(DHCP_SERVER), 1), U8(A(ROUTER), 1));
	REFUSED(ERANGE, "2 is neither 0 nor 1", AT(A(DHCP_SERVER)), VIF_SET, 0,
		STR(A(NAME), "vm"), U8(A(DHCP_SERVER), 2));
	REFUSED(ERANGE, "255 is neither 0 nor 1", AT(A(ROUTER)), VIF_SET, 0,
		STR(A(NAME), "vm"), U8(A(ROUTER), 255));
	MALFORMED(EINVAL, AT(A(ROUTER)), VIF_SET, 0, STR(A(NAME), "vm"), U32(A(ROUTER), 1));
	/* What a replacement does not say is the default. */
	CHANGES(VIF_NEW, CREATE | REPLACE, STR(A(NAME), "vm"), STR(A(IFNAME), "d0"),
		U32(A(NETWORK_ID), 1));
	HAS(GET(VIF_GET, STR(A(NAME), "vm")), U8(A(DHCP_SERVER), 0), U8(A(ROUTER), 0));
}

/* What the host uses is taken by force only, and comes back as it was. */
TEST_F(vif, force)
{
	ASSERT_EQ(0, run("ip addr add 192.0.2.9/24 dev d0"));
	REFUSED(EBUSY, "device \"d0\" has the host's address 192.0.2.9: say \"force\" to take it",
		AT(A(IFNAME)), VIF_NEW, CREATE, STR(A(NAME), "vm"), STR(A(IFNAME), "d0"),
		U32(A(NETWORK_ID), 1));
	REFUSED(ERANGE, "2 is neither 0 nor 1", AT(A(FORCE)), VIF_NEW, CREATE,
		STR(A(NAME), "vm"), STR(A(IFNAME), "d0"), U32(A(NETWORK_ID), 1), U8(A(FORCE), 2));
	VIF("vm", "d0", "blue", U8(A(FORCE), 1));
	HAS(GET(VIF_GET, STR(A(NAME), "vm")), U8(A(FORCE), 1));
	/* Said once, it need not be said again. */
	SAME(VIF_NEW, CREATE, STR(A(NAME), "vm"), STR(A(IFNAME), "d0"), U32(A(NETWORK_ID), 1));
	OK(VIF_DEL, 0, STR(A(NAME), "vm"));
	EXPECT_EQ(0, device_flags("d0") & (IFF_UP | IFF_PROMISC));
	ASSERT_EQ(0, run("ip link set d0 up"));
	VIF("vm", "d0", "blue", U8(A(FORCE), 1));
	OK(VIF_DEL, 0, STR(A(NAME), "vm"));
	EXPECT_EQ(IFF_UP, device_flags("d0") & (IFF_UP | IFF_PROMISC));
	/* Not the host's: force is nothing. */
	ASSERT_EQ(0, run("ip addr flush dev d0"));
	VIF("vm", "d0", "blue", U8(A(FORCE), 1));
	HAS(GET(VIF_GET, STR(A(NAME), "vm")), U8(A(FORCE), 0));
	OK(VIF_DEL, 0, STR(A(NAME), "vm"));
	EXPECT_EQ(0, device_flags("d0") & (IFF_UP | IFF_PROMISC));
}

/* A list that was set is told in the order that it was given in. */
TEST_F(vif, order_of_addresses)
{
	OK(VIF_NEW, CREATE, FULL);
	CHANGES(VIF_SET, 0, U32(A(ID), 77), ADDRESS("10.1.0.0", 16), ADDRESS("10.0.0.9", 32),
		ADDRESS("10.0.0.1", 32));
	HAS(GET(VIF_GET, U32(A(ID), 77)), ADDRESS("10.1.0.0", 16), ADDRESS("10.0.0.9", 32),
	    ADDRESS("10.0.0.1", 32));
	EXPECT_EQ(3, nl_count(GET(VIF_GET, U32(A(ID), 77)), A(ADDRESS)));
}

TEST_F(vif, set_missing)
{
	REFUSED(ENOENT, "there is no vif \"vm\"", AT(A(NAME)), VIF_SET, 0, STR(A(NAME), "vm"),
		U32(A(MTU), 1400));
	REFUSED(ENOENT, "there is no vif with id 5", AT(A(ID)), VIF_SET, 0, U32(A(ID), 5),
		U32(A(MTU), 1400));
	REFUSED(EINVAL, "the name of the vif is missing", MISSING(A(NAME)), VIF_SET, 0,
		U32(A(MTU), 1400));
}

TEST_F(vif, get)
{
	VIF("vm", "d0", "blue", U32(A(ID), 9));
	VIF("vm2", "d1", "red");
	EXPECT_EQ(9, nl_u32(GET(VIF_GET, U32(A(ID), 9), STR(A(NAME), "vm")), A(ID)));
	REFUSED(EINVAL, "vif 9 is called \"vm\", not \"vm2\"", AT(A(NAME)), VIF_GET, 0,
		U32(A(ID), 9), STR(A(NAME), "vm2"));
	REFUSED(ENOENT, "there is no vif with id 10", AT(A(ID)), VIF_GET, 0, U32(A(ID), 10));
	REFUSED(ENOENT, "there is no vif \"no\"", AT(A(NAME)), VIF_GET, 0, STR(A(NAME), "no"));
	REFUSED(EINVAL, "the name of the vif is missing", MISSING(A(NAME)), VIF_GET, 0);
	REFUSED(ERANGE, "id 0 is out of range", AT(A(ID)), VIF_GET, 0, U32(A(ID), 0));
	REFUSED(ERANGE, "id 4294967295 is out of range", AT(A(ID)), VIF_DEL, 0,
		U32(A(ID), 0xffffffff));
}

TEST_F(vif, missing)
{
	REFUSED(EINVAL, "the name of the vif is missing", MISSING(A(NAME)), VIF_NEW, CREATE,
		STR(A(IFNAME), "d0"), U32(A(NETWORK_ID), 1));
	REFUSED(EINVAL, "the name of the vif is missing", MISSING(A(NAME)), VIF_NEW, CREATE,
		U32(A(ID), 4), STR(A(IFNAME), "d0"), U32(A(NETWORK_ID), 1));
	REFUSED(EINVAL, "the device of the vif is missing", MISSING(A(IFNAME)), VIF_NEW, CREATE,
		STR(A(NAME), "vm"), U32(A(NETWORK_ID), 1));
	REFUSED(EINVAL, "the network of the vif is missing", MISSING(A(NETWORK_ID)), VIF_NEW,
		CREATE, STR(A(NAME), "vm"), STR(A(IFNAME), "d0"));
}

#define REFUSED_VIF(err, text, where, ...) \
	REFUSED(err, text, where, VIF_NEW, CREATE, STR(A(NAME), "vm"), \
		STR(A(NETWORK_NAME), "blue"), __VA_ARGS__)

TEST_F(vif, references)
{
	REFUSED_VIF(ENODEV, "there is no device \"d9\" here", AT(A(IFNAME)),
		    STR(A(IFNAME), "d9"));
	REFUSED_VIF(ENODEV, "there is no device with index 99 here", AT(A(IFINDEX)),
		    U32(A(IFINDEX), 99));
	REFUSED_VIF(ENODEV, "there is no device with index 0 here", AT(A(IFINDEX)),
		    U32(A(IFINDEX), 0));
	REFUSED_VIF(ENODEV, "there is no device with index 4294967295", AT(A(IFINDEX)),
		    U32(A(IFINDEX), 0xffffffff));
	REFUSED_VIF(EINVAL, "is \"d0\", not \"d1\"", AT(A(IFNAME)),
		    U32(A(IFINDEX), if_nametoindex("d0")), STR(A(IFNAME), "d1"));
	REFUSED(ENOENT, "there is no network \"green\"", AT(A(NETWORK_NAME)), VIF_NEW, CREATE,
		STR(A(NAME), "vm"), STR(A(IFNAME), "d0"), STR(A(NETWORK_NAME), "green"));
	REFUSED(ENOENT, "there is no network with id 3", AT(A(NETWORK_ID)), VIF_NEW, CREATE,
		STR(A(NAME), "vm"), STR(A(IFNAME), "d0"), U32(A(NETWORK_ID), 3));
	REFUSED(EINVAL, "network 1 is called \"blue\", not \"red\"", AT(A(NETWORK_NAME)),
		VIF_NEW, CREATE, STR(A(NAME), "vm"), STR(A(IFNAME), "d0"),
		U32(A(NETWORK_ID), 1), STR(A(NETWORK_NAME), "red"));
}

TEST_F(vif, names)
{
	REFUSED(EINVAL, "a name cannot be empty", AT(A(NAME)), VIF_NEW, CREATE,
		STR(A(NAME), ""), STR(A(IFNAME), "d0"), U32(A(NETWORK_ID), 1));
	REFUSED(ENAMETOOLONG, "the name has 32 bytes", AT(A(NAME)), VIF_NEW, CREATE,
		STR(A(NAME), "x2345678901234567890123456789012"), STR(A(IFNAME), "d0"),
		U32(A(NETWORK_ID), 1));
	REFUSED(EINVAL, "letters, digits", AT(A(NAME)), VIF_NEW, CREATE, STR(A(NAME), "a,b"),
		STR(A(IFNAME), "d0"), U32(A(NETWORK_ID), 1));
	VIF("vm", "d0", "blue");
	/* The device of the refused one stays as it was. */
	ASSERT_EQ(0, run("ip link set d1 up"));
	REFUSED(EEXIST, "vif 1 is already called \"vm\"", AT(A(NAME)), VIF_NEW, CREATE,
		U32(A(ID), 2), STR(A(NAME), "vm"), STR(A(IFNAME), "d1"), U32(A(NETWORK_ID), 1));
	VIF("vm2", "d1", "blue");
	REFUSED(EEXIST, "vif 1 is already called \"vm\"", AT(A(NAME)), VIF_SET, 0, U32(A(ID), 2),
		STR(A(NAME), "vm"));
	/* Kinds have names of their own. */
	OK(VIF_SET, 0, U32(A(ID), 2), STR(A(NAME), "blue"));
}

TEST_F(vif, mtu)
{
	REFUSED_VIF(ERANGE, "MTU 67 is too small: 68 to 65535, or 0", AT(A(MTU)),
		    STR(A(IFNAME), "d0"), U32(A(MTU), 67));
	REFUSED_VIF(ERANGE, "MTU 65536 is too large", AT(A(MTU)), STR(A(IFNAME), "d0"),
		    U32(A(MTU), 65536));
	VIF("vm", "d0", "blue", U32(A(MTU), 68));
	OK(VIF_SET, 0, STR(A(NAME), "vm"), U32(A(MTU), 65535));
}

TEST_F(vif, mac)
{
	REFUSED_VIF(EINVAL, "a MAC address has 6 bytes, not 8", AT(A(MAC)),
		    STR(A(IFNAME), "d0"), BYTES(A(MAC), "\2\0\0\0\0\0\0", 8));
	REFUSED_VIF(EADDRNOTAVAIL, "33:33:00:00:00:01 is not a unicast address", AT(A(MAC)),
		    STR(A(IFNAME), "d0"), MAC(A(MAC), "33:33:00:00:00:01"));
	REFUSED_VIF(EADDRNOTAVAIL, "is not a unicast address", AT(A(MAC)),
		    STR(A(IFNAME), "d0"), MAC(A(MAC), "00:00:00:00:00:00"));
	REFUSED_VIF(EADDRINUSE, "00:00:5e:00:01:00 is the gateway's of network \"blue\"",
		    AT(A(MAC)), STR(A(IFNAME), "d0"), MAC(A(MAC), "00:00:5e:00:01:00"));
	VIF("vm", "d0", "blue", MAC(A(MAC), "02:00:00:00:00:01"));
	REFUSED(EADDRINUSE, "MAC address 02:00:00:00:00:01 is that of vif \"vm\"", AT(A(MAC)),
		VIF_NEW, CREATE, STR(A(NAME), "vm2"), STR(A(IFNAME), "d1"),
		U32(A(NETWORK_ID), 1), MAC(A(MAC), "02:00:00:00:00:01"));
	/* In another network it is another one. */
	VIF("vm2", "d1", "red", MAC(A(MAC), "02:00:00:00:00:01"));
	REFUSED(EADDRINUSE, "is the gateway's", AT(A(MAC)), VIF_SET, 0, STR(A(NAME), "vm2"),
		MAC(A(MAC), "00:00:5e:00:01:00"));
}

TEST_F(vif, addresses)
{
#define REFUSED_ADDRESS(err, text, where, ...) \
	REFUSED_VIF(err, text, where, STR(A(IFNAME), "d0"), __VA_ARGS__)
	REFUSED_ADDRESS(EINVAL, "10.0.0.1/24 has host bits set",
			IN(A(ADDRESS), VROUTER_A_PREFIX_ADDRESS), ADDRESS("10.0.0.1", 24));
	REFUSED_ADDRESS(EINVAL, "2001:db8::1/127 has host bits set",
			IN(A(ADDRESS), VROUTER_A_PREFIX_ADDRESS),
			ADDRESS("2001:db8::1", 127));
	REFUSED_ADDRESS(EINVAL, "prefix length 33 is more than the 32 bits",
			IN(A(ADDRESS), VROUTER_A_PREFIX_LEN), ADDRESS("10.0.0.1", 33));
	REFUSED_ADDRESS(EINVAL, "prefix length 255 is more than the 128 bits",
			IN_NTH(A(ADDRESS), 1, VROUTER_A_PREFIX_LEN), ADDRESS("10.0.0.1", 32),
			ADDRESS("2001:db8::", 255));
	REFUSED_ADDRESS(EINVAL, "an address is missing",
			MISSING_IN(A(ADDRESS), 1, VROUTER_A_PREFIX_ADDRESS),
			ADDRESS("10.0.0.1", 32), NEST(A(ADDRESS), U8(VROUTER_A_PREFIX_LEN, 3)));
	REFUSED_ADDRESS(EINVAL, "an address has 4 or 16 bytes, not 0",
			IN(A(ADDRESS), VROUTER_A_PREFIX_ADDRESS),
			NEST(A(ADDRESS), FLAG(VROUTER_A_PREFIX_ADDRESS)));
	REFUSED_ADDRESS(EINVAL, "which vif has an address cannot be set",
			IN(A(ADDRESS), VROUTER_A_PREFIX_ACTIVE), ACTIVE("10.0.0.1", 32, 1));
	REFUSED_ADDRESS(EINVAL, "the address is listed twice", AT_NTH(A(ADDRESS), 2),
			ADDRESS("10.0.0.1", 32), ADDRESS("10.0.0.2", 32),
			ADDRESS("10.0.0.1", 32));
	REFUSED_ADDRESS(EADDRNOTAVAIL, "a VM cannot have a multicast address", AT(A(ADDRESS)),
			ADDRESS("224.0.0.1", 32));
	REFUSED_ADDRESS(EADDRNOTAVAIL, "a VM cannot have a multicast address", AT(A(ADDRESS)),
			ADDRESS("ff02::1", 128));
	REFUSED_ADDRESS(EADDRINUSE, "the address is the gateway's of network \"blue\"",
			AT(A(ADDRESS)), ADDRESS("10.0.0.254", 32));
	MALFORMED(EINVAL, AT(A(ADDRESS)), VIF_NEW, CREATE, STR(A(NAME), "vm"),
		  STR(A(IFNAME), "d0"), U32(A(NETWORK_ID), 1),
		  FLAT_NEST(A(ADDRESS), ADDR(VROUTER_A_PREFIX_ADDRESS, "10.0.0.1")));
	MALFORMED(EINVAL, IN(A(ADDRESS), 7), VIF_NEW, CREATE, STR(A(NAME), "vm"),
		  STR(A(IFNAME), "d0"), U32(A(NETWORK_ID), 1),
		  NEST(A(ADDRESS), ADDR(VROUTER_A_PREFIX_ADDRESS, "10.0.0.1"), U8(7, 1)));
	/* Any source may be allowed, and half of all. */
	VIF("vm", "d0", "blue", ADDRESS("0.0.0.0", 0), ADDRESS("::", 0),
	    ADDRESS("128.0.0.0", 1));
	EXPECT_EQ(3, nl_count(GET(VIF_GET, U32(A(ID), 1)), A(ADDRESS)));
}

TEST_F(vif, many_addresses)
{
	char address[65][32];
	struct attr nests[66][3] = {}, list[66] = {};
	int i;

	for (i = 0; i < 65; i++) {
		snprintf(address[i], sizeof(address[i]), "2001:db8:%x::1", 65 - i);
		nests[i][0] = (struct attr)ADDR(VROUTER_A_PREFIX_ADDRESS, address[i]);
		nests[i][1] = (struct attr)U8(VROUTER_A_PREFIX_LEN, 128);
		list[i] = (struct attr){ ATTR_NEST, A(ADDRESS), 0, 0, nests[i] };
	}
	REFUSED_VIF(E2BIG, "a vif has at most 64 addresses", AT_NTH(A(ADDRESS), 64),
		    STR(A(IFNAME), "d0"), LIST(list));
	list[64] = (struct attr){};
	VIF("vm", "d0", "blue", MAC(A(MAC), "02:00:00:00:00:01"), LIST(list));
	HAS(GET(VIF_GET, U32(A(ID), 1)), LIST(list));
	HAS(nl_first(DUMP(VIF_GET)), LIST(list));
	EXPECT_EQ(64, DUMP(NEIGHBOUR_GET)->count);
	EXPECT_EQ(65, DUMP(ROUTE_GET)->count);
	OK(VIF_DEL, 0, STR(A(NAME), "vm"));
	EXPECT_EQ(1, DUMP(ROUTE_GET)->count);
}

TEST_F(vif, strict)
{
	MALFORMED(EINVAL, AT(A(UP)), VIF_NEW, CREATE, STR(A(NAME), "vm"), STR(A(IFNAME), "d0"),
		  U32(A(NETWORK_ID), 1), U8(A(UP), 1));
	MALFORMED(EINVAL, AT(A(LEARNED)), VIF_SET, 0, STR(A(NAME), "vm"), U32(A(LEARNED), 1));
	MALFORMED(EINVAL, AT(77), VIF_SET, 0, STR(A(NAME), "vm"), U8(77, 1));
	MALFORMED(EINVAL, AT(A(IFINDEX)), VIF_NEW, CREATE, STR(A(NAME), "vm"),
		  U16(A(IFINDEX), 2), U32(A(NETWORK_ID), 1));
	MALFORMED(EINVAL, AT(A(IFNAME)), VIF_NEW, CREATE, STR(A(NAME), "vm"),
		  BYTES(A(IFNAME), "d0", 2), U32(A(NETWORK_ID), 1));
	MALFORMED(EINVAL, AT(A(MTU)), VIF_DEL, 0, STR(A(NAME), "vm"), U32(A(MTU), 2));
}

/* Devices that someone else has */

TEST_F(vif, device_of_a_vif)
{
	VIF("vm", "d0", "blue");
	REFUSED(EBUSY, "device \"d0\" is vif \"vm\"'s already", AT(A(IFNAME)), VIF_NEW, CREATE,
		STR(A(NAME), "vm2"), STR(A(IFNAME), "d0"), U32(A(NETWORK_ID), 2));
	REFUSED(EBUSY, "device \"d0\" is vif \"vm\"'s already", AT(A(IFINDEX)), VIF_NEW, CREATE,
		STR(A(NAME), "vm2"), U32(A(IFINDEX), if_nametoindex("d0")),
		U32(A(NETWORK_ID), 1));
}

TEST_F(vif, device_not_ethernet)
{
	REFUSED_VIF(EINVAL, "device \"lo\" is not an Ethernet device", AT(A(IFNAME)),
		    STR(A(IFNAME), "lo"));
	if (run("ip tuntap add t0 mode tun 2>/dev/null"))
		SKIP(return, "this kernel has no tun devices");
	REFUSED_VIF(EINVAL, "device \"t0\" is not an Ethernet device", AT(A(IFNAME)),
		    STR(A(IFNAME), "t0"));
	ASSERT_EQ(0, run("ip tuntap add t1 mode tap"));
	VIF("vm", "t1", "blue");
}

TEST_F(vif, device_of_a_bridge)
{
	ASSERT_EQ(0, run("ip link add br0 type bridge && ip link set d0 master br0"));
	REFUSED_VIF(EBUSY, "device \"d0\" is enslaved to bridge \"br0\"", AT(A(IFNAME)),
		    STR(A(IFNAME), "d0"));
	ASSERT_EQ(0, run("ip link set d0 nomaster"));
	VIF("vm", "d0", "blue");
}

TEST_F(vif, device_of_a_bond)
{
	if (run("ip link add bond0 type bond 2>/dev/null"))
		SKIP(return, "this kernel has no bonding");
	ASSERT_EQ(0, run("ip link set d0 master bond0"));
	ASSERT_TRUE(nl_settle());
	REFUSED_VIF(EBUSY, "device \"d0\" is enslaved to bond \"bond0\"", AT(A(IFNAME)),
		    STR(A(IFNAME), "d0"));
	/* The bond itself may be a vif. */
	VIF("vm", "bond0", "blue");
}

TEST_F(vif, device_of_a_vrf)
{
	if (run("ip link add vrf0 type vrf table 10 2>/dev/null"))
		SKIP(return, "this kernel has no VRFs");
	ASSERT_EQ(0, run("ip link set d0 master vrf0"));
	REFUSED_VIF(EBUSY, "device \"d0\" is enslaved to vrf \"vrf0\"", AT(A(IFNAME)),
		    STR(A(IFNAME), "d0"));
}

static void under(struct __test_metadata *_metadata, const char *kind, const char *options)
{
	char words[64];

	if (run("ip link add link d0 name top type %s %s 2>/dev/null", kind, options))
		SKIP(return, "this kernel has no %s", kind);
	ASSERT_TRUE(nl_settle());
	snprintf(words, sizeof(words), "device \"d0\" carries %s \"top\"", kind);
	REFUSED_VIF(EBUSY, words, AT(A(IFNAME)), STR(A(IFNAME), "d0"));
	ASSERT_EQ(0, run("ip link del top"));
	VIF("vm", "d0", "blue");
}

TEST_F(vif, device_under_a_macvlan)
{
	under(_metadata, "macvlan", "mode bridge");
}

TEST_F(vif, device_under_a_macvtap)
{
	under(_metadata, "macvtap", "mode bridge");
}

TEST_F(vif, device_under_an_ipvlan)
{
	under(_metadata, "ipvlan", "mode l2");
}

/* A VLAN's frames are not those of the device below, so both may be vifs. */
TEST_F(vif, vlan_device)
{
	if (run("ip link add link d0 name d0.5 type vlan id 5 2>/dev/null"))
		SKIP(return, "this kernel has no VLANs");
	/* Below is down, so it cannot be brought up: and nothing is left of the attempt. */
	REFUSED_VIF(ENETDOWN, "device \"d0.5\" cannot be brought up", AT(A(IFNAME)),
		    STR(A(IFNAME), "d0.5"), MAC(A(MAC), "02:00:00:00:00:05"),
		    ADDRESS("10.0.0.5", 32));
	VIF("trunk", "d0", "blue");
	VIF("vm", "d0.5", "blue");
	EXPECT_EQ(2, DUMP(VIF_GET)->count);
}

static struct mnl_socket *ovs;

/* Sends a request of Open vSwitch's families; the errno, positive. */
static int ask_ovs(const char *family, uint8_t cmd, void (*put)(struct nlmsghdr *msg))
{
	char buffer[8192];
	struct nlmsghdr *msg = mnl_nlmsg_put_header(buffer);
	struct genlmsghdr *genl;
	uint16_t id = GENL_ID_CTRL;
	ssize_t len;

	genl = mnl_nlmsg_put_extra_header(msg, sizeof(*genl));
	genl->cmd = CTRL_CMD_GETFAMILY;
	genl->version = 1;
	mnl_attr_put_strz(msg, CTRL_ATTR_FAMILY_NAME, family);
	msg->nlmsg_type = id;
	msg->nlmsg_flags = NLM_F_REQUEST;
	mnl_socket_sendto(ovs, msg, msg->nlmsg_len);
	len = mnl_socket_recvfrom(ovs, buffer, sizeof(buffer));
	if (len < 0 || msg->nlmsg_type == NLMSG_ERROR)
		return ENOENT;
	for (struct nlattr *attr = mnl_nlmsg_get_payload_offset(msg, GENL_HDRLEN);
	     (char *)attr < buffer + msg->nlmsg_len; attr = mnl_attr_next(attr))
		if (mnl_attr_get_type(attr) == CTRL_ATTR_FAMILY_ID)
			id = mnl_attr_get_u16(attr);

	msg = mnl_nlmsg_put_header(buffer);
	genl = mnl_nlmsg_put_extra_header(msg, sizeof(*genl) + sizeof(struct ovs_header));
	genl->cmd = cmd;
	genl->version = OVS_DATAPATH_VERSION;
	((struct ovs_header *)(genl + 1))->dp_ifindex = if_nametoindex("ovs0");
	put(msg);
	msg->nlmsg_type = id;
	msg->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	mnl_socket_sendto(ovs, msg, msg->nlmsg_len);
	len = mnl_socket_recvfrom(ovs, buffer, sizeof(buffer));
	if (len < 0 || msg->nlmsg_type != NLMSG_ERROR)
		return 0;
	return -((struct nlmsgerr *)mnl_nlmsg_get_payload(msg))->error;
}

static void put_datapath(struct nlmsghdr *msg)
{
	mnl_attr_put_strz(msg, OVS_DP_ATTR_NAME, "ovs0");
	mnl_attr_put_u32(msg, OVS_DP_ATTR_UPCALL_PID, 0);
}

static void put_port(struct nlmsghdr *msg)
{
	mnl_attr_put_strz(msg, OVS_VPORT_ATTR_NAME, "d0");
	mnl_attr_put_u32(msg, OVS_VPORT_ATTR_TYPE, OVS_VPORT_TYPE_NETDEV);
	mnl_attr_put_u32(msg, OVS_VPORT_ATTR_UPCALL_PID, 0);
}

TEST_F(vif, device_of_open_vswitch)
{
	run("modprobe openvswitch 2>/dev/null");
	ovs = mnl_socket_open(NETLINK_GENERIC);
	ASSERT_EQ(0, mnl_socket_bind(ovs, 0, MNL_SOCKET_AUTOPID));
	if (ask_ovs(OVS_DATAPATH_FAMILY, OVS_DP_CMD_NEW, put_datapath))
		SKIP(return, "this kernel has no openvswitch");
	ASSERT_EQ(0, ask_ovs(OVS_VPORT_FAMILY, OVS_VPORT_CMD_NEW, put_port));
	ASSERT_TRUE(nl_settle());
	REFUSED_VIF(EBUSY, "device \"d0\" is enslaved to openvswitch \"ovs0\"", AT(A(IFNAME)),
		    STR(A(IFNAME), "d0"));
	mnl_socket_close(ovs);
}

TEST_F(vif, del)
{
	REFUSED(ENOENT, "there is no vif \"vm\"", AT(A(NAME)), VIF_DEL, 0, STR(A(NAME), "vm"));
	REFUSED(EINVAL, "the name of the vif is missing", MISSING(A(NAME)), VIF_DEL, 0);
	OK(VIF_NEW, CREATE, FULL);
	VIF("vm2", "d1", "blue");
	REFUSED(EINVAL, "vif 77 is called \"full\", not \"vm2\"", AT(A(NAME)), VIF_DEL, 0,
		U32(A(ID), 77), STR(A(NAME), "vm2"));
	CHANGES(VIF_DEL, 0, U32(A(ID), 77));
	EXPECT_EQ(1, nl_info(VROUTER_A_INFO_ROUTES));
	EXPECT_EQ(0, nl_info(VROUTER_A_INFO_FDB));
	EXPECT_EQ(0, nl_info(VROUTER_A_INFO_NEIGHBOURS));
	CHANGES(VIF_DEL, 0, STR(A(NAME), "vm2"));
	EXPECT_EQ(0, nl_info(VROUTER_A_INFO_VIFS));
}

TEST_F(vif, del_in_use)
{
	VIF("vm", "d0", "blue");
	NEXTHOP(12, VIF, STR(VROUTER_A_NEXTHOP_VIF_NAME, "vm"));
	REFUSED(EBUSY, "vif \"vm\" is used by next hop 12", AT(A(NAME)), VIF_DEL, 0,
		STR(A(NAME), "vm"));
	REFUSED(EBUSY, "vif \"vm\" is used by next hop 12", AT(A(ID)), VIF_DEL, 0,
		U32(A(ID), 1));
	OK(NEXTHOP_DEL, 0, U32(VROUTER_A_NEXTHOP_ID, 12));
	OK(VIF_DEL, 0, STR(A(NAME), "vm"));
}

/* A device may go at any time, with the vif and what leads to it. */
TEST_F(vif, device_goes)
{
	OK(VIF_NEW, CREATE, FULL);
	NEXTHOP(12, VIF, STR(VROUTER_A_NEXTHOP_VIF_NAME, "full"));
	ROUTE("blue", "10.9.0.0", 16, 12);
	ASSERT_EQ(0, run("ip link del d0"));
	EXPECT_EQ(0, nl_info(VROUTER_A_INFO_VIFS));
	EXPECT_EQ(0, nl_info(VROUTER_A_INFO_FDB));
	EXPECT_EQ(0, nl_info(VROUTER_A_INFO_NEIGHBOURS));
	EXPECT_EQ(2, nl_info(VROUTER_A_INFO_ROUTES));
	/* The next hop remembers which vif it was. */
	HAS(GET(NEXTHOP_GET, U32(VROUTER_A_NEXTHOP_ID, 12)),
	    U32(VROUTER_A_NEXTHOP_VIF_ID, 77), U32(VROUTER_A_NEXTHOP_REFS, 1));
	EXPECT_NULL(nl_attr(GET(NEXTHOP_GET, U32(VROUTER_A_NEXTHOP_ID, 12)),
			    VROUTER_A_NEXTHOP_VIF_NAME));
	/* Adding both again mends it. */
	ASSERT_EQ(0, run("ip link add d0 type dummy"));
	OK(VIF_NEW, CREATE, FULL);
	NEXTHOP(12, VIF, STR(VROUTER_A_NEXTHOP_VIF_NAME, "full"));
	HAS(GET(NEXTHOP_GET, U32(VROUTER_A_NEXTHOP_ID, 12)),
	    STR(VROUTER_A_NEXTHOP_VIF_NAME, "full"));
	REFUSED(EBUSY, "vif \"full\" is used by next hop 12", AT(A(ID)), VIF_DEL, 0,
		U32(A(ID), 77));
}

/* To another namespace is away, too. */
TEST_F(vif, device_moves_away)
{
	VIF("vm", "d0", "blue");
	ASSERT_EQ(0, run("ip netns add away-%d && ip link set d0 netns away-%d", getpid(),
			 getpid()));
	EXPECT_EQ(0, nl_info(VROUTER_A_INFO_VIFS));
	run("ip netns del away-%d", getpid());
}

TEST_F(vif, device_is_renamed)
{
	VIF("vm", "d0", "blue");
	ASSERT_EQ(0, run("ip link set d0 down && ip link set d0 name new0"));
	HAS(GET(VIF_GET, STR(A(NAME), "vm")), STR(A(IFNAME), "new0"));
}

/* What comes with the addresses of vifs */

#define R(name) VROUTER_A_ROUTE_ENTRY_##name
#define N(name) VROUTER_A_NEIGHBOUR_ENTRY_##name
#define F(name) VROUTER_A_FDB_ENTRY_##name
#define ROUTE_LINE(...) NEST(VROUTER_A_ROUTE_ENTRY, __VA_ARGS__)
#define NEIGHBOUR_LINE(...) NEST(VROUTER_A_NEIGHBOUR_ENTRY, __VA_ARGS__)
#define FDB_LINE(...) NEST(VROUTER_A_FDB_ENTRY, __VA_ARGS__)

TEST_F(vif, what_comes_with_it)
{
	const struct msgs *dump;

	OK(NETWORK_SET, 0, U32(VROUTER_A_NETWORK_ID, 1), NEST(VROUTER_A_NETWORK_GATEWAY));
	OK(VIF_NEW, CREATE, FULL);
	dump = DUMP(FDB_GET);
	EXPECT_EQ(1, dump->count);
	HAS(nl_nth(dump, 0), STR(VROUTER_A_FDB_NETWORK_NAME, "blue"),
	    FDB_LINE(MAC(F(MAC), "02:00:00:00:00:01"), U32(F(ORIGIN), VROUTER_ORIGIN_VIF),
		     U32(F(VIF_ID), 77), STR(F(VIF_NAME), "full"), U8(F(ACTIVE), 1)));
	EXPECT_NULL(nl_inner(nl_nth(dump, 0), VROUTER_A_FDB_ENTRY, F(NEXTHOP)));
	dump = DUMP(NEIGHBOUR_GET);
	EXPECT_EQ(2, dump->count);
	HAS(nl_nth(dump, 0), NEIGHBOUR_LINE(ADDR(N(ADDRESS), "10.0.0.1"),
					    MAC(N(MAC), "02:00:00:00:00:01"),
					    U32(N(ORIGIN), VROUTER_ORIGIN_VIF),
					    U32(N(VIF_ID), 77), STR(N(VIF_NAME), "full"),
					    U8(N(ACTIVE), 1), U64(N(ANSWERED), 0)));
	HAS(nl_nth(dump, 1), NEIGHBOUR_LINE(ADDR(N(ADDRESS), "2001:db8::1")));
	dump = DUMP(ROUTE_GET);
	EXPECT_EQ(3, dump->count);
	HAS(nl_nth(dump, 0), ROUTE_LINE(ADDR(R(PREFIX), "10.0.0.1"), U8(R(LEN), 32),
					U32(R(ORIGIN), VROUTER_ORIGIN_VIF), U32(R(VIF_ID), 77),
					STR(R(VIF_NAME), "full"), U8(R(ACTIVE), 1)));
	HAS(nl_nth(dump, 1), ROUTE_LINE(ADDR(R(PREFIX), "10.1.0.0"), U8(R(LEN), 16)));
	HAS(nl_nth(dump, 2), ROUTE_LINE(ADDR(R(PREFIX), "2001:db8::1"), U8(R(LEN), 128)));
	EXPECT_NULL(nl_inner(nl_nth(dump, 0), VROUTER_A_ROUTE_ENTRY, R(NEXTHOP)));
	HAS(GET(NETWORK_GET, U32(VROUTER_A_NETWORK_ID, 1)), U32(VROUTER_A_NETWORK_ROUTES, 3),
	    U32(VROUTER_A_NETWORK_FDB, 1), U32(VROUTER_A_NETWORK_NEIGHBOURS, 2),
	    U32(VROUTER_A_NETWORK_VIFS, 1));
	/* With another MAC, it is in another place and under another address. */
	OK(VIF_SET, 0, U32(A(ID), 77), MAC(A(MAC), "02:00:00:00:00:02"));
	dump = DUMP(FDB_GET);
	EXPECT_EQ(1, dump->count);
	HAS(nl_nth(dump, 0), FDB_LINE(MAC(F(MAC), "02:00:00:00:00:02")));
	HAS(nl_nth(DUMP(NEIGHBOUR_GET), 0), NEIGHBOUR_LINE(MAC(N(MAC), "02:00:00:00:00:02")));
}

/* Without a MAC there is nothing to answer with. */
TEST_F(vif, address_without_mac)
{
	VIF("vm", "d0", "red", ADDRESS("10.0.0.1", 32));
	EXPECT_EQ(0, DUMP(NEIGHBOUR_GET)->count);
	EXPECT_EQ(1, nl_u32(nl_first(DUMP(ROUTE_GET)), VROUTER_A_ROUTE_NETWORK_ID) == 1);
	OK(VIF_SET, 0, STR(A(NAME), "vm"), MAC(A(MAC), "02:00:00:00:00:01"));
	EXPECT_EQ(1, DUMP(NEIGHBOUR_GET)->count);
}

/* Several vifs may be allowed an address; the first has it. */
TEST_F(vif, shared_address)
{
	const struct msgs *dump;

	VIF("one", "d0", "red", MAC(A(MAC), "02:00:00:00:00:01"), ADDRESS("10.0.0.1", 32));
	VIF("two", "d1", "red", MAC(A(MAC), "02:00:00:00:00:02"), ADDRESS("10.0.0.1", 32));
	HAS(GET(VIF_GET, STR(A(NAME), "one")), ACTIVE("10.0.0.1", 32, 1));
	HAS(GET(VIF_GET, STR(A(NAME), "two")), ACTIVE("10.0.0.1", 32, 0));
	dump = DUMP(ROUTE_GET, STR(VROUTER_A_ROUTE_NETWORK_NAME, "red"));
	EXPECT_EQ(2, dump->count);
	HAS(nl_nth(dump, 0), ROUTE_LINE(STR(R(VIF_NAME), "one"), U8(R(ACTIVE), 1)));
	HAS(nl_nth(dump, 1), ROUTE_LINE(STR(R(VIF_NAME), "two"), U8(R(ACTIVE), 0)));
	dump = DUMP(NEIGHBOUR_GET, STR(VROUTER_A_NEIGHBOUR_NETWORK_NAME, "red"));
	EXPECT_EQ(2, dump->count);
	HAS(nl_nth(dump, 0), NEIGHBOUR_LINE(STR(N(VIF_NAME), "one"), U8(N(ACTIVE), 1)));
	HAS(nl_nth(dump, 1), NEIGHBOUR_LINE(STR(N(VIF_NAME), "two"), U8(N(ACTIVE), 0)));
	/* It is one route of the network, of two who may have it. */
	EXPECT_EQ(1, nl_u32(GET(NETWORK_GET, STR(VROUTER_A_NETWORK_NAME, "red")),
			    VROUTER_A_NETWORK_ROUTES));

	OK(VIF_DEL, 0, STR(A(NAME), "one"));
	HAS(GET(VIF_GET, STR(A(NAME), "two")), ACTIVE("10.0.0.1", 32, 1));
	HAS(nl_first(DUMP(NEIGHBOUR_GET)), NEIGHBOUR_LINE(MAC(N(MAC), "02:00:00:00:00:02"),
							  U8(N(ACTIVE), 1)));
	ASSERT_EQ(0, run("ip link del d1"));
	EXPECT_EQ(0, DUMP(NEIGHBOUR_GET)->count);
}

/* What a request made is beneath, and there again when the vif goes. */
TEST_F(vif, static_beneath)
{
	const struct msgs *dump;

	NEXTHOP(7, BLACKHOLE);
	ROUTE("red", "10.0.0.1", 32, 7);
	FDB("red", "02:00:00:00:00:01", 7);
	NEIGHBOUR("red", "10.0.0.1", "02:00:00:00:00:09");
	VIF("one", "d0", "red", MAC(A(MAC), "02:00:00:00:00:01"), ADDRESS("10.0.0.1", 32));
	dump = DUMP(ROUTE_GET, STR(VROUTER_A_ROUTE_NETWORK_NAME, "red"));
	EXPECT_EQ(2, dump->count);
	HAS(nl_nth(dump, 0), ROUTE_LINE(STR(R(VIF_NAME), "one"), U8(R(ACTIVE), 1)));
	HAS(nl_nth(dump, 1), ROUTE_LINE(U32(R(NEXTHOP), 7), U8(R(ACTIVE), 0),
					U32(R(ORIGIN), VROUTER_ORIGIN_STATIC)));
	dump = DUMP(FDB_GET);
	EXPECT_EQ(2, dump->count);
	HAS(nl_nth(dump, 0), FDB_LINE(STR(F(VIF_NAME), "one"), U8(F(ACTIVE), 1)));
	HAS(nl_nth(dump, 1), FDB_LINE(U32(F(NEXTHOP), 7), U8(F(ACTIVE), 0)));
	dump = DUMP(NEIGHBOUR_GET);
	EXPECT_EQ(2, dump->count);
	HAS(nl_nth(dump, 1), NEIGHBOUR_LINE(MAC(N(MAC), "02:00:00:00:00:09"), U8(N(ACTIVE), 0)));

	/* The get tells the one that counts. */
	HAS(GET(ROUTE_GET, STR(VROUTER_A_ROUTE_NETWORK_NAME, "red"),
		ADDR(VROUTER_A_ROUTE_ADDRESS, "10.0.0.1")), ROUTE_LINE(STR(R(VIF_NAME), "one")));
	OK(VIF_DEL, 0, STR(A(NAME), "one"));
	HAS(GET(ROUTE_GET, STR(VROUTER_A_ROUTE_NETWORK_NAME, "red"),
		ADDR(VROUTER_A_ROUTE_ADDRESS, "10.0.0.1")),
	    ROUTE_LINE(U32(R(NEXTHOP), 7), U8(R(ACTIVE), 1)));
	HAS(nl_first(DUMP(FDB_GET)), FDB_LINE(U32(F(NEXTHOP), 7), U8(F(ACTIVE), 1)));
	HAS(nl_first(DUMP(NEIGHBOUR_GET)), NEIGHBOUR_LINE(MAC(N(MAC), "02:00:00:00:00:09"),
							  U8(N(ACTIVE), 1)));
	/* And they can be deleted from beneath. */
	VIF("one", "d0", "red", MAC(A(MAC), "02:00:00:00:00:01"), ADDRESS("10.0.0.1", 32));
	OK(ROUTE_DEL, 0, STR(VROUTER_A_ROUTE_NETWORK_NAME, "red"), FLAG(VROUTER_A_ROUTE_ALL));
	EXPECT_EQ(1, DUMP(ROUTE_GET, STR(VROUTER_A_ROUTE_NETWORK_NAME, "red"))->count);
}

/* Devices of the module's own kind */
TEST_F(vif, host_device)
{
	ASSERT_EQ(0, run("ip link add h0 type vrouter"));
	VIF("host", "h0", "blue", MAC(A(MAC), "02:00:00:00:00:08"), ADDRESS("10.0.0.8", 32));
	EXPECT_TRUE(device_flags("h0") & IFF_UP);
	HAS(GET(VIF_GET, STR(A(NAME), "host")), STR(A(IFNAME), "h0"), U8(A(UP), 1));
	OK(VIF_DEL, 0, STR(A(NAME), "host"));
	VIF("host", "h0", "blue");
	ASSERT_EQ(0, run("ip link del h0"));
	EXPECT_EQ(0, nl_info(VROUTER_A_INFO_VIFS));
}

TEST_HARNESS_MAIN
