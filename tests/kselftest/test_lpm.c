// SPDX-License-Identifier: GPL-2.0
/*
 * Longest prefix match, against a model that tries every prefix: thousands of routes
 * come and go at random, addresses are looked up and the order of the dump is checked.
 */
#include <stdlib.h>

#include "fixture.h"

#define A(name) VROUTER_A_ROUTE_##name
#define E(name) VROUTER_A_ROUTE_ENTRY_##name
#define BLUE STR(A(NETWORK_NAME), "blue")
#define ROUTES 3000
#define NEXTHOPS 16
#define LOOKUPS 1500

struct route {
	unsigned char key[16];
	int len;
	uint32_t nexthop;
};

FIXTURE(lpm) {
	struct route routes[ROUTES];
	int count;
	int bytes;		/* of an address */
	int shared;
	unsigned int seed;
};

FIXTURE_VARIANT(lpm) {
	int bytes;
	int spread;		/* how many first bits differ at all */
	int shared;		/* how many first bytes mostly do not */
};

FIXTURE_VARIANT_ADD(lpm, v4) { .bytes = 4, .spread = 32 };
FIXTURE_VARIANT_ADD(lpm, v6) { .bytes = 16, .spread = 128 };
/* Prefixes within each other, deep. */
FIXTURE_VARIANT_ADD(lpm, v4_dense) { .bytes = 4, .spread = 13 };
FIXTURE_VARIANT_ADD(lpm, v6_dense) { .bytes = 16, .spread = 13 };
/* All within one, but for some; the third differ across the 64th bit. */
FIXTURE_VARIANT_ADD(lpm, v4_shared) { .bytes = 4, .spread = 32, .shared = 1 };
FIXTURE_VARIANT_ADD(lpm, v6_shared) { .bytes = 16, .spread = 128, .shared = 4 };
FIXTURE_VARIANT_ADD(lpm, v6_middle) { .bytes = 16, .spread = 128, .shared = 7 };
FIXTURE_VARIANT_ADD(lpm, v6_hosts) { .bytes = 16, .spread = 128, .shared = 14 };

FIXTURE_SETUP(lpm)
{
	uint32_t i;

	ASSERT_TRUE(enter_netns());
	NETWORK("blue");
	for (i = 1; i <= NEXTHOPS; i++)
		NEXTHOP(i, BLACKHOLE);
	self->bytes = variant->bytes;
	self->shared = variant->shared;
	self->seed = 20240607 + variant->spread + variant->bytes + variant->shared;
}

FIXTURE_TEARDOWN(lpm)
{
	leave_netns();
}

static unsigned int any(FIXTURE_DATA(lpm) *self, unsigned int below)
{
	return rand_r(&self->seed) % below;
}

static void clear_from(unsigned char *key, int bytes, int bit)
{
	int i;

	for (i = 0; i < bytes; i++)
		if (i * 8 >= bit)
			key[i] = 0;
		else if (i * 8 + 8 > bit)
			key[i] &= 0xff << (i * 8 + 8 - bit);
}

static void any_address(FIXTURE_DATA(lpm) *self, unsigned char *key, int spread)
{
	int i;

	memset(key, 0, 16);
	for (i = 0; i < self->bytes; i++)
		key[i] = any(self, 256);
	if (any(self, 100))
		memset(key, 0x2a, self->shared);
	/* What does not differ is all zeros or all ones. */
	if (spread < self->bytes * 8) {
		clear_from(key, self->bytes, spread);
		if (any(self, 2))
			key[self->bytes - 1] = 0xff;
	}
}

static bool covers(const struct route *route, const unsigned char *address, int bytes)
{
	unsigned char key[16];

	memcpy(key, address, 16);
	clear_from(key, bytes, route->len);
	return !memcmp(key, route->key, bytes);
}

/* The model: the longest of all that cover the address. */
static uint32_t model(FIXTURE_DATA(lpm) *self, const unsigned char *address)
{
	const struct route *best = NULL;
	int i;

	for (i = 0; i < self->count; i++)
		if (covers(&self->routes[i], address, self->bytes) &&
		    (!best || self->routes[i].len > best->len))
			best = &self->routes[i];
	return best ? best->nexthop : 0;
}

static struct route *find(FIXTURE_DATA(lpm) *self, const struct route *route)
{
	int i;

	for (i = 0; i < self->count; i++)
		if (self->routes[i].len == route->len &&
		    !memcmp(self->routes[i].key, route->key, 16))
			return &self->routes[i];
	return NULL;
}

static void add(struct __test_metadata *_metadata, FIXTURE_DATA(lpm) *self, int spread)
{
	struct route route, *old;
	int shared = self->shared * 8;

	any_address(self, route.key, spread);
	/* Mostly within what differs; hosts and the default route, too. */
	route.len = any(self, 8) ? shared + any(self, spread - shared + 1) :
				   any(self, self->bytes * 8 + 1);
	if (!any(self, 10))
		route.len = self->bytes * 8;
	clear_from(route.key, self->bytes, route.len);
	route.nexthop = 1 + any(self, NEXTHOPS);
	old = find(self, &route);
	if (!old && self->count == ROUTES)
		return;
	OK(ROUTE_NEW, CREATE | REPLACE, BLUE,
	   NEST(A(ENTRY), BYTES(E(PREFIX), route.key, self->bytes), U8(E(LEN), route.len),
		U32(E(NEXTHOP), route.nexthop)));
	if (!old)
		old = &self->routes[self->count++];
	*old = route;
}

