/* SPDX-License-Identifier: GPL-2.0 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM vrouter

#if !defined(_VROUTER_TRACEPOINTS_H) || defined(TRACE_HEADER_MULTI_READ)
#define _VROUTER_TRACEPOINTS_H

#include <linux/skbuff.h>
#include <linux/tracepoint.h>

#include "core/drop.h"
#include "objects/network.h"
#include "objects/vif.h"

#define X(upper, lower, core, help) TRACE_DEFINE_ENUM(VR_DROP_##upper);
VR_DROPS(X)
#undef X

#define vr_trace_symbol(upper, lower, core, help) { VR_DROP_##upper, #lower },

/* A packet is dropped, or several packets with skb NULL, because the skb is gone already. */
TRACE_EVENT(drop,
	TP_PROTO(const struct vr_net *vn, const struct vr_network *network,
		 const struct vr_vif *vif, const struct sk_buff *skb, u32 packets,
		 enum vr_drop reason),
	TP_ARGS(vn, network, vif, skb, packets, reason),
	TP_STRUCT__entry(
		__field(const void *, skbaddr)
		__field(u32, netns)
		__field(u32, network)
		__field(u32, vif)
		__field(int, ifindex)
		__array(char, dev, IFNAMSIZ)
		__field(u32, packets)
		__field(u32, len)
		__field(u16, protocol)
		__field(int, reason)
	),
	TP_fast_assign(
		__entry->skbaddr = skb;
		__entry->netns = vn->net->ns.inum;
		__entry->network = network ? network->obj.id : 0;
		__entry->vif = vif ? vif->obj.id : 0;
		__entry->ifindex = vif ? vif->dev->ifindex : 0;
		strscpy(__entry->dev, vif ? vif->dev->name : "-", IFNAMSIZ);
		__entry->packets = packets;
		__entry->len = skb ? skb->len : 0;
		__entry->protocol = skb ? ntohs(skb->protocol) : 0;
		__entry->reason = reason;
	),
	TP_printk("reason=%s netns=%u network=%u vif=%u dev=%s ifindex=%d packets=%u len=%u protocol=0x%04x skbaddr=%p",
		  __print_symbolic(__entry->reason, VR_DROPS(vr_trace_symbol) { -1, NULL }),
		  __entry->netns, __entry->network, __entry->vif, __entry->dev,
		  __entry->ifindex, __entry->packets, __entry->len, __entry->protocol,
		  __entry->skbaddr)
);

#endif /* _VROUTER_TRACEPOINTS_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE tracepoints
#include <trace/define_trace.h>
