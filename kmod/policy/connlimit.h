/* SPDX-License-Identifier: GPL-2.0 */
/* Connection limits: count the connections that the VM of each vif has begun. */
#ifndef _VROUTER_CONNLIMIT_H
#define _VROUTER_CONNLIMIT_H

#include <linux/atomic.h>
#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/workqueue.h>

#include "core/drop.h"

struct nf_conn;
struct vr_network;
struct vr_vif;

/**
 * struct vr_connlimit - connections of a vif's VM; outlives the vif until the last one ends
 * @lock: protects all members but @node and @rcu
 * @oldest: list of connections, the least recently checked one first
 * @end: link to which the next connection is appended
 * @count: number of connections in the list
 * @closed: the vif is gone; no connections are added
 * @node: in vr_connlimits.list
 * @rcu: to free the structure
 */
struct vr_connlimit {
	spinlock_t lock;	/* protects all but node and rcu */
	struct vr_charge *oldest;
	struct vr_charge **end;
	u32 count;
	bool closed;
	struct list_head node;
	struct rcu_head rcu;
};

/**
 * struct vr_connlimits - connections of all vifs of a network
 * @count: number of connections that the VMs have begun
 * @lock: protects changes of @list; only @work and vr_connlimits_close() remove entries
 * @list: struct vr_connlimit of each vif
 * @work: periodically removes connections that have ended
 */
struct vr_connlimits {
	atomic_t count;
	spinlock_t lock;	/* protects list */
	struct list_head list;
	struct delayed_work work;
};

void vr_connlimits_init(struct vr_connlimits *connlimits);
void vr_connlimits_close(struct vr_connlimits *connlimits);
u32 vr_connlimits_sum(const struct vr_network *network);

struct vr_connlimit *vr_connlimit_open(struct vr_network *network);
void vr_connlimit_close(struct vr_connlimit *connlimit, struct vr_network *network);
u32 vr_connlimit_count(const struct vr_connlimit *connlimit);
bool vr_connlimit_is_full(const struct vr_vif *vif);
bool vr_connlimit_make_room(const struct vr_vif *vif);
enum vr_drop vr_connlimit_charge(const struct vr_vif *vif, struct nf_conn *ct);

#endif /* _VROUTER_CONNLIMIT_H */
