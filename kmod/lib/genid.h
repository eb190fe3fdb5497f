/* SPDX-License-Identifier: GPL-2.0 */
/* Generation ids of cached decisions: see genid.c. */
#ifndef _VROUTER_GENID_H
#define _VROUTER_GENID_H

#include "core/vrouter.h"

/* Number of slots; a power of two. */
#define VR_GENID_SLOTS 4096

int vr_genid_init(struct vr_net *vn);
void vr_genid_exit(struct vr_net *vn);
void vr_genid_assign(struct vr_net *vn, struct vr_object *obj);
void vr_genid_bump(struct vr_net *vn, const struct vr_object *obj);

/**
 * vr_genid_now() - the generation id to record with a new decision
 * @vn: the namespace
 *
 * The caller must read everything that the decision depends on after this call.
 */
static inline unsigned long vr_genid_now(const struct vr_net *vn)
{
	unsigned long now = atomic_long_read(&vn->genid);

	smp_rmb(); /* pairs with the barrier in vr_genid_bump() */
	return now;
}

/** vr_genid_changed() - has an object with this slot in vn->genids changed after @since? */
static inline bool vr_genid_changed(const unsigned long *genids, u16 slot, unsigned long since)
{
	return (long)(READ_ONCE(genids[slot]) - since) > 0;
}

#endif /* _VROUTER_GENID_H */
