// SPDX-License-Identifier: GPL-2.0
/*
 * Early demux: tunnel packets are taken at the device, before the host routes them.
 *
 * The host decides which packets are for a tunnel: by its addresses, its routes, its source
 * validation and its sockets. Therefore the first packet of a sender takes the host's path,
 * and an entry records, for at most a second, which tunnel it reached. Further packets with
 * the same key skip the host's path, unless the host would process each of them there:
 * netfilter, XFRM, routing rules that match ports. A change of the host's addresses or routes
 * invalidates the entries.
 *
 * A netfilter ingress hook takes the packets, after tc and after all other ingress hooks of
 * the device. The hook is registered on the devices that tunnel packets arrive on. The host's
 * IP and UDP counters do not count packets that are taken.
 *
 * Example: VXLAN packets from 192.0.2.2 to 192.0.2.1, DSCP 0, arrive on eth0, all on one CPU:
 *
 *	time	event			effect
 *	0 ms	no hook on eth0		host's path; a worker is queued to run in 100 ms
 *	100 ms	the worker runs		it registers the hook on eth0
 *	150 ms	hook: no entry		host's path; an entry is learned, valid until 1150 ms
 *	151 ms	hook: entry valid	the hook calls encap_rcv of the tunnel's socket
 *	800 ms	a route is added	the entry is invalid: its rt_genid_ipv4() is old
 *	801 ms	hook: entry invalid	host's path; a new entry, valid until 1801 ms
 *	1801 ms	hook: entry expired	host's path; a new entry, valid until 2801 ms
 *
 * The UDP source port is not in the key, so all flows of the sender share the entry. Packets
 * with DSCP 46, or on another CPU, need an entry of their own. Each CPU has 2^9 = 512 entries;
 * a sender whose key hashes to the same entry replaces it. While other modules have IPv4
 * netfilter hooks at prerouting or input, all packets take the host's path.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/hash.h>
#include <linux/if_vlan.h>
#include <linux/mm.h>
#include <linux/netfilter.h>
#include <net/dsfield.h>
#include <net/dst.h>
#include <net/gre.h>
#include <net/inet_ecn.h>
#include <net/ip.h>
#include <net/ip6_checksum.h>
#include <net/l3mdev.h>
#include <net/udp.h>
#include <net/xfrm.h>

#include "core/packet.h"
#include "underlay/early_demux.h"
#include "underlay/gre.h"
#include "underlay/nf_hooks.h"

/* Lifetime of an entry: the host's decision is used for at most 1 s. */
#define LIFETIME HZ

/* Number of entries on each CPU, as a power of two. */
#define ENTRIES_BITS 9

/* Maximum number of devices with a hook in a namespace; an underlay has fewer. */
#define HOOKS_MAX 64

/**
 * struct vr_demux_hook - the ingress hook of a device
 * @node: in vn->demux_hooks
 * @ops: the netfilter hook; its priv is this struct
 * @vn: the namespace
 * @rcu: to free it
 */
struct vr_demux_hook {
	struct list_head node;
	struct nf_hook_ops ops;
	struct vr_net *vn;
	struct rcu_head rcu;
};

/**
 * struct peer_key - key of the packets that the host treats alike
 * @hook: of the device that they arrive on; compared only
 * @src: outer source address
 * @dst: outer destination address
 * @mark: of the packet
 * @type: distinguishes tunnels at one address: UDP destination port or GRE protocol
 * @label: outer flow label, by which newer kernels route; 0 with IPv4
 * @family: AF_INET or AF_INET6
 * @proto: IPPROTO_UDP or IPPROTO_GRE
 * @dscp: outer traffic class without ECN
 * @unchecked: UDP without a checksum
 */
struct peer_key {
	const struct vr_demux_hook *hook;
	union vr_ip src;
	union vr_ip dst;
	u32 mark;
	__be32 label;
	__be16 type;
	u8 family;
	u8 proto;
	u8 dscp;
	bool unchecked;
};

