/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VROUTER_FRAGMENT_H
#define _VROUTER_FRAGMENT_H

#include "path/mtu.h"

bool vr_fragment(struct sk_buff *skb, struct vr_pkt *pkt, int mtu,
		 vr_output_fn *output, void *to);
bool vr_refragment(struct sk_buff *skb, struct vr_pkt *pkt, vr_output_fn *output, void *to);

#endif /* _VROUTER_FRAGMENT_H */
