// SPDX-License-Identifier: GPL-2.0
/* The one place where packets end that are not delivered. */
#include <linux/skbuff.h>

#include "drop.h"
#include "network.h"
#include "parse.h"
#include "tracing.h"
#include "vif.h"

#define CREATE_TRACE_POINTS
#include "trace.h"

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

/**
 * vr_drop_count() - counts and traces packets that end, without freeing
 * @vn: the namespace
 * @network: where, or NULL
 * @vif: where, or NULL
 * @skb: what, for the tracepoint only, or NULL when it is gone
 * @packets: how many
 * @reason: why
 *
 * Context: softirq, or BH disabled.
 */
void vr_drop_count(struct vr_net *vn, struct vr_network *network, struct vr_vif *vif,
		   const struct sk_buff *skb, u32 packets, enum vr_drop reason)
{
	if (vr_trace_on())
		return vr_trace_dropped(network, vif, reason);
	this_cpu_add(vn->drops[reason], packets);
	if (network)
		atomic_long_add(packets, &network->drops.count[reason]);
	if (vif)
		atomic_long_add(packets, &vif->drops.count[reason]);
	trace_drop(vn, network, vif, skb, packets, reason);
}

/**
 * vr_drop() - ends a packet
 * @vn: the namespace
 * @network: that it is in, or NULL
 * @vif: that it came from or was to go to, or NULL
 * @skb: the packet; a GSO packet counts as its segments, as in struct vr_stats
 * @reason: why
 *
 * Every packet that comes in, and every copy made of one, ends either delivered or
 * here, exactly once.
 *
 * Context: softirq, or BH disabled.
 */
void vr_drop(struct vr_net *vn, struct vr_network *network,
	     struct vr_vif *vif, struct sk_buff *skb, enum vr_drop reason)
{
	vr_drop_packets(vn, network, vif, skb, vr_skb_packets(skb), reason);
}

/** vr_drop_packets() - vr_drop() of a packet that is known to count as @packets */
void vr_drop_packets(struct vr_net *vn, struct vr_network *network, struct vr_vif *vif,
		     struct sk_buff *skb, u32 packets, enum vr_drop reason)
{
	vr_drop_count(vn, network, vif, skb, packets, reason);
	if (vr_trace_on())
		consume_skb(skb);
	else
		kfree_skb_reason(skb, drops[reason].core);
}
