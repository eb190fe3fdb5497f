/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VROUTER_MTU_H
#define _VROUTER_MTU_H

#include <net/gso.h>

#include "core/packet.h"

/**
 * typedef vr_output_fn - sends a packet, or a part of one, to its output
 * @skb: the packet; taken
 * @pkt: about it
 * @to: the output
 *
 * Return: did it leave?
 */
typedef bool vr_output_fn(struct sk_buff *skb, struct vr_pkt *pkt, void *to);

/** vr_may_split() - may a packet that is too big be fragmented? */
static inline bool vr_may_split(const struct vr_pkt *pkt)
{
	return pkt->family && !pkt->dont_fragment;
}

bool vr_too_big(struct sk_buff *skb, struct vr_pkt *pkt, struct vr_vif *vif, int mtu,
		vr_output_fn *output, void *to);

/**
 * vr_mtu_exceeded() - is a packet too big?
 * @skb: the packet. For a GSO packet, the sizes of its segments count. For a reassembled packet,
 *	the size of its largest fragment counts, if the fragments may not be fragmented.
 * @pkt: parsed
 * @mtu: largest IP packet
 */
static inline bool vr_mtu_exceeded(const struct sk_buff *skb, const struct vr_pkt *pkt, int mtu)
{
	if (mtu <= 0)
		return true;
	/* If DF stops the largest fragment, the others are useless: the packet is too big. */
	if (pkt->frag_max)
		return pkt->dont_fragment && pkt->frag_max > mtu;
	if (skb_is_gso(skb))
		return !skb_gso_validate_network_len(skb, mtu);
	return skb->len > mtu;
}

#endif /* _VROUTER_MTU_H */
