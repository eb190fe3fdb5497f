// SPDX-License-Identifier: GPL-2.0
/*
 * Parses the headers of a packet once and refuses malformed ones. The input comes from a VM or
 * from the wire: no byte is read before its presence is checked.
 */
#include <linux/dccp.h>
#include <linux/etherdevice.h>
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/if_vlan.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/sctp.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <net/dsfield.h>
#include <net/ip.h>
#include <net/ipv6.h>

#include "core/parse.h"

/*
 * Maximum number of segments of a GSO packet: 64 KiB in segments of 64 bytes. The kernel lets a
 * VM ask for 8,192 TCP segments and for 65,535 UDP fragments, each of which costs as much as a
 * packet.
 */
#define SEGMENTS_MAX 1024

/* Bytes of the headers that every segment repeats, from the network header on. */
static u32 segment_header(const struct sk_buff *skb, const struct vr_pkt *pkt)
{
	if (skb->encapsulation)
		return pkt->l4;
	if (skb_shinfo(skb)->gso_type & (SKB_GSO_TCPV4 | SKB_GSO_TCPV6))
		return pkt->l4 + tcp_hdrlen(skb);
	if (skb_shinfo(skb)->gso_type & SKB_GSO_UDP_L4)
		return pkt->l4 + sizeof(struct udphdr);
	return pkt->l4;
}

/**
 * vr_pkt_measure() - sets the packets and bytes that a packet counts as
 * @skb: the packet
 * @pkt: parsed
 */
void vr_pkt_measure(const struct sk_buff *skb, struct vr_pkt *pkt)
{
	u32 header, size = skb_shinfo(skb)->gso_size;

	pkt->packets = 1;
	pkt->bytes = skb->len + ETH_HLEN;
	if (!size)
		return;
	header = segment_header(skb, pkt);
	pkt->packets = skb_shinfo(skb)->gso_segs;
	if (!pkt->packets)
		pkt->packets = DIV_ROUND_UP(skb->len - min(skb->len, header), size);
	pkt->bytes += (pkt->packets - 1) * (header + ETH_HLEN);
}

/* The counts of a received packet that is not parsed yet, and may be malformed. */
static void measure_unparsed(const struct sk_buff *skb, struct vr_pkt *pkt)
{
	pkt->packets = vr_skb_packets(skb);
	pkt->bytes = skb->len + ETH_HLEN;
}

static void measure_parsed(const struct sk_buff *skb, struct vr_pkt *pkt, bool gso)
{
	if (unlikely(gso))
		vr_pkt_measure(skb, pkt);
	else
		pkt->bytes = skb->len + ETH_HLEN;
}

/*
 * The length of the fixed part of a layer 4 header, which filters may check: it must neither be
 * split between fragments (RFC 1858, section 3) nor change later. 0 for protocols whose header is
 * not parsed.
 */
static unsigned int l4_header_len(const struct vr_pkt *pkt)
{
	switch (pkt->l4_proto) {
	case IPPROTO_TCP:
		return sizeof(struct tcphdr);
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
		return sizeof(struct udphdr);
	case IPPROTO_SCTP:
		return sizeof(struct sctphdr);
	case IPPROTO_DCCP:
		return sizeof(struct dccp_hdr);
	default:
		return vr_pkt_is_icmp(pkt) ? sizeof(struct icmphdr) : 0;
	}
}

static enum vr_drop parse_l4(struct sk_buff *skb, struct vr_pkt *pkt)
{
	unsigned int len = l4_header_len(pkt);
	const __be16 *ports;
	const u8 *icmp;

	skb_set_transport_header(skb, pkt->l4);
	if (pkt->later_fragment || !len)
		return VR_DROP_NONE;
	if (!pskb_may_pull(skb, pkt->l4 + len))
		return VR_DROP_SHORT_HEADER;
	if (vr_pkt_is_icmp(pkt)) {
		icmp = skb->data + pkt->l4;
		pkt->icmp_type = icmp[0];
		pkt->icmp_code = icmp[1];
	} else {
		ports = (const __be16 *)(skb->data + pkt->l4);
		pkt->sport = ports[0];
		pkt->dport = ports[1];
		pkt->has_ports = true;
	}
	return VR_DROP_NONE;
}

