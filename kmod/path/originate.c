// SPDX-License-Identifier: GPL-2.0
/*
 * Originated packets: packets that the router makes itself. They never enter the host's own
 * routing: to a VM they go straight back, to the overlay they follow the tenant's routes.
 */
#include <linux/etherdevice.h>
#include <linux/icmpv6.h>
#include <linux/ipv6.h>
#include <net/ip6_checksum.h>

#include "core/parse.h"
#include "fib/fdb.h"
#include "lib/gateway.h"
#include "objects/network.h"
#include "objects/vif.h"
#include "path/flood.h"
#include "path/l2.h"
#include "path/l3.h"
#include "path/originate.h"
#include "path/output.h"

/**
 * vr_originate_alloc() - allocates an empty packet
 * @len: room behind the Ethernet header
 * @ethertype: of the packet
 *
 * Return: a linear skb with all offsets and the Ethertype set, or NULL.
 */
struct sk_buff *vr_originate_alloc(unsigned int len, u16 ethertype)
{
	struct sk_buff *skb = alloc_skb(VR_HEADROOM + ETH_HLEN + len, GFP_ATOMIC | __GFP_NOWARN);

	if (!skb)
		return NULL;
	skb_reserve(skb, VR_HEADROOM + ETH_HLEN);
	skb->protocol = htons(ethertype);
	skb_set_mac_header(skb, -ETH_HLEN);
	eth_hdr(skb)->h_proto = skb->protocol;
	skb_reset_network_header(skb);
	skb_reset_mac_len(skb);
	return skb;
}

/**
 * vr_originate_icmp6() - adds IPv6 and ICMPv6 headers
 * @skb: empty
 * @src: source address
 * @dst: destination address
 * @hop_limit: 255 for neighbour discovery
 * @len: length of the ICMPv6 message, which is added and zeroed
 *
 * Return: the message, with a checksum of 0.
 */
struct icmp6hdr *vr_originate_icmp6(struct sk_buff *skb, const struct in6_addr *src,
				    const struct in6_addr *dst, u8 hop_limit,
				    unsigned int len)
{
	struct ipv6hdr *ip6h = skb_put_zero(skb, sizeof(*ip6h));

	ip6h->version = 6;
	ip6h->payload_len = htons(len);
	ip6h->nexthdr = IPPROTO_ICMPV6;
	ip6h->hop_limit = hop_limit;
	ip6h->saddr = *src;
	ip6h->daddr = *dst;
	skb_set_transport_header(skb, sizeof(*ip6h));
	return skb_put_zero(skb, len);
}

/** vr_originate_icmp6_checksum() - fills in the checksum of a complete ICMPv6 packet */
void vr_originate_icmp6_checksum(struct sk_buff *skb)
{
	const struct ipv6hdr *ip6h = ipv6_hdr(skb);
	unsigned int len = skb->len - sizeof(*ip6h);

	icmp6_hdr(skb)->icmp6_cksum =
		csum_ipv6_magic(&ip6h->saddr, &ip6h->daddr, len, IPPROTO_ICMPV6,
				csum_partial(icmp6_hdr(skb), len, 0));
}

/**
 * vr_originate_to_vif() - sends a packet from the gateway to a VM
 * @vif: the VM's vif
 * @skb: complete behind the Ethernet header; taken
 * @dst_mac: Ethernet destination
 *
 * Context: softirq or BH disabled; RCU read lock.
 */
void vr_originate_to_vif(struct vr_vif *vif, struct sk_buff *skb, const u8 *dst_mac)
{
	const struct vr_gateways *gateways = rcu_dereference(vif->network->gateways);
	struct vr_pkt pkt = {
		.vn = vif->vn,
		.network = vif->network,
		.originated = true,
		.packets = 1,
		.bytes = skb->len + ETH_HLEN,
	};

	/* Affects, for example, the answer to a ping that exceeds the VM's own MTU. */
	if (skb->len > vr_vif_mtu(vif))
		return vr_pkt_drop_at(&pkt, vif, skb, 1, VR_DROP_TOO_BIG);
	ether_addr_copy(eth_hdr(skb)->h_dest, dst_mac);
	ether_addr_copy(eth_hdr(skb)->h_source, gateways->mac);
	vr_trace_originated();
	vr_vif_transmit(vif, skb, &pkt);
	vr_trace_originated_end();
}

