/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VROUTER_COMPAT_NET_ROUTE_H
#define _VROUTER_COMPAT_NET_ROUTE_H

#include_next <net/route.h>

#ifndef VR_HAVE_DST_RTABLE
#define dst_rtable(_ptr) container_of(_ptr, struct rtable, dst)
#endif

#endif /* _VROUTER_COMPAT_NET_ROUTE_H */
