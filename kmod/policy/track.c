// SPDX-License-Identifier: GPL-2.0
/*
 * Connection tracking of the VMs' packets, in the host's conntrack. Each network has a zone, so
 * that tenants may use the same addresses and ports.
 *
 * A connection is confirmed, and so becomes visible to other packets, when its first packet
 * leaves, after all policy. Until then it is attached to the packet. It is detached before the
 * packet leaves, so that the host does not take it for a connection of the underlay.
 *
 * No VM may have more entries in the host's table than the connection limits of its vif and
 * network allow. The limits are checked before conntrack is.
 */
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/module.h>
#include <net/netfilter/nf_conntrack.h>
#include <net/netfilter/nf_conntrack_acct.h>
#include <net/netfilter/nf_conntrack_core.h>
#include <net/netfilter/nf_conntrack_helper.h>
#include <net/netfilter/nf_conntrack_l4proto.h>
#include <net/netfilter/nf_conntrack_timeout.h>
#include <net/netfilter/nf_conntrack_zones.h>

#include "core/dryrun.h"
#include "core/netlink.h"
#include "flow/decision.h"
#include "objects/network.h"
#include "objects/vif.h"
#include "policy/connlimit.h"
#include "policy/helper.h"
#include "policy/recorder.h"
#include "policy/sg.h"
#include "policy/track.h"

#define ZONE_MAX 65535

/* Maximum length of a chain of connections, each of which is expected by its predecessor. */
#define GENERATIONS 4

/* Other users of the host's zones, such as Open vSwitch, must not use these. */
static ushort zone_min = 32768;
module_param(zone_min, ushort, 0644);
MODULE_PARM_DESC(zone_min, "first connection tracking zone that networks are given");

static ushort zone_max = ZONE_MAX;
module_param(zone_max, ushort, 0644);
MODULE_PARM_DESC(zone_max, "last connection tracking zone that networks are given");

/* Does the host's conntrack know the ports of a protocol? Linux 7 knows fewer protocols. */
static bool tracks_ports(u8 proto)
{
	switch (proto) {
	case IPPROTO_TCP:
	case IPPROTO_UDP:
		return true;
	case IPPROTO_UDPLITE:
		return IS_ENABLED(CONFIG_NF_CT_PROTO_UDPLITE);
	case IPPROTO_SCTP:
		return IS_ENABLED(CONFIG_NF_CT_PROTO_SCTP);
	case IPPROTO_DCCP:
		return IS_ENABLED(CONFIG_NF_CT_PROTO_DCCP);
	}
	return false;
}

static void read_ports(const struct nf_conntrack_tuple *from, struct vr_tuple *tuple)
{
	if (tuple->proto == IPPROTO_ICMP || tuple->proto == IPPROTO_ICMPV6) {
		tuple->has_ports = true;
		tuple->dport = from->dst.u.icmp.type << 8 | from->dst.u.icmp.code;
	} else if (tracks_ports(tuple->proto)) {
		tuple->has_ports = true;
		tuple->sport = ntohs(from->src.u.all);
		tuple->dport = ntohs(from->dst.u.all);
	}
}

/* Reads the fields that rules match from the first packet of a connection. */
static void track_read_tuple(const struct nf_conn *ct, struct vr_tuple *tuple)
{
	const struct nf_conntrack_tuple *from = &ct->tuplehash[IP_CT_DIR_ORIGINAL].tuple;

	tuple->v6 = from->src.l3num == AF_INET6;
	tuple->proto = from->dst.protonum;
	tuple->has_ports = false;
	tuple->sport = 0;
	tuple->dport = 0;
	if (tuple->v6) {
		tuple->src.v6 = from->src.u3.in6;
		tuple->dst.v6 = from->dst.u3.in6;
	} else {
		tuple->src.v4 = from->src.u3.ip;
		tuple->dst.v4 = from->dst.u3.ip;
	}
	read_ports(from, tuple);
}

static bool is_icmp_error(const struct vr_pkt *pkt)
{
	return pkt->l4_proto == IPPROTO_ICMP ? icmp_is_err(pkt->icmp_type) :
	       pkt->l4_proto == IPPROTO_ICMPV6 && icmpv6_is_err(pkt->icmp_type);
}

