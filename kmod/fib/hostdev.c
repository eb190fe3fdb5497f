// SPDX-License-Identifier: GPL-2.0
/*
 * Netdevs of link type "vrouter". Attached as a vif, such a device takes the place of a VM:
 * the module receives what the host sends on it, and the host receives what is sent to
 * the vif.
 *
 * Tenants are on the other side, so the host must not trust the device as it would trust a
 * network of its own: see harden4() and harden6().
 */
#include <linux/etherdevice.h>
#include <linux/ethtool.h>
#include <linux/icmp.h>
#include <linux/inetdevice.h>
#include <linux/netdevice.h>
#include <net/addrconf.h>
#include <net/gro_cells.h>
#include <net/netdev_lock.h>
#include <net/rtnetlink.h>

#include "core/packet.h"
#include "fib/hostdev.h"
#include "objects/vif.h"
#include "path/input.h"
#include "underlay/encap.h"

/* GSO packets enter the module and its tunnels unsegmented. */
#define FEATURES (NETIF_F_SG | NETIF_F_FRAGLIST | NETIF_F_HIGHDMA | NETIF_F_HW_CSUM | \
		  NETIF_F_RXCSUM | NETIF_F_GSO_SOFTWARE)

/**
 * struct hostdev - private data of a device
 * @vif: the vif that it is attached as, or NULL
 * @cells: GRO for what the host receives
 */
struct hostdev {
	struct vr_vif __rcu *vif;
	struct gro_cells cells;
};

static int hostdev_init(struct net_device *dev)
{
	struct hostdev *hostdev = netdev_priv(dev);
	int err;

	dev->tstats = __netdev_alloc_pcpu_stats(struct pcpu_sw_netstats, VR_GFP_ACCOUNT);
	if (!dev->tstats)
		return -ENOMEM;
	err = gro_cells_init(&hostdev->cells, dev);
	if (err)
		free_percpu(dev->tstats);
	else
		netdev_lockdep_set_classes(dev);
	return err;
}

static void hostdev_uninit(struct net_device *dev)
{
	struct hostdev *hostdev = netdev_priv(dev);

	gro_cells_destroy(&hostdev->cells);
	free_percpu(dev->tstats);
}

static int hostdev_open(struct net_device *dev)
{
	netif_tx_start_all_queues(dev);
	return 0;
}

static int hostdev_stop(struct net_device *dev)
{
	netif_tx_stop_all_queues(dev);
	return 0;
}

static void hostdev_drop(struct net_device *dev, struct sk_buff *skb)
{
	DEV_STATS_INC(dev, tx_dropped);
	kfree_skb(skb);
}

static void hostdev_send(struct vr_vif *vif, struct sk_buff *skb)
{
	skb_reset_mac_header(skb);
	__skb_pull(skb, ETH_HLEN);
	skb_reset_network_header(skb);
	vr_vif_receive(vif, skb);
}

static netdev_tx_t hostdev_start_xmit(struct sk_buff *skb, struct net_device *dev)
{
	struct hostdev *hostdev = netdev_priv(dev);
	unsigned int len = skb->len;
	struct vr_vif *vif;

	/* The transmit path holds rcu_read_lock_bh() only. */
	rcu_read_lock();
	vif = rcu_dereference(hostdev->vif);
	if (vif && pskb_may_pull(skb, ETH_HLEN)) {
		dev_sw_netstats_tx_add(dev, 1, len);
		hostdev_send(vif, skb);
	} else {
		hostdev_drop(dev, skb);
	}
	rcu_read_unlock();
	return NETDEV_TX_OK;
}

static const struct net_device_ops netdev_ops = {
	.ndo_init = hostdev_init,
	.ndo_uninit = hostdev_uninit,
	.ndo_open = hostdev_open,
	.ndo_stop = hostdev_stop,
	.ndo_start_xmit = hostdev_start_xmit,
	.ndo_get_stats64 = dev_get_tstats64,
	.ndo_set_mac_address = eth_mac_addr,
	.ndo_validate_addr = eth_validate_addr,
};

static const struct ethtool_ops ethtool_ops = {
	.get_link = ethtool_op_get_link,
};

