// SPDX-License-Identifier: GPL-2.0
/*
 * Ethernet or IP behind one MPLS label (RFC 3032), in GRE (RFC 4023) or in UDP
 * (RFC 7510). The first four bits of the payload identify it (RFC 4928, section 3): 4 and 6
 * are IP, and 0 is a control word (RFC 4385, section 3) with an Ethernet frame (RFC 4448).
 * The control word keeps a frame from looking like an IP packet.
 */
#include <linux/mpls.h>
#include <net/dsfield.h>
#include <net/gre.h>

#include "core/packet.h"
#include "objects/tunnel.h"
#include "underlay/decap.h"
#include "underlay/encap.h"
#include "underlay/gre.h"
#include "underlay/outer.h"
#include "underlay/udp.h"

#define UDP_PORT 6635
#define CONTROL_WORD 4

/* The protocol of the payload, by its first byte; 0 if unknown. */
static __be16 payload_proto(u8 first)
{
	switch (first >> 4) {
	case 4:
		return htons(ETH_P_IP);
	case 6:
		return htons(ETH_P_IPV6);
	case 0:
		/* The contents of a control word are ignored: RFC 4448, 4.6. */
		return htons(ETH_P_TEB);
	default:
		return 0;
	}
}

/* The byte at inner->offset is in the linear area; moves the offset past a control word. */
static enum vr_drop mpls_read_payload(struct sk_buff *skb, struct vr_inner *inner)
{
	inner->proto = payload_proto(skb->data[inner->offset]);
	if (!inner->proto)
		return VR_DROP_TUNNEL_PAYLOAD;
	if (inner->proto != htons(ETH_P_TEB))
		return VR_DROP_NONE;
	inner->offset += CONTROL_WORD;
	return pskb_may_pull(skb, inner->offset + ETH_HLEN) ? VR_DROP_NONE :
							      VR_DROP_SHORT_MPLS;
}

/* Reads the label at inner->offset, and moves the offset past it. */
static enum vr_drop read_label(struct sk_buff *skb, struct vr_inner *inner)
{
	unsigned int offset = inner->offset;
	u32 entry;

	if (!pskb_may_pull(skb, offset + sizeof(struct mpls_label) + 1))
		return VR_DROP_SHORT_MPLS;
	entry = be32_to_cpu(((const struct mpls_label *)(skb->data + offset))->entry);
	if (!(entry & MPLS_LS_S_MASK))
		return VR_DROP_MPLS_STACK;
	if (!(entry & MPLS_LS_TTL_MASK))
		return VR_DROP_TTL_EXCEEDED;
	inner->id = (entry & MPLS_LS_LABEL_MASK) >> MPLS_LS_LABEL_SHIFT;
	inner->offset += sizeof(struct mpls_label);
	return mpls_read_payload(skb, inner);
}

static enum vr_drop mpls_read_gre(struct sk_buff *skb, struct vr_inner *inner)
{
	enum vr_drop reason = vr_gre_read(skb, inner);

	if (reason != VR_DROP_NONE)
		return reason;
	if (((const struct gre_base_hdr *)skb->data)->protocol != htons(ETH_P_MPLS_UC))
		return VR_DROP_TUNNEL_PAYLOAD;
	return read_label(skb, inner);
}

static void receive_gre(struct vr_tunnel *tunnel, struct sk_buff *skb)
{
	struct vr_inner inner = { .kind = VR_ID_LABEL };

	vr_decap(tunnel, skb, mpls_read_gre(skb, &inner), &inner);
}

static int receive_udp(struct sock *sk, struct sk_buff *skb)
{
	struct vr_inner inner = { .kind = VR_ID_LABEL, .offset = sizeof(struct udphdr) };
	struct vr_tunnel *tunnel = vr_udp_tunnel(sk, skb);

	if (tunnel)
		vr_decap(tunnel, skb, read_label(skb, &inner), &inner);
	return 0;
}

/* Reads no more of the sent packet than an ICMP error must quote: RFC 1812, 4.3.2.3. */
static int mpls_is_ours(struct sock *sk, struct sk_buff *skb)
{
	return pskb_may_pull(skb, skb_transport_offset(skb) + sizeof(struct udphdr)) ? 0 :
										       -EINVAL;
}

