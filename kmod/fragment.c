// SPDX-License-Identifier: GPL-2.0
/* IPv4 fragmentation: RFC 791, section 3.2. */
#include <linux/ip.h>
#include <net/ip.h>

#include "fragment.h"
#include "outer.h"
#include "own.h"
#include "parse.h"

/* Fragments are of whole units of 8 bytes, except the last one. */
#define UNIT 8

/* Options that are not for every fragment are in the first one only. */
static void clear_first_only_options(struct iphdr *iph)
{
	u8 *option = (u8 *)(iph + 1), *end = (u8 *)iph + iph->ihl * 4;
	u8 len;

	while (option < end && *option != IPOPT_END) {
		len = 1;
		if (*option != IPOPT_NOOP) {
			len = option + 1 < end ? option[1] : 0;
			if (len < 2 || option + len > end)
				return;
			if (!IPOPT_COPIED(*option))
				memset(option, IPOPT_NOOP, len);
		}
		option += len;
	}
}

/*
 * Makes the fragment of @len bytes at @offset of the payload. Copying keeps this
 * simple; who wants speed sends with DF.
 */
static struct sk_buff *make_fragment(const struct sk_buff *skb, unsigned int offset,
				     unsigned int len, bool more)
{
	unsigned int hlen = ip_hdrlen(skb);
	struct sk_buff *frag = vr_own_alloc(hlen + len, ETH_P_IP);
	struct iphdr *iph;
	u16 old;

	if (!frag)
		return NULL;
	memcpy(skb_mac_header(frag), skb_mac_header(skb), ETH_HLEN);
	iph = skb_put_data(frag, ip_hdr(skb), hlen);
	if (skb_copy_bits(skb, hlen + offset, skb_put(frag, len), len)) {
		kfree_skb(frag);
		return NULL;
	}
	skb_set_transport_header(frag, hlen);
	frag->dev = skb->dev;
	skb_copy_hash(frag, skb);

	old = ntohs(iph->frag_off);
	iph->frag_off = htons(((old & IP_OFFSET) + offset / UNIT) |
			      (more || old & IP_MF ? IP_MF : 0));
	iph->tot_len = htons(hlen + len);
	if (offset)
		clear_first_only_options(iph);
	ip_send_check(iph);
	return frag;
}

static bool send_fragments(struct sk_buff *skb, struct vr_pkt *pkt, unsigned int step,
			   vr_output_fn *output, void *to)
{
	unsigned int offset = 0, len, total = skb->len - ip_hdrlen(skb);
	struct vr_pkt part = *pkt;
	struct sk_buff *frag;
	bool sent = false;

	part.fragment = true;
	/* Should the limit have become lower meanwhile, that is the end of it. */
	part.dont_fragment = true;
	for (; offset < total; offset += len) {
		len = min(step, total - offset);
		frag = make_fragment(skb, offset, len, offset + len < total);
		if (!frag) {
			vr_pkt_drop(pkt, skb, VR_DROP_NO_MEMORY);
			return sent;
		}
		part.later_fragment = pkt->later_fragment || offset;
		vr_pkt_measure(frag, &part);
		sent |= output(frag, &part, to);
	}
	consume_skb(skb);
	return sent;
}

/**
 * vr_fragment() - splits an IPv4 packet
 * @skb: the packet, not GSO; taken
 * @pkt: about it
 * @mtu: largest IP packet
 * @output: takes each fragment
 * @to: for @output
 *
 * Return: did any fragment leave?
 */
bool vr_fragment(struct sk_buff *skb, struct vr_pkt *pkt, int mtu,
		 vr_output_fn *output, void *to)
{
	int step = (mtu - (int)ip_hdrlen(skb)) & ~(UNIT - 1);

	if (step < UNIT || skb->len <= ip_hdrlen(skb)) {
		vr_pkt_drop(pkt, skb, VR_DROP_TOO_BIG);
		return false;
	}
	if (skb->ip_summed == CHECKSUM_PARTIAL && skb_csum_hwoffload_help(skb, 0)) {
		vr_pkt_drop(pkt, skb, VR_DROP_NO_MEMORY);
		return false;
	}
	vr_outer_hash(skb, pkt);
	return send_fragments(skb, pkt, step, output, to);
}
