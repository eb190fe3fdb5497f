/* SPDX-License-Identifier: GPL-2.0 */
/* Recognizes DHCP packets. See dhcp.c. */
#ifndef _VROUTER_DHCP_H
#define _VROUTER_DHCP_H

#include <linux/in.h>

#include "core/packet.h"

#define VR_DHCP_SERVER_PORT 67
#define VR_DHCP_CLIENT_PORT 68
#define VR_DHCP_SERVER_PORT6 547
#define VR_DHCP_CLIENT_PORT6 546

bool vr_dhcp_is_question(const struct vr_pkt *pkt);
bool vr_dhcp_is_answer(const struct vr_pkt *pkt);

static inline bool vr_dhcp_is_udp(const struct vr_pkt *pkt)
{
	return pkt->family && pkt->l4_proto == IPPROTO_UDP && pkt->has_ports;
}

/** vr_dhcp_may_be() - checks whether the destination port of a packet is a DHCP port */
static inline bool vr_dhcp_may_be(const struct vr_pkt *pkt)
{
	u16 port = ntohs(pkt->dport);

	return port == VR_DHCP_SERVER_PORT || port == VR_DHCP_CLIENT_PORT ||
	       port == VR_DHCP_SERVER_PORT6 || port == VR_DHCP_CLIENT_PORT6;
}

/**
 * vr_dhcp_is_server() - checks whether a client may take a packet for one from a server
 * @pkt: the packet
 *
 * Many clients check only the destination port. For fragments it is enough to check the
 * first one: it always has the ports, and no client can reassemble the packet without it.
 */
static inline bool vr_dhcp_is_server(const struct vr_pkt *pkt)
{
	if (!vr_dhcp_is_udp(pkt))
		return false;
	if (pkt->family == AF_INET)
		return pkt->sport == htons(VR_DHCP_SERVER_PORT) ||
		       pkt->dport == htons(VR_DHCP_CLIENT_PORT);
	return pkt->sport == htons(VR_DHCP_SERVER_PORT6) ||
	       pkt->dport == htons(VR_DHCP_CLIENT_PORT6);
}

#endif /* _VROUTER_DHCP_H */
