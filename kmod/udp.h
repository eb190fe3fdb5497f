/* SPDX-License-Identifier: GPL-2.0 */
/* What encapsulations in UDP share: socket and outer headers. */
#ifndef _VROUTER_UDP_H
#define _VROUTER_UDP_H

#include "packet.h"

struct netlink_ext_ack;
struct vr_outer;
struct vr_tunnel;
struct vr_tunnel_conf;

typedef int vr_udp_rcv_fn(struct sock *sk, struct sk_buff *skb);

int vr_udp_open(struct vr_tunnel *tunnel, struct vr_tunnel_conf *conf,
		vr_udp_rcv_fn *receive, vr_udp_rcv_fn *is_ours,
		struct netlink_ext_ack *extack);
void vr_udp_close(struct vr_tunnel_conf *conf);
bool vr_udp_prepare(struct sk_buff *skb, const struct vr_pkt *pkt,
		    const struct vr_tunnel_conf *conf, struct vr_outer *outer);
void vr_udp_xmit(struct sk_buff *skb, struct vr_net *vn,
		 const struct vr_tunnel_conf *conf, struct vr_outer *outer);
struct vr_tunnel *vr_udp_tunnel(const struct sock *sk, struct sk_buff *skb);

#endif /* _VROUTER_UDP_H */
