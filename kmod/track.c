// SPDX-License-Identifier: GPL-2.0
/*
 * Connections of the VMs, in the host's connection tracking: a zone for each network, so
 * that tenants may have the same addresses and ports.
 *
 * A connection is confirmed, which makes it one that others can find, when its first
 * packet leaves, after all policy; until then it goes with the packet. Packets leave
 * without it: what the host tracks of the underlay has nothing to do with it.
 */
#include <linux/module.h>
#include <net/netfilter/nf_conntrack.h>
#include <net/netfilter/nf_conntrack_acct.h>
#include <net/netfilter/nf_conntrack_core.h>
#include <net/netfilter/nf_conntrack_helper.h>
#include <net/netfilter/nf_conntrack_zones.h>

#include "netlink.h"
#include "network.h"
#include "path.h"
#include "sg.h"
#include "track.h"
#include "vif.h"

#define ZONE_MAX 65535

/* Who else uses zones of the host, as Open vSwitch does, must leave these alone. */
static ushort zone_min = 32768;
module_param(zone_min, ushort, 0644);
MODULE_PARM_DESC(zone_min, "first connection tracking zone that networks are given");

static ushort zone_max = ZONE_MAX;
module_param(zone_max, ushort, 0644);
MODULE_PARM_DESC(zone_max, "last connection tracking zone that networks are given");

static bool has_ports(u8 proto)
{
	return proto == IPPROTO_TCP || proto == IPPROTO_UDP || proto == IPPROTO_UDPLITE ||
	       proto == IPPROTO_SCTP || proto == IPPROTO_DCCP;
}

static void read_ports(const struct nf_conntrack_tuple *from, struct vr_tuple *tuple)
{
	if (tuple->proto == IPPROTO_ICMP || tuple->proto == IPPROTO_ICMPV6) {
		tuple->has_ports = true;
		tuple->dport = from->dst.u.icmp.type << 8 | from->dst.u.icmp.code;
	} else if (has_ports(tuple->proto)) {
		tuple->has_ports = true;
		tuple->sport = ntohs(from->src.u.all);
		tuple->dport = ntohs(from->dst.u.all);
	}
}

/* What rules look at, of the first packet of a connection. */
static void read_tuple(const struct nf_conn *ct, struct vr_tuple *tuple)
{
	const struct nf_conntrack_tuple *from = &ct->tuplehash[IP_CT_DIR_ORIGINAL].tuple;

	memset(tuple, 0, sizeof(*tuple));
	tuple->v6 = from->src.l3num == AF_INET6;
	tuple->proto = from->dst.protonum;
	if (tuple->v6) {
		tuple->src.v6 = from->src.u3.in6;
		tuple->dst.v6 = from->dst.u3.in6;
	} else {
		tuple->src.v4 = from->src.u3.ip;
		tuple->dst.v4 = from->dst.u3.ip;
	}
	read_ports(from, tuple);
}

/* Looks the packet up in its network's zone, which makes the connection if it is new. */
static enum vr_drop look_up(struct sk_buff *skb, struct vr_pkt *pkt)
{
	const struct nf_hook_state state = {
		.hook = NF_INET_PRE_ROUTING,
		.pf = pkt->family == AF_INET6 ? NFPROTO_IPV6 : NFPROTO_IPV4,
		.net = pkt->vn->net,
	};
	struct nf_conn *template = pkt->network->ct_template;

	nf_reset_ct(skb);
	nf_conntrack_get(&template->ct_general);
	nf_ct_set(skb, template, IP_CT_NEW);
	pkt->tracked = pkt->network;
	return nf_conntrack_in(skb, &state) == NF_ACCEPT ? VR_DROP_NONE : VR_DROP_CT_FULL;
}

/**
 * vr_track() - finds the connection of a packet in the network that it is in
 * @skb: the packet, no fragment
 * @pkt: about it
 * @tracked: set
 *
 * Asked again in the same network, the packet is not looked up again. In another one,
 * the connection in the network that it comes from is confirmed.
 *
 * Context: softirq or BH disabled; RCU read lock.
 * Return: VR_DROP_NONE, or why the packet must be dropped.
 */
enum vr_drop vr_track(struct sk_buff *skb, struct vr_pkt *pkt, struct vr_tracked *tracked)
{
	enum vr_drop reason = VR_DROP_NONE;
	enum ip_conntrack_info ctinfo;
	const struct nf_conn *ct;

