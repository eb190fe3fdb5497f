// SPDX-License-Identifier: GPL-2.0
/*
 * Policers: policer-get, policer-new, policer-set, policer-del, and the vifs that use
 * them.
 */
#include <linux/if_packet.h>
#include <net/if.h>
#include <pthread.h>
#include <unistd.h>

#include "fixture.h"

#define A(name) VROUTER_A_POLICER_##name
#define V(name) VROUTER_A_VIF_##name
#define S32(type, n) U32(type, (uint32_t)(n))

#define RATE_MAX 1000000000000ULL
#define BURST_MAX (1ULL << 32)

FIXTURE(policer) {
	struct nl *ear;
};

FIXTURE_SETUP(policer)
{
	ASSERT_TRUE(enter_netns());
	self->ear = nl_listen();
}

FIXTURE_TEARDOWN(policer)
{
	nl_close(self->ear);
	leave_netns();
}

#define POLICER(name, ...) \
	OK(POLICER_NEW, CREATE, STR(A(NAME), name) __VA_OPT__(,) __VA_ARGS__)
#define DEFAULTS_BUT_RATE \
	U64(A(BURST), 0), U64(A(PACKET_RATE), 0), U64(A(PACKET_BURST), 0), \
	U32(A(LEVEL), VROUTER_POLICER_LEVEL_L2), S32(A(OVERHEAD), 0)
#define DEFAULTS U64(A(RATE), 0), DEFAULTS_BUT_RATE
#define NO_COUNTS \
	U64(A(CONFORM_PACKETS), 0), U64(A(CONFORM_BYTES), 0), U64(A(EXCEED_PACKETS), 0), \
	U64(A(EXCEED_BYTES), 0)

TEST_F(policer, defaults)
{
	POLICER("gold");
	HAS(GET(POLICER_GET, STR(A(NAME), "gold")), U32(A(ID), 1), STR(A(NAME), "gold"),
	    DEFAULTS, NO_COUNTS, U32(A(REFS), 0));
	EXPECT_EQ(nl_generation(), nl_u32(GET(POLICER_GET, U32(A(ID), 1)), A(GENERATION)));
	EXPECT_EQ(1, nl_info(VROUTER_A_INFO_POLICERS));
}

#define FULL_BUT_RATE \
	U32(A(ID), 77), STR(A(NAME), "full"), U64(A(BURST), 65536), U64(A(PACKET_RATE), 20000), \
	U64(A(PACKET_BURST), 1000), U32(A(LEVEL), VROUTER_POLICER_LEVEL_L3), S32(A(OVERHEAD), 24)
#define FULL FULL_BUT_RATE, U64(A(RATE), 10000000)

TEST_F(policer, add_everything)
{
	CHANGES(POLICER_NEW, CREATE, FULL);
	HAS(GET(POLICER_GET, U32(A(ID), 77)), FULL, NO_COUNTS);
	NOTIFIED(self->ear, POLICER_NEW_NTF, FULL, NO_COUNTS, U32(A(REFS), 0));
	SAME(POLICER_NEW, CREATE, FULL);
	SAME(POLICER_NEW, CREATE | REPLACE, FULL);
	SAME(POLICER_NEW, REPLACE, FULL);
	SAME(POLICER_SET, 0, FULL);
	SAME(POLICER_SET, 0, U32(A(ID), 77));
	REFUSED(EEXIST, "the policer exists", AT(A(ID)), POLICER_NEW, CREATE | EXCL, FULL);
	REFUSED(EEXIST, "the policer exists", AT(A(NAME)), POLICER_NEW, CREATE | EXCL,
		STR(A(NAME), "full"));
	QUIET(self->ear);
	CHANGES(POLICER_DEL, 0, STR(A(NAME), "full"));
	NOTIFIED(self->ear, POLICER_DEL_NTF, FULL);
	EXPECT_NULL(GET(POLICER_GET, U32(A(ID), 77)));
	EXPECT_EQ(0, nl_info(VROUTER_A_INFO_POLICERS));
}

