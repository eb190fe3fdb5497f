/* SPDX-License-Identifier: GPL-2.0 */
/* Connections of the VMs, in the host's connection tracking. */
#ifndef _VROUTER_TRACK_H
#define _VROUTER_TRACK_H

#include <linux/skbuff.h>
#include <net/netfilter/nf_conntrack.h>

#include "core/drop.h"
#include "core/packet.h"
#include "core/vrouter.h"
#include "policy/classify.h"

struct genl_info;
struct nf_conntrack_tuple;
struct vr_rule;
struct vr_sg;

/**
 * struct vr_tracked - what connection a packet is of
 * @known: it is of one; else the packet is of a kind that has none
 * @related: an ICMP error about the connection
 * @expected: a helper expected the connection, because of what was said in another one
 * @reply: it goes against the direction of the first packet
 */
struct vr_tracked {
	bool known;
	bool related;
	bool expected;
	bool reply;
};

/**
 * struct vr_use - packets that were not tracked
 * @packets: how many
 * @bytes: of these, from their Ethernet headers on
 * @used: jiffies when the last of them came, the low bits
 * @ack: what it acknowledges, of TCP, else 0
 */
struct vr_use {
	u64 packets;
	u64 bytes;
	u32 used;
	__be32 ack;
};

enum vr_drop vr_track(struct sk_buff *skb, struct vr_pkt *pkt, const struct vr_vif *vif,
		      struct vr_tracked *tracked, struct vr_tuple *tuple);
bool vr_track_help(struct sk_buff *skb, const struct vr_rule *rule);
enum vr_drop vr_track_confirm(struct sk_buff *skb, struct vr_pkt *pkt);
void vr_track_forget(struct vr_pkt *pkt);

bool vr_track_dry_knows(const struct vr_network *network,
			const struct nf_conntrack_tuple *tuple);
const struct nf_conn *vr_track_dry_master(const struct nf_conn *ct);
enum vr_drop vr_track_dry(struct sk_buff *skb, struct vr_pkt *pkt);
void vr_track_dry_confirm(struct sk_buff *skb, const struct vr_pkt *pkt,
			  const struct vr_network *network);
u32 vr_track_state(const struct nf_conn *ct, u32 ctinfo);

void vr_track_hold(struct nf_conn *ct);
void vr_track_put(struct nf_conn *ct);
bool vr_track_replied(const struct nf_conn *ct);
void vr_track_bypass(struct nf_conn *ct);
void vr_track_return(struct nf_conn *ct);
void vr_track_believe(struct nf_conn *ct);
u32 vr_track_timeout(const struct nf_conn *ct);
void vr_track_used(struct nf_conn *ct, u32 dir, const struct vr_use *use, u32 timeout);

void vr_track_init(struct vr_net *vn);
int vr_track_attach(struct vr_network *network, u16 zone, struct genl_info *info);
void vr_track_detach(struct vr_network *network);
void vr_track_free(struct vr_network *network);
struct nf_conn *vr_track_template(struct vr_net *vn, int id);
int vr_track_spare_zone(struct vr_net *vn);
void vr_track_flush(const struct vr_network *network);
const struct vr_network *vr_track_lacking(const struct vr_sg *sg);

static inline bool vr_track_is_tcp(const struct nf_conn *ct)
{
	return nf_ct_protonum(ct) == IPPROTO_TCP;
}

/**
 * vr_track_usable() - may packets of a connection go on without being tracked?
 * @ct: held
 *
 * Not once it ends: then the tracker must see what they say, and so it must before a TCP
 * connection is open.
 */
static inline bool vr_track_usable(const struct nf_conn *ct)
{
	if (nf_ct_is_dying(ct))
		return false;
	return !vr_track_is_tcp(ct) ||
	       READ_ONCE(ct->proto.tcp.state) == TCP_CONNTRACK_ESTABLISHED;
}

#endif /* _VROUTER_TRACK_H */
