// SPDX-License-Identifier: GPL-2.0
/*
 * Drop events that carry the beginning of the packet. The rate is limited for each reason at each
 * vif or network, so that a VM whose packets are all dropped neither costs much nor hides the
 * drops of others.
 */
#include <linux/etherdevice.h>
#include <linux/if_vlan.h>
#include <linux/slab.h>
#include <net/genetlink.h>

#include "core/drop_event.h"
#include "core/netlink.h"
#include "core/object.h"
#include "lib/rate.h"
#include "objects/network.h"
#include "objects/tunnel.h"
#include "objects/vif.h"
#include "policy/ruleset.h"
#include "policy/sg.h"

#define E(attr) VROUTER_A_DROP_EVENT_##attr

#define GAP (NSEC_PER_SEC / VROUTER_DROP_RATE)

/* Vifs and networks whose ids are the same modulo this share a limit. */
#define PLACES 16

struct limit {
	struct vr_rate rate;
	atomic64_t suppressed;	/* packets */
};

struct limits {
	struct limit place[PLACES];
};

/** struct vr_drop_limits - limits of each reason, allocated with the reason's first event */
struct vr_drop_limits {
	struct limits *of[VR_DROP_MAX];
};

/* Returns NULL if there is no memory. */
static struct limits *limits_of(struct vr_drop_limits *all, enum vr_drop reason)
{
	struct limits *now, *made, *limits = READ_ONCE(all->of[reason]);

	if (limits)
		return limits;
	made = kzalloc(sizeof(*made), GFP_ATOMIC | __GFP_NOWARN);
	if (!made)
		return NULL;
	now = cmpxchg(&all->of[reason], NULL, made);
	if (!now)
		return made;
	kfree(made);
	return now;
}

static struct limit *limit_of(const struct vr_dropped *dropped)
{
	struct limits *limits = limits_of(dropped->pkt->vn->drop_limits, dropped->reason);
	u32 id = 0;

	if (dropped->vif)
		id = dropped->vif->obj.id;
	else if (dropped->network)
		id = dropped->network->obj.id;
	return limits ? &limits->place[id % PLACES] : NULL;
}

/*
 * The functions that put attributes return true on failure. During a concurrent rename, the copy
 * of the name may mix both names, but it is terminated.
 */
static bool drop_event_put_object(struct sk_buff *msg, int id_attr, int name_attr,
				  const struct vr_object *obj)
{
	char name[VROUTER_NAME_MAX + 1];

	strscpy(name, vr_name(obj), sizeof(name));
	return nla_put_u32(msg, id_attr, obj->id) || nla_put_string(msg, name_attr, name);
}

/* The network and vif that the drop is counted at. */
static bool put_place(struct sk_buff *msg, const struct vr_dropped *dropped)
{
	const struct vr_network *network = dropped->network;
	const struct vr_vif *vif = dropped->vif;
	u32 direction = vif == dropped->pkt->vif ? VROUTER_DIRECTION_EGRESS :
						   VROUTER_DIRECTION_INGRESS;

	if (network && drop_event_put_object(msg, E(NETWORK_ID), E(NETWORK_NAME), &network->obj))
		return true;
	if (!vif)
		return false;
	return drop_event_put_object(msg, E(VIF_ID), E(VIF_NAME), &vif->obj) ||
	       nla_put_u32(msg, E(DIRECTION), direction);
}

/* How the packet came. */
static bool put_origin(struct sk_buff *msg, const struct vr_pkt *pkt)
{
	const struct vr_from *from = pkt->from;

	if (pkt->originated && nla_put_u8(msg, E(OWN), 1))
		return true;
	if (pkt->vif && drop_event_put_object(msg, E(FROM_VIF_ID), E(FROM_VIF_NAME),
					      &pkt->vif->obj))
		return true;
	if (!from)
		return false;
	return drop_event_put_object(msg, E(TUNNEL_ID), E(TUNNEL_NAME), &from->tunnel->obj) ||
	       vr_nl_put_addr(msg, E(REMOTE), &from->remote);
}

static bool drop_event_put_rule(struct sk_buff *msg, const struct vr_rule *rule)
{
	if (!rule)
		return false;
	return drop_event_put_object(msg, E(SG_ID), E(SG_NAME), &rule->sg->obj) ||
	       nla_put_u32(msg, E(RULE), READ_ONCE(rule->index));
}

/**
 * struct beginning - the part of a packet that an event carries
 * @start: offset from skb->data, usually negative
 * @length: length of the packet from @start on
 * @header: bytes in front of the network header
 * @tag: length of a VLAN tag that was removed from the packet's data, or 0
 */
struct beginning {
	int start;
	int length;
	u8 header;
	u8 tag;
};

/* Returns false if the packet's header offsets are not valid. */
static bool find_beginning(const struct sk_buff *skb, struct beginning *begin)
{
	bool framed = skb_mac_header_was_set(skb) &&
		      skb_network_offset(skb) - skb_mac_offset(skb) == ETH_HLEN;

	begin->start = framed ? skb_mac_offset(skb) : skb_network_offset(skb);
	begin->header = framed ? ETH_HLEN : 0;
	begin->tag = framed && skb_vlan_tag_present(skb) ? VLAN_HLEN : 0;
	begin->length = (int)skb->len - begin->start;
	return begin->start >= -(int)skb_headroom(skb) && begin->length >= begin->header;
}

