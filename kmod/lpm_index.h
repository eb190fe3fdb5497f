/* SPDX-License-Identifier: GPL-2.0 */
/* Where in a large trie look-ups begin. */
#ifndef _VROUTER_LPM_INDEX_H
#define _VROUTER_LPM_INDEX_H

#include "lpm_bits.h"

/**
 * struct vr_lpm_index - the first nodes behind some bits, by these bits
 * @rcu: frees it
 * @shared: what most prefixes begin with
 * @from: how many bits that is
 * @end: the first bit that does not choose any more; from @from to it up to 17 do
 * @count: prefixes that there were when it was made
 * @start: by those bits, the shortest prefix of at least @end bits that begins with them
 *	and what is shared and covers all others that do, or NULL
 */
struct vr_lpm_index {
	struct rcu_head rcu;
	struct vr_words shared;
	u8 from;
	u8 end;
	u32 count;
	struct vr_lpm_node __rcu *start[];
};

/* Is an address, or a prefix of at least @end bits, one that the index knows about? */
static inline bool vr_lpm_index_has(const struct vr_lpm_index *index, struct vr_words words,
				    bool v6)
{
	return vr_words_agree(index->shared, words, index->from, v6);
}

/* Its place; at least one bit chooses, as what is shared is never a whole address. */
static inline unsigned int vr_lpm_index_of(const struct vr_lpm_index *index,
					   struct vr_words words, bool v6)
{
	return vr_words_from(words, index->from, v6) >> (64 - (index->end - index->from));
}

void vr_lpm_index_note(struct vr_lpm *lpm, const struct vr_lpm_node *at);
void vr_lpm_index_review(struct vr_lpm *lpm);

#endif /* _VROUTER_LPM_INDEX_H */
