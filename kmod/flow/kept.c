// SPDX-License-Identifier: GPL-2.0
/*
 * A decision that is kept for the packets of a flow.
 *
 * There may be a million of them, and most are made of little: so what struct vr_path has
 * room for is packed one behind the other, and what follows from the rest left out.
 */
#include <linux/string.h>

#include "flow/kept.h"
#include "lib/slab.h"
#include "objects/network.h"
#include "objects/vif.h"
#include "policy/content.h"
#include "policy/ruleset.h"
#include "policy/track.h"

/* So much there can be of it. */
#define MOST (sizeof(struct vr_kept) + \
	      (2 + 2 * VR_PATH_VIAS + VR_PATH_CONNS + VR_DIRECTIONS * (1 + VR_PATH_ELEMENTS)) * \
	      sizeof(void *) + (VR_PATH_CONNS - 1) * sizeof(u32) + \
	      VR_PATH_SLOTS * sizeof(u16) + 2 * ETH_ALEN)

static_assert(MOST <= VR_SLAB_MOST);

static struct vr_rule *const *rules(const struct vr_kept *kept)
{
	struct vr_rule *const *behind = (void *)(vr_kept_via(kept) + kept->via_count);

	return behind + kept->has_group;
}

static struct vr_element_ext *const *elements(const struct vr_kept *kept)
{
	return (struct vr_element_ext *const *)(rules(kept) + hweight8(kept->rules));
}

/* Of connections but the first. */
static const u32 *timeouts(const struct vr_kept *kept)
{
	return (const u32 *)(elements(kept) + hweight8(kept->elements));
}

static u32 timeout_of(const struct vr_kept *kept, unsigned int conn)
{
	return conn ? timeouts(kept)[conn - 1] : kept->timeout;
}

static const u16 *slots(const struct vr_kept *kept)
{
	return (const u16 *)(timeouts(kept) + (kept->conn_count ? kept->conn_count - 1 : 0));
}

static bool has_macs(const struct vr_kept *kept)
{
	return kept->routed && !kept->l3;
}

/** vr_kept_macs() - destination and source MAC address that packets get, or NULL */
const u8 *vr_kept_macs(const struct vr_kept *kept)
{
	return has_macs(kept) ? (const u8 *)(slots(kept) + kept->slot_count) : NULL;
}

static size_t size_of(const struct vr_kept *kept)
{
	return (const u8 *)(slots(kept) + kept->slot_count) - (const u8 *)kept +
	       has_macs(kept) * 2 * ETH_ALEN;
}

static void **pack_via(struct vr_kept *kept, void **to, const struct vr_path *path)
{
	unsigned int i;

	kept->via_count = path->via_count;
	for (i = 0; i < path->via_count; i++) {
		*to++ = path->via[i].nh;
		*to++ = path->via[i].network;
	}
	return to;
}

static void **pack_conns(struct vr_kept *kept, void **to, const struct vr_path *path)
{
	unsigned int i;

	kept->conn_count = path->conn_count;
	for (i = 0; i < path->conn_count; i++) {
		*to++ = path->conn[i].ct;
		kept->replies |= (path->conn[i].dir == IP_CT_DIR_REPLY) << i;
	}
	return to;
}

static void **pack_rules(struct vr_kept *kept, void **to, const struct vr_path *path)
{
	unsigned int i;

	for (i = 0; i < VR_DIRECTIONS; i++) {
		if (!path->verdict[i].rule)
			continue;
		*to++ = path->verdict[i].rule;
		kept->rules |= BIT(i);
	}
	return to;
}

static void **pack_elements(struct vr_kept *kept, void **to, const struct vr_path *path)
{
	struct vr_element_ext *element;
	unsigned int i;

	for (i = 0; i < VR_DIRECTIONS * VR_PATH_ELEMENTS; i++) {
		element = path->verdict[i / VR_PATH_ELEMENTS].element[i % VR_PATH_ELEMENTS];
		if (!element)
			continue;
		*to++ = element;
		kept->elements |= BIT(i);
	}
	return to;
}

