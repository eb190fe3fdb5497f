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
 * vr_implicit_allows() - checks whether an implicit rule lets a packet pass a vif
 * @skb: the packet
 * @pkt: parsed data of @skb
 * @vif: the vif that the packet comes from or goes to
 * @direction: enum vrouter_direction, as seen from the vif's VM
 *
 * Implicit rules apply whatever the policy is, but only to switched packets. They are about
 * protocols of the link, and a routed packet comes from another link.
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
