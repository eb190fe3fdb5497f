/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VROUTER_FLOOD_H
#define _VROUTER_FLOOD_H

#include "core/packet.h"

void vr_flood(struct sk_buff *skb, struct vr_pkt *pkt);

#endif /* _VROUTER_FLOOD_H */