/* Would the packet begin a connection? ICMP errors are about other connections. */
static bool begins(const struct sk_buff *skb, const struct vr_pkt *pkt)
{
	const struct nf_conntrack_zone *zone = nf_ct_zone(pkt->network->ct_template);
	struct nf_conntrack_tuple_hash *found;
	struct nf_conntrack_tuple tuple;

	if (is_icmp_error(pkt) ||
	    !nf_ct_get_tuplepr(skb, skb_network_offset(skb), pkt->family, pkt->vn->net, &tuple))
		return false;
	if (vr_trace_on() && vr_track_dry_knows(pkt->network, &tuple))
		return false;
	found = nf_conntrack_find_get(pkt->vn->net, zone, &tuple);
	if (found)
		nf_ct_put(nf_ct_tuplehash_to_ctrack(found));
	return !found;
}

static bool was_expected(const struct nf_conn *ct)
{
	return ct->status & IPS_EXPECTED && ct->master;
}

/*
 * Finds the first master of a connection that was expected; otherwise the connection itself. If
 * a helper assigns helpers to the connections that it expects, VMs can make chains of any
 * length, of which GENERATIONS are followed.
 */
static const struct nf_conn *track_origin_of(const struct nf_conn *ct)
{
	const struct nf_conn *master = vr_trace_on() ? vr_track_dry_master(ct) : NULL;
	unsigned int i;

	if (master)
		ct = master;

	for (i = 0; i < GENERATIONS && was_expected(ct); i++)
		ct = ct->master;
	return ct;
}

/* The vif that a new connection is charged to. Packets from tunnels charge the receiver. */
static const struct vr_vif *payer(const struct vr_pkt *pkt, const struct vr_vif *vif)
{
	return pkt->vif ? pkt->vif : vif;
}

/* Passes the packet to conntrack, in its network's zone. This creates a new connection. */
static enum vr_drop track_find(struct sk_buff *skb, struct vr_pkt *pkt, const struct vr_vif *vif)
{
	const struct nf_hook_state *state = &pkt->vn->track_state[pkt->family == AF_INET6];
	struct nf_conn *template = pkt->network->ct_template;
	enum ip_conntrack_info ctinfo;
	const struct nf_conn *ct;

	nf_reset_ct(skb);
	nf_conntrack_get(&template->ct_general);
	nf_ct_set(skb, template, IP_CT_NEW);
	pkt->tracked = pkt->network;
	pkt->payer = vif;
	if (nf_conntrack_in(skb, state) != NF_ACCEPT)
		return VR_DROP_CT_FULL;
	ct = nf_ct_get(skb, &ctinfo);
	/* A decision about the first packet of a connection is not cached: stop recording. */
	if (pkt->recorder && ct && !nf_ct_is_confirmed(ct))
		pkt->recorder->first = true;
	return VR_DROP_NONE;
}

/* Finds the connection of a packet. @vif is charged if the connection is new. */
static enum vr_drop look_up(struct sk_buff *skb, struct vr_pkt *pkt, const struct vr_vif *vif)
{
	if (vr_connlimit_is_full(vif) && begins(skb, pkt) && !vr_connlimit_make_room(vif))
		return VR_DROP_CT_LIMIT;
	return vr_trace_on() ? vr_track_dry(skb, pkt) : track_find(skb, pkt, vif);
}

/* Keeps the connection in the network of the sender while policy judges in this network. */
static void set_aside(struct sk_buff *skb, struct vr_pkt *pkt)
{
	pkt->aside = skb_get_nfct(skb);
	skb_set_nfct(skb, 0);
	pkt->tracked = NULL;
}

/*
 * If conntrack does not know the ports of a protocol, all packets between two addresses are one
 * connection. Then rules match the ports of each packet, in the direction of the first packet.
 */
static void read_own_ports(const struct vr_pkt *pkt, const struct vr_tracked *tracked,
			   struct vr_tuple *tuple)
{
	if (tuple->has_ports || !pkt->has_ports || pkt->l4_proto != tuple->proto)
		return;
	tuple->has_ports = true;
	tuple->sport = ntohs(tracked->reply ? pkt->dport : pkt->sport);
	tuple->dport = ntohs(tracked->reply ? pkt->sport : pkt->dport);
}

