// SPDX-License-Identifier: GPL-2.0
/*
 * The policy decides whether a packet may pass a vif. It is evaluated at the vif that the
 * packet comes from, for what the VM may send (egress rules), and at the vif that the packet
 * goes to, for what the VM may receive (ingress rules).
 *
 * With connection state, the rules always judge the first packet of the connection. Therefore
 * replies pass, and if the rule that allowed a connection is deleted, the next packet of the
 * connection is judged without the rule.
 */
#include <linux/etherdevice.h>

#include "objects/network.h"
#include "objects/vif.h"
#include "policy/antispoof.h"
#include "policy/defrag.h"
#include "policy/implicit.h"
#include "policy/policy.h"
#include "policy/recorder.h"
#include "policy/set_store.h"
#include "policy/sg.h"
#include "policy/track.h"

/** vr_policy_tuple() - reads the fields that rules match from a packet */
void vr_policy_tuple(const struct vr_pkt *pkt, struct vr_tuple *tuple)
{
	memset(tuple, 0, sizeof(*tuple));
	tuple->v6 = pkt->family == AF_INET6;
	tuple->proto = pkt->l4_proto;
	tuple->src = pkt->src;
	tuple->dst = pkt->dst;
	if (pkt->has_ports) {
		tuple->has_ports = true;
		tuple->sport = ntohs(pkt->sport);
		tuple->dport = ntohs(pkt->dport);
	} else if (!pkt->later_fragment &&
		   (tuple->proto == IPPROTO_ICMP || tuple->proto == IPPROTO_ICMPV6)) {
		tuple->has_ports = true;
		tuple->dport = pkt->icmp_type << 8 | pkt->icmp_code;
	}
}

static struct vr_rule *find_rule_once(struct vr_sg *const *list, unsigned int count,
				      u32 direction, struct vr_match *match)
{
	const struct vr_ruleset *ruleset;
	struct vr_rule *rule = NULL;
	unsigned int i;

	match->steps = 0;
	for (i = 0; !rule && i < count && !vr_match_gave_up(match); i++) {
		match->sg = list[i];
		ruleset = rcu_dereference(match->sg->ruleset);
		rule = ruleset ? vr_ruleset_match(ruleset, direction, match) : NULL;
	}
	return rule;
}

/* Excludes swaps of sets during the second try, or a series of them could livelock a packet. */
static noinline struct vr_rule *policy_find_again(seqlock_t *swaps, struct vr_sg *const *list,
						  unsigned int count, u32 direction,
						  struct vr_match *match)
{
	struct vr_rule *rule;

	read_seqlock_excl(swaps);
	rule = find_rule_once(list, count, direction, match);
	read_sequnlock_excl(swaps);
	return rule;
}

static inline struct vr_rule *find_rule(struct vr_pkt *pkt, struct vr_sg *const *list,
					unsigned int count, u32 direction,
					struct vr_match *match)
{
	seqlock_t *swaps = &match->network->vn->swaps;
	unsigned int seq = read_seqbegin(swaps);
	struct vr_rule *rule;

	match->steps_max = pkt->steps < VR_FLOOD_STEPS_MAX ? VR_STEPS_MAX : 0;
	rule = find_rule_once(list, count, direction, match);
	if (read_seqretry(swaps, seq))
		rule = policy_find_again(swaps, list, count, direction, match);
	pkt->steps += match->steps;
	return rule;
}

/**
 * vr_policy_find() - finds the first rule that matches a packet, group by group
 * @pkt: parsed data of the packet; the steps of the lookup are added to it
 * @list: the groups
 * @count: number of groups in @list
 * @direction: enum vrouter_direction
 * @match: the lookup
 *
 * Context: softirq or BH disabled; RCU read lock.
 * Return: the rule, or NULL; in that case vr_match_gave_up() tells whether the lookup gave up.
 */
struct vr_rule *vr_policy_find(struct vr_pkt *pkt, struct vr_sg *const *list,
			       unsigned int count, u32 direction, struct vr_match *match)
{
	return find_rule(pkt, list, count, direction, match);
}

/* Whether a vif has rules with connection state, and rules without. */
struct needs {
	bool state;
	bool no_state;
};