/**
 * struct demux_entry - the tunnel to which the host delivered a packet
 * @key: key of the packet
 * @sk: with UDP, the tunnel's socket
 * @gre: with GRE, what receives the tunnel's packets
 * @until: jiffies when the entry expires
 * @generation: the global generation when the entry was learned
 * @routes: generation id of the host's routes when the entry was learned
 */
struct demux_entry {
	struct peer_key key;
	union {
		struct sock *sk;
		const struct vr_gre *gre;
	};
	unsigned long until;
	int generation;
	int routes;
};

/* Per CPU, so that packets change the entries without locks. */
static struct demux_entry *__percpu *demux_entries;

/*
 * Incremented to invalidate all entries, in all namespaces. Closing a tunnel first unpublishes
 * it and then increments this. Learning first reads this and then checks that the tunnel is
 * still published. Hence no entry of a closed tunnel has a generation from after the
 * increment, and the tunnel may be freed a grace period after it.
 */
static atomic_t generation = ATOMIC_INIT(0);

/* The module is being unloaded: no more hooks are registered. Under the rtnl. */
static bool closing;

static struct demux_entry *place_of(const struct peer_key *like)
{
	u32 hash = like->family == AF_INET ? (__force u32)like->src.v4 :
					     ipv6_addr_hash(&like->src.v6);

	hash ^= (u32)like->dscp << 16 | (__force u32)like->type;
	hash ^= (__force u32)like->label;
	return this_cpu_read(*demux_entries) + hash_32(hash, ENTRIES_BITS);
}

static bool is_like(const struct peer_key *a, const struct peer_key *b)
{
	if (a->hook != b->hook || a->mark != b->mark || a->type != b->type ||
	    a->family != b->family || a->proto != b->proto || a->dscp != b->dscp ||
	    a->unchecked != b->unchecked || a->label != b->label)
		return false;
	if (a->family == AF_INET)
		return a->src.v4 == b->src.v4 && a->dst.v4 == b->dst.v4;
	return ipv6_addr_equal(&a->src.v6, &b->src.v6) && ipv6_addr_equal(&a->dst.v6, &b->dst.v6);
}

static int routes_of(const struct net *net, u8 family)
{
	return family == AF_INET ? rt_genid_ipv4(net) : rt_genid_ipv6(net);
}

/* Are there routing rules that distinguish packets with the same key? */
static bool rules_look(const struct net *net, u8 family)
{
#ifdef CONFIG_IP_MULTIPLE_TABLES
	if (family == AF_INET)
		return READ_ONCE(net->ipv4.fib_rules_require_fldissect);
#endif
#ifdef CONFIG_IPV6_MULTIPLE_TABLES
	if (family == AF_INET6)
		return READ_ONCE(net->ipv6.fib6_rules_require_fldissect);
#endif
	return false;
}

/* Would the host process each packet on its way to a socket, other than route it? */
static bool host_looks(const struct net *net, const struct sk_buff *skb, u8 family)
{
	bool v6 = family == AF_INET6;

	return rules_look(net, family) || !vr_nf_hooks_are_idle(net, skb, v6,
								NF_INET_PRE_ROUTING) ||
	       !vr_nf_hooks_are_idle(net, skb, v6, NF_INET_LOCAL_IN);
}

static void describe_ipv4(const struct iphdr *iph, struct peer_key *key)
{
	key->family = AF_INET;
	key->label = 0;
	key->dscp = iph->tos & ~INET_ECN_MASK;
	key->src.v4 = iph->saddr;
	key->dst.v4 = iph->daddr;
}

static void describe_ipv6(const struct ipv6hdr *iph, struct peer_key *key)
{
	key->family = AF_INET6;
	key->label = ip6_flowlabel(iph);
	key->dscp = ipv6_get_dsfield(iph) & ~INET_ECN_MASK;
	key->src.v6 = iph->saddr;
	key->dst.v6 = iph->daddr;
}

static void describe_udp(const struct udphdr *uh, struct peer_key *key)
{
	key->proto = IPPROTO_UDP;
	key->type = uh->dest;
	key->unchecked = !uh->check;
}

static void describe_gre(const struct gre_base_hdr *hdr, struct peer_key *key)
{
	key->proto = IPPROTO_GRE;
	key->type = hdr->protocol;
	key->unchecked = false;
}

