// SPDX-License-Identifier: GPL-2.0
/* Next hops: where packets go. Routes and fdb entries share them. */
#include <linux/etherdevice.h>
#include <net/addrconf.h>

#include "core/object.h"
#include "fib/ecmp.h"
#include "fib/fdb.h"
#include "fib/hostdev.h"
#include "fib/label.h"
#include "fib/nexthop.h"
#include "fib/nexthop_member.h"
#include "fib/nexthop_tunnel.h"
#include "fib/remotes.h"
#include "fib/route.h"
#include "lib/addr.h"
#include "lib/genid.h"
#include "lib/stats.h"
#include "objects/network.h"
#include "objects/tunnel.h"
#include "objects/vif.h"
#include "underlay/encap.h"

static void free_info_rcu(struct rcu_head *rcu)
{
	struct vr_nexthop_info *info = container_of(rcu, struct vr_nexthop_info, rcu);

	dst_cache_destroy(&info->dst_cache);
	kfree(info->group);
	kfree(info);
}

static void free_nexthop_rcu(struct rcu_head *rcu)
{
	struct vr_nexthop *nh = container_of(rcu, struct vr_nexthop, rcu);

	free_percpu(nh->stats);
	kfree(nh);
}

/* Adds @by to the reference counts of what a next hop refers to, except its remote end. */
static void count_refs(struct vr_net *vn, struct vr_nexthop_info *info, int by)
{
	struct vr_vif *vif = vr_deref(vn, info->vif);
	unsigned int i;

	if (vif)
		vif->nh_refs += by;
	if (info->tunnel)
		info->tunnel->nh_refs += by;
	if (info->network)
		info->network->nh_refs += by;
	for (i = 0; i < info->count; i++)
		info->member[i].nh->refs += by;
}

/* Called before packets use a next hop. Of its references, only the remote end can fail. */
static int nexthop_add_remote(const struct vr_nexthop_info *info)
{
	return info->tunnel ? vr_remotes_add(info->tunnel, &info->remote) : 0;
}

static void del_remote(const struct vr_nexthop_info *info)
{
	if (info->tunnel)
		vr_remotes_del(info->tunnel, &info->remote);
}

static struct vr_nexthop *nexthop_alloc(struct vr_net *vn)
{
	struct vr_nexthop *nh = kzalloc(sizeof(*nh), VR_GFP_ACCOUNT);

	if (!nh)
		return NULL;
	nh->vn = vn;
	vr_genid_assign(vn, &nh->obj);
	nh->stats = vr_stats_alloc();
	if (nh->stats)
		return nh;
	kfree(nh);
	return NULL;
}

/**
 * vr_nexthop_create() - creates a next hop for the module's own use
 * @vn: the namespace
 * @type: enum vrouter_nexthop_type or VR_NEXTHOP_CONNECTED
 * @vif: of a next hop of type vif; not counted as a reference
 *
 * Return: the next hop, to be freed by vr_nexthop_destroy(), or NULL.
 */
struct vr_nexthop *vr_nexthop_create(struct vr_net *vn, u32 type, struct vr_vif *vif)
{
	struct vr_nexthop_info *info = kzalloc(sizeof(*info), VR_GFP_ACCOUNT);
	struct vr_nexthop *nh = nexthop_alloc(vn);

	if (!info || !nh) {
		kfree(info);
		if (nh)
			free_nexthop_rcu(&nh->rcu);
		return NULL;
	}
	info->type = type;
	RCU_INIT_POINTER(info->vif, vif);
	RCU_INIT_POINTER(nh->info, info);
	return nh;
}

/**
 * vr_nexthop_create_tunnel() - creates a next hop of type tunnel for the module's own use
 * @tunnel: the tunnel; not counted as a reference
 * @remote: address of the other end
 *
 * Context: vn->lock.
 * Return: the next hop, to be freed by vr_nexthop_destroy(), or NULL if the tunnel cannot
 *	send there or if out of memory.
 */
struct vr_nexthop *vr_nexthop_create_tunnel(struct vr_tunnel *tunnel,
					    const struct vr_addr *remote)
{
	const struct vr_tunnel_conf *conf = vr_deref(tunnel->vn, tunnel->conf);
	struct vr_nexthop_info *info;
	struct vr_nexthop *nh;

	/* The label that the other end expects cannot be learned. */
	if (remote->family != conf->local.family || !vr_addr_is_unicast(remote) ||
	    !memcmp(remote, &conf->local, sizeof(*remote)) || conf->ops->id == VR_ID_LABEL)
		return NULL;
	nh = vr_nexthop_create(tunnel->vn, VROUTER_NEXTHOP_TYPE_TUNNEL, NULL);
	if (!nh)
		return NULL;
	info = vr_deref(tunnel->vn, nh->info);
	info->tunnel = tunnel;
	info->remote = *remote;
	if (!dst_cache_init(&info->dst_cache, VR_GFP_ACCOUNT))
		return nh;
	vr_nexthop_destroy(nh);
	return NULL;
}

