/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VROUTER_LABEL_H
#define _VROUTER_LABEL_H

#include "core/vrouter.h"

/* Next hop types that a label can lead to: local ones only. */
#define VR_NEXTHOP_LABEL_TYPES \
	(BIT(VROUTER_NEXTHOP_TYPE_VIF) | BIT(VROUTER_NEXTHOP_TYPE_HOST) | \
	 BIT(VROUTER_NEXTHOP_TYPE_NETWORK))

/**
 * struct vr_label - an MPLS label that packets from tunnels carry
 * @obj: its id is the label
 * @vn: the namespace
 * @nh: next hop of the packets, never NULL; private to the label, without an id, if the
 *	label leads to a network
 * @stats: per CPU; rx only
 * @rcu: to free it
 */
struct vr_label {
	struct vr_object obj;
	struct vr_net *vn;
	struct vr_nexthop __rcu *nh;
	struct vr_stats __percpu *stats;
	struct rcu_head rcu;
};

static inline struct vr_label *vr_to_label(const struct vr_object *obj)
{
	return container_of(obj, struct vr_label, obj);
}

struct vr_label *vr_label_lookup(struct vr_net *vn, u32 value);
void vr_labels_exit(struct vr_net *vn);

extern const struct vr_object_ops vr_label_ops;

#endif /* _VROUTER_LABEL_H */