/* Trims Ethernet padding. Segments of a GSO packet have no padding. */
static __always_inline enum vr_drop trim(struct sk_buff *skb, u32 len)
{
	if (likely(skb->len == len))
		return VR_DROP_NONE;
	if (skb_is_gso(skb))
		return VR_DROP_BAD_OFFLOAD;
	if (!pskb_trim_rcsum(skb, len))
		return VR_DROP_NONE;
	return skb->ip_summed == CHECKSUM_PARTIAL ? VR_DROP_BAD_OFFLOAD : VR_DROP_NO_MEMORY;
}

/* The network header, at skb->data. */
static const struct iphdr *ipv4(const struct sk_buff *skb)
{
	return (const struct iphdr *)skb->data;
}

/* The checks of RFC 1812, section 5.2.2. */
static bool valid_ipv4(struct sk_buff *skb)
{
	unsigned int words, len;

	if (!pskb_may_pull(skb, sizeof(struct iphdr)))
		return false;
	words = ipv4(skb)->ihl;
	if (ipv4(skb)->version != 4 || words < 5)
		return false;
	if (words > 5 && !pskb_may_pull(skb, words * 4))
		return false;
	len = ntohs(ipv4(skb)->tot_len);
	return !ip_fast_csum(ipv4(skb), words) && len >= words * 4 && len <= skb->len;
}

static enum vr_drop parse_ipv4(struct sk_buff *skb, struct vr_pkt *pkt)
{
	const struct iphdr *iph;
	enum vr_drop reason;
	u16 frag;

	if (!valid_ipv4(skb))
		return VR_DROP_BAD_IPV4_HEADER;
	reason = trim(skb, ntohs(ipv4(skb)->tot_len));
	if (reason != VR_DROP_NONE)
		return reason;

	iph = ipv4(skb);
	frag = ntohs(iph->frag_off);
	pkt->family = AF_INET;
	pkt->src.v4 = iph->saddr;
	pkt->dst.v4 = iph->daddr;
	pkt->tos = iph->tos;
	pkt->ttl = iph->ttl;
	pkt->l4_proto = iph->protocol;
	pkt->l4 = iph->ihl * 4;
	pkt->nexthdr = offsetof(struct iphdr, protocol);
	pkt->dont_fragment = frag & IP_DF;
	pkt->fragment = frag & (IP_MF | IP_OFFSET);
	pkt->later_fragment = frag & IP_OFFSET;
	return parse_l4(skb, pkt);
}

/* Parses one extension header (RFC 8200, section 4) and moves pkt->l4 behind it. */
static bool parse_extension(struct sk_buff *skb, struct vr_pkt *pkt)
{
	const struct frag_hdr *frag;
	const struct ipv6_opt_hdr *opt;
	u8 proto = pkt->l4_proto;
	u32 len = sizeof(*frag);

	if (!pskb_may_pull(skb, pkt->l4 + sizeof(*frag)))
		return false;
	opt = (const struct ipv6_opt_hdr *)(skb->data + pkt->l4);
	if (proto == NEXTHDR_FRAGMENT) {
		pkt->frag_header = pkt->l4;
		pkt->frag_nexthdr = pkt->nexthdr;
		frag = (const struct frag_hdr *)opt;
		pkt->fragment = !!(frag->frag_off & htons(IP6_MF | IP6_OFFSET));
		pkt->later_fragment = !!(frag->frag_off & htons(IP6_OFFSET));
	} else {
		len = proto == NEXTHDR_AUTH ? ipv6_authlen(opt) : ipv6_optlen(opt);
	}
	pkt->l4_proto = opt->nexthdr;
	pkt->nexthdr = pkt->l4;
	if (pkt->l4 + len > skb->len)
		return false;
	pkt->l4 += len;
	return true;
}

