// SPDX-License-Identifier: GPL-2.0
/* How often something may happen. */
#include "rate.h"

/**
 * vr_rate_take() - takes tokens out of a bucket, if it has them
 * @rate: the bucket
 * @now: the time, ktime_get_ns()
 * @cost: tokens to take; what costs more than a bucket holds takes a full one
 * @depth: how many tokens the bucket holds, less than 2^63
 *
 * That is the generic cell rate algorithm (ITU-T I.371, annex A): it knows the time at
 * which the bucket was empty, instead of filling it again and again.
 *
 * Context: any.
 * Return: were there as many?
 */
bool vr_rate_take(struct vr_rate *rate, u64 now, u64 cost, u64 depth)
{
	s64 empty = atomic64_read(&rate->empty), start;

	do {
		start = max_t(s64, empty, (s64)now - (s64)depth);
		if ((s64)now - start < (s64)min(cost, depth))
			return false;
	} while (!atomic64_try_cmpxchg(&rate->empty, &empty, start + (s64)min(cost, depth)));
	return true;
}
