/* SPDX-License-Identifier: GPL-2.0 */
/* Accounts of vifs: how many connections their VMs have begun. */
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
 * struct vr_connlimit - of a vif; outlives it for as long as connections of its VM are left
 * @lock: of the rest but @node
 * @oldest: connections, in no particular order but that of when they were looked at last
 * @end: where the next one is put
 * @count: how many there are
 * @closed: the vif is gone, so there will be no more
 * @node: in the list of the network's connlimits
 * @rcu: to free it
 */
struct vr_connlimit {
	spinlock_t lock;	/* see above */
	struct vr_charge *oldest;
	struct vr_charge **end;
	u32 count;
	bool closed;
	struct list_head node;
	struct rcu_head rcu;
};

/**
 * struct vr_connlimits - of all vifs of a network
 * @count: connections that their VMs have begun
 * @lock: of changes of @list; only @work takes any out while there are packets
 * @list: struct vr_connlimit
 * @work: looks for connections that have ended
 */
struct vr_connlimits {
	atomic_t count;
	spinlock_t lock;	/* of @list */
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
