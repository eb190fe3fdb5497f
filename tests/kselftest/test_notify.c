// SPDX-License-Identifier: GPL-2.0
/* Notifications: what is told of each change, and that nothing else is. */
#include <arpa/inet.h>
#include <unistd.h>

#include "fixture.h"

#define NET(name) VROUTER_A_NETWORK_##name
#define TUN(name) VROUTER_A_TUNNEL_##name
#define V(name) VROUTER_A_VIF_##name
#define NH(name) VROUTER_A_NEXTHOP_##name
#define R(name) VROUTER_A_ROUTE_##name
#define RE(name) VROUTER_A_ROUTE_ENTRY_##name
#define F(name) VROUTER_A_FDB_##name
#define FE(name) VROUTER_A_FDB_ENTRY_##name
#define N(name) VROUTER_A_NEIGHBOUR_##name
#define NE(name) VROUTER_A_NEIGHBOUR_ENTRY_##name

#define ROUTE_TOLD(cmd, network, prefix, len, ...) \
	NOTIFIED(self->ear, cmd, STR(R(NETWORK_NAME), network), \
		 NEST(R(ENTRY), ADDR(RE(PREFIX), prefix), U8(RE(LEN), len), __VA_ARGS__))
#define FDB_TOLD(cmd, network, mac, ...) \
	NOTIFIED(self->ear, cmd, STR(F(NETWORK_NAME), network), \
		 NEST(F(ENTRY), MAC(FE(MAC), mac), __VA_ARGS__))
#define NEIGHBOUR_TOLD(cmd, network, address, ...) \
	NOTIFIED(self->ear, cmd, STR(N(NETWORK_NAME), network), \
		 NEST(N(ENTRY), ADDR(NE(ADDRESS), address), __VA_ARGS__))
#define OF_VIF(P, name) U32(P(ORIGIN), VROUTER_ORIGIN_VIF), STR(P(VIF_NAME), name)
#define M1 "02:00:00:00:00:01"
#define M2 "02:00:00:00:00:02"

FIXTURE(notify) {
	struct nl *ear;
};

FIXTURE_SETUP(notify)
{
	ASSERT_TRUE(enter_netns());
	ASSERT_EQ(0, run("ip link add d0 type dummy && ip link add d1 type dummy"));
	self->ear = nl_listen();
}

FIXTURE_TEARDOWN(notify)
{
	nl_close(self->ear);
	leave_netns();
}

TEST_F(notify, network)
{
	NETWORK("blue", U32(NET(VNI), 5), PREFIX(NET(GATEWAY), "10.0.0.1", 24));
	NOTIFIED(self->ear, NETWORK_NEW_NTF, U32(NET(ID), 1), STR(NET(NAME), "blue"),
		 U32(NET(VNI), 5), U32(NET(MTU), 1500),
		 PREFIX(NET(GATEWAY), "10.0.0.1", 24),
		 U32(NET(GENERATION), nl_u32(GET(NETWORK_GET, U32(NET(ID), 1)),
					     NET(GENERATION))));
	ROUTE_TOLD(ROUTE_NEW_NTF, "blue", "10.0.0.0", 24,
		   U32(RE(ORIGIN), VROUTER_ORIGIN_GATEWAY), U8(RE(ACTIVE), 1));
	QUIET(self->ear);
	OK(NETWORK_SET, 0, U32(NET(ID), 1), U32(NET(MTU), 1400));
	NOTIFIED(self->ear, NETWORK_NEW_NTF, STR(NET(NAME), "blue"), U32(NET(MTU), 1400));
	OK(NETWORK_SET, 0, U32(NET(ID), 1), STR(NET(NAME), "red"),
	   PREFIX(NET(GATEWAY), "10.0.0.2", 24), PREFIX(NET(GATEWAY), "2001:db8::1", 64));
	NOTIFIED(self->ear, NETWORK_NEW_NTF, U32(NET(ID), 1), STR(NET(NAME), "red"));
	ROUTE_TOLD(ROUTE_NEW_NTF, "red", "2001:db8::", 64,
		   U32(RE(ORIGIN), VROUTER_ORIGIN_GATEWAY));
	OK(NETWORK_SET, 0, U32(NET(ID), 1), PREFIX(NET(GATEWAY), "2001:db8::2", 64));
	NOTIFIED(self->ear, NETWORK_NEW_NTF, U32(NET(ID), 1));
	ROUTE_TOLD(ROUTE_DEL_NTF, "red", "10.0.0.0", 24,
		   U32(RE(ORIGIN), VROUTER_ORIGIN_GATEWAY));
	/* Nothing changes, nothing is told. */
	OK(NETWORK_SET, 0, U32(NET(ID), 1), U32(NET(MTU), 1400));
	QUIET(self->ear);
	/* What is in it goes with it, as everyone knows. */
	OK(NETWORK_DEL, 0, U32(NET(ID), 1));
	NOTIFIED(self->ear, NETWORK_DEL_NTF, U32(NET(ID), 1), STR(NET(NAME), "red"));
	QUIET(self->ear);
}

