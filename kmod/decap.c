// SPDX-License-Identifier: GPL-2.0
#include <linux/if_ether.h>
#include <net/ip_tunnels.h>

#include "decap.h"
#include "input.h"
#include "label.h"
#include "network.h"
#include "nexthop.h"
#include "outer.h"
#include "parse.h"
#include "stats.h"
#include "tunnel.h"
#include "vif.h"

/**
 * vr_inner_proto() - reads what an encapsulation's header says is behind it
 * @skb: the packet
 * @inner: its offset is set; gets the protocol
 * @proto: Ethertype in the encapsulation's header
 * @too_short: reason to drop frames without a whole Ethernet header
 *
 * Return: VR_DROP_NONE, or why the packet must be dropped.
 */
enum vr_drop vr_inner_proto(struct sk_buff *skb, struct vr_inner *inner, __be16 proto,
			    enum vr_drop too_short)
{
	inner->proto = proto;
	if (proto == htons(ETH_P_IP) || proto == htons(ETH_P_IPV6))
		return VR_DROP_NONE;
	if (proto != htons(ETH_P_TEB))
		return VR_DROP_TUNNEL_PAYLOAD;
	return pskb_may_pull(skb, inner->offset + ETH_HLEN) ? VR_DROP_NONE : too_short;
}

/* A label leads to a network, or past its tables to one of its vifs. */
static enum vr_drop follow(struct vr_nexthop *nh, struct vr_from *from)
{
	const struct vr_nexthop_info *info = rcu_dereference(nh->info);
	struct vr_vif *vif;

	if (info->type == VROUTER_NEXTHOP_TYPE_NETWORK) {
		from->network = info->network;
		return VR_DROP_NONE;
	}
	vif = rcu_dereference(info->vif);
	if (!vif)
		return VR_DROP_NEXTHOP_DEAD;
	from->nh = nh;
	from->network = vif->network;
	return VR_DROP_NONE;
}

static enum vr_drop find_label(const struct sk_buff *skb, const struct vr_inner *inner,
			       struct vr_from *from)
{
	struct vr_label *label = vr_label_lookup(from->tunnel->vn, inner->id);

	if (!label)
		return VR_DROP_UNKNOWN_LABEL;
	vr_stats_rx(label->stats, vr_skb_packets(skb), skb->len - inner->offset);
	return follow(rcu_dereference(label->nh), from);
}

/* Which network a packet is for. */
static enum vr_drop find(const struct sk_buff *skb, const struct vr_inner *inner,
			 struct vr_from *from)
{
	if (inner->kind == VR_ID_LABEL)
		return find_label(skb, inner, from);
	if (!inner->id)
		return VR_DROP_UNKNOWN_VNI;
	from->network = inner->kind == VR_ID_KEY ?
			vr_network_by_key(from->tunnel, inner->id) :
			vr_network_by_vni(from->tunnel, inner->id);
	return from->network ? VR_DROP_NONE : VR_DROP_UNKNOWN_VNI;
}

/*
 * In front of an IP packet that came without an Ethernet header, one to the gateway:
 * there is room where the outer headers were.
 */
static bool make_frame(struct sk_buff *skb, const struct vr_from *from, __be16 proto)
{
	const struct vr_gateways *gateways = rcu_dereference(from->network->gateways);
	struct ethhdr *eth;

	if (skb_cow_head(skb, ETH_HLEN))
		return false;
	eth = skb_push(skb, ETH_HLEN);
	ether_addr_copy(eth->h_dest, gateways->mac);
	ether_addr_copy(eth->h_source, gateways->mac);
	eth->h_proto = proto;
	skb_reset_mac_header(skb);
	__skb_pull(skb, ETH_HLEN);
	return true;
}

/* From here on skb->data is the inner network header. False without memory. */
static bool unwrap(struct sk_buff *skb, const struct vr_inner *inner, struct vr_from *from)
{
	if (iptunnel_pull_header(skb, inner->offset, inner->proto, true))
		return false;
	from->l3 = inner->proto != htons(ETH_P_TEB);
	if (from->l3)
		return make_frame(skb, from, inner->proto);
	skb_reset_mac_header(skb);
	skb_pull_rcsum(skb, ETH_HLEN);
	return true;
}

/**
 * vr_decap() - takes the outer headers off a packet and receives what is inside
 * @tunnel: that it came through
 * @skb: the packet, its network header the outer one; taken
 * @reason: why the encapsulation's header is no good, or VR_DROP_NONE
 * @inner: what it says; counts with VR_DROP_NONE only
 *
 * Context: softirq or BH disabled; RCU read lock.
 */
void vr_decap(struct vr_tunnel *tunnel, struct sk_buff *skb, enum vr_drop reason,
	      const struct vr_inner *inner)
{
	struct vr_from from;

	if (reason != VR_DROP_NONE)
		return vr_drop(tunnel->vn, NULL, NULL, skb, reason);
	from = vr_outer_from(tunnel, skb);
	from.labelled = inner->kind == VR_ID_LABEL;
	vr_stats_rx(tunnel->stats, vr_skb_packets(skb), skb->len - inner->offset);
	reason = find(skb, inner, &from);
	if (reason == VR_DROP_NONE && !unwrap(skb, inner, &from))
		reason = VR_DROP_NO_MEMORY;
	if (reason != VR_DROP_NONE)
		return vr_drop(tunnel->vn, from.network, NULL, skb, reason);
	vr_tunnel_receive(&from, skb);
}
