// SPDX-License-Identifier: GPL-2.0
/*
 * What is decided about a packet: recorded stage by stage while it goes all the way, so that
 * it can be kept for those that follow (decision.c).
 */
#include <linux/string.h>

#include "policy/content.h"
#include "policy/path.h"
#include "policy/track.h"

static bool has(const u16 *slot, unsigned int count, u16 wanted)
{
	while (count)
		if (slot[--count] == wanted)
			return true;
	return false;
}

/** vr_path_trim() - all that a decision is made by is there once, as it is for kept ones */
void vr_path_trim(struct vr_path *path)
{
	unsigned int i, count = 0;

	for (i = 0; i < path->slot_count; i++)
		if (!has(path->slot, count, path->slot[i]))
			path->slot[count++] = path->slot[i];
	path->slot_count = count;
}

/** vr_path_add_to_full() - see vr_path_uses() */
void vr_path_add_to_full(struct vr_path *path, u16 slot)
{
	if (path->never)
		return;
	vr_path_trim(path);
	if (path->slot_count < VR_PATH_SLOTS)
		path->slot[path->slot_count++] = slot;
	else if (!has(path->slot, path->slot_count, slot))
		path->never = true;
}

/** vr_path_limit() - a decision holds for so many jiffies at most */
void vr_path_limit(struct vr_path *path, unsigned long limit)
{
	unsigned long until = jiffies + limit;

	if (time_before(until, path->until))
		path->until = until;
}

/**
 * vr_path_accepts() - a vif lets a packet pass
 * @path: the decision
 * @direction: enum vrouter_direction
 * @rule: why, or NULL
 * @elements: two elements of sets by which @rule fits; without flags when it names none
 */
void vr_path_accepts(struct vr_path *path, u32 direction, struct vr_rule *rule,
		     const struct vr_element *elements)
{
	struct vr_path_verdict *verdict = &path->verdict[direction == VROUTER_DIRECTION_INGRESS];
	unsigned int i;

	verdict->rule = rule;
	for (i = 0; i < ARRAY_SIZE(verdict->element); i++)
		verdict->element[i] = vr_element_counters(&elements[i]);
}

/** vr_path_track() - a packet is of a connection, which gets another reference */
void vr_path_track(struct vr_path *path, struct nf_conn *ct, u32 dir)
{
	if (path->conn_count == ARRAY_SIZE(path->conn)) {
		path->never = true;
		return;
	}
	vr_track_hold(ct);
	path->conn[path->conn_count].ct = ct;
	path->conn[path->conn_count].timeout = vr_track_timeout(ct);
	path->conn[path->conn_count++].dir = dir;
}

/** __vr_path_release() - see vr_path_release() */
void __vr_path_release(struct vr_path *path)
{
	while (path->conn_count)
		vr_track_put(path->conn[--path->conn_count].ct);
}
