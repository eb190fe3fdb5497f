// SPDX-License-Identifier: GPL-2.0
/*
 * The flow cache: cached decisions for the packets of known flows.
 *
 * A packet whose key belongs to a known flow skips the lookups that the decision was made with:
 * anti-spoofing, policy, the host's connection tracking, routes, the fdb and neighbours. Work that
 * depends on the packet itself is done for every packet: it is parsed and policed before the
 * lookup, and afterwards fitted to the MTU and counted.
 *
 * The key holds everything that may make a difference, the sender and the destination included, so
 * that no packet gets through on another sender's permission. A decision is valid until something
 * changes that it depends on (genid.c), but ten seconds at most. The packet that comes then is
 * decided like a first one, which keeps learned entries and "used" times alive.
 *
 * A flow is cached from its second packet on, so that scans cost nothing. A second packet is one of
 * a confirmed connection, or one whose hash a doorkeeper has seen recently.
 */
#include <linux/hash.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/tcp.h>
#include <linux/timex.h>
#include <net/tcp.h>

#include "fib/nexthop.h"
#include "flow/flowtable.h"
#include "objects/tunnel.h"
#include "objects/vif.h"
#include "path/l3.h"
#include "path/output.h"

/*
 * Doorkeepers per CPU. A doorkeeper remembers the packets of a flow that is not cached yet. Each
 * flow can use one of two doorkeepers.
 */
#define DOORKEEPERS 8192

/* Lifetime of a decision. Making it anew keeps the objects that it uses in use. */
#define LIFETIME (10 * HZ)

/* A doorkeeper used within the last 2 s is taken over with probability 1/8. */
#define LATELY (2 * HZ)
#define INSIST 8

/**
 * struct doorkeeper - the packets of a flow that is not cached yet
 * @hash: hash of the flow's key and of its namespace
 * @used: low bits of jiffies at the last packet
 * @packets: number of packets; 0 if the doorkeeper is free
 * @bytes: bytes of these packets
 */
struct doorkeeper {
	u32 hash;
	u32 used;
	u32 packets;
	u32 bytes;
};

static struct doorkeeper *__percpu *doorkeepers;

/* Adds where a packet from the overlay comes from. Returns the number of address words added. */
static unsigned int flow_add_remote(const struct vr_from *from, struct vr_flow_key *key,
				    unsigned int words)
{
	key->in = from->tunnel->obj.id;
	key->nexthop = from->nh ? from->nh->obj.id : 0;
	key->remote_family = from->remote.family;
	key->flags = VR_FLOW_OVERLAY | (from->l3 ? VR_FLOW_L3 : 0);
	if (from->remote.family == AF_INET) {
		key->addr[words] = from->remote.v4;
		key->addr[words + 1] = 0;
		return 2;
	}
	memcpy(&key->addr[words], &from->remote.v6, sizeof(from->remote.v6));
	return 4;
}

static void flow_make_key(const struct sk_buff *skb, const struct vr_pkt *pkt,
			  struct vr_flow_key *key)
{
	unsigned int words = 2;

	key->network = pkt->network->obj.id;
	/* No one has rewritten the Ethernet header yet. */
	memcpy(key->macs, eth_hdr(skb), sizeof(key->macs));
	key->sport = pkt->sport;
	key->dport = pkt->dport;
	key->proto = pkt->l4_proto;
	key->family = pkt->family;
	if (pkt->family == AF_INET) {
		key->addr[0] = pkt->src.v4;
		key->addr[1] = pkt->dst.v4;
	} else {
		memcpy(&key->addr[0], &pkt->src.v6, sizeof(pkt->src.v6));
		memcpy(&key->addr[4], &pkt->dst.v6, sizeof(pkt->dst.v6));
		words = 8;
	}
	if (pkt->vif) {
		key->in = pkt->vif->obj.id;
		key->nexthop = 0;
		key->remote_family = 0;
		key->flags = 0;
	} else {
		words += flow_add_remote(pkt->from, key, words);
	}
	key->flags |= words / 2 << VR_FLOW_SIZE_SHIFT;
}

/* The TCP flags that open or close a connection, which the tracker must see: TCPHDR_* bits. */
static u8 control_of(const struct sk_buff *skb, const struct vr_pkt *pkt)
{
	const struct tcphdr *tcp = (const struct tcphdr *)(skb->data + pkt->l4);

	if (pkt->l4_proto != IPPROTO_TCP)
		return 0;
	return tcp_flag_byte(tcp) & (TCPHDR_SYN | TCPHDR_FIN | TCPHDR_RST);
}