static void del(struct __test_metadata *_metadata, FIXTURE_DATA(lpm) *self)
{
	int i;

	if (!self->count)
		return;
	i = any(self, self->count);
	OK(ROUTE_DEL, 0, BLUE,
	   NEST(A(ENTRY), BYTES(E(PREFIX), self->routes[i].key, self->bytes),
		U8(E(LEN), self->routes[i].len)));
	self->routes[i] = self->routes[--self->count];
}

static void check_lookups(struct __test_metadata *_metadata, FIXTURE_DATA(lpm) *self,
			  int spread, int count)
{
	const struct nlmsghdr *msg;
	unsigned char address[16];

	while (count--) {
		any_address(self, address, spread);
		/* Near a route more often than not. */
		if (self->count && any(self, 3))
			memcpy(address, self->routes[any(self, self->count)].key, 16);
		if (!any(self, 3))
			address[self->bytes - 1] ^= 1 << any(self, 8);
		msg = GET(ROUTE_GET, BLUE, BYTES(A(ADDRESS), address, self->bytes));
		ASSERT_EQ(model(self, address),
			  msg ? nl_inner_u32(msg, A(ENTRY), E(NEXTHOP)) : 0);
	}
}

static __thread int key_bytes;

static int compare(const void *a, const void *b)
{
	const struct route *x = a, *y = b;
	int order = memcmp(x->key, y->key, key_bytes);

	return order ? order : x->len - y->len;
}

/* By address, and the shorter prefix first. */
static void check_dump(struct __test_metadata *_metadata, FIXTURE_DATA(lpm) *self)
{
	const struct msgs *dump = DUMP(ROUTE_GET);
	const struct nlmsghdr *msg = nl_first(dump);
	int i;

	ASSERT_EQ(self->count, dump->count);
	key_bytes = self->bytes;
	qsort(self->routes, self->count, sizeof(self->routes[0]), compare);
	for (i = 0; i < self->count; i++, msg = nl_next(dump, msg)) {
		const struct nlattr *prefix = nl_inner(msg, A(ENTRY), E(PREFIX));

		ASSERT_EQ(self->bytes, mnl_attr_get_payload_len(prefix));
		ASSERT_EQ(0, memcmp(self->routes[i].key, mnl_attr_get_payload(prefix),
				    self->bytes));
		ASSERT_EQ(self->routes[i].len, nl_inner_u32(msg, A(ENTRY), E(LEN)));
		ASSERT_EQ(self->routes[i].nexthop, nl_inner_u32(msg, A(ENTRY), E(NEXTHOP)));
	}
}

TEST_F(lpm, random)
{
	int round, i;

	for (round = 0; round < 4; round++) {
		/* Grows, then shrinks, with both mixed. */
		for (i = 0; i < ROUTES; i++)
			if (any(self, 10))
				add(_metadata, self, variant->spread);
			else
				del(_metadata, self);
		check_dump(_metadata, self);
		check_lookups(_metadata, self, variant->spread, LOOKUPS);
		for (i = 0; i < ROUTES * 3 / 4; i++)
			if (any(self, 10))
				del(_metadata, self);
			else
				add(_metadata, self, variant->spread);
		check_dump(_metadata, self);
		check_lookups(_metadata, self, variant->spread, LOOKUPS / 4);
	}
	while (self->count)
		del(_metadata, self);
	EXPECT_EQ(0, nl_info(VROUTER_A_INFO_ROUTES));
	check_lookups(_metadata, self, variant->spread, 10);
	/* Every route gave its next hop back. */
	for (i = 1; i <= NEXTHOPS; i++)
		OK(NEXTHOP_DEL, 0, U32(VROUTER_A_NEXTHOP_ID, i));
}

/* The same prefix in both families, in two networks: four tables. */
TEST_F(lpm, apart)
{
	NETWORK("red");
	ROUTE("blue", "0.0.0.0", 0, 1);
	ROUTE("blue", "::", 0, 2);
	ROUTE("red", "0.0.0.0", 0, 3);
	ROUTE("red", "::", 0, 4);
	HAS(GET(ROUTE_GET, BLUE, ADDR(A(ADDRESS), "10.0.0.1")),
	    NEST(A(ENTRY), U32(E(NEXTHOP), 1)));
	HAS(GET(ROUTE_GET, BLUE, ADDR(A(ADDRESS), "::ffff:10.0.0.1")),
	    NEST(A(ENTRY), U32(E(NEXTHOP), 2)));
	HAS(GET(ROUTE_GET, STR(A(NETWORK_NAME), "red"), ADDR(A(ADDRESS), "10.0.0.1")),
	    NEST(A(ENTRY), U32(E(NEXTHOP), 3)));
	HAS(GET(ROUTE_GET, STR(A(NETWORK_NAME), "red"), ADDR(A(ADDRESS), "2001:db8::1")),
	    NEST(A(ENTRY), U32(E(NEXTHOP), 4)));
}

TEST_HARNESS_MAIN
