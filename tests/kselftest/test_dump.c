// SPDX-License-Identifier: GPL-2.0
/* Dumps of many objects, in many messages, while others change them. */
#include <arpa/inet.h>

#include "fixture.h"

#define ID(kind) VROUTER_A_##kind##_ID
#define RE(name) VROUTER_A_ROUTE_ENTRY_##name
#define EE(name) VROUTER_A_ELEMENT_ENTRY_##name
#define ELEMENT(set, addr) \
	OK(ELEMENT_NEW, CREATE, STR(VROUTER_A_ELEMENT_SET_NAME, set), \
	   NEST(VROUTER_A_ELEMENT_ENTRY, ADDR(EE(ADDRESS), addr)))

NETNS_FIXTURE(dump);

static const char *name_of(unsigned int i)
{
	static char name[32];

	snprintf(name, sizeof(name), "n%u", i);
	return name;
}

/* As a dump has them: every object once, in the order of the ids. */
static bool is_in_order(const struct msgs *dump, uint16_t id, uint32_t first, uint32_t step)
{
	const struct nlmsghdr *msg;

	for (msg = nl_first(dump); msg; msg = nl_next(dump, msg), first += step)
		if (nl_u32(msg, id) != first)
			return false;
	return true;
}

TEST_F(dump, networks)
{
	const struct msgs *dump;
	unsigned int i;

	/* From the last to the first, every third. */
	for (i = 3000; i; i--)
		NETWORK(name_of(i), U32(ID(NETWORK), 3 * i));
	dump = DUMP(NETWORK_GET);
	EXPECT_EQ(3000, dump->count);
	EXPECT_TRUE(dump->done);
	EXPECT_FALSE(dump->interrupted);
	EXPECT_TRUE(is_in_order(dump, ID(NETWORK), 3, 3));
}

TEST_F(dump, nexthops)
{
	unsigned int i;

	for (i = 5000; i; i--)
		NEXTHOP(i, BLACKHOLE);
	EXPECT_EQ(5000, DUMP(NEXTHOP_GET)->count);
	EXPECT_TRUE(is_in_order(DUMP(NEXTHOP_GET), ID(NEXTHOP), 1, 1));
}

TEST_F(dump, tunnels)
{
	char local[32];
	unsigned int i;

	for (i = 500; i; i--) {
		snprintf(local, sizeof(local), "127.1.%u.%u", i / 250, i % 250);
		TUNNEL(name_of(i), local, U32(ID(TUNNEL), i));
	}
	EXPECT_EQ(500, DUMP(TUNNEL_GET)->count);
	EXPECT_TRUE(is_in_order(DUMP(TUNNEL_GET), ID(TUNNEL), 1, 1));
}

TEST_F(dump, vifs)
{
	unsigned int i;

	NETWORK("blue");
	NETWORK("red");
	ASSERT_EQ(0, run("seq -f 'link add n%%g type dummy' 300 | ip -batch -"));
	for (i = 300; i; i--)
		VIF(name_of(i), name_of(i), i % 2 ? "blue" : "red", U32(ID(VIF), i));
	EXPECT_EQ(300, DUMP(VIF_GET)->count);
	EXPECT_TRUE(is_in_order(DUMP(VIF_GET), ID(VIF), 1, 1));
	EXPECT_EQ(150, DUMP(VIF_GET, STR(VROUTER_A_VIF_NETWORK_NAME, "blue"))->count);
	EXPECT_TRUE(is_in_order(DUMP(VIF_GET, U32(VROUTER_A_VIF_NETWORK_ID, 2)), ID(VIF), 2, 2));
	DUMP_REFUSED(ENOENT, "there is no network \"no\"", VIF_GET,
		     STR(VROUTER_A_VIF_NETWORK_NAME, "no"));
}

