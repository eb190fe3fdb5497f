// SPDX-License-Identifier: GPL-2.0
/* drop-ntf: what is told of a packet that is dropped, how often, and to whom. */
#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <linux/ip.h>
#include <linux/udp.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <time.h>
#include <unistd.h>

#include "fixture.h"

#define E(name) VROUTER_A_DROP_EVENT_##name
#define R(name) VROUTER_A_RULE_ENTRY_##name
#define M1 "\2\0\0\0\0\1"
#define M2 "\2\0\0\0\0\2"
#define M9 "\2\0\0\0\0\x9"

FIXTURE(drop_event) {
	struct nl *ear;
	const struct nlmsghdr *msg;	/* what it heard last */
	int fd;
	int w1, w3;	/* devices of VMs */
};

/*
 * The VM of vif 1 is whoever sends on w1; vif 2 is in its network, vif 3 in another. The host is to say nothing of its own on the VM's side.
 */
FIXTURE_SETUP(drop_event)
{
	ASSERT_TRUE(enter_netns());
	ASSERT_EQ(0, run("for i in 1 2 3; do ip link add v$i type veth peer name w$i || exit; "
			 "echo 1 >/proc/sys/net/ipv6/conf/w$i/disable_ipv6; "
			 "ip link set w$i up arp off || exit; done"));
	NETWORK("blue", U32(VROUTER_A_NETWORK_VNI, 5),
		U32(VROUTER_A_NETWORK_POLICY, VROUTER_POLICY_ALLOW));
	NETWORK("red");
	VIF("vm", "v1", "blue", MAC(VROUTER_A_VIF_MAC, "02:00:00:00:00:01"));
	VIF("peer", "v2", "blue", MAC(VROUTER_A_VIF_MAC, "02:00:00:00:00:02"));
	VIF("other", "v3", "red", MAC(VROUTER_A_VIF_MAC, "02:00:00:00:00:01"));
	ASSERT_TRUE(nl_settle());
	self->fd = socket(AF_PACKET, SOCK_RAW, 0);
	self->w1 = if_nametoindex("w1");
	self->w3 = if_nametoindex("w3");
	self->ear = nl_listen_drops();
	ASSERT_NE(NULL, self->ear);
}

FIXTURE_TEARDOWN(drop_event)
{
	close(self->fd);
	if (self->ear)
		nl_close(self->ear);
	leave_netns();
}

static bool send_on(int fd, int dev, const void *frame, size_t len)
{
	struct sockaddr_ll to = {
		.sll_family = AF_PACKET, .sll_ifindex = dev, .sll_halen = 6,
	};

	return sendto(fd, frame, len, 0, (struct sockaddr *)&to, sizeof(to)) == (ssize_t)len;
}

/* A frame of a type for experiments, in which there is nothing to find fault with. */
static const unsigned char *plain(const char *to, const char *from)
{
	static unsigned char frame[200];
	unsigned int i;

	memcpy(frame, to, 6);
	memcpy(frame + 6, from, 6);
	frame[12] = 0x88;
	frame[13] = 0xb5;
	for (i = 14; i < sizeof(frame); i++)
		frame[i] = i;
	return frame;
}

#define SPOOF(dev) ASSERT_TRUE(send_on(self->fd, dev, plain(M9, M9), 60))

static uint16_t ip_checksum(const void *header)
{
	const uint16_t *word = header;
	uint32_t sum = 0;
	int i;

	for (i = 0; i < 10; i++)
		sum += word[i];
	sum = (sum & 0xffff) + (sum >> 16);
	return ~(sum + (sum >> 16));
}

/* From 10.0.0.1 to 10.0.0.2, the UDP checksum left out; 60 bytes. */
static const unsigned char *datagram(uint16_t port)
{
	static unsigned char frame[60];
	struct iphdr ip = {
		.version = 4, .ihl = 5, .ttl = 64, .protocol = IPPROTO_UDP,
		.tot_len = htons(28), .saddr = htonl(0x0a000001), .daddr = htonl(0x0a000002),
	};
	struct udphdr udp = { .source = htons(4000), .dest = htons(port), .len = htons(8) };

	memset(frame, 0, sizeof(frame));
	memcpy(frame, M2 M1 "\x08", 13);
	ip.check = ip_checksum(&ip);
	memcpy(frame + 14, &ip, sizeof(ip));
	memcpy(frame + 34, &udp, sizeof(udp));
	return frame;
}

