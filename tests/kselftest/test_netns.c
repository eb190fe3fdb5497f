// SPDX-License-Identifier: GPL-2.0
/* Network namespaces: each has its own, and takes everything along when it goes. */
#include <net/if.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "everything.h"

NETNS_FIXTURE(netns);

static int references(void)
{
	FILE *file = fopen("/sys/module/vrouter/refcnt", "r");
	int count = -1;

	if (!file || fscanf(file, "%d", &count) != 1)
		count = -1;
	if (file)
		fclose(file);
	return count;
}

/* The kernel takes namespaces apart in the background, and their vifs hold the module. */
static int references_left(void)
{
	int i;

	for (i = 0; i < 1000 && references(); i++)
		usleep(10000);
	return references();
}

TEST_F(netns, apart)
{
	struct nl *first = nl;

	configure_everything(_metadata);
	ASSERT_EQ(0, unshare(CLONE_NEWNET));
	ASSERT_EQ(0, run("ip link set lo up"));
	nl = nl_open();
	HAS(GET(INFO_GET), U32(VROUTER_A_INFO_NETWORKS, 0), U32(VROUTER_A_INFO_TUNNELS, 0),
	    U32(VROUTER_A_INFO_VIFS, 0), U32(VROUTER_A_INFO_NEXTHOPS, 0),
	    U32(VROUTER_A_INFO_ROUTES, 0), U32(VROUTER_A_INFO_FDB, 0),
	    U32(VROUTER_A_INFO_NEIGHBOURS, 0), U32(VROUTER_A_INFO_GENERATION, 1));
	EXPECT_EQ(0, DUMP(NETWORK_GET)->count);
	EXPECT_EQ(0, DUMP(ROUTE_GET)->count);
	REFUSED(ENOENT, "there is no network \"blue\"", AT(VROUTER_A_NETWORK_NAME), NETWORK_DEL,
		0, STR(VROUTER_A_NETWORK_NAME, "blue"));
	/* The same ids, names, ports and devices again. */
	configure_everything(_metadata);
	OK(NETWORK_SET, 0, STR(VROUTER_A_NETWORK_NAME, "red"), U32(VROUTER_A_NETWORK_MTU, 1400));
	nl_close(nl);
	nl = first;
	EXPECT_EQ(1500, nl_u32(GET(NETWORK_GET, STR(VROUTER_A_NETWORK_NAME, "red")),
			       VROUTER_A_NETWORK_MTU));
}

/* A vif's device belongs to the namespace that it is in. */
TEST_F(netns, devices)
{
	NETWORK("blue");
	ASSERT_EQ(0, run("ip link add d0 type dummy"));
	ASSERT_EQ(0, unshare(CLONE_NEWNET));
	/* The socket is of the namespace where it was opened, whoever uses it. */
	VIF("vm", "d0", "blue");
	EXPECT_EQ(1, nl_info(VROUTER_A_INFO_VIFS));
	EXPECT_EQ(0, if_nametoindex("d0"));
}

/* A child makes a namespace with everything in it, and ends. */
static void come_and_go(struct __test_metadata *_metadata)
{
	int child = fork(), status = -1;

	if (!child) {
		if (!enter_netns())
			_exit(1);
		configure_everything(_metadata);
		_exit(!_metadata->passed);
	}
	waitpid(child, &status, 0);
	EXPECT_EQ(0, status);
}

TEST_F(netns, come_and_go)
{
	int i;

	for (i = 0; i < 20; i++)
		come_and_go(_metadata);
	EXPECT_EQ(0, references_left());
	/* Nothing was seen of them here. */
	EXPECT_EQ(1, nl_generation());
}

/* The peer of a vif's device goes when the vif's namespace does: then all of it is gone. */
TEST_F(netns, goes_with_everything)
{
	int child, status, i;
	int ready[2];
	char byte;

	ASSERT_EQ(0, pipe(ready));
	child = fork();
	if (!child) {
		char command[128];

		if (!enter_netns())
			_exit(1);
		configure_everything(_metadata);
		snprintf(command, sizeof(command),
			 "ip link add near type veth peer name far netns %d", getppid());
		if (system(command))
			_exit(1);
		VIF("near", "near", "red");
		if (write(ready[1], "x", 1) != 1)
			_exit(1);
		_exit(!_metadata->passed);
	}
	ASSERT_EQ(1, read(ready[0], &byte, 1));
	waitpid(child, &status, 0);
	EXPECT_EQ(0, status);
	for (i = 0; i < 1000 && if_nametoindex("far"); i++)
		usleep(10000);
	EXPECT_EQ(0, if_nametoindex("far"));
	EXPECT_EQ(0, references_left());
}

TEST_HARNESS_MAIN
