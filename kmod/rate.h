/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VROUTER_RATE_H
#define _VROUTER_RATE_H

#include <linux/atomic.h>
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

bool vr_rate_take(struct vr_rate *rate, u64 now, u64 cost, u64 depth);
bool vr_rate_has(const struct vr_rate *rate, u64 now, u64 cost, u64 depth);
void vr_rate_return(struct vr_rate *rate, u64 cost);
s64 vr_rate_left(const struct vr_rate *rate, u64 now, u64 depth);
void vr_rate_set(struct vr_rate *rate, u64 now, s64 left);

#endif /* _VROUTER_RATE_H */
