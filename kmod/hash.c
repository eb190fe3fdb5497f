// SPDX-License-Identifier: GPL-2.0
/* Which flow a packet is of, as a number. */
#include <linux/etherdevice.h>
#include <linux/jhash.h>

#include "hash.h"

/* All fragments of a packet are alike in their addresses only. */
static u32 hash_l4(const struct vr_pkt *pkt, u32 seed)
{
	if (pkt->fragment)
		return seed;
	seed ^= pkt->l4_proto;
	if (!pkt->has_ports)
		return seed;
	return jhash_1word((__force u32)pkt->sport << 16 | (__force u32)pkt->dport, seed);
}

/**
 * vr_flow_hash() - the same number for all packets of a flow
 * @skb: the packet
 * @pkt: parsed; saves dissecting the headers again
 * @l4: tell flows apart by protocol and ports too, not by addresses only
 * @seed: whoever hashes for another purpose has another, so that what is the same to
 *	one is not to the other
 *
 * What isn't IP is told apart by its MAC addresses.
 */
u32 vr_flow_hash(const struct sk_buff *skb, const struct vr_pkt *pkt, bool l4, u32 seed)
{
	if (!pkt->family)
		return jhash(eth_hdr(skb), 2 * ETH_ALEN, seed);
	if (l4)
		seed = hash_l4(pkt, seed);
	if (pkt->family == AF_INET)
		return jhash_2words((__force u32)pkt->src.v4, (__force u32)pkt->dst.v4, seed);
	return jhash(&pkt->src.v6, sizeof(pkt->src.v6),
		     jhash(&pkt->dst.v6, sizeof(pkt->dst.v6), seed));
}
