/* SPDX-License-Identifier: GPL-2.0 */
/* Network ACLs: rules for packets that are routed into or out of the subnets of a network. */
#ifndef _VROUTER_ACL_H
#define _VROUTER_ACL_H

#include "core/packet.h"
#include "objects/network.h"

struct genl_info;
struct vr_sg;

/**
 * struct vr_acl - security groups that form the ACL of a network; replaced as a whole
 * @rcu: to free the ACL
 * @count: number of entries in @sg, at least 1
 * @sg: groups in the order of evaluation; all their rules are stateless
 */
struct vr_acl {
	struct rcu_head rcu;
	unsigned int count;
	struct vr_sg *sg[];
};

int vr_acl_parse(struct vr_net *vn, struct vr_sg **list, unsigned int *count,
		 struct genl_info *info);
struct vr_acl *vr_acl_make(struct vr_sg *const *list, unsigned int count);
void vr_acl_set(struct vr_network *network, struct vr_acl *acl);
int vr_acl_fill(struct sk_buff *msg, const struct vr_network *network);
bool vr_acl_has(const struct vr_network *network, const struct vr_sg *sg);

enum vr_drop vr_acl_judge(struct vr_pkt *pkt, u32 direction);

/** vr_acl_check() - calls vr_acl_judge() if the network of a packet has an ACL */
static inline enum vr_drop vr_acl_check(struct vr_pkt *pkt, u32 direction)
{
	if (likely(!rcu_access_pointer(pkt->network->acl)))
		return VR_DROP_NONE;
	return vr_acl_judge(pkt, direction);
}

#endif /* _VROUTER_ACL_H */
