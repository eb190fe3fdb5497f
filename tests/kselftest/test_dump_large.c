// SPDX-License-Identifier: GPL-2.0
/* Dumps of objects that are larger than the core's messages. */
#include "fixture.h"

NETNS_FIXTURE(dump_large);

/* A vif with as much as it can have, which is more than a first message has room for. */
static void make_large_vif(struct __test_metadata *_metadata)
{
	static char addresses[64][32], sgs[16][32];
	static struct attr address[64][2], sg[16][2], list[81];
	const char *name = "v234567890123456789012345678901";
	unsigned int i, n = 0;

	for (i = 0; i < 64; i++) {
		snprintf(addresses[i], sizeof(addresses[i]), "2001:db8::%x", i + 1);
		address[i][0] = (struct attr)ADDR(VROUTER_A_PREFIX_ADDRESS, addresses[i]);
		list[n++] = (struct attr){ ATTR_NEST, VROUTER_A_VIF_ADDRESS, 0, 0, address[i] };
	}
	for (i = 0; i < 16; i++) {
		snprintf(sgs[i], sizeof(sgs[i]), "g%02u4567890123456789012345678901", i);
		OK(SG_NEW, CREATE, STR(VROUTER_A_SG_NAME, sgs[i]));
		sg[i][0] = (struct attr)STR(VROUTER_A_SG_REF_NAME, sgs[i]);
		list[n++] = (struct attr){ ATTR_NEST, VROUTER_A_VIF_SG, 0, 0, sg[i] };
	}
	ASSERT_EQ(0, run("ip link add d0 type dummy"));
	NETWORK("blue");
	VIF(name, "d0", "blue", MAC(VROUTER_A_VIF_MAC, "02:00:00:00:00:01"), LIST(list));
}

/* The core sizes messages by what was received before: by a fresh socket, nothing. */
TEST_F(dump_large, to_a_fresh_socket)
{
	struct nl *fresh = nl_fresh();
	const struct answer *answer;

	make_large_vif(_metadata);
	answer = nl_ask_on(fresh, VROUTER_CMD_VIF_GET, NLM_F_DUMP, NULL);
	EXPECT_EQ(0, answer->err);
	EXPECT_EQ(1, answer->msgs.count);
	nl_close(fresh);
}

TEST_HARNESS_MAIN
