// SPDX-License-Identifier: GPL-2.0
/*
 * Fast output: sends outer packets directly to the neighbour if the host's output would do
 * nothing with them on their way: no netfilter hook, no XFRM, no VRF, no lightweight tunnel.
 * Qdiscs, tc and the egress hooks of the device see the packets as usual; the host's IP
 * counters do not.
 */
#include <linux/netfilter.h>
#include <net/dst.h>
#include <net/ip.h>
#include <net/ip6_fib.h>
#include <net/ip_tunnels.h>
#include <net/l3mdev.h>
#include <net/neighbour.h>
#include <net/route.h>

#include "objects/tunnel.h"
#include "underlay/encap.h"
#include "underlay/fast_output.h"
#include "underlay/nf_hooks.h"
#include "underlay/outer.h"

static bool has_hooks(const struct net *net, const struct sk_buff *skb, bool v6)
{
	return !vr_nf_hooks_are_idle(net, skb, v6, NF_INET_LOCAL_OUT) ||
	       !vr_nf_hooks_are_idle(net, skb, v6, NF_INET_POST_ROUTING);
}

/* Does a route have no error, and lead to neither multicast, broadcast nor this host? */
static bool is_plain(struct dst_entry *dst, bool v6)
{
	if (dst->error || dst->dev->flags & IFF_LOOPBACK)
		return false;
	return v6 || dst_rtable(dst)->rt_type == RTN_UNICAST;
}

/**
 * vr_fast_output_may() - would the host's output do nothing with an outer packet?
 * @skb: the packet
 * @conf: of the tunnel
 * @outer: where it goes
 *
 * The device may segment a GSO packet: its segments fit the MTU, see vr_tunnel_output().
 *
 * Context: softirq or BH disabled; RCU read lock.
 */
bool vr_fast_output_may(const struct sk_buff *skb, const struct vr_tunnel_conf *conf,
			const struct vr_outer *outer)
{
	bool v6 = conf->local.family == AF_INET6;
	struct dst_entry *dst = outer->dst;

	return !has_hooks(dev_net(dst->dev), skb, v6) && !dst_xfrm(dst) &&
	       !dst->lwtstate && is_plain(dst, v6) && !netif_is_l3_slave(dst->dev);
}

static struct neighbour *neighbour_of(struct sk_buff *skb, struct dst_entry *dst, bool v6,
				      bool *v6gw)
{
	const struct rt6_info *rt6;

	*v6gw = false;
	if (!v6)
		return ip_neigh_for_gw(dst_rtable(dst), skb, v6gw);
	rt6 = container_of(dst, struct rt6_info, dst);
	return ip_neigh_gw6(dst->dev, rt6_nexthop(rt6, &ipv6_hdr(skb)->daddr));
}

/**
 * vr_fast_output() - pushes the outer IP header and sends
 * @skb: a packet that vr_fast_output_may() accepts, skb->data behind the outer IP header, with
 *	headroom for it; taken
 * @conf: of the tunnel
 * @outer: where it goes; its dst is taken
 *
 * A packet that waits for the neighbour's link layer address counts as sent.
 *
 * Context: softirq or BH disabled; RCU read lock.
 * Return: 0 or NET_XMIT_CN if it was sent, or if it was dropped, another NET_XMIT_... or a
 *	negative errno.
 */
int vr_fast_output(struct sk_buff *skb, const struct vr_tunnel_conf *conf,
		   const struct vr_outer *outer)
{
	bool v6 = conf->local.family == AF_INET6, v6gw;
	struct neighbour *neigh;

	/* The packet was scrubbed on input: no metadata of its sender's host is left. */
	skb->mark = conf->mark;
	skb->dev = outer->dst->dev;
	skb->protocol = v6 ? htons(ETH_P_IPV6) : htons(ETH_P_IP);
	skb_dst_set(skb, outer->dst);
	vr_outer_push_ip(skb, conf, outer);
	neigh = neighbour_of(skb, outer->dst, v6, &v6gw);
	if (!IS_ERR(neigh))
		return neigh_output(neigh, skb, v6gw);
	kfree_skb_reason(skb, SKB_DROP_REASON_NEIGH_CREATEFAIL);
	return PTR_ERR(neigh);
}
