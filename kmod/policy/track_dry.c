// SPDX-License-Identifier: GPL-2.0
/*
 * Connection tracking of traced packets, as a dry run. The host's conntrack judges the packet in
 * a spare zone, so that no connection of a VM is created, refreshed or ended. The connection that
 * the packet would find in its network's zone is copied to the spare zone for that time.
 */
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <net/netfilter/nf_conntrack.h>
#include <net/netfilter/nf_conntrack_core.h>
#include <net/netfilter/nf_conntrack_expect.h>
#include <net/netfilter/nf_conntrack_zones.h>

#include "core/dryrun.h"
#include "dryrun/run.h"
#include "objects/network.h"
#include "policy/helper.h"
#include "policy/track.h"

/* Status bits that a copy inherits; a trace has neither NAT nor offload. */
#define STATUS (IPS_SEEN_REPLY | IPS_ASSURED)

/* Timeout of a copy, longer than any dry run takes. */
#define COPY_SECONDS 60

/**
 * vr_track_dry_begin() - prepares a trace for connection tracking
 * @trace: the trace
 *
 * Context: vn->lock.
 * Return: 0 or a negative errno.
 */
int vr_track_dry_begin(struct vr_trace *trace)
{
	int id = vr_track_spare_zone(trace->vn);

	/* Packets that need no connections can be traced without a zone. */
	if (id == -ENOSPC)
		return 0;
	if (id < 0)
		return id;
	trace->zone = id;
	trace->template = vr_track_template(trace->vn, id);
	return trace->template ? 0 : -ENOMEM;
}

/** vr_track_dry_end() - releases the zone and connections of a trace; Context: vn->lock */
void vr_track_dry_end(struct vr_trace *trace)
{
	unsigned int i;

	for (i = 0; i < trace->count; i++)
		nf_ct_put(trace->connections[i].master);
	for (i = 0; i < trace->stand_in_count; i++)
		nf_ct_put(trace->stand_ins[i].master);
	if (trace->zone)
		ida_free(&trace->vn->zones, trace->zone);
	nf_ct_put(trace->template);
}

static struct nf_conntrack_zone zone_of(u16 id)
{
	struct nf_conntrack_zone zone;

	nf_ct_zone_init(&zone, id, NF_CT_DEFAULT_ZONE_DIR, 0);
	return zone;
}

static bool is_error(const struct vr_pkt *pkt)
{
	if (pkt->family == AF_INET6)
		return pkt->l4_proto == IPPROTO_ICMPV6 &&
		       !(pkt->icmp_type & ICMPV6_INFOMSG_MASK);
	return pkt->l4_proto == IPPROTO_ICMP && icmp_is_err(pkt->icmp_type);
}

/* Reads the tuple of a packet; for an ICMP error, the tuple of the packet inside, inverted. */
static bool track_dry_read_tuple(struct sk_buff *skb, const struct vr_pkt *pkt,
				 struct nf_conntrack_tuple *tuple)
{
	struct nf_conntrack_tuple inner;

	if (!is_error(pkt))
		return nf_ct_get_tuplepr(skb, skb_network_offset(skb), pkt->family,
					 pkt->vn->net, tuple);
	return nf_ct_get_tuplepr(skb, skb_network_offset(skb) + pkt->l4 + sizeof(struct icmphdr),
				 pkt->family, pkt->vn->net, &inner) &&
	       nf_ct_invert_tuple(tuple, &inner);
}

static bool has_tuple(const struct vr_trace_connection *connection,
		      const struct nf_conntrack_tuple *tuple)
{
	return nf_ct_tuple_equal(&connection->tuple[IP_CT_DIR_ORIGINAL], tuple) ||
	       nf_ct_tuple_equal(&connection->tuple[IP_CT_DIR_REPLY], tuple);
}

/* Finds a connection that an earlier packet of the trace would have made or changed. */
static struct vr_trace_connection *recall(struct vr_trace *trace,
					  const struct vr_network *network,
					  const struct nf_conntrack_tuple *tuple)
{
	unsigned int i;

	for (i = 0; i < trace->count; i++)
		if (trace->connections[i].network == network &&
		    has_tuple(&trace->connections[i], tuple))
			return &trace->connections[i];
	return NULL;
}

