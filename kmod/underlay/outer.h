/* SPDX-License-Identifier: GPL-2.0 */
/* The underlay side of a tunnel: route, traffic class, flow hash. */
#ifndef _VROUTER_OUTER_H
#define _VROUTER_OUTER_H

#include "core/packet.h"

struct dst_entry;
struct sock;
struct vr_nexthop_info;
struct vr_tunnel_conf;

/**
 * struct vr_outer - where an outer packet goes
 * @sk: the tunnel's socket, or NULL if it has none
 * @dst: the host's route to @remote, held
 * @remote: address of the other end
 * @tos: outer traffic class
 * @l3: the payload is an IP packet, not an Ethernet frame
 */
struct vr_outer {
	struct sock *sk;
	struct dst_entry *dst;
	const struct vr_addr *remote;
	u8 tos;
	bool l3;
};

struct vr_from vr_outer_from(struct vr_tunnel *tunnel, const struct sk_buff *skb);
enum vr_drop vr_outer_route(const struct vr_tunnel_conf *conf,
			    struct vr_nexthop_info *info, const struct vr_pkt *pkt,
			    struct vr_outer *outer);
int vr_outer_ifindex(struct vr_net *vn, const struct vr_tunnel_conf *conf,
		     struct vr_nexthop_info *info);
bool vr_outer_prepare(struct sk_buff *skb, const struct vr_pkt *pkt,
		      const struct vr_tunnel_conf *conf, struct vr_outer *outer, int gso);
int vr_outer_mtu(const struct vr_tunnel_conf *conf, const struct vr_outer *outer);
void vr_outer_push_ip(struct sk_buff *skb, const struct vr_tunnel_conf *conf,
		      const struct vr_outer *outer);
bool vr_outer_xmit(struct sk_buff *skb, const struct vr_pkt *pkt,
		   const struct vr_tunnel_conf *conf, struct vr_outer *outer);
void vr_outer_hash(struct sk_buff *skb, const struct vr_pkt *pkt);

#endif /* _VROUTER_OUTER_H */
