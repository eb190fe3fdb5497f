/* SPDX-License-Identifier: GPL-2.0 */
/* What an encapsulation is to the rest of the module: a file each, behind this. */
#ifndef _VROUTER_ENCAP_H
#define _VROUTER_ENCAP_H

#include "vrouter.h"

struct netlink_ext_ack;
struct sk_buff;
struct vr_nexthop_info;
struct vr_outer;
struct vr_pkt;
struct vr_tunnel;
struct vr_tunnel_conf;

/**
 * struct vr_encap_ops - an encapsulation
 * @type: enum vrouter_tunnel_type
 * @name: as on the command line
 * @proto: IP protocol: IPPROTO_UDP, or another that has no port
 * @port: default UDP port
 * @overhead: bytes in front of the inner Ethernet header, without the outer IP
 *	header: UDP and shim
 * @open: makes conf->sock or conf->gre for a tunnel, from which packets come at once;
 *	sleeps, called under vn->lock. Refusals are worded in extack.
 * @close: releases it; no packet is under way in it when it returns
 * @xmit: sends an Ethernet frame to the remote end; takes the skb, whose data begins
 *	at its Ethernet header, and the route in @outer. Called in softirq or with BH
 *	disabled, under RCU. false when it had to drop the frame.
 */
struct vr_encap_ops {
	u32 type;
	const char *name;
	u8 proto;
	u16 port;
	unsigned int overhead;
	int (*open)(struct vr_tunnel *tunnel, struct vr_tunnel_conf *conf,
		    struct netlink_ext_ack *extack);
	void (*close)(struct vr_tunnel_conf *conf);
	bool (*xmit)(struct sk_buff *skb, const struct vr_pkt *pkt,
		     const struct vr_tunnel_conf *conf, struct vr_outer *outer, u32 vni);
};

extern const struct vr_encap_ops vr_encap_geneve;
extern const struct vr_encap_ops vr_encap_gre;
extern const struct vr_encap_ops vr_encap_vxlan;

const struct vr_encap_ops *vr_encap_by_type(u32 type);

#endif /* _VROUTER_ENCAP_H */
