// SPDX-License-Identifier: GPL-2.0
/*
 * Claims: the addresses of vifs, and the routes and neighbours that come with them.
 *
 * Several vifs, here and on other hypervisors, may be allowed the same address, as the
 * members of a VRRP group are. One of them has it: of the local vifs, the first in the lists
 * of the route and the neighbour. An announcement of the address by ARP or neighbour
 * discovery moves the announcing vif to the head of both lists, see struct vr_claimed.
 */
#include <linux/etherdevice.h>
#include <linux/slab.h>

#include "core/dryrun.h"
#include "core/object.h"
#include "fib/claim.h"
#include "fib/neighbour.h"
#include "fib/route.h"
#include "fib/route_use.h"
#include "lib/rate.h"
#include "objects/network.h"
#include "objects/vif.h"

/* Announcements move an address at most once per interval; the last one in it counts. */
#define MOVE_INTERVAL HZ

/* Addresses that one run of the worker handles, and the pause until the next run. */
#define MOVES_BATCH 64
#define MOVES_PAUSE (HZ / 50 + 1)

/*
 * Announcements accepted from a vif: a burst of one per address that a vif may have, as when
 * a cluster fails over, then 8 per second.
 */
#define ANNOUNCE_GAP (NSEC_PER_SEC / 8)
#define ANNOUNCE_BURST (VR_VIF_ADDRESSES_MAX * ANNOUNCE_GAP)

/* Announcements accepted from the overlay, per network: a burst of 256, then 64 per second. */
#define ELSEWHERE_GAP (NSEC_PER_SEC / 64)
#define ELSEWHERE_BURST (256 * ELSEWHERE_GAP)

/* A change is the id of a vif or, with this bit, a MAC in the overlay. */
#define ELSEWHERE BIT_ULL(63)

/* The record of a claimed address, created if there is none; NULL if out of memory. */
static struct vr_claimed *get_claimed(struct vr_net *vn, struct vr_neighbour *neigh)
{
	struct vr_claimed *claimed = vr_deref(vn, neigh->claimed);

	if (claimed)
		return claimed;
	claimed = kzalloc(sizeof(*claimed), VR_GFP_ACCOUNT);
	if (!claimed)
		return NULL;
	claimed->neigh = neigh;
	claimed->here = true;
	INIT_LIST_HEAD(&claimed->claims);
	INIT_LIST_HEAD(&claimed->node);
	claimed->moved = jiffies - MOVE_INTERVAL;
	rcu_assign_pointer(neigh->claimed, claimed);
	return claimed;
}

/* Frees the record after its last claim, and the neighbour if it has no other origin. */
static void put_claimed(struct vr_network *network, struct vr_claimed *claimed)
{
	struct vr_neighbour *neigh = claimed->neigh;
	struct vr_net *vn = network->vn;

	if (!list_empty(&claimed->claims))
		return;
	RCU_INIT_POINTER(neigh->claimed, NULL);
	spin_lock_bh(&vn->moves_lock);
	claimed->closed = true;
	list_del_init(&claimed->node);
	spin_unlock_bh(&vn->moves_lock);
	kfree_rcu(claimed, rcu);
	vr_neighbour_put(network, neigh);
}

/* @claim is being created and already has its route. */
static bool claim_neighbour(struct vr_claim *claim)
{
	struct vr_network *network = claim->vif->network;
	struct vr_neighbour *neigh = vr_neighbour_get(network, &claim->prefix.addr);

	if (IS_ERR(neigh))
		return false;
	claim->claimed = get_claimed(network->vn, neigh);
	if (!claim->claimed)
		vr_neighbour_put(network, neigh);
	return claim->claimed;
}

/**
 * vr_claim_create() - prepares a claim that packets do not see yet
 * @vif: the vif
 * @prefix: its address
 *
 * Context: vn->lock.
 * Return: the claim, to be published or discarded, or NULL if out of memory.
 */
