// SPDX-License-Identifier: GPL-2.0
/* Networks: a tenant's VRF and bridge domain. */
#include <linux/etherdevice.h>
#include <net/addrconf.h>

#include "core/object.h"
#include "fib/claim.h"
#include "fib/fdb.h"
#include "fib/label.h"
#include "fib/learn.h"
#include "fib/neighbour.h"
#include "fib/nexthop.h"
#include "fib/route.h"
#include "fib/vni.h"
#include "flow/flowtable.h"
#include "lib/addr.h"
#include "lib/ratelimit.h"
#include "lib/stats.h"
#include "objects/network.h"
#include "objects/ra_timer.h"
#include "objects/tunnel.h"
#include "objects/vif.h"
#include "policy/acl.h"
#include "policy/sg.h"
#include "policy/track.h"

#define DEFAULT_MTU 1500
#define DEFAULT_LIMIT 1048576
#define DEFAULT_AGEING 300
#define DEFAULT_MAX_LEARNED 4096
#define DEFAULT_MAX_CONNECTIONS 131072

/* The maximum of IEEE 802.1Q, table 8-6; jiffies can hold it. */
#define AGEING_MAX 1000000

/* The address of the VRRP range (RFC 9568, section 7.3) that belongs to no virtual router. */
static const u8 default_mac[ETH_ALEN] = { 0x00, 0x00, 0x5e, 0x00, 0x01, 0x00 };

/* The settings of a network that a request can change. */
struct network_conf {
	struct vr_name_key key;
	struct vr_vni_conf vni;
	u32 mtu;
	u32 policy;
	u32 unknown;
	u32 ra;
	struct vr_nexthop *flood;
	u32 flood_rate;
	u16 zone;
	bool mss_clamp;
	unsigned int acl_count;
	struct vr_sg *acl[VROUTER_SG_MAX];
	u32 max_connections;
	u32 limits[VR_KIND_MAX];
	u32 learning;
	u32 ageing;
	u32 max_learned;
	bool flow_cache;
	bool strict_remotes;
	u32 max_flows;
	u8 mac[ETH_ALEN];
	unsigned int count;
	struct vr_prefix gateway[VR_GATEWAYS_MAX];
};

static void default_conf(struct network_conf *conf)
{
	memset(conf, 0, sizeof(*conf));
	conf->key.kind = VR_KIND_NETWORK;
	conf->mtu = DEFAULT_MTU;
	conf->policy = VROUTER_POLICY_DENY;
	conf->unknown = VROUTER_UNKNOWN_UNICAST_FLOOD;
	conf->ra = VROUTER_RA_MODE_ROUTER;
	conf->max_connections = DEFAULT_MAX_CONNECTIONS;
	conf->limits[VR_KIND_ROUTE] = DEFAULT_LIMIT;
	conf->limits[VR_KIND_FDB] = DEFAULT_LIMIT;
	conf->limits[VR_KIND_NEIGHBOUR] = DEFAULT_LIMIT;
	conf->learning = VROUTER_LEARNING_OFF;
	conf->ageing = DEFAULT_AGEING;
	conf->max_learned = DEFAULT_MAX_LEARNED;
	conf->flow_cache = true;
	conf->max_flows = VR_FLOWS_NETWORK;
	ether_addr_copy(conf->mac, default_mac);
}

static void conf_of(const struct vr_network *network, struct network_conf *conf)
{
	const struct vr_gateways *gateways = vr_deref(network->vn, network->gateways);
	const struct vr_acl *acl = vr_deref(network->vn, network->acl);

	memset(conf, 0, sizeof(*conf));
	conf->key = network->obj.key;
	conf->vni.vni = network->vni;
	conf->vni.key = network->key;
	conf->vni.tunnel = network->tunnel;
	conf->mtu = network->mtu;
	conf->policy = network->policy;
	conf->unknown = network->unknown;
	conf->ra = network->ra;
	conf->flood = vr_deref(network->vn, network->flood);
	conf->flood_rate = network->flood_rate;
	conf->mss_clamp = network->mss_clamp;
	conf->zone = network->zone;
	if (acl) {
		conf->acl_count = acl->count;
		memcpy(conf->acl, acl->sg, flex_array_size(acl, sg, acl->count));
	}
	conf->max_connections = network->max_connections;
	memcpy(conf->limits, network->limits, sizeof(conf->limits));
	conf->learning = network->learning;
	conf->ageing = network->ageing;
	conf->max_learned = network->max_learned;
	conf->flow_cache = network->flow_cache;
	conf->strict_remotes = network->strict_remotes;
	conf->max_flows = network->max_flows;
	ether_addr_copy(conf->mac, gateways->mac);
	conf->count = gateways->count;
	memcpy(conf->gateway, gateways->addr, flex_array_size(gateways, addr, conf->count));
}

