/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VROUTER_COMPAT_LINUX_BOTTOM_HALF_H
#define _VROUTER_COMPAT_LINUX_BOTTOM_HALF_H

#include_next <linux/bottom_half.h>
#include <linux/version.h>

/*
 * Does BH disabled keep other softirqs from this CPU? What the module has for each CPU relies
 * on it. With PREEMPT_RT a lock did so before 6.18, and does since then if asked to, for which
 * there is no sign in any header.
 */
static inline bool vr_bh_excludes_softirqs(void)
{
#if defined(CONFIG_PREEMPT_RT) && LINUX_VERSION_CODE >= KERNEL_VERSION(6, 18, 0)
	return IS_ENABLED(CONFIG_PREEMPT_RT_NEEDS_BH_LOCK);
#else
	return true;
#endif
}

#endif /* _VROUTER_COMPAT_LINUX_BOTTOM_HALF_H */
