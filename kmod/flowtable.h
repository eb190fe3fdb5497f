/* SPDX-License-Identifier: GPL-2.0 */
/* The flows of a namespace, in one table. See flowtable.c. */
#ifndef _VROUTER_FLOWTABLE_H
#define _VROUTER_FLOWTABLE_H

#include <linux/jhash.h>
#include <linux/ktime.h>
#include <linux/rhashtable.h>

#include "flow.h"

/**
 * struct vr_flows - the flows of a namespace
 * @vn: the namespace
 * @table: struct vr_flow by key
 * @counts: by enum vr_flow_count, per CPU
 * @seed: of hashes of keys
 * @work: looks after the flows
 * @walk: how far it has come
 * @events: limits what listeners are told
 */
struct vr_flows {
	struct vr_net *vn;
	struct rhashtable table;
	u64 __percpu *counts;
	u32 seed;
	struct delayed_work work;
	struct rhashtable_iter walk;
	struct ratelimit_state events;
};

/* Of ns, for vr_flow_clock(). */
#define VR_FLOW_CLOCK_SHIFT 26

/**
 * vr_flow_key_hash() - by what a sender chooses, and a random seed
 * @data: struct vr_flow_key
 * @len: not needed: the key says
 * @seed: the seed
 */
static __always_inline u32 vr_flow_key_hash(const void *data, u32 len, u32 seed)
{
	const struct vr_flow_key *key = data;
	const u32 *words = (const u32 *)key->macs, *addr = (__force const u32 *)key->addr;
	unsigned int remote;
	u32 hash;

	/* MAC addresses; ports, protocol and addresses; by where it comes in. */
	hash = jhash_3words(words[0], words[1], words[2], seed ^ key->network);
	if (key->family == AF_INET) {
		hash = jhash_3words(addr[0], addr[1], words[3], hash);
		return jhash_3words(words[4], key->in, key->remote_family ? addr[2] : 0, hash);
	}
	hash = jhash2(addr, 8, hash);
	hash = jhash_3words(words[3], words[4], key->in, hash);
	remote = vr_flow_words(key->remote_family);
	return remote ? jhash2(addr + 8, remote, hash) : hash;
}

/* Are they different? Of addresses both have as many, once the rest is the same. */
static inline int vr_flow_key_differs(struct rhashtable_compare_arg *arg, const void *obj)
{
	const struct vr_flow_key *a = arg->key, *b = &((const struct vr_flow *)obj)->key;
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
	.key_offset = offsetof(struct vr_flow, key),
	.key_len = sizeof(struct vr_flow_key),
	.hashfn = vr_flow_key_hash,
	.obj_cmpfn = vr_flow_key_differs,
	.automatic_shrinking = true,
};

/** vr_flow_lookup() - Context: RCU read lock */
static inline struct vr_flow *vr_flow_lookup(struct vr_flows *flows,
					     const struct vr_flow_key *key)
{
	return rhashtable_lookup(&flows->table, key, vr_flow_params);
}

/** vr_flow_clock() - the time in units of 67 ms, which is enough for years in 31 bits */
static inline u32 vr_flow_clock(void)
{
	return (ktime_get_ns() >> VR_FLOW_CLOCK_SHIFT) & GENMASK(30, 0);
}

static inline void vr_flow_tell(struct vr_flows *flows, enum vr_flow_count count)
{
	this_cpu_inc(flows->counts[count]);
}

bool vr_flow_create(const struct vr_pkt *pkt, const struct vr_flow_key *key,
		    struct vr_path *path, u64 packets, u64 bytes);
void vr_flow_decided(struct vr_flow *flow, struct vr_path *path, u32 packets, u32 bytes);
void vr_flow_end(struct vr_net *vn, struct vr_flow *flow, u32 why);

void vr_flow_owner_init(struct vr_flow_owner *owner, struct vr_network *network);
void vr_flow_owner_close(struct vr_flow_owner *owner);

int vr_flows_start(struct vr_net *vn);
void vr_flows_stop(struct vr_net *vn);
void vr_flows_exit(struct vr_net *vn);
int vr_flow_init(void);
void vr_flow_exit(void);

#endif /* _VROUTER_FLOWTABLE_H */