/* The first setting that differs, for the message of a refusal; or NULL. */
static const char *network_difference(const struct network_conf *a, const struct network_conf *b)
{
	if (memcmp(&a->key, &b->key, sizeof(a->key)))
		return "name";
	if (a->vni.vni != b->vni.vni)
		return "VNI";
	if (a->vni.key != b->vni.key)
		return "key";
	if (a->vni.tunnel != b->vni.tunnel)
		return "tunnel";
	if (!ether_addr_equal(a->mac, b->mac))
		return "gateway MAC";
	if (a->count != b->count ||
	    memcmp(a->gateway, b->gateway, a->count * sizeof(a->gateway[0])))
		return "list of gateways";
	if (a->mtu != b->mtu)
		return "MTU";
	if (a->policy != b->policy)
		return "policy";
	if (a->unknown != b->unknown)
		return "treatment of unknown unicast";
	if (a->ra != b->ra)
		return "mode of router advertisements";
	if (a->flood != b->flood)
		return "flood next hop";
	if (a->flood_rate != b->flood_rate)
		return "flood rate";
	if (a->mss_clamp != b->mss_clamp)
		return "MSS clamp";
	if (a->acl_count != b->acl_count ||
	    memcmp(a->acl, b->acl, a->acl_count * sizeof(a->acl[0])))
		return "ACL";
	if (memcmp(a->limits, b->limits, sizeof(a->limits)) ||
	    a->max_learned != b->max_learned || a->max_flows != b->max_flows ||
	    a->max_connections != b->max_connections)
		return "limit";
	if (a->learning != b->learning)
		return "learning";
	if (a->ageing != b->ageing)
		return "ageing";
	if (a->flow_cache != b->flow_cache)
		return "flow cache";
	if (a->strict_remotes != b->strict_remotes)
		return "strictness about remotes";
	return NULL;
}

static int check_gateway(const struct vr_prefix *gateway, const struct nlattr *attr,
			 struct netlink_ext_ack *extack)
{
	const struct vr_addr *addr = &gateway->addr;
	bool bad;

	if (addr->family == AF_INET)
		bad = ipv4_is_loopback(addr->v4);
	else
		bad = ipv6_addr_type(&addr->v6) & (IPV6_ADDR_LINKLOCAL | IPV6_ADDR_LOOPBACK);
	if (bad || !vr_addr_is_unicast(addr))
		return vr_nl_err(extack, attr, -EADDRNOTAVAIL,
				 "that is no address a gateway can have");
	return 0;
}

static int parse_gateways(struct network_conf *conf, struct genl_info *info)
{
	struct vr_prefix *gateway;
	struct nlattr *attr;
	unsigned int i;
	int err, rem;

	if (!info->attrs[VROUTER_A_NETWORK_GATEWAY])
		return 0;
	conf->count = 0;
	nlmsg_for_each_attr(attr, info->nlhdr, GENL_HDRLEN, rem) {
		if (nla_type(attr) != VROUTER_A_NETWORK_GATEWAY || !nla_len(attr))
			continue;
		if (conf->count == VR_GATEWAYS_MAX)
			return vr_nl_err(info->extack, attr, -E2BIG,
					 "a network has at most %u gateways", VR_GATEWAYS_MAX);
		gateway = &conf->gateway[conf->count];
		err = vr_nl_prefix(attr, gateway, false, info->extack);
		if (!err)
			err = check_gateway(gateway, attr, info->extack);
		if (err)
			return err;
		for (i = 0; i < conf->count; i++)
			if (!memcmp(&conf->gateway[i].addr, &gateway->addr,
				    sizeof(gateway->addr)))
				return vr_nl_err(info->extack, attr, -EINVAL,
						 "the gateway is listed twice");
		conf->count++;
	}
	return 0;
}

static bool has_ipv6(const struct network_conf *conf)
{
	unsigned int i;

	for (i = 0; i < conf->count; i++)
		if (conf->gateway[i].addr.family == AF_INET6)
			return true;
	return false;
}

static int network_parse_mtu(struct network_conf *conf, struct genl_info *info)
{
	struct nlattr *attr = info->attrs[VROUTER_A_NETWORK_MTU];
	u32 least = has_ipv6(conf) ? IPV6_MIN_MTU : ETH_MIN_MTU;

	if (attr)
		conf->mtu = nla_get_u32(attr);
	if (conf->mtu < least)
		return vr_nl_err(info->extack,
				 attr ? attr : info->attrs[VROUTER_A_NETWORK_GATEWAY], -ERANGE,
				 "MTU %u is too small: %s%u to %u", conf->mtu,
				 has_ipv6(conf) ? "with an IPv6 gateway " : "", least,
				 ETH_MAX_MTU);
	if (conf->mtu > ETH_MAX_MTU)
		return vr_nl_err(info->extack, attr, -ERANGE,
				 "MTU %u is too large: %u to %u", conf->mtu, least,
				 ETH_MAX_MTU);
	return 0;
}

static int parse_flood(struct vr_net *vn, struct network_conf *conf,
		       struct genl_info *info)
{
	struct nlattr *attr = info->attrs[VROUTER_A_NETWORK_FLOOD];
	struct vr_nexthop_info *nh_info;
	struct vr_object *obj;

	if (!attr)
		return 0;
	conf->flood = NULL;
	if (!nla_get_u32(attr))
		return 0;
	obj = vr_object_ref(vn, VR_KIND_NEXTHOP, attr, NULL, info->extack);
	if (IS_ERR(obj))
		return PTR_ERR(obj);
	conf->flood = vr_to_nexthop(obj);
	nh_info = vr_deref(vn, conf->flood->info);
	if (nh_info->type != VROUTER_NEXTHOP_TYPE_FLOOD)
		return vr_nl_err(info->extack, attr, -EINVAL,
				 "next hop %u is not of type flood", obj->id);
	return 0;
}

