// SPDX-License-Identifier: GPL-2.0
/*
 * Claims: the addresses of vifs, and the routes and neighbours that come with them.
 *
 * Several vifs may be allowed one address, as the members of a VRRP group are. One of
 * them has it, the first in the lists of the route and the neighbour; a gratuitous
 * ARP or an unsolicited neighbour advertisement from another moves it there.
 */
#include <linux/slab.h>

#include "claim.h"
#include "neighbour.h"
#include "network.h"
#include "object.h"
#include "route.h"
#include "route_use.h"
#include "tracing.h"
#include "vif.h"

/* More moves than this in a tick are someone's nonsense, and the last ones count. */
#define MOVES_MAX 256

/* An address that a packet said has moved. */
struct move {
	struct list_head node;
	u32 vif;
	struct vr_addr addr;
};

/**
 * vr_claim_create() - prepares a claim, unseen by packets
 * @vif: the vif
 * @prefix: its address
 *
 * Context: vn->lock.
 * Return: the claim, to be published or discarded, or NULL without memory.
 */
struct vr_claim *vr_claim_create(struct vr_vif *vif, const struct vr_prefix *prefix)
{
	struct vr_claim *claim = kzalloc(sizeof(*claim), GFP_KERNEL_ACCOUNT);

	if (!claim)
		return NULL;
	claim->vif = vif;
	claim->prefix = *prefix;
	claim->use = vr_route_begin_use(vif->network, prefix);
	if (!claim->use)
		goto free_claim;
	if (prefix->len != vr_addr_bits(&prefix->addr))
		return claim;
	claim->neigh = vr_neighbour_get(vif->network, &prefix->addr);
	if (!IS_ERR(claim->neigh))
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
	if (claim->neigh)
		vr_neighbour_put(claim->vif->network, claim->neigh);
	kfree(claim);
}

/* Which line of its route a claim is. */
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

/* Which line of its neighbour a claim is; those without a MAC have none. */
static unsigned int neigh_line(const struct vr_claim *claim)
{
	const struct vr_claim *other;
	unsigned int line = 0;

	list_for_each_entry(other, &claim->neigh->claims, neigh_node) {
		if (other == claim)
			break;
		line += has_mac(other);
	}
	return line;
}

/* Tells of a line that is new or changed, and when it leads, of the one that it beats. */
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
	unsigned int line = neigh_line(claim);

	vr_neighbour_update(claim->vif->network, claim->neigh);
	vr_neighbour_notify(claim->vif->network, claim->neigh, line, true);
	if (!line)
		vr_neighbour_notify(claim->vif->network, claim->neigh, 1, true);
}

/**
 * vr_claim_publish() - puts a claim to use
 * @claim: from vr_claim_create(); where other vifs claim the same, the last in line
 *
 * Context: vn->lock.
 */
void vr_claim_publish(struct vr_claim *claim)
{
	list_add_tail(&claim->vif_node, &claim->vif->claims);
	list_add_tail(&claim->route_node, &claim->use->claims);
	show_route(claim);
	if (!claim->neigh)
		return;
	list_add_tail(&claim->neigh_node, &claim->neigh->claims);
	if (has_mac(claim))
		show_neigh(claim);
}

/**
 * vr_claim_lose_mac() - its vif is about to have no MAC address any more
 * @claim: published
 *
 * Context: vn->lock; vr_claim_new_mac() follows when the vif has none.
 */
void vr_claim_lose_mac(struct vr_claim *claim)
{
	if (claim->neigh && has_mac(claim))
		vr_neighbour_notify(claim->vif->network, claim->neigh, neigh_line(claim), false);
}

/** vr_claim_new_mac() - its vif has another MAC address, or none; Context: vn->lock */
void vr_claim_new_mac(struct vr_claim *claim)
{
	if (!claim->neigh)
		return;
	if (has_mac(claim)) {
		show_neigh(claim);
		return;
	}
	vr_neighbour_update(claim->vif->network, claim->neigh);
	vr_neighbour_notify(claim->vif->network, claim->neigh, 0, true);
}

static void destroy_neigh(struct vr_claim *claim)
{
	struct vr_network *network = claim->vif->network;
	unsigned int line = neigh_line(claim);
	bool seen = has_mac(claim);

	if (seen)
		vr_neighbour_notify(network, claim->neigh, line, false);
	list_del(&claim->neigh_node);
	vr_neighbour_update(network, claim->neigh);
	if (seen && !line)
		vr_neighbour_notify(network, claim->neigh, 0, true);
	vr_neighbour_put(network, claim->neigh);
}

