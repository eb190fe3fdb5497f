// SPDX-License-Identifier: GPL-2.0
/* Netlink requests for flows. */
#include "core/netlink.h"
#include "core/object.h"
#include "fib/nexthop.h"
#include "flow/flow_message.h"
#include "flow/flowtable.h"
#include "lib/gateway.h"
#include "objects/tunnel.h"
#include "objects/vif.h"
#include "policy/ruleset.h"
#include "policy/sg.h"

/* Flows that are visited before other tasks get the CPU. */
#define BATCH 1024

/**
 * struct filter - the flows that a request selects
 * @vn: the namespace
 * @network: network that they come in by or leave by, or NULL; only compared, may have been freed
 * @network_id: its id, or 0
 * @vif: vif that they come from or go to, or NULL; only compared, may have been freed
 * @vif_id: its id, or 0
 * @prefix: contains the address of either end; any address with family 0
 * @has_port: the port matters
 * @port: port of either end
 * @has_proto: the protocol matters
 * @proto: IP protocol
 * @state: enum vrouter_flow_state, 0 for all
 */
struct filter {
	struct vr_net *vn;
	const struct vr_network *network;
	u32 network_id;
	const struct vr_vif *vif;
	u32 vif_id;
	struct vr_prefix prefix;
	bool has_port;
	u16 port;
	bool has_proto;
	u8 proto;
	u32 state;
};

static int flow_nl_parse_prefix(struct filter *filter, struct nlattr **attrs,
				struct netlink_ext_ack *extack)
{
	const struct nlattr *address = attrs[VROUTER_A_FLOW_ADDRESS];
	const struct nlattr *len = attrs[VROUTER_A_FLOW_LEN];
	int err;

	if (len && !address)
		return vr_nl_err(extack, len, -EINVAL, "the address of the prefix is missing");
	if (!address)
		return 0;
	err = vr_nl_addr(address, &filter->prefix.addr, extack);
	return err ? err : vr_nl_prefix_len(len, &filter->prefix.addr, &filter->prefix.len,
					    extack);
}

static int parse_locked(struct vr_net *vn, struct nlattr **attrs, struct filter *filter,
			struct netlink_ext_ack *extack)
{
	struct vr_object *network, *vif;

	network = vr_object_ref(vn, VR_KIND_NETWORK, attrs[VROUTER_A_FLOW_NETWORK_ID],
				attrs[VROUTER_A_FLOW_NETWORK_NAME], extack);
	if (IS_ERR(network))
		return PTR_ERR(network);
	vif = vr_object_ref(vn, VR_KIND_VIF, attrs[VROUTER_A_FLOW_VIF_ID],
			    attrs[VROUTER_A_FLOW_VIF_NAME], extack);
	if (IS_ERR(vif))
		return PTR_ERR(vif);
	filter->vn = vn;
	filter->network = network ? vr_to_network(network) : NULL;
	filter->network_id = network ? network->id : 0;
	filter->vif = vif ? vr_to_vif(vif) : NULL;
	filter->vif_id = vif ? vif->id : 0;
	filter->has_port = attrs[VROUTER_A_FLOW_PORT];
	if (filter->has_port)
		filter->port = nla_get_u16(attrs[VROUTER_A_FLOW_PORT]);
	filter->has_proto = attrs[VROUTER_A_FLOW_PROTO];
	if (filter->has_proto)
		filter->proto = nla_get_u8(attrs[VROUTER_A_FLOW_PROTO]);
	if (attrs[VROUTER_A_FLOW_STATE])
		filter->state = nla_get_u32(attrs[VROUTER_A_FLOW_STATE]);
	return flow_nl_parse_prefix(filter, attrs, extack);
}

/* Only the lookup of names needs the lock; flows are walked without it. */
static int flow_nl_parse(struct vr_net *vn, struct nlattr **attrs, struct filter *filter,
			 struct netlink_ext_ack *extack)
{
	int err;

	mutex_lock(&vn->lock);
	err = parse_locked(vn, attrs, filter, extack);
	mutex_unlock(&vn->lock);
	return err;
}

/*
 * Does a flow leave by the network? The network of a decision that is no longer valid is unknown.
 */
static bool leaves_by(const struct vr_decision *decision, const struct filter *filter)
{
	return vr_decision_holds(decision, filter->vn) && vr_decision_network(decision) ==
		filter->network;
}

static bool is_at(const struct vr_flow_key *key, const struct vr_decision *decision,
		  const struct filter *filter)
{
	if (filter->network_id && key->network != filter->network_id && !leaves_by(decision,
										   filter))
		return false;
	return !filter->vif_id || (!vr_flow_is_overlay(key) && key->in == filter->vif_id) ||
	       vr_decision_vif(decision) == filter->vif;
}