/**
 * vr_nexthop_destroy() - frees a next hop that nothing uses, after a grace period
 * @nh: not, or no longer, in the table of next hops; holds no references
 */
void vr_nexthop_destroy(struct vr_nexthop *nh)
{
	vr_genid_bump(nh->vn, &nh->obj);
	call_rcu(&rcu_dereference_raw(nh->info)->rcu, free_info_rcu);
	call_rcu(&nh->rcu, free_nexthop_rcu);
}

/**
 * vr_nexthop_refuse_missing() - reports a missing attribute
 * @p: the request
 * @attr: number of the attribute
 * @what: what the attribute gives, for the message
 *
 * Return: -EINVAL.
 */
int vr_nexthop_refuse_missing(struct vr_nexthop_parse *p, int attr, const char *what)
{
	NL_SET_ERR_ATTR_MISS(p->extack, NULL, attr);
	return vr_nl_err(p->extack, NULL, -EINVAL, "the %s of the next hop is missing", what);
}

static int parse_vif(struct vr_nexthop_parse *p)
{
	struct nlattr *id = p->attrs[VROUTER_A_NEXTHOP_VIF_ID];
	struct nlattr *name = p->attrs[VROUTER_A_NEXTHOP_VIF_NAME];
	struct vr_object *obj;

	obj = vr_object_ref(p->vn, VR_KIND_VIF, id, name, p->extack);
	if (IS_ERR(obj))
		return PTR_ERR(obj);
	if (!obj && !rcu_access_pointer(p->info->vif))
		return vr_nexthop_refuse_missing(p, VROUTER_A_NEXTHOP_VIF_ID, "vif");
	if (obj) {
		RCU_INIT_POINTER(p->info->vif, vr_to_vif(obj));
		p->info->vif_id = obj->id;
	}
	return 0;
}

/* Finds a device of link type vrouter, and the vif on it, which receives the replies. */
static int parse_host(struct vr_nexthop_parse *p)
{
	struct nlattr *ifindex = p->attrs[VROUTER_A_NEXTHOP_IFINDEX];
	struct nlattr *ifname = p->attrs[VROUTER_A_NEXTHOP_IFNAME];
	struct nlattr *attr = ifindex ? ifindex : ifname;
	struct net_device *dev;
	struct vr_vif *vif;

	if (!attr && rcu_access_pointer(p->info->vif))
		return 0;
	if (!attr)
		return vr_nexthop_refuse_missing(p, VROUTER_A_NEXTHOP_IFINDEX, "device");
	dev = vr_nl_dev(p->vn->net, ifindex, ifname, p->extack);
	if (IS_ERR(dev))
		return PTR_ERR(dev);
	if (!vr_hostdev_is(dev))
		return vr_nl_err(p->extack, attr, -EINVAL,
				 "device \"%s\" is not of link type vrouter", dev->name);
	vif = vr_hostdev_vif(dev);
	if (!vif)
		return vr_nl_err(p->extack, attr, -EINVAL,
				 "device \"%s\" carries no vif, which its replies need",
				 dev->name);
	RCU_INIT_POINTER(p->info->vif, vif);
	p->info->vif_id = vif->obj.id;
	return 0;
}

static int nexthop_parse_network(struct vr_nexthop_parse *p)
{
	struct vr_object *obj;

	obj = vr_object_ref(p->vn, VR_KIND_NETWORK, p->attrs[VROUTER_A_NEXTHOP_NETWORK_ID],
			    p->attrs[VROUTER_A_NEXTHOP_NETWORK_NAME], p->extack);
	if (IS_ERR(obj))
		return PTR_ERR(obj);
	if (!obj && !p->info->network)
		return vr_nexthop_refuse_missing(p, VROUTER_A_NEXTHOP_NETWORK_ID, "network");
	if (obj)
		p->info->network = vr_to_network(obj);
	return 0;
}

