/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VROUTER_NEXTHOP_MEMBER_H
#define _VROUTER_NEXTHOP_MEMBER_H

#include <linux/types.h>

struct genl_info;
struct nlattr;
struct sk_buff;
struct vr_nexthop;
struct vr_nexthop_info;
struct vr_nexthop_parse;

unsigned int vr_members_count(const struct genl_info *info, struct nlattr **over);
int vr_members_parse(struct vr_nexthop_parse *p, const struct genl_info *info);
int vr_members_parse_ecmp(struct vr_nexthop_parse *p, const struct genl_info *info);
const char *vr_members_difference(const struct vr_nexthop_info *a,
				  const struct vr_nexthop_info *b);
int vr_members_fill(struct sk_buff *msg, const struct vr_nexthop_info *info);
bool vr_member_has(const struct vr_nexthop_info *info, const struct vr_nexthop *nh);

#endif /* _VROUTER_NEXTHOP_MEMBER_H */
