// SPDX-License-Identifier: GPL-2.0
/* Who may do what: everything but info takes CAP_NET_ADMIN in the namespace. */
#include "fixture.h"

#define NOBODY 65534

NETNS_FIXTURE(permission);

/* become_nobody() - gives all capabilities up, and opens a socket as this user */
static bool become_nobody(void)
{
	nl_close(nl);
	nl = NULL;
	if (setresgid(NOBODY, NOBODY, NOBODY) || setresuid(NOBODY, NOBODY, NOBODY))
		return false;
	nl = nl_open();
	return true;
}

/* How many of the family's operations are denied, or end with another error that is as good. */
static unsigned int denied(uint16_t flags, int other)
{
	const struct nl_ids *operations = nl_operations();
	unsigned int i, count = 0;
	int err;

	for (i = 0; i < operations->count; i++) {
		err = nl_ask(operations->ids[i], flags, NULL)->err;
		if (err == EPERM || err == other)
			count++;
		else if (operations->ids[i] != VROUTER_CMD_INFO_GET)
			printf("# operation %u is open\n", operations->ids[i]);
	}
	return count;
}

/* How many of its groups cannot be listened to. */
static unsigned int deaf_to(void)
{
	const struct nl_ids *groups = nl_groups();
	unsigned int i, count = 0;
	struct nl *ear;

	for (i = 0; i < groups->count; i++) {
		ear = nl_join(groups->ids[i]);
		if (ear)
			nl_close(ear);
		else if (errno == EPERM)
			count++;
	}
	return count;
}

static void deny_all_but_info(struct __test_metadata *_metadata)
{
	/* As many as there were when this was written, at least. */
	ASSERT_GT(nl_operations()->count, 50);
	ASSERT_GE(nl_groups()->count, 3);
	EXPECT_EQ(nl_operations()->count - 1, denied(0, EPERM));
	/* Info has no dump either; kernels from 6.2 on say this first of each that has none. */
	EXPECT_EQ(nl_operations()->count, denied(NLM_F_DUMP, EOPNOTSUPP));
	EXPECT_EQ(nl_groups()->count, deaf_to());
	EXPECT_EQ(1, nl_info(VROUTER_A_INFO_NETWORKS));
}

/* Nobody reads, counts, listens to or changes anything. */
TEST_F(permission, nobody_sees_nothing)
{
	NETWORK("blue");
	ASSERT_TRUE(become_nobody());
	deny_all_but_info(_metadata);
}

/* Root of a user namespace is nobody in a network namespace that isn't its own. */
TEST_F(permission, own_user_namespace_sees_nothing_of_others)
{
	NETWORK("blue");
	ASSERT_TRUE(become_nobody());
	if (unshare(CLONE_NEWUSER))
		SKIP(return, "user namespaces are off");
	nl_close(nl);
	nl = nl_open();
	deny_all_but_info(_metadata);
}

/* And root in one of its own. */
TEST_F(permission, own_network_namespace_is_open)
{
	ASSERT_TRUE(become_nobody());
	if (unshare(CLONE_NEWUSER | CLONE_NEWNET))
		SKIP(return, "user namespaces are off");
	nl_close(nl);
	nl = nl_open();
	EXPECT_EQ(0, denied(0, EPERM));
	EXPECT_EQ(0, denied(NLM_F_DUMP, EPERM));
	EXPECT_EQ(0, deaf_to());
	NETWORK("blue");
	EXPECT_EQ(1, nl_info(VROUTER_A_INFO_NETWORKS));
}

TEST_HARNESS_MAIN
