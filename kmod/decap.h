/* SPDX-License-Identifier: GPL-2.0 */
/* What all encapsulations do with a packet once they have read their header. */
#ifndef _VROUTER_DECAP_H
#define _VROUTER_DECAP_H

#include <linux/types.h>

struct sk_buff;
struct vr_tunnel;

void vr_decap(struct vr_tunnel *tunnel, struct sk_buff *skb, u32 vni, unsigned int len);

#endif /* _VROUTER_DECAP_H */
