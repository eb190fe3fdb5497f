// SPDX-License-Identifier: GPL-2.0
/*
 * Cached decisions: the result of deciding about one packet of a flow, kept for the others.
 *
 * There may be a million of them, and most use few of the fields of struct vr_recorder. A
 * decision is therefore packed: it has only as many of each kind as are in use, one behind the
 * other, and nothing that can be derived from the rest.
 *
 * Example, on a 64-bit machine: a TCP flow from vif 1 to vif 2, routed in one network, tracked,
 * and accepted by an egress and an ingress rule of a security group that both vifs are in.
 *
 *	offset	bytes
 *	0	40	struct vr_decision: conn_count 1, rules 3 (both directions), has_vif 1,
 *			routed 1, slot_count 5, the rest of the bit fields 0
 *	40	8	vif 2
 *	48	8	connection, held
 *	56	8	egress rule, held
 *	64	8	ingress rule, held
 *	72	10	5 slots: network, vif 1, vif 2, security group, next hop
 *	82	12	destination and source MAC address
 *
 * These are 94 bytes, allocated as 96. The largest decision has MOST bytes.
 *
 * Packets follow the decision until "until" has passed, a slot has a newer generation id than
 * "since" (see the example in lib/genid.c), the connection closes or the next hop changes. The
 * next packet is decided about anew. If the result is the same, vr_decision_renew() updates
 * "since", "checked" and "until"; if not, the flow gets another decision or ends.
 */
#include <linux/string.h>

#include "flow/decision.h"
#include "lib/slab.h"
#include "objects/network.h"
#include "objects/vif.h"
#include "policy/ruleset.h"
#include "policy/set_store.h"
#include "policy/track.h"

/* The maximum size of a packed decision in bytes. */
#define MOST (sizeof(struct vr_decision) + \
	      (2 + 2 * VR_RECORDER_VIAS + VR_RECORDER_CONNS + \
	       VR_DIRECTIONS * (1 + VR_RECORDER_ELEMENTS)) * sizeof(void *) + \
	      (VR_RECORDER_CONNS - 1) * sizeof(u32) + \
	      VR_RECORDER_SLOTS * sizeof(u16) + 2 * ETH_ALEN)

static_assert(MOST <= VR_SLAB_MOST);

static struct vr_rule *const *rules(const struct vr_decision *decision)
{
	struct vr_rule *const *behind = (void *)(vr_decision_via(decision) + decision->via_count);

	return behind + decision->has_group;
}

static struct vr_element_ext *const *elements(const struct vr_decision *decision)
{
	return (struct vr_element_ext *const *)(rules(decision) + hweight8(decision->rules));
}

/* The timeouts of all connections but the first, whose timeout is in the decision itself. */
static const u32 *timeouts(const struct vr_decision *decision)
{
	return (const u32 *)(elements(decision) + hweight8(decision->elements));
}

static u32 timeout_of(const struct vr_decision *decision, unsigned int conn)
{
	return conn ? timeouts(decision)[conn - 1] : decision->timeout;
}

static const u16 *slots(const struct vr_decision *decision)
{
	u32 more = decision->conn_count ? decision->conn_count - 1 : 0;

	return (const u16 *)(timeouts(decision) + more);
}

static bool has_macs(const struct vr_decision *decision)
{
	return decision->routed && !decision->l3;
}

/** vr_decision_macs() - the destination and source MAC address to write to packets, or NULL */
const u8 *vr_decision_macs(const struct vr_decision *decision)
{
	return has_macs(decision) ? (const u8 *)(slots(decision) + decision->slot_count) : NULL;
}

static size_t decision_size_of(const struct vr_decision *decision)
{
	return (const u8 *)(slots(decision) + decision->slot_count) - (const u8 *)decision +
	       has_macs(decision) * 2 * ETH_ALEN;
}

static void **pack_via(struct vr_decision *decision, void **to, const struct vr_recorder *recorder)
{
	unsigned int i;

	decision->via_count = recorder->via_count;
	for (i = 0; i < recorder->via_count; i++) {
		*to++ = recorder->via[i].nh;
		*to++ = recorder->via[i].network;
	}
	return to;
}

static void **pack_conns(struct vr_decision *decision, void **to,
			 const struct vr_recorder *recorder)
{
	unsigned int i;

	decision->conn_count = recorder->conn_count;
	for (i = 0; i < recorder->conn_count; i++) {
		*to++ = recorder->conn[i].ct;
		decision->replies |= (recorder->conn[i].dir == IP_CT_DIR_REPLY) << i;
	}
	return to;
}

static void **pack_rules(struct vr_decision *decision, void **to,
			 const struct vr_recorder *recorder)
{
	unsigned int i;

	for (i = 0; i < VR_DIRECTIONS; i++) {
		if (!recorder->verdict[i].rule)
			continue;
		*to++ = recorder->verdict[i].rule;
		decision->rules |= BIT(i);
	}
	return to;
}

