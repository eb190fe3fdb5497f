/* SPDX-License-Identifier: GPL-2.0 */
/* A fast hash for keys that senders choose. See keyhash.c. */
#ifndef _VROUTER_KEYHASH_H
#define _VROUTER_KEYHASH_H

#include <linux/hash.h>
#include <linux/types.h>

/* Words of the longest key. */
#define VR_KEY_WORDS 20

/* One secret for each word, the number of words rounded up to an even one, and one more. */
extern u64 vr_key_secrets[VR_KEY_WORDS + 1];

/**
 * vr_key_hash() - hashes a key
 * @words: the key
 * @count: number of words
 *
 * Keys of different lengths may be in one table if the words that all of them have determine
 * the length.
 */
static __always_inline u32 vr_key_hash(const u32 *words, unsigned int count)
{
	const u64 *secrets = vr_key_secrets + 1;
	u64 sum = vr_key_secrets[0];
	unsigned int i;

#pragma GCC unroll 10
	for (i = 0; i + 1 < count; i += 2)
		sum += (secrets[i] + words[i]) * (secrets[i + 1] + words[i + 1]);
	if (i < count)
		sum += (secrets[i] + words[i]) * secrets[i + 1];
	return sum >> 32;
}

/** vr_key_hash_seeded() - mixes a hash with the seed of a table, which changes with a rehash */
static __always_inline u32 vr_key_hash_seeded(u32 hash, u32 seed)
{
	return (u64)(hash ^ seed) * GOLDEN_RATIO_64 >> 32;
}

void vr_key_hash_init(void);

#endif /* _VROUTER_KEYHASH_H */
