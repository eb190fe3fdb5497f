// SPDX-License-Identifier: GPL-2.0
/* Netlink attributes of flows, and notifications about them. */
#include "core/netlink.h"
#include "core/object.h"
#include "fib/nexthop.h"
#include "flow/flow_message.h"
#include "flow/flowtable.h"
#include "objects/tunnel.h"
#include "objects/vif.h"
#include "policy/ruleset.h"
#include "policy/sg.h"

/*
 * After a notification that no one in this namespace received, none is built for this time. The
 * kernel counts the listeners of all namespaces together.
 */
#define UNHEARD (HZ / 10)

/* A notification contains no list, so its size is bounded. */
#define NTF_SIZE 1024

/** vr_flow_state() - enum vrouter_flow_state */
u32 vr_flow_state(const struct vr_decision *decision)
{
	if (!decision->conn_count)
		return VROUTER_FLOW_STATE_UNTRACKED;
	return vr_decision_unreplied(decision) ? VROUTER_FLOW_STATE_UNREPLIED :
					 VROUTER_FLOW_STATE_ESTABLISHED;
}

/* During a concurrent rename, the copy may mix both names, but it is terminated. */
static int put_name(struct sk_buff *msg, int attr, const struct vr_object *obj)
{
	char name[VROUTER_NAME_MAX + 1];

	strscpy(name, vr_name(obj), sizeof(name));
	return nla_put_string(msg, attr, name);
}

/* Puts the id of an object, and its name if the object still exists. */
static int flow_put_object(struct sk_buff *msg, struct vr_net *vn, enum vr_kind kind, u32 id,
			   u16 id_attr, u16 name_attr)
{
	const struct vr_object *obj = vr_object_by_id(vn, kind, id);

	if (nla_put_u32(msg, id_attr, id) ||
	    (obj && put_name(msg, name_attr, obj)))
		return -EMSGSIZE;
	return 0;
}

static int flow_put_addr(struct sk_buff *msg, int attr, u8 family, const __be32 *addr)
{
	return nla_put(msg, attr, vr_flow_words(family) * sizeof(*addr), addr);
}

static int flow_fill_source(struct sk_buff *msg, struct vr_net *vn, const struct vr_flow_key *key)
{
	if (flow_put_object(msg, vn, VR_KIND_NETWORK, key->network, VROUTER_A_FLOW_NETWORK_ID,
			    VROUTER_A_FLOW_NETWORK_NAME))
		return -EMSGSIZE;
	if (!vr_flow_is_overlay(key))
		return flow_put_object(msg, vn, VR_KIND_VIF, key->in, VROUTER_A_FLOW_VIF_ID,
				       VROUTER_A_FLOW_VIF_NAME);
	if (flow_put_object(msg, vn, VR_KIND_TUNNEL, key->in, VROUTER_A_FLOW_TUNNEL_ID,
			    VROUTER_A_FLOW_TUNNEL_NAME))
		return -EMSGSIZE;
	return flow_put_addr(msg, VROUTER_A_FLOW_REMOTE, key->remote_family, vr_flow_remote(key));
}

static int fill_tuple(struct sk_buff *msg, const struct vr_flow_key *key)
{
	if (nla_put_u8(msg, VROUTER_A_FLOW_PROTO, key->proto) ||
	    flow_put_addr(msg, VROUTER_A_FLOW_SRC, key->family, vr_flow_src(key)) ||
	    flow_put_addr(msg, VROUTER_A_FLOW_DST, key->family, vr_flow_dst(key)) ||
	    nla_put_u16(msg, VROUTER_A_FLOW_SPORT, ntohs(key->sport)) ||
	    nla_put_u16(msg, VROUTER_A_FLOW_DPORT, ntohs(key->dport)))
		return -EMSGSIZE;
	if (key->flags & VR_FLOW_L3)
		return 0;
	if (nla_put(msg, VROUTER_A_FLOW_DST_MAC, ETH_ALEN, key->macs) ||
	    nla_put(msg, VROUTER_A_FLOW_SRC_MAC, ETH_ALEN, key->macs + ETH_ALEN))
		return -EMSGSIZE;
	return 0;
}

static int fill_remote(struct sk_buff *msg, const struct vr_nexthop_info *info)
{
	const struct vr_object *tunnel = &info->tunnel->obj;

	if (nla_put_u32(msg, VROUTER_A_FLOW_OUT_TUNNEL_ID, tunnel->id) ||
	    put_name(msg, VROUTER_A_FLOW_OUT_TUNNEL_NAME, tunnel))
		return -EMSGSIZE;
	return vr_nl_put_addr(msg, VROUTER_A_FLOW_OUT_REMOTE, &info->remote);
}

static int fill_network(struct sk_buff *msg, const struct vr_network *network)
{
	if (nla_put_u32(msg, VROUTER_A_FLOW_OUT_NETWORK_ID, network->obj.id) ||
	    put_name(msg, VROUTER_A_FLOW_OUT_NETWORK_NAME, &network->obj))
		return -EMSGSIZE;
	return 0;
}

static int flow_fill_vif(struct sk_buff *msg, const struct vr_vif *vif)
{
	if (nla_put_u32(msg, VROUTER_A_FLOW_OUT_VIF_ID, vif->obj.id) ||
	    put_name(msg, VROUTER_A_FLOW_OUT_VIF_NAME, &vif->obj))
		return -EMSGSIZE;
	return 0;
}

