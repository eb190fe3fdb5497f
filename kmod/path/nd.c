// SPDX-License-Identifier: GPL-2.0
/* Neighbour discovery: RFC 4861. The router answers from the configured tables. */
#include <linux/etherdevice.h>
#include <linux/ipv6.h>
#include <net/addrconf.h>
#include <net/ip6_checksum.h>
#include <net/ipv6.h>

#include "fib/learn.h"
#include "lib/gateway.h"
#include "objects/vif.h"
#include "path/forward.h"
#include "path/nd.h"
#include "path/originate.h"
#include "path/ra.h"
#include "path/resolve.h"
#include "policy/antispoof.h"

/* Options are in units of 8 bytes; a message with more of them is an attack. */
#define UNIT 8
#define OPTIONS_MAX 32

/*
 * Options that a message may have once only: of two, some receivers use the first one (Linux) and
 * others the last one.
 */
#define ONCE (BIT(ND_OPT_SOURCE_LL_ADDR) | BIT(ND_OPT_TARGET_LL_ADDR) | \
	      BIT(ND_OPT_REDIRECT_HDR) | BIT(ND_OPT_MTU) | BIT(ND_OPT_NONCE))

/**
 * struct nd - a neighbour discovery message, read and checked
 * @type: NDISC_...
 * @target: address that it is about; not in router messages
 * @seen: bits of the types of ONCE that it has
 * @has_lla: it has the link-layer address option of its type
 * @lla: the address in that option
 * @solicited: flag of an advertisement
 * @override: flag of an advertisement
 * @probe: solicitation from ::, duplicate address detection
 */
struct nd {
	u8 type;
	struct in6_addr target;
	u32 seen;
	bool has_lla;
	u8 lla[ETH_ALEN];
	bool solicited;
	bool override;
	bool probe;
};

static bool has_target(u8 type)
{
	return type == NDISC_NEIGHBOUR_SOLICITATION || type == NDISC_NEIGHBOUR_ADVERTISEMENT;
}

static bool is_router_message(u8 type)
{
	return type == NDISC_ROUTER_ADVERTISEMENT || type == NDISC_REDIRECT;
}

static unsigned int message_len(u8 type)
{
	switch (type) {
	case NDISC_ROUTER_ADVERTISEMENT:
		return sizeof(struct ra_msg);
	case NDISC_REDIRECT:
		return sizeof(struct rd_msg);
	default:
		return has_target(type) ? sizeof(struct nd_msg) : sizeof(struct rs_msg);
	}
}

static bool nd_valid_checksum(struct sk_buff *skb, const struct vr_pkt *pkt)
{
	unsigned int len = skb->len - pkt->l4;

	return skb->ip_summed == CHECKSUM_PARTIAL || skb_csum_unnecessary(skb) ||
	       !csum_ipv6_magic(&pkt->src.v6, &pkt->dst.v6, len, IPPROTO_ICMPV6,
				skb_checksum(skb, pkt->l4, len, 0));
}

/* The checks of RFC 4861, sections 6.1 and 7.1, and of RFC 6980 for all messages. */
static bool valid_message(struct sk_buff *skb, const struct vr_pkt *pkt)
{
	return !pkt->fragment && pkt->ttl == 255 && !pkt->icmp_code &&
	       skb->len - pkt->l4 >= message_len(pkt->icmp_type) &&
	       !skb_linearize(skb) && nd_valid_checksum(skb, pkt);
}

static bool nd_is_lla(u8 option)
{
	return option == ND_OPT_SOURCE_LL_ADDR || option == ND_OPT_TARGET_LL_ADDR;
}

/* Does a message contain the link-layer address of its target, not of its source? */
static bool nd_is_about_target(u8 type)
{
	return type == NDISC_NEIGHBOUR_ADVERTISEMENT || type == NDISC_REDIRECT;
}

/*
 * Refuses an option of the other kind or of another length: some receivers may read it all the
 * same.
 */
static bool nd_read_lla(struct nd *nd, const u8 *option)
{
	if (option[0] != (nd_is_about_target(nd->type) ? ND_OPT_TARGET_LL_ADDR :
						      ND_OPT_SOURCE_LL_ADDR) || option[1] != 1)
		return false;
	nd->has_lla = true;
	ether_addr_copy(nd->lla, option + 2);
	return true;
}

static bool read_option(struct nd *nd, const u8 *option)
{
	u32 bit = option[0] < 32 ? BIT(option[0]) & ONCE : 0;

	if (nd->seen & bit)
		return false;
	nd->seen |= bit;
	return !nd_is_lla(option[0]) || nd_read_lla(nd, option);
}

