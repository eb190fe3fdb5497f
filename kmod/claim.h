/* SPDX-License-Identifier: GPL-2.0 */
/* The addresses of vifs and the routes and neighbours that come with them. */
#ifndef _VROUTER_CLAIM_H
#define _VROUTER_CLAIM_H

#include "vrouter.h"

struct vr_neighbour;
struct vr_route_use;

/**
 * struct vr_claimed - a whole address that vifs claim
 * @neigh: its neighbour
 * @claims: struct vr_claim, of the vif that has the address first; under vn->lock
 * @active: the vif that has the address; read by packets
 * @wish: what packets said of it last, see vr_claim_announce(); 0 when that is done
 * @node: in vn->moves while there is a wish
 * @closed: no vif claims it any more; under vn->moves_lock
 * @moved: jiffies when it last did
 */
struct vr_claimed {
	struct vr_neighbour *neigh;
	struct list_head claims;
	struct vr_vif __rcu *active;
	atomic64_t wish;
	struct list_head node;
	bool closed;
	unsigned long moved;
	struct rcu_head rcu;
};

/**
 * struct vr_claim - an address or prefix that a vif is allowed
 * @vif: the vif
 * @prefix: the address
 * @vif_node: in vif->claims
 * @use: of the route that it brings
 * @route_node: in use->claims
 * @claimed: of a whole address, with the neighbour that it brings, or NULL
 * @neigh_node: in claimed->claims
 */
struct vr_claim {
	struct vr_vif *vif;
	struct vr_prefix prefix;
	struct list_head vif_node;
	struct vr_route_use *use;
	struct list_head route_node;
	struct vr_claimed *claimed;
	struct list_head neigh_node;
};

struct vr_claim *vr_claim_create(struct vr_vif *vif, const struct vr_prefix *prefix);
void vr_claim_discard(struct vr_claim *claim);
void vr_claim_publish(struct vr_claim *claim);
void vr_claim_lose_mac(struct vr_claim *claim);
void vr_claim_new_mac(struct vr_claim *claim);
void vr_claim_destroy(struct vr_claim *claim);
bool vr_claim_is_active(const struct vr_claim *claim);

void vr_claim_announce(struct vr_claimed *claimed, struct vr_vif *vif);
void vr_claims_init(struct vr_net *vn);
void vr_claims_exit(struct vr_net *vn);

#endif /* _VROUTER_CLAIM_H */
