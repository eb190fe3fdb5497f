// SPDX-License-Identifier: GPL-2.0
/* Labels: label-get, label-new, label-set, label-del. */
#include "fixture.h"

#define A(name) VROUTER_A_LABEL_##name

FIXTURE(label) {
	struct nl *ear;
};

FIXTURE_SETUP(label)
{
	ASSERT_TRUE(enter_netns());
	ASSERT_EQ(0, run("ip link add d0 type dummy && ip link add h0 type vrouter"));
	NETWORK("blue");
	NETWORK("red");
	TUNNEL("vx0", "127.0.0.1");
	VIF("vm", "d0", "blue");
	VIF("host", "h0", "red");
	NEXTHOP(1, VIF, STR(VROUTER_A_NEXTHOP_VIF_NAME, "vm"));
	NEXTHOP(2, HOST, STR(VROUTER_A_NEXTHOP_IFNAME, "h0"));
	NEXTHOP(3, NETWORK, STR(VROUTER_A_NEXTHOP_NETWORK_NAME, "red"));
	NEXTHOP(4, TUNNEL, STR(VROUTER_A_NEXTHOP_TUNNEL_NAME, "vx0"),
		ADDR(VROUTER_A_NEXTHOP_REMOTE, "192.0.2.2"));
	NEXTHOP(5, BLACKHOLE);
	self->ear = nl_listen();
}

FIXTURE_TEARDOWN(label)
{
	nl_close(self->ear);
	leave_netns();
}

static const struct nlmsghdr *get(uint32_t label)
{
	return GET(LABEL_GET, U32(A(LABEL), label));
}

static uint32_t refs(uint32_t nexthop)
{
	return nl_u32(GET(NEXTHOP_GET, U32(VROUTER_A_NEXTHOP_ID, nexthop)),
		      VROUTER_A_NEXTHOP_REFS);
}

/* Each kind of target, made, told, made again, told apart and deleted. */
#define EVERY(...) do { \
	CHANGES(LABEL_NEW, CREATE, U32(A(LABEL), 500), __VA_ARGS__); \
	HAS(get(500), U32(A(LABEL), 500), __VA_ARGS__); \
	NOTIFIED(self->ear, LABEL_NEW_NTF, U32(A(LABEL), 500), __VA_ARGS__); \
	SAME(LABEL_NEW, CREATE, U32(A(LABEL), 500), __VA_ARGS__); \
	SAME(LABEL_NEW, CREATE | REPLACE, U32(A(LABEL), 500), __VA_ARGS__); \
	SAME(LABEL_NEW, REPLACE, U32(A(LABEL), 500), __VA_ARGS__); \
	SAME(LABEL_SET, 0, U32(A(LABEL), 500), __VA_ARGS__); \
	SAME(LABEL_SET, 0, U32(A(LABEL), 500)); \
	REFUSED(EEXIST, "the label exists", AT(A(LABEL)), LABEL_NEW, CREATE | EXCL, \
		U32(A(LABEL), 500), __VA_ARGS__); \
	CHANGES(LABEL_DEL, 0, U32(A(LABEL), 500)); \
	NOTIFIED(self->ear, LABEL_DEL_NTF, U32(A(LABEL), 500), __VA_ARGS__); \
	QUIET(self->ear); \
	EXPECT_NULL(get(500)); \
} while (0)

TEST_F(label, targets)
{
	EVERY(U32(A(NETWORK_ID), 1), STR(A(NETWORK_NAME), "blue"));
	EVERY(STR(A(NETWORK_NAME), "red"));
	EVERY(U32(A(NEXTHOP), 1));
	EVERY(U32(A(NEXTHOP), 2));
	EVERY(U32(A(NEXTHOP), 3));
}

