/* SPDX-License-Identifier: GPL-2.0 */
/* Accounts of vifs: how many connections their VMs have begun. */
#ifndef _VROUTER_ACCOUNT_H
#define _VROUTER_ACCOUNT_H

#include <linux/atomic.h>
#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <net/netfilter/nf_conntrack.h>

#include "drop.h"

struct vr_network;
struct vr_vif;

/**
 * struct vr_account - of a vif
 * @ct: has a reference by each connection, and one by the vif
 * @gone: what the network keeps when the vif goes, from vr_account_close() on its own
 */
struct vr_account {
	struct nf_conn *ct;
	struct vr_gone *gone;
};

/**
 * struct vr_accounts - of all vifs of a network
 * @lock: of the rest
 * @gone: struct vr_gone of vifs that are gone, while connections of theirs are left
 * @counted: when all were counted last, in jiffies
 * @allowance: connections that may begin until they must be counted again
 */
struct vr_accounts {
	spinlock_t lock;	/* of what follows */
	struct list_head gone;
	unsigned long counted;
	atomic_t allowance;
};

void vr_accounts_init(struct vr_accounts *accounts);
void vr_accounts_exit(struct vr_accounts *accounts);
void vr_accounts_review(struct vr_accounts *accounts);
u32 vr_accounts_sum(struct vr_network *network);

int vr_account_open(struct vr_account *account, const struct vr_network *network);
void vr_account_close(struct vr_account *account, struct vr_network *network);
void vr_account_free(struct vr_account *account, struct vr_network *network);
u32 vr_account_count(const struct vr_account *account);
bool vr_account_is_full(const struct vr_vif *vif);
enum vr_drop vr_account_charge(const struct vr_vif *vif, struct nf_conn *ct);

/**
 * vr_account_origin() - the connection in which one that was expected has its reason
 * @ct: any connection
 *
 * Return: that connection, or what has its first packet; @ct when no one expected it.
 */
static inline const struct nf_conn *vr_account_origin(const struct nf_conn *ct)
{
	while (ct->status & IPS_EXPECTED && ct->master)
		ct = ct->master;
	return ct;
}

#endif /* _VROUTER_ACCOUNT_H */
