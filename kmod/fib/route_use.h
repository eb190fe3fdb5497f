/* SPDX-License-Identifier: GPL-2.0 */
/* Users of a route beside, or instead of, a static route: claims and gateways. */
#ifndef _VROUTER_ROUTE_USE_H
#define _VROUTER_ROUTE_USE_H

#include "core/vrouter.h"

struct vr_claim;
struct vr_route;

/**
 * struct vr_route_use - users of a route that is more than a static route
 * @node: in vn->route_uses
 * @route: the route
 * @fixed: static next hop, from a request, or NULL
 * @claims: claims of vifs with this prefix, the vif that has it now first
 * @gateways: number of gateway addresses with this subnet
 * @refs: number of claims, gateways, and requests in progress
 *
 * All under vn->lock. Most routes have none, which saves memory with a million routes.
 */
struct vr_route_use {
	struct rhash_head node;
	struct vr_route *route;
	struct vr_nexthop *fixed;
	struct list_head claims;
	u32 gateways;
	u32 refs;
};

struct vr_route_use *vr_route_use(struct vr_net *vn, const struct vr_route *route);
struct vr_route_use *vr_route_use_get(struct vr_net *vn, struct vr_route *route);
void vr_route_use_put(struct vr_net *vn, struct vr_route_use *use);
struct vr_nexthop *vr_route_fixed(struct vr_net *vn, const struct vr_route *route);
struct vr_claim *vr_route_claim(const struct vr_route_use *use);
u32 vr_route_origin(struct vr_net *vn, const struct vr_route *route);

int vr_route_uses_init(struct vr_net *vn);
void vr_route_uses_exit(struct vr_net *vn);

#endif /* _VROUTER_ROUTE_USE_H */
