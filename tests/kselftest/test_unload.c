// SPDX-License-Identifier: GPL-2.0
/* The module goes and comes back, whatever is configured. */
#include <net/if.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "everything.h"

#define NO_MODULE "VR_MODULE does not say where the module is"

NETNS_FIXTURE(unload);

static int unload(void)
{
	return syscall(SYS_delete_module, "vrouter", O_NONBLOCK) ? errno : 0;
}

static int load(void)
{
	const char *path = getenv("VR_MODULE");
	int fd = open(path ? path : "", O_RDONLY | O_CLOEXEC);
	int err = syscall(SYS_finit_module, fd, "", 0) ? errno : 0;

	close(fd);
	return err;
}

/* Requests that are being answered hold the module for a moment. */
static int unload_soon(void)
{
	int err = EAGAIN, tries;

	for (tries = 0; tries < 100 && (err == EAGAIN || err == EBUSY); tries++) {
		err = unload();
		if (err)
			usleep(20000);
	}
	return err;
}

TEST_F(unload, with_everything)
{
	struct nl *here;
	int round;

	if (!getenv("VR_MODULE"))
		SKIP(return, NO_MODULE);
	for (round = 0; round < 5; round++) {
		configure_everything(_metadata);
		nl_close(nl);
		ASSERT_EQ(0, unload_soon());
		/* The vifs' devices are down and free, the vrouter devices are gone. */
		EXPECT_EQ(0, if_nametoindex("h0"));
		EXPECT_EQ(0, run("ip -d link show d0 | grep -q 'promiscuity 0 '"));
		EXPECT_NE(0, run("ip link show up dev d0 | grep -q ."));
		EXPECT_EQ(0, run("ip link add br0 type bridge && ip link set d0 master br0"));
		EXPECT_EQ(0, run("ip link set v0 master br0 && ip link del br0"));
		EXPECT_EQ(0, run("ip link del d0 && ip link del v0"));
		ASSERT_EQ(0, load());
		nl = nl_open();
		EXPECT_EQ(0, nl_info(VROUTER_A_INFO_NETWORKS));
		EXPECT_EQ(1, nl_generation());
	}
	/* In several namespaces at once. */
	configure_everything(_metadata);
	here = nl;
	ASSERT_EQ(0, unshare(CLONE_NEWNET));
	ASSERT_EQ(0, run("ip link set lo up"));
	nl = nl_open();
	configure_everything(_metadata);
	nl_close(nl);
	nl_close(here);
	ASSERT_EQ(0, unload_soon());
	ASSERT_EQ(0, load());
	nl = nl_open();
}

/* The namespace goes while the module does. */
TEST_F(unload, while_namespaces_go)
{
	int round, i;

	if (!getenv("VR_MODULE"))
		SKIP(return, NO_MODULE);
	for (round = 0; round < 3; round++) {
		for (i = 0; i < 4; i++) {
			configure_everything(_metadata);
			nl_close(nl);
			ASSERT_EQ(0, unshare(CLONE_NEWNET));
			ASSERT_EQ(0, run("ip link set lo up"));
			nl = nl_open();
		}
		nl_close(nl);
		ASSERT_EQ(0, unload_soon());
		ASSERT_EQ(0, load());
		nl = nl_open();
	}
}

/* A dump that is not read to its end holds the module; a listener doesn't. */
TEST_F(unload, held)
{
	struct nl *ear;
	int i;

	if (!getenv("VR_MODULE"))
		SKIP(return, NO_MODULE);
	for (i = 0; i < 3000; i++)
		NEXTHOP(i + 1, BLACKHOLE);
	nl_dump_start(VROUTER_CMD_NEXTHOP_GET, NULL);
	usleep(100000);
	EXPECT_EQ(EAGAIN, unload());
	ear = nl_listen();
	nl_close(nl);
	ASSERT_EQ(0, unload_soon());
	ASSERT_EQ(0, load());
	nl_close(ear);
	nl = nl_open();
	EXPECT_EQ(0, nl_info(VROUTER_A_INFO_NEXTHOPS));
}

TEST_HARNESS_MAIN
