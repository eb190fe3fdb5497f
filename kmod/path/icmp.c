// SPDX-License-Identifier: GPL-2.0
/*
 * ICMP errors and echo replies. The module builds them itself: icmp_send() would use the host's
 * routing and addresses.
 */
#include <linux/etherdevice.h>
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/inetdevice.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/random.h>
#include <linux/ratelimit.h>
#include <net/ip.h>
#include <net/ip6_checksum.h>
#include <net/ipv6.h>

#include "lib/gateway.h"
#include "objects/vif.h"
#include "path/icmp.h"
#include "path/originate.h"

/* Maximum size of errors: RFC 1812, section 4.3.2.3, and RFC 4443, section 2.4 (c). */
#define ERROR_MAX_V4 576
#define ERROR_MAX_V6 IPV6_MIN_MTU

#define TTL 64

/* RFC 1812, section 4.3.2.5: errors have precedence Internetwork Control. */
#define TOS_ERROR 0xc0

/* RFC 792, RFC 1191, RFC 1812 (5.2.7) and RFC 4443; an error of type 0 is not sent. */
static const struct {
	u8 type4, code4, type6, code6;
} errors[] = {
	[VR_ICMP_TTL] = { ICMP_TIME_EXCEEDED, ICMP_EXC_TTL,
			  ICMPV6_TIME_EXCEED, ICMPV6_EXC_HOPLIMIT },
	[VR_ICMP_NO_ROUTE] = { ICMP_DEST_UNREACH, ICMP_NET_UNREACH,
			       ICMPV6_DEST_UNREACH, ICMPV6_NOROUTE },
	[VR_ICMP_HOST] = { ICMP_DEST_UNREACH, ICMP_HOST_UNREACH,
			   ICMPV6_DEST_UNREACH, ICMPV6_ADDR_UNREACH },
	[VR_ICMP_PROHIBITED] = { ICMP_DEST_UNREACH, ICMP_PKT_FILTERED,
				 ICMPV6_DEST_UNREACH, ICMPV6_ADM_PROHIBITED },
	[VR_ICMP_SCOPE] = { 0, 0, ICMPV6_DEST_UNREACH, ICMPV6_NOT_NEIGHBOUR },
	[VR_ICMP_PORT] = { ICMP_DEST_UNREACH, ICMP_PORT_UNREACH,
			   ICMPV6_DEST_UNREACH, ICMPV6_PORT_UNREACH },
	[VR_ICMP_PROTOCOL] = { ICMP_DEST_UNREACH, ICMP_PROT_UNREACH,
			       ICMPV6_PARAMPROB, ICMPV6_UNK_NEXTHDR },
	[VR_ICMP_TOO_BIG] = { ICMP_DEST_UNREACH, ICMP_FRAG_NEEDED,
			      ICMPV6_PKT_TOOBIG, 0 },
};

static bool is_error4(u8 type)
{
	return type != ICMP_ECHO && type != ICMP_ECHOREPLY && type != ICMP_TIMESTAMP &&
	       type != ICMP_TIMESTAMPREPLY;
}

/* RFC 1122, section 3.2.2; RFC 1812, section 4.3.2.7. */
static bool may_answer4(const struct vr_pkt *pkt)
{
	const struct vr_gateways *gateways = rcu_dereference(pkt->origin->gateways);
	__be32 src = pkt->src.v4, dst = pkt->dst.v4;

	if (pkt->l4_proto == IPPROTO_ICMP && is_error4(pkt->icmp_type))
		return false;
	return !ipv4_is_zeronet(src) && !ipv4_is_loopback(src) && !ipv4_is_multicast(src) &&
	       !ipv4_is_lbcast(src) && !ipv4_is_multicast(dst) && !ipv4_is_lbcast(dst) &&
	       !vr_gateway_broadcast(gateways, src) && !vr_gateway_broadcast(gateways, dst);
}

/* RFC 4443, section 2.4 (e); a multicast source never gets this far. */
static bool may_answer6(const struct vr_pkt *pkt)
{
	if (pkt->l4_proto == IPPROTO_ICMPV6 &&
	    (!(pkt->icmp_type & ICMPV6_INFOMSG_MASK) || pkt->icmp_type == NDISC_REDIRECT))
		return false;
	return !ipv6_addr_any(&pkt->src.v6) && !ipv6_addr_is_multicast(&pkt->dst.v6);
}

static bool may_answer(const struct sk_buff *skb, const struct vr_pkt *pkt)
{
	if (!pkt->family || pkt->originated || pkt->later_fragment ||
	    is_multicast_ether_addr(eth_hdr(skb)->h_dest))
		return false;
	return pkt->family == AF_INET ? may_answer4(pkt) : may_answer6(pkt);
}

