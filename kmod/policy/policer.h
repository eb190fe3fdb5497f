/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VROUTER_POLICER_H
#define _VROUTER_POLICER_H

#include "core/packet.h"
#include "core/vrouter.h"
#include "lib/meter.h"

/**
 * struct vr_policer_conf - buckets and settings of a policer; replaced as a whole
 * @meter: the buckets; the next configuration continues with their fill levels
 * @settings: the settings as requested
 * @rcu: to free the configuration
 */
struct vr_policer_conf {
	struct vr_meter meter;
	struct vr_meter_conf settings;
	struct rcu_head rcu;
};

/**
 * struct vr_policer - limits the total traffic of the vifs that use it
 * @obj: id and name
 * @vn: the namespace
 * @conf: buckets and settings, never NULL
 * @refs: number of references from vifs, two from a vif that uses it in both directions;
 *	changed under vn->lock
 * @counts: per-CPU counters
 * @rcu: to free the policer
 */
struct vr_policer {
	struct vr_object obj;
	struct vr_net *vn;
	struct vr_policer_conf __rcu *conf;
	u32 refs;
	struct vr_policer_counts __percpu *counts;
	struct rcu_head rcu;
};

static inline struct vr_policer *vr_to_policer(const struct vr_object *obj)
{
	return container_of(obj, struct vr_policer, obj);
}

bool vr_policer_overdrawn(const struct vr_policer *policer, const struct vr_pkt *pkt);
bool vr_policer_allows(const struct vr_policer *policer, const struct vr_pkt *pkt);
void vr_policers_exit(struct vr_net *vn);

extern const struct vr_object_ops vr_policer_ops;

#endif /* _VROUTER_POLICER_H */
