// SPDX-License-Identifier: GPL-2.0
/*
 * Longest prefix match. A path-compressed binary trie: a node stands for a prefix, and its
 * two subtrees hold the longer prefixes whose next bit is 0 and 1. A node without a route,
 * called a joint, exists only where two subtrees meet.
 *
 * Example: 10.0.0.0/8, 10.1.0.0/16 and 10.2.0.0/16 are inserted. The two longer prefixes
 * share 14 bits, so a joint of that length becomes their parent. It is hidden from lookups.
 *
 *	10.0.0.0/8
 *	  bit 8 = 0: 10.0.0.0/14 (joint)
 *	    bit 14 = 0: 10.1.0.0/16
 *	    bit 14 = 1: 10.2.0.0/16
 *
 * A lookup follows the bits of the address without comparing prefixes, and compares only the
 * last one that is not hidden:
 *
 *	10.2.3.4	/8, /14, 10.2.0.0/16	covers it: found with one comparison
 *	10.128.0.1	/8			covers it: found with one comparison
 *	10.3.0.1	/8, /14, 10.2.0.0/16	does not cover it: a second walk compares each
 *						node, stops at 10.2.0.0/16 and returns 10.0.0.0/8
 *
 * If 10.1.0.0/16 is removed, the joint has one child left and goes too: 10.2.0.0/16 becomes
 * the child of 10.0.0.0/8. If a prefix with two children is removed, its node stays as a joint.
 *
 * There may be a million nodes. Each is therefore only as large as it needs to be, comes from a
 * slab cache for its size, and has no rcu_head: the one that frees it is allocated on removal.
 *
 * Lookups run under RCU. There is one writer at a time (vr_net.lock). Each step of a change is a
 * single store, so a lookup sees the trie as it was before or after the step, never in between.
 */
#include <linux/bitops.h>
#include <linux/minmax.h>
#include <linux/slab.h>

#include "lib/gfp.h"
#include "lib/lpm_index.h"

/* All writers hold the namespace's lock, which the trie has no pointer to. */
#define lpm_deref(p) rcu_dereference_protected(p, 1)

/* [IPv6][has an owner] */
static struct kmem_cache *lpm_caches[2][2];

/* Frees a node after a grace period. */
struct garbage {
	struct rcu_head rcu;
	struct vr_lpm_node *node;
};

static struct vr_lpm_node *allocate(bool v6, u8 head)
{
	void *object = kmem_cache_zalloc(lpm_caches[v6][!!head], VR_GFP_ACCOUNT);
	struct vr_lpm_node *node = object + head;

	if (!object)
		return NULL;
	node->head = head;
	node->flags = v6 ? VR_LPM_V6 : 0;
	return node;
}

/** vr_lpm_free() - frees a node that no lookup has seen */
void vr_lpm_free(struct vr_lpm_node *node)
{
	bool v6 = node->flags & VR_LPM_V6;

	kmem_cache_free(lpm_caches[v6][!!node->head], (void *)node - node->head);
}

static void lpm_free_garbage(struct rcu_head *rcu)
{
	struct garbage *garbage = container_of(rcu, struct garbage, rcu);

	vr_lpm_free(garbage->node);
	kfree(garbage);
}

/* Frees a node that lookups may still see. */
static void dispose(struct vr_lpm_node *node)
{
	struct garbage *garbage = kmalloc(sizeof(*garbage), GFP_KERNEL | __GFP_NOWARN);

	if (garbage) {
		garbage->node = node;
		call_rcu(&garbage->rcu, lpm_free_garbage);
		return;
	}
	synchronize_rcu();
	vr_lpm_free(node);
}

static bool is_joint(const struct vr_lpm_node *node)
{
	return node->flags & VR_LPM_JOINT;
}

/* The number of leading bits, up to @max, that two prefixes share. */
static unsigned int common_bits(struct vr_words a, struct vr_words b, unsigned int max)
{
	u64 high = a.high ^ b.high, low = a.low ^ b.low;

	if (high)
		return min_t(unsigned int, max, 64 - fls64(high));
	return low ? min_t(unsigned int, max, 128 - fls64(low)) : max;
}

/**
 * vr_lpm_has_host_bits() - are bits behind a prefix set?
 * @key: the prefix in network order
 * @len: its length
 * @bits: length of an address, 32 or 128
 */
bool vr_lpm_has_host_bits(const void *key, u8 len, u8 bits)
{
	static const u8 zero[16];
	const u8 *bytes = key;
	u8 tail = len % 8 ? bytes[len / 8] & (0xff >> len % 8) : 0;
	unsigned int next = DIV_ROUND_UP(len, 8);

	return tail || memcmp(bytes + next, zero, bits / 8 - next);
}

