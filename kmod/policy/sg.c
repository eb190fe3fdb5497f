// SPDX-License-Identifier: GPL-2.0
/* Security groups: named lists of rules, which vifs share. */
#include "objects/vif.h"
#include "policy/acl.h"
#include "policy/set.h"
#include "policy/sg.h"

/* Settings of a group that a request can change, besides its rules. */
struct settings {
	struct vr_name_key key;
	struct vr_set *members;
};

static struct vr_set *members_of(const struct vr_sg *sg)
{
	return vr_deref(sg->vn, sg->members);
}

static void sg_settings_of(const struct vr_sg *sg, struct settings *s)
{
	memset(s, 0, sizeof(*s));
	s->key = sg->obj.key;
	s->members = members_of(sg);
}

static const char *sg_difference(const struct settings *a, const struct settings *b)
{
	if (memcmp(&a->key, &b->key, sizeof(a->key)))
		return "name";
	return a->members != b->members ? "set of members" : NULL;
}

static int parse_members(struct vr_net *vn, struct settings *s, struct genl_info *info)
{
	struct nlattr *id = info->attrs[VROUTER_A_SG_MEMBERS_ID];
	struct nlattr *name = info->attrs[VROUTER_A_SG_MEMBERS_NAME];
	struct vr_object *obj;
	u32 type;

	if (id && !nla_get_u32(id) && !name) {
		s->members = NULL;
		return 0;
	}
	obj = vr_object_ref(vn, VR_KIND_SET, id, name, info->extack);
	if (IS_ERR_OR_NULL(obj))
		return PTR_ERR(obj);
	s->members = vr_to_set(obj);
	type = vr_deref(vn, s->members->store)->type;
	if (type != VROUTER_SET_TYPE_NET)
		return vr_nl_err(info->extack, id ? id : name, -EINVAL,
				 "set \"%s\" is of type %s, not net", vr_name(obj),
				 vr_set_type_name(type));
	return 0;
}

static int sg_parse(struct vr_net *vn, struct settings *s, struct genl_info *info)
{
	struct nlattr *name = info->attrs[VROUTER_A_SG_NAME];
	int err = name ? vr_object_name(name, &s->key, info->extack) : 0;

	return err ? err : parse_members(vn, s, info);
}

static void set_members(struct vr_sg *sg, struct vr_set *set)
{
	struct vr_set *old = members_of(sg);

	if (set)
		set->refs++;
	if (old)
		old->refs--;
	rcu_assign_pointer(sg->members, set);
}

static int sg_create(struct vr_net *vn, const struct settings *s, struct genl_info *info)
{
	struct nlattr *id = info->attrs[VROUTER_A_SG_ID];
	struct vr_sg *sg = kzalloc(sizeof(*sg), VR_GFP_ACCOUNT);
	struct vr_ruleset *ruleset = vr_ruleset_make(NULL, NULL, 0);
	int err = -ENOMEM;

	if (!sg || !ruleset)
		goto free;
	RCU_INIT_POINTER(sg->ruleset, ruleset);
	sg->vn = vn;
	sg->obj.id = id ? nla_get_u32(id) : 0;
	sg->obj.key = s->key;
	err = vr_object_insert(vn, VR_KIND_SG, &sg->obj, info->extack);
	if (err)
		goto free;
	set_members(sg, s->members);
	vr_object_changed(vn, &sg->obj, info);
	return 0;

free:
	if (ruleset)
		vr_ruleset_free(ruleset);
	kfree(sg);
	return err;
}

static int sg_update(struct vr_sg *sg, const struct settings *s, enum vr_nl_mode mode,
		     struct genl_info *info)
{
	const char *differs;
	struct settings now;
	int err;

	sg_settings_of(sg, &now);
	differs = sg_difference(&now, s);
	if (!differs)
		return 0;
	if (mode == VR_NL_ADD)
		return vr_nl_err(info->extack, vr_object_attr(VR_KIND_SG, info), -EEXIST,
				 "security group \"%s\" exists with another %s",
				 vr_name(&sg->obj), differs);
	err = vr_object_rename(sg->vn, &sg->obj, &s->key, info->extack);
	if (err)
		return err;
	set_members(sg, s->members);
	vr_object_changed(sg->vn, &sg->obj, info);
	return 0;
}

static int sg_write_locked(struct vr_net *vn, enum vr_nl_mode mode, struct genl_info *info)
{
	struct vr_object *obj = vr_object_wanted(vn, VR_KIND_SG, info, mode);
	struct settings s = { .key.kind = VR_KIND_SG };
	int err;

	if (IS_ERR(obj))
		return PTR_ERR(obj);
	if (obj && !vr_nl_mode_whole(mode))
		sg_settings_of(vr_to_sg(obj), &s);
	/* If the request has the id alone, the group keeps its name. */
	if (obj)
		s.key = obj->key;
	err = sg_parse(vn, &s, info);
	if (err)
		return err;
	return obj ? sg_update(vr_to_sg(obj), &s, mode, info) : sg_create(vn, &s, info);
}

