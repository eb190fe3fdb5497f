/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VROUTER_DEVUSE_H
#define _VROUTER_DEVUSE_H

#include "core/vrouter.h"

struct net_device;
struct netlink_ext_ack;
struct nlattr;

/*
 * Maximum number of tunnel next hops whose routes are checked: enough to find each uplink of a
 * hypervisor.
 */
#define VR_DEVUSE_NEXTHOPS 256

int vr_devuse_check(struct vr_net *vn, struct net_device *dev, const struct nlattr *attr,
		    struct netlink_ext_ack *extack);

#endif /* _VROUTER_DEVUSE_H */