static bool is_in(const struct vr_prefix *prefix, u8 family, const __be32 *addr)
{
	union vr_ip ip = {};

	memcpy(&ip, addr, vr_flow_words(family) * sizeof(*addr));
	return vr_prefix_has(prefix, family, &ip);
}

static bool has_address(const struct vr_flow_key *key, const struct vr_prefix *prefix)
{
	return !prefix->addr.family || is_in(prefix, key->family, vr_flow_src(key)) ||
	       is_in(prefix, key->family, vr_flow_dst(key));
}

/* Does a flow match? A flow that has ended doesn't. */
static bool flow_nl_matches(const struct vr_flow *flow, const struct filter *filter)
{
	const struct vr_decision *decision = rcu_dereference(flow->decision);
	const struct vr_flow_key *key = &flow->key;

	return decision && is_at(key, decision, filter) && has_address(key, &filter->prefix) &&
	       (!filter->has_port || ntohs(key->sport) == filter->port ||
		ntohs(key->dport) == filter->port) &&
	       (!filter->has_proto || key->proto == filter->proto) &&
	       (!filter->state || vr_flow_state(decision) == filter->state);
}

/* A walk over the flows of a namespace. */
struct dump {
	struct rhashtable_iter iter;
	bool done;
};

/** vr_flow_dump_start() - a dump of flows begins */
int vr_flow_dump_start(struct netlink_callback *cb)
{
	struct vr_net *vn = vr_net(sock_net(cb->skb->sk));
	struct dump *dump = NULL;
	int err = 0;

	mutex_lock(&vn->lock);
	if (vn->flows) {
		dump = kzalloc(sizeof(*dump), GFP_KERNEL);
		err = dump ? 0 : -ENOMEM;
	}
	if (dump)
		rhashtable_walk_enter(&vn->flows->table, &dump->iter);
	mutex_unlock(&vn->lock);
	cb->args[0] = (long)dump;
	return err;
}

/** vr_flow_dump_done() - a dump of flows ends */
int vr_flow_dump_done(struct netlink_callback *cb)
{
	struct dump *dump = (struct dump *)cb->args[0];

	if (dump)
		rhashtable_walk_exit(&dump->iter);
	kfree(dump);
	return 0;
}

static int flow_nl_dump_one(struct sk_buff *skb, struct netlink_callback *cb, struct vr_net *vn,
			    const struct vr_flow *flow)
{
	const struct vr_decision *decision = rcu_dereference(flow->decision);
	void *hdr;

	if (!decision)
		return 0;
	hdr = genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq, &vr_nl_family,
			  NLM_F_MULTI, VROUTER_CMD_FLOW_GET);
	if (!hdr)
		return -EMSGSIZE;
	if (vr_flow_fill(skb, vn, flow, decision)) {
		genlmsg_cancel(skb, hdr);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, hdr);
	return 0;
}

/*
 * Writes the flows of a batch until the message is full; a flow that doesn't fit is the first one
 * in the next message. Returns true if there are more flows and there is room for them.
 */
static bool dump_some(struct sk_buff *skb, struct netlink_callback *cb, struct dump *dump,
		      const struct filter *filter)
{
	struct vr_flow *flow = rhashtable_walk_peek(&dump->iter);
	u32 left = BATCH;

	while (flow && left--) {
		if (!IS_ERR(flow) && flow_nl_matches(flow, filter) && flow_nl_dump_one(skb, cb,
										       filter->vn,
										       flow))
			return false;
		flow = rhashtable_walk_next(&dump->iter);
	}
	dump->done = !flow;
	return flow;
}

int vrouter_nl_flow_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct dump *dump = (struct dump *)cb->args[0];
	struct filter filter = {};
	int err = flow_nl_parse(vr_net(sock_net(skb->sk)), vr_dump_attrs(cb), &filter, cb->extack);
	bool more = !err && dump && !dump->done;

	while (more) {
		rhashtable_walk_start(&dump->iter);
		more = dump_some(skb, cb, dump, &filter);
		rhashtable_walk_stop(&dump->iter);
		cond_resched();
	}
	return err ? err : skb->len;
}

/**
 * flow_nl_walk() - calls a function for each flow that matches
 * @filter: the flows
 * @each: the function, called under RCU; returns false to stop. May be NULL
 * @data: for @each
 *
 * Flows that come or go in the meantime may be missed.
 *
 * Return: number of matching flows.
 */
