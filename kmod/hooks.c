// SPDX-License-Identifier: GPL-2.0
/* The netfilter hooks of the host, which see the tunnels' packets on their way. */
#include <linux/netfilter.h>
#include <linux/netfilter_ipv4.h>
#include <linux/skbuff.h>
#include <net/net_namespace.h>

#include "gre.h"
#include "hooks.h"

static u32 secmark_of(const struct sk_buff *skb)
{
#ifdef CONFIG_NETWORK_SECMARK
	return skb->secmark;
#else
	return 0;
#endif
}

/*
 * AppArmor's hook, which a kernel with AppArmor always has, looks for packets with a mark
 * of security/apparmor/net.c and does nothing with others.
 */
static bool is_security(const struct nf_hook_ops *ops)
{
	return ops->priority == NF_IP_PRI_SELINUX_FIRST &&
	       ops->hook_ops_type == NF_HOOK_OP_UNDEFINED;
}

/**
 * vr_hooks_are_idle() - would none of the host's hooks do anything with a tunnel's packet?
 * @net: the namespace
 * @skb: the packet, not of GRE, whose tunnels have a hook themselves
 * @v6: it is of IPv6
 * @hook: which hooks: NF_INET_*
 *
 * Context: RCU read lock.
 */
bool vr_hooks_are_idle(const struct net *net, const struct sk_buff *skb, bool v6,
		       unsigned int hook)
{
	const struct nf_hook_entries *hooks;
	struct nf_hook_ops **ops;
	unsigned int i;

	hooks = v6 ? rcu_dereference(net->nf.hooks_ipv6[hook]) :
		     rcu_dereference(net->nf.hooks_ipv4[hook]);
	if (!hooks)
		return true;
	if (secmark_of(skb))
		return false;
	ops = nf_hook_entries_get_hook_ops(hooks);
	for (i = 0; i < hooks->num_hook_entries; i++)
		if (!is_security(ops[i]) && !vr_gre_is_hook(ops[i]))
			return false;
	return true;
}
