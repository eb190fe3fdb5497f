// SPDX-License-Identifier: GPL-2.0
/* The module goes and comes back, whatever is configured. */
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "everything.h"

#define NO_MODULE "VR_MODULE does not say where the module is"

/*
 * To a namespace of a user namespace, whose vifs don't keep the module, without being one of
 * its users.
 */
static bool enter_users_netns(void)
{
	int ready[2], ns = -1;
	char path[64], byte;
	pid_t child;

	if (pipe(ready))
		return false;
	child = fork();
	if (!child) {
		if (!unshare(CLONE_NEWUSER | CLONE_NEWNET) && write(ready[1], "", 1) == 1)
			pause();
		_exit(1);
	}
	close(ready[1]);
	snprintf(path, sizeof(path), "/proc/%d/ns/net", child);
	if (read(ready[0], &byte, 1) == 1)
		ns = open(path, O_RDONLY | O_CLOEXEC);
	close(ready[0]);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	if (ns < 0 || setns(ns, CLONE_NEWNET) || close(ns) || run("ip link set lo up"))
		return false;
	nl = nl_open();
	return true;
}

FIXTURE(unload) {};
FIXTURE_SETUP(unload) { ASSERT_TRUE(enter_users_netns()); }
FIXTURE_TEARDOWN(unload) { leave_netns(); }

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
	ASSERT_TRUE(enter_users_netns());
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
			ASSERT_TRUE(enter_users_netns());
		}
		nl_close(nl);
		ASSERT_EQ(0, unload_soon());
		ASSERT_EQ(0, load());
		nl = nl_open();
	}
}

/* The administrator's vifs do, to the last one, and say so to who would take his VMs off. */
TEST_F(unload, kept_by_vifs)
{
	if (!getenv("VR_MODULE"))
		SKIP(return, NO_MODULE);
	nl_close(nl);
	ASSERT_TRUE(enter_netns());
	ASSERT_EQ(0, run("ip link add d0 type dummy && ip link add d1 type dummy"));
	NETWORK("blue");
	VIF("d0", "d0", "blue");
	VIF("d1", "d1", "blue");
	EXPECT_EQ(EAGAIN, unload_soon());
	EXPECT_EQ(2, nl_info(VROUTER_A_INFO_VIFS));
	OK(VIF_DEL, 0, STR(VROUTER_A_VIF_NAME, "d0"));
	EXPECT_EQ(EAGAIN, unload_soon());
	ASSERT_EQ(0, run("ip link del d1"));
	EXPECT_EQ(0, unload_soon());
	ASSERT_EQ(0, load());
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
