/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VROUTER_SEGMENT_H
#define _VROUTER_SEGMENT_H

#include "path/mtu.h"

bool vr_segment(struct sk_buff *skb, struct vr_pkt *pkt, vr_output_fn *output, void *to);

#endif /* _VROUTER_SEGMENT_H */
