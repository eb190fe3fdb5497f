/* SPDX-License-Identifier: GPL-2.0 */
/* Interface of the encapsulations, each of which is a file of its own. */
#ifndef _VROUTER_ENCAP_H
#define _VROUTER_ENCAP_H

#include <linux/if_vlan.h>
#include <linux/ipv6.h>

#include "core/vrouter.h"

/*
 * Headroom that senders should leave in front of an Ethernet header, so that no packet is
 * copied to make room: a VLAN-tagged link header, IPv6, and 16 bytes for UDP and a shim or
 * their equivalent.
 */
#define VR_RX_HEADROOM (VLAN_ETH_HLEN + sizeof(struct ipv6hdr) + 16)

struct netlink_ext_ack;
struct sk_buff;
struct vr_nexthop_info;
struct vr_outer;
struct vr_pkt;
struct vr_tunnel;
struct vr_tunnel_conf;

/** enum vr_id - kind of the number in an encapsulation's header */
enum vr_id {
	VR_ID_VNI,	/* 24 bits, of a network */
	VR_ID_KEY,	/* 32 bits, of a network */
	VR_ID_LABEL,	/* 20 bits, allocated by the receiver */
};

/**
 * struct vr_encap_ops - an encapsulation
 * @type: enum vrouter_tunnel_type
 * @name: as on the command line
 * @proto: IP protocol: IPPROTO_UDP, or another that has no port
 * @port: default UDP port
 * @id: kind of the number that identifies the network
 * @l3: may carry IP packets without an Ethernet header
 * @overhead: bytes between the outer IP header and the inner header: UDP and shim
 * @control: further bytes in front of an inner Ethernet header
 * @open: creates conf->sock or conf->gre for a tunnel, which receives packets at once;
 *	sleeps, called under vn->lock. May set an error message in extack.
 * @close: stops receiving and sending; called under vn->lock
 * @release: releases what @open created, a grace period after @close; sleeps
 * @receive: takes a packet of @proto for the tunnel's address, skb->data behind the
 *	outer IP header; for encapsulations without a socket. Softirq, under RCU.
 * @xmit: sends a packet to the remote end; takes the skb, whose data begins at its
 *	Ethernet header, or with outer->l3 at its IP header, and the route in @outer.
 *	Called in softirq or with BH disabled, under RCU. Returns false if it dropped the
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