/* Minimum length of a UDP header, and of a GRE header with a key. */
#define SHIM sizeof(struct udphdr)

static bool is_proto(u8 proto)
{
	return proto == IPPROTO_UDP || proto == IPPROTO_GRE;
}

/* The length of an IP packet of UDP or GRE, or 0 if it is a fragment or has options. */
static unsigned int read_ipv4(struct sk_buff *skb, struct peer_key *like)
{
	const struct iphdr *iph;
	unsigned int len;

	if (!pskb_may_pull(skb, sizeof(*iph) + SHIM))
		return 0;
	iph = (const struct iphdr *)skb->data;
	len = ntohs(iph->tot_len);
	if (*(const u8 *)iph != 0x45 || !is_proto(iph->protocol) || ip_is_fragment(iph) ||
	    len > skb->len || ip_fast_csum(iph, 5))
		return 0;
	describe_ipv4(iph, like);
	like->proto = iph->protocol;
	return len;
}

static unsigned int read_ipv6(struct sk_buff *skb, struct peer_key *like)
{
	const struct ipv6hdr *iph;
	unsigned int len;

	if (!pskb_may_pull(skb, sizeof(*iph) + SHIM))
		return 0;
	iph = (const struct ipv6hdr *)skb->data;
	len = sizeof(*iph) + ntohs(iph->payload_len);
	if (iph->version != 6 || !is_proto(iph->nexthdr) || len > skb->len)
		return 0;
	describe_ipv6(iph, like);
	like->proto = iph->nexthdr;
	return len;
}

static unsigned int demux_header_len(const struct peer_key *like)
{
	return like->family == AF_INET ? sizeof(struct iphdr) : sizeof(struct ipv6hdr);
}

/* Is a UDP header valid? @len is the length of the IP payload. */
static bool read_udp(const struct udphdr *uh, unsigned int len, struct peer_key *like)
{
	describe_udp(uh, like);
	return ntohs(uh->len) == len && len >= sizeof(*uh);
}

/* GRE with another version than 0 is another protocol. */
static bool demux_read_gre(const struct gre_base_hdr *hdr, unsigned int len, struct peer_key *like)
{
	describe_gre(hdr, like);
	return !(hdr->flags & GRE_VERSION) && len >= SHIM;
}

/* The length of a packet that may be for a tunnel, or 0. Sets its key. */
static unsigned int demux_read(struct sk_buff *skb, struct peer_key *like)
{
	unsigned int len = 0, offset;
	const void *shim;
	bool good;

	if (skb->protocol == htons(ETH_P_IP))
		len = read_ipv4(skb, like);
	else if (skb->protocol == htons(ETH_P_IPV6))
		len = read_ipv6(skb, like);
	if (!len)
		return 0;
	like->mark = skb->mark;
	offset = demux_header_len(like);
	shim = skb->data + offset;
	if (len < offset)
		return 0;
	good = like->proto == IPPROTO_UDP ? read_udp(shim, len - offset, like) :
					    demux_read_gre(shim, len - offset, like);
	return good ? len : 0;
}

/* The valid entry for a key, or NULL if the packet must take the host's path. */
static const struct demux_entry *demux_find(const struct sk_buff *skb, const struct peer_key *like)
{
	const struct demux_entry *demux_entry = place_of(like);
	const struct net *net = like->hook->vn->net;

	if (!is_like(&demux_entry->key, like) || demux_entry->generation !=
	    atomic_read(&generation) ||
	    demux_entry->routes != routes_of(net, like->family) ||
	    !time_before(jiffies, demux_entry->until) || host_looks(net, skb, like->family))
		return NULL;
	return demux_entry;
}

/* GSO types of tunnel packets that GRO merged, as in udp_unexpected_gso(). */
#define GSO_TUNNELS (SKB_GSO_UDP_TUNNEL | SKB_GSO_UDP_TUNNEL_CSUM | SKB_GSO_GRE | \
		     SKB_GSO_GRE_CSUM)

