// SPDX-License-Identifier: GPL-2.0
/*
 * Longest prefix match. A path-compressed binary trie: a node stands for a prefix,
 * and its two subtrees hold the longer prefixes that go on with a 0 and a 1. Nodes
 * without a route of their own exist only where two subtrees meet.
 *
 * There may be a million of them, so they are of the size that they need, from caches
 * of their own, and have no rcu_head: what frees one is allocated when it goes.
 *
 * Lookups run under RCU. Changes are made by one writer at a time (vr_net.lock) and
 * are each a single pointer that appears or goes, so that a lookup sees the trie
 * as it was before or after, never between.
 */
#include <linux/bitops.h>
#include <linux/minmax.h>
#include <linux/slab.h>

#include "lpm_index.h"

/* All writers hold the lock of the namespace; the trie does not know which. */
#define lpm_deref(p) rcu_dereference_protected(p, 1)

/* By family, and whether nodes have an owner. */
static struct kmem_cache *caches[2][2];

/* What frees a node after a grace period. */
struct garbage {
	struct rcu_head rcu;
	struct vr_lpm_node *node;
};

static struct vr_lpm_node *allocate(bool v6, u8 head)
{
	void *object = kmem_cache_zalloc(caches[v6][!!head], GFP_KERNEL);
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

	kmem_cache_free(caches[v6][!!node->head], (void *)node - node->head);
}

static void free_garbage(struct rcu_head *rcu)
{
	struct garbage *garbage = container_of(rcu, struct garbage, rcu);

	vr_lpm_free(garbage->node);
	kfree(garbage);
}

/* Frees a node that lookups may be at. */
static void dispose(struct vr_lpm_node *node)
{
	struct garbage *garbage = kmalloc(sizeof(*garbage), GFP_KERNEL | __GFP_NOWARN);

	if (garbage) {
		garbage->node = node;
		call_rcu(&garbage->rcu, free_garbage);
		return;
	}
	synchronize_rcu();
	vr_lpm_free(node);
}

static bool is_joint(const struct vr_lpm_node *node)
{
	return node->flags & VR_LPM_JOINT;
}

static unsigned int key_bit(const u8 *key, unsigned int bit)
{
	return (key[bit / 8] >> (7 - bit % 8)) & 1;
}

/* How many of the first @max bits two keys share. */
static unsigned int common_bits(const u8 *a, const u8 *b, unsigned int max)
{
	unsigned int i;

	for (i = 0; i < max; i += 32) {
		u32 diff = get_unaligned_be32(a + i / 8) ^ get_unaligned_be32(b + i / 8);

		if (diff)
			return min(max, i + 32 - fls(diff));
	}
	return max;
}

/**
 * vr_lpm_has_host_bits() - are bits behind a prefix set?
 * @key: the prefix in network order
 * @len: its length
 * @bits: of a whole address
 */
bool vr_lpm_has_host_bits(const void *key, u8 len, u8 bits)
{
	static const u8 zero[16];
	const u8 *bytes = key;
	u8 tail = len % 8 ? bytes[len / 8] & (0xff >> len % 8) : 0;
	unsigned int next = DIV_ROUND_UP(len, 8);

	return tail || memcmp(bytes + next, zero, bits / 8 - next);
}

static struct vr_lpm_node *next_for(const struct vr_lpm_node *node, struct vr_words words, bool v6)
{
	return rcu_dereference_check(node->child[vr_words_bit(words, node->len, v6)], 1);
}

static bool is_there(const struct vr_lpm_node *node)
{
	/* Pairs with the release that published it: its content is whole. */
	return !smp_load_acquire(&node->hidden);
}

/* The longest prefix with less than @end bits that covers an address. */
static noinline struct vr_lpm_node *search_short(struct vr_lpm_node *node, struct vr_words words,
						 unsigned int end, bool v6)
{
	struct vr_lpm_node *found = NULL;

	for (; node && node->len < end && vr_lpm_covers(node, words, v6);
	     node = next_for(node, words, v6))
		if (is_there(node))
			found = node;
	return found;
}

/*
 * The longest prefix in a subtree that covers an address. All that do are on the way that
 * its bits go, and if the last on that way does, all do: so mostly one comparison is enough.
 */
static __always_inline struct vr_lpm_node *search(struct vr_lpm_node *top, struct vr_words words,
						  bool v6)
{
	struct vr_lpm_node *node, *found = NULL;

	for (node = top; node; node = next_for(node, words, v6))
		if (is_there(node))
			found = node;
	if (!found || vr_lpm_covers(found, words, v6))
		return found;
	return search_short(top, words, found->len, v6);
}

