// SPDX-License-Identifier: GPL-2.0
/* Copies of a frame to everyone in its network. */
#include <linux/skbuff.h>

#include "fib/nexthop.h"
#include "lib/rate.h"
#include "lib/stats.h"
#include "objects/network.h"
#include "objects/vif.h"
#include "path/flood.h"
#include "path/output.h"
#include "path/segment.h"

/*
 * Bound the time that one frame can take: receivers, and packets that are sent to them. A frame
 * of many segments reaches fewer of them; see flood_cost(). Fragments into tunnels take 1.6 us
 * each, as User-mode Linux has it, so 8192 of them 13 ms.
 */
#define VIFS_MAX 4096
#define PACKETS_MAX 8192

/* IPv4 packets may have to be fragmented to this size, for the smallest MTUs. */
#define FRAGMENT_SIZE 512

/*
 * How much of a second's frames may come at once, and how many at least: VMs that boot
 * ask for all that they need in one moment.
 */
#define BURST_PART 10
#define BURST_MIN 10

/* Frames that a vif may send at once and still count as one that floods little. */
#define SHARE_BURST 2

/* Nanoseconds of a vif's part of the rate at most, so that a bucket can hold SHARE_BURST. */
#define PART_MAX (100000ULL * NSEC_PER_SEC)

/*
 * Packets that this processor has sent for the frame that it floods, and steps that rules took
 * for them. A copy may come back into the module, as an outer packet of a tunnel in a tunnel, and
 * be flooded once more: that counts for the first frame.
 */
struct flood_work {
	unsigned int depth;
	u32 packets;
	u32 steps;
};

static DEFINE_PER_CPU(struct flood_work, flood_work);

/**
 * struct flood - a frame being flooded
 * @skb: the frame; the last receiver gets it, the others get clones
 * @pkt: about it
 * @vif: receiver that was found last and waits for its copy, or
 * @nh: the same for a member of the flood next hop, with
 * @info: what it does
 * @cost: packets that a copy may become
 * @full: as much was sent as may be
 */
struct flood {
	struct sk_buff *skb;
	const struct vr_pkt *pkt;
	u32 cost;
	bool full;
	struct vr_vif *vif;
	struct vr_nexthop *nh;
	struct vr_nexthop_info *info;
};

/* Stages may change what they know of their packet, so each copy has its own. */
static void flood_send(const struct flood *flood, struct sk_buff *skb)
{
	struct flood_work *work = this_cpu_ptr(&flood_work);
	struct vr_pkt pkt = *flood->pkt;
	u32 before = work->steps;

	pkt.steps = before;
	if (flood->vif)
		vr_vif_output(skb, &pkt, flood->vif);
	else
		vr_nexthop_output(skb, &pkt, flood->nh, flood->info);
	work->steps += pkt.steps - before;
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
		flood_send(flood, copy);
	else
		vr_pkt_drop_count(pkt, flood->vif, flood->skb, pkt->packets, VR_DROP_NO_MEMORY);
}

/* One more receiver? The first one who is too many is counted for all. */
static bool flood_reserve(struct flood *flood)
{
	struct flood_work *work = this_cpu_ptr(&flood_work);
	const struct vr_pkt *pkt = flood->pkt;

	if (flood->full)
		return false;
	if (work->packets + flood->cost <= PACKETS_MAX) {
		work->packets += flood->cost;
		return true;
	}
	flood->full = true;
	vr_pkt_drop_count(pkt, pkt->vif, flood->skb, pkt->packets, VR_DROP_FLOOD_LIMIT);
	return false;
}

static void add_vif(struct flood *flood, struct vr_vif *vif)
{
	if (!flood_reserve(flood))
		return;
	send_copy(flood);
	flood->vif = vif;
	flood->nh = NULL;
}

static void add_nexthop(struct flood *flood, struct vr_nexthop *nh,
			struct vr_nexthop_info *info)
{
	if (!flood_reserve(flood))
		return;
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
		if (flood->full)
			return;
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

	for (i = 0; i < info->count && !flood->full; i++) {
		member = rcu_dereference(info->member[i].nh->info);
		if (wants_copy(flood->pkt, member))
			add_nexthop(flood, info->member[i].nh, member);
	}
}

/* Nanoseconds between two frames of a network's rate, and of how many there may be at once. */
static u64 flood_gap(u32 rate)
{
	return max_t(u64, div_u64(NSEC_PER_SEC, rate), 1);
}

