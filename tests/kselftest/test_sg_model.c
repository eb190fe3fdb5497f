// SPDX-License-Identifier: GPL-2.0
/*
 * Rules against a model that looks at each in turn: random ones come and go, and traces of
 * random packets say which of them decided. VR_TEST_SEED repeats a run.
 */
#include <arpa/inet.h>
#include <net/ethernet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "fixture.h"

#define E(name) VROUTER_A_RULE_ENTRY_##name
#define P(name) VROUTER_A_PEER_##name
#define T(name) VROUTER_A_TRACE_PACKET_##name
#define S(name) VROUTER_A_TRACE_STAGE_##name
#define OF STR(VROUTER_A_RULE_SG_NAME, "web")

#define ROUNDS 3000
#define PHASE 600
#define RULES 150
#define PORTS 6		/* so many there are, so that ranges often meet */

enum { SRC, DST };

/** struct prefix - of an address, in the first bytes when it is IPv4; none when @any */
struct prefix {
	bool any;
	uint8_t addr[16];
	uint8_t len;
};

/** struct range - of ports, or of everything */
struct range {
	bool all;
	uint16_t first, last;
};

/** struct rule - as it was asked for; @family is 0 for both */
struct rule {
	uint32_t family;
	uint32_t priority;
	uint8_t proto;
	struct range ports[2];
	struct prefix peers[2];
};

/** struct packet - what a trace is of */
struct packet {
	bool v6;
	uint8_t proto;
	uint16_t ports[2];
	uint8_t addrs[2][16];
};

FIXTURE(rules) {
	struct rule rules[RULES];	/* in the order of evaluation */
	unsigned int count;
	unsigned int seed;
};

FIXTURE_SETUP(rules)
{
	const char *seed = getenv("VR_TEST_SEED");

	ASSERT_TRUE(enter_netns());
	ASSERT_EQ(0, run("ip link add d0 type dummy && ip link add d1 type dummy"));
	NETWORK("blue", U32(VROUTER_A_NETWORK_POLICY, VROUTER_POLICY_ALLOW));
	OK(SG_NEW, CREATE, STR(VROUTER_A_SG_NAME, "web"));
	VIF("a", "d0", "blue");
	VIF("b", "d1", "blue", MAC(VROUTER_A_VIF_MAC, "02:00:00:00:00:02"),
	    NEST(VROUTER_A_VIF_SG, STR(VROUTER_A_SG_REF_NAME, "web")));
	self->seed = seed ? strtoul(seed, NULL, 0) : time(NULL) ^ getpid();
	TH_LOG("seed %u", self->seed);
}

FIXTURE_TEARDOWN(rules)
{
	leave_netns();
}

static unsigned int any(FIXTURE_DATA(rules) *self, unsigned int below)
{
	return rand_r(&self->seed) % below;
}

/* Few bits of an address differ, so that prefixes of all lengths are inside of others. */
static void random_addr(FIXTURE_DATA(rules) *self, bool v6, uint8_t *addr)
{
	memset(addr, 0, 16);
	addr[0] = v6 ? 0xfd : 10;
	addr[1] = any(self, 2) << 7;
	addr[v6 ? 15 : 3] = 1 + any(self, 4);
}

static void mask(uint8_t *addr, unsigned int len)
{
	unsigned int i;

	for (i = len; i < 128; i++)
		addr[i / 8] &= ~(0x80 >> i % 8);
}

static struct range random_range(FIXTURE_DATA(rules) *self)
{
	struct range range = { .all = any(self, 2) };

	range.first = 1 + any(self, PORTS);
	range.last = range.first + (any(self, 2) ? any(self, PORTS) : 0);
	return range;
}

static struct prefix random_prefix(FIXTURE_DATA(rules) *self, uint32_t family)
{
	static const uint8_t lens[] = { 0, 8, 9, 31, 32, 64, 127, 128 };
	struct prefix prefix = { .any = !family || any(self, 2) };

	random_addr(self, family == AF_INET6, prefix.addr);
	prefix.len = lens[any(self, family == AF_INET6 ? 8 : 5)];
	mask(prefix.addr, prefix.len);
	return prefix;
}

static struct rule random_rule(FIXTURE_DATA(rules) *self)
{
	static const uint32_t families[] = { 0, AF_INET, AF_INET6 };
	static const uint8_t protos[] = { 0, IPPROTO_TCP, IPPROTO_UDP, IPPROTO_ESP };
	struct rule rule = {
		.family = families[any(self, 3)],
		.priority = 100 + any(self, 4),
		.proto = protos[any(self, 4)],
		.ports = { random_range(self), random_range(self) },
	};

	rule.peers[SRC] = random_prefix(self, rule.family);
	rule.peers[DST] = random_prefix(self, rule.family);
	if (rule.proto != IPPROTO_TCP && rule.proto != IPPROTO_UDP)
		rule.ports[SRC].all = rule.ports[DST].all = true;
	return rule;
}