static int copy_tag(const struct sk_buff *skb, const struct beginning *begin, u8 *to)
{
	struct vlan_ethhdr *eth = (struct vlan_ethhdr *)to;

	eth->h_vlan_proto = skb->vlan_proto;
	eth->h_vlan_TCI = htons(skb_vlan_tag_get(skb));
	return skb_copy_bits(skb, begin->start, to, 2 * ETH_ALEN);
}

static bool put_bytes(struct sk_buff *msg, const struct sk_buff *skb,
		      const struct beginning *begin)
{
	int length = min(begin->length + begin->tag, VROUTER_DROP_BYTES_MAX);
	int skip = begin->tag ? 2 * ETH_ALEN : 0;
	struct nlattr *attr = nla_reserve(msg, E(BYTES), length);
	u8 *to;

	if (!attr)
		return true;
	to = nla_data(attr);
	if (begin->tag && copy_tag(skb, begin, to))
		return true;
	return skb_copy_bits(skb, begin->start + skip, to + skip + begin->tag,
			     length - skip - begin->tag);
}

static bool put_packet(struct sk_buff *msg, const struct vr_dropped *dropped)
{
	struct beginning begin;

	if (!dropped->skb || !find_beginning(dropped->skb, &begin))
		return false;
	if (nla_put_u32(msg, E(LENGTH), begin.length + begin.tag) ||
	    nla_put_u8(msg, E(NETWORK_OFFSET), begin.header + begin.tag) ||
	    (dropped->pkt->outer && nla_put_u8(msg, E(OUTER), 1)))
		return true;
	return put_bytes(msg, dropped->skb, &begin);
}

static bool drop_event_fill(struct sk_buff *msg, const struct vr_dropped *dropped, u64 suppressed)
{
	if (nla_put_u64_64bit(msg, E(TIME), ktime_get_real_ns(), E(PAD)) ||
	    nla_put_u32(msg, E(REASON), dropped->reason) ||
	    nla_put_string(msg, E(NAME), vr_drop_name(dropped->reason)) ||
	    nla_put_u32(msg, E(PACKETS), dropped->packets) ||
	    (suppressed && nla_put_u64_64bit(msg, E(SUPPRESSED), suppressed, E(PAD))))
		return true;
	return put_place(msg, dropped) || put_origin(msg, dropped->pkt) ||
	       drop_event_put_rule(msg, dropped->pkt->rule) || put_packet(msg, dropped);
}

/* The maximum size of what drop_event_fill() puts. */
static size_t message_size(void)
{
	return 2 * nla_total_size_64bit(sizeof(u64)) + 5 * nla_total_size(sizeof(u32)) +
	       3 * nla_total_size(sizeof(u8)) + nla_total_size(VROUTER_NAME_MAX + 1) +
	       5 * (nla_total_size(sizeof(u32)) + nla_total_size(VROUTER_NAME_MAX + 1)) +
	       nla_total_size(sizeof(struct in6_addr)) + nla_total_size(VROUTER_DROP_BYTES_MAX);
}

/* Returns NULL if there is no memory. */
static struct sk_buff *make_message(const struct vr_dropped *dropped, u64 suppressed)
{
	struct sk_buff *msg = genlmsg_new(message_size(), GFP_ATOMIC | __GFP_NOWARN);
	void *hdr;

	if (!msg)
		return NULL;
	hdr = genlmsg_put(msg, 0, 0, &vr_nl_family, 0, VROUTER_CMD_DROP_NTF);
	if (!hdr || drop_event_fill(msg, dropped, suppressed)) {
		nlmsg_free(msg);
		return NULL;
	}
	genlmsg_end(msg, hdr);
	return msg;
}

/**
 * vr_drop_event() - sends a drop event, unless the rate limit is reached
 * @dropped: about the packets
 *
 * Packets without an event are counted; the next event under the same limit has the count.
 *
 * Context: softirq or BH disabled; RCU read lock.
 */
void vr_drop_event(const struct vr_dropped *dropped)
{
	struct limit *limit = limit_of(dropped);
	struct sk_buff *msg;
	u64 suppressed;

	if (!limit)
		return;
	if (!vr_rate_take(&limit->rate, ktime_get_ns(), GAP, VROUTER_DROP_BURST * GAP)) {
		atomic64_add(dropped->packets, &limit->suppressed);
		return;
	}
	suppressed = atomic64_xchg(&limit->suppressed, 0);
	msg = make_message(dropped, suppressed);
	if (msg)
		genlmsg_multicast_netns(&vr_nl_family, dropped->pkt->vn->net, msg, 0,
					VROUTER_NLGRP_DROPS, GFP_ATOMIC);
	else
		atomic64_add(suppressed + dropped->packets, &limit->suppressed);
}

/** vr_drop_events_init() - prepares a namespace; returns 0 or -ENOMEM */
int vr_drop_events_init(struct vr_net *vn)
{
	vn->drop_limits = kzalloc(sizeof(*vn->drop_limits), VR_GFP_ACCOUNT);
	return vn->drop_limits ? 0 : -ENOMEM;
}

/** vr_drop_events_exit() - undoes vr_drop_events_init(); no more packets are processed */
void vr_drop_events_exit(struct vr_net *vn)
{
	int reason;

	for (reason = 0; reason < VR_DROP_MAX; reason++)
		kfree(vn->drop_limits->of[reason]);
	kfree(vn->drop_limits);
}
