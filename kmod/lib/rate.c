// SPDX-License-Identifier: GPL-2.0
/*
 * Token buckets, by the generic cell rate algorithm (GCRA). This file uses no kernel objects, so
 * that the unit tests can compile it too.
 *
 * A bucket stores one number, the virtual time at which it was empty. The number of tokens in it
 * is the time since then, at most the depth. Taking tokens moves the virtual time forward.
 *
 * Example: events are limited to one per 10 ms with a burst of 3. A token is 1 ms, an event costs
 * 10 tokens and the depth is 30. The bucket begins with empty = 0:
 *
 *	now	tokens before		allowed		empty afterwards
 *	1000	30, not 1000: full	yes		1000 - 30 + 10 = 980
 *	1000	1000 - 980 = 20		yes		990
 *	1000	10			yes		1000
 *	1000	0			no		1000
 *	1005	5			no		1000
 *	1010	10			yes		1010
 *	1030	20			yes		1020
 *
 * An event that costs more than the depth takes a full bucket and leaves a debt. If one that
 * costs 50 comes at 1050, the bucket has 30 tokens, the event is allowed and empty becomes
 * 1050 - 30 + 50 = 1070: the bucket has -20 tokens. The next event that costs 10 is allowed at
 * 1080.
 */
#include "lib/rate.h"

/**
 * vr_rate_has() - would vr_rate_take() take tokens out of a bucket?
 * @rate: the bucket
 * @now: the time, by the clock of its tokens
 * @cost: tokens
 * @depth: tokens in a full bucket
 *
 * Context: any.
 */
bool vr_rate_has(const struct vr_rate *rate, u64 now, u64 cost, u64 depth)
{
	return __vr_rate_left(atomic64_read(&rate->empty), now, depth) >= (s64)min(cost, depth);
}

/**
 * vr_rate_return() - puts back the tokens that vr_rate_take() took
 * @rate: the bucket
 * @cost: the tokens
 *
 * Context: any.
 */
void vr_rate_return(struct vr_rate *rate, u64 cost)
{
	atomic64_sub(cost, &rate->empty);
}

/**
 * vr_rate_left() - the number of tokens in a bucket
 * @rate: the bucket
 * @now: the time, by the clock of its tokens
 * @depth: tokens in a full bucket
 *
 * Context: any.
 * Return: tokens; a negative number is a debt.
 */
s64 vr_rate_left(const struct vr_rate *rate, u64 now, u64 depth)
{
	return __vr_rate_left(atomic64_read(&rate->empty), now, depth);
}

/**
 * vr_rate_set() - sets the number of tokens in a bucket
 * @rate: the bucket, which no one else uses yet
 * @now: the time, by the clock of its tokens
 * @left: tokens; a negative number is a debt
 */
void vr_rate_set(struct vr_rate *rate, u64 now, s64 left)
{
	atomic64_set(&rate->empty, now - left);
}
