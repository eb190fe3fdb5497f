/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VROUTER_RATE_H
#define _VROUTER_RATE_H

#include <linux/atomic.h>

#include "vrouter.h"

/**
 * struct vr_rate - a token bucket
 * @empty: when it would have been empty, had nothing more been taken from it since; in
 *	nanoseconds of the monotonic clock
 *
 * Tokens are nanoseconds, so that one word says all and no lock is needed. A bucket of
 * zeros is full.
 */
struct vr_rate {
	atomic64_t empty;
};

bool vr_rate_take(struct vr_rate *rate, u64 now, u64 cost, u64 depth);

#endif /* _VROUTER_RATE_H */
