/* SPDX-License-Identifier: GPL-2.0 */
/* Requests about flows, and what listeners are told of them. */
#ifndef _VROUTER_FLOW_NL_H
#define _VROUTER_FLOW_NL_H

#include "vrouter.h"

struct vr_flow;
struct vr_kept;

void vr_flow_notify(struct vr_net *vn, struct vr_flow *flow, const struct vr_kept *kept,
		    u32 why);

#endif /* _VROUTER_FLOW_NL_H */
