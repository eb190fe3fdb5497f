// SPDX-License-Identifier: GPL-2.0
/*
 * Where in a large trie look-ups begin. Of n prefixes the first log2(n) bits mostly choose
 * between joints, so where there are many, a table is asked by these bits instead and leads
 * to the subtree behind them. What an address has in none of the subtrees it has above
 * them, so the trie itself stays what it is, and the index can be left out.
 *
 * An index is made with one place for 2 to 4 prefixes, and anew when there are twice or a
 * fourth of as many as there were, so that a change costs the same wherever it happens.
 */
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "lib/gfp.h"
#include "lib/lpm_index.h"

#define INDEX_BITS_MAX 18
#define PREFIXES_MIN 64		/* up to a fourth of it there is no index */
#define PREFIXES_BITS 1		/* of how many there are at least for a place */

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
 * vr_lpm_index_note() - something came or went
 * @lpm: the table
 * @at: a node that came, or goes and is in the trie no more; others that did so are on the
 *	way to it, or begin with it
 *
 * Context: writer's lock; before what goes is freed.
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

/* The last node to which all prefixes belong but single ones, such as a default route. */
static struct vr_lpm_node *find_shared(const struct vr_lpm *lpm)
{
	struct vr_lpm_node *node = index_deref(lpm->root), *next;

	while ((next = only_subtree(node)))
		node = next;
	return node;
}

/* The first address of a place. */
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

/* The mask of so many bits, fewer than 128. */
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

/* Allocation may fail: a look-up then only takes longer. */
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
 * vr_lpm_index_review() - makes the index anew where that is due
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
