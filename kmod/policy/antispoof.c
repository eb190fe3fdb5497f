// SPDX-License-Identifier: GPL-2.0
/* Checks the MAC and IP source addresses of packets from VMs. */
#include <linux/etherdevice.h>
#include <linux/icmpv6.h>
#include <net/ipv6.h>

#include "lib/gateway.h"
#include "objects/vif.h"
#include "policy/antispoof.h"
#include "policy/dhcp.h"

static inline enum vr_drop check_vm_mac(const struct vr_pkt *pkt)
{
	const struct vr_gateways *gateways = rcu_dereference(pkt->network->gateways);
	const struct vr_vif_conf *conf = rcu_dereference(pkt->vif->conf);

	if (ether_addr_equal(pkt->src_mac, gateways->mac))
		return VR_DROP_GATEWAY_SOURCE_MAC;
	if (conf->has_mac && !ether_addr_equal(pkt->src_mac, conf->mac))
		return VR_DROP_SPOOFED_MAC;
	return VR_DROP_NONE;
}

static inline enum vr_drop check_frame(const struct sk_buff *skb, const struct vr_pkt *pkt)
{
	if (!is_valid_ether_addr(pkt->src_mac))
		return VR_DROP_BAD_SOURCE_MAC;
	if (is_link_local_ether_addr(eth_hdr(skb)->h_dest))
		return VR_DROP_LINK_CONTROL;
	return VR_DROP_NONE;
}

/**
 * vr_check_frame() - checks the Ethernet header of a packet from the overlay
 * @skb: the packet
 * @pkt: parsed data of @skb
 *
 * The source MAC address may be any valid one: routed packets have the gateway's.
 *
 * Return: VR_DROP_NONE, or why the packet must be dropped.
 */
enum vr_drop vr_check_frame(const struct sk_buff *skb, const struct vr_pkt *pkt)
{
	return check_frame(skb, pkt);
}

static inline bool may_use(const struct vr_vif_conf *conf, u32 family, const union vr_ip *addr)
{
	unsigned int i;

	if (!conf->count)
		return true;
	if (family == AF_INET6 && conf->has_mac &&
	    ipv6_addr_equal(&addr->v6, &conf->link_local))
		return true;
	for (i = 0; i < conf->count; i++)
		if (vr_prefix_has(&conf->addr[i], family, addr))
			return true;
	return false;
}

/**
 * vr_may_use() - checks whether a VM may send from an address
 * @conf: configuration of its vif
 * @family: AF_INET or AF_INET6
 * @addr: the address, not unspecified
 */
bool vr_may_use(const struct vr_vif_conf *conf, u32 family, const union vr_ip *addr)
{
	return may_use(conf, family, addr);
}

/** vr_owns() - checks whether a vif has an address itself, not only a prefix that covers it */
bool vr_owns(const struct vr_vif_conf *conf, u32 family, const union vr_ip *addr)
{
	unsigned int i;

	for (i = 0; i < conf->count; i++)
		if (vr_prefix_is(&conf->addr[i], family, addr))
			return true;
	return false;
}

/* RFC 3590: a host reports its groups before it has an address. */
static bool is_mld_report(const struct vr_pkt *pkt)
{
	return pkt->l4_proto == IPPROTO_ICMPV6 && !pkt->later_fragment &&
	       (pkt->icmp_type == ICMPV6_MGM_REPORT || pkt->icmp_type == ICMPV6_MLD2_REPORT ||
		pkt->icmp_type == ICMPV6_MGM_REDUCTION);
}

static bool valid_ip_source(const struct vr_pkt *pkt, const struct vr_vif_conf *conf)
{
	if (pkt->family == AF_INET && !pkt->src.v4)
		return vr_dhcp_is_question(pkt);
	if (pkt->family == AF_INET6 && ipv6_addr_any(&pkt->src.v6))
		return is_mld_report(pkt);
	return may_use(conf, pkt->family, &pkt->src);
}

static inline enum vr_drop check_source(const struct vr_pkt *pkt)
{
	const struct vr_gateways *gateways = rcu_dereference(pkt->network->gateways);
	const struct vr_vif_conf *conf = rcu_dereference(pkt->vif->conf);

	/* No VM may use a gateway's address, even if its prefixes cover it. */
	if (pkt->family && gateways->count &&
	    vr_gateway_has(gateways, pkt->family, &pkt->src))
		return VR_DROP_SPOOFED_IP;
	if (!conf->dhcp_server && vr_dhcp_is_server(pkt))
		return VR_DROP_DHCP_GUARD;
	if (!conf->count)
		return VR_DROP_NONE;
	if (!pkt->family)
		return VR_DROP_NOT_IP;
	return valid_ip_source(pkt, conf) ? VR_DROP_NONE : VR_DROP_SPOOFED_IP;
}

/**
 * vr_check_vm_packet() - checks whether a VM may send from the source addresses of a packet
 * @skb: the packet
 * @pkt: parsed data of @skb, which came from a vif
 * @resolution: the packet is ARP, neighbour discovery or a self-announcement, which have their
 *	own checks of IP addresses
 *
 * Context: RCU read lock.
 * Return: VR_DROP_NONE, or why the packet must be dropped.
 */
enum vr_drop vr_check_vm_packet(const struct sk_buff *skb, const struct vr_pkt *pkt,
				bool resolution)
{
	enum vr_drop reason = check_frame(skb, pkt);

	if (reason == VR_DROP_NONE)
		reason = check_vm_mac(pkt);
	return reason != VR_DROP_NONE || resolution ? reason : check_source(pkt);
}
