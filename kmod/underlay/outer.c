// SPDX-License-Identifier: GPL-2.0
/*
 * The underlay side of a tunnel. The host routes outer packets like its own packets, so
 * that bonds, VRFs, multipath and IPsec below the tunnels work.
 */
#include <linux/etherdevice.h>
#include <linux/once.h>
#include <net/dsfield.h>
#include <net/inet_ecn.h>
#include <net/ip.h>
#include <net/ip6_route.h>
#include <net/ip_tunnels.h>
#include <net/ipv6_stubs.h>
#include <net/route.h>

#include "fib/nexthop.h"
#include "lib/hash.h"
#include "objects/tunnel.h"
#include "underlay/encap.h"
#include "underlay/fast_output.h"
#include "underlay/outer.h"

/* The cached route, if it is still valid; its source address is always the tunnel's. */
static struct dst_entry *cached(const struct vr_tunnel_conf *conf, struct vr_nexthop_info *info)
{
	struct in6_addr local6;
	__be32 local4;
	struct rtable *rt;

	if (conf->local.family == AF_INET6)
		return dst_cache_get_ip6(&info->dst_cache, &local6);
	rt = dst_cache_get_ip4(&info->dst_cache, &local4);
	return rt ? &rt->dst : NULL;
}

static noinline_for_stack struct dst_entry *route_ipv4(struct vr_net *vn,
						       const struct vr_tunnel_conf *conf,
						       struct vr_nexthop_info *info)
{
	struct flowi4 fl4 = {
		.flowi4_oif = conf->ifindex,
		.flowi4_mark = conf->mark,
		.flowi4_proto = conf->ops->proto,
		.saddr = conf->local.v4,
		.daddr = info->remote.v4,
		.fl4_dport = conf->port,
	};
	struct rtable *rt;

	vr_flowi4_set_dscp(&fl4, conf->dscp);
	rt = ip_route_output_key(vn->net, &fl4);
	if (IS_ERR(rt))
		return NULL;
	dst_cache_set_ip4(&info->dst_cache, &rt->dst, fl4.saddr);
	return &rt->dst;
}

static noinline_for_stack struct dst_entry *route_ipv6(struct vr_net *vn,
						       const struct vr_tunnel_conf *conf,
						       struct vr_nexthop_info *info,
						       const struct sock *sk)
{
	struct flowi6 fl6 = {
		.flowi6_oif = conf->ifindex,
		.flowi6_mark = conf->mark,
		.flowi6_proto = conf->ops->proto,
		.flowlabel = ip6_make_flowinfo(conf->dscp << 2, 0),
		.saddr = conf->local.v6,
		.daddr = info->remote.v6,
		.fl6_dport = conf->port,
	};
	struct dst_entry *dst;

	dst = vr_ip6_dst_lookup_flow(vn->net, sk, &fl6);
	if (IS_ERR(dst))
		return NULL;
	dst_cache_set_ip6(&info->dst_cache, dst, &fl6.saddr);
	return dst;
}

/**
 * vr_outer_route() - the host's route to the remote end of a tunnel next hop
 * @conf: of the tunnel
 * @info: of the next hop; caches the route
 * @pkt: metadata of the inner packet
 * @outer: set if there is a route, with @dst held. The caller sets @l3.
 *
 * The outer ECN field is the inner one (normal mode, RFC 6040, section 4.1). The outer
 * DSCP is the tunnel's or the inner one (uniform model, RFC 2983).
 *
 * Context: softirq or BH disabled; RCU read lock.
 * Return: VR_DROP_NONE, or why the packet must be dropped.
 */
enum vr_drop vr_outer_route(const struct vr_tunnel_conf *conf,
			    struct vr_nexthop_info *info, const struct vr_pkt *pkt,
			    struct vr_outer *outer)
{
	u8 dsfield = conf->dscp_inherit ? pkt->tos : conf->dscp << 2;
	struct socket *sock = READ_ONCE(conf->sock);

	if (!sock && !READ_ONCE(conf->gre))
		return VR_DROP_TUNNEL_CLOSED;
	outer->sk = sock ? sock->sk : NULL;
	outer->remote = &info->remote;
	outer->tos = (dsfield & ~INET_ECN_MASK) | (pkt->tos & INET_ECN_MASK);
	outer->dst = cached(conf, info);
	if (unlikely(!outer->dst))
		outer->dst = conf->local.family == AF_INET ?
			     route_ipv4(pkt->vn, conf, info) :
			     route_ipv6(pkt->vn, conf, info, outer->sk);
	return outer->dst ? VR_DROP_NONE : VR_DROP_TUNNEL_ROUTE;
}

