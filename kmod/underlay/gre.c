// SPDX-License-Identifier: GPL-2.0
/*
 * GRE is an IP protocol that only one module may receive: the kernel's own (gre for ip_gre,
 * ip6_gre), if it is loaded. Therefore a netfilter hook takes the packets for the tunnels' own
 * addresses one step earlier, behind the host's firewall, or early demux takes them before that
 * (early_demux.c). All other GRE packets go on to the host.
 */
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/inetdevice.h>
#include <linux/netfilter_ipv4.h>
#include <linux/netfilter_ipv6.h>
#include <net/addrconf.h>
#include <net/gre.h>
#include <net/ip6_route.h>
#include <net/ip_fib.h>
#include <net/ipv6.h>
#include <net/l3mdev.h>
#include <net/route.h>
#include <net/xfrm.h>

#include "core/netlink.h"
#include "objects/tunnel.h"
#include "underlay/early_demux.h"
#include "underlay/encap.h"
#include "underlay/gre.h"

/**
 * struct vr_gre - an address whose GRE packets are taken from the host
 * @node: in vn->gre
 * @tunnel: the tunnel that receives them
 * @ops: the encapsulation that receives them: GRE with MPLS inside, or other GRE
 * @local: the address
 * @ifindex: device that they must arrive on, or 0
 * @closed: vr_gre_close() was called
 */
struct vr_gre {
	struct list_head node;
	struct vr_tunnel *tunnel;
	const struct vr_encap_ops *ops;
	struct vr_addr local;
	int ifindex;
	bool closed;
};

static bool gre_is_local(const struct vr_gre *gre, u32 family, const void *addr)
{
	if (gre->local.family != family)
		return false;
	return !memcmp(&gre->local.v6, addr, family == AF_INET ? 4 : 16);
}

/* PPTP (RFC 2637) has a GRE version of its own; its packets are for the host. */
static bool is_pptp(const struct gre_base_hdr *hdr)
{
	return (hdr->flags & GRE_VERSION) == htons(GREPROTO_PPTP);
}

static bool is_mpls(const struct gre_base_hdr *hdr)
{
	return hdr->protocol == htons(ETH_P_MPLS_UC) || hdr->protocol == htons(ETH_P_MPLS_MC);
}

/* Did a tunnel send the packet that an ICMP error of the underlay quotes? */
static bool gre_is_ours(struct net *net, u32 family, const void *addr)
{
	const struct vr_gre *gre;

	list_for_each_entry_rcu(gre, &vr_net(net)->gre, node)
		if (gre_is_local(gre, family, addr))
			return true;
	return false;
}

static bool takes_mpls(const struct vr_gre *gre)
{
	return gre->ops->id == VR_ID_LABEL;
}

/*
 * The tunnel that a packet is for, or NULL if it is for the host. A tunnel for MPLS and a
 * tunnel for other GRE may share an address. If only one of them exists, it gets all packets,
 * to report the wrong ones as drops. Copies the GRE header to @hdr.
 */
static struct vr_gre *gre_find(const struct nf_hook_state *state, const struct sk_buff *skb,
			       unsigned int offset, u32 family, const void *addr,
			       struct gre_base_hdr *hdr)
{
	int master = l3mdev_master_ifindex_rcu(state->in);
	struct vr_gre *gre, *found = NULL;

	/* The tunnel drops packets that are too short for a header. */
	memset(hdr, 0, sizeof(*hdr));
	skb_copy_bits(skb, offset, hdr, sizeof(*hdr));
	if (is_pptp(hdr))
		return NULL;
	list_for_each_entry_rcu(gre, &vr_net(state->net)->gre, node) {
		if (!gre_is_local(gre, family, addr) ||
		    (gre->ifindex && gre->ifindex != state->in->ifindex &&
		     gre->ifindex != master))
			continue;
		found = gre;
		if (is_mpls(hdr) == takes_mpls(gre))
			break;
	}
	return found;
}

