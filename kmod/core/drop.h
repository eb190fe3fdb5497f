/* SPDX-License-Identifier: GPL-2.0 */
/* Drop reasons: one list, from which everything else is generated. */
#ifndef _VROUTER_DROP_H
#define _VROUTER_DROP_H

#include <linux/atomic.h>

#include "core/vrouter.h"

struct sk_buff;
struct vr_pkt;

/*
 * X(NAME, name, CORE, "what it means and what to do about it"). CORE is the reason that the rest
 * of the kernel sees: a name from enum skb_drop_reason, since its numbers change between
 * kernels. The names in this list are uAPI: only append to the list.
 */
#define VR_DROPS(X) \
	X(NO_MEMORY, no_memory, NOMEM, \
	  "The kernel had no memory for a packet: look at the host's memory.") \
	X(SHORT_HEADER, short_header, HDR_TRUNC, \
	  "Ends before a header that it announces: the sender is broken or hostile.") \
	X(BAD_IPV4_HEADER, bad_ipv4_header, IP_INHDR, \
	  "IPv4 header with a wrong version, length or checksum.") \
	X(BAD_IPV6_HEADER, bad_ipv6_header, IP_INHDR, \
	  "IPv6 header with a wrong version or length, or extension headers that are out of order, there twice (RFC 8200, 4.1), too long or cut off by a fragment (RFC 7112).") \
	X(BAD_OFFLOAD, bad_offload, SKB_CSUM, \
	  "The sender asked for checksum or segmentation offload that doesn't fit the packet: its driver is broken or hostile.") \
	X(VLAN_TAGGED, vlan_tagged, UNHANDLED_PROTO, \
	  "Tagged frame: attach the VLAN's own device as a vif instead.") \
	X(LOOPBACK, loopback, OTHERHOST, \
	  "Copy of a frame that the host itself sent on a vif's device: the device should have no addresses of the host.") \
	X(LINK_CONTROL, link_control, OTHERHOST, \
	  "To 01:80:c2:00:00:0x (STP, LACP, LLDP, pause), which no bridge forwards (IEEE 802.1Q, 8.6.3).") \
	X(BAD_SOURCE_MAC, bad_source_mac, OTHERHOST, \
	  "From a multicast MAC address or from all zeros.") \
	X(GATEWAY_SOURCE_MAC, gateway_source_mac, OTHERHOST, \
	  "A VM sent from the gateway's MAC address: a loop in the VM, an attack, or the network's gateway-mac is the VM's own, such as that of a virtual router of VRRP: then give the network another one.") \
	X(SPOOFED_MAC, spoofed_mac, OTHERHOST, \
	  "A VM sent from another MAC address than its vif's.") \
	X(BAD_ARP, bad_arp, PKT_TOO_SMALL, \
	  "ARP that isn't a whole request or reply for IPv4 over Ethernet (RFC 826).") \
	X(SPOOFED_ARP, spoofed_arp, IP_RPFILTER, \
	  "ARP in which a VM claims an address that its vif may not use, another MAC or the gateway: add the address to the vif if that is wanted.") \
	X(BAD_ND, bad_nd, IP_INHDR, \
	  "Neighbour discovery that fails the checks of RFC 4861 (hop limit, checksum, lengths, options), has an option twice that is for once or is fragmented (RFC 6980), or that is for another subnet: it is never routed.") \
	X(SPOOFED_ND, spoofed_nd, IP_RPFILTER, \
	  "Neighbour discovery in which a VM claims an address that its vif may not use, another MAC or the gateway: add the address to the vif if that is wanted.") \
	X(RA_GUARD, ra_guard, OTHERHOST, \
	  "Router advertisement or redirect from a VM (RFC 6105): set router on its vif if that is wanted.") \
	X(NOT_IP, not_ip, UNHANDLED_PROTO, \
	  "A vif with a list of addresses sent something else than IPv4, IPv6, ARP or a migration's announcement by RARP, in which addresses can't be checked.") \
	X(SPOOFED_IP, spoofed_ip, IP_RPFILTER, \
	  "A VM sent from an IP address that its vif may not use: add the address to the vif if that is wanted.") \
	X(POLICY_DENY, policy_deny, NETFILTER_DROP, \
	  "The network's policy is deny and nothing allows the packet.") \
	X(UNKNOWN_UNICAST, unknown_unicast, NEIGH_FAILED, \
	  "No fdb entry for the destination MAC, and the network doesn't flood such frames: add the entry.") \
	X(NO_FLOOD, no_flood, NEIGH_FAILED, \
	  "Broadcast, multicast or unknown unicast with no one to send it to: no other vif in the network and no flood next hop.") \
	X(FLOOD_LIMIT, flood_limit, NEIGH_FAILED, \
	  "A flooded frame didn't reach all: there are more receivers, or its segments and fragments are more packets to them, than one frame may cost.") \
	X(OWN_PORT, own_port, OTHERHOST, \
	  "Would go back out of the vif that it came from.") \
	X(SPLIT_HORIZON, split_horizon, OTHERHOST, \
	  "Came from the overlay for a MAC address that is in the overlay: the sender's fdb is out of date.") \
	X(MARTIAN_SOURCE, martian_source, IP_RPFILTER, \
	  "Source address that no one may route: loopback, multicast, broadcast, unspecified (RFC 1812, 5.3.7; RFC 4291).") \
	X(MARTIAN_DESTINATION, martian_destination, IP_INADDRERRORS, \
	  "Destination address that no one may route: loopback, multicast, broadcast, unspecified (RFC 1812, 5.3.7; RFC 4291).") \
	X(LINK_LOCAL, link_local, IP_INADDRERRORS, \
	  "Link-local source or destination that would have to be routed (RFC 3927, 7; RFC 4291, 2.5.6): for IPv4, a route to the address allows it.") \
	X(TTL_EXCEEDED, ttl_exceeded, IP_INHDR, \
	  "TTL or hop limit used up: traceroute, or a routing loop.") \
	X(NO_ROUTE, no_route, IP_OUTNOROUTES, \
	  "No route to the destination in the network: add one.") \
	X(NO_NEIGHBOUR, no_neighbour, NEIGH_FAILED, \
	  "The route is there, but not the destination's MAC address: add a neighbour, or a mac to the next hop or the vif.") \
	X(NETWORK_LOOP, network_loop, IP_OUTNOROUTES, \
	  "Went from network to network more than 4 times: next hops of type network lead in a circle.") \
	X(NEXTHOP_DEAD, nexthop_dead, NEIGH_DEAD, \
	  "The next hop's vif is gone: make it again or change the next hop.") \
	X(NEXTHOP_TYPE, nexthop_type, IP_OUTNOROUTES, \
	  "The next hop is of a type that can't be used there, such as flood by a route.") \
	X(BLACKHOLE, blackhole, IP_OUTNOROUTES, \
	  "The next hop is a blackhole.") \
	X(REJECT, reject, IP_OUTNOROUTES, \
	  "The next hop rejects; the sender was told.") \
	X(TO_GATEWAY, to_gateway, NO_SOCKET, \
	  "To a gateway address, which answers ping, ARP and neighbour discovery only; fragments aren't put together.") \
	X(VIF_DOWN, vif_down, DEV_READY, \
	  "The vif's device is down or has no carrier: is the VM running?") \
	X(QUEUE_FULL, queue_full, QDISC_DROP, \
	  "The vif's device or its queue didn't take the packet: the VM is slower than its senders.") \
	X(TOO_BIG, too_big, PKT_TOO_BIG, \
	  "Larger than the vif's MTU or than what fits into the tunnel; the sender was told if it asked not to fragment.") \
	X(NO_VNI, no_vni, IP_OUTNOROUTES, \
	  "Neither the tunnel next hop nor the network has a VNI, or for GRE a key: set one.") \
	X(TUNNEL_ROUTE, tunnel_route, IP_OUTNOROUTES, \
	  "The host has no route to the tunnel's remote end.") \
	X(TUNNEL_LOOP, tunnel_loop, IP_OUTNOROUTES, \
	  "The host routes a tunnel's packets into another tunnel of this module, too deep.") \
	X(SHORT_VXLAN, short_vxlan, HDR_TRUNC, \
	  "UDP on a VXLAN port too short for a VXLAN header and a frame.") \
	X(VXLAN_FLAGS, vxlan_flags, HDR_TRUNC, \
	  "VXLAN header without the I flag (RFC 7348, 5): is the sender using another protocol?") \
	X(UNKNOWN_VNI, unknown_vni, UNHANDLED_PROTO, \
	  "VNI or GRE key of no network here: the sender is out of date, or the network's vni or tunnel is wrong.") \
	X(TUNNEL_CLOSED, tunnel_closed, DEV_READY, \
	  "Came while its tunnel was being deleted.") \
	X(ECN, ecn, IP_INHDR, \
	  "Marked as congested outside but not ECN-capable inside (RFC 6040, 4.2): a sender in the underlay is broken.") \
	X(SHORT_GENEVE, short_geneve, HDR_TRUNC, \
	  "UDP on a Geneve port too short for a Geneve header, the options that it announces and a frame, or with options that don't add up to what it announces.") \
	X(GENEVE_VERSION, geneve_version, HDR_TRUNC, \
	  "Geneve header of another version than 0 (RFC 8926, 3.4): is the sender using another protocol?") \
	X(GENEVE_CRITICAL, geneve_critical, UNHANDLED_PROTO, \
	  "Geneve with critical options, announced in the header or not, of which none is known here (RFC 8926, 3.5): the sender expects another kind of receiver.") \
	X(GENEVE_CONTROL, geneve_control, UNHANDLED_PROTO, \
	  "Geneve control packet (RFC 8926, 3.4), for which there is no use here.") \
	X(SHORT_GRE, short_gre, HDR_TRUNC, \
	  "GRE too short for its header, the fields that it announces and a frame.") \
	X(GRE_FLAGS, gre_flags, HDR_TRUNC, \
	  "GRE with a version other than 0, routing or reserved flags (RFC 2784, 2.2).") \
	X(GRE_CHECKSUM, gre_checksum, SKB_CSUM, \
	  "GRE with a wrong checksum: damaged on the way.") \
	X(GRE_NO_KEY, gre_no_key, UNHANDLED_PROTO, \
	  "GRE without a key, which would name the network: the sender's tunnel has none.") \
	X(TUNNEL_PAYLOAD, tunnel_payload, UNHANDLED_PROTO, \
	  "From a tunnel, but neither an Ethernet frame nor an IP packet inside (in MPLS, frames need a control word, RFC 4448): the sender's tunnel is of another kind.") \
	X(SHORT_MPLS, short_mpls, HDR_TRUNC, \
	  "Ends before an MPLS label or what is behind it.") \
	X(MPLS_STACK, mpls_stack, UNHANDLED_PROTO, \
	  "More than one MPLS label, or none at the bottom: labels of the underlay must be gone where the tunnel ends.") \
	X(UNKNOWN_LABEL, unknown_label, UNHANDLED_PROTO, \
	  "MPLS label that was not given out here: the sender is out of date, or the label must be added.") \
	X(BACKLOG_FULL, backlog_full, CPU_BACKLOG, \
	  "More packets from tunnels waited on a processor than the host's net.core.netdev_max_backlog.") \
	X(FLOOD_RATE, flood_rate, QDISC_DROP, \
	  "The VMs of the network sent more broadcast, multicast and unknown unicast than its flood-rate.") \
	X(RULE_DENY, rule_deny, NETFILTER_DROP, \
	  "A rule of a security group denies the packet.") \
	X(RULE_REJECT, rule_reject, NETFILTER_DROP, \
	  "A rule of a security group rejects the packet; the sender was told.") \
	X(CT_INVALID, ct_invalid, NETFILTER_DROP, \
	  "Neither of a connection nor able to begin one, as the host's connection tracking finds: a TCP segment out of its window, an ICMP error or reply about nothing, a bad checksum.") \
	X(CT_FULL, ct_full, NETFILTER_DROP, \
	  "The host's connection table had no room: raise net.netfilter.nf_conntrack_max.") \
	X(POLICED, policed, QDISC_DROP, \
	  "More bytes or packets a second than the policer of the vif that it came from, or was for, lets through.") \
	X(DHCP_GUARD, dhcp_guard, OTHERHOST, \
	  "A VM sent what DHCP servers and relays send, from UDP port 67 or 547 or to 68 or 546: set dhcp-server on its vif if that is wanted (RFC 7610).") \
	X(ACL_DENY, acl_deny, NETFILTER_DROP, \
	  "A rule of the network's ACL denies that the packet is routed out of a subnet or into one, or no rule allows it; answers need rules, too.") \
	X(ACL_REJECT, acl_reject, NETFILTER_DROP, \
	  "A rule of the network's ACL rejects that the packet is routed out of a subnet or into one; the sender was told.") \
	X(CT_LIMIT, ct_limit, NETFILTER_DROP, \
	  "Would begin one more connection than the max-connections of the vif that began it, or of its network, let there be.") \
	X(CT_HELPER, ct_helper, NETFILTER_DROP, \
	  "A helper of connection tracking couldn't follow the connection: a command split over packets (in FTP, a partial PORT), or more at once than the helper expects.") \
	X(FRAG_TIMEOUT, frag_timeout, NOT_SPECIFIED, \
	  "Fragment of a packet of which others did not come within 5 seconds: they were lost, or the vif was deleted meanwhile.") \
	X(FRAG_FULL, frag_full, QDISC_DROP, \
	  "Fragment that gave way to newer ones, or found no room: the vif's frag-memory is too small, or someone sends fragments of packets without the rest.") \
	X(FRAG_OVERLAP, frag_overlap, IP_INHDR, \
	  "Fragment that overlaps another one, and all others of its packet (RFC 5722): an attempt to show a filter something else than the receiver.") \
	X(FRAG_BAD, frag_bad, IP_INHDR, \
	  "Fragment that can't be part of a packet, and all others of it: empty, not a multiple of 8 bytes, beyond the end or beyond 65,535 bytes, with contradictory ECN marks, or with headers that differ so much that the packet would leave in many more.") \
	X(FRAG_MANY, frag_many, IP_INHDR, \
	  "Fragment of a packet of more than 128, and all others of it: some MTU is below 576.") \
	X(FRAG_DUPLICATE, frag_duplicate, NOT_SPECIFIED, \
	  "Fragment that is there already.") \
	X(TUNNEL_OUTPUT, tunnel_output, QDISC_DROP, \
	  "The host didn't send the outer packet: its firewall (output, postrouting), an IPsec policy, a full queue or the state of the underlay's device forbade it.") \
	X(HOST_REDIRECT, host_redirect, IP_INHDR, \
	  "ICMP redirect to the host by a device of type vrouter, which takes none: set net.ipv4.conf.DEV.accept_redirects of the device if that is wanted.") \
	X(RULE_LIMIT, rule_limit, NETFILTER_DROP, \
	  "The rules that apply take more steps than a packet may cost: let them name fewer sets and groups, and sets have fewer prefix lengths.") \
	X(UNKNOWN_REMOTE, unknown_remote, IP_RPFILTER, \
	  "Came through a tunnel from an address that none of its next hops leads to, into a network with strict-remotes: add a next hop, or switch strict-remotes off where senders are not receivers.") \

enum vr_drop {
	VR_DROP_NONE = -1,	/* not dropped */
#define X(upper, lower, core, help) VR_DROP_##upper,
	VR_DROPS(X)
#undef X
	VR_DROP_MAX,
};

/** struct vr_drops - drop counters of one object; not per CPU, since drops are rare */
struct vr_drops {
	atomic_long_t count[VR_DROP_MAX];
};

const char *vr_drop_name(enum vr_drop reason);
const char *vr_drop_help(enum vr_drop reason);
u64 vr_drops_sum(const struct vr_drops *drops);
u64 vr_drops_total(const struct vr_net *vn, enum vr_drop reason);

void vr_pkt_drop(const struct vr_pkt *pkt, struct sk_buff *skb, enum vr_drop reason);
void vr_pkt_drop_at(const struct vr_pkt *pkt, struct vr_vif *vif, struct sk_buff *skb,
		    u32 packets, enum vr_drop reason);
void vr_pkt_drop_count(const struct vr_pkt *pkt, struct vr_vif *vif,
		       const struct sk_buff *skb, u32 packets, enum vr_drop reason);

#endif /* _VROUTER_DROP_H */