static int parse_tunnel(struct vr_net *vn, struct network_conf *conf,
			struct genl_info *info)
{
	struct nlattr *id = info->attrs[VROUTER_A_NETWORK_TUNNEL_ID];
	struct nlattr *name = info->attrs[VROUTER_A_NETWORK_TUNNEL_NAME];
	struct vr_object *obj;

	obj = vr_object_ref(vn, VR_KIND_TUNNEL, id, name, info->extack);
	if (IS_ERR(obj))
		return PTR_ERR(obj);
	if (obj)
		conf->vni.tunnel = vr_to_tunnel(obj);
	if (conf->vni.tunnel && !conf->vni.vni && !conf->vni.key)
		return vr_nl_err(info->extack, id ? id : name, -EINVAL,
				 "a network with a tunnel needs a VNI or a key");
	return 0;
}

/* The router's addresses must not belong to a VM. */
static int check_gateways(const struct vr_network *network,
			  const struct network_conf *conf, struct genl_info *info)
{
	const struct vr_addr *addr;
	const struct nlattr *attr;
	struct vr_vif *vif;
	unsigned int i;

	for (i = 0; network && i < conf->count; i++) {
		addr = &conf->gateway[i].addr;
		attr = vr_nl_nth(info, VROUTER_A_NETWORK_GATEWAY, i);
		vif = vr_neighbour_claimant(network, addr);
		if (vif)
			return vr_nl_err(info->extack, attr, -EADDRINUSE,
					 "gateway %u of the list is an address of vif \"%s\"",
					 i + 1, vr_name(&vif->obj));
		if (vr_neighbour_is_static(network, addr))
			return vr_nl_err(info->extack, attr, -EADDRINUSE,
					 "gateway %u of the list is the address of a neighbour",
					 i + 1);
	}
	return 0;
}

/* The gateway's MAC must not belong to a VM: the router could not tell them apart. */
static int check_gateway_mac(const struct vr_network *network,
			     const struct network_conf *conf, struct genl_info *info)
{
	struct nlattr *attr = info->attrs[VROUTER_A_NETWORK_GATEWAY_MAC];
	struct vr_vif *vif = network ? vr_fdb_vif(network, conf->mac) : NULL;

	if (vif)
		return vr_nl_err(info->extack, attr, -EADDRINUSE,
				 "MAC address %pM is that of vif \"%s\"", conf->mac,
				 vr_name(&vif->obj));
	if (network && vr_fdb_is_static(network, conf->mac))
		return vr_nl_err(info->extack, attr, -EADDRINUSE,
				 "MAC address %pM is in the fdb of the network", conf->mac);
	return 0;
}

static int parse_scalars(struct network_conf *conf, struct genl_info *info)
{
	static const struct { u16 attr; u8 kind; } limits[] = {
		{ VROUTER_A_NETWORK_MAX_ROUTES, VR_KIND_ROUTE },
		{ VROUTER_A_NETWORK_MAX_FDB, VR_KIND_FDB },
		{ VROUTER_A_NETWORK_MAX_NEIGHBOURS, VR_KIND_NEIGHBOUR },
	};
	struct nlattr **attrs = info->attrs;
	unsigned int i;

	if (attrs[VROUTER_A_NETWORK_POLICY])
		conf->policy = nla_get_u32(attrs[VROUTER_A_NETWORK_POLICY]);
	if (attrs[VROUTER_A_NETWORK_UNKNOWN_UNICAST])
		conf->unknown = nla_get_u32(attrs[VROUTER_A_NETWORK_UNKNOWN_UNICAST]);
	if (attrs[VROUTER_A_NETWORK_RA])
		conf->ra = nla_get_u32(attrs[VROUTER_A_NETWORK_RA]);
	if (attrs[VROUTER_A_NETWORK_FLOOD_RATE])
		conf->flood_rate = nla_get_u32(attrs[VROUTER_A_NETWORK_FLOOD_RATE]);
	if (attrs[VROUTER_A_NETWORK_MAX_CONNECTIONS])
		conf->max_connections = nla_get_u32(attrs[VROUTER_A_NETWORK_MAX_CONNECTIONS]);
	for (i = 0; i < ARRAY_SIZE(limits); i++)
		if (attrs[limits[i].attr])
			conf->limits[limits[i].kind] = nla_get_u32(attrs[limits[i].attr]);
	if (attrs[VROUTER_A_NETWORK_MAX_FLOWS])
		conf->max_flows = nla_get_u32(attrs[VROUTER_A_NETWORK_MAX_FLOWS]);
	return vr_nl_flag(attrs[VROUTER_A_NETWORK_FLOW_CACHE], &conf->flow_cache, info->extack) ? :
	       vr_nl_flag(attrs[VROUTER_A_NETWORK_MSS_CLAMP], &conf->mss_clamp, info->extack) ? :
	       vr_nl_flag(attrs[VROUTER_A_NETWORK_STRICT_REMOTES], &conf->strict_remotes,
			  info->extack);
}

static int parse_vni(struct network_conf *conf, struct genl_info *info)
{
	struct nlattr *vni = info->attrs[VROUTER_A_NETWORK_VNI];
	struct nlattr *key = info->attrs[VROUTER_A_NETWORK_KEY];
	int err = vni ? vr_nl_vni(vni, &conf->vni.vni, info->extack) : 0;

	return err || !key ? err : vr_nl_key(key, &conf->vni.key, info->extack);
}

