// SPDX-License-Identifier: GPL-2.0
/*
 * Learning: fdb entries from the sources of frames.
 *
 * A packet only checks whether its source is where the entry says. It hands new and moved
 * sources to a worker, since the tables change under vn->lock. Every step has a limit, since
 * frames with arbitrary source addresses cost their sender nothing.
 */
#include <linux/etherdevice.h>
#include <linux/jhash.h>
#include <linux/random.h>

#include "core/limits.h"
#include "core/memcg.h"
#include "core/netlink.h"
#include "core/object.h"
#include "fib/fdb.h"
#include "fib/learn.h"
#include "fib/nexthop.h"
#include "fib/remotes.h"
#include "lib/rate.h"
#include "objects/tunnel.h"
#include "objects/vif.h"

/*
 * Maximum number of sightings that wait for the worker, for each vif, and for the overlay in
 * each network. Further ones are ignored; later frames repeat them. No sender takes the
 * places of another one.
 */
#define VIF_SIGHTINGS 32
#define OVERLAY_SIGHTINGS 128

/* Sightings that the worker handles before it releases vn->lock. */
#define BATCH 256

/* Hashes of waiting sightings, so that a burst of one sender is queued once. */
#define RECENT 64

/*
 * An entry moves at most once per interval. Moves to one vif, and in a network to the
 * overlay, are limited to a burst and a number per second.
 */
#define MOVE_INTERVAL HZ
#define VIF_MOVES_BURST 64
#define VIF_MOVES_PER_SECOND 16
#define OVERLAY_MOVES_BURST 1024
#define OVERLAY_MOVES_PER_SECOND 256

/* Entries per run of the ageing, the pause between two rounds, and between two runs of one. */
#define AGE_BATCH 1024
#define AGE_INTERVAL HZ
#define AGE_PAUSE (HZ / 50 + 1)

/* A source address and where it was seen. */
struct sighting {
	u32 network;
	u32 vif;		/* id; 0 when it is the overlay */
	u32 tunnel;		/* id */
	struct vr_addr remote;
	u8 mac[ETH_ALEN];
};

struct waiting {
	struct list_head node;
	struct sighting sighting;
};

/* A remote end that entries were learned from; they share its next hop. */
struct remote {
	struct rhash_head node;
	struct vr_remote_key key;
	struct vr_nexthop *nh;
	u32 entries;
	struct rcu_head rcu;
};

/* A learned entry is at a vif or at a remote. */
struct learned {
	struct vr_fdb fdb;
	struct vr_network *network;
	struct list_head node;		/* in vr_learn.entries */
	struct vr_vif *vif;
	struct list_head vif_node;	/* in vif->learned */
	struct remote *remote;
	unsigned long moved;		/* in jiffies; read by packets */
};

/**
 * struct vr_learn - the learning of a namespace
 * @vn: the namespace
 * @lock: protects @waiting, @round, @recent and the shares; taken by packets
 * @waiting: sightings
 * @round: number of times that the worker took @waiting
 * @seed: of the hashes
 * @recent: hashes of sightings in @waiting, each in a slot by its value
 * @work: handles @waiting
 * @entries: struct learned, in the order in which the ageing checks them; under vn->lock
 * @entry_count: length of @entries
 * @age_left: entries that this round of the ageing has not checked yet
 * @age_work: the ageing; runs while there are entries
 * @remotes: struct remote by tunnel and address; under vn->lock
 */
struct vr_learn {
	struct vr_net *vn;
	spinlock_t lock;	/* protects waiting, round, recent and the shares */
	struct list_head waiting;
	u32 round;
	u32 seed;
	u32 recent[RECENT];
	struct work_struct work;
	struct list_head entries;
	u32 entry_count;
	u32 age_left;
	struct delayed_work age_work;
	struct rhashtable remotes;
};

static const struct rhashtable_params remote_params = {
	.head_offset = offsetof(struct remote, node),
	.key_offset = offsetof(struct remote, key),
	.key_len = sizeof(struct vr_remote_key),
	.automatic_shrinking = true,
};

static struct learned *to_learned(const struct vr_fdb *fdb)
{
	return container_of(fdb, struct learned, fdb);
}

