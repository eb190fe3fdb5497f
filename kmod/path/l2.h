/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VROUTER_L2_H
#define _VROUTER_L2_H

#include "core/packet.h"

void vr_l2_forward(struct sk_buff *skb, struct vr_pkt *pkt);
void vr_l2_routed(struct sk_buff *skb, struct vr_pkt *pkt);

#endif /* _VROUTER_L2_H */