TEST_F(policer, add_other_content)
{
	OK(POLICER_NEW, CREATE, FULL);
	POLICER("other");
#define OTHER(what, ...) \
	REFUSED(EEXIST, "policer \"full\" exists with another " what, AT(A(ID)), POLICER_NEW, \
		CREATE, __VA_ARGS__)
	OTHER("rate", FULL_BUT_RATE);
	OTHER("rate", FULL, U64(A(RATE), 10000001));
	OTHER("burst", FULL, U64(A(BURST), 65535));
	OTHER("packet rate", FULL, U64(A(PACKET_RATE), 19999));
	OTHER("packet burst", FULL, U64(A(PACKET_BURST), 1001));
	OTHER("level", FULL, U32(A(LEVEL), VROUTER_POLICER_LEVEL_L2));
	OTHER("overhead", FULL, S32(A(OVERHEAD), -24));
	OTHER("name", FULL, STR(A(NAME), "unused"));
#undef OTHER
	REFUSED(EEXIST, "policer 1 is already called \"other\"", AT(A(NAME)), POLICER_NEW, CREATE, U32(A(ID), 77),
		STR(A(NAME), "other"));
}

TEST_F(policer, replace)
{
	REFUSED(ENOENT, "there is no policer \"full\"", AT(A(NAME)), POLICER_NEW, REPLACE,
		STR(A(NAME), "full"));
	OK(POLICER_NEW, CREATE | REPLACE, FULL);
	/* What is not said goes back to its default; named by its id, it keeps its name. */
	CHANGES(POLICER_NEW, REPLACE, U32(A(ID), 77), U64(A(RATE), 1000));
	HAS(GET(POLICER_GET, U32(A(ID), 77)), STR(A(NAME), "full"), DEFAULTS_BUT_RATE,
	    U64(A(RATE), 1000));
	CHANGES(POLICER_NEW, REPLACE, STR(A(NAME), "full"));
	HAS(GET(POLICER_GET, U32(A(ID), 77)), DEFAULTS);
}

TEST_F(policer, set_each_alone)
{
	POLICER("gold");
	nl_discard(self->ear);
#define EACH(...) do { \
	CHANGES(POLICER_SET, 0, STR(A(NAME), "gold"), __VA_ARGS__); \
	HAS(GET(POLICER_GET, U32(A(ID), 1)), __VA_ARGS__); \
	NOTIFIED(self->ear, POLICER_NEW_NTF, U32(A(ID), 1), __VA_ARGS__); \
} while (0)
	EACH(U64(A(RATE), 1000));
	EACH(U64(A(RATE), RATE_MAX));
	EACH(U64(A(BURST), 1));
	EACH(U64(A(BURST), BURST_MAX));
	EACH(U64(A(PACKET_RATE), 1));
	EACH(U64(A(PACKET_RATE), 1000000000));
	EACH(U64(A(PACKET_BURST), 1));
	EACH(U64(A(PACKET_BURST), BURST_MAX));
	EACH(U32(A(LEVEL), VROUTER_POLICER_LEVEL_L3));
	EACH(S32(A(OVERHEAD), -64));
	EACH(S32(A(OVERHEAD), 256));
#undef EACH
	HAS(GET(POLICER_GET, U32(A(ID), 1)), U64(A(RATE), RATE_MAX), U64(A(BURST), BURST_MAX),
	    U64(A(PACKET_RATE), 1000000000), U64(A(PACKET_BURST), BURST_MAX),
	    U32(A(LEVEL), VROUTER_POLICER_LEVEL_L3));
	/* Back to the defaults. */
	CHANGES(POLICER_SET, 0, U32(A(ID), 1), U64(A(RATE), 0), U64(A(BURST), 0),
		U64(A(PACKET_RATE), 0), U64(A(PACKET_BURST), 0), S32(A(OVERHEAD), 0),
		U32(A(LEVEL), VROUTER_POLICER_LEVEL_L2));
	HAS(GET(POLICER_GET, U32(A(ID), 1)), DEFAULTS);
	CHANGES(POLICER_SET, 0, U32(A(ID), 1), STR(A(NAME), "silver"));
	HAS(GET(POLICER_GET, STR(A(NAME), "silver")), U32(A(ID), 1));
	EXPECT_NULL(GET(POLICER_GET, STR(A(NAME), "gold")));
}

/* Refused when new and as a change, without a trace. */
#define BAD(err, text, type, attr) do { \
	REFUSED(err, text, AT(A(type)), POLICER_NEW, CREATE, STR(A(NAME), "new"), attr); \
	REFUSED(err, text, AT(A(type)), POLICER_SET, 0, STR(A(NAME), "gold"), attr); \
} while (0)

