/* SPDX-License-Identifier: GPL-2.0 */
/* Reception of GRE packets from the underlay. */
#ifndef _VROUTER_GRE_H
#define _VROUTER_GRE_H

#include "core/drop.h"

struct netlink_ext_ack;
struct nf_hook_ops;
struct sk_buff;
struct vr_gre;
struct vr_inner;
struct vr_tunnel;
struct vr_tunnel_conf;

int vr_gre_open(struct vr_tunnel *tunnel, struct vr_tunnel_conf *conf,
		struct netlink_ext_ack *extack);
void vr_gre_close(struct vr_tunnel_conf *conf);
bool vr_gre_is_closed(const struct vr_gre *gre);
void vr_gre_release(struct vr_tunnel_conf *conf);
void vr_gre_receive(const struct vr_gre *gre, struct sk_buff *skb);
bool vr_gre_is_hook(const struct nf_hook_ops *ops);

enum vr_drop vr_gre_read(struct sk_buff *skb, struct vr_inner *inner);

#endif /* _VROUTER_GRE_H */
