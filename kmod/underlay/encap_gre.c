// SPDX-License-Identifier: GPL-2.0
/* Ethernet or IP in GRE with a key: RFC 2784 and RFC 2890. */
#include <net/gre.h>
#include <net/ip_tunnels.h>

#include "objects/tunnel.h"
#include "underlay/decap.h"
#include "underlay/encap.h"
#include "underlay/gre.h"
#include "underlay/outer.h"

/* Sent packets have a key, but neither checksum nor sequence number. */
struct header {
	struct gre_base_hdr base;
	__be32 key;
};

/* Fields of 4 bytes that the flags announce: checksum, key, sequence number. */
static unsigned int encap_gre_header_len(__be16 flags)
{
	return sizeof(struct gre_base_hdr) + (!!(flags & GRE_CSUM) + !!(flags & GRE_KEY) +
					      !!(flags & GRE_SEQ)) * 4;
}

/* RFC 2784, section 2.3: a packet with one of these bits set must not be received. */
static bool valid_flags(__be16 flags)
{
	return !(flags & (GRE_VERSION | GRE_ROUTING | GRE_STRICT | GRE_REC));
}

/* The key follows the checksum, if there is one. */
static u32 encap_gre_read_key(const struct gre_base_hdr *gre)
{
	const __be32 *fields = (const __be32 *)(gre + 1);

	return be32_to_cpu(fields[!!(gre->flags & GRE_CSUM)]);
}

/**
 * vr_gre_read() - reads a GRE header
 * @skb: the packet, skb->data at the GRE header
 * @inner: its @offset is set to the end of the header
 *
 * Return: VR_DROP_NONE with the whole header in the linear area, or why the packet must be
 *	dropped.
 */
enum vr_drop vr_gre_read(struct sk_buff *skb, struct vr_inner *inner)
{
	const struct gre_base_hdr *gre;

	if (!pskb_may_pull(skb, sizeof(*gre)))
		return VR_DROP_SHORT_GRE;
	gre = (const struct gre_base_hdr *)skb->data;
	if (!valid_flags(gre->flags))
		return VR_DROP_GRE_FLAGS;
	inner->offset = encap_gre_header_len(gre->flags);
	if (!pskb_may_pull(skb, inner->offset))
		return VR_DROP_SHORT_GRE;
	gre = (const struct gre_base_hdr *)skb->data;
	if (gre->flags & GRE_CSUM && skb_checksum_simple_validate(skb))
		return VR_DROP_GRE_CHECKSUM;
	return VR_DROP_NONE;
}

static enum vr_drop encap_gre_read(struct sk_buff *skb, struct vr_inner *inner)
{
	enum vr_drop reason = vr_gre_read(skb, inner);
	const struct gre_base_hdr *gre;

	if (reason != VR_DROP_NONE)
		return reason;
	gre = (const struct gre_base_hdr *)skb->data;
	if (gre->flags & GRE_KEY)
		inner->id = encap_gre_read_key(gre);
	reason = vr_inner_proto(skb, inner, gre->protocol, VR_DROP_SHORT_GRE);
	if (reason != VR_DROP_NONE)
		return reason;
	gre = (const struct gre_base_hdr *)skb->data;
	return gre->flags & GRE_KEY ? VR_DROP_NONE : VR_DROP_GRE_NO_KEY;
}

static void encap_gre_receive(struct vr_tunnel *tunnel, struct sk_buff *skb)
{
	struct vr_inner inner = { .kind = VR_ID_KEY };

	vr_decap(tunnel, skb, encap_gre_read(skb, &inner), &inner);
}

static bool encap_gre_xmit(struct sk_buff *skb, const struct vr_pkt *pkt,
			   const struct vr_tunnel_conf *conf, struct vr_outer *outer, u32 key)
{
	struct header *header;

	if (!vr_outer_prepare(skb, pkt, conf, outer, SKB_GSO_GRE))
		return false;
	header = __skb_push(skb, sizeof(*header));
	header->base.flags = GRE_KEY;
	header->base.protocol = skb->inner_protocol;
	header->key = cpu_to_be32(key);
	skb_reset_transport_header(skb);
	return vr_outer_xmit(skb, pkt, conf, outer);
}

const struct vr_encap_ops vr_encap_gre = {
	.type = VROUTER_TUNNEL_TYPE_GRE,
	.name = "gre",
	.proto = IPPROTO_GRE,
	.id = VR_ID_KEY,
	.l3 = true,
	.overhead = sizeof(struct header),
	.open = vr_gre_open,
	.close = vr_gre_close,
	.release = vr_gre_release,
	.receive = encap_gre_receive,
	.xmit = encap_gre_xmit,
};