TEST_F(notify, tunnel)
{
	TUNNEL("vx0", "127.0.0.1");
	NOTIFIED(self->ear, TUNNEL_NEW_NTF, U32(TUN(ID), 1), STR(TUN(NAME), "vx0"),
		 ADDR(TUN(LOCAL), "127.0.0.1"), PORT(TUN(PORT), 4789));
	OK(TUNNEL_SET, 0, U32(TUN(ID), 1), U8(TUN(TTL), 9));
	NOTIFIED(self->ear, TUNNEL_NEW_NTF, U32(TUN(ID), 1), U8(TUN(TTL), 9));
	OK(TUNNEL_DEL, 0, U32(TUN(ID), 1));
	NOTIFIED(self->ear, TUNNEL_DEL_NTF, U32(TUN(ID), 1), STR(TUN(NAME), "vx0"));
	QUIET(self->ear);
}

TEST_F(notify, nexthop)
{
	NEXTHOP(7, REJECT);
	NOTIFIED(self->ear, NEXTHOP_NEW_NTF, U32(NH(ID), 7),
		 U32(NH(TYPE), VROUTER_NEXTHOP_TYPE_REJECT));
	OK(NEXTHOP_SET, 0, U32(NH(ID), 7), U32(NH(REJECT_CODE), VROUTER_REJECT_CODE_NET));
	NOTIFIED(self->ear, NEXTHOP_NEW_NTF, U32(NH(REJECT_CODE), VROUTER_REJECT_CODE_NET));
	OK(NEXTHOP_DEL, 0, U32(NH(ID), 7));
	NOTIFIED(self->ear, NEXTHOP_DEL_NTF, U32(NH(ID), 7));
	QUIET(self->ear);
}

TEST_F(notify, tables)
{
	NETWORK("blue");
	NEXTHOP(1, BLACKHOLE);
	nl_discard(self->ear);
	ROUTE("blue", "10.0.0.0", 8, 1);
	ROUTE_TOLD(ROUTE_NEW_NTF, "blue", "10.0.0.0", 8, U32(RE(NEXTHOP), 1),
		   U32(RE(ORIGIN), VROUTER_ORIGIN_STATIC), U8(RE(ACTIVE), 1));
	ROUTE("blue", "10.0.0.0", 8, 1);
	QUIET(self->ear);
	NEXTHOP(2, BLACKHOLE);
	nl_discard(self->ear);
	OK(ROUTE_SET, 0, STR(R(NETWORK_NAME), "blue"),
	   NEST(R(ENTRY), ADDR(RE(PREFIX), "10.0.0.0"), U8(RE(LEN), 8), U32(RE(NEXTHOP), 2)));
	ROUTE_TOLD(ROUTE_NEW_NTF, "blue", "10.0.0.0", 8, U32(RE(NEXTHOP), 2));
	OK(ROUTE_DEL, 0, STR(R(NETWORK_NAME), "blue"), FLAG(R(ALL)));
	ROUTE_TOLD(ROUTE_DEL_NTF, "blue", "10.0.0.0", 8,
		   U32(RE(ORIGIN), VROUTER_ORIGIN_STATIC));
	FDB("blue", M1, 1);
	FDB_TOLD(FDB_NEW_NTF, "blue", M1, U32(FE(NEXTHOP), 1), U8(FE(ACTIVE), 1));
	OK(FDB_DEL, 0, STR(F(NETWORK_NAME), "blue"), NEST(F(ENTRY), MAC(FE(MAC), M1)));
	FDB_TOLD(FDB_DEL_NTF, "blue", M1, U32(FE(ORIGIN), VROUTER_ORIGIN_STATIC));
	NEIGHBOUR("blue", "10.0.0.1", M1);
	NEIGHBOUR_TOLD(NEIGHBOUR_NEW_NTF, "blue", "10.0.0.1", MAC(NE(MAC), M1),
		       U8(NE(ACTIVE), 1));
	OK(NEIGHBOUR_DEL, 0, STR(N(NETWORK_NAME), "blue"), FLAG(N(ALL)));
	NEIGHBOUR_TOLD(NEIGHBOUR_DEL_NTF, "blue", "10.0.0.1", U32(NE(ORIGIN), 0));
	QUIET(self->ear);
}