/* Must a GSO packet be segmented before a tunnel receives it? */
static bool must_split(const struct sk_buff *skb)
{
	unsigned int type = skb_shinfo(skb)->gso_type;

	return skb_is_gso(skb) &&
	       (!(type & GSO_TUNNELS) || type & (SKB_GSO_UDP_L4 | SKB_GSO_FRAGLIST));
}

/* Must the host handle a packet: not for it, tagged, shared, routed, in a VRF, to be segmented? */
static bool is_strange(const struct sk_buff *skb)
{
	return skb->pkt_type != PACKET_HOST || skb_vlan_tag_present(skb) || skb_shared(skb) ||
	       skb_dst(skb) || netif_is_l3_slave(skb->dev) || must_split(skb);
}

static bool policy_allows(const struct demux_entry *demux_entry, struct sk_buff *skb)
{
	struct sock *sk = demux_entry->key.proto == IPPROTO_UDP ? demux_entry->sk : NULL;

	if (demux_entry->key.family == AF_INET)
		return xfrm4_policy_check(sk, XFRM_POLICY_IN, skb);
	return xfrm6_policy_check(sk, XFRM_POLICY_IN, skb);
}

/* The receiver checks the GRE checksum, which few packets have. */
static bool checksum_is_good(struct sk_buff *skb, const struct peer_key *like)
{
	__sum16 check = udp_hdr(skb)->check;
	bool bad;

	if (like->proto == IPPROTO_GRE)
		return true;
	if (like->family == AF_INET)
		bad = skb_checksum_init_zero_check(skb, IPPROTO_UDP, check, inet_compute_pseudo);
	else
		bad = skb_checksum_init_zero_check(skb, IPPROTO_UDP, check, ip6_compute_pseudo);
	return !bad && (skb_csum_unnecessary(skb) || !__skb_checksum_complete(skb));
}

/* A verified UDP checksum gives the checksum of the data behind the header (CHECKSUM_COMPLETE). */
static void convert_checksum(struct sk_buff *skb, const struct peer_key *like)
{
	if (like->unchecked || like->proto == IPPROTO_GRE)
		return;
	if (like->family == AF_INET)
		skb_checksum_try_convert(skb, IPPROTO_UDP, inet_compute_pseudo);
	else
		skb_checksum_try_convert(skb, IPPROTO_UDP, ip6_compute_pseudo);
}

/* Moves skb->data to the UDP or GRE header; false with skb->data unchanged. */
static bool demux_enter(struct sk_buff *skb, const struct peer_key *like, unsigned int len)
{
	unsigned int offset = demux_header_len(like);

	if (pskb_trim_rcsum(skb, len))
		return false;
	skb_reset_network_header(skb);
	__skb_pull(skb, offset);
	if (like->family == AF_INET6)
		skb_postpull_rcsum(skb, skb_network_header(skb), offset);
	skb_reset_transport_header(skb);
	if (checksum_is_good(skb, like))
		return true;
	/* The host finds the checksum wrong as well, and counts the packet. */
	__skb_push(skb, offset);
	if (like->family == AF_INET6)
		skb_postpush_rcsum(skb, skb->data, offset);
	return false;
}

/* The receiver may overwrite the entry: it must not be read after the call. */
static void demux_give(struct sk_buff *skb, const struct demux_entry *demux_entry)
{
	struct sock *sk = demux_entry->sk;

	if (demux_entry->key.proto == IPPROTO_GRE)
		vr_gre_receive(demux_entry->gre, skb);
	else
		READ_ONCE(udp_sk(sk)->encap_rcv)(sk, skb);
}

static unsigned int demux_hook(void *priv, struct sk_buff *skb, const struct nf_hook_state *state)
{
	struct peer_key like __uninitialized;
	const struct demux_entry *demux_entry;
	unsigned int len;

	if (is_strange(skb))
		return NF_ACCEPT;
	like.hook = priv;
	len = demux_read(skb, &like);
	demux_entry = len ? demux_find(skb, &like) : NULL;
	if (!demux_entry || !policy_allows(demux_entry, skb) || !demux_enter(skb, &like, len))
		return NF_ACCEPT;
	skb_orphan(skb);
	nf_reset_ct(skb);
	memset(IPCB(skb), 0, sizeof(struct inet_skb_parm));
	convert_checksum(skb, &like);
	demux_give(skb, demux_entry);
	return NF_STOLEN;
}

