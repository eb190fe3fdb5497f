/* SPDX-License-Identifier: GPL-2.0 */
/* Where in a large trie look-ups begin. */
#ifndef _VROUTER_LPM_INDEX_H
#define _VROUTER_LPM_INDEX_H

#include "lib/lpm_bits.h"

/**
 * struct vr_lpm_index - the first nodes behind some bits, by these bits
 * @rcu: frees it
 * @shared: what most prefixes begin with
 * @mask: the bits of it
 * @from: how many that is
 * @end: the first bit that does not choose any more; from @from to it up to 18 do
 * @shift: 64 less how many choose, which are 1 and more, as what is shared is never a whole
 *	address
 * @count: prefixes that there were when it was made
 * @start: by those bits, the shortest prefix of at least @end bits that begins with them
 *	and what is shared and covers all others that do, or NULL
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

/* Is an address, or a prefix of at least @end bits, one that the index knows about? */
static inline bool vr_lpm_index_has(const struct vr_lpm_index *index, struct vr_words words,
				    bool v6)
{
	u64 differ = (words.high ^ index->shared.high) & index->mask.high;

	if (v6)
		differ |= (words.low ^ index->shared.low) & index->mask.low;
	return !differ;
}

/* Its place. */
static inline unsigned int vr_lpm_index_of(const struct vr_lpm_index *index,
					   struct vr_words words, bool v6)
{
	return vr_words_from(words, index->from, v6) >> index->shift;
}

void vr_lpm_index_note(struct vr_lpm *lpm, const struct vr_lpm_node *at);
void vr_lpm_index_review(struct vr_lpm *lpm);

#endif /* _VROUTER_LPM_INDEX_H */