/** vr_learned_nexthop() - where a learned entry leads; Context: vn->lock */
struct vr_nexthop *vr_learned_nexthop(const struct vr_fdb *fdb)
{
	const struct learned *learned = to_learned(fdb);

	return learned->vif ? learned->vif->nexthop : learned->remote->nh;
}

/** vr_learned_vif() - the vif of a learned entry, or NULL; Context: vn->lock */
struct vr_vif *vr_learned_vif(const struct vr_fdb *fdb)
{
	return to_learned(fdb)->vif;
}

/**
 * vr_learned_fill() - writes the remote end that an entry was learned from
 * @msg: reply, in the entry's nest
 * @fdb: a learned entry
 *
 * Context: vn->lock.
 * Return: 0 or -EMSGSIZE.
 */
int vr_learned_fill(struct sk_buff *msg, const struct vr_fdb *fdb)
{
	const struct learned *learned = to_learned(fdb);
	const struct vr_nexthop_info *info;
	const struct vr_object *tunnel;

	if (learned->vif)
		return 0;
	info = vr_deref(learned->network->vn, learned->remote->nh->info);
	tunnel = &info->tunnel->obj;
	if (nla_put_u32(msg, VROUTER_A_FDB_ENTRY_TUNNEL_ID, tunnel->id) ||
	    nla_put_string(msg, VROUTER_A_FDB_ENTRY_TUNNEL_NAME, vr_name(tunnel)) ||
	    vr_nl_put_addr(msg, VROUTER_A_FDB_ENTRY_REMOTE, &info->remote))
		return -EMSGSIZE;
	return 0;
}

/* Called by packets under RCU, and again by the worker under vn->lock. */
static bool learns(const struct vr_network *network, bool overlay, const u8 *mac)
{
	const struct vr_gateways *gateways =
		rcu_dereference_check(network->gateways,
				      lockdep_is_held(&network->vn->lock));
	u32 learning = READ_ONCE(network->learning);

	if (learning == VROUTER_LEARNING_OFF ||
	    (overlay && learning != VROUTER_LEARNING_ALL))
		return false;
	return !ether_addr_equal(mac, gateways->mac);
}

/* A vif with a fixed MAC has an entry that is not learned. */
static bool learns_from(const struct vr_vif *vif)
{
	return !rcu_dereference_check(vif->conf, lockdep_is_held(&vif->vn->lock))->has_mac;
}

static bool vif_full(const struct vr_vif *vif)
{
	return READ_ONCE(vif->learned_count) >= READ_ONCE(vif->max_macs);
}

static bool network_full(const struct vr_network *network)
{
	return READ_ONCE(network->learned_count) >= READ_ONCE(network->max_learned);
}

static bool moved_lately(const struct learned *learned)
{
	return time_before(jiffies, READ_ONCE(learned->moved) + MOVE_INTERVAL);
}

static void limited(struct vr_network *network)
{
	atomic64_inc(&network->learn_limited);
}

/* Does the entry lead to where the packet came from? */
static bool is_here(const struct vr_fdb *fdb, const struct vr_pkt *pkt)
{
	const struct vr_nexthop *nh = rcu_dereference(fdb->nh);
	const struct vr_nexthop_info *info;

	if (pkt->vif)
		return nh == pkt->vif->nexthop;
	if (!nh)
		return false;
	info = rcu_dereference(nh->info);
	return info->tunnel == pkt->from->tunnel &&
	       !memcmp(&info->remote, &pkt->from->remote, sizeof(info->remote));
}

/* Clears the padding too, since the sighting is hashed as memory. */
static void see(struct sighting *sighting, const struct vr_pkt *pkt)
{
	memset(sighting, 0, sizeof(*sighting));
	sighting->network = pkt->network->obj.id;
	ether_addr_copy(sighting->mac, pkt->src_mac);
	if (pkt->vif) {
		sighting->vif = pkt->vif->obj.id;
	} else {
		sighting->tunnel = pkt->from->tunnel->obj.id;
		sighting->remote = pkt->from->remote;
	}
}

static struct vr_learn_share *learn_share(struct vr_network *network, struct vr_vif *vif)
{
	return vif ? &vif->learn_share : &network->learn_share;
}

