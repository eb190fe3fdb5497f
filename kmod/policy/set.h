/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VROUTER_SET_H
#define _VROUTER_SET_H

#include "core/object.h"
#include "core/vrouter.h"
#include "policy/set_store.h"

/**
 * struct vr_set - addresses, prefixes and ports under a name
 * @obj: id and name
 * @vn: the namespace
 * @store: its elements and settings, never NULL
 * @refs: number of references from rules, and from groups whose members it has
 * @rcu: to free the set
 */
struct vr_set {
	struct vr_object obj;
	struct vr_net *vn;
	struct vr_set_store __rcu *store;
	u32 refs;
	struct rcu_head rcu;
};

static inline struct vr_set *vr_to_set(const struct vr_object *obj)
{
	return container_of(obj, struct vr_set, obj);
}

const char *vr_set_type_name(u32 type);
void vr_set_touched(struct vr_set *set);
int vr_set_empty(struct vr_set *set, struct genl_info *info);
void vr_sets_exit(struct vr_net *vn);

void vr_elements_init(struct vr_net *vn);
void vr_elements_exit(struct vr_net *vn);

extern const struct vr_object_ops vr_set_ops;

#endif /* _VROUTER_SET_H */
