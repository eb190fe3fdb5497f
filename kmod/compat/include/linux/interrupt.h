/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VROUTER_COMPAT_LINUX_INTERRUPT_H
#define _VROUTER_COMPAT_LINUX_INTERRUPT_H

#include_next <linux/interrupt.h>

/*
 * May this CPU have softirqs of a kind to run? User-mode Linux does not export what says so:
 * there it always may, and who waits for them waits for as long as he ever would.
 */
static inline bool vr_softirq_may_be_pending(unsigned int nr)
{
#ifdef CONFIG_UML
	return true;
#else
	return local_softirq_pending() & BIT(nr);
#endif
}

#endif /* _VROUTER_COMPAT_LINUX_INTERRUPT_H */