/**
 * struct extension_order - the extension headers parsed so far
 * @rank: rank of the last header that has one
 * @options: number of destination options headers
 */
struct extension_order {
	unsigned int rank;
	unsigned int options;
};

static unsigned int extension_rank(u8 proto)
{
	switch (proto) {
	case NEXTHDR_ROUTING:
		return 1;
	case NEXTHDR_FRAGMENT:
		return 2;
	default:
		return 3;
	}
}

/*
 * RFC 8200, section 4.1: each header at most once and in this order, except destination options,
 * which may occur twice. Receivers treat other sequences differently.
 */
static bool extension_in_order(struct extension_order *order, u8 proto)
{
	unsigned int rank = extension_rank(proto);

	if (proto == NEXTHDR_DEST)
		return ++order->options <= 2;
	if (rank <= order->rank)
		return false;
	order->rank = rank;
	return true;
}

static enum vr_drop parse_extensions(struct sk_buff *skb, struct vr_pkt *pkt)
{
	struct extension_order order = {};

	if (pkt->l4_proto == NEXTHDR_HOP && !parse_extension(skb, pkt))
		return VR_DROP_BAD_IPV6_HEADER;
	while (!pkt->later_fragment && vr_is_extension(pkt->l4_proto))
		if (!extension_in_order(&order, pkt->l4_proto) || !parse_extension(skb, pkt))
			return VR_DROP_BAD_IPV6_HEADER;
	if (!pkt->later_fragment && pkt->l4_proto == NEXTHDR_HOP)
		return VR_DROP_BAD_IPV6_HEADER;
	return VR_DROP_NONE;
}

/* RFC 4291, sections 2.5.3 and 2.7: addresses that no node may send. */
static enum vr_drop check_ipv6_addresses(const struct ipv6hdr *ip6h)
{
	if (ipv6_addr_is_multicast(&ip6h->saddr) || ipv6_addr_loopback(&ip6h->saddr))
		return VR_DROP_MARTIAN_SOURCE;
	if (ipv6_addr_loopback(&ip6h->daddr))
		return VR_DROP_MARTIAN_DESTINATION;
	if (ipv6_addr_is_multicast(&ip6h->daddr) && IPV6_ADDR_MC_SCOPE(&ip6h->daddr) <= 1)
		return VR_DROP_MARTIAN_DESTINATION;
	return VR_DROP_NONE;
}

static bool valid_ipv6(struct sk_buff *skb)
{
	const struct ipv6hdr *ip6h;

	if (!pskb_may_pull(skb, sizeof(*ip6h)))
		return false;
	ip6h = ipv6_hdr(skb);
	if (ip6h->version != 6)
		return false;
	/* Jumbograms (RFC 2675) don't fit through any tunnel. */
	if (!ip6h->payload_len && ip6h->nexthdr == NEXTHDR_HOP)
		return false;
	return ntohs(ip6h->payload_len) + sizeof(*ip6h) <= skb->len;
}

static enum vr_drop parse_ipv6(struct sk_buff *skb, struct vr_pkt *pkt)
{
	const struct ipv6hdr *ip6h;
	enum vr_drop reason;

	if (!valid_ipv6(skb))
		return VR_DROP_BAD_IPV6_HEADER;
	reason = check_ipv6_addresses(ipv6_hdr(skb));
	if (reason == VR_DROP_NONE)
		reason = trim(skb, ntohs(ipv6_hdr(skb)->payload_len) + sizeof(*ip6h));
	if (reason != VR_DROP_NONE)
		return reason;

	ip6h = ipv6_hdr(skb);
	pkt->family = AF_INET6;
	pkt->src.v6 = ip6h->saddr;
	pkt->dst.v6 = ip6h->daddr;
	pkt->tos = ipv6_get_dsfield(ip6h);
	pkt->ttl = ip6h->hop_limit;
	pkt->l4_proto = ip6h->nexthdr;
	pkt->l4 = sizeof(*ip6h);
	pkt->nexthdr = offsetof(struct ipv6hdr, nexthdr);
	pkt->dont_fragment = true;
	reason = parse_extensions(skb, pkt);
	if (reason == VR_DROP_NONE)
		reason = parse_l4(skb, pkt);
	/* The first fragment must hold all headers, or filters can be evaded. */
	if (reason == VR_DROP_SHORT_HEADER && pkt->fragment)
		reason = VR_DROP_BAD_IPV6_HEADER;
	return reason;
}

