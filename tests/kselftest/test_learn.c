// SPDX-License-Identifier: GPL-2.0
/* Learned fdb entries: what vifs teach, how it is told and how it goes. */
#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <unistd.h>

#include "fixture.h"

#define A(name) VROUTER_A_FDB_##name
#define E(name) VROUTER_A_FDB_ENTRY_##name
#define N(name) VROUTER_A_NETWORK_##name
#define BLUE STR(A(NETWORK_NAME), "blue")
#define SET(...) OK(NETWORK_SET, 0, STR(N(NAME), "blue"), __VA_ARGS__)
#define LEARNED(mac, vif) \
	NEST(A(ENTRY), MAC(E(MAC), mac), U32(E(ORIGIN), VROUTER_ORIGIN_LEARNED), \
	     STR(E(VIF_NAME), vif), U8(E(ACTIVE), 1))
#define M1 "02:00:00:00:00:01"
#define M2 "02:00:00:00:00:02"
#define M3 "02:00:00:00:00:03"

/* Vifs a and b without a MAC, on devices whose other ends are pa and pb. */
FIXTURE(learn) {
	struct nl *ear;
};

FIXTURE_SETUP(learn)
{
	int i;

	ASSERT_TRUE(enter_netns());
	/* What the kernel sends by itself, of IPv6, is not what the tests are about. */
	for (i = 0; i < 2; i++)
		ASSERT_EQ(0, run("ip link add name %c type veth peer name p%c && ip link set p%c addrgenmode none up",
				 'a' + i, 'a' + i, 'a' + i));
	NETWORK("blue", U32(N(POLICY), VROUTER_POLICY_ALLOW),
		U32(N(LEARNING), VROUTER_LEARNING_VIF));
	NEXTHOP(1, BLACKHOLE);
	VIF("a", "a", "blue");
	VIF("b", "b", "blue");
	ASSERT_TRUE(nl_settle());
	self->ear = nl_listen();
}

FIXTURE_TEARDOWN(learn)
{
	nl_close(self->ear);
	leave_netns();
}

/* A frame to nobody from a MAC that ends in @mac, in at a vif by its device's other end. */
static bool from(const char *dev, uint8_t mac)
{
	struct sockaddr_ll to = {
		.sll_family = AF_PACKET,
		.sll_ifindex = if_nametoindex(dev),
	};
	uint8_t frame[ETH_ZLEN] = {
		2, 0, 0, 0, 0, 0xff, 2, 0, 0, 0, 0, mac, 0x88, 0xb5,
	};
	int fd = socket(AF_PACKET, SOCK_RAW, 0);
	bool sent = sendto(fd, frame, sizeof(frame), 0, (struct sockaddr *)&to,
			   sizeof(to)) == sizeof(frame);

	close(fd);
	return sent;
}

static uint32_t network(uint16_t attr)
{
	return nl_u32(GET(NETWORK_GET, STR(N(NAME), "blue")), attr);
}

static uint64_t limited(void)
{
	return mnl_attr_get_u64(nl_attr(GET(NETWORK_GET, STR(N(NAME), "blue")),
					N(LEARN_LIMITED)));
}

/* Waits for frames to be counted that taught nothing. */
static bool limits(uint64_t count)
{
	int tries;

	for (tries = 0; tries < 1000 && limited() != count; tries++)
		usleep(10000);
	return limited() == count;
}