static uint64_t u64_of(const struct nlmsghdr *msg, uint16_t type)
{
	const struct nlattr *attr = nl_attr(msg, type);

	return attr ? mnl_attr_get_u64(attr) : 0;
}

/* The next event. */
#define DROPPED(...) do { \
	self->msg = nl_event(self->ear); \
	ASSERT_NE(NULL, self->msg); \
	EXPECT_EQ(VROUTER_CMD_DROP_NTF, nl_cmd(self->msg)); \
	HAS(self->msg, U32(E(PACKETS), 1), __VA_ARGS__); \
} while (0)
#define IN_BLUE U32(E(NETWORK_ID), 1), STR(E(NETWORK_NAME), "blue")
#define AT_VM U32(E(VIF_ID), 1), STR(E(VIF_NAME), "vm"), \
	U32(E(DIRECTION), VROUTER_DIRECTION_EGRESS), \
	U32(E(FROM_VIF_ID), 1), STR(E(FROM_VIF_NAME), "vm")
#define LACKS(type) EXPECT_NULL(nl_attr(self->msg, E(type)))

TEST_F(drop_event, of_a_vm)
{
	const unsigned char *frame = plain(M9, M9);
	int64_t now = time(NULL);

	ASSERT_TRUE(send_on(self->fd, self->w1, frame, 200));
	DROPPED(STR(E(NAME), "spoofed_mac"), IN_BLUE, AT_VM, U32(E(LENGTH), 200),
		U8(E(NETWORK_OFFSET), 14), BYTES(E(BYTES), frame, VROUTER_DROP_BYTES_MAX));
	EXPECT_EQ(nl_u32(GET(DROP_GET, STR(VROUTER_A_DROP_NAME, "spoofed_mac")),
			 VROUTER_A_DROP_REASON), nl_u32(self->msg, E(REASON)));
	EXPECT_GE(30, llabs((int64_t)(u64_of(self->msg, E(TIME)) / 1000000000) - now));
	LACKS(TUNNEL_ID);
	LACKS(REMOTE);
	LACKS(OWN);
	LACKS(OUTER);
	LACKS(SG_ID);
	LACKS(RULE);
	LACKS(SUPPRESSED);
	QUIET(self->ear);
}

/* A short one is whole. */
TEST_F(drop_event, for_a_vm)
{
	const unsigned char *frame = plain(M2, M1);

	ASSERT_EQ(0, run("ip link set w2 down"));
	ASSERT_TRUE(send_on(self->fd, self->w1, frame, 60));
	DROPPED(STR(E(NAME), "vif_down"), IN_BLUE, U32(E(VIF_ID), 2), STR(E(VIF_NAME), "peer"),
		U32(E(DIRECTION), VROUTER_DIRECTION_INGRESS), U32(E(FROM_VIF_ID), 1),
		U32(E(LENGTH), 60), BYTES(E(BYTES), frame, 60));
}

/* The tag is not in the packet any more when it is dropped, but is shown where it was. */
TEST_F(drop_event, tagged)
{
	unsigned char frame[64];

	memcpy(frame, plain(M2, M1), 12);
	memcpy(frame + 12, "\x81\0\0\7", 4);
	memcpy(frame + 16, plain(M2, M1) + 12, 48);
	ASSERT_TRUE(send_on(self->fd, self->w1, frame, 64));
	DROPPED(STR(E(NAME), "vlan_tagged"), AT_VM, U32(E(LENGTH), 64),
		U8(E(NETWORK_OFFSET), 18), BYTES(E(BYTES), frame, 64));
}

