/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which cgroup memory is charged to. A request's is charged to the cgroup of its sender, by
 * VR_GFP_ACCOUNT alone. Packets and workers allocate flows and learned entries later: these are
 * charged to the cgroup of the process that made the namespace's first vif or tunnel.
 */
#ifndef _VROUTER_MEMCG_H
#define _VROUTER_MEMCG_H

#include <linux/memcontrol.h>
#include <linux/sched.h>
#include <linux/sched/mm.h>

#include "core/vrouter.h"

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