/* The next hop types that each attribute belongs to. */
static const struct {
	u16 attr;
	u16 types;
	const char *name;
} belongs[] = {
#define TYPE(name) BIT(VROUTER_NEXTHOP_TYPE_##name)
	{ VROUTER_A_NEXTHOP_VIF_ID, TYPE(VIF), "a vif" },
	{ VROUTER_A_NEXTHOP_VIF_NAME, TYPE(VIF), "a vif" },
	{ VROUTER_A_NEXTHOP_TUNNEL_ID, TYPE(TUNNEL), "a tunnel" },
	{ VROUTER_A_NEXTHOP_TUNNEL_NAME, TYPE(TUNNEL), "a tunnel" },
	{ VROUTER_A_NEXTHOP_REMOTE, TYPE(TUNNEL), "a remote address" },
	{ VROUTER_A_NEXTHOP_VNI, TYPE(TUNNEL), "a VNI" },
	{ VROUTER_A_NEXTHOP_KEY, TYPE(TUNNEL), "a key" },
	{ VROUTER_A_NEXTHOP_LABEL, TYPE(TUNNEL), "a label" },
	{ VROUTER_A_NEXTHOP_PAYLOAD, TYPE(TUNNEL), "a payload" },
	{ VROUTER_A_NEXTHOP_MAC, TYPE(VIF) | TYPE(TUNNEL), "a MAC address" },
	{ VROUTER_A_NEXTHOP_NETWORK_ID, TYPE(NETWORK), "a network" },
	{ VROUTER_A_NEXTHOP_NETWORK_NAME, TYPE(NETWORK), "a network" },
	{ VROUTER_A_NEXTHOP_IFINDEX, TYPE(HOST), "a device" },
	{ VROUTER_A_NEXTHOP_IFNAME, TYPE(HOST), "a device" },
	{ VROUTER_A_NEXTHOP_REJECT_CODE, TYPE(REJECT), "a reject code" },
	{ VROUTER_A_NEXTHOP_MEMBER, TYPE(FLOOD) | TYPE(ECMP), "members" },
	{ VROUTER_A_NEXTHOP_HASH, TYPE(ECMP), "a hash" },
#undef TYPE
};

static const char * const type_names[] = {
	[VROUTER_NEXTHOP_TYPE_VIF] = "vif",
	[VROUTER_NEXTHOP_TYPE_TUNNEL] = "tunnel",
	[VROUTER_NEXTHOP_TYPE_NETWORK] = "network",
	[VROUTER_NEXTHOP_TYPE_HOST] = "host",
	[VROUTER_NEXTHOP_TYPE_BLACKHOLE] = "blackhole",
	[VROUTER_NEXTHOP_TYPE_REJECT] = "reject",
	[VROUTER_NEXTHOP_TYPE_FLOOD] = "flood",
	[VROUTER_NEXTHOP_TYPE_ECMP] = "ecmp",
};

static int check_belongs(struct vr_nexthop_parse *p)
{
	u32 type = p->info->type;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(belongs); i++)
		if (p->attrs[belongs[i].attr] && !(belongs[i].types & BIT(type)))
			return vr_nl_err(p->extack, p->attrs[belongs[i].attr], -EINVAL,
					 "a next hop of type %s has no place for %s",
					 type_names[type], belongs[i].name);
	return 0;
}

static int nexthop_parse_type(struct vr_nexthop_parse *p)
{
	struct nlattr *attr = p->attrs[VROUTER_A_NEXTHOP_TYPE];

	if (!attr && !p->info->type)
		return vr_nexthop_refuse_missing(p, VROUTER_A_NEXTHOP_TYPE, "type");
	if (attr)
		p->info->type = nla_get_u32(attr);
	if (p->info->type >= ARRAY_SIZE(type_names) || !type_names[p->info->type])
		return vr_nl_err(p->extack, attr, -EOPNOTSUPP,
				 "this module knows no next hops of type %u", p->info->type);
	return check_belongs(p);
}

/* Maximum number of table entries that are searched for one that uses a next hop. */
#define NAME_STEPS 4096

/* Refuses if a label, next hop or network uses a next hop but cannot use @types; names it. */
static int refuse_object(const struct vr_nexthop *nh, u32 types, const struct nlattr *attr,
			 struct netlink_ext_ack *extack)
{
	static const struct {
		enum vr_kind kind;
		const char *as;
		u32 types;	/* that such a user accepts */
	} users[] = {
		{ VR_KIND_LABEL, "used by", VR_NEXTHOP_LABEL_TYPES },
		{ VR_KIND_NEXTHOP, "a member of", VR_NEXTHOP_MEMBER_TYPES },
		{ VR_KIND_NETWORK, "the flood of", BIT(VROUTER_NEXTHOP_TYPE_FLOOD) },
	};
	const struct vr_object *user;
	unsigned int i;

