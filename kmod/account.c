// SPDX-License-Identifier: GPL-2.0
/*
 * Accounts of vifs: how many connections their VMs have begun, and may begin.
 *
 * The host's tracking tells no one but its own when a connection ends. It does let go of
 * the master of a connection then: who expected it, and for ordinary ones no one. So
 * the master of a connection is the account of the vif whose VM began it, a template that
 * is in no table, and its references are the count. That is exact, wherever connections
 * end, costs one atomic at each end of a connection, and needs nothing of this module
 * when it is gone.
 *
 * A connection that a helper expected has its master already, by whose first packet it is
 * judged. Between the two comes a connection that is in no table: it has that packet, and
 * the account as its master.
 */
#include <linux/rcupdate.h>
#include <net/netfilter/nf_conntrack.h>
#include <net/netfilter/nf_conntrack_core.h>
#include <net/netfilter/nf_conntrack_zones.h>

#include "account.h"
#include "network.h"
#include "vif.h"

/**
 * struct vr_gone - the account of a vif that is gone
 * @node: in vr_accounts.gone
 * @ct: of the account, with the reference that was the vif's; NULL until it is gone
 * @unseen: packets do not find the vif any more
 * @since: what RCU says of when that began
 */
struct vr_gone {
	struct list_head node;
	struct nf_conn *ct;
	bool unseen;
	unsigned long since;
};

/* One reference is the vif's, and the list's when that is gone. */
static u32 count(const struct nf_conn *ct)
{
	return refcount_read(&ct->ct_general.use) - 1;
}

/** vr_account_count() - connections that the VM of a vif has begun; Context: any */
u32 vr_account_count(const struct vr_account *account)
{
	return count(account->ct);
}

/** vr_accounts_init() - of a network without vifs */
void vr_accounts_init(struct vr_accounts *accounts)
{
	spin_lock_init(&accounts->lock);
	INIT_LIST_HEAD(&accounts->gone);
	vr_accounts_review(accounts);
}

static void forget(struct vr_gone *gone)
{
	list_del(&gone->node);
	nf_ct_put(gone->ct);
	kfree(gone);
}

/** vr_accounts_exit() - lets go of what is left; no packet looks any more */
void vr_accounts_exit(struct vr_accounts *accounts)
{
	struct vr_gone *gone, *next;

	list_for_each_entry_safe(gone, next, &accounts->gone, node)
		forget(gone);
}

/** vr_accounts_review() - the network has another limit; Context: any */
void vr_accounts_review(struct vr_accounts *accounts)
{
	spin_lock_bh(&accounts->lock);
	accounts->counted = jiffies - 1;
	atomic_set(&accounts->allowance, 0);
	spin_unlock_bh(&accounts->lock);
}

/* May connections still begin? As long as there are packets that have found the vif. */
static bool is_over(const struct vr_gone *gone)
{
	return gone->unseen && poll_state_synchronize_rcu(gone->since);
}

/* Connections of vifs that are gone; accounts without any are forgotten. */
static u32 sum_gone(struct vr_accounts *accounts)
{
	struct vr_gone *gone, *next;
	u32 sum = 0, left;

	lockdep_assert_held(&accounts->lock);
	list_for_each_entry_safe(gone, next, &accounts->gone, node) {
		left = count(gone->ct);
		sum += left;
		if (!left && is_over(gone))
			forget(gone);
	}
	return sum;
}

static u32 sum_all(struct vr_network *network)
{
	u32 sum = sum_gone(&network->accounts);
	const struct vr_vif *vif;

	rcu_read_lock();
	list_for_each_entry_rcu(vif, &network->vifs, network_node)
		sum += count(vif->account.ct);
	rcu_read_unlock();
	return sum;
}

/** vr_accounts_sum() - connections that VMs of a network have begun; Context: any */
u32 vr_accounts_sum(struct vr_network *network)
{
	u32 sum;

	spin_lock_bh(&network->accounts.lock);
	sum = sum_all(network);
	spin_unlock_bh(&network->accounts.lock);
	return sum;
}

/**
 * vr_account_open() - for a new vif
 * @account: of the vif
 * @network: that the vif is in
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM; then vr_account_free() is to be called, too.
 */
int vr_account_open(struct vr_account *account, const struct vr_network *network)
{
	account->ct = nf_ct_tmpl_alloc(network->vn->net, &nf_ct_zone_dflt, GFP_KERNEL_ACCOUNT);
	account->gone = kzalloc(sizeof(*account->gone), GFP_KERNEL_ACCOUNT);
	return account->ct && account->gone ? 0 : -ENOMEM;
}

/**
 * vr_account_close() - the vif is gone, but perhaps not all of its connections
 * @account: of the vif, in whose network it still counts
 * @network: that the vif was in
 *
 * Context: vn->lock.
 */