/* One for each entry, in order; none when the batch is refused. */
TEST_F(notify, bulk)
{
	NETWORK("blue");
	NEXTHOP(1, BLACKHOLE);
	nl_discard(self->ear);
#define ENTRY(prefix, nexthop) \
	NEST(R(ENTRY), ADDR(RE(PREFIX), prefix), U32(RE(NEXTHOP), nexthop))
	OK(ROUTE_NEW, CREATE, STR(R(NETWORK_NAME), "blue"), ENTRY("10.0.0.2", 1),
	   ENTRY("10.0.0.1", 1), ENTRY("10.0.0.1", 1));
	ROUTE_TOLD(ROUTE_NEW_NTF, "blue", "10.0.0.2", 32, U32(RE(NEXTHOP), 1));
	ROUTE_TOLD(ROUTE_NEW_NTF, "blue", "10.0.0.1", 32, U32(RE(NEXTHOP), 1));
	QUIET(self->ear);
	EXPECT_EQ(ENOENT, nl_ask(VROUTER_CMD_ROUTE_NEW, CREATE,
				 ATTRS(STR(R(NETWORK_NAME), "blue"), ENTRY("10.0.0.3", 1),
				       ENTRY("10.0.0.4", 2)))->err);
	QUIET(self->ear);
#undef ENTRY
}

/* A static route over a gateway's and back. */
TEST_F(notify, gateway_gives_way)
{
	NETWORK("blue", PREFIX(NET(GATEWAY), "10.0.0.1", 24));
	NEXTHOP(1, BLACKHOLE);
	nl_discard(self->ear);
	ROUTE("blue", "10.0.0.0", 24, 1);
	ROUTE_TOLD(ROUTE_NEW_NTF, "blue", "10.0.0.0", 24, U32(RE(NEXTHOP), 1),
		   U8(RE(ACTIVE), 1));
	ROUTE_TOLD(ROUTE_NEW_NTF, "blue", "10.0.0.0", 24,
		   U32(RE(ORIGIN), VROUTER_ORIGIN_GATEWAY), U8(RE(ACTIVE), 0));
	OK(ROUTE_DEL, 0, STR(R(NETWORK_NAME), "blue"), FLAG(R(ALL)));
	ROUTE_TOLD(ROUTE_DEL_NTF, "blue", "10.0.0.0", 24,
		   U32(RE(ORIGIN), VROUTER_ORIGIN_STATIC));
	ROUTE_TOLD(ROUTE_NEW_NTF, "blue", "10.0.0.0", 24,
		   U32(RE(ORIGIN), VROUTER_ORIGIN_GATEWAY), U8(RE(ACTIVE), 1));
	QUIET(self->ear);
}

