/* SPDX-License-Identifier: GPL-2.0 */
/* The rules of a security group, prepared for packet lookup. */
#ifndef _VROUTER_RULESET_H
#define _VROUTER_RULESET_H

#include <linux/bitmap.h>
#include <linux/refcount.h>

#include "core/packet.h"
#include "core/vrouter.h"
#include "policy/classify.h"
#include "policy/helper.h"
#include "policy/set_store.h"

/* Maximum number of rules per block. A change rebuilds only the blocks that it affects. */
#define VR_BLOCK_RULES 1024

/* Two adjacent blocks have more than VR_BLOCK_RULES rules together: else they are joined. */
#define VR_BLOCKS_MAX (2 * (VROUTER_RULES_MAX / (VR_BLOCK_RULES + 1)) + 2)

/*
 * Maximum number of peers, sets and groups, that the rules of a group may name. One that is named
 * as source and as destination counts twice.
 */
#define VR_PEERS_MAX 512

/* Peer number of a rule that matches any peer. */
#define VR_PEER_NONE U16_MAX

/*
 * Maximum number of steps that rules may cost a packet. A rule costs a step if it would match
 * but for the set or group that it names; each prefix length that is looked up in a set costs
 * another. The limits are for the rules of one group, for all groups that are evaluated at
 * one vif or ACL, and for all vifs that a frame is flooded to.
 */
#define VR_SG_STEPS_MAX 1024
#define VR_STEPS_MAX (VROUTER_SG_MAX * VR_SG_STEPS_MAX)
#define VR_FLOOD_STEPS_MAX (16 * VR_STEPS_MAX)

struct vr_set;
struct vr_sg;

/** struct vr_peer - source or destination of a rule: a set, a group or, with neither, any */
struct vr_peer {
	struct vr_set *set;
	struct vr_sg *sg;
};

/**
 * struct vr_rule_spec - match and action of a rule; compared and hashed as memory
 * @direction: enum vrouter_direction
 * @action: enum vrouter_rule_action
 * @priority: rules with lower values are evaluated first
 * @family: AF_INET, AF_INET6 or 0, as requested
 * @stateless: the rule judges each packet by itself, without connection state
 * @pattern: the part of the match that the classifier looks up
 * @src: set or group of the source, besides the prefix in @pattern
 * @dst: set or group of the destination, besides the prefix in @pattern
 * @helper: name of the helper for connections that the rule allows, or empty
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

/* The rule is not in the list. */
#define VR_PLACE_NONE U32_MAX

/**
 * struct vr_rule - a rule of a security group
 * @rcu: to free the rule
 * @refs: references from the group and from flows that the rule lets pass
 * @spec: match and action
 * @sg: group that the rule is in
 * @peer: numbers of source and destination peer in the group, see struct vr_match, or
 *	VR_PEER_NONE
 * @place: position in the list that a request builds, from 0, or VR_PLACE_NONE; under
 *	vn->rules_lock
 * @index: position in the published ruleset, from 1; changed under vn->lock
 * @comment: the user's comment, or NULL; under vn->lock
 * @helper: the helper that @spec names
 * @packets: packets that the rule decided about
 * @bytes: bytes of these packets
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
 * struct vr_rulepart - the rules of a block for one direction and family
 * @classifier: finds the rules that match a packet
 * @rules: maps pattern numbers of @classifier to rule numbers in the block
 * @steps: upper bound of the number of rules with a peer that the classifier finds for a packet
 */
struct vr_rulepart {
	struct vr_classifier *classifier;
	u16 *rules;
	u32 steps;
};

/**
 * struct vr_ruleblock - consecutive rules of a group
 * @refs: number of rulesets that share the block
 * @part: the rules by direction (0 for ingress) and family (0 for IPv4)
 * @count: number of entries in @rules
 * @rules: the rules in the order of evaluation
 */
struct vr_ruleblock {
	refcount_t refs;
	struct vr_rulepart part[2][2];
	u32 count;
	struct vr_rule *rules[];
};

/**
 * struct vr_ruleset - all rules of a group; replaced as a whole
 * @rcu: to free the ruleset, not its rules
 * @stateful: at least one rule needs connection state
 * @stateless: at least one rule does not
 * @peer_count: all peer numbers of the rules are below this
 * @block_count: number of entries in @block
 * @block: the rules prepared for lookup; blocks that did not change are shared with the
 *	previous ruleset
 * @count: number of entries in @rules
 * @rules: the rules in the order of evaluation
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
 * struct vr_match - the lookup of a packet in rules
 * @tuple: fields of the packet
 * @network: network of the packet, in which addresses are looked up
 * @vif: local vifs with the source and destination address, or NULL
 * @known: whether @vif was looked up, for source and destination
 * @element: set elements by which source and destination match the rule that was found;
 *	without flags if the rule names no set
 * @recorder: records the objects that the lookup reads, or NULL
 * @sg: group of the rule that was found
 * @steps: number of steps that the lookup took, see VR_STEPS_MAX
 * @steps_max: limit of @steps; beyond it the lookup gives up without a verdict
 * @peer: for source and destination, the number of the peer that @element belongs to
 * @asked: bitmap of peers, by number, that the packet was compared with
 * @fits: bitmap of the peers in @asked that match
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
 * vr_match_begin() - prepares the lookup of a packet in rules
 * @match: initialized, except for the tuple
 * @pkt: parsed data of the packet
 * @network: network of the packet
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

/** vr_match_gave_up() - checks whether a lookup exceeded its limit of steps */
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
