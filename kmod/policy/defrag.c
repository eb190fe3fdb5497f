// SPDX-License-Identifier: GPL-2.0
/*
 * Reassembles IP packets for policy with connection state: a connection is found by its ports,
 * and only the first fragment has ports. The policy then judges the packet as any other, and
 * the packet is fragmented again when it leaves, see fragment.c.
 *
 * The host's own reassembly is not used. Each vif has its own memory limits, one for packets
 * that its VM sends and one for packets that the VM receives, so that fragments at one vif do
 * not evict those at another. If there is no memory for a new fragment, the oldest packet is
 * evicted: it is the one that most likely lacks a lost fragment. A flood of fragments evicts
 * another packet only if it fills the memory before that packet is complete.
 */
#include <linux/moduleparam.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <net/dsfield.h>
#include <net/inet_ecn.h>
#include <net/inet_frag.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include <net/netlink.h>

#include "core/object.h"
#include "core/parse.h"
#include "objects/network.h"
#include "objects/tunnel.h"
#include "objects/vif.h"
#include "policy/defrag.h"

/* Shorter than the 15 s of RFC 791 and the 60 s of RFC 8200, which are for end hosts. */
#define TIMEOUT (5 * HZ)

/* Enough for the largest packet, fragmented for the smallest MTU in practice, 576 bytes. */
#define PIECES_MAX 128

/* Memory that a vif may use even if all vifs together exceed frag_memory_max. */
#define MEMORY_MIN (64 * 1024)

static ulong frag_memory_max = 64 << 20;
module_param(frag_memory_max, ulong, 0644);
MODULE_PARM_DESC(frag_memory_max,
		 "bytes that waiting fragments of all vifs of a namespace may take; 64 KiB are left to each");

/**
 * struct frag_key - identifies the packet that a fragment belongs to
 * @family: AF_INET or AF_INET6
 * @proto: IP protocol; 0 for IPv6, where only the first fragment tells it
 * @id: identification in the IP or fragment header
 * @src: source address
 * @dst: destination address
 * @network: id of the network that the fragment came in by
 * @vif: id of the vif that the fragment came from, or 0
 * @tunnel: id of the tunnel that the fragment came through, or 0
 * @remote: remote endpoint of the tunnel
 *
 * The key is compared as memory, so padding must be zero. It has the ingress vif or the tunnel
 * and remote endpoint, so that no one can inject fragments into packets of another vif or
 * hypervisor.
 */
struct frag_key {
	u16 family;
	u16 proto;
	__be32 id;
	union vr_ip src;
	union vr_ip dst;
	u32 network;
	u32 vif;
	u32 tunnel;
	struct vr_addr remote;
};

/**
 * struct queue - an incomplete packet
 * @node: in vr_defrag.queues
 * @age: in vr_defrag.ages
 * @expires: jiffies when the fragments are dropped
 * @key: key of the packet
 * @failed: why the packet cannot be completed, or VR_DROP_NONE; further fragments are dropped
 *	for this reason
 * @first: fragments by offset, linked by skb->next
 * @last: the fragment with the highest offset
 * @count: number of fragments
 * @bytes: bytes of the fragments, as statistics count them
 * @memory: bytes that the queue and its fragments take
 * @got: bytes of payload received
 * @total: bytes of payload of the whole packet, 0 if not known yet
 * @largest: length of the largest fragment as an IP packet
 * @largest_df: length of the largest fragment with DF
 * @header: offset of the fragment header in the first fragment (IPv6)
 * @nexthdr: offset of the next header byte that announces the fragment header (IPv6)
 * @ecn: IPFRAG_ECN_* bits of all fragments
 */
struct queue {
	struct rb_node node;
	struct list_head age;
	unsigned long expires;
	struct frag_key key;
	enum vr_drop failed;
	struct sk_buff *first;
	struct sk_buff *last;
	u32 count;
	u32 bytes;
	u32 memory;
	u32 got;
	u32 total;
	u32 largest;
	u32 largest_df;
	u16 header;
	u16 nexthdr;
	u8 ecn;
};

/**
 * struct piece - data about a waiting fragment, in skb->cb
 * @offset: offset of the fragment's payload in the packet's payload
 * @len: length of the fragment's payload
 * @start: offset of the fragment's payload from the network header
 * @more: it is not the last fragment
 */
