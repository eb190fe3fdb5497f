// SPDX-License-Identifier: GPL-2.0
/* The end of a namespace: the host takes them down one after another, so it must be short. */
#include <linux/membarrier.h>
#include <net/if.h>
#include <stdio.h>
#include <sys/wait.h>

#include "fixture.h"

#define TUNNELS 100

NETNS_FIXTURE(teardown);

/* How long a grace period takes at the moment: the average of some. */
static double grace_period(void)
{
	double from = now();
	int i;

	for (i = 0; i < 10; i++)
		syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0);
	return (now() - from) / 10;
}

/* Runs in a child, in a namespace that ends with it. */
static void make_tunnels(struct __test_metadata *_metadata, unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++) {
		char name[24];

		snprintf(name, sizeof(name), "t%u", i);
		TUNNEL(name, "127.0.0.1", PORT(VROUTER_A_TUNNEL_PORT, 2000 + i));
		snprintf(name, sizeof(name), "127.1.0.%u", i + 1);
		OK(TUNNEL_NEW, CREATE, STR(VROUTER_A_TUNNEL_NAME, name),
		   U32(VROUTER_A_TUNNEL_TYPE, VROUTER_TUNNEL_TYPE_GRE),
		   ADDR(VROUTER_A_TUNNEL_LOCAL, name));
	}
	EXPECT_EQ(2 * count, nl_info(VROUTER_A_INFO_TUNNELS));
}

/* A namespace that comes, has tunnels, and goes. */
static void come_and_go(struct __test_metadata *_metadata, unsigned int tunnels)
{
	int child = fork(), status = -1;

	if (!child) {
		if (!enter_netns())
			_exit(1);
		make_tunnels(_metadata, tunnels);
		_exit(!_metadata->passed);
	}
	waitpid(child, &status, 0);
	EXPECT_EQ(0, status);
}

/* Another one, whose end is seen from here: the host begins it when others are done. */
static void come_and_be_seen(struct __test_metadata *_metadata)
{
	int child = fork(), status = -1;

	if (!child)
		_exit(unshare(CLONE_NEWNET) ||
		      run("ip link add near type veth peer name far netns %d", getppid()));
	waitpid(child, &status, 0);
	EXPECT_EQ(0, status);
	while (if_nametoindex("far"))
		usleep(1000);
}

/* How long someone else's namespace takes to go when one with tunnels goes before it. */
static double delay(struct __test_metadata *_metadata, unsigned int tunnels)
{
	double from;

	come_and_be_seen(_metadata);
	come_and_go(_metadata, tunnels);
	from = now();
	/* Or both would go together. */
	usleep(50000);
	come_and_be_seen(_metadata);
	return now() - from;
}

/* All are closed, and waited for once, not one after another: with 100 of each kind. */
TEST_F(teardown, tunnels_delay_no_one)
{
	double without, grace, with;
	int tries = 6;

	/* A busy machine may delay anyone some times. */
	do {
		without = delay(_metadata, 0);
		grace = grace_period();
		with = delay(_metadata, TUNNELS);
		printf("# a grace period takes %.3f s; %u tunnels: %.2f s, none: %.2f s\n", grace,
		       2 * TUNNELS, with, without);
	} while (with >= without + TUNNELS / 2 * grace && --tries);
	EXPECT_LT(0, tries);
}

TEST_HARNESS_MAIN
