// SPDX-License-Identifier: GPL-2.0
/*
 * Sets against a model that looks at each element in turn; sets with a million elements;
 * and sets that are changed, swapped, flushed, dumped and matched at once.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "fixture.h"

#define A(name) VROUTER_A_SET_##name
#define L(name) VROUTER_A_ELEMENT_##name
#define E(name) VROUTER_A_ELEMENT_ENTRY_##name
#define IN_SET(name) STR(L(SET_NAME), name)

#define ROUNDS 3000
#define SLOTS 128
#define MILLION 1000000
#define SECONDS 6

struct element {
	bool there;
	bool v6;
	uint8_t addr[16];
	uint8_t len;
	uint8_t proto;
	uint16_t port, port_end;
	bool nomatch;
};

FIXTURE(model) {
	struct element elements[SLOTS];
	unsigned int seed;
};

FIXTURE_VARIANT(model) { uint32_t type; };
FIXTURE_VARIANT_ADD(model, net) { VROUTER_SET_TYPE_NET };
FIXTURE_VARIANT_ADD(model, net_port) { VROUTER_SET_TYPE_NET_PORT };
FIXTURE_VARIANT_ADD(model, net_proto_ports) { VROUTER_SET_TYPE_NET_PROTO_PORTS };

FIXTURE_SETUP(model)
{
	ASSERT_TRUE(enter_netns());
	OK(SET_NEW, CREATE, STR(A(NAME), "a"), U32(A(TYPE), variant->type));
	self->seed = time(NULL) ^ getpid();
	TH_LOG("seed %u", self->seed);
}

FIXTURE_TEARDOWN(model)
{
	leave_netns();
}

static unsigned int any(FIXTURE_DATA(model) *self, unsigned int below)
{
	return rand_r(&self->seed) % below;
}

static void mask(struct element *e)
{
	unsigned int i;

	for (i = e->len; i < (e->v6 ? 128 : 32); i++)
		e->addr[i / 8] &= ~(0x80 >> i % 8);
}

/* Few bits of an address differ, so that prefixes of all lengths are inside of others. */
static void random_addr(FIXTURE_DATA(model) *self, struct element *e)
{
	unsigned int bytes;

	memset(e->addr, 0, sizeof(e->addr));
	e->v6 = any(self, 2);
	bytes = e->v6 ? 16 : 4;
	e->addr[0] = 10;
	e->addr[1] = any(self, 2) << 7;
	e->addr[bytes - 1] = any(self, 4);
}

static void random_ports(FIXTURE_DATA(model) *self, uint32_t type, struct element *e)
{
	static const uint8_t protos[] = { IPPROTO_TCP, IPPROTO_UDP, 0, IPPROTO_ESP };
	bool ranges = type == VROUTER_SET_TYPE_NET_PROTO_PORTS;

	e->proto = 0;
	e->port = e->port_end = 0;
	if (type == VROUTER_SET_TYPE_NET)
		return;
	e->proto = protos[any(self, ranges ? 4 : 2)];
	e->port = e->port_end = any(self, 8);
	if (ranges)
		e->port_end += any(self, 4);
	if (e->proto == 0 || e->proto == IPPROTO_ESP) {
		e->port = 0;
		e->port_end = 65535;
	}
}

static struct element random_element(FIXTURE_DATA(model) *self, uint32_t type)
{
	static const uint8_t lens[] = { 0, 8, 9, 31, 32, 64, 127, 128 };
	struct element e = { .there = true };

	random_addr(self, &e);
	e.len = lens[any(self, e.v6 ? 8 : 5)];
	mask(&e);
	random_ports(self, type, &e);
	e.nomatch = !any(self, 4);
	return e;
}

static bool same_net(const struct element *a, const struct element *b)
{
	return a->v6 == b->v6 && a->len == b->len && a->proto == b->proto &&
	       !memcmp(a->addr, b->addr, 16);
}

/* The element itself, or one in whose way it would be. */
static struct element *clash(FIXTURE_DATA(model) *self, const struct element *e)
{
	unsigned int i;

	for (i = 0; i < SLOTS; i++)
		if (self->elements[i].there && same_net(&self->elements[i], e) &&
		    self->elements[i].port <= e->port_end &&
		    self->elements[i].port_end >= e->port)
			return &self->elements[i];
	return NULL;
}

static bool has_ports(const struct element *e)
{
	return e->proto && !(e->port == 0 && e->port_end == 65535);
}

