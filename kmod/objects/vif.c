// SPDX-License-Identifier: GPL-2.0
/*
 * Vifs: netdevs that are attached to networks.
 *
 * The module takes every frame that the device of a vif receives, and brings the device up. Frames
 * of a VM must never reach the host's stack. The module therefore takes the frames of a device
 * before it brings the device up. Before it gives the device back, it brings the device down and
 * drains the backlogs. The exception is a device that the host used and that a request took by
 * force: it is given back in the state in which it was.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/etherdevice.h>
#include <linux/if_arp.h>
#include <linux/if_vlan.h>
#include <linux/rtnetlink.h>
#include <net/addrconf.h>

#include "core/object.h"
#include "fib/claim.h"
#include "fib/fdb.h"
#include "fib/hostdev.h"
#include "fib/learn.h"
#include "fib/neighbour.h"
#include "fib/nexthop.h"
#include "flow/flowtable.h"
#include "lib/addr.h"
#include "lib/ratelimit.h"
#include "lib/stats.h"
#include "objects/devuse.h"
#include "objects/drain.h"
#include "objects/network.h"
#include "objects/ra_timer.h"
#include "objects/vif.h"
#include "path/input.h"
#include "policy/connlimit.h"
#include "policy/policer.h"
#include "policy/sg.h"
#include "underlay/early_demux.h"
#include "underlay/encap.h"

/* The settings of a vif that a request can change. */
struct settings {
	struct vr_name_key key;
	struct vr_network *network;
	struct net_device *dev;
	u32 mtu;
	u32 max_macs;
	u32 max_connections;
	u32 frag_memory;
	u32 max_flows;
	struct vr_policer *policer;
	struct vr_policer *egress_policer;
	bool has_mac;
	u8 mac[ETH_ALEN];
	bool dhcp_server;
	bool router;
	bool force;
	unsigned int sg_count;
	struct vr_sg *sg[VROUTER_SG_MAX];
	unsigned int count;
	struct vr_prefix addr[VR_VIF_ADDRESSES_MAX];
};

/* The vif that takes the frames of a device, or NULL. Context: rtnl. */
static struct vr_vif *vif_by_dev(const struct net_device *dev)
{
	if (vr_hostdev_is(dev))
		return vr_hostdev_vif(dev);
	if (rtnl_dereference(dev->rx_handler) != vr_vif_rx_handler)
		return NULL;
	return rtnl_dereference(dev->rx_handler_data);
}

static void vif_default_settings(struct settings *s)
{
	memset(s, 0, sizeof(*s));
	s->max_macs = VR_VIF_MACS;
	s->max_connections = VR_VIF_CONNECTIONS;
	s->frag_memory = VR_DEFRAG_MEMORY;
	s->max_flows = VR_FLOWS_VIF;
}

static void vif_settings_of(const struct vr_vif *vif, struct settings *s)
{
	const struct vr_vif_conf *conf = vr_deref(vif->vn, vif->conf);

	memset(s, 0, sizeof(*s));
	s->key = vif->obj.key;
	s->network = vif->network;
	s->dev = vif->dev;
	s->mtu = vif->mtu;
	s->max_macs = vif->max_macs;
	s->max_connections = vif->max_connections;
	s->frag_memory = vif->frag_memory;
	s->max_flows = vif->max_flows;
	s->policer = vr_deref(vif->vn, vif->policer);
	s->egress_policer = vr_deref(vif->vn, vif->egress_policer);
	s->has_mac = conf->has_mac;
	ether_addr_copy(s->mac, conf->mac);
	s->dhcp_server = conf->dhcp_server;
	s->router = conf->router;
	s->sg_count = conf->sg_count;
	memcpy(s->sg, conf->sg, sizeof(s->sg));
	s->count = conf->count;
	memcpy(s->addr, conf->addr, flex_array_size(conf, addr, conf->count));
}

static bool same_prefixes(const struct vr_prefix *a, const struct vr_prefix *b,
			  unsigned int count)
{
	while (count--)
		if (!vr_prefix_equal(&a[count], &b[count]))
			return false;
	return true;
}

static const char *vif_difference(const struct settings *a, const struct settings *b)
{
	if (memcmp(&a->key, &b->key, sizeof(a->key)))
		return "name";
	if (a->dev != b->dev)
		return "device";
	if (a->network != b->network)
		return "network";
	if (a->has_mac != b->has_mac || !ether_addr_equal(a->mac, b->mac))
		return "MAC address";
	if (a->count != b->count || !same_prefixes(a->addr, b->addr, a->count))
		return "list of addresses";
	if (a->sg_count != b->sg_count || memcmp(a->sg, b->sg, a->sg_count * sizeof(a->sg[0])))
		return "list of security groups";
	if (a->mtu != b->mtu)
		return "MTU";
	if (a->max_macs != b->max_macs)
		return "limit of MAC addresses";
	if (a->max_connections != b->max_connections)
		return "limit of connections";
	if (a->frag_memory != b->frag_memory)
		return "memory for fragments";
	if (a->max_flows != b->max_flows)
		return "limit of flows";
	if (a->policer != b->policer)
		return "policer";
	if (a->egress_policer != b->egress_policer)
		return "egress policer";
	if (a->dhcp_server != b->dhcp_server)
		return "permission to be a DHCP server";
	if (a->router != b->router)
		return "permission to be a router";
	return NULL;
}

static bool lists_prefix(const struct vr_prefix *list, unsigned int count,
			 const struct vr_prefix *prefix)
{
	while (count--)
		if (vr_prefix_equal(&list[count], prefix))
			return true;
	return false;
}

/* A VM cannot have one of the router's own addresses. */
static int check_address(const struct settings *s, struct vr_net *vn,
			 const struct vr_prefix *prefix, const struct nlattr *attr,
			 struct netlink_ext_ack *extack)
{
	const struct vr_gateways *gateways = vr_deref(vn, s->network->gateways);
	unsigned int i;

