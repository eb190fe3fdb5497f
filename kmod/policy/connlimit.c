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
#include "policy/connlimit.h"

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

/** vr_connlimit_count() - connections that the VM of a vif has begun; Context: any */
u32 vr_connlimit_count(const struct vr_connlimit *connlimit)
{
	return READ_ONCE(connlimit->count);
}

/** vr_connlimits_sum() - connections that VMs of a network have begun; Context: any */
u32 vr_connlimits_sum(const struct vr_network *network)
{
	return atomic_read(&network->connlimits.count);
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

static void append(struct vr_connlimit *connlimit, struct vr_charge *charge)
{
	charge->next = NULL;
	*connlimit->end = charge;
	connlimit->end = &charge->next;
}

static struct vr_charge *take_oldest(struct vr_connlimit *connlimit)
{
	struct vr_charge *charge = connlimit->oldest;

	connlimit->oldest = charge->next;
	if (!connlimit->oldest)
		connlimit->end = &connlimit->oldest;
	return charge;
}

/* Looks at some connections, and takes those that have ended off the account. */
static struct vr_charge *take_ended(struct vr_connlimit *connlimit, u32 budget)
{
	struct vr_charge *ended = NULL, *charge;

	lockdep_assert_held(&connlimit->lock);
	while (budget-- && connlimit->oldest) {
		charge = take_oldest(connlimit);
		if (!is_over(charge->ct)) {
			append(connlimit, charge);
			continue;
		}
		charge->next = ended;
		ended = charge;
		WRITE_ONCE(connlimit->count, connlimit->count - 1);
	}
	return ended;
}

static void release(struct vr_connlimits *connlimits, struct vr_charge *charge)
{
	struct vr_charge *next;

	for (; charge; charge = next) {
		next = charge->next;
		if (nf_ct_should_gc(charge->ct))
			nf_ct_kill(charge->ct);
		nf_ct_put(charge->ct);
		kfree(charge);
		atomic_dec(&connlimits->count);
	}
}

/* Looks at so many connections. */
static void review(struct vr_connlimits *connlimits, struct vr_connlimit *connlimit, u32 budget)
{
	struct vr_charge *ended;

	spin_lock_bh(&connlimit->lock);
	ended = take_ended(connlimit, budget);
	spin_unlock_bh(&connlimit->lock);
	release(connlimits, ended);
}

/* Those that there are now. */
static void review_all(struct vr_connlimits *connlimits, struct vr_connlimit *connlimit)
{
	u32 left = READ_ONCE(connlimit->count), budget;

	for (; left; left -= budget) {
		budget = min_t(u32, left, BATCH);
		review(connlimits, connlimit, budget);
		cond_resched();
	}
}

/* No one looks for the account of a vif that is gone, but packets may still see it. */
static void forget_if_empty(struct vr_connlimits *connlimits, struct vr_connlimit *connlimit)
{
	bool empty;

	spin_lock_bh(&connlimit->lock);
	empty = connlimit->closed && !connlimit->count;
	spin_unlock_bh(&connlimit->lock);
	if (!empty)
		return;
	spin_lock_bh(&connlimits->lock);
	list_del(&connlimit->node);
	spin_unlock_bh(&connlimits->lock);
	kfree_rcu(connlimit, rcu);
}

static struct vr_connlimit *next_of(struct vr_connlimits *connlimits,
				    struct vr_connlimit *connlimit)
{
	struct list_head *next;

	spin_lock_bh(&connlimits->lock);
	next = connlimit ? connlimit->node.next : connlimits->list.next;
	spin_unlock_bh(&connlimits->lock);
	return next == &connlimits->list ? NULL : list_entry(next, struct vr_connlimit, node);
}

static void connlimit_work(struct work_struct *work)
{
	struct vr_connlimits *connlimits = container_of(to_delayed_work(work), struct vr_connlimits,
						      work);
	struct vr_connlimit *connlimit = next_of(connlimits, NULL), *next;
	unsigned long begun = jiffies;

	for (; connlimit; connlimit = next) {
		review_all(connlimits, connlimit);
		next = next_of(connlimits, connlimit);
		forget_if_empty(connlimits, connlimit);
		cond_resched();
	}
	if (atomic_read(&connlimits->count))
		queue_delayed_work(system_power_efficient_wq, &connlimits->work,
				   max((jiffies - begun) * SHARE, (unsigned long)INTERVAL));
}

/** vr_connlimits_init() - of a network without vifs */
void vr_connlimits_init(struct vr_connlimits *connlimits)
{
	spin_lock_init(&connlimits->lock);
	INIT_LIST_HEAD(&connlimits->list);
	INIT_DELAYED_WORK(&connlimits->work, connlimit_work);
}

static struct vr_charge *take_all(struct vr_connlimit *connlimit)
{
	struct vr_charge *all;

	spin_lock_bh(&connlimit->lock);
	WARN_ON_ONCE(!connlimit->closed);
	all = connlimit->oldest;
	connlimit->oldest = NULL;
	connlimit->end = &connlimit->oldest;
	WRITE_ONCE(connlimit->count, 0);
	spin_unlock_bh(&connlimit->lock);
	return all;
}

/**
 * vr_connlimits_close() - lets go of what is left of a network that goes
 * @connlimits: of the network, whose vifs are gone; packets may still see them
 *
 * Context: vn->lock; may sleep.
 */
void vr_connlimits_close(struct vr_connlimits *connlimits)
{
	struct vr_connlimit *connlimit, *next;

	cancel_delayed_work_sync(&connlimits->work);
	list_for_each_entry_safe(connlimit, next, &connlimits->list, node) {
		list_del(&connlimit->node);
		release(connlimits, take_all(connlimit));
		kfree_rcu(connlimit, rcu);
	}
}

/**
 * vr_connlimit_open() - for a new vif
 * @network: that the vif is in
 *
 * Context: may sleep.
 * Return: the account, for vr_connlimit_close(), or NULL.
 */
struct vr_connlimit *vr_connlimit_open(struct vr_network *network)
{
	struct vr_connlimit *connlimit = kzalloc(sizeof(*connlimit), VR_GFP_ACCOUNT);

	if (!connlimit)
		return NULL;
	spin_lock_init(&connlimit->lock);
	connlimit->end = &connlimit->oldest;
	spin_lock_bh(&network->connlimits.lock);
	list_add_tail(&connlimit->node, &network->connlimits.list);
	spin_unlock_bh(&network->connlimits.lock);
	return connlimit;
}

/**
 * vr_connlimit_close() - the vif is gone, but perhaps not all of its connections
 * @connlimit: of the vif, or NULL; packets may still see it
 * @network: that the vif was in, in which they count
 *
 * Context: vn->lock.
 */
void vr_connlimit_close(struct vr_connlimit *connlimit, struct vr_network *network)
{
	if (!connlimit)
		return;
	spin_lock_bh(&connlimit->lock);
	connlimit->closed = true;
	spin_unlock_bh(&connlimit->lock);
	queue_delayed_work(system_power_efficient_wq, &network->connlimits.work, INTERVAL);
}

/**
 * vr_connlimit_is_full() - has a VM, or have those of its network, all connections that they may?
 * @vif: of the VM
 *
 * Context: any.
 */
bool vr_connlimit_is_full(const struct vr_vif *vif)
{
	u32 max = READ_ONCE(vif->max_connections);
	u32 network_max = READ_ONCE(vif->network->max_connections);

	return (max && vr_connlimit_count(vif->connlimit) >= max) ||
	       (network_max && vr_connlimits_sum(vif->network) >= network_max);
}

/**
 * vr_connlimit_make_room() - looks whether a few connections of a VM at a limit have ended
 * @vif: of the VM
 *
 * Context: softirq or BH disabled; RCU read lock.
 * Return: did any, so that there is room?
 */
bool vr_connlimit_make_room(const struct vr_vif *vif)
{
	review(&vif->network->connlimits, vif->connlimit, STEP);
	return !vr_connlimit_is_full(vif);
}

/* Counts one more, if there may be one; sees that ends are looked for. */
static bool connlimit_count(struct vr_network *network)
{
	struct vr_connlimits *connlimits = &network->connlimits;
	u32 max = READ_ONCE(network->max_connections);
	int sum = atomic_read(&connlimits->count);

	do {
		if (max && (u32)sum >= max)
			return false;
	} while (!atomic_try_cmpxchg(&connlimits->count, &sum, sum + 1));
	if (!sum)
		queue_delayed_work(system_power_efficient_wq, &connlimits->work, INTERVAL);
	return true;
}

static enum vr_drop connlimit_add(const struct vr_vif *vif, struct vr_charge *charge)
{
	struct vr_connlimit *connlimit = vif->connlimit;
	u32 max = READ_ONCE(vif->max_connections);

	lockdep_assert_held(&connlimit->lock);
	if (connlimit->closed)
		return VR_DROP_VIF_DOWN;
	if ((max && connlimit->count >= max) || !connlimit_count(vif->network))
		return VR_DROP_CT_LIMIT;
	append(connlimit, charge);
	WRITE_ONCE(connlimit->count, connlimit->count + 1);
	return VR_DROP_NONE;
}

/**
 * vr_connlimit_charge() - counts a new connection, if there may be one more
 * @vif: whose VM began it
 * @ct: the connection, which no one else knows yet
 *
 * It counts until the host's tracking has ended it, whoever did, and the next look.
 *
 * Context: softirq or BH disabled; RCU read lock.
 * Return: VR_DROP_NONE, or why the packet must be dropped.
 */
enum vr_drop vr_connlimit_charge(const struct vr_vif *vif, struct nf_conn *ct)
{
	struct vr_charge *charge = kmalloc(sizeof(*charge), GFP_ATOMIC | __GFP_NOWARN);
	enum vr_drop reason;

	if (!charge)
		return VR_DROP_NO_MEMORY;
	charge->ct = ct;
	nf_conntrack_get(&ct->ct_general);
	spin_lock(&vif->connlimit->lock);
	reason = connlimit_add(vif, charge);
	spin_unlock(&vif->connlimit->lock);
	if (reason != VR_DROP_NONE) {
		nf_ct_put(ct);
		kfree(charge);
	}
	return reason;
}
