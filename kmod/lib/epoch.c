// SPDX-License-Identifier: GPL-2.0
/*
 * When what packets were decided by last changed.
 *
 * Time is the number of changes in a namespace. Objects that decide about packets have
 * slots, and in its slot is when an object last changed. Who keeps a decision keeps the
 * time from before it was made, and the slots of all that it was made by: it holds for as
 * long as none of them has changed since.
 *
 * A change is first published, then its time is noted in the slot, then the time goes on.
 * So who read the time before and finds the slot as old as that has either not seen the
 * change or will see it in the slot; who reads the time afterwards has seen both. As long
 * as the time has not gone on, no slot need be looked at. Nothing is freed before its end was a
 * change, and a grace period over: what a decision points to may be followed by who
 * checked, in the same RCU critical section, that it holds.
 *
 * The table of slots is there for as long as the namespace and never moves, so that a
 * decision may be checked whatever has become of what it was made by. When there are more
 * objects than slots some share theirs, and a change of one costs the others a new
 * decision.
 */
#include <linux/slab.h>

#include "lib/epoch.h"

/**
 * vr_epoch_init() - makes room for the slots, before there are packets
 * @vn: the namespace
 *
 * Context: vn->lock.
 * Return: 0 or -ENOMEM.
 */
int vr_epoch_init(struct vr_net *vn)
{
	lockdep_assert_held(&vn->lock);
	if (!vn->epochs)
		vn->epochs = kvcalloc(VR_EPOCH_SLOTS, sizeof(*vn->epochs), VR_GFP_ACCOUNT);
	return vn->epochs ? 0 : -ENOMEM;
}

void vr_epoch_exit(struct vr_net *vn)
{
	kvfree(vn->epochs);
}

/** vr_epoch_assign() - gives a new object its slot; Context: vn->lock */
void vr_epoch_assign(struct vr_net *vn, struct vr_object *obj)
{
	obj->slot = vn->epoch_next++ % VR_EPOCH_SLOTS;
}

/**
 * vr_epoch_bump() - an object has changed, or its table: decisions by it do not hold
 * @vn: the namespace
 * @obj: which; the change is published, and if it goes, it is not freed yet
 *
 * Context: vn->lock, or when there are no packets (any more).
 */
void vr_epoch_bump(struct vr_net *vn, const struct vr_object *obj)
{
	if (!vn->epochs)
		return;
	smp_wmb(); /* after what was published */
	WRITE_ONCE(vn->epochs[obj->slot], atomic_long_read(&vn->epoch) + 1);
	/* Ordered after the slot, and before anything is freed or acknowledged. */
	atomic_long_inc_return(&vn->epoch);
}