/**
 * vr_claim_destroy() - takes a published claim back; the next in line has the address
 * @claim: freed
 *
 * Context: vn->lock.
 */
void vr_claim_destroy(struct vr_claim *claim)
{
	struct vr_network *network = claim->vif->network;
	unsigned int line = route_line(claim);

	list_del(&claim->vif_node);
	if (claim->neigh)
		destroy_neigh(claim);
	vr_route_notify(network, claim->use->route, line, false);
	list_del(&claim->route_node);
	vr_route_update(network, claim->use->route);
	if (!line)
		vr_route_notify(network, claim->use->route, 0, true);
	vr_route_end_use(network, claim->use);
	kfree(claim);
}

/** vr_claim_is_active() - is it this vif that has the address now? */
bool vr_claim_is_active(const struct vr_claim *claim)
{
	return list_first_entry(&claim->use->claims, struct vr_claim, route_node) == claim;
}

static void carry_out(struct vr_net *vn, const struct move *move)
{
	struct vr_object *obj = vr_object_by_id(vn, VR_KIND_VIF, move->vif);
	struct vr_claim *claim, *from;
	struct vr_vif *vif;

	if (!obj)
		return;
	vif = container_of(obj, struct vr_vif, obj);
	list_for_each_entry(claim, &vif->claims, vif_node) {
		if (!claim->neigh || memcmp(&claim->prefix.addr, &move->addr,
					    sizeof(move->addr)))
			continue;
		if (vr_claim_is_active(claim))
			return;
		from = list_first_entry(&claim->use->claims, struct vr_claim, route_node);
		list_move(&claim->route_node, &claim->use->claims);
		list_move(&claim->neigh_node, &claim->neigh->claims);
		show_route(claim);
		if (has_mac(claim))
			show_neigh(claim);
		vr_vif_changed(from->vif, NULL);
		vr_vif_changed(vif, NULL);
		return;
	}
}

static void moves_work(struct work_struct *work)
{
	struct vr_net *vn = container_of(work, struct vr_net, moves_work);
	struct move *move, *next;
	LIST_HEAD(moves);

	spin_lock_bh(&vn->moves_lock);
	list_splice_init(&vn->moves, &moves);
	vn->moves_count = 0;
	spin_unlock_bh(&vn->moves_lock);

	mutex_lock(&vn->lock);
	list_for_each_entry_safe(move, next, &moves, node) {
		carry_out(vn, move);
		kfree(move);
	}
	mutex_unlock(&vn->lock);
}

/**
 * vr_claim_move() - an address is at another vif, says a packet of that vif
 * @vif: the vif, which must be allowed the address for this to have an effect
 * @addr: the address
 *
 * Carried out soon, in a worker. When too many moves wait, this one is forgotten, as
 * if its packet had been lost; senders repeat them.
 *
 * Context: RCU read lock, softirq or BH disabled.
 */
void vr_claim_move(struct vr_vif *vif, const struct vr_addr *addr)
{
	struct vr_net *vn = vif->vn;
	struct move *move;

	if (READ_ONCE(vn->moves_count) >= MOVES_MAX || vr_trace_on())
		return;
	move = kmalloc(sizeof(*move), GFP_ATOMIC | __GFP_NOWARN);
	if (!move)
		return;
	move->vif = vif->obj.id;
	move->addr = *addr;

	spin_lock_bh(&vn->moves_lock);
	list_add_tail(&move->node, &vn->moves);
	vn->moves_count++;
	spin_unlock_bh(&vn->moves_lock);
	schedule_work(&vn->moves_work);
}

void vr_claims_init(struct vr_net *vn)
{
	INIT_LIST_HEAD(&vn->moves);
	spin_lock_init(&vn->moves_lock);
	INIT_WORK(&vn->moves_work, moves_work);
}

/* Packets are gone. Context: not under vn->lock, which the worker takes. */
void vr_claims_exit(struct vr_net *vn)
{
	struct move *move, *next;

	cancel_work_sync(&vn->moves_work);
	list_for_each_entry_safe(move, next, &vn->moves, node)
		kfree(move);
}