	if (nh->refs == nh->route_refs + nh->fdb_refs)
		return 0;
	for (i = 0; i < ARRAY_SIZE(users); i++) {
		user = types & users[i].types ? NULL :
						vr_object_user(nh->vn, users[i].kind, &nh->obj);
		if (user)
			return vr_object_refuse_used(&nh->obj, user, users[i].as, attr, extack);
	}
	return 0;
}

/* Refuses and names a route or fdb entry that uses a next hop, if NAME_STEPS suffice. */
static int refuse_entry(const struct vr_nexthop *nh, bool routes, bool fdb,
			const struct nlattr *attr, struct netlink_ext_ack *extack)
{
	u32 steps = NAME_STEPS;
	struct vr_network *network;
	struct vr_object *obj;
	unsigned long id;
	char user[64];

	xa_for_each(&nh->vn->objects[VR_KIND_NETWORK], id, obj) {
		network = vr_to_network(obj);
		if ((routes && vr_route_user(network, nh, &steps, user, sizeof(user))) ||
		    (fdb && vr_fdb_user(network, nh, &steps, user, sizeof(user))))
			return vr_nl_err(extack, attr, -EBUSY,
					 "next hop %u is used by %s of network \"%s\"",
					 nh->obj.id, user, vr_name(obj));
		if (!steps)
			break;
	}
	return vr_nl_err(extack, attr, -EBUSY,
			 "next hop %u is used by %u routes and %u fdb entries", nh->obj.id,
			 nh->route_refs, nh->fdb_refs);
}

/*
 * Refuses if a user of a next hop cannot use one of type @type; with type 0, for a deletion,
 * if it has any user. The message names one of them.
 */
static int nexthop_refuse_used(const struct vr_nexthop *nh, u32 type, const struct nlattr *attr,
			       struct netlink_ext_ack *extack)
{
	u32 types = type ? BIT(type) : 0;
	bool routes = nh->route_refs && !(types & ~BIT(VROUTER_NEXTHOP_TYPE_FLOOD));
	bool fdb = nh->fdb_refs && !(types & VR_NEXTHOP_FDB_TYPES);
	int err = refuse_object(nh, types, attr, extack);

	if (!err && (routes || fdb))
		err = refuse_entry(nh, routes, fdb, attr, extack);
	if (!err && !type && nh->refs)
		err = vr_nl_err(extack, attr, -EBUSY, "next hop %u is in use", nh->obj.id);
	return err;
}

/* The new type must be one that every user accepts: see nexthop_refuse_used(). */
static int check_users(struct vr_nexthop_parse *p)
{
	struct vr_nexthop_info *now = p->self ? vr_deref(p->vn, p->self->info) : NULL;

	if (!now || now->type == p->info->type)
		return 0;
	return nexthop_refuse_used(p->self, p->info->type, p->attrs[VROUTER_A_NEXTHOP_TYPE],
				   p->extack);
}

static int parse_by_type(struct vr_nexthop_parse *p, const struct genl_info *info)
{
	struct nlattr *mac = p->attrs[VROUTER_A_NEXTHOP_MAC];
	struct nlattr *code = p->attrs[VROUTER_A_NEXTHOP_REJECT_CODE];
	int err;

	if (code)
		p->info->reject_code = nla_get_u32(code);
	if (mac) {
		p->info->has_mac = true;
		err = vr_nl_mac(mac, p->info->mac, p->extack);
		if (err)
			return err;
	}
	switch (p->info->type) {
	case VROUTER_NEXTHOP_TYPE_VIF:
		return parse_vif(p);
	case VROUTER_NEXTHOP_TYPE_HOST:
		return parse_host(p);
	case VROUTER_NEXTHOP_TYPE_TUNNEL:
		return vr_nexthop_tunnel_parse(p);
	case VROUTER_NEXTHOP_TYPE_NETWORK:
		return nexthop_parse_network(p);
	case VROUTER_NEXTHOP_TYPE_FLOOD:
		return vr_members_parse(p, info);
	case VROUTER_NEXTHOP_TYPE_ECMP:
		return vr_members_parse_ecmp(p, info);
	default:
		return 0;
	}
}

/* Copies the contents of a next hop for a change, except the parts of alloc_parts() and l3. */
static void copy_info(struct vr_nexthop_info *to, const struct vr_nexthop_info *from)
{
	to->type = from->type;
	RCU_INIT_POINTER(to->vif, rcu_access_pointer(from->vif));
	to->vif_id = from->vif_id;
	to->tunnel = from->tunnel;
	to->remote = from->remote;
	to->vni = from->vni;
	to->key = from->key;
	to->label = from->label;
	to->payload = from->payload;
	to->has_mac = from->has_mac;
	ether_addr_copy(to->mac, from->mac);
	to->network = from->network;
	to->reject_code = from->reject_code;
	to->hash = from->hash;
	to->count = from->count;
	memcpy(to->member, from->member, flex_array_size(to, member, from->count));
}

