/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VROUTER_NETWORK_H
#define _VROUTER_NETWORK_H

#include <linux/atomic.h>
#include <linux/rbtree.h>

#include "core/drop.h"
#include "core/vrouter.h"
#include "fib/vni.h"
#include "lib/lpm.h"
#include "lib/rate.h"
#include "policy/connlimit.h"

#define VR_GATEWAYS_MAX 64

/* Rate limit of ICMP errors for packets from the overlay: RFC 1812, section 4.3.2.8. */
#define VR_NETWORK_ICMP_PER_SECOND 1000

/**
 * struct vr_gateways - the router's own addresses in a network
 * @rcu: to free it
 * @mac: its MAC address
 * @link_local: fe80::/64 address made from @mac (RFC 4291, appendix A); the router answers for it
 *	if there is an IPv6 gateway
 * @has_v6: there is an IPv6 gateway
 * @count: length of @addr
 * @addr: addresses with the prefix lengths of their subnets, in the order of the request
 */
struct vr_gateways {
	struct rcu_head rcu;
	u8 mac[ETH_ALEN];
	struct in6_addr link_local;
	bool has_v6;
	unsigned int count;
	struct vr_prefix addr[];
};

/**
 * struct vr_flow_owner - the vif or network that flows count towards: see flowtable.c
 * @lock: protects @list, @count and @closed
 * @list: of struct vr_flow
 * @count: length of @list
 * @closed: no more flows are added
 * @network: network that the flows come in by; never changes
 */
struct vr_flow_owner {
	spinlock_t lock;	/* see above */
	struct list_head list;
	u32 count;
	bool closed;
	struct vr_network *network;
};

/**
 * struct vr_learn_share - what may be learned at once from a vif, or from the overlay in a network
 * @round: round of the worker that @count is valid in
 * @count: sightings that wait for the worker
 * @moves: limits how often learned entries move to the vif or to the overlay
 */
struct vr_learn_share {
	u32 round;
	u32 count;
	struct vr_rate moves;
};

/**
 * struct vr_network - a tenant's VRF and bridge domain
 * @obj: id and name
 * @vn: the namespace
 * @vni: identifies the network in packets from tunnels, or 0
 * @key: identifies the network in GRE packets; 0 if @vni does
 * @tunnel: the only tunnel that @vni and @key are valid on, NULL for all tunnels; under vn->lock
 * @vnis: entries of @vni and @key in vn->vnis
 * @gateways: the router's addresses, never NULL
 * @mtu: largest IP packet
 * @policy: enum vrouter_policy
 * @unknown: enum vrouter_unknown_unicast
 * @ra: enum vrouter_ra_mode
 * @stats: per CPU
 * @mss_clamp: lower the MSS of TCP connections to what fits
 * @flow_cache: flows are cached
 * @strict_remotes: accept packets from the overlay only if next hops lead to their remote ends
 * @flood: next hop for broadcast, or NULL
 * @flood_rate: frames that VMs may flood per second, 0 for no limit
 * @flood_bucket: token bucket for @flood_rate
 * @icmp_limit: rate limit of errors sent for packets from the overlay
 * @announced: rate limit of announcements of addresses from the overlay
 * @zone: its connection tracking zone on the host, 0 for none; never changes
 * @ct_template: conntrack template for @zone
 * @max_connections: connections that its VMs may have opened, 0 for no limit
 * @connlimits: counts the connections that its VMs have opened
 * @acl: rules for packets that are routed into its subnets and out of them, or NULL
 * @vifs: its vifs, RCU list of vr_vif.network_node
 * @routes: IPv4 and IPv6 routes
 * @fdb_tree: struct vr_fdb in order of MACs; under vn->lock
 * @neigh_tree: struct vr_neighbour in order of addresses; under vn->lock
 * @vif_count: length of @vifs
 * @nh_refs: next hops of type network that lead here
 * @label_refs: labels that lead here
 * @counts: number of routes, fdb entries and neighbours, by enum vr_kind
 * @statics: the part of @counts that requests created
 * @limits: maximum of @statics
 * @learning: enum vrouter_learning
 * @ageing: seconds after which a learned entry expires, 0 for never; written under vn->lock
 * @max_learned: limit of learned entries
 * @learned_count: number of learned entries
 * @learn_share: share of the overlay
 * @learn_limited: frames whose sources a limit kept from being learned
 * @max_flows: limit of @flow_count
 * @flow_count: number of flows, those of its vifs included
 * @flows: flows that come in from the overlay
 * @drops: packets dropped here, by enum vr_drop
 * @rcu: to free it
 *
 * The fields that every packet reads come first, apart from the fields that are written for new
 * entries, flooded frames and drops.
 */
struct vr_network {
	struct vr_object obj;
	struct vr_net *vn;
	u32 vni;
	u32 key;
	struct vr_tunnel *tunnel;
	struct vr_vni vnis[2];
	struct vr_gateways __rcu *gateways;
	u32 mtu;
	u32 policy;
	u32 unknown;
	u32 ra;
	struct vr_stats __percpu *stats;
	bool mss_clamp;
	bool flow_cache;
	bool strict_remotes;
	struct vr_nexthop __rcu *flood;
	u32 flood_rate;
	struct vr_rate flood_bucket;
	struct ratelimit_state icmp_limit;
	struct vr_rate announced;
	u16 zone;
	struct nf_conn *ct_template;
	u32 max_connections;
	struct vr_connlimits connlimits;
	struct vr_acl __rcu *acl;
	struct list_head vifs;
	struct vr_lpm routes[2];
	struct rb_root fdb_tree;
	struct rb_root neigh_tree;
	u32 vif_count;
	u32 nh_refs;
	u32 label_refs;
	u32 counts[VR_KIND_MAX];
	u32 statics[VR_KIND_MAX];
	u32 limits[VR_KIND_MAX];
	u32 learning;
	u32 ageing;
	u32 max_learned;
	u32 learned_count;
	struct vr_learn_share learn_share;
	atomic64_t learn_limited;
	u32 max_flows;
	atomic_t flow_count;
	struct vr_flow_owner flows;
	struct vr_drops drops;
	struct rcu_head rcu;
};

static inline struct vr_network *vr_to_network(const struct vr_object *obj)
{
	return container_of(obj, struct vr_network, obj);
}

static inline struct vr_lpm *vr_network_routes(struct vr_network *network,
					       u32 family)
{
	return &network->routes[family == AF_INET6];
}

void vr_networks_flush(struct vr_net *vn);
void vr_networks_exit(struct vr_net *vn);
void vr_network_destroy(struct vr_network *network);

extern const struct vr_object_ops vr_network_ops;

#endif /* _VROUTER_NETWORK_H */
