// SPDX-License-Identifier: GPL-2.0
/*
 * Threads that add, change, delete and dump the same things at once, with devices that
 * come and go. What each of them is answered depends on the others; the kernel's own
 * checks tell whether it was done right, and in the end all of it must be deletable.
 */
#include <arpa/inet.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "everything.h"

#define SECONDS 8
#define THREADS 7

NETNS_FIXTURE(race);

struct thread {
	pthread_t id;
	unsigned int seed;
	unsigned long rounds;
	void (*act)(struct thread *thread);
};

static _Atomic bool stop;

static unsigned int any(struct thread *thread, unsigned int below)
{
	return rand_r(&thread->seed) % below;
}

#define TRY(cmd, flags, ...) nl_ask(VROUTER_CMD_##cmd, flags, ATTRS(__VA_ARGS__))

static void dump(struct thread *thread)
{
	static const uint8_t cmds[] = {
		VROUTER_CMD_NETWORK_GET, VROUTER_CMD_TUNNEL_GET, VROUTER_CMD_VIF_GET,
		VROUTER_CMD_NEXTHOP_GET, VROUTER_CMD_ROUTE_GET, VROUTER_CMD_FDB_GET,
		VROUTER_CMD_NEIGHBOUR_GET, VROUTER_CMD_DROP_GET, VROUTER_CMD_POLICER_GET,
	};

	nl_ask(cmds[any(thread, ARRAY_SIZE(cmds))], NLM_F_DUMP, NULL);
	TRY(INFO_GET, 0);
}

static const char *network(struct thread *thread)
{
	static const char * const names[] = { "blue", "red", "green" };

	return names[any(thread, 3)];
}

static void tables(struct thread *thread)
{
	uint32_t address = htonl(0x0a000000 + any(thread, 64)), nexthop = 1 + any(thread, 12);
	unsigned char mac[6] = { 2, 0, 0, 0, 0, any(thread, 16) };
	uint16_t flags = any(thread, 2) ? CREATE : CREATE | REPLACE;
	const char *where = network(thread);

	TRY(ROUTE_NEW, flags, STR(VROUTER_A_ROUTE_NETWORK_NAME, where),
	    NEST(VROUTER_A_ROUTE_ENTRY, BYTES(VROUTER_A_ROUTE_ENTRY_PREFIX, &address, 4),
		 U32(VROUTER_A_ROUTE_ENTRY_NEXTHOP, nexthop)));
	TRY(FDB_NEW, flags, STR(VROUTER_A_FDB_NETWORK_NAME, where),
	    NEST(VROUTER_A_FDB_ENTRY, BYTES(VROUTER_A_FDB_ENTRY_MAC, mac, 6),
		 U32(VROUTER_A_FDB_ENTRY_NEXTHOP, nexthop)));
	TRY(NEIGHBOUR_NEW, flags, STR(VROUTER_A_NEIGHBOUR_NETWORK_NAME, where),
	    NEST(VROUTER_A_NEIGHBOUR_ENTRY,
		 BYTES(VROUTER_A_NEIGHBOUR_ENTRY_ADDRESS, &address, 4),
		 BYTES(VROUTER_A_NEIGHBOUR_ENTRY_MAC, mac, 6)));
	TRY(ROUTE_GET, 0, STR(VROUTER_A_ROUTE_NETWORK_NAME, where),
	    BYTES(VROUTER_A_ROUTE_ADDRESS, &address, 4));
	if (any(thread, 20))
		return;
	TRY(ROUTE_DEL, 0, STR(VROUTER_A_ROUTE_NETWORK_NAME, where),
	    FLAG(VROUTER_A_ROUTE_ALL));
	TRY(FDB_DEL, 0, STR(VROUTER_A_FDB_NETWORK_NAME, where), FLAG(VROUTER_A_FDB_ALL));
	TRY(NEIGHBOUR_DEL, 0, STR(VROUTER_A_NEIGHBOUR_NETWORK_NAME, where),
	    FLAG(VROUTER_A_NEIGHBOUR_ALL));
}

static void nexthops(struct thread *thread)
{
	uint32_t id = 1 + any(thread, 12);
	uint16_t flags = any(thread, 2) ? CREATE : CREATE | REPLACE;

	switch (any(thread, 6)) {
	case 0:
		TRY(NEXTHOP_DEL, 0, U32(VROUTER_A_NEXTHOP_ID, id));
		break;
	case 1:
		TRY(NEXTHOP_NEW, flags, U32(VROUTER_A_NEXTHOP_ID, id),
		    U32(VROUTER_A_NEXTHOP_TYPE, VROUTER_NEXTHOP_TYPE_VIF),
		    STR(VROUTER_A_NEXTHOP_VIF_NAME, any(thread, 2) ? "d0" : "r0"));
		break;
	case 2:
		TRY(NEXTHOP_NEW, flags, U32(VROUTER_A_NEXTHOP_ID, id),
		    U32(VROUTER_A_NEXTHOP_TYPE, VROUTER_NEXTHOP_TYPE_TUNNEL),
		    STR(VROUTER_A_NEXTHOP_TUNNEL_NAME, "vx0"),
		    ADDR(VROUTER_A_NEXTHOP_REMOTE, "192.0.2.5"));
		break;
	case 3:
		TRY(NEXTHOP_NEW, flags, U32(VROUTER_A_NEXTHOP_ID, id),
		    U32(VROUTER_A_NEXTHOP_TYPE, VROUTER_NEXTHOP_TYPE_FLOOD),
		    MEMBER(1 + any(thread, 12)), MEMBER(1 + any(thread, 12)));
		break;
	case 4:
		TRY(NEXTHOP_NEW, flags, U32(VROUTER_A_NEXTHOP_ID, id),
		    U32(VROUTER_A_NEXTHOP_TYPE, VROUTER_NEXTHOP_TYPE_NETWORK),
		    STR(VROUTER_A_NEXTHOP_NETWORK_NAME, network(thread)));
		break;
	default:
		TRY(NEXTHOP_SET, 0, U32(VROUTER_A_NEXTHOP_ID, id),
		    U32(VROUTER_A_NEXTHOP_TYPE, VROUTER_NEXTHOP_TYPE_BLACKHOLE));
	}
}