/* Allocates the dst cache or the buckets; never both, so that errors need no clean-up. */
static int alloc_parts(struct vr_nexthop_info *info, const struct vr_nexthop_info *now)
{
	if (info->type == VROUTER_NEXTHOP_TYPE_TUNNEL)
		return dst_cache_init(&info->dst_cache, VR_GFP_ACCOUNT);
	if (info->type == VROUTER_NEXTHOP_TYPE_ECMP)
		return vr_ecmp_build(info, now && now->group ? now : NULL);
	return 0;
}

/* The new contents of a next hop, or an error pointer. */
static struct vr_nexthop_info *nexthop_parse(struct vr_net *vn, struct vr_nexthop *self,
					     enum vr_nl_mode mode, struct genl_info *genl)
{
	struct vr_nexthop_info *now = self ? vr_deref(vn, self->info) : NULL;
	struct nlattr *type = genl->attrs[VROUTER_A_NEXTHOP_TYPE];
	struct nlattr *over = NULL;
	unsigned int members = vr_members_count(genl, &over);
	struct vr_nexthop_parse p = { vn, genl->attrs, genl->extack, self };
	int err;

	if (members > VR_FLOOD_MEMBERS_MAX)
		return ERR_PTR(vr_nl_err(p.extack, over, -E2BIG,
					 "a next hop has at most %u members",
					 VR_FLOOD_MEMBERS_MAX));
	if (now)
		members = max(members, now->count);
	p.info = kzalloc(struct_size(p.info, member, members), VR_GFP_ACCOUNT);
	if (!p.info)
		return ERR_PTR(-ENOMEM);
	p.info->reject_code = VROUTER_REJECT_CODE_PROHIBITED;
	/* With another type, no old setting is kept. */
	if (now && mode == VR_NL_SET && (!type || nla_get_u32(type) == now->type))
		copy_info(p.info, now);

	err = nexthop_parse_type(&p);
	if (!err)
		err = check_users(&p);
	if (!err)
		err = parse_by_type(&p, genl);
	if (!err)
		err = alloc_parts(p.info, now);
	if (!err)
		return p.info;
	kfree(p.info);
	return ERR_PTR(err);
}

/* The name of the first difference, for an error message, or NULL. */
static const char *nexthop_difference(const struct vr_nexthop_info *a,
				      const struct vr_nexthop_info *b)
{
	if (a->type != b->type)
		return "type";
	if (rcu_access_pointer(a->vif) != rcu_access_pointer(b->vif))
		return a->type == VROUTER_NEXTHOP_TYPE_HOST ? "device" : "vif";
	if (a->tunnel != b->tunnel)
		return "tunnel";
	if (memcmp(&a->remote, &b->remote, sizeof(a->remote)))
		return "remote address";
	if (a->vni != b->vni)
		return "VNI";
	if (a->key != b->key)
		return "key";
	if (a->label != b->label)
		return "label";
	if (a->has_mac != b->has_mac || !ether_addr_equal(a->mac, b->mac))
		return "MAC address";
	if (a->l3 != b->l3)
		return "payload";
	if (a->network != b->network)
		return "network";
	if (a->reject_code != b->reject_code)
		return "reject code";
	if (a->hash != b->hash)
		return "hash";
	return vr_members_difference(a, b);
}

/* Its vif is gone: adding the next hop again is a repair, not a conflict. */
static bool is_dead(const struct vr_nexthop_info *info)
{
	return (info->type == VROUTER_NEXTHOP_TYPE_VIF ||
		info->type == VROUTER_NEXTHOP_TYPE_HOST) && !rcu_access_pointer(info->vif);
}

static int nexthop_update(struct vr_nexthop *nh, struct vr_nexthop_info *info,
			  enum vr_nl_mode mode, struct genl_info *genl)
{
	struct vr_net *vn = nh->vn;
	struct vr_nexthop_info *old = vr_deref(vn, nh->info);
	const char *differs = nexthop_difference(old, info);
	int err = 0;

	if (!differs)
		goto discard;
	if (mode == VR_NL_ADD && !is_dead(old)) {
		err = vr_nl_err(genl->extack, vr_object_attr(VR_KIND_NEXTHOP, genl), -EEXIST,
				"next hop %u exists with another %s", nh->obj.id, differs);
		goto discard;
	}
	err = nexthop_add_remote(info);
	if (err)
		goto discard;
	count_refs(vn, info, 1);
	count_refs(vn, old, -1);
	rcu_assign_pointer(nh->info, info);
	del_remote(old);
	call_rcu(&old->rcu, free_info_rcu);
	vr_object_changed(vn, &nh->obj, genl);
	return 0;

discard:
	free_info_rcu(&info->rcu);
	return err;
}