static bool read_options(struct nd *nd, const u8 *option, const u8 *end)
{
	unsigned int i;

	for (i = 0; option < end; i++) {
		if (i == OPTIONS_MAX || end - option < UNIT || !option[1] ||
		    option[1] * UNIT > end - option || !read_option(nd, option))
			return false;
		option += option[1] * UNIT;
	}
	return true;
}

/* RFC 4861, section 7.1.1. */
static bool valid_solicitation(const struct vr_pkt *pkt, const struct nd *nd)
{
	if (!nd->probe)
		return true;
	return !nd->has_lla && (nd->type == NDISC_ROUTER_SOLICITATION ||
				ipv6_addr_is_solict_mult(&pkt->dst.v6));
}

/* RFC 4861, sections 6.1.2 and 8.1. */
static bool valid_router(const struct vr_pkt *pkt)
{
	return ipv6_addr_type(&pkt->src.v6) & IPV6_ADDR_LINKLOCAL;
}

static bool valid_store(const struct vr_pkt *pkt, const struct nd *nd)
{
	if (is_router_message(nd->type))
		return valid_router(pkt);
	if (has_target(nd->type) && (ipv6_addr_is_multicast(&nd->target) ||
				     ipv6_addr_any(&nd->target)))
		return false;
	if (nd->type == NDISC_NEIGHBOUR_ADVERTISEMENT)
		return !nd->probe && !(nd->solicited && ipv6_addr_is_multicast(&pkt->dst.v6));
	return valid_solicitation(pkt, nd);
}

static bool nd_read(struct sk_buff *skb, const struct vr_pkt *pkt, struct nd *nd)
{
	const struct nd_msg *msg;

	if (!valid_message(skb, pkt))
		return false;
	msg = (const struct nd_msg *)skb_transport_header(skb);
	nd->type = pkt->icmp_type;
	nd->probe = ipv6_addr_any(&pkt->src.v6);
	if (has_target(nd->type)) {
		nd->target = msg->target;
		nd->solicited = msg->icmph.icmp6_solicited;
		nd->override = msg->icmph.icmp6_override;
	}
	return read_options(nd, (const u8 *)msg + message_len(nd->type),
			    skb_tail_pointer(skb)) && valid_store(pkt, nd);
}

/* May the sender claim the addresses in the message: its source, and an advertisement's target? */
static bool nd_may_say(const struct vr_pkt *pkt, const struct nd *nd)
{
	const u8 *mac = nd->has_lla ? nd->lla : pkt->src_mac;
	union vr_ip target = { .v6 = nd->target };

	if (!nd->probe && !vr_may_claim(pkt, AF_INET6, &pkt->src,
					nd_is_about_target(nd->type) ? pkt->src_mac : mac))
		return false;
	return nd->type != NDISC_NEIGHBOUR_ADVERTISEMENT ||
	       vr_may_claim(pkt, AF_INET6, &target, mac);
}

/*
 * The override flag is set although the router answers for others (RFC 4861, section 7.2.8): the
 * configured answer is right, and receivers must forget any other answer, as with ARP.
 */
static struct sk_buff *build_advertisement(const struct vr_pkt *pkt, const struct nd *nd,
					   const u8 *mac)
{
	const struct vr_gateways *gateways = rcu_dereference(pkt->network->gateways);
	union vr_ip target = { .v6 = nd->target };
	unsigned int len = sizeof(struct nd_msg) + UNIT;
	struct sk_buff *own = vr_originate_alloc(sizeof(struct ipv6hdr) + len, ETH_P_IPV6);
	struct nd_msg *msg;

	if (!own)
		return NULL;
	msg = (struct nd_msg *)vr_originate_icmp6(own, &nd->target, nd->probe ?
						  &in6addr_linklocal_allnodes : &pkt->src.v6,
						  255, len);
	msg->icmph.icmp6_type = NDISC_NEIGHBOUR_ADVERTISEMENT;
	msg->icmph.icmp6_router = vr_gateway_has(gateways, AF_INET6, &target);
	msg->icmph.icmp6_solicited = !nd->probe;
	msg->icmph.icmp6_override = 1;
	msg->target = nd->target;
	msg->opt[0] = ND_OPT_TARGET_LL_ADDR;
	msg->opt[1] = 1;
	ether_addr_copy(msg->opt + 2, mac);
	vr_originate_icmp6_checksum(own);
	return own;
}

static void nd_answer(struct sk_buff *skb, struct vr_pkt *pkt, const struct nd *nd,
		      const u8 *mac)
{
	struct sk_buff *own = build_advertisement(pkt, nd, mac);
	u8 all_nodes[ETH_ALEN];

	if (!own)
		return vr_pkt_drop(pkt, skb, VR_DROP_NO_MEMORY);
	ipv6_eth_mc_map(&in6addr_linklocal_allnodes, all_nodes);
	vr_originate_to_vif(pkt->vif, own, nd->probe ? all_nodes : pkt->src_mac);
	consume_skb(skb);
}

