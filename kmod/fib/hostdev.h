/* SPDX-License-Identifier: GPL-2.0 */
/* Netdevs of link type "vrouter": a network's port into the host's own stack. */
#ifndef _VROUTER_HOSTDEV_H
#define _VROUTER_HOSTDEV_H

#include "core/vrouter.h"

struct sk_buff;
struct vr_pkt;

bool vr_hostdev_is(const struct net_device *dev);
bool vr_hostdev_refuses(const struct net_device *dev, const struct vr_pkt *pkt);
void vr_hostdev_attach(struct net_device *dev, struct vr_vif *vif);
void vr_hostdev_detach(struct net_device *dev);
struct vr_vif *vr_hostdev_vif(const struct net_device *dev);
int vr_hostdev_receive(struct vr_vif *vif, struct sk_buff *skb);
int vr_hostdev_init(void);
void vr_hostdev_exit(void);

#endif /* _VROUTER_HOSTDEV_H */
