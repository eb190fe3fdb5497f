/* SPDX-License-Identifier: GPL-2.0 */
/* A packet on its way through the module: parsed once, read by every stage. */
#ifndef _VROUTER_PACKET_H
#define _VROUTER_PACKET_H

#include <linux/skbuff.h>

#include "core/drop.h"
#include "core/dryrun.h"
#include "core/vrouter.h"

/*
 * Room in front of packets that the module makes itself, so that none is copied on
 * its way out: link layer, IPv6, UDP, VXLAN, inner Ethernet.
 */
#define VR_HEADROOM (LL_MAX_HEADER + 40 + 8 + 8 + ETH_HLEN)

/** union vr_ip - an address of the packet's family, for lookups */
union vr_ip {
	__be32 v4;
	struct in6_addr v6;
};

/**
 * struct vr_from - how an inner packet came
 * @tunnel: the tunnel
 * @remote: source address of the outer IP header
 * @tos: traffic class of it
 * @label: that it came with, so that nothing can be sent back but by one; or NULL
 * @l3: without an Ethernet header, so that it has one made here
 * @network: that the encapsulation's header names
 * @nh: next hop of type vif or host that its label leads to, or NULL
 */
struct vr_from {
	struct vr_tunnel *tunnel;
	struct vr_addr remote;
	u8 tos;
	bool l3;
	struct vr_label *label;
	struct vr_network *network;
	struct vr_nexthop *nh;
};

/**
 * struct vr_pkt - what is known about a packet
 * @vn: the namespace
 * @network: that it is in; changes when a next hop leads to another network
 * @origin: that it came in by; the router's answers go back there
 * @vif: that it came from; NULL when it came from the overlay, and for the
 *	router's own packets
 * @from: how it came when it came from the overlay, else NULL
 * @group: next hop of type ecmp that it was sent to, or NULL
 * @tracked: network in whose zone the skb has a connection, or NULL
 * @payer: vif whose VM has begun a connection if the packet begins one
 * @aside: its connection in a network that it was tracked in before, as a skb has it,
 *	until it is confirmed, or 0
 * @accepted: vif that the packet may go to, as policy found already, or NULL
 * @rule: that denied it, for who is told that it is dropped; or NULL
 * @recorder: where what is decided about it is recorded, or NULL; see flow.c
 * @flow: in a trace, what it would follow were it none, or NULL
 * @outer: still with its outer headers, and only to be dropped
 * @overlay: came through a tunnel, so nothing is flooded back (split horizon)
 * @l3: to be sent through a tunnel without its Ethernet header
 * @originated: made by the router: no policy, no TTL, no error about it
 * @implicit: of the implicit rules (ARP, NS, NA, RS, self-announcements), which no policy denies
 *	where it is switched
 * @fragment: an IP fragment
 * @later_fragment: without layer 4 header: not the first
 * @dont_fragment: no one may (IPv6) or this router may not (DF) fragment it
 * @has_ports: @sport and @dport are valid
 * @frag_max: largest fragment, as an IP packet, of those that it was put together from;
 *	0 when it wasn't. It leaves in such fragments again. Of IPv6 it may be 65,575 bytes
 *	and more, since the payload length doesn't count the header.
 * @frag_header: offset of the fragment header (IPv6), also where it was before the
 *	packet was put together and will be
 * @frag_nexthdr: offset of the byte that says that it follows
 * @frag_id: identification in it, of a packet that was put together
 * @family: AF_INET, AF_INET6, or 0 when it isn't IP
 * @proto: Ethertype, or length of an 802.3 frame
 * @src_mac: Ethernet source as it came, when the header is rewritten already
 * @tos: traffic class, with the ECN bits
 * @ttl: TTL or hop limit
 * @l4_proto: IP protocol after all extension headers
 * @icmp_type: when @l4_proto is ICMP of the family
 * @icmp_code: the same
 * @l4: offset of the layer 4 header from the network header
 * @nexthdr: offset of the byte that says @l4_proto
 * @sport: source port
 * @dport: destination port
 * @packets: what it counts as, see struct vr_stats
 * @bytes: the same
 * @steps: that rules took for it, or for the copies of a flooded frame, see VR_STEPS_MAX
 * @src: source address
 * @dst: destination address
 *
 * While a packet is in the module, skb->data is its network header, and the
 * Ethernet header is right before it, at the MAC header. Pointers into the headers
 * must be taken anew after anything that may move them.
 */
struct vr_pkt {
	struct vr_net *vn;
	struct vr_network *network;
	struct vr_network *origin;
	struct vr_vif *vif;
	const struct vr_from *from;
	struct vr_nexthop *group;
	struct vr_network *tracked;
	const struct vr_vif *payer;
	unsigned long aside;
	const struct vr_vif *accepted;
	const struct vr_rule *rule;
	struct vr_recorder *recorder;
	const struct vr_decision *flow;
	bool outer:1;
	bool overlay:1;
	bool l3:1;
	bool originated:1;
	bool implicit:1;
	bool fragment:1;
	bool later_fragment:1;
	bool dont_fragment:1;
	bool has_ports:1;
	u16 frag_header;
	u16 frag_nexthdr;
	u32 frag_max;
	__be32 frag_id;
	u8 family;
	__be16 proto;
	u8 src_mac[ETH_ALEN];
	u8 tos;
	u8 ttl;
	u8 l4_proto;
	u8 icmp_type;
	u8 icmp_code;
	u16 l4;
	u16 nexthdr;
	__be16 sport;
	__be16 dport;
	u32 packets;
	u32 bytes;
	u32 steps;
	union vr_ip src;
	union vr_ip dst;
};

/** vr_pkt_is_icmp() - is it ICMP of its own family? */
static inline bool vr_pkt_is_icmp(const struct vr_pkt *pkt)
{
	return pkt->l4_proto == (pkt->family == AF_INET ? IPPROTO_ICMP : IPPROTO_ICMPV6);
}

/** vr_touch() - remembers that something was used, writing at most once a jiffy */
static inline void vr_touch(unsigned long *used)
{
	unsigned long now = jiffies;

	if (READ_ONCE(*used) != now && !vr_trace_on())
		WRITE_ONCE(*used, now);
}

#endif /* _VROUTER_PACKET_H */
