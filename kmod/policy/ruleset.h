/* SPDX-License-Identifier: GPL-2.0 */
/* The rules of a security group, as packets look at them. */
#ifndef _VROUTER_RULESET_H
#define _VROUTER_RULESET_H

#include <linux/bitmap.h>
#include <linux/refcount.h>

#include "core/packet.h"
#include "core/vrouter.h"
#include "policy/classify.h"
#include "policy/helper.h"
#include "policy/set_store.h"

/* Rules that are prepared for packets together: a change costs no more than these anew. */
#define VR_BLOCK_RULES 1024

/* Of neighbours none would fit into one. */
#define VR_BLOCKS_MAX (2 * (VROUTER_RULES_MAX / (VR_BLOCK_RULES + 1)) + 2)

/* Sets and groups that the rules of a group may name, on each side. */
#define VR_PEERS_MAX 512

/* The number of a peer that is anyone. */
#define VR_PEER_NONE U16_MAX

/*
 * Steps that rules may cost a packet: a step is a rule that would fit but for the set or
 * group that it names, or a prefix length that is looked up in a set. Of the rules of a
 * group, of all groups that are asked about it at one place, and of all places that it is
 * flooded to.
 */
#define VR_SG_STEPS_MAX 1024
#define VR_STEPS_MAX (VROUTER_SG_MAX * VR_SG_STEPS_MAX)
#define VR_FLOOD_STEPS_MAX (16 * VR_STEPS_MAX)

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

/* No place in the list. */
#define VR_PLACE_NONE U32_MAX

/**
 * struct vr_rule - a rule of a security group
 * @rcu: to free it
 * @refs: the group, and flows that it lets pass
 * @spec: what it says
 * @sg: that it is in
 * @peer: numbers of its peers in its group, see struct vr_match, or VR_PEER_NONE
 * @place: in the list that is being made of its group, from 0 on, or VR_PLACE_NONE;
 *	under vn->rules_lock
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
	u16 peer[2];
	u32 place;
	u32 index;
	char *comment;
	struct vr_helper helper;
	atomic64_t packets;
	atomic64_t bytes;
};

/**
 * struct vr_rulepart - the rules of one direction that fit one family
 * @classifier: finds those that fit a packet
 * @rules: numbers in the block, by number of the classifier
 * @steps: no packet fits more of them that name a set or a group
 */
struct vr_rulepart {
	struct vr_classifier *classifier;
	u16 *rules;
	u32 steps;
};

/**
 * struct vr_ruleblock - some rules of a group that follow each other
 * @refs: rulesets that have it
 * @part: by direction (0 for ingress) and family (0 for IPv4)
 * @count: of @rules
 * @rules: in the order of evaluation
 */
struct vr_ruleblock {
	refcount_t refs;
	struct vr_rulepart part[2][2];
	u32 count;
	struct vr_rule *rules[];
};

/**
 * struct vr_ruleset - all rules of a group, replaced as a whole
 * @rcu: to free it, not the rules
 * @stateful: there are rules that need connection state
 * @stateless: there are rules that do not
 * @peer_count: numbers of peers that its rules have are below that
 * @block_count: of @block
 * @block: the rules again, as packets look at them; blocks that did not change are the
 *	former ruleset's
 * @count: of @rules
 * @rules: in the order of evaluation
 */
struct vr_ruleset {
	struct rcu_head rcu;
	bool stateful;
	bool stateless;
	u16 peer_count;
	u16 block_count;
	struct vr_ruleblock *block[VR_BLOCKS_MAX];
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
 * @recorder: records what was looked at, or NULL
 * @sg: whose rule was found
 * @steps: that it took, see VR_STEPS_MAX
 * @steps_max: that it may take; with more, there is no verdict
 * @peer: number of the peer that @element is of, by side
 * @asked: peers of the group that were compared with the packet, by number
 * @fits: those of them that it fits
 */
struct vr_match {
	struct vr_tuple tuple;
	struct vr_network *network;
	const struct vr_vif *vif[2];
	bool known[2];
	struct vr_element element[2];
	struct vr_recorder *recorder;
	const struct vr_sg *sg;
	u32 steps;
	u32 steps_max;
	u16 peer[2];
	DECLARE_BITMAP(asked, VR_PEERS_MAX);
	DECLARE_BITMAP(fits, VR_PEERS_MAX);
};

/**
 * vr_match_begin() - a packet is to be compared with rules
 * @match: set, but for the tuple
 * @pkt: about the packet
 * @network: that it is in
 */
static inline void vr_match_begin(struct vr_match *match, const struct vr_pkt *pkt,
				  struct vr_network *network)
{
	match->network = network;
	match->recorder = pkt->recorder;
	memset(match->known, 0, sizeof(match->known));
	match->element[0].flags = 0;
	match->element[1].flags = 0;
	match->sg = NULL;
	match->steps = 0;
	match->steps_max = 0;
}

/** vr_match_gave_up() - the rules would have cost a packet too much */
static inline bool vr_match_gave_up(const struct vr_match *match)
{
	return match->steps > match->steps_max;
}

int vr_rule_put(struct sk_buff *msg, int attr, const struct vr_rule *rule);
bool vr_rule_hold(struct vr_rule *rule);
void vr_rule_release(struct vr_rule *rule);

struct vr_ruleset *vr_ruleset_make(const struct vr_ruleset *old, struct vr_rule *const *rules,
				   u32 count);
u32 vr_ruleset_steps(const struct vr_ruleset *ruleset);
void vr_ruleset_free(struct vr_ruleset *ruleset);
struct vr_rule *vr_ruleset_match(const struct vr_ruleset *ruleset, u32 direction,
				 struct vr_match *match);

#endif /* _VROUTER_RULESET_H */
