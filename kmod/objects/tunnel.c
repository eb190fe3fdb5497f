// SPDX-License-Identifier: GPL-2.0
/* Tunnels: the underlay endpoints of this hypervisor. */
#include "core/limits.h"
#include "core/object.h"
#include "fib/learn.h"
#include "fib/nexthop.h"
#include "fib/nexthop_tunnel.h"
#include "flow/flowtable.h"
#include "lib/addr.h"
#include "lib/stats.h"
#include "objects/network.h"
#include "objects/tunnel.h"
#include "underlay/encap.h"
#include "underlay/gro.h"

#define DEFAULT_TTL 64
#define DSCP_MAX 63

static void tunnel_free_rcu(struct rcu_head *rcu)
{
	struct vr_tunnel *tunnel = container_of(rcu, struct vr_tunnel, rcu);

	free_percpu(tunnel->stats);
	kfree(rcu_dereference_raw(tunnel->conf));
	kfree(tunnel);
}

static int parse_local(struct vr_tunnel_conf *conf, struct genl_info *info)
{
	struct nlattr *attr = info->attrs[VROUTER_A_TUNNEL_LOCAL];
	struct vr_addr *local = &conf->local;
	int err;

	if (!attr && local->family)
		return 0;
	if (GENL_REQ_ATTR_CHECK(info, VROUTER_A_TUNNEL_LOCAL))
		return vr_nl_err(info->extack, NULL, -EINVAL,
				 "the local address of the tunnel is missing");
	err = vr_nl_addr(attr, local, info->extack);
	if (err)
		return err;
	if (!vr_addr_is_unicast(local))
		return vr_nl_err(info->extack, attr, -EADDRNOTAVAIL,
				 "the local address is not a unicast address");
	return 0;
}

static int tunnel_parse_type(struct vr_tunnel_conf *conf, struct genl_info *info)
{
	struct nlattr *attr = info->attrs[VROUTER_A_TUNNEL_TYPE];

	if (!attr && conf->ops)
		return 0;
	if (GENL_REQ_ATTR_CHECK(info, VROUTER_A_TUNNEL_TYPE))
		return vr_nl_err(info->extack, NULL, -EINVAL,
				 "the type of the tunnel is missing");
	conf->ops = vr_encap_by_type(nla_get_u32(attr));
	if (!conf->ops)
		return vr_nl_err(info->extack, attr, -EOPNOTSUPP,
				 "this module knows no tunnels of type %u", nla_get_u32(attr));
	return 0;
}

static bool is_udp(const struct vr_tunnel_conf *conf)
{
	return conf->ops->proto == IPPROTO_UDP;
}

/* Parses the attributes that only UDP encapsulations have. */
static int parse_udp(struct vr_tunnel_conf *conf, struct genl_info *info)
{
	struct nlattr *port = info->attrs[VROUTER_A_TUNNEL_PORT];
	struct nlattr *csum = info->attrs[VROUTER_A_TUNNEL_UDP_CSUM];

	if (!is_udp(conf) && (port || csum))
		return vr_nl_err(info->extack, port ? port : csum, -EINVAL,
				 "a tunnel of type %s has no place for a UDP %s",
				 conf->ops->name, port ? "port" : "checksum");
	if (port)
		conf->port = nla_get_be16(port);
	if (is_udp(conf) && !conf->port)
		return vr_nl_err(info->extack, port, -ERANGE,
				 "UDP port 0 is out of range: 1 to 65535");
	return vr_nl_flag(csum, &conf->udp_csum, info->extack);
}

static int parse_header_fields(struct vr_tunnel_conf *conf, struct genl_info *info)
{
	struct nlattr **attrs = info->attrs;

	if (attrs[VROUTER_A_TUNNEL_TTL])
		conf->ttl = nla_get_u8(attrs[VROUTER_A_TUNNEL_TTL]);
	if (!conf->ttl)
		return vr_nl_err(info->extack, attrs[VROUTER_A_TUNNEL_TTL], -ERANGE,
				 "TTL 0 is out of range: 1 to 255");
	if (attrs[VROUTER_A_TUNNEL_DSCP])
		conf->dscp = nla_get_u8(attrs[VROUTER_A_TUNNEL_DSCP]);
	if (conf->dscp > DSCP_MAX)
		return vr_nl_err(info->extack, attrs[VROUTER_A_TUNNEL_DSCP], -ERANGE,
				 "DSCP %u is out of range: 0 to %u", conf->dscp, DSCP_MAX);
	if (attrs[VROUTER_A_TUNNEL_MARK])
		conf->mark = nla_get_u32(attrs[VROUTER_A_TUNNEL_MARK]);
	return vr_nl_flag(attrs[VROUTER_A_TUNNEL_DSCP_INHERIT], &conf->dscp_inherit,
			  info->extack);
}

