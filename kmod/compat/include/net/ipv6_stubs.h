/* SPDX-License-Identifier: GPL-2.0 */
/* Kernels whose IPv6 cannot be a module have no stubs of it. */
#ifndef _VROUTER_COMPAT_NET_IPV6_STUBS_H
#define _VROUTER_COMPAT_NET_IPV6_STUBS_H

#ifdef VR_HAVE_IPV6_STUBS_H
#include_next <net/ipv6_stubs.h>
#else
#include <net/ipv6.h>
#endif

/* The route that IPv6 has for a flow, or an error, which it is without IPv6. */
static inline struct dst_entry *vr_ip6_dst_lookup_flow(struct net *net, const struct sock *sk,
						       struct flowi6 *fl6)
{
#ifdef VR_HAVE_IPV6_STUBS_H
	return ipv6_stub->ipv6_dst_lookup_flow(net, sk, fl6, NULL);
#else
	return ip6_dst_lookup_flow(net, sk, fl6, NULL);
#endif
}

#endif /* _VROUTER_COMPAT_NET_IPV6_STUBS_H */
