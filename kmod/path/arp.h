/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VROUTER_ARP_H
#define _VROUTER_ARP_H

#include <linux/if_ether.h>

#include "core/packet.h"

void vr_arp_receive(struct sk_buff *skb, struct vr_pkt *pkt);

bool __vr_is_self_announcement(struct sk_buff *skb, const struct vr_pkt *pkt);
void vr_self_announcement_receive(struct sk_buff *skb, struct vr_pkt *pkt);

/**
 * vr_is_self_announcement() - does a frame say where a VM is, after a live migration?
 * @skb: the frame
 * @pkt: about it, parsed
 *
 * This is a RARP frame (RFC 903) that says no more than its sender's MAC, which every frame says.
 * QEMU and hypervisors send it for switches.
 */
static inline bool vr_is_self_announcement(struct sk_buff *skb, const struct vr_pkt *pkt)
{
	return unlikely(pkt->proto == htons(ETH_P_RARP)) && __vr_is_self_announcement(skb, pkt);
}

#endif /* _VROUTER_ARP_H */
