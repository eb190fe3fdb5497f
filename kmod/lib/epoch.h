/* SPDX-License-Identifier: GPL-2.0 */
/* When what packets were decided by last changed: see epoch.c. */
#ifndef _VROUTER_EPOCH_H
#define _VROUTER_EPOCH_H

#include "core/vrouter.h"

/* What changes has one of so many slots; a power of two. */
#define VR_EPOCH_SLOTS 4096

int vr_epoch_init(struct vr_net *vn);
void vr_epoch_exit(struct vr_net *vn);
void vr_epoch_assign(struct vr_net *vn, struct vr_object *obj);
void vr_epoch_bump(struct vr_net *vn, const struct vr_object *obj);

/**
 * vr_epoch_now() - the time by which a decision can be judged that is about to be made
 * @vn: the namespace
 *
 * Everything that the decision reads must be read after this.
 */
static inline unsigned long vr_epoch_now(const struct vr_net *vn)
{
	unsigned long now = atomic_long_read(&vn->epoch);

	smp_rmb(); /* pairs with the barrier in vr_epoch_bump() */
	return now;
}

/** vr_epoch_changed() - has what has a slot in vn->epochs changed after some time? */
static inline bool vr_epoch_changed(const unsigned long *epochs, u16 slot, unsigned long since)
{
	return (long)(READ_ONCE(epochs[slot]) - since) > 0;
}

#endif /* _VROUTER_EPOCH_H */
