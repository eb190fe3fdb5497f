/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VROUTER_TUNNEL_H
#define _VROUTER_TUNNEL_H

#include "core/drop.h"
#include "core/vrouter.h"

struct netlink_ext_ack;
struct socket;
struct vr_encap_ops;
struct vr_gre;

/**
 * struct vr_tunnel_conf - how a tunnel works, replaced as a whole
 * @rcu: to free it
 * @ops: the encapsulation
 * @local: address of the local end
 * @port: UDP port of both ends; 0 if the encapsulation has none
 * @ttl: outer TTL or hop limit
 * @dscp: outer DSCP, 0 to 63
 * @dscp_inherit: take the inner packet's DSCP instead
 * @udp_csum: fill in the outer UDP checksum; over IPv6 also require it in received packets
 * @ifindex: device that outer packets are bound to, or 0
 * @mark: mark of outer packets
 * @sock: socket that receives; shared with the conf that this one replaced, if it fits
 * @gre: the same for GRE; an open tunnel has one of the two
 * @closed_sock: the former @sock, to be released
 * @closed_gre: the former @gre
 */
struct vr_tunnel_conf {
	struct rcu_head rcu;
	const struct vr_encap_ops *ops;
	struct vr_addr local;
	__be16 port;
	u8 ttl;
	u8 dscp;
	bool dscp_inherit;
	bool udp_csum;
	int ifindex;
	u32 mark;
	struct socket *sock;
	struct vr_gre *gre;
	union {
		struct socket *closed_sock;
		struct vr_gre *closed_gre;
	};
};

/**
 * struct vr_tunnel - an underlay endpoint of this hypervisor
 * @obj: id and name
 * @vn: the namespace
 * @conf: how it works; NULL only before it is published
 * @nh_refs: next hops that send through it
 * @network_refs: networks whose VNI and key are valid on this tunnel only; packets read it, too
 * @stats: per CPU
 * @rcu: to free it
 */
struct vr_tunnel {
	struct vr_object obj;
	struct vr_net *vn;
	struct vr_tunnel_conf __rcu *conf;
	u32 nh_refs;
	u32 network_refs;
	struct vr_stats __percpu *stats;
	struct rcu_head rcu;
};

static inline struct vr_tunnel *vr_to_tunnel(const struct vr_object *obj)
{
	return container_of(obj, struct vr_tunnel, obj);
}

void vr_tunnels_close(struct vr_net *vn);
void vr_tunnels_release(struct vr_net *vn);
void vr_tunnels_exit(struct vr_net *vn);

extern const struct vr_object_ops vr_tunnel_ops;

#endif /* _VROUTER_TUNNEL_H */
