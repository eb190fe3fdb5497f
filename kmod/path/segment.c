// SPDX-License-Identifier: GPL-2.0
/* Software segmentation of GSO packets that cannot stay whole. */
#include <linux/netdevice.h>
#include <net/gso.h>

#include "core/parse.h"
#include "path/segment.h"

/**
 * vr_segment() - splits a GSO packet
 * @skb: the packet; taken. Its skb->dev must be set.
 * @pkt: about it
 * @output: takes each segment
 * @to: for @output
 *
 * The checksums of the segments are filled in.
 *
 * Return: did any segment leave?
 */
bool vr_segment(struct sk_buff *skb, struct vr_pkt *pkt, vr_output_fn *output, void *to)
{
	struct sk_buff *segments, *segment, *next;
	struct vr_pkt part;
	bool sent = false;

	__skb_push(skb, ETH_HLEN);
	segments = skb_gso_segment(skb, NETIF_F_SG);
	__skb_pull(skb, ETH_HLEN);
	if (IS_ERR_OR_NULL(segments)) {
		vr_pkt_drop(pkt, skb, PTR_ERR_OR_ZERO(segments) == -ENOMEM ?
			    VR_DROP_NO_MEMORY : VR_DROP_BAD_OFFLOAD);
		return false;
	}
	consume_skb(skb);
	skb_list_walk_safe(segments, segment, next) {
		skb_mark_not_on_list(segment);
		__skb_pull(segment, ETH_HLEN);
		part = *pkt;
		part.recorder = NULL;
		vr_pkt_measure(segment, &part);
		sent |= output(segment, &part, to);
	}
	return sent;
}