static int nexthop_create(struct vr_net *vn, struct vr_nexthop_info *info, struct genl_info *genl)
{
	struct nlattr *id = genl->attrs[VROUTER_A_NEXTHOP_ID];
	struct vr_nexthop *nh = nexthop_alloc(vn);
	int err;

	if (!nh) {
		free_info_rcu(&info->rcu);
		return -ENOMEM;
	}
	RCU_INIT_POINTER(nh->info, info);
	nh->obj.id = id ? nla_get_u32(id) : 0;
	err = nexthop_add_remote(info);
	if (err)
		goto destroy;
	err = vr_object_insert(vn, VR_KIND_NEXTHOP, &nh->obj, genl->extack);
	if (err)
		goto remote;
	count_refs(vn, info, 1);
	vr_object_changed(vn, &nh->obj, genl);
	return 0;

remote:
	del_remote(info);
destroy:
	vr_nexthop_destroy(nh);
	return err;
}

static int nexthop_write_locked(struct vr_net *vn, enum vr_nl_mode mode, struct genl_info *genl)
{
	struct vr_object *obj = vr_object_wanted(vn, VR_KIND_NEXTHOP, genl, mode);
	struct vr_nexthop *nh = NULL;
	struct vr_nexthop_info *info;

	if (IS_ERR(obj))
		return PTR_ERR(obj);
	if (obj)
		nh = vr_to_nexthop(obj);
	info = nexthop_parse(vn, nh, mode, genl);
	if (IS_ERR(info))
		return PTR_ERR(info);
	return nh ? nexthop_update(nh, info, mode, genl) : nexthop_create(vn, info, genl);
}

/* With the rtnl held, the device of a host next hop cannot go away. */
static int nexthop_write(enum vr_nl_mode mode, struct genl_info *genl)
{
	struct vr_net *vn = vr_net(genl_info_net(genl));
	bool names_dev = genl->attrs[VROUTER_A_NEXTHOP_IFINDEX] ||
			 genl->attrs[VROUTER_A_NEXTHOP_IFNAME];
	int err;

	if (names_dev)
		vr_nl_lock_rtnl(vn);
	else
		mutex_lock(&vn->lock);
	err = nexthop_write_locked(vn, mode, genl);
	if (names_dev)
		vr_nl_unlock_rtnl(vn);
	else
		mutex_unlock(&vn->lock);
	return err;
}

int vrouter_nl_nexthop_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	enum vr_nl_mode mode;
	int err = vr_nl_new_mode(info, &mode);

	return err ? err : nexthop_write(mode, info);
}

int vrouter_nl_nexthop_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	return nexthop_write(VR_NL_SET, info);
}

static void nexthop_remove(struct vr_nexthop *nh, struct genl_info *info)
{
	struct vr_nexthop_info *now = vr_deref(nh->vn, nh->info);

	vr_object_remove(nh->vn, &nh->obj, info);
	count_refs(nh->vn, now, -1);
	del_remote(now);
	vr_nexthop_destroy(nh);
}

static int nexthop_del_locked(struct vr_net *vn, struct genl_info *info)
{
	struct vr_object *obj = vr_object_wanted(vn, VR_KIND_NEXTHOP, info, VR_NL_DEL);
	int err;

	if (IS_ERR(obj))
		return PTR_ERR(obj);
	err = nexthop_refuse_used(vr_to_nexthop(obj), 0, vr_object_attr(VR_KIND_NEXTHOP, info),
				  info->extack);
	if (!err)
		nexthop_remove(vr_to_nexthop(obj), info);
	return err;
}

int vrouter_nl_nexthop_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	return vr_nl_do(info, nexthop_del_locked);
}

int vrouter_nl_nexthop_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	return vr_object_get(VR_KIND_NEXTHOP, info);
}

static size_t nexthop_size(const struct vr_object *obj)
{
	const struct vr_nexthop *nh = vr_to_nexthop(obj);
	size_t member = nla_total_size(2 * nla_total_size(sizeof(u32)));

	return NLMSG_DEFAULT_SIZE + vr_deref(nh->vn, nh->info)->count * member;
}

/* Filters of a dump; NULL and 0 match all. */
struct filter {
	u32 type;
	struct vr_object *vif;
	struct vr_object *tunnel;
	struct vr_object *network;
};