/* Without learn->lock, an estimate. */
static bool learn_share_full(const struct vr_learn *learn, const struct vr_learn_share *share,
			     bool overlay)
{
	return READ_ONCE(share->round) == READ_ONCE(learn->round) &&
	       READ_ONCE(share->count) >= (overlay ? OVERLAY_SIGHTINGS : VIF_SIGHTINGS);
}

/* Counts one more waiting sighting. The worker starts a new round when it takes them. */
static void learn_share_add(struct vr_learn *learn, struct vr_learn_share *share)
{
	u32 count = share->round == learn->round ? share->count : 0;

	WRITE_ONCE(share->round, learn->round);
	WRITE_ONCE(share->count, count + 1);
}

/* Queues a sighting for the worker, once; false if the share is full or out of memory. */
static bool enqueue(struct vr_learn *learn, struct vr_learn_share *share,
		    const struct sighting *sighting)
{
	u32 hash = jhash(sighting, sizeof(*sighting), learn->seed) | 1;
	u32 *recent = &learn->recent[(hash >> 1) % RECENT];
	bool overlay = !sighting->vif, full;
	struct waiting *waiting;

	if (READ_ONCE(*recent) == hash)
		return true;
	if (learn_share_full(learn, share, overlay))
		return false;
	waiting = kmalloc(sizeof(*waiting), GFP_ATOMIC | __GFP_NOWARN);
	if (!waiting)
		return false;
	waiting->sighting = *sighting;

	spin_lock_bh(&learn->lock);
	full = learn_share_full(learn, share, overlay);
	if (!full) {
		learn_share_add(learn, share);
		list_add_tail(&waiting->node, &learn->waiting);
		WRITE_ONCE(*recent, hash);
	}
	spin_unlock_bh(&learn->lock);
	if (full)
		kfree(waiting);
	else
		schedule_work(&learn->work);
	return !full;
}

/**
 * vr_learn_source() - checks whether the source of a frame is new or has moved
 * @pkt: as for vr_learn(), in a network that learns
 */
void vr_learn_source(const struct vr_pkt *pkt)
{
	struct vr_network *network = pkt->network;
	struct sighting sighting;
	struct vr_fdb *fdb;
	bool full;

	/* A label does not tell how to send back. */
	if ((pkt->from && pkt->from->label) || vr_trace_on())
		return;
	if (!learns(network, !pkt->vif, pkt->src_mac) || (pkt->vif && !learns_from(pkt->vif)))
		return;
	fdb = vr_fdb_lookup(network, pkt->src_mac);
	if (fdb && !rcu_access_pointer(fdb->nh))
		fdb = NULL;
	if (fdb && !READ_ONCE(fdb->learned))
		return;
	if (fdb && is_here(fdb, pkt)) {
		vr_touch(&fdb->used);
		return;
	}
	full = (pkt->vif && vif_full(pkt->vif)) ||
	       (fdb ? moved_lately(to_learned(fdb)) : network_full(network));
	see(&sighting, pkt);
	if (full || !enqueue(pkt->vn->learn, learn_share(network, pkt->vif), &sighting))
		limited(network);
}

static void free_remote(struct vr_learn *learn, struct remote *remote)
{
	rhashtable_remove_fast(&learn->remotes, &remote->node, remote_params);
	vr_nexthop_destroy(remote->nh);
	kfree_rcu(remote, rcu);
}

static struct remote *create_remote(struct vr_learn *learn, struct vr_tunnel *tunnel,
				    const struct vr_remote_key *key)
{
	struct remote *remote = kzalloc(sizeof(*remote), VR_GFP_ACCOUNT);

	if (!remote)
		return NULL;
	remote->key = *key;
	remote->nh = vr_nexthop_create_tunnel(tunnel, &key->addr);
	if (!remote->nh)
		goto free;
	if (!rhashtable_insert_fast(&learn->remotes, &remote->node, remote_params))
		return remote;
	vr_nexthop_destroy(remote->nh);
free:
	kfree(remote);
	return NULL;
}

/* The remote of a sighting; a new one, if there is none, has no entries yet. */
static struct remote *get_remote(struct vr_learn *learn, struct vr_tunnel *tunnel,
				 const struct vr_addr *addr)
{
	struct vr_remote_key key = { .tunnel = tunnel->obj.id, .addr = *addr };
	struct remote *remote;

	remote = rhashtable_lookup_fast(&learn->remotes, &key, remote_params);
	return remote ? remote : create_remote(learn, tunnel, &key);
}

