// SPDX-License-Identifier: GPL-2.0
/* The rules of a security group, prepared for packet lookup. */
#include <linux/mm.h>

#include "fib/nexthop.h"
#include "fib/route.h"
#include "objects/network.h"
#include "objects/vif.h"
#include "policy/classifier.h"
#include "policy/recorder.h"
#include "policy/ruleset.h"
#include "policy/set.h"
#include "policy/sg.h"

enum { SRC, DST };

static bool fits_part(const struct vr_rule *rule, unsigned int direction, bool v6)
{
	return rule->spec.direction == direction + VROUTER_DIRECTION_INGRESS &&
	       (v6 ? rule->spec.pattern.v6 : rule->spec.pattern.v4);
}

/* A rule with a peer costs a step even if the packet does not match the peer. */
static bool rule_names_peer(const struct vr_rule *rule)
{
	return rule->peer[SRC] != VR_PEER_NONE || rule->peer[DST] != VR_PEER_NONE;
}

static u32 ruleblock_steps(const struct vr_ruleblock *block, const struct vr_rulepart *part,
			   u32 count)
{
	DECLARE_BITMAP(mask, VR_BLOCK_RULES) = {};
	u32 i;

	for (i = 0; i < count; i++)
		if (rule_names_peer(block->rules[part->rules[i]]))
			__set_bit(i, mask);
	return vr_classifier_most(part->classifier, mask);
}

static int make_part(struct vr_ruleblock *block, unsigned int direction, bool v6,
		     const struct vr_pattern **patterns)
{
	struct vr_rulepart *part = &block->part[direction][v6];
	unsigned int i, n = 0;

	part->rules = kvmalloc_array(block->count, sizeof(*part->rules), VR_GFP_ACCOUNT);
	if (!part->rules)
		return -ENOMEM;
	for (i = 0; i < block->count; i++)
		if (fits_part(block->rules[i], direction, v6)) {
			patterns[n] = &block->rules[i]->spec.pattern;
			part->rules[n++] = i;
		}
	part->classifier = vr_classifier_make(patterns, n, v6);
	if (!part->classifier)
		return -ENOMEM;
	part->steps = ruleblock_steps(block, part, n);
	return 0;
}

static int make_parts(struct vr_ruleblock *block)
{
	const struct vr_pattern **patterns;
	unsigned int i;
	int err = 0;

	patterns = kvmalloc_array(block->count, sizeof(*patterns), GFP_KERNEL);
	if (!patterns)
		return -ENOMEM;
	for (i = 0; !err && i < 4; i++)
		err = make_part(block, i / 2, i % 2, patterns);
	kvfree(patterns);
	return err;
}

static void ruleblock_free(struct vr_ruleblock *block)
{
	unsigned int i;

	for (i = 0; i < 4; i++) {
		vr_classifier_free(block->part[i / 2][i % 2].classifier);
		kvfree(block->part[i / 2][i % 2].rules);
	}
	kvfree(block);
}

static struct vr_ruleblock *ruleblock_make(struct vr_rule *const *rules, u32 count)
{
	struct vr_ruleblock *block = kvzalloc(struct_size(block, rules, count),
					      VR_GFP_ACCOUNT);

	if (!block)
		return NULL;
	refcount_set(&block->refs, 1);
	block->count = count;
	memcpy(block->rules, rules, count * sizeof(*rules));
	if (!make_parts(block))
		return block;
	ruleblock_free(block);
	return NULL;
}

/**
 * struct run - consecutive rules of a new ruleset
 * @first: position of the first rule
 * @count: number of rules, at most VR_BLOCK_RULES
 * @block: block of the previous ruleset with exactly these rules, or NULL
 */
struct run {
	u32 first;
	u32 count;
	struct vr_ruleblock *block;
};

/* Reused blocks, a run before and after each, and another run whenever one is full. */
#define RUNS_MAX (2 * VR_BLOCKS_MAX + 1 + VROUTER_RULES_MAX / VR_BLOCK_RULES)

/**
 * struct plan - division of a ruleset into blocks
 * @rules: all rules
 * @total: number of rules
 * @count: number of entries in @run
 * @run: the future blocks, in the order of evaluation
 */
struct plan {
	struct vr_rule *const *rules;
	u32 total;
	unsigned int count;
	struct run run[RUNS_MAX];
};

