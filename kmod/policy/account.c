// SPDX-License-Identifier: GPL-2.0
/*
 * Accounts of vifs: how many connections their VMs have begun, and may begin.
 *
 * The host's tracking tells no one but its own when a connection ends. So an account holds a
 * reference to each of its connections, as the host's flow tables do, and looks at all of them
 * once a second: a connection that has ended is let go, and counts no more. Who is at a limit
 * does not wait for that: each packet that is refused looks at a few connections itself.
 *
 * A connection is on an account from when its first packet leaves. Packets that are dropped
 * before cost nothing.
 */
#include <linux/jiffies.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <net/netfilter/nf_conntrack.h>

#include "objects/network.h"
#include "objects/vif.h"
#include "policy/account.h"

/* All connections are looked at once a second, or as often as takes a tenth of the time. */
#define INTERVAL HZ
#define SHARE 10

/* Connections that are looked at under the lock, and for a packet that is refused. */
#define BATCH 64
#define STEP 8

/**
 * struct vr_charge - a connection on an account
 * @next: on the same account
 * @ct: held
 */
struct vr_charge {
	struct vr_charge *next;
	struct nf_conn *ct;
};

/** vr_account_count() - connections that the VM of a vif has begun; Context: any */
u32 vr_account_count(const struct vr_account *account)
{
	return READ_ONCE(account->count);
}

/** vr_accounts_sum() - connections that VMs of a network have begun; Context: any */
u32 vr_accounts_sum(const struct vr_network *network)
{
	return atomic_read(&network->accounts.count);
}

/*
 * Has a connection ended? So has one that only the account knows: its first packet was
 * dropped after all, or the same connection was made by another packet meanwhile. What has
 * timed out is ended by whoever comes by, as the host does itself.
 */
static bool is_over(const struct nf_conn *ct)
{
	return refcount_read(&ct->ct_general.use) == 1 || nf_ct_is_dying(ct) ||
	       nf_ct_should_gc(ct);
}

static void append(struct vr_account *account, struct vr_charge *charge)
{
	charge->next = NULL;
	*account->end = charge;
	account->end = &charge->next;
}

static struct vr_charge *take_oldest(struct vr_account *account)
{
	struct vr_charge *charge = account->oldest;

	account->oldest = charge->next;
	if (!account->oldest)
		account->end = &account->oldest;
	return charge;
}

/* Looks at some connections, and takes those that have ended off the account. */
static struct vr_charge *take_ended(struct vr_account *account, u32 budget)
{
	struct vr_charge *ended = NULL, *charge;

	lockdep_assert_held(&account->lock);
	while (budget-- && account->oldest) {
		charge = take_oldest(account);
		if (!is_over(charge->ct)) {
			append(account, charge);
			continue;
		}
		charge->next = ended;
		ended = charge;
		WRITE_ONCE(account->count, account->count - 1);
	}
	return ended;
}

static void release(struct vr_accounts *accounts, struct vr_charge *charge)
{
	struct vr_charge *next;

	for (; charge; charge = next) {
		next = charge->next;
		if (nf_ct_should_gc(charge->ct))
			nf_ct_kill(charge->ct);
		nf_ct_put(charge->ct);
		kfree(charge);
		atomic_dec(&accounts->count);
	}
}

/* Looks at so many connections. */
static void review(struct vr_accounts *accounts, struct vr_account *account, u32 budget)
{
	struct vr_charge *ended;

	spin_lock_bh(&account->lock);
	ended = take_ended(account, budget);
	spin_unlock_bh(&account->lock);
	release(accounts, ended);
}

/* Those that there are now. */
static void review_all(struct vr_accounts *accounts, struct vr_account *account)
{
	u32 left = READ_ONCE(account->count), budget;

	for (; left; left -= budget) {
		budget = min_t(u32, left, BATCH);
		review(accounts, account, budget);
		cond_resched();
	}
}

/* No one looks for the account of a vif that is gone, but packets may still see it. */
static void forget_if_empty(struct vr_accounts *accounts, struct vr_account *account)
{
	bool empty;

	spin_lock_bh(&account->lock);
	empty = account->closed && !account->count;
	spin_unlock_bh(&account->lock);
	if (!empty)
		return;
	spin_lock_bh(&accounts->lock);
	list_del(&account->node);
	spin_unlock_bh(&accounts->lock);
	kfree_rcu(account, rcu);
}

static struct vr_account *next_of(struct vr_accounts *accounts, struct vr_account *account)
{
	struct list_head *next;

	spin_lock_bh(&accounts->lock);
	next = account ? account->node.next : accounts->list.next;
	spin_unlock_bh(&accounts->lock);
	return next == &accounts->list ? NULL : list_entry(next, struct vr_account, node);
}

static void work(struct work_struct *work)
{
	struct vr_accounts *accounts = container_of(to_delayed_work(work), struct vr_accounts,
						    work);
	struct vr_account *account = next_of(accounts, NULL), *next;
	unsigned long begun = jiffies;

	for (; account; account = next) {
		review_all(accounts, account);
		next = next_of(accounts, account);
		forget_if_empty(accounts, account);
		cond_resched();
	}
	if (atomic_read(&accounts->count))
		queue_delayed_work(system_power_efficient_wq, &accounts->work,
				   max((jiffies - begun) * SHARE, (unsigned long)INTERVAL));
}