static inline bool usable(const struct vr_net *vn, struct vr_decision *decision)
{
	return decision && !vr_decision_over(decision) && vr_decision_still_holds(decision, vn) &&
	       vr_decision_open(decision) && !vr_decision_answered(decision);
}

/*
 * Does the next hop of a decision still lead to the same place? It is read again here, and may have
 * changed before the change shows in a generation id.
 */
static inline bool leads_there(const struct vr_decision *decision,
			       const struct vr_nexthop_info *info)
{
	const struct vr_vif *vif = vr_decision_vif(decision);

	if (info != decision->info || rcu_access_pointer(info->vif) != vif)
		return false;
	return !vif || vr_vif_is_up(vif);
}

static void flow_send(struct sk_buff *skb, struct vr_pkt *pkt, const struct vr_decision *decision,
		      struct vr_nexthop_info *info)
{
	const struct vr_recorder_via *via = vr_decision_via(decision);
	struct vr_vif *vif = vr_decision_vif(decision);
	unsigned int i;

	for (i = 0; i < decision->via_count; i++)
		vr_l3_enter_network(pkt, via[i].nh, via[i].network);
	if (vif)
		pkt->network = vif->network;
	pkt->group = vr_decision_group(decision);
	if (decision->hash && !skb->hash)
		__skb_set_sw_hash(skb, decision->hash, true);
	pkt->accepted = vif;
	if (decision->routed && !vr_l3_rewrite(skb, pkt, vr_decision_macs(decision)))
		return;
	vr_nexthop_output(skb, pkt, decision->nh, info);
}

/* Records what tells a valid RST from a forged one. */
static inline void note_tcp(const struct sk_buff *skb, const struct vr_pkt *pkt,
			    struct vr_flow *flow)
{
	const struct tcphdr *tcp = (const struct tcphdr *)(skb->data + pkt->l4);

	if (pkt->l4_proto != IPPROTO_TCP || !tcp->ack)
		return;
	WRITE_ONCE(flow->ack, tcp->ack_seq);
	WRITE_ONCE(flow->end, ntohl(tcp->seq) + skb->len - pkt->l4 - tcp->doff * 4);
}

/* Forwards a packet by the cached decision. Returns false if the decision is no longer valid. */
static bool flow_follow(struct sk_buff *skb, struct vr_pkt *pkt, struct vr_flow *flow)
{
	struct vr_decision *decision = rcu_dereference(flow->decision);
	struct vr_nexthop_info *info;
	u32 now = jiffies;

	if (!usable(pkt->vn, decision))
		return false;
	info = rcu_dereference(decision->nh->info);
	if (!leads_there(decision, info))
		return false;
	vr_flow_tell(pkt->vn->flows, VR_FLOW_HITS);
	atomic64_add(pkt->packets, &flow->packets);
	atomic64_add(pkt->bytes, &flow->bytes);
	if (READ_ONCE(flow->used) != now)
		WRITE_ONCE(flow->used, now);
	note_tcp(skb, pkt, flow);
	flow_send(skb, pkt, decision, info);
	return true;
}

static bool is_free(const struct doorkeeper *doorkeeper)
{
	return !doorkeeper->packets || (u32)jiffies - doorkeeper->used >= LATELY;
}

/*
 * The doorkeeper for a flow: its own, a free one, or sometimes another flow's. If it were always
 * another flow's, flows that take turns would never be cached.
 */
static struct doorkeeper *find_doorkeeper(u32 hash)
{
	struct doorkeeper *pair = this_cpu_read(*doorkeepers) + hash % (DOORKEEPERS / 2) * 2;
	unsigned int chance;

	if (pair[0].hash == hash)
		return &pair[0];
	if (pair[1].hash == hash)
		return &pair[1];
	if (is_free(&pair[0]))
		return &pair[0];
	if (is_free(&pair[1]))
		return &pair[1];
	/* Predicting this gains nothing, and a random number would cost ten times as much. */
	chance = hash_32(random_get_entropy(), ilog2(INSIST * 2));
	return chance % INSIST ? NULL : &pair[chance / INSIST];
}

/*
 * Was there a packet of this flow before? Adds the earlier packets to the counts, and remembers the
 * sum. A SYN starts anew.
 */
