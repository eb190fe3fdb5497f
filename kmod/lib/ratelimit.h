/* SPDX-License-Identifier: GPL-2.0 */
/* Limits by the kernel's own rate limit (linux/ratelimit.h). */
#ifndef _VROUTER_RATELIMIT_H
#define _VROUTER_RATELIMIT_H

#include <linux/ratelimit.h>

/** vr_ratelimit_init() - initializes a limit of @per_second that logs nothing when it is hit */
static inline void vr_ratelimit_init(struct ratelimit_state *limit, int per_second)
{
	ratelimit_state_init(limit, HZ, per_second);
	ratelimit_set_flags(limit, RATELIMIT_MSG_ON_RELEASE);
}

#endif /* _VROUTER_RATELIMIT_H */
