// SPDX-License-Identifier: GPL-2.0
/*
 * The flows of a namespace: limits, ageing and what they counted.
 *
 * Each flow is in the table and in the list of its owner, who takes up the room: the vif
 * that its packets come in by, or the network for those of the overlay. When there is no
 * room an owner's own flows make way, or the new one is not kept.
 */
#include <linux/module.h>
#include <linux/random.h>

#include "core/memcg.h"
#include "flow/flow_message.h"
#include "flow/flowtable.h"
#include "lib/ratelimit.h"
#include "lib/slab.h"
#include "objects/vif.h"

/* Flows without packets for so long are not kept; those without an answer less long. */
#define IDLE (30 * HZ)
#define IDLE_UNREPLIED (10 * HZ)

/* All are looked at once a second, as long as a part of them is not too many at once. */
#define RUNS 10
#define RUN_LEAST 64
#define RUN_MOST 16384

/* Flows of an owner that are looked at for one that can make way. */
#define SAMPLE 8

/* What listeners are told of in a second. */
#define EVENTS_PER_SECOND 10000

static uint max_flows = 524288;
module_param(max_flows, uint, 0644);
MODULE_PARM_DESC(max_flows, "flows that are kept in each namespace");

/* Of a decision that others replaced: frees it after a grace period. */
struct garbage {
	struct rcu_head rcu;
	struct vr_decision *decision;
};

/* Counts packets that passed by a decision also where they are counted that do not. */
static void credit(const struct vr_net *vn, struct vr_flow *flow,
		   const struct vr_decision *decision)
{
	struct vr_use use = {
		.packets = (u32)atomic64_read(&flow->packets) - flow->credited_packets,
		.bytes = atomic64_read(&flow->bytes) - flow->credited_bytes,
		.used = READ_ONCE(flow->used),
		.ack = READ_ONCE(flow->ack),
	};

	lockdep_assert_held(&flow->lock);
	if (!use.packets)
		return;
	flow->credited_packets += use.packets;
	flow->credited_bytes += use.bytes;
	vr_decision_credit(decision, vr_decision_holds(decision, vn), &use);
}

/* A packet was decided about and counted by whoever did. */
static void count_decided(struct vr_flow *flow, u64 packets, u64 bytes)
{
	atomic64_add(packets, &flow->packets);
	atomic64_add(bytes, &flow->bytes);
	flow->credited_packets += packets;
	flow->credited_bytes += bytes;
	WRITE_ONCE(flow->used, jiffies);
}

static struct vr_decision *decision_of(const struct vr_flow *flow)
{
	return rcu_dereference_protected(flow->decision, lockdep_is_held(&flow->lock));
}

static void flowtable_free_garbage(struct rcu_head *rcu)
{
	struct garbage *garbage = container_of(rcu, struct garbage, rcu);

	vr_decision_free(garbage->decision);
	kfree(garbage);
}

/* Lets the packets of a flow follow another decision. It is lost without memory. */
static void replace(struct vr_flow *flow, struct vr_decision *old, struct vr_recorder *recorder)
{
	struct garbage *garbage = kmalloc(sizeof(*garbage), GFP_ATOMIC | __GFP_NOWARN);
	struct mem_cgroup *payer = vr_memcg_begin(flow->owner->network->vn);
	struct vr_decision *decision = garbage ? vr_decision_make(recorder) : NULL;

	vr_memcg_end(payer);
	if (!decision) {
		kfree(garbage);
		return;
	}
	vr_decision_bypass(decision);
	rcu_assign_pointer(flow->decision, decision);
	garbage->decision = old;
	call_rcu(&garbage->rcu, flowtable_free_garbage);
}

/**
 * vr_flow_decided() - a packet of a flow was decided about anew
 * @flow: the flow, perhaps ended by someone else
 * @recorder: how, if that is to be kept
 * @packets: what the packet counts as
 * @bytes: the same
 *
 * Context: softirq or BH disabled; RCU read lock.
 */
