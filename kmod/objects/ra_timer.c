// SPDX-License-Identifier: GPL-2.0
/* When router advertisements are due. What they say is in ra.c. */
#include "objects/ra_timer.h"

/* RFC 4861, section 10. */
#define INITIAL_COUNT 3

/* Changes come in bursts; one advertisement is to tell of all. */
#define KICK_DELAY (HZ / 5)

/**
 * vr_ra_kick() - advertises soon
 * @vn: the namespace
 *
 * For when a network's gateway changed or a vif came. As often as it is called, all
 * nodes hear of it at most every 3 seconds (RFC 4861, section 6.2.4).
 */
void vr_ra_kick(struct vr_net *vn)
{
	unsigned long earliest = READ_ONCE(vn->ra_last) + VR_RA_MIN_DELAY * HZ;
	unsigned long delay = KICK_DELAY;

	if (time_before(jiffies + delay, earliest))
		delay = earliest - jiffies;
	/* Whoever kicks again and again must not put it off again and again. */
	if (READ_ONCE(vn->ra_initial) == INITIAL_COUNT && delayed_work_pending(&vn->ra_work))
		return;
	WRITE_ONCE(vn->ra_initial, INITIAL_COUNT);
	mod_delayed_work(system_power_efficient_wq, &vn->ra_work, delay);
}
