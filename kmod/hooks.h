/* SPDX-License-Identifier: GPL-2.0 */
/* Does the host's netfilter look at the tunnels' packets? */
#ifndef _VROUTER_HOOKS_H
#define _VROUTER_HOOKS_H

#include <linux/types.h>

struct net;
struct sk_buff;

bool vr_hooks_are_idle(const struct net *net, const struct sk_buff *skb, bool v6,
		       unsigned int hook);

#endif /* _VROUTER_HOOKS_H */
