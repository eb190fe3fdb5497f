/* SPDX-License-Identifier: GPL-2.0 */
/* Address resolution: the common part of ARP and neighbour discovery. */
#ifndef _VROUTER_RESOLVE_H
#define _VROUTER_RESOLVE_H

#include "core/packet.h"

/** enum vr_resolved - what to do with a question for an address */
enum vr_resolved {
	VR_RESOLVED,		/* the router answers */
	VR_RESOLVED_SILENCE,	/* no one answers: the address belongs to the VM that asks */
	VR_RESOLVED_FORWARD,	/* the router doesn't know; the owner of the address may */
};

/**
 * struct vr_question - a VM's question for an address
 * @family: AF_INET or AF_INET6
 * @target: address that it asks for
 * @mac: sender's MAC in the question
 * @probe: duplicate address detection (RFC 5227, RFC 4862)
 */
struct vr_question {
	u32 family;
	const union vr_ip *target;
	const u8 *mac;
	bool probe;
};

enum vr_resolved vr_resolve(const struct vr_pkt *pkt, const struct vr_question *question,
			    u8 *mac);
bool vr_may_claim(const struct vr_pkt *pkt, u32 family, const union vr_ip *addr,
		  const u8 *mac);
bool vr_announce(const struct vr_pkt *pkt, u32 family, const union vr_ip *addr,
		 const u8 *mac);
void vr_forward_question(struct sk_buff *skb, struct vr_pkt *pkt);

#endif /* _VROUTER_RESOLVE_H */
