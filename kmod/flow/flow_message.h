/* SPDX-License-Identifier: GPL-2.0 */
/* Netlink attributes of flows, and notifications about them. */
#ifndef _VROUTER_FLOW_MESSAGE_H
#define _VROUTER_FLOW_MESSAGE_H

#include "core/vrouter.h"

struct sk_buff;
struct vr_flow;
struct vr_decision;

u32 vr_flow_state(const struct vr_decision *decision);
int vr_flow_fill(struct sk_buff *msg, struct vr_net *vn, const struct vr_flow *flow,
		 const struct vr_decision *decision);
void vr_flow_notify(struct vr_net *vn, struct vr_flow *flow, const struct vr_decision *decision,
		    u32 why);

#endif /* _VROUTER_FLOW_MESSAGE_H */
