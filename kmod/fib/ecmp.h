/* SPDX-License-Identifier: GPL-2.0 */
/* Next hops of type ecmp: the choice of a member for each flow. */
#ifndef _VROUTER_ECMP_H
#define _VROUTER_ECMP_H

#include "core/packet.h"
#include "fib/nexthop.h"
#include "policy/recorder.h"

/* Number of buckets of a next hop of type ecmp; each member has at least one. */
#define VR_GROUP_BUCKETS 2048

#define VR_GROUP_MEMBERS_MAX 256
#define VR_GROUP_WEIGHT_MAX 256

/**
 * struct vr_ecmp - how a next hop of type ecmp distributes flows
 * @seed: of the hash that maps flows to buckets; constant while the next hop is of
 *	type ecmp
 * @bucket: the member of each bucket, as an index
 */
struct vr_ecmp {
	u32 seed;
	u8 bucket[VR_GROUP_BUCKETS];
};

int vr_ecmp_build(struct vr_nexthop_info *info, const struct vr_nexthop_info *old);
struct vr_nexthop *vr_ecmp_member(const struct sk_buff *skb, struct vr_pkt *pkt,
				  struct vr_nexthop *nh, struct vr_nexthop_info **info);

/**
 * vr_nexthop_resolve() - resolves a next hop of type ecmp to a member
 * @skb: the packet
 * @pkt: its metadata
 * @nh: the next hop, of any type
 * @info: set to the contents of the returned next hop
 *
 * Context: RCU read lock.
 * Return: @nh, or with type ecmp the member that the packet's flow takes; NULL if all
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