/**
 * vr_track_dry_knows() - checks whether an earlier packet of the trace made a connection
 * @network: network of the connection
 * @tuple: tuple of either direction
 *
 * Context: softirq or BH disabled; RCU read lock; in a trace.
 */
bool vr_track_dry_knows(const struct vr_network *network,
			const struct nf_conntrack_tuple *tuple)
{
	return recall(vr_trace(), network, tuple);
}

static void read_connection(struct nf_conn *ct, struct vr_trace_connection *connection)
{
	connection->tuple[IP_CT_DIR_ORIGINAL] = ct->tuplehash[IP_CT_DIR_ORIGINAL].tuple;
	connection->tuple[IP_CT_DIR_REPLY] = ct->tuplehash[IP_CT_DIR_REPLY].tuple;
	connection->status = READ_ONCE(ct->status);
	spin_lock_bh(&ct->lock);
	connection->proto = ct->proto;
	spin_unlock_bh(&ct->lock);
	connection->master = ct->status & IPS_EXPECTED ? ct->master : NULL;
	if (connection->master)
		nf_conntrack_get(&connection->master->ct_general);
	strscpy_pad(connection->helper, vr_helper_name(ct), sizeof(connection->helper));
}

/* Finds the connection of a packet in its network, as the trace has changed it. */
static bool track_dry_find(struct vr_trace *trace, const struct vr_network *network,
			   const struct nf_conntrack_tuple *tuple,
			   struct vr_trace_connection *found)
{
	const struct vr_trace_connection *recalled = recall(trace, network, tuple);
	struct nf_conntrack_zone zone = zone_of(network->zone);
	struct nf_conntrack_tuple_hash *hash;
	struct nf_conn *ct;

	if (recalled) {
		*found = *recalled;
		if (found->master)
			nf_conntrack_get(&found->master->ct_general);
		return true;
	}
	hash = nf_conntrack_find_get(trace->vn->net, &zone, tuple);
	if (!hash)
		return false;
	ct = nf_ct_tuplehash_to_ctrack(hash);
	read_connection(ct, found);
	nf_ct_put(ct);
	return true;
}

/* The spare zone may have connections of a network that was deleted: remove them. */
static void clear(struct vr_trace *trace, const struct nf_conntrack_tuple *tuple)
{
	struct nf_conntrack_zone zone = zone_of(trace->zone);
	struct nf_conntrack_tuple_hash *hash;
	struct nf_conn *ct;

	hash = nf_conntrack_find_get(trace->vn->net, &zone, tuple);
	if (!hash)
		return;
	ct = nf_ct_tuplehash_to_ctrack(hash);
	nf_ct_kill(ct);
	nf_ct_put(ct);
}

/*
 * Copies a connection to the zone of the trace, as ctnetlink does; NULL on failure. The copy has
 * neither a master nor a helper, since its end would affect both.
 */
static struct nf_conn *copy(struct vr_trace *trace,
			    const struct vr_trace_connection *connection)
{
	struct nf_conntrack_zone zone = zone_of(trace->zone);
	struct nf_conn *ct;

	ct = nf_conntrack_alloc(trace->vn->net, &zone,
				&connection->tuple[IP_CT_DIR_ORIGINAL],
				&connection->tuple[IP_CT_DIR_REPLY],
				GFP_ATOMIC | __GFP_NOWARN);
	if (IS_ERR(ct))
		return NULL;
	ct->proto = connection->proto;
	ct->status = (connection->status & STATUS) | IPS_CONFIRMED;
	WRITE_ONCE(ct->timeout, nfct_time_stamp + COPY_SECONDS * HZ);
	if (!nf_conntrack_hash_check_insert(ct))
		return ct;
	nf_conntrack_free(ct);
	return NULL;
}

/* Finds the connection that expects a tuple, with a reference. See nf_ct_find_expectation(). */
static struct nf_conn *find_master(const struct vr_trace *trace, u16 id,
				   const struct nf_conntrack_tuple *tuple)
{
	struct nf_conntrack_zone zone = zone_of(id);
	const struct nf_conntrack_expect *expected;
	struct nf_conn *master = NULL;

	spin_lock(&nf_conntrack_expect_lock);
	expected = __nf_ct_expect_find(trace->vn->net, &zone, tuple);
	if (expected && !(expected->flags & NF_CT_EXPECT_INACTIVE) &&
	    nf_ct_is_confirmed(expected->master) && !nf_ct_is_dying(expected->master) &&
	    refcount_inc_not_zero(&expected->master->ct_general.use))
		master = expected->master;
	spin_unlock(&nf_conntrack_expect_lock);
	return master;
}

