// SPDX-License-Identifier: GPL-2.0
/*
 * The flows of a namespace: limits, ageing and counters.
 *
 * Each flow is in the table and in the list of its owner, which it counts against: the vif
 * that its packets come from, or the network for packets from the overlay. At a limit, another
 * flow of the same owner is evicted, or the new flow is not cached.
 */
#include <linux/module.h>
#include <linux/random.h>

#include "core/memcg.h"
#include "flow/flow_message.h"
#include "flow/flowtable.h"
#include "lib/ratelimit.h"
#include "lib/slab.h"
#include "objects/vif.h"

/* Idle time after which a flow is removed; shorter for flows of unreplied connections. */
#define IDLE (30 * HZ)
#define IDLE_UNREPLIED (10 * HZ)

/*
 * The worker runs 10 times a second and visits a tenth of the flows, within these bounds: all
 * flows are visited once a second unless there are more than ten times the maximum.
 */
#define RUNS 10
#define RUN_LEAST 64
#define RUN_MOST 16384

/* Flows of an owner that are considered for eviction. */
#define SAMPLE 8

/* Maximum number of notifications per second. */
#define EVENTS_PER_SECOND 10000

static uint max_flows = 524288;
module_param(max_flows, uint, 0644);
MODULE_PARM_DESC(max_flows, "flows that are kept in each namespace");

/* Frees a decision that was replaced, after a grace period. */
struct garbage {
	struct rcu_head rcu;
	struct vr_decision *decision;
};

/* Adds packets that followed a decision to the counters that the slow path updates itself. */
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

/* Counts packets that were decided about. The slow path has counted them elsewhere already. */
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

/* Replaces the decision of a flow. If there is no memory, the old one stays. */
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
 * vr_flow_decided() - updates a flow after one of its packets was decided about anew
 * @flow: the flow, perhaps ended by someone else
 * @recorder: the new decision, or NULL if it cannot be cached
 * @packets: number of packets that the packet counts as
 * @bytes: number of bytes that it counts as
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

/* The size of a flow in bytes. */
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

/* Removes a flow from all lists. False if someone else already has. */
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
 * vr_flow_end() - removes a flow from the cache
 * @vn: the namespace
 * @flow: the flow, perhaps ended by someone else
 * @why: enum vrouter_flow_end
 *
 * Context: RCU read lock, which keeps the flow allocated.
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
 * Selects a flow to evict among SAMPLE flows of the owner: the first unreplied one, or else the
 * one that has been idle longest, for at least a second. The flows considered move to the end of
 * the list.
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
 * vr_flow_create() - caches the decision about a packet for others of its flow
 * @pkt: the packet
 * @query: the key of the flow
 * @recorder: the decision, on the stack
 * @packets: number of packets of the flow until now
 * @bytes: their bytes
 *
 * Context: softirq or BH disabled; RCU read lock.
 * Return: was the flow created?
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

/* The next flow of the walk, or NULL at its end. */
static struct vr_flow *walk_next(struct vr_flows *flows)
{
	struct vr_flow *flow;

	do
		flow = rhashtable_walk_next(&flows->walk);
	while (IS_ERR(flow));	/* table resized: some flows are visited again */
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

/** vr_flow_owner_init() - prepares a vif, or a network for its overlay flows, to own flows */
void vr_flow_owner_init(struct vr_flow_owner *owner, struct vr_network *network)
{
	spin_lock_init(&owner->lock);
	INIT_LIST_HEAD(&owner->list);
	owner->network = network;
}

/**
 * vr_flow_owner_close() - ends all flows of an owner and refuses new ones
 * @owner: the owner, which is being removed; freed a grace period later
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
	/* Pairs with vr_flow_counted() and others that read it without the lock. */
	smp_store_release(&vn->flows, flows);
	return 0;
}

/** vr_flows_stop() - stops the worker; no more packets are processed */
void vr_flows_stop(struct vr_net *vn)
{
	if (vn->flows)
		cancel_delayed_work_sync(&vn->flows->work);
}

/** vr_flows_exit() - frees the table; the owners of flows are gone */
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
