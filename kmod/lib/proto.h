/* SPDX-License-Identifier: GPL-2.0 */
/* Properties of IP protocols. */
#ifndef _VROUTER_PROTO_H
#define _VROUTER_PROTO_H

#include <linux/in.h>
#include <linux/in6.h>
#include <linux/types.h>

/** vr_proto_has_ports() - does the header of an IP protocol begin with two ports? */
static inline bool vr_proto_has_ports(u8 proto)
{
	return proto == IPPROTO_TCP || proto == IPPROTO_UDP || proto == IPPROTO_UDPLITE ||
	       proto == IPPROTO_SCTP || proto == IPPROTO_DCCP;
}

/** vr_proto_is_icmp() - is an IP protocol ICMP or ICMPv6? */
static inline bool vr_proto_is_icmp(u8 proto)
{
	return proto == IPPROTO_ICMP || proto == IPPROTO_ICMPV6;
}

#endif /* _VROUTER_PROTO_H */