/* The conf stores the index of the underlay device, as sockets do. */
static int parse_device(struct vr_net *vn, struct vr_tunnel_conf *conf,
			struct genl_info *info)
{
	struct nlattr *ifindex = info->attrs[VROUTER_A_TUNNEL_IFINDEX];
	struct nlattr *ifname = info->attrs[VROUTER_A_TUNNEL_IFNAME];
	struct net_device *dev;

	if (!ifindex && !ifname)
		return 0;
	if (ifindex && !nla_get_u32(ifindex)) {
		if (ifname)
			return vr_nl_err(info->extack, ifname, -EINVAL,
					 "it can be no device, or \"%.*s\", but not both",
					 IFNAMSIZ, (const char *)nla_data(ifname));
		conf->ifindex = 0;
		return 0;
	}
	dev = vr_nl_dev(vn->net, ifindex, ifname, info->extack);
	if (IS_ERR(dev))
		return PTR_ERR(dev);
	conf->ifindex = dev->ifindex;
	return 0;
}

static int tunnel_parse(struct vr_net *vn, struct vr_tunnel_conf *conf, struct genl_info *info)
{
	const struct vr_encap_ops *before = conf->ops;
	int err;

	err = tunnel_parse_type(conf, info);
	if (!err)
		err = parse_local(conf, info);
	if (err)
		return err;
	/*
	 * Defaults: over IPv4 a zero checksum (RFC 7348); over IPv6 a real one, since both ends
	 * must agree on zero (RFC 6935).
	 */
	if (conf->ops != before) {
		conf->udp_csum = is_udp(conf) && conf->local.family == AF_INET6;
		conf->port = htons(conf->ops->port);
	}
	err = parse_udp(conf, info);
	if (!err)
		err = parse_header_fields(conf, info);
	if (!err)
		err = parse_device(vn, conf, info);
	return err;
}

static const char *tunnel_difference(const struct vr_tunnel_conf *a,
				     const struct vr_tunnel_conf *b)
{
	if (a->ops != b->ops)
		return "type";
	if (memcmp(&a->local, &b->local, sizeof(a->local)))
		return "local address";
	if (a->port != b->port)
		return "UDP port";
	if (a->ttl != b->ttl)
		return "TTL";
	if (a->dscp != b->dscp || a->dscp_inherit != b->dscp_inherit)
		return "DSCP";
	if (a->udp_csum != b->udp_csum)
		return "UDP checksum";
	if (a->ifindex != b->ifindex)
		return "underlay device";
	if (a->mark != b->mark)
		return "mark";
	return NULL;
}

/* Can one socket serve both? The checksum changes what it accepts over IPv6 only. */
static bool same_socket(const struct vr_tunnel_conf *a, const struct vr_tunnel_conf *b)
{
	return a->ops == b->ops && !memcmp(&a->local, &b->local, sizeof(a->local)) &&
	       a->port == b->port && a->ifindex == b->ifindex &&
	       (a->local.family == AF_INET || a->udp_csum == b->udp_csum);
}

/*
 * Two sockets cannot have the same address and port, not even for a moment. In the same way, only
 * one tunnel can receive the plain GRE packets for an address, and one the MPLS-in-GRE packets.
 */
static bool same_port(const struct vr_tunnel_conf *a, const struct vr_tunnel_conf *b)
{
	return a->ops->proto == b->ops->proto && a->port == b->port &&
	       (is_udp(a) || a->ops == b->ops) &&
	       !memcmp(&a->local, &b->local, sizeof(a->local));
}

/* Another tunnel with the same address and port, or NULL. */
static struct vr_tunnel *rival(const struct vr_tunnel *self, const struct vr_tunnel_conf *conf)
{
	struct vr_object *obj;
	unsigned long id;

	xa_for_each(&self->vn->objects[VR_KIND_TUNNEL], id, obj)
		if (vr_to_tunnel(obj) != self &&
		    same_port(vr_deref(self->vn, vr_to_tunnel(obj)->conf), conf))
			return vr_to_tunnel(obj);
	return NULL;
}