	if (pkt->tracked && pkt->tracked != pkt->network)
		reason = vr_track_confirm(skb, pkt);
	if (reason == VR_DROP_NONE && !pkt->tracked)
		reason = look_up(skb, pkt);
	if (reason != VR_DROP_NONE)
		return reason;
	ct = nf_ct_get(skb, &ctinfo);
	tracked->known = ct;
	if (!ct)
		return ctinfo == IP_CT_UNTRACKED ? VR_DROP_NONE : VR_DROP_CT_INVALID;
	tracked->related = ctinfo == IP_CT_RELATED || ctinfo == IP_CT_RELATED_REPLY;
	tracked->reply = CTINFO2DIR(ctinfo) == IP_CT_DIR_REPLY;
	read_tuple(ct, &tracked->tuple);
	return VR_DROP_NONE;
}

static bool is_tcp(const struct nf_conn *ct)
{
	return nf_ct_protonum(ct) == IPPROTO_TCP;
}

/**
 * vr_track_usable() - may packets of a connection go on without being tracked?
 * @ct: held
 *
 * Not once it ends: then the tracker must see what they say, and so it must before a TCP
 * connection is open.
 */
bool vr_track_usable(const struct nf_conn *ct)
{
	if (nf_ct_is_dying(ct))
		return false;
	return !is_tcp(ct) || READ_ONCE(ct->proto.tcp.state) == TCP_CONNTRACK_ESTABLISHED;
}

/* Which connection a decision is about, if it is one whose packets need not all be seen. */
static void record(const struct sk_buff *skb, struct vr_path *path)
{
	enum ip_conntrack_info ctinfo;
	struct nf_conn *ct = nf_ct_get(skb, &ctinfo);

	if (!ct || nfct_help(ct)) {
		path->never = true;
		return;
	}
	if (!nf_ct_is_confirmed(ct) || !vr_track_usable(ct)) {
		path->first = true;
		return;
	}
	if (!vr_track_replied(ct))
		path->unreplied = true;
	vr_path_track(path, ct, CTINFO2DIR(ctinfo));
}

/** vr_track_replied() - has a connection had an answer? */
bool vr_track_replied(const struct nf_conn *ct)
{
	return test_bit(IPS_SEEN_REPLY_BIT, &ct->status);
}

/** vr_track_hold() - keeps a connection */
void vr_track_hold(struct nf_conn *ct)
{
	nf_conntrack_get(&ct->ct_general);
}

/** vr_track_put() - lets go of it */
void vr_track_put(struct nf_conn *ct)
{
	nf_ct_put(ct);
}

/**
 * vr_track_bypass() - from here on not all packets of a connection are tracked
 * @ct: the connection, which is open
 *
 * What it knows of the windows of TCP gets old, so they must not be insisted on.
 *
 * Context: softirq or BH disabled.
 */
void vr_track_bypass(struct nf_conn *ct)
{
	unsigned int dir;

	if (!is_tcp(ct))
		return;
	spin_lock_bh(&ct->lock);
	for (dir = 0; dir < IP_CT_DIR_MAX; dir++)
		ct->proto.tcp.seen[dir].flags |= IP_CT_TCP_FLAG_BE_LIBERAL;
	spin_unlock_bh(&ct->lock);
}

/**
 * vr_track_return() - packets of a connection are tracked again, if only one of them
 * @ct: the connection
 *
 * The windows of TCP are taken from the next packet of each end.
 */
void vr_track_return(struct nf_conn *ct)
{
	unsigned int dir;

	if (!is_tcp(ct))
		return;
	spin_lock_bh(&ct->lock);
	for (dir = 0; dir < IP_CT_DIR_MAX; dir++) {
		ct->proto.tcp.seen[dir].td_maxwin = 0;
		ct->proto.tcp.seen[dir].flags &= ~IP_CT_TCP_FLAG_MAXACK_SET;
	}
	spin_unlock_bh(&ct->lock);
}

/** vr_track_count() - counts packets that were not tracked, where the tracker counts */
void vr_track_count(struct nf_conn *ct, u32 dir, u64 packets, u64 bytes)
{
	for (; bytes > UINT_MAX; bytes -= UINT_MAX)
		nf_ct_acct_add(ct, dir, 0, UINT_MAX);
	nf_ct_acct_add(ct, dir, packets, bytes);
}