struct piece {
	u32 offset;
	u32 len;
	u16 start;
	bool more;
};

static struct piece *piece_of(struct sk_buff *skb)
{
	BUILD_BUG_ON(sizeof(struct piece) > sizeof(skb->cb));
	return (struct piece *)skb->cb;
}

static u32 end_of(struct sk_buff *skb)
{
	return piece_of(skb)->offset + piece_of(skb)->len;
}

static const struct frag_hdr *fragment_header(const struct sk_buff *skb,
					      const struct vr_pkt *pkt)
{
	return (const struct frag_hdr *)(skb->data + pkt->frag_header);
}

static void defrag_read_key(const struct sk_buff *skb, const struct vr_pkt *pkt,
			    struct frag_key *key)
{
	memset(key, 0, sizeof(*key));
	key->family = pkt->family;
	if (pkt->family == AF_INET) {
		key->proto = pkt->l4_proto;
		key->id = (__force __be32)ip_hdr(skb)->id;
		key->src.v4 = pkt->src.v4;
		key->dst.v4 = pkt->dst.v4;
	} else {
		key->id = fragment_header(skb, pkt)->identification;
		key->src.v6 = pkt->src.v6;
		key->dst.v6 = pkt->dst.v6;
	}
	key->network = pkt->origin->obj.id;
	if (pkt->vif)
		key->vif = pkt->vif->obj.id;
	if (pkt->from) {
		key->tunnel = pkt->from->tunnel->obj.id;
		key->remote = pkt->from->remote;
	}
}

static void read_piece(struct sk_buff *skb, const struct vr_pkt *pkt)
{
	struct piece *piece = piece_of(skb);
	u16 where;

	if (pkt->family == AF_INET) {
		where = ntohs(ip_hdr(skb)->frag_off);
		piece->offset = (where & IP_OFFSET) * 8;
		piece->more = where & IP_MF;
		piece->start = ip_hdrlen(skb);
	} else {
		where = ntohs(fragment_header(skb, pkt)->frag_off);
		piece->offset = where & IP6_OFFSET;
		piece->more = where & IP6_MF;
		piece->start = pkt->frag_header + sizeof(struct frag_hdr);
	}
	piece->len = skb->len - piece->start;
}

/* Bytes of headers that count towards the maximum packet length; for IPv6, the extensions. */
static u32 counted_header(const struct queue *q)
{
	if (q->key.family == AF_INET)
		return piece_of(q->first)->start;
	return q->header - sizeof(struct ipv6hdr);
}

/* Is a fragment valid in itself, and consistent with the packet's length if that is known? */
static bool is_valid(const struct queue *q, struct sk_buff *skb)
{
	const struct piece *piece = piece_of(skb);
	u32 end = end_of(skb);

	if (!piece->len || (piece->more && piece->len % 8) || end > IP_MAX_MTU)
		return false;
	if (piece->more)
		return !q->total || end < q->total;
	return q->total ? end == q->total : !q->last || end_of(q->last) <= end;
}

/* Inserts a fragment by offset. An overlap is taken for an attempt to evade policy. */
static enum vr_drop insert(struct queue *q, struct sk_buff *skb)
{
	const struct piece *piece = piece_of(skb);
	struct sk_buff *before = NULL, *after = q->first;

	if (q->last && end_of(q->last) <= piece->offset) {
		before = q->last;
		after = NULL;
	}
	while (after && piece_of(after)->offset < piece->offset) {
		before = after;
		after = after->next;
	}
	if (after && piece_of(after)->offset == piece->offset &&
	    piece_of(after)->len == piece->len && piece_of(after)->more == piece->more)
		return VR_DROP_FRAG_DUPLICATE;
	if ((before && end_of(before) > piece->offset) ||
	    (after && piece_of(after)->offset < end_of(skb)))
		return VR_DROP_FRAG_OVERLAP;

	skb->next = after;
	if (before)
		before->next = skb;
	else
		q->first = skb;
	if (!after)
		q->last = skb;
	return VR_DROP_NONE;
}