void vr_flow_decided(struct vr_flow *flow, struct vr_recorder *recorder, u32 packets, u32 bytes)
{
	struct vr_decision *old;

	spin_lock(&flow->lock);
	old = decision_of(flow);
	if (old) {
		credit(flow->owner->network->vn, flow, old);
		count_decided(flow, packets, bytes);
		if (recorder && vr_decision_same(old, recorder))
			vr_decision_renew(old, recorder);
		else if (recorder)
			replace(flow, old, recorder);
	}
	spin_unlock(&flow->lock);
}

/* How long a flow is. */
static size_t flowtable_size_of(const struct vr_flow_key *key)
{
	return offsetof(struct vr_flow, key) + vr_flow_key_size(key);
}

static void free_flow(struct vr_flow *flow)
{
	vr_slab_free(flow, flowtable_size_of(&flow->key));
}

static void free_flow_rcu(struct rcu_head *rcu)
{
	struct vr_flow *flow = container_of(rcu, struct vr_flow, rcu);

	vr_decision_free(flow->ended);
	free_flow(flow);
}

/* Takes a flow out of all lists. False when someone else did. */
static bool withdraw(struct vr_flows *flows, struct vr_flow *flow)
{
	struct vr_flow_owner *owner = flow->owner;
	bool was;

	spin_lock_bh(&owner->lock);
	was = flow->dead;
	if (!was) {
		flow->dead = true;
		list_del(&flow->owner_node);
		owner->count--;
		atomic_dec(&owner->network->flow_count);
		rhashtable_remove_fast(&flows->table, &flow->node, vr_flow_params);
	}
	spin_unlock_bh(&owner->lock);
	return !was;
}

/**
 * vr_flow_end() - a flow is kept no longer
 * @vn: the namespace
 * @flow: the flow, perhaps ended by someone else
 * @why: enum vrouter_flow_end
 *
 * Context: RCU read lock, so that the flow is there.
 */
void vr_flow_end(struct vr_net *vn, struct vr_flow *flow, u32 why)
{
	struct vr_decision *decision;

	if (!withdraw(vn->flows, flow))
		return;
	spin_lock_bh(&flow->lock);
	decision = decision_of(flow);
	credit(vn, flow, decision);
	RCU_INIT_POINTER(flow->decision, NULL);
	flow->ended = decision;
	spin_unlock_bh(&flow->lock);
	vr_decision_return(decision);
	vr_flow_notify(vn, flow, decision, why);
	call_rcu(&flow->rcu, free_flow_rcu);
}

static bool is_unreplied(const struct vr_flow *flow)
{
	const struct vr_decision *decision = rcu_dereference(flow->decision);

	return decision && vr_decision_unreplied(decision);
}

static u32 idle(const struct vr_flow *flow)
{
	return (u32)jiffies - READ_ONCE(flow->used);
}

/*
 * A flow that can make way: one that has no answer, or of some the one that has waited for
 * a packet the longest, and a second at least. Those that were looked at go to the end.
 */
static struct vr_flow *find_victim(struct vr_flow_owner *owner)
{
	struct vr_flow *flow, *next, *victim = NULL;
	unsigned int left = SAMPLE;

	lockdep_assert_held(&owner->lock);
	list_for_each_entry_safe(flow, next, &owner->list, owner_node) {
		if (!left--)
			break;
		list_move_tail(&flow->owner_node, &owner->list);
		if (is_unreplied(flow))
			return flow;
		if (idle(flow) >= HZ && (!victim || idle(flow) > idle(victim)))
			victim = flow;
	}
	return victim;
}

static bool evict(struct vr_net *vn, struct vr_flow_owner *owner)
{
	struct vr_flow *victim;

	spin_lock(&owner->lock);
	victim = find_victim(owner);
	spin_unlock(&owner->lock);
	if (!victim)
		return false;
	vr_flow_end(vn, victim, VROUTER_FLOW_END_EVICTED);
	vr_flow_tell(vn->flows, VR_FLOW_EVICTED);
	return true;
}

