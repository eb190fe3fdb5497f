/* SPDX-License-Identifier: GPL-2.0 */
/* The addresses of vifs and the routes and neighbours that come with them. */
#ifndef _VROUTER_CLAIM_H
#define _VROUTER_CLAIM_H

#include "core/vrouter.h"

struct vr_neighbour;
struct vr_route_use;

/**
 * struct vr_claimed - a whole address that vifs claim
 * @neigh: its neighbour
 * @claims: struct vr_claim, of the vif that has the address first; under vn->lock
 * @here: one of the claims counts: the address is at a vif here
 * @announced: the VM of the first claim said so
 * @elsewhere: MAC at which others said that the address is, as ether_addr_to_u64() makes
 *	it, or 0
 * @active: the vif that has the address, or NULL
 * @change: what packets said of it last, see vr_claim_announce(); 0 when that is done
 * @node: in vn->moves while there is a change
 * @closed: no vif claims it any more; under vn->moves_lock
 * @moved: jiffies when it last did
 *
 * The address is where it was last said to be. A vif that comes says that it is here, if
 * no other vif claimed it; so does a packet of a vif that claims it. A packet of the
 * overlay says that it is elsewhere, and so does a request that makes a static neighbour of
 * another MAC while no packet said that it is here.
 */
struct vr_claimed {
	struct vr_neighbour *neigh;
	struct list_head claims;
	bool here;
	bool announced;
	u64 elsewhere;
	struct vr_vif __rcu *active;
	atomic64_t change;
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

bool vr_claim_announce(struct vr_claimed *claimed, struct vr_vif *vif);
void vr_claim_announced_elsewhere(struct vr_claimed *claimed, struct vr_network *network,
				  const u8 *mac);
void vr_claim_static(struct vr_network *network, struct vr_claimed *claimed);
void vr_claims_init(struct vr_net *vn);
void vr_claims_exit(struct vr_net *vn);

#endif /* _VROUTER_CLAIM_H */