/* Updates the queue with the data of a fragment that was inserted. */
static void note(struct queue *q, struct sk_buff *skb, const struct vr_pkt *pkt)
{
	const struct piece *piece = piece_of(skb);

	q->count++;
	q->bytes += pkt->bytes;
	q->got += piece->len;
	q->ecn |= 1 << (pkt->tos & INET_ECN_MASK);
	q->largest = max(q->largest, skb->len);
	if (pkt->dont_fragment)
		q->largest_df = max(q->largest_df, skb->len);
	if (!piece->more)
		q->total = piece->offset + piece->len;
	if (!piece->offset) {
		q->header = pkt->frag_header;
		q->nexthdr = pkt->frag_nexthdr;
	}
}

static void charge(struct vr_defrag *defrag, struct queue *q, u32 bytes)
{
	q->memory += bytes;
	defrag->memory += bytes;
	atomic_long_add(bytes, &defrag->vif->vn->frag_memory);
}

static void discharge(struct vr_defrag *defrag, struct queue *q, u32 bytes)
{
	q->memory -= bytes;
	defrag->memory -= bytes;
	atomic_long_sub(bytes, &defrag->vif->vn->frag_memory);
}

/* Drops a fragment that has waited. The vif or tunnel that it came from may be gone. */
static void defrag_drop(const struct vr_defrag *defrag, const struct frag_key *key,
			struct sk_buff *skb,
			enum vr_drop reason)
{
	struct vr_vif *vif = defrag->vif;
	struct vr_object *from_vif = vr_object_by_id(vif->vn, VR_KIND_VIF, key->vif);
	struct vr_object *tunnel = vr_object_by_id(vif->vn, VR_KIND_TUNNEL, key->tunnel);
	struct vr_from from = { .remote = key->remote };
	struct vr_pkt pkt = {
		.vn = vif->vn,
		.network = vif->network,
		.vif = from_vif ? vr_to_vif(from_vif) : NULL,
	};

	if (tunnel) {
		from.tunnel = vr_to_tunnel(tunnel);
		pkt.from = &from;
	}
	vr_pkt_drop_at(&pkt, vif, skb, 1, reason);
}

/* Drops all fragments of a packet. */
static void purge(struct vr_defrag *defrag, struct queue *q, enum vr_drop reason)
{
	struct sk_buff *skb, *next;

	if (!q->first)
		return;
	discharge(defrag, q, q->memory - sizeof(*q));
	skb_list_walk_safe(q->first, skb, next) {
		skb_mark_not_on_list(skb);
		defrag_drop(defrag, &q->key, skb, reason);
	}
	q->first = NULL;
	q->last = NULL;
}

/* Drops all fragments of a packet. Later fragments are dropped for the same reason. */
static void fail(struct vr_defrag *defrag, struct queue *q, enum vr_drop reason)
{
	if (q->failed != VR_DROP_NONE)
		return;
	q->failed = reason;
	defrag->failed++;
	purge(defrag, q, reason);
}

/* Unlinks a queue from its vif. */
static void defrag_take_out(struct vr_defrag *defrag, struct queue *q)
{
	rb_erase(&q->node, &defrag->queues);
	list_del(&q->age);
	defrag->count--;
	discharge(defrag, q, q->memory);
}

static void give_up(struct vr_defrag *defrag, struct queue *q, enum vr_drop reason)
{
	if (q->failed == VR_DROP_NONE)
		defrag->failed++;
	purge(defrag, q, reason);
	defrag_take_out(defrag, q);
	kfree(q);
}

static struct queue *oldest(struct vr_defrag *defrag)
{
	return list_first_entry_or_null(&defrag->ages, struct queue, age);
}

static u32 memory_limit(const struct vr_defrag *defrag)
{
	u32 limit = READ_ONCE(defrag->vif->frag_memory);

	if (atomic_long_read(&defrag->vif->vn->frag_memory) >= READ_ONCE(frag_memory_max))
		limit = min_t(u32, limit, MEMORY_MIN);
	return limit;
}

/* Makes room for a fragment of a packet by evicting older packets. False if impossible. */
static bool defrag_make_room(struct vr_defrag *defrag, const struct queue *q, u32 bytes)
{
	while ((u64)defrag->memory + bytes > memory_limit(defrag)) {
		if (oldest(defrag) == q)
			return false;
		give_up(defrag, oldest(defrag), VR_DROP_FRAG_FULL);
	}
	return true;
}

