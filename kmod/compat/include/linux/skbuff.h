/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VROUTER_COMPAT_LINUX_SKBUFF_H
#define _VROUTER_COMPAT_LINUX_SKBUFF_H

#include_next <linux/skbuff.h>

/* Kernels without AccECN (RFC 9768) have no packets that are segmented so. */
#ifndef VR_HAVE_GSO_TCP_ACCECN
#define SKB_GSO_TCP_ACCECN 0
#endif

#endif /* _VROUTER_COMPAT_LINUX_SKBUFF_H */
