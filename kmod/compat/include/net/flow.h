/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VROUTER_COMPAT_NET_FLOW_H
#define _VROUTER_COMPAT_NET_FLOW_H

#include_next <net/flow.h>

/* The DSCP that IPv4 routes by, without ECN; a field of bits of the header before. */
static inline void vr_flowi4_set_dscp(struct flowi4 *fl4, u8 dscp)
{
#ifdef VR_HAVE_FLOWI4_DSCP
	fl4->flowi4_dscp = inet_dsfield_to_dscp(dscp << 2);
#else
	fl4->flowi4_tos = dscp << 2;
#endif
}

#endif /* _VROUTER_COMPAT_NET_FLOW_H */