static void **pack_elements(struct vr_decision *decision, void **to,
			    const struct vr_recorder *recorder)
{
	const struct vr_recorder_verdict *verdict;
	struct vr_element_ext *element;
	unsigned int i;

	for (i = 0; i < VR_DIRECTIONS * VR_RECORDER_ELEMENTS; i++) {
		verdict = &recorder->verdict[i / VR_RECORDER_ELEMENTS];
		element = verdict->element[i % VR_RECORDER_ELEMENTS];
		if (!element)
			continue;
		*to++ = element;
		decision->elements |= BIT(i);
	}
	return to;
}

/* Packs everything that is not a pointer. */
static void pack_numbers(struct vr_decision *decision, void *to, const struct vr_recorder *recorder)
{
	u32 *timeout = to;
	unsigned int i;

	if (recorder->conn_count)
		decision->timeout = recorder->conn[0].timeout;
	for (i = 1; i < recorder->conn_count; i++)
		*timeout++ = recorder->conn[i].timeout;
	memcpy(timeout, recorder->slot, recorder->slot_count * sizeof(*recorder->slot));
	if (has_macs(decision))
		memcpy((u16 *)timeout + recorder->slot_count, recorder->macs,
		       sizeof(recorder->macs));
}

/* Packs a decision without taking references. Returns its size. */
static size_t pack(struct vr_decision *decision, struct vr_recorder *recorder)
{
	void **to = decision->more;

	vr_recorder_trim(recorder);
	*decision = (struct vr_decision){
		.since = recorder->since,
		.checked = recorder->since,
		.until = recorder->until,
		.hash = recorder->hash,
		.nh = recorder->nh,
		.info = recorder->info,
		.has_vif = !!recorder->vif,
		.has_group = !!recorder->group,
		.routed = recorder->routed,
		.l3 = recorder->l3,
		.unreplied = recorder->unreplied,
		.slot_count = recorder->slot_count,
	};
	if (recorder->vif)
		*to++ = recorder->vif;
	to = pack_conns(decision, to, recorder);
	to = pack_via(decision, to, recorder);
	if (recorder->group)
		*to++ = recorder->group;
	to = pack_rules(decision, to, recorder);
	to = pack_elements(decision, to, recorder);
	pack_numbers(decision, to, recorder);
	return decision_size_of(decision);
}

static void put_rules(struct vr_rule *const *rule, unsigned int count)
{
	while (count)
		vr_rule_release(rule[--count]);
}

/* Takes a reference to each rule. Fails, holding none, if a rule has been removed. */
static bool hold_rules(const struct vr_decision *decision)
{
	struct vr_rule *const *rule = rules(decision);
	unsigned int i, count = hweight8(decision->rules);

	for (i = 0; i < count; i++) {
		if (vr_rule_hold(rule[i]))
			continue;
		put_rules(rule, i);
		return false;
	}
	return true;
}

/**
 * vr_decision_make() - makes a cached decision
 * @recorder: the decision on the stack, complete. On success, its references to connections
 *	move to the cached decision
 *
 * Context: softirq or BH disabled; RCU read lock.
 * Return: the cached decision, for vr_decision_free(), or NULL.
 */
struct vr_decision *vr_decision_make(struct vr_recorder *recorder)
{
	u64 room[DIV_ROUND_UP(MOST, sizeof(u64))];
	struct vr_decision *packed = (struct vr_decision *)room, *decision;
	size_t size = pack(packed, recorder);

	if (!hold_rules(packed))
		return NULL;
	decision = vr_slab_alloc(size, VR_GFP_PACKET);
	if (!decision) {
		put_rules(rules(packed), hweight8(packed->rules));
		return NULL;
	}
	memcpy(decision, packed, size);
	recorder->conn_count = 0;
	return decision;
}

/** vr_decision_free() - frees a decision that no packet sees any more, and its references */
void vr_decision_free(struct vr_decision *decision)
{
	unsigned int i;

	for (i = 0; i < decision->conn_count; i++)
		vr_track_put(vr_decision_conns(decision)[i]);
	put_rules(rules(decision), hweight8(decision->rules));
	vr_slab_free(decision, decision_size_of(decision));
}

/** vr_decision_same() - are two decisions the same, and do they depend on the same objects? */
bool vr_decision_same(const struct vr_decision *decision, struct vr_recorder *recorder)
{
	size_t from = offsetof(struct vr_decision, hash);
	u64 room[DIV_ROUND_UP(MOST, sizeof(u64))];
	size_t size = pack((struct vr_decision *)room, recorder);

	return size == decision_size_of(decision) &&
	       !memcmp((const u8 *)decision + from, (const u8 *)room + from, size - from);
}