/* The first of some attributes that a request has, or NULL. */
static struct nlattr *first_attr(const struct genl_info *info, const u16 *types,
				 unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		if (info->attrs[types[i]])
			return info->attrs[types[i]];
	return NULL;
}

static int refuse_rival(const struct vr_tunnel *other, const struct vr_tunnel_conf *conf,
			const struct nlattr *attr, struct netlink_ext_ack *extack)
{
	if (is_udp(conf))
		return vr_nl_err(extack, attr, -EADDRINUSE,
				 "tunnel \"%s\" has UDP port %u of that address",
				 vr_name(&other->obj), ntohs(conf->port));
	return vr_nl_err(extack, attr, -EADDRINUSE,
			 "tunnel \"%s\" has the %s packets for that address",
			 vr_name(&other->obj), conf->ops->id == VR_ID_LABEL ? "MPLS" : "GRE");
}

/* Opens a socket. On failure, marks the attribute that is at fault. */
static int open_socket(struct vr_tunnel *tunnel, struct vr_tunnel_conf *conf,
		       struct genl_info *info)
{
	static const u16 types[] = { VROUTER_A_TUNNEL_PORT, VROUTER_A_TUNNEL_LOCAL,
				     VROUTER_A_TUNNEL_PORT, VROUTER_A_TUNNEL_IFINDEX,
				     VROUTER_A_TUNNEL_IFNAME };
	int err = conf->ops->open(tunnel, conf, info->extack);
	bool port = err == -EADDRINUSE;
	struct vr_tunnel *other;
	struct nlattr *attr;

	if (!err)
		return 0;
	attr = first_attr(info, types + !port, ARRAY_SIZE(types) - !port);
	other = port ? rival(tunnel, conf) : NULL;
	if (other)
		return refuse_rival(other, conf, attr, info->extack);
	if (attr)
		NL_SET_BAD_ATTR(info->extack, attr);
	return err;
}

/* Opens a socket for a tunnel's new conf, or shares the old one if it fits. */
static int replace_socket(struct vr_tunnel *tunnel, struct vr_tunnel_conf *old,
			  struct vr_tunnel_conf *conf, struct genl_info *info)
{
	static const u16 types[] = { VROUTER_A_TUNNEL_UDP_CSUM, VROUTER_A_TUNNEL_IFINDEX,
				     VROUTER_A_TUNNEL_IFNAME };
	bool device = old->ifindex != conf->ifindex;

	if (same_socket(old, conf)) {
		conf->sock = old->sock;
		conf->gre = old->gre;
		return 0;
	}
	if (same_port(old, conf) && old->ops != conf->ops)
		return vr_nl_err(info->extack, info->attrs[VROUTER_A_TUNNEL_TYPE], -EBUSY,
				 "the type of tunnel \"%s\" can change only together with its address or port",
				 vr_name(&tunnel->obj));
	if (same_port(old, conf))
		return vr_nl_err(info->extack,
				 first_attr(info, types + device, ARRAY_SIZE(types) - device),
				 -EBUSY,
				 "the device and over IPv6 the checksum of tunnel \"%s\" can change only together with its address or port",
				 vr_name(&tunnel->obj));
	return open_socket(tunnel, conf, info);
}

static bool shared(const struct vr_tunnel_conf *a, const struct vr_tunnel_conf *b)
{
	return a->sock == b->sock && a->gre == b->gre;
}

/* Next hops must be able to send from the local address to their remote ones. */
static int check_remotes(const struct vr_tunnel *tunnel, const struct vr_tunnel_conf *conf,
			 struct genl_info *info)
{
	struct nlattr *attr = info->attrs[VROUTER_A_TUNNEL_LOCAL];
	const struct vr_nexthop_info *nh;
	struct vr_object *obj;
	unsigned long id;
	char who[24];
	int err;

	if (!tunnel->nh_refs)
		return 0;
	xa_for_each(&tunnel->vn->objects[VR_KIND_NEXTHOP], id, obj) {
		nh = vr_deref(tunnel->vn, vr_to_nexthop(obj)->info);
		if (nh->tunnel != tunnel)
			continue;
		if (nh->remote.family != conf->local.family)
			return vr_nl_err(info->extack, attr, -EAFNOSUPPORT,
					 "next hop %u has a remote address of the other family",
					 obj->id);
		if (!memcmp(&nh->remote, &conf->local, sizeof(nh->remote)))
			return vr_nl_err(info->extack, attr, -EADDRNOTAVAIL,
					 "that is the remote address of next hop %u", obj->id);
		snprintf(who, sizeof(who), "next hop %u", obj->id);
		err = vr_nexthop_tunnel_check(nh, conf, who, NULL,
					      info->attrs[VROUTER_A_TUNNEL_TYPE], info->extack);
		if (err)
			return err;
	}
	return 0;
}