	if (vr_addr_is_multicast(&prefix->addr))
		return vr_nl_err(extack, attr, -EADDRNOTAVAIL,
				 "a VM cannot have a multicast address");
	if (prefix->len != vr_addr_bits(&prefix->addr))
		return 0;
	for (i = 0; i < gateways->count; i++)
		if (!memcmp(&gateways->addr[i].addr, &prefix->addr, sizeof(prefix->addr)))
			return vr_nl_err(extack, attr, -EADDRINUSE,
					 "the address is the gateway's of network \"%s\"",
					 vr_name(&s->network->obj));
	return 0;
}

static int parse_addresses(struct vr_net *vn, struct settings *s, struct genl_info *info)
{
	struct netlink_ext_ack *extack = info->extack;
	struct vr_prefix prefix;
	struct nlattr *attr;
	int err, rem;

	if (!info->attrs[VROUTER_A_VIF_ADDRESS])
		return 0;
	s->count = 0;
	nlmsg_for_each_attr(attr, info->nlhdr, GENL_HDRLEN, rem) {
		if (nla_type(attr) != VROUTER_A_VIF_ADDRESS || !nla_len(attr))
			continue;
		if (s->count == VR_VIF_ADDRESSES_MAX)
			return vr_nl_err(extack, attr, -E2BIG,
					 "a vif has at most %u addresses",
					 VR_VIF_ADDRESSES_MAX);
		err = vr_nl_prefix(attr, &prefix, true, extack);
		if (!err)
			err = check_address(s, vn, &prefix, attr, extack);
		if (err)
			return err;
		if (lists_prefix(s->addr, s->count, &prefix))
			return vr_nl_err(extack, attr, -EINVAL, "the address is listed twice");
		s->addr[s->count++] = prefix;
	}
	return 0;
}

static int parse_mac(struct vr_net *vn, struct settings *s, const struct vr_vif *self,
		     struct genl_info *info)
{
	struct nlattr *attr = info->attrs[VROUTER_A_VIF_MAC];
	struct vr_vif *other;
	int err;

	if (!attr)
		return 0;
	err = vr_nl_mac(attr, s->mac, info->extack);
	if (err)
		return err;
	s->has_mac = true;
	if (ether_addr_equal(s->mac, vr_deref(vn, s->network->gateways)->mac))
		return vr_nl_err(info->extack, attr, -EADDRINUSE,
				 "MAC address %pM is the gateway's of network \"%s\"", s->mac,
				 vr_name(&s->network->obj));
	other = vr_fdb_vif(s->network, s->mac);
	if (other && other != self)
		return vr_nl_err(info->extack, attr, -EADDRINUSE,
				 "MAC address %pM is that of vif \"%s\"", s->mac,
				 vr_name(&other->obj));
	return 0;
}

static int vif_parse_mtu(struct settings *s, struct genl_info *info)
{
	struct nlattr *attr = info->attrs[VROUTER_A_VIF_MTU];

	if (!attr)
		return 0;
	s->mtu = nla_get_u32(attr);
	if (s->mtu && s->mtu < ETH_MIN_MTU)
		return vr_nl_err(info->extack, attr, -ERANGE,
				 "MTU %u is too small: %u to %u, or 0 for the device's", s->mtu,
				 ETH_MIN_MTU, ETH_MAX_MTU);
	if (s->mtu > ETH_MAX_MTU)
		return vr_nl_err(info->extack, attr, -ERANGE,
				 "MTU %u is too large: %u to %u, or 0 for the device's", s->mtu,
				 ETH_MIN_MTU, ETH_MAX_MTU);
	return 0;
}

static int vif_parse_network(struct vr_net *vn, struct settings *s, const struct vr_vif *self,
			     struct genl_info *info)
{
	struct nlattr *id = info->attrs[VROUTER_A_VIF_NETWORK_ID];
	struct nlattr *name = info->attrs[VROUTER_A_VIF_NETWORK_NAME];
	struct vr_object *obj;

	obj = vr_object_ref(vn, VR_KIND_NETWORK, id, name, info->extack);
	if (IS_ERR(obj))
		return PTR_ERR(obj);
	if (obj)
		s->network = vr_to_network(obj);
	if (!s->network) {
		NL_SET_ERR_ATTR_MISS(info->extack, NULL, VROUTER_A_VIF_NETWORK_ID);
		return vr_nl_err(info->extack, NULL, -EINVAL,
				 "the network of the vif is missing");
	}
	if (self && s->network != self->network)
		return vr_nl_err(info->extack, id ? id : name, -EOPNOTSUPP,
				 "vif \"%s\" is in network \"%s\" for good: delete and add it",
				 vr_name(&self->obj), vr_name(&self->network->obj));
	return 0;
}

/* The attribute that names the device, or NULL. */
static struct nlattr *dev_attr(const struct genl_info *info)
{
	struct nlattr *ifindex = info->attrs[VROUTER_A_VIF_IFINDEX];

	return ifindex ? ifindex : info->attrs[VROUTER_A_VIF_IFNAME];
}

static int parse_dev(struct vr_net *vn, struct settings *s, const struct vr_vif *self,
		     struct genl_info *info)
{
	struct nlattr *ifindex = info->attrs[VROUTER_A_VIF_IFINDEX];
	struct nlattr *ifname = info->attrs[VROUTER_A_VIF_IFNAME];
	struct net_device *dev;

	if (ifindex || ifname) {
		dev = vr_nl_dev(vn->net, ifindex, ifname, info->extack);
		if (IS_ERR(dev))
			return PTR_ERR(dev);
		s->dev = dev;
	}
	if (!s->dev) {
		NL_SET_ERR_ATTR_MISS(info->extack, NULL, VROUTER_A_VIF_IFNAME);
		return vr_nl_err(info->extack, NULL, -EINVAL,
				 "the device of the vif is missing");
	}
	if (self && s->dev != self->dev)
		return vr_nl_err(info->extack, dev_attr(info), -EOPNOTSUPP,
				 "vif \"%s\" is on device \"%s\" for good: delete and add it",
				 vr_name(&self->obj), self->dev->name);
	return 0;
}

