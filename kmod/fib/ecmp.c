// SPDX-License-Identifier: GPL-2.0
/*
 * Next hops of type ecmp: which member a flow takes.
 *
 * A hash puts flows into a fixed number of buckets, and each bucket is a member's. When
 * the members or their weights change, a bucket changes hands only if it must.
 */
#include <linux/bitmap.h>
#include <linux/jhash.h>
#include <linux/random.h>

#include "fib/ecmp.h"
#include "lib/hash.h"
#include "objects/vif.h"
#include "policy/recorder.h"

/* How often a flow whose member is dead is hashed again before members are counted off. */
#define TRIES 8

/**
 * struct plan - what a table of buckets is made by
 * @info: the next hop to be
 * @bucket: its table
 * @total: sum of the weights
 * @settled: no member is new or has another weight than it had
 * @member: for each member that there was its index now, or -1
 * @held: buckets of each member
 * @free: buckets of no one
 */
struct plan {
	const struct vr_nexthop_info *info;
	u8 *bucket;
	u32 total;
	bool settled;
	s16 member[VR_GROUP_MEMBERS_MAX];
	u16 held[VR_GROUP_MEMBERS_MAX];
	DECLARE_BITMAP(free, VR_GROUP_BUCKETS);
};

/* Buckets that a member lacks to its fair share, times the total weight to be exact. */
static int lack(const struct plan *plan, unsigned int member)
{
	return (int)(VR_GROUP_BUCKETS * plan->info->member[member].weight) -
	       (int)(plan->held[member] * plan->total);
}

static void ecmp_give(struct plan *plan, unsigned int bucket, unsigned int member)
{
	plan->bucket[bucket] = member;
	plan->held[member]++;
	__clear_bit(bucket, plan->free);
}

static int find_member(const struct vr_nexthop_info *info, const struct vr_nexthop *nh)
{
	unsigned int i;

	for (i = 0; i < info->count; i++)
		if (info->member[i].nh == nh)
			return i;
	return -1;
}

/* What became of the members that there were. */
static void match_members(struct plan *plan, const struct vr_nexthop_info *old)
{
	unsigned int i, stayed = 0;

	for (i = 0; i < old->count; i++) {
		int now = find_member(plan->info, old->member[i].nh);

		plan->member[i] = now;
		if (now >= 0 && plan->info->member[now].weight == old->member[i].weight)
			stayed++;
	}
	plan->settled = stayed == plan->info->count;
}

/* Members keep what they have up to their share, rounded up. */
static void ecmp_keep(struct plan *plan, const struct vr_nexthop_info *old)
{
	unsigned int i;

	for (i = 0; i < VR_GROUP_BUCKETS; i++) {
		int member = plan->member[old->group->bucket[i]];

		if (member >= 0 && lack(plan, member) > 0)
			ecmp_give(plan, i, member);
	}
}

static unsigned int neediest(const struct plan *plan)
{
	unsigned int i, most = 0;

	for (i = 1; i < plan->info->count; i++)
		if (lack(plan, i) > lack(plan, most))
			most = i;
	return most;
}

/* Who can best do without one of his buckets; no one gives his last one. */
static unsigned int richest(const struct plan *plan)
{
	unsigned int i, most = 0;

	for (i = 1; i < plan->info->count; i++)
		if (plan->held[i] > 1 &&
		    (plan->held[most] <= 1 || lack(plan, i) < lack(plan, most)))
			most = i;
	return most;
}

static unsigned int a_bucket_of(const struct plan *plan, unsigned int member)
{
	unsigned int i = 0;

	while (plan->bucket[i] != member)
		i++;
	return i;
}

/*
 * All buckets are given, but those who keep a fraction more than their share may leave
 * too little. Everyone gets his share, rounded down, and one bucket at least.
 */
static void level(struct plan *plan, unsigned int member)
{
	unsigned int from;

	while (!plan->held[member] || lack(plan, member) >= (int)plan->total) {
		from = richest(plan);
		if (plan->held[member] && lack(plan, from) >= 0)
			return;
		plan->held[from]--;
		ecmp_give(plan, a_bucket_of(plan, from), member);
	}
}

/*
 * A member that goes takes nothing of the others along: then not even fractions are
 * levelled.
 */