static inline struct needs needs_of(const struct vr_vif_conf *conf)
{
	const struct vr_ruleset *ruleset;
	struct needs needs = {};
	unsigned int i;

	for (i = 0; i < conf->sg_count; i++) {
		ruleset = rcu_dereference(conf->sg[i]->ruleset);
		needs.state |= ruleset && ruleset->stateful;
		needs.no_state |= ruleset && ruleset->stateless;
	}
	return needs;
}

static enum vr_drop default_policy(const struct vr_vif *vif)
{
	return READ_ONCE(vif->network->policy) == VROUTER_POLICY_ALLOW ?
	       VR_DROP_NONE : VR_DROP_POLICY_DENY;
}

/** vr_policy_count() - counts a packet for the rule and the set elements that it matches */
void vr_policy_count(const struct vr_pkt *pkt, struct vr_rule *rule,
		     const struct vr_match *match)
{
	struct vr_element_ext *counters;
	unsigned int i;

	if (vr_trace_on())
		return;
	atomic64_add(pkt->packets, &rule->packets);
	atomic64_add(pkt->bytes, &rule->bytes);
	for (i = 0; i < ARRAY_SIZE(match->element); i++) {
		counters = vr_element_counters(&match->element[i]);
		if (counters)
			vr_element_count(counters, pkt->packets, pkt->bytes);
	}
}

static inline enum vr_drop policy_decide(struct vr_pkt *pkt, const struct vr_vif *vif,
					 u32 direction,
					 struct vr_rule *rule, const struct vr_match *match)
{
	if (unlikely(!rule && vr_match_gave_up(match)))
		return VR_DROP_RULE_LIMIT;
	vr_trace_policy(pkt, vif, rule, match);
	if (!rule)
		return default_policy(vif);
	vr_policy_count(pkt, rule, match);
	if (rule->spec.action == VROUTER_RULE_ACTION_ALLOW) {
		if (match->recorder)
			vr_recorder_accepts(match->recorder, direction, rule, match->element);
		return VR_DROP_NONE;
	}
	pkt->rule = rule;
	return rule->spec.action == VROUTER_RULE_ACTION_REJECT ? VR_DROP_RULE_REJECT :
								 VR_DROP_RULE_DENY;
}

static u32 opposite(u32 direction)
{
	return direction == VROUTER_DIRECTION_INGRESS ? VROUTER_DIRECTION_EGRESS :
							VROUTER_DIRECTION_INGRESS;
}

/*
 * An ICMP error about a connection may pass a vif only if the VM may use the address at its end
 * of the connection: no other VM may end the connection or lower its path MTU. The same applies
 * to connections that a helper expected.
 */
static bool concerns(const struct vr_vif_conf *conf, u32 direction,
		     const struct vr_tracked *tracked, const struct vr_tuple *tuple)
{
	bool at_source = (direction == VROUTER_DIRECTION_EGRESS) != tracked->reply;

	return vr_may_use(conf, tuple->v6 ? AF_INET6 : AF_INET,
			  at_source ? &tuple->src : &tuple->dst);
}

/* Judges a packet by its connection. */
static enum vr_drop check_connection(struct sk_buff *skb, struct vr_pkt *pkt,
				     const struct vr_vif *vif,
				     const struct vr_vif_conf *conf, u32 direction,
				     struct vr_match *match)
{
	u32 asked = direction;
	struct vr_tracked tracked = {};
	struct vr_rule *rule;
	enum vr_drop reason;

	reason = vr_track(skb, pkt, vif, &tracked, &match->tuple);
	if (reason != VR_DROP_NONE)
		return reason;
	if (pkt->recorder && pkt->recorder->first)
		match->recorder = NULL;
	if (!tracked.known)
		vr_policy_tuple(pkt, &match->tuple);
	if ((tracked.related || tracked.expected) &&
	    !concerns(conf, direction, &tracked, &match->tuple))
		return VR_DROP_CT_INVALID;
	if (tracked.reply)
		asked = opposite(direction);
	rule = find_rule(pkt, conf->sg, conf->sg_count, asked, match);
	/* A stateless rule does not allow replies. */
	if (rule && rule->spec.stateless && tracked.reply)
		rule = NULL;
	reason = policy_decide(pkt, vif, direction, rule, match);
	if (reason == VR_DROP_NONE && rule && *rule->spec.helper && !vr_track_help(skb, rule))
		reason = VR_DROP_NO_MEMORY;
	return reason;
}

