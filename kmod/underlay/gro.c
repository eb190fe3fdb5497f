// SPDX-License-Identifier: GPL-2.0
/*
 * Generic receive offload of the inner packets of tunnels: small segments of a TCP
 * connection become large packets, which pass the module and the VM's stack once.
 *
 * GRO merges packets of a device whose link layer headers are equal. Therefore each namespace
 * has a device for it, which is never registered and hence invisible. Its link layer header
 * is the metadata from the outer headers, followed by the inner Ethernet header: packets of
 * different networks, tunnels or remote ends differ in it and are not merged.
 */
#include <linux/if_arp.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/rtnetlink.h>
#include <net/gro_cells.h>

#include "underlay/decap.h"
#include "underlay/gro.h"

#define HEADER_LEN (sizeof(struct vr_gro_header) + ETH_HLEN)

/**
 * vr_gro_wants() - may a packet be merged with others?
 * @skb: skb->data at the network header, the Ethernet header before it
 *
 * All packets of a TCP connection take the same path, and stay in order.
 */
bool vr_gro_wants(struct sk_buff *skb)
{
	/* The data of a clone is shared: no header can be put in front of it. */
	if (skb_cloned(skb))
		return false;
	switch (eth_hdr(skb)->h_proto) {
	case htons(ETH_P_IP):
		return pskb_may_pull(skb, sizeof(struct iphdr)) &&
		       ((const struct iphdr *)skb->data)->protocol == IPPROTO_TCP;
	case htons(ETH_P_IPV6):
		return pskb_may_pull(skb, sizeof(struct ipv6hdr)) &&
		       ((const struct ipv6hdr *)skb->data)->nexthdr == IPPROTO_TCP;
	default:
		return false;
	}
}

static struct gro_cells *cells_of(const struct net_device *dev)
{
	return netdev_priv(dev);
}

/**
 * vr_gro_prepare() - pushes the link layer header for GRO
 * @skb: a packet that vr_gro_wants() accepts
 * @header: passed to vr_decap_merged() with the packet, or with the packet that it is
 *	merged into
 *
 * Return: true, or false if out of memory, with the packet unchanged.
 */
bool vr_gro_prepare(struct sk_buff *skb, const struct vr_gro_header *header)
{
	__be16 proto = eth_hdr(skb)->h_proto;

	__skb_push(skb, ETH_HLEN);
	if (skb_cow_head(skb, sizeof(*header))) {
		__skb_pull(skb, ETH_HLEN);
		return false;
	}
	memcpy(__skb_push(skb, sizeof(*header)), header, sizeof(*header));
	skb_reset_mac_header(skb);
	__skb_pull(skb, HEADER_LEN);
	skb->protocol = proto;
	return true;
}

/**
 * vr_gro_receive() - passes a packet to GRO
 * @vn: the namespace
 * @skb: prepared; taken
 *
 * Context: softirq or BH disabled; RCU read lock.
 * Return: false if it was dropped because the queue is full; the caller counts it.
 */
bool vr_gro_receive(struct vr_net *vn, struct sk_buff *skb)
{
	skb->dev = vn->gro_dev;
	return gro_cells_receive(cells_of(vn->gro_dev), skb) != NET_RX_DROP;
}

static rx_handler_result_t gro_receive(struct sk_buff **pskb)
{
	struct vr_net *vn = rcu_dereference((*pskb)->dev->rx_handler_data);
	struct vr_gro_header header;

	memcpy(&header, skb_mac_header(*pskb), sizeof(header));
	skb_set_mac_header(*pskb, -ETH_HLEN);
	vr_decap_merged(vn, *pskb, &header);
	return RX_HANDLER_CONSUMED;
}

static void gro_setup(struct net_device *dev)
{
	dev->type = ARPHRD_NONE;
	dev->hard_header_len = HEADER_LEN;
	dev->features = NETIF_F_GRO;
	dev->flags = IFF_UP;	/* as gro_cells_receive() wants it */
}

/**
 * vr_gro_init() - creates the device, when the namespace gets its first tunnel
 * @vn: the namespace
 *
 * Context: rtnl and vn->lock.
 * Return: 0 or a negative errno.
 */
int vr_gro_init(struct vr_net *vn)
{
	struct net_device *dev;
	int err;

	lockdep_assert_held(&vn->lock);
	if (vn->gro_dev)
		return 0;
	dev = alloc_netdev(sizeof(struct gro_cells), "vrouter-gro", NET_NAME_UNKNOWN, gro_setup);
	if (!dev)
		return -ENOMEM;
	dev_net_set(dev, vn->net);
	err = gro_cells_init(cells_of(dev), dev);
	if (err)
		goto free;
	err = netdev_rx_handler_register(dev, gro_receive, vn);
	if (err)
		goto cells;
	vn->gro_dev = dev;
	return 0;

cells:
	gro_cells_destroy(cells_of(dev));
free:
	free_netdev(dev);
	return err;
}

/* Called when tunnels deliver no more packets; frees the packets that wait. */
void vr_gro_exit(struct vr_net *vn)
{
	if (!vn->gro_dev)
		return;
	gro_cells_destroy(cells_of(vn->gro_dev));
	free_netdev(vn->gro_dev);
	vn->gro_dev = NULL;
}