static struct vr_lpm_node *next_for(const struct vr_lpm_node *node, unsigned int state,
				    struct vr_words words, bool v6)
{
	unsigned int bit = vr_words_bit(words, state & VR_LPM_LEN, v6);

	return rcu_dereference_check(node->child[bit], 1);
}

static unsigned int state_of(const struct vr_lpm_node *node)
{
	/* Pairs with vr_lpm_hide(): the node's owner is read after this. */
	return smp_load_acquire(&node->state);
}

/*
 * Follows the bits of an address and returns the last node that is not hidden; it need not cover
 * the address. With @covering, stops at the first node that does not: all nodes that cover the
 * address are in a row, from the first node on.
 */
static __always_inline struct vr_lpm_node *lpm_walk(struct vr_lpm_node *node, struct vr_words words,
						    bool v6, bool covering)
{
	struct vr_lpm_node *found = NULL;
	unsigned int state;

	for (; node && (!covering || vr_lpm_covers(node, words, v6));
	     node = next_for(node, state, words, v6)) {
		state = state_of(node);
		if (!(state & VR_LPM_HIDDEN))
			found = node;
	}
	return found;
}

/* The slow path: the last prefix does not cover the address, but a shorter one may. */
static noinline struct vr_lpm_node *search_all(const struct vr_lpm *lpm,
					       struct vr_lpm_node *start, struct vr_words words,
					       bool v6)
{
	struct vr_lpm_node *found = lpm_walk(start, words, v6, true);

	return found ? found : lpm_walk(rcu_dereference_check(lpm->root, 1), words, v6, true);
}

static __always_inline struct vr_lpm_node *start_of(const struct vr_lpm *lpm,
						    struct vr_words words, bool v6)
{
	const struct vr_lpm_index *index = rcu_dereference_check(lpm->index, 1);

	if (!index || !vr_lpm_index_has(index, words, v6))
		return rcu_dereference_check(lpm->root, 1);
	return rcu_dereference_check(index->start[vr_lpm_index_of(index, words, v6)], 1);
}

/*
 * All prefixes that cover an address are on the path that its bits select. If the last one on
 * the path covers it, that is the longest match; usually one comparison is enough.
 */
static __always_inline struct vr_lpm_node *lpm_lookup(const struct vr_lpm *lpm, const void *addr,
						      bool v6)
{
	struct vr_words words = vr_words(addr, v6);
	struct vr_lpm_node *start = start_of(lpm, words, v6);
	struct vr_lpm_node *found = lpm_walk(start, words, v6, false);

	if (likely(found && vr_lpm_covers(found, words, v6)))
		return found;
	return search_all(lpm, start, words, v6);
}

static noinline struct vr_lpm_node *lookup_v4(const struct vr_lpm *lpm, const void *addr)
{
	return lpm_lookup(lpm, addr, false);
}

static noinline struct vr_lpm_node *lookup_v6(const struct vr_lpm *lpm, const void *addr)
{
	return lpm_lookup(lpm, addr, true);
}

/**
 * vr_lpm_lookup() - finds the longest prefix that covers an address
 * @lpm: the table
 * @addr: 4 or 16 bytes in network order
 *
 * Context: RCU read lock or the writer's lock.
 * Return: the node, or NULL.
 */
struct vr_lpm_node *vr_lpm_lookup(const struct vr_lpm *lpm, const void *addr)
{
	return vr_lpm_is_v6(lpm) ? lookup_v6(lpm, addr) : lookup_v4(lpm, addr);
}

/* The slot that holds, or would hold, the node for a prefix. */
static struct vr_lpm_node __rcu **find_slot(struct vr_lpm *lpm, struct vr_words words,
					    unsigned int len)
{
	struct vr_lpm_node __rcu **slot = &lpm->root;
	struct vr_lpm_node *node;
	bool v6 = vr_lpm_is_v6(lpm);

	while ((node = lpm_deref(*slot)) && vr_lpm_len(node) < len &&
	       vr_lpm_covers(node, words, v6))
		slot = vr_lpm_child_slot(node, words, v6);
	return slot;
}

static struct vr_words lpm_words_of(const struct vr_lpm_node *node)
{
	return vr_words(node->key, node->flags & VR_LPM_V6);
}

/**
 * vr_lpm_find() - finds the node of exactly this prefix, published or not
 * @lpm: the table
 * @key: the prefix in network order
 * @len: its length
 *
 * Context: writer's lock.
 * Return: the node, or NULL.
 */
struct vr_lpm_node *vr_lpm_find(const struct vr_lpm *lpm, const void *key, u8 len)
{
	struct vr_words words = vr_words(key, vr_lpm_is_v6(lpm));
	struct vr_lpm_node *node = lpm_deref(*find_slot((struct vr_lpm *)lpm, words, len));

