/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VROUTER_POLICER_H
#define _VROUTER_POLICER_H

#include "core/packet.h"
#include "core/vrouter.h"
#include "lib/meter.h"

/**
 * struct vr_policer_conf - what a policer measures by, replaced as a whole
 * @meter: its buckets, which go on in the next one
 * @settings: as they were given
 */
struct vr_policer_conf {
	struct vr_meter meter;
	struct vr_meter_conf settings;
	struct rcu_head rcu;
};

/**
 * struct vr_policer - limits the traffic of the vifs that use it, together
 * @obj: id and name
 * @vn: the namespace
 * @conf: what it measures by, never NULL
 * @refs: vifs that use it, twice those that do in both directions; under vn->lock
 * @counts: per CPU
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