static int parse_learning(struct network_conf *conf, struct genl_info *info)
{
	struct nlattr *ageing = info->attrs[VROUTER_A_NETWORK_AGEING];

	if (info->attrs[VROUTER_A_NETWORK_LEARNING])
		conf->learning = nla_get_u32(info->attrs[VROUTER_A_NETWORK_LEARNING]);
	if (info->attrs[VROUTER_A_NETWORK_MAX_LEARNED])
		conf->max_learned = nla_get_u32(info->attrs[VROUTER_A_NETWORK_MAX_LEARNED]);
	if (ageing)
		conf->ageing = nla_get_u32(ageing);
	if (conf->ageing > AGEING_MAX)
		return vr_nl_err(info->extack, ageing, -ERANGE,
				 "ageing of %u seconds is too long: 1 to %u, or 0 for never",
				 conf->ageing, AGEING_MAX);
	return 0;
}

static int parse_zone(const struct vr_network *network, struct network_conf *conf,
		      struct genl_info *info)
{
	struct nlattr *attr = info->attrs[VROUTER_A_NETWORK_ZONE];

	if (attr && !nla_get_u16(attr))
		return vr_nl_err(info->extack, attr, -ERANGE, "zone 0 is the host's own");
	if (attr && network && nla_get_u16(attr) != network->zone)
		return vr_nl_err(info->extack, attr, -EOPNOTSUPP,
				 "network \"%s\" has zone %u for good: delete and add it",
				 vr_name(&network->obj), network->zone);
	if (attr)
		conf->zone = nla_get_u16(attr);
	return 0;
}

/* Applies the attributes of a request to conf, which holds the previous or default settings. */
static int network_parse(struct vr_net *vn, struct vr_network *network, struct network_conf *conf,
			 struct genl_info *info)
{
	struct nlattr *name = info->attrs[VROUTER_A_NETWORK_NAME];
	struct nlattr *mac = info->attrs[VROUTER_A_NETWORK_GATEWAY_MAC];
	int err = 0;

	if (name)
		err = vr_object_name(name, &conf->key, info->extack);
	if (err)
		return err;
	if (mac)
		err = vr_nl_mac(mac, conf->mac, info->extack);
	if (err)
		return err;
	err = parse_scalars(conf, info);
	if (err)
		return err;
	err = parse_vni(conf, info);
	if (err)
		return err;
	err = parse_learning(conf, info);
	if (err)
		return err;
	err = parse_zone(network, conf, info);
	if (err)
		return err;
	err = parse_gateways(conf, info);
	if (err)
		return err;
	err = network_parse_mtu(conf, info);
	if (err)
		return err;
	err = parse_flood(vn, conf, info);
	if (err)
		return err;
	err = parse_tunnel(vn, conf, info);
	if (err)
		return err;
	err = vr_acl_parse(vn, conf->acl, &conf->acl_count, info);
	if (err)
		return err;
	err = check_gateways(network, conf, info);
	if (err)
		return err;
	err = check_gateway_mac(network, conf, info);
	if (err)
		return err;
	return vr_vni_check(vn, network, &conf->vni, info);
}

static struct vr_gateways *make_gateways(const struct network_conf *conf)
{
	struct vr_gateways *gateways;

	gateways = kzalloc(struct_size(gateways, addr, conf->count), VR_GFP_ACCOUNT);
	if (!gateways)
		return NULL;
	ether_addr_copy(gateways->mac, conf->mac);
	ipv6_addr_set(&gateways->link_local, htonl(0xfe800000), 0, 0, 0);
	addrconf_addr_eui48(gateways->link_local.s6_addr + 8, conf->mac);
	gateways->has_v6 = has_ipv6(conf);
	gateways->count = conf->count;
	memcpy(gateways->addr, conf->gateway, flex_array_size(gateways, addr, conf->count));
	return gateways;
}

/* The subnet of a gateway address. */
static struct vr_prefix subnet(const struct vr_prefix *gateway)
{
	struct vr_prefix prefix = { .addr.family = gateway->addr.family,
				    .len = gateway->len };

	ipv6_addr_prefix(&prefix.addr.v6, &gateway->addr.v6, gateway->len);
	return prefix;
}

/* Removes the connected routes of the first @count gateways. */
static void disconnect(struct vr_network *network, const struct vr_prefix *gateway,
		       unsigned int count)
{
	struct vr_prefix prefix;

	while (count--) {
		prefix = subnet(&gateway[count]);
		vr_route_disconnect(network, &prefix);
	}
}

/* Adds the connected routes of gateways: all, or none and -ENOMEM. */
static int connect(struct vr_network *network, const struct vr_prefix *gateway,
		   unsigned int count)
{
	struct vr_prefix prefix;
	unsigned int i;

	for (i = 0; i < count; i++) {
		prefix = subnet(&gateway[i]);
		if (vr_route_connect(network, &prefix)) {
			disconnect(network, gateway, i);
			return -ENOMEM;
		}
	}
	return 0;
}

static bool has_subnet(const struct vr_prefix *gateway, unsigned int count,
		       const struct vr_prefix *prefix)
{
	struct vr_prefix other;

	while (count--) {
		other = subnet(&gateway[count]);
		if (vr_prefix_equal(&other, prefix))
			return true;
	}
	return false;
}

