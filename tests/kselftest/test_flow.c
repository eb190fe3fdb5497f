// SPDX-License-Identifier: GPL-2.0
/* Flows: flow-get, flow-count, flow-flush, and the limits of networks and vifs. */
#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/ip.h>
#include <netinet/udp.h>
#include <unistd.h>

#include "fixture.h"

#define A(name) VROUTER_A_FLOW_##name
#define N(name) VROUTER_A_NETWORK_##name
#define V(name) VROUTER_A_VIF_##name

FIXTURE(flow) {};

/* p1 is the wire to the VM of vif a, p2 to that of b; nothing is said there by itself. */
FIXTURE_SETUP(flow)
{
	int i;

	ASSERT_TRUE(enter_netns());
	for (i = 1; i <= 2; i++) {
		ASSERT_EQ(0, run("ip link add v%d type veth peer name p%d", i, i));
		ASSERT_EQ(0, run("echo 1 >/proc/sys/net/ipv6/conf/p%d/disable_ipv6", i));
		ASSERT_EQ(0, run("ip link set p%d up", i));
	}
	NETWORK("blue", U32(N(POLICY), VROUTER_POLICY_ALLOW));
	NETWORK("red");
	VIF("a", "v1", "blue", MAC(V(MAC), "02:00:00:00:00:01"));
	VIF("b", "v2", "blue", MAC(V(MAC), "02:00:00:00:00:02"));
	ASSERT_TRUE(nl_settle());
}

FIXTURE_TEARDOWN(flow)
{
	leave_netns();
}

struct frame {
	struct ethhdr eth;
	struct iphdr ip;
	struct udphdr udp;
	char data[18];
} __attribute__((packed));

static uint16_t ip_sum(const void *header)
{
	const uint16_t *word = header;
	uint32_t sum = 0;
	int i;

	for (i = 0; i < 10; i++)
		sum += word[i];
	sum = (sum >> 16) + (sum & 0xffff);
	return ~(sum + (sum >> 16));
}

/* Datagrams from a to b, whose IP header may have a TTL of one's liking. */
static int send_to_b(uint16_t sport, int count)
{
	struct frame frame = {
		.eth = { { 2, 0, 0, 0, 0, 2 }, { 2, 0, 0, 0, 0, 1 }, htons(ETH_P_IP) },
		.ip = { .version = 4, .ihl = 5, .tot_len = htons(sizeof(frame) - 14), .ttl = 64,
			.protocol = IPPROTO_UDP, .saddr = htonl(0x0a000001),
			.daddr = htonl(0x0a000002) },
		.udp = { .source = htons(sport), .dest = htons(53),
			 .len = htons(sizeof(frame) - 34) },
	};
	struct sockaddr_ll to = {
		.sll_family = AF_PACKET, .sll_ifindex = if_nametoindex("p1"), .sll_halen = 6,
	};
	int fd = socket(AF_PACKET, SOCK_RAW, 0), sent = 0;

	frame.ip.check = ip_sum(&frame.ip);
	while (count--)
		sent += sendto(fd, &frame, sizeof(frame), 0, (struct sockaddr *)&to,
			       sizeof(to)) == sizeof(frame);
	close(fd);
	return sent;
}

static uint32_t count_of(const struct attr *attrs)
{
	return nl_u32(nl_get(VROUTER_CMD_FLOW_COUNT, attrs), A(COUNT));
}

#define COUNT(...) count_of(ATTRS(__VA_ARGS__))

/* Packets are received by a softirq, soon. */
static bool flows_become(uint32_t wanted)
{
	int i;

	for (i = 0; i < 100 && COUNT() != wanted; i++)
		usleep(20000);
	return COUNT() == wanted;
}

static uint64_t u64_of(const struct nlmsghdr *msg, uint16_t type)
{
	const struct nlattr *attr = msg ? nl_attr(msg, type) : NULL;

	return attr ? mnl_attr_get_u64(attr) : UINT64_MAX;
}

TEST_F(flow, nothing)
{
	EXPECT_EQ(0, COUNT());
	EXPECT_EQ(0, DUMP(FLOW_GET)->count);
	HAS(GET(FLOW_COUNT), U64(A(HITS), 0), U64(A(CREATED), 0), U64(A(EVICTED), 0),
	    U64(A(REFUSED), 0));
	REFUSED(ENOENT, "there is no such flow", NOWHERE, FLOW_GET, 0);
	HAS(GET(FLOW_FLUSH), U32(A(COUNT), 0));
}

/* Without a device there are no packets, and nothing that would count them. */
TEST(flow_without_vif)
{
	ASSERT_TRUE(enter_netns());
	EXPECT_EQ(0, COUNT());
	EXPECT_EQ(0, DUMP(FLOW_GET)->count);
	HAS(GET(FLOW_COUNT), U64(A(HITS), 0), U64(A(MISSES), 0));
	leave_netns();
}