static void learn_enter(struct learned *learned, struct vr_vif *vif, struct remote *remote)
{
	learned->vif = vif;
	learned->remote = remote;
	if (vif) {
		list_add_tail(&learned->vif_node, &vif->learned);
		WRITE_ONCE(vif->learned_count, vif->learned_count + 1);
	} else {
		remote->entries++;
	}
}

/* Called once packets do not find the old next hop by the entry any more. */
static void leave(struct vr_learn *learn, struct vr_vif *vif, struct remote *remote)
{
	if (vif)
		WRITE_ONCE(vif->learned_count, vif->learned_count - 1);
	else if (!--remote->entries)
		free_remote(learn, remote);
}

/**
 * vr_learn_drop() - ends the learned origin of an entry
 * @fdb: a learned entry; its other origin, if it has one, becomes active
 *
 * Listeners are not notified, and the entry is not freed.
 *
 * Context: vn->lock.
 */
void vr_learn_drop(struct vr_fdb *fdb)
{
	struct learned *learned = to_learned(fdb);
	struct vr_network *network = learned->network;
	struct vr_learn *learn = network->vn->learn;

	lockdep_assert_held(&network->vn->lock);
	WRITE_ONCE(fdb->learned, false);
	vr_fdb_update(network, fdb);
	list_del(&learned->node);
	learn->entry_count--;
	WRITE_ONCE(network->learned_count, network->learned_count - 1);
	if (learned->vif)
		list_del(&learned->vif_node);
	leave(learn, learned->vif, learned->remote);
}

/**
 * vr_learn_forget() - ends the learned origin of an entry and notifies listeners
 * @fdb: a learned entry; freed if it has no other origin
 * @info: the request that causes it, or NULL
 *
 * Context: vn->lock.
 */
void vr_learn_forget(struct vr_fdb *fdb, struct genl_info *info)
{
	struct vr_network *network = to_learned(fdb)->network;

	vr_fdb_notify(network, fdb, VROUTER_ORIGIN_LEARNED, false, info);
	vr_learn_drop(fdb);
	vr_fdb_put(network, fdb);
}

static void learn_add(struct vr_network *network, const u8 *mac, struct vr_vif *vif,
		      struct remote *remote)
{
	struct vr_learn *learn = network->vn->learn;
	struct learned *learned;
	struct vr_fdb *fdb;

	if (network_full(network) || vr_limits_check(network->vn, VR_KIND_FDB, 1, NULL))
		return limited(network);
	fdb = vr_fdb_get(network, mac, sizeof(*learned));
	if (IS_ERR(fdb))
		return limited(network);
	learned = to_learned(fdb);
	learned->network = network;
	learned->moved = jiffies - MOVE_INTERVAL;
	list_add_tail(&learned->node, &learn->entries);
	learn->entry_count++;
	WRITE_ONCE(network->learned_count, network->learned_count + 1);
	learn_enter(learned, vif, remote);
	fdb->used = jiffies;
	WRITE_ONCE(fdb->learned, true);
	vr_fdb_update(network, fdb);
	vr_fdb_notify(network, fdb, VROUTER_ORIGIN_LEARNED, true, NULL);
	queue_delayed_work(system_power_efficient_wq, &learn->age_work, AGE_INTERVAL);
}

static bool learn_may_move(struct vr_network *network, struct vr_vif *vif)
{
	u64 gap = NSEC_PER_SEC / (vif ? VIF_MOVES_PER_SECOND : OVERLAY_MOVES_PER_SECOND);
	u64 burst = gap * (vif ? VIF_MOVES_BURST : OVERLAY_MOVES_BURST);

	return vr_rate_take(&learn_share(network, vif)->moves, ktime_get_ns(), gap, burst);
}