TEST_F(policer, ranges)
{
	POLICER("gold", U64(A(RATE), 5000));
	nl_discard(self->ear);
	BAD(ERANGE, "a rate of 999 is out of range: 1000 to 1000000000000, or 0 for any number "
	    "of bits a second", RATE, U64(A(RATE), 999));
	BAD(ERANGE, "a rate of 1 is", RATE, U64(A(RATE), 1));
	BAD(ERANGE, "a rate of 1000000000001 is", RATE, U64(A(RATE), RATE_MAX + 1));
	BAD(ERANGE, "a rate of 18446744073709551615 is", RATE, U64(A(RATE), UINT64_MAX));
	BAD(ERANGE, "a burst of 4294967297 is out of range: 1 to 4294967296, or 0 for the "
	    "default", BURST, U64(A(BURST), BURST_MAX + 1));
	BAD(ERANGE, "a packet rate of 1000000001 is out of range: 1 to 1000000000, or 0 for any "
	    "number of packets a second", PACKET_RATE, U64(A(PACKET_RATE), 1000000001));
	BAD(ERANGE, "a packet burst of 4294967297 is out of range: 1 to 4294967296, or 0 for the "
	    "default", PACKET_BURST, U64(A(PACKET_BURST), BURST_MAX + 1));
	BAD(ERANGE, "an overhead of -65 bytes is out of range: -64 to 256", OVERHEAD,
	    S32(A(OVERHEAD), -65));
	BAD(ERANGE, "an overhead of 257 bytes is", OVERHEAD, S32(A(OVERHEAD), 257));
	BAD(ERANGE, "an overhead of -2147483648 bytes is", OVERHEAD, S32(A(OVERHEAD), INT32_MIN));
	QUIET(self->ear);
}

TEST_F(policer, strict)
{
	POLICER("gold");
	MALFORMED(ERANGE, AT(A(LEVEL)), POLICER_SET, 0, U32(A(ID), 1), U32(A(LEVEL), 0));
	MALFORMED(ERANGE, AT(A(LEVEL)), POLICER_NEW, CREATE, STR(A(NAME), "x"),
		  U32(A(LEVEL), 3));
	MALFORMED(EINVAL, AT(A(REFS)), POLICER_SET, 0, U32(A(ID), 1), U32(A(REFS), 1));
	MALFORMED(EINVAL, AT(A(CONFORM_PACKETS)), POLICER_SET, 0, U32(A(ID), 1),
		  U64(A(CONFORM_PACKETS), 0));
	MALFORMED(EINVAL, AT(A(RATE)), POLICER_DEL, 0, U32(A(ID), 1), U64(A(RATE), 0));
	MALFORMED(EINVAL, AT(50), POLICER_NEW, CREATE, STR(A(NAME), "x"), U32(50, 1));
	MALFORMED(EINVAL, AT(A(RATE)), POLICER_SET, 0, U32(A(ID), 1), U32(A(RATE), 1000));
	MALFORMED(EOPNOTSUPP, NOWHERE, POLICER_NEW_NTF, 0);
}

TEST_F(policer, names)
{
	POLICER("gold");
	REFUSED(EINVAL, "the name of the policer is missing", MISSING(A(NAME)), POLICER_NEW,
		CREATE, U64(A(RATE), 1000));
	REFUSED(EINVAL, "the name of the policer is missing", MISSING(A(NAME)), POLICER_NEW,
		CREATE, U32(A(ID), 5));
	REFUSED(EINVAL, "the name of the policer is missing", MISSING(A(NAME)), POLICER_GET, 0);
	REFUSED(EINVAL, "a name cannot be empty", AT(A(NAME)), POLICER_NEW, CREATE,
		STR(A(NAME), ""));
	REFUSED(ERANGE, "id 0 is out of range", AT(A(ID)), POLICER_NEW, CREATE, U32(A(ID), 0),
		STR(A(NAME), "x"));
	REFUSED(EEXIST, "policer 1 is already called \"gold\"", AT(A(NAME)), POLICER_NEW, CREATE,
		U32(A(ID), 2), STR(A(NAME), "gold"));
	REFUSED(ENOENT, "there is no policer with id 9", AT(A(ID)), POLICER_SET, 0,
		U32(A(ID), 9));
	REFUSED(ENOENT, "there is no policer \"nil\"", AT(A(NAME)), POLICER_DEL, 0,
		STR(A(NAME), "nil"));
	REFUSED(EINVAL, "policer 1 is called \"gold\", not \"nil\"", AT(A(NAME)), POLICER_DEL, 0,
		U32(A(ID), 1), STR(A(NAME), "nil"));
	/* The names of other kinds are their own. */
	NETWORK("gold");
}