/* Rules with connection state need a zone for it. */
static int parse_sgs(struct vr_net *vn, struct settings *s, struct genl_info *info)
{
	unsigned int i;
	int err;

	err = vr_sg_parse_list(vn, VROUTER_A_VIF_SG, "a vif", s->sg, &s->sg_count, info);
	if (err || s->network->zone)
		return err;
	for (i = 0; i < s->sg_count; i++)
		if (vr_deref(vn, s->sg[i]->ruleset)->stateful)
			return vr_nl_err(info->extack, info->attrs[VROUTER_A_VIF_SG], -ENOSPC,
					 "network \"%s\" has no zone for connections, which rules of security group \"%s\" need",
					 vr_name(&s->network->obj), vr_name(&s->sg[i]->obj));
	return 0;
}

/*
 * Reads a reference to a policer. Id 0 means none; without attributes the policer stays as it is.
 */
static int parse_policer(struct vr_net *vn, struct vr_policer **policer,
			 const struct nlattr *id, const struct nlattr *name,
			 struct netlink_ext_ack *extack)
{
	struct vr_object *obj;

	if (id && !nla_get_u32(id)) {
		if (name)
			return vr_nl_err(extack, name, -EINVAL,
					 "no policer, which id 0 means, has a name");
		*policer = NULL;
		return 0;
	}
	obj = vr_object_ref(vn, VR_KIND_POLICER, id, name, extack);
	if (IS_ERR(obj))
		return PTR_ERR(obj);
	if (obj)
		*policer = vr_to_policer(obj);
	return 0;
}

static int parse_policers(struct vr_net *vn, struct settings *s, struct genl_info *info)
{
	struct nlattr **attrs = info->attrs;
	int err;

	err = parse_policer(vn, &s->policer, attrs[VROUTER_A_VIF_POLICER_ID],
			    attrs[VROUTER_A_VIF_POLICER_NAME], info->extack);
	if (err)
		return err;
	return parse_policer(vn, &s->egress_policer, attrs[VROUTER_A_VIF_EGRESS_POLICER_ID],
			     attrs[VROUTER_A_VIF_EGRESS_POLICER_NAME], info->extack);
}

static int parse_permissions(struct settings *s, struct genl_info *info)
{
	int err;

	err = vr_nl_flag(info->attrs[VROUTER_A_VIF_DHCP_SERVER], &s->dhcp_server,
			 info->extack);
	if (!err)
		err = vr_nl_flag(info->attrs[VROUTER_A_VIF_ROUTER], &s->router, info->extack);
	return err ? err : vr_nl_flag(info->attrs[VROUTER_A_VIF_FORCE], &s->force,
				      info->extack);
}

static int vif_parse(struct vr_net *vn, struct settings *s, const struct vr_vif *self,
		     struct genl_info *info)
{
	struct nlattr *name = info->attrs[VROUTER_A_VIF_NAME];
	int err = 0;

	if (name)
		err = vr_object_name(name, &s->key, info->extack);
	if (err)
		return err;
	err = vif_parse_network(vn, s, self, info);
	if (err)
		return err;
	err = parse_dev(vn, s, self, info);
	if (err)
		return err;
	err = parse_mac(vn, s, self, info);
	if (err)
		return err;
	err = vif_parse_mtu(s, info);
	if (err)
		return err;
	if (info->attrs[VROUTER_A_VIF_MAX_MACS])
		s->max_macs = nla_get_u32(info->attrs[VROUTER_A_VIF_MAX_MACS]);
	if (info->attrs[VROUTER_A_VIF_MAX_CONNECTIONS])
		s->max_connections = nla_get_u32(info->attrs[VROUTER_A_VIF_MAX_CONNECTIONS]);
	err = parse_permissions(s, info);
	if (err)
		return err;
	if (info->attrs[VROUTER_A_VIF_FRAG_MEMORY])
		s->frag_memory = nla_get_u32(info->attrs[VROUTER_A_VIF_FRAG_MEMORY]);
	if (info->attrs[VROUTER_A_VIF_MAX_FLOWS])
		s->max_flows = nla_get_u32(info->attrs[VROUTER_A_VIF_MAX_FLOWS]);
	err = parse_policers(vn, s, info);
	if (err)
		return err;
	err = parse_addresses(vn, s, info);
	if (err)
		return err;
	return parse_sgs(vn, s, info);
}

/*
 * The vif whose device the module is opening or closing. The kernel then calls the module's own
 * notifier for that device and for devices that follow it, such as VLANs, while the lock of the
 * vif's namespace is held. Protected by the rtnl.
 */
static const struct vr_vif *moving;

/* The kind of a device, for messages: "bridge", "openvswitch", "bond". */
static const char *link_kind(const struct net_device *dev)
{
	return dev->rtnl_link_ops ? dev->rtnl_link_ops->kind : "device";
}

/* A macvlan, macvtap or ipvlan on top of a device takes its frames. */
static struct net_device *taker_above(struct net_device *dev)
{
	struct net_device *upper, *found = NULL;
	struct list_head *iter;

	rcu_read_lock();
	netdev_for_each_upper_dev_rcu(dev, upper, iter)
		if (!is_vlan_dev(upper))
			found = upper;
	rcu_read_unlock();
	return found;
}

/* Refuses a device whose frames something else takes, and says what. */
static int vif_check_owner(struct vr_net *vn, struct net_device *dev,
			   const struct nlattr *attr, struct netlink_ext_ack *extack)
{
	struct net_device *owner = netdev_master_upper_dev_get(dev);
	struct vr_vif *vif = vif_by_dev(dev);

	if (vif)
		return vr_nl_err(extack, attr, -EBUSY, "device \"%s\" is vif \"%s\"'s already",
				 dev->name, vr_name(&vif->obj));
	if (owner)
		return vr_nl_err(extack, attr, -EBUSY, "device \"%s\" is enslaved to %s \"%s\"",
				 dev->name, link_kind(owner), owner->name);
	if (!netdev_is_rx_handler_busy(dev))
		return 0;
	owner = taker_above(dev);
	if (owner)
		return vr_nl_err(extack, attr, -EBUSY, "device \"%s\" carries %s \"%s\"",
				 dev->name, link_kind(owner), owner->name);
	return vr_nl_err(extack, attr, -EBUSY,
			 "the frames of device \"%s\" are taken by someone else", dev->name);
}

/* With "force", only records whether the host uses the device. */
static int check_use(struct vr_net *vn, struct settings *s, const struct nlattr *attr,
		     struct netlink_ext_ack *extack)
{
	if (!s->force)
		return vr_devuse_check(vn, s->dev, attr, extack);
	s->force = vr_devuse_check(vn, s->dev, attr, NULL);
	return 0;
}