static bool seen_before(struct doorkeeper *doorkeeper, u32 hash, bool syn, u32 *packets, u32 *bytes)
{
	bool seen = doorkeeper->packets && doorkeeper->hash == hash && !syn;
	u32 sum;

	if (seen && !check_add_overflow(*bytes, doorkeeper->bytes, &sum)) {
		*packets += doorkeeper->packets;
		*bytes = sum;
	}
	doorkeeper->hash = hash;
	doorkeeper->used = jiffies;
	doorkeeper->packets = *packets;
	doorkeeper->bytes = *bytes;
	return seen;
}

/* Caches the decision about a packet, unless the packet is the flow's first one. */
static void flow_keep(const struct vr_pkt *pkt, const struct vr_flow_query *query, bool syn,
		      struct vr_recorder *recorder, u32 packets, u32 bytes)
{
	struct vr_flows *flows = pkt->vn->flows;
	u32 hash = query->hash ^ flows->seed;
	struct doorkeeper *doorkeeper = find_doorkeeper(hash);
	bool seen = doorkeeper && seen_before(doorkeeper, hash, syn, &packets, &bytes);

	if (recorder->never || recorder->first || !(seen || recorder->conn_count))
		return;
	if (!vr_flow_create(pkt, query, recorder, packets, bytes))
		vr_flow_tell(flows, VR_FLOW_REFUSED);
	else if (doorkeeper)
		doorkeeper->packets = 0;
}

/* Does an RST come from the real sender? Only the real sender knows the sequence number. */
static bool fits(const struct sk_buff *skb, const struct vr_pkt *pkt, const struct vr_flow *flow)
{
	const struct tcphdr *tcp = (const struct tcphdr *)(skb->data + pkt->l4);

	return READ_ONCE(flow->ack) && ntohl(tcp->seq) == READ_ONCE(flow->end);
}

/* Lets the tracker see a packet of a flow, unless it is an RST that does not fit. */
static void return_to_tracker(const struct sk_buff *skb, const struct vr_pkt *pkt, u8 control,
			      struct vr_flow *flow)
{
	const struct vr_decision *decision = rcu_dereference(flow->decision);
	bool reset = control & TCPHDR_RST;

	if (!decision || (reset && !fits(skb, pkt, flow)))
		return;
	vr_decision_return(decision);
	if (reset)
		vr_decision_believe(decision);
	else if (!control)
		note_tcp(skb, pkt, flow);
}

/* Updates a flow after one of its packets was decided anew. */
static void flow_settle(struct vr_net *vn, struct vr_flow *flow, struct vr_recorder *recorder,
			u32 packets,
			u32 bytes)
{
	bool cacheable = recorder->complete && !recorder->never && !recorder->first;

	if (!recorder->complete && !recorder->in_parts)
		return vr_flow_end(vn, flow, VROUTER_FLOW_END_DENIED);
	vr_flow_decided(flow, cacheable ? recorder : NULL, packets, bytes);
	if (!cacheable && !recorder->in_parts)
		vr_flow_end(vn, flow, VROUTER_FLOW_END_CLOSED);
}

/*
 * The label's next hop was looked up before the generation id was read. If it was removed in
 * between, no later change would invalidate the decision.
 */
static bool is_there(struct vr_net *vn, const struct vr_nexthop *nh)
{
	return xa_load(&vn->objects[VR_KIND_NEXTHOP], nh->obj.id) == &nh->obj;
}

/* Learned entries must not expire while the packets of their senders bypass learning. */
static void limit_by_ageing(struct vr_recorder *recorder, const struct vr_network *network)
{
	u32 ageing = READ_ONCE(network->ageing);

	if (READ_ONCE(network->learning) != VROUTER_LEARNING_OFF && ageing)
		vr_recorder_limit(recorder, (unsigned long)ageing * HZ / 2);
}

/*
 * Begins to record a decision with where the packet came in. A vif or network that has been removed
 * meanwhile takes no more flows, see vr_flow_owner_close().
 */
static void flow_begin(const struct vr_pkt *pkt, struct vr_recorder *recorder, bool control)
{
	memset(recorder, 0, offsetof(struct vr_recorder, slot));
	recorder->since = vr_genid_now(pkt->vn);
	recorder->until = jiffies + LIFETIME;
	limit_by_ageing(recorder, pkt->network);
	recorder->never = control;
	vr_recorder_uses(recorder, &pkt->network->obj);
	if (pkt->vif) {
		vr_recorder_uses(recorder, &pkt->vif->obj);
	} else if (pkt->from->nh) {
		vr_recorder_uses(recorder, &pkt->from->nh->obj);
		recorder->never |= !is_there(pkt->vn, pkt->from->nh);
	}
}

