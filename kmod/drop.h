/* SPDX-License-Identifier: GPL-2.0 */
/* Why packets are dropped: one list, from which everything else is made. */
#ifndef _VROUTER_DROP_H
#define _VROUTER_DROP_H

#include <linux/atomic.h>

#include "vrouter.h"

struct sk_buff;

/*
 * X(NAME, name, "what it means and what to do about it"). Names are an interface:
 * they are only added, at the end.
 */
#define VR_DROPS(X) \
	X(NO_MEMORY, no_memory, \
	  "The kernel had no memory for a packet: look at the host's memory.") \
	X(VIF_DOWN, vif_down, \
	  "The vif's device is down or has no carrier: is the VM running?") \
	X(VIF_MTU, vif_mtu, \
	  "Larger than the vif's MTU: the sender was told, or may not be (not DF).") \

enum vr_drop {
#define X(upper, lower, help) VR_DROP_##upper,
	VR_DROPS(X)
#undef X
	VR_DROP_MAX,
};

/** struct vr_drops - counters of one object; drops are rare, so not per CPU */
struct vr_drops {
	atomic_long_t count[VR_DROP_MAX];
};

const char *vr_drop_name(enum vr_drop reason);
const char *vr_drop_help(enum vr_drop reason);
u64 vr_drops_sum(const struct vr_drops *drops);

void vr_drop(struct vr_net *vn, struct vr_network *network,
	     struct vr_vif *vif, struct sk_buff *skb, enum vr_drop reason);

#endif /* _VROUTER_DROP_H */
