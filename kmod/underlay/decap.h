/* SPDX-License-Identifier: GPL-2.0 */
/* Decapsulation: from an encapsulation's header to the network of the inner packet. */
#ifndef _VROUTER_DECAP_H
#define _VROUTER_DECAP_H

#include "core/drop.h"
#include "underlay/encap.h"

struct sk_buff;
struct vr_from;
struct vr_gro_header;
struct vr_tunnel;

/**
 * struct vr_inner - contents of an encapsulation's header
 * @kind: kind of @id
 * @id: identifies the network; 0 for none
 * @offset: of the inner Ethernet or IP header from skb->data
 * @proto: ETH_P_TEB for an Ethernet frame, whose header is in the linear area, ETH_P_IP or
 *	ETH_P_IPV6
 */
struct vr_inner {
	enum vr_id kind;
	u32 id;
	unsigned int offset;
	__be16 proto;
};

enum vr_drop vr_inner_proto(struct sk_buff *skb, struct vr_inner *inner, __be16 proto,
			    enum vr_drop too_short);
void vr_decap(struct vr_tunnel *tunnel, struct sk_buff *skb, enum vr_drop reason,
	      const struct vr_inner *inner);
void vr_decap_dry(struct vr_from *from, u32 id, struct sk_buff *skb);
void vr_decap_merged(struct vr_net *vn, struct sk_buff *skb,
		     const struct vr_gro_header *header);

#endif /* _VROUTER_DECAP_H */