static bool nexthop_match(const struct vr_object *obj, const void *data)
{
	const struct filter *filter = data;
	struct vr_nexthop *nh = vr_to_nexthop(obj);
	struct vr_nexthop_info *info = vr_deref(nh->vn, nh->info);
	struct vr_vif *vif = vr_deref(nh->vn, info->vif);

	if (filter->type && filter->type != info->type)
		return false;
	if (filter->vif && (!vif || &vif->obj != filter->vif))
		return false;
	if (filter->tunnel && (!info->tunnel || &info->tunnel->obj != filter->tunnel))
		return false;
	return !filter->network || (info->network && &info->network->obj == filter->network);
}

static int nexthop_dump_locked(struct vr_net *vn, struct sk_buff *skb, struct netlink_callback *cb)
{
	struct nlattr **attrs = vr_dump_attrs(cb);
	struct filter filter = {};

	if (attrs[VROUTER_A_NEXTHOP_TYPE])
		filter.type = nla_get_u32(attrs[VROUTER_A_NEXTHOP_TYPE]);
	filter.vif = vr_object_ref(vn, VR_KIND_VIF, attrs[VROUTER_A_NEXTHOP_VIF_ID],
				   attrs[VROUTER_A_NEXTHOP_VIF_NAME], cb->extack);
	if (IS_ERR(filter.vif))
		return PTR_ERR(filter.vif);
	filter.tunnel = vr_object_ref(vn, VR_KIND_TUNNEL, attrs[VROUTER_A_NEXTHOP_TUNNEL_ID],
				      attrs[VROUTER_A_NEXTHOP_TUNNEL_NAME], cb->extack);
	if (IS_ERR(filter.tunnel))
		return PTR_ERR(filter.tunnel);
	filter.network = vr_object_ref(vn, VR_KIND_NETWORK,
				       attrs[VROUTER_A_NEXTHOP_NETWORK_ID],
				       attrs[VROUTER_A_NEXTHOP_NETWORK_NAME], cb->extack);
	if (IS_ERR(filter.network))
		return PTR_ERR(filter.network);
	return vr_object_dump(VR_KIND_NEXTHOP, skb, cb, nexthop_match, &filter);
}

int vrouter_nl_nexthop_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	return vr_nl_dump(skb, cb, nexthop_dump_locked);
}

/**
 * vr_nexthop_forget_vif() - detaches a vif that is being deleted from its next hops
 * @vif: the vif; its next hops stay and drop packets as nexthop_dead
 *
 * Context: vn->lock; a grace period must pass before the vif is freed.
 */
void vr_nexthop_forget_vif(struct vr_vif *vif)
{
	struct vr_net *vn = vif->vn;
	struct vr_nexthop_info *info;
	struct vr_object *obj;
	unsigned long id;

	if (!vif->nh_refs)
		return;
	xa_for_each(&vn->objects[VR_KIND_NEXTHOP], id, obj) {
		info = vr_deref(vn, vr_to_nexthop(obj)->info);
		if (rcu_access_pointer(info->vif) != vif)
			continue;
		RCU_INIT_POINTER(info->vif, NULL);
		vif->nh_refs--;
		vr_object_changed(vn, obj, NULL);
	}
}

/** vr_nexthop_reset_tunnel() - clears the cached underlay routes of a tunnel that changed */
void vr_nexthop_reset_tunnel(struct vr_tunnel *tunnel)
{
	struct vr_nexthop_info *info;
	struct vr_object *obj;
	unsigned long id;

	xa_for_each(&tunnel->vn->objects[VR_KIND_NEXTHOP], id, obj) {
		info = vr_deref(tunnel->vn, vr_to_nexthop(obj)->info);
		if (info->tunnel == tunnel)
			dst_cache_reset(&info->dst_cache);
	}
}

static int nexthop_fill_vif(struct sk_buff *msg, const struct vr_nexthop_info *info,
			    const struct vr_vif *vif)
{
	if (info->type == VROUTER_NEXTHOP_TYPE_HOST && vif &&
	    (nla_put_u32(msg, VROUTER_A_NEXTHOP_IFINDEX, vif->dev->ifindex) ||
	     nla_put_string(msg, VROUTER_A_NEXTHOP_IFNAME, vif->dev->name)))
		return -EMSGSIZE;
	if (nla_put_u32(msg, VROUTER_A_NEXTHOP_VIF_ID, info->vif_id) ||
	    (vif && nla_put_string(msg, VROUTER_A_NEXTHOP_VIF_NAME, vr_name(&vif->obj))))
		return -EMSGSIZE;
	return 0;
}

