// SPDX-License-Identifier: GPL-2.0
/*
 * Connection limits: count and limit the connections that the VM of each vif begins.
 *
 * Conntrack does not notify other modules when a connection ends. The connection limit of a
 * vif therefore holds a reference to each connection, as the kernel's flow tables do, and a
 * work item checks all of them once a second and releases those that have ended. At a limit,
 * each packet that would begin a connection also checks a few connections itself, rather than
 * wait for the work.
 *
 * A connection is charged to the limit when its first packet leaves. A packet that is dropped
 * earlier is not charged.
 */
#include <linux/jiffies.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <net/netfilter/nf_conntrack.h>

#include "objects/network.h"
#include "objects/vif.h"
#include "policy/connlimit.h"

/* Delay between scans of all connections: the longer of a second and SHARE times the last scan. */
#define INTERVAL HZ
#define SHARE 10

/* Connections to check per hold of the lock, and for each packet at a limit. */
#define BATCH 64
#define STEP 8

/**
 * struct vr_charge - a connection that is charged to a connection limit
 * @next: next charge of the same connection limit
 * @ct: the connection, referenced
 */
struct vr_charge {
	struct vr_charge *next;
	struct nf_conn *ct;
};

/** vr_connlimit_count() - number of connections that the VM of a vif has begun; Context: any */
u32 vr_connlimit_count(const struct vr_connlimit *connlimit)
{
	return READ_ONCE(connlimit->count);
}

/** vr_connlimits_sum() - number of connections that VMs of a network have begun; Context: any */
u32 vr_connlimits_sum(const struct vr_network *network)
{
	return atomic_read(&network->connlimits.count);
}

/*
 * Has a connection ended? If the charge has the only reference, the first packet was dropped
 * after all, or another packet has made the same connection meanwhile. A connection that has
 * timed out is ended by anyone who finds it, as conntrack does too.
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

/* Checks some connections, and removes those that have ended. */
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

/* Checks @budget connections, and releases those that have ended. */
static void review(struct vr_connlimits *connlimits, struct vr_connlimit *connlimit, u32 budget)
{
	struct vr_charge *ended;

	spin_lock_bh(&connlimit->lock);
	ended = take_ended(connlimit, budget);
	spin_unlock_bh(&connlimit->lock);
	release(connlimits, ended);
}

/* Checks as many connections as there are now. */
static void review_all(struct vr_connlimits *connlimits, struct vr_connlimit *connlimit)
{
	u32 left = READ_ONCE(connlimit->count), budget;

	for (; left; left -= budget) {
		budget = min_t(u32, left, BATCH);
		review(connlimits, connlimit, budget);
		cond_resched();
	}
}

/* Frees the limit of a vif that is gone once it is empty. Packets may still read it. */
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

/** vr_connlimits_init() - initializes the connection limits of a network without vifs */
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
 * vr_connlimits_close() - releases all connections of a network that is being deleted
 * @connlimits: connection limits of the network, whose vifs are gone; packets may still
 *	read them
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
 * vr_connlimit_open() - allocates the connection limit of a new vif
 * @network: network of the vif
 *
 * Context: may sleep.
 * Return: the connection limit, for vr_connlimit_close(), or NULL if there is no memory.
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
 * vr_connlimit_close() - closes the connection limit of a vif that is gone
 * @connlimit: connection limit of the vif, or NULL; packets may still read it
 * @network: network that the vif was in
 *
 * The connections that are left count for the network until they end. Then the connection
 * limit is freed.
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
 * vr_connlimit_is_full() - checks whether a VM or its network is at its connection limit
 * @vif: vif of the VM
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
 * vr_connlimit_make_room() - releases ended connections of a VM at a limit
 * @vif: vif of the VM
 *
 * Only a few connections are checked.
 *
 * Context: softirq or BH disabled; RCU read lock.
 * Return: true if the VM may begin a connection now.
 */
bool vr_connlimit_make_room(const struct vr_vif *vif)
{
	review(&vif->network->connlimits, vif->connlimit, STEP);
	return !vr_connlimit_is_full(vif);
}

/* Counts a connection of the network, unless at the limit. The first one starts the work. */
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
 * vr_connlimit_charge() - charges a new connection to the limit of a vif and its network
 * @vif: vif of the VM that began the connection
 * @ct: the connection, not confirmed yet
 *
 * The connection counts until it has ended in conntrack and the next check finds that out.
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
