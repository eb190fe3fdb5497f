/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VROUTER_RATE_H
#define _VROUTER_RATE_H

#include <linux/atomic.h>
#include <linux/minmax.h>
#include <linux/types.h>

/**
 * struct vr_rate - a token bucket
 * @empty: when it would have been empty, had nothing more been taken from it since; of a
 *	clock that counts tokens
 *
 * The clock advances by one when there is one more token: nanoseconds, or what
 * vr_meter_take() makes of them. So one word says all and no lock is needed, and nothing
 * is rounded from one packet to the next. The clock may wrap. A bucket of zeros is full
 * once the clock has counted as many tokens as it holds.
 */
struct vr_rate {
	atomic64_t empty;
};

bool vr_rate_has(const struct vr_rate *rate, u64 now, u64 cost, u64 depth);
void vr_rate_return(struct vr_rate *rate, u64 cost);
s64 vr_rate_left(const struct vr_rate *rate, u64 now, u64 depth);
void vr_rate_set(struct vr_rate *rate, u64 now, s64 left);

/*
 * More than any packet costs. A bucket that seems to owe more was not used for so long
 * that the clock wrapped.
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
 * @cost: tokens to take, less than 2^48; what costs more than a bucket holds takes a full
 *	one and leaves it in debt
 * @depth: how many tokens the bucket holds, less than 2^63
 *
 * That is the generic cell rate algorithm (ITU-T I.371, annex A): it knows the time at
 * which the bucket was empty, instead of filling it again and again.
 *
 * Context: any.
 * Return: were there as many?
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
