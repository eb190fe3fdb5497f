/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VROUTER_RATE_H
#define _VROUTER_RATE_H

#include <linux/atomic.h>
#include <linux/minmax.h>
#include <linux/types.h>

/**
 * struct vr_rate - a token bucket, see rate.c
 * @empty: the virtual time at which the bucket was empty, by a clock that counts tokens
 *
 * The clock advances by one with each new token. It counts nanoseconds, or is derived from them
 * by vr_meter_tokens(). One word therefore holds the whole state, no lock is needed, and no
 * rounding errors accumulate from packet to packet. The clock may wrap. A zeroed bucket is full
 * once the clock has reached the depth.
 */
struct vr_rate {
	atomic64_t empty;
};

bool vr_rate_has(const struct vr_rate *rate, u64 now, u64 cost, u64 depth);
void vr_rate_return(struct vr_rate *rate, u64 cost);
s64 vr_rate_left(const struct vr_rate *rate, u64 now, u64 depth);
void vr_rate_set(struct vr_rate *rate, u64 now, s64 left);

/*
 * More than any packet costs. If a bucket seems to have a larger debt, it was unused until the
 * clock wrapped, and is full.
 */
#define VR_RATE_DEBT_MAX 0x1000000000000LL

static inline s64 __vr_rate_left(u64 empty, u64 now, u64 depth)
{
	s64 tokens = now - empty;

	return tokens < -VR_RATE_DEBT_MAX || tokens > (s64)depth ? (s64)depth : tokens;
}

/**
 * vr_rate_take() - takes tokens out of a bucket, if it has them
 * @rate: the bucket
 * @now: the time, by the clock of its tokens
 * @cost: tokens to take, less than 2^48; a cost above @depth needs a full bucket and leaves it
 *	in debt
 * @depth: tokens in a full bucket, less than 2^63
 *
 * This is the generic cell rate algorithm (ITU-T I.371, annex A): it stores the time at which
 * the bucket was empty, instead of refilling the bucket.
 *
 * Context: any.
 * Return: did the bucket have the tokens?
 */
static inline bool vr_rate_take(struct vr_rate *rate, u64 now, u64 cost, u64 depth)
{
	s64 empty = atomic64_read(&rate->empty), has;

	do {
		has = __vr_rate_left(empty, now, depth);
		if (has < (s64)min(cost, depth))
			return false;
	} while (!atomic64_try_cmpxchg(&rate->empty, &empty, now - has + cost));
	return true;
}

#endif /* _VROUTER_RATE_H */
