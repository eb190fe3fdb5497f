/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VROUTER_OUTPUT_H
#define _VROUTER_OUTPUT_H

#include "core/packet.h"

struct vr_nexthop;
struct vr_nexthop_info;

bool vr_nexthop_output(struct sk_buff *skb, struct vr_pkt *pkt, struct vr_nexthop *nh,
		       struct vr_nexthop_info *info);
bool vr_vif_output(struct sk_buff *skb, struct vr_pkt *pkt, struct vr_vif *vif);
bool vr_vif_transmit(struct vr_vif *vif, struct sk_buff *skb, const struct vr_pkt *pkt);
bool vr_tunnel_output(struct sk_buff *skb, struct vr_pkt *pkt,
		      struct vr_nexthop_info *info);

#endif /* _VROUTER_OUTPUT_H */
