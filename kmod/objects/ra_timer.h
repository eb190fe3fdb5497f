/* SPDX-License-Identifier: GPL-2.0 */
/* When router advertisements are due. */
#ifndef _VROUTER_RA_TIMER_H
#define _VROUTER_RA_TIMER_H

#include "core/vrouter.h"

/* Seconds between two to all nodes, at least: RFC 4861, section 10. */
#define VR_RA_MIN_DELAY 3

void vr_ra_kick(struct vr_net *vn);

#endif /* _VROUTER_RA_TIMER_H */
