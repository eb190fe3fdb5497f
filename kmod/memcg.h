/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who pays for memory. What a request allocates is charged to the cgroup of who sends it, by
 * VR_GFP_ACCOUNT alone. What packets and workers allocate later, flows and learned entries,
 * is charged to the cgroup of who made the namespace's first vif or tunnel.
 */
#ifndef _VROUTER_MEMCG_H
#define _VROUTER_MEMCG_H

#include <linux/memcontrol.h>
#include <linux/sched.h>
#include <linux/sched/mm.h>

#include "vrouter.h"

/*
 * For memory that packets can do without. Not GFP_ATOMIC: that may use reserves, and goes
 * beyond the limit of a cgroup.
 */
#define VR_GFP_PACKET (GFP_NOWAIT | __GFP_NOWARN | __GFP_ACCOUNT)

/** vr_memcg_init() - the caller pays from now on, unless someone does; Context: vn->lock */
static inline void vr_memcg_init(struct vr_net *vn)
{
	if (!vn->payer)
		vn->payer = get_mem_cgroup_from_mm(current->mm);
}

static inline void vr_memcg_exit(struct vr_net *vn)
{
	mem_cgroup_put(vn->payer);
}

/**
 * vr_memcg_begin() - from here on accounted memory is charged to the namespace's payer
 * @vn: the namespace
 *
 * Return: what vr_memcg_end() needs.
 */
static inline struct mem_cgroup *vr_memcg_begin(const struct vr_net *vn)
{
	return set_active_memcg(vn->payer);
}

static inline void vr_memcg_end(struct mem_cgroup *before)
{
	set_active_memcg(before);
}

#endif /* _VROUTER_MEMCG_H */