/*
 * Describes the first packet of a connection for rules. An expected connection is judged by the
 * first packet of its master connection. Either end of the master may have begun the expected one.
 */
static void track_describe(const struct vr_pkt *pkt, const struct nf_conn *ct,
			   enum ip_conntrack_info ctinfo, struct vr_tracked *tracked,
			   struct vr_tuple *tuple)
{
	const struct nf_conn *origin = track_origin_of(ct);
	const struct nf_conntrack_tuple *own = &ct->tuplehash[IP_CT_DIR_ORIGINAL].tuple;
	const struct nf_conntrack_tuple *first = &origin->tuplehash[IP_CT_DIR_ORIGINAL].tuple;

	tracked->related = ctinfo == IP_CT_RELATED || ctinfo == IP_CT_RELATED_REPLY;
	tracked->expected = origin != ct;
	tracked->reply = CTINFO2DIR(ctinfo) == IP_CT_DIR_REPLY;
	if (tracked->expected && !nf_inet_addr_cmp(&own->src.u3, &first->src.u3))
		tracked->reply = !tracked->reply;
	track_read_tuple(origin, tuple);
	read_own_ports(pkt, tracked, tuple);
}

/*
 * In a trace, conntrack may find a packet invalid, such as for a wrong checksum. If the packet
 * has a flow, it would bypass conntrack, so the flow's connection is used.
 */
static struct nf_conn *of_flow(const struct vr_pkt *pkt, enum ip_conntrack_info *ctinfo)
{
	const struct vr_decision *decision = pkt->flow;
	struct nf_conn *ct;
	unsigned int i;

	for (i = 0; decision && i < decision->conn_count; i++) {
		ct = vr_decision_conns(decision)[i];
		if (nf_ct_zone(ct)->id != pkt->network->zone)
			continue;
		*ctinfo = vr_decision_replies(decision, i) ? IP_CT_ESTABLISHED_REPLY :
			  vr_track_replied(ct) ? IP_CT_ESTABLISHED : IP_CT_NEW;
		return ct;
	}
	return NULL;
}

/**
 * vr_track() - finds the connection of a packet in the network that the packet is in
 * @skb: the packet, no fragment
 * @pkt: parsed data of @skb
 * @vif: the vif at which policy judges the packet
 * @tracked: result
 * @tuple: result; fields that rules match, of the first packet of the connection, or of its
 *	master if the connection was expected; not set if the packet has no connection
 *
 * A second call in the same network does not look up the packet again. In another network, the
 * connection in the network that the packet comes from is set aside.
 *
 * Context: softirq or BH disabled; RCU read lock.
 * Return: VR_DROP_NONE, or why the packet must be dropped.
 */
enum vr_drop vr_track(struct sk_buff *skb, struct vr_pkt *pkt, const struct vr_vif *vif,
		      struct vr_tracked *tracked, struct vr_tuple *tuple)
{
	enum vr_drop reason = VR_DROP_NONE;
	enum ip_conntrack_info ctinfo;
	const struct nf_conn *ct;

	if (pkt->tracked && pkt->tracked != pkt->network)
		set_aside(skb, pkt);
	if (!pkt->tracked)
		reason = look_up(skb, pkt, payer(pkt, vif));
	if (reason != VR_DROP_NONE)
		return reason;
	ct = nf_ct_get(skb, &ctinfo);
	if (!ct && ctinfo != IP_CT_UNTRACKED)
		ct = of_flow(pkt, &ctinfo);
	vr_trace_state(pkt, vr_track_state(ct, ctinfo));
	tracked->known = ct;
	if (!ct)
		return ctinfo == IP_CT_UNTRACKED ? VR_DROP_NONE : VR_DROP_CT_INVALID;
	if (was_expected(track_origin_of(ct)))
		return VR_DROP_CT_HELPER;
	track_describe(pkt, ct, ctinfo, tracked, tuple);
	return VR_DROP_NONE;
}

/*
 * If a UDP connection has a reply, its first packet later than two seconds after it began makes
 * it an assured stream with a longer timeout. Conntrack must see that packet.
 */