/** vr_accounts_init() - of a network without vifs */
void vr_accounts_init(struct vr_accounts *accounts)
{
	spin_lock_init(&accounts->lock);
	INIT_LIST_HEAD(&accounts->list);
	INIT_DELAYED_WORK(&accounts->work, work);
}

static struct vr_charge *take_all(struct vr_account *account)
{
	struct vr_charge *all;

	spin_lock_bh(&account->lock);
	WARN_ON_ONCE(!account->closed);
	all = account->oldest;
	account->oldest = NULL;
	account->end = &account->oldest;
	WRITE_ONCE(account->count, 0);
	spin_unlock_bh(&account->lock);
	return all;
}

/**
 * vr_accounts_close() - lets go of what is left of a network that goes
 * @accounts: of the network, whose vifs are gone; packets may still see them
 *
 * Context: vn->lock; may sleep.
 */
void vr_accounts_close(struct vr_accounts *accounts)
{
	struct vr_account *account, *next;

	cancel_delayed_work_sync(&accounts->work);
	list_for_each_entry_safe(account, next, &accounts->list, node) {
		list_del(&account->node);
		release(accounts, take_all(account));
		kfree_rcu(account, rcu);
	}
}

/**
 * vr_account_open() - for a new vif
 * @network: that the vif is in
 *
 * Context: may sleep.
 * Return: the account, for vr_account_close(), or NULL.
 */
struct vr_account *vr_account_open(struct vr_network *network)
{
	struct vr_account *account = kzalloc(sizeof(*account), VR_GFP_ACCOUNT);

	if (!account)
		return NULL;
	spin_lock_init(&account->lock);
	account->end = &account->oldest;
	spin_lock_bh(&network->accounts.lock);
	list_add_tail(&account->node, &network->accounts.list);
	spin_unlock_bh(&network->accounts.lock);
	return account;
}

/**
 * vr_account_close() - the vif is gone, but perhaps not all of its connections
 * @account: of the vif, or NULL; packets may still see it
 * @network: that the vif was in, in which they count
 *
 * Context: vn->lock.
 */
void vr_account_close(struct vr_account *account, struct vr_network *network)
{
	if (!account)
		return;
	spin_lock_bh(&account->lock);
	account->closed = true;
	spin_unlock_bh(&account->lock);
	queue_delayed_work(system_power_efficient_wq, &network->accounts.work, INTERVAL);
}

/**
 * vr_account_is_full() - has a VM, or have those of its network, all connections that they may?
 * @vif: of the VM
 *
 * Context: any.
 */
bool vr_account_is_full(const struct vr_vif *vif)
{
	u32 max = READ_ONCE(vif->max_connections);
	u32 network_max = READ_ONCE(vif->network->max_connections);

	return (max && vr_account_count(vif->account) >= max) ||
	       (network_max && vr_accounts_sum(vif->network) >= network_max);
}

/**
 * vr_account_make_room() - looks whether a few connections of a VM at a limit have ended
 * @vif: of the VM
 *
 * Context: softirq or BH disabled; RCU read lock.
 * Return: did any, so that there is room?
 */
bool vr_account_make_room(const struct vr_vif *vif)
{
	review(&vif->network->accounts, vif->account, STEP);
	return !vr_account_is_full(vif);
}

/* Counts one more, if there may be one; sees that ends are looked for. */
static bool count(struct vr_network *network)
{
	struct vr_accounts *accounts = &network->accounts;
	u32 max = READ_ONCE(network->max_connections);
	int sum = atomic_read(&accounts->count);

	do {
		if (max && (u32)sum >= max)
			return false;
	} while (!atomic_try_cmpxchg(&accounts->count, &sum, sum + 1));
	if (!sum)
		queue_delayed_work(system_power_efficient_wq, &accounts->work, INTERVAL);
	return true;
}

static enum vr_drop add(const struct vr_vif *vif, struct vr_charge *charge)
{
	struct vr_account *account = vif->account;
	u32 max = READ_ONCE(vif->max_connections);

	lockdep_assert_held(&account->lock);
	if (account->closed)
		return VR_DROP_VIF_DOWN;
	if ((max && account->count >= max) || !count(vif->network))
		return VR_DROP_CT_LIMIT;
	append(account, charge);
	WRITE_ONCE(account->count, account->count + 1);
	return VR_DROP_NONE;
}

/**
 * vr_account_charge() - counts a new connection, if there may be one more
 * @vif: whose VM began it
 * @ct: the connection, which no one else knows yet
 *
 * It counts until the host's tracking has ended it, whoever did, and the next look.
 *
 * Context: softirq or BH disabled; RCU read lock.
 * Return: VR_DROP_NONE, or why the packet must be dropped.
 */
enum vr_drop vr_account_charge(const struct vr_vif *vif, struct nf_conn *ct)
{
	struct vr_charge *charge = kmalloc(sizeof(*charge), GFP_ATOMIC | __GFP_NOWARN);
	enum vr_drop reason;

	if (!charge)
		return VR_DROP_NO_MEMORY;
	charge->ct = ct;
	nf_conntrack_get(&ct->ct_general);
	spin_lock(&vif->account->lock);
	reason = add(vif, charge);
	spin_unlock(&vif->account->lock);
	if (reason != VR_DROP_NONE) {
		nf_ct_put(ct);
		kfree(charge);
	}
	return reason;
}
