// SPDX-License-Identifier: GPL-2.0
/*
 * Connections of the VMs, in the host's connection tracking: a zone for each network, so
 * that tenants may have the same addresses and ports.
 *
 * A connection is confirmed, which makes it one that others can find, when its first
 * packet leaves, after all policy; until then it goes with the packet. Packets leave
 * without it: what the host tracks of the underlay has nothing to do with it.
 *
 * No VM takes more of the host's table than its vif and its network let it: who is at a
 * limit is asked to wait before the table is asked for anything.
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

/* Connections of which each is expected because of what was said in the one before. */
#define GENERATIONS 4

/* Who else uses zones of the host, as Open vSwitch does, must leave these alone. */
static ushort zone_min = 32768;
module_param(zone_min, ushort, 0644);
MODULE_PARM_DESC(zone_min, "first connection tracking zone that networks are given");

static ushort zone_max = ZONE_MAX;
module_param(zone_max, ushort, 0644);
MODULE_PARM_DESC(zone_max, "last connection tracking zone that networks are given");

/* Does the host tell the connections of a protocol apart by ports? Linux 7 knows fewer. */
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

/* What rules look at, of the first packet of a connection. */
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

/* Would the packet begin a connection? Errors are about others and begin none. */
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
 * The connection in which one that was expected has its reason; itself when no one expected it.
 * A helper that gives what it expects a helper makes chains, as long as VMs want them.
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

/* Whose VM it is that begins a connection. What comes by tunnels is for the receiver. */
static const struct vr_vif *payer(const struct vr_pkt *pkt, const struct vr_vif *vif)
{
	return pkt->vif ? pkt->vif : vif;
}

/* In its network's zone, which makes the connection if it is new. */
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
	/* No decision about the first packet of a connection is kept: no more is recorded. */
	if (pkt->recorder && ct && !nf_ct_is_confirmed(ct))
		pkt->recorder->first = true;
	return VR_DROP_NONE;
}

/* Looks the packet up for who would have to pay for a new connection. */
static enum vr_drop look_up(struct sk_buff *skb, struct vr_pkt *pkt, const struct vr_vif *vif)
{
	if (vr_connlimit_is_full(vif) && begins(skb, pkt) && !vr_connlimit_make_room(vif))
		return VR_DROP_CT_LIMIT;
	return vr_trace_on() ? vr_track_dry(skb, pkt) : track_find(skb, pkt, vif);
}

/* What it is of in the network that it comes from waits for the policy in this one. */
static void set_aside(struct sk_buff *skb, struct vr_pkt *pkt)
{
	pkt->aside = skb_get_nfct(skb);
	skb_set_nfct(skb, 0);
	pkt->tracked = NULL;
}

/*
 * Where the host does not know ports, all that two addresses say to each other is one
 * connection. Then rules look at each packet's own, the way of the first packet.
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
 * Of the first packet of the connection; of one that was expected, the first packet of
 * the connection in which it was. Either end of that may have begun this one.
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
 * In a trace: what the tracker calls invalid, a wrong checksum for one, it would not see of
 * a flow that is known.
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
 * vr_track() - finds the connection of a packet in the network that it is in
 * @skb: the packet, no fragment
 * @pkt: about it
 * @vif: where policy is asked
 * @tracked: set
 * @tuple: what rules look at, of the connection's first packet, or the first one of that in
 *	which this was expected; not set when it is of none
 *
 * Asked again in the same network, the packet is not looked up again. In another one,
 * the connection in the network that it comes from is set aside.
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
 * The first packet of UDP two seconds after the connection began makes it an assured stream
 * with a longer timeout, if there was an answer. That one the tracker must see.
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
 * Which connection a decision is about, if it is one whose packets need not all be seen.
 * Helpers see all of theirs, and what they expected is judged by the connection in which
 * they did.
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

	if (!vr_track_is_tcp(ct))
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
 * The windows of TCP are taken from the next packet of each end, and what was not
 * acknowledged when packets were seen last has been since. What each end acknowledged last is
 * known, see vr_track_used(): an RST that does not fit is perhaps no end's.
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
 * vr_track_believe() - the next packet is of a connection, though the tracker cannot know
 * @ct: the connection
 *
 * What the ends acknowledged last is a second old, so no RST seems to fit.
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

/* Only if the tracker counts. */
static void track_count(struct nf_conn *ct, u32 dir, u64 packets, u64 bytes)
{
	for (; bytes > UINT_MAX; bytes -= UINT_MAX)
		nf_ct_acct_add(ct, dir, 0, UINT_MAX);
	nf_ct_acct_add(ct, dir, packets, bytes);
}

/* Of a state of TCP, in jiffies. */
static u32 tcp_timeout(const struct nf_conn *ct, enum tcp_conntrack state)
{
	const unsigned int *timeouts = nf_ct_timeout_lookup(ct);

	if (!timeouts)
		timeouts = nf_tcp_pernet(nf_ct_net(ct))->timeouts;
	return READ_ONCE(timeouts[state]);
}

