/* SPDX-License-Identifier: GPL-2.0 */
/* What is decided about a packet, and by what. See recorder.c. */
#ifndef _VROUTER_RECORDER_H
#define _VROUTER_RECORDER_H

#include <linux/if_ether.h>

#include "core/vrouter.h"

struct vr_element;
struct vr_element_ext;
struct vr_nexthop_info;
struct vr_rule;

/* So much a decision is made by at most; if by more, it is made for each packet. */
#define VR_RECORDER_SLOTS 24

/* How often a packet may go on to another network. */
#define VR_NETWORKS_MAX 4

/* A packet passes the rules of its sender and of its receiver. */
#define VR_DIRECTIONS 2

/* Connections that a packet is part of: of its sender's network and its receiver's. */
#define VR_RECORDER_CONNS 2

/* Elements of sets that a rule can name. */
#define VR_RECORDER_ELEMENTS 2

#define VR_RECORDER_VIAS (VR_NETWORKS_MAX + 1)

/**
 * struct vr_recorder_verdict - why a vif lets the flow pass
 * @rule: that says so, or NULL when the network's policy does
 * @element: where elements of sets by which it fits count, or NULL
 */
struct vr_recorder_verdict {
	struct vr_rule *rule;
	struct vr_element_ext *element[VR_RECORDER_ELEMENTS];
};

/**
 * struct vr_recorder_conn - a connection in the host's tracking that the flow is part of
 * @ct: held
 * @dir: enum ip_conntrack_dir
 * @timeout: seconds for which a packet keeps it
 */
struct vr_recorder_conn {
	struct nf_conn *ct;
	u32 dir;
	u32 timeout;
};

/**
 * struct vr_recorder_via - a network that packets are handed on to
 * @nh: the next hop that does it
 * @network: the network
 */
struct vr_recorder_via {
	struct vr_nexthop *nh;
	struct vr_network *network;
};

/**
 * struct vr_recorder - a decision that is being made
 * @since: of the namespace's genid before it was begun
 * @until: jiffies when it must be made anew
 * @complete: the packet was accepted everywhere and had somewhere to go
 * @never: such a decision cannot be kept
 * @first: the packet is the first of a connection, or the connection is not open yet
 * @in_parts: the packet, accepted everywhere, goes on in parts or is too big: others need
 *	not be like it
 * @routed: packets get other MAC addresses and lose one of their TTL
 * @l3: and lose their Ethernet header
 * @unreplied: of a connection that has no answer yet
 * @slot_count: of @slot
 * @conn_count: of @conn
 * @via_count: of @via
 * @hash: flow hash of packets that leave by a tunnel, else 0
 * @nh: where they go
 * @info: what that did
 * @group: next hop of type ecmp that @nh was chosen from, or NULL
 * @vif: that they leave by, or NULL
 * @verdict: of the vif that packets go to, and of the one that they come from
 * @slot: of all that it was made by, some twice; see genid.c. From here on is nothing
 *	before it is written
 * @macs: destination and source MAC address when @routed, unless @l3
 * @via: the networks that it passed
 * @conn: what is tracked
 *
 * It is on the stack; what is kept of it is a struct vr_decision. Objects are not held but for
 * those of which that is said: see genid.c.
 */
struct vr_recorder {
	unsigned long since;
	unsigned long until;
	bool complete;
	bool never;
	bool first;
	bool in_parts;
	bool routed;
	bool l3;
	bool unreplied;
	u8 slot_count;
	u8 conn_count;
	u8 via_count;
	u32 hash;
	struct vr_nexthop *nh;
	struct vr_nexthop_info *info;
	struct vr_nexthop *group;
	struct vr_vif *vif;
	struct vr_recorder_verdict verdict[VR_DIRECTIONS];
	u16 slot[VR_RECORDER_SLOTS];
	u8 macs[2 * ETH_ALEN];
	struct vr_recorder_via via[VR_RECORDER_VIAS];
	struct vr_recorder_conn conn[VR_RECORDER_CONNS];
};

void vr_recorder_trim(struct vr_recorder *recorder);
void vr_recorder_add_to_full(struct vr_recorder *recorder, u16 slot);
void vr_recorder_limit(struct vr_recorder *recorder, unsigned long limit);
void vr_recorder_accepts(struct vr_recorder *recorder, u32 direction, struct vr_rule *rule,
			 const struct vr_element *elements);
void vr_recorder_track(struct vr_recorder *recorder, struct nf_conn *ct, u32 dir);
void __vr_recorder_release(struct vr_recorder *recorder);

/** vr_recorder_release() - lets go of what a decision on the stack holds */
static inline void vr_recorder_release(struct vr_recorder *recorder)
{
	if (recorder->conn_count)
		__vr_recorder_release(recorder);
}

/**
 * vr_recorder_uses() - a decision is made by an object
 * @recorder: it, or NULL when it is not recorded
 * @obj: the object
 *
 * The time that the decision began at is older than what is read of the object.
 */
static inline void vr_recorder_uses(struct vr_recorder *recorder, const struct vr_object *obj)
{
	if (!recorder)
		return;
	if (likely(recorder->slot_count < VR_RECORDER_SLOTS))
		recorder->slot[recorder->slot_count++] = obj->slot;
	else
		vr_recorder_add_to_full(recorder, obj->slot);
}

#endif /* _VROUTER_RECORDER_H */