TEST_F(learn, told)
{
	const struct nlmsghdr *entry;

	ASSERT_TRUE(from("pa", 1));
	NOTIFIED(self->ear, FDB_NEW_NTF, BLUE, LEARNED(M1, "a"));
	entry = GET(FDB_GET, BLUE, NEST(A(ENTRY), MAC(E(MAC), M1)));
	HAS(entry, BLUE, LEARNED(M1, "a"));
	EXPECT_NE(NULL, nl_inner(entry, A(ENTRY), E(USED)));
	EXPECT_NULL(nl_inner(entry, A(ENTRY), E(NEXTHOP)));
	EXPECT_NULL(nl_inner(entry, A(ENTRY), E(TUNNEL_ID)));
	ASSERT_TRUE(from("pb", 2));
	NOTIFIED(self->ear, FDB_NEW_NTF, BLUE, LEARNED(M2, "b"));
	EXPECT_EQ(2, DUMP(FDB_GET, BLUE)->count);
	HAS(nl_nth(DUMP(FDB_GET), 0), LEARNED(M1, "a"));
	HAS(nl_nth(DUMP(FDB_GET), 1), LEARNED(M2, "b"));
	EXPECT_EQ(2, network(N(LEARNED)));
	EXPECT_EQ(2, network(N(FDB)));
	HAS(GET(VIF_GET, STR(VROUTER_A_VIF_NAME, "a")), U32(VROUTER_A_VIF_LEARNED, 1));
	/* Known, it is no news. */
	ASSERT_TRUE(from("pa", 1));
	ASSERT_TRUE(from("pb", 3));
	NOTIFIED(self->ear, FDB_NEW_NTF, BLUE, LEARNED(M3, "b"));
	QUIET(self->ear);
	EXPECT_EQ(0, limited());
}

TEST_F(learn, moves)
{
	ASSERT_TRUE(from("pa", 1));
	NOTIFIED(self->ear, FDB_NEW_NTF, BLUE, LEARNED(M1, "a"));
	ASSERT_TRUE(from("pb", 1));
	NOTIFIED(self->ear, FDB_NEW_NTF, BLUE, LEARNED(M1, "b"));
	EXPECT_EQ(1, DUMP(FDB_GET)->count);
	HAS(GET(VIF_GET, STR(VROUTER_A_VIF_NAME, "a")), U32(VROUTER_A_VIF_LEARNED, 0));
	HAS(GET(VIF_GET, STR(VROUTER_A_VIF_NAME, "b")), U32(VROUTER_A_VIF_LEARNED, 1));
}

/* A static entry ends a learned one and is not learned over. */
TEST_F(learn, static_wins)
{
	ASSERT_TRUE(from("pa", 1));
	NOTIFIED(self->ear, FDB_NEW_NTF, BLUE, LEARNED(M1, "a"));
	FDB("blue", M1, 1);
	NOTIFIED(self->ear, FDB_DEL_NTF, BLUE,
		 NEST(A(ENTRY), MAC(E(MAC), M1), U32(E(ORIGIN), VROUTER_ORIGIN_LEARNED),
		      STR(E(VIF_NAME), "a")));
	NOTIFIED(self->ear, FDB_NEW_NTF, BLUE,
		 NEST(A(ENTRY), MAC(E(MAC), M1), U32(E(ORIGIN), VROUTER_ORIGIN_STATIC),
		      U8(E(ACTIVE), 1)));
	EXPECT_EQ(1, DUMP(FDB_GET)->count);
	EXPECT_EQ(0, network(N(LEARNED)));
	ASSERT_TRUE(from("pa", 1));
	ASSERT_TRUE(from("pa", 2));
	NOTIFIED(self->ear, FDB_NEW_NTF, BLUE, LEARNED(M2, "a"));
	EXPECT_EQ(1, network(N(LEARNED)));
	OK(FDB_DEL, 0, BLUE, NEST(A(ENTRY), MAC(E(MAC), M1)));
	EXPECT_EQ(1, DUMP(FDB_GET)->count);
}

/* A refused bulk leaves what was learned as it was. */
TEST_F(learn, survives_a_refusal)
{
	ASSERT_TRUE(from("pa", 1));
	NOTIFIED(self->ear, FDB_NEW_NTF, BLUE, LEARNED(M1, "a"));
	SET(U32(N(MAX_FDB), 1));
	NOTIFIED(self->ear, NETWORK_NEW_NTF, STR(N(NAME), "blue"));
	REFUSED(ENOSPC, "at its limit of 1 fdb entries", AT_NTH(A(ENTRY), 1), FDB_NEW, CREATE,
		BLUE, NEST(A(ENTRY), MAC(E(MAC), M1), U32(E(NEXTHOP), 1)),
		NEST(A(ENTRY), MAC(E(MAC), M2), U32(E(NEXTHOP), 1)));
	HAS(nl_nth(DUMP(FDB_GET), 0), LEARNED(M1, "a"));
	EXPECT_EQ(1, DUMP(FDB_GET)->count);
	QUIET(self->ear);
}

