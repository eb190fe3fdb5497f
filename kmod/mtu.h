/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VROUTER_MTU_H
#define _VROUTER_MTU_H

#include "packet.h"

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

bool vr_mtu_exceeded(const struct sk_buff *skb, const struct vr_pkt *pkt, int mtu);
bool vr_too_big(struct sk_buff *skb, struct vr_pkt *pkt, struct vr_vif *vif, int mtu,
		vr_output_fn *output, void *to);

#endif /* _VROUTER_MTU_H */