/** vr_icmp_within_limit() - does the rate limit allow one more error or reset now? */
bool vr_icmp_within_limit(const struct vr_pkt *pkt)
{
	struct vr_vif *vif = pkt->vif;

	return vr_trace_on() || __ratelimit(vif ? &vif->icmp_limit :
						       &pkt->origin->icmp_limit);
}

static struct iphdr *icmp_put_ipv4(struct sk_buff *skb, __be32 src, __be32 dst, u8 tos,
				   unsigned int len)
{
	struct iphdr *iph = skb_put_zero(skb, sizeof(*iph));

	iph->version = 4;
	iph->ihl = sizeof(*iph) / 4;
	iph->tos = tos;
	iph->tot_len = htons(sizeof(*iph) + len);
	iph->id = htons(get_random_u16());
	iph->ttl = TTL;
	iph->protocol = IPPROTO_ICMP;
	iph->saddr = src;
	iph->daddr = dst;
	ip_send_check(iph);
	skb_set_transport_header(skb, sizeof(*iph));
	return iph;
}

/* Builds an error with the first @len bytes of the original packet behind its own header. */
static struct sk_buff *build_error4(const struct sk_buff *skb, const struct vr_pkt *pkt,
				    __be32 src, enum vr_icmp error, u32 info)
{
	unsigned int hlen = sizeof(struct iphdr) + sizeof(struct icmphdr);
	unsigned int len = min_t(unsigned int, skb->len, ERROR_MAX_V4 - hlen);
	struct sk_buff *own = vr_originate_alloc(hlen + len, ETH_P_IP);
	struct icmphdr *icmp;

	if (!own)
		return NULL;
	icmp_put_ipv4(own, src, pkt->src.v4, TOS_ERROR, sizeof(*icmp) + len);
	icmp = skb_put_zero(own, sizeof(*icmp));
	icmp->type = errors[error].type4;
	icmp->code = errors[error].code4;
	if (error == VR_ICMP_TOO_BIG)
		icmp->un.frag.mtu = htons(min_t(u32, info, U16_MAX));
	if (skb_copy_bits(skb, 0, skb_put(own, len), len)) {
		kfree_skb(own);
		return NULL;
	}
	icmp->checksum = ip_compute_csum(icmp, sizeof(*icmp) + len);
	return own;
}

static struct sk_buff *build_error6(const struct sk_buff *skb, const struct vr_pkt *pkt,
				    const struct in6_addr *src, enum vr_icmp error, u32 info)
{
	unsigned int hlen = sizeof(struct ipv6hdr) + sizeof(struct icmp6hdr);
	unsigned int len = min_t(unsigned int, skb->len, ERROR_MAX_V6 - hlen);
	struct sk_buff *own = vr_originate_alloc(hlen + len, ETH_P_IPV6);
	struct icmp6hdr *icmp;

	if (!own)
		return NULL;
	icmp = vr_originate_icmp6(own, src, &pkt->src.v6, TTL, sizeof(*icmp) + len);
	icmp->icmp6_type = errors[error].type6;
	icmp->icmp6_code = errors[error].code6;
	if (error == VR_ICMP_TOO_BIG)
		icmp->icmp6_mtu = htonl(info);
	else if (error == VR_ICMP_PROTOCOL)
		icmp->icmp6_pointer = htonl(pkt->nexthdr);
	if (skb_copy_bits(skb, 0, icmp + 1, len)) {
		kfree_skb(own);
		return NULL;
	}
	vr_originate_icmp6_checksum(own);
	return own;
}

/* The router's address to send errors about a packet from, or NULL. */
static const union vr_ip *speaker(const struct vr_pkt *pkt)
{
	return vr_gateway_for(rcu_dereference(pkt->origin->gateways), pkt->family, &pkt->src);
}

static void send_error(const struct sk_buff *skb, const struct vr_pkt *pkt,
		       const union vr_ip *src, enum vr_icmp error, u32 info)
{
	struct sk_buff *own;

	if (!src || !may_answer(skb, pkt) ||
	    !(pkt->family == AF_INET ? errors[error].type4 : errors[error].type6) ||
	    !vr_icmp_within_limit(pkt))
		return;
	if (pkt->family == AF_INET)
		vr_trace_error(pkt, src, errors[error].type4, errors[error].code4, info);
	else
		vr_trace_error(pkt, src, errors[error].type6, errors[error].code6, info);
	if (pkt->family == AF_INET)
		own = build_error4(skb, pkt, src->v4, error, info);
	else
		own = build_error6(skb, pkt, &src->v6, error, info);
	if (own)
		vr_originate_answer(own, pkt);
}

