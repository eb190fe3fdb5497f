/* SPDX-License-Identifier: GPL-2.0 */
/* The rules of a security group, as packets look at them. */
#ifndef _VROUTER_RULESET_H
#define _VROUTER_RULESET_H

#include <linux/refcount.h>

#include "classify.h"
#include "content.h"
#include "helper.h"
#include "vrouter.h"

/* The longest name of a helper that the kernel can have, with its end. */
#define VR_HELPER_NAME_MAX 16

struct vr_set;
struct vr_sg;

/** struct vr_peer - who else a rule is about: a set, a group or, with neither, anyone */
struct vr_peer {
	struct vr_set *set;
	struct vr_sg *sg;
};

/**
 * struct vr_rule_spec - what a rule says, compared as memory
 * @direction: enum vrouter_direction
 * @action: enum vrouter_rule_action
 * @priority: lower comes first
 * @family: AF_INET, AF_INET6 or 0, as the request said
 * @stateless: packets are judged by themselves
 * @pattern: what can be classified
 * @src: who the packet is from, besides the prefix in @pattern
 * @dst: who it is to, the same
 * @helper: name of the helper of connections that it lets begin, or empty
 */
struct vr_rule_spec {
	u32 direction;
	u32 action;
	u32 priority;
	u32 family;
	bool stateless;
	struct vr_pattern pattern;
	struct vr_peer src;
	struct vr_peer dst;
	char helper[VR_HELPER_NAME_MAX];
};

/**
 * struct vr_rule - a rule of a security group
 * @rcu: to free it
 * @refs: the group, and flows that it lets pass
 * @spec: what it says
 * @sg: that it is in
 * @index: its place, from 1 on; changed under vn->lock
 * @comment: of the user, or NULL; under vn->lock
 * @helper: that the spec names
 * @packets: that it decided about
 * @bytes: of these
 */
struct vr_rule {
	struct rcu_head rcu;
	refcount_t refs;
	struct vr_rule_spec spec;
	struct vr_sg *sg;
	u32 index;
	char *comment;
	struct vr_helper helper;
	atomic64_t packets;
	atomic64_t bytes;
};

/**
 * struct vr_rulepart - the rules of one direction that fit one family
 * @classifier: finds those that fit a packet
 * @rules: numbers in the ruleset, by number of the classifier
 */
struct vr_rulepart {
	struct vr_classifier *classifier;
	u16 *rules;
};

/**
 * struct vr_ruleset - all rules of a group, replaced as a whole
 * @rcu: to free it, not the rules
 * @stateful: there are rules that need connection state
 * @stateless: there are rules that do not
 * @part: by direction (0 for ingress) and family (0 for IPv4)
 * @count: of @rules
 * @rules: in the order of evaluation
 */
struct vr_ruleset {
	struct rcu_head rcu;
	bool stateful;
	bool stateless;
	struct vr_rulepart part[2][2];
	u32 count;
	struct vr_rule *rules[];
};

/**
 * struct vr_match - a packet that is compared with rules
 * @tuple: what it is
 * @network: that it is in, where addresses are looked up
 * @vif: the vifs that have its source and destination address here, or NULL
 * @known: @vif is looked up
 * @element: elements of sets by which the source and destination fit the rule that was
 *	found; without flags when it names none
 * @path: records what was looked at, or NULL
 * @sg: whose rule was found
 */
struct vr_match {
	struct vr_tuple tuple;
	struct vr_network *network;
	const struct vr_vif *vif[2];
	bool known[2];
	struct vr_element element[2];
	struct vr_path *path;
	const struct vr_sg *sg;
};

int vr_rule_put(struct sk_buff *msg, int attr, const struct vr_rule *rule);
bool vr_rule_hold(struct vr_rule *rule);
void vr_rule_release(struct vr_rule *rule);

struct vr_ruleset *vr_ruleset_make(struct vr_rule *const *rules, u32 count);
void vr_ruleset_free(struct vr_ruleset *ruleset);
struct vr_rule *vr_ruleset_match(const struct vr_ruleset *ruleset, u32 direction,
				 struct vr_match *match);

#endif /* _VROUTER_RULESET_H */
