// SPDX-License-Identifier: GPL-2.0
/* Address resolution: the common part of ARP and neighbour discovery. */
#include <linux/etherdevice.h>

#include "fib/claim.h"
#include "fib/fdb.h"
#include "fib/neighbour.h"
#include "fib/nexthop.h"
#include "lib/gateway.h"
#include "objects/vif.h"
#include "path/forward.h"
#include "path/resolve.h"
#include "policy/antispoof.h"

/*
 * Does the address belong to the VM that asks: is it active at its vif, or at the MAC that the
 * question comes from? If several vifs may have the address, duplicate address detection by one of
 * them must not find it taken.
 */
static bool resolve_is_own(const struct vr_pkt *pkt, const struct vr_neighbour *neigh,
			   const struct vr_question *question, const u8 *mac)
{
	if (rcu_access_pointer(neigh->vif) == pkt->vif ||
	    ether_addr_equal(mac, question->mac) || ether_addr_equal(mac, pkt->src_mac))
		return true;
	return question->probe && vr_owns(rcu_dereference(pkt->vif->conf), question->family,
					  question->target);
}

/**
 * vr_resolve() - answers a VM's question for an address
 * @pkt: packet with the question, from a vif
 * @question: the question
 * @mac: set to the answer
 *
 * Context: softirq or BH disabled; RCU read lock.
 * Return: VR_RESOLVED if @mac is the answer, else what to do with the question.
 */
enum vr_resolved vr_resolve(const struct vr_pkt *pkt, const struct vr_question *question,
			    u8 *mac)
{
	const struct vr_gateways *gateways = rcu_dereference(pkt->network->gateways);
	u32 family = question->family;
	struct vr_neighbour *neigh;
	u64 value;

	if (vr_gateway_has(gateways, family, question->target)) {
		ether_addr_copy(mac, gateways->mac);
		vr_trace_resolve(family, question->target, mac);
		return VR_RESOLVED;
	}
	neigh = vr_neighbour_lookup(pkt->network, family, question->target);
	value = neigh ? READ_ONCE(neigh->mac) : 0;
	u64_to_ether_addr(value, mac);
	vr_trace_resolve(family, question->target, value ? mac : NULL);
	if (!value)
		return VR_RESOLVED_FORWARD;
	if (resolve_is_own(pkt, neigh, question, mac))
		return VR_RESOLVED_SILENCE;
	vr_touch(&neigh->used);
	if (!vr_trace_on())
		atomic_long_inc(&neigh->answered);
	return VR_RESOLVED;
}

/**
 * vr_may_claim() - may a sender say that an address is at a MAC address?
 * @pkt: packet in which it says so
 * @family: AF_INET or AF_INET6
 * @addr: the address
 * @mac: the MAC address
 *
 * Only the gateway may claim its addresses and its MAC. In addition, a VM may claim only its own
 * addresses and its own MAC.
 *
 * Context: RCU read lock.
 */
bool vr_may_claim(const struct vr_pkt *pkt, u32 family, const union vr_ip *addr,
		  const u8 *mac)
{
	const struct vr_gateways *gateways = rcu_dereference(pkt->network->gateways);
	bool router_mac = ether_addr_equal(mac, gateways->mac);
	const struct vr_vif_conf *conf;

	/* The same gateway on another hypervisor may say what is true. */
	if (!pkt->vif)
		return router_mac || !vr_gateway_has(gateways, family, addr);
	if (router_mac || vr_gateway_has(gateways, family, addr))
		return false;
	conf = rcu_dereference(pkt->vif->conf);
	if (conf->has_mac && !ether_addr_equal(mac, conf->mac))
		return false;
	return vr_may_use(conf, family, addr);
}

static bool resolve_is_to(const struct vr_nexthop_info *info, const struct vr_from *from)
{
	return info->type == VROUTER_NEXTHOP_TYPE_TUNNEL && info->tunnel == from->tunnel &&
	       !memcmp(&info->remote, &from->remote, sizeof(info->remote));
}

/* Does a next hop, or one of its members, lead to where a packet came from? */
static bool resolve_leads_to(const struct vr_nexthop *nh, const struct vr_from *from)
{
	const struct vr_nexthop_info *info = rcu_dereference(nh->info);
	unsigned int i;

	for (i = 0; i < info->count; i++)
		if (resolve_is_to(rcu_dereference(info->member[i].nh->info), from))
			return true;
	return resolve_is_to(info, from);
}

/*
 * May the other end of a tunnel say that an address is at a MAC? Its hypervisor has checked that
 * the VM with this MAC may have the address. The remote end must be the one that the fdb has for
 * the MAC. If the fdb doesn't know the MAC, the remote end must be one that unknown unicast is
 * flooded to.
 */
static bool resolve_believes(const struct vr_pkt *pkt, const u8 *mac)
{
	const struct vr_network *network = pkt->network;
	struct vr_fdb *fdb = vr_fdb_lookup(network, mac);
	struct vr_nexthop *nh = fdb ? rcu_dereference(fdb->nh) : NULL;

	if (ether_addr_equal(mac, rcu_dereference(network->gateways)->mac))
		return false;
	if (!nh && READ_ONCE(network->unknown) != VROUTER_UNKNOWN_UNICAST_DROP)
		nh = rcu_dereference(network->flood);
	return nh && resolve_leads_to(nh, pkt->from);
}

/**
 * vr_announce() - a packet says that an address is at its sender
 * @pkt: the packet, which passed all checks
 * @family: AF_INET or AF_INET6
 * @addr: the address
 * @mac: the sender's MAC address
 *
 * If more than one vif may have the address, it moves to the vif that announces it, here or on
 * another hypervisor. This is how virtual addresses of clusters fail over.
 *
 * Context: softirq or BH disabled; RCU read lock.
 * Return: is the address about to move to the vif that the packet is from?
 */
bool vr_announce(const struct vr_pkt *pkt, u32 family, const union vr_ip *addr, const u8 *mac)
{
	struct vr_claimed *claimed;

	if (pkt->vif && !vr_owns(rcu_dereference(pkt->vif->conf), family, addr))
		return false;
	claimed = vr_neighbour_claimed(pkt->network, family, addr);
	if (!claimed)
		return false;
	if (pkt->vif)
		return vr_claim_announce(claimed, pkt->vif);
	if (pkt->from && resolve_believes(pkt, mac))
		vr_claim_announced_elsewhere(claimed, pkt->network, mac);
	return false;
}

/**
 * vr_forward_question() - forwards a question that the router cannot answer
 * @skb: the question; taken
 * @pkt: about it
 *
 * A question by broadcast or multicast serves the same purpose as unknown unicast, so a network
 * that drops unknown unicast drops it, too.
 *
 * Context: softirq or BH disabled; RCU read lock.
 */
void vr_forward_question(struct sk_buff *skb, struct vr_pkt *pkt)
{
	if (is_multicast_ether_addr(eth_hdr(skb)->h_dest) && pkt->vif &&
	    READ_ONCE(pkt->network->unknown) == VROUTER_UNKNOWN_UNICAST_DROP)
		vr_pkt_drop(pkt, skb, VR_DROP_UNKNOWN_UNICAST);
	else
		vr_forward(skb, pkt);
}
