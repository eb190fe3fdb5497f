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

/* Before, it waited for a grace period for each socket; here who calls it has waited. */
static inline void vr_compat_udp_tunnel_sock_release(struct sock *sk)
{
	struct socket *sock = sk->sk_socket;

	rcu_assign_sk_user_data(sk, NULL);
	kernel_sock_shutdown(sock, SHUT_RDWR);
	sock_release(sock);
}

#define setup_udp_tunnel_sock vr_compat_setup_udp_tunnel_sock
#define udp_tunnel_sock_release vr_compat_udp_tunnel_sock_release
#endif

#endif /* _VROUTER_COMPAT_NET_UDP_TUNNEL_H */