TEST_F(notify, vif)
{
	NETWORK("blue");
	nl_discard(self->ear);
	/* The id is the kernel's choice, and known to all that comes with it. */
	VIF("vm", "d0", "blue", MAC(V(MAC), M1), PREFIX(V(ADDRESS), "10.0.0.1", 32));
	FDB_TOLD(FDB_NEW_NTF, "blue", M1, OF_VIF(FE, "vm"), U32(FE(VIF_ID), 1),
		 U8(FE(ACTIVE), 1));
	ROUTE_TOLD(ROUTE_NEW_NTF, "blue", "10.0.0.1", 32, OF_VIF(RE, "vm"),
		   U32(RE(VIF_ID), 1), U8(RE(ACTIVE), 1));
	NEIGHBOUR_TOLD(NEIGHBOUR_NEW_NTF, "blue", "10.0.0.1", OF_VIF(NE, "vm"),
		       U32(NE(VIF_ID), 1), MAC(NE(MAC), M1), U8(NE(ACTIVE), 1));
	NOTIFIED(self->ear, VIF_NEW_NTF, U32(V(ID), 1), STR(V(NAME), "vm"),
		 STR(V(IFNAME), "d0"), MAC(V(MAC), M1), PREFIX(V(ADDRESS), "10.0.0.1", 32),
		 U8(V(UP), 1));
	QUIET(self->ear);

	OK(VIF_SET, 0, U32(V(ID), 1), MAC(V(MAC), M2));
	FDB_TOLD(FDB_NEW_NTF, "blue", M2, OF_VIF(FE, "vm"));
	FDB_TOLD(FDB_DEL_NTF, "blue", M1, OF_VIF(FE, "vm"));
	NEIGHBOUR_TOLD(NEIGHBOUR_NEW_NTF, "blue", "10.0.0.1", OF_VIF(NE, "vm"),
		       MAC(NE(MAC), M2));
	NOTIFIED(self->ear, VIF_NEW_NTF, MAC(V(MAC), M2));
	QUIET(self->ear);

	OK(VIF_SET, 0, U32(V(ID), 1), PREFIX(V(ADDRESS), "10.0.0.2", 32));
	NEIGHBOUR_TOLD(NEIGHBOUR_DEL_NTF, "blue", "10.0.0.1", OF_VIF(NE, "vm"));
	ROUTE_TOLD(ROUTE_DEL_NTF, "blue", "10.0.0.1", 32, OF_VIF(RE, "vm"));
	ROUTE_TOLD(ROUTE_NEW_NTF, "blue", "10.0.0.2", 32, OF_VIF(RE, "vm"));
	NEIGHBOUR_TOLD(NEIGHBOUR_NEW_NTF, "blue", "10.0.0.2", OF_VIF(NE, "vm"));
	NOTIFIED(self->ear, VIF_NEW_NTF, PREFIX(V(ADDRESS), "10.0.0.2", 32));
	QUIET(self->ear);

	/* Without a MAC the neighbour goes, the route stays. */
	OK(VIF_NEW, REPLACE, U32(V(ID), 1), STR(V(IFNAME), "d0"), STR(V(NETWORK_NAME), "blue"),
	   PREFIX(V(ADDRESS), "10.0.0.2", 32));
	NEIGHBOUR_TOLD(NEIGHBOUR_DEL_NTF, "blue", "10.0.0.2", OF_VIF(NE, "vm"), MAC(NE(MAC), M2));
	FDB_TOLD(FDB_DEL_NTF, "blue", M2, OF_VIF(FE, "vm"));
	NOTIFIED(self->ear, VIF_NEW_NTF, U32(V(ID), 1));
	QUIET(self->ear);
	OK(VIF_SET, 0, U32(V(ID), 1), MAC(V(MAC), M1));
	FDB_TOLD(FDB_NEW_NTF, "blue", M1, OF_VIF(FE, "vm"));
	NEIGHBOUR_TOLD(NEIGHBOUR_NEW_NTF, "blue", "10.0.0.2", OF_VIF(NE, "vm"), MAC(NE(MAC), M1));
	NOTIFIED(self->ear, VIF_NEW_NTF, U32(V(ID), 1));

	OK(VIF_DEL, 0, U32(V(ID), 1));
	NEIGHBOUR_TOLD(NEIGHBOUR_DEL_NTF, "blue", "10.0.0.2", OF_VIF(NE, "vm"));
	ROUTE_TOLD(ROUTE_DEL_NTF, "blue", "10.0.0.2", 32, OF_VIF(RE, "vm"));
	FDB_TOLD(FDB_DEL_NTF, "blue", M1, OF_VIF(FE, "vm"), U32(FE(VIF_ID), 1));
	NOTIFIED(self->ear, VIF_DEL_NTF, U32(V(ID), 1), STR(V(NAME), "vm"),
		 STR(V(IFNAME), "d0"));
	QUIET(self->ear);
}

