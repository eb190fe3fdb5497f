// SPDX-License-Identifier: GPL-2.0
/* Routes packets that are sent to a gateway's MAC address. */
#include <linux/etherdevice.h>
#include <linux/inetdevice.h>
#include <net/ip.h>
#include <net/ipv6.h>

#include "fib/ecmp.h"
#include "fib/neighbour.h"
#include "fib/nexthop.h"
#include "fib/route.h"
#include "lib/gateway.h"
#include "lib/stats.h"
#include "objects/vif.h"
#include "path/gateway_input.h"
#include "path/icmp.h"
#include "path/l2.h"
#include "path/l3.h"
#include "path/nd.h"
#include "path/output.h"
#include "path/reject.h"
#include "policy/acl.h"
#include "policy/recorder.h"

/* Minimum prefix length of a route that covers IPv4 link-local addresses on purpose. */
#define LINK_LOCAL_BITS 16

static void drop_telling(struct sk_buff *skb, const struct vr_pkt *pkt,
			 enum vr_drop reason, enum vr_icmp error)
{
	vr_icmp_error(skb, pkt, error, 0);
	vr_pkt_drop(pkt, skb, reason);
}

/* RFC 1812, section 5.3.7. */
static enum vr_drop check_source4(__be32 addr)
{
	if (ipv4_is_zeronet(addr) || ipv4_is_loopback(addr) || ipv4_is_multicast(addr) ||
	    (ntohl(addr) >> 28) == 15)
		return VR_DROP_MARTIAN_SOURCE;
	return VR_DROP_NONE;
}

static enum vr_drop check_destination4(__be32 addr)
{
	if (ipv4_is_zeronet(addr) || ipv4_is_loopback(addr) || ipv4_is_multicast(addr) ||
	    (ntohl(addr) >> 28) == 15)
		return VR_DROP_MARTIAN_DESTINATION;
	return VR_DROP_NONE;
}

static enum vr_drop check_addresses(const struct vr_pkt *pkt)
{
	enum vr_drop reason;

	if (pkt->family == AF_INET) {
		reason = check_source4(pkt->src.v4);
		return reason != VR_DROP_NONE ? reason : check_destination4(pkt->dst.v4);
	}
	if (ipv6_addr_any(&pkt->src.v6))
		return VR_DROP_MARTIAN_SOURCE;
	if (ipv6_addr_any(&pkt->dst.v6) || ipv6_addr_is_multicast(&pkt->dst.v6))
		return VR_DROP_MARTIAN_DESTINATION;
	return VR_DROP_NONE;
}

/*
 * RFC 3927, section 7, forbids routing link-local addresses. Metadata services have such an
 * address, though: a route to the address itself, or to link-local addresses only, shows that
 * routing is intended.
 */
static bool forbidden_link_local4(const struct vr_pkt *pkt, const union vr_ip *addr)
{
	struct vr_route *route;

	if (!ipv4_is_linklocal_169(addr->v4))
		return false;
	route = vr_route_lookup(pkt->network, AF_INET, addr);
	return !route || vr_lpm_len(&route->node) < LINK_LOCAL_BITS;
}

static bool is_link_local6(const struct in6_addr *addr)
{
	return ipv6_addr_type(addr) & IPV6_ADDR_LINKLOCAL;
}

static bool forbidden_scope(const struct vr_pkt *pkt)
{
	if (pkt->family == AF_INET)
		return forbidden_link_local4(pkt, &pkt->src) ||
		       forbidden_link_local4(pkt, &pkt->dst);
	return is_link_local6(&pkt->src.v6) || is_link_local6(&pkt->dst.v6);
}

/* IPv6, RFC 4443, section 3.1: the destination is beyond the scope of the source address. */
static void drop_scope(struct sk_buff *skb, const struct vr_pkt *pkt)
{
	if (pkt->family == AF_INET6 && !is_link_local6(&pkt->dst.v6))
		vr_icmp_error(skb, pkt, VR_ICMP_SCOPE, 0);
	vr_pkt_drop(pkt, skb, VR_DROP_LINK_LOCAL);
}

static void decrease_ttl(struct sk_buff *skb, struct vr_pkt *pkt)
{
	if (pkt->originated)
		return;
	pkt->ttl--;
	if (pkt->family == AF_INET)
		ip_decrease_ttl(ip_hdr(skb));
	else
		ipv6_hdr(skb)->hop_limit--;
}