static __always_inline struct vr_lpm_node *lookup(const struct vr_lpm *lpm, const void *addr,
						  bool v6)
{
	struct vr_lpm_node *root = rcu_dereference_check(lpm->root, 1), *start, *found;
	struct vr_lpm_index *index = rcu_dereference_check(lpm->index, 1);
	struct vr_words words = vr_words(addr, v6);

	if (!index || !vr_lpm_index_has(index, words, v6))
		return search(root, words, v6);
	start = rcu_dereference_check(index->start[vr_lpm_index_of(index, words, v6)], 1);
	found = search(start, words, v6);
	return found ? found : search_short(root, words, index->end, v6);
}

static noinline struct vr_lpm_node *lookup_v4(const struct vr_lpm *lpm, const void *addr)
{
	return lookup(lpm, addr, false);
}

static noinline struct vr_lpm_node *lookup_v6(const struct vr_lpm *lpm, const void *addr)
{
	return lookup(lpm, addr, true);
}

/**
 * vr_lpm_lookup() - the longest prefix that covers an address
 * @lpm: the table
 * @addr: 4 or 16 bytes in network order
 *
 * Context: RCU read lock or the writer's lock.
 * Return: the node, or NULL.
 */
struct vr_lpm_node *vr_lpm_lookup(const struct vr_lpm *lpm, const void *addr)
{
	return lpm->bits == 128 ? lookup_v6(lpm, addr) : lookup_v4(lpm, addr);
}

/* The slot that holds, or would hold, the node for a prefix. */
static struct vr_lpm_node __rcu **find_slot(struct vr_lpm *lpm, const u8 *key, u8 len)
{
	struct vr_lpm_node __rcu **slot = &lpm->root;
	struct vr_lpm_node *node;

	while ((node = lpm_deref(*slot)) && node->len < len &&
	       common_bits(node->key, key, node->len) == node->len)
		slot = &node->child[key_bit(key, node->len)];
	return slot;
}

/**
 * vr_lpm_find() - the node of exactly this prefix, published or not
 * @lpm: the table
 * @key: the prefix in network order
 * @len: its length
 *
 * Context: writer's lock.
 * Return: the node, or NULL.
 */
struct vr_lpm_node *vr_lpm_find(const struct vr_lpm *lpm, const void *key, u8 len)
{
	struct vr_lpm_node *node = lpm_deref(*find_slot((struct vr_lpm *)lpm, key, len));

	if (node && !is_joint(node) && node->len == len && common_bits(node->key, key, len) == len)
		return node;
	return NULL;
}

/*
 * The first route of a subtree. Every joint has routes on both sides, and none is
 * waiting to be published while the writer's lock is free for a dump.
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
 * vr_lpm_next() - the prefix that follows in the order of a dump
 * @lpm: the table
 * @key: a prefix, which need not be in the table any more
 * @len: its length, or -1 for the beginning
 *
 * By address, and the shorter prefix first.
 *
 * Context: writer's lock.
 * Return: the node, or NULL at the end.
 */
struct vr_lpm_node *vr_lpm_next(const struct vr_lpm *lpm, const void *key, int len)
{
	struct vr_lpm_node *node = lpm_deref(lpm->root);
	struct vr_lpm_node *later = NULL;

	if (len < 0)
		return first_route(node);

	while (node) {
		unsigned int shorter = min_t(unsigned int, node->len, len);
		unsigned int same = common_bits(node->key, key, shorter);

		if (same < shorter) {
			if (!key_bit(key, same))
				later = node;
			break;
		}
		if (node->len > len) {
			later = node;
			break;
		}
		if (node->len == len) {
			if (only_child(node))
				later = only_child(node);
			break;
		}
		if (!key_bit(key, node->len) && lpm_deref(node->child[1]))
			later = lpm_deref(node->child[1]);
		node = lpm_deref(node->child[key_bit(key, node->len)]);
	}
	return first_route(later);
}

/* Puts a node in the place of one with the same prefix, which only joined. */
static void take_over(struct vr_lpm_node __rcu **slot, struct vr_lpm_node *old,
		      struct vr_lpm_node *node)
{
	RCU_INIT_POINTER(node->child[0], lpm_deref(old->child[0]));
	RCU_INIT_POINTER(node->child[1], lpm_deref(old->child[1]));
	rcu_assign_pointer(*slot, node);
}

/* Puts a new node where two prefixes part. */
static int join(struct vr_lpm_node __rcu **slot, struct vr_lpm_node *old,
		struct vr_lpm_node *node, unsigned int same)
{
	struct vr_lpm_node *fork = allocate(node->flags & VR_LPM_V6, 0);

