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

/* Errors for all packets from the overlay: RFC 1812, section 4.3.2.8. */
#define VR_NETWORK_ICMP_PER_SECOND 1000

/**
 * struct vr_gateways - the router's own addresses in a network
 * @mac: its MAC address
 * @link_local: fe80::/64 address made of @mac (RFC 4291, appendix A); the router
 *	answers for it when there is an IPv6 gateway
 * @has_v6: there is an IPv6 gateway
 * @count: of @addr
 * @addr: addresses with the lengths of their subnets, in the order given
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
 * struct vr_flow_owner - who takes up the room of flows: see flowtable.c
 * @lock: of the rest
 * @list: struct vr_flow
 * @count: of @list
 * @closed: there will be no more
 * @network: that they come in by, for good
 */
struct vr_flow_owner {
	spinlock_t lock;	/* see above */
	struct list_head list;
	u32 count;
	bool closed;
	struct vr_network *network;
};

/**
 * struct vr_learn_share - what a vif, or the overlay to a network, may teach at once
 * @round: of the worker, when @count counted
 * @count: sightings that wait for it
 * @moves: limits how often learned entries move there
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
 * @vni: what packets from tunnels name it by, or 0
 * @key: what GRE packets do, 0 when that is @vni
 * @tunnel: where both count, NULL for everywhere; under vn->lock
 * @vnis: entries of @vni and @key in vn->vnis
 * @gateways: the router's addresses, never NULL
 * @mtu: largest IP packet
 * @policy: enum vrouter_policy
 * @unknown: enum vrouter_unknown_unicast
 * @ra: enum vrouter_ra_mode
 * @stats: per CPU
 * @mss_clamp: TCP connections are told of segments that fit
 * @flow_cache: flows are kept
 * @strict_remotes: the overlay's packets are taken from where next hops lead to only
 * @flood: next hop for broadcast, or NULL
 * @flood_rate: frames that VMs may flood in a second, 0 for any number
 * @flood_bucket: keeps @flood_rate
 * @icmp_limit: of the errors that are sent for packets from the overlay
 * @announced: limits what the overlay says of who has an address
 * @zone: of its connections in the host's tracking, 0 for none; for good
 * @ct_template: names @zone to the tracking
 * @max_connections: that its VMs may have begun, 0 for any number
 * @connlimits: of the connections that they have begun
 * @acl: rules for what is routed into its subnets and out of them, or NULL
 * @vifs: its vifs, RCU list of vr_vif.network_node
 * @routes: IPv4 and IPv6 routes
 * @fdb_tree: struct vr_fdb in order of MACs; under vn->lock
 * @neigh_tree: struct vr_neighbour in order of addresses; under vn->lock
 * @vif_count: length of @vifs
 * @nh_refs: next hops that continue here
 * @label_refs: labels that lead here
 * @counts: routes, fdb entries and neighbours there are, by enum vr_kind
 * @statics: how many of @counts were made by requests
 * @limits: what @statics may reach
 * @learning: enum vrouter_learning
 * @ageing: seconds after which a learned entry goes, 0 for never; under vn->lock
 * @max_learned: limit of learned entries
 * @learned_count: how many there are
 * @learn_share: of the overlay
 * @learn_limited: frames that taught nothing because of a limit
 * @max_flows: how many at most
 * @flow_count: how many there are, those of its vifs included
 * @flows: those that come in from the overlay
 * @drops: packets dropped here, by enum vr_drop
 *
 * What all packets read is in front, apart from what is written when something new comes, is
 * flooded or is dropped.
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
