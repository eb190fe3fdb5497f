/* SPDX-License-Identifier: GPL-2.0 */
/* Longest prefix match: a path-compressed binary trie that packets read under RCU. */
#ifndef _VROUTER_LPM_H
#define _VROUTER_LPM_H

#include <linux/rcupdate.h>
#include <linux/types.h>

/**
 * struct vr_lpm_node - a prefix in the trie, embedded in what it leads to
 * @child: by the first bit after the prefix
 * @len: bits of the prefix
 * @fork: joins two subtrees and leads to nothing itself
 * @key: the prefix in network order, zeros behind it
 */
struct vr_lpm_node {
	struct vr_lpm_node __rcu *child[2];
	u8 len;
	bool fork;
	u8 key[16];
};

/**
 * struct vr_lpm - a table of one address family
 * @root: the whole tree
 * @bits: of an address, 32 or 128
 */
struct vr_lpm {
	struct vr_lpm_node __rcu *root;
	u8 bits;
};

/** struct vr_lpm_fork - a node that only joins; freed by the trie */
struct vr_lpm_fork {
	struct vr_lpm_node node;
	struct rcu_head rcu;
};

struct vr_lpm_node *vr_lpm_lookup(const struct vr_lpm *lpm, const void *addr);
struct vr_lpm_node *vr_lpm_find(const struct vr_lpm *lpm, const void *key,
				u8 len);
struct vr_lpm_node *vr_lpm_next(const struct vr_lpm *lpm, const void *key,
				int len);
void vr_lpm_insert(struct vr_lpm *lpm, struct vr_lpm_node *node,
		   struct vr_lpm_fork **spare);
void vr_lpm_remove(struct vr_lpm *lpm, struct vr_lpm_node *node);

#endif /* _VROUTER_LPM_H */