/* Of a vif that could not be made, nothing is heard. */
TEST_F(notify, refused_vif)
{
	NETWORK("blue");
	if (run("ip link add link d0 name d0.5 type vlan id 5 2>/dev/null"))
		SKIP(return, "this kernel has no VLANs");
	nl_discard(self->ear);
	EXPECT_EQ(ENETDOWN, nl_ask(VROUTER_CMD_VIF_NEW, CREATE,
				   ATTRS(STR(V(NAME), "vm"), STR(V(IFNAME), "d0.5"),
					 STR(V(NETWORK_NAME), "blue"), MAC(V(MAC), M1),
					 PREFIX(V(ADDRESS), "10.0.0.1", 32)))->err);
	QUIET(self->ear);
}

/* Which line counts is part of what is told. */
TEST_F(notify, lines)
{
	NETWORK("blue");
	NEXTHOP(1, BLACKHOLE);
	ROUTE("blue", "10.0.0.1", 32, 1);
	FDB("blue", M1, 1);
	NEIGHBOUR("blue", "10.0.0.1", "02:00:00:00:00:09");
	nl_discard(self->ear);

	VIF("one", "d0", "blue", MAC(V(MAC), M1), PREFIX(V(ADDRESS), "10.0.0.1", 32));
	FDB_TOLD(FDB_NEW_NTF, "blue", M1, OF_VIF(FE, "one"), U8(FE(ACTIVE), 1));
	FDB_TOLD(FDB_NEW_NTF, "blue", M1, U32(FE(NEXTHOP), 1), U8(FE(ACTIVE), 0));
	ROUTE_TOLD(ROUTE_NEW_NTF, "blue", "10.0.0.1", 32, OF_VIF(RE, "one"), U8(RE(ACTIVE), 1));
	ROUTE_TOLD(ROUTE_NEW_NTF, "blue", "10.0.0.1", 32, U32(RE(NEXTHOP), 1),
		   U8(RE(ACTIVE), 0));
	NEIGHBOUR_TOLD(NEIGHBOUR_NEW_NTF, "blue", "10.0.0.1", OF_VIF(NE, "one"),
		       U8(NE(ACTIVE), 1));
	NEIGHBOUR_TOLD(NEIGHBOUR_NEW_NTF, "blue", "10.0.0.1",
		       MAC(NE(MAC), "02:00:00:00:00:09"), U8(NE(ACTIVE), 0));
	NOTIFIED(self->ear, VIF_NEW_NTF, STR(V(NAME), "one"));

	VIF("two", "d1", "blue", MAC(V(MAC), M2), PREFIX(V(ADDRESS), "10.0.0.1", 32));
	FDB_TOLD(FDB_NEW_NTF, "blue", M2, OF_VIF(FE, "two"));
	ROUTE_TOLD(ROUTE_NEW_NTF, "blue", "10.0.0.1", 32, OF_VIF(RE, "two"), U8(RE(ACTIVE), 0));
	NEIGHBOUR_TOLD(NEIGHBOUR_NEW_NTF, "blue", "10.0.0.1", OF_VIF(NE, "two"),
		       U8(NE(ACTIVE), 0));
	NOTIFIED(self->ear, VIF_NEW_NTF, STR(V(NAME), "two"));
	QUIET(self->ear);

	/* The second goes: nothing else changes. */
	OK(VIF_SET, 0, STR(V(NAME), "two"), NEST(V(ADDRESS)));
	NEIGHBOUR_TOLD(NEIGHBOUR_DEL_NTF, "blue", "10.0.0.1", OF_VIF(NE, "two"));
	ROUTE_TOLD(ROUTE_DEL_NTF, "blue", "10.0.0.1", 32, OF_VIF(RE, "two"));
	NOTIFIED(self->ear, VIF_NEW_NTF, STR(V(NAME), "two"));
	OK(VIF_SET, 0, STR(V(NAME), "two"), PREFIX(V(ADDRESS), "10.0.0.1", 32));
	nl_discard(self->ear);

	/* The first goes: the second has it. */
	OK(VIF_DEL, 0, STR(V(NAME), "one"));
	NEIGHBOUR_TOLD(NEIGHBOUR_DEL_NTF, "blue", "10.0.0.1", OF_VIF(NE, "one"));
	NEIGHBOUR_TOLD(NEIGHBOUR_NEW_NTF, "blue", "10.0.0.1", OF_VIF(NE, "two"),
		       U8(NE(ACTIVE), 1));
	ROUTE_TOLD(ROUTE_DEL_NTF, "blue", "10.0.0.1", 32, OF_VIF(RE, "one"));
	ROUTE_TOLD(ROUTE_NEW_NTF, "blue", "10.0.0.1", 32, OF_VIF(RE, "two"), U8(RE(ACTIVE), 1));
	FDB_TOLD(FDB_DEL_NTF, "blue", M1, OF_VIF(FE, "one"));
	FDB_TOLD(FDB_NEW_NTF, "blue", M1, U32(FE(NEXTHOP), 1), U8(FE(ACTIVE), 1));
	NOTIFIED(self->ear, VIF_DEL_NTF, STR(V(NAME), "one"));
	QUIET(self->ear);

	/* The last vif goes: what the request made counts again. */
	OK(VIF_DEL, 0, STR(V(NAME), "two"));
	NEIGHBOUR_TOLD(NEIGHBOUR_DEL_NTF, "blue", "10.0.0.1", OF_VIF(NE, "two"));
	NEIGHBOUR_TOLD(NEIGHBOUR_NEW_NTF, "blue", "10.0.0.1",
		       MAC(NE(MAC), "02:00:00:00:00:09"), U8(NE(ACTIVE), 1));
	ROUTE_TOLD(ROUTE_DEL_NTF, "blue", "10.0.0.1", 32, OF_VIF(RE, "two"));
	ROUTE_TOLD(ROUTE_NEW_NTF, "blue", "10.0.0.1", 32, U32(RE(NEXTHOP), 1),
		   U8(RE(ACTIVE), 1));
}

