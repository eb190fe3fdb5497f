// SPDX-License-Identifier: GPL-2.0
#include <linux/inetdevice.h>

#include "lib/gateway.h"

static const union vr_ip *ip_of(const struct vr_prefix *prefix)
{
	return (const union vr_ip *)&prefix->addr.v6;
}

static bool gateways_same(u32 family, const union vr_ip *a, const union vr_ip *b)
{
	return family == AF_INET ? a->v4 == b->v4 : ipv6_addr_equal(&a->v6, &b->v6);
}

/** vr_prefix_is() - does a prefix consist of exactly this address (/32 or /128)? */
bool vr_prefix_is(const struct vr_prefix *prefix, u32 family, const union vr_ip *addr)
{
	return prefix->addr.family == family && prefix->len == vr_addr_bits(&prefix->addr) &&
	       gateways_same(family, ip_of(prefix), addr);
}

/**
 * vr_gateway_has() - is an address one of the router's own addresses?
 * @gateways: of the network
 * @family: AF_INET or AF_INET6
 * @addr: the address
 *
 * The link-local address counts only if the network has an IPv6 gateway.
 */
bool vr_gateway_has(const struct vr_gateways *gateways, u32 family,
		    const union vr_ip *addr)
{
	unsigned int i;

	if (family == AF_INET6 && gateways->has_v6 &&
	    ipv6_addr_equal(&gateways->link_local, &addr->v6))
		return true;
	for (i = 0; i < gateways->count; i++)
		if (gateways->addr[i].addr.family == family &&
		    gateways_same(family, ip_of(&gateways->addr[i]), addr))
			return true;
	return false;
}

/** vr_gateway_subnet() - is an address in a gateway's subnet? */
bool vr_gateway_subnet(const struct vr_gateways *gateways, u32 family, const union vr_ip *addr)
{
	unsigned int i;

	for (i = 0; i < gateways->count; i++)
		if (vr_prefix_has(&gateways->addr[i], family, addr))
			return true;
	return false;
}

/** vr_gateway_broadcast() - is this the broadcast address of a gateway's subnet? */
bool vr_gateway_broadcast(const struct vr_gateways *gateways, __be32 addr)
{
	const struct vr_prefix *prefix;
	unsigned int i;

	for (i = 0; i < gateways->count; i++) {
		prefix = &gateways->addr[i];
		if (prefix->addr.family == AF_INET && prefix->len < 31 &&
		    addr == (prefix->addr.v4 | ~inet_make_mask(prefix->len)))
			return true;
	}
	return false;
}

/**
 * vr_gateway_for() - selects the source address of a packet that the router originates
 * @gateways: of the network
 * @family: AF_INET or AF_INET6
 * @addr: destination address
 *
 * Return: the link-local address if @addr is an IPv6 link-local address and the network has an
 * IPv6 gateway; else the gateway address whose subnet holds @addr; else the first gateway
 * address of the family; or NULL if there is none.
 */
const union vr_ip *vr_gateway_for(const struct vr_gateways *gateways, u32 family,
				  const union vr_ip *addr)
{
	const union vr_ip *first = NULL;
	unsigned int i;

	if (family == AF_INET6 && gateways->has_v6 &&
	    ipv6_addr_type(&addr->v6) & IPV6_ADDR_LINKLOCAL)
		return (const union vr_ip *)&gateways->link_local;
	for (i = 0; i < gateways->count; i++) {
		if (gateways->addr[i].addr.family != family)
			continue;
		if (vr_prefix_has(&gateways->addr[i], family, addr))
			return ip_of(&gateways->addr[i]);
		if (!first)
			first = ip_of(&gateways->addr[i]);
	}
	return first;
}
