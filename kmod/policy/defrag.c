// SPDX-License-Identifier: GPL-2.0
/*
 * Puts the fragments of IP packets together, for policy with connection state: only the
 * first fragment has ports, and a connection is found by them. The packet is then judged
 * as any other, and leaves in fragments again, see fragment.c.
 *
 * Nothing of the host's own reassembly is used. Each vif has memory of its own, for what
 * its VM sends and for what it is sent, so that whoever fills it takes it from himself.
 * The oldest packet gives way to a new fragment: it is the one that most likely lacks
 * something that was lost, and who sends fragments without end must be faster than the
 * complete packets of others to be in their way.
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

/* RFC 791 and RFC 8200 speak of what ends of connections do, 15 and 60 seconds. */
#define TIMEOUT (5 * HZ)

/* The largest packet in fragments for the smallest MTU that there is in practice, 576. */
#define PIECES_MAX 128

/* What a vif may use however much others do. */
#define MEMORY_MIN (64 * 1024)

static ulong frag_memory_max = 64 << 20;
module_param(frag_memory_max, ulong, 0644);
MODULE_PARM_DESC(frag_memory_max,
		 "bytes that waiting fragments of all vifs of a namespace may take; 64 KiB are left to each");

/**
 * struct frag_key - what the fragments of a packet have in common
 * @family: AF_INET or AF_INET6
 * @proto: IP protocol; 0 in IPv6, where only the first fragment knows
 * @id: that the sender gave the packet
 * @src: source address
 * @dst: destination address
 * @network: id of the network that they came in by
 * @vif: id of the vif that they came from, or 0
 * @tunnel: id of the tunnel that they came through, or 0
 * @remote: its other end
 *
 * Compared as memory: there are no bytes between the members that are not zero. No one
 * can add to the packets of another vif or another hypervisor.
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
 * struct queue - a packet of which some fragments are there
 * @node: in vr_defrag.queues
 * @age: in vr_defrag.ages
 * @expires: jiffies
 * @key: what its fragments have in common
 * @failed: why it will never be whole, or VR_DROP_NONE; fragments that come are dropped
 * @first: fragments by their place, linked by skb->next
 * @last: the one with the highest place
 * @count: how many
 * @bytes: as what they were counted
 * @memory: that they take
 * @got: bytes of payload that are there
 * @total: bytes of payload of the whole packet, 0 when not known yet
 * @largest: length of the largest of them as an IP packet
 * @largest_df: the same of those with DF
 * @header: offset of the fragment header in the first of them (IPv6)
 * @nexthdr: offset of the byte that announces that header
 * @ecn: IPFRAG_ECN_... of all
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
 * struct piece - about a fragment, while it waits in skb->cb
 * @offset: of its payload in the packet's
 * @len: of its payload
 * @start: offset of its payload from the network header
 * @more: it is not the last one
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

/* Headers that count towards the largest IP packet there is: in IPv6, extensions. */
static u32 counted_header(const struct queue *q)
{
	if (q->key.family == AF_INET)
		return piece_of(q->first)->start;
	return q->header - sizeof(struct ipv6hdr);
}

/* Can a fragment be one of this packet, whatever others there are? */
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

/* Puts a fragment in its place. Who overlaps others wants them to be seen differently. */
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

/* What is known of the packet by another fragment of it. */
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

/* A fragment that has waited, as it came; where that was may have gone. */
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

/* Drops what is there of a packet. */
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

/* What comes of this packet still is dropped for the same reason. */
static void fail(struct vr_defrag *defrag, struct queue *q, enum vr_drop reason)
{
	if (q->failed != VR_DROP_NONE)
		return;
	q->failed = reason;
	defrag->failed++;
	purge(defrag, q, reason);
}

/* The queue is no longer the vif's. */
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

/* Is there room for more of a packet, perhaps at the expense of older ones? */
static bool defrag_make_room(struct vr_defrag *defrag, const struct queue *q, u32 bytes)
{
	while ((u64)defrag->memory + bytes > memory_limit(defrag)) {
		if (oldest(defrag) == q)
			return false;
		give_up(defrag, oldest(defrag), VR_DROP_FRAG_FULL);
	}
	return true;
}

/* The packet that a fragment is of, or NULL with the place where it would be. */
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

/* RFC 3168, section 5.3: what the fragments say of congestion, together. */
static u8 congestion(const struct queue *q)
{
	return ip_frag_ecn_table[q->ecn];
}

/* A whole packet may be longer than there are, or its fragments' ECN marks contradict. */
static bool is_sound(const struct queue *q)
{
	return counted_header(q) + q->total <= IP_MAX_MTU && congestion(q) != 0xff;
}

/*
 * Takes what is whole out of the vif's memory: it is the caller's then. A packet that
 * can't become whole is remembered, for fragments of it that come still.
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

/* Keeps a fragment, unless there is a reason to drop it. Sets what it makes whole. */
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

/* Hangs the other fragments' payload behind the first one. False without memory. */
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
 * The header of the whole packet. It keeps DF only if the largest fragment had it: else
 * small fragments would be sent with DF that the sender did not send so.
 */
static void make_header4(struct sk_buff *skb, const struct queue *q)
{
	struct iphdr *iph = ip_hdr(skb);

	iph->tot_len = htons(skb->len);
	iph->frag_off = q->largest_df == q->largest ? htons(IP_DF) : 0;
	iph->tos |= congestion(q);
	ip_send_check(iph);
}

/* The same, without the fragment header, whose place the headers before it take. */
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
	/* What fragments said of a checksum was about their own bytes. */
	skb->ip_summed = CHECKSUM_NONE;
	memset(skb->cb, 0, sizeof(skb->cb));
	return VR_DROP_NONE;
}

/* What is known of the whole packet; what its Ethernet header was stays known. */
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
 * vr_defrag() - collects the fragments of a packet
 * @defrag: of the vif that they come from or go to, for that direction
 * @skb: a fragment; taken
 * @pkt: about it; then about the whole packet, which counts as its fragments do
 *
 * Context: softirq or BH disabled; RCU read lock.
 * Return: the whole packet, or NULL when it isn't whole or was dropped.
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
	/* It may be gone before the fragment is. */
	skb->dev = NULL;
	spin_lock(&defrag->lock);
	reason = defrag_collect(defrag, skb, pkt, &whole);
	spin_unlock(&defrag->lock);
	if (reason != VR_DROP_NONE)
		vr_pkt_drop_at(pkt, defrag->vif, skb, 1, reason);
	return whole ? finish(defrag, whole, pkt, dev) : NULL;
}

/* As softirqs do, in which everything else here runs. */
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

/** vr_defrag_init() - for a new vif */
void vr_defrag_init(struct vr_defrag *defrag, struct vr_vif *vif)
{
	defrag->vif = vif;
	spin_lock_init(&defrag->lock);
	defrag->queues = RB_ROOT;
	INIT_LIST_HEAD(&defrag->ages);
	INIT_DELAYED_WORK(&defrag->work, defrag_expire);
}

/**
 * vr_defrag_exit() - lets go of what waits at a vif that goes
 * @defrag: stays, closed, for packets that are on their way
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
 * vr_defrag_put() - writes how it goes as a nest of the attribute set "frags"
 * @msg: reply
 * @attr: number of the nest
 * @defrag: of a vif
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