static struct vr_demux_hook *hook_of(const struct vr_net *vn, const struct net_device *dev)
{
	struct vr_demux_hook *hook;

	list_for_each_entry_rcu(hook, &vn->demux_hooks, node, lockdep_rtnl_is_held())
		if (hook->ops.dev == dev)
			return hook;
	return NULL;
}

/* A worker registers the hook, since it sleeps. */
static void want_hook(struct vr_net *vn, const struct net_device *dev)
{
	if (READ_ONCE(vn->demux_refused) || dev->flags & IFF_LOOPBACK || netif_is_l3_master(dev))
		return;
	if (!cmpxchg(&vn->demux_wanted, 0, dev->ifindex))
		queue_delayed_work(system_power_efficient_wq, &vn->demux_work, HZ / 10);
}

/* Learns a packet that the host delivered; @demux_entry->key has its UDP or GRE part. */
static void learn(struct vr_net *vn, const struct sk_buff *skb, struct demux_entry *demux_entry)
{
	struct peer_key *key = &demux_entry->key;

	if (secpath_exists(skb))
		return;
	key->mark = skb->mark;
	if (ip_hdr(skb)->version == 4)
		describe_ipv4(ip_hdr(skb), key);
	else
		describe_ipv6(ipv6_hdr(skb), key);
	if (host_looks(vn->net, skb, key->family))
		return;
	key->hook = hook_of(vn, skb->dev);
	if (!key->hook)
		return want_hook(vn, skb->dev);
	/* If the routes changed while the packet was routed, the entry is wrong for up to 1 s. */
	demux_entry->routes = routes_of(vn->net, key->family);
	*place_of(key) = *demux_entry;
}

static int read_generation(void)
{
	int now = atomic_read(&generation);

	/* Pairs with end_generation(). */
	smp_rmb();
	return now;
}

static void end_generation(void)
{
	/* A reader of the new generation finds no tunnel that was closed before. */
	smp_mb__before_atomic();
	atomic_inc(&generation);
}

/** __vr_demux_learn_udp() - see vr_demux_learn_udp() */
void __vr_demux_learn_udp(struct vr_net *vn, struct sock *sk, const struct sk_buff *skb)
{
	struct demux_entry demux_entry = {
		.sk = sk,
		.until = jiffies + LIFETIME,
		.generation = read_generation(),
	};

	if (!rcu_dereference_sk_user_data(sk))
		return;
	describe_udp(udp_hdr(skb), &demux_entry.key);
	learn(vn, skb, &demux_entry);
}

/** __vr_demux_learn_gre() - see vr_demux_learn_gre() */
void __vr_demux_learn_gre(struct vr_net *vn, const struct vr_gre *gre,
			  const struct gre_base_hdr *hdr, const struct sk_buff *skb)
{
	struct demux_entry demux_entry = {
		.gre = gre,
		.until = jiffies + LIFETIME,
		.generation = read_generation(),
	};

	if (vr_gre_is_closed(gre))
		return;
	describe_gre(hdr, &demux_entry.key);
	learn(vn, skb, &demux_entry);
}

/**
 * vr_demux_forget() - ends early demux to a tunnel that is being closed
 * @vn: the namespace
 *
 * Context: the tunnel is not published any more. It may be released a grace period later.
 */
void vr_demux_forget(struct vr_net *vn)
{
	end_generation();
	queue_delayed_work(system_power_efficient_wq, &vn->demux_work, HZ / 10);
}

