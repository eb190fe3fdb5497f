// SPDX-License-Identifier: GPL-2.0
/* Geneve: RFC 8926. Sends no options, and skips options that are not critical. */
#include <net/geneve.h>
#include <net/ip_tunnels.h>

#include "objects/tunnel.h"
#include "underlay/decap.h"
#include "underlay/encap.h"
#include "underlay/outer.h"
#include "underlay/udp.h"

#define VERSION 0
#define HEADERS (sizeof(struct udphdr) + sizeof(struct genevehdr))

static const struct genevehdr *geneve_header(const struct sk_buff *skb)
{
	return (const struct genevehdr *)(udp_hdr(skb) + 1);
}

/* Includes the options; opt_len is in units of 4 bytes. */
static unsigned int geneve_header_len(const struct genevehdr *geneve)
{
	return HEADERS + geneve->opt_len * 4;
}

static u32 read_vni(const u8 *vni)
{
	return vni[0] << 16 | vni[1] << 8 | vni[2];
}

static void write_vni(u8 *to, u32 vni)
{
	to[0] = vni >> 16;
	to[1] = vni >> 8;
	to[2] = vni;
}

/*
 * RFC 8926, section 3.5: the lengths of the options add up to opt_len, and the header's C bit
 * announces critical ones. A receiver that reads only the header must not miss anything that
 * one that reads the options sees.
 */
static enum vr_drop geneve_check_options(const struct genevehdr *geneve)
{
	const u8 *option = (const u8 *)(geneve + 1), *end = option + geneve->opt_len * 4;
	unsigned int len;

	for (; option < end; option += len) {
		len = sizeof(struct geneve_opt) + (option[3] & 0x1f) * 4;
		if (len > end - option)
			return VR_DROP_SHORT_GENEVE;
		if (option[2] & GENEVE_CRIT_OPT_TYPE)
			return VR_DROP_GENEVE_CRITICAL;
	}
	return VR_DROP_NONE;
}

static enum vr_drop geneve_read(struct sk_buff *skb, struct vr_inner *inner)
{
	enum vr_drop reason;
	const struct genevehdr *geneve;

	if (!pskb_may_pull(skb, HEADERS))
		return VR_DROP_SHORT_GENEVE;
	geneve = geneve_header(skb);
	if (geneve->ver != VERSION)
		return VR_DROP_GENEVE_VERSION;
	if (!pskb_may_pull(skb, geneve_header_len(geneve)))
		return VR_DROP_SHORT_GENEVE;
	geneve = geneve_header(skb);
	if (geneve->oam)
		return VR_DROP_GENEVE_CONTROL;
	if (geneve->critical)
		return VR_DROP_GENEVE_CRITICAL;
	reason = geneve_check_options(geneve);
	if (reason != VR_DROP_NONE)
		return reason;
	inner->id = read_vni(geneve->vni);
	inner->offset = geneve_header_len(geneve);
	return vr_inner_proto(skb, inner, geneve->proto_type, VR_DROP_SHORT_GENEVE);
}

static int geneve_receive(struct sock *sk, struct sk_buff *skb)
{
	struct vr_tunnel *tunnel = vr_udp_tunnel(sk, skb);
	struct vr_inner inner = { .kind = VR_ID_VNI };

	if (tunnel)
		vr_decap(tunnel, skb, geneve_read(skb, &inner), &inner);
	return 0;
}

/* Reads no more of the sent packet than an ICMP error must quote: RFC 1812, 4.3.2.3. */
static int geneve_is_ours(struct sock *sk, struct sk_buff *skb)
{
	if (!pskb_may_pull(skb, skb_transport_offset(skb) + HEADERS))
		return -EINVAL;
	return geneve_header(skb)->ver == VERSION && !geneve_header(skb)->opt_len ? 0 : -EINVAL;
}

static unsigned int geneve_read_shim(const u8 *shim, __be16 *proto)
{
	const struct genevehdr *geneve = (const struct genevehdr *)shim;

	*proto = geneve->proto_type;
	if (geneve->ver != VERSION || geneve->oam || geneve->critical)
		return 0;
	return sizeof(*geneve) + geneve->opt_len * 4;
}

static struct sk_buff *geneve_gro_receive(struct sock *sk, struct list_head *head,
					  struct sk_buff *skb)
{
	return vr_udp_gro_receive(head, skb, geneve_read_shim);
}

static int geneve_gro_complete(struct sock *sk, struct sk_buff *skb, int offset)
{
	return vr_udp_gro_complete(skb, offset, geneve_read_shim);
}

static const struct vr_udp_ops geneve_udp_ops = {
	.receive = geneve_receive,
	.is_ours = geneve_is_ours,
	.gro_receive = geneve_gro_receive,
	.gro_complete = geneve_gro_complete,
};

static int geneve_open(struct vr_tunnel *tunnel, struct vr_tunnel_conf *conf,
		       struct netlink_ext_ack *extack)
{
	return vr_udp_open(tunnel, conf, &geneve_udp_ops, extack);
}

static bool geneve_xmit(struct sk_buff *skb, const struct vr_pkt *pkt,
			const struct vr_tunnel_conf *conf, struct vr_outer *outer, u32 vni)
{
	struct genevehdr *geneve;

	if (!vr_udp_prepare(skb, pkt, conf, outer))
		return false;
	geneve = __skb_push(skb, sizeof(*geneve));
	memset(geneve, 0, sizeof(*geneve));
	geneve->proto_type = skb->inner_protocol;
	write_vni(geneve->vni, vni);
	return vr_udp_xmit(skb, pkt, conf, outer);
}

const struct vr_encap_ops vr_encap_geneve = {
	.type = VROUTER_TUNNEL_TYPE_GENEVE,
	.name = "geneve",
	.proto = IPPROTO_UDP,
	.port = GENEVE_UDP_PORT,
	.id = VR_ID_VNI,
	.l3 = true,
	.overhead = HEADERS,
	.open = geneve_open,
	.close = vr_udp_close,
	.release = vr_udp_release,
	.xmit = geneve_xmit,
};
