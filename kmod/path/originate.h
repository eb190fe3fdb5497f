/* SPDX-License-Identifier: GPL-2.0 */
/* Originated packets: packets that the router makes itself. */
#ifndef _VROUTER_ORIGINATE_H
#define _VROUTER_ORIGINATE_H

#include "core/packet.h"

struct icmp6hdr;

struct sk_buff *vr_originate_alloc(unsigned int len, u16 ethertype);
struct icmp6hdr *vr_originate_icmp6(struct sk_buff *skb, const struct in6_addr *src,
				    const struct in6_addr *dst, u8 hop_limit,
				    unsigned int len);
void vr_originate_icmp6_checksum(struct sk_buff *skb);
void vr_originate_to_vif(struct vr_vif *vif, struct sk_buff *skb, const u8 *dst_mac);
void vr_originate_flood(struct sk_buff *skb, const struct vr_pkt *of, const u8 *dst_mac);
void vr_originate_answer(struct sk_buff *skb, const struct vr_pkt *orig);

#endif /* _VROUTER_ORIGINATE_H */
