// SPDX-License-Identifier: GPL-2.0
/* Requests that delete much hold the lock of the namespace for steps only. */
#include <arpa/inet.h>
#include <pthread.h>

#include "fixture.h"

#define ROUTES 60000
#define BULK 1000

NETNS_FIXTURE(hold);

static void add_routes(struct __test_metadata *_metadata)
{
	static uint32_t addr[BULK];
	static struct attr of[BULK][3], list[BULK + 1];
	unsigned int i, j;

	for (i = 0; i < ROUTES; i += BULK) {
		for (j = 0; j < BULK; j++) {
			addr[j] = htonl(0x0a000000 + i + j);
			of[j][0] = (struct attr)BYTES(VROUTER_A_ROUTE_ENTRY_PREFIX, &addr[j], 4);
			of[j][1] = (struct attr)U32(VROUTER_A_ROUTE_ENTRY_NEXTHOP, 1);
			list[j] = (struct attr){ ATTR_NEST, VROUTER_A_ROUTE_ENTRY, 0, 0, of[j] };
		}
		OK(ROUTE_NEW, CREATE, STR(VROUTER_A_ROUTE_NETWORK_NAME, "blue"), LIST(list));
	}
	EXPECT_EQ(ROUTES, nl_info(VROUTER_A_INFO_ROUTES));
}

/* A request in a thread of its own, and how long it took. */
struct request {
	uint8_t cmd;
	const struct attr *attrs;
	double took;
	int err;
	bool done;
};

static void *carry_out(void *data)
{
	struct request *request = data;
	double begin;

	nl = nl_open();
	begin = now();
	request->err = nl_ask(request->cmd, 0, request->attrs)->err;
	request->took = now() - begin;
	__atomic_store_n(&request->done, true, __ATOMIC_RELEASE);
	nl_close(nl);
	return NULL;
}

/* The longest that someone else waits for the lock meanwhile. */
static double longest_wait(struct __test_metadata *_metadata, struct request *request)
{
	double begin, wait, longest = 0;
	unsigned int asked = 0;
	pthread_t thread;

	ASSERT_EQ(0, pthread_create(&thread, NULL, carry_out, request));
	while (!__atomic_load_n(&request->done, __ATOMIC_ACQUIRE)) {
		begin = now();
		GET(NETWORK_GET, STR(VROUTER_A_NETWORK_NAME, "red"));
		wait = now() - begin;
		longest = wait > longest ? wait : longest;
		asked++;
	}
	pthread_join(thread, NULL);
	EXPECT_EQ(0, request->err);
	TH_LOG("a request: %.3f s, the longest wait of %u: %.3f s", request->took, asked, longest);
	return longest;
}

/* The request deletes all routes of network blue. */
static void check_deletion(struct __test_metadata *_metadata, struct request *request)
{
	NETWORK("blue");
	NETWORK("red");
	NEXTHOP(1, BLACKHOLE);
	add_routes(_metadata);
	EXPECT_LT(longest_wait(_metadata, request), request->took / 4);
	EXPECT_EQ(0, nl_info(VROUTER_A_INFO_ROUTES));
}

TEST_F(hold, all_routes_deleted)
{
	struct request request = {
		.cmd = VROUTER_CMD_ROUTE_DEL,
		.attrs = ATTRS(STR(VROUTER_A_ROUTE_NETWORK_NAME, "blue"), FLAG(VROUTER_A_ROUTE_ALL)),
	};

	check_deletion(_metadata, &request);
}

TEST_F(hold, network_with_routes_deleted)
{
	struct request request = {
		.cmd = VROUTER_CMD_NETWORK_DEL,
		.attrs = ATTRS(STR(VROUTER_A_NETWORK_NAME, "blue")),
	};

	check_deletion(_metadata, &request);
	OK(NEXTHOP_DEL, 0, U32(VROUTER_A_NEXTHOP_ID, 1));
}

/*
 * Entries are found by their network's id: as long as there are some of the old one, no other
 * network has it.
 */
TEST_F(hold, id_is_kept_until_all_is_gone)
{
	struct request request = {
		.cmd = VROUTER_CMD_NETWORK_DEL,
		.attrs = ATTRS(STR(VROUTER_A_NETWORK_NAME, "blue")),
	};
	const struct answer *answer;
	unsigned int kept = 0;
	pthread_t thread;
	uint32_t id;

	NETWORK("blue");
	NEXTHOP(1, BLACKHOLE);
	add_routes(_metadata);
	id = nl_u32(GET(NETWORK_GET, STR(VROUTER_A_NETWORK_NAME, "blue")), VROUTER_A_NETWORK_ID);
	ASSERT_EQ(0, pthread_create(&thread, NULL, carry_out, &request));
	do {
		answer = nl_ask(VROUTER_CMD_NETWORK_NEW, CREATE | EXCL,
				ATTRS(U32(VROUTER_A_NETWORK_ID, id),
				      STR(VROUTER_A_NETWORK_NAME, "green")));
		if (answer->err == EBUSY) {
			EXPECT_NE(NULL, strstr(answer->text, "is still being deleted"));
			kept++;
		}
	} while (answer->err);
	/* Now it has the id: nothing is left of the other. */
	EXPECT_EQ(0, nl_info(VROUTER_A_INFO_ROUTES));
	pthread_join(thread, NULL);
	EXPECT_EQ(0, request.err);
	TH_LOG("refused %u times", kept);
	EXPECT_LT(0, kept);
}

TEST_HARNESS_MAIN