/* Decides about a packet of a known flow, or of none if @flow is NULL. */
static noinline_for_stack void decide_and_record(struct sk_buff *skb, struct vr_pkt *pkt,
						 const struct vr_flow_query *query,
						 struct vr_flow *flow, vr_flow_fn *decide)
{
	u32 packets = pkt->packets, bytes = pkt->bytes;
	u8 control = control_of(skb, pkt);
	struct vr_recorder recorder __uninitialized;

	vr_flow_tell(pkt->vn->flows, VR_FLOW_MISSES);
	flow_begin(pkt, &recorder, control);
	if (flow)
		return_to_tracker(skb, pkt, control, flow);
	pkt->recorder = &recorder;
	decide(skb, pkt);
	if (flow)
		flow_settle(pkt->vn, flow, &recorder, packets, bytes);
	else if (recorder.complete)
		flow_keep(pkt, query, control & TCPHDR_SYN, &recorder, packets, bytes);
	vr_recorder_release(&recorder);
}

/*
 * A packet of a trace is always decided anew, so that all stages report on it, and it changes
 * nothing. The tracker would not see a packet that follows a cached decision, so pkt->flow names
 * that decision.
 */
static noinline_for_stack void decide_dry(struct sk_buff *skb, struct vr_pkt *pkt,
					  const struct vr_flow *flow, vr_flow_fn *decide)
{
	struct vr_decision *decision = flow ? rcu_dereference(flow->decision) : NULL;

	if (!control_of(skb, pkt) && usable(pkt->vn, decision) &&
	    leads_there(decision, rcu_dereference(decision->nh->info)))
		pkt->flow = decision;
	decide(skb, pkt);
}

/**
 * vr_flow_find() - see vr_flow_receive()
 * @skb: a packet that may belong to a flow; taken
 * @pkt: about it
 * @decide: decides about a packet without a valid cached decision
 *
 * Context: softirq or BH disabled; RCU read lock.
 */
void vr_flow_find(struct sk_buff *skb, struct vr_pkt *pkt, vr_flow_fn *decide)
{
	struct vr_flow_query query __uninitialized;
	struct vr_flow *flow;

	flow_make_key(skb, pkt, &query.key);
	query.hash = vr_flow_key_hash(&query.key);
	flow = vr_flow_lookup(pkt->vn->flows, &query);
	if (vr_trace_on())
		return decide_dry(skb, pkt, flow, decide);
	if (flow && !control_of(skb, pkt) && flow_follow(skb, pkt, flow))
		return;
	decide_and_record(skb, pkt, &query, flow, decide);
}

/** vr_flow_counted() - number of times that something happened to flows of a namespace */
u64 vr_flow_counted(const struct vr_net *vn, enum vr_flow_count count)
{
	/* Pairs with the release in vr_flows_start(): the lock is not held here. */
	const struct vr_flows *flows = smp_load_acquire(&vn->flows);
	u64 sum = 0;
	int cpu;

	if (!flows)
		return 0;
	for_each_possible_cpu(cpu)
		sum += READ_ONCE(per_cpu_ptr(flows->counts, cpu)[count]);
	return sum;
}

static int open_doorkeepers(void)
{
	struct doorkeeper *here;
	int cpu;

	for_each_possible_cpu(cpu) {
		here = kvzalloc_node(DOORKEEPERS * sizeof(*here), GFP_KERNEL, cpu_to_node(cpu));
		if (!here)
			return -ENOMEM;
		*per_cpu_ptr(doorkeepers, cpu) = here;
	}
	return 0;
}

void vr_flow_exit(void)
{
	int cpu;

	for_each_possible_cpu(cpu)
		kvfree(*per_cpu_ptr(doorkeepers, cpu));
	free_percpu(doorkeepers);
}

int __init vr_flow_init(void)
{
	int err;

	doorkeepers = alloc_percpu(struct doorkeeper *);
	if (!doorkeepers)
		return -ENOMEM;
	err = open_doorkeepers();
	if (err)
		vr_flow_exit();
	return err;
}
