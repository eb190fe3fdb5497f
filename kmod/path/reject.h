/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VROUTER_REJECT_H
#define _VROUTER_REJECT_H

#include "core/drop.h"
#include "core/packet.h"

void vr_reject(const struct sk_buff *skb, const struct vr_pkt *pkt, enum vr_drop reason);

#endif /* _VROUTER_REJECT_H */