/* Closes and releases the socket of a conf that was never published. */
static void close_at_once(struct vr_tunnel_conf *conf)
{
	conf->ops->close(conf);
	synchronize_net();
	conf->ops->release(conf);
}

/*
 * If the old conf has a socket to release, the old conf is closed and returned in @gone. The caller
 * releases it after an RCU grace period, which it waits for without locks.
 */
static int tunnel_update(struct vr_tunnel *tunnel, struct vr_tunnel_conf *conf,
			 const struct vr_name_key *key, enum vr_nl_mode mode,
			 struct genl_info *info, struct vr_tunnel_conf **gone)
{
	struct vr_tunnel_conf *old = vr_deref(tunnel->vn, tunnel->conf);
	const char *differs = tunnel_difference(old, conf);
	int err;

	if (!differs && memcmp(key, &tunnel->obj.key, sizeof(*key)))
		differs = "name";
	if (!differs)
		goto discard;
	err = -EEXIST;
	if (mode == VR_NL_ADD) {
		vr_nl_err(info->extack, vr_object_attr(VR_KIND_TUNNEL, info), err,
			  "tunnel \"%s\" exists with another %s", vr_name(&tunnel->obj),
			  differs);
		goto refuse;
	}
	err = check_remotes(tunnel, conf, info);
	if (err)
		goto refuse;
	err = replace_socket(tunnel, old, conf, info);
	if (err)
		goto refuse;
	err = vr_object_rename(tunnel->vn, &tunnel->obj, key, info->extack);
	if (err) {
		if (!shared(conf, old))
			close_at_once(conf);
		goto refuse;
	}
	/*
	 * No packet may go from a new local address to a learned remote address of the other
	 * family.
	 */
	if (vr_learn_forget_tunnel(tunnel))
		synchronize_net();
	rcu_assign_pointer(tunnel->conf, conf);
	vr_nexthop_reset_tunnel(tunnel);
	/* Packets that used the old conf may have cached its routes again in the meantime. */
	synchronize_net();
	vr_nexthop_reset_tunnel(tunnel);
	if (shared(conf, old)) {
		kfree_rcu(old, rcu);
	} else {
		old->ops->close(old);
		*gone = old;
	}
	vr_object_changed(tunnel->vn, &tunnel->obj, info);
	return 0;

discard:
	err = 0;
refuse:
	kfree(conf);
	return err;
}

static int tunnel_create(struct vr_net *vn, struct vr_tunnel_conf *conf,
			 const struct vr_name_key *key, struct genl_info *info)
{
	struct nlattr *id = info->attrs[VROUTER_A_TUNNEL_ID];
	int err = vr_limits_check(vn, VR_KIND_TUNNEL, 1, info->extack);
	struct vr_tunnel *tunnel = NULL;

	if (!err) {
		tunnel = kzalloc(sizeof(*tunnel), VR_GFP_ACCOUNT);
		err = -ENOMEM;
	}
	if (!tunnel) {
		kfree(conf);
		return err;
	}
	tunnel->vn = vn;
	tunnel->obj.id = id ? nla_get_u32(id) : 0;
	tunnel->obj.key = *key;
	RCU_INIT_POINTER(tunnel->conf, conf);
	tunnel->stats = vr_stats_alloc();
	if (!tunnel->stats)
		goto free;
	err = vr_flows_start(vn);
	if (!err)
		err = vr_gro_init(vn);
	/* From here on packets come in, but no network is bound to the tunnel yet. */
	if (!err)
		err = open_socket(tunnel, conf, info);
	if (err)
		goto free;
	err = vr_object_insert(vn, VR_KIND_TUNNEL, &tunnel->obj, info->extack);
	if (!err) {
		vr_object_changed(vn, &tunnel->obj, info);
		return 0;
	}
	close_at_once(conf);
free:
	call_rcu(&tunnel->rcu, tunnel_free_rcu);
	return err;
}

static int tunnel_write_locked(struct vr_net *vn, enum vr_nl_mode mode, struct genl_info *info,
			       struct vr_tunnel_conf **gone)
{
	struct vr_object *obj = vr_object_wanted(vn, VR_KIND_TUNNEL, info, mode);
	struct nlattr *name = info->attrs[VROUTER_A_TUNNEL_NAME];
	struct vr_name_key key = { .kind = VR_KIND_TUNNEL };
	struct vr_tunnel_conf *conf;
	int err = 0;

