// SPDX-License-Identifier: GPL-2.0
/* drop-get: why packets were dropped, for the namespace, a network and a vif. */
#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <unistd.h>

#include "fixture.h"

#define A(name) VROUTER_A_DROP_##name

FIXTURE(drop) {};

FIXTURE_SETUP(drop)
{
	ASSERT_TRUE(enter_netns());
	/* The host is to say nothing of its own on the VM's side. */
	ASSERT_EQ(0, run("ip link add v0 type veth peer name v1"));
	ASSERT_EQ(0, run("echo 1 >/proc/sys/net/ipv6/conf/v1/disable_ipv6"));
	ASSERT_EQ(0, run("ip link set v1 up && ip link add d0 type dummy"));
	NETWORK("blue");
	NETWORK("red");
	VIF("vm", "v0", "blue", MAC(VROUTER_A_VIF_MAC, "02:00:00:00:00:01"));
	VIF("other", "d0", "red");
	ASSERT_TRUE(nl_settle());
}

FIXTURE_TEARDOWN(drop)
{
	leave_netns();
}

/* A frame from v1 with a source that is not the vif's. */
static int send_spoofed(void)
{
	/* Of a type for experiments, so that there is nothing else to find fault with. */
	static const unsigned char frame[60] = {
		2, 0, 0, 0, 0, 9, 2, 0, 0, 0, 0, 8, 0x88, 0xb5,
	};
	struct sockaddr_ll to = {
		.sll_family = AF_PACKET, .sll_ifindex = if_nametoindex("v1"), .sll_halen = 6,
	};
	int fd = socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL));
	int sent = sendto(fd, frame, sizeof(frame), 0, (struct sockaddr *)&to, sizeof(to));

	close(fd);
	return sent;
}

static uint64_t packets(const struct nlmsghdr *msg)
{
	const struct nlattr *attr = nl_attr(msg, A(PACKETS));

	return attr ? mnl_attr_get_u64(attr) : UINT64_MAX;
}

TEST_F(drop, dump)
{
	const struct msgs *dump = DUMP(DROP_GET);
	const struct nlmsghdr *msg;
	uint32_t number = 0;
	const char *help;

	EXPECT_GT(dump->count, 30);
	for (msg = nl_first(dump); msg; msg = nl_next(dump, msg)) {
		EXPECT_EQ(number++, nl_u32(msg, A(REASON)));
		EXPECT_LT(2, strlen(nl_str(msg, A(NAME))));
		EXPECT_EQ(strlen(nl_str(msg, A(NAME))),
			  strspn(nl_str(msg, A(NAME)), "abcdefghijklmnopqrstuvwxyz0123456789_"));
		help = nl_str(msg, A(HELP));
		EXPECT_NE(NULL, strchr(".?", help[strlen(help) - 1]));
		EXPECT_NE(UINT64_MAX, packets(msg));
		EXPECT_NULL(nl_attr(msg, A(NETWORK_ID)));
		EXPECT_NULL(nl_attr(msg, A(VIF_ID)));
	}
}

TEST_F(drop, scopes)
{
	const struct msgs *dump = DUMP(DROP_GET, STR(A(NETWORK_NAME), "red"));
	const struct nlmsghdr *msg;

	for (msg = nl_first(dump); msg; msg = nl_next(dump, msg))
		HAS(msg, U32(A(NETWORK_ID), 2), STR(A(NETWORK_NAME), "red"));
	dump = DUMP(DROP_GET, U32(A(VIF_ID), 1));
	for (msg = nl_first(dump); msg; msg = nl_next(dump, msg))
		HAS(msg, U32(A(VIF_ID), 1), STR(A(VIF_NAME), "vm"));
}

TEST_F(drop, counts)
{
	uint64_t before = packets(GET(DROP_GET, STR(A(NAME), "spoofed_mac")));
	int i;

	for (i = 0; i < 5; i++)
		ASSERT_EQ(60, send_spoofed());
	/* Received by a softirq, soon. */
	for (i = 0; i < 100 &&
	     packets(GET(DROP_GET, STR(A(NAME), "spoofed_mac"))) < before + 5; i++)
		usleep(10000);
	EXPECT_EQ(before + 5, packets(GET(DROP_GET, STR(A(NAME), "spoofed_mac"))));
	EXPECT_EQ(5, packets(GET(DROP_GET, STR(A(NAME), "spoofed_mac"), U32(A(VIF_ID), 1))));
	EXPECT_EQ(5, packets(GET(DROP_GET, STR(A(NAME), "spoofed_mac"),
				 STR(A(NETWORK_NAME), "blue"))));
	EXPECT_EQ(0, packets(GET(DROP_GET, STR(A(NAME), "spoofed_mac"),
				 STR(A(NETWORK_NAME), "red"))));
	EXPECT_EQ(0, packets(GET(DROP_GET, STR(A(NAME), "spoofed_mac"),
				 STR(A(VIF_NAME), "other"))));
}

TEST_F(drop, refused)
{
	REFUSED(EINVAL, "the name of the drop reason is missing", MISSING(A(NAME)), DROP_GET, 0);
	REFUSED(ENOENT, "there is no drop reason of that name", AT(A(NAME)), DROP_GET, 0,
		STR(A(NAME), "bad_luck"));
	REFUSED(ENOENT, "there is no drop reason of that name", AT(A(NAME)), DROP_GET, 0,
		STR(A(NAME), ""));
	REFUSED(ENOENT, "there is no network \"no\"", AT(A(NETWORK_NAME)), DROP_GET, 0,
		STR(A(NAME), "spoofed_mac"), STR(A(NETWORK_NAME), "no"));
	REFUSED(ENOENT, "there is no vif with id 9", AT(A(VIF_ID)), DROP_GET, 0,
		STR(A(NAME), "spoofed_mac"), U32(A(VIF_ID), 9));
	REFUSED(EINVAL, "of a network or of a vif, not of both", AT(A(VIF_NAME)), DROP_GET, 0,
		STR(A(NAME), "spoofed_mac"), STR(A(VIF_NAME), "vm"),
		STR(A(NETWORK_NAME), "blue"));
	DUMP_REFUSED(EINVAL, "not of both", DROP_GET, STR(A(VIF_NAME), "vm"),
		     STR(A(NETWORK_NAME), "blue"));
	DUMP_REFUSED(ENOENT, "there is no vif \"no\"", DROP_GET, STR(A(VIF_NAME), "no"));
	MALFORMED(EINVAL, AT(A(PACKETS)), DROP_GET, 0, STR(A(NAME), "spoofed_mac"),
		  U64(A(PACKETS), 9));
}

TEST_HARNESS_MAIN