static struct packet random_packet(FIXTURE_DATA(rules) *self)
{
	static const uint8_t protos[] = { IPPROTO_TCP, IPPROTO_UDP, IPPROTO_ESP, IPPROTO_GRE };
	struct packet packet = { .v6 = any(self, 2), .proto = protos[any(self, 4)] };

	random_addr(self, packet.v6, packet.addrs[SRC]);
	random_addr(self, packet.v6, packet.addrs[DST]);
	packet.ports[SRC] = 1 + any(self, 2 * PORTS);
	packet.ports[DST] = 1 + any(self, 2 * PORTS);
	return packet;
}

static bool has_addr(const struct prefix *prefix, const uint8_t *addr)
{
	uint8_t masked[16];

	memcpy(masked, addr, sizeof(masked));
	mask(masked, prefix->len);
	return prefix->any || !memcmp(masked, prefix->addr, sizeof(masked));
}

static bool has_port(const struct range *range, uint16_t port)
{
	return range->all || (port >= range->first && port <= range->last);
}

static bool fits(const struct rule *rule, const struct packet *packet)
{
	return (!rule->family || (rule->family == AF_INET6) == packet->v6) &&
	       (!rule->proto || rule->proto == packet->proto) &&
	       has_addr(&rule->peers[SRC], packet->addrs[SRC]) &&
	       has_addr(&rule->peers[DST], packet->addrs[DST]) &&
	       has_port(&rule->ports[SRC], packet->ports[SRC]) &&
	       has_port(&rule->ports[DST], packet->ports[DST]);
}

/* The place of the rule that decides, from 1 on; 0 for none. */
static unsigned int model_find(FIXTURE_DATA(rules) *self, const struct packet *packet)
{
	unsigned int i;

	for (i = 0; i < self->count; i++)
		if (fits(&self->rules[i], packet))
			return i + 1;
	return 0;
}

/* Of one priority the order is that in which they came. */
static void model_add(FIXTURE_DATA(rules) *self, const struct rule *rule)
{
	unsigned int i = self->count++;

	for (; i && self->rules[i - 1].priority > rule->priority; i--)
		self->rules[i] = self->rules[i - 1];
	self->rules[i] = *rule;
}

static void model_del(FIXTURE_DATA(rules) *self, unsigned int place)
{
	self->count--;
	memmove(&self->rules[place - 1], &self->rules[place],
		(self->count - place + 1) * sizeof(self->rules[0]));
}

static struct attr *put_peer(struct attr *next, struct attr *inner, uint16_t type,
			     const struct rule *rule, const struct prefix *prefix)
{
	if (prefix->any)
		return next;
	inner[0] = (struct attr)BYTES(P(ADDRESS), prefix->addr,
				      rule->family == AF_INET6 ? 16 : 4);
	inner[1] = (struct attr)U8(P(LEN), prefix->len);
	*next++ = (struct attr){ ATTR_NEST, type, 0, 0, inner };
	return next;
}

static struct attr *put_ports(struct attr *next, uint16_t first, uint16_t last,
			      const struct range *range)
{
	if (range->all)
		return next;
	*next++ = (struct attr)U16(first, range->first);
	*next++ = (struct attr)U16(last, range->last);
	return next;
}

static int add(const struct rule *rule)
{
	struct attr entry[16] = {}, from[3] = {}, to[3] = {}, *next = entry;

	*next++ = (struct attr)U32(E(DIRECTION), VROUTER_DIRECTION_INGRESS);
	*next++ = (struct attr)U32(E(ACTION), VROUTER_RULE_ACTION_ALLOW);
	*next++ = (struct attr)U8(E(STATELESS), 1);
	*next++ = (struct attr)U32(E(PRIORITY), rule->priority);
	if (rule->family)
		*next++ = (struct attr)U32(E(FAMILY), rule->family);
	if (rule->proto)
		*next++ = (struct attr)U8(E(PROTO), rule->proto);
	next = put_ports(next, E(SPORT), E(SPORT_END), &rule->ports[SRC]);
	next = put_ports(next, E(DPORT), E(DPORT_END), &rule->ports[DST]);
	next = put_peer(next, from, E(FROM), rule, &rule->peers[SRC]);
	next = put_peer(next, to, E(TO), rule, &rule->peers[DST]);
	return nl_ask(VROUTER_CMD_RULE_NEW, CREATE | NLM_F_EXCL,
		      ATTRS(OF, { ATTR_NEST, VROUTER_A_RULE_ENTRY, 0, 0, entry }))->err;
}

static int del(unsigned int place)
{
	return nl_ask(VROUTER_CMD_RULE_DEL, 0,
		      ATTRS(OF, NEST(VROUTER_A_RULE_ENTRY, U32(E(INDEX), place))))->err;
}