/* Makes the headers writable. Without memory, drops the packet and returns false. */
static bool make_writable(struct sk_buff *skb, const struct vr_pkt *pkt)
{
	skb_forward_csum(skb);
	if (!skb_ensure_writable(skb, pkt->l4))
		return true;
	vr_pkt_drop(pkt, skb, VR_DROP_NO_MEMORY);
	return false;
}

/* Does its network's ACL let a packet pass? If not, the packet has been dropped. */
static bool passes_acl(struct sk_buff *skb, struct vr_pkt *pkt, u32 direction)
{
	enum vr_drop reason = vr_acl_check(pkt, direction);

	if (likely(reason == VR_DROP_NONE))
		return true;
	vr_reject(skb, pkt, reason);
	vr_pkt_drop(pkt, skb, reason);
	return false;
}

/*
 * A packet that was sent to the gateway of a subnet leaves that subnet. A packet without an
 * Ethernet header was routed before, and enters.
 */
static bool is_from_elsewhere(const struct vr_pkt *pkt)
{
	return pkt->from && pkt->from->l3;
}

static bool passes_first_acl(struct sk_buff *skb, struct vr_pkt *pkt)
{
	return passes_acl(skb, pkt, is_from_elsewhere(pkt) ? VROUTER_DIRECTION_INGRESS :
							     VROUTER_DIRECTION_EGRESS);
}

/*
 * Does the ACL let a packet into another subnet of its network? If not, the packet has been
 * dropped.
 */
static bool passes_inner_acl(struct sk_buff *skb, struct vr_pkt *pkt)
{
	const struct vr_gateways *gateways = rcu_dereference(pkt->network->gateways);

	if (likely(!rcu_access_pointer(pkt->network->acl)) || is_from_elsewhere(pkt) ||
	    !vr_gateway_subnet(gateways, pkt->family, &pkt->dst))
		return true;
	return passes_acl(skb, pkt, VROUTER_DIRECTION_INGRESS);
}

/**
 * vr_l3_rewrite() - rewrites the headers of a routed packet
 * @skb: the packet
 * @pkt: about it
 * @macs: the new destination and source MAC address, or NULL to send without an Ethernet header
 *
 * Context: softirq or BH disabled.
 * Return: true; or false without memory, then the packet has been dropped.
 */
bool vr_l3_rewrite(struct sk_buff *skb, struct vr_pkt *pkt, const u8 *macs)
{
	if (!make_writable(skb, pkt))
		return false;
	if (macs)
		memcpy(eth_hdr(skb), macs, 2 * ETH_ALEN);
	else
		pkt->l3 = true;
	decrease_ttl(skb, pkt);
	return true;
}

/*
 * Gives the frame the gateway's MAC of the network that it leaves by. Returns false without memory,
 * then the packet has been dropped.
 */
static bool rewrite(struct sk_buff *skb, struct vr_pkt *pkt, const u8 *mac)
{
	const struct vr_gateways *gateways = rcu_dereference(pkt->network->gateways);
	u8 macs[2 * ETH_ALEN];

	memcpy(macs, mac, ETH_ALEN);
	memcpy(macs + ETH_ALEN, gateways->mac, ETH_ALEN);
	if (pkt->recorder) {
		pkt->recorder->routed = true;
		memcpy(pkt->recorder->macs, macs, sizeof(macs));
	}
	return vr_l3_rewrite(skb, pkt, macs);
}

static bool neighbour_mac(const struct vr_pkt *pkt, u8 *mac)
{
	struct vr_neighbour *neigh = vr_neighbour_lookup(pkt->network, pkt->family, &pkt->dst);
	u64 value = neigh ? READ_ONCE(neigh->mac) : 0;

	vr_trace_neighbour(pkt, neigh, value);
	if (!value)
		return false;
	vr_touch(&neigh->used);
	u64_to_ether_addr(value, mac);
	return true;
}

/*
 * If the vif is in another network than the packet, the packet enters that network, its last one.
 * Returns false if the ACL there drops the packet.
 */
static bool enter_network_of(struct sk_buff *skb, struct vr_pkt *pkt, const struct vr_vif *vif)
{
	vr_recorder_uses(pkt->recorder, &vif->obj);
	if (pkt->network == vif->network)
		return true;
	pkt->network = vif->network;
	vr_recorder_uses(pkt->recorder, &vif->network->obj);
	return passes_acl(skb, pkt, VROUTER_DIRECTION_INGRESS);
}