/* Networks with the routes 10.x.y.z/32 for all that @count says. */
static void add_routes(struct __test_metadata *_metadata, const char *network, uint32_t count)
{
	static uint32_t keys[4096];
	static struct attr entries[4096][3], list[4097];
	uint32_t i;

	for (i = 0; i < count; i++) {
		keys[i] = htonl(0x0a000000 + i);
		entries[i][0] = (struct attr)BYTES(RE(PREFIX), &keys[i], 4);
		entries[i][1] = (struct attr)U32(RE(NEXTHOP), 1);
		list[i] = (struct attr){ ATTR_NEST, VROUTER_A_ROUTE_ENTRY, 0, 0, entries[i] };
	}
	list[count] = (struct attr){};
	OK(ROUTE_NEW, CREATE, STR(VROUTER_A_ROUTE_NETWORK_NAME, network), LIST(list));
}

/* A filter that fits little is looked for in steps, and all of the table is. */
TEST_F(dump, what_fits_is_far_behind)
{
	NETWORK("blue");
	NETWORK("red");
	NEXTHOP(1, BLACKHOLE);
	NEXTHOP(2, BLACKHOLE);
	add_routes(_metadata, "blue", 4096);
	add_routes(_metadata, "red", 4096);
	ROUTE("red", "192.0.2.0", 24, 2);
	EXPECT_EQ(1, DUMP(ROUTE_GET, U32(VROUTER_A_ROUTE_NEXTHOP, 2))->count);
	EXPECT_EQ(0, DUMP(ROUTE_GET, U32(VROUTER_A_ROUTE_NEXTHOP, 3))->count);
	EXPECT_EQ(2 * 4096, DUMP(ROUTE_GET, U32(VROUTER_A_ROUTE_NEXTHOP, 1))->count);
}

static uint32_t key_of(const struct nlmsghdr *msg)
{
	const struct nlattr *attr = nl_inner(msg, VROUTER_A_ROUTE_ENTRY, RE(PREFIX));

	return attr ? ntohl(*(uint32_t *)mnl_attr_get_payload(attr)) : 0;
}

FIXTURE(dump_routes) {
	struct nl *other;	/* makes changes while nl dumps */
	struct nl *own;
	struct msgs dump;
};

FIXTURE_SETUP(dump_routes)
{
	ASSERT_TRUE(enter_netns());
	NETWORK("blue");
	NETWORK("red");
	NEXTHOP(1, BLACKHOLE);
	add_routes(_metadata, "blue", 4000);
	add_routes(_metadata, "red", 4000);
	self->own = nl;
	self->other = nl_open();
}

FIXTURE_TEARDOWN(dump_routes)
{
	nl_free(&self->dump);
	nl_close(self->other);
	leave_netns();
}

#define CHANGE(...) do { nl = self->other; __VA_ARGS__; nl = self->own; } while (0)

TEST_F(dump_routes, whole)
{
	const struct nlmsghdr *msg;
	uint32_t i = 0;

	nl_dump_start(VROUTER_CMD_ROUTE_GET, NULL);
	EXPECT_TRUE(nl_dump_more(&self->dump));
	EXPECT_LT(self->dump.count, 4000);
	while (nl_dump_more(&self->dump))
		;
	EXPECT_EQ(8000, self->dump.count);
	EXPECT_FALSE(self->dump.interrupted);
	for (msg = nl_first(&self->dump); msg; msg = nl_next(&self->dump, msg), i++)
		if (key_of(msg) != 0x0a000000 + i % 4000 ||
		    nl_u32(msg, VROUTER_A_ROUTE_NETWORK_ID) != 1 + i / 4000)
			break;
	EXPECT_EQ(8000, i);
}

/*
 * Reads to the end; what no one touched must be there once and in order, by the id of whose
 * it is and by key. Returns how many there are, 0 when they are not so.
 */
static uint32_t finish_by(struct msgs *dump, uint16_t owner,
			  uint32_t (*key)(const struct nlmsghdr *msg))
{
	const struct nlmsghdr *msg;
	uint64_t last = 0, now;
	uint32_t count = 0;

	while (nl_dump_more(dump))
		;
	for (msg = nl_first(dump); msg; msg = nl_next(dump, msg), count++) {
		now = (uint64_t)nl_u32(msg, owner) << 32 | key(msg);
		if (now <= last)
			return 0;
		last = now;
	}
	return count;
}