/**
 * vr_icmp_error() - tells the sender of a packet why it is dropped
 * @skb: the packet, skb->data at the network header; still the caller's
 * @pkt: about it
 * @error: the error
 * @info: for VR_ICMP_TOO_BIG the largest IP packet that would pass
 *
 * Sends nothing if the RFCs forbid an error, if the rate limit is exceeded, or if the network that
 * the packet came in by has no gateway address to send from. The error contains as much of the
 * packet as the RFCs allow.
 *
 * Context: softirq or BH disabled; RCU read lock.
 */
void vr_icmp_error(const struct sk_buff *skb, const struct vr_pkt *pkt,
		   enum vr_icmp error, u32 info)
{
	if (pkt->family)
		send_error(skb, pkt, speaker(pkt), error, info);
}

/**
 * vr_icmp_error_switched() - vr_icmp_error() for errors that may occur inside a subnet
 * @skb: the packet, skb->data at the network header; still the caller's
 * @pkt: about it
 * @error: the error
 * @info: for VR_ICMP_TOO_BIG the largest IP packet that would pass
 *
 * In a network without a gateway address, the error comes from the packet's destination address.
 *
 * Context: softirq or BH disabled; RCU read lock.
 */
void vr_icmp_error_switched(const struct sk_buff *skb, const struct vr_pkt *pkt,
			    enum vr_icmp error, u32 info)
{
	const union vr_ip *src = pkt->family ? speaker(pkt) : NULL;

	send_error(skb, pkt, src ? src : &pkt->dst, error, info);
}

/* Request and reply differ only in the type. */
static struct sk_buff *build_echo4(const struct sk_buff *skb, const struct vr_pkt *pkt)
{
	unsigned int len = skb->len - pkt->l4;
	struct sk_buff *own = vr_originate_alloc(sizeof(struct iphdr) + len, ETH_P_IP);
	struct icmphdr *icmp;

	if (!own)
		return NULL;
	icmp_put_ipv4(own, pkt->dst.v4, pkt->src.v4, pkt->tos, len);
	icmp = skb_put(own, len);
	if (skb_copy_bits(skb, pkt->l4, icmp, len)) {
		kfree_skb(own);
		return NULL;
	}
	icmp->type = ICMP_ECHOREPLY;
	icmp->checksum = 0;
	icmp->checksum = ip_compute_csum(icmp, len);
	return own;
}

static struct sk_buff *build_echo6(const struct sk_buff *skb, const struct vr_pkt *pkt)
{
	unsigned int len = skb->len - pkt->l4;
	struct sk_buff *own = vr_originate_alloc(sizeof(struct ipv6hdr) + len, ETH_P_IPV6);
	struct icmp6hdr *icmp;

	if (!own)
		return NULL;
	icmp = vr_originate_icmp6(own, &pkt->dst.v6, &pkt->src.v6, TTL, len);
	ip6_flow_hdr(ipv6_hdr(own), pkt->tos, 0);
	if (skb_copy_bits(skb, pkt->l4, icmp, len)) {
		kfree_skb(own);
		return NULL;
	}
	icmp->icmp6_type = ICMPV6_ECHO_REPLY;
	icmp->icmp6_cksum = 0;
	vr_originate_icmp6_checksum(own);
	return own;
}

/* The reply gets a new checksum, which must not hide a wrong checksum of the request. */
static bool icmp_valid_checksum(struct sk_buff *skb, const struct vr_pkt *pkt)
{
	unsigned int len = skb->len - pkt->l4;
	__wsum sum;

	if (skb->ip_summed == CHECKSUM_PARTIAL || skb_csum_unnecessary(skb))
		return true;
	sum = skb_checksum(skb, pkt->l4, len, 0);
	if (pkt->family == AF_INET)
		return !csum_fold(sum);
	return !csum_ipv6_magic(&pkt->src.v6, &pkt->dst.v6, len, IPPROTO_ICMPV6, sum);
}

/**
 * vr_icmp_echo() - answers a ping of a gateway address
 * @skb: an echo request, not a fragment; taken
 * @pkt: about it
 *
 * Context: softirq or BH disabled; RCU read lock.
 */
void vr_icmp_echo(struct sk_buff *skb, struct vr_pkt *pkt)
{
	struct sk_buff *own;

	if (!icmp_valid_checksum(skb, pkt))
		return vr_pkt_drop(pkt, skb, VR_DROP_TO_GATEWAY);
	own = pkt->family == AF_INET ? build_echo4(skb, pkt) : build_echo6(skb, pkt);
	if (!own)
		return vr_pkt_drop(pkt, skb, VR_DROP_NO_MEMORY);
	vr_originate_answer(own, pkt);
	consume_skb(skb);
}