	if (IS_ERR(obj))
		return PTR_ERR(obj);
	if (obj)
		key = obj->key;
	if (name)
		err = vr_object_name(name, &key, info->extack);
	if (err)
		return err;

	conf = kzalloc(sizeof(*conf), VR_GFP_ACCOUNT);
	if (!conf)
		return -ENOMEM;
	conf->ttl = DEFAULT_TTL;
	if (obj && !vr_nl_mode_whole(mode))
		*conf = *vr_deref(vn, vr_to_tunnel(obj)->conf);
	conf->sock = NULL;
	conf->gre = NULL;
	err = tunnel_parse(vn, conf, info);
	if (err) {
		kfree(conf);
		return err;
	}
	return obj ? tunnel_update(vr_to_tunnel(obj), conf, &key, mode, info, gone) :
		     tunnel_create(vn, conf, &key, info);
}

static int tunnel_write(enum vr_nl_mode mode, struct genl_info *info)
{
	struct vr_net *vn = vr_net(genl_info_net(info));
	struct vr_tunnel_conf *gone = NULL;
	int err;

	/* The rtnl is needed to look up the underlay device, and to open some sockets. */
	vr_nl_lock_rtnl(vn);
	err = tunnel_write_locked(vn, mode, info, &gone);
	vr_nl_unlock_rtnl(vn);
	if (gone) {
		synchronize_net();
		gone->ops->release(gone);
		kfree(gone);
	}
	return err;
}

int vrouter_nl_tunnel_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	enum vr_nl_mode mode;
	int err = vr_nl_new_mode(info, &mode);

	return err ? err : tunnel_write(mode, info);
}

int vrouter_nl_tunnel_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	return tunnel_write(VR_NL_SET, info);
}

static int tunnel_refuse_used(struct vr_tunnel *tunnel, struct genl_info *info)
{
	const struct nlattr *attr = vr_object_attr(VR_KIND_TUNNEL, info);
	enum vr_kind kind = tunnel->nh_refs ? VR_KIND_NEXTHOP : VR_KIND_NETWORK;

	if (!tunnel->nh_refs && !tunnel->network_refs)
		return 0;
	return vr_object_refuse_used(&tunnel->obj, vr_object_user(tunnel->vn, kind, &tunnel->obj),
				     "used by", attr, info->extack);
}

static void close_tunnel(struct vr_tunnel *tunnel)
{
	struct vr_tunnel_conf *conf = vr_deref(tunnel->vn, tunnel->conf);

	conf->ops->close(conf);
}

/* Releases the socket of a tunnel that was closed an RCU grace period ago. */
static void release_tunnel(struct vr_tunnel *tunnel)
{
	struct vr_tunnel_conf *conf = rcu_dereference_raw(tunnel->conf);

	conf->ops->release(conf);
}

/* Unpublishes and closes a tunnel, unless something uses it. */
static struct vr_tunnel *tunnel_remove(struct vr_net *vn, struct genl_info *info)
{
	struct vr_object *obj = vr_object_wanted(vn, VR_KIND_TUNNEL, info, VR_NL_DEL);
	int err;

	if (IS_ERR(obj))
		return ERR_CAST(obj);
	err = tunnel_refuse_used(vr_to_tunnel(obj), info);
	if (err)
		return ERR_PTR(err);
	vr_learn_forget_tunnel(vr_to_tunnel(obj));
	vr_object_remove(vn, obj, info);
	close_tunnel(vr_to_tunnel(obj));
	return vr_to_tunnel(obj);
}

int vrouter_nl_tunnel_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct vr_net *vn = vr_net(genl_info_net(info));
	struct vr_tunnel *tunnel;

	mutex_lock(&vn->lock);
	tunnel = tunnel_remove(vn, info);
	mutex_unlock(&vn->lock);
	if (IS_ERR(tunnel))
		return PTR_ERR(tunnel);
	synchronize_net();
	release_tunnel(tunnel);
	call_rcu(&tunnel->rcu, tunnel_free_rcu);
	return 0;
}

int vrouter_nl_tunnel_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	return vr_object_get(VR_KIND_TUNNEL, info);
}

