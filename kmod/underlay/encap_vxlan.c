// SPDX-License-Identifier: GPL-2.0
/* VXLAN: RFC 7348. */
#include <net/ip_tunnels.h>
#include <net/vxlan.h>

#include "objects/tunnel.h"
#include "underlay/decap.h"
#include "underlay/encap.h"
#include "underlay/outer.h"
#include "underlay/udp.h"

#define HEADERS (sizeof(struct udphdr) + sizeof(struct vxlanhdr))

static const struct vxlanhdr *vxlan_header(const struct sk_buff *skb)
{
	return (const struct vxlanhdr *)(udp_hdr(skb) + 1);
}

/* Reserved bits are ignored (section 5), and with them the extensions that use them. */
static enum vr_drop vxlan_read(struct sk_buff *skb, struct vr_inner *inner)
{
	if (!pskb_may_pull(skb, HEADERS + ETH_HLEN))
		return VR_DROP_SHORT_VXLAN;
	if (!(vxlan_header(skb)->vx_flags & VXLAN_HF_VNI))
		return VR_DROP_VXLAN_FLAGS;
	inner->id = be32_to_cpu(vxlan_vni(vxlan_header(skb)->vx_vni));
	inner->offset = HEADERS;
	inner->proto = htons(ETH_P_TEB);
	return VR_DROP_NONE;
}

static int vxlan_receive(struct sock *sk, struct sk_buff *skb)
{
	struct vr_tunnel *tunnel = vr_udp_tunnel(sk, skb);
	struct vr_inner inner = { .kind = VR_ID_VNI };

	if (tunnel)
		vr_decap(tunnel, skb, vxlan_read(skb, &inner), &inner);
	return 0;
}

/* Reads no more of the sent packet than an ICMP error must quote: RFC 1812, 4.3.2.3. */
static int vxlan_is_ours(struct sock *sk, struct sk_buff *skb)
{
	if (!pskb_may_pull(skb, skb_transport_offset(skb) + HEADERS))
		return -EINVAL;
	return vxlan_header(skb)->vx_flags & VXLAN_HF_VNI ? 0 : -EINVAL;
}

static unsigned int vxlan_read_shim(const u8 *shim, __be16 *proto)
{
	*proto = htons(ETH_P_TEB);
	return ((const struct vxlanhdr *)shim)->vx_flags & VXLAN_HF_VNI ?
	       sizeof(struct vxlanhdr) : 0;
}

static struct sk_buff *vxlan_gro_receive(struct sock *sk, struct list_head *head,
					 struct sk_buff *skb)
{
	return vr_udp_gro_receive(head, skb, vxlan_read_shim);
}

static int vxlan_gro_complete(struct sock *sk, struct sk_buff *skb, int offset)
{
	return vr_udp_gro_complete(skb, offset, vxlan_read_shim);
}

static const struct vr_udp_ops vxlan_udp_ops = {
	.receive = vxlan_receive,
	.is_ours = vxlan_is_ours,
	.gro_receive = vxlan_gro_receive,
	.gro_complete = vxlan_gro_complete,
};

static int vxlan_open(struct vr_tunnel *tunnel, struct vr_tunnel_conf *conf,
		      struct netlink_ext_ack *extack)
{
	return vr_udp_open(tunnel, conf, &vxlan_udp_ops, extack);
}

static bool vxlan_xmit(struct sk_buff *skb, const struct vr_pkt *pkt,
		       const struct vr_tunnel_conf *conf, struct vr_outer *outer, u32 vni)
{
	struct vxlanhdr *vxh;

	if (!vr_udp_prepare(skb, pkt, conf, outer))
		return false;
	vxh = __skb_push(skb, sizeof(*vxh));
	vxh->vx_flags = VXLAN_HF_VNI;
	vxh->vx_vni = vxlan_vni_field(cpu_to_be32(vni));
	return vr_udp_xmit(skb, pkt, conf, outer);
}

const struct vr_encap_ops vr_encap_vxlan = {
	.type = VROUTER_TUNNEL_TYPE_VXLAN,
	.name = "vxlan",
	.proto = IPPROTO_UDP,
	.port = IANA_VXLAN_UDP_PORT,
	.id = VR_ID_VNI,
	.overhead = HEADERS,
	.open = vxlan_open,
	.close = vr_udp_close,
	.release = vr_udp_release,
	.xmit = vxlan_xmit,
};