/**
 * vr_outer_ifindex() - the device by which the host currently routes packets to a remote end
 * @vn: the namespace
 * @conf: of the tunnel
 * @info: of the next hop; caches the route
 *
 * Context: process; vn->lock.
 * Return: its index, or 0 if there is no route.
 */
int vr_outer_ifindex(struct vr_net *vn, const struct vr_tunnel_conf *conf,
		     struct vr_nexthop_info *info)
{
	struct vr_pkt pkt = { .vn = vn };
	struct vr_outer outer;
	int ifindex = 0;

	rcu_read_lock();
	local_bh_disable();
	if (vr_outer_route(conf, info, &pkt, &outer) == VR_DROP_NONE) {
		ifindex = outer.dst->dev->ifindex;
		dst_release(outer.dst);
	}
	local_bh_enable();
	rcu_read_unlock();
	return ifindex;
}

/* Bytes in front of an inner Ethernet or IP header. */
static unsigned int overhead(const struct vr_tunnel_conf *conf, const struct vr_outer *outer)
{
	return (conf->local.family == AF_INET ? sizeof(struct iphdr) : sizeof(struct ipv6hdr)) +
	       conf->ops->overhead + (outer->l3 ? 0 : conf->ops->control);
}

/* Leaves a packet without offloads as iptunnel_handle_offloads() would. */
static bool keep_offloads(struct sk_buff *skb, int gso)
{
	if (likely(!skb_is_gso(skb) && skb->ip_summed != CHECKSUM_PARTIAL)) {
		skb->ip_summed = CHECKSUM_NONE;
		skb->encapsulation = 0;
		return true;
	}
	return !iptunnel_handle_offloads(skb, gso);
}

/**
 * vr_outer_prepare() - makes room for outer headers and sets up offloads
 * @skb: skb->data at the Ethernet header, or with outer->l3 at the IP header
 * @pkt: its metadata
 * @conf: of the tunnel
 * @outer: where it goes
 * @gso: SKB_GSO_... bit of the encapsulation
 *
 * Context: softirq or BH disabled; RCU read lock.
 * Return: true, or false if out of memory, with the packet and the dst of @outer released.
 */
bool vr_outer_prepare(struct sk_buff *skb, const struct vr_pkt *pkt,
		      const struct vr_tunnel_conf *conf, struct vr_outer *outer, int gso)
{
	unsigned int room = LL_RESERVED_SPACE(outer->dst->dev) + outer->dst->header_len +
			    overhead(conf, outer);

	if (outer->l3)
		skb_reset_mac_header(skb);
	/* Some encapsulations copy it to their headers. */
	skb_set_inner_protocol(skb, outer->l3 ? pkt->proto : htons(ETH_P_TEB));
	if (!skb_cow_head(skb, room) && keep_offloads(skb, gso))
		return true;
	dst_release(outer->dst);
	vr_pkt_drop(pkt, skb, VR_DROP_NO_MEMORY);
	return false;
}

/** vr_outer_mtu() - the largest inner IP packet that fits on the way to a remote */
int vr_outer_mtu(const struct vr_tunnel_conf *conf, const struct vr_outer *outer)
{
	return (int)dst_mtu(outer->dst) - (int)overhead(conf, outer) -
	       (outer->l3 ? 0 : ETH_HLEN);
}

/* The identification is 0: it has no meaning in packets that are never fragmented (RFC 6864). */
static void push_ipv4(struct sk_buff *skb, const struct vr_tunnel_conf *conf,
		      const struct vr_outer *outer)
{
	struct iphdr *iph = __skb_push(skb, sizeof(*iph));

	skb_reset_network_header(skb);
	*(__be16 *)iph = htons(0x4500 | outer->tos);
	iph->tot_len = htons(skb->len);
	iph->id = 0;
	iph->frag_off = htons(IP_DF);
	iph->ttl = conf->ttl;
	iph->protocol = conf->ops->proto;
	iph->saddr = conf->local.v4;
	iph->daddr = outer->remote->v4;
	iph->check = 0;
	iph->check = ip_fast_csum(iph, 5);
}

