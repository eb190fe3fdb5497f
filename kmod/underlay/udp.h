/* SPDX-License-Identifier: GPL-2.0 */
/* Common parts of encapsulations in UDP: socket and outer headers. */
#ifndef _VROUTER_UDP_H
#define _VROUTER_UDP_H

#include "core/packet.h"
#include "objects/tunnel.h"
#include "underlay/outer.h"

struct netlink_ext_ack;

/* Source ports, which distinguish flows: the dynamic range, RFC 7348, section 5. */
#define VR_UDP_SPORT_MIN 49152
#define VR_UDP_SPORT_MAX 65535

/**
 * struct vr_udp_ops - handlers of an encapsulation for the packets of its socket
 * @receive: takes a packet; always returns 0
 * @is_ours: did the tunnel send the packet that an ICMP error of the underlay quotes? 0 for
 *	yes: the path MTU is then learnt from the error
 * @gro_receive: vr_udp_gro_receive() with the encapsulation's vr_udp_shim_fn
 * @gro_complete: vr_udp_gro_complete() with the same function
 *
 * They become encap_rcv, encap_err_lookup, gro_receive and gro_complete of the UDP socket.
 */
struct vr_udp_ops {
	int (*receive)(struct sock *sk, struct sk_buff *skb);
	int (*is_ours)(struct sock *sk, struct sk_buff *skb);
	struct sk_buff *(*gro_receive)(struct sock *sk, struct list_head *head,
				       struct sk_buff *skb);
	int (*gro_complete)(struct sock *sk, struct sk_buff *skb, int offset);
};

/**
 * typedef vr_udp_shim_fn - reads an encapsulation's header for GRO
 * @shim: the first 8 bytes from the header on; a shorter header is followed by payload
 * @proto: set to the inner protocol: ETH_P_TEB, ETH_P_IP or ETH_P_IPV6
 *
 * Return: the length of the header, or 0 if such packets must not be merged.
 */
typedef unsigned int vr_udp_shim_fn(const u8 *shim, __be16 *proto);

int vr_udp_open(struct vr_tunnel *tunnel, struct vr_tunnel_conf *conf,
		const struct vr_udp_ops *ops, struct netlink_ext_ack *extack);
void vr_udp_close(struct vr_tunnel_conf *conf);
void vr_udp_release(struct vr_tunnel_conf *conf);
bool vr_udp_xmit(struct sk_buff *skb, const struct vr_pkt *pkt,
		 const struct vr_tunnel_conf *conf, struct vr_outer *outer);
struct sk_buff *vr_udp_gro_receive(struct list_head *head, struct sk_buff *skb,
				   vr_udp_shim_fn *read);
int vr_udp_gro_complete(struct sk_buff *skb, int offset, vr_udp_shim_fn *read);
struct vr_tunnel *vr_udp_tunnel(struct sock *sk, struct sk_buff *skb);

/** vr_udp_prepare() - vr_outer_prepare() for an encapsulation in UDP */
static inline bool vr_udp_prepare(struct sk_buff *skb, const struct vr_pkt *pkt,
				  const struct vr_tunnel_conf *conf, struct vr_outer *outer)
{
	return vr_outer_prepare(skb, pkt, conf, outer,
				conf->udp_csum ? SKB_GSO_UDP_TUNNEL_CSUM : SKB_GSO_UDP_TUNNEL);
}

#endif /* _VROUTER_UDP_H */