static void receive_solicitation(struct sk_buff *skb, struct vr_pkt *pkt,
				 const struct nd *nd)
{
	const union vr_ip target = { .v6 = nd->target };
	const struct vr_question question = {
		.family = AF_INET6,
		.target = &target,
		.mac = nd->has_lla ? nd->lla : pkt->src_mac,
		.probe = nd->probe,
	};
	u8 mac[ETH_ALEN];

	switch (vr_resolve(pkt, &question, mac)) {
	case VR_RESOLVED:
		return nd_answer(skb, pkt, nd, mac);
	case VR_RESOLVED_SILENCE:
		return consume_skb(skb);
	case VR_RESOLVED_FORWARD:
		return vr_forward_question(skb, pkt);
	}
}

static void nd_tell_others(const struct vr_pkt *pkt, const struct in6_addr *addr, const u8 *mac)
{
	/* An advertisement to all nodes. */
	struct nd nd = { .target = *addr, .probe = true };
	struct sk_buff *own = build_advertisement(pkt, &nd, mac);
	u8 all_nodes[ETH_ALEN];

	if (!own)
		return;
	ipv6_eth_mc_map(&in6addr_linklocal_allnodes, all_nodes);
	vr_originate_flood(own, pkt, all_nodes);
}

/* See arp_hear_announcement(). */
static void nd_hear(const struct sk_buff *skb, const struct vr_pkt *pkt, const struct nd *nd,
		    const struct in6_addr *said)
{
	const u8 *mac = nd->has_lla ? nd->lla : pkt->src_mac;
	union vr_ip addr = { .v6 = *said };

	if (vr_announce(pkt, AF_INET6, &addr, mac) &&
	    (nd->type == NDISC_NEIGHBOUR_SOLICITATION ||
	     !is_multicast_ether_addr(eth_hdr(skb)->h_dest)))
		nd_tell_others(pkt, said, mac);
}

/*
 * An advertisement without the override flag comes from a proxy for the owner (RFC 4861, section
 * 7.2.4).
 */
static void nd_hear_announcement(const struct sk_buff *skb, const struct vr_pkt *pkt,
				 const struct nd *nd)
{
	if (nd->type == NDISC_NEIGHBOUR_SOLICITATION && !nd->probe)
		nd_hear(skb, pkt, nd, &pkt->src.v6);
	else if (nd->type == NDISC_NEIGHBOUR_ADVERTISEMENT && nd->override)
		nd_hear(skb, pkt, nd, &nd->target);
}

static void nd_receive_from_vm(struct sk_buff *skb, struct vr_pkt *pkt, const struct nd *nd)
{
	switch (nd->type) {
	case NDISC_NEIGHBOUR_SOLICITATION:
		return receive_solicitation(skb, pkt, nd);
	case NDISC_ROUTER_SOLICITATION:
		return vr_ra_solicited(skb, pkt);
	default:
		return vr_forward(skb, pkt);
	}
}

static bool may_be_router(const struct vr_vif *vif)
{
	return rcu_dereference(vif->conf)->router;
}

/**
 * vr_nd_receive() - a neighbour discovery packet
 * @skb: the packet; taken
 * @pkt: about it
 *
 * This works like vr_arp_receive(). The router answers solicitations of VMs if it knows the answer.
 * No policy denies solicitations or neighbour advertisements. The router doesn't answer packets
 * from the overlay: that is for the VMs. A VM may send router advertisements and redirects only if
 * its vif permits it; the policies of the receivers apply to these messages.
 *
 * Context: softirq or BH disabled; RCU read lock.
 */
void vr_nd_receive(struct sk_buff *skb, struct vr_pkt *pkt)
{
	struct nd nd = {};

	if (pkt->vif && is_router_message(pkt->icmp_type) && !may_be_router(pkt->vif))
		return vr_pkt_drop(pkt, skb, VR_DROP_RA_GUARD);
	if (!nd_read(skb, pkt, &nd))
		return vr_pkt_drop(pkt, skb, VR_DROP_BAD_ND);
	if (!nd_may_say(pkt, &nd))
		return vr_pkt_drop(pkt, skb, VR_DROP_SPOOFED_ND);
	vr_learn(pkt);
	pkt->implicit = !is_router_message(pkt->icmp_type);
	nd_hear_announcement(skb, pkt, &nd);
	if (pkt->vif)
		nd_receive_from_vm(skb, pkt, &nd);
	else
		vr_forward(skb, pkt);
}
