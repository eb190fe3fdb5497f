// SPDX-License-Identifier: GPL-2.0
#include <linux/if_ether.h>
#include <net/ip_tunnels.h>

#include "decap.h"
#include "input.h"
#include "network.h"
#include "outer.h"
#include "parse.h"
#include "stats.h"
#include "tunnel.h"

/**
 * vr_decap() - takes the outer headers off an Ethernet frame and receives it
 * @tunnel: that it came through
 * @skb: the packet, its network header the outer one; taken
 * @reason: why the encapsulation's header is no good, or VR_DROP_NONE
 * @inner: what it says; counts with VR_DROP_NONE only
 *
 * Context: softirq or BH disabled; RCU read lock.
 */
void vr_decap(struct vr_tunnel *tunnel, struct sk_buff *skb, enum vr_drop reason,
	      const struct vr_inner *inner)
{
	struct vr_network *network;
	struct vr_from from;

	if (reason != VR_DROP_NONE)
		return vr_drop(tunnel->vn, NULL, NULL, skb, reason);
	from = vr_outer_from(tunnel, skb);
	network = inner->vni ? vr_network_by_vni(tunnel->vn, tunnel, inner->vni) : NULL;
	vr_stats_rx(tunnel->stats, vr_skb_packets(skb), skb->len - inner->offset);
	if (!network)
		return vr_drop(tunnel->vn, NULL, NULL, skb, VR_DROP_UNKNOWN_VNI);
	if (iptunnel_pull_header(skb, inner->offset, htons(ETH_P_TEB), true))
		return vr_drop(tunnel->vn, network, NULL, skb, VR_DROP_NO_MEMORY);
	skb_reset_mac_header(skb);
	skb_pull_rcsum(skb, ETH_HLEN);
	vr_tunnel_receive(&from, network, skb);
}
