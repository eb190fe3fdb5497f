// SPDX-License-Identifier: GPL-2.0
/*
 * Packets come in here: they are validated, their senders are checked, ARP and neighbour discovery
 * are answered, and everything else is forwarded.
 */
#include <linux/if_vlan.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <net/dsfield.h>
#include <net/inet_ecn.h>

#include "core/parse.h"
#include "fib/learn.h"
#include "fib/nexthop.h"
#include "fib/remotes.h"
#include "flow/flow.h"
#include "lib/stats.h"
#include "objects/tunnel.h"
#include "objects/vif.h"
#include "path/arp.h"
#include "path/forward.h"
#include "path/input.h"
#include "path/nd.h"
#include "path/output.h"
#include "path/reject.h"
#include "path/segment.h"
#include "policy/antispoof.h"
#include "policy/policer.h"
#include "policy/policy.h"
#include "policy/recorder.h"

/* No state of the sender's side may steer the packet on this side. */
static void scrub(struct sk_buff *skb)
{
	skb_scrub_packet(skb, true);
	skb->priority = 0;
}

/*
 * Strips priority tags (VLAN 0, IEEE 802.1Q, 6.9); vr_parse() refuses other tags. Returns NULL
 * without memory.
 */
static inline struct sk_buff *untag(struct sk_buff *skb)
{
	if (!skb_vlan_tag_present(skb) && eth_type_vlan(skb->protocol))
		skb = skb_vlan_untag(skb);
	if (skb && skb_vlan_tag_present(skb) && !skb_vlan_tag_get_id(skb))
		__vlan_hwaccel_clear_tag(skb);
	return skb;
}

/* ARP, neighbour discovery and self-announcements have checks of their own. */
static inline bool is_resolution(struct sk_buff *skb, const struct vr_pkt *pkt)
{
	return pkt->proto == htons(ETH_P_ARP) || vr_is_nd(pkt) ||
	       vr_is_self_announcement(skb, pkt);
}

/* Does a well-formed packet exceed what its VM may send? */
static bool input_exceeds(const struct vr_pkt *pkt)
{
	const struct vr_policer *policer = rcu_dereference(pkt->vif->policer);

	return policer && !vr_policer_allows(policer, pkt);
}

static inline void dispatch(struct sk_buff *skb, struct vr_pkt *pkt)
{
	if (pkt->proto == htons(ETH_P_ARP))
		return vr_arp_receive(skb, pkt);
	if (vr_is_nd(pkt))
		return vr_nd_receive(skb, pkt);
	if (vr_is_self_announcement(skb, pkt))
		return vr_self_announcement_receive(skb, pkt);
	vr_learn(pkt);
	vr_forward(skb, pkt);
}

static void input_receive_from_vm(struct sk_buff *skb, struct vr_pkt *pkt)
{
	bool resolution = is_resolution(skb, pkt);
	enum vr_drop reason = vr_check_vm_packet(skb, pkt, resolution);

	if (reason == VR_DROP_NONE && !resolution) {
		vr_trace_allowed(pkt);
		skb = vr_policy_gather(skb, pkt, pkt->vif, VROUTER_DIRECTION_EGRESS);
		if (!skb)
			return;
		reason = vr_policy_check(skb, pkt, pkt->vif, VROUTER_DIRECTION_EGRESS);
	}
	if (reason == VR_DROP_NONE)
		return dispatch(skb, pkt);
	vr_reject(skb, pkt, reason);
	vr_pkt_drop(pkt, skb, reason);
}

/* Counts a packet from a vif, charges the policer and continues. */
static __always_inline void receive_parsed(struct vr_vif *vif, struct sk_buff *skb,
					   struct vr_pkt *pkt)
{
	vr_stats_rx(vif->stats, pkt->packets, pkt->bytes);
	vr_stats_rx(vif->network->stats, pkt->packets, pkt->bytes);
	if (input_exceeds(pkt))
		return vr_pkt_drop_at(pkt, vif, skb, pkt->packets, VR_DROP_POLICED);
	vr_flow_receive(skb, pkt, input_receive_from_vm);
}

static bool receive_segment(struct sk_buff *skb, struct vr_pkt *pkt, void *to)
{
	receive_parsed(to, skb, pkt);
	return true;
}

static bool receive_unfolded(struct sk_buff *skb, struct vr_pkt *pkt, void *to)
{
	vr_vif_receive(to, skb);
	return true;
}

/* Does a packet cost more than the bucket of a policer that other vifs share? */
static bool input_overdraws(const struct vr_pkt *pkt)
{
	const struct vr_policer *policer = rcu_dereference(pkt->vif->policer);

	return policer && vr_policer_overdrawn(policer, pkt);
}

static noinline_for_stack void receive_segments(struct vr_vif *vif, struct sk_buff *skb,
						struct vr_pkt *pkt)
{
	if (vr_segment(skb, pkt, vr_must_unfold(skb) ? receive_unfolded : receive_segment, vif))
		return;
	vr_stats_rx(vif->stats, pkt->packets, pkt->bytes);
	vr_stats_rx(vif->network->stats, pkt->packets, pkt->bytes);
}

