/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VROUTER_VIF_H
#define _VROUTER_VIF_H

#include <linux/ratelimit.h>

#include "core/drop.h"
#include "core/vrouter.h"
#include "lib/rate.h"
#include "objects/network.h"
#include "policy/connlimit.h"
#include "policy/defrag.h"

struct genl_info;

#define VR_VIF_ADDRESSES_MAX 64
#define VR_VIF_ICMP_PER_SECOND 100
#define VR_VIF_MACS 64
#define VR_VIF_CONNECTIONS 65536

/**
 * struct vr_vif_conf - what a VM may send and receive, replaced as a whole
 * @rcu: to free it
 * @has_mac: frames must come from @mac
 * @mac: the VM's MAC address
 * @link_local: fe80::/64 address made from @mac, always allowed if @has_mac
 * @sg_count: length of @sg
 * @sg: security groups, in the order of evaluation
 * @dhcp_server: it may be a DHCP server or relay
 * @router: it may send router advertisements and redirects
 * @count: length of @addr; 0 allows every source address
 * @addr: prefixes that it may send from
 */
struct vr_vif_conf {
	struct rcu_head rcu;
	bool has_mac;
	u8 mac[ETH_ALEN];
	struct in6_addr link_local;
	unsigned int sg_count;
	struct vr_sg *sg[VROUTER_SG_MAX];
	bool dhcp_server;
	bool router;
	unsigned int count;
	struct vr_prefix addr[];
};

/**
 * struct vr_vif - a netdev that is attached to a network
 * @obj: id and name
 * @vn: the namespace
 * @dev: the netdev, held
 * @tracker: tracks the reference to @dev
 * @holds_module: it holds a reference to the module, which then can't be unloaded
 * @forced: the host used the device, and the request had "force"
 * @stays_up: @forced, and the device was up: it stays up when it is given back
 * @network: never changes
 * @network_node: in network->vifs
 * @conf: what the VM may send and receive, never NULL
 * @untold: listeners have not been notified of a change of the device
 * @policer: policer for what the VM sends, or NULL
 * @egress_policer: policer for what the VM receives, or NULL
 * @stats: per CPU; rx is what the VM sent
 * @mtu: largest IP packet towards the VM, 0 for the MTU of the device
 * @nexthop: next hop of the vif's own routes and fdb entry
 * @frag_memory: memory limit of each of the following two
 * @sent_fragments: fragments from the VM that wait for the rest of their packets
 * @received_fragments: the same for fragments to the VM
 * @claims: struct vr_claim of its addresses; under vn->lock
 * @announced: rate limit of announcements of addresses from the VM
 * @learned: fdb entries learned from it; under vn->lock
 * @learned_count: length of @learned
 * @learn_share: share of the vif
 * @max_macs: limit of @learned_count
 * @max_connections: connections that its VM may have opened, 0 for no limit
 * @connlimit: counts the connections that the VM has opened
 * @max_flows: limit of flows that come from the VM
 * @flows: flows that come from the VM
 * @flood_share: token bucket for its share of the network's flood rate
 * @nh_refs: next hops that requests created and that name it
 * @icmp_limit: rate limit of errors sent for its packets
 * @drops: packets dropped at this vif, by enum vr_drop
 * @rcu: to free it
 */
struct vr_vif {
	struct vr_object obj;
	struct vr_net *vn;
	struct net_device *dev;
	netdevice_tracker tracker;
	bool holds_module;
	bool forced;
	bool stays_up;
	struct vr_network *network;
	struct list_head network_node;
	struct vr_vif_conf __rcu *conf;
	bool untold;
	struct vr_policer __rcu *policer;
	struct vr_policer __rcu *egress_policer;
	struct vr_stats __percpu *stats;
	u32 mtu;
	struct vr_nexthop *nexthop;
	u32 frag_memory;
	struct vr_defrag sent_fragments;
	struct vr_defrag received_fragments;
	struct list_head claims;
	struct vr_rate announced;
	struct list_head learned;
	u32 learned_count;
	struct vr_learn_share learn_share;
	u32 max_macs;
	u32 max_connections;
	struct vr_connlimit *connlimit;
	u32 max_flows;
	struct vr_flow_owner flows;
	struct vr_rate flood_share;
	u32 nh_refs;
	struct ratelimit_state icmp_limit;
	struct vr_drops drops;
	struct rcu_head rcu;
};

static inline struct vr_vif *vr_to_vif(const struct vr_object *obj)
{
	return container_of(obj, struct vr_vif, obj);
}

/** vr_vif_mtu() - largest IP packet that may be sent to the VM */
static inline u32 vr_vif_mtu(const struct vr_vif *vif)
{
	u32 mtu = READ_ONCE(vif->mtu);

	return mtu ? mtu : READ_ONCE(vif->dev->mtu);
}

/** vr_vif_is_up() - can its device send? */
static inline bool vr_vif_is_up(const struct vr_vif *vif)
{
	return netif_running(vif->dev) && netif_carrier_ok(vif->dev);
}

void vr_vifs_init(struct vr_net *vn);
void vr_vifs_exit(struct vr_net *vn);
int vr_vif_notifier_init(void);
void vr_vif_notifier_exit(void);

extern const struct vr_object_ops vr_vif_ops;

#endif /* _VROUTER_VIF_H */