static bool is_full(const struct vr_net *vn, const struct vr_vif *vif,
		    const struct vr_flow_owner *owner)
{
	const struct vr_network *network = owner->network;

	return (vif && READ_ONCE(owner->count) >= READ_ONCE(vif->max_flows)) ||
	       atomic_read(&network->flow_count) >= READ_ONCE(network->max_flows) ||
	       atomic_read(&vn->flows->table.nelems) >= READ_ONCE(max_flows);
}

static bool flowtable_publish(struct vr_flows *flows, struct vr_flow_owner *owner,
			      const struct vr_flow_query *query, struct vr_flow *flow)
{
	int err = -ESHUTDOWN;

	spin_lock(&owner->lock);
	if (!owner->closed)
		err = rhashtable_lookup_insert_key(&flows->table, query, &flow->node,
						   vr_flow_params);
	if (!err) {
		list_add_tail(&flow->owner_node, &owner->list);
		owner->count++;
		atomic_inc(&owner->network->flow_count);
	}
	spin_unlock(&owner->lock);
	return !err;
}

static struct vr_flow *flowtable_make(const struct vr_flow_key *key, struct vr_recorder *recorder)
{
	struct vr_flow *flow = vr_slab_alloc(flowtable_size_of(key), VR_GFP_PACKET);
	struct vr_decision *decision;

	if (!flow)
		return NULL;
	memset(flow, 0, offsetof(struct vr_flow, key));
	memcpy(&flow->key, key, vr_flow_key_size(key));
	decision = vr_decision_make(recorder);
	if (!decision) {
		free_flow(flow);
		return NULL;
	}
	flow->created = vr_flow_clock();
	spin_lock_init(&flow->lock);
	RCU_INIT_POINTER(flow->decision, decision);
	return flow;
}

/**
 * vr_flow_create() - keeps what was decided about a packet for others
 * @pkt: the packet
 * @query: what they have in common
 * @recorder: the decision, on the stack
 * @packets: how many of the flow there were already
 * @bytes: of these
 *
 * Context: softirq or BH disabled; RCU read lock.
 * Return: was there room?
 */
bool vr_flow_create(const struct vr_pkt *pkt, const struct vr_flow_query *query,
		    struct vr_recorder *recorder, u64 packets, u64 bytes)
{
	struct vr_flow_owner *owner = pkt->vif ? &pkt->vif->flows : &pkt->origin->flows;
	struct vr_flows *flows = pkt->vn->flows;
	struct mem_cgroup *payer;
	struct vr_decision *decision;
	struct vr_flow *flow;

	if (is_full(pkt->vn, pkt->vif, owner) && !evict(pkt->vn, owner))
		return false;
	payer = vr_memcg_begin(pkt->vn);
	flow = flowtable_make(&query->key, recorder);
	vr_memcg_end(payer);
	if (!flow)
		return false;
	flow->owner = owner;
	count_decided(flow, packets, bytes);
	decision = rcu_dereference(flow->decision);
	vr_decision_bypass(decision);
	if (!flowtable_publish(flows, owner, query, flow)) {
		vr_decision_free(decision);
		free_flow(flow);
		return false;
	}
	vr_flow_notify(pkt->vn, flow, decision, 0);
	vr_flow_tell(flows, VR_FLOW_CREATED);
	queue_delayed_work(system_power_efficient_wq, &flows->work, HZ / RUNS);
	return true;
}

static void look_after(struct vr_net *vn, struct vr_flow *flow)
{
	const struct vr_decision *decision = rcu_dereference(flow->decision);

	if (!decision)
		return;
	if (!vr_decision_open(decision))
		return vr_flow_end(vn, flow, VROUTER_FLOW_END_CLOSED);
	if (idle(flow) > (vr_decision_unreplied(decision) ? IDLE_UNREPLIED : IDLE))
		return vr_flow_end(vn, flow, VROUTER_FLOW_END_IDLE);
	spin_lock_bh(&flow->lock);
	if (decision_of(flow))
		credit(vn, flow, decision_of(flow));
	spin_unlock_bh(&flow->lock);
}

/* The next flow of the round, or NULL at its end. */
static struct vr_flow *walk_next(struct vr_flows *flows)
{
	struct vr_flow *flow;

