/* SPDX-License-Identifier: GPL-2.0 */
/* What all encapsulations do with a packet once they have read their header. */
#ifndef _VROUTER_DECAP_H
#define _VROUTER_DECAP_H

#include "drop.h"

struct sk_buff;
struct vr_tunnel;

/**
 * struct vr_inner - what an encapsulation's header says of what is behind it
 * @vni: names the network; 0 for none
 * @offset: of the inner Ethernet header, which is all there, from skb->data
 */
struct vr_inner {
	u32 vni;
	unsigned int offset;
};

void vr_decap(struct vr_tunnel *tunnel, struct sk_buff *skb, enum vr_drop reason,
	      const struct vr_inner *inner);

#endif /* _VROUTER_DECAP_H */
