// SPDX-License-Identifier: GPL-2.0
/* IP packets for the gateway's own addresses. */
#include <linux/icmp.h>
#include <linux/icmpv6.h>

#include "path/gateway_input.h"
#include "path/icmp.h"

static bool is_echo_request(const struct vr_pkt *pkt)
{
	if (pkt->fragment || pkt->frag_max || pkt->icmp_code)
		return false;
	if (pkt->family == AF_INET)
		return pkt->l4_proto == IPPROTO_ICMP && pkt->icmp_type == ICMP_ECHO;
	return pkt->l4_proto == IPPROTO_ICMPV6 && pkt->icmp_type == ICMPV6_ECHO_REQUEST;
}

/**
 * vr_gateway_input() - a packet for an address of the gateway
 * @skb: the packet; taken
 * @pkt: about it
 *
 * The gateway answers ping. It has no services, and tells the sender so (RFC 1122, section 3.2.2.1;
 * RFC 4443, sections 3.1 and 3.4). It doesn't answer pings that were fragmented: the answers would
 * be as large.
 *
 * Context: softirq or BH disabled; RCU read lock.
 */
void vr_gateway_input(struct sk_buff *skb, struct vr_pkt *pkt)
{
	if (is_echo_request(pkt))
		return vr_icmp_echo(skb, pkt);
	if (pkt->has_ports)
		vr_icmp_error(skb, pkt, VR_ICMP_PORT, 0);
	else if (!vr_pkt_is_icmp(pkt) && !pkt->fragment)
		vr_icmp_error(skb, pkt, VR_ICMP_PROTOCOL, 0);
	vr_pkt_drop(pkt, skb, VR_DROP_TO_GATEWAY);
}
