// SPDX-License-Identifier: GPL-2.0
/*
 * Users of a route: claims, gateways and a static next hop. A route that is only static is
 * all in struct vr_route, whose next hop is the static one. The other routes have a struct
 * vr_route_use, and so has a static route while it is changed.
 */
#include <linux/slab.h>

#include "fib/claim.h"
#include "fib/route.h"
#include "fib/route_use.h"

static const struct rhashtable_params route_use_params = {
	.head_offset = offsetof(struct vr_route_use, node),
	.key_offset = offsetof(struct vr_route_use, route),
	.key_len = sizeof(struct vr_route *),
	.automatic_shrinking = true,
};

/** vr_route_use() - the use of a route, or NULL if it is only static; Context: vn->lock */
struct vr_route_use *vr_route_use(struct vr_net *vn, const struct vr_route *route)
{
	lockdep_assert_held(&vn->lock);
	if (!(route->node.flags & VR_LPM_USED))
		return NULL;
	return rhashtable_lookup_fast(&vn->route_uses, &route, route_use_params);
}

static struct vr_route_use *route_use_make(struct vr_net *vn, struct vr_route *route)
{
	struct vr_route_use *use = kzalloc(sizeof(*use), VR_GFP_ACCOUNT);

	if (!use)
		return NULL;
	use->route = route;
	use->fixed = vr_deref(vn, route->nh);
	INIT_LIST_HEAD(&use->claims);
	if (!rhashtable_insert_fast(&vn->route_uses, &use->node, route_use_params)) {
		route->node.flags |= VR_LPM_USED;
		return use;
	}
	kfree(use);
	return NULL;
}

/**
 * vr_route_use_get() - takes a reference to the use of a route, created if there is none
 * @vn: the namespace
 * @route: the route
 *
 * Context: vn->lock; sleeps.
 * Return: its use, with another reference, or NULL if out of memory.
 */
struct vr_route_use *vr_route_use_get(struct vr_net *vn, struct vr_route *route)
{
	struct vr_route_use *use = vr_route_use(vn, route);

	if (!use)
		use = route_use_make(vn, route);
	if (use)
		use->refs++;
	return use;
}

/**
 * vr_route_use_put() - drops a reference to the use of a route
 * @vn: the namespace
 * @use: the use; at its last reference, the next hop of the route must be the static one
 *
 * Context: vn->lock.
 */
void vr_route_use_put(struct vr_net *vn, struct vr_route_use *use)
{
	lockdep_assert_held(&vn->lock);
	if (--use->refs)
		return;
	use->route->node.flags &= ~VR_LPM_USED;
	rhashtable_remove_fast(&vn->route_uses, &use->node, route_use_params);
	kfree(use);
}

/** vr_route_fixed() - the static next hop of a route, or NULL; Context: vn->lock */
struct vr_nexthop *vr_route_fixed(struct vr_net *vn, const struct vr_route *route)
{
	const struct vr_route_use *use = vr_route_use(vn, route);

	return use ? use->fixed : vr_deref(vn, route->nh);
}

/**
 * vr_route_claim() - the active claim of a route
 * @use: of the route, or NULL
 *
 * Context: vn->lock.
 * Return: the claim, or NULL if there is none or the address is elsewhere.
 */
struct vr_claim *vr_route_claim(const struct vr_route_use *use)
{
	struct vr_claim *first;

	if (!use || list_empty(&use->claims))
		return NULL;
	first = list_first_entry(&use->claims, struct vr_claim, route_node);
	return !first->claimed || first->claimed->here ? first : NULL;
}

/** vr_route_origin() - the origin of the active next hop; Context: vn->lock */
u32 vr_route_origin(struct vr_net *vn, const struct vr_route *route)
{
	const struct vr_route_use *use = vr_route_use(vn, route);

	if (vr_route_claim(use))
		return VROUTER_ORIGIN_VIF;
	return !use || use->fixed ? VROUTER_ORIGIN_STATIC : VROUTER_ORIGIN_GATEWAY;
}

int vr_route_uses_init(struct vr_net *vn)
{
	return rhashtable_init(&vn->route_uses, &route_use_params);
}

void vr_route_uses_exit(struct vr_net *vn)
{
	rhashtable_destroy(&vn->route_uses);
}
