/* SPDX-License-Identifier: GPL-2.0 */
/* How memory is asked for. */
#ifndef _VROUTER_GFP_H
#define _VROUTER_GFP_H

#include <linux/gfp.h>

/*
 * For memory that is charged. At the limit of its cgroup what it is for is refused, and no process
 * is killed: a VM's packets may be the reason, and a request can say it in words.
 */
#define VR_GFP_ACCOUNT (GFP_KERNEL_ACCOUNT | __GFP_RETRY_MAYFAIL | __GFP_NOWARN)

/*
 * For memory that packets can do without. Not GFP_ATOMIC: that may use reserves, and goes
 * beyond the limit of a cgroup.
 */
#define VR_GFP_PACKET (GFP_NOWAIT | __GFP_NOWARN | __GFP_ACCOUNT)

#endif /* _VROUTER_GFP_H */
