/* SPDX-License-Identifier: GPL-2.0 */
/* An index into a large trie: where lookups begin. See lpm_index.c. */
#ifndef _VROUTER_LPM_INDEX_H
#define _VROUTER_LPM_INDEX_H

#include "lib/lpm_bits.h"

/**
 * struct vr_lpm_index - an array of subtrees, indexed by some bits of the address
 * @rcu: frees it
 * @shared: the bits that most prefixes begin with
 * @mask: mask of the shared bits
 * @from: number of shared bits; the first bit of the array's index
 * @end: the bit behind the array's index, which has up to 18 bits
 * @shift: 64 minus the number of bits of the array's index. That is at least 1, since the shared
 *	bits are never a whole address
 * @count: number of prefixes when the index was built
 * @start: for each index, the shortest prefix of at least @end bits that begins with @shared
 *	and the bits of the index; it covers all others that do. NULL if there is none
 */
struct vr_lpm_index {
	struct rcu_head rcu;
	struct vr_words shared;
	struct vr_words mask;
	u8 from;
	u8 end;
	u8 shift;
	u32 count;
	struct vr_lpm_node __rcu *start[];
};

/* Does an address, or a prefix of at least @end bits, begin with the shared bits? */
static inline bool vr_lpm_index_has(const struct vr_lpm_index *index, struct vr_words words,
				    bool v6)
{
	u64 differ = (words.high ^ index->shared.high) & index->mask.high;

	if (v6)
		differ |= (words.low ^ index->shared.low) & index->mask.low;
	return !differ;
}

/* Its index into @start. */
static inline unsigned int vr_lpm_index_of(const struct vr_lpm_index *index,
					   struct vr_words words, bool v6)
{
	return vr_words_from(words, index->from, v6) >> index->shift;
}

void vr_lpm_index_note(struct vr_lpm *lpm, const struct vr_lpm_node *at);
void vr_lpm_index_review(struct vr_lpm *lpm);

#endif /* _VROUTER_LPM_INDEX_H */
