/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VROUTER_POLICY_H
#define _VROUTER_POLICY_H

#include "core/packet.h"

struct vr_match;
struct vr_rule;
struct vr_sg;
struct vr_tuple;
struct vr_vif;

void vr_policy_tuple(const struct vr_pkt *pkt, struct vr_tuple *tuple);
struct vr_rule *vr_policy_find(struct vr_pkt *pkt, struct vr_sg *const *list,
			       unsigned int count, u32 direction, struct vr_match *match);
void vr_policy_count(const struct vr_pkt *pkt, struct vr_rule *rule,
		     const struct vr_match *match);
enum vr_drop vr_policy_check(struct sk_buff *skb, struct vr_pkt *pkt,
			     const struct vr_vif *vif, u32 direction);
struct sk_buff *__vr_policy_gather(struct sk_buff *skb, struct vr_pkt *pkt, struct vr_vif *vif,
				   u32 direction);

/**
 * vr_policy_gather() - reassembles fragments if the policy needs whole packets
 * @skb: the packet, perhaps a fragment; consumed
 * @pkt: parsed data of @skb; afterwards of the whole packet
 * @vif: the vif that the packet comes from or goes to
 * @direction: enum vrouter_direction, as seen from the vif's VM
 *
 * A connection is found by its ports, and only the first fragment has ports. If no rule
 * needs connection state, or the packet cannot have a connection, each fragment is judged
 * by itself. A trace has no other fragments to wait for.
 *
 * Context: softirq or BH disabled; RCU read lock.
 * Return: the whole packet, or the fragment itself if it is not reassembled; NULL if the
 *	packet is not complete yet or was dropped.
 */
static inline struct sk_buff *vr_policy_gather(struct sk_buff *skb, struct vr_pkt *pkt,
					       struct vr_vif *vif, u32 direction)
{
	return pkt->fragment ? __vr_policy_gather(skb, pkt, vif, direction) : skb;
}

#endif /* _VROUTER_POLICY_H */
