/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VROUTER_ND_H
#define _VROUTER_ND_H

#include <linux/icmpv6.h>
#include <net/ndisc.h>

#include "core/packet.h"

/** vr_is_nd() - is a packet neighbour discovery (RFC 4861)? */
static inline bool vr_is_nd(const struct vr_pkt *pkt)
{
	return pkt->family == AF_INET6 && pkt->l4_proto == IPPROTO_ICMPV6 &&
	       !pkt->later_fragment && pkt->icmp_type >= NDISC_ROUTER_SOLICITATION &&
	       pkt->icmp_type <= NDISC_REDIRECT;
}

void vr_nd_receive(struct sk_buff *skb, struct vr_pkt *pkt);

#endif /* _VROUTER_ND_H */