/* Finds a block of the previous ruleset that can be reused at a position, or NULL. */
static struct vr_ruleblock *ruleset_block_at(const struct plan *plan, const struct vr_ruleset *old,
					     u32 place)
{
	struct vr_ruleblock *block;
	unsigned int i;

	for (i = 0; old && i < old->block_count; i++) {
		block = old->block[i];
		if (block->rules[0] == plan->rules[place] && block->count <= plan->total - place &&
		    !memcmp(block->rules, plan->rules + place,
			    block->count * sizeof(*block->rules)))
			return block;
	}
	return NULL;
}

/* Returns false if there is no room, which cannot happen. */
static bool ruleset_add_run(struct plan *plan, u32 first, u32 count, struct vr_ruleblock *block)
{
	if (WARN_ON_ONCE(plan->count == RUNS_MAX))
		return false;
	plan->run[plan->count++] = (struct run){ first, count, block };
	return true;
}

static bool ruleset_add_loose(struct plan *plan, u32 place)
{
	struct run *last = plan->count ? &plan->run[plan->count - 1] : NULL;

	if (!last || last->block || last->count == VR_BLOCK_RULES)
		return ruleset_add_run(plan, place, 1, NULL);
	last->count++;
	return true;
}

static bool ruleset_make_runs(struct plan *plan, const struct vr_ruleset *old)
{
	struct vr_ruleblock *block;
	u32 place = 0;

	while (place < plan->total) {
		block = ruleset_block_at(plan, old, place);
		if (!(block ? ruleset_add_run(plan, place, block->count, block) :
			      ruleset_add_loose(plan, place)))
			return false;
		place += block ? block->count : 1;
	}
	return true;
}

/* Joins adjacent runs that fit into one block, to limit the number of blocks. */
static void ruleset_join_runs(struct plan *plan)
{
	unsigned int i, n = 0;
	struct run *run = plan->run;

	for (i = 1; i < plan->count; i++) {
		if (run[n].count + run[i].count <= VR_BLOCK_RULES) {
			run[n].count += run[i].count;
			run[n].block = NULL;
		} else {
			run[++n] = run[i];
		}
	}
	plan->count = plan->count ? n + 1 : 0;
}

static int ruleset_make_blocks(struct vr_ruleset *ruleset, const struct plan *plan)
{
	const struct run *run;
	unsigned int i;

	if (WARN_ON_ONCE(plan->count > VR_BLOCKS_MAX))
		return -E2BIG;
	for (i = 0; i < plan->count; i++) {
		run = &plan->run[i];
		if (run->block)
			refcount_inc(&run->block->refs);
		ruleset->block[i] = run->block ? :
				    ruleblock_make(plan->rules + run->first, run->count);
		if (!ruleset->block[i])
			return -ENOMEM;
		ruleset->block_count++;
	}
	return 0;
}

static int ruleset_divide(struct vr_ruleset *ruleset, const struct vr_ruleset *old)
{
	struct plan *plan = kzalloc(sizeof(*plan), GFP_KERNEL);
	int err = -ENOMEM;

	if (!plan)
		return err;
	plan->rules = ruleset->rules;
	plan->total = ruleset->count;
	if (ruleset_make_runs(plan, old)) {
		ruleset_join_runs(plan);
		err = ruleset_make_blocks(ruleset, plan);
	}
	kfree(plan);
	return err;
}

static void free_now(struct vr_ruleset *ruleset)
{
	unsigned int i;

	for (i = 0; i < ruleset->block_count; i++)
		if (refcount_dec_and_test(&ruleset->block[i]->refs))
			ruleblock_free(ruleset->block[i]);
	kvfree(ruleset);
}

static void ruleset_count_peers(struct vr_ruleset *ruleset, const struct vr_rule *rule)
{
	unsigned int side;

	for (side = SRC; side <= DST; side++)
		if (rule->peer[side] != VR_PEER_NONE)
			ruleset->peer_count = max_t(u16, ruleset->peer_count,
						    rule->peer[side] + 1);
}

/**
 * vr_ruleset_make() - prepares rules for packet lookup
 * @old: previous ruleset of the group, whose unchanged blocks are reused, or NULL
 * @rules: the rules in the order of evaluation
 * @count: number of rules, may be 0
 *
 * Context: may sleep. The caller keeps @old from being freed.
 * Return: the ruleset, which points to the rules, or NULL if there is no memory.
 */
struct vr_ruleset *vr_ruleset_make(const struct vr_ruleset *old, struct vr_rule *const *rules,
				   u32 count)
{
	struct vr_ruleset *ruleset = kvzalloc(struct_size(ruleset, rules, count),
					      VR_GFP_ACCOUNT);
	unsigned int i;

	if (!ruleset)
		return NULL;
	ruleset->count = count;
	for (i = 0; i < count; i++) {
		ruleset->rules[i] = rules[i];
		ruleset_count_peers(ruleset, rules[i]);
		if (rules[i]->spec.stateless)
			ruleset->stateless = true;
		else
			ruleset->stateful = true;
	}
	if (!ruleset_divide(ruleset, old))
		return ruleset;
	free_now(ruleset);
	return NULL;
}

