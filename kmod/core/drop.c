// SPDX-License-Identifier: GPL-2.0
/* The one place where packets are dropped, counted and reported. */
#include <linux/skbuff.h>

#include "core/drop.h"
#include "core/drop_event.h"
#include "core/dryrun.h"
#include "core/netlink.h"
#include "core/packet.h"
#include "core/parse.h"
#include "objects/network.h"
#include "objects/vif.h"

#define CREATE_TRACE_POINTS
#include "core/tracepoints.h"

static const struct {
	const char *name;
	const char *help;
	enum skb_drop_reason core;
} drops[VR_DROP_MAX] = {
#define X(upper, lower, core_, help_) \
	[VR_DROP_##upper] = { #lower, help_, SKB_DROP_REASON_##core_ },
	VR_DROPS(X)
#undef X
};

/** vr_drop_name() - a reason's name in output */
const char *vr_drop_name(enum vr_drop reason)
{
	return drops[reason].name;
}

/** vr_drop_help() - a sentence that explains a reason to the administrator */
const char *vr_drop_help(enum vr_drop reason)
{
	return drops[reason].help;
}

/** vr_drops_sum() - the number of all drops of a network or vif */
u64 vr_drops_sum(const struct vr_drops *drops)
{
	u64 sum = 0;
	int i;

	for (i = 0; i < VR_DROP_MAX; i++)
		sum += atomic_long_read(&drops->count[i]);
	return sum;
}

/** vr_drops_total() - the number of drops of a namespace for one reason */
u64 vr_drops_total(const struct vr_net *vn, enum vr_drop reason)
{
	u64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(per_cpu_ptr(vn->drops, cpu)[reason]);
	return sum;
}

/* Drop monitors must not see the packet of a dry run as a drop. */
static void drop_end(struct sk_buff *skb, enum vr_drop reason)
{
	if (vr_trace_on())
		consume_skb(skb);
	else
		kfree_skb_reason(skb, drops[reason].core);
}

/* Counts drops, and reports them by tracepoint and netlink event. */
static void account(const struct vr_dropped *dropped)
{
	const struct vr_pkt *pkt = dropped->pkt;

	if (vr_trace_on())
		return vr_trace_dropped(dropped->network, dropped->vif, dropped->reason);
	this_cpu_add(pkt->vn->drops[dropped->reason], dropped->packets);
	if (dropped->network)
		atomic_long_add(dropped->packets, &dropped->network->drops.count[dropped->reason]);
	if (dropped->vif)
		atomic_long_add(dropped->packets, &dropped->vif->drops.count[dropped->reason]);
	trace_drop(pkt->vn, dropped->network, dropped->vif, dropped->skb, dropped->packets,
		   dropped->reason);
	if (vr_nl_heard(pkt->vn, VROUTER_NLGRP_DROPS))
		vr_drop_event(dropped);
}

/**
 * vr_pkt_drop_count() - counts and reports dropped packets without freeing them
 * @pkt: about them; only its namespace must be known
 * @vif: vif that they are counted at, or NULL to count them in the packet's network
 * @skb: the packet for the reports, or NULL if it is gone
 * @packets: number of packets
 * @reason: why they are dropped
 *
 * Context: softirq, or BH disabled; RCU read lock.
 */
void vr_pkt_drop_count(const struct vr_pkt *pkt, struct vr_vif *vif,
		       const struct sk_buff *skb, u32 packets, enum vr_drop reason)
{
	account(&(struct vr_dropped){
		.pkt = pkt,
		.network = vif ? vif->network : pkt->network,
		.vif = vif,
		.skb = skb,
		.packets = packets,
		.reason = reason,
	});
}

/**
 * vr_pkt_drop_at() - drops a packet, counted as the caller says
 * @pkt: about it, as for vr_pkt_drop_count()
 * @vif: vif that it is counted at, as for vr_pkt_drop_count()
 * @skb: the packet
 * @packets: number of packets that it counts as
 * @reason: why it is dropped
 *
 * Context: softirq, or BH disabled; RCU read lock.
 */
void vr_pkt_drop_at(const struct vr_pkt *pkt, struct vr_vif *vif, struct sk_buff *skb,
		    u32 packets, enum vr_drop reason)
{
	vr_pkt_drop_count(pkt, vif, skb, packets, reason);
	drop_end(skb, reason);
}

/**
 * vr_pkt_drop() - drops a packet in its present network
 * @pkt: about it; the drop is also counted at the vif that it came from, if any
 * @skb: the packet; a GSO packet counts as its segments, as in struct vr_stats
 * @reason: why it is dropped
 *
 * Every packet that comes in, and every copy of one, is either delivered or dropped, exactly
 * once.
 *
 * Context: softirq, or BH disabled; RCU read lock.
 */
void vr_pkt_drop(const struct vr_pkt *pkt, struct sk_buff *skb, enum vr_drop reason)
{
	account(&(struct vr_dropped){
		.pkt = pkt,
		.network = pkt->network,
		.vif = pkt->vif,
		.skb = skb,
		.packets = pkt->packets ? pkt->packets : vr_skb_packets(skb),
		.reason = reason,
	});
	drop_end(skb, reason);
}
