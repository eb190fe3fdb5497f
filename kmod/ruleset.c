// SPDX-License-Identifier: GPL-2.0
/* The rules of a security group, as packets look at them. */
#include <linux/mm.h>

#include "classifier.h"
#include "network.h"
#include "nexthop.h"
#include "path.h"
#include "route.h"
#include "ruleset.h"
#include "set.h"
#include "sg.h"
#include "vif.h"

enum { SRC, DST };

static bool fits_part(const struct vr_rule *rule, unsigned int direction, bool v6)
{
	return rule->spec.direction == direction + VROUTER_DIRECTION_INGRESS &&
	       (v6 ? rule->spec.pattern.v6 : rule->spec.pattern.v4);
}

static int make_part(struct vr_ruleset *ruleset, unsigned int direction, bool v6,
		     const struct vr_pattern **patterns)
{
	struct vr_rulepart *part = &ruleset->part[direction][v6];
	unsigned int i, n = 0;

	part->rules = kvmalloc_array(ruleset->count, sizeof(*part->rules), GFP_KERNEL_ACCOUNT);
	if (!part->rules)
		return -ENOMEM;
	for (i = 0; i < ruleset->count; i++)
		if (fits_part(ruleset->rules[i], direction, v6)) {
			patterns[n] = &ruleset->rules[i]->spec.pattern;
			part->rules[n++] = i;
		}
	part->classifier = vr_classifier_make(patterns, n, v6);
	return part->classifier ? 0 : -ENOMEM;
}

static int make_parts(struct vr_ruleset *ruleset)
{
	const struct vr_pattern **patterns;
	unsigned int i;
	int err = 0;

	patterns = kvmalloc_array(ruleset->count, sizeof(*patterns), GFP_KERNEL);
	if (!patterns)
		return -ENOMEM;
	for (i = 0; !err && i < 4; i++)
		err = make_part(ruleset, i / 2, i % 2, patterns);
	kvfree(patterns);
	return err;
}

/**
 * vr_ruleset_make() - prepares rules for packets
 * @rules: in the order of evaluation
 * @count: how many there are, may be 0
 *
 * Context: may sleep.
 * Return: the ruleset, which refers to the rules, or NULL when there is no memory.
 */
struct vr_ruleset *vr_ruleset_make(struct vr_rule *const *rules, u32 count)
{
	struct vr_ruleset *ruleset = kvzalloc(struct_size(ruleset, rules, count),
					      GFP_KERNEL_ACCOUNT);
	unsigned int i;

	if (!ruleset)
		return NULL;
	ruleset->count = count;
	for (i = 0; i < count; i++) {
		ruleset->rules[i] = rules[i];
		if (rules[i]->spec.stateless)
			ruleset->stateless = true;
		else
			ruleset->stateful = true;
	}
	if (!count || !make_parts(ruleset))
		return ruleset;
	vr_ruleset_free(ruleset);
	return NULL;
}

static void free_now(struct vr_ruleset *ruleset)
{
	unsigned int i;

	for (i = 0; i < 4; i++) {
		vr_classifier_free(ruleset->part[i / 2][i % 2].classifier);
		kvfree(ruleset->part[i / 2][i % 2].rules);
	}
	kvfree(ruleset);
}

static void free_rcu(struct rcu_head *rcu)
{
	free_now(container_of(rcu, struct vr_ruleset, rcu));
}

/** vr_ruleset_free() - frees a ruleset that no packet finds, after those that look at it */
void vr_ruleset_free(struct vr_ruleset *ruleset)
{
	call_rcu(&ruleset->rcu, free_rcu);
}

/* The vif that has an address, by the route that came with the address. */
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
	/* Not that of a router which is behind the next hop of a request. */
	return vif && vif->nexthop == nh ? vif : NULL;
}

static const struct vr_vif *vif_of(struct vr_match *match, unsigned int side)
{
	const struct vr_tuple *tuple = &match->tuple;

	if (!match->known[side])
		match->vif[side] = vif_at(match->network, tuple->v6,
					  side == SRC ? &tuple->src : &tuple->dst);
	match->known[side] = true;
	return match->vif[side];
}

/* An element may have a timeout, and what is decided by it ends with it. */
static void limit_by_element(struct vr_path *path, const struct vr_element *element)
{
	unsigned long expires = vr_element_expires(element);

	if (path && expires && time_before(expires, path->until))
		path->until = expires;
}

static bool in_set(struct vr_set *set, struct vr_match *match, unsigned int side)
{
	const struct vr_tuple *tuple = &match->tuple;
	const union vr_ip *addr = side == SRC ? &tuple->src : &tuple->dst;
	struct vr_element *element = &match->element[side];

	vr_path_uses(match->path, &set->obj);
	if (!vr_content_match(rcu_dereference(set->content), tuple, addr, element))
		return false;
	limit_by_element(match->path, element);
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
	const struct vr_vif *vif = vif_of(match, side);
	struct vr_set *members = rcu_dereference(sg->members);

	vr_path_uses(match->path, &sg->obj);
	if (vif)
		vr_path_uses(match->path, &vif->obj);
	return (vif && has_sg(vif, sg)) || (members && in_set(members, match, side));
}

static bool is_peer(const struct vr_peer *peer, struct vr_match *match, unsigned int side)
{
	match->element[side].flags = 0;
	if (peer->set)
		return in_set(peer->set, match, side);
	return !peer->sg || is_member(peer->sg, match, side);
}

/**
 * vr_ruleset_match() - the first rule that fits a packet
 * @ruleset: of a group
 * @direction: enum vrouter_direction
 * @match: the packet
 *
 * Context: RCU read lock.
 * Return: the rule, or NULL.
 */
struct vr_rule *vr_ruleset_match(const struct vr_ruleset *ruleset, u32 direction,
				 struct vr_match *match)
{
	const struct vr_rulepart *part;
	struct vr_candidates candidates __uninitialized;
	struct vr_rule *rule;
	unsigned int i = 0;

	part = &ruleset->part[direction - VROUTER_DIRECTION_INGRESS][match->tuple.v6];
	if (!part->classifier)
		return NULL;
	vr_classify(part->classifier, &match->tuple, &candidates);
	while ((i = vr_candidate(&candidates, i)) < candidates.patterns) {
		rule = ruleset->rules[part->rules[i++]];
		if (is_peer(&rule->spec.src, match, SRC) && is_peer(&rule->spec.dst, match, DST))
			return rule;
	}
	return NULL;
}
