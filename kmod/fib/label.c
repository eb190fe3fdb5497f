// SPDX-License-Identifier: GPL-2.0
/*
 * Labels: where MPLS packets from the underlay go. Each hypervisor allocates its own labels
 * (RFC 3031, section 3.14). A label here is the bottom of the stack; the labels above it
 * belong to the underlay.
 */
#include "core/object.h"
#include "fib/label.h"
#include "fib/nexthop.h"
#include "lib/stats.h"
#include "objects/network.h"

/**
 * vr_label_lookup() - a label by its value
 * @vn: the namespace
 * @value: 20 bits
 *
 * Context: RCU read lock.
 * Return: the label, or NULL.
 */
struct vr_label *vr_label_lookup(struct vr_net *vn, u32 value)
{
	struct vr_object *obj = vr_object_by_id(vn, VR_KIND_LABEL, value);

	return obj ? vr_to_label(obj) : NULL;
}

static void label_free_rcu(struct rcu_head *rcu)
{
	struct vr_label *label = container_of(rcu, struct vr_label, rcu);

	free_percpu(label->stats);
	kfree(label);
}

/* A label that leads to a network has a private next hop, without an id. */
static bool label_is_own(const struct vr_nexthop *nh)
{
	return !nh->obj.id;
}

static struct vr_network *network_of(struct vr_net *vn, const struct vr_nexthop *nh)
{
	return label_is_own(nh) ? vr_deref(vn, nh->info)->network : NULL;
}

static void label_get(struct vr_net *vn, struct vr_nexthop *nh)
{
	if (label_is_own(nh))
		network_of(vn, nh)->label_refs++;
	else
		nh->refs++;
}

static void label_put(struct vr_net *vn, struct vr_nexthop *nh)
{
	if (!label_is_own(nh)) {
		nh->refs--;
		return;
	}
	network_of(vn, nh)->label_refs--;
	vr_nexthop_destroy(nh);
}

/* The target that a request gives a label: at most one of the two is set. */
struct target {
	struct vr_network *network;
	struct vr_nexthop *nh;
};

static int label_parse_nexthop(struct vr_net *vn, struct target *target, struct genl_info *info)
{
	struct nlattr *attr = info->attrs[VROUTER_A_LABEL_NEXTHOP];
	struct vr_object *obj = vr_object_ref(vn, VR_KIND_NEXTHOP, attr, NULL, info->extack);

	if (IS_ERR_OR_NULL(obj))
		return PTR_ERR(obj);
	target->nh = vr_to_nexthop(obj);
	if (BIT(vr_deref(vn, target->nh->info)->type) & VR_NEXTHOP_LABEL_TYPES)
		return 0;
	return vr_nl_err(info->extack, attr, -EINVAL,
			 "next hop %u is of none of the types vif, host and network", obj->id);
}

static int label_parse(struct vr_net *vn, struct target *target, bool must, struct genl_info *info)
{
	struct vr_object *obj;
	int err;

	obj = vr_object_ref(vn, VR_KIND_NETWORK, info->attrs[VROUTER_A_LABEL_NETWORK_ID],
			    info->attrs[VROUTER_A_LABEL_NETWORK_NAME], info->extack);
	if (IS_ERR(obj))
		return PTR_ERR(obj);
	if (obj)
		target->network = vr_to_network(obj);
	err = label_parse_nexthop(vn, target, info);
	if (err)
		return err;
	if (target->network && target->nh)
		return vr_nl_err(info->extack, info->attrs[VROUTER_A_LABEL_NEXTHOP], -EINVAL,
				 "a label leads to a network or to a next hop, not to both");
	if (!must || target->network || target->nh)
		return 0;
	NL_SET_ERR_ATTR_MISS(info->extack, NULL, VROUTER_A_LABEL_NETWORK_ID);
	return vr_nl_err(info->extack, NULL, -EINVAL,
			 "the network or next hop that the label leads to is missing");
}

static bool leads_to(const struct vr_label *label, const struct target *target)
{
	const struct vr_nexthop *nh = vr_deref(label->vn, label->nh);

	return target->nh ? nh == target->nh :
			    network_of(label->vn, nh) == target->network;
}