/* Notifies listeners of the connected routes that one conf has and the other lacks. */
static void tell_difference(struct vr_network *network, const struct network_conf *with,
			    const struct network_conf *without, bool exists)
{
	struct vr_prefix prefix;
	unsigned int i;

	for (i = 0; i < with->count; i++) {
		prefix = subnet(&with->gateway[i]);
		if (!has_subnet(without->gateway, without->count, &prefix) &&
		    !has_subnet(with->gateway, i, &prefix))
			vr_route_notify_connected(network, &prefix, exists);
	}
}

static void tell_connected(struct vr_network *network, const struct network_conf *old,
			   const struct network_conf *conf)
{
	tell_difference(network, old, conf, false);
	tell_difference(network, conf, old, true);
}

/* Packets read network_refs without a lock. */
static void refer_to_tunnel(struct vr_tunnel *tunnel, int by)
{
	if (tunnel)
		WRITE_ONCE(tunnel->network_refs, tunnel->network_refs + by);
}

static void set_refs(struct vr_network *network, const struct network_conf *conf)
{
	struct vr_nexthop *flood = vr_deref(network->vn, network->flood);

	/*
	 * The new reference first: packets must find a network that keeps its tunnel all the time.
	 */
	refer_to_tunnel(conf->vni.tunnel, 1);
	refer_to_tunnel(network->tunnel, -1);
	network->tunnel = conf->vni.tunnel;
	if (flood)
		flood->refs--;
	rcu_assign_pointer(network->flood, conf->flood);
	if (conf->flood)
		conf->flood->refs++;
}

/*
 * Applies conf to a network: first the steps that can fail, in an order in which they can be
 * undone, then the rest.
 */
static int network_apply(struct vr_network *network, const struct network_conf *conf,
			 struct netlink_ext_ack *extack)
{
	struct vr_gateways *old = vr_deref(network->vn, network->gateways);
	struct vr_gateways *gateways = make_gateways(conf);
	struct vr_acl *acl = vr_acl_make(conf->acl, conf->acl_count);
	struct vr_name_key name = network->obj.key;
	bool renamed = network->vni != conf->vni.vni || network->key != conf->vni.key ||
		       network->tunnel != conf->vni.tunnel;
	int err = -ENOMEM;

	if (!gateways || IS_ERR(acl))
		goto free;
	err = connect(network, gateways->addr, gateways->count);
	if (err)
		goto free;
	err = vr_object_rename(network->vn, &network->obj, &conf->key, extack);
	if (err)
		goto disconnect;
	err = vr_vni_set(network, &conf->vni);
	if (err)
		goto rename;

	rcu_assign_pointer(network->gateways, gateways);
	disconnect(network, old->addr, old->count);
	kfree_rcu(old, rcu);
	set_refs(network, conf);
	vr_acl_set(network, acl);
	WRITE_ONCE(network->mtu, conf->mtu);
	WRITE_ONCE(network->policy, conf->policy);
	WRITE_ONCE(network->unknown, conf->unknown);
	WRITE_ONCE(network->ra, conf->ra);
	WRITE_ONCE(network->flood_rate, conf->flood_rate);
	WRITE_ONCE(network->mss_clamp, conf->mss_clamp);
	WRITE_ONCE(network->max_connections, conf->max_connections);
	memcpy(network->limits, conf->limits, sizeof(network->limits));
	WRITE_ONCE(network->learning, conf->learning);
	WRITE_ONCE(network->max_learned, conf->max_learned);
	WRITE_ONCE(network->flow_cache, conf->flow_cache);
	WRITE_ONCE(network->strict_remotes, conf->strict_remotes);
	WRITE_ONCE(network->max_flows, conf->max_flows);
	WRITE_ONCE(network->ageing, conf->ageing);
	vr_learn_review(network, renamed);
	vr_ra_kick(network->vn);
	return 0;

rename:
	vr_object_rename(network->vn, &network->obj, &name, NULL);
disconnect:
	disconnect(network, gateways->addr, gateways->count);
free:
	kfree(gateways);
	if (!IS_ERR(acl))
		kfree(acl);
	return err;
}

static const struct network_conf no_conf;

static void network_free_rcu(struct rcu_head *rcu)
{
	struct vr_network *network = container_of(rcu, struct vr_network, rcu);

	free_percpu(network->stats);
	vr_track_free(network);
	kfree(rcu_dereference_raw(network->gateways));
	kfree(network);
}

static struct vr_network *network_alloc(struct vr_net *vn)
{
	struct vr_network *network = kzalloc(sizeof(*network), VR_GFP_ACCOUNT);

	if (!network)
		return NULL;
	vr_connlimits_init(&network->connlimits);
	network->stats = vr_stats_alloc();
	/* Packets never see a network without gateways, not even a half-made one. */
	RCU_INIT_POINTER(network->gateways, make_gateways(&no_conf));
	if (!network->stats || !rcu_access_pointer(network->gateways)) {
		network_free_rcu(&network->rcu);
		return NULL;
	}
	network->vn = vn;
	network->fdb_tree = RB_ROOT;
	network->neigh_tree = RB_ROOT;
	network->routes[0].bits = 32;
	network->routes[1].bits = 128;
	INIT_LIST_HEAD(&network->vifs);
	vr_ratelimit_init(&network->icmp_limit, VR_NETWORK_ICMP_PER_SECOND);
	vr_flow_owner_init(&network->flows, network);
	return network;
}

static int network_create(struct vr_net *vn, const struct network_conf *conf,
			  struct genl_info *info)
{
	struct nlattr *id = info->attrs[VROUTER_A_NETWORK_ID];
	struct vr_network *network = network_alloc(vn);
	int err;