static uint32_t finish(struct msgs *dump)
{
	return finish_by(dump, VROUTER_A_ROUTE_NETWORK_ID, key_of);
}

TEST_F(dump_routes, change_ahead)
{
	nl_dump_start(VROUTER_CMD_ROUTE_GET, NULL);
	nl_dump_more(&self->dump);
	CHANGE(ROUTE("blue", "192.0.2.1", 32, 1));
	EXPECT_EQ(8001, finish(&self->dump));
	EXPECT_TRUE(self->dump.interrupted);
}

TEST_F(dump_routes, change_behind)
{
	nl_dump_start(VROUTER_CMD_ROUTE_GET, NULL);
	nl_dump_more(&self->dump);
	CHANGE(ROUTE("blue", "1.0.0.1", 32, 1));
	EXPECT_EQ(8000, finish(&self->dump));
	EXPECT_TRUE(self->dump.interrupted);
}

/* The very route that the dump would go on behind is gone. */
TEST_F(dump_routes, all_deleted)
{
	nl_dump_start(VROUTER_CMD_ROUTE_GET, NULL);
	nl_dump_more(&self->dump);
	CHANGE(OK(ROUTE_DEL, 0, STR(VROUTER_A_ROUTE_NETWORK_NAME, "blue"),
		  FLAG(VROUTER_A_ROUTE_ALL)));
	EXPECT_GE(finish(&self->dump), 4000);
	EXPECT_LT(self->dump.count, 8000);
	EXPECT_TRUE(self->dump.interrupted);
}

TEST_F(dump_routes, network_deleted)
{
	nl_dump_start(VROUTER_CMD_ROUTE_GET, NULL);
	nl_dump_more(&self->dump);
	CHANGE(OK(NETWORK_DEL, 0, STR(VROUTER_A_NETWORK_NAME, "blue")));
	EXPECT_GE(finish(&self->dump), 4000);
	EXPECT_LT(self->dump.count, 8000);
	EXPECT_TRUE(self->dump.interrupted);
}

/* A network that comes with the same id is another one. */
TEST_F(dump_routes, network_exchanged)
{
	nl_dump_start(VROUTER_CMD_ROUTE_GET, NULL);
	nl_dump_more(&self->dump);
	CHANGE(OK(NETWORK_DEL, 0, STR(VROUTER_A_NETWORK_NAME, "blue"));
	       NETWORK("green");
	       ROUTE("green", "10.0.15.158", 32, 1));
	EXPECT_GE(finish(&self->dump), 4000);
	EXPECT_TRUE(self->dump.interrupted);
}

TEST_F(dump_routes, filtered_network_deleted)
{
	nl_dump_start(VROUTER_CMD_ROUTE_GET,
		      ATTRS(STR(VROUTER_A_ROUTE_NETWORK_NAME, "blue")));
	nl_dump_more(&self->dump);
	CHANGE(OK(NETWORK_DEL, 0, STR(VROUTER_A_NETWORK_NAME, "blue")));
	while (nl_dump_more(&self->dump))
		;
	EXPECT_LT(self->dump.count, 4000);
	EXPECT_EQ(ENOENT, self->dump.err);
}

/* Changes of other kinds don't matter. */
TEST_F(dump_routes, unrelated_change)
{
	nl_dump_start(VROUTER_CMD_ROUTE_GET, NULL);
	nl_dump_more(&self->dump);
	CHANGE(NEXTHOP(2, BLACKHOLE); FDB("blue", "02:00:00:00:00:01", 1); NETWORK("green"));
	EXPECT_EQ(8000, finish(&self->dump));
	EXPECT_FALSE(self->dump.interrupted);
}

/* A refused change is none. */
TEST_F(dump_routes, refused_change)
{
	nl_dump_start(VROUTER_CMD_ROUTE_GET, NULL);
	nl_dump_more(&self->dump);
	CHANGE(EXPECT_EQ(ENOENT, nl_ask(VROUTER_CMD_ROUTE_NEW, CREATE,
					ATTRS(STR(VROUTER_A_ROUTE_NETWORK_NAME, "blue"),
					      NEST(VROUTER_A_ROUTE_ENTRY,
						   ADDR(RE(PREFIX), "192.0.2.1"),
						   U32(RE(NEXTHOP), 9))))->err));
	EXPECT_EQ(8000, finish(&self->dump));
	EXPECT_FALSE(self->dump.interrupted);
}

