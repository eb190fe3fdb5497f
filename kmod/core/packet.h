/* SPDX-License-Identifier: GPL-2.0 */
/* A packet on its way through the module: parsed once, read by every stage. */
#ifndef _VROUTER_PACKET_H
#define _VROUTER_PACKET_H

#include <linux/skbuff.h>

#include "core/drop.h"
#include "core/dryrun.h"
#include "core/vrouter.h"

/*
 * Headroom of originated packets, so that none is copied on its way out: link layer, IPv6, UDP,
 * VXLAN, inner Ethernet.
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
 * @tos: traffic class of the outer IP header
 * @l3: the packet came without an Ethernet header and got one here
 * @label: the label that it came with, or NULL. Nothing is learned from such a packet, since an
 *	answer would need a label that is not known here
 * @network: network that the encapsulation's header identifies
 * @nh: next hop of type vif or host that the label leads to, or NULL
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
 * struct vr_pkt - metadata of a packet
 * @vn: the namespace
 * @network: its present network; changes if a next hop leads to another network
 * @origin: network that it came into; the router's answers go back there
 * @vif: vif that it came from; NULL for a packet from the overlay and for an originated packet
 * @from: how it came from the overlay, else NULL
 * @group: next hop of type ecmp that it was sent to, or NULL
 * @tracked: network in whose zone the skb has a connection, or NULL
 * @payer: vif that the packet's connection is charged to if it is new
 * @aside: connection in the network that the packet was tracked in before, in the format of
 *	skb->_nfct, until it is confirmed; or 0
 * @accepted: vif whose policy has accepted the packet already, or NULL
 * @rule: rule that denied the packet, for drop events; or NULL
 * @recorder: records the decision about the packet, or NULL; see path/flow.c
 * @flow: in a dry run, the cached decision that the packet would otherwise follow, or NULL
 * @outer: the packet still has its outer headers, and is only to be dropped
 * @overlay: came through a tunnel, so it is not flooded back to the overlay (split horizon)
 * @l3: to be sent through a tunnel without its Ethernet header
 * @originated: originated by the router: no policy, no TTL, no ICMP error about it
 * @implicit: accepted by the implicit rules (ARP, NS, NA, RS, self-announcements), which no policy
 *	overrides where the packet is switched
 * @fragment: an IP fragment
 * @later_fragment: a fragment other than the first, without a layer 4 header
 * @dont_fragment: no router (IPv6) or not this router (DF) may fragment it
 * @has_ports: @sport and @dport are valid
 * @frag_header: offset of the fragment header (IPv6). After reassembly, the offset where it was
 *	and where fragmentation will insert it
 * @frag_nexthdr: offset of the next header byte that announces the fragment header
 * @frag_max: length of the largest fragment, as an IP packet, that the packet was reassembled
 *	from; 0 if it wasn't. It leaves in fragments of this size. For IPv6, this may be 65,575
 *	bytes and more, since the payload length doesn't count the header.
 * @frag_id: fragment identification of a reassembled packet
 * @family: AF_INET, AF_INET6, or 0 if it isn't IP
 * @proto: Ethertype, or length of an 802.3 frame
 * @src_mac: Ethernet source address of the received frame, which the header may no longer have
 * @tos: traffic class, with the ECN bits
 * @ttl: TTL or hop limit
 * @l4_proto: IP protocol after all extension headers
 * @icmp_type: ICMP type if @l4_proto is ICMP of the family
 * @icmp_code: ICMP code if @l4_proto is ICMP of the family
 * @l4: offset of the layer 4 header from the network header
 * @nexthdr: offset of the byte that contains @l4_proto
 * @sport: source port
 * @dport: destination port
 * @packets: number of packets that it counts as, see struct vr_stats
 * @bytes: number of bytes that it counts as, see struct vr_stats
 * @steps: steps that rules took for it, or for the copies of a flooded frame, see VR_STEPS_MAX
 * @src: source address
 * @dst: destination address
 *
 * While a packet is in the module, skb->data is its network header, and the
 * Ethernet header is right before it, at the MAC header. Pointers into the headers
 * must be read again after anything that may move them.
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

/** vr_pkt_is_icmp() - is the packet ICMP (IPv4) or ICMPv6 (IPv6)? */
static inline bool vr_pkt_is_icmp(const struct vr_pkt *pkt)
{
	return pkt->l4_proto == (pkt->family == AF_INET ? IPPROTO_ICMP : IPPROTO_ICMPV6);
}

/** vr_touch() - updates a time of last use, at most once per jiffy */
static inline void vr_touch(unsigned long *used)
{
	unsigned long now = jiffies;

	if (READ_ONCE(*used) != now && !vr_trace_on())
		WRITE_ONCE(*used, now);
}

#endif /* _VROUTER_PACKET_H */