/* All that are no pointers. */
static void pack_numbers(struct vr_kept *kept, void *to, const struct vr_path *path)
{
	u32 *timeout = to;
	unsigned int i;

	if (path->conn_count)
		kept->timeout = path->conn[0].timeout;
	for (i = 1; i < path->conn_count; i++)
		*timeout++ = path->conn[i].timeout;
	memcpy(timeout, path->slot, path->slot_count * sizeof(*path->slot));
	if (has_macs(kept))
		memcpy((u16 *)timeout + path->slot_count, path->macs, sizeof(path->macs));
}

/* Returns how long it is. */
static size_t pack(struct vr_kept *kept, struct vr_path *path)
{
	void **to = kept->more;

	vr_path_trim(path);
	*kept = (struct vr_kept){
		.since = path->since,
		.checked = path->since,
		.until = path->until,
		.hash = path->hash,
		.nh = path->nh,
		.info = path->info,
		.has_vif = !!path->vif,
		.has_group = !!path->group,
		.routed = path->routed,
		.l3 = path->l3,
		.unreplied = path->unreplied,
		.slot_count = path->slot_count,
	};
	if (path->vif)
		*to++ = path->vif;
	to = pack_conns(kept, to, path);
	to = pack_via(kept, to, path);
	if (path->group)
		*to++ = path->group;
	to = pack_rules(kept, to, path);
	to = pack_elements(kept, to, path);
	pack_numbers(kept, to, path);
	return size_of(kept);
}

static void put_rules(struct vr_rule *const *rule, unsigned int count)
{
	while (count)
		vr_rule_release(rule[--count]);
}

/* Of what packets can still see, it gets more references; of what they cannot, none. */
static bool hold_rules(const struct vr_kept *kept)
{
	struct vr_rule *const *rule = rules(kept);
	unsigned int i, count = hweight8(kept->rules);

	for (i = 0; i < count; i++) {
		if (vr_rule_hold(rule[i]))
			continue;
		put_rules(rule, i);
		return false;
	}
	return true;
}

/**
 * vr_kept_make() - a decision for later packets
 * @path: the decision, complete; holds nothing afterwards, if it is kept
 *
 * Context: softirq or BH disabled; RCU read lock.
 * Return: what is kept of it, for vr_kept_free(), or NULL.
 */
struct vr_kept *vr_kept_make(struct vr_path *path)
{
	u64 room[DIV_ROUND_UP(MOST, sizeof(u64))];
	struct vr_kept *packed = (struct vr_kept *)room, *kept;
	size_t size = pack(packed, path);

	if (!hold_rules(packed))
		return NULL;
	kept = vr_slab_alloc(size, VR_GFP_PACKET);
	if (!kept) {
		put_rules(rules(packed), hweight8(packed->rules));
		return NULL;
	}
	memcpy(kept, packed, size);
	path->conn_count = 0;
	return kept;
}

/** vr_kept_free() - lets go of all that a decision holds; no packet sees it any more */
void vr_kept_free(struct vr_kept *kept)
{
	unsigned int i;

	for (i = 0; i < kept->conn_count; i++)
		vr_track_put(vr_kept_conns(kept)[i]);
	put_rules(rules(kept), hweight8(kept->rules));
	vr_slab_free(kept, size_of(kept));
}

/** vr_kept_same() - is what was decided the same, and by the same? */
bool vr_kept_same(const struct vr_kept *kept, struct vr_path *path)
{
	size_t from = offsetof(struct vr_kept, hash);
	u64 room[DIV_ROUND_UP(MOST, sizeof(u64))];
	size_t size = pack((struct vr_kept *)room, path);

	return size == size_of(kept) &&
	       !memcmp((const u8 *)kept + from, (const u8 *)room + from, size - from);
}

/** vr_kept_renew() - the same was decided again; under a lock of the flow */
void vr_kept_renew(struct vr_kept *kept, const struct vr_path *path)
{
	WRITE_ONCE(kept->since, path->since);
	WRITE_ONCE(kept->checked, path->since);
	WRITE_ONCE(kept->until, path->until);
}