static bool vif_mac(const struct vr_pkt *pkt, const struct vr_nexthop_info *info,
		    const struct vr_vif *vif, u8 *mac)
{
	const struct vr_vif_conf *conf = rcu_dereference(vif->conf);

	if (info->type == VROUTER_NEXTHOP_TYPE_HOST)
		ether_addr_copy(mac, vif->dev->dev_addr);
	else if (info->has_mac)
		ether_addr_copy(mac, info->mac);
	else if (neighbour_mac(pkt, mac))
		return true;
	else if (conf->has_mac)
		ether_addr_copy(mac, conf->mac);
	else
		return false;
	return true;
}

static void send_to_vif(struct sk_buff *skb, struct vr_pkt *pkt, struct vr_nexthop *nh,
			struct vr_nexthop_info *info)
{
	struct vr_vif *vif = rcu_dereference(info->vif);
	u8 mac[ETH_ALEN];

	if (!vif)
		return drop_telling(skb, pkt, VR_DROP_NEXTHOP_DEAD, VR_ICMP_HOST);
	if (!enter_network_of(skb, pkt, vif))
		return;
	if (!vif_mac(pkt, info, vif, mac))
		return drop_telling(skb, pkt, VR_DROP_NO_NEIGHBOUR, VR_ICMP_HOST);
	if (rewrite(skb, pkt, mac))
		vr_nexthop_output(skb, pkt, nh, info);
}

/* A packet without an Ethernet header needs no MAC address. */
static void send_bare(struct sk_buff *skb, struct vr_pkt *pkt, struct vr_nexthop *nh,
		      struct vr_nexthop_info *info)
{
	if (pkt->recorder) {
		pkt->recorder->routed = true;
		pkt->recorder->l3 = true;
	}
	if (vr_l3_rewrite(skb, pkt, NULL))
		vr_nexthop_output(skb, pkt, nh, info);
}

static void send_to_tunnel(struct sk_buff *skb, struct vr_pkt *pkt, struct vr_nexthop *nh,
			   struct vr_nexthop_info *info)
{
	u8 mac[ETH_ALEN];

	if (info->l3)
		return send_bare(skb, pkt, nh, info);
	if (info->has_mac)
		ether_addr_copy(mac, info->mac);
	else if (!neighbour_mac(pkt, mac))
		return drop_telling(skb, pkt, VR_DROP_NO_NEIGHBOUR, VR_ICMP_HOST);
	if (rewrite(skb, pkt, mac))
		vr_nexthop_output(skb, pkt, nh, info);
}

/* The destination is in a gateway's subnet: look up its MAC address in the fdb. */
static void send_connected(struct sk_buff *skb, struct vr_pkt *pkt)
{
	u8 mac[ETH_ALEN];

	if (!neighbour_mac(pkt, mac))
		return drop_telling(skb, pkt, VR_DROP_NO_NEIGHBOUR, VR_ICMP_HOST);
	if (rewrite(skb, pkt, mac))
		vr_l2_routed(skb, pkt);
}

static void l3_send(struct sk_buff *skb, struct vr_pkt *pkt, struct vr_nexthop *nh,
		    struct vr_nexthop_info *info)
{
	switch (info->type) {
	case VROUTER_NEXTHOP_TYPE_VIF:
	case VROUTER_NEXTHOP_TYPE_HOST:
		return send_to_vif(skb, pkt, nh, info);
	case VROUTER_NEXTHOP_TYPE_TUNNEL:
		return send_to_tunnel(skb, pkt, nh, info);
	case VR_NEXTHOP_CONNECTED:
		return send_connected(skb, pkt);
	case VROUTER_NEXTHOP_TYPE_FLOOD:
		return vr_pkt_drop(pkt, skb, VR_DROP_NEXTHOP_TYPE);
	default:
		vr_nexthop_output(skb, pkt, nh, info);
	}
}

/**
 * vr_l3_enter_network() - continues the lookup in another network
 * @pkt: about the packet
 * @nh: the next hop of type network
 * @network: the network
 */
void vr_l3_enter_network(struct vr_pkt *pkt, struct vr_nexthop *nh, struct vr_network *network)
{
	vr_stats_tx(nh->stats, pkt->packets, pkt->bytes);
	vr_stats_tx(pkt->network->stats, pkt->packets, pkt->bytes);
	vr_stats_rx(network->stats, pkt->packets, pkt->bytes);
	vr_trace_network(network);
	pkt->network = network;
	if (pkt->recorder) {
		vr_recorder_uses(pkt->recorder, &network->obj);
		pkt->recorder->via[pkt->recorder->via_count].nh = nh;
		pkt->recorder->via[pkt->recorder->via_count++].network = network;
	}
}

