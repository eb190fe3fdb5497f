// SPDX-License-Identifier: GPL-2.0
/* Copies of a frame to everyone in its network. */
#include <linux/skbuff.h>

#include "flood.h"
#include "network.h"
#include "nexthop.h"
#include "output.h"
#include "rate.h"
#include "stats.h"
#include "vif.h"

/* Bounds the time that one frame can take. */
#define VIFS_MAX 4096

/*
 * How much of a second's frames may come at once, and how many at least: VMs that boot
 * ask for all that they need in one moment.
 */
#define BURST_PART 10
#define BURST_MIN 10

/**
 * struct flood - a frame being flooded
 * @skb: the frame; the last receiver gets it, the others get clones
 * @pkt: about it
 * @vif: receiver that was found last and waits for its copy, or
 * @nh: the same for a member of the flood next hop, with
 * @info: what it does
 */
struct flood {
	struct sk_buff *skb;
	const struct vr_pkt *pkt;
	struct vr_vif *vif;
	struct vr_nexthop *nh;
	struct vr_nexthop_info *info;
};

/* Stages may change what they know of their packet, so each copy has its own. */
static bool send(const struct flood *flood, struct sk_buff *skb)
{
	struct vr_pkt pkt = *flood->pkt;

	if (flood->vif)
		return vr_vif_output(skb, &pkt, flood->vif);
	return vr_nexthop_output(skb, &pkt, flood->nh, flood->info);
}

/* Sends a copy to the receiver that waits, which the frame itself is kept from. */
static void send_copy(const struct flood *flood)
{
	const struct vr_pkt *pkt = flood->pkt;
	struct sk_buff *copy;

	if (!flood->vif && !flood->nh)
		return;
	copy = skb_clone(flood->skb, GFP_ATOMIC);
	if (copy)
		send(flood, copy);
	else
		vr_pkt_drop_count(pkt, flood->vif, flood->skb, pkt->packets, VR_DROP_NO_MEMORY);
}

static void add_vif(struct flood *flood, struct vr_vif *vif)
{
	send_copy(flood);
	flood->vif = vif;
	flood->nh = NULL;
}

static void add_nexthop(struct flood *flood, struct vr_nexthop *nh,
			struct vr_nexthop_info *info)
{
	send_copy(flood);
	flood->vif = NULL;
	flood->nh = nh;
	flood->info = info;
}

static void add_vifs(struct flood *flood)
{
	const struct vr_pkt *pkt = flood->pkt;
	unsigned int count = 0;
	struct vr_vif *vif;

	list_for_each_entry_rcu(vif, &pkt->network->vifs, network_node) {
		if (vif == pkt->vif)
			continue;
		if (++count > VIFS_MAX) {
			vr_pkt_drop_count(pkt, pkt->vif, flood->skb, pkt->packets,
					  VR_DROP_FLOOD_LIMIT);
			return;
		}
		add_vif(flood, vif);
	}
}

/* Split horizon for tunnels; the network's own vifs have their copy already. */
static bool wants_copy(const struct vr_pkt *pkt, const struct vr_nexthop_info *info)
{
	const struct vr_vif *vif;

	if (info->type == VROUTER_NEXTHOP_TYPE_TUNNEL)
		return !pkt->overlay;
	vif = rcu_dereference(info->vif);
	return !vif || (vif != pkt->vif && vif->network != pkt->network);
}

static void add_members(struct flood *flood, struct vr_nexthop_info *info)
{
	struct vr_nexthop_info *member;
	unsigned int i;

	for (i = 0; i < info->count; i++) {
		member = rcu_dereference(info->member[i].nh->info);
		if (wants_copy(flood->pkt, member))
			add_nexthop(flood, info->member[i].nh, member);
	}
}

/*
 * Is the frame within the network's rate? That is for what VMs send: what comes from
 * the overlay was limited where it began, and the router's own frames are few.
 */
static bool within_rate(const struct vr_pkt *pkt)
{
	u32 rate = READ_ONCE(pkt->network->flood_rate);
	u64 gap;

	if (!rate || !pkt->vif || pkt->own)
		return true;
	gap = max_t(u64, div_u64(NSEC_PER_SEC, rate), 1);
	if (vr_trace_on())
		return vr_rate_has(&pkt->network->flood_bucket, ktime_get_ns(),
				   pkt->packets * gap,
				   max_t(u32, rate / BURST_PART, BURST_MIN) * gap);
	return vr_rate_take(&pkt->network->flood_bucket, ktime_get_ns(), pkt->packets * gap,
			    max_t(u32, rate / BURST_PART, BURST_MIN) * gap);
}

/**
 * vr_flood() - sends a frame to everyone in its network but the sender
 * @skb: the packet; taken
 * @pkt: about it
 *
 * To the network's vifs and, unless it came from there, by the network's flood next
 * hop to the overlay.
 *
 * Context: softirq or BH disabled; RCU read lock.
 */
void vr_flood(struct sk_buff *skb, struct vr_pkt *pkt)
{
	struct vr_nexthop *nh = rcu_dereference(pkt->network->flood);
	struct flood flood = { .skb = skb, .pkt = pkt };
	struct vr_nexthop_info *info = NULL;

	vr_trace_flood(pkt);
	/* Each receiver decides for itself. */
	pkt->path = NULL;
	if (!within_rate(pkt)) {
		vr_pkt_drop(pkt, skb, VR_DROP_FLOOD_RATE);
		return;
	}
	add_vifs(&flood);
	if (nh) {
		info = rcu_dereference(nh->info);
		vr_stats_tx(nh->stats, pkt->packets, pkt->bytes);
	}
	if (info && info->type == VROUTER_NEXTHOP_TYPE_FLOOD)
		add_members(&flood, info);
	if (flood.vif || flood.nh)
		send(&flood, skb);
	else
		vr_pkt_drop(pkt, skb, VR_DROP_NO_FLOOD);
}