	if (!network)
		return -ENOMEM;
	network->obj.id = id ? nla_get_u32(id) : 0;
	network->obj.key = conf->key;
	err = vr_object_insert(vn, VR_KIND_NETWORK, &network->obj, info->extack);
	if (err)
		goto free;
	err = vr_track_attach(network, conf->zone, info);
	if (err)
		goto withdraw;
	err = network_apply(network, conf, info->extack);
	if (err)
		goto withdraw;
	vr_object_changed(vn, &network->obj, info);
	tell_connected(network, &no_conf, conf);
	return 0;

withdraw:
	vr_track_detach(network);
	vr_object_withdraw(vn, &network->obj);
free:
	call_rcu(&network->rcu, network_free_rcu);
	return err;
}

/* Entries to free before others get the lock. */
#define FLUSH_STEP 1024

/* Frees at most @count entries of the tables. Returns true when the tables are empty. */
static bool network_flush(struct vr_network *network, u32 count)
{
	count = vr_neighbours_flush(network, count);
	count = vr_fdb_flush(network, count);
	return vr_routes_flush(network, count);
}

/* After this, only its entries lead to the network. */
static void network_withdraw(struct vr_network *network)
{
	struct vr_net *vn = network->vn;
	struct vr_gateways *gateways = vr_deref(vn, network->gateways);

	lockdep_assert_held(&vn->lock);
	vr_vni_set(network, &no_conf.vni);
	vr_flow_owner_close(&network->flows);
	vr_connlimits_close(&network->connlimits);
	set_refs(network, &no_conf);
	vr_acl_set(network, NULL);
	disconnect(network, gateways->addr, gateways->count);
}

/**
 * vr_network_destroy() - frees a network that no one refers to, with its tables
 * @network: not, or no longer, in the table of networks
 *
 * Context: vn->lock.
 */
void vr_network_destroy(struct vr_network *network)
{
	network_withdraw(network);
	network_flush(network, U32_MAX);
	vr_track_detach(network);
	call_rcu(&network->rcu, network_free_rcu);
}

static int network_update(struct vr_network *network, const struct network_conf *conf,
			  enum vr_nl_mode mode, struct genl_info *info)
{
	struct network_conf *now = kmalloc(sizeof(*now), GFP_KERNEL);
	const char *differs;
	int err;

	if (!now)
		return -ENOMEM;
	conf_of(network, now);
	differs = network_difference(now, conf);
	if (!differs)
		err = 0;
	else if (mode == VR_NL_ADD)
		err = vr_nl_err(info->extack, vr_object_attr(VR_KIND_NETWORK, info), -EEXIST,
				"network \"%s\" exists with another %s",
				vr_name(&network->obj), differs);
	else
		err = network_apply(network, conf, info->extack);
	if (differs && !err) {
		vr_object_changed(network->vn, &network->obj, info);
		tell_connected(network, now, conf);
	}
	kfree(now);
	return err;
}

static int network_write_locked(struct vr_net *vn, enum vr_nl_mode mode,
				struct network_conf *conf, struct genl_info *info)
{
	struct vr_object *obj = vr_object_wanted(vn, VR_KIND_NETWORK, info, mode);
	struct vr_network *network;
	int err;

	if (IS_ERR(obj))
		return PTR_ERR(obj);
	network = obj ? vr_to_network(obj) : NULL;
	if (network && !vr_nl_mode_whole(mode))
		conf_of(network, conf);
	else
		default_conf(conf);
	/* A request that names a network by its id alone doesn't rename it. */
	if (network)
		conf->key = network->obj.key;
	err = network_parse(vn, network, conf, info);
	if (err)
		return err;
	return network ? network_update(network, conf, mode, info) : network_create(vn, conf, info);
}

static int network_write(enum vr_nl_mode mode, struct genl_info *info)
{
	struct vr_net *vn = vr_net(genl_info_net(info));
	struct network_conf *conf;
	int err;

	conf = kmalloc(sizeof(*conf), GFP_KERNEL);
	if (!conf)
		return -ENOMEM;
	mutex_lock(&vn->lock);
	err = network_write_locked(vn, mode, conf, info);
	mutex_unlock(&vn->lock);
	kfree(conf);
	return err;
}

int vrouter_nl_network_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	enum vr_nl_mode mode;
	int err = vr_nl_new_mode(info, &mode);

	return err ? err : network_write(mode, info);
}

int vrouter_nl_network_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	return network_write(VR_NL_SET, info);
}

static int network_refuse_used(struct vr_network *network, struct genl_info *info)
{
	const struct nlattr *attr = vr_object_attr(VR_KIND_NETWORK, info);
	const struct vr_object *obj = &network->obj, *user;

	if (network->vif_count)
		user = &list_first_entry(&network->vifs, struct vr_vif, network_node)->obj;
	else if (network->label_refs)
		user = vr_object_user(network->vn, VR_KIND_LABEL, obj);
	else if (network->nh_refs)
		user = vr_object_user(network->vn, VR_KIND_NEXTHOP, obj);
	else
		return 0;
	return vr_object_refuse_used(obj, user, "used by", attr, info->extack);
}

