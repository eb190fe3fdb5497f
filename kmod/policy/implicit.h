/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VROUTER_IMPLICIT_H
#define _VROUTER_IMPLICIT_H

#include <linux/icmpv6.h>
#include <linux/igmp.h>

#include "core/packet.h"
#include "policy/dhcp.h"

bool __vr_implicit_allows(const struct sk_buff *skb, const struct vr_pkt *pkt,
			  const struct vr_vif *vif, u32 direction);

/**
 * vr_implicit_allows() - may a packet pass a vif whatever its policy is?
 * @skb: the packet
 * @pkt: about it
 * @vif: that it comes from or goes to
 * @direction: enum vrouter_direction, as seen from the vif's VM
 *
 * Only if it is switched: a packet that is routed comes from another subnet or network, about
 * whose links it can have nothing to say.
 *
 * Context: RCU read lock.
 */
static inline bool vr_implicit_allows(const struct sk_buff *skb, const struct vr_pkt *pkt,
				      const struct vr_vif *vif, u32 direction)
{
	if (!pkt->implicit &&
	    (pkt->l4_proto == IPPROTO_UDP ? !vr_dhcp_may_be(pkt) :
	     pkt->l4_proto != IPPROTO_IGMP && pkt->l4_proto != IPPROTO_ICMPV6))
		return false;
	return __vr_implicit_allows(skb, pkt, vif, direction);
}

#endif /* _VROUTER_IMPLICIT_H */
