/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VROUTER_NEIGHBOUR_H
#define _VROUTER_NEIGHBOUR_H

#include <linux/rbtree.h>

#include "core/vrouter.h"

/** struct vr_neigh_key - an address of a network; without padding, as it is hashed as memory */
struct vr_neigh_key {
	u32 network;	/* id */
	struct vr_addr addr;
};

/**
 * struct vr_neighbour - the MAC address of an IP address
 * @node: in vn->neighbours
 * @key: network and address
 * @tree: in network->neigh_tree
 * @mac: the active MAC, by ether_addr_to_u64(), 0 until it is published; packets read it
 *	with READ_ONCE()
 * @vif: the vif that has the address now, or NULL for a remote address
 * @fixed: static MAC, from a request, 0 for none; under vn->lock
 * @claimed: record of the vifs that claim it, or NULL; changed under vn->lock
 * @used: jiffies of the last use, 0 for never
 * @answered: ARP requests and neighbour solicitations answered
 * @rcu: to free it
 */
struct vr_neighbour {
	struct rhash_head node;
	struct vr_neigh_key key;
	struct rb_node tree;
	u64 mac;
	struct vr_vif __rcu *vif;
	u64 fixed;
	struct vr_claimed __rcu *claimed;
	unsigned long used;
	atomic_long_t answered;
	struct rcu_head rcu;
};

struct vr_claimed *vr_neighbour_claimed(const struct vr_network *network, u32 family,
					const void *addr);
struct vr_neighbour *vr_neighbour_lookup(const struct vr_network *network,
					 u32 family, const void *addr);
u32 vr_neighbour_origin(const struct vr_neighbour *neigh);
int vr_neighbours_init(struct vr_net *vn);
void vr_neighbours_exit(struct vr_net *vn);
bool vr_neighbour_is_static(const struct vr_network *network,
			    const struct vr_addr *addr);
void vr_neighbour_notify(struct vr_network *network, struct vr_neighbour *neigh,
			 unsigned int line, bool exists);
void vr_neighbour_notify_elsewhere(struct vr_network *network, struct vr_neighbour *neigh,
				   bool exists);
void vr_neighbour_notify_moved(struct vr_network *network, struct vr_neighbour *neigh);
struct vr_neighbour *vr_neighbour_get(struct vr_network *network,
				      const struct vr_addr *addr);
void vr_neighbour_put(struct vr_network *network, struct vr_neighbour *neigh);
void vr_neighbour_update(struct vr_network *network,
			 struct vr_neighbour *neigh);
struct vr_vif *vr_neighbour_claimant(const struct vr_network *network,
				     const struct vr_addr *addr);
u32 vr_neighbours_flush(struct vr_network *network, u32 count);

#endif /* _VROUTER_NEIGHBOUR_H */
