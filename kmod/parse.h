/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VROUTER_PARSE_H
#define _VROUTER_PARSE_H

#include "packet.h"

enum vr_drop vr_parse(struct sk_buff *skb, struct vr_pkt *pkt);
void vr_pkt_measure(const struct sk_buff *skb, struct vr_pkt *pkt);

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

#endif /* _VROUTER_PARSE_H */
