/* SPDX-License-Identifier: GPL-2.0 */
/* GRO of the inner packets of tunnels. */
#ifndef _VROUTER_GRO_H
#define _VROUTER_GRO_H

#include "underlay/encap.h"

struct netlink_ext_ack;

/**
 * struct vr_gro_header - metadata from the outer headers of a packet
 * @remote: source address of the outer IP header
 * @tunnel: id of the tunnel that it came through
 * @id: identifies the network
 * @kind: kind of @id, enum vr_id
 * @tos: traffic class of the outer IP header
 * @l3: the packet came without an Ethernet header
 * @pad: zero
 *
 * It has no pointers: objects may be deleted while a packet is in GRO.
 */
struct vr_gro_header {
	struct vr_addr remote;
	u32 tunnel;
	u32 id;
	u8 kind;
	u8 tos;
	u8 l3;
	u8 pad;
};

bool vr_gro_wants(struct sk_buff *skb);
bool vr_gro_prepare(struct sk_buff *skb, const struct vr_gro_header *header);
bool vr_gro_receive(struct vr_net *vn, struct sk_buff *skb);
int vr_gro_init(struct vr_net *vn);
void vr_gro_exit(struct vr_net *vn);

#endif /* _VROUTER_GRO_H */