static int sg_write(enum vr_nl_mode mode, struct genl_info *info)
{
	struct vr_net *vn = vr_net(genl_info_net(info));
	int err;

	mutex_lock(&vn->lock);
	err = sg_write_locked(vn, mode, info);
	mutex_unlock(&vn->lock);
	return err;
}

int vrouter_nl_sg_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	enum vr_nl_mode mode;
	int err = vr_nl_new_mode(info, &mode);

	return err ? err : sg_write(mode, info);
}

int vrouter_nl_sg_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	return sg_write(VR_NL_SET, info);
}

/* Frees a group that was removed from all tables. Context: vn->lock. */
static void sg_destroy(struct vr_sg *sg)
{
	vr_rules_release(sg);
	set_members(sg, NULL);
	kfree_rcu(sg, rcu);
}

static u32 count_rules(const struct vr_sg *sg)
{
	const struct vr_ruleset *ruleset = vr_deref(sg->vn, sg->ruleset);

	return ruleset ? ruleset->count : 0;
}

static int sg_refuse_used(struct vr_net *vn, const struct vr_sg *sg, struct genl_info *info)
{
	const struct nlattr *attr = vr_object_attr(VR_KIND_SG, info);
	const struct vr_object *obj = &sg->obj;
	char user[96];

	if (sg->vif_refs)
		return vr_object_refuse_used(obj, vr_object_user(vn, VR_KIND_VIF, obj), "used by",
					     attr, info->extack);
	if (sg->network_refs)
		return vr_object_refuse_used(obj, vr_object_user(vn, VR_KIND_NETWORK, obj),
					     "the ACL of", attr, info->extack);
	if (!sg->rule_refs)
		return 0;
	vr_sg_user(vn, NULL, sg, user, sizeof(user));
	return vr_nl_err(info->extack, attr, -EBUSY, "security group \"%s\" is used by %s",
			 vr_name(&sg->obj), user);
}

static int sg_del_locked(struct vr_net *vn, struct genl_info *info)
{
	struct vr_object *obj = vr_object_wanted(vn, VR_KIND_SG, info, VR_NL_DEL);
	int err;

	if (IS_ERR(obj))
		return PTR_ERR(obj);
	err = sg_refuse_used(vn, vr_to_sg(obj), info);
	if (err)
		return err;
	vr_object_remove(vn, obj, info);
	sg_destroy(vr_to_sg(obj));
	/* Listeners know that its rules are deleted with it; dumps in progress must be told. */
	vr_nl_changed(vn, VR_KIND_RULE);
	return 0;
}

int vrouter_nl_sg_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct vr_net *vn = vr_net(genl_info_net(info));
	int err;

	mutex_lock(&vn->rules_lock);
	err = vr_nl_do(info, sg_del_locked);
	mutex_unlock(&vn->rules_lock);
	return err;
}

int vrouter_nl_sg_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	return vr_object_get(VR_KIND_SG, info);
}

static int sg_dump_locked(struct vr_net *vn, struct sk_buff *skb, struct netlink_callback *cb)
{
	return vr_object_dump(VR_KIND_SG, skb, cb, NULL, NULL);
}

int vrouter_nl_sg_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	return vr_nl_dump(skb, cb, sg_dump_locked);
}

static int sg_fill(struct sk_buff *msg, const struct vr_object *obj)
{
	const struct vr_sg *sg = vr_to_sg(obj);
	const struct vr_set *members = members_of(sg);

	if (nla_put_u32(msg, VROUTER_A_SG_ID, obj->id) ||
	    nla_put_string(msg, VROUTER_A_SG_NAME, vr_name(obj)) ||
	    nla_put_u32(msg, VROUTER_A_SG_RULES, count_rules(sg)) ||
	    nla_put_u32(msg, VROUTER_A_SG_VIFS, sg->vif_refs) ||
	    nla_put_u32(msg, VROUTER_A_SG_REFS, sg->rule_refs) ||
	    nla_put_u32(msg, VROUTER_A_SG_NETWORKS, sg->network_refs) ||
	    nla_put_u32(msg, VROUTER_A_SG_GENERATION, obj->generation))
		return -EMSGSIZE;
	if (members &&
	    (nla_put_u32(msg, VROUTER_A_SG_MEMBERS_ID, members->obj.id) ||
	     nla_put_string(msg, VROUTER_A_SG_MEMBERS_NAME, vr_name(&members->obj))))
		return -EMSGSIZE;
	return 0;
}

const struct vr_object_ops vr_sg_ops = {
	.kind = VR_KIND_SG,
	.noun = "security group",
	.id_attr = VROUTER_A_SG_ID,
	.name_attr = VROUTER_A_SG_NAME,
	.get_cmd = VROUTER_CMD_SG_GET,
	.new_cmd = VROUTER_CMD_SG_NEW_NTF,
	.del_cmd = VROUTER_CMD_SG_DEL_NTF,
	.fill = sg_fill,
};

static bool uses(const struct vr_peer *peer, const struct vr_set *set, const struct vr_sg *sg)
{
	return (set && peer->set == set) || (sg && peer->sg == sg);
}

