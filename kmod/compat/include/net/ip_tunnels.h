/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VROUTER_COMPAT_NET_IP_TUNNELS_H
#define _VROUTER_COMPAT_NET_IP_TUNNELS_H

#include_next <net/ip_tunnels.h>

/* What is said of the packet besides, IPSKB_*, was not an argument. */
#ifndef VR_HAVE_IP_TUNNEL_FLAGS
static inline void vr_compat_iptunnel_xmit(struct sock *sk, struct rtable *rt,
					   struct sk_buff *skb, __be32 src, __be32 dst, u8 proto,
					   u8 tos, u8 ttl, __be16 df, bool xnet, u16 flags)
{
	iptunnel_xmit(sk, rt, skb, src, dst, proto, tos, ttl, df, xnet);
}

#define iptunnel_xmit vr_compat_iptunnel_xmit
#endif

#endif /* _VROUTER_COMPAT_NET_IP_TUNNELS_H */