TEST_F(label, values)
{
	OK(LABEL_NEW, CREATE, U32(A(LABEL), 16), U32(A(NEXTHOP), 1));
	OK(LABEL_NEW, CREATE, U32(A(LABEL), 1048575), U32(A(NEXTHOP), 1));
	EXPECT_NE(NULL, nl_inner(get(16), A(STATS), VROUTER_A_STATS_RX_PACKETS));
	REFUSED(ERANGE, "label 15 is reserved: labels are 16 to 1048575", AT(A(LABEL)),
		LABEL_NEW, CREATE, U32(A(LABEL), 15), U32(A(NEXTHOP), 1));
	REFUSED(ERANGE, "label 0 is reserved", AT(A(LABEL)), LABEL_SET, 0, U32(A(LABEL), 0),
		U32(A(NEXTHOP), 1));
	REFUSED(ERANGE, "label 1048576 is out of range: 16 to 1048575", AT(A(LABEL)),
		LABEL_NEW, CREATE, U32(A(LABEL), 1048576), U32(A(NEXTHOP), 1));
	REFUSED(ERANGE, "label 3 is reserved", AT(A(LABEL)), LABEL_GET, 0, U32(A(LABEL), 3));
	REFUSED(ERANGE, "label 3 is reserved", AT(A(LABEL)), LABEL_DEL, 0, U32(A(LABEL), 3));
	REFUSED(EINVAL, "the value of the label is missing", MISSING(A(LABEL)), LABEL_NEW,
		CREATE, U32(A(NEXTHOP), 1));
	REFUSED(EINVAL, "the value of the label is missing", MISSING(A(LABEL)), LABEL_GET, 0);
	REFUSED(EINVAL, "the value of the label is missing", MISSING(A(LABEL)), LABEL_DEL, 0);
	REFUSED(ENOENT, "there is no label with id 17", AT(A(LABEL)), LABEL_SET, 0,
		U32(A(LABEL), 17), U32(A(NEXTHOP), 1));
	REFUSED(ENOENT, "there is no label with id 17", AT(A(LABEL)), LABEL_DEL, 0,
		U32(A(LABEL), 17));
}

TEST_F(label, bad_targets)
{
	REFUSED(EINVAL, "the network or next hop that the label leads to is missing",
		MISSING(A(NETWORK_ID)), LABEL_NEW, CREATE, U32(A(LABEL), 500));
	REFUSED(EINVAL, "a label leads to a network or to a next hop, not to both",
		AT(A(NEXTHOP)), LABEL_NEW, CREATE, U32(A(LABEL), 500), U32(A(NEXTHOP), 1),
		U32(A(NETWORK_ID), 1));
	REFUSED(EINVAL, "next hop 4 is of none of the types vif, host and network",
		AT(A(NEXTHOP)), LABEL_NEW, CREATE, U32(A(LABEL), 500), U32(A(NEXTHOP), 4));
	REFUSED(EINVAL, "next hop 5 is of none of the types", AT(A(NEXTHOP)), LABEL_NEW, CREATE,
		U32(A(LABEL), 500), U32(A(NEXTHOP), 5));
	REFUSED(ENOENT, "there is no next hop with id 99", AT(A(NEXTHOP)), LABEL_NEW, CREATE,
		U32(A(LABEL), 500), U32(A(NEXTHOP), 99));
	REFUSED(ENOENT, "there is no network \"green\"", AT(A(NETWORK_NAME)), LABEL_NEW, CREATE,
		U32(A(LABEL), 500), STR(A(NETWORK_NAME), "green"));
	REFUSED(EINVAL, "network 1 is called \"blue\", not \"red\"", AT(A(NETWORK_NAME)),
		LABEL_NEW, CREATE, U32(A(LABEL), 500), U32(A(NETWORK_ID), 1),
		STR(A(NETWORK_NAME), "red"));
	EXPECT_EQ(0, nl_u32(GET(INFO_GET), VROUTER_A_INFO_LABELS));
	EXPECT_EQ(0, refs(1));
	QUIET(self->ear);
}

TEST_F(label, change)
{
	OK(LABEL_NEW, CREATE, U32(A(LABEL), 500), U32(A(NETWORK_ID), 1));
	REFUSED(EEXIST, "label 500 exists and leads elsewhere", AT(A(LABEL)), LABEL_NEW, CREATE,
		U32(A(LABEL), 500), U32(A(NETWORK_ID), 2));
	REFUSED(EEXIST, "label 500 exists and leads elsewhere", AT(A(LABEL)), LABEL_NEW, CREATE,
		U32(A(LABEL), 500), U32(A(NEXTHOP), 1));
	CHANGES(LABEL_SET, 0, U32(A(LABEL), 500), U32(A(NEXTHOP), 1));
	EXPECT_EQ(1, refs(1));
	EXPECT_NULL(nl_attr(get(500), A(NETWORK_ID)));
	CHANGES(LABEL_NEW, REPLACE, U32(A(LABEL), 500), U32(A(NEXTHOP), 2));
	EXPECT_EQ(0, refs(1));
	EXPECT_EQ(1, refs(2));
	CHANGES(LABEL_NEW, CREATE | REPLACE, U32(A(LABEL), 500), U32(A(NETWORK_ID), 2));
	EXPECT_EQ(0, refs(2));
	HAS(get(500), STR(A(NETWORK_NAME), "red"));
	EXPECT_NULL(nl_attr(get(500), A(NEXTHOP)));
	EXPECT_EQ(1, nl_u32(GET(INFO_GET), VROUTER_A_INFO_LABELS));
}

