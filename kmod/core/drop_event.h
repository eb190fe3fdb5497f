/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VROUTER_DROP_EVENT_H
#define _VROUTER_DROP_EVENT_H

#include "core/packet.h"

/**
 * struct vr_dropped - dropped packets
 * @pkt: about them; only its namespace must be known
 * @network: network that they are counted at, or NULL
 * @vif: vif that they are counted at, or NULL
 * @skb: the packet, or NULL if it is gone
 * @packets: number of packets
 * @reason: why they are dropped
 */
struct vr_dropped {
	const struct vr_pkt *pkt;
	struct vr_network *network;
	struct vr_vif *vif;
	const struct sk_buff *skb;
	u32 packets;
	enum vr_drop reason;
};

void vr_drop_event(const struct vr_dropped *dropped);
int vr_drop_events_init(struct vr_net *vn);
void vr_drop_events_exit(struct vr_net *vn);

#endif /* _VROUTER_DROP_EVENT_H */
