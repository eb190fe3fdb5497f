/* SPDX-License-Identifier: GPL-2.0 */
/* Claims: the addresses of vifs, and the routes and neighbours that come with them. */
#ifndef _VROUTER_CLAIM_H
#define _VROUTER_CLAIM_H

#include "core/vrouter.h"

struct vr_neighbour;
struct vr_route_use;

/**
 * struct vr_claimed - a host address (/32 or /128) that vifs claim
 * @neigh: its neighbour
 * @claims: struct vr_claim, the vif that has the address first; under vn->lock
 * @here: the address is at a local vif: the claims are in effect
 * @announced: the VM of the first claim announced the address
 * @elsewhere: MAC in the overlay that announced the address, by ether_addr_to_u64(), or 0
 * @active: the vif that has the address, or NULL
 * @change: last announcement, see vr_claim_announce(); 0 once it is carried out
 * @node: in vn->moves while @change waits
 * @closed: no vif claims it any more; under vn->moves_lock
 * @moved: jiffies of the last move by an announcement
 * @rcu: to free it
 *
 * The last source decides where the address is. These say that it is at a local vif: the
 * first vif to claim it, and a packet of a vif that claims it. These say that it is
 * elsewhere: a packet of the overlay, and a request for a static neighbour with another MAC,
 * unless a packet of a vif announced the address here.
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
 * @prefix: the address or prefix
 * @vif_node: in vif->claims
 * @use: the use of its route
 * @route_node: in use->claims
 * @claimed: record of a host address, with its neighbour; NULL for a shorter prefix
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
