// SPDX-License-Identifier: GPL-2.0
/*
 * Next hops of type ecmp: the choice of a member for each flow.
 *
 * A hash maps flows to a fixed number of buckets, and each bucket belongs to a member. When the
 * members or their weights change, a bucket changes its member only if it must.
 *
 * Example: the 2048 buckets of a next hop with members of weight 1, after each request:
 *
 *	request		A	B	C	buckets that change
 *	members A B	1024	1024		(new; A even buckets, B odd ones)
 *	members A B C	683	683	682	341 from A to C, 341 from B to C
 *	members A C	1024		1024	341 from B to A, 342 from B to C
 *
 * In the second step A and B each keep their share of 2048 / 3, rounded up, and C gets the
 * rest. In the third step only the buckets of B, which was removed, change.
 *
 * A weight is a share of the sum: members A weight 3 and B weight 1 of a new next hop have
 * 1536 and 512 buckets. With 16 members of weight 256 and one of weight 1, the last one is
 * entitled to 2048 / 4097 of a bucket; level() gives it a whole one from the first member.
 *
 * A flow with hash h takes bucket h % 2048. If the vif of its member is down, the hash is
 * hashed again, h' = jhash_1word(h, seed), and bucket h' % 2048 is tried. After 8 buckets
 * without a live member, the members are tried in order. The buckets stay as they are: once
 * the vif is up, its flows return, and flows of live members have never moved.
 */
#include <linux/bitmap.h>
#include <linux/jhash.h>
#include <linux/random.h>

#include "fib/ecmp.h"
#include "lib/hash.h"
#include "objects/vif.h"
#include "policy/recorder.h"

/* Number of buckets that are tried for a flow before the members are tried in order. */
#define TRIES 8

/**
 * struct plan - working state while a bucket table is built
 * @info: the new contents of the next hop
 * @bucket: the new table
 * @total: sum of the weights
 * @settled: no member is new or has another weight than before
 * @member: for each old member its new index, or -1
 * @held: number of buckets of each member
 * @free: buckets without a member
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

/* Buckets that a member is short of its fair share, times the total weight to avoid rounding. */
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

/* Maps the old members to the new ones. */
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

/* Members keep their buckets up to their share, rounded up. */
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

/* The member that is furthest above its share and has more than one bucket. */
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
 * All buckets are assigned, but members that kept a fraction more than their share may have
 * left too few. Brings a member to its share, rounded down, and to at least one bucket.
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
 * If members were only removed, the remaining members keep all of their buckets: level(),
 * which would even out fractions, is skipped.
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
 * vr_ecmp_build() - builds the bucket table of a next hop of type ecmp
 * @info: its new contents, with at least one member; gets the table
 * @old: its current contents, or NULL if it is not of type ecmp
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

/* The member with an index, or NULL if it is dead. */
static struct vr_nexthop *try_member(const struct vr_nexthop_info *group, unsigned int index,
				     struct vr_recorder *recorder, struct vr_nexthop_info **info)
{
	struct vr_nexthop *nh = group->member[index].nh;

	vr_recorder_uses(recorder, &nh->obj);
	*info = rcu_dereference(nh->info);
	return is_alive(*info, recorder) ? nh : NULL;
}

/*
 * Hashing again distributes the flows of a dead member over the others. It moves no flow
 * of a live member, and ends as soon as the member is alive again.
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
 * vr_ecmp_member() - selects the member of a next hop of type ecmp for a packet
 * @skb: the packet
 * @pkt: its metadata; its group is set to @nh, which counts the packet when it leaves
 * @nh: the next hop
 * @info: contents of @nh; set to the contents of the member
 *
 * Context: RCU read lock.
 * Return: the member, or NULL if all are dead.
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
