// SPDX-License-Identifier: GPL-2.0
/* The one place where packets end that are not delivered. */
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

/** vr_drop_help() - what a reason means to a person, as a sentence */
const char *vr_drop_help(enum vr_drop reason)
{
	return drops[reason].help;
}

/** vr_drops_sum() - all drops of a network or vif */
u64 vr_drops_sum(const struct vr_drops *drops)
{
	u64 sum = 0;
	int i;

	for (i = 0; i < VR_DROP_MAX; i++)
		sum += atomic_long_read(&drops->count[i]);
	return sum;
}

/** vr_drops_total() - all drops of a namespace for one reason */
u64 vr_drops_total(const struct vr_net *vn, enum vr_drop reason)
{
	u64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(per_cpu_ptr(vn->drops, cpu)[reason]);
	return sum;
}

/* A packet that was only traced was not dropped, to who watches that. */
static void drop_end(struct sk_buff *skb, enum vr_drop reason)
{
	if (vr_trace_on())
		consume_skb(skb);
	else
		kfree_skb_reason(skb, drops[reason].core);
}

/* Counts and tells. */
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
 * vr_pkt_drop_count() - counts packets that end at a vif, without freeing
 * @pkt: about them; no more than its namespace need be known
 * @vif: where, or NULL: then they count in the packet's network
 * @skb: what, for who is told of it, or NULL when it is gone
 * @packets: how many
 * @reason: why
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
 * vr_pkt_drop_at() - ends a packet, counting where and as what the caller says
 * @pkt: about it, as for vr_pkt_drop_count()
 * @vif: the same
 * @skb: the packet
 * @packets: as what it counts
 * @reason: why
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
 * vr_pkt_drop() - ends a packet in the network that it is in
 * @pkt: about it; counts at the vif that it came from, if it came from one
 * @skb: the packet; a GSO packet counts as its segments, as in struct vr_stats
 * @reason: why
 *
 * Every packet that comes in, and every copy made of one, ends either delivered or
 * here, exactly once.
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
