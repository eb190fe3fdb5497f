/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VROUTER_PARSE_H
#define _VROUTER_PARSE_H

#include <linux/netdev_features.h>
#include <net/ipv6.h>

#include "core/packet.h"

enum vr_drop vr_parse(struct sk_buff *skb, struct vr_pkt *pkt);
void vr_pkt_measure(const struct sk_buff *skb, struct vr_pkt *pkt);

/**
 * vr_is_extension() - is a protocol an extension header in IPv6?
 * @proto: not that of hop-by-hop options, which come right after the IPv6 header or not at all
 *
 * Packets are of the protocol behind all of them.
 */
static inline bool vr_is_extension(u8 proto)
{
	return proto == NEXTHDR_ROUTING || proto == NEXTHDR_FRAGMENT ||
	       proto == NEXTHDR_AUTH || proto == NEXTHDR_DEST;
}

/**
 * vr_skb_packets() - as how many packets does an skb count?
 * @skb: perhaps a GSO packet; one from a VM doesn't know its number of segments
 */
static inline u32 vr_skb_packets(const struct sk_buff *skb)
{
	const struct skb_shared_info *shinfo = skb_shinfo(skb);

	if (!skb_is_gso(skb))
		return 1;
	if (shinfo->gso_segs)
		return shinfo->gso_segs;
	return DIV_ROUND_UP(skb->len, shinfo->gso_size);
}

/**
 * vr_must_unfold() - is a GSO packet one that its sender encapsulated?
 * @skb: a GSO packet
 *
 * Only the outer headers of such a packet are read, and its segments are made by the inner
 * ones too: each of these has to be looked at instead.
 */
static inline bool vr_must_unfold(const struct sk_buff *skb)
{
	return skb->encapsulation ||
	       skb_shinfo(skb)->gso_type & (NETIF_F_GSO_ENCAP_ALL >> NETIF_F_GSO_SHIFT);
}

#endif /* _VROUTER_PARSE_H */