static const struct answer *ask(uint8_t cmd, uint16_t flags, bool match, const struct element *e)
{
	struct attr entry[8] = {}, *next = entry;

	*next++ = (struct attr)BYTES(E(ADDRESS), e->addr, e->v6 ? 16 : 4);
	if (!match)
		*next++ = (struct attr)U8(E(LEN), e->len);
	if (e->proto)
		*next++ = (struct attr)U8(E(PROTO), e->proto);
	if (has_ports(e)) {
		*next++ = (struct attr)U16(E(PORT), e->port);
		*next++ = (struct attr)U16(E(PORT_END), e->port_end);
	}
	if (!match && e->nomatch)
		*next++ = (struct attr)U8(E(NOMATCH), 1);
	return nl_ask(cmd, flags, ATTRS(IN_SET("a"), { ATTR_NEST, L(ENTRY), 0, 0, entry },
					{ match ? ATTR_BYTES : ATTR_END, L(MATCH), 0, 0, "" }));
}

static int model_add(FIXTURE_DATA(model) *self, const struct element *e)
{
	struct element *other = clash(self, e);
	unsigned int i;

	if (other)
		return other->port == e->port && other->port_end == e->port_end &&
		       other->nomatch == e->nomatch ? 0 : EEXIST;
	for (i = 0; self->elements[i].there; i++)
		if (i == SLOTS - 1)
			return -1;
	self->elements[i] = *e;
	return 0;
}

static int model_del(FIXTURE_DATA(model) *self, const struct element *e)
{
	struct element *other = clash(self, e);

	if (!other || other->port != e->port || other->port_end != e->port_end)
		return ENOENT;
	other->there = false;
	return 0;
}

static bool holds(const struct element *e, const struct element *packet)
{
	struct element net = *packet;

	if (e->v6 != packet->v6)
		return false;
	net.len = e->len;
	mask(&net);
	return !memcmp(net.addr, e->addr, 16) &&
	       (!e->proto || (e->proto == packet->proto && e->port <= packet->port &&
			      e->port_end >= packet->port));
}

/* The longest prefix; of the same, the protocol's own before all. */
static const struct element *model_match(FIXTURE_DATA(model) *self,
					 const struct element *packet)
{
	const struct element *e, *best = NULL;

	for (e = self->elements; e < self->elements + SLOTS; e++)
		if (e->there && holds(e, packet) &&
		    (!best || e->len > best->len || (e->len == best->len && e->proto)))
			best = e;
	return best;
}

static bool agrees(const struct answer *answer, const struct element *want)
{
	const struct nlmsghdr *msg = nl_first(&answer->msgs);
	const struct nlattr *len, *port;

	if (!want)
		return answer->err == ENOENT;
	if (answer->err)
		return false;
	len = nl_inner(msg, L(ENTRY), E(LEN));
	port = nl_inner(msg, L(ENTRY), E(PORT));
	return len && mnl_attr_get_u8(len) == want->len &&
	       (port ? mnl_attr_get_u16(port) : 0) == want->port &&
	       mnl_attr_get_u8(nl_inner(msg, L(ENTRY), E(NOMATCH))) == want->nomatch;
}

static unsigned int there(FIXTURE_DATA(model) *self)
{
	unsigned int i, n = 0;

	for (i = 0; i < SLOTS; i++)
		n += self->elements[i].there;
	return n;
}

TEST_F(model, random)
{
	struct element e;
	unsigned int i, hits = 0;
	int want;

	for (i = 0; i < ROUNDS; i++) {
		e = random_element(self, variant->type);
		if (any(self, 2)) {
			want = model_add(self, &e);
			if (want >= 0)
				ASSERT_EQ(want, ask(VROUTER_CMD_ELEMENT_NEW, CREATE, false, &e)->err);
		} else if (any(self, 3) == 0) {
			want = model_del(self, &e);
			ASSERT_EQ(want, ask(VROUTER_CMD_ELEMENT_DEL, 0, false, &e)->err);
		}
		random_addr(self, &e);
		e.len = e.v6 ? 128 : 32;
		if (has_ports(&e))
			e.port_end = e.port;
		hits += model_match(self, &e) != NULL;
		ASSERT_TRUE(agrees(ask(VROUTER_CMD_ELEMENT_GET, 0, true, &e),
				   model_match(self, &e)));
	}
	EXPECT_EQ(there(self), DUMP(ELEMENT_GET)->count);
	EXPECT_GT(hits, ROUNDS / 20);
	EXPECT_LT(hits, ROUNDS);
}

NETNS_FIXTURE(many);

/* Prefix @i of as many as one likes, of four lengths; each is there once. */
static void many_prefix(unsigned int i, uint8_t *addr, uint8_t *len)
{
	uint32_t value = htonl(i << 4 | 1u << 31);

	memcpy(addr, &value, 4);
	*len = 28 + i % 4;
}