TEST_F(policer, dump)
{
	const struct nlmsghdr *msg;
	const struct msgs *all;
	uint32_t last = 0;
	char name[16];
	int i;

	for (i = 500; i > 0; i--) {
		snprintf(name, sizeof(name), "p%d", i);
		OK(POLICER_NEW, CREATE, U32(A(ID), 2 * i), STR(A(NAME), name),
		   U64(A(RATE), 1000 + i));
	}
	all = DUMP(POLICER_GET);
	EXPECT_EQ(500, all->count);
	for (msg = nl_first(all); msg; msg = nl_next(all, msg)) {
		EXPECT_LT(last, nl_u32(msg, A(ID)));
		last = nl_u32(msg, A(ID));
	}
	EXPECT_EQ(1000, last);
}

/* Two vifs in a network. */
static void add_vifs(struct __test_metadata *_metadata)
{
	ASSERT_EQ(0, run("ip link add d0 type dummy && ip link add d1 type dummy"));
	NETWORK("blue", U32(VROUTER_A_NETWORK_POLICY, VROUTER_POLICY_ALLOW));
	VIF("vm0", "d0", "blue");
	VIF("vm1", "d1", "blue");
}

static uint32_t refs(const char *name)
{
	return nl_u32(GET(POLICER_GET, STR(A(NAME), name)), A(REFS));
}

#define VM0 STR(V(NAME), "vm0")

TEST_F(policer, of_vifs)
{
	const struct nlmsghdr *msg;

	add_vifs(_metadata);
	POLICER("gold");
	POLICER("silver");
	EXPECT_NULL(nl_attr(GET(VIF_GET, STR(V(NAME), "vm0")), V(POLICER_ID)));
	nl_discard(self->ear);

	CHANGES(VIF_SET, 0, VM0, STR(V(POLICER_NAME), "gold"));
	msg = GET(VIF_GET, STR(V(NAME), "vm0"));
	HAS(msg, U32(V(POLICER_ID), 1), STR(V(POLICER_NAME), "gold"));
	EXPECT_NULL(nl_attr(msg, V(EGRESS_POLICER_ID)));
	NOTIFIED(self->ear, VIF_NEW_NTF, STR(V(NAME), "vm0"), U32(V(POLICER_ID), 1),
		 STR(V(POLICER_NAME), "gold"));
	SAME(VIF_SET, 0, VM0, U32(V(POLICER_ID), 1), STR(V(POLICER_NAME), "gold"));
	EXPECT_EQ(1, refs("gold"));

	CHANGES(VIF_SET, 0, VM0, U32(V(EGRESS_POLICER_ID), 1));
	CHANGES(VIF_SET, 0, STR(V(NAME), "vm1"), STR(V(EGRESS_POLICER_NAME), "gold"));
	EXPECT_EQ(3, refs("gold"));
	HAS(GET(VIF_GET, STR(V(NAME), "vm0")), U32(V(EGRESS_POLICER_ID), 1),
	    STR(V(EGRESS_POLICER_NAME), "gold"));

	CHANGES(VIF_SET, 0, VM0, STR(V(POLICER_NAME), "silver"));
	EXPECT_EQ(2, refs("gold"));
	EXPECT_EQ(1, refs("silver"));

	/* What is not said stays in a change, and goes in a replacement. */
	CHANGES(VIF_SET, 0, VM0, U32(V(MTU), 1400));
	EXPECT_EQ(1, refs("silver"));
	CHANGES(VIF_NEW, REPLACE, STR(V(NAME), "vm0"), STR(V(IFNAME), "d0"),
		STR(V(NETWORK_NAME), "blue"), U32(V(EGRESS_POLICER_ID), 2));
	EXPECT_EQ(1, refs("gold"));
	EXPECT_EQ(1, refs("silver"));
	EXPECT_NULL(nl_attr(GET(VIF_GET, STR(V(NAME), "vm0")), V(POLICER_NAME)));

	CHANGES(VIF_SET, 0, VM0, U32(V(EGRESS_POLICER_ID), 0));
	SAME(VIF_SET, 0, VM0, U32(V(EGRESS_POLICER_ID), 0), U32(V(POLICER_ID), 0));
	EXPECT_EQ(0, refs("silver"));
	OK(VIF_DEL, 0, STR(V(NAME), "vm1"));
	EXPECT_EQ(0, refs("gold"));
}

