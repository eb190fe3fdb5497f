/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VROUTER_RA_H
#define _VROUTER_RA_H

#include "vrouter.h"

void vr_ra_init(struct vr_net *vn);
void vr_ra_exit(struct vr_net *vn);
/* A network's gateway changed or a vif came: advertise soon. */
void vr_ra_kick(struct vr_net *vn);

#endif /* _VROUTER_RA_H */
