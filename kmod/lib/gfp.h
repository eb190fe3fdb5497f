/* SPDX-License-Identifier: GPL-2.0 */
/* Allocation flags. */
#ifndef _VROUTER_GFP_H
#define _VROUTER_GFP_H

#include <linux/gfp.h>

/*
 * For memory that is charged to a cgroup. At the cgroup's limit the allocation fails instead of
 * invoking the OOM killer: a VM's packets may be the reason, and a netlink request can report
 * the failure in words.
 */
#define VR_GFP_ACCOUNT (GFP_KERNEL_ACCOUNT | __GFP_RETRY_MAYFAIL | __GFP_NOWARN)

/*
 * For memory that the packet path can do without. Not GFP_ATOMIC, which may use the reserves
 * and exceed the limit of a cgroup.
 */
#define VR_GFP_PACKET (GFP_NOWAIT | __GFP_NOWARN | __GFP_ACCOUNT)

#endif /* _VROUTER_GFP_H */