/* Finds the queue of a packet. If there is none, sets where it is to be inserted. */
static struct queue *defrag_find(struct vr_defrag *defrag, const struct frag_key *key,
				 struct rb_node **parent, struct rb_node ***link)
{
	struct queue *q;
	int order;

	*parent = NULL;
	*link = &defrag->queues.rb_node;
	while (**link) {
		*parent = **link;
		q = rb_entry(*parent, struct queue, node);
		order = memcmp(key, &q->key, sizeof(*key));
		if (!order)
			return q;
		*link = order < 0 ? &(*parent)->rb_left : &(*parent)->rb_right;
	}
	return NULL;
}

static struct queue *defrag_create(struct vr_defrag *defrag, const struct frag_key *key)
{
	struct queue *q = kzalloc(sizeof(*q), GFP_ATOMIC | __GFP_NOWARN);
	struct rb_node **link, *parent;

	if (!q)
		return NULL;
	defrag_find(defrag, key, &parent, &link);
	rb_link_node(&q->node, parent, link);
	rb_insert_color(&q->node, &defrag->queues);
	q->key = *key;
	q->failed = VR_DROP_NONE;
	q->expires = jiffies + TIMEOUT;
	list_add_tail(&q->age, &defrag->ages);
	defrag->count++;
	charge(defrag, q, sizeof(*q));
	if (!delayed_work_pending(&defrag->work))
		queue_delayed_work(system_power_efficient_wq, &defrag->work, TIMEOUT);
	return q;
}

static enum vr_drop defrag_add(struct vr_defrag *defrag, struct queue *q, struct sk_buff *skb)
{
	if (q->failed != VR_DROP_NONE)
		return q->failed;
	if (!is_valid(q, skb))
		return VR_DROP_FRAG_BAD;
	if (q->count == PIECES_MAX)
		return VR_DROP_FRAG_MANY;
	if (!defrag_make_room(defrag, q, skb->truesize))
		return VR_DROP_FRAG_FULL;
	return insert(q, skb);
}

/* RFC 3168, section 5.3: the ECN field of the whole packet, or 0xff if invalid. */
static u8 congestion(const struct queue *q)
{
	return ip_frag_ecn_table[q->ecn];
}

/* Is the whole packet valid? It may be too long, or its fragments' ECN fields may conflict. */
static bool is_sound(const struct queue *q)
{
	return counted_header(q) + q->total <= IP_MAX_MTU && congestion(q) != 0xff;
}

/*
 * Unlinks the queue of a complete packet; the caller then owns it. The queue of an invalid
 * packet stays, so that further fragments are dropped.
 */
static struct queue *take_whole(struct vr_defrag *defrag, struct queue *q)
{
	if (!q->total || q->got != q->total)
		return NULL;
	if (!is_sound(q)) {
		fail(defrag, q, VR_DROP_FRAG_BAD);
		return NULL;
	}
	defrag_take_out(defrag, q);
	defrag->reassembled++;
	return q;
}

/* Queues a fragment unless it must be dropped. Sets @whole if it completes the packet. */
static enum vr_drop defrag_collect(struct vr_defrag *defrag, struct sk_buff *skb,
				   const struct vr_pkt *pkt, struct queue **whole)
{
	struct rb_node **link, *parent;
	enum vr_drop reason;
	struct queue *q;
	struct frag_key key;

	if (defrag->closed)
		return VR_DROP_VIF_DOWN;
	defrag_read_key(skb, pkt, &key);
	q = defrag_find(defrag, &key, &parent, &link);
	if (!q && !defrag_make_room(defrag, NULL, sizeof(*q)))
		return VR_DROP_FRAG_FULL;
	if (!q)
		q = defrag_create(defrag, &key);
	if (!q)
		return VR_DROP_NO_MEMORY;
	reason = defrag_add(defrag, q, skb);
	if (reason == VR_DROP_NONE) {
		charge(defrag, q, skb->truesize);
		note(q, skb, pkt);
		*whole = take_whole(defrag, q);
	} else if (reason != VR_DROP_FRAG_DUPLICATE) {
		fail(defrag, q, reason);
	}
	return reason;
}

