// SPDX-License-Identifier: GPL-2.0
/*
 * Helpers of the host's connection tracking. They read what is said in a connection, such
 * as FTP's PORT, and expect the connections that follow from it.
 *
 * Which connections have one, a rule says; none has one because of its port.
 */
#include <net/netfilter/nf_conntrack.h>
#include <net/netfilter/nf_conntrack_helper.h>

#include "classify.h"
#include "helper.h"
#include "packet.h"

/**
 * vr_helper_get() - finds a helper, and loads its module
 * @helper: set
 * @name: of the helper
 * @pattern: for the protocol and the families of a rule
 *
 * Context: may sleep.
 * Return: is it there for all that the rule is about? If not, nothing is held.
 */
bool vr_helper_get(struct vr_helper *helper, const char *name, const struct vr_pattern *pattern)
{
	u8 proto = pattern->proto;

	helper->v4 = pattern->v4 ?
		     nf_conntrack_helper_try_module_get(name, NFPROTO_IPV4, proto) : NULL;
	helper->v6 = pattern->v6 ?
		     nf_conntrack_helper_try_module_get(name, NFPROTO_IPV6, proto) : NULL;
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
