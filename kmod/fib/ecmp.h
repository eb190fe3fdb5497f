/* SPDX-License-Identifier: GPL-2.0 */
/* Next hops of type ecmp: which member a flow takes. */
#ifndef _VROUTER_ECMP_H
#define _VROUTER_ECMP_H

#include "core/packet.h"
#include "fib/nexthop.h"
#include "policy/recorder.h"

/* Flows are shared out in so many parts; each member has one at least. */
#define VR_GROUP_BUCKETS 2048

#define VR_GROUP_MEMBERS_MAX 256
#define VR_GROUP_WEIGHT_MAX 256

/**
 * struct vr_ecmp - how a next hop of type ecmp shares out flows
 * @seed: of the hash that puts flows into buckets; stays while the next hop is one
 *	of type ecmp
 * @bucket: index of the member that each has
 */
struct vr_ecmp {
	u32 seed;
	u8 bucket[VR_GROUP_BUCKETS];
};

int vr_ecmp_build(struct vr_nexthop_info *info, const struct vr_nexthop_info *old);
struct vr_nexthop *vr_ecmp_member(const struct sk_buff *skb, struct vr_pkt *pkt,
				  struct vr_nexthop *nh, struct vr_nexthop_info **info);

/**
 * vr_nexthop_resolve() - where a packet goes that was sent to a next hop
 * @skb: the packet
 * @pkt: about it
 * @nh: the next hop
 * @info: set to what the returned one does
 *
 * Context: RCU read lock.
 * Return: @nh, or the member of it that the packet's flow takes; NULL when all
 * members are dead.
 */
static inline struct vr_nexthop *vr_nexthop_resolve(const struct sk_buff *skb,
						    struct vr_pkt *pkt,
						    struct vr_nexthop *nh,
						    struct vr_nexthop_info **info)
{
	vr_recorder_uses(pkt->recorder, &nh->obj);
	*info = rcu_dereference(nh->info);
	if ((*info)->type == VROUTER_NEXTHOP_TYPE_ECMP)
		nh = vr_ecmp_member(skb, pkt, nh, info);
	if (nh)
		vr_trace_nexthop(nh, *info);
	return nh;
}

#endif /* _VROUTER_ECMP_H */
