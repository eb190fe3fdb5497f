// SPDX-License-Identifier: GPL-2.0
/* Requests with many entries: all take effect or none does. */
#include <arpa/inet.h>
#include <stdlib.h>

#include "fixture.h"

#define R(name) VROUTER_A_ROUTE_##name
#define RE(name) VROUTER_A_ROUTE_ENTRY_##name
#define FE(name) VROUTER_A_FDB_ENTRY_##name
#define NE(name) VROUTER_A_NEIGHBOUR_ENTRY_##name
#define BLUE STR(R(NETWORK_NAME), "blue")
#define MANY VROUTER_BULK_MAX

/* The tables' requests are alike, with the same numbers for network and entry. */
_Static_assert((int)VROUTER_A_ROUTE_ENTRY == (int)VROUTER_A_FDB_ENTRY &&
	       (int)VROUTER_A_ROUTE_ENTRY == (int)VROUTER_A_NEIGHBOUR_ENTRY &&
	       (int)VROUTER_A_ROUTE_NETWORK_NAME == (int)VROUTER_A_FDB_NETWORK_NAME &&
	       (int)VROUTER_A_ROUTE_NETWORK_NAME == (int)VROUTER_A_NEIGHBOUR_NETWORK_NAME, "");

FIXTURE(bulk) {
	struct attr (*entries)[4];
	struct attr *list;
	unsigned char (*keys)[8];
};

FIXTURE_SETUP(bulk)
{
	ASSERT_TRUE(enter_netns());
	NETWORK("blue");
	NEXTHOP(1, BLACKHOLE);
	NEXTHOP(2, REJECT);
	self->entries = calloc(MANY + 2, sizeof(*self->entries));
	self->list = calloc(MANY + 2, sizeof(*self->list));
	self->keys = calloc(MANY + 2, sizeof(*self->keys));
	ASSERT_TRUE(self->entries && self->list && self->keys);
}

FIXTURE_TEARDOWN(bulk)
{
	leave_netns();
}

/* Entry @i of a request; the list ends where nothing was put. */
static struct attr *entry(FIXTURE_DATA(bulk) *self, unsigned int i)
{
	uint32_t key = htonl(0x0a000000 + i);

	self->keys[i][0] = 2;
	memcpy(self->keys[i] + 2, &key, 4);
	self->list[i] = (struct attr){ ATTR_NEST, R(ENTRY), 0, 0, self->entries[i] };
	return self->entries[i];
}

static void route(FIXTURE_DATA(bulk) *self, unsigned int i, uint32_t nexthop)
{
	struct attr *attrs = entry(self, i);

	attrs[0] = (struct attr)BYTES(RE(PREFIX), self->keys[i] + 2, 4);
	attrs[1] = (struct attr)U32(RE(NEXTHOP), nexthop);
}

static void fdb(FIXTURE_DATA(bulk) *self, unsigned int i, uint32_t nexthop)
{
	struct attr *attrs = entry(self, i);

	attrs[0] = (struct attr)BYTES(FE(MAC), self->keys[i], 6);
	attrs[1] = (struct attr)U32(FE(NEXTHOP), nexthop);
}

static void neighbour(FIXTURE_DATA(bulk) *self, unsigned int i, const char *mac)
{
	struct attr *attrs = entry(self, i);

	attrs[0] = (struct attr)BYTES(NE(ADDRESS), self->keys[i] + 2, 4);
	attrs[1] = (struct attr)MAC(NE(MAC), mac);
}

TEST_F(bulk, routes)
{
	unsigned int i;

	for (i = 0; i < MANY; i++)
		route(self, i, 1);
	OK(ROUTE_NEW, CREATE, BLUE, LIST(self->list));
	EXPECT_EQ(MANY, nl_info(VROUTER_A_INFO_ROUTES));
	EXPECT_EQ(MANY, nl_u32(GET(NEXTHOP_GET, U32(VROUTER_A_NEXTHOP_ID, 1)),
			       VROUTER_A_NEXTHOP_REFS));
	EXPECT_EQ(MANY, DUMP(ROUTE_GET)->count);
	SAME(ROUTE_NEW, CREATE, BLUE, LIST(self->list));

	/* One more than fits. */
	route(self, MANY, 1);
	REFUSED(E2BIG, "65537 entries are more than one message may carry, 65536",
		AT_NTH(R(ENTRY), MANY), ROUTE_NEW, CREATE, BLUE, LIST(self->list));
	REFUSED(E2BIG, "65537 entries are more", AT_NTH(R(ENTRY), MANY), ROUTE_DEL, 0, BLUE,
		LIST(self->list));

	/* The last one is wrong. */
	self->list[MANY] = (struct attr){};
	for (i = 0; i < MANY; i++)
		route(self, i, 2);
	route(self, MANY - 1, 99);
	REFUSED(ENOENT, "entry 65535: there is no next hop with id 99",
		IN_NTH(R(ENTRY), MANY - 1, RE(NEXTHOP)), ROUTE_SET, 0, BLUE, LIST(self->list));
	route(self, MANY - 1, 2);
	OK(ROUTE_SET, 0, BLUE, LIST(self->list));
	EXPECT_EQ(0, nl_u32(GET(NEXTHOP_GET, U32(VROUTER_A_NEXTHOP_ID, 1)),
			    VROUTER_A_NEXTHOP_REFS));
	OK(ROUTE_DEL, 0, BLUE, LIST(self->list));
	EXPECT_EQ(0, nl_info(VROUTER_A_INFO_ROUTES));
}

