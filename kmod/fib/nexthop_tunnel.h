/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VROUTER_NEXTHOP_TUNNEL_H
#define _VROUTER_NEXTHOP_TUNNEL_H

struct netlink_ext_ack;
struct nlattr;
struct sk_buff;
struct vr_nexthop_info;
struct vr_nexthop_parse;
struct vr_tunnel_conf;

int vr_nexthop_tunnel_parse(struct vr_nexthop_parse *p);
int vr_nexthop_tunnel_check(const struct vr_nexthop_info *info, const struct vr_tunnel_conf *conf,
			    const char *who, struct nlattr **attrs, const struct nlattr *other,
			    struct netlink_ext_ack *extack);
int vr_nexthop_tunnel_fill(struct sk_buff *msg, const struct vr_nexthop_info *info);

#endif /* _VROUTER_NEXTHOP_TUNNEL_H */