	if (!fork)
		return -ENOMEM;
	fork->hidden = true;
	fork->flags |= VR_LPM_JOINT;
	fork->len = same;
	memcpy(fork->key, node->key, DIV_ROUND_UP(same, 8));
	if (same % 8)
		fork->key[same / 8] &= 0xff << (8 - same % 8);
	RCU_INIT_POINTER(fork->child[key_bit(node->key, same)], node);
	RCU_INIT_POINTER(fork->child[key_bit(old->key, same)], old);
	rcu_assign_pointer(*slot, fork);
	return 0;
}

/**
 * vr_lpm_new() - a node for a table, hidden
 * @lpm: the table
 * @key: its prefix in network order, zeros behind it
 * @len: bits of that
 *
 * Context: may sleep.
 * Return: the node, behind VR_LPM_HEAD zeros, or NULL without memory.
 */
struct vr_lpm_node *vr_lpm_new(const struct vr_lpm *lpm, const void *key, u8 len)
{
	bool v6 = lpm->bits == 128;
	struct vr_lpm_node *node = allocate(v6, VR_LPM_HEAD);

	if (!node)
		return NULL;
	node->hidden = true;
	node->len = len;
	memcpy(node->key, key, vr_lpm_key_bytes(node));
	return node;
}

/* Puts a node into the trie; "spare" is then what it took the place of. */
static int place(struct vr_lpm *lpm, struct vr_lpm_node *node, struct vr_lpm_node **spare)
{
	struct vr_lpm_node __rcu **slot = find_slot(lpm, node->key, node->len);
	struct vr_lpm_node *old = lpm_deref(*slot);
	unsigned int same;

	if (!old) {
		rcu_assign_pointer(*slot, node);
		return 0;
	}
	same = common_bits(old->key, node->key, min(old->len, node->len));
	if (same == node->len && same == old->len) {
		take_over(slot, old, node);
		*spare = old;
		return 0;
	}
	if (same < node->len)
		return join(slot, old, node, same);

	RCU_INIT_POINTER(node->child[key_bit(old->key, same)], old);
	rcu_assign_pointer(*slot, node);
	return 0;
}

/**
 * vr_lpm_insert() - adds a node
 * @lpm: the table
 * @node: from vr_lpm_new(); no route of that prefix may be there
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

/* The slot of the node whose child a prefix is, or NULL at the root. */
static struct vr_lpm_node __rcu **parent_slot(struct vr_lpm *lpm, const struct vr_lpm_node *of)
{
	struct vr_lpm_node __rcu **slot = &lpm->root, **parent = NULL;
	struct vr_lpm_node *node;

	while ((node = lpm_deref(*slot)) && node != of) {
		parent = slot;
		slot = &node->child[key_bit(of->key, node->len)];
	}
	return parent;
}

static bool has_two_children(const struct vr_lpm_node *node)
{
	return lpm_deref(node->child[0]) && lpm_deref(node->child[1]);
}

/* Takes a node out, and what joined it with its sibling, which is "spare" then. */
static void take_out(struct vr_lpm *lpm, struct vr_lpm_node *node, struct vr_lpm_node **spare)
{
	struct vr_lpm_node __rcu **slot = find_slot(lpm, node->key, node->len);
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
 * vr_lpm_remove() - takes a node out and frees it after a grace period
 * @lpm: the table
 * @node: in the table
 *
 * Where two subtrees meet in it, it stays, hidden, as what joins them.
 *
 * Context: writer's lock; may sleep.
 */
void vr_lpm_remove(struct vr_lpm *lpm, struct vr_lpm_node *node)
{
	struct vr_lpm_node *spare = NULL;

	WRITE_ONCE(node->hidden, true);
	node->flags |= VR_LPM_JOINT;
	lpm->count--;
	if (!has_two_children(node)) {
		take_out(lpm, node, &spare);
		vr_lpm_index_note(lpm, node);
		dispose(node);
	}
	if (spare)
		dispose(spare);
	vr_lpm_index_review(lpm);
}

/** vr_lpm_exit() - all tables are empty, and what freed their nodes is done */
void vr_lpm_exit(void)
{
	unsigned int i;

	for (i = 0; i < 4; i++)
		kmem_cache_destroy(caches[i / 2][i % 2]);
}

int __init vr_lpm_init(void)
{
	static const char *const names[] = { "vr_joint4", "vr_route4", "vr_joint6", "vr_route6" };
	unsigned int i, size;

	for (i = 0; i < 4; i++) {
		/* Not sizeof(), which has room behind the last member. */
		size = offsetof(struct vr_lpm_node, key) + (i / 2 ? 16 : 4);
		size += i % 2 ? VR_LPM_HEAD : 0;
		caches[i / 2][i % 2] = kmem_cache_create(names[i], size, 0, SLAB_ACCOUNT, NULL);
		if (!caches[i / 2][i % 2]) {
			vr_lpm_exit();
			return -ENOMEM;
		}
	}
	return 0;
}