static int check_dev(struct vr_net *vn, struct settings *s, const struct nlattr *attr,
		     struct netlink_ext_ack *extack)
{
	struct net_device *dev = s->dev;
	int err;

	if (dev->priv_flags & IFF_NO_RX_HANDLER)
		return vr_nl_err(extack, attr, -EINVAL,
				 "the frames of device \"%s\" cannot be taken", dev->name);
	if (dev->flags & IFF_LOOPBACK || dev->type != ARPHRD_ETHER ||
	    dev->addr_len != ETH_ALEN)
		return vr_nl_err(extack, attr, -EINVAL,
				 "device \"%s\" is not an Ethernet device", dev->name);
	err = vif_check_owner(vn, dev, attr, extack);
	return err ? err : check_use(vn, s, attr, extack);
}

static int open_dev(const struct vr_vif *vif, const struct nlattr *attr,
		    struct netlink_ext_ack *extack)
{
	struct net_device *dev = vif->dev;
	int err;

	moving = vif;
	err = dev_open(dev, extack);
	moving = NULL;
	if (err && !extack->_msg)
		vr_nl_err(extack, attr, err, "device \"%s\" cannot be brought up", dev->name);
	return err;
}

/* Takes the frames of a device, and only then brings it up. */
static int take_dev(struct vr_vif *vif, const struct nlattr *attr,
		    struct netlink_ext_ack *extack)
{
	struct net_device *dev = vif->dev;
	int err;

	if (vr_hostdev_is(dev)) {
		vr_hostdev_attach(dev, vif);
		err = open_dev(vif, attr, extack);
		if (err)
			vr_hostdev_detach(dev);
		return err;
	}
	err = netdev_rx_handler_register(dev, vr_vif_rx_handler, vif);
	if (err)
		return err;
	err = dev_set_promiscuity(dev, 1);
	if (err)
		goto unregister;
	dev_disable_lro(dev);
	netdev_set_rx_headroom(dev, VR_RX_HEADROOM);
	err = open_dev(vif, attr, extack);
	if (!err)
		return 0;
	netdev_reset_rx_headroom(dev);
	dev_set_promiscuity(dev, -1);
unregister:
	netdev_rx_handler_unregister(dev);
	return err;
}

/* Closes a device, so that no frame of a VM reaches the host's stack. */
static void close_dev(const struct vr_vif *vif)
{
	/* The kernel has closed and drained a device that is being unregistered. */
	if (vif->dev->reg_state != NETREG_REGISTERED)
		return;
	moving = vif;
	dev_close(vif->dev);
	moving = NULL;
	vr_drain();
}

/*
 * Gives a device back. It is brought down, unless it is being unregistered, and no frame of it is
 * left in a queue. A device that was taken from the host while it was up stays up, with the
 * addresses and routes that it still has.
 */
static void give_dev(struct vr_vif *vif)
{
	struct net_device *dev = vif->dev;

	if (vr_hostdev_is(dev)) {
		vr_hostdev_detach(dev);
		synchronize_net();
		return;
	}
	if (!vif->stays_up)
		close_dev(vif);
	netdev_reset_rx_headroom(dev);
	dev_set_promiscuity(dev, -1);
	/*
	 * Waits for an RCU grace period, and so also for packets of other vifs that are on their
	 * way here.
	 */
	netdev_rx_handler_unregister(dev);
}

static struct vr_vif_conf *vif_make_conf(const struct settings *s)
{
	struct vr_vif_conf *conf;

	conf = kzalloc(struct_size(conf, addr, s->count), VR_GFP_ACCOUNT);
	if (!conf)
		return NULL;
	conf->has_mac = s->has_mac;
	ether_addr_copy(conf->mac, s->mac);
	conf->dhcp_server = s->dhcp_server;
	conf->router = s->router;
	ipv6_addr_set(&conf->link_local, htonl(0xfe800000), 0, 0, 0);
	addrconf_addr_eui48(conf->link_local.s6_addr + 8, conf->mac);
	conf->sg_count = s->sg_count;
	memcpy(conf->sg, s->sg, sizeof(conf->sg));
	conf->count = s->count;
	memcpy(conf->addr, s->addr, flex_array_size(conf, addr, s->count));
	return conf;
}

/* A vif holds a reference to each of its security groups. */
static void refer_to_sgs(const struct vr_vif_conf *conf, int by)
{
	unsigned int i;

	for (i = 0; i < conf->sg_count; i++)
		conf->sg[i]->vif_refs += by;
}

static void discard_claims(struct list_head *claims)
{
	struct vr_claim *claim, *next;

	list_for_each_entry_safe(claim, next, claims, vif_node)
		vr_claim_discard(claim);
}

/* Prepares claims of the addresses that a vif does not have yet. */
static int prepare_claims(struct vr_vif *vif, const struct vr_vif_conf *old,
			  const struct vr_vif_conf *conf, struct list_head *claims)
{
	struct vr_claim *claim;
	unsigned int i;

	for (i = 0; i < conf->count; i++) {
		if (old && lists_prefix(old->addr, old->count, &conf->addr[i]))
			continue;
		claim = vr_claim_create(vif, &conf->addr[i]);
		if (!claim) {
			discard_claims(claims);
			return -ENOMEM;
		}
		list_add_tail(&claim->vif_node, claims);
	}
	return 0;
}

/* Drops the claims that the new conf does not list. The old conf is still published. */
static void drop_claims(struct vr_vif *vif, const struct vr_vif_conf *conf)
{
	struct vr_claim *claim, *next;

	list_for_each_entry_safe(claim, next, &vif->claims, vif_node)
		if (!lists_prefix(conf->addr, conf->count, &claim->prefix))
			vr_claim_destroy(claim);
		else if (!conf->has_mac)
			vr_claim_lose_mac(claim);
}

