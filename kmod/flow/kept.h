/* SPDX-License-Identifier: GPL-2.0 */
/* A decision that is kept for the packets of a flow. See kept.c. */
#ifndef _VROUTER_KEPT_H
#define _VROUTER_KEPT_H

#include <linux/if_ether.h>

#include "lib/epoch.h"
#include "policy/path.h"
#include "policy/track.h"

/**
 * struct vr_kept - a decision, as small as it can be; what it is made of is told by struct vr_path
 * @since: of the namespace's epoch before it was made, the low bits
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
 * of which that is said: see epoch.c.
 *
 * What is here only with its low bits is compared with what is at most seconds away from it:
 * a flow without packets for so long is no more.
 */
struct vr_kept {
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

static_assert(!(VR_PATH_CONNS >> 2));
static_assert(!(VR_PATH_VIAS >> 3));

struct vr_kept *vr_kept_make(struct vr_path *path);
void vr_kept_free(struct vr_kept *kept);
bool vr_kept_same(const struct vr_kept *kept, struct vr_path *path);
void vr_kept_renew(struct vr_kept *kept, const struct vr_path *path);
bool vr_kept_holds(const struct vr_kept *kept, const struct vr_net *vn);
void vr_kept_bypass(const struct vr_kept *kept);
void vr_kept_return(const struct vr_kept *kept);
void vr_kept_believe(const struct vr_kept *kept);
bool vr_kept_unreplied(const struct vr_kept *kept);
const u8 *vr_kept_macs(const struct vr_kept *kept);
struct vr_rule *vr_kept_rule(const struct vr_kept *kept, unsigned int direction);
struct vr_network *vr_kept_network(const struct vr_kept *kept);
void vr_kept_credit(const struct vr_kept *kept, bool holds, const struct vr_use *use);

/** vr_kept_vif() - the vif that packets leave by, or NULL; not held */
static inline struct vr_vif *vr_kept_vif(const struct vr_kept *kept)
{
	return kept->has_vif ? kept->more[0] : NULL;
}

/** vr_kept_conns() - the connections that packets are of */
static inline struct nf_conn *const *vr_kept_conns(const struct vr_kept *kept)
{
	return (struct nf_conn *const *)kept->more + kept->has_vif;
}

/** vr_kept_via() - the networks that packets pass: see struct vr_path */
static inline const struct vr_path_via *vr_kept_via(const struct vr_kept *kept)
{
	return (const struct vr_path_via *)(vr_kept_conns(kept) + kept->conn_count);
}

/** vr_kept_group() - the ecmp that the next hop was chosen from, or NULL */
static inline struct vr_nexthop *vr_kept_group(const struct vr_kept *kept)
{
	if (!kept->has_group)
		return NULL;
	return *(struct vr_nexthop *const *)(vr_kept_via(kept) + kept->via_count);
}

/** vr_kept_replies() - do packets go the way of a connection's replies? */
static inline bool vr_kept_replies(const struct vr_kept *kept, unsigned int i)
{
	return kept->replies >> i & 1;
}

/** vr_kept_open() - may packets go on without being tracked? Context: RCU read lock */
static inline bool vr_kept_open(const struct vr_kept *kept)
{
	unsigned int i;

	for (i = 0; i < kept->conn_count; i++)
		if (!vr_track_usable(vr_kept_conns(kept)[i]))
			return false;
	return true;
}

/** vr_kept_answered() - has its connection had an answer since? Then the tracker must know more */
static inline bool vr_kept_answered(const struct vr_kept *kept)
{
	return unlikely(kept->unreplied) && !vr_kept_unreplied(kept);
}

/** vr_kept_over() - must the decision be made anew in any case? */
static inline bool vr_kept_over(const struct vr_kept *kept)
{
	return (s32)((u32)jiffies - READ_ONCE(kept->until)) >= 0;
}

/** vr_kept_still_holds() - vr_kept_holds() for each packet: when nothing has changed, at once */
static inline bool vr_kept_still_holds(struct vr_kept *kept, const struct vr_net *vn)
{
	u32 now = vr_epoch_now(vn);

	if (READ_ONCE(kept->checked) == now)
		return true;
	if (!vr_kept_holds(kept, vn))
		return false;
	WRITE_ONCE(kept->checked, now);
	return true;
}

#endif /* _VROUTER_KEPT_H */