static u32 flow_nl_walk(const struct filter *filter,
			bool (*each)(struct vr_net *vn, struct vr_flow *flow, void *data),
			void *data)
{
	struct vr_net *vn = filter->vn;
	/* Pairs with the release in vr_flows_start(): the lock is not held here. */
	struct vr_flows *flows = smp_load_acquire(&vn->flows);
	u32 count = 0, left = BATCH;
	struct rhashtable_iter iter;
	struct vr_flow *flow;

	if (!flows)
		return 0;
	rhashtable_walk_enter(&flows->table, &iter);
	rhashtable_walk_start(&iter);
	while ((flow = rhashtable_walk_next(&iter))) {
		if (!IS_ERR(flow) && flow_nl_matches(flow, filter)) {
			count++;
			if (each && !each(vn, flow, data))
				break;
		}
		if (--left)
			continue;
		left = BATCH;
		rhashtable_walk_stop(&iter);
		cond_resched();
		rhashtable_walk_start(&iter);
	}
	rhashtable_walk_stop(&iter);
	rhashtable_walk_exit(&iter);
	return count;
}

/* The reply to a request. */
struct reply {
	struct sk_buff *msg;
	void *hdr;
	int err;
};

static int flow_nl_begin(struct reply *reply, struct genl_info *info, u8 cmd)
{
	reply->err = 0;
	reply->msg = genlmsg_new(NLMSG_DEFAULT_SIZE, GFP_KERNEL);
	reply->hdr = reply->msg ? genlmsg_put_reply(reply->msg, info, &vr_nl_family, 0, cmd) :
				  NULL;
	return reply->hdr ? 0 : -ENOMEM;
}

static int flow_nl_end(struct reply *reply, struct genl_info *info, int err)
{
	if (err) {
		nlmsg_free(reply->msg);
		return err;
	}
	genlmsg_end(reply->msg, reply->hdr);
	return genlmsg_reply(reply->msg, info);
}

static bool get_one(struct vr_net *vn, struct vr_flow *flow, void *data)
{
	const struct vr_decision *decision = rcu_dereference(flow->decision);
	struct reply *reply = data;

	if (!decision)
		return true;
	reply->err = vr_flow_fill(reply->msg, vn, flow, decision);
	return false;
}

int vrouter_nl_flow_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct vr_net *vn = vr_net(genl_info_net(info));
	struct filter filter = {};
	struct reply reply;
	int err = flow_nl_parse(vn, info->attrs, &filter, info->extack);

	if (err)
		return err;
	err = flow_nl_begin(&reply, info, VROUTER_CMD_FLOW_GET);
	if (!err && !flow_nl_walk(&filter, get_one, &reply))
		err = vr_nl_err(info->extack, NULL, -ENOENT, "there is no such flow");
	return flow_nl_end(&reply, info, err ? err : reply.err);
}

static int flow_nl_fill_counters(struct sk_buff *msg, const struct vr_net *vn)
{
	static const u16 attrs[VR_FLOW_COUNTS] = {
		[VR_FLOW_HITS] = VROUTER_A_FLOW_HITS,
		[VR_FLOW_MISSES] = VROUTER_A_FLOW_MISSES,
		[VR_FLOW_CREATED] = VROUTER_A_FLOW_CREATED,
		[VR_FLOW_EVICTED] = VROUTER_A_FLOW_EVICTED,
		[VR_FLOW_REFUSED] = VROUTER_A_FLOW_REFUSED,
	};
	unsigned int i;

	for (i = 0; i < VR_FLOW_COUNTS; i++)
		if (nla_put_u64_64bit(msg, attrs[i], vr_flow_counted(vn, i),
				      VROUTER_A_FLOW_PAD))
			return -EMSGSIZE;
	return 0;
}

int vrouter_nl_flow_count_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct vr_net *vn = vr_net(genl_info_net(info));
	struct filter filter = {};
	struct reply reply;
	int err = flow_nl_parse(vn, info->attrs, &filter, info->extack);

	if (err)
		return err;
	err = flow_nl_begin(&reply, info, VROUTER_CMD_FLOW_COUNT);
	if (!err)
		err = nla_put_u32(reply.msg, VROUTER_A_FLOW_COUNT, flow_nl_walk(&filter, NULL,
										NULL));
	if (!err)
		err = flow_nl_fill_counters(reply.msg, vn);
	return flow_nl_end(&reply, info, err);
}

static bool flush_one(struct vr_net *vn, struct vr_flow *flow, void *data)
{
	vr_flow_end(vn, flow, VROUTER_FLOW_END_FLUSHED);
	return true;
}

int vrouter_nl_flow_flush_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct vr_net *vn = vr_net(genl_info_net(info));
	struct filter filter = {};
	struct reply reply;
	int err = flow_nl_parse(vn, info->attrs, &filter, info->extack);

	if (err)
		return err;
	err = flow_nl_begin(&reply, info, VROUTER_CMD_FLOW_FLUSH);
	if (!err)
		err = nla_put_u32(reply.msg, VROUTER_A_FLOW_COUNT,
				  flow_nl_walk(&filter, flush_one, NULL));
	return flow_nl_end(&reply, info, err);
}
