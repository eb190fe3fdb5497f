// SPDX-License-Identifier: GPL-2.0
/*
 * Finds out what the host uses a device for. A vif's device is no longer the host's: its frames go
 * to a network. These checks keep a request from taking a device whose loss would cut off the host.
 *
 * The kernel lets modules look up routes, but not list the routes of a device. The checks therefore
 * cover the default routes and the routes of the tunnels. Other routes hardly ever lead through a
 * device that has no address.
 */
#include <linux/inetdevice.h>
#include <linux/netdevice.h>
#include <net/addrconf.h>
#include <net/ip6_route.h>
#include <net/ip_fib.h>
#include <net/nexthop.h>

#include "core/netlink.h"
#include "core/object.h"
#include "fib/hostdev.h"
#include "fib/nexthop.h"
#include "objects/devuse.h"
#include "objects/tunnel.h"
#include "underlay/early_demux.h"
#include "underlay/outer.h"

static int check_bridge(const struct net_device *dev, const struct nlattr *attr,
			struct netlink_ext_ack *extack)
{
	if (!netif_is_bridge_master(dev))
		return 0;
	return vr_nl_err(extack, attr, -EBUSY,
			 "device \"%s\" is a bridge, which would lose the host's frames: say \"force\" to take it",
			 dev->name);
}

static int check_ipv4(const struct net_device *dev, const struct nlattr *attr,
		      struct netlink_ext_ack *extack)
{
	const struct in_device *in_dev = __in_dev_get_rtnl(dev);
	const struct in_ifaddr *ifa = in_dev ? rtnl_dereference(in_dev->ifa_list) : NULL;

	if (!ifa)
		return 0;
	return vr_nl_err(extack, attr, -EBUSY,
			 "device \"%s\" has the host's address %pI4: say \"force\" to take it",
			 dev->name, &ifa->ifa_local);
}

/*
 * Link-local addresses don't count: every device that is up has one, whether the host uses it or
 * not.
 */
static bool find_ipv6(const struct net_device *dev, struct in6_addr *addr)
{
	struct inet6_dev *idev = __in6_dev_get(dev);
	const struct inet6_ifaddr *ifa;
	bool found = false;

	if (!idev)
		return false;
	read_lock_bh(&idev->lock);
	list_for_each_entry(ifa, &idev->addr_list, if_list) {
		found = !(ipv6_addr_type(&ifa->addr) & IPV6_ADDR_LINKLOCAL);
		*addr = ifa->addr;
		if (found)
			break;
	}
	read_unlock_bh(&idev->lock);
	return found;
}

static int check_ipv6(const struct net_device *dev, const struct nlattr *attr,
		      struct netlink_ext_ack *extack)
{
	struct in6_addr addr;

	if (!find_ipv6(dev, &addr))
		return 0;
	return vr_nl_err(extack, attr, -EBUSY,
			 "device \"%s\" has the host's address %pI6c: say \"force\" to take it",
			 dev->name, &addr);
}

/* Does a path of a route lead through a device? Context: RCU read lock. */
static bool leads_by(struct fib_info *fi, const struct net_device *dev)
{
	int i;

	for (i = 0; i < fib_info_num_path(fi); i++)
		if (fib_info_nhc(fi, i)->nhc_dev == dev)
			return true;
	return false;
}

static bool has_default4(struct net *net, const struct net_device *dev)
{
	struct flowi4 fl4 = { .flowi4_iif = LOOPBACK_IFINDEX };
	struct fib_result res;
	bool found;

	rcu_read_lock();
	found = !fib_lookup(net, &fl4, &res, 0) && !res.prefixlen && leads_by(res.fi, dev);
	rcu_read_unlock();
	return found;
}

/* With ipv6.disable=1 there are no IPv6 tables to look up in, and no device has an inet6_dev. */
static bool has_default6(struct net *net, const struct net_device *dev)
{
	struct rt6_info *rt;
	bool found;

	if (!__in6_dev_get(dev))
		return false;
	rt = rt6_lookup(net, &in6addr_any, NULL, dev->ifindex, NULL, RT6_LOOKUP_F_IFACE);
	found = rt && !rt->rt6i_dst.plen && rt->dst.dev == dev;
	ip6_rt_put(rt);
	return found;
}

static int check_default(struct net *net, const struct net_device *dev,
			 const struct nlattr *attr, struct netlink_ext_ack *extack)
{
	bool v4 = has_default4(net, dev);

	if (!v4 && !has_default6(net, dev))
		return 0;
	return vr_nl_err(extack, attr, -EBUSY,
			 "the host's IPv%c default route leads by device \"%s\": say \"force\" to take it",
			 v4 ? '4' : '6', dev->name);
}

static bool sends_by(struct vr_nexthop *nh, const struct net_device *dev)
{
	struct vr_nexthop_info *info = vr_deref(nh->vn, nh->info);
	const struct vr_tunnel_conf *conf = vr_deref(nh->vn, info->tunnel->conf);

	return conf->ifindex == dev->ifindex ||
	       vr_outer_ifindex(nh->vn, conf, info) == dev->ifindex;
}

/* A tunnel that sends through a device, or NULL. */
static const struct vr_tunnel *find_tunnel(struct vr_net *vn, const struct net_device *dev)
{
	unsigned int left = VR_DEVUSE_NEXTHOPS;
	const struct vr_nexthop_info *info;
	struct vr_nexthop *nh;
	struct vr_object *obj;
	unsigned long id;

	xa_for_each(&vn->objects[VR_KIND_NEXTHOP], id, obj) {
		nh = vr_to_nexthop(obj);
		info = vr_deref(vn, nh->info);
		if (info->type != VROUTER_NEXTHOP_TYPE_TUNNEL)
			continue;
		if (sends_by(nh, dev))
			return info->tunnel;
		if (!--left)
			break;
	}
	return NULL;
}

static int check_tunnels(struct vr_net *vn, const struct net_device *dev,
			 const struct nlattr *attr, struct netlink_ext_ack *extack)
{
	const struct vr_tunnel *tunnel = find_tunnel(vn, dev);

	if (!tunnel && !(vn->counts[VR_KIND_TUNNEL] && vr_demux_has_hooks(vn, dev)))
		return 0;
	if (!tunnel)
		return vr_nl_err(extack, attr, -EBUSY,
				 "packets of tunnels come in by device \"%s\": say \"force\" to take it",
				 dev->name);
	return vr_nl_err(extack, attr, -EBUSY,
			 "tunnel \"%s\" sends by device \"%s\": say \"force\" to take it",
			 vr_name(&tunnel->obj), dev->name);
}

/**
 * vr_devuse_check() - refuses a device that the host needs, and says what for
 * @vn: the namespace
 * @dev: the device
 * @attr: the attribute that names the device
 * @extack: for the refusal
 *
 * A device of link type vrouter serves the host and a network at once, so it is never refused.
 *
 * Context: rtnl, vn->lock.
 * Return: 0 or -EBUSY.
 */
int vr_devuse_check(struct vr_net *vn, struct net_device *dev, const struct nlattr *attr,
		    struct netlink_ext_ack *extack)
{
	int err;

	if (vr_hostdev_is(dev))
		return 0;
	err = check_bridge(dev, attr, extack);
	if (!err)
		err = check_ipv4(dev, attr, extack);
	if (!err)
		err = check_ipv6(dev, attr, extack);
	if (!err)
		err = check_default(vn->net, dev, attr, extack);
	return err ? err : check_tunnels(vn, dev, attr, extack);
}