static void ruleset_free_rcu(struct rcu_head *rcu)
{
	free_now(container_of(rcu, struct vr_ruleset, rcu));
}

/** vr_ruleset_free() - frees a ruleset that is no longer published, after a grace period */
void vr_ruleset_free(struct vr_ruleset *ruleset)
{
	call_rcu(&ruleset->rcu, ruleset_free_rcu);
}

static u32 ruleset_part_steps(const struct vr_ruleset *ruleset, unsigned int direction, bool v6)
{
	unsigned int i;
	u32 steps = 0;

	for (i = 0; i < ruleset->block_count; i++)
		steps += ruleset->block[i]->part[direction][v6].steps;
	return steps;
}

static u32 ruleset_peer_steps(const struct vr_peer *peer, struct vr_net *vn, bool v6)
{
	const struct vr_set *set = peer->sg ? vr_deref(vn, peer->sg->members) : peer->set;

	return set ? vr_deref(vn, set->store)->family[v6].len_count : 0;
}

/* Steps for those peers of a rule that no earlier rule names. */
static u32 ruleset_new_peer_steps(const struct vr_rule *rule, bool v6, unsigned long *seen)
{
	struct vr_net *vn = rule->sg->vn;
	u32 steps = 0;

	if (rule->peer[SRC] != VR_PEER_NONE && !__test_and_set_bit(rule->peer[SRC], seen))
		steps += ruleset_peer_steps(&rule->spec.src, vn, v6);
	if (rule->peer[DST] != VR_PEER_NONE && !__test_and_set_bit(rule->peer[DST], seen))
		steps += ruleset_peer_steps(&rule->spec.dst, vn, v6);
	return steps;
}

static u32 ruleset_steps_for(const struct vr_ruleset *ruleset, unsigned int direction, bool v6)
{
	DECLARE_BITMAP(seen, VR_PEERS_MAX) = {};
	u32 steps = ruleset_part_steps(ruleset, direction, v6);
	u32 i;

	for (i = 0; i < ruleset->count; i++)
		if (fits_part(ruleset->rules[i], direction, v6))
			steps += ruleset_new_peer_steps(ruleset->rules[i], v6, seen);
	return steps;
}

/**
 * vr_ruleset_steps() - upper bound of the steps that rules cost a packet, with the current sets
 * @ruleset: the rules
 *
 * Context: vn->lock.
 */
u32 vr_ruleset_steps(const struct vr_ruleset *ruleset)
{
	unsigned int i;
	u32 most = 0;

	for (i = 0; i < 4; i++)
		most = max(most, ruleset_steps_for(ruleset, i / 2, i % 2));
	return most;
}

/* Finds the local vif with an address, by the route that the vif has for the address. */
static const struct vr_vif *vif_at(struct vr_network *network, bool v6,
				   const union vr_ip *addr)
{
	struct vr_route *route = vr_route_lookup(network, v6 ? AF_INET6 : AF_INET, addr);
	const struct vr_nexthop *nh = route ? rcu_dereference(route->nh) : NULL;
	const struct vr_nexthop_info *info = nh ? rcu_dereference(nh->info) : NULL;
	const struct vr_vif *vif;

	if (!info || info->type != VROUTER_NEXTHOP_TYPE_VIF)
		return NULL;
	vif = rcu_dereference(info->vif);
	/* Only the vif's own next hop counts: one from a request may lead to a router VM. */
	return vif && vif->nexthop == nh ? vif : NULL;
}

static const struct vr_vif *ruleset_vif_of(struct vr_match *match, unsigned int side)
{
	const struct vr_tuple *tuple = &match->tuple;

	if (!match->known[side])
		match->vif[side] = vif_at(match->network, tuple->v6,
					  side == SRC ? &tuple->src : &tuple->dst);
	match->known[side] = true;
	return match->vif[side];
}

/* A decision by an element with a timeout expires with the element. */
static void limit_by_element(struct vr_recorder *recorder, const struct vr_element *element)
{
	unsigned long expires = vr_element_expires(element);

	if (recorder && expires && time_before(expires, recorder->until))
		recorder->until = expires;
}