/* A network refers to its tunnel, its flood next hop and the security groups of its ACL. */
static bool network_uses(const struct vr_object *obj, const struct vr_object *target)
{
	const struct vr_network *network = vr_to_network(obj);

	switch (target->key.kind) {
	case VR_KIND_TUNNEL:
		return network->tunnel && &network->tunnel->obj == target;
	case VR_KIND_NEXTHOP:
		return rcu_access_pointer(network->flood) ==
		       vr_to_nexthop(target);
	case VR_KIND_SG:
		return vr_acl_has(network, vr_to_sg(target));
	default:
		return false;
	}
}

/* Unpublishes a network, unless something uses it. */
static struct vr_network *network_remove(struct vr_net *vn, struct genl_info *info)
{
	struct vr_object *obj = vr_object_wanted(vn, VR_KIND_NETWORK, info, VR_NL_DEL);
	int err;

	if (IS_ERR(obj))
		return ERR_CAST(obj);
	err = network_refuse_used(vr_to_network(obj), info);
	if (err)
		return ERR_PTR(err);
	vr_object_remove_keep_id(vn, obj, info);
	network_withdraw(vr_to_network(obj));
	/* Listeners know that the tables go with the network, but dumps in progress do not. */
	vr_nl_changed(vn, VR_KIND_ROUTE);
	vr_nl_changed(vn, VR_KIND_FDB);
	vr_nl_changed(vn, VR_KIND_NEIGHBOUR);
	return vr_to_network(obj);
}

/*
 * Frees the entries of a removed network in steps, so that others get the lock in between. The id
 * of the network is part of the key of its entries: no other network may get the id before all
 * entries are gone.
 */
static void network_end(struct vr_network *network)
{
	struct vr_net *vn = network->vn;
	bool done;

	do {
		mutex_lock(&vn->lock);
		done = network_flush(network, FLUSH_STEP);
		mutex_unlock(&vn->lock);
		cond_resched();
	} while (!done);
	vr_track_flush(network);
	mutex_lock(&vn->lock);
	vr_track_detach(network);
	vr_object_free_id(vn, &network->obj);
	mutex_unlock(&vn->lock);
	call_rcu(&network->rcu, network_free_rcu);
}

int vrouter_nl_network_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct vr_net *vn = vr_net(genl_info_net(info));
	struct vr_network *network;

	mutex_lock(&vn->lock);
	network = network_remove(vn, info);
	mutex_unlock(&vn->lock);
	if (!IS_ERR(network))
		network_end(network);
	return PTR_ERR_OR_ZERO(network);
}

int vrouter_nl_network_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	return vr_object_get(VR_KIND_NETWORK, info);
}

static int network_dump_locked(struct vr_net *vn, struct sk_buff *skb, struct netlink_callback *cb)
{
	return vr_object_dump(VR_KIND_NETWORK, skb, cb, NULL, NULL);
}

int vrouter_nl_network_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	return vr_nl_dump(skb, cb, network_dump_locked);
}

static int fill_gateways(struct sk_buff *msg, const struct vr_gateways *gateways)
{
	struct nlattr *nest;
	unsigned int i;

	for (i = 0; i < gateways->count; i++) {
		nest = nla_nest_start(msg, VROUTER_A_NETWORK_GATEWAY);
		if (!nest ||
		    vr_nl_put_addr(msg, VROUTER_A_PREFIX_ADDRESS, &gateways->addr[i].addr) ||
		    nla_put_u8(msg, VROUTER_A_PREFIX_LEN, gateways->addr[i].len))
			return -EMSGSIZE;
		nla_nest_end(msg, nest);
	}
	return 0;
}

static int fill_limits_and_counts(struct sk_buff *msg, const struct vr_network *network)
{
	const u32 *limits = network->limits, *counts = network->counts;

	if (nla_put_u32(msg, VROUTER_A_NETWORK_MAX_ROUTES, limits[VR_KIND_ROUTE]) ||
	    nla_put_u32(msg, VROUTER_A_NETWORK_MAX_FDB, limits[VR_KIND_FDB]) ||
	    nla_put_u32(msg, VROUTER_A_NETWORK_MAX_NEIGHBOURS, limits[VR_KIND_NEIGHBOUR]) ||
	    nla_put_u32(msg, VROUTER_A_NETWORK_ROUTES, counts[VR_KIND_ROUTE]) ||
	    nla_put_u32(msg, VROUTER_A_NETWORK_FDB, counts[VR_KIND_FDB]) ||
	    nla_put_u32(msg, VROUTER_A_NETWORK_NEIGHBOURS, counts[VR_KIND_NEIGHBOUR]) ||
	    nla_put_u32(msg, VROUTER_A_NETWORK_VIFS, network->vif_count))
		return -EMSGSIZE;
	return 0;
}

static int fill_learning(struct sk_buff *msg, const struct vr_network *network)
{
	if (nla_put_u32(msg, VROUTER_A_NETWORK_LEARNING, network->learning) ||
	    nla_put_u32(msg, VROUTER_A_NETWORK_AGEING, network->ageing) ||
	    nla_put_u32(msg, VROUTER_A_NETWORK_MAX_LEARNED, network->max_learned) ||
	    nla_put_u32(msg, VROUTER_A_NETWORK_LEARNED, network->learned_count) ||
	    nla_put_u64_64bit(msg, VROUTER_A_NETWORK_LEARN_LIMITED,
			      atomic64_read(&network->learn_limited),
			      VROUTER_A_NETWORK_PAD))
		return -EMSGSIZE;
	return 0;
}

