/* SPDX-License-Identifier: GPL-2.0 */
/* What was decided about the packets of a flow, and by what. */
#ifndef _VROUTER_PATH_H
#define _VROUTER_PATH_H

#include <linux/if_ether.h>

#include "epoch.h"
#include "vrouter.h"

struct vr_element;
struct vr_nexthop_info;
struct vr_rule;

/* So much a decision is made by at most; if by more, it is made for each packet. */
#define VR_PATH_SLOTS 24

/* How often a packet may go on to another network. */
#define VR_NETWORKS_MAX 4

/**
 * struct vr_path_verdict - why a vif lets the flow pass
 * @rule: that says so, or NULL when the network's policy does
 * @sg: id of its security group
 * @element: elements of sets by which it fits, of those that count, or NULL
 */
struct vr_path_verdict {
	struct vr_rule *rule;
	u32 sg;
	struct vr_element *element[2];
};

/**
 * struct vr_path_conn - a connection in the host's tracking that the flow is part of
 * @ct: held
 * @dir: enum ip_conntrack_dir
 * @timeout: seconds for which a packet keeps it
 */
struct vr_path_conn {
	struct nf_conn *ct;
	u32 dir;
	u32 timeout;
};

/**
 * struct vr_path_via - a network that packets are handed on to
 * @nh: the next hop that does it
 * @network: the network
 */
struct vr_path_via {
	struct vr_nexthop *nh;
	struct vr_network *network;
};

/**
 * struct vr_path - a decision
 * @rcu: to free it
 * @since: of the namespace's epoch before it was made
 * @checked: a later one at which it still held
 * @until: jiffies when it must be made anew
 * @complete: the packet was accepted everywhere and had somewhere to go
 * @never: such a decision cannot be kept
 * @first: the packet is the first of a connection, or the connection is not open yet
 * @in_parts: the packet, accepted everywhere, goes on in parts or is too big: others need
 *	not be like it
 * @slot_count: of @slot
 * @slot: of all that it was made by; see epoch.c
 * @routed: packets get other MAC addresses and lose one of their TTL
 * @l3: and lose their Ethernet header
 * @unreplied: of a connection that has no answer yet
 * @conn_count: of @conn
 * @via_count: of @via
 * @hash: flow hash of packets that leave by a tunnel, else 0
 * @macs: destination and source MAC address when @routed, unless @l3
 * @network: that packets leave by
 * @nh: where they go
 * @info: what that did
 * @group: next hop of type ecmp that @nh was chosen from, or NULL
 * @vif: that they leave by, or NULL
 * @via: the networks that it passed
 * @conn: what is tracked
 * @verdict: of the vif that they come from, and of @vif
 *
 * From @slot_count on it is compared as memory: what was decided, and by what.
 *
 * It is recorded in one on the stack, and kept in a copy, which holds the rules; those
 * on the stack do not. Other objects are not held: see epoch.c.
 */
struct vr_path {
	struct rcu_head rcu;
	unsigned long since;
	unsigned long checked;
	unsigned long until;
	bool complete;
	bool never;
	bool first;
	bool in_parts;
	u16 slot_count;
	u16 slot[VR_PATH_SLOTS];
	bool routed;
	bool l3;
	bool unreplied;
	u8 conn_count;
	u8 via_count;
	u32 hash;
	u8 macs[2 * ETH_ALEN];
	struct vr_network *network;
	struct vr_nexthop *nh;
	struct vr_nexthop_info *info;
	struct vr_nexthop *group;
	struct vr_vif *vif;
	struct vr_path_via via[VR_NETWORKS_MAX + 1];
	struct vr_path_conn conn[2];
	struct vr_path_verdict verdict[2];
};

void vr_path_begin(struct vr_path *path, const struct vr_net *vn);
void vr_path_add(struct vr_path *path, u16 slot);
void vr_path_limit(struct vr_path *path, unsigned long limit);
void vr_path_expires(struct vr_path *path, const struct vr_element *element);
void vr_path_accepts(struct vr_path *path, u32 direction, struct vr_rule *rule,
		     const struct vr_sg *sg, struct vr_element *const *elements);
void vr_path_track(struct vr_path *path, struct nf_conn *ct, u32 dir);
void vr_path_release(struct vr_path *path);
struct vr_path *vr_path_keep(struct vr_path *path);
void vr_path_free(struct vr_path *path);
bool vr_path_open(const struct vr_path *path);
void vr_path_bypass(const struct vr_path *path);
void vr_path_return(const struct vr_path *path);
bool vr_path_same(const struct vr_path *a, const struct vr_path *b);
void vr_path_credit(const struct vr_path *path, bool holds, u64 packets, u64 bytes);

/**
 * vr_path_uses() - a decision is made by an object
 * @path: it, or NULL when it is not recorded
 * @obj: the object
 *
 * The time that the decision began at is older than what is read of the object.
 */
static inline void vr_path_uses(struct vr_path *path, const struct vr_object *obj)
{
	if (path)
		vr_path_add(path, obj->slot);
}

/** vr_path_holds() - has nothing changed that a decision was made by? */
static inline bool vr_path_holds(const struct vr_path *path, const struct vr_net *vn)
{
	unsigned long since = READ_ONCE(path->since);
	unsigned int i;

	for (i = 0; i < path->slot_count; i++)
		if (vr_epoch_changed(vn, path->slot[i], since))
			return false;
	return true;
}

/** vr_path_still_holds() - the same for each packet: when nothing at all has changed, at once */
static inline bool vr_path_still_holds(struct vr_path *path, const struct vr_net *vn)
{
	unsigned long now = vr_epoch_now(vn);

	if (READ_ONCE(path->checked) == now)
		return true;
	if (!vr_path_holds(path, vn))
		return false;
	WRITE_ONCE(path->checked, now);
	return true;
}

#endif /* _VROUTER_PATH_H */
