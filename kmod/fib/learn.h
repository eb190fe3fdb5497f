/* SPDX-License-Identifier: GPL-2.0 */
/* Fdb entries learned from the sources of frames. */
#ifndef _VROUTER_LEARN_H
#define _VROUTER_LEARN_H

#include "core/packet.h"
#include "objects/network.h"

struct genl_info;
struct vr_fdb;

void vr_learn_source(const struct vr_pkt *pkt);

/**
 * vr_learn() - learns the source of a frame that passed all checks
 * @pkt: its metadata; pkt->network is the network that it arrived in
 *
 * Context: softirq or BH disabled; RCU read lock.
 */
static inline void vr_learn(const struct vr_pkt *pkt)
{
	if (READ_ONCE(pkt->network->learning) != VROUTER_LEARNING_OFF)
		vr_learn_source(pkt);
}

struct vr_nexthop *vr_learned_nexthop(const struct vr_fdb *fdb);
struct vr_vif *vr_learned_vif(const struct vr_fdb *fdb);
int vr_learned_fill(struct sk_buff *msg, const struct vr_fdb *fdb);

void vr_learn_drop(struct vr_fdb *fdb);
void vr_learn_forget(struct vr_fdb *fdb, struct genl_info *info);
void vr_learn_review(struct vr_network *network, bool new_vni);
void vr_learn_forget_vif(struct vr_vif *vif);
bool vr_learn_forget_tunnel(struct vr_tunnel *tunnel);

int vr_learn_init(struct vr_net *vn);
void vr_learn_stop(struct vr_net *vn);
void vr_learn_exit(struct vr_net *vn);

#endif /* _VROUTER_LEARN_H */
