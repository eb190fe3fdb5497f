/* SPDX-License-Identifier: GPL-2.0 */
/* The flows of a namespace, in one table. See flowtable.c. */
#ifndef _VROUTER_FLOWTABLE_H
#define _VROUTER_FLOWTABLE_H

#include <linux/ktime.h>
#include <linux/rhashtable.h>

#include "flow/flow.h"
#include "lib/keyhash.h"

/**
 * struct vr_flows - the flows of a namespace
 * @vn: the namespace
 * @counts: counters by enum vr_flow_count, per CPU
 * @seed: distinguishes its flows from those of other namespaces in the doorkeepers, which all
 *	namespaces share, see path/flow.c
 * @table: struct vr_flow by key. The fields that each packet reads come first; the number of
 *	flows, which new flows write, is behind them
 * @work: the worker: ages flows and credits their packets
 * @walk: the worker's position
 * @events: rate limit of notifications
 * @unheard: jiffies until which no notifications are built, since no one received the last one
 */
struct vr_flows {
	struct vr_net *vn;
	u64 __percpu *counts;
	u32 seed;
	struct rhashtable table;
	struct delayed_work work;
	struct rhashtable_iter walk;
	struct ratelimit_state events;
	unsigned long unheard;
};

/* Nanoseconds are shifted by this for vr_flow_clock(). */
#define VR_FLOW_CLOCK_SHIFT 26

/**
 * struct vr_flow_query - argument of a flow lookup
 * @key: the key of a packet
 * @hash: vr_flow_key_hash() of @key
 */
struct vr_flow_query {
	struct vr_flow_key key;
	u32 hash;
};

/** vr_flow_key_hash() - hashes a key */
static __always_inline u32 vr_flow_key_hash(const struct vr_flow_key *key)
{
	unsigned int words = vr_flow_key_size(key) / sizeof(u32);

	BUILD_BUG_ON(sizeof(*key) != VR_KEY_WORDS * sizeof(u32));
	/* IPv4 from a vif, and from a tunnel over IPv4: constant sizes need no loop. */
	if (words == 10)
		return vr_key_hash((const u32 *)key, 10);
	if (words == 12)
		return vr_key_hash((const u32 *)key, 12);
	return vr_key_hash((const u32 *)key, words);
}

static inline u32 vr_flow_query_hash(const void *data, u32 len, u32 seed)
{
	return vr_key_hash_seeded(((const struct vr_flow_query *)data)->hash, seed);
}

static inline u32 vr_flow_hash_again(const void *data, u32 len, u32 seed)
{
	return vr_key_hash_seeded(vr_flow_key_hash(&((const struct vr_flow *)data)->key), seed);
}

/* The fields in front of the addresses include the key's size, so they are compared first. */
static inline int vr_flow_key_differs(struct rhashtable_compare_arg *arg, const void *obj)
{
	const struct vr_flow_key *a = &((const struct vr_flow_query *)arg->key)->key;
	const struct vr_flow_key *b = &((const struct vr_flow *)obj)->key;
	const u64 *x = (const u64 *)a, *y = (const u64 *)b;
	unsigned int i, words;

	BUILD_BUG_ON(offsetof(struct vr_flow_key, addr) != 4 * sizeof(u64));
	if ((x[0] ^ y[0]) | (x[1] ^ y[1]) | (x[2] ^ y[2]) | (x[3] ^ y[3]))
		return 1;
	words = vr_flow_key_size(a) / sizeof(u64);
	for (i = 4; i < words; i++)
		if (x[i] != y[i])
			return 1;
	return 0;
}

static const struct rhashtable_params vr_flow_params = {
	.head_offset = offsetof(struct vr_flow, node),
	.key_len = sizeof(struct vr_flow_query),
	.hashfn = vr_flow_query_hash,
	.obj_hashfn = vr_flow_hash_again,
	.obj_cmpfn = vr_flow_key_differs,
	.automatic_shrinking = true,
};

/** vr_flow_lookup() - Context: RCU read lock */
static inline struct vr_flow *vr_flow_lookup(struct vr_flows *flows,
					     const struct vr_flow_query *query)
{
	return rhashtable_lookup(&flows->table, query, vr_flow_params);
}

/** vr_flow_clock() - the time in units of 67 ms; 31 bits last for years */
static inline u32 vr_flow_clock(void)
{
	return (ktime_get_ns() >> VR_FLOW_CLOCK_SHIFT) & GENMASK(30, 0);
}

static inline void vr_flow_tell(struct vr_flows *flows, enum vr_flow_count count)
{
	this_cpu_inc(flows->counts[count]);
}

bool vr_flow_create(const struct vr_pkt *pkt, const struct vr_flow_query *query,
		    struct vr_recorder *recorder, u64 packets, u64 bytes);
void vr_flow_decided(struct vr_flow *flow, struct vr_recorder *recorder, u32 packets, u32 bytes);
void vr_flow_end(struct vr_net *vn, struct vr_flow *flow, u32 why);

void vr_flow_owner_init(struct vr_flow_owner *owner, struct vr_network *network);
void vr_flow_owner_close(struct vr_flow_owner *owner);

int vr_flows_start(struct vr_net *vn);
void vr_flows_stop(struct vr_net *vn);
void vr_flows_exit(struct vr_net *vn);
int vr_flow_init(void);
void vr_flow_exit(void);

#endif /* _VROUTER_FLOWTABLE_H */
