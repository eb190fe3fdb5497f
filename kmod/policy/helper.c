// SPDX-License-Identifier: GPL-2.0
/*
 * Conntrack helpers of the host. A helper reads the payload of a connection, such as FTP's
 * PORT command, and expects the connections that it announces.
 *
 * A rule assigns a helper to a connection. Helpers are never assigned by port alone.
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
 * struct held - a helper that a request may need, referenced until the request ends
 * @node: in the list of the request
 * @name: name of the helper
 * @proto: IP protocol
 * @helper: the helper for each family that it exists for
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
 * vr_helper_load() - loads the modules of a helper, if they exist
 * @list: list that the helper is added to
 * @name: name of the helper
 * @proto: IP protocol
 *
 * Context: no locks held; sleeps until modprobe has finished.
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

/** vr_helpers_release() - releases the helpers that vr_helper_load() added to a list */
void vr_helpers_release(struct list_head *list)
{
	struct held *held, *next;

	list_for_each_entry_safe(held, next, list, node) {
		vr_helper_put(&held->helper);
		kfree(held);
	}
}

/* Gets another reference. The helper is referenced already, so no module is loaded. */
static struct nf_conntrack_helper *helper_hold(const struct nf_conntrack_helper *helper,
					       const struct held *held, u8 family)
{
	return helper ? nf_conntrack_helper_try_module_get(held->name, family, held->proto) :
			NULL;
}

/**
 * vr_helper_get() - gets a helper that vr_helper_load() has loaded
 * @helper: result
 * @list: list of vr_helper_load()
 * @name: name of the helper
 * @pattern: protocol and families of the rule
 *
 * Return: true if the helper exists for all families of the rule. Otherwise no reference is
 *	taken.
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

/** vr_helper_put() - releases a helper, if there is one; Context: any */
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
 * @helper: helper of the rule that allows the connection
 * @ct: the connection, not confirmed yet
 *
 * Compare nft_ct_helper_obj_eval(). Conntrack removes the helper from connections when the
 * helper's module is unloaded; newer kernels release it with the connection.
 *
 * Context: softirq or BH disabled; RCU read lock.
 * Return: false if there is no memory.
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

/* Conntrack may remove the helper at any time: read it once. */
static const struct nf_conntrack_helper *helper_of(const struct nf_conn *ct)
{
	const struct nf_conn_help *help = nfct_help(ct);

	return help ? rcu_dereference(help->helper) : NULL;
}

/** vr_helper_name() - name of the helper of a connection, or ""; Context: RCU read lock */
const char *vr_helper_name(const struct nf_conn *ct)
{
	const struct nf_conntrack_helper *helper = helper_of(ct);

	return helper ? helper->name : "";
}

/* An ICMP error has the connection that it is about, but another protocol. */
static bool is_of_protocol(const struct nf_conntrack_helper *helper, const struct vr_pkt *pkt)
{
	return helper->tuple.dst.protonum == pkt->l4_proto;
}

/**
 * vr_helper_run() - passes a packet to the helper of its connection, if there is one
 * @skb: the packet, with its connection
 * @pkt: parsed data of @skb
 *
 * Context: softirq or BH disabled; RCU read lock.
 * Return: false if the helper rejects the packet, as it does if it cannot follow the protocol.
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
