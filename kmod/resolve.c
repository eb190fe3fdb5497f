// SPDX-License-Identifier: GPL-2.0
/* What ARP and neighbour discovery have in common. */
#include <linux/etherdevice.h>

#include "antispoof.h"
#include "claim.h"
#include "forward.h"
#include "gateway.h"
#include "neighbour.h"
#include "resolve.h"
#include "vif.h"

/*
 * Is an address the asker's own? Of several vifs that may have it, the others must
 * not hear in a duplicate address detection that it is taken either.
 */
static bool is_own(const struct vr_pkt *pkt, const struct vr_neighbour *neigh, u32 family,
		   const union vr_ip *target, bool probe)
{
	if (rcu_access_pointer(neigh->vif) == pkt->vif)
		return true;
	return probe && vr_owns(rcu_dereference(pkt->vif->conf), family, target);
}

/**
 * vr_resolve() - answers a VM's question for an address
 * @pkt: the question, from a vif
 * @family: AF_INET or AF_INET6
 * @target: what is asked for
 * @probe: duplicate address detection (RFC 5227, RFC 4862)
 * @mac: set to the answer
 *
 * Context: softirq or BH disabled; RCU read lock.
 */
enum vr_resolved vr_resolve(const struct vr_pkt *pkt, u32 family,
			    const union vr_ip *target, bool probe, u8 *mac)
{
	const struct vr_gateways *gateways = rcu_dereference(pkt->network->gateways);
	struct vr_neighbour *neigh;
	u64 value;

	if (vr_gateway_has(gateways, family, target)) {
		ether_addr_copy(mac, gateways->mac);
		vr_trace_resolve(family, target, mac);
		return VR_RESOLVED;
	}
	neigh = vr_neighbour_lookup(pkt->network, family, target);
	value = neigh ? READ_ONCE(neigh->mac) : 0;
	u64_to_ether_addr(value, mac);
	vr_trace_resolve(family, target, value ? mac : NULL);
	if (!value)
		return VR_RESOLVED_FORWARD;
	if (is_own(pkt, neigh, family, target, probe))
		return VR_RESOLVED_SILENCE;
	vr_touch(&neigh->used);
	if (!vr_trace_on())
		atomic_long_inc(&neigh->answered);
	return VR_RESOLVED;
}

/**
 * vr_may_claim() - may a sender say that an address is at a MAC address?
 * @pkt: what it says it in
 * @family: AF_INET or AF_INET6
 * @addr: the address
 * @mac: the MAC address
 *
 * The gateway's addresses and its MAC belong to the gateway, whoever asks; a VM is
 * held to its own as well.
 *
 * Context: RCU read lock.
 */
bool vr_may_claim(const struct vr_pkt *pkt, u32 family, const union vr_ip *addr,
		  const u8 *mac)
{
	const struct vr_gateways *gateways = rcu_dereference(pkt->network->gateways);
	bool router_mac = ether_addr_equal(mac, gateways->mac);
	const struct vr_vif_conf *conf;

	/* Another hypervisor's half of the same gateway may say what is true. */
	if (!pkt->vif)
		return router_mac || !vr_gateway_has(gateways, family, addr);
	if (router_mac || vr_gateway_has(gateways, family, addr))
		return false;
	conf = rcu_dereference(pkt->vif->conf);
	if (conf->has_mac && !ether_addr_equal(mac, conf->mac))
		return false;
	return vr_may_use(conf, family, addr);
}

/**
 * vr_announce() - a VM says that an address is at its vif
 * @pkt: what it says it in, found good
 * @family: AF_INET or AF_INET6
 * @addr: the address
 *
 * When more than one vif may have the address it moves to this one: so virtual
 * addresses of clusters fail over.
 *
 * Context: softirq or BH disabled; RCU read lock.
 */
void vr_announce(const struct vr_pkt *pkt, u32 family, const union vr_ip *addr)
{
	struct vr_claimed *claimed;

	if (!pkt->vif || !vr_owns(rcu_dereference(pkt->vif->conf), family, addr))
		return;
	claimed = vr_neighbour_claimed(pkt->network, family, addr);
	if (claimed)
		vr_claim_announce(claimed, pkt->vif);
}

/**
 * vr_forward_question() - sends on a question that the router can't answer
 * @skb: the question; taken
 * @pkt: about it
 *
 * One that is broadcast is unknown unicast in disguise: a network that doesn't flood
 * the one doesn't flood the other.
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
