/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VROUTER_ARP_H
#define _VROUTER_ARP_H

#include "packet.h"

void vr_arp_receive(struct sk_buff *skb, struct vr_pkt *pkt);

#endif /* _VROUTER_ARP_H */
