/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VROUTER_ROUTE_H
#define _VROUTER_ROUTE_H

#include "core/vrouter.h"
#include "lib/lpm.h"
#include "objects/network.h"

/**
 * struct vr_route - a prefix of a network and where it leads
 * @nh: the active next hop, of the origin that wins; not NULL if a lookup finds the
 *	route. Without a struct vr_route_use, the static next hop.
 * @used: jiffies of the last use, 0 for never; packets write it at most once a
 *	jiffy
 * @node: the prefix, in the network's table; last, since the length of its key varies
 */
struct vr_route {
	struct vr_nexthop __rcu *nh;
	unsigned long used;
	struct vr_lpm_node node;
};

static_assert(offsetof(struct vr_route, node) == VR_LPM_HEAD);

static inline bool vr_route_is_v6(const struct vr_route *route)
{
	return route->node.flags & VR_LPM_V6;
}

/**
 * vr_route_lookup() - longest matching prefix
 * @network: the owner of the table
 * @family: AF_INET or AF_INET6
 * @addr: 4 or 16 bytes in network order
 *
 * Context: RCU read lock or vn->lock.
 * Return: the route, or NULL.
 */
static inline struct vr_route *vr_route_lookup(struct vr_network *network,
					       u32 family, const void *addr)
{
	struct vr_lpm_node *node;

	node = vr_lpm_lookup(vr_network_routes(network, family), addr);
	return node ? container_of(node, struct vr_route, node) : NULL;
}

void vr_route_notify(struct vr_network *network, struct vr_route *route,
		     unsigned int line, bool exists);
void vr_route_notify_moved(struct vr_network *network, struct vr_route *route);
void vr_route_notify_connected(struct vr_network *network, const struct vr_prefix *prefix,
			       bool exists);
struct vr_route *vr_route_get(struct vr_network *network,
			      const struct vr_prefix *prefix);
void vr_route_put(struct vr_network *network, struct vr_route *route);
void vr_route_update(struct vr_network *network, struct vr_route *route);
struct vr_route_use *vr_route_begin_use(struct vr_network *network,
					const struct vr_prefix *prefix);
void vr_route_end_use(struct vr_network *network, struct vr_route_use *use);
int vr_route_connect(struct vr_network *network, const struct vr_prefix *prefix);
void vr_route_disconnect(struct vr_network *network, const struct vr_prefix *prefix);
u32 vr_routes_flush(struct vr_network *network, u32 count);
bool vr_route_user(struct vr_network *network, const struct vr_nexthop *nh, u32 *steps, char *buf,
		   size_t size);

#endif /* _VROUTER_ROUTE_H */
