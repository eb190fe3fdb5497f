// SPDX-License-Identifier: GPL-2.0
/* Switching by destination MAC address. */
#include <linux/etherdevice.h>

#include "fib/ecmp.h"
#include "fib/fdb.h"
#include "fib/nexthop.h"
#include "objects/network.h"
#include "path/flood.h"
#include "path/l2.h"
#include "path/output.h"

static void unknown(struct sk_buff *skb, struct vr_pkt *pkt)
{
	if (READ_ONCE(pkt->network->unknown) == VROUTER_UNKNOWN_UNICAST_DROP)
		vr_pkt_drop(pkt, skb, VR_DROP_UNKNOWN_UNICAST);
	else
		vr_flood(skb, pkt);
}

/* The next hop of a MAC address, or NULL. */
static inline struct vr_nexthop *l2_lookup(const struct vr_pkt *pkt, const u8 *mac)
{
	struct vr_fdb *fdb = vr_fdb_lookup(pkt->network, mac);
	struct vr_nexthop *nh = fdb ? rcu_dereference(fdb->nh) : NULL;

	vr_trace_fdb(mac, fdb, nh);
	/* Frames from its MAC keep a learned entry alive, not frames to it. */
	if (nh && !READ_ONCE(fdb->learned))
		vr_touch(&fdb->used);
	return nh;
}

/* Frames are sent neither back to the vif that they came from nor from overlay to overlay. */
static enum vr_drop check_horizon(const struct vr_pkt *pkt, const struct vr_nexthop_info *info)
{
	if (info->type == VROUTER_NEXTHOP_TYPE_TUNNEL && pkt->overlay)
		return VR_DROP_SPLIT_HORIZON;
	if (pkt->vif && rcu_access_pointer(info->vif) == pkt->vif)
		return VR_DROP_OWN_PORT;
	return VR_DROP_NONE;
}

/**
 * vr_l2_forward() - switches a unicast frame
 * @skb: the packet; taken
 * @pkt: about it
 *
 * Context: softirq or BH disabled; RCU read lock.
 */
void vr_l2_forward(struct sk_buff *skb, struct vr_pkt *pkt)
{
	struct vr_nexthop *nh = l2_lookup(pkt, eth_hdr(skb)->h_dest);
	struct vr_nexthop_info *info;
	enum vr_drop reason;

	if (!nh)
		return unknown(skb, pkt);
	nh = vr_nexthop_resolve(skb, pkt, nh, &info);
	if (!nh)
		return vr_pkt_drop(pkt, skb, VR_DROP_NEXTHOP_DEAD);
	reason = check_horizon(pkt, info);
	if (reason != VR_DROP_NONE)
		return vr_pkt_drop(pkt, skb, reason);
	vr_nexthop_output(skb, pkt, nh, info);
}

/**
 * vr_l2_routed() - sends a routed packet by its new destination MAC address
 * @skb: the packet; taken
 * @pkt: about it
 *
 * The TTL protects from loops, so a routed packet may go back to where it came from.
 *
 * Context: softirq or BH disabled; RCU read lock.
 */
void vr_l2_routed(struct sk_buff *skb, struct vr_pkt *pkt)
{
	struct vr_nexthop *nh = l2_lookup(pkt, eth_hdr(skb)->h_dest);
	struct vr_nexthop_info *info;

	if (!nh)
		return unknown(skb, pkt);
	nh = vr_nexthop_resolve(skb, pkt, nh, &info);
	if (nh)
		vr_nexthop_output(skb, pkt, nh, info);
	else
		vr_pkt_drop(pkt, skb, VR_DROP_NEXTHOP_DEAD);
}
