/* SPDX-License-Identifier: GPL-2.0 */
/* Longest prefix match: a path-compressed binary trie that packets read under RCU. */
#ifndef _VROUTER_LPM_H
#define _VROUTER_LPM_H

#include <linux/bits.h>
#include <linux/rcupdate.h>
#include <linux/types.h>

struct vr_lpm_index;

/* Bytes in front of a node, for its owner's use. */
#define VR_LPM_HEAD 16

/*
 * The state of a struct vr_lpm_node: the length of the prefix in bits, and whether lookups skip
 * the node because it is a joint or not published yet. Both are in one word because lookups need
 * both.
 */
#define VR_LPM_LEN	GENMASK(7, 0)
#define VR_LPM_HIDDEN	BIT(8)

/* Flags of a struct vr_lpm_node; under the writer's lock. */
#define VR_LPM_JOINT	BIT(0)	/* has no owner, only joins two subtrees */
#define VR_LPM_V6	BIT(1)	/* the key has 16 bytes, not 4 */
#define VR_LPM_USED	BIT(2)	/* for the owner */

/**
 * struct vr_lpm_node - a prefix in the trie, last member of its owner's structure
 * @child: subtrees, by the first bit after the prefix
 * @state: VR_LPM_LEN, which never changes, and VR_LPM_HIDDEN
 * @flags: VR_LPM_*
 * @head: bytes allocated in front of the node: VR_LPM_HEAD, or 0 for a node that was made as a
 *	joint
 * @key: the prefix in network order, the bits behind it zero
 */
struct vr_lpm_node {
	struct vr_lpm_node __rcu *child[2];
	u16 state;
	u8 flags;
	u8 head;
	u8 key[];
};

/** vr_lpm_len() - length of a node's prefix in bits */
static inline unsigned int vr_lpm_len(const struct vr_lpm_node *node)
{
	return READ_ONCE(node->state) & VR_LPM_LEN;
}

/** vr_lpm_hidden() - do lookups skip a node? Context: the writer's lock */
static inline bool vr_lpm_hidden(const struct vr_lpm_node *node)
{
	return node->state & VR_LPM_HIDDEN;
}

/**
 * vr_lpm_hide() - hides a node from lookups, or publishes it
 * @node: in a table; the parts of its owner that lookups read are initialized
 * @hide: true to hide the node
 *
 * Context: the writer's lock.
 */
static inline void vr_lpm_hide(struct vr_lpm_node *node, bool hide)
{
	/* Pairs with state_of() in lpm.c. */
	smp_store_release(&node->state, vr_lpm_len(node) | (hide ? VR_LPM_HIDDEN : 0));
}

/** vr_lpm_key_bytes() - length of a node's key in bytes */
static inline unsigned int vr_lpm_key_bytes(const struct vr_lpm_node *node)
{
	return node->flags & VR_LPM_V6 ? 16 : 4;
}

/**
 * struct vr_lpm - a table of one address family
 * @root: root of the trie
 * @index: where lookups begin if there are many prefixes, or NULL
 * @count: number of prefixes, including those not published yet; under the writer's lock
 * @bits: length of an address, 32 or 128
 */
struct vr_lpm {
	struct vr_lpm_node __rcu *root;
	struct vr_lpm_index __rcu *index;
	u32 count;
	u8 bits;
};

/** vr_lpm_is_v6() - is this a table of IPv6 prefixes? */
static inline bool vr_lpm_is_v6(const struct vr_lpm *lpm)
{
	return lpm->bits == 128;
}

struct vr_lpm_node *vr_lpm_lookup(const struct vr_lpm *lpm, const void *addr);
struct vr_lpm_node *vr_lpm_find(const struct vr_lpm *lpm, const void *key,
				u8 len);
struct vr_lpm_node *vr_lpm_next(const struct vr_lpm *lpm, const void *key,
				int len);
struct vr_lpm_node *vr_lpm_new(const struct vr_lpm *lpm, const void *key, u8 len);
void vr_lpm_free(struct vr_lpm_node *node);
int vr_lpm_insert(struct vr_lpm *lpm, struct vr_lpm_node *node);
void vr_lpm_remove(struct vr_lpm *lpm, struct vr_lpm_node *node);
bool vr_lpm_has_host_bits(const void *key, u8 len, u8 bits);

int vr_lpm_init(void);
void vr_lpm_exit(void);

#endif /* _VROUTER_LPM_H */
