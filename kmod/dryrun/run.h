/* SPDX-License-Identifier: GPL-2.0 */
/* The state of a dry run, for the files that implement it. */
#ifndef _VROUTER_RUN_H
#define _VROUTER_RUN_H

#include <net/netfilter/nf_conntrack.h>
#include <net/netfilter/nf_conntrack_helper.h>

#include "core/drop.h"
#include "core/vrouter.h"

struct vr_pkt;
struct vr_trace_ops;
struct vr_tracked;

/* For two packets, one connection in each network that a packet may pass. */
#define VR_TRACE_CONNECTIONS 10

/**
 * struct vr_trace_connection - a connection that a packet of a dry run would have made or changed
 * @network: network that it is in
 * @tuple: of the original direction and of the replies
 * @proto: protocol state
 * @status: IPS_*
 * @master: master connection that it was expected by, referenced, or NULL
 * @helper: name of its helper, or empty
 */
struct vr_trace_connection {
	const struct vr_network *network;
	struct nf_conntrack_tuple tuple[IP_CT_DIR_MAX];
	union nf_conntrack_proto proto;
	unsigned long status;
	struct nf_conn *master;
	char helper[NF_CT_HELPER_NAME_LEN];
};

/**
 * struct vr_trace_stand_in - a tracked connection that stands in for the connection of a packet
 * @ct: it; not held, so a later one may have the same address
 * @master: master of the connection that it stands in for, referenced, or NULL
 * @helper: name of the helper of that connection, or empty
 *
 * @ct itself has no master: the host's tracking changes the master when a child is freed.
 */
struct vr_trace_stand_in {
	const struct nf_conn *ct;
	struct nf_conn *master;
	char helper[NF_CT_HELPER_NAME_LEN];
};

/**
 * struct vr_trace - a dry run: packets pass through the module one after another
 * @vn: the namespace
 * @msg: reply, which the stages write to
 * @limit: maximum length of @msg while the stages of a packet are written
 * @left_out: number of the packet's stages that did not fit
 * @originated: nesting depth of originated packets
 * @outputs: number of packets that left
 * @answered: the router originated an answer
 * @waits: a fragment would wait for the other fragments
 * @reason: why the packet was last dropped, or VR_DROP_NONE
 * @zone: connection tracking zone in which no other packet has connections, or 0
 * @template: conntrack template for @zone
 * @connections: connections that the packets would have made
 * @count: length of @connections
 * @stand_ins: connections of the packets in @zone
 * @stand_in_count: length of @stand_ins
 * @why: why the dry run failed, or NULL
 * @err: negative errno of the failure, or 0
 */
struct vr_trace {
	struct vr_net *vn;
	struct sk_buff *msg;
	unsigned int limit;
	u32 left_out;
	u32 originated;
	u32 outputs;
	bool answered;
	bool waits;
	enum vr_drop reason;
	int zone;
	struct nf_conn *template;
	struct vr_trace_connection connections[VR_TRACE_CONNECTIONS];
	unsigned int count;
	struct vr_trace_stand_in stand_ins[VR_TRACE_CONNECTIONS];
	unsigned int stand_in_count;
	const char *why;
	int err;
};

/** vr_trace_fail() - fails the dry run, unless it has failed before */
static inline void vr_trace_fail(struct vr_trace *trace, int err, const char *why)
{
	if (trace->err)
		return;
	trace->err = err;
	trace->why = why;
}

extern const struct vr_trace_ops vr_trace_tell_ops;

int vr_track_dry_begin(struct vr_trace *trace);
void vr_track_dry_end(struct vr_trace *trace);

#endif /* _VROUTER_RUN_H */