static void learn_move(struct learned *learned, struct vr_vif *vif, struct remote *remote)
{
	struct vr_network *network = learned->network;
	struct vr_learn *learn = network->vn->learn;
	struct vr_vif *old_vif = learned->vif;
	struct remote *old_remote = learned->remote;

	if (moved_lately(learned))
		return limited(network);
	/* A move that is refused below is not tried again at once, either. */
	WRITE_ONCE(learned->moved, jiffies);
	if (!learn_may_move(network, vif))
		return limited(network);
	if (old_vif)
		list_del(&learned->vif_node);
	learn_enter(learned, vif, remote);
	WRITE_ONCE(learned->fdb.used, jiffies);
	vr_fdb_update(network, &learned->fdb);
	leave(learn, old_vif, old_remote);
	vr_fdb_notify(network, &learned->fdb, VROUTER_ORIGIN_LEARNED, true, NULL);
}

/* Records where a MAC is. The tables may have changed since the sighting: checks again. */
static void learn_settle(struct vr_network *network, const u8 *mac, struct vr_vif *vif,
			 struct remote *remote)
{
	struct vr_fdb *fdb = vr_fdb_find(network, mac);
	struct learned *learned = fdb ? to_learned(fdb) : NULL;

	if (fdb && (!fdb->learned || (learned->vif == vif && learned->remote == remote)))
		return;
	if (vif && vif_full(vif))
		return limited(network);
	if (fdb)
		learn_move(learned, vif, remote);
	else
		learn_add(network, mac, vif, remote);
}

static void settle_at_vif(struct vr_network *network, const struct sighting *sighting)
{
	struct vr_object *obj = vr_object_by_id(network->vn, VR_KIND_VIF, sighting->vif);
	struct vr_vif *vif = obj ? vr_to_vif(obj) : NULL;

	if (vif && vif->network == network && learns_from(vif))
		learn_settle(network, sighting->mac, vif, NULL);
}

static void settle_at_remote(struct vr_network *network, const struct sighting *sighting)
{
	struct vr_learn *learn = network->vn->learn;
	struct vr_object *obj;
	struct remote *remote;

	obj = vr_object_by_id(network->vn, VR_KIND_TUNNEL, sighting->tunnel);
	if (!obj)
		return;
	remote = get_remote(learn, vr_to_tunnel(obj),
			    &sighting->remote);
	if (!remote)
		return limited(network);
	learn_settle(network, sighting->mac, NULL, remote);
	if (!remote->entries)
		free_remote(learn, remote);
}

static void learn_carry_out(struct vr_net *vn, const struct sighting *sighting)
{
	struct vr_object *obj = vr_object_by_id(vn, VR_KIND_NETWORK, sighting->network);
	struct vr_network *network = obj ? vr_to_network(obj) : NULL;

	if (!network || !learns(network, !sighting->vif, sighting->mac))
		return;
	if (sighting->vif)
		settle_at_vif(network, sighting);
	else
		settle_at_remote(network, sighting);
}

static void take_waiting(struct vr_learn *learn, struct list_head *list)
{
	spin_lock_bh(&learn->lock);
	list_splice_init(&learn->waiting, list);
	WRITE_ONCE(learn->round, learn->round + 1);
	memset(learn->recent, 0, sizeof(learn->recent));
	spin_unlock_bh(&learn->lock);
}

/* Handles one batch under vn->lock; true if sightings are left. */
static bool learn_some(struct vr_net *vn, struct list_head *list)
{
	struct waiting *waiting, *next;
	struct mem_cgroup *before;
	unsigned int left = BATCH;

	mutex_lock(&vn->lock);
	before = vr_memcg_begin(vn);
	list_for_each_entry_safe(waiting, next, list, node) {
		if (!left--)
			break;
		learn_carry_out(vn, &waiting->sighting);
		list_del(&waiting->node);
		kfree(waiting);
	}
	vr_memcg_end(before);
	mutex_unlock(&vn->lock);
	return !list_empty(list);
}

static void learn_work(struct work_struct *work)
{
	struct vr_learn *learn = container_of(work, struct vr_learn, work);
	LIST_HEAD(list);

	take_waiting(learn, &list);
	while (learn_some(learn->vn, &list))
		cond_resched();
}

static bool is_old(const struct learned *learned)
{
	unsigned long ageing = learned->network->ageing;

	return ageing && time_after(jiffies, READ_ONCE(learned->fdb.used) + ageing * HZ);
}