/* The offset of the checksum in a layer 4 header; -1 for protocols unknown here. */
static int checksum_offset(u8 proto)
{
	switch (proto) {
	case IPPROTO_TCP:
		return offsetof(struct tcphdr, check);
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
		return offsetof(struct udphdr, check);
	case IPPROTO_SCTP:
		return offsetof(struct sctphdr, checksum);
	case IPPROTO_DCCP:
		return offsetof(struct dccp_hdr, dccph_checksum);
	case IPPROTO_ICMP:
		return offsetof(struct icmphdr, checksum);
	case IPPROTO_ICMPV6:
		return offsetof(struct icmp6hdr, icmp6_cksum);
	default:
		return -1;
	}
}

/* Is the partial checksum the checksum of the packet's own layer 4 header? */
static bool is_own_checksum(const struct sk_buff *skb, const struct vr_pkt *pkt)
{
	return pkt->family && skb_checksum_start_offset(skb) == pkt->l4 &&
	       skb->csum_offset == checksum_offset(pkt->l4_proto);
}

/*
 * The VM chooses where a partial checksum is filled in: this must not overwrite a field that is
 * no checksum, such as half of a source address.
 */
static bool valid_partial_checksum(struct sk_buff *skb, const struct vr_pkt *pkt)
{
	int start = skb_checksum_start_offset(skb);

	if (start < 0 || pkt->fragment || pkt->proto == htons(ETH_P_ARP) ||
	    !pskb_may_pull(skb, start + skb->csum_offset + sizeof(__sum16)))
		return false;
	if (!pkt->family || is_own_checksum(skb, pkt))
		return true;
	return start >= pkt->l4 + l4_header_len(pkt) ||
	       (start == pkt->l4 && checksum_offset(pkt->l4_proto) < 0);
}

/* Computed from the length: the number of segments that the sender gives may be wrong. */
static bool has_few_segments(const struct sk_buff *skb)
{
	return skb->len <= (u32)skb_shinfo(skb)->gso_size * SEGMENTS_MAX;
}

/*
 * Fragment offsets are multiples of 8 bytes (RFC 791, section 3.1). With another fragment size, the
 * offset of the second fragment would be rounded down and could overlap the first one, with
 * bytes that were not checked as a header.
 */
static bool valid_udp_fragments(const struct sk_buff *skb)
{
	return !(skb_shinfo(skb)->gso_type & SKB_GSO_UDP) || !(skb_shinfo(skb)->gso_size % 8);
}

/* skb_gso_segment() relies on headers that match the GSO type. */
static bool valid_gso(struct sk_buff *skb, const struct vr_pkt *pkt)
{
	unsigned int type = skb_shinfo(skb)->gso_type;

	if (!pkt->family || pkt->fragment || !has_few_segments(skb))
		return false;
	if (vr_must_unfold(skb))
		return true;
	if (type & (SKB_GSO_UDP | SKB_GSO_UDP_L4))
		return pkt->l4_proto == IPPROTO_UDP && valid_udp_fragments(skb) &&
		       pskb_may_pull(skb, pkt->l4 + sizeof(struct udphdr));
	if (type & SKB_GSO_SCTP)
		return pkt->l4_proto == IPPROTO_SCTP &&
		       pskb_may_pull(skb, pkt->l4 + sizeof(struct sctphdr));
	if (!(type & (pkt->family == AF_INET ? SKB_GSO_TCPV4 : SKB_GSO_TCPV6)) ||
	    pkt->l4_proto != IPPROTO_TCP ||
	    !pskb_may_pull(skb, pkt->l4 + sizeof(struct tcphdr)))
		return false;
	return tcp_hdrlen(skb) >= sizeof(struct tcphdr) &&
	       pskb_may_pull(skb, pkt->l4 + tcp_hdrlen(skb));
}