TEST_F(notify, device_goes)
{
	NETWORK("blue");
	VIF("vm", "d0", "blue", U32(V(ID), 5));
	NEXTHOP(7, VIF, STR(NH(VIF_NAME), "vm"));
	nl_discard(self->ear);
	ASSERT_EQ(0, run("ip link del d0"));
	/* It goes down first. */
	NOTIFIED(self->ear, VIF_NEW_NTF, U32(V(ID), 5), U8(V(UP), 0));
	NOTIFIED(self->ear, NEXTHOP_NEW_NTF, U32(NH(ID), 7), U32(NH(VIF_ID), 5));
	NOTIFIED(self->ear, VIF_DEL_NTF, U32(V(ID), 5), STR(V(NAME), "vm"));
	QUIET(self->ear);
}

TEST_F(notify, device_changes)
{
	NETWORK("blue");
	VIF("vm", "d0", "blue");
	nl_discard(self->ear);
	ASSERT_EQ(0, run("ip link set d0 down"));
	NOTIFIED(self->ear, VIF_NEW_NTF, U8(V(UP), 0));
	ASSERT_EQ(0, run("ip link set d0 name new0"));
	NOTIFIED(self->ear, VIF_NEW_NTF, STR(V(IFNAME), "new0"));
	nl_discard(self->ear);
	ASSERT_EQ(0, run("ip link set new0 up"));
	NOTIFIED(self->ear, VIF_NEW_NTF, U8(V(UP), 1));
}

