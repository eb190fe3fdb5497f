/* SPDX-License-Identifier: GPL-2.0 */
/* Lookups in a network's gateway addresses, for the packet path. */
#ifndef _VROUTER_GATEWAY_H
#define _VROUTER_GATEWAY_H

#include <linux/inetdevice.h>
#include <net/ipv6.h>

#include "core/packet.h"
#include "objects/network.h"

/** vr_prefix_has() - is an address in a prefix? */
static inline bool vr_prefix_has(const struct vr_prefix *prefix, u32 family,
				 const union vr_ip *addr)
{
	if (prefix->addr.family != family)
		return false;
	if (family == AF_INET)
		return !((prefix->addr.v4 ^ addr->v4) & inet_make_mask(prefix->len));
	return ipv6_prefix_equal(&prefix->addr.v6, &addr->v6, prefix->len);
}

bool vr_prefix_is(const struct vr_prefix *prefix, u32 family, const union vr_ip *addr);
bool vr_gateway_has(const struct vr_gateways *gateways, u32 family,
		    const union vr_ip *addr);
bool vr_gateway_subnet(const struct vr_gateways *gateways, u32 family,
		       const union vr_ip *addr);
bool vr_gateway_broadcast(const struct vr_gateways *gateways, __be32 addr);
const union vr_ip *vr_gateway_for(const struct vr_gateways *gateways, u32 family,
				  const union vr_ip *addr);

#endif /* _VROUTER_GATEWAY_H */