#define RULE(action, port) \
	NEST(VROUTER_A_RULE_ENTRY, U32(R(DIRECTION), VROUTER_DIRECTION_EGRESS), \
	     U32(R(ACTION), VROUTER_RULE_ACTION_##action), U8(R(PROTO), IPPROTO_UDP), \
	     U16(R(DPORT), port), U8(R(STATELESS), 1))

TEST_F(drop_event, rule)
{
	OK(SG_NEW, CREATE, STR(VROUTER_A_SG_NAME, "empty"));
	OK(SG_NEW, CREATE, STR(VROUTER_A_SG_NAME, "web"));
	OK(RULE_NEW, CREATE, STR(VROUTER_A_RULE_SG_NAME, "web"), RULE(DENY, 1), RULE(DENY, 53),
	   RULE(REJECT, 54));
	OK(VIF_SET, 0, U32(VROUTER_A_VIF_ID, 1),
	   NEST(VROUTER_A_VIF_SG, STR(VROUTER_A_SG_REF_NAME, "empty")),
	   NEST(VROUTER_A_VIF_SG, STR(VROUTER_A_SG_REF_NAME, "web")));
	ASSERT_TRUE(send_on(self->fd, self->w1, datagram(53), 60));
	DROPPED(STR(E(NAME), "rule_deny"), AT_VM, U32(E(SG_ID), 2),
		STR(E(SG_NAME), "web"), U32(E(RULE), 2));
	ASSERT_TRUE(send_on(self->fd, self->w1, datagram(54), 60));
	DROPPED(STR(E(NAME), "rule_reject"), AT_VM, U32(E(SG_ID), 2), U32(E(RULE), 3));
	/* One that no rule fits is not a rule's. */
	OK(NETWORK_SET, 0, U32(VROUTER_A_NETWORK_ID, 1),
	   U32(VROUTER_A_NETWORK_POLICY, VROUTER_POLICY_DENY));
	ASSERT_TRUE(send_on(self->fd, self->w1, datagram(55), 60));
	DROPPED(STR(E(NAME), "policy_deny"), AT_VM);
	LACKS(SG_ID);
	LACKS(SG_NAME);
	LACKS(RULE);
}

/* Sends what a hypervisor would: VXLAN, with a frame inside. */
static bool send_vxlan(uint32_t vni, const void *frame, size_t len)
{
	struct sockaddr_in to = {
		.sin_family = AF_INET, .sin_port = htons(4789),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	unsigned char packet[8 + 200] = { 8, 0, 0, 0, vni >> 16, vni >> 8, vni };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	ssize_t sent;

	memcpy(packet + 8, frame, len);
	sent = sendto(fd, packet, 8 + len, 0, (struct sockaddr *)&to, sizeof(to));
	close(fd);
	return sent == (ssize_t)(8 + len);
}

TEST_F(drop_event, overlay)
{
	const unsigned char *frame = plain(M2, "\1\0\0\0\0\1"), *bytes;

	TUNNEL("vx0", "127.0.0.1");
	ASSERT_TRUE(send_vxlan(5, frame, 150));
	DROPPED(STR(E(NAME), "bad_source_mac"), IN_BLUE, U32(E(TUNNEL_ID), 1),
		STR(E(TUNNEL_NAME), "vx0"), ADDR(E(REMOTE), "127.0.0.1"),
		U32(E(LENGTH), 150), BYTES(E(BYTES), frame, VROUTER_DROP_BYTES_MAX));
	LACKS(VIF_ID);
	LACKS(DIRECTION);
	LACKS(FROM_VIF_ID);
	LACKS(OUTER);
	/* Of whose network no one knows: with the outer headers. */
	ASSERT_TRUE(send_vxlan(6, frame, 150));
	DROPPED(STR(E(NAME), "unknown_vni"), U32(E(TUNNEL_ID), 1), U8(E(OUTER), 1),
		U8(E(NETWORK_OFFSET), 14), U32(E(LENGTH), 14 + 20 + 8 + 8 + 150));
	LACKS(NETWORK_ID);
	bytes = mnl_attr_get_payload(nl_attr(self->msg, E(BYTES)));
	EXPECT_EQ(0, memcmp(bytes + 12, "\x08\0\x45", 3));
	EXPECT_EQ(0, memcmp(bytes + 14 + 20 + 8 + 8, frame, 78));
}

/* Waits until so many packets were dropped as spoofed_mac. */
static bool wait_dropped(uint64_t count)
{
	int i;

	for (i = 0; i < 500; i++, usleep(10000))
		if (u64_of(GET(DROP_GET, STR(VROUTER_A_DROP_NAME, "spoofed_mac")),
			   VROUTER_A_DROP_PACKETS) == count)
			return true;
	return false;
}

#define SPOOF_MANY(dev, count, total) do { \
	for (int i_ = 0; i_ < (count); i_++) \
		SPOOF(dev); \
	ASSERT_TRUE(wait_dropped(total)); \
} while (0)

TEST_F(drop_event, rate)
{
	uint64_t told = 0, suppressed = 0;
	struct timespec begin, end;
	double seconds;

	clock_gettime(CLOCK_MONOTONIC, &begin);
	SPOOF_MANY(self->w1, 500, 500);
	clock_gettime(CLOCK_MONOTONIC, &end);
	while (nl_wait(self->ear, 0)) {
		self->msg = nl_event(self->ear);
		suppressed += u64_of(self->msg, E(SUPPRESSED));
		told++;
	}
	seconds = end.tv_sec - begin.tv_sec + (end.tv_nsec - begin.tv_nsec) / 1e9;
	EXPECT_LE(VROUTER_DROP_BURST, told);
	EXPECT_GE(VROUTER_DROP_BURST + seconds * VROUTER_DROP_RATE + 1, told);
	/* Neither another reason there nor another vif is hidden. */
	ASSERT_TRUE(send_on(self->fd, self->w1, plain(M1, M1), 60));
	DROPPED(STR(E(NAME), "own_port"), AT_VM);
	LACKS(SUPPRESSED);
	SPOOF(self->w3);
	DROPPED(STR(E(NAME), "spoofed_mac"), U32(E(VIF_ID), 3), STR(E(VIF_NAME), "other"));
	LACKS(SUPPRESSED);
	/* What was not told is not forgotten. */
	usleep(300000);
	SPOOF(self->w1);
	DROPPED(STR(E(NAME), "spoofed_mac"), AT_VM, U64(E(SUPPRESSED), 500 - told - suppressed));
}

/* Without a listener nothing is done: the bucket stays full, nothing counts as suppressed. */
TEST_F(drop_event, unheard)
{
	int i;

	nl_close(self->ear);
	self->ear = NULL;
	SPOOF_MANY(self->w1, 100, 100);
	self->ear = nl_listen_drops();
	SPOOF_MANY(self->w1, VROUTER_DROP_BURST, 100 + VROUTER_DROP_BURST);
	for (i = 0; i < VROUTER_DROP_BURST; i++) {
		DROPPED(STR(E(NAME), "spoofed_mac"));
		LACKS(SUPPRESSED);
	}
	QUIET(self->ear);
}

/* Packets are secret: who may not configure the namespace does not see them. */
TEST_F(drop_event, without_capability)
{
	struct nl *changes = nl_listen();

	nl_discard(self->ear);
	ASSERT_EQ(0, drop_net_admin());
	EXPECT_NULL(nl_listen_drops());
	EXPECT_EQ(EPERM, errno);
	SPOOF(self->w1);
	/* Who joined before hears it, so there was something to hear. */
	DROPPED(STR(E(NAME), "spoofed_mac"));
	QUIET(changes);
	nl_close(changes);
}

TEST_F(drop_event, user_namespace)
{
	struct nl *ear;

	if (unshare(CLONE_NEWUSER))
		SKIP(return, "user namespaces are off");
	EXPECT_NULL(nl_listen_drops());
	EXPECT_EQ(EPERM, errno);
	ASSERT_EQ(0, unshare(CLONE_NEWNET));
	ear = nl_listen_drops();
	ASSERT_NE(NULL, ear);
	nl_close(ear);
}

TEST_F(drop_event, other_namespace)
{
	struct nl *ear;

	ASSERT_EQ(0, unshare(CLONE_NEWNET));
	ear = nl_listen_drops();
	ASSERT_NE(NULL, ear);
	SPOOF(self->w1);
	DROPPED(STR(E(NAME), "spoofed_mac"));
	QUIET(ear);
	nl_close(ear);
}

TEST_HARNESS_MAIN
