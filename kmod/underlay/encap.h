/* SPDX-License-Identifier: GPL-2.0 */
/* What an encapsulation is to the rest of the module: a file each, behind this. */
#ifndef _VROUTER_ENCAP_H
#define _VROUTER_ENCAP_H

#include <linux/if_vlan.h>
#include <linux/ipv6.h>

#include "core/vrouter.h"

/*
 * What senders are to leave free in front of an Ethernet header, so that it need not be
 * copied to make room: for a tagged link's header, IPv6, and UDP and a shim or as much.
 */
#define VR_RX_HEADROOM (VLAN_ETH_HLEN + sizeof(struct ipv6hdr) + 16)

struct netlink_ext_ack;
struct sk_buff;
struct vr_nexthop_info;
struct vr_outer;
struct vr_pkt;
struct vr_tunnel;
struct vr_tunnel_conf;

/** enum vr_id - what the number in an encapsulation's header is */
enum vr_id {
	VR_ID_VNI,	/* 24 bits, of a network */
	VR_ID_KEY,	/* 32 bits, of a network */
	VR_ID_LABEL,	/* 20 bits, given out by the receiver */
};

/**
 * struct vr_encap_ops - an encapsulation
 * @type: enum vrouter_tunnel_type
 * @name: as on the command line
 * @proto: IP protocol: IPPROTO_UDP, or another that has no port
 * @port: default UDP port
 * @id: what tells the networks apart
 * @l3: may carry IP packets without an Ethernet header
 * @overhead: bytes between the outer IP header and an inner one: UDP and shim
 * @control: and those in front of an inner Ethernet header besides
 * @open: makes conf->sock or conf->gre for a tunnel, from which packets come at once;
 *	sleeps, called under vn->lock. Refusals are worded in extack.
 * @close: takes no more packets, nor sends any; called under vn->lock
 * @release: gives back what @open took, a grace period after @close; sleeps
 * @receive: takes a packet of @proto for the tunnel's address, skb->data behind the
 *	outer IP header; for those that have no socket. Softirq, under RCU.
 * @xmit: sends a packet to the remote end; takes the skb, whose data begins at its
 *	Ethernet header, or with outer->l3 at its IP header, and the route in @outer.
 *	Called in softirq or with BH disabled, under RCU. false when it had to drop the
 *	packet.
 */
struct vr_encap_ops {
	u32 type;
	const char *name;
	u8 proto;
	u16 port;
	enum vr_id id;
	bool l3;
	unsigned int overhead;
	unsigned int control;
	int (*open)(struct vr_tunnel *tunnel, struct vr_tunnel_conf *conf,
		    struct netlink_ext_ack *extack);
	void (*close)(struct vr_tunnel_conf *conf);
	void (*release)(struct vr_tunnel_conf *conf);
	void (*receive)(struct vr_tunnel *tunnel, struct sk_buff *skb);
	bool (*xmit)(struct sk_buff *skb, const struct vr_pkt *pkt,
		     const struct vr_tunnel_conf *conf, struct vr_outer *outer, u32 id);
};

extern const struct vr_encap_ops vr_encap_geneve;
extern const struct vr_encap_ops vr_encap_gre;
extern const struct vr_encap_ops vr_encap_mplsogre;
extern const struct vr_encap_ops vr_encap_mplsoudp;
extern const struct vr_encap_ops vr_encap_vxlan;

const struct vr_encap_ops *vr_encap_by_type(u32 type);

#endif /* _VROUTER_ENCAP_H */
