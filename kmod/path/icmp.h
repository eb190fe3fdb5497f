/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VROUTER_ICMP_H
#define _VROUTER_ICMP_H

#include "core/packet.h"

/** enum vr_icmp - error to send to the sender of a packet that the router drops */
enum vr_icmp {
	VR_ICMP_TTL,
	VR_ICMP_NO_ROUTE,
	VR_ICMP_HOST,
	VR_ICMP_PROHIBITED,
	VR_ICMP_SCOPE,
	VR_ICMP_PORT,
	VR_ICMP_PROTOCOL,
	VR_ICMP_TOO_BIG,
};

bool vr_icmp_within_limit(const struct vr_pkt *pkt);
void vr_icmp_error(const struct sk_buff *skb, const struct vr_pkt *pkt,
		   enum vr_icmp error, u32 info);
void vr_icmp_error_switched(const struct sk_buff *skb, const struct vr_pkt *pkt,
			    enum vr_icmp error, u32 info);
void vr_icmp_echo(struct sk_buff *skb, struct vr_pkt *pkt);

#endif /* _VROUTER_ICMP_H */