static void hostdev_setup(struct net_device *dev)
{
	ether_setup(dev);
	dev->netdev_ops = &netdev_ops;
	dev->ethtool_ops = &ethtool_ops;
	dev->needs_free_netdev = true;
	/* Below this, the kernel would free the settings of harden6() and create new ones later. */
	dev->min_mtu = IPV6_MIN_MTU;
	dev->max_mtu = ETH_MAX_MTU;
	dev->needed_headroom = VR_RX_HEADROOM;
	dev->priv_flags &= ~IFF_TX_SKB_SHARING;
	dev->priv_flags |= IFF_LIVE_ADDR_CHANGE | IFF_NO_QUEUE;
	vr_netdev_set_lltx(dev);
	dev->features |= FEATURES;
	dev->hw_features |= FEATURES;
	eth_hw_addr_random(dev);
}

static int validate(struct nlattr *tb[], struct nlattr *data[],
		    struct netlink_ext_ack *extack)
{
	if (!tb[IFLA_ADDRESS])
		return 0;
	if (nla_len(tb[IFLA_ADDRESS]) != ETH_ALEN) {
		NL_SET_ERR_MSG_ATTR(extack, tb[IFLA_ADDRESS], "a MAC address has 6 bytes");
		return -EINVAL;
	}
	if (!is_valid_ether_addr(nla_data(tb[IFLA_ADDRESS]))) {
		NL_SET_ERR_MSG_ATTR(extack, tb[IFLA_ADDRESS],
				    "the MAC address is not a unicast address");
		return -EADDRNOTAVAIL;
	}
	return 0;
}

static struct rtnl_link_ops link_ops __read_mostly = {
	.kind = "vrouter",
	.priv_size = sizeof(struct hostdev),
	.setup = hostdev_setup,
	.validate = validate,
};

/** vr_hostdev_is() - is a device of link type vrouter? */
bool vr_hostdev_is(const struct net_device *dev)
{
	return dev->netdev_ops == &netdev_ops;
}

/*
 * Turns off the settings by which others steer an IPv4 host: its routes, its neighbours, and
 * what it forwards or answers for them. A later change of the namespace's "default" does not
 * override a setting that was made for the device.
 */
static void harden4(struct net_device *dev)
{
	struct in_device *in_dev = __in_dev_get_rtnl(dev);

	if (!in_dev)
		return;
	IN_DEV_CONF_SET(in_dev, ACCEPT_REDIRECTS, 0);
	IN_DEV_CONF_SET(in_dev, ACCEPT_SOURCE_ROUTE, 0);
	IN_DEV_CONF_SET(in_dev, SEND_REDIRECTS, 0);
	IN_DEV_CONF_SET(in_dev, FORWARDING, 0);
	IN_DEV_CONF_SET(in_dev, PROXY_ARP, 0);
	IN_DEV_CONF_SET(in_dev, PROXY_ARP_PVLAN, 0);
	IN_DEV_CONF_SET(in_dev, BOOTP_RELAY, 0);
	IN_DEV_CONF_SET(in_dev, ACCEPT_LOCAL, 0);
	IN_DEV_CONF_SET(in_dev, ROUTE_LOCALNET, 0);
	IN_DEV_CONF_SET(in_dev, ARP_ACCEPT, 0);
	/* Answer for the device's own addresses only, and to senders that are routed to it. */
	IN_DEV_CONF_SET(in_dev, ARP_IGNORE, 1);
	IN_DEV_CONF_SET(in_dev, RP_FILTER, 1);
}

/* As harden4(), for IPv6. */
static void harden6(struct net_device *dev)
{
	struct inet6_dev *idev = __in6_dev_get(dev);

	if (!idev)
		return;
	WRITE_ONCE(idev->cnf.accept_ra, 0);
	WRITE_ONCE(idev->cnf.autoconf, 0);
	WRITE_ONCE(idev->cnf.accept_redirects, 0);
	WRITE_ONCE(idev->cnf.accept_source_route, -1);
	WRITE_ONCE(idev->cnf.accept_untracked_na, 0);
	WRITE_ONCE(idev->cnf.proxy_ndp, 0);
	WRITE_ONCE(idev->cnf.seg6_enabled, 0);
	WRITE_ONCE(idev->cnf.rpl_seg_enabled, 0);
}

