/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VROUTER_DROP_EVENT_H
#define _VROUTER_DROP_EVENT_H

#include "core/packet.h"

/**
 * struct vr_dropped - packets that end
 * @pkt: about them; no more than its namespace need be known
 * @network: where they count, or NULL
 * @vif: the same
 * @skb: the packet, or NULL when it is gone
 * @packets: how many
 * @reason: why
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
