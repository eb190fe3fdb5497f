/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VROUTER_COMPAT_NET_NETFILTER_NF_CONNTRACK_HELPER_H
#define _VROUTER_COMPAT_NET_NETFILTER_NF_CONNTRACK_HELPER_H

#include_next <net/netfilter/nf_conntrack_helper.h>

typedef int vr_ct_help_fn(struct sk_buff *skb, unsigned int protoff, struct nf_conn *ct,
			  enum ip_conntrack_info ctinfo);

/*
 * Newer kernels count the connections of a helper, each of which puts it at its end. Older ones
 * take a helper that is unregistered away from all connections.
 */
static inline bool vr_ct_helper_hold(struct nf_conntrack_helper *helper)
{
#ifdef VR_HAVE_CT_HELPER_REFCNT
	return refcount_inc_not_zero(&helper->ct_refcnt);
#else
	return true;
#endif
}

/* A helper that outlives its module has no function any more. */
static inline vr_ct_help_fn *vr_ct_helper_fn(const struct nf_conntrack_helper *helper)
{
#ifdef VR_HAVE_CT_HELPER_REFCNT
	return rcu_dereference(helper->help);
#else
	return helper->help;
#endif
}

#endif /* _VROUTER_COMPAT_NET_NETFILTER_NF_CONNTRACK_HELPER_H */
