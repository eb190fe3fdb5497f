/* SPDX-License-Identifier: GPL-2.0 */
/* Who has a prefix of a network beside, or instead of, a static route. */
#ifndef _VROUTER_ROUTE_USE_H
#define _VROUTER_ROUTE_USE_H

#include "core/vrouter.h"

struct vr_claim;
struct vr_route;

/**
 * struct vr_route_use - what a route is used by, if that is more than a next hop of a request
 * @node: in vn->route_uses
 * @route: whose
 * @fixed: next hop given by a request, or NULL
 * @claims: vifs with this address, the one that has it now first
 * @gateways: gateway addresses with this subnet
 * @refs: claims, gateways, and requests that are being carried out
 *
 * All under vn->lock. Most routes have none, so that a million of them take little.
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