/**
 * vr_originate_flood() - floods a packet in the name of a VM, to everyone else in the network
 * @skb: complete behind the Ethernet header; taken
 * @of: a packet from the VM
 * @dst_mac: Ethernet destination, a group
 *
 * Context: softirq or BH disabled; RCU read lock.
 */
void vr_originate_flood(struct sk_buff *skb, const struct vr_pkt *of, const u8 *dst_mac)
{
	struct vr_pkt pkt = {
		.vn = of->vn,
		.network = of->network,
		.origin = of->network,
		.vif = of->vif,
		.implicit = true,
	};
	enum vr_drop reason;

	ether_addr_copy(eth_hdr(skb)->h_dest, dst_mac);
	ether_addr_copy(eth_hdr(skb)->h_source, of->src_mac);
	skb->dev = of->vn->net->loopback_dev;
	reason = vr_parse(skb, &pkt);
	if (reason == VR_DROP_NONE)
		vr_flood(skb, &pkt);
	else
		vr_pkt_drop(&pkt, skb, reason);
}

/* Does the network have a gateway of the packet's family? */
static bool is_routed(const struct vr_pkt *pkt)
{
	return vr_gateway_for(rcu_dereference(pkt->network->gateways), pkt->family, &pkt->dst);
}

/*
 * Sends an answer to the MAC address that the packet came from. If the fdb doesn't have that
 * address, the answer is dropped: a sender that can send from any address must not have each answer
 * flooded.
 */
static void switch_answer(struct sk_buff *skb, struct vr_pkt *pkt, const u8 *mac)
{
	ether_addr_copy(eth_hdr(skb)->h_dest, mac);
	ether_addr_copy(eth_hdr(skb)->h_source, rcu_dereference(pkt->network->gateways)->mac);
	if (vr_fdb_lookup(pkt->network, mac))
		vr_l2_routed(skb, pkt);
	else
		vr_pkt_drop(pkt, skb, VR_DROP_UNKNOWN_UNICAST);
}

static void answer_overlay(struct sk_buff *skb, const struct vr_pkt *orig)
{
	struct vr_pkt pkt = {
		.vn = orig->vn,
		.network = orig->origin,
		.origin = orig->origin,
		.originated = true,
	};
	enum vr_drop reason;

	skb->dev = orig->vn->net->loopback_dev;
	vr_trace_originated();
	reason = vr_parse(skb, &pkt);
	if (reason != VR_DROP_NONE)
		vr_pkt_drop(&pkt, skb, reason);
	else if (orig->from->l3 || is_routed(&pkt))
		vr_l3_route(skb, &pkt);
	else
		switch_answer(skb, &pkt, orig->src_mac);
	vr_trace_originated_end();
}

/**
 * vr_originate_answer() - sends an IP packet to the sender of another one
 * @skb: complete behind the Ethernet header; taken
 * @orig: the packet that is answered
 *
 * The answer to a packet from a vif goes back to that vif, to the MAC address that the packet came
 * from. The answer to a packet from the overlay follows the network's routes, if the network has a
 * gateway of the family or the packet came without an Ethernet header. Otherwise it follows the fdb
 * entry of the MAC address that the packet came from.
 *
 * Context: softirq or BH disabled; RCU read lock.
 */
void vr_originate_answer(struct sk_buff *skb, const struct vr_pkt *orig)
{
	if (orig->vif)
		vr_originate_to_vif(orig->vif, skb, orig->src_mac);
	else
		answer_overlay(skb, orig);
}
