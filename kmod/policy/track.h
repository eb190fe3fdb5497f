/* SPDX-License-Identifier: GPL-2.0 */
/* Connection tracking of the VMs' packets, in the host's conntrack. */
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
 * struct vr_tracked - relation of a packet to its connection
 * @known: the packet has a connection; else it is of a kind that is not tracked
 * @related: the packet is an ICMP error about the connection
 * @expected: a helper expected the connection because of packets of its master connection
 * @reply: the packet goes against the direction of the first packet
 */
struct vr_tracked {
	bool known;
	bool related;
	bool expected;
	bool reply;
};

/**
 * struct vr_use - packets of a connection that bypassed conntrack
 * @packets: number of packets
 * @bytes: bytes of these packets, Ethernet headers included
 * @used: jiffies when the last of them came, truncated to 32 bits
 * @ack: the last TCP acknowledgment number, else 0
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
 * vr_track_usable() - checks whether packets of a connection may bypass conntrack
 * @ct: the connection, referenced
 *
 * Conntrack must see all packets of a TCP connection before it is established and once it
 * closes. Packets of a dying connection must not bypass conntrack either.
 */
static inline bool vr_track_usable(const struct nf_conn *ct)
{
	if (nf_ct_is_dying(ct))
		return false;
	return !vr_track_is_tcp(ct) ||
	       READ_ONCE(ct->proto.tcp.state) == TCP_CONNTRACK_ESTABLISHED;
}

#endif /* _VROUTER_TRACK_H */