static void networks(struct thread *thread)
{
	TRY(NETWORK_NEW, CREATE | REPLACE, STR(VROUTER_A_NETWORK_NAME, "green"),
	    U32(VROUTER_A_NETWORK_VNI, 10 + any(thread, 3)),
	    U32(VROUTER_A_NETWORK_FLOOD, any(thread, 2) ? 0 : 1 + any(thread, 12)),
	    PREFIX(VROUTER_A_NETWORK_GATEWAY, any(thread, 2) ? "10.0.0.7" : "10.1.0.7", 24));
	TRY(NETWORK_SET, 0, STR(VROUTER_A_NETWORK_NAME, network(thread)),
	    U32(VROUTER_A_NETWORK_MTU, 1300 + any(thread, 100)));
	TRY(NETWORK_DEL, 0, STR(VROUTER_A_NETWORK_NAME, "green"));
	TRY(TUNNEL_NEW, CREATE | REPLACE, STR(VROUTER_A_TUNNEL_NAME, "vx1"),
	    U32(VROUTER_A_TUNNEL_TYPE, VROUTER_TUNNEL_TYPE_VXLAN),
	    ADDR(VROUTER_A_TUNNEL_LOCAL, any(thread, 2) ? "127.0.0.3" : "127.0.0.4"));
	TRY(TUNNEL_DEL, 0, STR(VROUTER_A_TUNNEL_NAME, "vx1"));
}

static void vifs(struct thread *thread)
{
	static const char * const addresses[] = { "10.0.0.1", "10.0.0.2", "10.0.0.3" };

	if (!any(thread, 4))
		run("ip link add r0 type dummy 2>/dev/null");
	TRY(VIF_NEW, CREATE | REPLACE, STR(VROUTER_A_VIF_NAME, "r0"),
	    STR(VROUTER_A_VIF_IFNAME, "r0"), STR(VROUTER_A_VIF_NETWORK_NAME, "blue"),
	    MAC(VROUTER_A_VIF_MAC, any(thread, 2) ? "02:00:00:00:00:09" : "02:00:00:00:00:0a"),
	    PREFIX(VROUTER_A_VIF_ADDRESS, addresses[any(thread, 3)], 32));
	TRY(VIF_SET, 0, STR(VROUTER_A_VIF_NAME, "d0"),
	    PREFIX(VROUTER_A_VIF_ADDRESS, addresses[any(thread, 3)], 32));
	if (!any(thread, 3))
		TRY(VIF_DEL, 0, STR(VROUTER_A_VIF_NAME, "r0"));
	if (!any(thread, 4))
		run("ip link del r0 2>/dev/null");
}

static void policers(struct thread *thread)
{
	uint32_t id = 1 + any(thread, 3);
	char name[16];

	snprintf(name, sizeof(name), "policer%u", id);
	TRY(POLICER_NEW, CREATE | REPLACE, U32(VROUTER_A_POLICER_ID, id),
	    STR(VROUTER_A_POLICER_NAME, name),
	    U64(VROUTER_A_POLICER_RATE, 1000 * any(thread, 100)));
	TRY(VIF_SET, 0, STR(VROUTER_A_VIF_NAME, any(thread, 2) ? "d0" : "r0"),
	    U32(VROUTER_A_VIF_POLICER_ID, any(thread, 4)),
	    U32(VROUTER_A_VIF_EGRESS_POLICER_ID, any(thread, 4)));
	TRY(POLICER_DEL, 0, U32(VROUTER_A_POLICER_ID, 1 + any(thread, 3)));
}

/* Hears it all, and reads it now and then. */
static void listen_in(struct thread *thread)
{
	struct nl *ear = nl_listen();
	int i;

	for (i = 0; i < 50 && !stop; i++) {
		char buffer[8192];

		while (recv(nl_fd(ear), buffer, sizeof(buffer), MSG_DONTWAIT) > 0)
			;
		usleep(5000);
	}
	nl_close(ear);
}

