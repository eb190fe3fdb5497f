/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VROUTER_SG_H
#define _VROUTER_SG_H

#include "core/object.h"
#include "core/vrouter.h"
#include "policy/ruleset.h"

/**
 * struct vr_sg - a security group
 * @obj: id and name
 * @vn: the namespace
 * @ruleset: its rules; NULL only while the group is being freed
 * @members: set with the members on other hypervisors, or NULL
 * @vif_refs: number of vifs that have the group
 * @rule_refs: number of references as a peer from rules of other groups
 * @network_refs: number of networks with the group in their ACL
 * @rcu: to free the group
 */
struct vr_sg {
	struct vr_object obj;
	struct vr_net *vn;
	struct vr_ruleset __rcu *ruleset;
	struct vr_set __rcu *members;
	u32 vif_refs;
	u32 rule_refs;
	u32 network_refs;
	struct rcu_head rcu;
};

static inline struct vr_sg *vr_to_sg(const struct vr_object *obj)
{
	return container_of(obj, struct vr_sg, obj);
}

void vr_sgs_exit(struct vr_net *vn);
void vr_sg_user(struct vr_net *vn, const struct vr_set *set, const struct vr_sg *peer,
		char *buf, size_t size);

int vr_sg_parse_list(struct vr_net *vn, u16 type, const char *owner, struct vr_sg **list,
		     unsigned int *count, struct genl_info *info);
int vr_sg_fill_list(struct sk_buff *msg, u16 type, struct vr_sg *const *list,
		    unsigned int count);

void vr_rules_release(struct vr_sg *sg);

extern const struct vr_object_ops vr_sg_ops;

#endif /* _VROUTER_SG_H */