/* Puts the claims in the order of the conf, in which replies list them. */
static void sort_claims(struct vr_vif *vif, const struct vr_vif_conf *conf)
{
	struct vr_claim *claim;
	unsigned int i;

	for (i = 0; i < conf->count; i++)
		list_for_each_entry(claim, &vif->claims, vif_node)
			if (vr_prefix_equal(&claim->prefix, &conf->addr[i])) {
				list_move_tail(&claim->vif_node, &vif->claims);
				break;
			}
}

/* Completes the claims of a vif for its new conf, which is published now. */
static void settle_claims(struct vr_vif *vif, struct list_head *fresh, bool new_mac)
{
	const struct vr_vif_conf *conf = vr_deref(vif->vn, vif->conf);
	struct vr_claim *claim, *next;

	list_for_each_entry(claim, &vif->claims, vif_node)
		if (new_mac)
			vr_claim_new_mac(claim);
	list_for_each_entry_safe(claim, next, fresh, vif_node) {
		list_del(&claim->vif_node);
		vr_claim_publish(claim);
	}
	sort_claims(vif, conf);
}

static void set_policer(struct vr_vif *vif, struct vr_policer __rcu **where,
			struct vr_policer *policer)
{
	struct vr_policer *old = vr_deref(vif->vn, *where);

	if (policer)
		WRITE_ONCE(policer->refs, policer->refs + 1);
	rcu_assign_pointer(*where, policer);
	if (old)
		WRITE_ONCE(old->refs, old->refs - 1);
}

static void set_policers(struct vr_vif *vif, struct vr_policer *policer,
			 struct vr_policer *egress_policer)
{
	set_policer(vif, &vif->policer, policer);
	set_policer(vif, &vif->egress_policer, egress_policer);
}

static bool new_mac(const struct vr_vif_conf *old, const struct vr_vif_conf *conf)
{
	return conf->has_mac &&
	       !(old && old->has_mac && ether_addr_equal(old->mac, conf->mac));
}

/*
 * Applies settings to a vif: first the steps that can fail, then the rest. A new vif already has a
 * conf and policers, but no claims, no fdb entry and no references to its security groups.
 */
static int vif_apply(struct vr_vif *vif, const struct settings *s, bool new,
		     struct netlink_ext_ack *extack)
{
	struct vr_vif_conf *before = vr_deref(vif->vn, vif->conf);
	struct vr_vif_conf *old = new ? NULL : before;
	struct vr_vif_conf *conf = vif_make_conf(s);
	LIST_HEAD(claims);
	int err = -ENOMEM;

	if (!conf)
		return err;
	err = prepare_claims(vif, old, conf, &claims);
	if (err)
		goto free_conf;
	if (new_mac(old, conf)) {
		err = vr_fdb_set_vif(vif->network, conf->mac, vif);
		if (err)
			goto free_claims;
	}
	err = vr_object_rename(vif->vn, &vif->obj, &s->key, extack);
	if (err)
		goto clear_fdb;

	drop_claims(vif, conf);
	refer_to_sgs(conf, 1);
	if (old)
		refer_to_sgs(old, -1);
	rcu_assign_pointer(vif->conf, conf);
	WRITE_ONCE(vif->mtu, s->mtu);
	WRITE_ONCE(vif->max_macs, s->max_macs);
	WRITE_ONCE(vif->max_connections, s->max_connections);
	WRITE_ONCE(vif->frag_memory, s->frag_memory);
	WRITE_ONCE(vif->max_flows, s->max_flows);
	set_policers(vif, s->policer, s->egress_policer);
	/* A vif with a fixed MAC keeps no learned entries. */
	if (conf->has_mac)
		vr_learn_forget_vif(vif);
	if (old && old->has_mac && (!conf->has_mac || new_mac(old, conf)))
		vr_fdb_clear_vif(vif->network, old->mac);
	settle_claims(vif, &claims, new_mac(old, conf) || !conf->has_mac);
	kfree_rcu(before, rcu);
	return 0;

clear_fdb:
	if (new_mac(old, conf))
		vr_fdb_clear_vif(vif->network, conf->mac);
free_claims:
	discard_claims(&claims);
free_conf:
	kfree(conf);
	return err;
}

static void vif_free_rcu(struct rcu_head *rcu)
{
	struct vr_vif *vif = container_of(rcu, struct vr_vif, rcu);

	free_percpu(vif->stats);
	kfree(rcu_dereference_raw(vif->conf));
	kfree(vif);
}

static struct vr_vif *vif_alloc(struct vr_net *vn, const struct settings *s)
{
	struct vr_vif *vif = kzalloc(sizeof(*vif), VR_GFP_ACCOUNT);

	if (!vif)
		return NULL;
	vif->vn = vn;
	vif->obj.key = s->key;
	vif->network = s->network;
	INIT_LIST_HEAD(&vif->claims);
	INIT_LIST_HEAD(&vif->learned);
	vif->max_macs = s->max_macs;
	vif->max_connections = s->max_connections;
	vif->frag_memory = s->frag_memory;
	vr_defrag_init(&vif->sent_fragments, vif);
	vr_defrag_init(&vif->received_fragments, vif);
	vif->max_flows = s->max_flows;
	vr_flow_owner_init(&vif->flows, s->network);
	vr_ratelimit_init(&vif->icmp_limit, VR_VIF_ICMP_PER_SECOND);
	/* The settings must apply from the first frame on. */
	RCU_INIT_POINTER(vif->conf, vif_make_conf(s));
	vif->stats = vr_stats_alloc();
	vif->nexthop = vr_nexthop_create(vn, VROUTER_NEXTHOP_TYPE_VIF, vif);
	vif->connlimit = vr_connlimit_open(vif->network);
	if (vif->connlimit && rcu_access_pointer(vif->conf) && vif->stats && vif->nexthop) {
		vif->dev = s->dev;
		vif->forced = s->force;
		vif->stays_up = s->force && s->dev->flags & IFF_UP;
		netdev_hold(vif->dev, &vif->tracker, GFP_KERNEL);
		set_policers(vif, s->policer, s->egress_policer);
		return vif;
	}
	if (vif->nexthop)
		vr_nexthop_destroy(vif->nexthop);
	vr_connlimit_close(vif->connlimit, vif->network);
	vif_free_rcu(&vif->rcu);
	return NULL;
}