struct vr_claim *vr_claim_create(struct vr_vif *vif, const struct vr_prefix *prefix)
{
	struct vr_claim *claim = kzalloc(sizeof(*claim), VR_GFP_ACCOUNT);

	if (!claim)
		return NULL;
	claim->vif = vif;
	claim->prefix = *prefix;
	claim->use = vr_route_begin_use(vif->network, prefix);
	if (!claim->use)
		goto free_claim;
	if (prefix->len != vr_addr_bits(&prefix->addr) || claim_neighbour(claim))
		return claim;
	vr_route_end_use(vif->network, claim->use);
free_claim:
	kfree(claim);
	return NULL;
}

/** vr_claim_discard() - frees a claim that was not published */
void vr_claim_discard(struct vr_claim *claim)
{
	vr_route_end_use(claim->vif->network, claim->use);
	if (claim->claimed)
		put_claimed(claim->vif->network, claim->claimed);
	kfree(claim);
}

/* The index of a claim among the lines of its route. */
static unsigned int route_line(const struct vr_claim *claim)
{
	const struct vr_claim *other;
	unsigned int line = 0;

	list_for_each_entry(other, &claim->use->claims, route_node) {
		if (other == claim)
			break;
		line++;
	}
	return line;
}

static bool has_mac(const struct vr_claim *claim)
{
	return vr_deref(claim->vif->vn, claim->vif->conf)->has_mac;
}

/* The index of a claim among the lines of its neighbour; a vif without a MAC has no line. */
static unsigned int neigh_line(const struct vr_claim *claim)
{
	const struct vr_claim *other;
	unsigned int line = 0;

	list_for_each_entry(other, &claim->claimed->claims, neigh_node) {
		if (other == claim)
			break;
		line += has_mac(other);
	}
	return line;
}

/* Notifies of a new or changed line and, if it is the first, of the line that it displaced. */
static void show_route(struct vr_claim *claim)
{
	unsigned int line = route_line(claim);

	vr_route_update(claim->vif->network, claim->use->route);
	vr_route_notify(claim->vif->network, claim->use->route, line, true);
	if (!line)
		vr_route_notify(claim->vif->network, claim->use->route, 1, true);
}

static void show_neigh(struct vr_claim *claim)
{
	struct vr_neighbour *neigh = claim->claimed->neigh;
	unsigned int line = neigh_line(claim);

	vr_neighbour_update(claim->vif->network, neigh);
	vr_neighbour_notify(claim->vif->network, neigh, line, true);
	if (!line)
		vr_neighbour_notify(claim->vif->network, neigh, 1, true);
}

/* Publishes which vif has an address, after its claims changed. */
static void update_claimed(struct vr_claimed *claimed)
{
	struct vr_claim *first = list_first_entry_or_null(&claimed->claims, struct vr_claim,
							  neigh_node);

	rcu_assign_pointer(claimed->active, first && claimed->here ? first->vif : NULL);
}

/**
 * vr_claim_publish() - puts a claim into effect
 * @claim: from vr_claim_create(); the last in the list, if other vifs claim the same prefix
 *
 * Context: vn->lock.
 */
void vr_claim_publish(struct vr_claim *claim)
{
	list_add_tail(&claim->vif_node, &claim->vif->claims);
	list_add_tail(&claim->route_node, &claim->use->claims);
	show_route(claim);
	if (!claim->claimed)
		return;
	list_add_tail(&claim->neigh_node, &claim->claimed->claims);
	update_claimed(claim->claimed);
	if (has_mac(claim))
		show_neigh(claim);
}

/**
 * vr_claim_lose_mac() - notifies that a claim's vif is about to lose its MAC address
 * @claim: published
 *
 * Context: vn->lock; vr_claim_new_mac() follows once the vif has no MAC.
 */