	if (node && !is_joint(node) && vr_lpm_len(node) == len &&
	    vr_lpm_covers(node, words, vr_lpm_is_v6(lpm)))
		return node;
	return NULL;
}

/*
 * The first route of a subtree. Every joint has routes on both sides. A dump holds the writer's
 * lock, so no route is waiting to be published.
 */
static struct vr_lpm_node *first_route(struct vr_lpm_node *node)
{
	while (node && is_joint(node))
		node = lpm_deref(node->child[0]);
	return node;
}

/* A node's only child or NULL. */
static struct vr_lpm_node *only_child(const struct vr_lpm_node *node)
{
	struct vr_lpm_node *child = lpm_deref(node->child[0]);

	return child ? child : lpm_deref(node->child[1]);
}

/**
 * vr_lpm_next() - finds the next prefix in dump order
 * @lpm: the table
 * @key: a prefix, which need not be in the table any more
 * @len: its length, or -1 for the beginning
 *
 * Dump order is by address, the shorter prefix first.
 *
 * Context: writer's lock.
 * Return: the node, or NULL at the end.
 */
struct vr_lpm_node *vr_lpm_next(const struct vr_lpm *lpm, const void *key, int len)
{
	struct vr_lpm_node *node = lpm_deref(lpm->root);
	struct vr_lpm_node *later = NULL;
	bool v6 = vr_lpm_is_v6(lpm);
	struct vr_words words;

	if (len < 0)
		return first_route(node);

	words = vr_words(key, v6);
	while (node) {
		unsigned int has = vr_lpm_len(node), shorter = min_t(unsigned int, has, len);
		unsigned int same = common_bits(lpm_words_of(node), words, shorter);

		if (same < shorter) {
			if (!vr_words_bit(words, same, v6))
				later = node;
			break;
		}
		if (has > len) {
			later = node;
			break;
		}
		if (has == len) {
			if (only_child(node))
				later = only_child(node);
			break;
		}
		if (!vr_words_bit(words, has, v6) && lpm_deref(node->child[1]))
			later = lpm_deref(node->child[1]);
		node = lpm_deref(*vr_lpm_child_slot(node, words, v6));
	}
	return first_route(later);
}

/* Replaces a joint by a node with the same prefix. */
static void take_over(struct vr_lpm_node __rcu **slot, struct vr_lpm_node *old,
		      struct vr_lpm_node *node)
{
	RCU_INIT_POINTER(node->child[0], lpm_deref(old->child[0]));
	RCU_INIT_POINTER(node->child[1], lpm_deref(old->child[1]));
	rcu_assign_pointer(*slot, node);
}

/* Inserts a joint where two prefixes diverge. */
static int join(struct vr_lpm_node __rcu **slot, struct vr_lpm_node *old,
		struct vr_lpm_node *node, unsigned int same)
{
	bool v6 = node->flags & VR_LPM_V6;
	struct vr_lpm_node *fork = allocate(v6, 0);

	if (!fork)
		return -ENOMEM;
	fork->state = same | VR_LPM_HIDDEN;
	fork->flags |= VR_LPM_JOINT;
	memcpy(fork->key, node->key, DIV_ROUND_UP(same, 8));
	if (same % 8)
		fork->key[same / 8] &= 0xff << (8 - same % 8);
	RCU_INIT_POINTER(*vr_lpm_child_slot(fork, lpm_words_of(node), v6), node);
	RCU_INIT_POINTER(*vr_lpm_child_slot(fork, lpm_words_of(old), v6), old);
	rcu_assign_pointer(*slot, fork);
	return 0;
}

/**
 * vr_lpm_new() - allocates a hidden node for a table
 * @lpm: the table
 * @key: its prefix in network order, the bits behind it zero
 * @len: length of the prefix in bits
 *
 * Context: may sleep.
 * Return: the node, preceded by VR_LPM_HEAD zeroed bytes, or NULL if out of memory.
 */
struct vr_lpm_node *vr_lpm_new(const struct vr_lpm *lpm, const void *key, u8 len)
{
	struct vr_lpm_node *node = allocate(vr_lpm_is_v6(lpm), VR_LPM_HEAD);

	if (!node)
		return NULL;
	node->state = len | VR_LPM_HIDDEN;
	memcpy(node->key, key, vr_lpm_key_bytes(node));
	return node;
}