static int fill_connections(struct sk_buff *msg, struct vr_network *network)
{
	if ((network->zone && nla_put_u16(msg, VROUTER_A_NETWORK_ZONE, network->zone)) ||
	    nla_put_u32(msg, VROUTER_A_NETWORK_MAX_CONNECTIONS, network->max_connections) ||
	    nla_put_u32(msg, VROUTER_A_NETWORK_CONNECTIONS, vr_connlimits_sum(network)))
		return -EMSGSIZE;
	return 0;
}

static int network_fill(struct sk_buff *msg, const struct vr_object *obj)
{
	struct vr_network *network = vr_to_network(obj);
	const struct vr_gateways *gateways = vr_deref(network->vn, network->gateways);
	const struct vr_nexthop *flood = vr_deref(network->vn, network->flood);

	if (nla_put_u32(msg, VROUTER_A_NETWORK_ID, obj->id) ||
	    nla_put_string(msg, VROUTER_A_NETWORK_NAME, vr_name(obj)) ||
	    (network->vni && nla_put_u32(msg, VROUTER_A_NETWORK_VNI, network->vni)) ||
	    (network->key && nla_put_u32(msg, VROUTER_A_NETWORK_KEY, network->key)) ||
	    nla_put(msg, VROUTER_A_NETWORK_GATEWAY_MAC, ETH_ALEN, gateways->mac) ||
	    nla_put_u32(msg, VROUTER_A_NETWORK_MTU, network->mtu) ||
	    nla_put_u32(msg, VROUTER_A_NETWORK_POLICY, network->policy) ||
	    nla_put_u32(msg, VROUTER_A_NETWORK_UNKNOWN_UNICAST, network->unknown) ||
	    nla_put_u32(msg, VROUTER_A_NETWORK_RA, network->ra) ||
	    nla_put_u32(msg, VROUTER_A_NETWORK_FLOOD, flood ? flood->obj.id : 0) ||
	    nla_put_u32(msg, VROUTER_A_NETWORK_FLOOD_RATE, network->flood_rate) ||
	    nla_put_u8(msg, VROUTER_A_NETWORK_MSS_CLAMP, network->mss_clamp) ||
	    nla_put_u32(msg, VROUTER_A_NETWORK_GENERATION, obj->generation))
		return -EMSGSIZE;
	if (network->tunnel &&
	    (nla_put_u32(msg, VROUTER_A_NETWORK_TUNNEL_ID, network->tunnel->obj.id) ||
	     nla_put_string(msg, VROUTER_A_NETWORK_TUNNEL_NAME,
			    vr_name(&network->tunnel->obj))))
		return -EMSGSIZE;
	if (nla_put_u8(msg, VROUTER_A_NETWORK_FLOW_CACHE, network->flow_cache) ||
	    nla_put_u8(msg, VROUTER_A_NETWORK_STRICT_REMOTES, network->strict_remotes) ||
	    nla_put_u32(msg, VROUTER_A_NETWORK_MAX_FLOWS, network->max_flows) ||
	    nla_put_u32(msg, VROUTER_A_NETWORK_FLOWS, atomic_read(&network->flow_count)))
		return -EMSGSIZE;
	if (vr_acl_fill(msg, network) || fill_gateways(msg, gateways) ||
	    fill_limits_and_counts(msg, network) || fill_learning(msg, network) ||
	    fill_connections(msg, network))
		return -EMSGSIZE;
	return vr_stats_put(msg, VROUTER_A_NETWORK_STATS, network->stats,
			    vr_drops_sum(&network->drops));
}

/* The default size is enough for all attributes but the gateways and the ACL. */
static size_t network_size(const struct vr_object *obj)
{
	return NLMSG_DEFAULT_SIZE + VR_GATEWAYS_MAX * 40 +
	       VROUTER_SG_MAX * (VROUTER_NAME_MAX + 32);
}

const struct vr_object_ops vr_network_ops = {
	.kind = VR_KIND_NETWORK,
	.uses = network_uses,
	.noun = "network",
	.id_attr = VROUTER_A_NETWORK_ID,
	.name_attr = VROUTER_A_NETWORK_NAME,
	.get_cmd = VROUTER_CMD_NETWORK_GET,
	.new_cmd = VROUTER_CMD_NETWORK_NEW_NTF,
	.del_cmd = VROUTER_CMD_NETWORK_DEL_NTF,
	.size = network_size,
	.fill = network_fill,
};

/* Empties the tables of every network, so that none uses a next hop. Context: vn->lock. */
void vr_networks_flush(struct vr_net *vn)
{
	struct vr_network *network;
	struct vr_nexthop *flood;
	struct vr_object *obj;
	unsigned long id;

	xa_for_each(&vn->objects[VR_KIND_NETWORK], id, obj) {
		network = vr_to_network(obj);
		network_flush(network, U32_MAX);
		flood = vr_deref(vn, network->flood);
		if (flood)
			flood->refs--;
		RCU_INIT_POINTER(network->flood, NULL);
	}
}

/* Frees every network; vifs and next hops are gone. Context: vn->lock. */
void vr_networks_exit(struct vr_net *vn)
{
	struct vr_object *obj;
	unsigned long id;

	xa_for_each(&vn->objects[VR_KIND_NETWORK], id, obj) {
		vr_object_remove(vn, obj, NULL);
		vr_network_destroy(vr_to_network(obj));
	}
}