/* Moves the other fragments' payload to the first one's frag_list. False without memory. */
static bool chain(struct queue *q)
{
	struct sk_buff *head = q->first, *skb;

	if (skb_unclone(head, GFP_ATOMIC))
		return false;
	skb_shinfo(head)->frag_list = head->next;
	skb_mark_not_on_list(head);
	skb_walk_frags(head, skb) {
		if (!pskb_pull(skb, piece_of(skb)->start))
			return false;
		head->len += skb->len;
		head->data_len += skb->len;
		head->truesize += skb->truesize;
	}
	return true;
}

/*
 * Makes the header of the whole packet. It has DF only if the largest fragment had DF:
 * otherwise fragments that the sender sent without DF would be sent on with DF.
 */
static void make_header4(struct sk_buff *skb, const struct queue *q)
{
	struct iphdr *iph = ip_hdr(skb);

	iph->tot_len = htons(skb->len);
	iph->frag_off = q->largest_df == q->largest ? htons(IP_DF) : 0;
	iph->tos |= congestion(q);
	ip_send_check(iph);
}

/* The same for IPv6. The fragment header is removed, and the headers before it move up. */
static void make_header6(struct sk_buff *skb, const struct queue *q)
{
	const struct frag_hdr *header = (const struct frag_hdr *)(skb->data + q->header);

	skb->data[q->nexthdr] = header->nexthdr;
	memmove(skb_mac_header(skb) + sizeof(*header), skb_mac_header(skb),
		ETH_HLEN + q->header);
	__skb_pull(skb, sizeof(*header));
	skb->mac_header += sizeof(*header);
	skb_reset_network_header(skb);
	ipv6_hdr(skb)->payload_len = htons(skb->len - sizeof(struct ipv6hdr));
	ipv6_change_dsfield(ipv6_hdr(skb), 0xff, congestion(q));
}

static enum vr_drop assemble(struct queue *q)
{
	struct sk_buff *skb = q->first;

	if (!chain(q))
		return VR_DROP_NO_MEMORY;
	if (q->key.family == AF_INET)
		make_header4(skb, q);
	else
		make_header6(skb, q);
	/* The checksum state of a fragment is for its own bytes only. */
	skb->ip_summed = CHECKSUM_NONE;
	memset(skb->cb, 0, sizeof(skb->cb));
	return VR_DROP_NONE;
}

/* Parses the whole packet. The original source MAC address is preserved. */
static enum vr_drop parse_whole(struct sk_buff *skb, struct vr_pkt *pkt, const struct queue *q)
{
	u8 src_mac[ETH_ALEN];
	enum vr_drop reason;

	ether_addr_copy(src_mac, pkt->src_mac);
	pkt->fragment = false;
	pkt->later_fragment = false;
	pkt->has_ports = false;
	reason = vr_parse(skb, pkt);
	ether_addr_copy(pkt->src_mac, src_mac);
	pkt->packets = q->count;
	pkt->bytes = q->bytes;
	pkt->frag_max = q->largest;
	pkt->frag_id = q->key.id;
	pkt->frag_header = q->header;
	pkt->frag_nexthdr = q->nexthdr;
	return reason;
}

static struct sk_buff *finish(struct vr_defrag *defrag, struct queue *q, struct vr_pkt *pkt,
			      struct net_device *dev)
{
	struct sk_buff *skb = q->first;
	enum vr_drop reason = assemble(q);

	skb->dev = dev;
	if (reason == VR_DROP_NONE)
		reason = parse_whole(skb, pkt, q);
	if (reason != VR_DROP_NONE) {
		kfree_skb_list(skb->next);
		skb_mark_not_on_list(skb);
		vr_pkt_drop_at(pkt, defrag->vif, skb, q->count, reason);
		skb = NULL;
	}
	kfree(q);
	return skb;
}

/**
 * vr_defrag() - reassembles a packet from its fragments
 * @defrag: fragments of the vif that the packet comes from or goes to, for its direction
 * @skb: a fragment; consumed
 * @pkt: parsed data of the fragment; afterwards of the whole packet, which counts as the sum
 *	of its fragments
 *
 * Context: softirq or BH disabled; RCU read lock.
 * Return: the whole packet, or NULL if it is not complete yet or was dropped.
 */
struct sk_buff *vr_defrag(struct vr_defrag *defrag, struct sk_buff *skb, struct vr_pkt *pkt)
{
	struct net_device *dev = skb->dev;
	struct queue *whole = NULL;
	enum vr_drop reason;

