/* SPDX-License-Identifier: GPL-2.0 */
/* Waits for frames in the backlogs of the CPUs. */
#ifndef _VROUTER_DRAIN_H
#define _VROUTER_DRAIN_H

void vr_drain(void);

int vr_drain_init(void);
void vr_drain_exit(void);

#endif /* _VROUTER_DRAIN_H */
