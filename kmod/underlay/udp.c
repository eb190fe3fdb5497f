// SPDX-License-Identifier: GPL-2.0
/*
 * Tunnels in UDP. The socket is an ordinary socket of the host, so that the host's firewall,
 * routing and XFRM policies apply to the packets that it receives.
 */
#include <net/gro.h>
#include <net/ip6_checksum.h>
#include <net/ipv6.h>
#include <net/udp.h>
#include <net/udp_tunnel.h>

#include "core/netlink.h"
#include "objects/tunnel.h"
#include "underlay/early_demux.h"
#include "underlay/outer.h"
#include "underlay/udp.h"

static const char *why(int err)
{
	switch (err) {
	case -EADDRINUSE:
		return "the port is in use by another socket: a kernel vxlan device, Open vSwitch?";
	case -EADDRNOTAVAIL:
		return "that is not an address of this host, or not usable yet";
	case -EINVAL:
		return "a link-local address needs the tunnel's device";
	case -ENODEV:
		return "the tunnel's device is gone";
	case -EAFNOSUPPORT:
	case -EPFNOSUPPORT:
		return "IPv6 is off on this host";
	case -ENOMEM:
		return "there is no memory";
	default:
		return "the socket was refused";
	}
}

static int udp_refuse(const struct vr_tunnel_conf *conf, int err, struct netlink_ext_ack *extack)
{
	if (conf->local.family == AF_INET)
		return vr_nl_err(extack, NULL, err, "cannot receive on UDP port %u of %pI4: %s",
				 ntohs(conf->port), &conf->local.v4, why(err));
	return vr_nl_err(extack, NULL, err, "cannot receive on UDP port %u of %pI6c: %s",
			 ntohs(conf->port), &conf->local.v6, why(err));
}

static int udp_create(struct vr_net *vn, struct vr_tunnel_conf *conf)
{
	struct udp_port_cfg cfg = {
		.family = conf->local.family,
		.local_udp_port = conf->port,
		.bind_ifindex = conf->ifindex,
		.use_udp_checksums = conf->udp_csum,
		.use_udp6_tx_checksums = conf->udp_csum,
		.use_udp6_rx_checksums = conf->udp_csum,
		.ipv6_v6only = true,
	};

	if (conf->local.family == AF_INET)
		cfg.local_ip.s_addr = conf->local.v4;
	else
		cfg.local_ip6 = conf->local.v6;
	return udp_sock_create(vn->net, &cfg, &conf->sock);
}

/**
 * vr_udp_open() - creates a tunnel's socket
 * @tunnel: the tunnel that receives its packets
 * @conf: has its address and port; @conf->sock is set
 * @ops: handlers of its packets
 * @extack: for the error message
 *
 * The socket listens on one address, so that several tunnels may use the same port.
 *
 * Context: vn->lock; sleeps.
 * Return: 0 or a negative errno.
 */
int vr_udp_open(struct vr_tunnel *tunnel, struct vr_tunnel_conf *conf,
		const struct vr_udp_ops *ops, struct netlink_ext_ack *extack)
{
	struct udp_tunnel_sock_cfg cfg = {
		.sk_user_data = tunnel,
		.encap_type = 1,
		.encap_rcv = ops->receive,
		.encap_err_lookup = ops->is_ours,
		.gro_receive = VR_GRO_FINDS_SOCKETS ? ops->gro_receive : NULL,
		.gro_complete = VR_GRO_FINDS_SOCKETS ? ops->gro_complete : NULL,
	};
	int err = udp_create(tunnel->vn, conf);

	if (err)
		return udp_refuse(conf, err, extack);
	/* ICMP errors, too, must find routes that depend on the mark. */
	WRITE_ONCE(conf->sock->sk->sk_mark, conf->mark);
	setup_udp_tunnel_sock(tunnel->vn->net, conf->sock->sk, &cfg);
	WRITE_ONCE(tunnel->vn->demux_users, tunnel->vn->demux_users + 1);
	return 0;
}

/**
 * vr_udp_close() - unpublishes a tunnel's socket, and the tunnel from the socket
 * @conf: of the tunnel; must not be used any more, except to release it
 *
 * Context: vn->lock.
 */
void vr_udp_close(struct vr_tunnel_conf *conf)
{
	struct socket *sock = conf->sock;
	struct vr_net *vn = vr_net(sock_net(sock->sk));

	lockdep_assert_held(&vn->lock);
	conf->closed_sock = sock;
	WRITE_ONCE(conf->sock, NULL);
	rcu_assign_sk_user_data(sock->sk, NULL);
	WRITE_ONCE(vn->demux_users, vn->demux_users - 1);
	vr_demux_forget(vn);
}

/**
 * vr_udp_release() - releases a tunnel's socket
 * @conf: closed a grace period ago, since senders may have read its socket before
 *
 * Context: sleeps.
 */
void vr_udp_release(struct vr_tunnel_conf *conf)
{
	udp_tunnel_sock_release(conf->closed_sock->sk);
}

static void push_udp(struct sk_buff *skb, const struct vr_tunnel_conf *conf,
		     const struct vr_outer *outer, __be16 port)
{
	struct udphdr *uh = __skb_push(skb, sizeof(*uh));

	skb_reset_transport_header(skb);
	uh->source = port;
	uh->dest = conf->port;
	uh->len = htons(skb->len);
	uh->check = 0;
	if (!conf->udp_csum)
		return;
	if (conf->local.family == AF_INET)
		udp_set_csum(false, skb, conf->local.v4, outer->remote->v4, skb->len);
	else
		udp6_set_csum(false, skb, &conf->local.v6, &outer->remote->v6, skb->len);
}

/**
 * vr_udp_xmit() - pushes UDP and IP headers and sends
 * @skb: prepared by vr_udp_prepare(), with the shim pushed; taken
 * @pkt: metadata of the inner packet
 * @conf: of the tunnel
 * @outer: where it goes; its dst is taken
 *
 * The source port distinguishes flows for the underlay's load balancing.
 *
 * Context: softirq or BH disabled; RCU read lock.
 * Return: did the host accept it? If not, it is counted as dropped.
 */
bool vr_udp_xmit(struct sk_buff *skb, const struct vr_pkt *pkt,
		 const struct vr_tunnel_conf *conf, struct vr_outer *outer)
{
	push_udp(skb, conf, outer, udp_flow_src_port(pkt->vn->net, skb, VR_UDP_SPORT_MIN,
						     VR_UDP_SPORT_MAX, true));
	return vr_outer_xmit(skb, pkt, conf, outer);
}

/**
 * vr_udp_tunnel() - the tunnel that a received packet is for
 * @sk: the socket that received it
 * @skb: the packet: no packet to a tunnel's port is for user space
 *
 * Context: softirq or BH disabled; RCU read lock.
 * Return: the tunnel, or NULL if it is being closed; the packet has been dropped then.
 */
struct vr_tunnel *vr_udp_tunnel(struct sock *sk, struct sk_buff *skb)
{
	struct vr_tunnel *tunnel = rcu_dereference_sk_user_data(sk);

	if (tunnel)
		vr_demux_learn_udp(tunnel->vn, sk, skb);
	else
		vr_pkt_drop(&(struct vr_pkt){ .vn = vr_net(sock_net(sk)), .outer = true }, skb,
			    VR_DROP_TUNNEL_CLOSED);
	return tunnel;
}
