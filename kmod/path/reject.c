// SPDX-License-Identifier: GPL-2.0
/* Tells the sender of a packet that a rule rejects it. */
#include <linux/etherdevice.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <net/ip.h>
#include <net/ip6_checksum.h>
#include <net/ipv6.h>
#include <net/tcp.h>

#include "path/icmp.h"
#include "path/originate.h"
#include "path/reject.h"

#define TTL 64

static void reject_put_ipv4(struct sk_buff *own, const struct vr_pkt *pkt)
{
	struct iphdr *iph = skb_put_zero(own, sizeof(*iph));

	iph->version = 4;
	iph->ihl = sizeof(*iph) / 4;
	iph->tot_len = htons(sizeof(*iph) + sizeof(struct tcphdr));
	iph->frag_off = htons(IP_DF);
	iph->ttl = TTL;
	iph->protocol = IPPROTO_TCP;
	iph->saddr = pkt->dst.v4;
	iph->daddr = pkt->src.v4;
	ip_send_check(iph);
}

static void put_ipv6(struct sk_buff *own, const struct vr_pkt *pkt)
{
	struct ipv6hdr *ip6h = skb_put_zero(own, sizeof(*ip6h));

	ip6h->version = 6;
	ip6h->payload_len = htons(sizeof(struct tcphdr));
	ip6h->nexthdr = IPPROTO_TCP;
	ip6h->hop_limit = TTL;
	ip6h->saddr = pkt->dst.v6;
	ip6h->daddr = pkt->src.v6;
}

/* RFC 9293, section 3.5.2: a reset as if there were no connection. */
static void put_reset(struct sk_buff *own, const struct tcphdr *tcp, unsigned int payload)
{
	struct tcphdr *reset = skb_put_zero(own, sizeof(*reset));

	reset->source = tcp->dest;
	reset->dest = tcp->source;
	reset->doff = sizeof(*reset) / 4;
	reset->rst = 1;
	if (tcp->ack) {
		reset->seq = tcp->ack_seq;
		return;
	}
	reset->ack = 1;
	reset->ack_seq = htonl(ntohl(tcp->seq) + tcp->syn + tcp->fin + payload);
}

static void put_checksum(struct sk_buff *own, const struct vr_pkt *pkt)
{
	struct tcphdr *reset = tcp_hdr(own);
	__wsum sum = csum_partial(reset, sizeof(*reset), 0);

	if (pkt->family == AF_INET)
		reset->check = csum_tcpudp_magic(pkt->dst.v4, pkt->src.v4, sizeof(*reset),
						 IPPROTO_TCP, sum);
	else
		reset->check = csum_ipv6_magic(&pkt->dst.v6, &pkt->src.v6, sizeof(*reset),
					       IPPROTO_TCP, sum);
}

static struct sk_buff *build_reset(const struct vr_pkt *pkt, const struct tcphdr *tcp,
				   unsigned int payload)
{
	bool v6 = pkt->family == AF_INET6;
	unsigned int hlen = v6 ? sizeof(struct ipv6hdr) : sizeof(struct iphdr);
	struct sk_buff *own = vr_originate_alloc(hlen + sizeof(struct tcphdr),
						 v6 ? ETH_P_IPV6 : ETH_P_IP);

	if (!own)
		return NULL;
	if (v6)
		put_ipv6(own, pkt);
	else
		reject_put_ipv4(own, pkt);
	skb_set_transport_header(own, hlen);
	put_reset(own, tcp, payload);
	put_checksum(own, pkt);
	return own;
}

static void reset(const struct sk_buff *skb, const struct vr_pkt *pkt)
{
	unsigned int payload = skb->len - pkt->l4;
	const struct tcphdr *tcp;
	struct tcphdr buf;
	struct sk_buff *own;

	tcp = skb_header_pointer(skb, pkt->l4, sizeof(buf), &buf);
	/* A reset is never answered by one. */
	if (!tcp || tcp->rst || !vr_icmp_within_limit(pkt))
		return;
	payload -= min_t(unsigned int, payload, tcp->doff * 4);
	own = build_reset(pkt, tcp, payload);
	if (own)
		vr_originate_answer(own, pkt);
}

/**
 * vr_reject() - tells the sender of a packet if a rule rejects it
 * @skb: the packet, which is about to be dropped, skb->data at the network header
 * @pkt: about it
 * @reason: why it is dropped
 *
 * The sender of a TCP packet gets a reset that seems to come from the receiver, all other senders
 * get an ICMP error.
 *
 * Context: softirq or BH disabled; RCU read lock.
 */
void vr_reject(const struct sk_buff *skb, const struct vr_pkt *pkt, enum vr_drop reason)
{
	if (reason != VR_DROP_RULE_REJECT && reason != VR_DROP_ACL_REJECT)
		return;
	if (pkt->l4_proto != IPPROTO_TCP)
		vr_icmp_error_switched(skb, pkt, VR_ICMP_PROHIBITED, 0);
	else if (!pkt->later_fragment && !is_multicast_ether_addr(eth_hdr(skb)->h_dest))
		reset(skb, pkt);
}