/* The next hop that leads to a target, with a reference; NULL if out of memory. */
static struct vr_nexthop *nexthop_to(struct vr_net *vn, const struct target *target)
{
	struct vr_nexthop *nh = target->nh;

	if (!nh) {
		nh = vr_nexthop_create(vn, VROUTER_NEXTHOP_TYPE_NETWORK, NULL);
		if (!nh)
			return NULL;
		vr_deref(vn, nh->info)->network = target->network;
	}
	label_get(vn, nh);
	return nh;
}

static int label_update(struct vr_label *label, const struct target *target,
			enum vr_nl_mode mode, struct genl_info *info)
{
	struct vr_net *vn = label->vn;
	struct vr_nexthop *old = vr_deref(vn, label->nh), *nh;

	if ((!target->network && !target->nh) || leads_to(label, target))
		return 0;
	if (mode == VR_NL_ADD)
		return vr_nl_err(info->extack, info->attrs[VROUTER_A_LABEL_LABEL], -EEXIST,
				 "label %u exists and leads elsewhere", label->obj.id);
	nh = nexthop_to(vn, target);
	if (!nh)
		return -ENOMEM;
	rcu_assign_pointer(label->nh, nh);
	label_put(vn, old);
	vr_object_changed(vn, &label->obj, info);
	return 0;
}

static int label_create(struct vr_net *vn, const struct target *target, struct genl_info *info)
{
	struct vr_label *label = kzalloc(sizeof(*label), VR_GFP_ACCOUNT);
	struct vr_nexthop *nh;
	int err = -ENOMEM;

	if (!label)
		return err;
	label->vn = vn;
	label->obj.id = nla_get_u32(info->attrs[VROUTER_A_LABEL_LABEL]);
	label->stats = vr_stats_alloc();
	if (!label->stats)
		goto free;
	nh = nexthop_to(vn, target);
	if (!nh)
		goto free;
	RCU_INIT_POINTER(label->nh, nh);
	err = vr_object_insert(vn, VR_KIND_LABEL, &label->obj, info->extack);
	if (!err) {
		vr_object_changed(vn, &label->obj, info);
		return 0;
	}
	label_put(vn, nh);
free:
	label_free_rcu(&label->rcu);
	return err;
}

static int check_value(struct genl_info *info)
{
	struct nlattr *attr = info->attrs[VROUTER_A_LABEL_LABEL];

	if (attr)
		return vr_nl_label(attr, NULL, info->extack);
	NL_SET_ERR_ATTR_MISS(info->extack, NULL, VROUTER_A_LABEL_LABEL);
	return vr_nl_err(info->extack, NULL, -EINVAL, "the value of the label is missing");
}

static int label_write_locked(struct vr_net *vn, enum vr_nl_mode mode, struct genl_info *info)
{
	struct target target = {};
	struct vr_object *obj;
	int err;

	obj = vr_object_wanted(vn, VR_KIND_LABEL, info, mode);
	if (IS_ERR(obj))
		return PTR_ERR(obj);
	err = label_parse(vn, &target, vr_nl_mode_whole(mode), info);
	if (err)
		return err;
	return obj ? label_update(vr_to_label(obj), &target, mode, info) : label_create(vn, &target,
										     info);
}

static int label_write(enum vr_nl_mode mode, struct genl_info *info)
{
	struct vr_net *vn = vr_net(genl_info_net(info));
	int err = check_value(info);

	if (err)
		return err;
	mutex_lock(&vn->lock);
	err = label_write_locked(vn, mode, info);
	mutex_unlock(&vn->lock);
	return err;
}

int vrouter_nl_label_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	enum vr_nl_mode mode;
	int err = vr_nl_new_mode(info, &mode);

	return err ? err : label_write(mode, info);
}

int vrouter_nl_label_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	return label_write(VR_NL_SET, info);
}

static void label_remove(struct vr_label *label, struct genl_info *info)
{
	vr_object_remove(label->vn, &label->obj, info);
	label_put(label->vn, vr_deref(label->vn, label->nh));
	call_rcu(&label->rcu, label_free_rcu);
}

static int label_del_locked(struct vr_net *vn, struct genl_info *info)
{
	struct vr_object *obj = vr_object_wanted(vn, VR_KIND_LABEL, info, VR_NL_DEL);

	if (IS_ERR(obj))
		return PTR_ERR(obj);
	label_remove(vr_to_label(obj), info);
	return 0;
}