TEST_F(flow, one)
{
	const struct nlmsghdr *msg;

	ASSERT_EQ(1, send_to_b(1000, 1));
	usleep(100000);
	EXPECT_EQ(0, COUNT());
	ASSERT_EQ(4, send_to_b(1000, 4));
	ASSERT_TRUE(flows_become(1));
	usleep(100000);
	msg = GET(FLOW_GET);
	HAS(msg, U32(A(NETWORK_ID), 1), STR(A(NETWORK_NAME), "blue"), U32(A(VIF_ID), 1),
	    STR(A(VIF_NAME), "a"), U8(A(PROTO), IPPROTO_UDP), ADDR(A(SRC), "10.0.0.1"),
	    ADDR(A(DST), "10.0.0.2"), U16(A(SPORT), 1000), U16(A(DPORT), 53),
	    MAC(A(SRC_MAC), "02:00:00:00:00:01"), MAC(A(DST_MAC), "02:00:00:00:00:02"),
	    U32(A(STATE), VROUTER_FLOW_STATE_UNTRACKED), U32(A(OUT_VIF_ID), 2),
	    STR(A(OUT_VIF_NAME), "b"), U64(A(PACKETS), 5), U64(A(BYTES), 5 * 60));
	EXPECT_NULL(nl_attr(msg, A(OUT_NETWORK_ID)));
	EXPECT_NULL(nl_attr(msg, A(NEXTHOP)));
	EXPECT_NULL(nl_attr(msg, A(SG_ID)));
	EXPECT_NULL(nl_attr(msg, A(TUNNEL_ID)));
	EXPECT_NULL(nl_attr(msg, A(END)));
	HAS(GET(NETWORK_GET, STR(N(NAME), "blue")), U32(N(FLOWS), 1));
	HAS(GET(VIF_GET, STR(V(NAME), "a")), U32(V(FLOWS), 1));
	HAS(GET(VIF_GET, STR(V(NAME), "b")), U32(V(FLOWS), 0));
	EXPECT_EQ(1, u64_of(GET(FLOW_COUNT), A(CREATED)));
	/* Where it goes is not known any more when that is to be asked anew. */
	OK(NETWORK_SET, 0, STR(N(NAME), "blue"), U32(N(MTU), 1400));
	EXPECT_NULL(nl_attr(GET(FLOW_GET), A(OUT_VIF_ID)));
	HAS(GET(FLOW_GET), U64(A(PACKETS), 5));
}

TEST_F(flow, filters)
{
	unsigned int i;

	for (i = 0; i < 5; i++)
		ASSERT_EQ(2, send_to_b(1000 + i, 2));
	ASSERT_TRUE(flows_become(5));
	EXPECT_EQ(5, DUMP(FLOW_GET)->count);
#define FITS(n, ...) do { \
	EXPECT_EQ(n, COUNT(__VA_ARGS__)); \
	EXPECT_EQ(n, DUMP(FLOW_GET, __VA_ARGS__)->count); \
} while (0)
	FITS(5, STR(A(NETWORK_NAME), "blue"));
	FITS(0, U32(A(NETWORK_ID), 2));
	FITS(5, STR(A(VIF_NAME), "a"));
	FITS(5, U32(A(VIF_ID), 2));
	FITS(5, U16(A(PORT), 53));
	FITS(1, U16(A(PORT), 1003));
	FITS(0, U16(A(PORT), 1005));
	FITS(5, U8(A(PROTO), IPPROTO_UDP));
	FITS(0, U8(A(PROTO), IPPROTO_TCP));
	FITS(5, ADDR(A(ADDRESS), "10.0.0.1"));
	FITS(5, ADDR(A(ADDRESS), "10.0.0.2"), U8(A(LEN), 32));
	FITS(0, ADDR(A(ADDRESS), "10.0.0.3"));
	FITS(5, ADDR(A(ADDRESS), "10.0.0.0"), U8(A(LEN), 8));
	FITS(5, ADDR(A(ADDRESS), "0.0.0.0"), U8(A(LEN), 0));
	FITS(0, ADDR(A(ADDRESS), "::"), U8(A(LEN), 0));
	FITS(5, U32(A(STATE), VROUTER_FLOW_STATE_UNTRACKED));
	FITS(0, U32(A(STATE), VROUTER_FLOW_STATE_ESTABLISHED));
	FITS(1, STR(A(NETWORK_NAME), "blue"), U16(A(PORT), 1001), U8(A(PROTO), IPPROTO_UDP));
#undef FITS
	HAS(GET(FLOW_FLUSH, U16(A(PORT), 1001)), U32(A(COUNT), 1));
	EXPECT_EQ(4, COUNT());
	HAS(GET(FLOW_FLUSH, STR(A(NETWORK_NAME), "red")), U32(A(COUNT), 0));
	HAS(GET(FLOW_FLUSH, STR(A(VIF_NAME), "b")), U32(A(COUNT), 4));
	EXPECT_EQ(0, COUNT());
}