/* The carrier comes and goes with the other end of a pair. */
TEST_F(notify, carrier)
{
	ASSERT_EQ(0, run("ip link add v0 type veth peer name v1"));
	NETWORK("blue");
	VIF("vm", "v0", "blue");
	ASSERT_TRUE(nl_settle());
	nl_discard(self->ear);
	ASSERT_EQ(0, run("ip link set v1 up"));
	NOTIFIED(self->ear, VIF_NEW_NTF, STR(V(NAME), "vm"), U8(V(UP), 1));
}

/* The request that made a change is named by its sender's port and number. */
TEST_F(notify, sender)
{
	const struct nlmsghdr *msg;
	uint32_t port;

	NETWORK("blue");
	msg = nl_event(self->ear);
	ASSERT_NE(NULL, msg);
	port = msg->nlmsg_pid;
	EXPECT_NE(0, port);
	NEXTHOP(1, BLACKHOLE);
	msg = nl_event(self->ear);
	EXPECT_EQ(port, msg->nlmsg_pid);
	ROUTE("blue", "10.0.0.0", 8, 1);
	msg = nl_event(self->ear);
	EXPECT_EQ(port, msg->nlmsg_pid);
	EXPECT_NE(0, msg->nlmsg_seq);
	FDB("blue", M1, 1);
	EXPECT_EQ(port, nl_event(self->ear)->nlmsg_pid);
	NEIGHBOUR("blue", "10.0.0.1", M1);
	EXPECT_EQ(port, nl_event(self->ear)->nlmsg_pid);
	/* The kernel's own have neither. */
	VIF("vm", "d0", "blue");
	nl_discard(self->ear);
	ASSERT_EQ(0, run("ip link set d0 down"));
	EXPECT_EQ(0, nl_event(self->ear)->nlmsg_pid);
}

/* Whoever listens hears of his own requests, too. */
TEST_F(notify, own)
{
	struct nl *talker = nl;

	nl = self->ear;
	EXPECT_EQ(0, nl_ask(VROUTER_CMD_NETWORK_NEW, CREATE,
			    ATTRS(STR(NET(NAME), "blue")))->err);
	EXPECT_EQ(1, nl_ask(VROUTER_CMD_NETWORK_SET, 0,
			    ATTRS(U32(NET(ID), 1), U32(NET(MTU), 1400)))->msgs.count);
	nl = talker;
}

/* An echo is the notification of the change, to who asks for it. */
TEST_F(notify, echo)
{
	const struct answer *answer;

	answer = nl_ask(VROUTER_CMD_NETWORK_NEW, CREATE | NLM_F_ECHO,
			ATTRS(STR(NET(NAME), "blue")));
	EXPECT_EQ(1, answer->msgs.count);
	EXPECT_EQ(VROUTER_CMD_NETWORK_NEW_NTF, nl_cmd(nl_first(&answer->msgs)));
	EXPECT_EQ(1, nl_u32(nl_first(&answer->msgs), NET(ID)));
	NEXTHOP(1, BLACKHOLE);
	answer = nl_ask(VROUTER_CMD_ROUTE_NEW, CREATE | NLM_F_ECHO,
			ATTRS(STR(R(NETWORK_NAME), "blue"),
			      NEST(R(ENTRY), ADDR(RE(PREFIX), "10.0.0.1"), U32(RE(NEXTHOP), 1))));
	EXPECT_EQ(1, answer->msgs.count);
	HAS(nl_first(&answer->msgs), STR(R(NETWORK_NAME), "blue"),
	    NEST(R(ENTRY), ADDR(RE(PREFIX), "10.0.0.1")));
	EXPECT_EQ(3, nl_discard(self->ear));
}

/* Other namespaces are told nothing. */
TEST_F(notify, other_namespace)
{
	struct nl *here = nl;

	ASSERT_EQ(0, unshare(CLONE_NEWNET));
	nl = nl_open();
	NETWORK("blue");
	QUIET(self->ear);
	nl_close(nl);
	nl = here;
	NETWORK("blue");
	NOTIFIED(self->ear, NETWORK_NEW_NTF, STR(NET(NAME), "blue"));
}

