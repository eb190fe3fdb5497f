/* SPDX-License-Identifier: GPL-2.0 */
/* Accounts of vifs: how many connections their VMs have begun. */
#ifndef _VROUTER_ACCOUNT_H
#define _VROUTER_ACCOUNT_H

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
 * struct vr_account - of a vif; outlives it for as long as connections of its VM are left
 * @lock: of the rest but @node
 * @oldest: connections, in no particular order but that of when they were looked at last
 * @end: where the next one is put
 * @count: how many there are
 * @closed: the vif is gone, so there will be no more
 * @node: in the list of the network's accounts
 * @rcu: to free it
 */
struct vr_account {
	spinlock_t lock;	/* see above */
	struct vr_charge *oldest;
	struct vr_charge **end;
	u32 count;
	bool closed;
	struct list_head node;
	struct rcu_head rcu;
};

/**
 * struct vr_accounts - of all vifs of a network
 * @count: connections that their VMs have begun
 * @lock: of changes of @list; only @work takes any out while there are packets
 * @list: struct vr_account
 * @work: looks for connections that have ended
 */
struct vr_accounts {
	atomic_t count;
	spinlock_t lock;	/* of @list */
	struct list_head list;
	struct delayed_work work;
};

void vr_accounts_init(struct vr_accounts *accounts);
void vr_accounts_close(struct vr_accounts *accounts);
u32 vr_accounts_sum(const struct vr_network *network);

struct vr_account *vr_account_open(struct vr_network *network);
void vr_account_close(struct vr_account *account, struct vr_network *network);
u32 vr_account_count(const struct vr_account *account);
bool vr_account_is_full(const struct vr_vif *vif);
bool vr_account_make_room(const struct vr_vif *vif);
enum vr_drop vr_account_charge(const struct vr_vif *vif, struct nf_conn *ct);

#endif /* _VROUTER_ACCOUNT_H */
