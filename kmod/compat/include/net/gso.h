/* SPDX-License-Identifier: GPL-2.0 */
/* Linux before 6.5 has what is in net/gso.h elsewhere. */
#ifndef _VROUTER_COMPAT_NET_GSO_H
#define _VROUTER_COMPAT_NET_GSO_H

#ifdef VR_HAVE_NET_GSO_H
#include_next <net/gso.h>
#else
#include <linux/netdevice.h>
#include <linux/skbuff.h>
#endif

#endif /* _VROUTER_COMPAT_NET_GSO_H */
