// SPDX-License-Identifier: GPL-2.0
/* MSS clamping: the maximum segment size that the ends of a TCP connection announce. */
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <net/checksum.h>
#include <net/tcp.h>

#include "path/mss.h"

/* The whole header of a TCP SYN with options, writable; or NULL. */
static struct tcphdr *syn_header(struct sk_buff *skb, const struct vr_pkt *pkt)
{
	struct tcphdr *tcp;

	if (pkt->l4_proto != IPPROTO_TCP || pkt->fragment ||
	    !pskb_may_pull(skb, pkt->l4 + sizeof(*tcp)))
		return NULL;
	tcp = (struct tcphdr *)(skb->data + pkt->l4);
	if (!tcp->syn || tcp->doff * 4 <= sizeof(*tcp) ||
	    skb_ensure_writable(skb, pkt->l4 + tcp->doff * 4))
		return NULL;
	return (struct tcphdr *)(skb->data + pkt->l4);
}

/* Finds the maximum segment size (RFC 9293, 3.2) in the options from @option on. NULL if none. */
static u8 *find_mss(struct tcphdr *tcp, u8 *option)
{
	u8 *end = (u8 *)tcp + tcp->doff * 4;

	while (option < end && *option != TCPOPT_EOL) {
		if (*option == TCPOPT_NOP) {
			option++;
			continue;
		}
		if (end - option < 2 || option[1] < 2 || option[1] > end - option)
			return NULL;
		if (option[0] == TCPOPT_MSS)
			return option[1] == TCPOLEN_MSS ? option + 2 : NULL;
		option += option[1];
	}
	return NULL;
}

static void mss_lower(struct sk_buff *skb, struct tcphdr *tcp, u8 *mss, u16 most)
{
	__be16 old = htons(get_unaligned_be16(mss)), new = htons(most);

	if (ntohs(old) <= most)
		return;
	put_unaligned_be16(most, mss);
	/* In a sum of 16-bit words, a word at an odd offset counts with its bytes swapped. */
	if ((mss - (u8 *)tcp) & 1) {
		old = (__force __be16)swab16((__force u16)old);
		new = (__force __be16)swab16((__force u16)new);
	}
	inet_proto_csum_replace2(&tcp->check, skb, old, new, false);
}

/**
 * vr_mss_clamp() - lowers the maximum segment size in a TCP SYN to what fits
 * @skb: the packet
 * @pkt: parsed
 * @mtu: largest IP packet in the packet's direction, and so in the direction of the answers
 *
 * The size doesn't count options of IP and TCP, RFC 6691. A SYN without the option, or without
 * memory to write to it, stays as it is: path MTU discovery still works.
 *
 * Context: softirq or BH disabled. May move the headers.
 */
void vr_mss_clamp(struct sk_buff *skb, const struct vr_pkt *pkt, int mtu)
{
	int ip = pkt->family == AF_INET ? sizeof(struct iphdr) : sizeof(struct ipv6hdr);
	int most = mtu - ip - (int)sizeof(struct tcphdr);
	struct tcphdr *tcp = syn_header(skb, pkt);
	u8 *mss;

	if (!tcp || most <= 0)
		return;
	/* Lowers each of them: if there are several, some receivers use the last one. */
	for (mss = find_mss(tcp, (u8 *)(tcp + 1)); mss; mss = find_mss(tcp, mss + 2))
		mss_lower(skb, tcp, mss, most);
}