static void age(struct vr_learn *learn)
{
	struct learned *learned;
	unsigned int i;

	if (!learn->age_left)
		learn->age_left = learn->entry_count;
	for (i = 0; i < AGE_BATCH && learn->age_left; i++) {
		learn->age_left--;
		learned = list_first_entry_or_null(&learn->entries, struct learned, node);
		if (!learned)
			break;
		list_move_tail(&learned->node, &learn->entries);
		if (is_old(learned))
			vr_learn_forget(&learned->fdb, NULL);
	}
}

static void age_work(struct work_struct *work)
{
	struct vr_learn *learn = container_of(to_delayed_work(work), struct vr_learn, age_work);

	mutex_lock(&learn->vn->lock);
	age(learn);
	if (learn->entry_count)
		queue_delayed_work(system_power_efficient_wq, &learn->age_work,
				   learn->age_left ? AGE_PAUSE : AGE_INTERVAL);
	else
		learn->age_left = 0;
	mutex_unlock(&learn->vn->lock);
}

/**
 * vr_learn_review() - forgets the entries that a network would not learn now
 * @network: the network, whose settings have changed
 * @new_vni: its VNI is new: entries learned from the overlay belong to the old one
 *
 * Context: vn->lock.
 */
void vr_learn_review(struct vr_network *network, bool new_vni)
{
	struct rb_node *node, *after;
	struct vr_fdb *fdb;
	bool overlay;

	for (node = rb_first(&network->fdb_tree); node && network->learned_count; node = after) {
		after = rb_next(node);
		fdb = rb_entry(node, struct vr_fdb, tree);
		if (!fdb->learned)
			continue;
		overlay = !to_learned(fdb)->vif;
		if ((overlay && new_vni) || !learns(network, overlay, fdb->key.mac))
			vr_learn_forget(fdb, NULL);
	}
}

/** vr_learn_forget_vif() - forgets the entries learned from a vif; Context: vn->lock */
void vr_learn_forget_vif(struct vr_vif *vif)
{
	struct learned *learned, *next;

	list_for_each_entry_safe(learned, next, &vif->learned, vif_node)
		vr_learn_forget(&learned->fdb, NULL);
}

/**
 * vr_learn_forget_tunnel() - forgets the entries learned through a tunnel
 * @tunnel: the tunnel, which is about to be changed or deleted
 *
 * Packets under way may use the entries until a grace period has passed.
 *
 * Context: vn->lock.
 * Return: true if there were any.
 */
bool vr_learn_forget_tunnel(struct vr_tunnel *tunnel)
{
	struct vr_learn *learn = tunnel->vn->learn;
	struct learned *learned, *next;
	bool any = false;

	list_for_each_entry_safe(learned, next, &learn->entries, node) {
		if (!learned->remote || learned->remote->key.tunnel != tunnel->obj.id)
			continue;
		vr_learn_forget(&learned->fdb, NULL);
		any = true;
	}
	return any;
}

/** vr_learn_init() - for a new namespace; Return: 0 or a negative errno */
int vr_learn_init(struct vr_net *vn)
{
	struct vr_learn *learn = kzalloc(sizeof(*learn), VR_GFP_ACCOUNT);
	int err;

	if (!learn)
		return -ENOMEM;
	err = rhashtable_init(&learn->remotes, &remote_params);
	if (err) {
		kfree(learn);
		return err;
	}
	learn->vn = vn;
	spin_lock_init(&learn->lock);
	INIT_LIST_HEAD(&learn->waiting);
	INIT_LIST_HEAD(&learn->entries);
	INIT_WORK(&learn->work, learn_work);
	INIT_DELAYED_WORK(&learn->age_work, age_work);
	learn->seed = get_random_u32();
	vn->learn = learn;
	return 0;
}

/* No packets are left. Context: without vn->lock, which the workers take. */
void vr_learn_stop(struct vr_net *vn)
{
	cancel_work_sync(&vn->learn->work);
	cancel_delayed_work_sync(&vn->learn->age_work);
}

/* Called after vr_learn_stop(), when the networks are gone. */
void vr_learn_exit(struct vr_net *vn)
{
	struct waiting *waiting, *next;

	list_for_each_entry_safe(waiting, next, &vn->learn->waiting, node)
		kfree(waiting);
	rhashtable_destroy(&vn->learn->remotes);
	kfree(vn->learn);
}
