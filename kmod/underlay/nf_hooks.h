/* SPDX-License-Identifier: GPL-2.0 */
/* Does the host's netfilter process the tunnels' packets? */
#ifndef _VROUTER_NF_HOOKS_H
#define _VROUTER_NF_HOOKS_H

#include <net/net_namespace.h>

struct nf_hook_entries;
struct sk_buff;

bool __vr_nf_hooks_are_idle(const struct nf_hook_entries *hooks, const struct sk_buff *skb);

/**
 * vr_nf_hooks_are_idle() - would the host's hooks leave a tunnel's packet alone?
 * @net: the namespace
 * @skb: the packet
 * @v6: its outer header is IPv6
 * @hook: the hook number: NF_INET_*
 *
 * The module's own hook for GRE does not count.
 *
 * Context: RCU read lock.
 */
static inline bool vr_nf_hooks_are_idle(const struct net *net, const struct sk_buff *skb, bool v6,
					unsigned int hook)
{
	const struct nf_hook_entries *hooks = v6 ? rcu_dereference(net->nf.hooks_ipv6[hook]) :
						   rcu_dereference(net->nf.hooks_ipv4[hook]);

	return !hooks || __vr_nf_hooks_are_idle(hooks, skb);
}

#endif /* _VROUTER_NF_HOOKS_H */
