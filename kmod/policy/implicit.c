// SPDX-License-Identifier: GPL-2.0
/*
 * Implicit rules allow packets that a VM needs before it can use its network at all; no policy
 * denies them. ARP, neighbour discovery and self-announcements are marked where they are
 * checked; DHCP, IGMP and MLD are recognized here.
 *
 * Implicit rules are for the link only. A routed packet may come from and go to anyone, so the
 * rules judge it: otherwise it could bypass them.
 */
#include <linux/etherdevice.h>
#include <linux/icmpv6.h>
#include <linux/in.h>
#include <net/ipv6.h>

#include "objects/network.h"
#include "objects/vif.h"
#include "policy/dhcp.h"
#include "policy/implicit.h"

/* Neither to the router, nor from the router, on this or another hypervisor. */
static bool is_switched(const struct sk_buff *skb, const struct vr_vif *vif)
{
	const u8 *gateway = rcu_dereference(vif->network->gateways)->mac;

	return !ether_addr_equal(eth_hdr(skb)->h_dest, gateway) &&
	       !ether_addr_equal(eth_hdr(skb)->h_source, gateway);
}

/* Any VM may be a DHCP client; a server or relay only if its vif is configured as one. */
static bool is_dhcp(const struct vr_pkt *pkt, const struct vr_vif *vif, u32 direction)
{
	bool sends = direction == VROUTER_DIRECTION_EGRESS;

	if (sends ? vr_dhcp_is_question(pkt) : vr_dhcp_is_answer(pkt))
		return true;
	return rcu_dereference(vif->conf)->dhcp_server &&
	       (sends ? vr_dhcp_is_answer(pkt) : vr_dhcp_is_question(pkt));
}

/* RFC 2236, section 2, and RFC 3376, section 4: IGMP has a TTL of 1. */
static bool is_igmp(const struct vr_pkt *pkt)
{
	return pkt->family == AF_INET && !pkt->fragment && pkt->ttl == 1 &&
	       ipv4_is_multicast(pkt->dst.v4);
}

static bool is_mld_type(u8 type)
{
	return type == ICMPV6_MGM_QUERY || type == ICMPV6_MGM_REPORT ||
	       type == ICMPV6_MGM_REDUCTION || type == ICMPV6_MLD2_REPORT;
}

/* RFC 2710, section 3, and RFC 3810, section 5: MLD has a hop limit of 1 and hop-by-hop options. */
static bool is_mld(const struct sk_buff *skb, const struct vr_pkt *pkt)
{
	return pkt->family == AF_INET6 && !pkt->fragment && is_mld_type(pkt->icmp_type) &&
	       pkt->ttl == 1 && ipv6_hdr(skb)->nexthdr == NEXTHDR_HOP &&
	       ipv6_addr_is_multicast(&pkt->dst.v6) &&
	       (ipv6_addr_any(&pkt->src.v6) ||
		ipv6_addr_type(&pkt->src.v6) & IPV6_ADDR_LINKLOCAL);
}

/** __vr_implicit_allows() - slow path of vr_implicit_allows() */
bool __vr_implicit_allows(const struct sk_buff *skb, const struct vr_pkt *pkt,
			  const struct vr_vif *vif, u32 direction)
{
	if (!is_switched(skb, vif))
		return false;
	if (pkt->implicit)
		return true;
	switch (pkt->l4_proto) {
	case IPPROTO_UDP:
		return is_dhcp(pkt, vif, direction);
	case IPPROTO_IGMP:
		return is_igmp(pkt);
	case IPPROTO_ICMPV6:
		return is_mld(skb, pkt);
	default:
		return false;
	}
}