/* Removes a vif from its network's tables. */
static void detach(struct vr_vif *vif)
{
	struct vr_vif_conf *conf = vr_deref(vif->vn, vif->conf);
	struct vr_claim *claim, *next;

	list_for_each_entry_safe(claim, next, &vif->claims, vif_node)
		vr_claim_destroy(claim);
	if (conf->has_mac)
		vr_fdb_clear_vif(vif->network, conf->mac);
	refer_to_sgs(conf, -1);
	vr_learn_forget_vif(vif);
	vr_nexthop_forget_vif(vif);
}

/*
 * The vif holds a reference to the module: unloading must not cut off the host's VMs. It holds none
 * in a network namespace that belongs to another user namespace than the initial one: an
 * unprivileged user must not be able to keep the administrator from unloading the module.
 */
static int hold_module(struct vr_vif *vif, struct netlink_ext_ack *extack)
{
	if (vif->vn->net->user_ns != &init_user_ns)
		return 0;
	vif->holds_module = try_module_get(THIS_MODULE);
	return vif->holds_module ? 0 : vr_nl_err(extack, NULL, -ENODEV,
						 "the module is being unloaded");
}

/* Frees a vif that packets no longer find. */
static void free_vif(struct vr_vif *vif)
{
	vr_defrag_exit(&vif->sent_fragments);
	vr_defrag_exit(&vif->received_fragments);
	netdev_put(vif->dev, &vif->tracker);
	set_policers(vif, NULL, NULL);
	vr_nexthop_destroy(vif->nexthop);
	vr_connlimit_close(vif->connlimit, vif->network);
	if (vif->holds_module)
		module_put(THIS_MODULE);
	call_rcu(&vif->rcu, vif_free_rcu);
}

static int vif_create(struct vr_net *vn, const struct settings *s, struct genl_info *info)
{
	struct nlattr *id = info->attrs[VROUTER_A_VIF_ID];
	bool was_up = s->dev->flags & IFF_UP;
	int err = vr_flows_start(vn);
	struct vr_vif *vif;

	if (err)
		return err;
	vif = vif_alloc(vn, s);
	if (!vif)
		return -ENOMEM;
	vif->obj.id = id ? nla_get_u32(id) : 0;
	err = hold_module(vif, info->extack);
	if (!err)
		err = vr_object_insert(vn, VR_KIND_VIF, &vif->obj, info->extack);
	if (err)
		goto free;
	err = take_dev(vif, dev_attr(info), info->extack);
	if (err)
		goto withdraw;
	list_add_tail_rcu(&vif->network_node, &vif->network->vifs);
	WRITE_ONCE(vif->network->vif_count, vif->network->vif_count + 1);
	err = vif_apply(vif, s, true, info->extack);
	if (err)
		goto give;
	vr_object_changed(vif->vn, &vif->obj, info);
	vr_ra_kick(vn);
	return 0;

give:
	list_del_rcu(&vif->network_node);
	WRITE_ONCE(vif->network->vif_count, vif->network->vif_count - 1);
	give_dev(vif);
	vr_flow_owner_close(&vif->flows);
	if (was_up)
		open_dev(vif, NULL, info->extack);
withdraw:
	vr_object_withdraw(vn, &vif->obj);
	synchronize_net();
free:
	free_vif(vif);
	return err;
}

static void vif_remove(struct vr_vif *vif, struct genl_info *info)
{
	ASSERT_RTNL();
	list_del_rcu(&vif->network_node);
	WRITE_ONCE(vif->network->vif_count, vif->network->vif_count - 1);
	detach(vif);
	give_dev(vif);
	vr_flow_owner_close(&vif->flows);
	vr_object_remove(vif->vn, &vif->obj, info);
	free_vif(vif);
}

static int vif_update(struct vr_vif *vif, const struct settings *s, enum vr_nl_mode mode,
		      struct genl_info *info)
{
	struct settings *now = kmalloc(sizeof(*now), GFP_KERNEL);
	const char *differs;
	int err;

	if (!now)
		return -ENOMEM;
	vif_settings_of(vif, now);
	differs = vif_difference(now, s);
	kfree(now);
	if (!differs)
		return 0;
	if (mode == VR_NL_ADD)
		return vr_nl_err(info->extack, vr_object_attr(VR_KIND_VIF, info), -EEXIST,
				 "vif \"%s\" exists with another %s", vr_name(&vif->obj),
				 differs);
	err = vif_apply(vif, s, false, info->extack);
	if (!err)
		vr_object_changed(vif->vn, &vif->obj, info);
	return err;
}

static int vif_write_locked(struct vr_net *vn, enum vr_nl_mode mode, struct settings *s,
			    struct genl_info *info)
{
	struct vr_object *obj = vr_object_wanted(vn, VR_KIND_VIF, info, mode);
	struct vr_vif *vif;
	int err;

	if (IS_ERR(obj))
		return PTR_ERR(obj);
	vif = obj ? vr_to_vif(obj) : NULL;
	if (vif && !vr_nl_mode_whole(mode))
		vif_settings_of(vif, s);
	else
		vif_default_settings(s);
	s->key.kind = VR_KIND_VIF;
	if (vif)
		s->key = vif->obj.key;
	err = vif_parse(vn, s, vif, info);
	if (err)
		return err;
	if (vif)
		return vif_update(vif, s, mode, info);
	err = check_dev(vn, s, dev_attr(info), info->extack);
	return err ? err : vif_create(vn, s, info);
}

static int vif_write(enum vr_nl_mode mode, struct genl_info *info)
{
	struct vr_net *vn = vr_net(genl_info_net(info));
	struct settings *s = kmalloc(sizeof(*s), GFP_KERNEL);
	int err;

	if (!s)
		return -ENOMEM;
	vr_nl_lock_rtnl(vn);
	err = vif_write_locked(vn, mode, s, info);
	vr_nl_unlock_rtnl(vn);
	kfree(s);
	return err;
}

int vrouter_nl_vif_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	enum vr_nl_mode mode;
	int err = vr_nl_new_mode(info, &mode);

	return err ? err : vif_write(mode, info);
}

int vrouter_nl_vif_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	return vif_write(VR_NL_SET, info);
}