static void limit_by_stream(const struct nf_conn *ct, struct vr_recorder *recorder)
{
	long left;

	if (nf_ct_protonum(ct) != IPPROTO_UDP || test_bit(IPS_ASSURED_BIT, &ct->status) ||
	    !vr_track_replied(ct))
		return;
	left = ct->proto.udp.stream_ts + 1 - jiffies;
	if (left > 0)
		vr_recorder_limit(recorder, left);
}

/*
 * Records the connection of a decision, unless conntrack must see all its packets. A helper sees
 * all packets of its connection, and an expected connection is judged by its master.
 */
static void track_record(struct nf_conn *ct, enum ip_conntrack_info ctinfo,
			 struct vr_recorder *recorder)
{
	if (!ct || nfct_help(ct) || ct->status & IPS_EXPECTED) {
		recorder->never = true;
		return;
	}
	if (!nf_ct_is_confirmed(ct) || !vr_track_usable(ct)) {
		recorder->first = true;
		return;
	}
	if (!vr_track_replied(ct))
		recorder->unreplied = true;
	limit_by_stream(ct, recorder);
	vr_recorder_track(recorder, ct, CTINFO2DIR(ctinfo));
}

/** vr_track_replied() - checks whether a connection has seen a reply */
bool vr_track_replied(const struct nf_conn *ct)
{
	return test_bit(IPS_SEEN_REPLY_BIT, &ct->status);
}

/** vr_track_hold() - gets a reference to a connection */
void vr_track_hold(struct nf_conn *ct)
{
	nf_conntrack_get(&ct->ct_general);
}

/** vr_track_put() - drops a reference to a connection */
void vr_track_put(struct nf_conn *ct)
{
	nf_ct_put(ct);
}

/**
 * vr_track_bypass() - prepares a connection for packets that bypass conntrack
 * @ct: the connection, which is open
 *
 * The TCP windows that conntrack knows become stale, so it must not enforce them.
 *
 * Context: softirq or BH disabled.
 */
void vr_track_bypass(struct nf_conn *ct)
{
	unsigned int dir;

	if (!vr_track_is_tcp(ct))
		return;
	spin_lock_bh(&ct->lock);
	for (dir = 0; dir < IP_CT_DIR_MAX; dir++)
		ct->proto.tcp.seen[dir].flags |= IP_CT_TCP_FLAG_BE_LIBERAL;
	spin_unlock_bh(&ct->lock);
}

/**
 * vr_track_return() - prepares a connection for a packet that goes through conntrack again
 * @ct: the connection
 *
 * Conntrack takes the TCP windows from the next packet of each end. Data that was not
 * acknowledged when conntrack last saw a packet counts as acknowledged. The last acknowledgment
 * numbers stay valid, see vr_track_used(): an RST that does not fit them may be forged.
 */
void vr_track_return(struct nf_conn *ct)
{
	unsigned int dir;

	if (!vr_track_is_tcp(ct))
		return;
	spin_lock_bh(&ct->lock);
	for (dir = 0; dir < IP_CT_DIR_MAX; dir++) {
		ct->proto.tcp.seen[dir].td_maxwin = 0;
		ct->proto.tcp.seen[dir].flags &= ~IP_CT_TCP_FLAG_DATA_UNACKNOWLEDGED;
	}
	spin_unlock_bh(&ct->lock);
}

/**
 * vr_track_believe() - makes conntrack accept the next RST of a TCP connection
 * @ct: the connection
 *
 * The acknowledgment numbers that conntrack knows are up to a second old, so that even an RST
 * of an end does not fit them. The caller has checked the RST itself.
 */
void vr_track_believe(struct nf_conn *ct)
{
	unsigned int dir;

	if (!vr_track_is_tcp(ct))
		return;
	spin_lock_bh(&ct->lock);
	for (dir = 0; dir < IP_CT_DIR_MAX; dir++)
		ct->proto.tcp.seen[dir].flags &= ~IP_CT_TCP_FLAG_MAXACK_SET;
	spin_unlock_bh(&ct->lock);
}

