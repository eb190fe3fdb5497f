/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VROUTER_FDB_H
#define _VROUTER_FDB_H

#include <linux/rbtree.h>

#include "core/vrouter.h"

/** struct vr_fdb_key - a MAC address of a network; without padding, as it is hashed as memory */
struct vr_fdb_key {
	u32 network;	/* id */
	u8 mac[ETH_ALEN];
	u16 zero;
};

/**
 * struct vr_fdb - where a MAC address is
 * @node: in vn->fdb
 * @key: network and MAC
 * @learned: learned from the source of a frame, by learn.c; read by packets
 * @tree: in network->fdb_tree
 * @nh: the active next hop; NULL until it is published
 * @fixed: static next hop, from a request, or NULL; under vn->lock
 * @vif: the vif that has the MAC, or NULL; under vn->lock
 * @used: jiffies of the last use, 0 for never; while @learned, of the last frame from the MAC
 * @rcu: to free it
 */
struct vr_fdb {
	struct rhash_head node;
	struct vr_fdb_key key;
	bool learned;
	struct rb_node tree;
	struct vr_nexthop __rcu *nh;
	struct vr_nexthop *fixed;
	struct vr_vif *vif;
	unsigned long used;
	struct rcu_head rcu;
};

struct genl_info;

struct vr_fdb *vr_fdb_lookup(const struct vr_network *network, const u8 *mac);
struct vr_fdb *vr_fdb_find(const struct vr_network *network, const u8 *mac);
struct vr_fdb *vr_fdb_get(struct vr_network *network, const u8 *mac, size_t size);
void vr_fdb_put(struct vr_network *network, struct vr_fdb *fdb);
void vr_fdb_update(struct vr_network *network, struct vr_fdb *fdb);
void vr_fdb_notify(struct vr_network *network, struct vr_fdb *fdb, u32 origin,
		   bool exists, struct genl_info *info);
int vr_fdb_init(struct vr_net *vn);
void vr_fdb_exit(struct vr_net *vn);
int vr_fdb_set_vif(struct vr_network *network, const u8 *mac,
		   struct vr_vif *vif);
void vr_fdb_clear_vif(struct vr_network *network, const u8 *mac);
struct vr_vif *vr_fdb_vif(const struct vr_network *network, const u8 *mac);
bool vr_fdb_is_static(const struct vr_network *network, const u8 *mac);
u32 vr_fdb_flush(struct vr_network *network, u32 count);
bool vr_fdb_user(struct vr_network *network, const struct vr_nexthop *nh, u32 *steps, char *buf,
		 size_t size);

#endif /* _VROUTER_FDB_H */
