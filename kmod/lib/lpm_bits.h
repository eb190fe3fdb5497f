/* SPDX-License-Identifier: GPL-2.0 */
/* Prefixes as 64-bit words, so that they are compared by the word, not by the byte. */
#ifndef _VROUTER_LPM_BITS_H
#define _VROUTER_LPM_BITS_H

#include <linux/etherdevice.h>	/* for get_unaligned_be64(), wherever the kernel has it */

#include "lib/lpm.h"

/**
 * struct vr_words - an address, or a prefix padded with zeros
 * @high: the first 64 bits; an IPv4 address is in the upper half
 * @low: the other 64 bits, 0 for IPv4
 */
struct vr_words {
	u64 high;
	u64 low;
};

static inline struct vr_words vr_words(const void *key, bool v6)
{
	if (v6)
		return (struct vr_words){ get_unaligned_be64(key), get_unaligned_be64(key + 8) };
	return (struct vr_words){ (u64)get_unaligned_be32(key) << 32 };
}

/** vr_words_agree() - are the first @len bits the same? @len: up to 128, for IPv4 up to 32 */
static inline bool vr_words_agree(struct vr_words a, struct vr_words b, unsigned int len,
				  bool v6)
{
	if (v6 && len > 64)
		return a.high == b.high && !((a.low ^ b.low) >> (128 - len));
	return !len || !((a.high ^ b.high) >> (64 - len));
}

/** vr_words_from() - the 64 bits from bit @len on; @len: below 128, for IPv4 up to 32 */
static inline u64 vr_words_from(struct vr_words words, unsigned int len, bool v6)
{
	if (!v6 || !len)
		return words.high << len;
	if (len >= 64)
		return words.low << (len - 64);
	return words.high << len | words.low >> (64 - len);
}

/** vr_words_bit() - bit @len; any value if @len is the length of the whole address */
static inline unsigned int vr_words_bit(struct vr_words words, unsigned int len, bool v6)
{
	return (v6 && len >= 64 ? words.low : words.high) << (len & 63) >> 63;
}

/** vr_lpm_child_slot() - the slot of the child that an address or a longer prefix belongs to */
static inline struct vr_lpm_node __rcu **vr_lpm_child_slot(struct vr_lpm_node *node,
							   struct vr_words words, bool v6)
{
	return &node->child[vr_words_bit(words, vr_lpm_len(node), v6)];
}

static inline bool vr_lpm_covers(const struct vr_lpm_node *node, struct vr_words words, bool v6)
{
	return vr_words_agree(vr_words(node->key, v6), words, vr_lpm_len(node), v6);
}

#endif /* _VROUTER_LPM_BITS_H */
