// SPDX-License-Identifier: GPL-2.0
/* Read-only netlink requests: the counts of objects and of drops in a namespace. */
#include <linux/module.h>

#include "core/drop.h"
#include "core/object.h"
#include "objects/network.h"
#include "objects/vif.h"

/* A kernel that keeps no source hash of modules reports none. */
static int info_fill_source(struct sk_buff *msg)
{
	const char *source = THIS_MODULE->srcversion;

	return source ? nla_put_string(msg, VROUTER_A_INFO_SOURCE, source) : 0;
}

static int info_fill_info(struct sk_buff *msg, const struct vr_net *vn)
{
	const u32 *counts = vn->counts;

	if (nla_put_string(msg, VROUTER_A_INFO_VERSION, VR_VERSION) || info_fill_source(msg) ||
	    nla_put_u32(msg, VROUTER_A_INFO_GENERATION, vn->generation) ||
	    nla_put_u32(msg, VROUTER_A_INFO_NETWORKS, counts[VR_KIND_NETWORK]) ||
	    nla_put_u32(msg, VROUTER_A_INFO_TUNNELS, counts[VR_KIND_TUNNEL]) ||
	    nla_put_u32(msg, VROUTER_A_INFO_VIFS, counts[VR_KIND_VIF]) ||
	    nla_put_u32(msg, VROUTER_A_INFO_NEXTHOPS, counts[VR_KIND_NEXTHOP]) ||
	    nla_put_u32(msg, VROUTER_A_INFO_ROUTES, counts[VR_KIND_ROUTE]) ||
	    nla_put_u32(msg, VROUTER_A_INFO_FDB, counts[VR_KIND_FDB]) ||
	    nla_put_u32(msg, VROUTER_A_INFO_NEIGHBOURS, counts[VR_KIND_NEIGHBOUR]) ||
	    nla_put_u32(msg, VROUTER_A_INFO_LABELS, counts[VR_KIND_LABEL]) ||
	    nla_put_u32(msg, VROUTER_A_INFO_SETS, counts[VR_KIND_SET]) ||
	    nla_put_u32(msg, VROUTER_A_INFO_ELEMENTS, counts[VR_KIND_ELEMENT]) ||
	    nla_put_u32(msg, VROUTER_A_INFO_POLICERS, counts[VR_KIND_POLICER]) ||
	    nla_put_u32(msg, VROUTER_A_INFO_SGS, counts[VR_KIND_SG]) ||
	    nla_put_u32(msg, VROUTER_A_INFO_RULES, counts[VR_KIND_RULE]))
		return -EMSGSIZE;
	return 0;
}

int vrouter_nl_info_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct vr_net *vn = vr_net(genl_info_net(info));
	struct sk_buff *msg = genlmsg_new(NLMSG_DEFAULT_SIZE, GFP_KERNEL);
	void *hdr;
	int err;

	if (!msg)
		return -ENOMEM;
	hdr = genlmsg_put_reply(msg, info, &vr_nl_family, 0, VROUTER_CMD_INFO_GET);
	/* Anyone may send this request, so it must not take the lock. */
	err = hdr ? info_fill_info(msg, vn) : -EMSGSIZE;
	if (err) {
		nlmsg_free(msg);
		return err;
	}
	genlmsg_end(msg, hdr);
	return genlmsg_reply(msg, info);
}

/* The network or vif whose drops are requested; both NULL for the namespace. */
struct scope {
	struct vr_network *network;
	struct vr_vif *vif;
};

static int find_scope(struct vr_net *vn, struct nlattr **attrs, struct scope *scope,
		      struct netlink_ext_ack *extack)
{
	struct nlattr *id = attrs[VROUTER_A_DROP_VIF_ID];
	struct nlattr *vif_attr = id ? id : attrs[VROUTER_A_DROP_VIF_NAME];
	struct vr_object *obj;

	obj = vr_object_ref(vn, VR_KIND_NETWORK, attrs[VROUTER_A_DROP_NETWORK_ID],
			    attrs[VROUTER_A_DROP_NETWORK_NAME], extack);
	if (IS_ERR(obj))
		return PTR_ERR(obj);
	scope->network = obj ? vr_to_network(obj) : NULL;

	obj = vr_object_ref(vn, VR_KIND_VIF, id, attrs[VROUTER_A_DROP_VIF_NAME], extack);
	if (IS_ERR(obj))
		return PTR_ERR(obj);
	scope->vif = obj ? vr_to_vif(obj) : NULL;
	if (scope->network && scope->vif)
		return vr_nl_err(extack, vif_attr, -EINVAL,
				 "ask for the drops of a network or of a vif, not of both");
	return 0;
}

