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

#include "lib/genid.h"

/**
 * vr_genid_init() - makes room for the slots, before there are packets
 * @vn: the namespace
 *
 * Context: vn->lock.
 * Return: 0 or -ENOMEM.
 */
int vr_genid_init(struct vr_net *vn)
{
	lockdep_assert_held(&vn->lock);
	if (!vn->genids)
		vn->genids = kvcalloc(VR_EPOCH_SLOTS, sizeof(*vn->genids), VR_GFP_ACCOUNT);
	return vn->genids ? 0 : -ENOMEM;
}

void vr_genid_exit(struct vr_net *vn)
{
	kvfree(vn->genids);
}

/** vr_genid_assign() - gives a new object its slot; Context: vn->lock */
void vr_genid_assign(struct vr_net *vn, struct vr_object *obj)
{
	obj->slot = vn->genid_next++ % VR_EPOCH_SLOTS;
}

/**
 * vr_genid_bump() - an object has changed, or its table: decisions by it do not hold
 * @vn: the namespace
 * @obj: which; the change is published, and if it goes, it is not freed yet
 *
 * Context: vn->lock, or when there are no packets (any more).
 */
void vr_genid_bump(struct vr_net *vn, const struct vr_object *obj)
{
	if (!vn->genids)
		return;
	smp_wmb(); /* after what was published */
	WRITE_ONCE(vn->genids[obj->slot], atomic_long_read(&vn->genid) + 1);
	/* Ordered after the slot, and before anything is freed or acknowledged. */
	atomic_long_inc_return(&vn->genid);
}