/* So does the MAC of a vif, and then others of that vif go too. */
TEST_F(learn, mac_of_a_vif_wins)
{
	ASSERT_TRUE(from("pa", 1));
	NOTIFIED(self->ear, FDB_NEW_NTF, BLUE, LEARNED(M1, "a"));
	ASSERT_TRUE(from("pb", 2));
	NOTIFIED(self->ear, FDB_NEW_NTF, BLUE, LEARNED(M2, "b"));
	OK(VIF_SET, 0, STR(VROUTER_A_VIF_NAME, "b"), MAC(VROUTER_A_VIF_MAC, M1));
	EXPECT_EQ(1, DUMP(FDB_GET)->count);
	HAS(nl_nth(DUMP(FDB_GET), 0), NEST(A(ENTRY), MAC(E(MAC), M1),
					   U32(E(ORIGIN), VROUTER_ORIGIN_VIF),
					   STR(E(VIF_NAME), "b")));
	EXPECT_EQ(0, network(N(LEARNED)));
	nl_discard(self->ear);
	ASSERT_TRUE(from("pa", 1));
	ASSERT_TRUE(from("pa", 3));
	NOTIFIED(self->ear, FDB_NEW_NTF, BLUE, LEARNED(M3, "a"));
}

TEST_F(learn, limit_of_the_network)
{
	SET(U32(N(MAX_LEARNED), 1), U32(N(MAX_FDB), 0));
	nl_discard(self->ear);
	ASSERT_TRUE(from("pa", 1));
	NOTIFIED(self->ear, FDB_NEW_NTF, BLUE, LEARNED(M1, "a"));
	ASSERT_TRUE(from("pa", 2));
	ASSERT_TRUE(from("pb", 3));
	EXPECT_TRUE(limits(2));
	EXPECT_EQ(1, network(N(LEARNED)));
	/* A move adds none. */
	ASSERT_TRUE(from("pb", 1));
	NOTIFIED(self->ear, FDB_NEW_NTF, BLUE, LEARNED(M1, "b"));
}

TEST_F(learn, limit_of_a_vif)
{
	OK(VIF_SET, 0, STR(VROUTER_A_VIF_NAME, "a"), U32(VROUTER_A_VIF_MAX_MACS, 1));
	nl_discard(self->ear);
	ASSERT_TRUE(from("pa", 1));
	NOTIFIED(self->ear, FDB_NEW_NTF, BLUE, LEARNED(M1, "a"));
	ASSERT_TRUE(from("pa", 2));
	EXPECT_TRUE(limits(1));
	ASSERT_TRUE(from("pb", 2));
	NOTIFIED(self->ear, FDB_NEW_NTF, BLUE, LEARNED(M2, "b"));
	/* Nor may it come over from elsewhere. */
	ASSERT_TRUE(from("pa", 2));
	EXPECT_TRUE(limits(2));
	HAS(nl_nth(DUMP(FDB_GET), 1), LEARNED(M2, "b"));
}

TEST_F(learn, ages)
{
	SET(U32(N(AGEING), 1));
	nl_discard(self->ear);
	ASSERT_TRUE(from("pa", 1));
	NOTIFIED(self->ear, FDB_NEW_NTF, BLUE, LEARNED(M1, "a"));
	EXPECT_TRUE(nl_wait(self->ear, 10000));
	NOTIFIED(self->ear, FDB_DEL_NTF, BLUE, LEARNED(M1, "a"));
	EXPECT_EQ(0, DUMP(FDB_GET)->count);
}