	do
		flow = rhashtable_walk_next(&flows->walk);
	while (IS_ERR(flow));	/* resized; some come again */
	return flow;
}

static void flowtable_work(struct work_struct *work)
{
	struct vr_flows *flows = container_of(to_delayed_work(work), struct vr_flows, work);
	u32 count = atomic_read(&flows->table.nelems);
	u32 budget = clamp_t(u32, count / RUNS + 1, RUN_LEAST, RUN_MOST);
	struct vr_flow *flow;

	rhashtable_walk_start(&flows->walk);
	while ((flow = walk_next(flows))) {
		look_after(flows->vn, flow);
		if (!--budget)
			break;
	}
	rhashtable_walk_stop(&flows->walk);
	if (!flow) {
		rhashtable_walk_exit(&flows->walk);
		rhashtable_walk_enter(&flows->table, &flows->walk);
	}
	if (count)
		queue_delayed_work(system_power_efficient_wq, &flows->work, HZ / RUNS);
}

/** vr_flow_owner_init() - whose flows they are: a vif's or, of the overlay, a network's */
void vr_flow_owner_init(struct vr_flow_owner *owner, struct vr_network *network)
{
	spin_lock_init(&owner->lock);
	INIT_LIST_HEAD(&owner->list);
	owner->network = network;
}

/**
 * vr_flow_owner_close() - ends all flows of an owner that goes; there will be no more
 * @owner: whose; freed a grace period later
 *
 * Context: vn->lock.
 */
void vr_flow_owner_close(struct vr_flow_owner *owner)
{
	struct vr_flow *flow;

	spin_lock_bh(&owner->lock);
	owner->closed = true;
	spin_unlock_bh(&owner->lock);
	do {
		rcu_read_lock();
		spin_lock_bh(&owner->lock);
		flow = list_first_entry_or_null(&owner->list, struct vr_flow, owner_node);
		spin_unlock_bh(&owner->lock);
		if (flow)
			vr_flow_end(owner->network->vn, flow, VROUTER_FLOW_END_GONE);
		rcu_read_unlock();
		cond_resched();
	} while (flow);
}

static void free_flows(struct vr_flows *flows)
{
	free_percpu(flows->counts);
	kfree(flows);
}

/**
 * vr_flows_start() - prepares a namespace for packets
 * @vn: the namespace
 *
 * Context: vn->lock.
 * Return: 0 or a negative errno.
 */
int vr_flows_start(struct vr_net *vn)
{
	struct vr_flows *flows;
	int err = vr_genid_init(vn);

	if (err || vn->flows)
		return err;
	vr_memcg_init(vn);
	flows = kzalloc(sizeof(*flows), VR_GFP_ACCOUNT);
	if (!flows)
		return -ENOMEM;
	flows->vn = vn;
	flows->seed = get_random_u32();
	flows->unheard = jiffies;
	vr_ratelimit_init(&flows->events, EVENTS_PER_SECOND);
	INIT_DELAYED_WORK(&flows->work, flowtable_work);
	flows->counts = __alloc_percpu_gfp(VR_FLOW_COUNTS * sizeof(u64), sizeof(u64),
					   VR_GFP_ACCOUNT);
	err = flows->counts ? rhashtable_init(&flows->table, &vr_flow_params) : -ENOMEM;
	if (err) {
		free_flows(flows);
		return err;
	}
	rhashtable_walk_enter(&flows->table, &flows->walk);
	/* Pairs with those who read it without the lock. */
	smp_store_release(&vn->flows, flows);
	return 0;
}

/** vr_flows_stop() - there are no packets any more */
void vr_flows_stop(struct vr_net *vn)
{
	if (vn->flows)
		cancel_delayed_work_sync(&vn->flows->work);
}

/** vr_flows_exit() - the owners of flows are gone */
void vr_flows_exit(struct vr_net *vn)
{
	struct vr_flows *flows = vn->flows;

	if (flows) {
		rhashtable_walk_exit(&flows->walk);
		rhashtable_destroy(&flows->table);
		free_flows(flows);
	}
	vr_genid_exit(vn);
}