void vr_claim_lose_mac(struct vr_claim *claim)
{
	if (claim->claimed && has_mac(claim))
		vr_neighbour_notify(claim->vif->network, claim->claimed->neigh,
				    neigh_line(claim), false);
}

/** vr_claim_new_mac() - a claim's vif has another MAC address, or none; Context: vn->lock */
void vr_claim_new_mac(struct vr_claim *claim)
{
	if (!claim->claimed)
		return;
	if (has_mac(claim)) {
		show_neigh(claim);
		return;
	}
	vr_neighbour_update(claim->vif->network, claim->claimed->neigh);
	vr_neighbour_notify(claim->vif->network, claim->claimed->neigh, 0, true);
}

static void forget_elsewhere(struct vr_network *network, struct vr_claimed *claimed)
{
	if (claimed->elsewhere)
		vr_neighbour_notify_elsewhere(network, claimed->neigh, false);
	WRITE_ONCE(claimed->elsewhere, 0);
}

static void destroy_neigh(struct vr_claim *claim)
{
	struct vr_network *network = claim->vif->network;
	struct vr_neighbour *neigh = claim->claimed->neigh;
	unsigned int line = neigh_line(claim);
	bool seen = has_mac(claim);

	if (seen)
		vr_neighbour_notify(network, neigh, line, false);
	list_del(&claim->neigh_node);
	if (rcu_access_pointer(claim->claimed->active) == claim->vif)
		claim->claimed->announced = false;
	if (list_empty(&claim->claimed->claims))
		forget_elsewhere(network, claim->claimed);
	update_claimed(claim->claimed);
	vr_neighbour_update(network, neigh);
	if (seen && !line)
		vr_neighbour_notify(network, neigh, 0, true);
	put_claimed(network, claim->claimed);
}

/**
 * vr_claim_destroy() - removes a published claim; the next in the list gets the address
 * @claim: freed
 *
 * Context: vn->lock.
 */
void vr_claim_destroy(struct vr_claim *claim)
{
	struct vr_network *network = claim->vif->network;
	unsigned int line = route_line(claim);

	list_del(&claim->vif_node);
	if (claim->claimed)
		destroy_neigh(claim);
	vr_route_notify(network, claim->use->route, line, false);
	list_del(&claim->route_node);
	vr_route_update(network, claim->use->route);
	if (!line)
		vr_route_notify(network, claim->use->route, 0, true);
	vr_route_end_use(network, claim->use);
	kfree(claim);
}

/** vr_claim_is_active() - does the claim's vif have the address now? Context: vn->lock */
bool vr_claim_is_active(const struct vr_claim *claim)
{
	return vr_route_claim(claim->use) == claim;
}

/* Notifies of all lines that may have changed when an address moved. */
static void show_claimed(struct vr_network *network, struct vr_claimed *claimed)
{
	struct vr_claim *first = list_first_entry(&claimed->claims, struct vr_claim, neigh_node);

	update_claimed(claimed);
	vr_neighbour_update(network, claimed->neigh);
	vr_route_update(network, first->use->route);
	vr_route_notify_moved(network, first->use->route);
	vr_neighbour_notify_moved(network, claimed->neigh);
	vr_object_changed(first->vif->vn, &first->vif->obj, NULL);
}

/* Moves an address to the claim's vif. */
static void move_here(struct vr_claim *claim)
{
	struct vr_claimed *claimed = claim->claimed;
	struct vr_claim *first = list_first_entry(&claimed->claims, struct vr_claim, neigh_node);

	forget_elsewhere(claim->vif->network, claimed);
	claimed->here = true;
	list_move(&claim->route_node, &claim->use->claims);
	list_move(&claim->neigh_node, &claimed->claims);
	show_claimed(claim->vif->network, claimed);
	if (first != claim)
		vr_object_changed(first->vif->vn, &first->vif->obj, NULL);
}

