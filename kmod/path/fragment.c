// SPDX-License-Identifier: GPL-2.0
/*
 * Splits packets into fragments (RFC 791, section 3.2; RFC 8200, section 4.5): packets that are too
 * large, and packets that were reassembled for policy and must leave as they came.
 */
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <net/ip.h>
#include <net/ipv6.h>

#include "core/parse.h"
#include "path/fragment.h"
#include "path/originate.h"
#include "underlay/outer.h"

/* All fragments but the last one are a multiple of 8 bytes long. */
#define UNIT 8

/* A packet may leave in at most this many times the fragments, and the bytes, that it came in. */
#define GROWTH_MAX 2

/**
 * struct split - how a packet is split
 * @header: bytes of the header that each fragment gets
 * @step: payload of a fragment
 * @as_came: the packet still consists of the fragments that it came in, and leaves in those
 */
struct split {
	unsigned int header;
	unsigned int step;
	bool as_came;
};

/* Only the first fragment has the options that are not copied. */
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

static void finish_ipv4(struct sk_buff *frag, unsigned int offset, bool more)
{
	struct iphdr *iph = ip_hdr(frag);
	u16 old = ntohs(iph->frag_off);

	iph->frag_off = htons((old & IP_DF) | ((old & IP_OFFSET) + offset / UNIT) |
			      (more || old & IP_MF ? IP_MF : 0));
	iph->tot_len = htons(frag->len);
	if (offset)
		clear_first_only_options(iph);
	ip_send_check(iph);
}

static void finish_ipv6(struct sk_buff *frag, const struct vr_pkt *pkt, unsigned int offset,
			bool more)
{
	struct frag_hdr *header = (struct frag_hdr *)(frag->data + pkt->frag_header);

	header->nexthdr = frag->data[pkt->frag_nexthdr];
	header->reserved = 0;
	header->frag_off = htons(offset | (more ? IP6_MF : 0));
	header->identification = pkt->frag_id;
	frag->data[pkt->frag_nexthdr] = NEXTHDR_FRAGMENT;
	ipv6_hdr(frag)->payload_len = htons(frag->len - sizeof(struct ipv6hdr));
}

/*
 * Makes the fragment of @len bytes at @offset of the payload. It copies, which is simple; senders
 * that want speed set DF.
 */
static struct sk_buff *make_fragment(const struct sk_buff *skb, const struct vr_pkt *pkt,
				     unsigned int header, unsigned int offset,
				     unsigned int len, bool more)
{
	bool v6 = pkt->family == AF_INET6;
	unsigned int room = header + (v6 ? sizeof(struct frag_hdr) : 0);
	struct sk_buff *frag = vr_originate_alloc(room + len, v6 ? ETH_P_IPV6 : ETH_P_IP);

	if (!frag)
		return NULL;
	memcpy(skb_mac_header(frag), skb_mac_header(skb), ETH_HLEN);
	skb_set_transport_header(frag, room);
	skb_put(frag, room + len);
	if (skb_copy_bits(skb, 0, frag->data, header) ||
	    skb_copy_bits(skb, header + offset, frag->data + room, len)) {
		kfree_skb(frag);
		return NULL;
	}
	frag->dev = skb->dev;
	skb_copy_hash(frag, skb);
	if (v6)
		finish_ipv6(frag, pkt, offset, more);
	else
		finish_ipv4(frag, offset, more);
	return frag;
}

/* The struct vr_pkt of the fragments of a packet. */
static struct vr_pkt fragment_describe(const struct vr_pkt *pkt)
{
	struct vr_pkt part = *pkt;

	part.recorder = NULL;
	part.fragment = true;
	part.frag_max = 0;
	if (pkt->family == AF_INET6)
		part.l4 += sizeof(struct frag_hdr);
	return part;
}

/* Length of the payload in @piece; NULL is the skb that the other pieces hang on. */
static unsigned int piece_len(const struct sk_buff *skb, const struct split *split,
			      const struct sk_buff *piece)
{
	unsigned int len = skb->len - split->header;

	if (piece)
		return piece->len;
	skb_walk_frags(skb, piece)
		len -= piece->len;
	return len;
}

static const struct sk_buff *next_piece(const struct sk_buff *skb, const struct sk_buff *piece)
{
	return piece ? piece->next : skb_shinfo(skb)->frag_list;
}

/*
 * Are all pieces still valid fragments? Code that reads headers may have moved bytes between them.
 */
static bool in_pieces(const struct sk_buff *skb, const struct split *split, unsigned int most)
{
	const struct sk_buff *piece = NULL;
	unsigned int len;

	do {
		len = piece_len(skb, split, piece);
		piece = next_piece(skb, piece);
		if (!len || len > most || (piece && len % UNIT))
			return false;
	} while (piece);
	return true;
}