static int nexthop_fill_info(struct sk_buff *msg, const struct vr_nexthop *nh)
{
	const struct vr_nexthop_info *info = vr_deref(nh->vn, nh->info);

	if (info->has_mac && nla_put(msg, VROUTER_A_NEXTHOP_MAC, ETH_ALEN, info->mac))
		return -EMSGSIZE;
	switch (info->type) {
	case VROUTER_NEXTHOP_TYPE_VIF:
	case VROUTER_NEXTHOP_TYPE_HOST:
		return nexthop_fill_vif(msg, info, vr_deref(nh->vn, info->vif));
	case VROUTER_NEXTHOP_TYPE_TUNNEL:
		return vr_nexthop_tunnel_fill(msg, info);
	case VROUTER_NEXTHOP_TYPE_NETWORK:
		if (nla_put_u32(msg, VROUTER_A_NEXTHOP_NETWORK_ID, info->network->obj.id) ||
		    nla_put_string(msg, VROUTER_A_NEXTHOP_NETWORK_NAME,
				   vr_name(&info->network->obj)))
			return -EMSGSIZE;
		return 0;
	case VROUTER_NEXTHOP_TYPE_REJECT:
		return nla_put_u32(msg, VROUTER_A_NEXTHOP_REJECT_CODE, info->reject_code);
	case VROUTER_NEXTHOP_TYPE_FLOOD:
		return vr_members_fill(msg, info);
	case VROUTER_NEXTHOP_TYPE_ECMP:
		if (nla_put_u32(msg, VROUTER_A_NEXTHOP_HASH, info->hash))
			return -EMSGSIZE;
		return vr_members_fill(msg, info);
	default:
		return 0;
	}
}

static int nexthop_fill(struct sk_buff *msg, const struct vr_object *obj)
{
	const struct vr_nexthop *nh = vr_to_nexthop(obj);

	if (nla_put_u32(msg, VROUTER_A_NEXTHOP_ID, obj->id) ||
	    nla_put_u32(msg, VROUTER_A_NEXTHOP_TYPE, vr_deref(nh->vn, nh->info)->type) ||
	    nla_put_u32(msg, VROUTER_A_NEXTHOP_REFS, nh->refs) ||
	    nla_put_u32(msg, VROUTER_A_NEXTHOP_GENERATION, obj->generation) ||
	    nexthop_fill_info(msg, nh))
		return -EMSGSIZE;
	return vr_stats_put(msg, VROUTER_A_NEXTHOP_STATS, nh->stats, 0);
}

/* Does a next hop refer to a vif, tunnel or network, or to a next hop as a member? */
static bool nexthop_uses(const struct vr_object *obj, const struct vr_object *target)
{
	const struct vr_nexthop *nh = vr_to_nexthop(obj);
	const struct vr_nexthop_info *info = vr_deref(nh->vn, nh->info);

	switch (target->key.kind) {
	case VR_KIND_VIF:
		return rcu_access_pointer(info->vif) == vr_to_vif(target);
	case VR_KIND_TUNNEL:
		return info->tunnel == vr_to_tunnel(target);
	case VR_KIND_NETWORK:
		return info->network == vr_to_network(target);
	case VR_KIND_NEXTHOP:
		return vr_member_has(info, vr_to_nexthop(target));
	default:
		return false;
	}
}

const struct vr_object_ops vr_nexthop_ops = {
	.kind = VR_KIND_NEXTHOP,
	.uses = nexthop_uses,
	.noun = "next hop",
	.id_attr = VROUTER_A_NEXTHOP_ID,
	.get_cmd = VROUTER_CMD_NEXTHOP_GET,
	.new_cmd = VROUTER_CMD_NEXTHOP_NEW_NTF,
	.del_cmd = VROUTER_CMD_NEXTHOP_DEL_NTF,
	.size = nexthop_size,
	.fill = nexthop_fill,
};

/* Frees all next hops; routes, fdb entries and packets are gone. Context: vn->lock. */
void vr_nexthops_exit(struct vr_net *vn)
{
	struct vr_nexthop_info *info;
	struct vr_object *obj;
	unsigned long id;

	/* Drop all references to members first: a member may be freed before its next hop. */
	xa_for_each(&vn->objects[VR_KIND_NEXTHOP], id, obj) {
		info = vr_deref(vn, vr_to_nexthop(obj)->info);
		while (info->count)
			info->member[--info->count].nh->refs--;
	}
	xa_for_each(&vn->objects[VR_KIND_NEXTHOP], id, obj)
		nexthop_remove(vr_to_nexthop(obj), NULL);
}
