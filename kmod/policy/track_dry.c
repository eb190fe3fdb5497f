// SPDX-License-Identifier: GPL-2.0
/*
 * Connections of traced packets. The host's own tracking judges them, but in a zone in
 * which there are none, so that nothing is made, refreshed or ended where connections of
 * VMs are. What the packet would have found in its network's zone is copied there first,
 * for as long as the judgement takes.
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

/* Of what a copy takes over; there is no NAT and no offload in a trace. */
#define STATUS (IPS_SEEN_REPLY | IPS_ASSURED)

/* More than any judgement takes. */
#define COPY_SECONDS 60

/**
 * vr_track_dry_begin() - prepares a trace for connections
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

/** vr_track_dry_end() - gives back what a trace needed; Context: vn->lock */
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

/* What the connection is found by: of an ICMP error, that of the packet inside. */
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

/* One that a packet of the trace would have made or changed. */
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
 * vr_track_dry_knows() - would a packet of this trace have made a connection?
 * @network: in which
 * @tuple: of either direction
 *
 * Context: as of packets, in a trace.
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

/* The connection that a packet of this tuple has in its network. */
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

/* A network that is gone may have left connections in the zone that is spare now. */
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
 * Puts a connection into the zone of the trace, as ctnetlink does; NULL when that was not
 * possible. It has neither master nor helper, both of which would be told of its end.
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

/* What expects a packet of this tuple, with a reference, or NULL; as nf_ct_find_expectation(). */
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

/* Remembers what a packet's connection stands for, with the reference to the master. */
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
 * vr_track_dry_master() - what a traced packet's connection was expected by, or NULL
 * @ct: the connection
 *
 * Context: as of packets, in a trace.
 */
const struct nf_conn *vr_track_dry_master(const struct nf_conn *ct)
{
	const struct vr_trace_stand_in *stand_in = find_stand_in(vr_trace(), ct);

	return stand_in ? stand_in->master : NULL;
}

/* The tracker would end connections of others to make room. */
static bool has_room(const struct vr_trace *trace)
{
	return !nf_conntrack_max || nf_conntrack_count(trace->vn->net) < nf_conntrack_max;
}

/* As in vr_track(), in the zone of the trace. */
static enum vr_drop judge(struct vr_trace *trace, struct sk_buff *skb,
			  const struct vr_pkt *pkt)
{
	const struct nf_hook_state *state = &trace->vn->track_state[pkt->family == AF_INET6];

	nf_reset_ct(skb);
	nf_conntrack_get(&trace->template->ct_general);
	nf_ct_set(skb, trace->template, IP_CT_NEW);
	return nf_conntrack_in(skb, state) == NF_ACCEPT ? VR_DROP_NONE : VR_DROP_CT_FULL;
}

/* The same of a packet that finds a copy of its connection there. */
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

/* The same of a packet that has a tuple. A new connection may be expected in its network. */
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
 * vr_track_dry() - what connection tracking would say of a traced packet
 * @skb: the packet, no fragment; has a connection afterwards as after tracking it
 * @pkt: about it
 *
 * Context: as of packets, in a trace.
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
 * vr_track_dry_confirm() - remembers the connection of a packet that would leave
 * @skb: the packet
 * @pkt: about it
 * @network: in which it has the connection
 *
 * So that the next packet of the trace finds it, as an answer does. What a helper would
 * make of the packet is not tried: it would tell the tracker what to expect.
 *
 * Context: as of packets, in a trace.
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
	/* An ICMP error is about the connection, but not of its protocol. */
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
 * vr_track_state() - what a packet is to connection tracking, for a trace
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