static struct vr_trace_stand_in *find_stand_in(struct vr_trace *trace, const struct nf_conn *ct)
{
	unsigned int i;

	for (i = 0; i < trace->stand_in_count; i++)
		if (trace->stand_ins[i].ct == ct)
			return &trace->stand_ins[i];
	return NULL;
}

static struct vr_trace_stand_in *get_stand_in(struct vr_trace *trace, const struct nf_conn *ct)
{
	struct vr_trace_stand_in *stand_in = find_stand_in(trace, ct);

	if (!stand_in && trace->stand_in_count < VR_TRACE_CONNECTIONS)
		stand_in = &trace->stand_ins[trace->stand_in_count++];
	return stand_in;
}

/* Records what a packet's connection stands for. Takes over the reference to the master. */
static enum vr_drop stand_in(struct vr_trace *trace, struct sk_buff *skb, struct nf_conn *master,
			     const char *helper)
{
	enum ip_conntrack_info ctinfo;
	struct nf_conn *ct = nf_ct_get(skb, &ctinfo);
	struct vr_trace_stand_in *stand_in = ct ? get_stand_in(trace, ct) : NULL;

	if (!stand_in) {
		nf_ct_put(master);
		return ct ? VR_DROP_NO_MEMORY : VR_DROP_NONE;
	}
	nf_ct_put(stand_in->master);
	stand_in->ct = ct;
	stand_in->master = master;
	strscpy(stand_in->helper, helper, sizeof(stand_in->helper));
	if (master && ctinfo == IP_CT_NEW)
		nf_ct_set(skb, ct, IP_CT_RELATED);
	return VR_DROP_NONE;
}

/**
 * vr_track_dry_master() - master of a traced packet's connection, or NULL
 * @ct: the connection
 *
 * Context: softirq or BH disabled; RCU read lock; in a trace.
 */
const struct nf_conn *vr_track_dry_master(const struct nf_conn *ct)
{
	const struct vr_trace_stand_in *stand_in = find_stand_in(vr_trace(), ct);

	return stand_in ? stand_in->master : NULL;
}

/* If the table is full, conntrack would end other connections to make room. */
static bool has_room(const struct vr_trace *trace)
{
	return !nf_conntrack_max || nf_conntrack_count(trace->vn->net) < nf_conntrack_max;
}

/* Passes the packet to conntrack, in the zone of the trace. */
static enum vr_drop judge(struct vr_trace *trace, struct sk_buff *skb,
			  const struct vr_pkt *pkt)
{
	const struct nf_hook_state *state = &trace->vn->track_state[pkt->family == AF_INET6];

	nf_reset_ct(skb);
	nf_conntrack_get(&trace->template->ct_general);
	nf_ct_set(skb, trace->template, IP_CT_NEW);
	return nf_conntrack_in(skb, state) == NF_ACCEPT ? VR_DROP_NONE : VR_DROP_CT_FULL;
}

/* The same for a packet with a connection: a temporary copy of the connection is made. */
static enum vr_drop judge_copy(struct vr_trace *trace, struct sk_buff *skb,
			       const struct vr_pkt *pkt, struct vr_trace_connection *found)
{
	struct nf_conn *ct = copy(trace, found);
	enum ip_conntrack_info ctinfo;
	enum vr_drop reason;

	if (!ct) {
		nf_ct_put(found->master);
		return VR_DROP_NO_MEMORY;
	}
	reason = judge(trace, skb, pkt);
	if (nf_ct_get(skb, &ctinfo) != ct)
		nf_ct_put(found->master);
	else if (stand_in(trace, skb, found->master, found->helper) != VR_DROP_NONE)
		reason = VR_DROP_NO_MEMORY;
	nf_ct_kill(ct);
	nf_ct_put(ct);
	return reason;
}

