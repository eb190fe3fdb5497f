/* SPDX-License-Identifier: GPL-2.0 */
/* Flows: what was decided about packets, for those that follow them. See flow.c. */
#ifndef _VROUTER_FLOW_H
#define _VROUTER_FLOW_H

#include <linux/etherdevice.h>
#include <linux/in.h>
#include <linux/list.h>
#include <linux/rhashtable-types.h>
#include <linux/spinlock.h>

#include "network.h"
#include "packet.h"
#include "path.h"
#include "tracing.h"

/* Limits unless a request says otherwise. */
#define VR_FLOWS_VIF 16384
#define VR_FLOWS_NETWORK 131072

/* Of struct vr_flow_key. */
#define VR_FLOW_OVERLAY		BIT(0)	/* @in is a tunnel */
#define VR_FLOW_L3		BIT(1)	/* came without an Ethernet header */

/**
 * struct vr_flow_key - what packets of a flow have in common; without holes
 * @in: id of the vif or tunnel that they come in by
 * @network: id of the network that they come into
 * @nexthop: id of the next hop that their label leads to, or 0
 * @macs: destination and source MAC address
 * @sport: source port
 * @dport: destination port
 * @proto: IP protocol
 * @family: AF_INET or AF_INET6
 * @remote_family: the same of @remote, or 0
 * @flags: VR_FLOW_*
 * @src: source address
 * @dst: destination address
 * @remote: who sends them through the tunnel
 */
struct vr_flow_key {
	u32 in;
	u32 network;
	u32 nexthop;
	u8 macs[2 * ETH_ALEN];
	__be16 sport;
	__be16 dport;
	u8 proto;
	u8 family;
	u8 remote_family;
	u8 flags;
	union vr_ip src;
	union vr_ip dst;
	union vr_ip remote;
} __aligned(sizeof(u64));

/**
 * struct vr_flow - packets that are treated alike
 * @node: in the table of flows
 * @key: what they have in common
 * @path: what was decided about them; NULL when the flow has ended
 * @used: jiffies of the last packet
 * @packets: how many there were
 * @bytes: of these
 * @lock: of what follows, and of changes of @path
 * @credited_packets: those of @packets that rules and the tracker have counted
 * @credited_bytes: of these
 * @created: jiffies
 * @owner: list that it is in
 * @owner_node: in it; under its lock
 * @dead: the same: it is in no list any more
 * @rcu: to free it
 */
struct vr_flow {
	struct rhash_head node;
	struct vr_flow_key key;
	struct vr_path __rcu *path;
	unsigned long used;
	atomic64_t packets;
	atomic64_t bytes;
	spinlock_t lock;	/* see above */
	u64 credited_packets;
	u64 credited_bytes;
	unsigned long created;
	struct vr_flow_owner *owner;
	struct list_head owner_node;
	bool dead;
	struct rcu_head rcu;
};

/* What is counted of flows, on each CPU. */
enum vr_flow_count {
	VR_FLOW_HITS,		/* packets that needed no decision */
	VR_FLOW_MISSES,		/* packets that could have had one */
	VR_FLOW_CREATED,
	VR_FLOW_EVICTED,
	VR_FLOW_REFUSED,	/* packets whose flow had no room */
	VR_FLOW_COUNTS,
};

/** vr_flow_fn - decides about a packet and sends it on; takes the skb */
typedef void vr_flow_fn(struct sk_buff *skb, struct vr_pkt *pkt);

void vr_flow_find(struct sk_buff *skb, struct vr_pkt *pkt, vr_flow_fn *decide);
u64 vr_flow_counted(const struct vr_net *vn, enum vr_flow_count count);

/**
 * vr_flow_receive() - sends a packet on, as others of its flow if it can be
 * @skb: a well-formed packet, within the rate of its sender; taken
 * @pkt: about it
 * @decide: what is done with a packet that nothing is known about
 *
 * Packets that others need not be like are decided about one by one: what is not a whole
 * unicast packet of TCP or UDP, has options or cannot be routed any further.
 *
 * Context: softirq or BH disabled; RCU read lock.
 */
static inline void vr_flow_receive(struct sk_buff *skb, struct vr_pkt *pkt, vr_flow_fn *decide)
{
	bool alike = pkt->has_ports && !pkt->fragment && pkt->ttl > 1 &&
		     (pkt->l4_proto == IPPROTO_TCP || pkt->l4_proto == IPPROTO_UDP ||
		      pkt->l4_proto == IPPROTO_UDPLITE) &&
		     pkt->l4 == (pkt->family == AF_INET ? 20 : 40) &&
		     !is_multicast_ether_addr(eth_hdr(skb)->h_dest) &&
		     READ_ONCE(pkt->network->flow_cache);

	if (alike)
		vr_flow_find(skb, pkt, decide);
	else
		decide(skb, pkt);
}

#endif /* _VROUTER_FLOW_H */
