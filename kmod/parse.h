/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VROUTER_PARSE_H
#define _VROUTER_PARSE_H

#include "packet.h"

enum vr_drop vr_parse(struct sk_buff *skb, struct vr_pkt *pkt);
void vr_pkt_measure(const struct sk_buff *skb, struct vr_pkt *pkt);
u32 vr_skb_packets(const struct sk_buff *skb);

#endif /* _VROUTER_PARSE_H */
