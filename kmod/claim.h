/* SPDX-License-Identifier: GPL-2.0 */
/* The addresses of vifs and the routes and neighbours that come with them. */
#ifndef _VROUTER_CLAIM_H
#define _VROUTER_CLAIM_H

#include "vrouter.h"

struct vr_neighbour;
struct vr_route_use;

/**
 * struct vr_claim - an address or prefix that a vif is allowed
 * @vif: the vif
 * @prefix: the address
 * @vif_node: in vif->claims
 * @use: of the route that it brings
 * @route_node: in use->claims
 * @neigh: the neighbour that it brings, or NULL
 * @neigh_node: in neigh->claims
 */
struct vr_claim {
	struct vr_vif *vif;
	struct vr_prefix prefix;
	struct list_head vif_node;
	struct vr_route_use *use;
	struct list_head route_node;
	struct vr_neighbour *neigh;
	struct list_head neigh_node;
};

struct vr_claim *vr_claim_create(struct vr_vif *vif, const struct vr_prefix *prefix);
void vr_claim_discard(struct vr_claim *claim);
void vr_claim_publish(struct vr_claim *claim);
void vr_claim_lose_mac(struct vr_claim *claim);
void vr_claim_new_mac(struct vr_claim *claim);
void vr_claim_destroy(struct vr_claim *claim);
bool vr_claim_is_active(const struct vr_claim *claim);

void vr_claim_move(struct vr_vif *vif, const struct vr_addr *addr);
void vr_claims_init(struct vr_net *vn);
void vr_claims_exit(struct vr_net *vn);

#endif /* _VROUTER_CLAIM_H */