	if (skb_has_frag_list(skb) && skb_linearize(skb)) {
		vr_pkt_drop_at(pkt, defrag->vif, skb, 1, VR_DROP_NO_MEMORY);
		return NULL;
	}
	read_piece(skb, pkt);
	skb_orphan(skb);
	/* The device may be gone before the fragment is. */
	skb->dev = NULL;
	spin_lock(&defrag->lock);
	reason = defrag_collect(defrag, skb, pkt, &whole);
	spin_unlock(&defrag->lock);
	if (reason != VR_DROP_NONE)
		vr_pkt_drop_at(pkt, defrag->vif, skb, 1, reason);
	return whole ? finish(defrag, whole, pkt, dev) : NULL;
}

/* Everything else here runs in softirqs, so process context needs BH disabled, and RCU. */
static void lock_from_process(struct vr_defrag *defrag)
	__acquires(RCU) __acquires(&defrag->lock)
{
	rcu_read_lock();
	spin_lock_bh(&defrag->lock);
}

static void unlock_from_process(struct vr_defrag *defrag)
	__releases(&defrag->lock) __releases(RCU)
{
	spin_unlock_bh(&defrag->lock);
	rcu_read_unlock();
}

static void defrag_expire(struct work_struct *work)
{
	struct vr_defrag *defrag = container_of(to_delayed_work(work), struct vr_defrag, work);
	struct queue *q;

	lock_from_process(defrag);
	while ((q = oldest(defrag)) && time_after_eq(jiffies, q->expires))
		give_up(defrag, q, VR_DROP_FRAG_TIMEOUT);
	if (q && !defrag->closed)
		queue_delayed_work(system_power_efficient_wq, &defrag->work,
				   q->expires - jiffies);
	unlock_from_process(defrag);
}

/** vr_defrag_init() - initializes the reassembly of a new vif, for one direction */
void vr_defrag_init(struct vr_defrag *defrag, struct vr_vif *vif)
{
	defrag->vif = vif;
	spin_lock_init(&defrag->lock);
	defrag->queues = RB_ROOT;
	INIT_LIST_HEAD(&defrag->ages);
	INIT_DELAYED_WORK(&defrag->work, defrag_expire);
}

/**
 * vr_defrag_exit() - drops all fragments that wait at a vif that is being deleted
 * @defrag: reassembly of the vif; stays valid but closed, for packets in flight
 *
 * Context: process; may sleep.
 */
void vr_defrag_exit(struct vr_defrag *defrag)
{
	struct queue *q;

	lock_from_process(defrag);
	defrag->closed = true;
	unlock_from_process(defrag);
	cancel_delayed_work_sync(&defrag->work);
	lock_from_process(defrag);
	while ((q = oldest(defrag)))
		give_up(defrag, q, VR_DROP_FRAG_TIMEOUT);
	unlock_from_process(defrag);
}

/**
 * vr_defrag_put() - writes the reassembly counters as a nest of the attribute set "frags"
 * @msg: reply
 * @attr: attribute type of the nest
 * @defrag: reassembly of a vif
 *
 * Context: process.
 * Return: 0 or -EMSGSIZE.
 */
int vr_defrag_put(struct sk_buff *msg, int attr, struct vr_defrag *defrag)
{
	struct nlattr *nest = nla_nest_start(msg, attr);
	u64 reassembled, failed;
	u32 count, memory;

	lock_from_process(defrag);
	count = defrag->count;
	memory = defrag->memory;
	reassembled = defrag->reassembled;
	failed = defrag->failed;
	unlock_from_process(defrag);
	if (!nest || nla_put_u32(msg, VROUTER_A_FRAGS_WAITING, count) ||
	    nla_put_u32(msg, VROUTER_A_FRAGS_MEMORY, memory) ||
	    nla_put_u64_64bit(msg, VROUTER_A_FRAGS_REASSEMBLED, reassembled,
			      VROUTER_A_FRAGS_PAD) ||
	    nla_put_u64_64bit(msg, VROUTER_A_FRAGS_FAILED, failed, VROUTER_A_FRAGS_PAD)) {
		nla_nest_cancel(msg, nest);
		return -EMSGSIZE;
	}
	nla_nest_end(msg, nest);
	return 0;
}
