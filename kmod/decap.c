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
 * @skb: the packet, found good so far, its network header the outer one; taken
 * @vni: names the network
 * @len: bytes from skb->data to the Ethernet header, which is all there
 *
 * Context: softirq or BH disabled; RCU read lock.
 */
void vr_decap(struct vr_tunnel *tunnel, struct sk_buff *skb, u32 vni, unsigned int len)
{
	struct vr_from from = vr_outer_from(tunnel, skb);
	struct vr_network *network = vni ? vr_network_by_vni(tunnel->vn, tunnel, vni) : NULL;

	vr_stats_rx(tunnel->stats, vr_skb_packets(skb), skb->len - len);
	if (!network)
		return vr_drop(tunnel->vn, NULL, NULL, skb, VR_DROP_UNKNOWN_VNI);
	if (iptunnel_pull_header(skb, len, htons(ETH_P_TEB), true))
		return vr_drop(tunnel->vn, network, NULL, skb, VR_DROP_NO_MEMORY);
	skb_reset_mac_header(skb);
	skb_pull_rcsum(skb, ETH_HLEN);
	vr_tunnel_receive(&from, network, skb);
}