static int vif_del_locked(struct vr_net *vn, struct genl_info *info)
{
	struct vr_object *obj = vr_object_wanted(vn, VR_KIND_VIF, info, VR_NL_DEL);
	struct vr_vif *vif;

	if (IS_ERR(obj))
		return PTR_ERR(obj);
	vif = vr_to_vif(obj);
	if (vif->nh_refs)
		return vr_object_refuse_used(obj, vr_object_user(vn, VR_KIND_NEXTHOP, obj),
					     "used by", vr_object_attr(VR_KIND_VIF, info),
					     info->extack);
	vif_remove(vif, info);
	return 0;
}

int vrouter_nl_vif_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct vr_net *vn = vr_net(genl_info_net(info));
	int err;

	vr_nl_lock_rtnl(vn);
	err = vif_del_locked(vn, info);
	vr_nl_unlock_rtnl(vn);
	return err;
}

int vrouter_nl_vif_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	return vr_object_get(VR_KIND_VIF, info);
}

static bool in_network(const struct vr_object *obj, const void *network)
{
	return !network || &vr_to_vif(obj)->network->obj == network;
}

static int vif_dump_locked(struct vr_net *vn, struct sk_buff *skb, struct netlink_callback *cb)
{
	struct nlattr **attrs = vr_dump_attrs(cb);
	struct vr_object *network;

	network = vr_object_ref(vn, VR_KIND_NETWORK, attrs[VROUTER_A_VIF_NETWORK_ID],
				attrs[VROUTER_A_VIF_NETWORK_NAME], cb->extack);
	if (IS_ERR(network))
		return PTR_ERR(network);
	return vr_object_dump(VR_KIND_VIF, skb, cb, in_network, network);
}

int vrouter_nl_vif_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	return vr_nl_dump(skb, cb, vif_dump_locked);
}

/* In the order of the request. */
static int fill_addresses(struct sk_buff *msg, const struct vr_vif *vif)
{
	const struct vr_claim *claim;
	struct nlattr *nest;

	list_for_each_entry(claim, &vif->claims, vif_node) {
		nest = nla_nest_start(msg, VROUTER_A_VIF_ADDRESS);
		if (!nest ||
		    vr_nl_put_addr(msg, VROUTER_A_PREFIX_ADDRESS, &claim->prefix.addr) ||
		    nla_put_u8(msg, VROUTER_A_PREFIX_LEN, claim->prefix.len) ||
		    nla_put_u8(msg, VROUTER_A_PREFIX_ACTIVE, vr_claim_is_active(claim)))
			return -EMSGSIZE;
		nla_nest_end(msg, nest);
	}
	return 0;
}

static int fill_policers(struct sk_buff *msg, const struct vr_vif *vif)
{
	const struct vr_policer *policer = vr_deref(vif->vn, vif->policer);
	const struct vr_policer *egress = vr_deref(vif->vn, vif->egress_policer);

	if (policer &&
	    (nla_put_u32(msg, VROUTER_A_VIF_POLICER_ID, policer->obj.id) ||
	     nla_put_string(msg, VROUTER_A_VIF_POLICER_NAME, vr_name(&policer->obj))))
		return -EMSGSIZE;
	if (egress &&
	    (nla_put_u32(msg, VROUTER_A_VIF_EGRESS_POLICER_ID, egress->obj.id) ||
	     nla_put_string(msg, VROUTER_A_VIF_EGRESS_POLICER_NAME, vr_name(&egress->obj))))
		return -EMSGSIZE;
	return 0;
}

static int fill_frags(struct sk_buff *msg, struct vr_vif *vif)
{
	if (nla_put_u32(msg, VROUTER_A_VIF_FRAG_MEMORY, vif->frag_memory) ||
	    vr_defrag_put(msg, VROUTER_A_VIF_SENT_FRAGS, &vif->sent_fragments) ||
	    vr_defrag_put(msg, VROUTER_A_VIF_RECEIVED_FRAGS, &vif->received_fragments))
		return -EMSGSIZE;
	return 0;
}

static int vif_fill(struct sk_buff *msg, const struct vr_object *obj)
{
	struct vr_vif *vif = vr_to_vif(obj);
	const struct vr_vif_conf *conf = vr_deref(vif->vn, vif->conf);
	const struct net_device *dev = vif->dev;

	if (nla_put_u32(msg, VROUTER_A_VIF_ID, obj->id) ||
	    nla_put_string(msg, VROUTER_A_VIF_NAME, vr_name(obj)) ||
	    nla_put_u32(msg, VROUTER_A_VIF_IFINDEX, dev->ifindex) ||
	    nla_put_string(msg, VROUTER_A_VIF_IFNAME, dev->name) ||
	    nla_put_u32(msg, VROUTER_A_VIF_NETWORK_ID, vif->network->obj.id) ||
	    nla_put_string(msg, VROUTER_A_VIF_NETWORK_NAME, vr_name(&vif->network->obj)) ||
	    (conf->has_mac && nla_put(msg, VROUTER_A_VIF_MAC, ETH_ALEN, conf->mac)) ||
	    nla_put_u32(msg, VROUTER_A_VIF_MTU, vif->mtu) ||
	    nla_put_u32(msg, VROUTER_A_VIF_MAX_MACS, vif->max_macs) ||
	    nla_put_u32(msg, VROUTER_A_VIF_LEARNED, vif->learned_count) ||
	    nla_put_u32(msg, VROUTER_A_VIF_MAX_CONNECTIONS, vif->max_connections) ||
	    nla_put_u32(msg, VROUTER_A_VIF_CONNECTIONS, vr_connlimit_count(vif->connlimit)) ||
	    nla_put_u32(msg, VROUTER_A_VIF_MAX_FLOWS, vif->max_flows) ||
	    nla_put_u32(msg, VROUTER_A_VIF_FLOWS, READ_ONCE(vif->flows.count)) ||
	    nla_put_u8(msg, VROUTER_A_VIF_UP, vr_vif_is_up(vif)) ||
	    nla_put_u32(msg, VROUTER_A_VIF_GENERATION, obj->generation) ||
	    nla_put_u8(msg, VROUTER_A_VIF_DHCP_SERVER, conf->dhcp_server) ||
	    nla_put_u8(msg, VROUTER_A_VIF_ROUTER, conf->router) ||
	    nla_put_u8(msg, VROUTER_A_VIF_FORCE, vif->forced) ||
	    fill_policers(msg, vif) || fill_addresses(msg, vif) ||
	    vr_sg_fill_list(msg, VROUTER_A_VIF_SG, conf->sg, conf->sg_count) ||
	    fill_frags(msg, vif))
		return -EMSGSIZE;
	return vr_stats_put(msg, VROUTER_A_VIF_STATS, vif->stats, vr_drops_sum(&vif->drops));
}

