/* SPDX-License-Identifier: GPL-2.0 */
/* The cached decision of a flow. See decision.c. */
#ifndef _VROUTER_DECISION_H
#define _VROUTER_DECISION_H

#include <linux/if_ether.h>

#include "lib/genid.h"
#include "policy/recorder.h"
#include "policy/track.h"

/**
 * struct vr_decision - a cached decision, as small as it can be; see struct vr_recorder for what it
 *	is made of
 * @since: of the namespace's genid before it was made, the low bits
 * @checked: a later one at which it still held
 * @until: jiffies when it must be made anew, the low bits
 * @hash: flow hash of packets that leave by a tunnel, else 0
 * @nh: where they go
 * @info: what that did
 * @timeout: seconds for which a packet keeps the first of its connections
 * @conn_count: connections that they are of
 * @slot_count: slots of what it was made by
 * @has_vif: they leave by a vif
 * @routed: packets get other MAC addresses and lose one of their TTL
 * @l3: and lose their Ethernet header
 * @unreplied: of a connection that had no answer yet
 * @has_group: @nh was chosen from a group
 * @via_count: networks that packets are handed on to
 * @replies: for each of these a bit: packets go the way of its replies
 * @rules: for each direction (1 for ingress) a bit: a rule lets them pass
 * @elements: for each direction two bits: of elements of sets that count
 * @more: as many of each as there are, in this order: vif; connections, held; next hop and
 *	network of each via; group; rules, held; elements; behind them, as u32, what @timeout is,
 *	of other connections; as u16, slots; and destination and source MAC address when @routed,
 *	unless @l3
 *
 * From @hash on two of them can be compared as memory. Objects are not held but for those
 * of which that is said: see genid.c.
 *
 * What is here only with its low bits is compared with what is at most seconds away from it:
 * a flow without packets for so long is no more.
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

/** vr_decision_vif() - the vif that packets leave by, or NULL; not held */
static inline struct vr_vif *vr_decision_vif(const struct vr_decision *decision)
{
	return decision->has_vif ? decision->more[0] : NULL;
}

/** vr_decision_conns() - the connections that packets are of */
static inline struct nf_conn *const *vr_decision_conns(const struct vr_decision *decision)
{
	return (struct nf_conn *const *)decision->more + decision->has_vif;
}

/** vr_decision_via() - the networks that packets pass: see struct vr_recorder */
static inline const struct vr_recorder_via *vr_decision_via(const struct vr_decision *decision)
{
	return (const struct vr_recorder_via *)(vr_decision_conns(decision) + decision->conn_count);
}

/** vr_decision_group() - the ecmp that the next hop was chosen from, or NULL */
static inline struct vr_nexthop *vr_decision_group(const struct vr_decision *decision)
{
	if (!decision->has_group)
		return NULL;
	return *(struct vr_nexthop *const *)(vr_decision_via(decision) + decision->via_count);
}

/** vr_decision_replies() - do packets go the way of a connection's replies? */
static inline bool vr_decision_replies(const struct vr_decision *decision, unsigned int i)
{
	return decision->replies >> i & 1;
}

/** vr_decision_open() - may packets go on without being tracked? Context: RCU read lock */
static inline bool vr_decision_open(const struct vr_decision *decision)
{
	unsigned int i;

	for (i = 0; i < decision->conn_count; i++)
		if (!vr_track_usable(vr_decision_conns(decision)[i]))
			return false;
	return true;
}

/**
 * vr_decision_answered() - has its connection had an answer since? Then the tracker must know
 * more
 */
static inline bool vr_decision_answered(const struct vr_decision *decision)
{
	return unlikely(decision->unreplied) && !vr_decision_unreplied(decision);
}

/** vr_decision_over() - must the decision be made anew in any case? */
static inline bool vr_decision_over(const struct vr_decision *decision)
{
	return (s32)((u32)jiffies - READ_ONCE(decision->until)) >= 0;
}

/**
 * vr_decision_still_holds() - vr_decision_holds() for each packet: when nothing has changed, at
 * once
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
