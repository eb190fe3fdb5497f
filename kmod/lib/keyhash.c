// SPDX-License-Identifier: GPL-2.0
/*
 * A fast hash for keys that senders choose: a third of the instructions of jhash().
 *
 * This is Multilinear-HM of D. Lemire and O. Kaser, Strongly universal string hashing is
 * fast, The Computer Journal 57(11), 2014: pairs of words, each with a secret added to it,
 * are multiplied, and the upper half of the sum is the hash. Any two different keys have the
 * same hash with a probability of 2^-32, as long as the secrets stay secret. A hash must
 * therefore not leave the module: it would reveal something about the secrets.
 */
#include <linux/cache.h>
#include <linux/init.h>
#include <linux/random.h>

#include "lib/keyhash.h"

u64 vr_key_secrets[VR_KEY_WORDS + 1] __ro_after_init;

void __init vr_key_hash_init(void)
{
	get_random_bytes(vr_key_secrets, sizeof(vr_key_secrets));
}
