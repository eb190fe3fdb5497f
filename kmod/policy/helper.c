// SPDX-License-Identifier: GPL-2.0
/*
 * Helpers of the host's connection tracking. They read what is said in a connection, such
 * as FTP's PORT, and expect the connections that follow from it.
 *
 * Which connections have one, a rule says; none has one because of its port.
 */
#include <linux/list.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <net/netfilter/nf_conntrack.h>
#include <net/netfilter/nf_conntrack_helper.h>
#include <net/netlink.h>

#include "core/packet.h"
#include "policy/classify.h"
#include "policy/helper.h"

/**
 * struct held - a helper that a request may need, kept until its end
 * @node: in the list of the request
 * @name: of the helper
 * @proto: IP protocol
 * @helper: it, for each family for which there is one
 */
struct held {
	struct list_head node;
	char name[VR_HELPER_NAME_MAX];
	u8 proto;
	struct vr_helper helper;
};

static struct held *helper_find(const struct list_head *list, const char *name, u8 proto)
{
	struct held *held;

	list_for_each_entry(held, list, node)
		if (held->proto == proto && !strcmp(held->name, name))
			return held;
	return NULL;
}

/**
 * vr_helper_load() - loads the modules of a helper, if there is such a one
 * @list: keeps it
 * @name: of the helper
 * @proto: IP protocol
 *
 * Context: may sleep, for as long as modprobe takes: without any lock.
 */
void vr_helper_load(struct list_head *list, const struct nlattr *name, u8 proto)
{
	struct held *held;

	if (fatal_signal_pending(current))
		return;
	held = kzalloc(sizeof(*held), VR_GFP_ACCOUNT);
	if (!held)
		return;
	held->proto = proto;
	if (nla_strscpy(held->name, name, sizeof(held->name)) < 0 ||
	    helper_find(list, held->name, proto)) {
		kfree(held);
		return;
	}
	held->helper.v4 = nf_conntrack_helper_try_module_get(held->name, NFPROTO_IPV4, proto);
	held->helper.v6 = nf_conntrack_helper_try_module_get(held->name, NFPROTO_IPV6, proto);
	list_add(&held->node, list);
}

/** vr_helpers_release() - lets go of what vr_helper_load() keeps */
void vr_helpers_release(struct list_head *list)
{
	struct held *held, *next;

	list_for_each_entry_safe(held, next, list, node) {
		vr_helper_put(&held->helper);
		kfree(held);
	}
}

/* Another reference to what is held, and so is found without its module being loaded. */
static struct nf_conntrack_helper *helper_hold(const struct nf_conntrack_helper *helper,
					       const struct held *held, u8 family)
{
	return helper ? nf_conntrack_helper_try_module_get(held->name, family, held->proto) :
			NULL;
}

/**
 * vr_helper_get() - finds a helper among those that are loaded
 * @helper: set
 * @list: from vr_helper_load()
 * @name: of the helper
 * @pattern: for the protocol and the families of a rule
 *
 * Return: is it there for all that the rule is about? If not, nothing is held.
 */
bool vr_helper_get(struct vr_helper *helper, const struct list_head *list, const char *name,
		   const struct vr_pattern *pattern)
{
	const struct held *held = helper_find(list, name, pattern->proto);

	if (!held)
		return false;
	if (pattern->v4)
		helper->v4 = helper_hold(held->helper.v4, held, NFPROTO_IPV4);
	if (pattern->v6)
		helper->v6 = helper_hold(held->helper.v6, held, NFPROTO_IPV6);
	if (!pattern->v4 == !helper->v4 && !pattern->v6 == !helper->v6)
		return true;
	vr_helper_put(helper);
	return false;
}

/** vr_helper_put() - lets go of a helper, if there is one; Context: any */
void vr_helper_put(struct vr_helper *helper)
{
	if (helper->v4)
		nf_conntrack_helper_put(helper->v4);
	if (helper->v6)
		nf_conntrack_helper_put(helper->v6);
	helper->v4 = NULL;
	helper->v6 = NULL;
}

/**
 * vr_helper_assign() - gives a connection a helper, unless it has one
 * @helper: of the rule that lets the connection begin
 * @ct: the connection, which no one else knows yet
 *
 * As nft_ct_helper_obj_eval() does. The host forgets it in connections when the helper's module
 * goes, and on newer kernels lets go of it with the connection.
 *
 * Context: softirq or BH disabled; RCU read lock.
 * Return: was there memory?
 */
bool vr_helper_assign(const struct vr_helper *helper, struct nf_conn *ct)
{
	struct nf_conntrack_helper *own = nf_ct_l3num(ct) == NFPROTO_IPV6 ? helper->v6 :
									    helper->v4;
	struct nf_conn_help *help;

	if (!own || nfct_help(ct))
		return true;
	help = nf_ct_helper_ext_add(ct, GFP_ATOMIC);
	if (!help)
		return false;
	if (vr_ct_helper_hold(own))
		rcu_assign_pointer(help->helper, own);
	return true;
}

/* It may be gone at the next look. */
static const struct nf_conntrack_helper *helper_of(const struct nf_conn *ct)
{
	const struct nf_conn_help *help = nfct_help(ct);

	return help ? rcu_dereference(help->helper) : NULL;
}

/** vr_helper_name() - the name of the helper of a connection, or ""; RCU read lock */
const char *vr_helper_name(const struct nf_conn *ct)
{
	const struct nf_conntrack_helper *helper = helper_of(ct);

	return helper ? helper->name : "";
}

/* An ICMP error is about the connection, but not of its protocol. */
static bool is_of_protocol(const struct nf_conntrack_helper *helper, const struct vr_pkt *pkt)
{
	return helper->tuple.dst.protonum == pkt->l4_proto;
}

/**
 * vr_helper_run() - shows a packet to the helper of its connection, if that has one
 * @skb: the packet, with its connection
 * @pkt: about it
 *
 * Context: softirq or BH disabled; RCU read lock.
 * Return: did the helper accept it? It does not when it cannot follow.
 */
bool vr_helper_run(struct sk_buff *skb, const struct vr_pkt *pkt)
{
	const struct nf_conntrack_helper *helper;
	enum ip_conntrack_info ctinfo;
	struct nf_conn *ct = nf_ct_get(skb, &ctinfo);
	vr_ct_help_fn *help;

	helper = ct ? helper_of(ct) : NULL;
	if (!helper || !is_of_protocol(helper, pkt))
		return true;
	help = vr_ct_helper_fn(helper);
	return !help || help(skb, pkt->l4, ct, ctinfo) == NF_ACCEPT;
}