static void *work(void *data)
{
	struct thread *thread = data;

	nl = nl_open();
	while (!stop) {
		thread->act(thread);
		thread->rounds++;
	}
	nl_close(nl);
	return NULL;
}

TEST_F(race, all_at_once)
{
	struct thread threads[THREADS] = {
		{ .act = dump }, { .act = tables }, { .act = nexthops }, { .act = networks },
		{ .act = vifs }, { .act = policers }, { .act = listen_in },
	};
	int i;

	configure_everything(_metadata);
	for (i = 0; i < THREADS; i++) {
		threads[i].seed = i + 1;
		ASSERT_EQ(0, pthread_create(&threads[i].id, NULL, work, &threads[i]));
	}
	sleep(SECONDS);
	stop = true;
	for (i = 0; i < THREADS; i++) {
		pthread_join(threads[i].id, NULL);
		EXPECT_LT(0, threads[i].rounds);
	}
}

/*
 * Deletes what is there; what is in use is refused. Returns how much is left, and why
 * the first of it is.
 */
static unsigned int delete_everything(struct __test_metadata *_metadata, char *why, size_t size)
{
	static const struct { uint8_t get, del; uint16_t id; } kinds[] = {
		{ VROUTER_CMD_NEXTHOP_GET, VROUTER_CMD_NEXTHOP_DEL, VROUTER_A_NEXTHOP_ID },
		{ VROUTER_CMD_VIF_GET, VROUTER_CMD_VIF_DEL, VROUTER_A_VIF_ID },
		{ VROUTER_CMD_NETWORK_GET, VROUTER_CMD_NETWORK_DEL, VROUTER_A_NETWORK_ID },
		{ VROUTER_CMD_TUNNEL_GET, VROUTER_CMD_TUNNEL_DEL, VROUTER_A_TUNNEL_ID },
		{ VROUTER_CMD_POLICER_GET, VROUTER_CMD_POLICER_DEL, VROUTER_A_POLICER_ID },
	};
	const struct answer *answer;
	unsigned int i, n, count, left = 0;
	uint32_t ids[64];

	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		answer = nl_ask(kinds[i].get, NLM_F_DUMP, NULL);
		EXPECT_EQ(0, answer->err);
		count = answer->msgs.count < 64 ? answer->msgs.count : 64;
		for (n = 0; n < count; n++)
			ids[n] = nl_u32(nl_nth(&answer->msgs, n), kinds[i].id);
		for (n = 0; n < count; n++) {
			answer = nl_ask(kinds[i].del, 0, ATTRS(U32(kinds[i].id, ids[n])));
			if (!answer->err)
				continue;
			if (!left++)
				snprintf(why, size, "%s", answer->text);
		}
	}
	return left;
}

/* After the storm, what uses what must add up: everything can be taken down in order. */
TEST_F(race, adds_up)
{
	struct thread threads[] = {
		{ .act = tables, .seed = 1 }, { .act = nexthops, .seed = 2 },
		{ .act = networks, .seed = 3 }, { .act = vifs, .seed = 4 },
		{ .act = policers, .seed = 5 },
	};
	char why[256] = "";
	int i;

	configure_everything(_metadata);
	for (i = 0; i < ARRAY_SIZE(threads); i++)
		ASSERT_EQ(0, pthread_create(&threads[i].id, NULL, work, &threads[i]));
	sleep(SECONDS / 2);
	stop = true;
	for (i = 0; i < ARRAY_SIZE(threads); i++)
		pthread_join(threads[i].id, NULL);

	for (i = 0; i < 3; i++) {
		static const char * const names[] = { "blue", "red", "green" };

		TRY(NETWORK_SET, 0, STR(VROUTER_A_NETWORK_NAME, names[i]),
		    U32(VROUTER_A_NETWORK_FLOOD, 0));
		TRY(ROUTE_DEL, 0, STR(VROUTER_A_ROUTE_NETWORK_NAME, names[i]),
		    FLAG(VROUTER_A_ROUTE_ALL));
		TRY(FDB_DEL, 0, STR(VROUTER_A_FDB_NETWORK_NAME, names[i]),
		    FLAG(VROUTER_A_FDB_ALL));
		TRY(NEIGHBOUR_DEL, 0, STR(VROUTER_A_NEIGHBOUR_NETWORK_NAME, names[i]),
		    FLAG(VROUTER_A_NEIGHBOUR_ALL));
	}
	/* Floods hold members with lower ids, so that it takes more than one go. */
	for (i = 0; i < 12 && delete_everything(_metadata, why, sizeof(why)); i++)
		;
	EXPECT_LT(i, 12)
		TH_LOG("%s", why);
	HAS(GET(INFO_GET), U32(VROUTER_A_INFO_NETWORKS, 0), U32(VROUTER_A_INFO_TUNNELS, 0),
	    U32(VROUTER_A_INFO_VIFS, 0), U32(VROUTER_A_INFO_NEXTHOPS, 0),
	    U32(VROUTER_A_INFO_ROUTES, 0), U32(VROUTER_A_INFO_FDB, 0),
	    U32(VROUTER_A_INFO_NEIGHBOURS, 0), U32(VROUTER_A_INFO_POLICERS, 0));
}

TEST_HARNESS_MAIN