/* Does a claim's vif have this MAC? False if the vif has no MAC. */
static bool claim_has(const struct vr_claim *claim, u64 mac)
{
	return has_mac(claim) &&
	       ether_addr_to_u64(vr_deref(claim->vif->vn, claim->vif->conf)->mac) == mac;
}

/* Moves an address to a MAC in the overlay. */
static void move_elsewhere(struct vr_claimed *claimed, u64 mac)
{
	struct vr_claim *first = list_first_entry(&claimed->claims, struct vr_claim, neigh_node);

	if (claimed->elsewhere == mac || (claimed->here && claim_has(first, mac)))
		return;
	claimed->moved = jiffies;
	forget_elsewhere(first->vif->network, claimed);
	claimed->here = false;
	claimed->announced = false;
	WRITE_ONCE(claimed->elsewhere, mac);
	show_claimed(first->vif->network, claimed);
}

static void move_to_vif(struct vr_net *vn, struct vr_claimed *claimed, u32 id)
{
	struct vr_object *obj = vr_object_by_id(vn, VR_KIND_VIF, id);
	struct vr_claim *claim;

	if (!obj)
		return;
	list_for_each_entry(claim, &vr_to_vif(obj)->claims, vif_node) {
		if (claim->claimed != claimed)
			continue;
		WRITE_ONCE(claimed->announced, true);
		if (vr_claim_is_active(claim))
			return;
		claimed->moved = jiffies;
		move_here(claim);
		return;
	}
}

static void move_claimed(struct vr_net *vn, struct vr_claimed *claimed, u64 change)
{
	if (change & ELSEWHERE)
		move_elsewhere(claimed, change & ~ELSEWHERE);
	else
		move_to_vif(vn, claimed, change);
}

/**
 * vr_claim_static() - a request created, changed or deleted the static neighbour of an address
 * @network: the network of the address
 * @claimed: the address
 *
 * The static neighbour overrides older information, unless a packet of a vif announced the
 * address there. A static neighbour with the MAC of the first claim's vif confirms that the
 * address is there: a controller may create all neighbours on all hypervisors. If that vif has
 * no MAC, the static neighbour gives its MAC and the address does not move. After a deletion,
 * the address is here again, unless the overlay announced it.
 *
 * Context: vn->lock.
 */
void vr_claim_static(struct vr_network *network, struct vr_claimed *claimed)
{
	struct vr_claim *first = list_first_entry(&claimed->claims, struct vr_claim, neigh_node);
	u64 fixed = claimed->neigh->fixed;
	bool was_here = claimed->here;

	if (!fixed)
		claimed->here |= !claimed->elsewhere;
	else if (claim_has(first, fixed))
		claimed->here = true;
	else if (has_mac(first) && !claimed->announced)
		claimed->here = false;
	else
		return;
	if (fixed)
		forget_elsewhere(network, claimed);
	if (claimed->here != was_here)
		show_claimed(network, claimed);
}

/*
 * Takes the first address off vn->moves. An address that moved within MOVE_INTERVAL goes to
 * @later and keeps waiting: if it were on no list, packets would queue it again.
 */
static struct vr_claimed *take_claimed(struct vr_net *vn, struct list_head *later, bool *early)
{
	struct vr_claimed *claimed;

	spin_lock_bh(&vn->moves_lock);
	claimed = list_first_entry_or_null(&vn->moves, struct vr_claimed, node);
	*early = claimed && time_before(jiffies, claimed->moved + MOVE_INTERVAL);
	if (*early)
		list_move_tail(&claimed->node, later);
	else if (claimed)
		list_del_init(&claimed->node);
	spin_unlock_bh(&vn->moves_lock);
	return claimed;
}