static void add_hook(struct vr_net *vn, struct net_device *dev)
{
	struct vr_demux_hook *hook = kzalloc(sizeof(*hook), VR_GFP_ACCOUNT);

	if (!hook)
		return;
	hook->vn = vn;
	hook->ops.hook = demux_hook;
	hook->ops.priv = hook;
	hook->ops.dev = dev;
	hook->ops.pf = NFPROTO_NETDEV;
	hook->ops.hooknum = NF_NETDEV_INGRESS;
	hook->ops.priority = INT_MAX;
	if (nf_register_net_hook(vn->net, &hook->ops)) {
		WRITE_ONCE(vn->demux_refused, true);
		pr_info_once("no early demux: packets at the ingress of devices can't be taken\n");
		kfree(hook);
		return;
	}
	list_add_tail_rcu(&hook->node, &vn->demux_hooks);
	vn->demux_count++;
}

/* Packets under way may use the hook until a grace period has passed. */
static void remove_hook(struct vr_net *vn, struct vr_demux_hook *hook)
{
	ASSERT_RTNL();
	nf_unregister_net_hook(vn->net, &hook->ops);
	list_del_rcu(&hook->node);
	vn->demux_count--;
	end_generation();
	kfree_rcu(hook, rcu);
}

static void remove_hooks(struct vr_net *vn)
{
	struct vr_demux_hook *hook, *next;

	list_for_each_entry_safe(hook, next, &vn->demux_hooks, node)
		remove_hook(vn, hook);
}

static void demux_carry_out(struct work_struct *work)
{
	struct vr_net *vn = container_of(to_delayed_work(work), struct vr_net, demux_work);
	struct net_device *dev;

	rtnl_lock();
	dev = __dev_get_by_index(vn->net, xchg(&vn->demux_wanted, 0));
	if (dev && !closing && !hook_of(vn, dev) && vn->demux_count < HOOKS_MAX)
		add_hook(vn, dev);
	if (!READ_ONCE(vn->demux_users))
		remove_hooks(vn);
	rtnl_unlock();
}

/** vr_demux_start() - initializes early demux in a namespace */
void vr_demux_start(struct vr_net *vn)
{
	INIT_LIST_HEAD(&vn->demux_hooks);
	INIT_DELAYED_WORK(&vn->demux_work, demux_carry_out);
}

/** vr_demux_stop() - removes all hooks of a namespace, after its tunnels are closed; sleeps */
void vr_demux_stop(struct vr_net *vn)
{
	cancel_delayed_work_sync(&vn->demux_work);
	/* The hooks of devices that are gone are removed already. */
	if (list_empty(&vn->demux_hooks))
		return;
	rtnl_lock();
	remove_hooks(vn);
	rtnl_unlock();
}

/** vr_demux_has_hooks() - have tunnel packets arrived on a device? Context: rtnl */
bool vr_demux_has_hooks(const struct vr_net *vn, const struct net_device *dev)
{
	return hook_of(vn, dev);
}

/** vr_demux_device_gone() - removes the hook of a device that is unregistered; Context: rtnl */
void vr_demux_device_gone(struct vr_net *vn, const struct net_device *dev)
{
	struct vr_demux_hook *hook = hook_of(vn, dev);

	if (hook)
		remove_hook(vn, hook);
}

static void free_entries(void)
{
	int cpu;

	for_each_possible_cpu(cpu)
		kvfree(*per_cpu_ptr(demux_entries, cpu));
	free_percpu(demux_entries);
}

static int make_entries(void)
{
	struct demux_entry *here;
	int cpu;

	for_each_possible_cpu(cpu) {
		here = kvzalloc_node(sizeof(*here) << ENTRIES_BITS, GFP_KERNEL,
				     cpu_to_node(cpu));
		if (!here)
			return -ENOMEM;
		*per_cpu_ptr(demux_entries, cpu) = here;
	}
	return 0;
}

int __init vr_demux_init(void)
{
	int err;

	demux_entries = alloc_percpu(struct demux_entry *);
	if (!demux_entries)
		return -ENOMEM;
	err = make_entries();
	if (err)
		free_entries();
	return err;
}

/** vr_demux_close() - no hooks from now on; vr_vif_notifier_exit() then removes the old ones */
void vr_demux_close(void)
{
	rtnl_lock();
	closing = true;
	rtnl_unlock();
}

/** vr_demux_exit() - frees the entries, when there are no packets any more */
void vr_demux_exit(void)
{
	free_entries();
}
