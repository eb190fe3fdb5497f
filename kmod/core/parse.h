/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VROUTER_PARSE_H
#define _VROUTER_PARSE_H

#include <linux/netdev_features.h>
#include <net/ipv6.h>

#include "core/packet.h"

enum vr_drop vr_parse(struct sk_buff *skb, struct vr_pkt *pkt);
void vr_pkt_measure(const struct sk_buff *skb, struct vr_pkt *pkt);

/**
 * vr_is_extension() - is a protocol an IPv6 extension header?
 * @proto: IP protocol; not the hop-by-hop options, which may only follow the IPv6 header
 *
 * The protocol of a packet is the one behind all extension headers.
 */
static inline bool vr_is_extension(u8 proto)
{
	return proto == NEXTHDR_ROUTING || proto == NEXTHDR_FRAGMENT ||
	       proto == NEXTHDR_AUTH || proto == NEXTHDR_DEST;
}

/**
 * vr_skb_packets() - the number of packets that an skb counts as
 * @skb: may be a GSO packet; one from a VM has no number of segments
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
 * vr_must_unfold() - was a GSO packet encapsulated by its sender?
 * @skb: a GSO packet
 *
 * Only the outer headers of such a packet are parsed, but segmentation uses the inner ones too.
 * The segments must therefore be checked one by one.
 */
static inline bool vr_must_unfold(const struct sk_buff *skb)
{
	return skb->encapsulation ||
	       skb_shinfo(skb)->gso_type & (NETIF_F_GSO_ENCAP_ALL >> NETIF_F_GSO_SHIFT);
}

#endif /* _VROUTER_PARSE_H */
