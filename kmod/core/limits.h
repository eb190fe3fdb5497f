/* SPDX-License-Identifier: GPL-2.0 */
/* Limits of the number of objects in a namespace. */
#ifndef _VROUTER_LIMITS_H
#define _VROUTER_LIMITS_H

#include "core/vrouter.h"

struct netlink_ext_ack;
struct vr_table_req;

void vr_limits_init(struct vr_net *vn);
int vr_limits_check(const struct vr_net *vn, enum vr_kind kind, u32 more,
		    struct netlink_ext_ack *extack);
int vr_limits_check_entry(const struct vr_table_req *req, enum vr_kind kind);

#endif /* _VROUTER_LIMITS_H */