/* Puts a node into the trie; "spare" is set to the joint that it replaces, if any. */
static int place(struct vr_lpm *lpm, struct vr_lpm_node *node, struct vr_lpm_node **spare)
{
	struct vr_words words = lpm_words_of(node);
	struct vr_lpm_node __rcu **slot = find_slot(lpm, words, vr_lpm_len(node));
	struct vr_lpm_node *old = lpm_deref(*slot);
	unsigned int same;

	if (!old) {
		rcu_assign_pointer(*slot, node);
		return 0;
	}
	same = common_bits(lpm_words_of(old), words, min(vr_lpm_len(old), vr_lpm_len(node)));
	if (same == vr_lpm_len(node) && same == vr_lpm_len(old)) {
		take_over(slot, old, node);
		*spare = old;
		return 0;
	}
	if (same < vr_lpm_len(node))
		return join(slot, old, node, same);

	RCU_INIT_POINTER(*vr_lpm_child_slot(node, lpm_words_of(old), vr_lpm_is_v6(lpm)), old);
	rcu_assign_pointer(*slot, node);
	return 0;
}

/**
 * vr_lpm_insert() - adds a node
 * @lpm: the table
 * @node: from vr_lpm_new(); the table must not have a route with this prefix
 *
 * Context: writer's lock; may sleep.
 * Return: 0 or -ENOMEM.
 */
int vr_lpm_insert(struct vr_lpm *lpm, struct vr_lpm_node *node)
{
	struct vr_lpm_node *spare = NULL;
	int err = place(lpm, node, &spare);

	if (err)
		return err;
	lpm->count++;
	vr_lpm_index_note(lpm, node);
	vr_lpm_index_review(lpm);
	if (spare)
		dispose(spare);
	return 0;
}

/* The slot of a node's parent, or NULL for the root. */
static struct vr_lpm_node __rcu **parent_slot(struct vr_lpm *lpm, const struct vr_lpm_node *of)
{
	struct vr_lpm_node __rcu **slot = &lpm->root, **parent = NULL;
	struct vr_lpm_node *node;

	while ((node = lpm_deref(*slot)) && node != of) {
		parent = slot;
		slot = vr_lpm_child_slot(node, lpm_words_of(of), vr_lpm_is_v6(lpm));
	}
	return parent;
}

static bool has_two_children(const struct vr_lpm_node *node)
{
	return lpm_deref(node->child[0]) && lpm_deref(node->child[1]);
}

/* Unlinks a node, and the joint to its sibling if there is one; "spare" is set to that joint. */
static void lpm_take_out(struct vr_lpm *lpm, struct vr_lpm_node *node, struct vr_lpm_node **spare)
{
	struct vr_lpm_node __rcu **slot = find_slot(lpm, lpm_words_of(node), vr_lpm_len(node));
	struct vr_lpm_node __rcu **above = parent_slot(lpm, node);
	struct vr_lpm_node *parent;

	rcu_assign_pointer(*slot, only_child(node));
	parent = above ? lpm_deref(*above) : NULL;
	if (parent && is_joint(parent) && !has_two_children(parent)) {
		rcu_assign_pointer(*above, only_child(parent));
		*spare = parent;
	}
}

/**
 * vr_lpm_remove() - unlinks a node and frees it after a grace period
 * @lpm: the table
 * @node: in the table
 *
 * A node with two subtrees stays in the trie as a hidden joint.
 *
 * Context: writer's lock; may sleep.
 */
void vr_lpm_remove(struct vr_lpm *lpm, struct vr_lpm_node *node)
{
	struct vr_lpm_node *spare = NULL;

	vr_lpm_hide(node, true);
	node->flags |= VR_LPM_JOINT;
	lpm->count--;
	if (!has_two_children(node)) {
		lpm_take_out(lpm, node, &spare);
		vr_lpm_index_note(lpm, node);
		dispose(node);
	}
	if (spare)
		dispose(spare);
	vr_lpm_index_review(lpm);
}

/** vr_lpm_exit() - destroys the caches; all nodes have been freed, RCU callbacks included */
void vr_lpm_exit(void)
{
	unsigned int i;

	for (i = 0; i < 4; i++)
		kmem_cache_destroy(lpm_caches[i / 2][i % 2]);
}

int __init vr_lpm_init(void)
{
	static const char *const names[] = { "vr_joint4", "vr_route4", "vr_joint6", "vr_route6" };
	unsigned int i, size;

	for (i = 0; i < 4; i++) {
		/* Not sizeof(), which includes padding behind the last member. */
		size = offsetof(struct vr_lpm_node, key) + (i / 2 ? 16 : 4);
		size += i % 2 ? VR_LPM_HEAD : 0;
		lpm_caches[i / 2][i % 2] = kmem_cache_create(names[i], size, 0, SLAB_ACCOUNT, NULL);
		if (!lpm_caches[i / 2][i % 2]) {
			vr_lpm_exit();
			return -ENOMEM;
		}
	}
	return 0;
}