static int tunnel_dump_locked(struct vr_net *vn, struct sk_buff *skb, struct netlink_callback *cb)
{
	return vr_object_dump(VR_KIND_TUNNEL, skb, cb, NULL, NULL);
}

int vrouter_nl_tunnel_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	return vr_nl_dump(skb, cb, tunnel_dump_locked);
}

static int fill_device(struct sk_buff *msg, const struct vr_tunnel *tunnel, int ifindex)
{
	struct net_device *dev;
	int err = 0;

	if (!ifindex)
		return 0;
	if (nla_put_u32(msg, VROUTER_A_TUNNEL_IFINDEX, ifindex))
		return -EMSGSIZE;
	rcu_read_lock();
	dev = dev_get_by_index_rcu(tunnel->vn->net, ifindex);
	if (dev)
		err = nla_put_string(msg, VROUTER_A_TUNNEL_IFNAME, dev->name);
	rcu_read_unlock();
	return err;
}

static int fill_udp(struct sk_buff *msg, const struct vr_tunnel_conf *conf)
{
	if (nla_put_be16(msg, VROUTER_A_TUNNEL_PORT, conf->port) ||
	    nla_put_u8(msg, VROUTER_A_TUNNEL_UDP_CSUM, conf->udp_csum))
		return -EMSGSIZE;
	return 0;
}

static int tunnel_fill(struct sk_buff *msg, const struct vr_object *obj)
{
	const struct vr_tunnel *tunnel = vr_to_tunnel(obj);
	const struct vr_tunnel_conf *conf = vr_deref(tunnel->vn, tunnel->conf);

	if (nla_put_u32(msg, VROUTER_A_TUNNEL_ID, obj->id) ||
	    nla_put_string(msg, VROUTER_A_TUNNEL_NAME, vr_name(obj)) ||
	    nla_put_u32(msg, VROUTER_A_TUNNEL_TYPE, conf->ops->type) ||
	    vr_nl_put_addr(msg, VROUTER_A_TUNNEL_LOCAL, &conf->local) ||
	    nla_put_u8(msg, VROUTER_A_TUNNEL_TTL, conf->ttl) ||
	    nla_put_u8(msg, VROUTER_A_TUNNEL_DSCP, conf->dscp) ||
	    nla_put_u8(msg, VROUTER_A_TUNNEL_DSCP_INHERIT, conf->dscp_inherit) ||
	    (is_udp(conf) && fill_udp(msg, conf)) ||
	    nla_put_u32(msg, VROUTER_A_TUNNEL_MARK, conf->mark) ||
	    nla_put_u32(msg, VROUTER_A_TUNNEL_GENERATION, obj->generation) ||
	    fill_device(msg, tunnel, conf->ifindex))
		return -EMSGSIZE;
	return vr_stats_put(msg, VROUTER_A_TUNNEL_STATS, tunnel->stats, 0);
}

const struct vr_object_ops vr_tunnel_ops = {
	.kind = VR_KIND_TUNNEL,
	.noun = "tunnel",
	.id_attr = VROUTER_A_TUNNEL_ID,
	.name_attr = VROUTER_A_TUNNEL_NAME,
	.get_cmd = VROUTER_CMD_TUNNEL_GET,
	.new_cmd = VROUTER_CMD_TUNNEL_NEW_NTF,
	.del_cmd = VROUTER_CMD_TUNNEL_DEL_NTF,
	.fill = tunnel_fill,
};

/* Closes the sockets, so that no more packets come in. Context: vn->lock. */
void vr_tunnels_close(struct vr_net *vn)
{
	struct vr_object *obj;
	unsigned long id;

	xa_for_each(&vn->objects[VR_KIND_TUNNEL], id, obj)
		close_tunnel(vr_to_tunnel(obj));
}

/* Releases the sockets, an RCU grace period after they were closed. Context: sleeps. */
void vr_tunnels_release(struct vr_net *vn)
{
	struct vr_object *obj;
	unsigned long id;

	xa_for_each(&vn->objects[VR_KIND_TUNNEL], id, obj)
		release_tunnel(vr_to_tunnel(obj));
}

/* Frees every tunnel; next hops and networks are gone. Context: vn->lock. */
void vr_tunnels_exit(struct vr_net *vn)
{
	struct vr_object *obj;
	unsigned long id;

	xa_for_each(&vn->objects[VR_KIND_TUNNEL], id, obj) {
		vr_object_remove(vn, obj, NULL);
		call_rcu(&vr_to_tunnel(obj)->rcu, tunnel_free_rcu);
	}
}