static bool in_set(struct vr_set *set, struct vr_match *match, unsigned int side)
{
	const struct vr_tuple *tuple = &match->tuple;
	const union vr_ip *addr = side == SRC ? &tuple->src : &tuple->dst;
	const struct vr_set_store *store = rcu_dereference(set->store);
	struct vr_element *element = &match->element[side];

	vr_recorder_uses(match->recorder, &set->obj);
	match->steps += READ_ONCE(store->family[tuple->v6].len_count);
	if (!vr_store_match(store, tuple, addr, element))
		return false;
	limit_by_element(match->recorder, element);
	return !(element->flags & VR_ELEMENT_NOMATCH);
}

static bool has_sg(const struct vr_vif *vif, const struct vr_sg *sg)
{
	const struct vr_vif_conf *conf = rcu_dereference(vif->conf);
	unsigned int i;

	for (i = 0; i < conf->sg_count; i++)
		if (conf->sg[i] == sg)
			return true;
	return false;
}

static bool is_member(const struct vr_sg *sg, struct vr_match *match, unsigned int side)
{
	const struct vr_vif *vif = ruleset_vif_of(match, side);
	struct vr_set *members = rcu_dereference(sg->members);

	vr_recorder_uses(match->recorder, &sg->obj);
	if (vif)
		vr_recorder_uses(match->recorder, &vif->obj);
	return (vif && has_sg(vif, sg)) || (members && in_set(members, match, side));
}

static bool is_peer(const struct vr_peer *peer, struct vr_match *match, unsigned int side)
{
	match->element[side].flags = 0;
	if (peer->set)
		return in_set(peer->set, match, side);
	return is_member(peer->sg, match, side);
}

static const struct vr_peer *rule_peer(const struct vr_rule *rule, unsigned int side)
{
	return side == SRC ? &rule->spec.src : &rule->spec.dst;
}

static bool match_ask_peer(const struct vr_rule *rule, struct vr_match *match, unsigned int side)
{
	bool fits = is_peer(rule_peer(rule, side), match, side);

	match->peer[side] = rule->peer[side];
	__assign_bit(rule->peer[side], match->fits, fits);
	return fits;
}

/* A packet is compared with each peer only once, even if several rules name it. */
static inline bool match_fits_peer(const struct vr_rule *rule, struct vr_match *match,
				   unsigned int side)
{
	u16 peer = rule->peer[side];

	if (peer == VR_PEER_NONE)
		return true;
	if (__test_and_set_bit(peer, match->asked))
		return test_bit(peer, match->fits);
	return match_ask_peer(rule, match, side);
}

/* Looks up the element of the rule's peer again if another peer has overwritten it. */
static inline bool match_recall_peer(const struct vr_rule *rule, struct vr_match *match,
				     unsigned int side)
{
	if (rule->peer[side] == VR_PEER_NONE) {
		match->element[side].flags = 0;
		return true;
	}
	return match->peer[side] == rule->peer[side] || match_ask_peer(rule, match, side);
}

static struct vr_rule *ruleset_match_block(const struct vr_ruleblock *block, u32 direction,
					   struct vr_match *match)
{
	const struct vr_rulepart *part;
	struct vr_candidates candidates __uninitialized;
	struct vr_rule *rule;
	unsigned int i = 0;

	part = &block->part[direction - VROUTER_DIRECTION_INGRESS][match->tuple.v6];
	vr_classify(part->classifier, &match->tuple, &candidates);
	while ((i = vr_candidate(&candidates, i)) < candidates.patterns) {
		rule = block->rules[part->rules[i++]];
		if (match_fits_peer(rule, match, SRC) && match_fits_peer(rule, match, DST) &&
		    match_recall_peer(rule, match, SRC) && match_recall_peer(rule, match, DST))
			return rule;
		if (unlikely(++match->steps > match->steps_max))
			break;
	}
	return NULL;
}

/**
 * vr_ruleset_match() - finds the first rule that matches a packet
 * @ruleset: ruleset of a group
 * @direction: enum vrouter_direction
 * @match: the lookup
 *
 * Context: RCU read lock.
 * Return: the rule, or NULL if no rule matches or the lookup gave up, see vr_match_gave_up().
 */
struct vr_rule *vr_ruleset_match(const struct vr_ruleset *ruleset, u32 direction,
				 struct vr_match *match)
{
	struct vr_rule *rule = NULL;
	unsigned int i;

	for (i = 0; i < BITS_TO_LONGS(ruleset->peer_count); i++)
		match->asked[i] = 0;
	for (i = 0; !rule && i < ruleset->block_count && !vr_match_gave_up(match); i++)
		rule = ruleset_match_block(ruleset->block[i], direction, match);
	return rule;
}
