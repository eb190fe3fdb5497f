// SPDX-License-Identifier: GPL-2.0
/*
 * Records the decision about a packet, stage by stage on its way through the module, so that
 * the decision can be cached for the packets that follow (decision.c).
 */
#include <linux/string.h>

#include "policy/recorder.h"
#include "policy/set_store.h"
#include "policy/track.h"

static bool recorder_has(const u16 *slot, unsigned int count, u16 wanted)
{
	while (count)
		if (slot[--count] == wanted)
			return true;
	return false;
}

/** vr_recorder_trim() - removes duplicate slots; cached decisions have none */
void vr_recorder_trim(struct vr_recorder *recorder)
{
	unsigned int i, count = 0;

	for (i = 0; i < recorder->slot_count; i++)
		if (!recorder_has(recorder->slot, count, recorder->slot[i]))
			recorder->slot[count++] = recorder->slot[i];
	recorder->slot_count = count;
}

/** vr_recorder_add_to_full() - slow path of vr_recorder_uses() */
void vr_recorder_add_to_full(struct vr_recorder *recorder, u16 slot)
{
	if (recorder->never)
		return;
	vr_recorder_trim(recorder);
	if (recorder->slot_count < VR_RECORDER_SLOTS)
		recorder->slot[recorder->slot_count++] = slot;
	else if (!recorder_has(recorder->slot, recorder->slot_count, slot))
		recorder->never = true;
}

/** vr_recorder_limit() - limits the lifetime of a decision to @limit jiffies from now */
void vr_recorder_limit(struct vr_recorder *recorder, unsigned long limit)
{
	unsigned long until = jiffies + limit;

	if (time_before(until, recorder->until))
		recorder->until = until;
}

/**
 * vr_recorder_accepts() - records that a vif lets a packet pass
 * @recorder: the recorder
 * @direction: enum vrouter_direction
 * @rule: the rule that allows it, or NULL
 * @elements: set elements by which source and destination match @rule; without flags if the
 *	rule names no set
 */
void vr_recorder_accepts(struct vr_recorder *recorder, u32 direction, struct vr_rule *rule,
			 const struct vr_element *elements)
{
	struct vr_recorder_verdict *verdict = &recorder->verdict[direction ==
								 VROUTER_DIRECTION_INGRESS];
	unsigned int i;

	verdict->rule = rule;
	for (i = 0; i < ARRAY_SIZE(verdict->element); i++)
		verdict->element[i] = vr_element_counters(&elements[i]);
}

/** vr_recorder_track() - records the connection of a packet, with a reference to it */
void vr_recorder_track(struct vr_recorder *recorder, struct nf_conn *ct, u32 dir)
{
	if (recorder->conn_count == ARRAY_SIZE(recorder->conn)) {
		recorder->never = true;
		return;
	}
	vr_track_hold(ct);
	recorder->conn[recorder->conn_count].ct = ct;
	recorder->conn[recorder->conn_count].timeout = vr_track_timeout(ct);
	recorder->conn[recorder->conn_count++].dir = dir;
}

/** __vr_recorder_release() - see vr_recorder_release() */
void __vr_recorder_release(struct vr_recorder *recorder)
{
	while (recorder->conn_count)
		vr_track_put(recorder->conn[--recorder->conn_count].ct);
}