static size_t put_ip4(uint8_t *to, const struct packet *packet)
{
	uint32_t sum = 0;
	unsigned int i;

	to[0] = 0x45;
	to[3] = 40;
	to[8] = 64;
	to[9] = packet->proto;
	memcpy(to + 12, packet->addrs[SRC], 4);
	memcpy(to + 16, packet->addrs[DST], 4);
	for (i = 0; i < 20; i += 2)
		sum += to[i] << 8 | to[i + 1];
	sum = (sum >> 16) + (sum & 0xffff);
	sum = ~(sum + (sum >> 16));
	to[10] = sum >> 8;
	to[11] = sum;
	return 20;
}

static size_t put_ip6(uint8_t *to, const struct packet *packet)
{
	to[0] = 0x60;
	to[5] = 20;
	to[6] = packet->proto;
	to[7] = 64;
	memcpy(to + 8, packet->addrs[SRC], 16);
	memcpy(to + 24, packet->addrs[DST], 16);
	return 40;
}

/* A frame with twenty bytes behind the IP header. */
static size_t make_frame(uint8_t *frame, const struct packet *packet)
{
	static const uint8_t macs[] = { 2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1 };
	uint8_t *ip = frame + ETHER_HDR_LEN, *l4;

	memcpy(frame, macs, sizeof(macs));
	frame[12] = packet->v6 ? 0x86 : 0x08;
	frame[13] = packet->v6 ? 0xdd : 0x00;
	l4 = ip + (packet->v6 ? put_ip6(ip, packet) : put_ip4(ip, packet));
	l4[1] = packet->ports[SRC];
	l4[3] = packet->ports[DST];
	if (packet->proto == IPPROTO_TCP) {
		l4[12] = 5 << 4;
		l4[13] = 2;	/* SYN */
	} else if (packet->proto == IPPROTO_UDP) {
		l4[5] = 20;
	}
	return l4 + 20 - frame;
}

/* The rule of the stage in which the receiver's vif judges; 0 for none. */
static unsigned int index_in(const struct nlattr *stage)
{
	const struct nlattr *attr, *inner;
	bool judges = false;
	unsigned int index = 0;

	mnl_attr_for_each_nested(attr, stage) {
		if (mnl_attr_get_type(attr) == S(DIRECTION))
			judges = mnl_attr_get_u32(attr) == VROUTER_DIRECTION_INGRESS;
		if (mnl_attr_get_type(attr) != S(RULE))
			continue;
		mnl_attr_for_each_nested(inner, attr)
			if (mnl_attr_get_type(inner) == E(INDEX))
				index = mnl_attr_get_u32(inner);
	}
	return judges ? index : 0;
}

/* What the module says: the place of the rule, 0 for none, or -1 when the trace fails. */
static int trace(const struct packet *packet)
{
	const struct nlattr *result, *stage;
	const struct answer *answer;
	uint8_t frame[80] = {};
	unsigned int index = 0;

	answer = nl_ask(VROUTER_CMD_TRACE, 0,
			ATTRS(NEST(VROUTER_A_TRACE_PACKET, STR(T(VIF_NAME), "a"),
				   BYTES(T(FRAME), frame, make_frame(frame, packet)))));
	result = answer->err ? NULL : nl_attr(nl_first(&answer->msgs), VROUTER_A_TRACE_RESULT);
	if (!result)
		return -1;
	mnl_attr_for_each_nested(stage, result)
		if (mnl_attr_get_type(stage) == VROUTER_A_TRACE_RESULT_STAGE)
			index |= index_in(stage);
	return index;
}

/* One comes or, the more there are the likelier, one goes. */
static int change(FIXTURE_DATA(rules) *self)
{
	struct rule rule = random_rule(self);
	unsigned int place = 1 + any(self, self->count ? self->count : 1);
	int err;

	if (any(self, RULES) < self->count) {
		model_del(self, place);
		return del(place);
	}
	err = add(&rule);
	/* The same rule may be there already. */
	if (!err)
		model_add(self, &rule);
	return err == EEXIST ? 0 : err;
}

TEST_F(rules, random)
{
	struct packet packet;
	unsigned int i, hits = 0;

	for (i = 0; i < ROUNDS; i++) {
		/* Some times anew: with one that fits all among the first, no packet is without. */
		if (i % PHASE == 0 && i) {
			OK(RULE_DEL, 0, STR(VROUTER_A_RULE_SG_NAME, "web"),
			   FLAG(VROUTER_A_RULE_ALL));
			self->count = 0;
		}
		/* Many at first, then some hundred packets among many rules. */
		if (i % PHASE < RULES || any(self, 4) == 0)
			ASSERT_EQ(0, change(self));
		packet = random_packet(self);
		hits += model_find(self, &packet) != 0;
		ASSERT_EQ(model_find(self, &packet), trace(&packet));
	}
	EXPECT_EQ(self->count, DUMP(RULE_GET)->count);
	EXPECT_GT(hits, ROUNDS / 4);
	EXPECT_LT(hits, ROUNDS);
}

TEST_HARNESS_MAIN