/* Adds to the counters of the connection, if conntrack has accounting enabled. */
static void track_count(struct nf_conn *ct, u32 dir, u64 packets, u64 bytes)
{
	for (; bytes > UINT_MAX; bytes -= UINT_MAX)
		nf_ct_acct_add(ct, dir, 0, UINT_MAX);
	nf_ct_acct_add(ct, dir, packets, bytes);
}

/* Timeout of a TCP state, in jiffies. */
static u32 tcp_timeout(const struct nf_conn *ct, enum tcp_conntrack state)
{
	const unsigned int *timeouts = nf_ct_timeout_lookup(ct);

	if (!timeouts)
		timeouts = nf_tcp_pernet(nf_ct_net(ct))->timeouts;
	return READ_ONCE(timeouts[state]);
}

/**
 * vr_track_timeout() - timeout by which packets that bypass conntrack extend a connection
 * @ct: the connection, which is open, after conntrack saw a packet of it
 *
 * The timeout of a TCP connection with a reply is that of the established state, as if all data
 * were acknowledged.
 *
 * Context: RCU read lock.
 * Return: the timeout in seconds.
 */
u32 vr_track_timeout(const struct nf_conn *ct)
{
	unsigned long timeout = vr_track_is_tcp(ct) && vr_track_replied(ct) ?
				tcp_timeout(ct, TCP_CONNTRACK_ESTABLISHED) : nf_ct_expires(ct);

	return DIV_ROUND_CLOSEST(timeout, HZ);
}

/*
 * Has conntrack seen an RST since? An RST that does not fit leaves the connection open, but with
 * a short timeout unless conntrack sees more packets (nf_conntrack_tcp_packet()).
 */
static bool was_reset_since(const struct nf_conn *ct, u32 used)
{
	u32 timeout = READ_ONCE(ct->timeout), short_one;

	if (!vr_track_is_tcp(ct))
		return false;
	short_one = tcp_timeout(ct, TCP_CONNTRACK_CLOSE);
	return (s32)(timeout - nfct_time_stamp) <= (s32)short_one &&
	       (s32)(used - (timeout - short_one)) <= 0;
}

/* Compare __nf_ct_refresh_acct(). */
static void prolong(struct nf_conn *ct, u32 timeout, u32 used)
{
	u32 expires = used + timeout * HZ;

	if (!test_bit(IPS_FIXED_TIMEOUT_BIT, &ct->status) && vr_track_usable(ct) &&
	    (s32)(expires - READ_ONCE(ct->timeout)) > 0 && !was_reset_since(ct, used))
		WRITE_ONCE(ct->timeout, expires);
}

/* Conntrack checks RSTs of the other end against this. */
static void acknowledge(struct nf_conn *ct, u32 dir, u32 ack)
{
	spin_lock_bh(&ct->lock);
	ct->proto.tcp.seen[dir].td_maxack = ack;
	ct->proto.tcp.seen[dir].flags |= IP_CT_TCP_FLAG_MAXACK_SET;
	spin_unlock_bh(&ct->lock);
}

/**
 * vr_track_used() - updates a connection for packets that bypassed conntrack
 * @ct: the connection
 * @dir: enum ip_conntrack_dir
 * @use: the packets
 * @timeout: timeout in seconds from the last packet on, if the connection is still open
 *
 * Context: RCU read lock.
 */
void vr_track_used(struct nf_conn *ct, u32 dir, const struct vr_use *use, u32 timeout)
{
	track_count(ct, dir, use->packets, use->bytes - use->packets * ETH_HLEN);
	prolong(ct, timeout, use->used);
	if (vr_track_is_tcp(ct) && use->ack && vr_track_usable(ct))
		acknowledge(ct, dir, ntohl(use->ack));
}

/**
 * vr_track_help() - gives the connection of a packet the helper of a rule
 * @skb: the packet, after vr_track()
 * @rule: the rule that allows the connection
 *
 * Confirmed connections do not change. Expected connections do not speak the protocol of the
 * helper.
 *
 * Context: softirq or BH disabled; RCU read lock.
 * Return: false if there is no memory.
 */