/** vr_decision_renew() - extends a decision that was made again; under the flow's lock */
void vr_decision_renew(struct vr_decision *decision, const struct vr_recorder *recorder)
{
	WRITE_ONCE(decision->since, recorder->since);
	WRITE_ONCE(decision->checked, recorder->since);
	WRITE_ONCE(decision->until, recorder->until);
}

/** vr_decision_holds() - are all objects unchanged that a decision depends on? */
bool vr_decision_holds(const struct vr_decision *decision, const struct vr_net *vn)
{
	unsigned long now = vr_genid_now(vn);
	/* Extends the low bits. It may be ahead of now: another CPU may just have renewed it. */
	unsigned long since = now - (s32)((u32)now - READ_ONCE(decision->since));
	const u16 *slot = slots(decision), *end = slot + decision->slot_count;
	const unsigned long *genids = vn->genids;

	for (; slot < end; slot++)
		if (vr_genid_changed(genids, *slot, since))
			return false;
	return true;
}

/** vr_decision_bypass() - packets bypass the tracker from now on; softirq or BH disabled */
void vr_decision_bypass(const struct vr_decision *decision)
{
	unsigned int i;

	for (i = 0; i < decision->conn_count; i++)
		vr_track_bypass(vr_decision_conns(decision)[i]);
}

/** vr_decision_return() - prepares the connections for packets that are tracked again */
void vr_decision_return(const struct vr_decision *decision)
{
	unsigned int i;

	for (i = 0; i < decision->conn_count; i++)
		vr_track_return(vr_decision_conns(decision)[i]);
}

/** vr_decision_believe() - makes the tracker accept the next packet, an RST that fits */
void vr_decision_believe(const struct vr_decision *decision)
{
	unsigned int i;

	for (i = 0; i < decision->conn_count; i++)
		vr_track_believe(vr_decision_conns(decision)[i]);
}

/** vr_decision_unreplied() - was a connection unreplied at the decision, and is one still? */
bool vr_decision_unreplied(const struct vr_decision *decision)
{
	unsigned int i;

	for (i = 0; decision->unreplied && i < decision->conn_count; i++)
		if (!vr_track_replied(vr_decision_conns(decision)[i]))
			return true;
	return false;
}

/**
 * vr_decision_rule() - the rule that accepts the packets in one direction
 * @decision: the decision
 * @direction: 1 for ingress, 0 for egress
 *
 * Context: RCU read lock.
 * Return: the rule, or NULL if there is none.
 */
struct vr_rule *vr_decision_rule(const struct vr_decision *decision, unsigned int direction)
{
	if (!(decision->rules & BIT(direction)))
		return NULL;
	return rules(decision)[hweight8(decision->rules & (BIT(direction) - 1))];
}

/**
 * vr_decision_network() - the network that packets leave from
 * @decision: a decision that holds
 *
 * Context: RCU read lock.
 * Return: the network, or NULL for the network that they came into.
 */
struct vr_network *vr_decision_network(const struct vr_decision *decision)
{
	if (decision->has_vif)
		return vr_decision_vif(decision)->network;
	return decision->via_count ? vr_decision_via(decision)[decision->via_count - 1].network
		: NULL;
}

static void credit_rules(const struct vr_decision *decision, u64 packets, u64 bytes)
{
	struct vr_rule *const *rule = rules(decision);
	unsigned int i;

	for (i = 0; i < hweight8(decision->rules); i++) {
		atomic64_add(packets, &rule[i]->packets);
		atomic64_add(bytes, &rule[i]->bytes);
	}
}

static void credit_elements(const struct vr_decision *decision, u64 packets, u64 bytes)
{
	unsigned int i;

	for (i = 0; i < hweight8(decision->elements); i++)
		vr_element_count(elements(decision)[i], packets, bytes);
}

/* Counting also extends a connection, by the timeout that its last tracked packet set. */
static void credit_conns(const struct vr_decision *decision, const struct vr_use *use)
{
	unsigned int i;

	for (i = 0; i < decision->conn_count; i++)
		vr_track_used(vr_decision_conns(decision)[i],
			      vr_decision_replies(decision, i) ? IP_CT_DIR_REPLY
			      : IP_CT_DIR_ORIGINAL,
			      use, timeout_of(decision, i));
}

/**
 * vr_decision_credit() - adds packets of a flow to the counters of its rules, elements and
 *	connections
 * @decision: the decision that the packets followed
 * @holds: the decision holds, so the set elements that it depends on still exist
 * @use: the packets
 *
 * Context: RCU read lock.
 */
void vr_decision_credit(const struct vr_decision *decision, bool holds, const struct vr_use *use)
{
	credit_rules(decision, use->packets, use->bytes);
	if (holds)
		credit_elements(decision, use->packets, use->bytes);
	credit_conns(decision, use);
}
