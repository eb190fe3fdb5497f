// SPDX-License-Identifier: GPL-2.0
#include <linux/if_ether.h>
#include <net/ip_tunnels.h>

#include "core/object.h"
#include "core/packet.h"
#include "core/parse.h"
#include "fib/label.h"
#include "fib/nexthop.h"
#include "lib/stats.h"
#include "objects/network.h"
#include "objects/tunnel.h"
#include "objects/vif.h"
#include "path/input.h"
#include "underlay/decap.h"
#include "underlay/gro.h"
#include "underlay/outer.h"

/**
 * vr_inner_proto() - checks the inner protocol of an encapsulation's header
 * @skb: the packet
 * @inner: has the offset; gets the protocol
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

/* A label leads to a network, or to one of its vifs without a look-up in its tables. */
static enum vr_drop decap_follow(struct vr_nexthop *nh, struct vr_from *from)
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

static enum vr_drop find_label(u32 value, struct vr_from *from)
{
	from->label = vr_label_lookup(from->tunnel->vn, value);
	return from->label ? decap_follow(rcu_dereference(from->label->nh), from) :
			     VR_DROP_UNKNOWN_LABEL;
}

/* Finds the network that a packet is for. */
static enum vr_drop decap_find(enum vr_id kind, u32 id, struct vr_from *from)
{
	if (kind == VR_ID_LABEL)
		return find_label(id, from);
	if (!id)
		return VR_DROP_UNKNOWN_VNI;
	from->network = kind == VR_ID_KEY ? vr_network_by_key(from->tunnel, id) :
					    vr_network_by_vni(from->tunnel, id);
	return from->network ? VR_DROP_NONE : VR_DROP_UNKNOWN_VNI;
}

/*
 * Pushes an Ethernet header to the gateway in front of an IP packet that came without one.
 * The room is where the outer headers were.
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

/* Moves skb->data to the inner network header. False if out of memory. */
static bool unwrap(struct sk_buff *skb, const struct vr_inner *inner, struct vr_from *from)
{
	if (iptunnel_pull_header(skb, inner->offset, inner->proto, true))
		return false;
	from->l3 = inner->proto != htons(ETH_P_TEB);
	if (from->l3)
		return make_frame(skb, from, inner->proto);
	skb_reset_mac_header(skb);
	__skb_pull(skb, ETH_HLEN);
	skb_postpull_rcsum(skb, eth_hdr(skb), ETH_HLEN);
	return true;
}

/* Metadata of a packet that is dropped here. */
static struct vr_pkt pkt_of(const struct vr_from *from)
{
	return (struct vr_pkt){
		.vn = from->tunnel->vn,
		.network = from->network,
		.from = from,
	};
}

/* Drops a packet with its outer headers, the only part that is known for sure. */
static void drop_outer(const struct vr_from *from, struct sk_buff *skb, enum vr_drop reason)
{
	struct vr_pkt pkt = pkt_of(from);

	pkt.outer = true;
	vr_pkt_drop(&pkt, skb, reason);
}

static void drop_inner(const struct vr_from *from, struct sk_buff *skb, enum vr_drop reason)
{
	struct vr_pkt pkt = pkt_of(from);

	vr_pkt_drop(&pkt, skb, reason);
}

/* Counts packets that GRO dropped because its queue was full. */
static void count_full(const struct vr_from *from, u32 packets)
{
	struct vr_pkt pkt = pkt_of(from);

	vr_pkt_drop_count(&pkt, NULL, NULL, packets, VR_DROP_BACKLOG_FULL);
}

/* Passes a packet to GRO, or if out of memory, on without it. */
static void merge(struct sk_buff *skb, const struct vr_from *from, const struct vr_inner *inner)
{
	struct vr_gro_header header = {
		.remote = from->remote,
		.tunnel = from->tunnel->obj.id,
		.id = inner->id,
		.kind = inner->kind,
		.tos = from->tos,
		.l3 = from->l3,
	};
	u32 packets = vr_skb_packets(skb);

	if (!vr_gro_prepare(skb, &header))
		vr_tunnel_receive(from, skb);
	else if (!vr_gro_receive(from->tunnel->vn, skb))
		count_full(from, packets);
}

static void decap_count(const struct sk_buff *skb, const struct vr_from *from,
			const struct vr_inner *inner)
{
	u32 packets = vr_skb_packets(skb), bytes = skb->len - inner->offset;

	vr_stats_rx(from->tunnel->stats, packets, bytes);
	if (from->label)
		vr_stats_rx(from->label->stats, packets, bytes);
}

/**
 * vr_decap() - takes the outer headers off a packet and receives what is inside
 * @tunnel: the tunnel that it came through
 * @skb: the packet, its network header the outer one; taken
 * @reason: why the encapsulation's header is invalid, or VR_DROP_NONE
 * @inner: contents of the header; valid with VR_DROP_NONE only
 *
 * Context: softirq or BH disabled; RCU read lock.
 */
void vr_decap(struct vr_tunnel *tunnel, struct sk_buff *skb, enum vr_drop reason,
	      const struct vr_inner *inner)
{
	struct vr_from from = vr_outer_from(tunnel, skb);

	if (reason != VR_DROP_NONE)
		return drop_outer(&from, skb, reason);
	reason = decap_find(inner->kind, inner->id, &from);
	decap_count(skb, &from, inner);
	if (reason == VR_DROP_NONE && !unwrap(skb, inner, &from))
		reason = VR_DROP_NO_MEMORY;
	if (reason != VR_DROP_NONE)
		return drop_outer(&from, skb, reason);
	/* The segments into which UDP splits a GSO packet are still linked to each other. */
	skb_mark_not_on_list(skb);
	if (vr_gro_wants(skb))
		merge(skb, &from, inner);
	else
		vr_tunnel_receive(&from, skb);
}

/**
 * vr_decap_merged() - receives a packet after GRO
 * @vn: the namespace
 * @skb: the packet without its outer headers; taken
 * @header: metadata from the outer headers
 *
 * Context: softirq or BH disabled; RCU read lock.
 */
void vr_decap_merged(struct vr_net *vn, struct sk_buff *skb,
		     const struct vr_gro_header *header)
{
	struct vr_object *obj = vr_object_by_id(vn, VR_KIND_TUNNEL, header->tunnel);
	struct vr_from from = {
		.remote = header->remote,
		.tos = header->tos,
		.l3 = header->l3,
	};
	enum vr_drop reason;

	if (!obj)
		return vr_pkt_drop(&(struct vr_pkt){ .vn = vn }, skb, VR_DROP_TUNNEL_CLOSED);
	from.tunnel = vr_to_tunnel(obj);
	reason = decap_find(header->kind, header->id, &from);
	if (reason != VR_DROP_NONE)
		return drop_inner(&from, skb, reason);
	vr_tunnel_receive(&from, skb);
}

/**
 * vr_decap_dry() - receives a packet of a dry run
 * @from: how it came: tunnel, remote, tos and l3 are set
 * @id: identifies its network, by the kind of number that the tunnel uses
 * @skb: the packet without outer headers; taken
 *
 * Context: as for packets, in a dry run.
 */
void vr_decap_dry(struct vr_from *from, u32 id, struct sk_buff *skb)
{
	enum vr_drop reason;

	reason = decap_find(rcu_dereference(from->tunnel->conf)->ops->id, id, from);
	if (reason == VR_DROP_NONE && from->l3 && !make_frame(skb, from, skb->protocol))
		reason = VR_DROP_NO_MEMORY;
	if (reason != VR_DROP_NONE)
		return drop_inner(from, skb, reason);
	vr_tunnel_receive(from, skb);
}
