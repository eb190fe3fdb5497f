/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VROUTER_HASH_H
#define _VROUTER_HASH_H

#include "packet.h"

u32 vr_flow_hash(const struct sk_buff *skb, const struct vr_pkt *pkt, bool l4, u32 seed);

#endif /* _VROUTER_HASH_H */
