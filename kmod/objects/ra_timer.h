/* SPDX-License-Identifier: GPL-2.0 */
/* Schedules router advertisements. */
#ifndef _VROUTER_RA_TIMER_H
#define _VROUTER_RA_TIMER_H

#include "core/vrouter.h"

/* Minimum number of seconds between two advertisements to all nodes: RFC 4861, section 10. */
#define VR_RA_MIN_DELAY 3

void vr_ra_kick(struct vr_net *vn);

#endif /* _VROUTER_RA_TIMER_H */
