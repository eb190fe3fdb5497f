/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The cgroup that memory is charged to. VR_GFP_ACCOUNT alone charges the memory of a netlink
 * request to the cgroup of its sender. Flows and learned entries are allocated later by packets
 * and workers: they are charged to the cgroup of the process that created the namespace's first
 * vif or tunnel.
 */
#ifndef _VROUTER_MEMCG_H
#define _VROUTER_MEMCG_H

#include <linux/memcontrol.h>
#include <linux/sched.h>
#include <linux/sched/mm.h>

#include "core/vrouter.h"

/** vr_memcg_init() - makes the caller's cgroup the payer, unless one is set; Context: vn->lock */
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
 * vr_memcg_begin() - charges accounted memory to the namespace's payer from here on
 * @vn: the namespace
 *
 * Return: the argument for vr_memcg_end().
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