/**
 * vr_gre_receive() - receives a GRE packet for the tunnel at an address
 * @gre: the address
 * @skb: the packet, its network header the outer one, skb->data and the transport header at
 *	the GRE header; taken
 *
 * Context: softirq or BH disabled; RCU read lock.
 */
void vr_gre_receive(const struct vr_gre *gre, struct sk_buff *skb)
{
	gre->ops->receive(gre->tunnel, skb);
}

/* Packets of the wrong kind are not learned: a tunnel for them may still be opened. */
static unsigned int take(const struct vr_gre *gre, struct sk_buff *skb, unsigned int offset,
			 const struct gre_base_hdr *hdr)
{
	skb_orphan(skb);
	skb_pull_rcsum(skb, offset);
	skb_reset_transport_header(skb);
	if (is_mpls(hdr) == takes_mpls(gre))
		vr_demux_learn_gre(gre->tunnel->vn, gre, hdr, skb);
	vr_gre_receive(gre, skb);
	return NF_STOLEN;
}

/* Learns a smaller path MTU of the underlay from an ICMP error: RFC 1191, section 6.3. */
static void learn_mtu4(struct net *net, struct sk_buff *skb)
{
	unsigned int offset = ip_hdrlen(skb) + sizeof(struct icmphdr);
	const struct icmphdr *icmp;
	const struct iphdr *sent;

	if (!pskb_may_pull(skb, offset + sizeof(*sent)))
		return;
	icmp = (const struct icmphdr *)(skb->data + ip_hdrlen(skb));
	sent = (const struct iphdr *)(icmp + 1);
	if (icmp->type != ICMP_DEST_UNREACH || icmp->code != ICMP_FRAG_NEEDED ||
	    sent->protocol != IPPROTO_GRE || !gre_is_ours(net, AF_INET, &sent->saddr) ||
	    nf_ip_checksum(skb, NF_INET_LOCAL_IN, ip_hdrlen(skb), IPPROTO_ICMP))
		return;
	icmp = (const struct icmphdr *)(skb->data + ip_hdrlen(skb));
	__skb_pull(skb, offset);
	ipv4_update_pmtu(skb, net, ntohs(icmp->un.frag.mtu), 0, IPPROTO_GRE);
	__skb_push(skb, offset);
}

static unsigned int hook4(void *priv, struct sk_buff *skb, const struct nf_hook_state *state)
{
	const struct iphdr *iph = ip_hdr(skb);
	const struct vr_gre *gre;
	struct gre_base_hdr hdr;

	/* learn_mtu4() may move the headers: iph is invalid after it. */
	if (iph->protocol == IPPROTO_ICMP) {
		learn_mtu4(state->net, skb);
		return NF_ACCEPT;
	}
	if (iph->protocol != IPPROTO_GRE)
		return NF_ACCEPT;
	gre = gre_find(state, skb, ip_hdrlen(skb), AF_INET, &iph->daddr, &hdr);
	if (!gre || !xfrm4_policy_check(NULL, XFRM_POLICY_IN, skb))
		return NF_ACCEPT;
	return take(gre, skb, ip_hdrlen(skb), &hdr);
}

static void learn_mtu6(struct net *net, struct sk_buff *skb, unsigned int offset)
{
	const struct icmp6hdr *icmp;
	const struct ipv6hdr *sent;

	if (!pskb_may_pull(skb, offset + sizeof(*icmp) + sizeof(*sent)))
		return;
	icmp = (const struct icmp6hdr *)(skb->data + offset);
	sent = (const struct ipv6hdr *)(icmp + 1);
	if (icmp->icmp6_type != ICMPV6_PKT_TOOBIG || sent->nexthdr != IPPROTO_GRE ||
	    !gre_is_ours(net, AF_INET6, &sent->saddr) ||
	    nf_ip6_checksum(skb, NF_INET_LOCAL_IN, offset, IPPROTO_ICMPV6))
		return;
	icmp = (const struct icmp6hdr *)(skb->data + offset);
	__skb_pull(skb, offset + sizeof(*icmp));
	ip6_update_pmtu(skb, net, icmp->icmp6_mtu, 0, 0, sock_net_uid(net, NULL));
	__skb_push(skb, offset + sizeof(*icmp));
}