static size_t vif_size(const struct vr_object *obj)
{
	return NLMSG_DEFAULT_SIZE + VR_VIF_ADDRESSES_MAX * 48 +
	       VROUTER_SG_MAX * (VROUTER_NAME_MAX + 32);
}

static bool vif_has_group(const struct vr_vif *vif, const struct vr_sg *sg)
{
	const struct vr_vif_conf *conf = vr_deref(vif->vn, vif->conf);
	unsigned int i;

	for (i = 0; i < conf->sg_count; i++)
		if (conf->sg[i] == sg)
			return true;
	return false;
}

/* A vif refers to its policers and its security groups; a network lists its vifs itself. */
static bool vif_uses(const struct vr_object *obj, const struct vr_object *target)
{
	const struct vr_vif *vif = vr_to_vif(obj);
	const struct vr_policer *policer;

	switch (target->key.kind) {
	case VR_KIND_POLICER:
		policer = vr_to_policer(target);
		return rcu_access_pointer(vif->policer) == policer ||
		       rcu_access_pointer(vif->egress_policer) == policer;
	case VR_KIND_SG:
		return vif_has_group(vif, vr_to_sg(target));
	default:
		return false;
	}
}

const struct vr_object_ops vr_vif_ops = {
	.kind = VR_KIND_VIF,
	.uses = vif_uses,
	.noun = "vif",
	.id_attr = VROUTER_A_VIF_ID,
	.name_attr = VROUTER_A_VIF_NAME,
	.get_cmd = VROUTER_CMD_VIF_GET,
	.new_cmd = VROUTER_CMD_VIF_NEW_NTF,
	.del_cmd = VROUTER_CMD_VIF_DEL_NTF,
	.size = vif_size,
	.fill = vif_fill,
};

/* Number of vifs removed because their devices were unregistered. Protected by the rtnl. */
static unsigned long removed;

/* Notifies listeners of devices that changed while someone else held the lock. */
static void vif_tell_work(struct work_struct *work)
{
	struct vr_net *vn = container_of(work, struct vr_net, vifs_work);
	struct vr_object *obj;
	unsigned long id;

	mutex_lock(&vn->lock);
	xa_for_each(&vn->objects[VR_KIND_VIF], id, obj)
		if (READ_ONCE(vr_to_vif(obj)->untold)) {
			WRITE_ONCE(vr_to_vif(obj)->untold, false);
			vr_object_changed(vn, obj, NULL);
		}
	mutex_unlock(&vn->lock);
}

void vr_vifs_init(struct vr_net *vn)
{
	INIT_WORK(&vn->vifs_work, vif_tell_work);
}

/** vr_vifs_exit() - Context: there are no vifs left */
void vr_vifs_exit(struct vr_net *vn)
{
	cancel_work_sync(&vn->vifs_work);
}

/*
 * Removes the vif of a device that is being unregistered. If the module is opening or closing
 * another device, the caller already holds a namespace lock: the one needed here, or another one.
 * The rtnl serializes all nesting of two namespace locks, so their order doesn't matter.
 */
static void vif_gone(struct vr_net *vn, struct vr_vif *vif)
{
	bool held = moving && moving->vn == vn;

	if (!held)
		mutex_lock_nested(&vn->lock, moving ? SINGLE_DEPTH_NESTING : 0);
	vif_remove(vif, NULL);
	removed++;
	if (!held)
		mutex_unlock(&vn->lock);
}

/*
 * The whole host waits for the rtnl. Its holder waits for the lock of a namespace only to remove a
 * vif; for other changes a worker notifies the listeners if the lock is held. The lock is also held
 * if the module itself is opening or closing another device.
 */
static void vif_dev_changed(struct vr_net *vn, struct vr_vif *vif)
{
	if (mutex_trylock(&vn->lock)) {
		vr_object_changed(vif->vn, &vif->obj, NULL);
		mutex_unlock(&vn->lock);
	} else {
		WRITE_ONCE(vif->untold, true);
		schedule_work(&vn->vifs_work);
	}
}

/* Context: rtnl, without which no device becomes a vif or stops being one. */
static int netdev_event(struct notifier_block *nb, unsigned long event, void *ptr)
{
	struct net_device *dev = netdev_notifier_info_to_dev(ptr);
	struct vr_net *vn = vr_net(dev_net(dev));
	struct vr_vif *vif;

	switch (event) {
	case NETDEV_UNREGISTER:
	case NETDEV_CHANGENAME:
	case NETDEV_CHANGEADDR:	/* the MAC that next hops of type host send to */
	case NETDEV_UP:
	case NETDEV_DOWN:
	case NETDEV_CHANGE:
		break;
	default:
		return NOTIFY_DONE;
	}

	if (moving && moving->dev == dev)
		return NOTIFY_DONE;
	if (event == NETDEV_UNREGISTER)
		vr_demux_device_gone(vn, dev);
	vif = vif_by_dev(dev);
	if (vif && event == NETDEV_UNREGISTER)
		vif_gone(vn, vif);
	else if (vif)
		vif_dev_changed(vn, vif);
	return NOTIFY_DONE;
}

static struct notifier_block netdev_notifier = {
	.notifier_call = netdev_event,
};

int __init vr_vif_notifier_init(void)
{
	return register_netdevice_notifier(&netdev_notifier);
}

/*
 * Unregistering the notifier reports every device as unregistered, which removes all vifs. At this
 * point only vifs without a reference to the module are left: see hold_module().
 */
void vr_vif_notifier_exit(void)
{
	unsigned long before = removed;

	unregister_netdevice_notifier(&netdev_notifier);
	if (removed != before)
		pr_warn("%lu vifs of user namespaces went with the module\n",
			removed - before);
}
