// SPDX-License-Identifier: GPL-2.0
/*
 * What was decided about the packets of a flow: recorded stage by stage while one of them
 * goes all the way, and kept for those that follow.
 */
#include <linux/slab.h>

#include "content.h"
#include "path.h"
#include "ruleset.h"
#include "sg.h"
#include "track.h"

/* So often a decision is made anew in any case, which is how what it uses stays in use. */
#define LIFETIME (10 * HZ)

/** vr_path_begin() - a decision is going to be made, and nothing was read for it yet */
void vr_path_begin(struct vr_path *path, const struct vr_net *vn)
{
	memset(path, 0, sizeof(*path));
	path->since = vr_epoch_now(vn);
	path->checked = path->since;
	path->until = jiffies + LIFETIME;
}

/** vr_path_add() - see vr_path_uses() */
void vr_path_add(struct vr_path *path, u16 slot)
{
	unsigned int i;

	for (i = 0; i < path->slot_count; i++)
		if (path->slot[i] == slot)
			return;
	if (i == VR_PATH_SLOTS)
		path->never = true;
	else
		path->slot[path->slot_count++] = slot;
}

/** vr_path_limit() - a decision holds for so many jiffies at most */
void vr_path_limit(struct vr_path *path, unsigned long limit)
{
	unsigned long until = jiffies + limit;

	if (time_before(until, path->until))
		path->until = until;
}

/** vr_path_expires() - a decision is made by an element, which may have a timeout */
void vr_path_expires(struct vr_path *path, const struct vr_element *element)
{
	unsigned long expires = vr_element_expires_at(element);

	if (path && expires && time_before(expires, path->until))
		path->until = expires;
}

/**
 * vr_path_accepts() - a vif lets a packet pass
 * @path: the decision
 * @direction: enum vrouter_direction
 * @rule: why, or NULL
 * @sg: group of @rule
 * @elements: two elements of sets, or NULLs, by which @rule fits
 */
void vr_path_accepts(struct vr_path *path, u32 direction, struct vr_rule *rule,
		     const struct vr_sg *sg, struct vr_element *const *elements)
{
	struct vr_path_verdict *verdict = &path->verdict[direction == VROUTER_DIRECTION_INGRESS];
	unsigned int i;

	verdict->rule = rule;
	verdict->sg = sg ? sg->obj.id : 0;
	for (i = 0; i < ARRAY_SIZE(verdict->element); i++)
		if (elements[i] && READ_ONCE(elements[i]->flags) & VR_ELEMENT_COUNTS)
			verdict->element[i] = elements[i];
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

/** vr_path_release() - lets go of what a decision on the stack holds */
void vr_path_release(struct vr_path *path)
{
	while (path->conn_count)
		vr_track_put(path->conn[--path->conn_count].ct);
}

static void put_rules(struct vr_path *path)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(path->verdict); i++)
		if (path->verdict[i].rule)
			vr_rule_release(path->verdict[i].rule);
}

/* Of what packets can still see, it gets more references; of what they cannot, none. */
static bool hold_rules(struct vr_path *path)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(path->verdict); i++) {
		if (!path->verdict[i].rule || vr_rule_hold(path->verdict[i].rule))
			continue;
		path->verdict[i].rule = NULL;
		path->never = true;
	}
	if (!path->never)
		return true;
	put_rules(path);
	return false;
}

/**
 * vr_path_keep() - a copy of a decision on the stack, for later packets
 * @path: complete; holds nothing afterwards, if there is a copy
 *
 * Context: softirq or BH disabled; RCU read lock.
 * Return: the copy, for vr_path_free(), or NULL.
 */
struct vr_path *vr_path_keep(struct vr_path *path)
{
	struct vr_path *kept = kmemdup(path, sizeof(*path), GFP_ATOMIC);

	if (kept && hold_rules(kept)) {
		path->conn_count = 0;
		return kept;
	}
	kfree(kept);
	return NULL;
}

/** vr_path_same() - is what was decided the same, and by the same? */
bool vr_path_same(const struct vr_path *a, const struct vr_path *b)
{
	size_t from = offsetof(struct vr_path, slot_count);

	return !memcmp((const u8 *)a + from, (const u8 *)b + from, sizeof(*a) - from);
}

/** vr_path_open() - may packets go on without being tracked? Context: RCU read lock */
bool vr_path_open(const struct vr_path *path)
{
	unsigned int i;

	for (i = 0; i < path->conn_count; i++)
		if (!vr_track_usable(path->conn[i].ct))
			return false;
	return true;
}

/** vr_path_bypass() - packets go on without being tracked; softirq or BH disabled */
void vr_path_bypass(const struct vr_path *path)
{
	unsigned int i;

	for (i = 0; i < path->conn_count; i++)
		vr_track_bypass(path->conn[i].ct);
}

/** vr_path_return() - packets are tracked again */
void vr_path_return(const struct vr_path *path)
{
	unsigned int i;

	for (i = 0; i < path->conn_count; i++)
		vr_track_return(path->conn[i].ct);
}

static void credit_verdict(const struct vr_path_verdict *verdict, bool holds, u64 packets,
			   u64 bytes)
{
	unsigned int i;

	if (!verdict->rule)
		return;
	atomic64_add(packets, &verdict->rule->packets);
	atomic64_add(bytes, &verdict->rule->bytes);
	for (i = 0; holds && i < ARRAY_SIZE(verdict->element); i++)
		if (verdict->element[i])
			vr_element_count(verdict->element[i], packets, bytes);
}

/* What is counted at a connection keeps it for as long as its last tracked packet did. */
static void credit_connection(const struct vr_path_conn *conn, u64 packets, u64 bytes)
{
	vr_track_count(conn->ct, conn->dir, packets, bytes - packets * ETH_HLEN);
	vr_track_prolong(conn->ct, conn->timeout);
}

/**
 * vr_path_credit() - counts packets that went by a decision where others are counted
 * @path: the decision
 * @holds: it holds, so the elements of sets that it was made by are there
 * @packets: how many
 * @bytes: of these, from their Ethernet headers on
 *
 * Context: RCU read lock.
 */
void vr_path_credit(const struct vr_path *path, bool holds, u64 packets, u64 bytes)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(path->verdict); i++)
		credit_verdict(&path->verdict[i], holds, packets, bytes);
	for (i = 0; i < path->conn_count; i++)
		credit_connection(&path->conn[i], packets, bytes);
}

static void free_rcu(struct rcu_head *rcu)
{
	struct vr_path *path = container_of(rcu, struct vr_path, rcu);

	vr_path_release(path);
	put_rules(path);
	kfree(path);
}

/** vr_path_free() - frees a decision that was kept, after a grace period */
void vr_path_free(struct vr_path *path)
{
	call_rcu(&path->rcu, free_rcu);
}
