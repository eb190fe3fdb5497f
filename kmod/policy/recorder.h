/* SPDX-License-Identifier: GPL-2.0 */
/* Records the decision about a packet and the objects that it depends on. See recorder.c. */
#ifndef _VROUTER_RECORDER_H
#define _VROUTER_RECORDER_H

#include <linux/if_ether.h>

#include "core/vrouter.h"

struct vr_element;
struct vr_element_ext;
struct vr_nexthop_info;
struct vr_rule;

/* Objects that a cached decision may depend on. A decision with more is not cached. */
#define VR_RECORDER_SLOTS 24

/* Number of times that a packet may be handed on to another network. */
#define VR_NETWORKS_MAX 4

/* A packet passes the rules of its sender and of its receiver. */
#define VR_DIRECTIONS 2

/* A packet has one connection in its sender's network and one in its receiver's. */
#define VR_RECORDER_CONNS 2

/* Elements of sets that a rule can name. */
#define VR_RECORDER_ELEMENTS 2

#define VR_RECORDER_VIAS (VR_NETWORKS_MAX + 1)

/**
 * struct vr_recorder_verdict - why a vif lets the flow pass
 * @rule: the rule that allows it, or NULL if the network's default policy does
 * @element: counters of the set elements by which the rule matches, or NULL
 */
struct vr_recorder_verdict {
	struct vr_rule *rule;
	struct vr_element_ext *element[VR_RECORDER_ELEMENTS];
};

/**
 * struct vr_recorder_conn - a conntrack entry that the flow belongs to
 * @ct: the entry, referenced
 * @dir: enum ip_conntrack_dir of the flow
 * @timeout: seconds by which each packet extends the entry
 */
struct vr_recorder_conn {
	struct nf_conn *ct;
	u32 dir;
	u32 timeout;
};

/**
 * struct vr_recorder_via - a network that packets are handed on to
 * @nh: the next hop that hands them on
 * @network: the network
 */
struct vr_recorder_via {
	struct vr_nexthop *nh;
	struct vr_network *network;
};

/**
 * struct vr_recorder - a decision that is being made
 * @since: the namespace's generation id before the decision was begun
 * @until: jiffies when the decision expires
 * @complete: the packet was accepted everywhere and has a next hop
 * @never: the decision must not be cached
 * @first: the packet is the first of a connection, or the connection is not open yet
 * @in_parts: the packet was accepted everywhere, but was segmented or fragmented or is too
 *	big; later packets of the flow may differ
 * @routed: packets get new MAC addresses, and their TTL is decremented
 * @l3: packets also lose their Ethernet header
 * @unreplied: the connection has no reply yet
 * @slot_count: number of entries in @slot
 * @conn_count: number of entries in @conn
 * @via_count: number of entries in @via
 * @hash: flow hash if packets leave by a tunnel, else 0
 * @nh: the next hop
 * @info: the action of @nh when the decision was made
 * @group: next hop of type ecmp that @nh was chosen from, or NULL
 * @vif: the vif that packets leave by, or NULL
 * @verdict: of the vif that packets come from (egress rules), then of the one that they go
 *	to (ingress rules)
 * @slot: generation id slots of the objects that the decision depends on, perhaps with
 *	duplicates; see genid.c. The members from here on are not initialized
 * @macs: destination and source MAC address if @routed, unless @l3
 * @via: the networks that the packet passed
 * @conn: conntrack entries of the flow
 *
 * A recorder lives on the stack; a cached decision is a struct vr_decision. The recorder holds
 * no references to objects unless a member says so: see genid.c.
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

/** vr_recorder_release() - drops the references that a recorder holds */
static inline void vr_recorder_release(struct vr_recorder *recorder)
{
	if (recorder->conn_count)
		__vr_recorder_release(recorder);
}

/**
 * vr_recorder_uses() - records that the decision depends on an object
 * @recorder: the recorder, or NULL if the decision is not recorded
 * @obj: the object
 *
 * The caller reads the object after vr_recorder.since was taken.
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