static const char *insert_many(unsigned int from, unsigned int count)
{
	struct attr *list = calloc(count + 1, sizeof(*list));
	struct attr (*entries)[3] = calloc(count, sizeof(*entries));
	uint8_t (*addrs)[4] = calloc(count, 4);
	const char *why;
	unsigned int i;
	uint8_t len;

	if (!list || !entries || !addrs)
		nl_die("calloc");
	for (i = 0; i < count; i++) {
		many_prefix(from + i, addrs[i], &len);
		entries[i][0] = (struct attr)BYTES(E(ADDRESS), addrs[i], 4);
		entries[i][1] = (struct attr)U8(E(LEN), len);
		list[i] = (struct attr){ ATTR_NEST, L(ENTRY), 0, 0, entries[i] };
	}
	why = nl_ok(VROUTER_CMD_ELEMENT_NEW, CREATE, ATTRS(IN_SET("a"), LIST(list)));
	free(addrs);
	free(entries);
	free(list);
	return why;
}

/* Looks for a few of them, where they are and beside them. */
static bool many_match(unsigned int i)
{
	const struct answer *answer;
	uint8_t addr[4], len;

	many_prefix(i, addr, &len);
	answer = nl_ask(VROUTER_CMD_ELEMENT_GET, 0,
			ATTRS(IN_SET("a"), FLAG(L(MATCH)),
			      NEST(L(ENTRY), BYTES(E(ADDRESS), addr, 4))));
	if (answer->err)
		return false;
	addr[3] |= 15;
	answer = nl_ask(VROUTER_CMD_ELEMENT_GET, 0,
			ATTRS(IN_SET("a"), FLAG(L(MATCH)),
			      NEST(L(ENTRY), BYTES(E(ADDRESS), addr, 4))));
	return len == 28 ? !answer->err : answer->err == ENOENT;
}

TEST_F(many, a_million_prefixes)
{
	unsigned int i;
	uint64_t memory;

	OK(SET_NEW, CREATE, STR(A(NAME), "a"));
	for (i = 0; i < MILLION; i += VROUTER_BULK_MAX)
		ASSERT_STREQ("", insert_many(i, MILLION - i < VROUTER_BULK_MAX ?
					     MILLION - i : VROUTER_BULK_MAX));
	EXPECT_EQ(MILLION, nl_info(VROUTER_A_INFO_ELEMENTS));
	for (i = 0; i < MILLION; i += 9973)
		ASSERT_TRUE(many_match(i));
	memory = mnl_attr_get_u64(nl_attr(GET(SET_GET, STR(A(NAME), "a")), A(MEMORY)));
	TH_LOG("%u prefixes take %u bytes each", MILLION, (unsigned int)(memory / MILLION));
	/* 16 for the element, and its share of the free slots. */
	EXPECT_LE(memory / MILLION, 32);
	OK(ELEMENT_DEL, 0, IN_SET("a"), FLAG(L(ALL)));
	EXPECT_EQ(0, nl_info(VROUTER_A_INFO_ELEMENTS));
	REFUSED(ENOENT, "has nothing that fits", ANYWHERE, ELEMENT_GET, 0, IN_SET("a"),
		FLAG(L(MATCH)), NEST(L(ENTRY), ADDR(E(ADDRESS), "128.0.0.1")));
}

/* An element whose time comes while a request is carried out that means it twice. */
static const char *insert_around(unsigned int count)
{
	static const uint8_t addr[] = { 10, 0, 0, 1 };
	struct attr first[3] = { BYTES(E(ADDRESS), addr, 4), U32(E(TIMEOUT), 5) };
	struct attr last[3] = { BYTES(E(ADDRESS), addr, 4), U32(E(TIMEOUT), 0) };
	struct attr *list = calloc(count + 3, sizeof(*list));
	struct attr (*entries)[2] = calloc(count, sizeof(*entries));
	uint32_t *addrs = calloc(count, sizeof(*addrs));
	const char *why;
	unsigned int i;

	if (!list || !entries || !addrs)
		nl_die("calloc");
	list[0] = (struct attr){ ATTR_NEST, L(ENTRY), 0, 0, first };
	for (i = 0; i < count; i++) {
		addrs[i] = htonl(0x0b000000 + i);
		entries[i][0] = (struct attr)BYTES(E(ADDRESS), &addrs[i], 4);
		list[i + 1] = (struct attr){ ATTR_NEST, L(ENTRY), 0, 0, entries[i] };
	}
	list[count + 1] = (struct attr){ ATTR_NEST, L(ENTRY), 0, 0, last };
	why = nl_ok(VROUTER_CMD_ELEMENT_NEW, CREATE, ATTRS(IN_SET("a"), LIST(list)));
	free(addrs);
	free(entries);
	free(list);
	return why;
}

