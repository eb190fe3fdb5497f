/* SPDX-License-Identifier: GPL-2.0 */
/* The cached decision of a flow. See decision.c. */
#ifndef _VROUTER_DECISION_H
#define _VROUTER_DECISION_H

#include <linux/if_ether.h>

#include "lib/genid.h"
#include "policy/recorder.h"
#include "policy/track.h"

/**
 * struct vr_decision - a cached decision, packed; see struct vr_recorder for the fields
 * @since: genid of the namespace from before the decision was made; truncated to 32 bits
 * @checked: a later genid at which the decision still held; truncated to 32 bits
 * @until: jiffies at which it must be made anew; truncated to 32 bits
 * @hash: flow hash of packets that leave through a tunnel, else 0
 * @nh: the next hop
 * @info: the contents of @nh when the decision was made
 * @timeout: seconds by which a packet extends the first connection
 * @conn_count: number of connections
 * @slot_count: number of slots of objects that the decision depends on
 * @has_vif: packets leave through a vif
 * @routed: packets get new MAC addresses and their TTL is decremented
 * @l3: packets also lose their Ethernet header
 * @unreplied: a connection had no reply yet
 * @has_group: @nh was selected from an ECMP group
 * @via_count: number of networks that packets are handed on to
 * @replies: a bit per connection: packets go in the direction of its replies
 * @rules: a bit per direction (bit 1 for ingress): a rule accepts the packets
 * @elements: two bits per direction: set elements that count the packets
 * @more: as many of each as there are, in this order: vif; connections, held; next hop and
 *	network of each via; ECMP group; rules, held; elements; then, as u32, the timeouts of the
 *	other connections; as u16, the slots; and destination and source MAC address if @routed,
 *	unless @l3
 *
 * From @hash on, two decisions can be compared as memory. Only objects marked as held are held:
 * see genid.c for the others.
 *
 * Truncation to 32 bits is safe, because flows without packets are removed within seconds.
 */
struct vr_decision {
	u32 since;
	u32 checked;
	u32 until;
	u32 hash;
	struct vr_nexthop *nh;
	struct vr_nexthop_info *info;
	u32 timeout;
	u8 conn_count:2;
	u8 replies:2;
	u8 elements:4;
	u8 rules:2;
	u8 via_count:3;
	u8 has_vif:1;
	u8 has_group:1;
	u8 routed:1;
	u8 l3:1;
	u8 unreplied:1;
	u8 slot_count;
	void *more[];
};

static_assert(!(VR_RECORDER_CONNS >> 2));
static_assert(!(VR_RECORDER_VIAS >> 3));

struct vr_decision *vr_decision_make(struct vr_recorder *recorder);
void vr_decision_free(struct vr_decision *decision);
bool vr_decision_same(const struct vr_decision *decision, struct vr_recorder *recorder);
void vr_decision_renew(struct vr_decision *decision, const struct vr_recorder *recorder);
bool vr_decision_holds(const struct vr_decision *decision, const struct vr_net *vn);
void vr_decision_bypass(const struct vr_decision *decision);
void vr_decision_return(const struct vr_decision *decision);
void vr_decision_believe(const struct vr_decision *decision);
bool vr_decision_unreplied(const struct vr_decision *decision);
const u8 *vr_decision_macs(const struct vr_decision *decision);
struct vr_rule *vr_decision_rule(const struct vr_decision *decision, unsigned int direction);
struct vr_network *vr_decision_network(const struct vr_decision *decision);
void vr_decision_credit(const struct vr_decision *decision, bool holds, const struct vr_use *use);

/** vr_decision_vif() - the vif that packets leave through, or NULL; not held */
static inline struct vr_vif *vr_decision_vif(const struct vr_decision *decision)
{
	return decision->has_vif ? decision->more[0] : NULL;
}

/** vr_decision_conns() - the connections that packets belong to */
static inline struct nf_conn *const *vr_decision_conns(const struct vr_decision *decision)
{
	return (struct nf_conn *const *)decision->more + decision->has_vif;
}

/** vr_decision_via() - the networks that packets pass: see struct vr_recorder */
static inline const struct vr_recorder_via *vr_decision_via(const struct vr_decision *decision)
{
	return (const struct vr_recorder_via *)(vr_decision_conns(decision) + decision->conn_count);
}

/** vr_decision_group() - the ECMP group that the next hop was selected from, or NULL */
static inline struct vr_nexthop *vr_decision_group(const struct vr_decision *decision)
{
	if (!decision->has_group)
		return NULL;
	return *(struct vr_nexthop *const *)(vr_decision_via(decision) + decision->via_count);
}

/** vr_decision_replies() - do packets go in the direction of a connection's replies? */
static inline bool vr_decision_replies(const struct vr_decision *decision, unsigned int i)
{
	return decision->replies >> i & 1;
}

/** vr_decision_open() - may packets bypass the tracker? Context: RCU read lock */
static inline bool vr_decision_open(const struct vr_decision *decision)
{
	unsigned int i;

	for (i = 0; i < decision->conn_count; i++)
		if (!vr_track_usable(vr_decision_conns(decision)[i]))
			return false;
	return true;
}

/**
 * vr_decision_answered() - has an unreplied connection got a reply since?
 * @decision: about the connection's flow
 *
 * Then the tracker must see the next packet.
 */
static inline bool vr_decision_answered(const struct vr_decision *decision)
{
	return unlikely(decision->unreplied) && !vr_decision_unreplied(decision);
}

/** vr_decision_over() - has the lifetime of the decision ended? */
static inline bool vr_decision_over(const struct vr_decision *decision)
{
	return (s32)((u32)jiffies - READ_ONCE(decision->until)) >= 0;
}

/**
 * vr_decision_still_holds() - vr_decision_holds() for the hot path
 * @decision: the decision
 * @vn: the namespace
 *
 * Checks no slots if the generation id has not changed since the last check.
 */
static inline bool vr_decision_still_holds(struct vr_decision *decision, const struct vr_net *vn)
{
	u32 now = vr_genid_now(vn);

	if (READ_ONCE(decision->checked) == now)
		return true;
	if (!vr_decision_holds(decision, vn))
		return false;
	WRITE_ONCE(decision->checked, now);
	return true;
}

#endif /* _VROUTER_DECISION_H */
