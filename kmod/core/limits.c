// SPDX-License-Identifier: GPL-2.0
/*
 * Limits of the number of objects of each kind in a namespace. Memory is charged to cgroups as
 * well, but lists are walked and ids are finite too, and not every namespace is run in a cgroup
 * with a limit.
 */
#include "core/limits.h"
#include "core/netlink.h"
#include "core/table.h"

/*
 * For each kind: the attribute, the default limit, which only the host's administrator can
 * exceed, and the plural noun for messages.
 */
static const struct limit {
	u16 attr;
	u32 preset;
	const char *nouns;
} limits[VR_KIND_MAX] = {
	[VR_KIND_NETWORK] = { VROUTER_A_LIMITS_NETWORKS, 65536, "networks" },
	[VR_KIND_TUNNEL] = { VROUTER_A_LIMITS_TUNNELS, 4096, "tunnels" },
	[VR_KIND_VIF] = { VROUTER_A_LIMITS_VIFS, 65536, "vifs" },
	[VR_KIND_NEXTHOP] = { VROUTER_A_LIMITS_NEXTHOPS, 1 << 20, "next hops" },
	[VR_KIND_LABEL] = { VROUTER_A_LIMITS_LABELS, 1 << 20, "labels" },
	[VR_KIND_SET] = { VROUTER_A_LIMITS_SETS, 65536, "sets" },
	[VR_KIND_SG] = { VROUTER_A_LIMITS_SGS, 65536, "security groups" },
	[VR_KIND_POLICER] = { VROUTER_A_LIMITS_POLICERS, 65536, "policers" },
	[VR_KIND_ROUTE] = { VROUTER_A_LIMITS_ROUTES, 1 << 24, "routes" },
	[VR_KIND_FDB] = { VROUTER_A_LIMITS_FDB, 1 << 24, "fdb entries" },
	[VR_KIND_NEIGHBOUR] = { VROUTER_A_LIMITS_NEIGHBOURS, 1 << 24, "neighbours" },
	[VR_KIND_ELEMENT] = { VROUTER_A_LIMITS_ELEMENTS, 1 << 24, "elements" },
	[VR_KIND_RULE] = { VROUTER_A_LIMITS_RULES, 1 << 20, "rules" },
};

/**
 * vr_limits_check() - may a namespace have more objects of a kind?
 * @vn: the namespace
 * @kind: kind of the objects
 * @more: number of additional objects
 * @extack: for a refusal, or NULL
 *
 * Context: vn->lock.
 * Return: 0 or -ENOSPC.
 */
int vr_limits_check(const struct vr_net *vn, enum vr_kind kind, u32 more,
		    struct netlink_ext_ack *extack)
{
	lockdep_assert_held(&vn->lock);
	if ((u64)vn->counts[kind] + more <= vn->limits[kind])
		return 0;
	return vr_nl_err(extack, NULL, -ENOSPC, "the namespace is at its limit of %u %s",
			 vn->limits[kind], limits[kind].nouns);
}

/** vr_limits_check_entry() - vr_limits_check() for an entry of a table; Context: vn->lock */
int vr_limits_check_entry(const struct vr_table_req *req, enum vr_kind kind)
{
	const struct vr_net *vn = req->vn;

	lockdep_assert_held(&vn->lock);
	if (vn->counts[kind] < vn->limits[kind])
		return 0;
	return vr_table_err(req, NULL, -ENOSPC, "the namespace is at its limit of %u %s",
			    vn->limits[kind], limits[kind].nouns);
}

static int limits_fill(struct sk_buff *msg, const struct vr_net *vn)
{
	unsigned int kind;

	for (kind = 0; kind < VR_KIND_MAX; kind++)
		if (nla_put_u32(msg, limits[kind].attr, vn->limits[kind]))
			return -EMSGSIZE;
	return 0;
}

static struct sk_buff *limits_build(const struct vr_net *vn, u8 cmd, u32 portid, u32 seq)
{
	struct sk_buff *msg = genlmsg_new(NLMSG_DEFAULT_SIZE, GFP_KERNEL);
	void *hdr;

	if (!msg)
		return NULL;
	hdr = genlmsg_put(msg, portid, seq, &vr_nl_family, 0, cmd);
	if (!hdr || WARN_ON_ONCE(limits_fill(msg, vn))) {
		nlmsg_free(msg);
		return NULL;
	}
	genlmsg_end(msg, hdr);
	return msg;
}

static int limits_get_locked(struct vr_net *vn, struct genl_info *info)
{
	struct sk_buff *msg = limits_build(vn, VROUTER_CMD_LIMITS_GET, info->snd_portid,
					   info->snd_seq);

	return msg ? genlmsg_reply(msg, info) : -ENOMEM;
}

int vrouter_nl_limits_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	return vr_nl_do(info, limits_get_locked);
}

/*
 * A namespace's own administrator may raise a limit up to the value that the host's administrator
 * set last, or the default.
 */
static int limits_check_permission(const struct vr_net *vn, struct genl_info *info)
{
	const struct nlattr *attr;
	unsigned int kind;

	for (kind = 0; kind < VR_KIND_MAX; kind++) {
		attr = info->attrs[limits[kind].attr];
		if (attr && nla_get_u32(attr) > vn->limits_max[kind])
			return vr_nl_err(info->extack, attr, -EPERM,
					 "only the host's administrator may allow more than %u %s",
					 vn->limits_max[kind], limits[kind].nouns);
	}
	return 0;
}

/* Does a request change any limit? */
static bool limits_change(const struct vr_net *vn, const struct genl_info *info)
{
	const struct nlattr *attr;
	unsigned int kind;

	for (kind = 0; kind < VR_KIND_MAX; kind++) {
		attr = info->attrs[limits[kind].attr];
		if (attr && nla_get_u32(attr) != vn->limits[kind])
			return true;
	}
	return false;
}

static void limits_set(struct vr_net *vn, struct genl_info *info, bool by_host)
{
	bool change = limits_change(vn, info);
	const struct nlattr *attr;
	unsigned int kind;

	for (kind = 0; kind < VR_KIND_MAX; kind++) {
		attr = info->attrs[limits[kind].attr];
		if (!attr)
			continue;
		vn->limits[kind] = nla_get_u32(attr);
		if (by_host)
			vn->limits_max[kind] = vn->limits[kind];
	}
	if (change && vr_nl_wanted(vn, info, VROUTER_CMD_LIMITS_NEW_NTF))
		vr_nl_send(vn, limits_build(vn, VROUTER_CMD_LIMITS_NEW_NTF, info->snd_portid,
					    info->snd_seq), info);
}

int vrouter_nl_limits_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct vr_net *vn = vr_net(genl_info_net(info));
	bool by_host = netlink_capable(skb, CAP_NET_ADMIN);
	int err;

	mutex_lock(&vn->lock);
	err = by_host ? 0 : limits_check_permission(vn, info);
	if (!err)
		limits_set(vn, info, by_host);
	mutex_unlock(&vn->lock);
	return err;
}

/** vr_limits_init() - sets the defaults for a new namespace */
void vr_limits_init(struct vr_net *vn)
{
	unsigned int kind;

	for (kind = 0; kind < VR_KIND_MAX; kind++) {
		vn->limits[kind] = limits[kind].preset;
		vn->limits_max[kind] = limits[kind].preset;
	}
}