TEST_F(dump, objects_change)
{
	struct nl *own = nl, *other = nl_open();
	struct msgs dump = {};
	unsigned int i;

	for (i = 1; i <= 2000; i++)
		NETWORK(name_of(i));
	nl_dump_start(VROUTER_CMD_NETWORK_GET, NULL);
	nl_dump_more(&dump);
	EXPECT_LT(dump.count, 1000);
	nl = other;
	for (i = 1; i <= 1500; i++)
		OK(NETWORK_DEL, 0, U32(ID(NETWORK), i));
	nl = own;
	while (nl_dump_more(&dump))
		;
	EXPECT_TRUE(dump.interrupted);
	EXPECT_LT(dump.count, 1500);
	EXPECT_EQ(2000, nl_u32(nl_nth(&dump, dump.count - 1), ID(NETWORK)));
	nl_free(&dump);
	nl_close(other);
}

/* Two dumps on one socket are one too many; on two sockets they don't know each other. */
TEST_F(dump_routes, two_dumps)
{
	struct msgs dump = {};

	nl_dump_start(VROUTER_CMD_ROUTE_GET, NULL);
	nl_dump_more(&self->dump);
	nl = self->other;
	nl_dump_start(VROUTER_CMD_ROUTE_GET, NULL);
	nl_dump_more(&dump);
	nl = self->own;
	EXPECT_EQ(8000, finish(&self->dump));
	nl = self->other;
	EXPECT_EQ(8000, finish(&dump));
	nl = self->own;
	nl_free(&dump);
}

/* A part of the addresses 10.x.y.z for all below @count, in another order. */
static void add_some(struct __test_metadata *_metadata, const char *set, uint32_t count,
		     uint32_t from, uint32_t to)
{
	static uint32_t keys[4096];
	static struct attr entries[4096][2], list[4097];
	uint32_t i;

	for (i = 0; i < to - from; i++) {
		keys[i] = htonl(0x0a000000 + (from + i) * 2003 % count);
		entries[i][0] = (struct attr)BYTES(EE(ADDRESS), &keys[i], 4);
		list[i] = (struct attr){ ATTR_NEST, VROUTER_A_ELEMENT_ENTRY, 0, 0, entries[i] };
	}
	list[i] = (struct attr){};
	OK(ELEMENT_NEW, CREATE, STR(VROUTER_A_ELEMENT_SET_NAME, set), LIST(list));
}

static void add_elements(struct __test_metadata *_metadata, const char *set, uint32_t count)
{
	uint32_t i;

	for (i = 0; i < count; i += 4000)
		add_some(_metadata, set, count, i, i + 4000 < count ? i + 4000 : count);
}

static uint32_t address_of(const struct nlmsghdr *msg)
{
	const struct nlattr *attr = nl_inner(msg, VROUTER_A_ELEMENT_ENTRY, EE(ADDRESS));

	return attr ? ntohl(*(uint32_t *)mnl_attr_get_payload(attr)) : 0;
}

/* More than a dump looks for at once, of both families. */
TEST_F(dump, elements)
{
	const struct nlmsghdr *msg;
	const struct msgs *msgs;
	uint32_t i = 0;

	OK(SET_NEW, CREATE, STR(VROUTER_A_SET_NAME, "a"));
	add_elements(_metadata, "a", 100000);
	ELEMENT("a", "fd00::2");
	ELEMENT("a", "fd00::1");
	msgs = DUMP(ELEMENT_GET);
	EXPECT_EQ(100002, msgs->count);
	for (msg = nl_first(msgs); msg && address_of(msg) == 0x0a000000 + i; i++)
		msg = nl_next(msgs, msg);
	EXPECT_EQ(100000, i);
	HAS(nl_nth(msgs, i), NEST(VROUTER_A_ELEMENT_ENTRY, ADDR(EE(ADDRESS), "fd00::1")));
	HAS(nl_nth(msgs, i + 1), NEST(VROUTER_A_ELEMENT_ENTRY, ADDR(EE(ADDRESS), "fd00::2")));
}