TEST_F(bulk, fdb)
{
	unsigned int i;

	for (i = 0; i < MANY; i++)
		fdb(self, i, 1);
	OK(FDB_NEW, CREATE, BLUE, LIST(self->list));
	EXPECT_EQ(MANY, nl_info(VROUTER_A_INFO_FDB));
	EXPECT_EQ(MANY, DUMP(FDB_GET)->count);
	fdb(self, MANY, 1);
	REFUSED(E2BIG, "65537 entries are more", AT_NTH(R(ENTRY), MANY), FDB_NEW, CREATE, BLUE,
		LIST(self->list));
	OK(FDB_DEL, 0, BLUE, FLAG(VROUTER_A_FDB_ALL));
	EXPECT_EQ(0, nl_info(VROUTER_A_INFO_FDB));
}

TEST_F(bulk, neighbours)
{
	unsigned int i;

	for (i = 0; i < MANY; i++)
		neighbour(self, i, "02:00:00:00:00:01");
	OK(NEIGHBOUR_NEW, CREATE, BLUE, LIST(self->list));
	EXPECT_EQ(MANY, nl_info(VROUTER_A_INFO_NEIGHBOURS));
	EXPECT_EQ(MANY, DUMP(NEIGHBOUR_GET)->count);
	neighbour(self, MANY, "02:00:00:00:00:01");
	REFUSED(E2BIG, "65537 entries are more", AT_NTH(R(ENTRY), MANY), NEIGHBOUR_NEW, CREATE,
		BLUE, LIST(self->list));
	/* What is behind the network goes with it. */
	OK(NETWORK_DEL, 0, STR(VROUTER_A_NETWORK_NAME, "blue"));
	EXPECT_EQ(0, nl_info(VROUTER_A_INFO_NEIGHBOURS));
}

/* Whichever entry is at fault, the first is not there either. */
TEST_F(bulk, fault_at_each_place)
{
	unsigned int i, bad;
	char words[64];

	for (bad = 0; bad < 10; bad++) {
		for (i = 0; i < 10; i++)
			route(self, i, i == bad ? 77 : 1);
		snprintf(words, sizeof(words), "entry %u: there is no next hop with id 77", bad);
		REFUSED(ENOENT, words, IN_NTH(R(ENTRY), bad, RE(NEXTHOP)), ROUTE_NEW, CREATE,
			BLUE, LIST(self->list));
		REFUSED(ENOENT, words, IN_NTH(R(ENTRY), bad, RE(NEXTHOP)), ROUTE_NEW,
			CREATE | REPLACE, BLUE, LIST(self->list));
	}
	for (i = 0; i < 10; i++)
		route(self, i, 1);
	/* Found out while it is being carried out, not while it is read. */
	OK(ROUTE_NEW, CREATE, BLUE, LIST(ATTRS(self->list[4])));
	REFUSED(EEXIST, "entry 4: the route exists with next hop 1", AT_NTH(R(ENTRY), 4),
		ROUTE_NEW, CREATE | EXCL, BLUE, LIST(self->list));
	REFUSED(ENOENT, "entry 0: network \"blue\" has no such static route",
		AT(R(ENTRY)), ROUTE_SET, 0, BLUE, LIST(self->list));
	REFUSED(ENOENT, "entry 1: network \"blue\" has no such static route",
		AT_NTH(R(ENTRY), 1), ROUTE_DEL, 0, BLUE, LIST(ATTRS(self->list[4])),
		LIST(self->list));
	EXPECT_EQ(1, DUMP(ROUTE_GET)->count);
}

#define ROUTE_TO(prefix, nexthop) \
	NEST(R(ENTRY), ADDR(RE(PREFIX), prefix), U32(RE(NEXTHOP), nexthop))
#define NEIGHBOUR_AT(address, mac) \
	NEST(VROUTER_A_NEIGHBOUR_ENTRY, ADDR(NE(ADDRESS), address), MAC(NE(MAC), mac))
#define FDB_TO(mac, nexthop) \
	NEST(VROUTER_A_FDB_ENTRY, MAC(FE(MAC), mac), U32(FE(NEXTHOP), nexthop))

