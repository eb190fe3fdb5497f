// SPDX-License-Identifier: GPL-2.0
/*
 * Ranges of ports. Packets look them up while netlink requests change them: there are two copies
 * of the tree, one of which is always consistent (linux/rbtree_latch.h).
 */
#include <linux/sched.h>
#include <linux/slab.h>

#include "lib/gfp.h"
#include "lib/ranges.h"

static struct vr_range *to_range(const struct latch_tree_node *node)
{
	return container_of(node, struct vr_range, latch);
}

static __always_inline bool less(struct latch_tree_node *a, struct latch_tree_node *b)
{
	return to_range(a)->first < to_range(b)->first;
}

static __always_inline int ranges_compare(void *key, struct latch_tree_node *node)
{
	const struct vr_range *range = to_range(node);
	const u16 *ports = key;

	if (ports[1] < range->first)
		return -1;
	return ports[0] > range->last;
}

static const struct latch_tree_ops ops = {
	.less = less,
	.comp = ranges_compare,
};

/**
 * vr_ranges_find() - finds a range that overlaps @first to @last
 * @ranges: the ranges
 * @first: first port
 * @last: last port
 *
 * Context: RCU read lock, or the writer's lock.
 * Return: any such range, which is the only one if @first is @last; or NULL.
 */
struct vr_range *vr_ranges_find(const struct vr_ranges *ranges, u16 first, u16 last)
{
	u16 ports[] = { first, last };
	struct latch_tree_node *node;

	/* latch_tree_find() takes no pointer to const, but changes nothing. */
	node = latch_tree_find(ports, (struct latch_tree_root *)&ranges->tree, &ops);
	return node ? to_range(node) : NULL;
}

/**
 * vr_ranges_next() - iterates over all ranges, in order
 * @ranges: the ranges, which must not change meanwhile
 * @range: the previous range, or NULL at first
 *
 * Context: the writer's lock, or none once there are no readers and writers.
 * Return: the next range, or NULL.
 */
struct vr_range *vr_ranges_next(const struct vr_ranges *ranges, const struct vr_range *range)
{
	struct rb_node *node = range ? rb_next(&range->latch.node[0]) :
				       rb_first(&ranges->tree.tree[0]);

	return rb_entry_safe(node, struct vr_range, latch.node[0]);
}

/**
 * vr_ranges_insert() - adds a range
 * @ranges: the ranges
 * @first: first port
 * @last: last port
 * @value: the value of the range, not 0
 *
 * The new range must not overlap another one.
 *
 * Context: the writer's lock. May sleep.
 * Return: 0 or -ENOMEM.
 */
int vr_ranges_insert(struct vr_ranges *ranges, u16 first, u16 last, unsigned long value)
{
	struct vr_range *range = kzalloc(sizeof(*range), VR_GFP_ACCOUNT);

	if (!range)
		return -ENOMEM;
	range->first = first;
	range->last = last;
	range->value = value;
	latch_tree_insert(&range->latch, &ranges->tree, &ops);
	ranges->count++;
	return 0;
}

/** vr_ranges_remove() - removes a range and frees it after a grace period; see insert */
void vr_ranges_remove(struct vr_ranges *ranges, struct vr_range *range)
{
	latch_tree_erase(&range->latch, &ranges->tree, &ops);
	ranges->count--;
	kfree_rcu(range, rcu);
}

/** vr_ranges_free() - frees ranges that no longer have readers or writers; may sleep */
void vr_ranges_free(struct vr_ranges *ranges)
{
	struct vr_range *range, *next;

	rbtree_postorder_for_each_entry_safe(range, next, &ranges->tree.tree[0],
					     latch.node[0]) {
		kfree(range);
		cond_resched();
	}
	kfree(ranges);
}