/* Fragments are not reassembled yet here, and are left to the host: tunnels send none. */
static unsigned int hook6(void *priv, struct sk_buff *skb, const struct nf_hook_state *state)
{
	const struct ipv6hdr *ip6h = ipv6_hdr(skb);
	u8 proto = ip6h->nexthdr;
	const struct vr_gre *gre;
	struct gre_base_hdr hdr;
	__be16 fragment;
	int offset;

	offset = ipv6_skip_exthdr(skb, sizeof(*ip6h), &proto, &fragment);
	if (offset < 0 || fragment)
		return NF_ACCEPT;
	if (proto == IPPROTO_ICMPV6)
		learn_mtu6(state->net, skb, offset);
	if (proto != IPPROTO_GRE)
		return NF_ACCEPT;
	gre = gre_find(state, skb, offset, AF_INET6, &ipv6_hdr(skb)->daddr, &hdr);
	if (!gre || !pskb_may_pull(skb, offset) ||
	    !xfrm6_policy_check(NULL, XFRM_POLICY_IN, skb))
		return NF_ACCEPT;
	return take(gre, skb, offset, &hdr);
}

static const struct nf_hook_ops hooks[] = {
	{
		.hook = hook4,
		.pf = NFPROTO_IPV4,
		.hooknum = NF_INET_LOCAL_IN,
		.priority = NF_IP_PRI_LAST,
	}, {
		.hook = hook6,
		.pf = NFPROTO_IPV6,
		.hooknum = NF_INET_LOCAL_IN,
		.priority = NF_IP6_PRI_LAST,
	},
};

/** vr_gre_is_hook() - is a netfilter hook the one that takes GRE packets? */
bool vr_gre_is_hook(const struct nf_hook_ops *ops)
{
	return ops->hook == hook4 || ops->hook == hook6;
}

static bool is_v6(const struct vr_addr *local)
{
	return local->family == AF_INET6;
}

/* The hook of an address family is registered while there are addresses of the family. */
static int get_hook(struct vr_net *vn, bool v6)
{
	int err = vn->gre_counts[v6] ? 0 : nf_register_net_hook(vn->net, &hooks[v6]);

	if (!err)
		vn->gre_counts[v6]++;
	return err;
}

static void put_hook(struct vr_net *vn, bool v6)
{
	if (!--vn->gre_counts[v6])
		nf_unregister_net_hook(vn->net, &hooks[v6]);
}

static bool is_taken(struct vr_net *vn, const struct vr_tunnel_conf *conf)
{
	const struct vr_gre *gre;

	list_for_each_entry(gre, &vn->gre, node)
		if (gre->ops->id == conf->ops->id &&
		    !memcmp(&gre->local, &conf->local, sizeof(gre->local)) &&
		    (gre->ifindex == conf->ifindex || !gre->ifindex || !conf->ifindex))
			return true;
	return false;
}

static bool is_of_host(const struct vr_net *vn, const struct vr_tunnel_conf *conf)
{
	const struct net_device *dev = NULL;
	bool is;

	rcu_read_lock();
	if (conf->ifindex)
		dev = dev_get_by_index_rcu(vn->net, conf->ifindex);
	if (is_v6(&conf->local))
		is = ipv6_chk_addr(vn->net, &conf->local.v6, dev, 0);
	else
		is = inet_addr_type_dev_table(vn->net, dev, conf->local.v4) == RTN_LOCAL;
	rcu_read_unlock();
	return is;
}