bool vr_track_help(struct sk_buff *skb, const struct vr_rule *rule)
{
	enum ip_conntrack_info ctinfo;
	struct nf_conn *ct = nf_ct_get(skb, &ctinfo);

	if (!ct || nf_ct_is_confirmed(ct) || track_origin_of(ct) != ct)
		return true;
	return vr_helper_assign(&rule->helper, ct);
}

/* Charges a new connection before confirming it: a confirmed one can no longer be refused. */
static enum vr_drop confirm_paid(struct sk_buff *skb, struct nf_conn *ct,
				 const struct vr_vif *payer)
{
	enum vr_drop reason = nf_ct_is_confirmed(ct) ? VR_DROP_NONE :
						       vr_connlimit_charge(payer, ct);

	if (reason == VR_DROP_NONE && nf_conntrack_confirm(skb) != NF_ACCEPT)
		reason = VR_DROP_CT_FULL;
	return reason;
}

/* Confirms the connection of a packet in a network, and detaches it from the packet. */
static inline enum vr_drop confirm(struct sk_buff *skb, const struct vr_pkt *pkt,
				   const struct vr_network *network)
{
	enum vr_drop reason = VR_DROP_NONE;
	enum ip_conntrack_info ctinfo;
	struct nf_conn *ct = nf_ct_get(skb, &ctinfo);

	if (pkt->recorder && !pkt->recorder->first)
		track_record(ct, ctinfo, pkt->recorder);
	if (vr_trace_on())
		vr_track_dry_confirm(skb, pkt, network);
	else if (ct && nfct_help(ct) && !vr_helper_run(skb, pkt))
		reason = VR_DROP_CT_HELPER;
	else if (ct)
		reason = confirm_paid(skb, ct, pkt->payer);
	nf_reset_ct(skb);
	return reason;
}

/**
 * vr_track_confirm() - confirms the connections of a packet that leaves
 * @skb: the packet; its connections are detached
 * @pkt: parsed data of @skb
 *
 * Context: softirq or BH disabled; RCU read lock.
 * Return: VR_DROP_NONE, or why the packet must be dropped.
 */
enum vr_drop vr_track_confirm(struct sk_buff *skb, struct vr_pkt *pkt)
{
	enum vr_drop reason;

	if (!pkt->tracked)
		return VR_DROP_NONE;
	reason = confirm(skb, pkt, pkt->tracked);
	pkt->tracked = NULL;
	if (reason == VR_DROP_NONE && pkt->aside) {
		skb_set_nfct(skb, pkt->aside);
		pkt->aside = 0;
		reason = confirm(skb, pkt, pkt->origin);
	}
	return reason;
}

