// SPDX-License-Identifier: GPL-2.0
/* DHCP, RFC 2131, and DHCPv6, RFC 8415, told by their ports and addresses. */
#include <linux/in.h>
#include <net/ipv6.h>

#include "dhcp.h"

#define SERVER_PORT 67
#define CLIENT_PORT 68
#define SERVER_PORT6 547
#define CLIENT_PORT6 546

/* ff02::1:2, all DHCP servers and relays of the link. */
static const struct in6_addr all_servers = { .s6_addr = { 0xff, 0x02, [13] = 1, [15] = 2 } };

static bool is_udp(const struct vr_pkt *pkt)
{
	return pkt->family && pkt->l4_proto == IPPROTO_UDP && pkt->has_ports;
}

static bool has_ports(const struct vr_pkt *pkt, u16 sport, u16 dport)
{
	return is_udp(pkt) && !pkt->fragment && pkt->sport == htons(sport) &&
	       pkt->dport == htons(dport);
}

static bool is_link_local(const struct in6_addr *addr)
{
	return ipv6_addr_type(addr) & IPV6_ADDR_LINKLOCAL;
}

/**
 * vr_dhcp_is_question() - is a packet what a client asks with, which has no lease yet?
 * @pkt: the packet
 *
 * To any server of the link. What is for one that the client knows already is a packet
 * like others; without an answer to it, the client asks this way again.
 */
bool vr_dhcp_is_question(const struct vr_pkt *pkt)
{
	if (pkt->family == AF_INET)
		return has_ports(pkt, CLIENT_PORT, SERVER_PORT) &&
		       pkt->dst.v4 == htonl(INADDR_BROADCAST);
	return has_ports(pkt, CLIENT_PORT6, SERVER_PORT6) && is_link_local(&pkt->src.v6) &&
	       ipv6_addr_equal(&pkt->dst.v6, &all_servers);
}

/**
 * vr_dhcp_is_answer() - is a packet what a server or relay of the link tells a client?
 * @pkt: the packet
 *
 * For IPv4 the destination may be the address that the client is about to get.
 */
bool vr_dhcp_is_answer(const struct vr_pkt *pkt)
{
	if (pkt->family == AF_INET)
		return has_ports(pkt, SERVER_PORT, CLIENT_PORT);
	return has_ports(pkt, SERVER_PORT6, CLIENT_PORT6) && is_link_local(&pkt->src.v6) &&
	       is_link_local(&pkt->dst.v6);
}

/**
 * vr_dhcp_is_server() - may a client take a packet for one of a server?
 * @pkt: the packet
 *
 * Many clients look at the destination port only. The ports are in the first fragment
 * always, and no one can put it together without that one.
 */
bool vr_dhcp_is_server(const struct vr_pkt *pkt)
{
	if (!is_udp(pkt))
		return false;
	if (pkt->family == AF_INET)
		return pkt->sport == htons(SERVER_PORT) || pkt->dport == htons(CLIENT_PORT);
	return pkt->sport == htons(SERVER_PORT6) || pkt->dport == htons(CLIENT_PORT6);
}