/* The same for a packet with a tuple. A new connection may be expected in its network. */
static enum vr_drop judge_known(struct vr_trace *trace, struct sk_buff *skb,
				const struct vr_pkt *pkt, const struct nf_conntrack_tuple *tuple)
{
	struct vr_trace_connection found;
	enum vr_drop reason;

	if (track_dry_find(trace, pkt->network, tuple, &found))
		return judge_copy(trace, skb, pkt, &found);
	reason = judge(trace, skb, pkt);
	if (reason != VR_DROP_NONE)
		return reason;
	return stand_in(trace, skb, find_master(trace, pkt->network->zone, tuple), "");
}

/**
 * vr_track_dry() - dry run of connection tracking for a traced packet
 * @skb: the packet, no fragment; gets a connection, as from conntrack
 * @pkt: parsed data of @skb
 *
 * Context: softirq or BH disabled; RCU read lock; in a trace.
 * Return: VR_DROP_NONE, or why the packet must be dropped.
 */
enum vr_drop vr_track_dry(struct sk_buff *skb, struct vr_pkt *pkt)
{
	struct vr_trace *trace = vr_trace();
	struct nf_conntrack_tuple tuple;

	pkt->tracked = pkt->network;
	if (!trace->template)
		vr_trace_fail(trace, -ENOSPC,
			      "no zone of connection tracking is free to try the packet in: delete a network, or raise zone_max of the module");
	if (!trace->template || !has_room(trace))
		return VR_DROP_CT_FULL;
	if (!track_dry_read_tuple(skb, pkt, &tuple))
		return judge(trace, skb, pkt);
	clear(trace, &tuple);
	return judge_known(trace, skb, pkt, &tuple);
}

/**
 * vr_track_dry_confirm() - records the connection of a packet that would leave
 * @skb: the packet
 * @pkt: parsed data of @skb
 * @network: network of the connection
 *
 * The next packet of the trace then finds the connection, as a reply does. Helpers are not run,
 * since they would add expectations.
 *
 * Context: softirq or BH disabled; RCU read lock; in a trace.
 */
void vr_track_dry_confirm(struct sk_buff *skb, const struct vr_pkt *pkt,
			  const struct vr_network *network)
{
	struct vr_trace *trace = vr_trace();
	const struct vr_trace_stand_in *stand_in;
	struct vr_trace_connection *connection;
	enum ip_conntrack_info ctinfo;
	struct nf_conn *ct = nf_ct_get(skb, &ctinfo);
	const char *helper;

	if (!ct)
		return;
	stand_in = find_stand_in(trace, ct);
	helper = stand_in && *stand_in->helper ? stand_in->helper : vr_helper_name(ct);
	/* An ICMP error has the connection that it is about, but another protocol. */
	if (*helper && pkt->l4_proto == nf_ct_protonum(ct))
		vr_trace_helper(network, helper);
	connection = recall(trace, network, &ct->tuplehash[IP_CT_DIR_ORIGINAL].tuple);
	if (!connection && trace->count < VR_TRACE_CONNECTIONS) {
		connection = &trace->connections[trace->count++];
		connection->network = network;
	}
	if (!connection)
		return;
	nf_ct_put(connection->master);
	read_connection(ct, connection);
	strscpy_pad(connection->helper, helper, sizeof(connection->helper));
	connection->master = stand_in ? stand_in->master : NULL;
	if (connection->master)
		nf_conntrack_get(&connection->master->ct_general);
}

/**
 * vr_track_state() - state of a packet in connection tracking, for a trace
 * @ct: its connection, or NULL
 * @ctinfo: enum ip_conntrack_info
 *
 * Return: enum vrouter_trace_state.
 */
u32 vr_track_state(const struct nf_conn *ct, u32 ctinfo)
{
	if (!ct)
		return ctinfo == IP_CT_UNTRACKED ? VROUTER_TRACE_STATE_UNTRACKED :
						   VROUTER_TRACE_STATE_INVALID;
	switch (ctinfo) {
	case IP_CT_ESTABLISHED:
		return VROUTER_TRACE_STATE_ESTABLISHED;
	case IP_CT_ESTABLISHED_REPLY:
		return VROUTER_TRACE_STATE_REPLY;
	case IP_CT_RELATED:
	case IP_CT_RELATED_REPLY:
		return VROUTER_TRACE_STATE_RELATED;
	default:
		return VROUTER_TRACE_STATE_NEW;
	}
}
