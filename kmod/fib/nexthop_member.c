// SPDX-License-Identifier: GPL-2.0
/* Members of next hops: a flood copies to all of them, an ecmp selects one per flow. */
#include "core/object.h"
#include "fib/ecmp.h"
#include "fib/nexthop.h"
#include "fib/nexthop_member.h"

/** vr_members_count() - counts the members in a request; sets @over to the first over the limit */
unsigned int vr_members_count(const struct genl_info *info, struct nlattr **over)
{
	unsigned int count = 0;
	struct nlattr *attr;
	int rem;

	nlmsg_for_each_attr(attr, info->nlhdr, GENL_HDRLEN, rem)
		if (nla_type(attr) == VROUTER_A_NEXTHOP_MEMBER &&
		    count++ == VR_FLOOD_MEMBERS_MAX)
			*over = attr;
	return count;
}

static int parse_weight(struct vr_nexthop_parse *p, const struct nlattr *attr, u32 *weight)
{
	bool weighted = p->info->type == VROUTER_NEXTHOP_TYPE_ECMP;

	if (attr && !weighted)
		return vr_nl_err(p->extack, attr, -EINVAL, "a member of a flood has no weight");
	*weight = attr ? nla_get_u32(attr) : weighted;
	if (weighted && (!*weight || *weight > VR_GROUP_WEIGHT_MAX))
		return vr_nl_err(p->extack, attr, -ERANGE, "weight %u is out of range: 1 to %u",
				 *weight, VR_GROUP_WEIGHT_MAX);
	return 0;
}

static int parse_member(struct vr_nexthop_parse *p, const struct nlattr *nest)
{
	struct nlattr *tb[VROUTER_A_MEMBER_MAX + 1], *attr;
	struct vr_member *member = &p->info->member[p->info->count];
	struct vr_object *obj;
	unsigned int i;
	u32 type;
	int err;

	err = nla_parse_nested(tb, VROUTER_A_MEMBER_MAX, nest, vrouter_member_nl_policy,
			       p->extack);
	if (err)
		return err;
	attr = tb[VROUTER_A_MEMBER_NEXTHOP];
	if (NL_REQ_ATTR_CHECK(p->extack, nest, tb, VROUTER_A_MEMBER_NEXTHOP))
		return vr_nl_err(p->extack, NULL, -EINVAL, "the next hop of a member is missing");
	obj = vr_object_ref(p->vn, VR_KIND_NEXTHOP, attr, NULL, p->extack);
	if (IS_ERR(obj))
		return PTR_ERR(obj);
	if (vr_to_nexthop(obj) == p->self)
		return vr_nl_err(p->extack, attr, -ELOOP,
				 "next hop %u cannot be a member of itself", obj->id);
	type = vr_deref(p->vn, vr_to_nexthop(obj)->info)->type;
	if (!(BIT(type) & VR_NEXTHOP_MEMBER_TYPES))
		return vr_nl_err(p->extack, attr, -EINVAL,
				 "next hop %u is of neither type vif nor tunnel", obj->id);
	for (i = 0; i < p->info->count; i++)
		if (p->info->member[i].nh == vr_to_nexthop(obj))
			return vr_nl_err(p->extack, attr, -EINVAL,
					 "next hop %u is a member twice", obj->id);
	err = parse_weight(p, tb[VROUTER_A_MEMBER_WEIGHT], &member->weight);
	if (err)
		return err;
	member->nh = vr_to_nexthop(obj);
	p->info->count++;
	return 0;
}

/**
 * vr_members_parse() - reads the list of members of a flood or ecmp
 * @p: the request; its info has room for all of them
 * @info: the request, for attributes that repeat
 *
 * Context: vn->lock.
 * Return: 0 or a negative errno.
 */
int vr_members_parse(struct vr_nexthop_parse *p, const struct genl_info *info)
{
	struct nlattr *attr;
	int err, rem;

	if (!p->attrs[VROUTER_A_NEXTHOP_MEMBER])
		return 0;
	p->info->count = 0;
	nlmsg_for_each_attr(attr, info->nlhdr, GENL_HDRLEN, rem) {
		if (nla_type(attr) != VROUTER_A_NEXTHOP_MEMBER || !nla_len(attr))
			continue;
		if (p->info->type == VROUTER_NEXTHOP_TYPE_ECMP &&
		    p->info->count == VR_GROUP_MEMBERS_MAX)
			return vr_nl_err(p->extack, attr, -E2BIG,
					 "a next hop of type ecmp has at most %u members",
					 VR_GROUP_MEMBERS_MAX);
		err = parse_member(p, attr);
		if (err)
			return err;
	}
	return 0;
}

/** vr_members_parse_ecmp() - vr_members_parse() for an ecmp, with its hash */
int vr_members_parse_ecmp(struct vr_nexthop_parse *p, const struct genl_info *info)
{
	struct nlattr *hash = p->attrs[VROUTER_A_NEXTHOP_HASH];
	struct nlattr *member = p->attrs[VROUTER_A_NEXTHOP_MEMBER];
	int err = vr_members_parse(p, info);

	if (err)
		return err;
	if (hash)
		p->info->hash = nla_get_u32(hash);
	if (p->info->count)
		return 0;
	if (!member)
		return vr_nexthop_refuse_missing(p, VROUTER_A_NEXTHOP_MEMBER, "list of members");
	return vr_nl_err(p->extack, member, -EINVAL,
			 "a next hop of type ecmp needs a member: it has nowhere to send to");
}

/** vr_members_difference() - names how the members of two next hops differ, or NULL */
const char *vr_members_difference(const struct vr_nexthop_info *a,
				  const struct vr_nexthop_info *b)
{
	unsigned int i;

	if (a->count != b->count)
		return "list of members";
	for (i = 0; i < a->count; i++)
		if (a->member[i].nh != b->member[i].nh)
			return "list of members";
	for (i = 0; i < a->count; i++)
		if (a->member[i].weight != b->member[i].weight)
			return "weight of a member";
	return NULL;
}

/** vr_members_fill() - writes the members of a next hop, or returns -EMSGSIZE */
int vr_members_fill(struct sk_buff *msg, const struct vr_nexthop_info *info)
{
	struct nlattr *nest;
	unsigned int i;

	for (i = 0; i < info->count; i++) {
		nest = nla_nest_start(msg, VROUTER_A_NEXTHOP_MEMBER);
		if (!nest ||
		    nla_put_u32(msg, VROUTER_A_MEMBER_NEXTHOP, info->member[i].nh->obj.id) ||
		    (info->member[i].weight &&
		     nla_put_u32(msg, VROUTER_A_MEMBER_WEIGHT, info->member[i].weight)))
			return -EMSGSIZE;
		nla_nest_end(msg, nest);
	}
	return 0;
}

/** vr_member_has() - is a next hop a member? Context: vn->lock */
bool vr_member_has(const struct vr_nexthop_info *info, const struct vr_nexthop *nh)
{
	unsigned int i;

	for (i = 0; i < info->count; i++)
		if (info->member[i].nh == nh)
			return true;
	return false;
}
