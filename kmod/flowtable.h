/* SPDX-License-Identifier: GPL-2.0 */
/* The flows of a namespace, in one table. See flowtable.c. */
#ifndef _VROUTER_FLOWTABLE_H
#define _VROUTER_FLOWTABLE_H

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

extern const struct rhashtable_params vr_flow_params;

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
