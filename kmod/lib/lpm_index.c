// SPDX-License-Identifier: GPL-2.0
/*
 * An index into a large trie: where lookups begin. With n prefixes, the first log2(n) bits of an
 * address mostly choose between joints. The index is an array: these bits select an entry, which
 * points to the subtree behind them. If no prefix in that subtree covers the address, the lookup
 * falls back to the root, so the trie itself is the same with and without an index.
 *
 * Example: a default route and 10.1.0.0/24 to 10.1.62.0/24. The last one makes 64 prefixes, so
 * an index is built. Apart from the default route, all prefixes begin with 10.1.0.0/18: the
 * index has from = 18, log2(64) - 1 = 5 bits and 32 entries, and end = 23.
 *
 *	start[0]	10.1.0.0/23, a joint of two /24s
 *	start[1]	10.1.2.0/23, a joint of two /24s
 *	...
 *	start[31]	10.1.62.0/24, the only prefix there
 *
 *	10.1.5.9	bits 18 to 22 are 00010: start[2], 10.1.4.0/23; bit 23 is 1: 10.1.5.0/24.
 *			These are 2 nodes. From the root it would be 8: /0, the joints /18 to /23,
 *			and the /24.
 *	10.1.63.1	start[31] does not cover it: from the root, which finds 0.0.0.0/0
 *	192.0.2.1	does not begin with 10.1.0.0/18: from the root
 *
 * When 10.1.63.0/24 is added, a joint 10.1.62.0/23 appears and becomes start[31]. The index is
 * rebuilt at 128 prefixes, then with 6 bits, and dropped at 16.
 *
 * An index is built with one entry for 2 to 4 prefixes, or for more once it has the maximum
 * number of bits. It is rebuilt when the number of prefixes has doubled or fallen to a fourth. In
 * between, a change updates at most one entry.
 */
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "lib/gfp.h"
#include "lib/lpm_index.h"

#define INDEX_BITS_MAX 18
#define PREFIXES_MIN 64		/* for a first index; none is built for a fourth of it or fewer */
#define PREFIXES_BITS 1		/* log2 of the minimum number of prefixes for an entry */

#define index_deref(p) rcu_dereference_protected(p, 1)

/* The shortest prefix of at least @end bits whose first @end bits are those of @words. */
static struct vr_lpm_node *find_start(const struct vr_lpm *lpm, struct vr_words words,
				      unsigned int end)
{
	struct vr_lpm_node *node = index_deref(lpm->root);
	bool v6 = vr_lpm_is_v6(lpm);

	while (node && vr_lpm_len(node) < end)
		node = index_deref(*vr_lpm_child_slot(node, words, v6));
	return node && vr_words_agree(vr_words(node->key, v6), words, end, v6) ? node : NULL;
}

/**
 * vr_lpm_index_note() - updates the index after a node was inserted or removed
 * @lpm: the table
 * @at: a node that was inserted or unlinked. Any joint that was inserted or unlinked with it
 *	is on the path to it
 *
 * Context: writer's lock; before unlinked nodes are freed.
 */
void vr_lpm_index_note(struct vr_lpm *lpm, const struct vr_lpm_node *at)
{
	struct vr_lpm_index *index = index_deref(lpm->index);
	bool v6 = vr_lpm_is_v6(lpm);
	struct vr_words words = vr_words(at->key, v6);

	if (index && vr_lpm_len(at) >= index->end && vr_lpm_index_has(index, words, v6))
		rcu_assign_pointer(index->start[vr_lpm_index_of(index, words, v6)],
				   find_start(lpm, words, index->end));
}

/* A child with children of its own, or NULL. */
static struct vr_lpm_node *subtree(const struct vr_lpm_node *node, unsigned int bit)
{
	struct vr_lpm_node *child = index_deref(node->child[bit]);

	if (child && (rcu_access_pointer(child->child[0]) || rcu_access_pointer(child->child[1])))
		return child;
	return NULL;
}

static struct vr_lpm_node *only_subtree(const struct vr_lpm_node *node)
{
	struct vr_lpm_node *zero = subtree(node, 0), *one = subtree(node, 1);

	if (zero && one)
		return NULL;
	return zero ? zero : one;
}

/*
 * The deepest node that covers all prefixes except its ancestors, such as a default route, and
 * single leaves beside the path to it.
 */
static struct vr_lpm_node *find_shared(const struct vr_lpm *lpm)
{
	struct vr_lpm_node *node = index_deref(lpm->root), *next;

	while ((next = only_subtree(node)))
		node = next;
	return node;
}

/* The first address of an entry. */
static struct vr_words first_of(const struct vr_lpm_index *index, u64 place)
{
	unsigned int end = index->end;
	struct vr_words words = index->shared;

	if (end > 64)
		words.low |= place << (128 - end);
	if (end > 64 && end - 64 < 64)
		words.high |= place >> (end - 64);
	else if (end <= 64)
		words.high |= place << (64 - end);
	return words;
}

/* A mask of the first @len bits, fewer than 128. */
static struct vr_words first_bits(unsigned int len)
{
	return (struct vr_words){
		len < 64 ? ~(U64_MAX >> len) : U64_MAX,
		len < 64 ? 0 : ~(U64_MAX >> (len - 64)),
	};
}

static void lpm_index_fill(struct vr_lpm_index *index, const struct vr_lpm *lpm)
{
	u32 i;

	for (i = 0; i < 1U << (index->end - index->from); i++)
		RCU_INIT_POINTER(index->start[i], find_start(lpm, first_of(index, i), index->end));
}

/* Allocation may fail: lookups then only take longer. */
static struct vr_lpm_index *lpm_index_create(const struct vr_lpm *lpm)
{
	struct vr_lpm_node *shared = find_shared(lpm);
	unsigned int bits = min_t(unsigned int, ilog2(lpm->count) - PREFIXES_BITS, INDEX_BITS_MAX);
	struct vr_lpm_index *index;

	bits = min_t(unsigned int, bits, lpm->bits - vr_lpm_len(shared));
	index = kvzalloc(struct_size(index, start, 1U << bits), VR_GFP_ACCOUNT | __GFP_NOWARN);
	if (!index)
		return NULL;
	index->shared = vr_words(shared->key, vr_lpm_is_v6(lpm));
	index->from = vr_lpm_len(shared);
	index->mask = first_bits(index->from);
	index->end = index->from + bits;
	index->shift = 64 - bits;
	index->count = lpm->count;
	lpm_index_fill(index, lpm);
	return index;
}

/**
 * vr_lpm_index_review() - builds, rebuilds or drops the index if that is due
 * @lpm: the table, whose number of prefixes has changed
 *
 * Context: writer's lock; may sleep.
 */
void vr_lpm_index_review(struct vr_lpm *lpm)
{
	struct vr_lpm_index *old = index_deref(lpm->index), *index = NULL;

	if (old ? lpm->count < old->count * 2 && lpm->count > old->count / 4 :
		  lpm->count < PREFIXES_MIN)
		return;
	if (lpm->count > PREFIXES_MIN / 4) {
		index = lpm_index_create(lpm);
		if (!index)
			return;
	}
	rcu_assign_pointer(lpm->index, index);
	if (old)
		kvfree_rcu(old, rcu);
}