/* The caller's vn->lock keeps the claims alive. */
static void move_some_claimed(struct vr_net *vn)
{
	struct vr_claimed *claimed;
	LIST_HEAD(later);
	unsigned int i;
	bool early;

	for (i = 0; i < MOVES_BATCH; i++) {
		claimed = take_claimed(vn, &later, &early);
		if (!claimed)
			break;
		if (!early)
			move_claimed(vn, claimed, atomic64_xchg(&claimed->change, 0));
	}
	spin_lock_bh(&vn->moves_lock);
	list_splice_tail(&later, &vn->moves);
	spin_unlock_bh(&vn->moves_lock);
}

static void moves_work(struct work_struct *work)
{
	struct vr_net *vn = container_of(to_delayed_work(work), struct vr_net, moves_work);

	mutex_lock(&vn->lock);
	move_some_claimed(vn);
	if (!list_empty_careful(&vn->moves))
		queue_delayed_work(system_power_efficient_wq, &vn->moves_work, MOVES_PAUSE);
	mutex_unlock(&vn->lock);
}

/*
 * Queues an address at most once, however often it is announced: the list node is its own.
 * Both exchanges of claimed->change are full barriers: either this finds the address off the
 * list, or the worker that takes it off finds the new change.
 */
static void change_claimed(struct vr_net *vn, struct vr_claimed *claimed, u64 change)
{
	atomic64_xchg(&claimed->change, change);
	if (!list_empty_careful(&claimed->node))
		return;
	spin_lock_bh(&vn->moves_lock);
	if (list_empty(&claimed->node) && !claimed->closed)
		list_add_tail(&claimed->node, &vn->moves);
	spin_unlock_bh(&vn->moves_lock);
	queue_delayed_work(system_power_efficient_wq, &vn->moves_work, 0);
}

/**
 * vr_claim_announce() - a packet of a vif announced that an address is there
 * @claimed: the address
 * @vif: the vif, which is allowed it
 *
 * A worker moves the address soon, at most once per second and address. Announcements over
 * the rate limit of the vif are ignored, as if their packets had been lost; senders repeat them.
 *
 * Context: RCU read lock, softirq or BH disabled.
 * Return: is the address about to move there?
 */
bool vr_claim_announce(struct vr_claimed *claimed, struct vr_vif *vif)
{
	bool is_there = rcu_access_pointer(claimed->active) == vif;
	u64 said = atomic64_read(&claimed->change);

	if (said == vif->obj.id || (!said && is_there && READ_ONCE(claimed->announced)))
		return false;
	if (vr_trace_on() ||
	    !vr_rate_take(&vif->announced, ktime_get_ns(), ANNOUNCE_GAP, ANNOUNCE_BURST))
		return false;
	change_claimed(vif->vn, claimed, vif->obj.id);
	return !is_there;
}

/**
 * vr_claim_announced_elsewhere() - a packet of the overlay announced an address
 * @claimed: the address
 * @network: the network of the address
 * @mac: the MAC that has it
 *
 * As vr_claim_announce(), with a rate limit per network.
 *
 * Context: RCU read lock, softirq or BH disabled.
 */
void vr_claim_announced_elsewhere(struct vr_claimed *claimed, struct vr_network *network,
				  const u8 *mac)
{
	u64 change = ether_addr_to_u64(mac), said = atomic64_read(&claimed->change);

	if (said == (change | ELSEWHERE) || (!said && READ_ONCE(claimed->elsewhere) == change))
		return;
	if (vr_trace_on() ||
	    !vr_rate_take(&network->announced, ktime_get_ns(), ELSEWHERE_GAP, ELSEWHERE_BURST))
		return;
	change_claimed(network->vn, claimed, change | ELSEWHERE);
}

void vr_claims_init(struct vr_net *vn)
{
	INIT_LIST_HEAD(&vn->moves);
	spin_lock_init(&vn->moves_lock);
	INIT_DELAYED_WORK(&vn->moves_work, moves_work);
}

/* No packets are left. Context: without vn->lock, which the worker takes. */
void vr_claims_exit(struct vr_net *vn)
{
	cancel_delayed_work_sync(&vn->moves_work);
}
