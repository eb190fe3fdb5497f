/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VROUTER_L3_H
#define _VROUTER_L3_H

#include "core/packet.h"

void vr_l3_forward(struct sk_buff *skb, struct vr_pkt *pkt);
void vr_l3_route(struct sk_buff *skb, struct vr_pkt *pkt);
bool vr_l3_rewrite(struct sk_buff *skb, struct vr_pkt *pkt, const u8 *macs);
void vr_l3_enter_network(struct vr_pkt *pkt, struct vr_nexthop *nh,
			 struct vr_network *network);
void vr_l3_to(struct sk_buff *skb, struct vr_pkt *pkt, struct vr_nexthop *nh);

#endif /* _VROUTER_L3_H */