static bool l3_is_local(const struct vr_pkt *pkt)
{
	return !pkt->originated && vr_gateway_has(rcu_dereference(pkt->network->gateways),
						  pkt->family, &pkt->dst);
}

/* Sends a packet to its last next hop, @hops networks after the one that it came in by. */
static void deliver(struct sk_buff *skb, struct vr_pkt *pkt, struct vr_nexthop *nh,
		    struct vr_nexthop_info *info, unsigned int hops)
{
	if (hops || passes_inner_acl(skb, pkt))
		l3_send(skb, pkt, nh, info);
}

/**
 * vr_l3_route() - sends a packet by the routes of its network
 * @skb: an IP packet that may be routed; taken
 * @pkt: about it
 *
 * Context: softirq or BH disabled; RCU read lock.
 */
void vr_l3_route(struct sk_buff *skb, struct vr_pkt *pkt)
{
	struct vr_nexthop_info *info;
	struct vr_route *route;
	struct vr_nexthop *nh;
	unsigned int i;

	for (i = 0; i <= VR_NETWORKS_MAX; i++) {
		route = vr_route_lookup(pkt->network, pkt->family, &pkt->dst);
		nh = route ? rcu_dereference(route->nh) : NULL;
		vr_trace_route(pkt, route, nh);
		if (!nh)
			return drop_telling(skb, pkt, VR_DROP_NO_ROUTE, VR_ICMP_NO_ROUTE);
		vr_touch(&route->used);
		nh = vr_nexthop_resolve(skb, pkt, nh, &info);
		if (!nh)
			return drop_telling(skb, pkt, VR_DROP_NEXTHOP_DEAD, VR_ICMP_HOST);
		if (info->type != VROUTER_NEXTHOP_TYPE_NETWORK)
			return deliver(skb, pkt, nh, info, i);
		vr_l3_enter_network(pkt, nh, info->network);
		if (!passes_acl(skb, pkt, VROUTER_DIRECTION_INGRESS))
			return;
		if (l3_is_local(pkt))
			return vr_gateway_input(skb, pkt);
	}
	vr_pkt_drop(pkt, skb, VR_DROP_NETWORK_LOOP);
}

/*
 * May a packet be routed? If not, it has been answered or dropped. Neighbour discovery is about one
 * link, and the policy accepts it there (RFC 4861, section 11.2).
 */
static bool may_route(struct sk_buff *skb, struct vr_pkt *pkt)
{
	enum vr_drop reason = pkt->family ? check_addresses(pkt) : VR_DROP_TO_GATEWAY;

	if (reason != VR_DROP_NONE)
		vr_pkt_drop(pkt, skb, reason);
	else if (l3_is_local(pkt))
		vr_gateway_input(skb, pkt);
	else if (vr_is_nd(pkt))
		vr_pkt_drop(pkt, skb, VR_DROP_BAD_ND);
	else if (forbidden_scope(pkt))
		drop_scope(skb, pkt);
	else if (pkt->ttl <= 1)
		drop_telling(skb, pkt, VR_DROP_TTL_EXCEEDED, VR_ICMP_TTL);
	else
		return true;
	return false;
}

/**
 * vr_l3_forward() - routes a packet that was sent to the gateway
 * @skb: the packet; taken
 * @pkt: about it
 *
 * Context: softirq or BH disabled; RCU read lock.
 */
void vr_l3_forward(struct sk_buff *skb, struct vr_pkt *pkt)
{
	if (may_route(skb, pkt) && passes_first_acl(skb, pkt))
		vr_l3_route(skb, pkt);
}

/**
 * vr_l3_to() - routes a packet to a next hop that was chosen by its label
 * @skb: the packet; taken
 * @pkt: about it
 * @nh: the next hop, of type vif or host
 *
 * Context: softirq or BH disabled; RCU read lock.
 */
void vr_l3_to(struct sk_buff *skb, struct vr_pkt *pkt, struct vr_nexthop *nh)
{
	if (may_route(skb, pkt) && passes_first_acl(skb, pkt))
		l3_send(skb, pkt, nh, rcu_dereference(nh->info));
}
