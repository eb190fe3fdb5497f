/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VROUTER_NEXTHOP_H
#define _VROUTER_NEXTHOP_H

#include <net/dst_cache.h>

#include "core/vrouter.h"

struct netlink_callback;
struct netlink_ext_ack;
struct nlattr;
struct vr_ecmp;

#define VR_FLOOD_MEMBERS_MAX 2048

/* Internal types, beside enum vrouter_nexthop_type, of next hops without an id. */
#define VR_NEXTHOP_CONNECTED 0x100	/* the destination's neighbour, by the fdb */

/* Next hop types that floods and ecmps, and fdb entries, can use. */
#define VR_NEXTHOP_MEMBER_TYPES \
	(BIT(VROUTER_NEXTHOP_TYPE_VIF) | BIT(VROUTER_NEXTHOP_TYPE_TUNNEL))
#define VR_NEXTHOP_FDB_TYPES \
	(VR_NEXTHOP_MEMBER_TYPES | BIT(VROUTER_NEXTHOP_TYPE_ECMP) | \
	 BIT(VROUTER_NEXTHOP_TYPE_HOST) | BIT(VROUTER_NEXTHOP_TYPE_BLACKHOLE))

/**
 * struct vr_member - one of the next hops that a flood or an ecmp leads to
 * @nh: of type vif or tunnel
 * @weight: of an ecmp: its share is @weight divided by the sum of all weights; else 0
 */
struct vr_member {
	struct vr_nexthop *nh;
	u32 weight;
};

/**
 * struct vr_nexthop_info - contents of a next hop, replaced as a whole
 * @rcu: to free it
 * @type: enum vrouter_nexthop_type or VR_NEXTHOP_CONNECTED
 * @vif: of a vif or host; NULL when the vif is gone
 * @vif_id: id that @vif has or had before it was deleted
 * @tunnel: of a tunnel
 * @remote: underlay address of the other end
 * @vni: to send with, 0 for the network's own
 * @key: GRE key to send with, 0 for @vni
 * @label: MPLS label to send with, 0 for tunnels without
 * @payload: enum vrouter_payload, 0 if no request gave one
 * @l3: routed packets are sent without an Ethernet header: by @payload or its default
 * @has_mac: routed packets go to @mac instead of the destination's neighbour
 * @mac: inner destination of routed packets
 * @dst_cache: route to @remote; initialized for tunnels only
 * @network: of a network
 * @reject_code: enum vrouter_reject_code
 * @hash: of an ecmp, enum vrouter_ecmp_hash
 * @group: of an ecmp, its buckets
 * @count: of @member
 * @member: of a flood or an ecmp, each next hop once
 */
struct vr_nexthop_info {
	struct rcu_head rcu;
	u32 type;
	struct vr_vif __rcu *vif;
	u32 vif_id;
	struct vr_tunnel *tunnel;
	struct vr_addr remote;
	u32 vni;
	u32 key;
	u32 label;
	u32 payload;
	bool l3;
	bool has_mac;
	u8 mac[ETH_ALEN];
	struct dst_cache dst_cache;
	struct vr_network *network;
	u32 reject_code;
	u32 hash;
	struct vr_ecmp *group;
	unsigned int count;
	struct vr_member member[];
};

/**
 * struct vr_nexthop - where packets go; routes and fdb entries share it
 * @obj: id, no name
 * @vn: the namespace
 * @info: its contents, never NULL
 * @refs: number of routes, fdb entries, networks, labels and other next hops that use it
 * @route_refs: number of routes among @refs
 * @fdb_refs: number of fdb entries among @refs
 * @stats: per CPU; tx only
 * @rcu: to free it
 */
struct vr_nexthop {
	struct vr_object obj;
	struct vr_net *vn;
	struct vr_nexthop_info __rcu *info;
	u32 refs;
	u32 route_refs;
	u32 fdb_refs;
	struct vr_stats __percpu *stats;
	struct rcu_head rcu;
};

static inline struct vr_nexthop *vr_to_nexthop(const struct vr_object *obj)
{
	return container_of(obj, struct vr_nexthop, obj);
}

/**
 * struct vr_nexthop_parse - state while a netlink request is parsed
 * @vn: the namespace
 * @attrs: attributes of the request
 * @extack: for error messages
 * @self: the existing next hop that the request is about, or NULL
 * @info: its new contents
 */
struct vr_nexthop_parse {
	struct vr_net *vn;
	struct nlattr **attrs;
	struct netlink_ext_ack *extack;
	struct vr_nexthop *self;
	struct vr_nexthop_info *info;
};

int vr_nexthop_refuse_missing(struct vr_nexthop_parse *p, int attr, const char *what);
struct vr_nexthop *vr_nexthop_create(struct vr_net *vn, u32 type,
				     struct vr_vif *vif);
struct vr_nexthop *vr_nexthop_create_tunnel(struct vr_tunnel *tunnel,
					    const struct vr_addr *remote);
void vr_nexthop_destroy(struct vr_nexthop *nh);
void vr_nexthop_forget_vif(struct vr_vif *vif);
void vr_nexthop_reset_tunnel(struct vr_tunnel *tunnel);
void vr_nexthops_exit(struct vr_net *vn);

extern const struct vr_object_ops vr_nexthop_ops;

#endif /* _VROUTER_NEXTHOP_H */