TEST_F(many, time_comes_meanwhile)
{
	const struct nlmsghdr *msg;
	unsigned int wait;

	for (wait = 500000; wait < 1000000; wait += 50000) {
		OK(SET_NEW, CREATE, STR(A(NAME), "a"));
		OK(ELEMENT_NEW, CREATE, IN_SET("a"), NEST(L(ENTRY), ADDR(E(ADDRESS), "10.0.0.1"),
							  U32(E(TIMEOUT), 1)));
		usleep(wait);
		ASSERT_STREQ("", insert_around(60000));
		msg = GET(ELEMENT_GET, IN_SET("a"), NEST(L(ENTRY), ADDR(E(ADDRESS), "10.0.0.1")));
		EXPECT_NULL(nl_inner(msg, L(ENTRY), E(EXPIRES)));
		EXPECT_EQ(60001, nl_info(VROUTER_A_INFO_ELEMENTS));
		OK(SET_DEL, 0, STR(A(NAME), "a"));
	}
}

struct thread {
	pthread_t id;
	unsigned int seed;
	unsigned long rounds;
	void (*act)(struct thread *thread);
};

static _Atomic bool stop;

#define TRY(cmd, flags, ...) nl_ask(VROUTER_CMD_##cmd, flags, ATTRS(__VA_ARGS__))

static const char *set_name(struct thread *thread)
{
	return rand_r(&thread->seed) % 2 ? "a" : "b";
}

static void change(struct thread *thread)
{
	uint32_t addr = htonl(0x0a000000 + rand_r(&thread->seed) % 64);
	uint16_t port = rand_r(&thread->seed) % 16, end = port + rand_r(&thread->seed) % 3;
	bool add = rand_r(&thread->seed) % 3;

	nl_ask(add ? VROUTER_CMD_ELEMENT_NEW : VROUTER_CMD_ELEMENT_DEL,
	       add ? CREATE | REPLACE : 0,
	       ATTRS(IN_SET(set_name(thread)),
		     NEST(L(ENTRY), BYTES(E(ADDRESS), &addr, 4), U8(E(PROTO), IPPROTO_TCP),
			  U16(E(PORT), port), U16(E(PORT_END), end),
			  U32(E(TIMEOUT), port % 2))));
}

static void match(struct thread *thread)
{
	uint32_t addr = htonl(0x0a000000 + rand_r(&thread->seed) % 64);

	TRY(ELEMENT_GET, 0, IN_SET(set_name(thread)), FLAG(L(MATCH)),
	    NEST(L(ENTRY), BYTES(E(ADDRESS), &addr, 4), U8(E(PROTO), IPPROTO_TCP),
		 U16(E(PORT), rand_r(&thread->seed) % 16)));
}

static void swap(struct thread *thread)
{
	TRY(SET_SWAP, 0, STR(A(NAME), "a"), STR(A(WITH_NAME), "b"));
	if (rand_r(&thread->seed) % 64 == 0)
		TRY(ELEMENT_DEL, 0, IN_SET(set_name(thread)), FLAG(L(ALL)));
	if (rand_r(&thread->seed) % 64 == 0) {
		TRY(SET_DEL, 0, STR(A(NAME), "b"));
		TRY(SET_NEW, CREATE, STR(A(NAME), "b"),
		    U32(A(TYPE), VROUTER_SET_TYPE_NET_PROTO_PORTS), U8(A(COUNTERS), 1));
	}
}

static void dump(struct thread *thread)
{
	nl_ask(VROUTER_CMD_ELEMENT_GET, NLM_F_DUMP, NULL);
	nl_ask(VROUTER_CMD_SET_GET, NLM_F_DUMP, NULL);
}

static void *thread_main(void *arg)
{
	struct thread *thread = arg;

	nl = nl_open();
	while (!stop) {
		thread->act(thread);
		thread->rounds++;
	}
	nl_close(nl);
	return NULL;
}

TEST_F(many, at_once)
{
	struct thread threads[] = { { .act = change }, { .act = change }, { .act = match },
				    { .act = swap }, { .act = dump } };
	unsigned int i;

	OK(SET_NEW, CREATE, STR(A(NAME), "a"), U32(A(TYPE), VROUTER_SET_TYPE_NET_PROTO_PORTS));
	OK(SET_NEW, CREATE, STR(A(NAME), "b"), U32(A(TYPE), VROUTER_SET_TYPE_NET_PROTO_PORTS));
	for (i = 0; i < ARRAY_SIZE(threads); i++) {
		threads[i].seed = i;
		ASSERT_EQ(0, pthread_create(&threads[i].id, NULL, thread_main, &threads[i]));
	}
	sleep(SECONDS);
	stop = true;
	for (i = 0; i < ARRAY_SIZE(threads); i++) {
		pthread_join(threads[i].id, NULL);
		EXPECT_GT(threads[i].rounds, 10);
	}
	OK(SET_DEL, 0, STR(A(NAME), "a"));
	OK(SET_DEL, 0, STR(A(NAME), "b"));
	EXPECT_EQ(0, nl_info(VROUTER_A_INFO_ELEMENTS));
}

TEST_HARNESS_MAIN