void vr_account_close(struct vr_account *account, struct vr_network *network)
{
	struct vr_accounts *accounts = &network->accounts;

	account->gone->ct = account->ct;
	spin_lock_bh(&accounts->lock);
	sum_gone(accounts);
	list_add_tail(&account->gone->node, &accounts->gone);
	spin_unlock_bh(&accounts->lock);
}

/**
 * vr_account_free() - packets do not find the vif any more
 * @account: of the vif; what is closed is the network's, of others no packet knows
 * @network: that the vif was in
 *
 * Context: vn->lock.
 */
void vr_account_free(struct vr_account *account, struct vr_network *network)
{
	struct vr_gone *gone = account->gone;

	if (gone && gone->ct) {
		spin_lock_bh(&network->accounts.lock);
		gone->since = get_state_synchronize_rcu();
		gone->unseen = true;
		spin_unlock_bh(&network->accounts.lock);
		return;
	}
	kfree(gone);
	nf_ct_put(account->ct);
}

/*
 * How many may begin in a network is known after all of its vifs were counted, which many
 * connections share: ends are not seen, so what may begin for sure only gets less. When
 * the limit is reached, there is one count a jiffy.
 */
static void renew_allowance(struct vr_network *network, u32 max)
{
	struct vr_accounts *accounts = &network->accounts;
	unsigned long now = jiffies;
	u32 sum;

	spin_lock(&accounts->lock);
	if (accounts->counted != now && !atomic_read(&accounts->allowance)) {
		accounts->counted = now;
		sum = sum_all(network);
		atomic_set(&accounts->allowance, sum < max ? min_t(u32, max - sum, INT_MAX) : 0);
	}
	spin_unlock(&accounts->lock);
}

static bool network_is_full(struct vr_network *network)
{
	u32 max = READ_ONCE(network->max_connections);

	if (!max || atomic_read(&network->accounts.allowance))
		return false;
	renew_allowance(network, max);
	return !atomic_read(&network->accounts.allowance);
}

/**
 * vr_account_is_full() - has a VM, or have those of its network, all connections that they may?
 * @vif: of the VM
 *
 * Context: softirq or BH disabled; RCU read lock.
 */
bool vr_account_is_full(const struct vr_vif *vif)
{
	u32 max = READ_ONCE(vif->max_connections);

	return (max && count(vif->account.ct) >= max) || network_is_full(vif->network);
}

/* Takes one of the network's, after the vif's, so that who counts meanwhile sees it. */
static bool take_from_network(struct vr_network *network)
{
	atomic_t *allowance = &network->accounts.allowance;

	if (!READ_ONCE(network->max_connections) || atomic_dec_if_positive(allowance) >= 0)
		return true;
	return !network_is_full(network) && atomic_dec_if_positive(allowance) >= 0;
}

/* What comes between an expected connection and the account, or NULL without memory. */
static struct nf_conn *between(const struct nf_conn *ct)
{
	const struct nf_conntrack_tuple_hash *first = vr_account_origin(ct)->tuplehash;
	struct nf_conn *link;

	link = nf_conntrack_alloc(nf_ct_net(ct), nf_ct_zone(ct),
				  &first[IP_CT_DIR_ORIGINAL].tuple,
				  &first[IP_CT_DIR_REPLY].tuple, GFP_ATOMIC);
	if (IS_ERR(link))
		return NULL;
	/* As the host does with one that others may find a stale pointer to. */
	smp_wmb();
	refcount_set(&link->ct_general.use, 1);
	return link;
}

/* Makes the account, with a reference, pay for a connection. */
static enum vr_drop assign(struct nf_conn *ct, struct nf_conn *account)
{
	struct nf_conn *link;

	if (!(ct->status & IPS_EXPECTED)) {
		ct->master = account;
		return VR_DROP_NONE;
	}
	link = between(ct);
	if (!link) {
		nf_ct_put(account);
		return VR_DROP_CT_FULL;
	}
	link->master = account;
	nf_ct_put(ct->master);
	ct->master = link;
	return VR_DROP_NONE;
}

/**
 * vr_account_charge() - counts a new connection, if there may be one more
 * @vif: whose VM began it
 * @ct: the connection, which no one else knows yet
 *
 * It counts until the host's tracking frees it, whoever ends it.
 *
 * Context: softirq or BH disabled; RCU read lock.
 * Return: VR_DROP_NONE, or why the packet must be dropped.
 */
enum vr_drop vr_account_charge(const struct vr_vif *vif, struct nf_conn *ct)
{
	struct nf_conn *account = vif->account.ct;
	u32 max = READ_ONCE(vif->max_connections);

	nf_conntrack_get(&account->ct_general);
	if ((!max || count(account) <= max) && take_from_network(vif->network))
		return assign(ct, account);
	nf_ct_put(account);
	return VR_DROP_CT_LIMIT;
}
