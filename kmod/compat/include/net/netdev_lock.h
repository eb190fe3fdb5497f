/* SPDX-License-Identifier: GPL-2.0 */
/* Older kernels have what is in net/netdev_lock.h elsewhere. */
#ifndef _VROUTER_COMPAT_NET_NETDEV_LOCK_H
#define _VROUTER_COMPAT_NET_NETDEV_LOCK_H

#ifdef VR_HAVE_NETDEV_LOCK_H
#include_next <net/netdev_lock.h>
#else
#include <linux/netdevice.h>
#endif

#endif /* _VROUTER_COMPAT_NET_NETDEV_LOCK_H */
