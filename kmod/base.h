/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VROUTER_BASE_H
#define _VROUTER_BASE_H

#include "packet.h"

bool vr_base_allows(const struct sk_buff *skb, const struct vr_pkt *pkt,
		    const struct vr_vif *vif, u32 direction);

#endif /* _VROUTER_BASE_H */
