/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VROUTER_POLICY_H
#define _VROUTER_POLICY_H

#include "network.h"
#include "packet.h"
#include "vif.h"

/**
 * vr_policy_allows() - may a packet pass a vif?
 * @vif: that it comes from or goes to
 * @pkt: the packet
 *
 * Asked at the sending vif and, for each copy, at the receiving one, with the
 * policy of the vif's own network. ARP, neighbour and router solicitations and
 * neighbour advertisements pass always, and so does what the router says itself.
 */
static inline bool vr_policy_allows(const struct vr_vif *vif, const struct vr_pkt *pkt)
{
	return pkt->base || pkt->own ||
	       READ_ONCE(vif->network->policy) == VROUTER_POLICY_ALLOW;
}

#endif /* _VROUTER_POLICY_H */
