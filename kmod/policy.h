/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VROUTER_POLICY_H
#define _VROUTER_POLICY_H

#include "packet.h"

struct vr_vif;

enum vr_drop vr_policy_check(struct sk_buff *skb, struct vr_pkt *pkt,
			     const struct vr_vif *vif, u32 direction);
struct sk_buff *vr_policy_gather(struct sk_buff *skb, struct vr_pkt *pkt, struct vr_vif *vif,
				 u32 direction);

#endif /* _VROUTER_POLICY_H */
