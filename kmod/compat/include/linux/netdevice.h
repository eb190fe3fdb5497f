/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VROUTER_COMPAT_LINUX_NETDEVICE_H
#define _VROUTER_COMPAT_LINUX_NETDEVICE_H

#include_next <linux/netdevice.h>

/* Transmits without the queue's lock. A feature before 6.12, a flag since. */
static inline void vr_netdev_set_lltx(struct net_device *dev)
{
#ifdef VR_HAVE_NETDEV_LLTX
	dev->lltx = true;
#else
	dev->features |= NETIF_F_LLTX;
#endif
}

#endif /* _VROUTER_COMPAT_LINUX_NETDEVICE_H */
