/* SPDX-License-Identifier: GPL-2.0 */
/* Address types: multicast, unicast; comparison of prefixes. */
#ifndef _VROUTER_ADDR_H
#define _VROUTER_ADDR_H

#include <linux/in.h>
#include <net/addrconf.h>
#include <net/ipv6.h>

#include "core/vrouter.h"

static inline bool vr_addr_is_multicast(const struct vr_addr *addr)
{
	return addr->family == AF_INET ? ipv4_is_multicast(addr->v4) :
					 ipv6_addr_is_multicast(&addr->v6);
}

/** vr_prefix_equal() - are two prefixes the same? Padding is not compared. */
static inline bool vr_prefix_equal(const struct vr_prefix *a, const struct vr_prefix *b)
{
	return a->len == b->len && !memcmp(&a->addr, &b->addr, sizeof(a->addr));
}

/** vr_addr_is_unicast() - can the address belong to a single host? */
static inline bool vr_addr_is_unicast(const struct vr_addr *addr)
{
	if (addr->family == AF_INET)
		return !ipv4_is_multicast(addr->v4) && !ipv4_is_zeronet(addr->v4) &&
		       !ipv4_is_lbcast(addr->v4);
	return ipv6_addr_type(&addr->v6) & IPV6_ADDR_UNICAST;
}

#endif /* _VROUTER_ADDR_H */