/* Counts calls of genlmsg_put(), with which each message begins; false if it cannot. */
static bool count_messages(void)
{
	return !run("cd /sys/kernel/tracing && echo p:vrtest/messages genlmsg_put >kprobe_events && "
		    "echo 1 >events/vrtest/messages/enable");
}

static unsigned long messages_so_far(void)
{
	FILE *file = popen("awk '$1 == \"messages\" { print $2 }' /sys/kernel/tracing/kprobe_profile",
			   "r");
	unsigned long count = 0;

	if (!file || fscanf(file, "%lu", &count) != 1)
		count = 0;
	if (file)
		pclose(file);
	return count;
}

/* How many messages the kernel builds for requests about 500 routes. */
static unsigned long messages_for_routes(struct __test_metadata *_metadata)
{
	static uint32_t keys[500];
	static struct attr entries[500][3], list[501];
	unsigned long before = messages_so_far();
	unsigned int i;

	for (i = 0; i < 500; i++) {
		keys[i] = htonl(0x0a000000 + i);
		entries[i][0] = (struct attr)BYTES(RE(PREFIX), &keys[i], 4);
		entries[i][1] = (struct attr)U32(RE(NEXTHOP), 1);
		list[i] = (struct attr){ ATTR_NEST, R(ENTRY), 0, 0, entries[i] };
	}
	OK(ROUTE_NEW, CREATE, STR(R(NETWORK_NAME), "blue"), LIST(list));
	OK(ROUTE_DEL, 0, STR(R(NETWORK_NAME), "blue"), FLAG(R(ALL)));
	return messages_so_far() - before;
}

/* Who listens in another namespace does not make each change here cost a message. */
TEST_F(notify, listener_elsewhere_costs_nothing)
{
	unsigned long elsewhere, here;
	struct nl *mine = nl;

	if (!count_messages())
		SKIP(return, "this kernel has no kprobes");
	NETWORK("blue");
	NEXTHOP(1, BLACKHOLE);
	here = messages_for_routes(_metadata);
	nl_close(self->ear);
	ASSERT_EQ(0, unshare(CLONE_NEWNET));
	self->ear = nl_listen();
	nl = mine;
	elsewhere = messages_for_routes(_metadata);
	run("cd /sys/kernel/tracing && echo 0 >events/vrtest/messages/enable && echo >kprobe_events");
	printf("# messages built: %lu for a listener here, %lu for one elsewhere\n", here,
	       elsewhere);
	EXPECT_GE(here, 2 * 500);
	EXPECT_LT(elsewhere, 20);
	QUIET(self->ear);
}

/* What the module does to one device may happen to another, which is a vif, too. */
TEST_F(notify, device_of_another_vif)
{
	bool down = false;
	const struct nlmsghdr *msg;

	NETWORK("blue");
	VIF("low", "d0", "blue");
	if (run("ip link add link d0 name d0.5 type vlan id 5 2>/dev/null"))
		SKIP(return, "this kernel has no VLANs");
	VIF("high", "d0.5", "blue");
	nl_discard(self->ear);
	OK(VIF_DEL, 0, STR(V(NAME), "low"));
	/* Before or after the end of the other, as the lock has it. */
	while (!down && (msg = nl_event(self->ear)))
		down = nl_cmd(msg) == VROUTER_CMD_VIF_NEW_NTF &&
		       !strcmp(nl_str(msg, V(NAME)), "high") &&
		       !mnl_attr_get_u8(nl_attr(msg, V(UP)));
	EXPECT_TRUE(down);
}

/* A listener that does not keep up is told that it missed something. */
TEST_F(notify, overrun)
{
	int size = 1, i, err = 0, fd = nl_fd(self->ear);

	NETWORK("blue");
	ASSERT_EQ(0, setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size)));
	for (i = 0; i < 50; i++)
		OK(NETWORK_SET, 0, U32(NET(ID), 1), U32(NET(MTU), 1400 + i));
	for (i = 0; i < 60 && !err; i++) {
		char buffer[8192];

		err = recv(fd, buffer, sizeof(buffer), MSG_DONTWAIT) < 0 ? errno : 0;
	}
	EXPECT_EQ(ENOBUFS, err);
}

TEST_HARNESS_MAIN
