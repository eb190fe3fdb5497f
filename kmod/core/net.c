// SPDX-License-Identifier: GPL-2.0
/* Where the kernel keeps the module's state of a network namespace. See netns.c. */
#include "core/vrouter.h"

/* Given out by register_pernet_subsys(). */
unsigned int vr_net_id __ro_after_init;