/**
 * vr_track_confirm() - lets others find the connection of a packet that leaves
 * @skb: the packet; of no connection afterwards
 * @pkt: about it
 *
 * Context: softirq or BH disabled; RCU read lock.
 * Return: VR_DROP_NONE, or why the packet must be dropped.
 */
enum vr_drop vr_track_confirm(struct sk_buff *skb, struct vr_pkt *pkt)
{
	int verdict;

	if (!pkt->tracked)
		return VR_DROP_NONE;
	if (pkt->path)
		record(skb, pkt->path);
	verdict = nf_conntrack_confirm(skb);
	nf_reset_ct(skb);
	pkt->tracked = NULL;
	return verdict == NF_ACCEPT ? VR_DROP_NONE : VR_DROP_CT_FULL;
}

static int in_zone(struct nf_conn *ct, void *zone)
{
	return nf_ct_zone(ct)->id == *(const u16 *)zone;
}

/** vr_track_flush() - ends all connections of a network; may sleep */
void vr_track_flush(const struct vr_network *network)
{
	u16 zone = network->zone;
	const struct nf_ct_iter_data data = {
		.net = network->vn->net,
		.data = &zone,
	};

	if (zone)
		nf_ct_iterate_cleanup_net(in_zone, &data);
}

static int make_template(struct vr_network *network, int id)
{
	struct nf_conntrack_zone zone;

	nf_ct_zone_init(&zone, id, NF_CT_DEFAULT_ZONE_DIR, 0);
	network->ct_template = nf_ct_tmpl_alloc(network->vn->net, &zone, GFP_KERNEL);
	if (!network->ct_template)
		return -ENOMEM;
	__set_bit(IPS_CONFIRMED_BIT, &network->ct_template->status);
	return 0;
}

static int get_zone(struct vr_network *network, u16 wanted, struct genl_info *info)
{
	struct ida *zones = &network->vn->zones;
	int id;

	if (!wanted)
		return zone_min && zone_min <= zone_max ?
		       ida_alloc_range(zones, zone_min, zone_max, GFP_KERNEL) : -ENOSPC;
	id = ida_alloc_range(zones, wanted, wanted, GFP_KERNEL);
	if (id == -ENOSPC)
		vr_nl_err(info->extack, info->attrs[VROUTER_A_NETWORK_ZONE], -EADDRINUSE,
			  "zone %u is another network's", wanted);
	return id == -ENOSPC ? -EADDRINUSE : id;
}

/**
 * vr_track_attach() - gives a new network its zone
 * @network: which has none
 * @wanted: the zone, or 0 for any that is free
 * @info: the request
 *
 * A zone that was asked for keeps the connections that are in it: they are those of the
 * same network, before the module was exchanged. When none is free, the network has
 * none.
 *
 * Context: vn->lock.
 * Return: 0 or a negative errno.
 */
int vr_track_attach(struct vr_network *network, u16 wanted, struct genl_info *info)
{
	int id = get_zone(network, wanted, info), err;

	if (id == -ENOSPC)
		return 0;
	if (id < 0)
		return id;
	err = make_template(network, id);
	if (err) {
		ida_free(&network->vn->zones, id);
		return err;
	}
	network->zone = id;
	if (!wanted)
		vr_track_flush(network);
	return 0;
}

/** vr_track_detach() - gives back the zone of a network that goes; Context: vn->lock */
void vr_track_detach(struct vr_network *network)
{
	if (network->zone)
		ida_free(&network->vn->zones, network->zone);
	network->zone = 0;
}

/** vr_track_free() - the same for what packets may still look at, after them */
void vr_track_free(struct vr_network *network)
{
	nf_ct_put(network->ct_template);
}

/**
 * vr_track_lacking() - a network without a zone, where a vif has a security group
 * @sg: the group
 *
 * Context: vn->lock.
 * Return: the network, or NULL.
 */
const struct vr_network *vr_track_lacking(const struct vr_sg *sg)
{
	const struct vr_vif_conf *conf;
	struct vr_object *obj;
	const struct vr_vif *vif;
	unsigned long id;
	unsigned int i;

	xa_for_each(&sg->vn->objects[VR_KIND_VIF], id, obj) {
		vif = container_of(obj, struct vr_vif, obj);
		conf = vr_deref(sg->vn, vif->conf);
		for (i = 0; !vif->network->zone && i < conf->sg_count; i++)
			if (conf->sg[i] == sg)
				return vif->network;
	}
	return NULL;
}
