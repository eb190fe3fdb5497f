/* SPDX-License-Identifier: GPL-2.0 */
/* Flow hash of a packet. */
#ifndef _VROUTER_HASH_H
#define _VROUTER_HASH_H

#include <linux/etherdevice.h>
#include <linux/jhash.h>

#include "core/packet.h"

static inline u32 vr_hash_ports(const struct vr_pkt *pkt)
{
	return (__force u32)pkt->sport << 16 | (__force u32)pkt->dport;
}

/**
 * vr_flow_hash() - a hash that is the same for all packets of a flow
 * @skb: the packet
 * @pkt: parsed; saves dissecting the headers again
 * @l4: hash the protocol and ports too, not only the addresses
 * @seed: each purpose has its own, so that flows that collide for one purpose do not collide
 *	for another
 *
 * The hash of a packet that isn't IP covers its MAC addresses.
 */
static inline u32 vr_flow_hash(const struct sk_buff *skb, const struct vr_pkt *pkt, bool l4,
			       u32 seed)
{
	u32 l4_word = 0;

	if (!pkt->family)
		return jhash(eth_hdr(skb), 2 * ETH_ALEN, seed);
	/* Only the addresses are the same in all fragments of a packet. */
	if (l4 && !pkt->fragment) {
		seed ^= pkt->l4_proto;
		l4_word = pkt->has_ports ? vr_hash_ports(pkt) : 0;
	}
	if (pkt->family == AF_INET)
		return jhash_3words((__force u32)pkt->src.v4, (__force u32)pkt->dst.v4, l4_word,
				    seed);
	seed = jhash2((__force const u32 *)&pkt->dst.v6, sizeof(pkt->dst.v6) / sizeof(u32), seed);
	return jhash2((__force const u32 *)&pkt->src.v6, sizeof(pkt->src.v6) / sizeof(u32),
		      seed ^ l4_word);
}

#endif /* _VROUTER_HASH_H */
