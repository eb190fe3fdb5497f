/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VROUTER_MTU_H
#define _VROUTER_MTU_H

#include <net/gso.h>

#include "core/packet.h"

/**
 * typedef vr_output_fn - sends a packet on to where vr_too_big() was called for
 * @skb: the packet; taken
 * @pkt: about it
 * @to: where
 *
 * Return: did it leave?
 */
typedef bool vr_output_fn(struct sk_buff *skb, struct vr_pkt *pkt, void *to);

/** vr_may_split() - may a packet that is too big go on in parts? */
static inline bool vr_may_split(const struct vr_pkt *pkt)
{
	return pkt->family && !pkt->dont_fragment;
}

bool vr_too_big(struct sk_buff *skb, struct vr_pkt *pkt, struct vr_vif *vif, int mtu,
		vr_output_fn *output, void *to);

/**
 * vr_mtu_exceeded() - is a packet too big?
 * @skb: the packet, perhaps GSO: then its segments count; or put together: then the
 *	fragments in which it leaves do, if no one may fragment those
 * @pkt: parsed
 * @mtu: largest IP packet
 */
static inline bool vr_mtu_exceeded(const struct sk_buff *skb, const struct vr_pkt *pkt, int mtu)
{
	if (mtu <= 0)
		return true;
	/* As many fragments as one likes are as good as none when one of them is lost. */
	if (pkt->frag_max)
		return pkt->dont_fragment && pkt->frag_max > mtu;
	if (skb_is_gso(skb))
		return !skb_gso_validate_network_len(skb, mtu);
	return skb->len > mtu;
}

#endif /* _VROUTER_MTU_H */