TEST_F(flow, refused)
{
#define EACH(err, text, where, ...) do { \
	REFUSED(err, text, where, FLOW_GET, 0, __VA_ARGS__); \
	REFUSED(err, text, where, FLOW_COUNT, 0, __VA_ARGS__); \
	REFUSED(err, text, where, FLOW_FLUSH, 0, __VA_ARGS__); \
	DUMP_REFUSED(err, text, FLOW_GET, __VA_ARGS__); \
} while (0)
	EACH(ENOENT, "there is no network \"no\"", AT(A(NETWORK_NAME)), STR(A(NETWORK_NAME), "no"));
	EACH(ENOENT, "there is no vif with id 9", AT(A(VIF_ID)), U32(A(VIF_ID), 9));
	EACH(EINVAL, "the address of the prefix is missing", AT(A(LEN)), U8(A(LEN), 8));
	EACH(EINVAL, "prefix length 33 is more than the 32 bits", AT(A(LEN)),
	     ADDR(A(ADDRESS), "10.0.0.0"), U8(A(LEN), 33));
#undef EACH
	MALFORMED(ERANGE, AT(A(STATE)), FLOW_COUNT, 0, U32(A(STATE), 4));
	MALFORMED(ERANGE, AT(A(STATE)), FLOW_COUNT, 0, U32(A(STATE), 0));
}

TEST_F(flow, limits)
{
	unsigned int i;

	HAS(GET(NETWORK_GET, STR(N(NAME), "blue")), U8(N(FLOW_CACHE), 1), U32(N(MAX_FLOWS), 131072),
	    U32(N(FLOWS), 0));
	HAS(GET(VIF_GET, STR(V(NAME), "a")), U32(V(MAX_FLOWS), 16384), U32(V(FLOWS), 0));
	CHANGES(VIF_SET, 0, STR(V(NAME), "a"), U32(V(MAX_FLOWS), 3));
	SAME(VIF_SET, 0, STR(V(NAME), "a"), U32(V(MAX_FLOWS), 3));
	for (i = 0; i < 6; i++)
		ASSERT_EQ(2, send_to_b(1000 + i, 2));
	ASSERT_TRUE(flows_become(3));
	usleep(100000);
	EXPECT_EQ(3, COUNT());
	EXPECT_LT(0, u64_of(GET(FLOW_COUNT), A(REFUSED)));
	CHANGES(VIF_SET, 0, STR(V(NAME), "a"), U32(V(MAX_FLOWS), 100));
	CHANGES(NETWORK_SET, 0, STR(N(NAME), "blue"), U32(N(MAX_FLOWS), 4));
	for (i = 0; i < 6; i++)
		ASSERT_EQ(2, send_to_b(2000 + i, 2));
	ASSERT_TRUE(flows_become(4));
	REFUSED(EEXIST, "exists with another limit", AT(N(NAME)), NETWORK_NEW, CREATE,
		STR(N(NAME), "blue"), U32(N(POLICY), VROUTER_POLICY_ALLOW));
}

TEST_F(flow, off)
{
	HAS(GET(NETWORK_GET, STR(N(NAME), "red")), U8(N(FLOW_CACHE), 1));
	CHANGES(NETWORK_SET, 0, STR(N(NAME), "blue"), U8(N(FLOW_CACHE), 0));
	HAS(GET(NETWORK_GET, STR(N(NAME), "blue")), U8(N(FLOW_CACHE), 0));
	ASSERT_EQ(5, send_to_b(1000, 5));
	usleep(200000);
	EXPECT_EQ(0, COUNT());
	EXPECT_EQ(0, u64_of(GET(FLOW_COUNT), A(MISSES)));
	REFUSED(ERANGE, "", AT(N(FLOW_CACHE)), NETWORK_SET, 0, STR(N(NAME), "blue"),
		U8(N(FLOW_CACHE), 2));
}

/* Who goes takes his flows along. */
TEST_F(flow, gone)
{
	ASSERT_EQ(2, send_to_b(1000, 2));
	ASSERT_TRUE(flows_become(1));
	OK(VIF_DEL, 0, STR(V(NAME), "b"));
	EXPECT_NULL(nl_attr(GET(FLOW_GET), A(OUT_VIF_ID)));
	OK(VIF_DEL, 0, STR(V(NAME), "a"));
	EXPECT_EQ(0, COUNT());
	HAS(GET(NETWORK_GET, STR(N(NAME), "blue")), U32(N(FLOWS), 0));
	OK(NETWORK_DEL, 0, STR(N(NAME), "blue"));
}

TEST_HARNESS_MAIN