FIXTURE(dump_elements) {
	struct nl *other;	/* makes changes while nl dumps */
	struct nl *own;
	struct msgs dump;
};

FIXTURE_SETUP(dump_elements)
{
	ASSERT_TRUE(enter_netns());
	OK(SET_NEW, CREATE, STR(VROUTER_A_SET_NAME, "a"));
	OK(SET_NEW, CREATE, STR(VROUTER_A_SET_NAME, "b"));
	add_elements(_metadata, "a", 4000);
	add_elements(_metadata, "b", 4000);
	self->own = nl;
	self->other = nl_open();
	nl_dump_start(VROUTER_CMD_ELEMENT_GET, NULL);
	ASSERT_TRUE(nl_dump_more(&self->dump));
	ASSERT_LT(self->dump.count, 4000);
}

FIXTURE_TEARDOWN(dump_elements)
{
	nl_free(&self->dump);
	nl_close(self->other);
	leave_netns();
}

static uint32_t finish_elements(struct msgs *dump)
{
	return finish_by(dump, VROUTER_A_ELEMENT_SET_ID, address_of);
}

TEST_F(dump_elements, whole)
{
	EXPECT_EQ(8000, finish_elements(&self->dump));
	EXPECT_FALSE(self->dump.interrupted);
}

/* What comes while the set is told may be left to listeners; the next one is told as it is. */
TEST_F(dump_elements, added)
{
	CHANGE(ELEMENT("a", "192.0.2.1"); ELEMENT("b", "192.0.2.1"));
	EXPECT_GE(finish_elements(&self->dump), 8001);
	EXPECT_TRUE(self->dump.interrupted);
}

TEST_F(dump_elements, deleted)
{
	CHANGE(OK(ELEMENT_DEL, 0, STR(VROUTER_A_ELEMENT_SET_NAME, "a"),
		  NEST(VROUTER_A_ELEMENT_ENTRY, ADDR(EE(ADDRESS), "10.0.15.158"))));
	EXPECT_EQ(7999, finish_elements(&self->dump));
	EXPECT_TRUE(self->dump.interrupted);
}

TEST_F(dump_elements, all_deleted)
{
	CHANGE(OK(ELEMENT_DEL, 0, STR(VROUTER_A_ELEMENT_SET_NAME, "a"),
		  FLAG(VROUTER_A_ELEMENT_ALL)));
	EXPECT_GE(finish_elements(&self->dump), 4000);
	EXPECT_LT(self->dump.count, 8000);
	EXPECT_TRUE(self->dump.interrupted);
}

TEST_F(dump_elements, set_deleted)
{
	CHANGE(OK(SET_DEL, 0, STR(VROUTER_A_SET_NAME, "a")));
	EXPECT_GE(finish_elements(&self->dump), 4000);
	EXPECT_LT(self->dump.count, 8000);
	EXPECT_TRUE(self->dump.interrupted);
}

/* What the other set has had is not told as this one's. */
TEST_F(dump_elements, swapped)
{
	CHANGE(OK(SET_NEW, CREATE, STR(VROUTER_A_SET_NAME, "c"));
	       ELEMENT("c", "192.0.2.1");
	       OK(SET_SWAP, 0, STR(VROUTER_A_SET_NAME, "a"),
		  STR(VROUTER_A_SET_WITH_NAME, "c")));
	EXPECT_GE(finish_elements(&self->dump), 8000);
	EXPECT_LT(self->dump.count, 12000);
	EXPECT_TRUE(self->dump.interrupted);
}

/* Nobody reads the rest: what the dump kept goes with the socket. */
TEST_F(dump_elements, given_up)
{
	nl_close(self->own);
	nl = self->own = nl_open();
	EXPECT_EQ(8000, DUMP(ELEMENT_GET)->count);
}

TEST_HARNESS_MAIN