/*
 * Is the number and the size of the fragments that a packet leaves in fair, compared with the
 * fragments that it came in? All fragments get the headers of the first one, which may be much
 * longer than the headers of the others were: a handful of fragments could then become thousands
 * that no one was charged for.
 */
static bool split_is_fair(const struct sk_buff *skb, const struct vr_pkt *pkt,
			  const struct split *split)
{
	u32 total = skb->len - split->header;
	u32 count = split->as_came ? pkt->packets : DIV_ROUND_UP(total, split->step);

	return count <= GROWTH_MAX * pkt->packets &&
	       total + (u64)count * (split->header + ETH_HLEN) <= (u64)GROWTH_MAX * pkt->bytes;
}

static bool send_fragments(struct sk_buff *skb, const struct vr_pkt *pkt,
			   const struct split *split, struct vr_pkt *part,
			   vr_output_fn *output, void *to)
{
	unsigned int offset = 0, len, total = skb->len - split->header;
	const struct sk_buff *piece = NULL;
	u32 left = pkt->packets;
	struct sk_buff *frag;
	bool sent = false;

	for (; offset < total; offset += len) {
		len = split->as_came ? piece_len(skb, split, piece) :
				       min(split->step, total - offset);
		piece = split->as_came ? next_piece(skb, piece) : NULL;
		frag = make_fragment(skb, part, split->header, offset, len, offset + len < total);
		if (!frag) {
			part->packets = left;
			vr_pkt_drop(part, skb, VR_DROP_NO_MEMORY);
			return sent;
		}
		left -= left > 1;
		part->later_fragment = pkt->later_fragment || offset;
		part->has_ports = pkt->has_ports && !offset;
		vr_pkt_measure(frag, part);
		sent |= output(frag, part, to);
	}
	consume_skb(skb);
	return sent;
}

/*
 * Does a fragment end beyond the largest packet? Then the offset of its parts would not fit into
 * the header (RFC 791, 3.1).
 */
static bool ends_beyond(const struct sk_buff *skb)
{
	u32 begin = (ntohs(ip_hdr(skb)->frag_off) & IP_OFFSET) * UNIT;

	return begin + skb->len > IP_MAX_MTU;
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
	struct split split = { .header = ip_hdrlen(skb), .step = step };
	struct vr_pkt part = fragment_describe(pkt);

	if (ends_beyond(skb)) {
		vr_pkt_drop(pkt, skb, VR_DROP_FRAG_BAD);
		return false;
	}
	if (step < UNIT || skb->len <= ip_hdrlen(skb)) {
		vr_pkt_drop(pkt, skb, VR_DROP_TOO_BIG);
		return false;
	}
	if (skb->ip_summed == CHECKSUM_PARTIAL && skb_csum_hwoffload_help(skb, 0)) {
		vr_pkt_drop(pkt, skb, VR_DROP_NO_MEMORY);
		return false;
	}
	/* If the MTU is lower by the time a fragment is sent, the fragment is dropped. */
	part.dont_fragment = true;
	vr_outer_hash(skb, pkt);
	return send_fragments(skb, pkt, &split, &part, output, to);
}

/**
 * vr_refragment() - splits a packet that was reassembled
 * @skb: the packet; taken
 * @pkt: about it, its @frag_max is not 0
 * @output: takes each fragment
 * @to: for @output
 *
 * If possible, the packet leaves in the fragments that it came in, so that a vif that reassembles
 * is no more than one hop to both ends. Otherwise, no fragment is larger than the largest one that
 * came. Fragments that came with DF leave with DF. A packet that would leave in more than twice the
 * fragments or twice the bytes is dropped.
 *
 * Return: did any fragment leave?
 */
bool vr_refragment(struct sk_buff *skb, struct vr_pkt *pkt, vr_output_fn *output, void *to)
{
	bool v6 = pkt->family == AF_INET6;
	unsigned int header = v6 ? pkt->frag_header : ip_hdrlen(skb);
	unsigned int most = pkt->frag_max - header - (v6 ? sizeof(struct frag_hdr) : 0);
	struct split split = { .header = header, .step = most & ~(UNIT - 1) };
	struct vr_pkt part = fragment_describe(pkt);

	split.as_came = in_pieces(skb, &split, most);
	if (!split.step || !split_is_fair(skb, pkt, &split)) {
		vr_pkt_drop(pkt, skb, VR_DROP_FRAG_BAD);
		return false;
	}
	vr_outer_hash(skb, pkt);
	return send_fragments(skb, pkt, &split, &part, output, to);
}
