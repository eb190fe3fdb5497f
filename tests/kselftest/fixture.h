/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What all the programs share: the kernel's test harness, a network namespace for each
 * test and short forms of the checks.
 */
#ifndef _FIXTURE_H
#define _FIXTURE_H

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <stdarg.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "kselftest_harness.h"
#include "netlink_helper.h"

/* An emulated debug kernel is slow. */
#undef TEST_TIMEOUT_DEFAULT
#define TEST_TIMEOUT_DEFAULT 600

/* Requests by the end of their command's name. */
#define OK(cmd, flags, ...) \
	EXPECT_STREQ("", nl_ok(VROUTER_CMD_##cmd, flags, ATTRS(__VA_ARGS__)))
#define SAME(cmd, flags, ...) \
	EXPECT_STREQ("", nl_same(VROUTER_CMD_##cmd, flags, ATTRS(__VA_ARGS__)))
#define CHANGES(cmd, flags, ...) \
	EXPECT_STREQ("", nl_changes(VROUTER_CMD_##cmd, flags, ATTRS(__VA_ARGS__)))
#define REFUSED(err, text, where, cmd, flags, ...) \
	EXPECT_STREQ("", nl_refused(err, text, where, VROUTER_CMD_##cmd, flags, \
				    ATTRS(__VA_ARGS__)))
#define MALFORMED(err, where, cmd, flags, ...) \
	EXPECT_STREQ("", nl_malformed(err, where, VROUTER_CMD_##cmd, flags, \
				      ATTRS(__VA_ARGS__)))
#define DUMP_REFUSED(err, text, cmd, ...) \
	EXPECT_STREQ("", nl_dump_refused(err, text, VROUTER_CMD_##cmd, ATTRS(__VA_ARGS__)))
#define GET(cmd, ...)	nl_get(VROUTER_CMD_##cmd, ATTRS(__VA_ARGS__))
#define DUMP(cmd, ...)	nl_dump(VROUTER_CMD_##cmd, ATTRS(__VA_ARGS__))
#define HAS(msg, ...)	EXPECT_STREQ("", nl_lacks(msg, ATTRS(__VA_ARGS__)))
#define NOTIFIED(sock, cmd, ...) \
	EXPECT_STREQ("", nl_notified(sock, VROUTER_CMD_##cmd, ATTRS(__VA_ARGS__)))
#define QUIET(sock)	EXPECT_FALSE(nl_wait(sock, 0))

#define CREATE	NLM_F_CREATE
#define EXCL	NLM_F_EXCL
#define REPLACE	NLM_F_REPLACE

/* now() - seconds of the monotonic clock. */
static inline double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

/* run() - runs a command of the shell; its exit status. */
__attribute__((format(printf, 1, 2)))
static inline int run(const char *fmt, ...)
{
	char command[1024];
	va_list args;

	va_start(args, fmt);
	vsnprintf(command, sizeof(command), fmt, args);
	va_end(args);
	return system(command);
}

/* enter_netns() - to a network namespace of one's own, with a socket in it. */
static inline bool enter_netns(void)
{
	if (unshare(CLONE_NEWNET) || run("ip link set lo up"))
		return false;
	nl = nl_open();
	return true;
}

/* The end of the process would wait for no one; errors in it would be another test's. */
static inline void leave_netns(void)
{
	if (nl)
		nl_close(nl);
	nl = NULL;
}

/* drop_net_admin() - gives CAP_NET_ADMIN up, for this process and for good; 0 when done */
static inline int drop_net_admin(void)
{
	struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2];

	if (syscall(SYS_capget, &header, data))
		return -1;
	data[0].effective &= ~(1u << CAP_NET_ADMIN);
	data[0].permitted &= ~(1u << CAP_NET_ADMIN);
	return syscall(SYS_capset, &header, data);
}

/* A fixture that is a namespace with a socket, and nothing in it. */
#define NETNS_FIXTURE(name) \
	FIXTURE(name) {}; \
	FIXTURE_SETUP(name) { ASSERT_TRUE(enter_netns()); } \
	FIXTURE_TEARDOWN(name) { leave_netns(); }

/* Objects that tests of other objects need. */
#define NETWORK(name, ...) \
	OK(NETWORK_NEW, CREATE, STR(VROUTER_A_NETWORK_NAME, name) __VA_OPT__(,) __VA_ARGS__)
#define TUNNEL(name, local, ...) \
	OK(TUNNEL_NEW, CREATE, STR(VROUTER_A_TUNNEL_NAME, name), \
	   U32(VROUTER_A_TUNNEL_TYPE, VROUTER_TUNNEL_TYPE_VXLAN), \
	   ADDR(VROUTER_A_TUNNEL_LOCAL, local) __VA_OPT__(,) __VA_ARGS__)
#define VIF(name, dev, network, ...) \
	OK(VIF_NEW, CREATE, STR(VROUTER_A_VIF_NAME, name), STR(VROUTER_A_VIF_IFNAME, dev), \
	   STR(VROUTER_A_VIF_NETWORK_NAME, network) __VA_OPT__(,) __VA_ARGS__)
#define NEXTHOP(id, type, ...) \
	OK(NEXTHOP_NEW, CREATE, U32(VROUTER_A_NEXTHOP_ID, id), \
	   U32(VROUTER_A_NEXTHOP_TYPE, VROUTER_NEXTHOP_TYPE_##type) __VA_OPT__(,) __VA_ARGS__)
#define ROUTE(network, prefix, len, nexthop) \
	OK(ROUTE_NEW, CREATE, STR(VROUTER_A_ROUTE_NETWORK_NAME, network), \
	   NEST(VROUTER_A_ROUTE_ENTRY, ADDR(VROUTER_A_ROUTE_ENTRY_PREFIX, prefix), \
		U8(VROUTER_A_ROUTE_ENTRY_LEN, len), \
		U32(VROUTER_A_ROUTE_ENTRY_NEXTHOP, nexthop)))
#define FDB(network, mac, nexthop) \
	OK(FDB_NEW, CREATE, STR(VROUTER_A_FDB_NETWORK_NAME, network), \
	   NEST(VROUTER_A_FDB_ENTRY, MAC(VROUTER_A_FDB_ENTRY_MAC, mac), \
		U32(VROUTER_A_FDB_ENTRY_NEXTHOP, nexthop)))
#define NEIGHBOUR(network, address, mac) \
	OK(NEIGHBOUR_NEW, CREATE, STR(VROUTER_A_NEIGHBOUR_NETWORK_NAME, network), \
	   NEST(VROUTER_A_NEIGHBOUR_ENTRY, ADDR(VROUTER_A_NEIGHBOUR_ENTRY_ADDRESS, address), \
		MAC(VROUTER_A_NEIGHBOUR_ENTRY_MAC, mac)))

/* An address with a length, as gateways and vifs have them. */
#define PREFIX(type, address, len) \
	NEST(type, ADDR(VROUTER_A_PREFIX_ADDRESS, address), U8(VROUTER_A_PREFIX_LEN, len))

#endif /* _FIXTURE_H */
