// SPDX-License-Identifier: GPL-2.0
/* info-get: the version and what there is, and who may ask and who may change. */
#include <sys/wait.h>
#include <unistd.h>

#include "fixture.h"

#define A(name) VROUTER_A_INFO_##name

NETNS_FIXTURE(info);

TEST_F(info, empty)
{
	const struct nlmsghdr *msg = GET(INFO_GET);

	HAS(msg, U32(A(NETWORKS), 0), U32(A(TUNNELS), 0), U32(A(VIFS), 0), U32(A(NEXTHOPS), 0),
	    U32(A(ROUTES), 0), U32(A(FDB), 0), U32(A(NEIGHBOURS), 0), U32(A(GENERATION), 1));
	EXPECT_EQ(2, strspn(nl_str(msg, A(VERSION)), "0123456789.") / 2);
}

TEST_F(info, counts)
{
	ASSERT_EQ(0, run("ip link add d0 type dummy"));
	NETWORK("blue", PREFIX(VROUTER_A_NETWORK_GATEWAY, "10.0.0.254", 24));
	TUNNEL("vx0", "127.0.0.1");
	VIF("vm", "d0", "blue", MAC(VROUTER_A_VIF_MAC, "02:00:00:00:00:01"),
	    PREFIX(VROUTER_A_VIF_ADDRESS, "10.0.0.1", 32));
	NEXTHOP(1, BLACKHOLE);
	NEXTHOP(2, REJECT);
	ROUTE("blue", "0.0.0.0", 0, 2);
	HAS(GET(INFO_GET), U32(A(NETWORKS), 1), U32(A(TUNNELS), 1), U32(A(VIFS), 1),
	    U32(A(NEXTHOPS), 2), U32(A(ROUTES), 3), U32(A(FDB), 1), U32(A(NEIGHBOURS), 1));
}

TEST_F(info, generation)
{
	uint32_t before;

	NETWORK("blue");
	before = nl_generation();
	EXPECT_EQ(before, nl_u32(GET(NETWORK_GET, U32(VROUTER_A_NETWORK_ID, 1)),
				 VROUTER_A_NETWORK_GENERATION));
	NETWORK("red");
	EXPECT_GT(nl_generation(), before);
	/* An object keeps the one of its own last change. */
	EXPECT_EQ(before, nl_u32(GET(NETWORK_GET, U32(VROUTER_A_NETWORK_ID, 1)),
				 VROUTER_A_NETWORK_GENERATION));
	OK(NETWORK_SET, 0, U32(VROUTER_A_NETWORK_ID, 1), U32(VROUTER_A_NETWORK_MTU, 1400));
	EXPECT_GT(nl_u32(GET(NETWORK_GET, U32(VROUTER_A_NETWORK_ID, 1)),
			 VROUTER_A_NETWORK_GENERATION),
		  nl_u32(GET(NETWORK_GET, U32(VROUTER_A_NETWORK_ID, 2)),
			 VROUTER_A_NETWORK_GENERATION));
}

TEST_F(info, strict)
{
	MALFORMED(EINVAL, AT(A(GENERATION)), INFO_GET, 0, U32(A(GENERATION), 1));
	MALFORMED(EINVAL, AT(50), INFO_GET, 0, U32(50, 1));
	MALFORMED(EOPNOTSUPP, NOWHERE, INFO_GET, NLM_F_DUMP);
	EXPECT_STREQ("", nl_malformed(EOPNOTSUPP, NOWHERE, 0, 0, ATTRS()));
	EXPECT_STREQ("", nl_malformed(EOPNOTSUPP, NOWHERE, VROUTER_CMD_MAX + 1, 0, ATTRS()));
	/* Notifications are no requests. */
	MALFORMED(EOPNOTSUPP, NOWHERE, NETWORK_NEW_NTF, 0);
}

TEST_HARNESS_MAIN