/** vr_track_forget() - releases the connection that was set aside for a packet that ends here */
void vr_track_forget(struct vr_pkt *pkt)
{
	nf_conntrack_put((struct nf_conntrack *)(pkt->aside & NFCT_PTRMASK));
	pkt->aside = 0;
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

/** vr_track_template() - allocates the conntrack template of a zone, or NULL; may sleep */
struct nf_conn *vr_track_template(struct vr_net *vn, int id)
{
	struct nf_conntrack_zone zone;
	struct nf_conn *template;

	nf_ct_zone_init(&zone, id, NF_CT_DEFAULT_ZONE_DIR, 0);
	template = nf_ct_tmpl_alloc(vn->net, &zone, VR_GFP_ACCOUNT);
	if (template)
		__set_bit(IPS_CONFIRMED_BIT, &template->status);
	return template;
}

#define ZONES BIT(16)

static int note_zone(struct nf_conn *ct, void *used)
{
	__set_bit(nf_ct_zone(ct)->id, used);
	return 0;
}

/*
 * Zones with connections before the module assigns the first zone belong to another user, or to
 * networks from before the module was replaced. A network gets such a zone only if the request
 * names it. This walks the host's whole table, once.
 */
static int find_used_zones(struct vr_net *vn)
{
	struct nf_ct_iter_data data = { .net = vn->net };
	unsigned int zone;

	if (vn->used_zones)
		return 0;
	vn->used_zones = kvcalloc(2 * BITS_TO_LONGS(ZONES), sizeof(long), VR_GFP_ACCOUNT);
	if (!vn->used_zones)
		return -ENOMEM;
	vn->had_zones = vn->used_zones + BITS_TO_LONGS(ZONES);
	data.data = vn->used_zones;
	nf_ct_iterate_cleanup_net(note_zone, &data);
	for_each_set_bit(zone, vn->used_zones, ZONES)
		if (!zone || ida_alloc_range(&vn->zones, zone, zone, VR_GFP_ACCOUNT) < 0)
			__clear_bit(zone, vn->used_zones);
	return 0;
}

/** vr_track_spare_zone() - reserves a free zone; -ENOSPC if there is none; Context: vn->lock */
int vr_track_spare_zone(struct vr_net *vn)
{
	int err = find_used_zones(vn);

	if (err)
		return err;
	return zone_min && zone_min <= zone_max ?
	       ida_alloc_range(&vn->zones, zone_min, zone_max, VR_GFP_ACCOUNT) : -ENOSPC;
}

/* Reserves the zone that a request names, even one with connections; -ENOSPC if taken. */
static int take_zone(struct vr_net *vn, u16 wanted)
{
	int err = find_used_zones(vn);

	if (err)
		return err;
	if (__test_and_clear_bit(wanted, vn->used_zones))
		return wanted;
	return ida_alloc_range(&vn->zones, wanted, wanted, VR_GFP_ACCOUNT);
}

/** vr_track_init() - prepares a namespace for connection tracking; vn->net is set */
void vr_track_init(struct vr_net *vn)
{
	unsigned int v6;

	for (v6 = 0; v6 < ARRAY_SIZE(vn->track_state); v6++)
		vn->track_state[v6] = (struct nf_hook_state){
			.hook = NF_INET_PRE_ROUTING,
			.pf = v6 ? NFPROTO_IPV6 : NFPROTO_IPV4,
			.net = vn->net,
		};
}

static int get_zone(struct vr_network *network, u16 wanted, struct genl_info *info)
{
	int id;

	if (!wanted)
		return vr_track_spare_zone(network->vn);
	id = take_zone(network->vn, wanted);
	if (id == -ENOSPC)
		vr_nl_err(info->extack, info->attrs[VROUTER_A_NETWORK_ZONE], -EADDRINUSE,
			  "zone %u is another network's", wanted);
	return id == -ENOSPC ? -EADDRINUSE : id;
}

/**
 * vr_track_attach() - gives a new network its zone
 * @network: the network, without a zone
 * @wanted: the zone, or 0 for any free one
 * @info: the request
 *
 * A zone that the request names keeps its connections: they belong to the same network, before
 * the module was replaced. A zone that the module chooses is empty, since a network that is
 * deleted flushes its zone. If no zone is free, the network gets none.
 *
 * Context: vn->lock.
 * Return: 0 or a negative errno.
 */
int vr_track_attach(struct vr_network *network, u16 wanted, struct genl_info *info)
{
	int id = get_zone(network, wanted, info);
	bool had;

	if (id == -ENOSPC)
		return 0;
	if (id < 0)
		return id;
	had = __test_and_set_bit(id, network->vn->had_zones);
	network->ct_template = vr_track_template(network->vn, id);
	if (!network->ct_template) {
		ida_free(&network->vn->zones, id);
		return -ENOMEM;
	}
	network->zone = id;
	/* The last packets of a previous network may have made connections after its flush. */
	if (had && !wanted)
		vr_track_flush(network);
	return 0;
}

/** vr_track_detach() - releases the zone of a network that is deleted; Context: vn->lock */
void vr_track_detach(struct vr_network *network)
{
	if (network->zone)
		ida_free(&network->vn->zones, network->zone);
	network->zone = 0;
}

/** vr_track_free() - frees the template of a network, after all readers are gone */
void vr_track_free(struct vr_network *network)
{
	nf_ct_put(network->ct_template);
}

/**
 * vr_track_lacking() - finds a network without a zone that has a vif with a security group
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
		vif = vr_to_vif(obj);
		conf = vr_deref(sg->vn, vif->conf);
		for (i = 0; !vif->network->zone && i < conf->sg_count; i++)
			if (conf->sg[i] == sg)
				return vif->network;
	}
	return NULL;
}
