// SPDX-License-Identifier: GPL-2.0
/* Recognizes DHCP (RFC 2131) and DHCPv6 (RFC 8415) by ports and addresses. */
#include <net/ipv6.h>

#include "policy/dhcp.h"

/* ff02::1:2, all DHCP relay agents and servers of the link. */
static const struct in6_addr all_servers = { .s6_addr = { 0xff, 0x02, [13] = 1, [15] = 2 } };

static bool dhcp_has_ports(const struct vr_pkt *pkt, u16 sport, u16 dport)
{
	return vr_dhcp_is_udp(pkt) && !pkt->fragment && pkt->sport == htons(sport) &&
	       pkt->dport == htons(dport);
}

static bool is_link_local(const struct in6_addr *addr)
{
	return ipv6_addr_type(addr) & IPV6_ADDR_LINKLOCAL;
}

/**
 * vr_dhcp_is_question() - recognizes the request of a DHCP client to any server of the link
 * @pkt: the packet
 *
 * A client without a lease sends these. A request to a server that the client knows already
 * is an ordinary packet; if it gets no reply, the client falls back to asking any server.
 */
bool vr_dhcp_is_question(const struct vr_pkt *pkt)
{
	if (pkt->family == AF_INET)
		return dhcp_has_ports(pkt, VR_DHCP_CLIENT_PORT, VR_DHCP_SERVER_PORT) &&
		       pkt->dst.v4 == htonl(INADDR_BROADCAST);
	return dhcp_has_ports(pkt, VR_DHCP_CLIENT_PORT6, VR_DHCP_SERVER_PORT6) &&
	       is_link_local(&pkt->src.v6) && ipv6_addr_equal(&pkt->dst.v6, &all_servers);
}

/**
 * vr_dhcp_is_answer() - recognizes the reply of a DHCP server or relay of the link to a client
 * @pkt: the packet
 *
 * For IPv4 the destination may be the address that the client is about to get.
 */
bool vr_dhcp_is_answer(const struct vr_pkt *pkt)
{
	if (pkt->family == AF_INET)
		return dhcp_has_ports(pkt, VR_DHCP_SERVER_PORT, VR_DHCP_CLIENT_PORT);
	return dhcp_has_ports(pkt, VR_DHCP_SERVER_PORT6, VR_DHCP_CLIENT_PORT6) &&
	       is_link_local(&pkt->src.v6) && is_link_local(&pkt->dst.v6);
}
