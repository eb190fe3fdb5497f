// SPDX-License-Identifier: GPL-2.0
/* Floods a frame to everyone in its network. */
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
 * Limits of receivers and of packets sent to them, which bound the time that one frame takes. A
 * frame of many segments reaches fewer receivers; see flood_cost(). A fragment into a tunnel takes
 * 1.6 us on User-mode Linux, so 8192 fragments take 13 ms.
 */
#define VIFS_MAX 4096
#define PACKETS_MAX 8192

/* Size that IPv4 packets may have to be fragmented to, for the smallest MTUs. */
#define FRAGMENT_SIZE 512

/*
 * The burst is this fraction of the frames of one second, but at least BURST_MIN: VMs that boot ask
 * for everything that they need at once.
 */
#define BURST_PART 10
#define BURST_MIN 10

/* Burst that a vif may flood and still count as a light flooder. */
#define SHARE_BURST 2

/* Maximum gap, in ns, between frames of a vif's share, so that a bucket can hold SHARE_BURST. */
#define PART_MAX (100000ULL * NSEC_PER_SEC)

/*
 * Packets that this CPU has sent for the frame that it floods, and steps that rules took for them.
 * A copy may come back into the module as an outer packet, if tunnels are nested, and be flooded
 * again: that counts for the first frame.
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
 * @vif: the last receiver found, which waits for its copy, or
 * @nh: the same if it is a member of the flood next hop, with
 * @info: what @nh does
 * @cost: packets that one copy may become
 * @full: the limit of packets is reached
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

/* Each copy has its own struct vr_pkt, since stages change it. */
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

/* Sends a clone to the receiver that waits. The frame itself is kept for the last receiver. */
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

/*
 * Is there room for one more receiver? Only the first receiver beyond the limit is counted as a
 * drop.
 */
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

/* Split horizon for tunnels. The network's own vifs already have their copies. */
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

/* Gap in ns between two frames at a network's rate. */
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

/* Does the VM flood no more than an equal share of the rate? */
static bool floods_little(const struct vr_pkt *pkt, u64 now, u64 gap)
{
	u64 part = min_t(u64, gap * max_t(u32, READ_ONCE(pkt->network->vif_count), 1), PART_MAX);

	return pkt->packets <= SHARE_BURST &&
	       flood_take(&pkt->vif->flood_share, now, pkt->packets * part, SHARE_BURST * part);
}

/*
 * The rate limit that applies to a frame, or 0. Only frames from VMs are limited: frames from the
 * overlay were limited at their source, and the router's own frames are few.
 */
static u32 flood_rate(const struct vr_pkt *pkt)
{
	return pkt->vif && !pkt->originated ? READ_ONCE(pkt->network->flood_rate) : 0;
}

/*
 * Is the frame within the network's rate? The bucket holds twice the burst. Its lower half is
 * reserved for VMs that flood little, so that no VM can take the whole rate from the others.
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
	/* With the clock set back by one burst, the lower half is out of reach. */
	return flood_take(&pkt->network->flood_bucket, now - burst, pkt->packets * gap, burst);
}

/*
 * Must the packet be segmented before it is flooded? UDP fragmentation offload is done once here,
 * for all receivers. A packet that costs more than the burst is segmented so that no VM leaves a
 * debt to the others.
 */
static bool flood_must_segment(const struct sk_buff *skb, const struct vr_pkt *pkt)
{
	u32 rate = flood_rate(pkt);

	if (!skb_is_gso(skb))
		return false;
	return skb_shinfo(skb)->gso_type & SKB_GSO_UDP ||
	       (rate && pkt->packets * flood_gap(rate) > flood_burst(rate));
}

/* For each receiver, a packet may become as many packets as it has segments or needs fragments. */
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
 * The receivers are the network's vifs and, unless the frame came from the overlay, the remote ends
 * of the network's flood next hop.
 *
 * Context: softirq or BH disabled; RCU read lock.
 */
void vr_flood(struct sk_buff *skb, struct vr_pkt *pkt)
{
	struct flood_work *work = this_cpu_ptr(&flood_work);

	vr_trace_flood(pkt);
	/* Each receiver decides separately, so there is no single decision to record. */
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