static unsigned int mpls_read_shim(const u8 *shim, __be16 *proto)
{
	const struct mpls_label *label = (const struct mpls_label *)shim;

	*proto = payload_proto(shim[sizeof(*label)]);
	if (!*proto || !(label->entry & htonl(MPLS_LS_S_MASK)))
		return 0;
	return sizeof(*label) + (*proto == htons(ETH_P_TEB) ? CONTROL_WORD : 0);
}

static struct sk_buff *mpls_gro_receive(struct sock *sk, struct list_head *head,
					struct sk_buff *skb)
{
	return vr_udp_gro_receive(head, skb, mpls_read_shim);
}

static int mpls_gro_complete(struct sock *sk, struct sk_buff *skb, int offset)
{
	return vr_udp_gro_complete(skb, offset, mpls_read_shim);
}

static const struct vr_udp_ops mpls_udp_ops = {
	.receive = receive_udp,
	.is_ours = mpls_is_ours,
	.gro_receive = mpls_gro_receive,
	.gro_complete = mpls_gro_complete,
};

static int open_udp(struct vr_tunnel *tunnel, struct vr_tunnel_conf *conf,
		    struct netlink_ext_ack *extack)
{
	return vr_udp_open(tunnel, conf, &mpls_udp_ops, extack);
}

/*
 * The traffic class is the upper half of the outer DSCP (RFC 5462, RFC 3270). The TTL of an
 * IP packet is its own (RFC 3443, section 3.1): the router that pops the label may copy it
 * back, and a packet in a loop must not get a new TTL. The TTL of a frame is the tunnel's.
 */
static void push_label(struct sk_buff *skb, const struct vr_pkt *pkt,
		       const struct vr_tunnel_conf *conf, const struct vr_outer *outer,
		       u32 label)
{
	u32 ttl = outer->l3 ? pkt->ttl : conf->ttl;
	u32 class = outer->tos >> 5;
	struct mpls_label *entry;

	if (!outer->l3)
		memset(__skb_push(skb, CONTROL_WORD), 0, CONTROL_WORD);
	entry = __skb_push(skb, sizeof(*entry));
	entry->entry = cpu_to_be32(label << MPLS_LS_LABEL_SHIFT | class << MPLS_LS_TC_SHIFT |
				   1 << MPLS_LS_S_SHIFT | ttl << MPLS_LS_TTL_SHIFT);
}

static bool xmit_gre(struct sk_buff *skb, const struct vr_pkt *pkt,
		     const struct vr_tunnel_conf *conf, struct vr_outer *outer, u32 label)
{
	struct gre_base_hdr *gre;

	if (!vr_outer_prepare(skb, pkt, conf, outer, SKB_GSO_GRE))
		return false;
	push_label(skb, pkt, conf, outer, label);
	gre = __skb_push(skb, sizeof(*gre));
	gre->flags = 0;
	gre->protocol = htons(ETH_P_MPLS_UC);
	skb_reset_transport_header(skb);
	return vr_outer_xmit(skb, pkt, conf, outer);
}

static bool xmit_udp(struct sk_buff *skb, const struct vr_pkt *pkt,
		     const struct vr_tunnel_conf *conf, struct vr_outer *outer, u32 label)
{
	if (!vr_udp_prepare(skb, pkt, conf, outer))
		return false;
	push_label(skb, pkt, conf, outer, label);
	return vr_udp_xmit(skb, pkt, conf, outer);
}

const struct vr_encap_ops vr_encap_mplsogre = {
	.type = VROUTER_TUNNEL_TYPE_MPLSOGRE,
	.name = "mplsogre",
	.proto = IPPROTO_GRE,
	.id = VR_ID_LABEL,
	.l3 = true,
	.overhead = sizeof(struct gre_base_hdr) + sizeof(struct mpls_label),
	.control = CONTROL_WORD,
	.open = vr_gre_open,
	.close = vr_gre_close,
	.release = vr_gre_release,
	.receive = receive_gre,
	.xmit = xmit_gre,
};

const struct vr_encap_ops vr_encap_mplsoudp = {
	.type = VROUTER_TUNNEL_TYPE_MPLSOUDP,
	.name = "mplsoudp",
	.proto = IPPROTO_UDP,
	.port = UDP_PORT,
	.id = VR_ID_LABEL,
	.l3 = true,
	.overhead = sizeof(struct udphdr) + sizeof(struct mpls_label),
	.control = CONTROL_WORD,
	.open = open_udp,
	.close = vr_udp_close,
	.release = vr_udp_release,
	.xmit = xmit_udp,
};
