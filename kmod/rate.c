// SPDX-License-Identifier: GPL-2.0
/*
 * How often something may happen. This file knows no objects of the kernel, so that the
 * unit tests can compile it too.
 */
#include <linux/minmax.h>

#include "rate.h"

/*
 * More than any packet costs. A bucket that seems to owe more was not used for so long
 * that the clock wrapped.
 */
#define DEBT_MAX 0x1000000000000LL

static s64 left(u64 empty, u64 now, u64 depth)
{
	s64 tokens = now - empty;

	return tokens < -DEBT_MAX || tokens > (s64)depth ? (s64)depth : tokens;
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
bool vr_rate_take(struct vr_rate *rate, u64 now, u64 cost, u64 depth)
{
	s64 empty = atomic64_read(&rate->empty), has;

	do {
		has = left(empty, now, depth);
		if (has < (s64)min(cost, depth))
			return false;
	} while (!atomic64_try_cmpxchg(&rate->empty, &empty, now - has + cost));
	return true;
}

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
	return left(atomic64_read(&rate->empty), now, depth) >= (s64)min(cost, depth);
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
	return left(atomic64_read(&rate->empty), now, depth);
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
