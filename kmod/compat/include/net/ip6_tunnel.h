/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VROUTER_COMPAT_NET_IP6_TUNNEL_H
#define _VROUTER_COMPAT_NET_IP6_TUNNEL_H

#include_next <net/ip6_tunnel.h>

/* What is said of the packet besides, IP6SKB_*, was not an argument. */
#ifndef VR_HAVE_IP6_TUNNEL_FLAGS
static inline void vr_compat_ip6tunnel_xmit(struct sock *sk, struct sk_buff *skb,
					    struct net_device *dev, u16 flags)
{
	ip6tunnel_xmit(sk, skb, dev);
}

#define ip6tunnel_xmit vr_compat_ip6tunnel_xmit
#endif

#endif /* _VROUTER_COMPAT_NET_IP6_TUNNEL_H */
