// SPDX-License-Identifier: GPL-2.0
/*
 * Generation ids: they tell whether a cached decision is still valid.
 *
 * The generation id of a namespace (vr_net.genid) counts its changes. Each object that packets
 * are decided by has a slot in a table (vr_net.genids); the slot holds the generation id of the
 * object's last change. A cached decision records the generation id from before it was made, and
 * the slots of all objects that it depends on. It holds until one of these slots has a newer id.
 *
 * Example: network 1 has slot 0, vif 1 slot 1, vif 2 slot 2, vif 3 slot 3, and the genid is 40.
 *
 *	event					genid	genids[0..3]	since	checked
 *	flow from vif 1 to vif 2 is decided,	40	12 30 31 40	40	40
 *	with slots 0, 1 and 2
 *	packet: checked is 40: holds		40	12 30 31 40	40	40
 *	vif 3 changes				41	12 30 31 41	40	40
 *	packet: checked is not 41, but slots	41	12 30 31 41	40	41
 *	0, 1 and 2 are not above 40: holds
 *	packet: checked is 41: holds		41	12 30 31 41	40	41
 *	vif 2 changes				42	12 30 42 41	40	41
 *	packet: checked is not 42, and slot 2	42	12 30 42 41	42	42
 *	is above 40: decided anew
 *
 * A writer publishes the change, then writes the slot, then increments the genid. A reader reads
 * the genid first, then the objects. If it read the old genid, it may or may not have seen the
 * change, but the slot becomes newer than the id that it recorded. If it read the new genid, it
 * sees both the slot and the change. While the genid has not changed, no slot need be checked.
 * An object is freed only after its removal was counted as a change and an RCU grace period has
 * passed. A reader that found a decision valid may therefore follow its pointers within the same
 * RCU critical section.
 *
 * The table of slots lives as long as the namespace and never moves. A decision can therefore be
 * checked even if objects that it depends on have been freed. If there are more objects than
 * slots, some share a slot; a change of one then invalidates the decisions of the others too.
 */
#include <linux/slab.h>

#include "lib/genid.h"

/**
 * vr_genid_init() - allocates the slots, before the first packet
 * @vn: the namespace
 *
 * Context: vn->lock.
 * Return: 0 or -ENOMEM.
 */
int vr_genid_init(struct vr_net *vn)
{
	lockdep_assert_held(&vn->lock);
	if (!vn->genids)
		vn->genids = kvcalloc(VR_GENID_SLOTS, sizeof(*vn->genids), VR_GFP_ACCOUNT);
	return vn->genids ? 0 : -ENOMEM;
}

void vr_genid_exit(struct vr_net *vn)
{
	kvfree(vn->genids);
}

/** vr_genid_assign() - assigns a slot to a new object; Context: vn->lock */
void vr_genid_assign(struct vr_net *vn, struct vr_object *obj)
{
	obj->slot = vn->genid_next++ % VR_GENID_SLOTS;
}

/**
 * vr_genid_bump() - invalidates the cached decisions that depend on an object
 * @vn: the namespace
 * @obj: the object that changed, or whose table changed; the change is published already. An
 *	object that is being removed is not freed yet
 *
 * Context: vn->lock, or while no packets are processed.
 */
void vr_genid_bump(struct vr_net *vn, const struct vr_object *obj)
{
	if (!vn->genids)
		return;
	smp_wmb(); /* the slot after the published change */
	WRITE_ONCE(vn->genids[obj->slot], atomic_long_read(&vn->genid) + 1);
	/* Ordered after the slot, and before anything is freed or acknowledged. */
	atomic_long_inc_return(&vn->genid);
}