/* Runs after IPv4 and IPv6 have created the settings of a device that enters a namespace. */
static int hostdev_event(struct notifier_block *nb, unsigned long event, void *ptr)
{
	struct net_device *dev = netdev_notifier_info_to_dev(ptr);

	if (event != NETDEV_REGISTER || !vr_hostdev_is(dev))
		return NOTIFY_DONE;
	harden4(dev);
	harden6(dev);
	return NOTIFY_OK;
}

/* IPv4's notifier has ADDRCONF_NOTIFY_PRIORITY, too. */
static struct notifier_block hostdev_notifier = {
	.notifier_call = hostdev_event,
	.priority = ADDRCONF_NOTIFY_PRIORITY - 1,
};

/**
 * vr_hostdev_refuses() - must a packet be kept from the host?
 * @dev: of link type vrouter
 * @pkt: metadata of the packet
 *
 * On a device that does not forward, the kernel accepts ICMP redirects if accept_redirects is
 * set for the device or for "all", which is the default. Here only the device's own setting
 * counts.
 *
 * Context: RCU read lock.
 */
bool vr_hostdev_refuses(const struct net_device *dev, const struct vr_pkt *pkt)
{
	struct in_device *in_dev;

	if (pkt->family != AF_INET || pkt->l4_proto != IPPROTO_ICMP ||
	    pkt->icmp_type != ICMP_REDIRECT || pkt->later_fragment)
		return false;
	in_dev = __in_dev_get_rcu(dev);
	return !in_dev || !IN_DEV_CONF_GET(in_dev, ACCEPT_REDIRECTS);
}

/**
 * vr_hostdev_attach() - makes a vif the sender of what the host sends on a device
 * @dev: of link type vrouter
 * @vif: published
 *
 * Context: rtnl.
 */
void vr_hostdev_attach(struct net_device *dev, struct vr_vif *vif)
{
	struct hostdev *hostdev = netdev_priv(dev);

	ASSERT_RTNL();
	rcu_assign_pointer(hostdev->vif, vif);
}

/** vr_hostdev_vif() - the vif on a device of link type vrouter, or NULL; Context: rtnl */
struct vr_vif *vr_hostdev_vif(const struct net_device *dev)
{
	const struct hostdev *hostdev = netdev_priv(dev);

	return rtnl_dereference(hostdev->vif);
}

/**
 * vr_hostdev_detach() - drops what the host sends on a device from now on
 * @dev: of link type vrouter
 *
 * Packets under way may use the vif until a grace period has passed.
 *
 * Context: rtnl.
 */
void vr_hostdev_detach(struct net_device *dev)
{
	struct hostdev *hostdev = netdev_priv(dev);

	ASSERT_RTNL();
	RCU_INIT_POINTER(hostdev->vif, NULL);
}

/**
 * vr_hostdev_receive() - the host receives a packet
 * @vif: its device is of link type vrouter
 * @skb: skb->data at the Ethernet header; taken
 *
 * The packet goes through a queue, so that host and module cannot recurse into each other.
 *
 * Context: softirq or BH disabled; RCU read lock.
 * Return: 0, or a positive number if it was dropped.
 */
int vr_hostdev_receive(struct vr_vif *vif, struct sk_buff *skb)
{
	struct hostdev *hostdev = netdev_priv(vif->dev);
	unsigned int len = skb->len;

	skb_orphan(skb);
	skb->protocol = eth_type_trans(skb, vif->dev);
	if (gro_cells_receive(&hostdev->cells, skb) != NET_RX_SUCCESS)
		return NET_XMIT_DROP;
	dev_sw_netstats_rx_add(vif->dev, len);
	return NET_XMIT_SUCCESS;
}

int __init vr_hostdev_init(void)
{
	int err = register_netdevice_notifier(&hostdev_notifier);

	if (err)
		return err;
	err = rtnl_link_register(&link_ops);
	if (err)
		unregister_netdevice_notifier(&hostdev_notifier);
	return err;
}

void vr_hostdev_exit(void)
{
	rtnl_link_unregister(&link_ops);
	unregister_netdevice_notifier(&hostdev_notifier);
}