static u64 count_of(const struct vr_net *vn, const struct scope *scope, enum vr_drop reason)
{
	if (scope->vif)
		return atomic_long_read(&scope->vif->drops.count[reason]);
	if (scope->network)
		return atomic_long_read(&scope->network->drops.count[reason]);
	return vr_drops_total(vn, reason);
}

static int fill_scope(struct sk_buff *msg, const struct scope *scope)
{
	if (scope->vif &&
	    (nla_put_u32(msg, VROUTER_A_DROP_VIF_ID, scope->vif->obj.id) ||
	     nla_put_string(msg, VROUTER_A_DROP_VIF_NAME, vr_name(&scope->vif->obj))))
		return -EMSGSIZE;
	if (scope->network &&
	    (nla_put_u32(msg, VROUTER_A_DROP_NETWORK_ID, scope->network->obj.id) ||
	     nla_put_string(msg, VROUTER_A_DROP_NETWORK_NAME,
			    vr_name(&scope->network->obj))))
		return -EMSGSIZE;
	return 0;
}

static int fill_reason(struct sk_buff *msg, const struct vr_net *vn,
		       const struct scope *scope, enum vr_drop reason)
{
	if (fill_scope(msg, scope) || nla_put_u32(msg, VROUTER_A_DROP_REASON, reason) ||
	    nla_put_string(msg, VROUTER_A_DROP_NAME, vr_drop_name(reason)) ||
	    nla_put_string(msg, VROUTER_A_DROP_HELP, vr_drop_help(reason)) ||
	    nla_put_u64_64bit(msg, VROUTER_A_DROP_PACKETS, count_of(vn, scope, reason),
			      VROUTER_A_DROP_PAD))
		return -EMSGSIZE;
	return 0;
}

static int dump_reason(struct sk_buff *skb, struct netlink_callback *cb,
		       const struct vr_net *vn, const struct scope *scope,
		       enum vr_drop reason)
{
	void *hdr;

	hdr = genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
			  &vr_nl_family, NLM_F_MULTI, VROUTER_CMD_DROP_GET);
	if (!hdr)
		return -EMSGSIZE;
	if (fill_reason(skb, vn, scope, reason)) {
		genlmsg_cancel(skb, hdr);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, hdr);
	return 0;
}

/* The reason that a request names, or a negative errno. */
static int find_reason(struct genl_info *info)
{
	struct nlattr *attr = info->attrs[VROUTER_A_DROP_NAME];
	int reason;

	if (GENL_REQ_ATTR_CHECK(info, VROUTER_A_DROP_NAME))
		return vr_nl_err(info->extack, NULL, -EINVAL,
				 "the name of the drop reason is missing");
	for (reason = 0; reason < VR_DROP_MAX; reason++)
		if (!nla_strcmp(attr, vr_drop_name(reason)))
			return reason;
	return vr_nl_err(info->extack, attr, -ENOENT, "there is no drop reason of that name");
}

static int build_reason(struct vr_net *vn, struct sk_buff *msg, struct genl_info *info)
{
	int reason = find_reason(info);
	struct scope scope;
	void *hdr;
	int err;

	if (reason < 0)
		return reason;
	err = find_scope(vn, info->attrs, &scope, info->extack);
	if (err)
		return err;
	hdr = genlmsg_put_reply(msg, info, &vr_nl_family, 0, VROUTER_CMD_DROP_GET);
	if (!hdr || fill_reason(msg, vn, &scope, reason))
		return -EMSGSIZE;
	genlmsg_end(msg, hdr);
	return 0;
}

int vrouter_nl_drop_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct vr_net *vn = vr_net(genl_info_net(info));
	struct sk_buff *msg = genlmsg_new(NLMSG_DEFAULT_SIZE, GFP_KERNEL);
	int err;

	if (!msg)
		return -ENOMEM;
	mutex_lock(&vn->lock);
	err = build_reason(vn, msg, info);
	mutex_unlock(&vn->lock);
	if (err) {
		nlmsg_free(msg);
		return err;
	}
	return genlmsg_reply(msg, info);
}

static int info_dump_locked(struct vr_net *vn, struct sk_buff *skb, struct netlink_callback *cb)
{
	struct scope scope;
	int err;

	err = find_scope(vn, vr_dump_attrs(cb), &scope, cb->extack);
	if (err)
		return err;
	for (; cb->args[0] < VR_DROP_MAX; cb->args[0]++)
		if (dump_reason(skb, cb, vn, &scope, cb->args[0]))
			break;
	return skb->len;
}

int vrouter_nl_drop_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	return vr_nl_dump(skb, cb, info_dump_locked);
}
