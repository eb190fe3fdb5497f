// SPDX-License-Identifier: GPL-2.0
/* How many objects a namespace may have, and who says so. */
#include <sys/wait.h>

#include "fixture.h"

#define L(name) VROUTER_A_LIMITS_##name
#define FULL(nouns) "the namespace is at its limit of 0 " nouns
#define BLUE_ROUTE \
	STR(VROUTER_A_ROUTE_NETWORK_NAME, "blue"), \
	NEST(VROUTER_A_ROUTE_ENTRY, ADDR(VROUTER_A_ROUTE_ENTRY_PREFIX, "10.0.0.0"), \
	     U32(VROUTER_A_ROUTE_ENTRY_NEXTHOP, 1))
#define BLUE_FDB \
	STR(VROUTER_A_FDB_NETWORK_NAME, "blue"), \
	NEST(VROUTER_A_FDB_ENTRY, MAC(VROUTER_A_FDB_ENTRY_MAC, "02:00:00:00:00:01"), \
	     U32(VROUTER_A_FDB_ENTRY_NEXTHOP, 1))
#define BLUE_NEIGHBOUR \
	STR(VROUTER_A_NEIGHBOUR_NETWORK_NAME, "blue"), \
	NEST(VROUTER_A_NEIGHBOUR_ENTRY, ADDR(VROUTER_A_NEIGHBOUR_ENTRY_ADDRESS, "10.0.0.1"), \
	     MAC(VROUTER_A_NEIGHBOUR_ENTRY_MAC, "02:00:00:00:00:01"))
#define AN_ELEMENT \
	STR(VROUTER_A_ELEMENT_SET_NAME, "set"), \
	NEST(VROUTER_A_ELEMENT_ENTRY, ADDR(VROUTER_A_ELEMENT_ENTRY_ADDRESS, "10.0.0.1"))
#define A_RULE \
	STR(VROUTER_A_RULE_SG_NAME, "sg"), \
	NEST(VROUTER_A_RULE_ENTRY, \
	     U32(VROUTER_A_RULE_ENTRY_DIRECTION, VROUTER_DIRECTION_INGRESS), \
	     U32(VROUTER_A_RULE_ENTRY_ACTION, VROUTER_RULE_ACTION_ALLOW))

NETNS_FIXTURE(limits);

TEST_F(limits, shown_and_changed)
{
	struct nl *ear = nl_listen();

	EXPECT_LT(0, nl_u32(GET(LIMITS_GET), L(NETWORKS)));
	OK(LIMITS_SET, 0, U32(L(NETWORKS), 3), U32(L(RULES), 5));
	HAS(GET(LIMITS_GET), U32(L(NETWORKS), 3), U32(L(RULES), 5));
	NOTIFIED(ear, LIMITS_NEW_NTF, U32(L(NETWORKS), 3), U32(L(RULES), 5));
	/* The same again is no change. */
	OK(LIMITS_SET, 0, U32(L(NETWORKS), 3));
	QUIET(ear);
	nl_close(ear);
}

/* No kind is forgotten. */
TEST_F(limits, objects)
{
	OK(LIMITS_SET, 0, U32(L(NETWORKS), 1), U32(L(TUNNELS), 0), U32(L(VIFS), 0),
	   U32(L(NEXTHOPS), 1), U32(L(LABELS), 0), U32(L(SETS), 0), U32(L(SGS), 0),
	   U32(L(POLICERS), 0));
	NETWORK("blue");
	NEXTHOP(1, BLACKHOLE);
	ASSERT_EQ(0, run("ip link add d0 type dummy"));
	REFUSED(ENOSPC, "the namespace is at its limit of 1 networks", NOWHERE, NETWORK_NEW,
		CREATE, STR(VROUTER_A_NETWORK_NAME, "red"));
	REFUSED(ENOSPC, FULL("tunnels"), NOWHERE, TUNNEL_NEW, CREATE,
		STR(VROUTER_A_TUNNEL_NAME, "vx0"),
		U32(VROUTER_A_TUNNEL_TYPE, VROUTER_TUNNEL_TYPE_VXLAN),
		ADDR(VROUTER_A_TUNNEL_LOCAL, "127.0.0.1"));
	REFUSED(ENOSPC, FULL("vifs"), NOWHERE, VIF_NEW, CREATE, STR(VROUTER_A_VIF_NAME, "vm"),
		STR(VROUTER_A_VIF_IFNAME, "d0"), STR(VROUTER_A_VIF_NETWORK_NAME, "blue"));
	REFUSED(ENOSPC, "the namespace is at its limit of 1 next hops", NOWHERE, NEXTHOP_NEW,
		CREATE, U32(VROUTER_A_NEXTHOP_ID, 2),
		U32(VROUTER_A_NEXTHOP_TYPE, VROUTER_NEXTHOP_TYPE_BLACKHOLE));
	REFUSED(ENOSPC, FULL("labels"), NOWHERE, LABEL_NEW, CREATE, U32(VROUTER_A_LABEL_LABEL, 500),
		STR(VROUTER_A_LABEL_NETWORK_NAME, "blue"));
	REFUSED(ENOSPC, FULL("sets"), NOWHERE, SET_NEW, CREATE, STR(VROUTER_A_SET_NAME, "set"));
	REFUSED(ENOSPC, FULL("security groups"), NOWHERE, SG_NEW, CREATE,
		STR(VROUTER_A_SG_NAME, "sg"));
	REFUSED(ENOSPC, FULL("policers"), NOWHERE, POLICER_NEW, CREATE,
		STR(VROUTER_A_POLICER_NAME, "gold"));
	/* What is there may be changed. */
	OK(NETWORK_SET, 0, STR(VROUTER_A_NETWORK_NAME, "blue"), U32(VROUTER_A_NETWORK_MTU, 1400));
}

