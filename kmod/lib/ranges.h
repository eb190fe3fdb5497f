/* SPDX-License-Identifier: GPL-2.0 */
/* Ranges of ports. See ranges.c. */
#ifndef _VROUTER_RANGES_H
#define _VROUTER_RANGES_H

#include <linux/rbtree_latch.h>
#include <linux/rcupdate.h>
#include <linux/types.h>

/**
 * struct vr_range - a range of ports
 * @latch: node in the tree of struct vr_ranges
 * @rcu: to free it
 * @first: first port
 * @last: last port, not below @first
 * @value: the value of the range, not 0
 */
struct vr_range {
	struct latch_tree_node latch;
	struct rcu_head rcu;
	u16 first;
	u16 last;
	unsigned long value;
};

/**
 * struct vr_ranges - ranges that do not overlap
 * @tree: struct vr_range by port
 * @count: number of ranges
 * @rcu: to free it
 */
struct vr_ranges {
	struct latch_tree_root tree;
	u32 count;
	struct rcu_head rcu;
};

struct vr_range *vr_ranges_find(const struct vr_ranges *ranges, u16 first, u16 last);
struct vr_range *vr_ranges_next(const struct vr_ranges *ranges, const struct vr_range *range);
int vr_ranges_insert(struct vr_ranges *ranges, u16 first, u16 last, unsigned long value);
void vr_ranges_remove(struct vr_ranges *ranges, struct vr_range *range);
void vr_ranges_free(struct vr_ranges *ranges);

#endif /* _VROUTER_RANGES_H */