/* Records the objects at a vif that the decision depends on. */
static void policy_record(struct vr_recorder *recorder, const struct vr_vif *vif,
			  const struct vr_vif_conf *conf)
{
	unsigned int i;

	vr_recorder_uses(recorder, &vif->obj);
	vr_recorder_uses(recorder, &vif->network->obj);
	for (i = 0; i < conf->sg_count; i++)
		vr_recorder_uses(recorder, &conf->sg[i]->obj);
}

/* Broadcast and multicast are not tracked. */
static bool may_have_connection(const struct sk_buff *skb)
{
	return !is_multicast_ether_addr(eth_hdr(skb)->h_dest);
}

/* Security groups judge IP packets only. */
static bool has_rules_for(const struct vr_vif_conf *conf, const struct vr_pkt *pkt)
{
	return pkt->family && conf->sg_count;
}

/** __vr_policy_gather() - vr_policy_gather() for a fragment */
struct sk_buff *__vr_policy_gather(struct sk_buff *skb, struct vr_pkt *pkt, struct vr_vif *vif,
				   u32 direction)
{
	const struct vr_vif_conf *conf = rcu_dereference(vif->conf);

	if (pkt->implicit || pkt->originated || !has_rules_for(conf, pkt) ||
	    !may_have_connection(skb) || !needs_of(conf).state)
		return skb;
	if (vr_trace_waits(pkt, vif, direction)) {
		consume_skb(skb);
		return NULL;
	}
	return vr_defrag(direction == VROUTER_DIRECTION_EGRESS ? &vif->sent_fragments :
			 &vif->received_fragments, skb, pkt);
}

/**
 * vr_policy_check() - checks whether a packet may pass a vif
 * @skb: the packet
 * @pkt: parsed data of @skb
 * @vif: the vif that the packet comes from or goes to
 * @direction: enum vrouter_direction, as seen from the vif's VM
 *
 * Implicit rules come first. They allow ARP, neighbour and router solicitations, neighbour
 * advertisements, self-announcements of VMs that were migrated, DHCP and group membership.
 * Packets that the router originates always pass too. All these packets are rare, so decisions
 * about them are not cached.
 *
 * Context: softirq or BH disabled; RCU read lock.
 * Return: VR_DROP_NONE, or why the packet must be dropped.
 */
enum vr_drop vr_policy_check(struct sk_buff *skb, struct vr_pkt *pkt,
			     const struct vr_vif *vif, u32 direction)
{
	const struct vr_vif_conf *conf = rcu_dereference(vif->conf);
	struct vr_match match __uninitialized;
	struct vr_rule *rule;
	struct needs needs;

	if (pkt->originated || vr_implicit_allows(skb, pkt, vif, direction)) {
		if (pkt->recorder)
			pkt->recorder->never = true;
		return VR_DROP_NONE;
	}
	if (pkt->recorder)
		policy_record(pkt->recorder, vif, conf);
	vr_match_begin(&match, pkt, vif->network);
	if (!has_rules_for(conf, pkt))
		return policy_decide(pkt, vif, direction, NULL, &match);
	needs = needs_of(conf);
	needs.state &= !pkt->fragment && may_have_connection(skb);
	if (needs.state && !needs.no_state)
		return check_connection(skb, pkt, vif, conf, direction, &match);
	vr_policy_tuple(pkt, &match.tuple);
	rule = vr_policy_find(pkt, conf->sg, conf->sg_count, direction, &match);
	if (!needs.state || (rule && rule->spec.stateless))
		return policy_decide(pkt, vif, direction, rule, &match);
	/* Start again with the first packet of the connection. */
	vr_match_begin(&match, pkt, vif->network);
	return check_connection(skb, pkt, vif, conf, direction, &match);
}
