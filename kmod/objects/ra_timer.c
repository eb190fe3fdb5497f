// SPDX-License-Identifier: GPL-2.0
/* Schedules router advertisements. ra.c builds and sends them. */
#include "objects/ra_timer.h"

/* RFC 4861, section 10. */
#define INITIAL_COUNT 3

/* Changes come in bursts: one advertisement covers all of them. */
#define KICK_DELAY (HZ / 5)

/**
 * vr_ra_kick() - sends router advertisements soon
 * @vn: the namespace
 *
 * Called when a network's gateways change or a vif is added. However often it is called, all nodes
 * get at most one advertisement every 3 seconds (RFC 4861, section 6.2.4).
 */
void vr_ra_kick(struct vr_net *vn)
{
	unsigned long earliest = READ_ONCE(vn->ra_last) + VR_RA_MIN_DELAY * HZ;
	unsigned long delay = KICK_DELAY;

	if (time_before(jiffies + delay, earliest))
		delay = earliest - jiffies;
	/* Repeated kicks must not postpone it. */
	if (READ_ONCE(vn->ra_initial) == INITIAL_COUNT && delayed_work_pending(&vn->ra_work))
		return;
	WRITE_ONCE(vn->ra_initial, INITIAL_COUNT);
	mod_delayed_work(system_power_efficient_wq, &vn->ra_work, delay);
}