TEST_F(policer, of_new_vifs)
{
	const struct nlmsghdr *msg;

	add_vifs(_metadata);
	POLICER("gold");
	ASSERT_EQ(0, run("ip link add d2 type dummy"));
#define VM2_BUT_POLICER \
	STR(V(NAME), "vm2"), STR(V(IFNAME), "d2"), STR(V(NETWORK_NAME), "blue"), \
	U32(V(EGRESS_POLICER_ID), 1)
#define VM2 VM2_BUT_POLICER, STR(V(POLICER_NAME), "gold")
	CHANGES(VIF_NEW, CREATE, VM2);
	HAS(GET(VIF_GET, STR(V(NAME), "vm2")), VM2);
	EXPECT_EQ(2, refs("gold"));
	SAME(VIF_NEW, CREATE, VM2);
	REFUSED(EEXIST, "vif \"vm2\" exists with another policer", AT(V(NAME)), VIF_NEW, CREATE,
		VM2_BUT_POLICER);
	REFUSED(EEXIST, "vif \"vm2\" exists with another egress policer", AT(V(NAME)), VIF_NEW,
		CREATE, VM2, U32(V(EGRESS_POLICER_ID), 0));
	nl_discard(self->ear);
	/* The device takes the vif along, which still says so. */
	ASSERT_EQ(0, run("ip link del d2"));
	EXPECT_EQ(0, refs("gold"));
	do {
		msg = nl_event(self->ear);
	} while (msg && nl_cmd(msg) != VROUTER_CMD_VIF_DEL_NTF);
	HAS(msg, VM2);
	OK(POLICER_DEL, 0, STR(A(NAME), "gold"));
}

TEST_F(policer, bad_references)
{
	add_vifs(_metadata);
	POLICER("gold");
	OK(VIF_SET, 0, VM0, STR(V(POLICER_NAME), "gold"));
	REFUSED(ENOENT, "there is no policer \"nil\"", AT(V(POLICER_NAME)),
		VIF_SET, 0, VM0, STR(V(POLICER_NAME), "nil"));
	REFUSED(ENOENT, "there is no policer with id 9", AT(V(POLICER_ID)),
		VIF_SET, 0, VM0, U32(V(POLICER_ID), 9));
	REFUSED(ENOENT, "there is no policer \"nil\"", AT(V(EGRESS_POLICER_NAME)),
		VIF_SET, 0, VM0, STR(V(EGRESS_POLICER_NAME), "nil"), U32(V(POLICER_ID), 0));
	REFUSED(EINVAL, "policer 1 is called \"gold\", not \"nil\"", AT(V(EGRESS_POLICER_NAME)),
		VIF_SET, 0, VM0, U32(V(EGRESS_POLICER_ID), 1), STR(V(EGRESS_POLICER_NAME), "nil"));
	REFUSED(EINVAL, "no policer, which id 0 means, has a name", AT(V(POLICER_NAME)),
		VIF_SET, 0, VM0, U32(V(POLICER_ID), 0), STR(V(POLICER_NAME), "gold"));
	/* A vif that cannot be made uses nothing. */
	ASSERT_EQ(0, run("ip link add br0 type bridge && ip link add d2 master br0 type dummy"));
	REFUSED(EBUSY, "device \"d2\" is enslaved", AT(V(IFNAME)), VIF_NEW, CREATE,
		STR(V(NAME), "vm2"), STR(V(IFNAME), "d2"), STR(V(NETWORK_NAME), "blue"),
		STR(V(POLICER_NAME), "gold"));
	EXPECT_EQ(1, refs("gold"));
}