int vrouter_nl_label_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	int err = check_value(info);

	return err ? err : vr_nl_do(info, label_del_locked);
}

int vrouter_nl_label_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	int err = check_value(info);

	return err ? err : vr_object_get(VR_KIND_LABEL, info);
}

static bool label_match(const struct vr_object *obj, const void *data)
{
	const struct target *filter = data;
	const struct vr_label *label = vr_to_label(obj);
	const struct vr_nexthop *nh = vr_deref(label->vn, label->nh);

	if (filter->network && network_of(label->vn, nh) != filter->network)
		return false;
	return !filter->nh || nh == filter->nh;
}

static int label_dump_locked(struct vr_net *vn, struct sk_buff *skb, struct netlink_callback *cb)
{
	struct nlattr **attrs = vr_dump_attrs(cb);
	struct target filter = {};
	struct vr_object *obj;

	obj = vr_object_ref(vn, VR_KIND_NETWORK, attrs[VROUTER_A_LABEL_NETWORK_ID],
			    attrs[VROUTER_A_LABEL_NETWORK_NAME], cb->extack);
	if (IS_ERR(obj))
		return PTR_ERR(obj);
	if (obj)
		filter.network = vr_to_network(obj);
	obj = vr_object_ref(vn, VR_KIND_NEXTHOP, attrs[VROUTER_A_LABEL_NEXTHOP], NULL,
			    cb->extack);
	if (IS_ERR(obj))
		return PTR_ERR(obj);
	if (obj)
		filter.nh = vr_to_nexthop(obj);
	return vr_object_dump(VR_KIND_LABEL, skb, cb, label_match, &filter);
}

int vrouter_nl_label_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	return vr_nl_dump(skb, cb, label_dump_locked);
}

static int label_fill_target(struct sk_buff *msg, struct vr_net *vn, const struct vr_nexthop *nh)
{
	const struct vr_network *network = network_of(vn, nh);

	if (!network)
		return nla_put_u32(msg, VROUTER_A_LABEL_NEXTHOP, nh->obj.id);
	if (nla_put_u32(msg, VROUTER_A_LABEL_NETWORK_ID, network->obj.id) ||
	    nla_put_string(msg, VROUTER_A_LABEL_NETWORK_NAME, vr_name(&network->obj)))
		return -EMSGSIZE;
	return 0;
}

static int label_fill(struct sk_buff *msg, const struct vr_object *obj)
{
	const struct vr_label *label = vr_to_label(obj);

	if (nla_put_u32(msg, VROUTER_A_LABEL_LABEL, obj->id) ||
	    label_fill_target(msg, label->vn, vr_deref(label->vn, label->nh)) ||
	    nla_put_u32(msg, VROUTER_A_LABEL_GENERATION, obj->generation))
		return -EMSGSIZE;
	return vr_stats_put(msg, VROUTER_A_LABEL_STATS, label->stats, 0);
}

/* Does a label lead to a next hop or network? */
static bool label_uses(const struct vr_object *obj, const struct vr_object *target)
{
	const struct vr_label *label = vr_to_label(obj);
	const struct vr_nexthop *nh = vr_deref(label->vn, label->nh);

	switch (target->key.kind) {
	case VR_KIND_NEXTHOP:
		return &nh->obj == target;
	case VR_KIND_NETWORK:
		return network_of(label->vn, nh) == vr_to_network(target);
	default:
		return false;
	}
}

const struct vr_object_ops vr_label_ops = {
	.kind = VR_KIND_LABEL,
	.uses = label_uses,
	.noun = "label",
	.id_attr = VROUTER_A_LABEL_LABEL,
	.get_cmd = VROUTER_CMD_LABEL_GET,
	.new_cmd = VROUTER_CMD_LABEL_NEW_NTF,
	.del_cmd = VROUTER_CMD_LABEL_DEL_NTF,
	.fill = label_fill,
};

/* Frees all labels, before the objects that they lead to. Context: vn->lock. */
void vr_labels_exit(struct vr_net *vn)
{
	struct vr_object *obj;
	unsigned long id;

	xa_for_each(&vn->objects[VR_KIND_LABEL], id, obj)
		label_remove(vr_to_label(obj), NULL);
}