static __always_inline void input_receive(struct vr_vif *vif, struct sk_buff *skb)
{
	struct vr_pkt pkt = {
		.vn = vif->vn,
		.network = vif->network,
		.origin = vif->network,
		.vif = vif,
	};
	enum vr_drop reason;

	skb = untag(skb);
	if (!skb)
		return vr_pkt_drop_count(&pkt, vif, NULL, 1, VR_DROP_NO_MEMORY);
	if (skb->pkt_type == PACKET_LOOPBACK)
		return vr_pkt_drop(&pkt, skb, VR_DROP_LOOPBACK);
	scrub(skb);
	reason = vr_parse(skb, &pkt);
	vr_trace_parsed(skb, &pkt);
	if (unlikely(reason != VR_DROP_NONE)) {
		vr_stats_rx(vif->stats, pkt.packets, pkt.bytes);
		vr_stats_rx(vif->network->stats, pkt.packets, pkt.bytes);
		return vr_pkt_drop(&pkt, skb, reason);
	}
	if (unlikely(skb_is_gso(skb) && (vr_must_unfold(skb) || input_overdraws(&pkt))))
		return receive_segments(vif, skb, &pkt);
	receive_parsed(vif, skb, &pkt);
}

/**
 * vr_vif_receive() - a frame from a VM
 * @vif: its vif
 * @skb: MAC header set, skb->data at the network header; taken
 *
 * Context: softirq or BH disabled; RCU read lock.
 */
void vr_vif_receive(struct vr_vif *vif, struct sk_buff *skb)
{
	input_receive(vif, skb);
}

/*
 * A frame from a tap keeps its socket, which is charged until the underlay's device has sent the
 * frame: that is how a tap with TUNSETSNDBUF waits for the queue. Frames from other sockets lose
 * theirs, which would take effect in the underlay: fq would pace TCP and UDP of containers, and
 * their sockets would get timestamps of outer packets.
 */
static void input_keep_tap(struct sk_buff *skb)
{
	if (!skb->sk || skb->sk->sk_family != AF_UNSPEC)
		skb_orphan(skb);
}

/**
 * vr_vif_rx_handler() - takes every frame of a vif's device
 * @pskb: the frame; rx_handler_data of its device is the vif
 *
 * A frame from a VM never reaches the host's own stack, whatever happens.
 */
rx_handler_result_t vr_vif_rx_handler(struct sk_buff **pskb)
{
	struct vr_vif *vif = rcu_dereference((*pskb)->dev->rx_handler_data);
	struct sk_buff *skb = skb_share_check(*pskb, GFP_ATOMIC);

	if (!skb) {
		vr_pkt_drop_count(&(struct vr_pkt){ .vn = vif->vn, .vif = vif }, vif, NULL, 1,
				  VR_DROP_NO_MEMORY);
		return RX_HANDLER_CONSUMED;
	}
	input_keep_tap(skb);
	input_receive(vif, skb);
	return RX_HANDLER_CONSUMED;
}

/* RFC 6040, section 4.2: passes congestion marks of the underlay on to the inner packet. */
static enum vr_drop decapsulate_ecn(struct sk_buff *skb, struct vr_pkt *pkt, u8 outer)
{
	bool ce = INET_ECN_is_ce(outer);

	if (!pkt->family || !((outer ^ pkt->tos) & INET_ECN_MASK))
		return VR_DROP_NONE;
	if (INET_ECN_is_not_ect(pkt->tos))
		return ce ? VR_DROP_ECN : VR_DROP_NONE;
	if (skb_ensure_writable(skb, pkt->l4))
		return VR_DROP_NO_MEMORY;
	INET_ECN_decapsulate(skb, outer, pkt->tos);
	pkt->tos = pkt->family == AF_INET ? ip_hdr(skb)->tos : ipv6_get_dsfield(ipv6_hdr(skb));
	return VR_DROP_NONE;
}

/* Sends a packet to the next hop of its label, whatever the tables say. */
static void dispatch_to(struct sk_buff *skb, struct vr_pkt *pkt, struct vr_nexthop *nh)
{
	if (pkt->from->l3)
		vr_l3_to(skb, pkt, nh);
	else
		vr_nexthop_output(skb, pkt, nh, rcu_dereference(nh->info));
}

/* Does the packet's network accept packets from this remote end? */
static bool is_heard(const struct vr_pkt *pkt)
{
	if (likely(!READ_ONCE(pkt->network->strict_remotes)))
		return true;
	vr_recorder_uses(pkt->recorder, &pkt->from->tunnel->obj);
	return vr_remotes_has(pkt->from->tunnel, &pkt->from->remote);
}

static void dispatch_overlay(struct sk_buff *skb, struct vr_pkt *pkt)
{
	if (!is_heard(pkt))
		vr_pkt_drop(pkt, skb, VR_DROP_UNKNOWN_REMOTE);
	else if (pkt->from->nh)
		dispatch_to(skb, pkt, pkt->from->nh);
	else if (pkt->from->l3)
		vr_l3_forward(skb, pkt);
	else
		dispatch(skb, pkt);
}

/**
 * vr_tunnel_receive() - an inner packet from a tunnel
 * @from: how it came
 * @skb: without outer headers, MAC header set, skb->data at the network header; taken
 *
 * Context: softirq or BH disabled; RCU read lock.
 */
void vr_tunnel_receive(const struct vr_from *from, struct sk_buff *skb)
{
	struct vr_pkt pkt = {
		.vn = from->tunnel->vn,
		.network = from->network,
		.origin = from->network,
		.from = from,
		.overlay = true,
	};
	enum vr_drop reason;

	skb->priority = 0;
	reason = vr_parse(skb, &pkt);
	vr_trace_parsed(skb, &pkt);
	vr_stats_rx(pkt.network->stats, pkt.packets, pkt.bytes);
	if (reason == VR_DROP_NONE && !from->l3)
		reason = vr_check_frame(skb, &pkt);
	if (reason == VR_DROP_NONE)
		reason = decapsulate_ecn(skb, &pkt, from->tos);
	if (reason != VR_DROP_NONE)
		return vr_pkt_drop(&pkt, skb, reason);
	vr_flow_receive(skb, &pkt, dispatch_overlay);
}