static void share_out(struct plan *plan, const struct vr_nexthop_info *old)
{
	unsigned int i;

	bitmap_fill(plan->free, VR_GROUP_BUCKETS);
	for (i = 0; i < plan->info->count; i++)
		plan->total += plan->info->member[i].weight;
	if (old) {
		match_members(plan, old);
		ecmp_keep(plan, old);
	}
	for_each_set_bit(i, plan->free, VR_GROUP_BUCKETS)
		ecmp_give(plan, i, neediest(plan));
	for (i = 0; i < plan->info->count && !plan->settled; i++)
		level(plan, i);
}

/**
 * vr_ecmp_build() - makes the table of buckets of a next hop of type ecmp
 * @info: what the next hop shall do, with one member at least; gets the table
 * @old: what it does now, or NULL if it isn't one of type ecmp
 *
 * Context: process; vn->lock of the next hop, which keeps @old.
 * Return: 0 or -ENOMEM.
 */
int vr_ecmp_build(struct vr_nexthop_info *info, const struct vr_nexthop_info *old)
{
	struct vr_ecmp *group = kzalloc(sizeof(*group), VR_GFP_ACCOUNT);
	struct plan *plan = kzalloc(sizeof(*plan), GFP_KERNEL);

	if (!group || !plan) {
		kfree(group);
		kfree(plan);
		return -ENOMEM;
	}
	group->seed = old ? old->group->seed : get_random_u32();
	plan->info = info;
	plan->bucket = group->bucket;
	share_out(plan, old);
	kfree(plan);
	info->group = group;
	return 0;
}

static bool is_alive(const struct vr_nexthop_info *info, struct vr_recorder *recorder)
{
	const struct vr_vif *vif;

	if (info->type != VROUTER_NEXTHOP_TYPE_VIF)
		return true;
	vif = rcu_dereference(info->vif);
	if (vif)
		vr_recorder_uses(recorder, &vif->obj);
	return vif && vr_vif_is_up(vif);
}

/* A member by index, if it is alive. */
static struct vr_nexthop *try_member(const struct vr_nexthop_info *group, unsigned int index,
				     struct vr_recorder *recorder, struct vr_nexthop_info **info)
{
	struct vr_nexthop *nh = group->member[index].nh;

	vr_recorder_uses(recorder, &nh->obj);
	*info = rcu_dereference(nh->info);
	return is_alive(*info, recorder) ? nh : NULL;
}

/*
 * Flows of a dead member are shared out by hashing them again: that touches no flow
 * of another, and ends as soon as the member is back.
 */
static struct vr_nexthop *choose(const struct vr_nexthop_info *group, u32 hash,
				 struct vr_recorder *recorder, struct vr_nexthop_info **info)
{
	struct vr_nexthop *nh = NULL;
	unsigned int i, index = 0;

	for (i = 0; i < TRIES && !nh; i++) {
		index = group->group->bucket[hash % VR_GROUP_BUCKETS];
		nh = try_member(group, index, recorder, info);
		hash = jhash_1word(hash, group->group->seed);
	}
	for (i = 1; i < group->count && !nh; i++)
		nh = try_member(group, (index + i) % group->count, recorder, info);
	return nh;
}

/**
 * vr_ecmp_member() - the member of a next hop of type ecmp that a packet takes
 * @skb: the packet
 * @pkt: about it; remembers the next hop, which counts the packet when it leaves
 * @nh: the next hop
 * @info: what @nh does; set to what the member does
 *
 * Context: RCU read lock.
 * Return: the member, or NULL when all are dead.
 */
struct vr_nexthop *vr_ecmp_member(const struct sk_buff *skb, struct vr_pkt *pkt,
				  struct vr_nexthop *nh, struct vr_nexthop_info **info)
{
	const struct vr_nexthop_info *group = *info;
	u32 hash = vr_flow_hash(skb, pkt, group->hash == VROUTER_ECMP_HASH_L4,
				group->group->seed);
	struct vr_nexthop *member;

	pkt->group = nh;
	member = choose(group, hash, pkt->recorder, info);
	vr_trace_member(nh, hash % VR_GROUP_BUCKETS, member);
	return member;
}
