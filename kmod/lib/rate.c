// SPDX-License-Identifier: GPL-2.0
/*
 * How often something may happen. This file knows no objects of the kernel, so that the
 * unit tests can compile it too.
 */
#include "lib/rate.h"

/**
 * vr_rate_has() - would vr_rate_take() take tokens out of a bucket?
 * @rate: the bucket
 * @now: the time
 * @cost: tokens
 * @depth: how many it holds
 *
 * Context: any.
 */
bool vr_rate_has(const struct vr_rate *rate, u64 now, u64 cost, u64 depth)
{
	return __vr_rate_left(atomic64_read(&rate->empty), now, depth) >= (s64)min(cost, depth);
}

/**
 * vr_rate_return() - puts back what vr_rate_take() took
 * @rate: the bucket
 * @cost: what was taken
 *
 * Context: any.
 */
void vr_rate_return(struct vr_rate *rate, u64 cost)
{
	atomic64_sub(cost, &rate->empty);
}

/**
 * vr_rate_left() - how many tokens there are
 * @rate: the bucket
 * @now: the time
 * @depth: how many it holds
 *
 * Context: any.
 * Return: tokens; less than 0 is a debt.
 */
s64 vr_rate_left(const struct vr_rate *rate, u64 now, u64 depth)
{
	return __vr_rate_left(atomic64_read(&rate->empty), now, depth);
}

/**
 * vr_rate_set() - makes a bucket hold as many tokens as wanted
 * @rate: the bucket, which no one else uses yet
 * @now: the time
 * @left: tokens, less than 0 for a debt
 */
void vr_rate_set(struct vr_rate *rate, u64 now, s64 left)
{
	atomic64_set(&rate->empty, now - left);
}
