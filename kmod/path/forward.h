/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VROUTER_FORWARD_H
#define _VROUTER_FORWARD_H

#include <linux/etherdevice.h>

#include "objects/network.h"
#include "path/flood.h"
#include "path/l2.h"
#include "path/l3.h"

/**
 * vr_forward() - forwards a packet by its destination MAC address
 * @skb: the packet, which passed all checks of its source; taken
 * @pkt: about it
 *
 * Context: softirq or BH disabled; RCU read lock.
 */
static inline void vr_forward(struct sk_buff *skb, struct vr_pkt *pkt)
{
	const u8 *dest = eth_hdr(skb)->h_dest;

	if (ether_addr_equal(dest, rcu_dereference(pkt->network->gateways)->mac))
		vr_l3_forward(skb, pkt);
	else if (is_multicast_ether_addr(dest))
		vr_flood(skb, pkt);
	else
		vr_l2_forward(skb, pkt);
}

#endif /* _VROUTER_FORWARD_H */
