// SPDX-License-Identifier: GPL-2.0
/* Checks whether the host's netfilter hooks process the tunnels' packets. */
#include <linux/netfilter.h>
#include <linux/netfilter_ipv4.h>
#include <linux/skbuff.h>

#include "underlay/gre.h"
#include "underlay/nf_hooks.h"

static u32 secmark_of(const struct sk_buff *skb)
{
#ifdef CONFIG_NETWORK_SECMARK
	return skb->secmark;
#else
	return 0;
#endif
}

/*
 * AppArmor's hook, which a kernel with AppArmor always has, acts only on packets with a
 * secmark (security/apparmor/net.c).
 */
static bool is_security(const struct nf_hook_ops *ops)
{
	return ops->priority == NF_IP_PRI_SELINUX_FIRST &&
	       ops->hook_ops_type == NF_HOOK_OP_UNDEFINED;
}

/** __vr_nf_hooks_are_idle() - see vr_nf_hooks_are_idle(); @hooks is not NULL */
bool __vr_nf_hooks_are_idle(const struct nf_hook_entries *hooks, const struct sk_buff *skb)
{
	struct nf_hook_ops **ops = nf_hook_entries_get_hook_ops(hooks);
	unsigned int i;

	if (secmark_of(skb))
		return false;
	for (i = 0; i < hooks->num_hook_entries; i++)
		if (!is_security(ops[i]) && !vr_gre_is_hook(ops[i]))
			return false;
	return true;
}
