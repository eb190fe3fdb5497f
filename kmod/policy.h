/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VROUTER_POLICY_H
#define _VROUTER_POLICY_H

#include "packet.h"

struct vr_match;
struct vr_rule;
struct vr_sg;
struct vr_tuple;
struct vr_vif;

void vr_policy_tuple(const struct vr_pkt *pkt, struct vr_tuple *tuple);
struct vr_rule *vr_policy_find(struct vr_sg *const *list, unsigned int count, u32 direction,
			       struct vr_match *match);
void vr_policy_count(const struct vr_pkt *pkt, struct vr_rule *rule,
		     const struct vr_match *match);
enum vr_drop vr_policy_check(struct sk_buff *skb, struct vr_pkt *pkt,
			     const struct vr_vif *vif, u32 direction);
struct sk_buff *vr_policy_gather(struct sk_buff *skb, struct vr_pkt *pkt, struct vr_vif *vif,
				 u32 direction);

#endif /* _VROUTER_POLICY_H */
