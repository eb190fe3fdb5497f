/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VROUTER_LOCAL_H
#define _VROUTER_LOCAL_H

#include "core/packet.h"

void vr_local_receive(struct sk_buff *skb, struct vr_pkt *pkt);

#endif /* _VROUTER_LOCAL_H */
