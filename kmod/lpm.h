/* SPDX-License-Identifier: GPL-2.0 */
/* Longest prefix match: a path-compressed binary trie that packets read under RCU. */
#ifndef _VROUTER_LPM_H
#define _VROUTER_LPM_H

#include <linux/rcupdate.h>
#include <linux/types.h>

/**
 * struct vr_lpm_node - a prefix in the trie, first member of what it leads to
 * @child: by the first bit after the prefix
 * @rcu: frees it, and with it what it is the first member of
 * @len: bits of the prefix
 * @hidden: not found by lookups: a joint, or waits to be published
 * @joint: nobody's, it only joins two subtrees
 * @key: the prefix in network order, zeros behind it
 */
struct vr_lpm_node {
	struct vr_lpm_node __rcu *child[2];
	struct rcu_head rcu;
	u8 len;
	bool hidden;
	bool joint;
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

struct vr_lpm_node *vr_lpm_lookup(const struct vr_lpm *lpm, const void *addr);
struct vr_lpm_node *vr_lpm_find(const struct vr_lpm *lpm, const void *key,
				u8 len);
struct vr_lpm_node *vr_lpm_next(const struct vr_lpm *lpm, const void *key,
				int len);
int vr_lpm_insert(struct vr_lpm *lpm, struct vr_lpm_node *node);
void vr_lpm_remove(struct vr_lpm *lpm, struct vr_lpm_node *node);
bool vr_lpm_has_host_bits(const void *key, u8 len, u8 bits);

#endif /* _VROUTER_LPM_H */