static u64 flood_burst(u32 rate)
{
	return max_t(u32, rate / BURST_PART, BURST_MIN) * flood_gap(rate);
}

static bool flood_take(struct vr_rate *bucket, u64 now, u64 cost, u64 depth)
{
	return vr_trace_on() ? vr_rate_has(bucket, now, cost, depth) :
			       vr_rate_take(bucket, now, cost, depth);
}

/* Does the VM flood no more than its part of the rate, were that the same for all? */
static bool floods_little(const struct vr_pkt *pkt, u64 now, u64 gap)
{
	u64 part = min_t(u64, gap * max_t(u32, READ_ONCE(pkt->network->vif_count), 1), PART_MAX);

	return pkt->packets <= SHARE_BURST &&
	       flood_take(&pkt->vif->flood_share, now, pkt->packets * part, SHARE_BURST * part);
}

/*
 * The rate that a frame has to keep, or 0. It is for what VMs send: what comes from the overlay
 * was limited where it began, and the router's own frames are few.
 */
static u32 flood_rate(const struct vr_pkt *pkt)
{
	return pkt->vif && !pkt->originated ? READ_ONCE(pkt->network->flood_rate) : 0;
}

/*
 * Is the frame within the network's rate? The bucket holds twice the burst, and the lower half
 * of it is for VMs that flood little, so that no one can take the rate from all others.
 */
static bool within_rate(const struct vr_pkt *pkt)
{
	u32 rate = flood_rate(pkt);
	u64 now, gap, burst;

	if (!rate)
		return true;
	now = ktime_get_ns();
	gap = flood_gap(rate);
	burst = flood_burst(rate);
	if (floods_little(pkt, now, gap))
		return flood_take(&pkt->network->flood_bucket, now, pkt->packets * gap, 2 * burst);
	/* The lower half is out of reach of a clock that is late by as much. */
	return flood_take(&pkt->network->flood_bucket, now - burst, pkt->packets * gap, burst);
}

/*
 * Segments that are made in software are made once, for all receivers, and so are those of a
 * packet that costs more than the network's bucket holds: no VM leaves a debt to the others.
 */
static bool flood_must_segment(const struct sk_buff *skb, const struct vr_pkt *pkt)
{
	u32 rate = flood_rate(pkt);

	if (!skb_is_gso(skb))
		return false;
	return skb_shinfo(skb)->gso_type & SKB_GSO_UDP ||
	       (rate && pkt->packets * flood_gap(rate) > flood_burst(rate));
}

/* A packet may be as many for each receiver as it has segments or must have fragments. */
static u32 flood_cost(const struct sk_buff *skb, const struct vr_pkt *pkt)
{
	u32 fragments = vr_may_split(pkt) ? DIV_ROUND_UP(skb->len, FRAGMENT_SIZE) : 1;

	return max(pkt->packets, fragments);
}

static void flood_copies(struct sk_buff *skb, struct vr_pkt *pkt)
{
	struct vr_nexthop *nh = rcu_dereference(pkt->network->flood);
	struct flood flood = { .skb = skb, .pkt = pkt, .cost = flood_cost(skb, pkt) };
	struct vr_nexthop_info *info = NULL;

	add_vifs(&flood);
	if (nh) {
		info = rcu_dereference(nh->info);
		vr_stats_tx(nh->stats, pkt->packets, pkt->bytes);
	}
	if (info && info->type == VROUTER_NEXTHOP_TYPE_FLOOD)
		add_members(&flood, info);
	if (flood.vif || flood.nh)
		flood_send(&flood, skb);
	else if (flood.full)
		consume_skb(skb);
	else
		vr_pkt_drop(pkt, skb, VR_DROP_NO_FLOOD);
}

static bool flood_packet(struct sk_buff *skb, struct vr_pkt *pkt, void *unused)
{
	if (within_rate(pkt)) {
		flood_copies(skb, pkt);
		return true;
	}
	vr_pkt_drop(pkt, skb, VR_DROP_FLOOD_RATE);
	return false;
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
	struct flood_work *work = this_cpu_ptr(&flood_work);

	vr_trace_flood(pkt);
	/* Each receiver decides for itself. */
	pkt->recorder = NULL;
	if (!work->depth++) {
		work->packets = 0;
		work->steps = pkt->steps;
	}
	if (unlikely(flood_must_segment(skb, pkt)))
		vr_segment(skb, pkt, flood_packet, NULL);
	else
		flood_packet(skb, pkt, NULL);
	work->depth--;
}