/**
 * vr_sg_user() - describes a group, or a rule of a group, that uses a set or another group
 * @vn: the namespace
 * @set: the set, or NULL
 * @peer: the group, or NULL; its own rules do not count
 * @buf: result
 * @size: size of @buf
 *
 * The caller knows that there is a user. It may be a rule that is not in its group yet.
 *
 * Context: vn->lock.
 */
void vr_sg_user(struct vr_net *vn, const struct vr_set *set, const struct vr_sg *peer,
		char *buf, size_t size)
{
	const struct vr_ruleset *ruleset;
	struct vr_object *obj;
	unsigned long id;
	unsigned int i;

	xa_for_each(&vn->objects[VR_KIND_SG], id, obj) {
		if (set && members_of(vr_to_sg(obj)) == set) {
			snprintf(buf, size, "security group \"%s\"", vr_name(obj));
			return;
		}
		ruleset = vr_deref(vn, vr_to_sg(obj)->ruleset);
		for (i = 0; vr_to_sg(obj) != peer && i < ruleset->count; i++)
			if (uses(&ruleset->rules[i]->spec.src, set, peer) ||
			    uses(&ruleset->rules[i]->spec.dst, set, peer)) {
				snprintf(buf, size, "rule %u of security group \"%s\"", i + 1,
					 vr_name(obj));
				return;
			}
	}
	snprintf(buf, size, "a rule that is being added");
}

static int parse_ref(struct vr_net *vn, const struct nlattr *nest, struct vr_sg **sg,
		     struct netlink_ext_ack *extack)
{
	struct nlattr *tb[VROUTER_A_SG_REF_MAX + 1];
	struct vr_object *obj;
	int err;

	err = nla_parse_nested(tb, VROUTER_A_SG_REF_MAX, nest, vrouter_sg_ref_nl_policy,
			       extack);
	if (err)
		return err;
	obj = vr_object_ref(vn, VR_KIND_SG, tb[VROUTER_A_SG_REF_ID], tb[VROUTER_A_SG_REF_NAME],
			    extack);
	if (IS_ERR(obj))
		return PTR_ERR(obj);
	if (!obj)
		return vr_nl_err(extack, nest, -EINVAL, "a security group has an id or a name");
	*sg = vr_to_sg(obj);
	return 0;
}

/**
 * vr_sg_parse_list() - reads the security groups of an object
 * @vn: the namespace
 * @type: attribute type of a group in the request
 * @owner: what kind of object it is, for messages
 * @list: result, with room for VROUTER_SG_MAX groups
 * @count: number of groups in @list; neither changes if the request has no groups
 * @info: the request
 *
 * Context: vn->lock.
 * Return: 0 or a negative errno.
 */
int vr_sg_parse_list(struct vr_net *vn, u16 type, const char *owner, struct vr_sg **list,
		     unsigned int *count, struct genl_info *info)
{
	struct nlattr *attr;
	unsigned int i;
	int err, rem;

	if (!info->attrs[type])
		return 0;
	*count = 0;
	nlmsg_for_each_attr(attr, info->nlhdr, GENL_HDRLEN, rem) {
		if (nla_type(attr) != type || !nla_len(attr))
			continue;
		if (*count == VROUTER_SG_MAX)
			return vr_nl_err(info->extack, attr, -E2BIG,
					 "%s has at most %u security groups", owner,
					 VROUTER_SG_MAX);
		err = parse_ref(vn, attr, &list[*count], info->extack);
		if (err)
			return err;
		for (i = 0; i < *count; i++)
			if (list[i] == list[*count])
				return vr_nl_err(info->extack, attr, -EINVAL,
						 "security group \"%s\" is listed twice",
						 vr_name(&list[i]->obj));
		(*count)++;
	}
	return 0;
}

/** vr_sg_fill_list() - writes security groups as attributes of a type; Context: vn->lock */
int vr_sg_fill_list(struct sk_buff *msg, u16 type, struct vr_sg *const *list,
		    unsigned int count)
{
	struct nlattr *nest;
	unsigned int i;

	for (i = 0; i < count; i++) {
		nest = nla_nest_start(msg, type);
		if (!nest || nla_put_u32(msg, VROUTER_A_SG_REF_ID, list[i]->obj.id) ||
		    nla_put_string(msg, VROUTER_A_SG_REF_NAME, vr_name(&list[i]->obj)))
			return -EMSGSIZE;
		nla_nest_end(msg, nest);
	}
	return 0;
}

/* Frees every group, after the vifs and before the sets. Context: vn->lock. */
void vr_sgs_exit(struct vr_net *vn)
{
	struct vr_object *obj;
	unsigned long id;

	/* Groups are peers of each other: first release all rules, which refer to groups. */
	xa_for_each(&vn->objects[VR_KIND_SG], id, obj)
		vr_rules_release(vr_to_sg(obj));
	xa_for_each(&vn->objects[VR_KIND_SG], id, obj) {
		vr_object_remove(vn, obj, NULL);
		sg_destroy(vr_to_sg(obj));
	}
}