/** vr_kept_holds() - has nothing changed that a decision was made by? */
bool vr_kept_holds(const struct vr_kept *kept, const struct vr_net *vn)
{
	unsigned long now = vr_epoch_now(vn);
	/* Both are near; another CPU may just have made it later than now. */
	unsigned long since = now - (s32)((u32)now - READ_ONCE(kept->since));
	const u16 *slot = slots(kept), *end = slot + kept->slot_count;
	const unsigned long *epochs = vn->epochs;

	for (; slot < end; slot++)
		if (vr_epoch_changed(epochs, *slot, since))
			return false;
	return true;
}

/** vr_kept_bypass() - packets go on without being tracked; softirq or BH disabled */
void vr_kept_bypass(const struct vr_kept *kept)
{
	unsigned int i;

	for (i = 0; i < kept->conn_count; i++)
		vr_track_bypass(vr_kept_conns(kept)[i]);
}

/** vr_kept_return() - packets are tracked again */
void vr_kept_return(const struct vr_kept *kept)
{
	unsigned int i;

	for (i = 0; i < kept->conn_count; i++)
		vr_track_return(vr_kept_conns(kept)[i]);
}

/** vr_kept_believe() - the next packet, which ends the connections, is one of theirs */
void vr_kept_believe(const struct vr_kept *kept)
{
	unsigned int i;

	for (i = 0; i < kept->conn_count; i++)
		vr_track_believe(vr_kept_conns(kept)[i]);
}

/** vr_kept_unreplied() - has the connection of a flow, which had no answer, none yet? */
bool vr_kept_unreplied(const struct vr_kept *kept)
{
	unsigned int i;

	for (i = 0; kept->unreplied && i < kept->conn_count; i++)
		if (!vr_track_replied(vr_kept_conns(kept)[i]))
			return true;
	return false;
}

/**
 * vr_kept_rule() - what lets packets pass
 * @kept: the decision
 * @direction: 1 for ingress, 0 for egress
 *
 * Context: RCU read lock.
 * Return: the rule, or NULL when there is none.
 */
struct vr_rule *vr_kept_rule(const struct vr_kept *kept, unsigned int direction)
{
	if (!(kept->rules & BIT(direction)))
		return NULL;
	return rules(kept)[hweight8(kept->rules & (BIT(direction) - 1))];
}

/**
 * vr_kept_network() - the network that packets leave by
 * @kept: a decision that holds
 *
 * Context: RCU read lock.
 * Return: the network, or NULL: the one that they came into.
 */
struct vr_network *vr_kept_network(const struct vr_kept *kept)
{
	if (kept->has_vif)
		return vr_kept_vif(kept)->network;
	return kept->via_count ? vr_kept_via(kept)[kept->via_count - 1].network : NULL;
}

static void credit_rules(const struct vr_kept *kept, u64 packets, u64 bytes)
{
	struct vr_rule *const *rule = rules(kept);
	unsigned int i;

	for (i = 0; i < hweight8(kept->rules); i++) {
		atomic64_add(packets, &rule[i]->packets);
		atomic64_add(bytes, &rule[i]->bytes);
	}
}

static void credit_elements(const struct vr_kept *kept, u64 packets, u64 bytes)
{
	unsigned int i;

	for (i = 0; i < hweight8(kept->elements); i++)
		vr_element_count(elements(kept)[i], packets, bytes);
}

/* What is counted at a connection keeps it for as long as its last tracked packet did. */
static void credit_conns(const struct vr_kept *kept, const struct vr_use *use)
{
	unsigned int i;

	for (i = 0; i < kept->conn_count; i++)
		vr_track_used(vr_kept_conns(kept)[i],
			      vr_kept_replies(kept, i) ? IP_CT_DIR_REPLY : IP_CT_DIR_ORIGINAL,
			      use, timeout_of(kept, i));
}

/**
 * vr_kept_credit() - counts packets that went by a decision where others are counted
 * @kept: the decision
 * @holds: it holds, so the elements of sets that it was made by are there
 * @use: the packets
 *
 * Context: RCU read lock.
 */
void vr_kept_credit(const struct vr_kept *kept, bool holds, const struct vr_use *use)
{
	credit_rules(kept, use->packets, use->bytes);
	if (holds)
		credit_elements(kept, use->packets, use->bytes);
	credit_conns(kept, use);
}
