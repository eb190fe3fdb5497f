/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VROUTER_GATEWAY_INPUT_H
#define _VROUTER_GATEWAY_INPUT_H

#include "core/packet.h"

void vr_gateway_input(struct sk_buff *skb, struct vr_pkt *pkt);

#endif /* _VROUTER_GATEWAY_INPUT_H */