/* An entry twice: the same is fine, as it is in two requests. */
TEST_F(bulk, duplicates)
{
	OK(ROUTE_NEW, CREATE, BLUE, ROUTE_TO("10.0.0.1", 1), ROUTE_TO("10.0.0.1", 1));
	EXPECT_EQ(1, DUMP(ROUTE_GET)->count);
	EXPECT_EQ(1, nl_u32(GET(NEXTHOP_GET, U32(VROUTER_A_NEXTHOP_ID, 1)),
			    VROUTER_A_NEXTHOP_REFS));
	REFUSED(EEXIST, "entry 1: the route exists with next hop 1", AT_NTH(R(ENTRY), 1),
		ROUTE_NEW, CREATE, BLUE, ROUTE_TO("10.0.0.2", 1), ROUTE_TO("10.0.0.2", 2));
	REFUSED(EEXIST, "entry 1: the route exists with next hop 1", AT_NTH(R(ENTRY), 1),
		ROUTE_NEW, CREATE | EXCL, BLUE, ROUTE_TO("10.0.0.2", 1),
		ROUTE_TO("10.0.0.2", 1));
	/* Of those that replace, the last one stays. */
	OK(ROUTE_NEW, CREATE | REPLACE, BLUE, ROUTE_TO("10.0.0.3", 1), ROUTE_TO("10.0.0.3", 2));
	OK(ROUTE_SET, 0, BLUE, ROUTE_TO("10.0.0.1", 2), ROUTE_TO("10.0.0.1", 1),
	   ROUTE_TO("10.0.0.1", 2));
	EXPECT_EQ(0, nl_u32(GET(NEXTHOP_GET, U32(VROUTER_A_NEXTHOP_ID, 1)),
			    VROUTER_A_NEXTHOP_REFS));
	SAME(ROUTE_SET, 0, BLUE, ROUTE_TO("10.0.0.1", 2), ROUTE_TO("10.0.0.1", 2));
	/* One cannot be deleted twice. */
	REFUSED(ENOENT, "entry 1: network \"blue\" has no such static route",
		AT_NTH(R(ENTRY), 1), ROUTE_DEL, 0, BLUE,
		NEST(R(ENTRY), ADDR(RE(PREFIX), "10.0.0.1")),
		NEST(R(ENTRY), ADDR(RE(PREFIX), "10.0.0.1")));

	REFUSED(EEXIST, "entry 2: the fdb entry of 02:00:00:00:00:01 exists with next hop 1",
		AT_NTH(VROUTER_A_FDB_ENTRY, 2), FDB_NEW, CREATE | EXCL, BLUE,
		FDB_TO("02:00:00:00:00:01", 1), FDB_TO("02:00:00:00:00:02", 1),
		FDB_TO("02:00:00:00:00:01", 1));
	REFUSED(EEXIST, "entry 2: the neighbour exists with MAC 02:00:00:00:00:01",
		AT_NTH(VROUTER_A_NEIGHBOUR_ENTRY, 2), NEIGHBOUR_NEW, CREATE, BLUE,
		NEIGHBOUR_AT("10.0.0.1", "02:00:00:00:00:01"),
		NEIGHBOUR_AT("10.0.0.2", "02:00:00:00:00:01"),
		NEIGHBOUR_AT("10.0.0.1", "02:00:00:00:00:02"));
}

/* Limits count what the request itself adds. */
TEST_F(bulk, limits)
{
	OK(NETWORK_SET, 0, STR(VROUTER_A_NETWORK_NAME, "blue"),
	   U32(VROUTER_A_NETWORK_MAX_ROUTES, 3));
	REFUSED(ENOSPC, "entry 3: network \"blue\" is at its limit of 3 routes",
		AT_NTH(R(ENTRY), 3), ROUTE_NEW, CREATE, BLUE, ROUTE_TO("10.0.0.1", 1),
		ROUTE_TO("10.0.0.2", 1), ROUTE_TO("10.0.0.3", 1), ROUTE_TO("10.0.0.4", 1));
	OK(ROUTE_NEW, CREATE, BLUE, ROUTE_TO("10.0.0.1", 1), ROUTE_TO("10.0.0.1", 1),
	   ROUTE_TO("10.0.0.2", 1), ROUTE_TO("10.0.0.3", 1));
}

/* What is refused in a mixed family, or by the core, is refused as a whole, too. */
TEST_F(bulk, mixed)
{
	OK(ROUTE_NEW, CREATE, BLUE, ROUTE_TO("10.0.0.1", 1), ROUTE_TO("2001:db8::1", 1));
	REFUSED(EINVAL, "entry 1: 2001:db8::1/64 has host bits set",
		IN_NTH(R(ENTRY), 1, RE(PREFIX)), ROUTE_NEW, CREATE, BLUE,
		ROUTE_TO("10.0.0.2", 1),
		NEST(R(ENTRY), ADDR(RE(PREFIX), "2001:db8::1"), U8(RE(LEN), 64),
		     U32(RE(NEXTHOP), 1)));
	REFUSED(EINVAL, "entry 1: an address has 4 or 16 bytes, not 0",
		IN_NTH(R(ENTRY), 1, RE(PREFIX)), ROUTE_NEW, CREATE, BLUE,
		ROUTE_TO("10.0.0.2", 1),
		NEST(R(ENTRY), FLAG(RE(PREFIX)), U32(RE(NEXTHOP), 1)));
	MALFORMED(EINVAL, IN_NTH(R(ENTRY), 1, 99), ROUTE_NEW, CREATE, BLUE,
		  ROUTE_TO("10.0.0.2", 1),
		  NEST(R(ENTRY), ADDR(RE(PREFIX), "10.0.0.3"), U32(99, 1)));
}

TEST_HARNESS_MAIN