/**
 * vr_track_timeout() - seconds for which packets of a connection keep it
 * @ct: the connection, which is open, after a packet that was tracked
 *
 * Of TCP, as if the packets that are not tracked acknowledged all that was sent.
 *
 * Context: RCU read lock.
 */
u32 vr_track_timeout(const struct nf_conn *ct)
{
	unsigned long timeout = vr_track_is_tcp(ct) && vr_track_replied(ct) ?
				tcp_timeout(ct, TCP_CONNTRACK_ESTABLISHED) : nf_ct_expires(ct);

	return DIV_ROUND_CLOSEST(timeout, HZ);
}

/*
 * Was there an RST since? One that does not fit leaves a connection open, but for a short
 * time unless more packets come (nf_conntrack_tcp_packet()).
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

/* As __nf_ct_refresh_acct() does. */
static void prolong(struct nf_conn *ct, u32 timeout, u32 used)
{
	u32 expires = used + timeout * HZ;

	if (!test_bit(IPS_FIXED_TIMEOUT_BIT, &ct->status) && vr_track_usable(ct) &&
	    (s32)(expires - READ_ONCE(ct->timeout)) > 0 && !was_reset_since(ct, used))
		WRITE_ONCE(ct->timeout, expires);
}

/* By this the tracker knows the RSTs of the other end. */
static void acknowledge(struct nf_conn *ct, u32 dir, u32 ack)
{
	spin_lock_bh(&ct->lock);
	ct->proto.tcp.seen[dir].td_maxack = ack;
	ct->proto.tcp.seen[dir].flags |= IP_CT_TCP_FLAG_MAXACK_SET;
	spin_unlock_bh(&ct->lock);
}

/**
 * vr_track_used() - a connection was in use, by packets that were not tracked
 * @ct: the connection
 * @dir: enum ip_conntrack_dir
 * @use: by which
 * @timeout: seconds for which the last of them keeps it, if it is open still
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
 * @skb: the packet, which vr_track() was asked about
 * @rule: allows the connection
 *
 * Connections that there are keep what they have, and those that were expected do not
 * speak the protocol of the rule's.
 *
 * Context: softirq or BH disabled; RCU read lock.
 * Return: was there memory?
 */
bool vr_track_help(struct sk_buff *skb, const struct vr_rule *rule)
{
	enum ip_conntrack_info ctinfo;
	struct nf_conn *ct = nf_ct_get(skb, &ctinfo);

	if (!ct || nf_ct_is_confirmed(ct) || track_origin_of(ct) != ct)
		return true;
	return vr_helper_assign(&rule->helper, ct);
}

/* A new connection is on an account first: once others find it, it cannot be refused. */
static enum vr_drop confirm_paid(struct sk_buff *skb, struct nf_conn *ct,
				 const struct vr_vif *payer)
{
	enum vr_drop reason = nf_ct_is_confirmed(ct) ? VR_DROP_NONE :
						       vr_connlimit_charge(payer, ct);

	if (reason == VR_DROP_NONE && nf_conntrack_confirm(skb) != NF_ACCEPT)
		reason = VR_DROP_CT_FULL;
	return reason;
}

/* Afterwards the packet is of no connection. */
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
 * vr_track_confirm() - lets others find the connections of a packet that leaves
 * @skb: the packet; of no connection afterwards
 * @pkt: about it
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

/** vr_track_forget() - the packet ends here, and what was set aside with it */
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

/** vr_track_template() - what names a zone to the tracking, or NULL; may sleep */
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
 * Zones that have connections before the module gives out any are someone else's, or those of
 * networks that were here before the module was exchanged: no network gets them unless it
 * is told to. This looks once at the host's whole table.
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

/** vr_track_spare_zone() - takes a zone that has no connections, or -ENOSPC; Context: vn->lock */
int vr_track_spare_zone(struct vr_net *vn)
{
	int err = find_used_zones(vn);

	if (err)
		return err;
	return zone_min && zone_min <= zone_max ?
	       ida_alloc_range(&vn->zones, zone_min, zone_max, VR_GFP_ACCOUNT) : -ENOSPC;
}

/* Takes the zone that a request names, also one that was found in use; or -ENOSPC. */
static int take_zone(struct vr_net *vn, u16 wanted)
{
	int err = find_used_zones(vn);

	if (err)
		return err;
	if (__test_and_clear_bit(wanted, vn->used_zones))
		return wanted;
	return ida_alloc_range(&vn->zones, wanted, wanted, VR_GFP_ACCOUNT);
}

/** vr_track_init() - prepares a namespace, whose vn->net is set */
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
 * @network: which has none
 * @wanted: the zone, or 0 for any that is free
 * @info: the request
 *
 * A zone that was asked for keeps the connections that are in it: they are those of the
 * same network, before the module was exchanged. One that was not has none, since who goes
 * takes his along. When none is free, the network has none.
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
	/* The last packets of a network that had it may have left something. */
	if (had && !wanted)
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
		vif = vr_to_vif(obj);
		conf = vr_deref(sg->vn, vif->conf);
		for (i = 0; !vif->network->zone && i < conf->sg_count; i++)
			if (conf->sg[i] == sg)
				return vif->network;
	}
	return NULL;
}