TEST_F(learn, flush)
{
	ASSERT_TRUE(from("pa", 1));
	NOTIFIED(self->ear, FDB_NEW_NTF, BLUE, LEARNED(M1, "a"));
	FDB("blue", M2, 1);
	nl_discard(self->ear);
	REFUSED(EINVAL, "an origin says which entries are meant by all", AT(A(ORIGIN)), FDB_DEL,
		0, BLUE, U32(A(ORIGIN), VROUTER_ORIGIN_LEARNED),
		NEST(A(ENTRY), MAC(E(MAC), M1)));
	REFUSED(EINVAL, "only static and learned entries can be deleted", AT(A(ORIGIN)),
		FDB_DEL, 0, BLUE, FLAG(A(ALL)), U32(A(ORIGIN), VROUTER_ORIGIN_VIF));
	REFUSED(EINVAL, "delete all, or entries, but not both", AT(A(ENTRY)), FDB_DEL, 0, BLUE,
		FLAG(A(ALL)), U32(A(ORIGIN), VROUTER_ORIGIN_LEARNED),
		NEST(A(ENTRY), MAC(E(MAC), M1)));
	REFUSED(EINVAL, "the network is missing", MISSING(A(NETWORK_ID)), FDB_DEL, 0,
		FLAG(A(ALL)), U32(A(ORIGIN), VROUTER_ORIGIN_LEARNED));
	MALFORMED(ERANGE, AT(A(ORIGIN)), FDB_DEL, 0, BLUE, FLAG(A(ALL)), U32(A(ORIGIN), 4));
	REFUSED(ENOENT, "network \"blue\" has no static fdb entry of 02:00:00:00:00:01",
		AT(A(ENTRY)), FDB_DEL, 0, BLUE, NEST(A(ENTRY), MAC(E(MAC), M1)));
	CHANGES(FDB_DEL, 0, BLUE, FLAG(A(ALL)), U32(A(ORIGIN), VROUTER_ORIGIN_STATIC));
	NOTIFIED(self->ear, FDB_DEL_NTF, BLUE, NEST(A(ENTRY), MAC(E(MAC), M2)));
	HAS(nl_nth(DUMP(FDB_GET), 0), LEARNED(M1, "a"));
	CHANGES(FDB_DEL, 0, BLUE, FLAG(A(ALL)), U32(A(ORIGIN), VROUTER_ORIGIN_LEARNED));
	NOTIFIED(self->ear, FDB_DEL_NTF, BLUE, LEARNED(M1, "a"));
	SAME(FDB_DEL, 0, BLUE, FLAG(A(ALL)), U32(A(ORIGIN), VROUTER_ORIGIN_LEARNED));
	EXPECT_EQ(0, DUMP(FDB_GET)->count);
}

TEST_F(learn, turned_off)
{
	ASSERT_TRUE(from("pa", 1));
	NOTIFIED(self->ear, FDB_NEW_NTF, BLUE, LEARNED(M1, "a"));
	SET(U32(N(LEARNING), VROUTER_LEARNING_OFF));
	NOTIFIED(self->ear, FDB_DEL_NTF, BLUE, LEARNED(M1, "a"));
	EXPECT_EQ(0, DUMP(FDB_GET)->count);
}

TEST_F(learn, becomes_the_gateways)
{
	ASSERT_TRUE(from("pa", 1));
	NOTIFIED(self->ear, FDB_NEW_NTF, BLUE, LEARNED(M1, "a"));
	SET(MAC(N(GATEWAY_MAC), M1));
	NOTIFIED(self->ear, FDB_DEL_NTF, BLUE, LEARNED(M1, "a"));
}

/* Neither a vif nor a network is held by what was learned. */
TEST_F(learn, goes_with_the_vif_and_the_network)
{
	ASSERT_TRUE(from("pa", 1));
	NOTIFIED(self->ear, FDB_NEW_NTF, BLUE, LEARNED(M1, "a"));
	OK(VIF_DEL, 0, STR(VROUTER_A_VIF_NAME, "a"));
	NOTIFIED(self->ear, FDB_DEL_NTF, BLUE, LEARNED(M1, "a"));
	ASSERT_TRUE(from("pb", 2));
	while (nl_wait(self->ear, 5000) && nl_cmd(nl_event(self->ear)) != VROUTER_CMD_FDB_NEW_NTF)
		;
	ASSERT_EQ(0, run("ip link del dev b"));
	EXPECT_EQ(0, DUMP(FDB_GET)->count);
	OK(NETWORK_DEL, 0, STR(N(NAME), "blue"));
	EXPECT_EQ(0, nl_info(VROUTER_A_INFO_FDB));
}

TEST_HARNESS_MAIN
