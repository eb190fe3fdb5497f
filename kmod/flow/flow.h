/* SPDX-License-Identifier: GPL-2.0 */
/* The flow cache: flows, their keys and the entry of the fast path. See path/flow.c. */
#ifndef _VROUTER_FLOW_H
#define _VROUTER_FLOW_H

#include <linux/etherdevice.h>
#include <linux/in.h>
#include <linux/list.h>
#include <linux/rhashtable-types.h>
#include <linux/spinlock.h>

#include "core/dryrun.h"
#include "core/packet.h"
#include "flow/decision.h"
#include "objects/network.h"

/* Default limits of the number of flows. */
#define VR_FLOWS_VIF 16384
#define VR_FLOWS_NETWORK 131072

/* Flags of struct vr_flow_key. */
#define VR_FLOW_OVERLAY		BIT(0)	/* @in is a tunnel */
#define VR_FLOW_L3		BIT(1)	/* came without an Ethernet header */
#define VR_FLOW_SIZE_SHIFT	4	/* upper bits: size of the addresses in units of 8 bytes */

/* Maximum number of words of addresses in a key: source, destination and remote, all IPv6. */
#define VR_FLOW_ADDRS 12

/**
 * struct vr_flow_key - the fields that identify a flow; without holes
 * @in: id of the vif or tunnel that packets come from
 * @network: id of the network that they come into
 * @nexthop: id of the next hop that their label leads to, or 0
 * @macs: destination and source MAC address
 * @sport: source port
 * @dport: destination port
 * @proto: IP protocol
 * @family: AF_INET or AF_INET6
 * @remote_family: family of the tunnel's remote address, or 0
 * @flags: VR_FLOW_*
 * @addr: source address, destination address and the tunnel's remote address: each as long as
 *	its family requires, padded with a 0 to a multiple of 8 bytes. The words behind them are
 *	not part of the key: see vr_flow_key_size().
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
	__be32 addr[VR_FLOW_ADDRS];
} __aligned(sizeof(u64));

/**
 * struct vr_flow - an entry of the flow cache
 * @owner_node: node in the list of @owner; under its lock
 * @rcu: to free the flow, once it is in no list
 * @owner: the owner, whose list the flow is in
 * @credited_bytes: bytes of @credited_packets
 * @ended: the decision of a flow that has ended, until it is freed
 * @credited_packets: the number of @packets that rules and the tracker have counted, truncated
 *	to 32 bits
 * @lock: protects the credited counters, and serializes changes of @decision
 * @dead: the flow is in no list any more; under the lock of @owner
 * @created: creation time, by vr_flow_clock()
 * @used: jiffies of the last packet, truncated to 32 bits
 * @ack: acknowledgment number of the last TCP packet, else 0
 * @end: sequence number behind the last TCP packet, else 0
 * @node: node in the table of flows
 * @decision: the cached decision; NULL if the flow has ended
 * @packets: number of packets
 * @bytes: their bytes
 * @key: the key; last, since it is only as long as it needs to be
 *
 * There may be a million of them.
 */
struct vr_flow {
	union {
		struct list_head owner_node;
		struct rcu_head rcu;
	};
	struct vr_flow_owner *owner;
	union {
		u64 credited_bytes;
		struct vr_decision *ended;
	};
	u32 credited_packets;
	spinlock_t lock;	/* see above */
	u32 dead:1;
	u32 created:31;
	u32 used;
	__be32 ack;
	u32 end;
	struct rhash_head node;
	struct vr_decision __rcu *decision;
	atomic64_t packets;
	atomic64_t bytes;
	struct vr_flow_key key;
};

/** vr_flow_is_overlay() - do the packets come from a tunnel? */
static inline bool vr_flow_is_overlay(const struct vr_flow_key *key)
{
	return key->flags & VR_FLOW_OVERLAY;
}

/* The number of words of an address. */
static inline unsigned int vr_flow_words(u8 family)
{
	return family == AF_INET6 ? 4 : family == AF_INET ? 1 : 0;
}

/** vr_flow_key_size() - size of a key in bytes, a multiple of eight */
static inline size_t vr_flow_key_size(const struct vr_flow_key *key)
{
	return offsetof(struct vr_flow_key, addr) +
	       (key->flags >> VR_FLOW_SIZE_SHIFT) * sizeof(u64);
}

static inline const __be32 *vr_flow_src(const struct vr_flow_key *key)
{
	return key->addr;
}

static inline const __be32 *vr_flow_dst(const struct vr_flow_key *key)
{
	return key->addr + vr_flow_words(key->family);
}

static inline const __be32 *vr_flow_remote(const struct vr_flow_key *key)
{
	return key->addr + 2 * vr_flow_words(key->family);
}

/* Per-CPU counters of the flow cache. */
enum vr_flow_count {
	VR_FLOW_HITS,		/* packets that followed a cached decision */
	VR_FLOW_MISSES,		/* cacheable packets that were decided about */
	VR_FLOW_CREATED,
	VR_FLOW_EVICTED,
	VR_FLOW_REFUSED,	/* packets whose flow could not be cached */
	VR_FLOW_COUNTS,
};

/** vr_flow_fn - decides about a packet and forwards it; takes the skb */
typedef void vr_flow_fn(struct sk_buff *skb, struct vr_pkt *pkt);

void vr_flow_find(struct sk_buff *skb, struct vr_pkt *pkt, vr_flow_fn *decide);
u64 vr_flow_counted(const struct vr_net *vn, enum vr_flow_count count);

/**
 * vr_flow_receive() - forwards a packet, by the cached decision of its flow if possible
 * @skb: a well-formed packet, within the rate of its sender; taken
 * @pkt: about it
 * @decide: decides about a packet without a cached decision
 *
 * Only unicast TCP, UDP and UDP-Lite packets are cached that are not fragments, have no IP options
 * or extension headers, and have a TTL above 1. Any other packet is decided about one by one,
 * as are all packets of a network whose flow cache is off.
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