static void push_ipv6(struct sk_buff *skb, const struct vr_tunnel_conf *conf,
		      const struct vr_outer *outer)
{
	unsigned int len = skb->len;
	struct ipv6hdr *ip6h = __skb_push(skb, sizeof(*ip6h));

	skb_reset_network_header(skb);
	ip6_flow_hdr(ip6h, outer->tos, 0);
	/* Only a GSO packet is longer; its segments get lengths of their own. */
	ip6h->payload_len = len > IPV6_MAXPLEN ? 0 : htons(len);
	ip6h->nexthdr = conf->ops->proto;
	ip6h->hop_limit = conf->ttl;
	ip6h->saddr = conf->local.v6;
	ip6h->daddr = outer->remote->v6;
}

/**
 * vr_outer_push_ip() - pushes the outer IP header
 * @skb: the packet, with headroom for the header
 * @conf: of the tunnel
 * @outer: where it goes
 */
void vr_outer_push_ip(struct sk_buff *skb, const struct vr_tunnel_conf *conf,
		      const struct vr_outer *outer)
{
	if (conf->local.family == AF_INET6)
		push_ipv6(skb, conf, outer);
	else
		push_ipv4(skb, conf, outer);
}

/*
 * Sends by the host's output, as iptunnel_xmit() and ip6tunnel_xmit() do; these don't return
 * whether the packet left.
 */
static int outer_xmit_by_host(struct sk_buff *skb, const struct vr_tunnel_conf *conf,
			      struct vr_outer *outer)
{
	struct net *net = dev_net(outer->dst->dev);

	/* The host's output would take the sender's socket for the socket of the outer packet. */
	skb_orphan(skb);
	skb_scrub_packet(skb, false);
	skb_clear_hash_if_not_l4(skb);
	skb->mark = conf->mark;
	skb_dst_set(skb, outer->dst);
	memset(skb->cb, 0, sizeof(skb->cb));
	vr_outer_push_ip(skb, conf, outer);
	return conf->local.family == AF_INET6 ? ip6_local_out(net, outer->sk, skb) :
						ip_local_out(net, outer->sk, skb);
}

/**
 * vr_outer_xmit() - pushes the outer IP header and sends
 * @skb: skb->data at the header of the encapsulation, or at its UDP header, with headroom for
 *	the IP header; taken
 * @pkt: metadata of the inner packet
 * @conf: of the tunnel
 * @outer: where it goes; its dst is taken
 *
 * Context: softirq or BH disabled; RCU read lock.
 * Return: did the host accept it? If not, it is counted as dropped.
 */
bool vr_outer_xmit(struct sk_buff *skb, const struct vr_pkt *pkt,
		   const struct vr_tunnel_conf *conf, struct vr_outer *outer)
{
	int err = vr_fast_output_may(skb, conf, outer) ? vr_fast_output(skb, conf, outer) :
						    outer_xmit_by_host(skb, conf, outer);

	if (likely(!net_xmit_eval(err)))
		return true;
	vr_pkt_drop_count(pkt, pkt->vif, NULL, pkt->packets, VR_DROP_TUNNEL_OUTPUT);
	return false;
}

/**
 * vr_outer_hash() - gives a packet a flow hash, for the outer UDP source port
 * @skb: the packet
 * @pkt: its metadata
 */
void vr_outer_hash(struct sk_buff *skb, const struct vr_pkt *pkt)
{
	static u32 seed __read_mostly;

	if (skb->l4_hash || skb->sw_hash)
		return;
	net_get_random_once(&seed, sizeof(seed));
	__skb_set_sw_hash(skb, vr_flow_hash(skb, pkt, true, seed), pkt->has_ports);
}

/**
 * vr_outer_from() - how a packet came, by its outer IP header
 * @tunnel: the tunnel that it came through
 * @skb: the packet, its network header the outer one, in the linear area
 */
struct vr_from vr_outer_from(struct vr_tunnel *tunnel, const struct sk_buff *skb)
{
	struct vr_from from = { .tunnel = tunnel };

	if (ip_hdr(skb)->version == 4) {
		from.remote.family = AF_INET;
		from.remote.v4 = ip_hdr(skb)->saddr;
		from.tos = ip_hdr(skb)->tos;
	} else {
		from.remote.family = AF_INET6;
		from.remote.v6 = ipv6_hdr(skb)->saddr;
		from.tos = ipv6_get_dsfield(ipv6_hdr(skb));
	}
	return from;
}