/* What a label leads to stays, and stays of a type that it can lead to. */
TEST_F(label, holds)
{
	OK(LABEL_NEW, CREATE, U32(A(LABEL), 500), U32(A(NEXTHOP), 1));
	OK(LABEL_NEW, CREATE, U32(A(LABEL), 501), STR(A(NETWORK_NAME), "red"));
	REFUSED(EBUSY, "next hop 1 is used by label 500", AT(VROUTER_A_NEXTHOP_ID), NEXTHOP_DEL,
		0, U32(VROUTER_A_NEXTHOP_ID, 1));
	REFUSED(EBUSY, "next hop 1 is used by label 500", AT(VROUTER_A_NEXTHOP_TYPE),
		NEXTHOP_SET, 0, U32(VROUTER_A_NEXTHOP_ID, 1),
		U32(VROUTER_A_NEXTHOP_TYPE, VROUTER_NEXTHOP_TYPE_BLACKHOLE));
	CHANGES(NEXTHOP_SET, 0, U32(VROUTER_A_NEXTHOP_ID, 1),
		U32(VROUTER_A_NEXTHOP_TYPE, VROUTER_NEXTHOP_TYPE_NETWORK),
		U32(VROUTER_A_NEXTHOP_NETWORK_ID, 1));
	OK(NEXTHOP_DEL, 0, U32(VROUTER_A_NEXTHOP_ID, 3));
	OK(NEXTHOP_DEL, 0, U32(VROUTER_A_NEXTHOP_ID, 2));
	OK(VIF_DEL, 0, STR(VROUTER_A_VIF_NAME, "host"));
	/* The device that goes down tells its other end, a moment later. */
	ASSERT_TRUE(nl_settle());
	REFUSED(EBUSY, "network \"red\" is used by label 501", AT(VROUTER_A_NETWORK_NAME),
		NETWORK_DEL, 0, STR(VROUTER_A_NETWORK_NAME, "red"));
	OK(LABEL_DEL, 0, U32(A(LABEL), 501));
	OK(NETWORK_DEL, 0, STR(VROUTER_A_NETWORK_NAME, "red"));
	OK(LABEL_DEL, 0, U32(A(LABEL), 500));
	OK(NEXTHOP_DEL, 0, U32(VROUTER_A_NEXTHOP_ID, 1));
}

TEST_F(label, dump)
{
	uint32_t i;

	for (i = 0; i < 600; i++)
		OK(LABEL_NEW, CREATE, U32(A(LABEL), 100 + i),
		   U32(i % 3 ? A(NETWORK_ID) : A(NEXTHOP), 1 + i % 2));
	EXPECT_EQ(600, DUMP(LABEL_GET)->count);
	EXPECT_EQ(200, DUMP(LABEL_GET, STR(A(NETWORK_NAME), "blue"))->count);
	EXPECT_EQ(100, DUMP(LABEL_GET, U32(A(NEXTHOP), 2))->count);
	EXPECT_EQ(0, DUMP(LABEL_GET, U32(A(NEXTHOP), 3))->count);
	DUMP_REFUSED(ENOENT, "there is no next hop with id 77", LABEL_GET, U32(A(NEXTHOP), 77));
	DUMP_REFUSED(ENOENT, "there is no network \"green\"", LABEL_GET,
		     STR(A(NETWORK_NAME), "green"));
}

TEST_F(label, strict)
{
	MALFORMED(EINVAL, AT(A(GENERATION)), LABEL_NEW, CREATE, U32(A(LABEL), 500),
		  U32(A(NEXTHOP), 1), U32(A(GENERATION), 1));
	MALFORMED(EINVAL, AT(50), LABEL_NEW, CREATE, U32(A(LABEL), 500), U32(50, 1));
	MALFORMED(EINVAL, AT(A(NEXTHOP)), LABEL_DEL, 0, U32(A(LABEL), 500),
		  U32(A(NEXTHOP), 1));
}

/* The namespace goes with labels in it, which hold what goes with it too. */
TEST_F(label, leave)
{
	OK(LABEL_NEW, CREATE, U32(A(LABEL), 500), U32(A(NEXTHOP), 1));
	OK(LABEL_NEW, CREATE, U32(A(LABEL), 501), STR(A(NETWORK_NAME), "red"));
	/* A vif goes with its device; the label then leads nowhere, and says so. */
	ASSERT_EQ(0, run("ip link del d0"));
	HAS(get(500), U32(A(NEXTHOP), 1));
}

TEST_HARNESS_MAIN