static enum vr_drop parse_l3(struct sk_buff *skb, struct vr_pkt *pkt)
{
	switch (pkt->proto) {
	case htons(ETH_P_IP):
		return parse_ipv4(skb, pkt);
	case htons(ETH_P_IPV6):
		return parse_ipv6(skb, pkt);
	case htons(ETH_P_8021Q):
	case htons(ETH_P_8021AD):
		return VR_DROP_VLAN_TAGGED;
	default:
		return VR_DROP_NONE;
	}
}

/* Resets the fields that parse_l3() does not always set, before headers are parsed again. */
static void forget_headers(struct vr_pkt *pkt)
{
	pkt->family = 0;
	pkt->fragment = false;
	pkt->later_fragment = false;
	pkt->dont_fragment = false;
	pkt->has_ports = false;
	pkt->frag_header = 0;
	pkt->frag_nexthdr = 0;
	pkt->icmp_type = 0;
	pkt->icmp_code = 0;
	pkt->sport = 0;
	pkt->dport = 0;
}

/*
 * Fills in a partial checksum that is not in the packet's own layer 4 header, for instance one
 * of a packet that the VM encapsulated, and parses the headers again. If it were filled in later,
 * it could overwrite fields that have been checked.
 */
static enum vr_drop fill_checksum(struct sk_buff *skb, struct vr_pkt *pkt)
{
	if (skb_csum_hwoffload_help(skb, 0))
		return VR_DROP_NO_MEMORY;
	forget_headers(pkt);
	return parse_l3(skb, pkt);
}

static enum vr_drop check_offloads(struct sk_buff *skb, struct vr_pkt *pkt, bool gso)
{
	if (gso && !valid_gso(skb, pkt))
		return VR_DROP_BAD_OFFLOAD;
	if (skb->ip_summed != CHECKSUM_PARTIAL)
		return VR_DROP_NONE;
	/* The segments of such a packet are checked instead, with their checksums. */
	if (gso && vr_must_unfold(skb))
		return VR_DROP_NONE;
	if (!valid_partial_checksum(skb, pkt))
		return VR_DROP_BAD_OFFLOAD;
	if (is_own_checksum(skb, pkt))
		return VR_DROP_NONE;
	return gso ? VR_DROP_BAD_OFFLOAD : fill_checksum(skb, pkt);
}

/**
 * vr_parse() - parses all headers
 * @skb: skb->data at the network header, the Ethernet header before it
 * @pkt: its @vn, networks, @vif and flags are set already, the rest is zero
 *
 * Sets skb->protocol and the header offsets from the contents of the frame, and trims padding.
 *
 * Return: VR_DROP_NONE, or why the packet must be dropped; @pkt->packets and
 * @pkt->bytes are set in any case.
 */
enum vr_drop vr_parse(struct sk_buff *skb, struct vr_pkt *pkt)
{
	bool gso = skb_is_gso(skb);
	const struct ethhdr *eth;
	enum vr_drop reason;

	measure_unparsed(skb, pkt);
	if (skb_vlan_tag_present(skb))
		return VR_DROP_VLAN_TAGGED;
	if (!skb_mac_header_was_set(skb) || skb_mac_offset(skb) != -ETH_HLEN)
		return VR_DROP_SHORT_HEADER;
	eth = eth_hdr(skb);
	ether_addr_copy(pkt->src_mac, eth->h_source);
	pkt->proto = eth->h_proto;
	skb->protocol = eth_proto_is_802_3(eth->h_proto) ? eth->h_proto : htons(ETH_P_802_2);
	skb_reset_network_header(skb);
	skb_reset_transport_header(skb);
	skb_reset_mac_len(skb);

	reason = parse_l3(skb, pkt);
	if (reason == VR_DROP_NONE)
		reason = check_offloads(skb, pkt, gso);
	if (reason == VR_DROP_NONE)
		measure_parsed(skb, pkt, gso);
	return reason;
}
