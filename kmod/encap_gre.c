// SPDX-License-Identifier: GPL-2.0
/* Ethernet in GRE with a key: RFC 2784 and RFC 2890; the key is the VNI, in 32 bits. */
#include <net/gre.h>
#include <net/ip_tunnels.h>

#include "decap.h"
#include "encap.h"
#include "gre.h"
#include "outer.h"
#include "tunnel.h"

/* What is sent has a key and neither checksum nor sequence number. */
struct header {
	struct gre_base_hdr base;
	__be32 key;
};

/* Fields of 4 bytes that the flags announce: checksum, key, sequence number. */
static unsigned int header_len(__be16 flags)
{
	return sizeof(struct gre_base_hdr) + (!!(flags & GRE_CSUM) + !!(flags & GRE_KEY) +
					      !!(flags & GRE_SEQ)) * 4;
}

/* Of the bits that RFC 2784, 2.3, has receivers look at, those that we cannot serve. */
static bool valid_flags(__be16 flags)
{
	return !(flags & (GRE_VERSION | GRE_ROUTING | GRE_STRICT | GRE_REC));
}

/* The key comes after the checksum, when there is one. */
static u32 read_key(const struct gre_base_hdr *gre)
{
	const __be32 *fields = (const __be32 *)(gre + 1);

	return be32_to_cpu(fields[!!(gre->flags & GRE_CSUM)]);
}

static enum vr_drop read(struct sk_buff *skb, struct vr_inner *inner)
{
	const struct gre_base_hdr *gre;

	if (!pskb_may_pull(skb, sizeof(*gre)))
		return VR_DROP_SHORT_GRE;
	gre = (const struct gre_base_hdr *)skb->data;
	if (!valid_flags(gre->flags))
		return VR_DROP_GRE_FLAGS;
	inner->offset = header_len(gre->flags);
	if (!pskb_may_pull(skb, inner->offset))
		return VR_DROP_SHORT_GRE;
	gre = (const struct gre_base_hdr *)skb->data;
	if (gre->flags & GRE_CSUM && skb_checksum_simple_validate(skb))
		return VR_DROP_GRE_CHECKSUM;
	if (gre->protocol != htons(ETH_P_TEB))
		return VR_DROP_TUNNEL_PAYLOAD;
	if (!(gre->flags & GRE_KEY))
		return VR_DROP_GRE_NO_KEY;
	inner->vni = read_key(gre);
	return pskb_may_pull(skb, inner->offset + ETH_HLEN) ? VR_DROP_NONE : VR_DROP_SHORT_GRE;
}

/**
 * vr_gre_receive() - a GRE packet for a tunnel's address
 * @tunnel: the tunnel
 * @skb: skb->data at the GRE header; taken
 *
 * Context: softirq or BH disabled; RCU read lock.
 */
void vr_gre_receive(struct vr_tunnel *tunnel, struct sk_buff *skb)
{
	struct vr_inner inner = {};

	vr_decap(tunnel, skb, read(skb, &inner), &inner);
}

static bool xmit(struct sk_buff *skb, const struct vr_pkt *pkt,
		 const struct vr_tunnel_conf *conf, struct vr_outer *outer, u32 vni)
{
	struct header *header;

	if (!vr_outer_prepare(skb, pkt, conf, outer, SKB_GSO_GRE))
		return false;
	header = __skb_push(skb, sizeof(*header));
	header->base.flags = GRE_KEY;
	header->base.protocol = htons(ETH_P_TEB);
	header->key = cpu_to_be32(vni);
	skb_set_inner_protocol(skb, htons(ETH_P_TEB));
	skb_reset_transport_header(skb);
	vr_outer_xmit(skb, conf, outer);
	return true;
}

const struct vr_encap_ops vr_encap_gre = {
	.type = VROUTER_TUNNEL_TYPE_GRE,
	.name = "gre",
	.proto = IPPROTO_GRE,
	.overhead = sizeof(struct header),
	.open = vr_gre_open,
	.close = vr_gre_close,
	.xmit = xmit,
};
