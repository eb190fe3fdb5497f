/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VROUTER_MSS_H
#define _VROUTER_MSS_H

#include "core/packet.h"

void vr_mss_clamp(struct sk_buff *skb, const struct vr_pkt *pkt, int mtu);

#endif /* _VROUTER_MSS_H */