/* The checks that sockets make, so that mistakes are found here, too. */
static int check_local(const struct vr_net *vn, const struct vr_tunnel_conf *conf,
		       struct netlink_ext_ack *extack)
{
	/* IPv6 is not initialized in this case, and its functions must not be called. */
	if (is_v6(&conf->local) && !ipv6_mod_enabled())
		return vr_nl_err(extack, NULL, -EAFNOSUPPORT,
				 "cannot receive GRE at %pI6c: IPv6 is off on this host",
				 &conf->local.v6);
	if (is_v6(&conf->local) && !conf->ifindex &&
	    ipv6_addr_type(&conf->local.v6) & IPV6_ADDR_LINKLOCAL)
		return vr_nl_err(extack, NULL, -EINVAL,
				 "cannot receive GRE at %pI6c: a link-local address needs the tunnel's device",
				 &conf->local.v6);
	if (is_of_host(vn, conf))
		return 0;
	if (is_v6(&conf->local))
		return vr_nl_err(extack, NULL, -EADDRNOTAVAIL,
				 "cannot receive GRE at %pI6c: that is not an address of this host, or not usable yet",
				 &conf->local.v6);
	return vr_nl_err(extack, NULL, -EADDRNOTAVAIL,
			 "cannot receive GRE at %pI4: that is not an address of this host",
			 &conf->local.v4);
}

/**
 * vr_gre_open() - takes the GRE packets for a tunnel's local address from now on
 * @tunnel: the tunnel
 * @conf: has the address; @conf->gre is set
 * @extack: for the error message
 *
 * Context: vn->lock; sleeps.
 * Return: 0 or a negative errno.
 */
int vr_gre_open(struct vr_tunnel *tunnel, struct vr_tunnel_conf *conf,
		struct netlink_ext_ack *extack)
{
	struct vr_net *vn = tunnel->vn;
	struct vr_gre *gre;
	int err;

	lockdep_assert_held(&vn->lock);
	if (is_taken(vn, conf))
		return -EADDRINUSE;
	err = check_local(vn, conf, extack);
	if (err)
		return err;
	gre = kzalloc(sizeof(*gre), VR_GFP_ACCOUNT);
	if (!gre)
		return -ENOMEM;
	gre->tunnel = tunnel;
	gre->ops = conf->ops;
	gre->local = conf->local;
	gre->ifindex = conf->ifindex;
	err = get_hook(vn, is_v6(&conf->local));
	if (err) {
		kfree(gre);
		return vr_nl_err(extack, NULL, err, "the host's netfilter refused a hook for GRE");
	}
	list_add_tail_rcu(&gre->node, &vn->gre);
	WRITE_ONCE(vn->demux_users, vn->demux_users + 1);
	conf->gre = gre;
	return 0;
}

/** vr_gre_is_closed() - was an address that packets still find closed? Context: RCU read lock */
bool vr_gre_is_closed(const struct vr_gre *gre)
{
	return READ_ONCE(gre->closed);
}

/**
 * vr_gre_close() - leaves the GRE packets for a tunnel's address to the host again
 * @conf: of the tunnel; packets that find it see that it is closed
 *
 * Context: vn->lock.
 */
void vr_gre_close(struct vr_tunnel_conf *conf)
{
	struct vr_gre *gre = conf->gre;
	struct vr_net *vn = gre->tunnel->vn;

	lockdep_assert_held(&vn->lock);
	conf->closed_gre = gre;
	WRITE_ONCE(conf->gre, NULL);
	WRITE_ONCE(gre->closed, true);
	list_del_rcu(&gre->node);
	put_hook(vn, is_v6(&gre->local));
	WRITE_ONCE(vn->demux_users, vn->demux_users - 1);
	vr_demux_forget(vn);
}

/** vr_gre_release() - frees what was closed a grace period ago */
void vr_gre_release(struct vr_tunnel_conf *conf)
{
	kfree(conf->closed_gre);
}
