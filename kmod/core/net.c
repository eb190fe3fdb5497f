// SPDX-License-Identifier: GPL-2.0
/* The pernet id of the module's state of a network namespace. See netns.c. */
#include "core/vrouter.h"

/* Assigned by register_pernet_subsys(). */
unsigned int vr_net_id __ro_after_init;