TEST_F(limits, entries)
{
	NETWORK("blue");
	NEXTHOP(1, BLACKHOLE);
	OK(SET_NEW, CREATE, STR(VROUTER_A_SET_NAME, "set"));
	OK(SG_NEW, CREATE, STR(VROUTER_A_SG_NAME, "sg"));
	OK(LIMITS_SET, 0, U32(L(ROUTES), 0), U32(L(FDB), 0), U32(L(NEIGHBOURS), 0),
	   U32(L(ELEMENTS), 0), U32(L(RULES), 0));
	REFUSED(ENOSPC, FULL("routes"), ANYWHERE, ROUTE_NEW, CREATE, BLUE_ROUTE);
	REFUSED(ENOSPC, FULL("fdb entries"), ANYWHERE, FDB_NEW, CREATE, BLUE_FDB);
	REFUSED(ENOSPC, FULL("neighbours"), ANYWHERE, NEIGHBOUR_NEW, CREATE, BLUE_NEIGHBOUR);
	REFUSED(ENOSPC, FULL("elements"), ANYWHERE, ELEMENT_NEW, CREATE, AN_ELEMENT);
	REFUSED(ENOSPC, FULL("rules"), ANYWHERE, RULE_NEW, CREATE, A_RULE);
	OK(LIMITS_SET, 0, U32(L(ROUTES), 1), U32(L(FDB), 1), U32(L(NEIGHBOURS), 1),
	   U32(L(ELEMENTS), 1), U32(L(RULES), 1));
	OK(ROUTE_NEW, CREATE, BLUE_ROUTE);
	OK(FDB_NEW, CREATE, BLUE_FDB);
	OK(NEIGHBOUR_NEW, CREATE, BLUE_NEIGHBOUR);
	OK(ELEMENT_NEW, CREATE, AN_ELEMENT);
	OK(RULE_NEW, CREATE, A_RULE);
}

/* A limit that goes below the number of objects removes none. */
TEST_F(limits, lowered_below_what_is_there)
{
	NETWORK("blue");
	NETWORK("red");
	OK(LIMITS_SET, 0, U32(L(NETWORKS), 1));
	EXPECT_EQ(2, nl_info(VROUTER_A_INFO_NETWORKS));
	OK(NETWORK_DEL, 0, STR(VROUTER_A_NETWORK_NAME, "red"));
	REFUSED(ENOSPC, "the namespace is at its limit of 1 networks", NOWHERE, NETWORK_NEW,
		CREATE, STR(VROUTER_A_NETWORK_NAME, "red"));
	OK(NETWORK_DEL, 0, STR(VROUTER_A_NETWORK_NAME, "blue"));
	NETWORK("red");
}

/* Who is root in a user namespace of his own takes no more than the default. */
TEST_F(limits, not_raised_by_a_user_namespace)
{
	uint32_t preset;

	nl_close(nl);
	nl = NULL;
	if (unshare(CLONE_NEWUSER | CLONE_NEWNET))
		SKIP(return, "user namespaces are off");
	nl = nl_open();
	preset = nl_u32(GET(LIMITS_GET), L(VIFS));
	REFUSED(EPERM, "only the host's administrator may allow more than", AT(L(VIFS)),
		LIMITS_SET, 0, U32(L(VIFS), preset + 1));
	OK(LIMITS_SET, 0, U32(L(VIFS), 1));
	OK(LIMITS_SET, 0, U32(L(VIFS), preset));
}

/* Goes where a child is, with the rights of the host's administrator. */
static bool enter_netns_of(int pid)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/ns/net", pid);
	fd = open(path, O_RDONLY);
	return fd >= 0 && !setns(fd, CLONE_NEWNET) && !close(fd);
}

/* Who owns the namespace doesn't take back what the host's administrator lowered. */
TEST_F(limits, lowered_by_the_administrator)
{
	int there[2], set[2], child, status = -1;
	char byte;

	ASSERT_EQ(0, pipe(there));
	ASSERT_EQ(0, pipe(set));
	nl_close(nl);
	child = fork();
	if (!child) {
		if (unshare(CLONE_NEWUSER | CLONE_NEWNET))
			_exit(2);
		if (write(there[1], "x", 1) != 1 || read(set[0], &byte, 1) != 1)
			_exit(3);
		nl = nl_open();
		REFUSED(EPERM, "only the host's administrator may allow more than 5 vifs",
			AT(L(VIFS)), LIMITS_SET, 0, U32(L(VIFS), 6));
		OK(LIMITS_SET, 0, U32(L(VIFS), 4));
		OK(LIMITS_SET, 0, U32(L(VIFS), 5));
		_exit(!_metadata->passed);
	}
	close(there[1]);
	if (read(there[0], &byte, 1) != 1)
		SKIP(return, "user namespaces are off");
	ASSERT_TRUE(enter_netns_of(child));
	nl = nl_open();
	OK(LIMITS_SET, 0, U32(L(VIFS), 5));
	ASSERT_EQ(1, write(set[1], "x", 1));
	waitpid(child, &status, 0);
	EXPECT_EQ(0, status);
}

TEST_F(limits, raised_by_the_administrator)
{
	uint32_t preset = nl_u32(GET(LIMITS_GET), L(VIFS));

	OK(LIMITS_SET, 0, U32(L(VIFS), preset + 1));
	EXPECT_EQ(preset + 1, nl_u32(GET(LIMITS_GET), L(VIFS)));
}

TEST_HARNESS_MAIN
