/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VROUTER_COMPAT_NET_UDP_TUNNEL_H
#define _VROUTER_COMPAT_NET_UDP_TUNNEL_H

#include_next <net/udp_tunnel.h>

/* A tunnel's socket was a struct socket everywhere, and is one only when it is made now. */
#ifndef VR_HAVE_UDP_TUNNEL_SOCK
static inline void vr_compat_setup_udp_tunnel_sock(struct net *net, struct sock *sk,
						   struct udp_tunnel_sock_cfg *cfg)
{
	setup_udp_tunnel_sock(net, sk->sk_socket, cfg);
}

static inline void vr_compat_udp_tunnel_sock_release(struct sock *sk)
{
	udp_tunnel_sock_release(sk->sk_socket);
}

#define setup_udp_tunnel_sock vr_compat_setup_udp_tunnel_sock
#define udp_tunnel_sock_release vr_compat_udp_tunnel_sock_release
#endif

/* What is said of the packets besides, IPSKB_* and IP6SKB_*, was not an argument. */
#ifndef VR_HAVE_UDP_TUNNEL_FLAGS
static inline void vr_compat_udp_tunnel_xmit_skb(struct rtable *rt, struct sock *sk,
						 struct sk_buff *skb, __be32 src, __be32 dst,
						 u8 tos, u8 ttl, __be16 df, __be16 src_port,
						 __be16 dst_port, bool xnet, bool nocheck,
						 u16 flags)
{
	udp_tunnel_xmit_skb(rt, sk, skb, src, dst, tos, ttl, df, src_port, dst_port, xnet,
			    nocheck);
}

#define udp_tunnel_xmit_skb vr_compat_udp_tunnel_xmit_skb
#endif

#ifndef VR_HAVE_UDP_TUNNEL6_FLAGS
static inline void vr_compat_udp_tunnel6_xmit_skb(struct dst_entry *dst, struct sock *sk,
						  struct sk_buff *skb, struct net_device *dev,
						  struct in6_addr *src, struct in6_addr *dst_addr,
						  u8 prio, u8 ttl, __be32 label, __be16 src_port,
						  __be16 dst_port, bool nocheck, u16 flags)
{
	udp_tunnel6_xmit_skb(dst, sk, skb, dev, src, dst_addr, prio, ttl, label, src_port,
			     dst_port, nocheck);
}

#define udp_tunnel6_xmit_skb vr_compat_udp_tunnel6_xmit_skb
#endif

#endif /* _VROUTER_COMPAT_NET_UDP_TUNNEL_H */
