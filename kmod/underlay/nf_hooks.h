/* SPDX-License-Identifier: GPL-2.0 */
/* Does the host's netfilter look at the tunnels' packets? */
#ifndef _VROUTER_NF_HOOKS_H
#define _VROUTER_NF_HOOKS_H

#include <net/net_namespace.h>

struct nf_hook_entries;
struct sk_buff;

bool __vr_nf_hooks_are_idle(const struct nf_hook_entries *hooks, const struct sk_buff *skb);

/**
 * vr_nf_hooks_are_idle() - would none of the host's hooks do anything with a tunnel's packet?
 * @net: the namespace
 * @skb: the packet, not of GRE, whose tunnels have a hook themselves
 * @v6: it is of IPv6
 * @hook: which hooks: NF_INET_*
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