/* Puts the destination. The decision holds, so the objects that it refers to exist. */
static int flow_fill_target(struct sk_buff *msg, const struct vr_flow_key *key,
			    const struct vr_decision *decision)
{
	const struct vr_nexthop_info *info = rcu_dereference(decision->nh->info);
	const struct vr_network *network = vr_decision_network(decision);
	const struct vr_vif *vif = vr_decision_vif(decision);

	if (info != decision->info)
		return 0;
	if (network && network->obj.id != key->network && fill_network(msg, network))
		return -EMSGSIZE;
	if (decision->nh->obj.id && nla_put_u32(msg, VROUTER_A_FLOW_NEXTHOP, decision->nh->obj.id))
		return -EMSGSIZE;
	if (vif && flow_fill_vif(msg, vif))
		return -EMSGSIZE;
	return info->tunnel ? fill_remote(msg, info) : 0;
}

/* Puts the rule. The decision holds, so the rule's security group exists. */
static int flow_fill_rule(struct sk_buff *msg, const struct vr_decision *decision)
{
	const struct vr_rule *rule = vr_decision_rule(decision, 1);

	if (!rule)
		rule = vr_decision_rule(decision, 0);
	if (!rule)
		return 0;
	if (nla_put_u32(msg, VROUTER_A_FLOW_RULE, READ_ONCE(rule->index)) ||
	    nla_put_u32(msg, VROUTER_A_FLOW_SG_ID, rule->sg->obj.id) ||
	    put_name(msg, VROUTER_A_FLOW_SG_NAME, &rule->sg->obj))
		return -EMSGSIZE;
	return 0;
}

static int put_u64(struct sk_buff *msg, int attr, u64 value)
{
	return nla_put_u64_64bit(msg, attr, value, VROUTER_A_FLOW_PAD);
}

static int flow_fill_counts(struct sk_buff *msg, const struct vr_flow *flow)
{
	u32 age = (vr_flow_clock() - flow->created) & GENMASK(30, 0);
	u32 idle = (u32)jiffies - READ_ONCE(flow->used);

	if (put_u64(msg, VROUTER_A_FLOW_PACKETS, atomic64_read(&flow->packets)) ||
	    put_u64(msg, VROUTER_A_FLOW_BYTES, atomic64_read(&flow->bytes)) ||
	    put_u64(msg, VROUTER_A_FLOW_AGE,
		    div_u64((u64)age << VR_FLOW_CLOCK_SHIFT, NSEC_PER_MSEC)) ||
	    put_u64(msg, VROUTER_A_FLOW_IDLE, jiffies64_to_msecs(idle)))
		return -EMSGSIZE;
	return 0;
}

/** vr_flow_fill() - writes a flow to a message; RCU read lock; returns 0 or -EMSGSIZE */
int vr_flow_fill(struct sk_buff *msg, struct vr_net *vn, const struct vr_flow *flow,
		 const struct vr_decision *decision)
{
	if (flow_fill_source(msg, vn, &flow->key) || fill_tuple(msg, &flow->key) ||
	    nla_put_u32(msg, VROUTER_A_FLOW_STATE, vr_flow_state(decision)) ||
	    (vr_decision_holds(decision, vn) &&
	     (flow_fill_target(msg, &flow->key, decision) ||
	      flow_fill_rule(msg, decision))))
		return -EMSGSIZE;
	return flow_fill_counts(msg, flow);
}

/**
 * vr_flow_notify() - notifies listeners that a flow was created or has ended
 * @vn: the namespace
 * @flow: the flow
 * @decision: its decision
 * @why: enum vrouter_flow_end, or 0 for a new flow
 *
 * Notifications are rate-limited; those above the limit are not sent.
 *
 * Context: RCU read lock; any.
 */
void vr_flow_notify(struct vr_net *vn, struct vr_flow *flow, const struct vr_decision *decision,
		    u32 why)
{
	struct vr_flows *flows = vn->flows;
	struct sk_buff *msg;
	void *hdr;

	if (!vr_nl_heard(vn, VROUTER_NLGRP_FLOWS) ||
	    time_before(jiffies, READ_ONCE(flows->unheard)) || !__ratelimit(&flows->events))
		return;
	msg = genlmsg_new(NTF_SIZE, GFP_ATOMIC);
	if (!msg)
		return;
	hdr = genlmsg_put(msg, 0, 0, &vr_nl_family, 0,
			  why ? VROUTER_CMD_FLOW_DEL_NTF : VROUTER_CMD_FLOW_NEW_NTF);
	if (!hdr || WARN_ON_ONCE(vr_flow_fill(msg, vn, flow, decision)) ||
	    (why && nla_put_u32(msg, VROUTER_A_FLOW_END, why))) {
		nlmsg_free(msg);
		return;
	}
	genlmsg_end(msg, hdr);
	if (genlmsg_multicast_netns(&vr_nl_family, vn->net, msg, 0, VROUTER_NLGRP_FLOWS,
				    GFP_ATOMIC) == -ESRCH)
		WRITE_ONCE(flows->unheard, jiffies + UNHEARD);
}
