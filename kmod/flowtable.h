/* SPDX-License-Identifier: GPL-2.0 */
/* The flows of a namespace, in one table. See flowtable.c. */
#ifndef _VROUTER_FLOWTABLE_H
#define _VROUTER_FLOWTABLE_H

#include <linux/jhash.h>
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

/* What of a key is there whatever the family; the addresses are behind it. */
#define VR_FLOW_KEY_WORDS (offsetof(struct vr_flow_key, src) / sizeof(u64))

static inline const u64 *vr_flow_key_words(const struct vr_flow_key *key)
{
	BUILD_BUG_ON(offsetof(struct vr_flow_key, src) % sizeof(u64));
	return (const u64 *)key;
}

/**
 * vr_flow_key_hash() - by what a sender chooses, and a random seed
 * @data: struct vr_flow_key
 * @len: its size
 * @seed: the seed
 */
static __always_inline u32 vr_flow_key_hash(const void *data, u32 len, u32 seed)
{
	const struct vr_flow_key *key = data;
	const u32 *words = (const u32 *)key->macs;
	u32 hash;

	/* MAC addresses; ports, protocol and addresses; by where it comes in. */
	hash = jhash_3words(words[0], words[1], words[2], seed ^ key->network);
	if (key->family == AF_INET) {
		hash = jhash_3words((__force u32)key->src.v4, (__force u32)key->dst.v4, words[3],
				    hash);
		return jhash_3words(words[4], key->in, (__force u32)key->remote.v4, hash);
	}
	hash = jhash2((__force const u32 *)key->src.v6.s6_addr32, 8, hash);
	hash = jhash_3words(words[3], words[4], key->in, hash);
	return jhash2((__force const u32 *)key->remote.v6.s6_addr32, 4, hash);
}

/* Are they different? Both are 0 where their family has nothing. */
static inline int vr_flow_key_differs(struct rhashtable_compare_arg *arg, const void *obj)
{
	const struct vr_flow_key *a = arg->key, *b = &((const struct vr_flow *)obj)->key;
	const u64 *x = vr_flow_key_words(a), *y = vr_flow_key_words(b);
	u64 differs = (x[0] ^ y[0]) | (x[1] ^ y[1]) | (x[2] ^ y[2]) | (x[3] ^ y[3]);

	BUILD_BUG_ON(VR_FLOW_KEY_WORDS != 4);
	if (a->family == AF_INET && a->remote_family != AF_INET6)
		return differs || a->src.v4 != b->src.v4 || a->dst.v4 != b->dst.v4 ||
		       a->remote.v4 != b->remote.v4;
	return differs || memcmp(&a->src, &b->src, sizeof(*a) - offsetof(struct vr_flow_key, src));
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

static inline void vr_flow_tell(struct vr_flows *flows, enum vr_flow_count count)
{
	this_cpu_inc(flows->counts[count]);
}

bool vr_flow_unreplied(const struct vr_path *path);
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