TEST_F(policer, in_use)
{
	add_vifs(_metadata);
	POLICER("gold");
	OK(VIF_SET, 0, STR(V(NAME), "vm1"), STR(V(EGRESS_POLICER_NAME), "gold"));
	REFUSED(EBUSY, "policer \"gold\" is used by vif \"vm1\"", AT(A(NAME)), POLICER_DEL, 0,
		STR(A(NAME), "gold"));
	OK(VIF_SET, 0, VM0, STR(V(POLICER_NAME), "gold"));
	REFUSED(EBUSY, "policer \"gold\" is used by vif \"vm0\"", AT(A(ID)), POLICER_DEL, 0,
		U32(A(ID), 1));
	/* It may be changed, and called otherwise. */
	CHANGES(POLICER_SET, 0, U32(A(ID), 1), STR(A(NAME), "silver"), U64(A(RATE), 1000));
	HAS(GET(VIF_GET, STR(V(NAME), "vm0")), STR(V(POLICER_NAME), "silver"));
	OK(VIF_SET, 0, VM0, U32(V(POLICER_ID), 0));
	OK(VIF_DEL, 0, STR(V(NAME), "vm1"));
	CHANGES(POLICER_DEL, 0, U32(A(ID), 1));
}

/* The namespace goes with policers in use. */
TEST_F(policer, leave)
{
	add_vifs(_metadata);
	POLICER("gold", U64(A(RATE), 1000));
	OK(VIF_SET, 0, VM0, STR(V(POLICER_NAME), "gold"), U32(V(EGRESS_POLICER_ID), 1));
	OK(VIF_SET, 0, STR(V(NAME), "vm1"), U32(V(POLICER_ID), 1));
	EXPECT_EQ(3, refs("gold"));
}

static _Atomic bool stop;

/* Broadcast frames into the peer of a vif. */
static void *send_frames(void *unused)
{
	static const unsigned char frame[200] = {
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 0, 0, 0, 0, 9, 0x88, 0xb5,
	};
	struct sockaddr_ll to = { .sll_family = AF_PACKET,
				  .sll_ifindex = if_nametoindex("v1") };
	int fd = socket(AF_PACKET, SOCK_RAW, 0);

	while (!stop)
		sendto(fd, frame, sizeof(frame), 0, (struct sockaddr *)&to, sizeof(to));
	close(fd);
	return NULL;
}

static uint64_t number(const char *name, uint16_t type)
{
	const struct nlattr *attr = nl_attr(GET(POLICER_GET, STR(A(NAME), name)), type);

	return attr ? mnl_attr_get_u64(attr) : 0;
}

#define ATTACH(name, policer, egress) \
	OK(VIF_SET, 0, STR(V(NAME), name), U32(V(POLICER_ID), policer), \
	   U32(V(EGRESS_POLICER_ID), egress))

/* Attached, changed, detached and deleted while packets are charged. */
TEST_F(policer, under_traffic)
{
	pthread_t threads[2];
	int i;

	add_vifs(_metadata);
	ASSERT_EQ(0, run("ip link add v0 type veth peer name v1 && ip link set v1 up"));
	VIF("vm2", "v0", "blue");
	POLICER("gold", U64(A(RATE), 1000000), U64(A(PACKET_RATE), 1000));
	for (i = 0; i < 2; i++)
		ASSERT_EQ(0, pthread_create(&threads[i], NULL, send_frames, NULL));
	for (i = 0; i < 300; i++) {
		OK(POLICER_NEW, CREATE, U32(A(ID), 2), STR(A(NAME), "silver"),
		   U64(A(RATE), 1000 * (i + 1)));
		ATTACH("vm2", 2, 2);
		ATTACH("vm0", i % 2, 1 + i % 2);
		ATTACH("vm1", 0, 2);
		OK(POLICER_SET, 0, U32(A(ID), 2), U64(A(PACKET_RATE), 1 + i % 3 * 1000),
		   U64(A(BURST), 1 + i % 4 * 1000), S32(A(OVERHEAD), i % 100 - 50));
		OK(POLICER_SET, 0, U32(A(ID), 1), U64(A(RATE), i % 2 * 1000000));
		usleep(1000);
		ATTACH("vm2", 1, 0);
		ATTACH("vm0", 0, 0);
		ATTACH("vm1", 0, 0);
		OK(POLICER_DEL, 0, U32(A(ID), 2));
	}
	for (i = 0; i < 5000 && !number("gold", A(EXCEED_PACKETS)); i++)
		usleep(1000);
	stop = true;
	for (i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	EXPECT_LT(0, number("gold", A(CONFORM_PACKETS)));
	EXPECT_LT(0, number("gold", A(EXCEED_PACKETS)));
	EXPECT_EQ(1, refs("gold"));
}

TEST_HARNESS_MAIN
