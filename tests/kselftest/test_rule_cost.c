// SPDX-License-Identifier: GPL-2.0
/*
 * What rules and sets may cost, packets and those who wait for the configuration. Times are
 * compared with each other only: the machine may be slow, and emulated.
 */
#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <netinet/in.h>
#include <netinet/ip6.h>
#include <netinet/udp.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "fixture.h"

#define A(name) VROUTER_A_SG_##name
#define R(name) VROUTER_A_RULE_##name
#define E(name) VROUTER_A_RULE_ENTRY_##name
#define P(name) VROUTER_A_PEER_##name
#define S(name) VROUTER_A_SET_##name
#define L(name) VROUTER_A_ELEMENT_##name
#define LE(name) VROUTER_A_ELEMENT_ENTRY_##name

#define GROUPS VROUTER_SG_MAX
#define LENS 128	/* of prefixes in a set */
#define STEPS 1024	/* that the rules of a group may take */
#define PEERS 512	/* that they may name on each side */

FIXTURE(cost) {
	int fd;
	struct sockaddr_ll to;
};

FIXTURE_SETUP(cost)
{
	ASSERT_TRUE(enter_netns());
	ASSERT_EQ(0, run("ip link add h0 type vrouter && ip link set h0 address 02:00:00:00:00:01"));
	NETWORK("blue", U32(VROUTER_A_NETWORK_POLICY, VROUTER_POLICY_ALLOW));
	self->fd = socket(AF_PACKET, SOCK_RAW, 0);
	self->to = (struct sockaddr_ll){
		.sll_family = AF_PACKET, .sll_ifindex = if_nametoindex("h0"), .sll_halen = 6,
	};
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(cost)
{
	close(self->fd);
	leave_netns();
}

/* Prefixes of each length but 0 that have no address of the packet. */
static void fill_set(const char *name, unsigned int lens)
{
	struct attr (*entries)[3] = calloc(lens, sizeof(*entries));
	struct attr *list = calloc(lens + 1, sizeof(*list));
	unsigned char (*addrs)[16] = calloc(lens, sizeof(*addrs));
	unsigned int i;

	if (!entries || !list || !addrs)
		nl_die("set");
	for (i = 0; i < lens; i++) {
		addrs[i][0] = i < 2 ? 0x80 : 0xa0;
		entries[i][0] = (struct attr)BYTES(LE(ADDRESS), addrs[i], 16);
		entries[i][1] = (struct attr)U8(LE(LEN), i + 1);
		list[i] = (struct attr){ ATTR_NEST, L(ENTRY), 0, 0, entries[i] };
	}
	if (*nl_ok(VROUTER_CMD_ELEMENT_NEW, CREATE, ATTRS(STR(L(SET_NAME), name), LIST(list))))
		nl_die("elements");
	free(list);
	free(entries);
	free(addrs);
}

static void make_set(const char *name, unsigned int lens)
{
	if (*nl_ok(VROUTER_CMD_SET_NEW, CREATE, ATTRS(STR(S(NAME), name))))
		nl_die("set");
	if (lens)
		fill_set(name, lens);
}

/**
 * struct list - rules as entries of a request
 * @entry: in this order, an empty one is the end
 * @of: what each says
 */
struct list {
	struct attr *entry;
	struct attr (*of)[10];
};

static struct list make_list(unsigned int count)
{
	struct list list = { calloc(count + 1, sizeof(struct attr)), calloc(count, sizeof(*list.of)) };
	unsigned int i;

	if (!list.entry || !list.of)
		nl_die("list");
	for (i = 0; i < count; i++) {
		list.entry[i] = (struct attr){ ATTR_NEST, R(ENTRY), 0, 0, list.of[i] };
		list.of[i][0] = (struct attr)U32(E(DIRECTION), VROUTER_DIRECTION_EGRESS);
		list.of[i][1] = (struct attr)U32(E(ACTION), VROUTER_RULE_ACTION_DENY);
		list.of[i][2] = (struct attr)U8(E(STATELESS), 1);
	}
	return list;
}

static void free_list(struct list list)
{
	free(list.entry);
	free(list.of);
}

/* A peer that is a set, as the rules of a list have it. */
#define SET_PEER(name) ATTRS(STR(P(SET_NAME), name))

/* Rules that differ in nothing that a packet has. */
static struct list alike(unsigned int count, const struct attr *peer)
{
	struct list list = make_list(count);
	unsigned int i;

	for (i = 0; i < count; i++) {
		list.of[i][3] = (struct attr){ ATTR_NEST, E(TO), 0, 0, peer };
		list.of[i][4] = (struct attr)U32(E(PRIORITY), i);
	}
	return list;
}

/* Rules of which a packet fits one at most, but for the peer. */
static struct list apart(unsigned int count, const struct attr *peer)
{
	struct list list = make_list(count);
	unsigned int i;

	for (i = 0; i < count; i++) {
		list.of[i][3] = (struct attr){ ATTR_NEST, E(TO), 0, 0, peer };
		list.of[i][4] = (struct attr)U8(E(PROTO), IPPROTO_TCP);
		list.of[i][5] = (struct attr)U16(E(DPORT), i);
	}
	return list;
}

static void add_sg(const char *name)
{
	if (*nl_ok(VROUTER_CMD_SG_NEW, CREATE, ATTRS(STR(A(NAME), name))))
		nl_die("sg");
}

/* With so many groups, each of the same rules. */
static void add_vif(const char *name, const char *dev, struct list rules)
{
	static char names[GROUPS][8];
	struct attr refs[GROUPS][2] = {}, list[GROUPS + 1] = {};
	unsigned int i;

	for (i = 0; i < GROUPS; i++) {
		snprintf(names[i], sizeof(names[i]), "g%u", i);
		if (rules.entry) {
			add_sg(names[i]);
			if (*nl_ok(VROUTER_CMD_RULE_NEW, CREATE | REPLACE,
				   ATTRS(STR(R(SG_NAME), names[i]), LIST(rules.entry))))
				nl_die("rules");
		}
		refs[i][0] = (struct attr)STR(VROUTER_A_SG_REF_NAME, names[i]);
		list[i] = (struct attr){ ATTR_NEST, VROUTER_A_VIF_SG, 0, 0, refs[i] };
	}
	if (*nl_ok(VROUTER_CMD_VIF_NEW, CREATE,
		   ATTRS(STR(VROUTER_A_VIF_NAME, name), STR(VROUTER_A_VIF_IFNAME, dev),
			 STR(VROUTER_A_VIF_NETWORK_NAME, "blue"), LIST(list))))
		nl_die("vif");
}

/* A datagram from h0 to no one, or to all. */
static bool send_packet(FIXTURE_DATA(cost) *self, bool all)
{
	struct {
		struct ethhdr eth;
		struct ip6_hdr ip6;
		struct udphdr udp;
	} __attribute__((packed)) frame = {
		.eth = { { 2, 0, 0, 0, 0, 2 }, { 2, 0, 0, 0, 0, 1 }, htons(ETH_P_IPV6) },
		.udp = { .source = htons(1), .dest = htons(2), .len = htons(8) },
	};

	frame.ip6.ip6_flow = htonl(6 << 28);
	frame.ip6.ip6_plen = htons(8);
	frame.ip6.ip6_nxt = IPPROTO_UDP;
	frame.ip6.ip6_hlim = 64;
	inet_pton(AF_INET6, "2001:db8::1", &frame.ip6.ip6_src);
	inet_pton(AF_INET6, all ? "ff02::1" : "2001:db8::2", &frame.ip6.ip6_dst);
	if (all)
		memcpy(frame.eth.h_dest, "\x33\x33\0\0\0\1", 6);
	return sendto(self->fd, &frame, sizeof(frame), 0, (struct sockaddr *)&self->to,
		      sizeof(self->to)) == sizeof(frame);
}

/* How long the fastest of some packets takes. */
static double packet_time(FIXTURE_DATA(cost) *self)
{
	double begin, least = 1e9;
	unsigned int i;

	for (i = 0; i < 5; i++) {
		begin = now();
		if (!send_packet(self, false))
			nl_die("send");
		if (now() - begin < least)
			least = now() - begin;
	}
	return least;
}

static uint64_t drops(const char *reason)
{
	const struct nlmsghdr *msg = GET(DROP_GET, STR(VROUTER_A_DROP_NAME, reason));
	const struct nlattr *attr = nl_attr(msg, VROUTER_A_DROP_PACKETS);

	return attr ? mnl_attr_get_u64(attr) : UINT64_MAX;
}

/* Rules that a packet would have to be compared with one by one. */
TEST_F(cost, too_many_steps_refused)
{
	struct list list = alike(STEPS - LENS + 1, SET_PEER("many"));

	make_set("many", LENS);
	add_sg("web");
	REFUSED(E2BIG, "the rules of security group \"web\" could cost a packet 1025 steps, more than 1024",
		NOWHERE, RULE_NEW, CREATE, STR(R(SG_NAME), "web"), LIST(list.entry));
	EXPECT_EQ(0, nl_info(VROUTER_A_INFO_RULES));
	list.entry[STEPS - LENS] = (struct attr){};
	OK(RULE_NEW, CREATE, STR(R(SG_NAME), "web"), LIST(list.entry));
	/* Of these it fits one at most, besides what is there. */
	free_list(list);
	list = apart(VROUTER_RULES_MAX, SET_PEER("many"));
	OK(RULE_NEW, CREATE | REPLACE, STR(R(SG_NAME), "web"), LIST(list.entry));
	/* A set that grew beyond it is no reason to keep rules. */
	OK(RULE_DEL, 0, STR(R(SG_NAME), "web"), FLAG(R(ALL)));
	free_list(list);
	list = alike(STEPS, SET_PEER("small"));
	list.entry[STEPS - 1] = (struct attr){};
	make_set("small", 1);
	OK(RULE_NEW, CREATE, STR(R(SG_NAME), "web"), LIST(list.entry));
	fill_set("small", LENS);
	OK(RULE_DEL, 0, STR(R(SG_NAME), "web"), NEST(R(ENTRY), U32(E(INDEX), 1)));
	REFUSED(E2BIG, "could cost a packet", NOWHERE, RULE_NEW, CREATE, STR(R(SG_NAME), "web"),
		NEST(R(ENTRY), LIST(list.of[0])));
}

/* What a packet was compared with is remembered for so many. */
TEST_F(cost, too_many_sets_refused)
{
	static char names[2 * PEERS + 2][8];
	struct attr peers[2 * PEERS + 2][2] = {};
	struct list list = make_list(2 * PEERS + 2);
	unsigned int i;

	add_sg("web");
	for (i = 0; i < 2 * PEERS + 2; i++) {
		snprintf(names[i], sizeof(names[i]), "s%u", i);
		make_set(names[i], 0);
		peers[i][0] = (struct attr)STR(P(SET_NAME), names[i]);
		list.of[i][3] = (struct attr){ ATTR_NEST, E(TO), 0, 0, peers[i] };
		list.of[i][4] = (struct attr)U8(E(PROTO), IPPROTO_TCP);
		list.of[i][5] = (struct attr)U16(E(DPORT), i);
	}
	list.entry[PEERS + 1] = (struct attr){};
	REFUSED(E2BIG, "may name 512 sets and groups, and no more", NOWHERE, RULE_NEW, CREATE,
		STR(R(SG_NAME), "web"), LIST(list.entry));
	list.entry[PEERS] = (struct attr){};
	OK(RULE_NEW, CREATE, STR(R(SG_NAME), "web"), LIST(list.entry));
	/* Others may take the place of all of them at once. */
	OK(RULE_NEW, CREATE | REPLACE, STR(R(SG_NAME), "web"), LIST(list.entry + PEERS + 2));
	EXPECT_EQ(PEERS, nl_info(VROUTER_A_INFO_RULES));
	OK(SET_DEL, 0, STR(S(NAME), "s0"));
}

/* However many rules name a set, a packet is looked up in it once. */
TEST_F(cost, many_rules_about_a_set)
{
	struct list one = alike(1, SET_PEER("many")), all = alike(STEPS - LENS, SET_PEER("many"));
	double few, many;
	unsigned int i;
	char name[8];

	make_set("many", LENS);
	add_vif("vm", "h0", one);
	few = packet_time(self);
	for (i = 0; i < GROUPS; i++) {
		snprintf(name, sizeof(name), "g%u", i);
		OK(RULE_NEW, CREATE | REPLACE, STR(R(SG_NAME), name), LIST(all.entry));
	}
	many = packet_time(self);
	TH_LOG("%u rules: %.6f s, %u rules: %.6f s", GROUPS, few, GROUPS * (STEPS - LENS), many);
	EXPECT_LT(many, 50 * few);
}

static _Atomic bool stop;

static void *swap(void *unused)
{
	nl = nl_open();
	while (!stop)
		nl_ask(VROUTER_CMD_SET_SWAP, 0,
		       ATTRS(STR(S(NAME), "many"), STR(S(WITH_NAME), "other")));
	nl_close(nl);
	return NULL;
}

/* A packet that finds that sets were swapped meanwhile is not kept for as long as they are. */
TEST_F(cost, swaps_keep_no_packet)
{
	struct list all = alike(STEPS - LENS, SET_PEER("many"));
	unsigned int sent = 0;
	pthread_t thread;
	double end;

	make_set("many", LENS);
	make_set("other", LENS);
	add_vif("vm", "h0", all);
	stop = false;
	ASSERT_EQ(0, pthread_create(&thread, NULL, swap, NULL));
	for (end = now() + 3; now() < end; sent++)
		ASSERT_TRUE(send_packet(self, false));
	stop = true;
	pthread_join(thread, NULL);
	TH_LOG("%u packets", sent);
	EXPECT_GT(sent, 20);
}

/* Sets that grow cost a packet no more than there may be: without a verdict it is dropped. */
TEST_F(cost, steps_of_a_packet)
{
	struct list list = make_list(18);
	static char names[9][8];
	struct attr peers[9][2] = {};
	uint64_t before;
	unsigned int i;

	for (i = 0; i < 9; i++) {
		snprintf(names[i], sizeof(names[i]), "s%u", i);
		make_set(names[i], 0);
		peers[i][0] = (struct attr)STR(P(SET_NAME), names[i]);
		list.of[i][3] = (struct attr){ ATTR_NEST, E(TO), 0, 0, peers[i] };
		list.of[9 + i][3] = (struct attr){ ATTR_NEST, E(FROM), 0, 0, peers[i] };
	}
	add_vif("vm", "h0", list);
	before = drops("rule_limit");
	ASSERT_TRUE(send_packet(self, false));
	EXPECT_EQ(before, drops("rule_limit"));
	for (i = 0; i < 9; i++)
		fill_set(names[i], LENS);
	ASSERT_TRUE(send_packet(self, false));
	EXPECT_EQ(before + 1, drops("rule_limit"));
}

/* A frame for many is judged at each of them, and all together are bounded, too. */
TEST_F(cost, steps_of_a_flood)
{
	struct list list = alike(STEPS - LENS, SET_PEER("many"));
	uint64_t before;
	unsigned int i;
	char name[8];

	for (i = 0; i < STEPS - LENS; i++) {
		list.of[i][0] = (struct attr)U32(E(DIRECTION), VROUTER_DIRECTION_INGRESS);
		list.of[i][3].type = E(FROM);
	}
	make_set("many", LENS);
	OK(VIF_NEW, CREATE, STR(VROUTER_A_VIF_NAME, "vm"), STR(VROUTER_A_VIF_IFNAME, "h0"),
	   STR(VROUTER_A_VIF_NETWORK_NAME, "blue"));
	for (i = 0; i < 20; i++) {
		snprintf(name, sizeof(name), "d%u", i);
		ASSERT_EQ(0, run("ip link add %s type dummy", name));
		add_vif(name, name, i ? (struct list){} : list);
	}
	before = drops("rule_limit");
	ASSERT_TRUE(send_packet(self, true));
	EXPECT_LE(before + 2, drops("rule_limit"));
	EXPECT_GE(before + 5, drops("rule_limit"));
}

/* Rules whose ports overlap as much as they can. */
static struct list tangled(unsigned int seed)
{
	struct list list = make_list(VROUTER_RULES_MAX);
	uint16_t ports[4];
	unsigned int i, j;

	for (i = 0; i < VROUTER_RULES_MAX; i++) {
		for (j = 0; j < 4; j++)
			ports[j] = j % 2 ? 32768 + rand_r(&seed) % 32768 : rand_r(&seed) % 32768;
		list.of[i][3] = (struct attr)U8(E(PROTO), i % 2 ? IPPROTO_TCP : IPPROTO_UDP);
		list.of[i][4] = (struct attr)U16(E(SPORT), ports[0]);
		list.of[i][5] = (struct attr)U16(E(SPORT_END), ports[1]);
		list.of[i][6] = (struct attr)U16(E(DPORT), ports[2]);
		list.of[i][7] = (struct attr)U16(E(DPORT_END), ports[3]);
	}
	return list;
}

#define REPLACE_WITH(list) \
	nl_ask(VROUTER_CMD_RULE_NEW, CREATE | REPLACE, \
	       ATTRS(STR(R(SG_NAME), "web"), LIST((list).entry)))

static void *replace(void *data)
{
	struct list *lists = data;
	unsigned int i;

	nl = nl_open();
	for (i = 0; !stop; i++)
		if (REPLACE_WITH(lists[i % 2])->err)
			nl_die("replace");
	nl_close(nl);
	return NULL;
}

/* Others wait for the lock only while rules are read and published, not while they are prepared. */
TEST_F(cost, rules_do_not_hold_the_lock)
{
	struct list lists[2] = { tangled(1), tangled(2) };
	double begin, whole, wait, longest = 0, end;
	unsigned int asked = 0;
	pthread_t thread;

	add_sg("web");
	ASSERT_EQ(0, REPLACE_WITH(lists[0])->err);
	begin = now();
	ASSERT_EQ(0, REPLACE_WITH(lists[1])->err);
	whole = now() - begin;
	stop = false;
	ASSERT_EQ(0, pthread_create(&thread, NULL, replace, lists));
	for (end = now() + 4 * whole + 1; now() < end; asked++) {
		begin = now();
		GET(NETWORK_GET, STR(VROUTER_A_NETWORK_NAME, "blue"));
		wait = now() - begin;
		longest = wait > longest ? wait : longest;
	}
	stop = true;
	pthread_join(thread, NULL);
	TH_LOG("a request: %.4f s, the longest wait of %u: %.4f s", whole, asked, longest);
	EXPECT_LT(longest, whole / 2);
}

/* One more rule does not cost what all of them do. */
TEST_F(cost, one_more_rule)
{
	struct list lists[2] = { tangled(1), tangled(2) };
	double begin, whole, one;
	unsigned int i;

	add_sg("web");
	ASSERT_EQ(0, REPLACE_WITH(lists[0])->err);
	begin = now();
	ASSERT_EQ(0, REPLACE_WITH(lists[1])->err);
	whole = now() - begin;
	begin = now();
	for (i = 0; i < 8; i++) {
		OK(RULE_DEL, 0, STR(R(SG_NAME), "web"), NEST(R(ENTRY), U32(E(INDEX), 500 * i + 1)));
		OK(RULE_NEW, CREATE, STR(R(SG_NAME), "web"), NEST(R(ENTRY), LIST(lists[0].of[i])));
	}
	one = (now() - begin) / 16;
	TH_LOG("all: %.4f s, one: %.4f s", whole, one);
	EXPECT_LT(one, whole / 2);
}

/* So many comments of one rule, which are found by what it says. */
TEST_F(cost, rules_that_differ_by_comment)
{
	struct list list = make_list(VROUTER_RULES_MAX);
	static char comments[VROUTER_RULES_MAX][8];
	double begin, add, delete;
	unsigned int i;

	for (i = 0; i < VROUTER_RULES_MAX; i++) {
		snprintf(comments[i], sizeof(comments[i]), "%u", i);
		list.of[i][3] = (struct attr)STR(E(COMMENT), comments[i]);
	}
	add_sg("web");
	begin = now();
	OK(RULE_NEW, CREATE, STR(R(SG_NAME), "web"), LIST(list.entry));
	add = now() - begin;
	for (i = 0; i < VROUTER_RULES_MAX; i++)
		list.of[i][3] = (struct attr){};
	begin = now();
	OK(RULE_DEL, 0, STR(R(SG_NAME), "web"), LIST(list.entry));
	delete = now() - begin;
	TH_LOG("add: %.4f s, delete: %.4f s", add, delete);
	EXPECT_EQ(0, nl_info(VROUTER_A_INFO_RULES));
	EXPECT_LT(delete, 10 * add);
}

#define MANY 20000

/* Requests that hold the lock for long: they add so many elements and take them away. */
static void *load_elements(void *data)
{
	static uint32_t addrs[MANY];
	static struct attr entries[MANY][2], list[MANY + 1];
	double begin, *whole = data;
	unsigned int i;

	for (i = 0; i < MANY; i++) {
		addrs[i] = htonl(0x0a000000 + i);
		entries[i][0] = (struct attr)BYTES(LE(ADDRESS), &addrs[i], 4);
		list[i] = (struct attr){ ATTR_NEST, L(ENTRY), 0, 0, entries[i] };
	}
	nl = nl_open();
	while (!stop) {
		begin = now();
		if (nl_ask(VROUTER_CMD_ELEMENT_NEW, CREATE,
			   ATTRS(STR(L(SET_NAME), "many"), LIST(list)))->err)
			nl_die("elements");
		*whole = now() - begin;
		nl_ask(VROUTER_CMD_ELEMENT_DEL, 0,
		       ATTRS(STR(L(SET_NAME), "many"), FLAG(L(ALL))));
	}
	nl_close(nl);
	return NULL;
}

/* Requests that need the rtnl as well. */
static void *change_vif(void *unused)
{
	unsigned int i;

	nl = nl_open();
	for (i = 0; !stop; i++)
		nl_ask(VROUTER_CMD_VIF_SET, 0, ATTRS(STR(VROUTER_A_VIF_NAME, "vm"),
						     U32(VROUTER_A_VIF_MTU, 1400 + i % 2)));
	nl_close(nl);
	return NULL;
}

/* Changes a device's address, which takes the rtnl and is an event; how long that takes. */
static double change_address(int fd, const char *dev, unsigned int i)
{
	struct ifreq request = { .ifr_hwaddr = { ARPHRD_ETHER, { 2, 0, 0, 0, 1, i } } };
	double begin = now();

	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", dev);
	if (ioctl(fd, SIOCSIFHWADDR, &request))
		nl_die(dev);
	return now() - begin;
}

/*
 * The host waits for the rtnl, so neither who waits for the lock with it, nor an event of a
 * device, may make it wait for a long request.
 */
TEST_F(cost, nobody_waits_with_the_rtnl)
{
	double whole = 0, wait, longest = 0, end;
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	pthread_t threads[2];
	unsigned int i;

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, run("ip link add d0 type dummy && ip link add d1 type dummy"));
	OK(VIF_NEW, CREATE, STR(VROUTER_A_VIF_NAME, "vm"), STR(VROUTER_A_VIF_IFNAME, "d0"),
	   STR(VROUTER_A_VIF_NETWORK_NAME, "blue"));
	make_set("many", 0);
	stop = false;
	ASSERT_EQ(0, pthread_create(&threads[0], NULL, load_elements, &whole));
	ASSERT_EQ(0, pthread_create(&threads[1], NULL, change_vif, NULL));
	for (end = now() + 5, i = 0; now() < end; i++) {
		wait = change_address(fd, i % 2 ? "d0" : "d1", i);
		longest = wait > longest ? wait : longest;
		usleep(1000);
	}
	stop = true;
	pthread_join(threads[0], NULL);
	pthread_join(threads[1], NULL);
	close(fd);
	TH_LOG("a request: %.4f s, the longest wait of %u: %.4f s", whole, i, longest);
	EXPECT_LT(longest, whole / 2);
}

TEST_HARNESS_MAIN
