/* SPDX-License-Identifier: GPL-2.0 */
/* What a trace consists of, for those files that make it. */
#ifndef _VROUTER_RUN_H
#define _VROUTER_RUN_H

#include <net/netfilter/nf_conntrack.h>
#include <net/netfilter/nf_conntrack_helper.h>

#include "core/drop.h"
#include "core/vrouter.h"

struct vr_pkt;
struct vr_trace_ops;
struct vr_tracked;

/* One in each network that a packet may pass, for two packets. */
#define VR_TRACE_CONNECTIONS 10

/**
 * struct vr_trace_connection - what a traced packet would have made of a connection
 * @network: that it is in
 * @tuple: of the first packet, and of answers
 * @proto: how far it is
 * @status: IPS_*
 * @master: that it was expected by, referenced, or NULL
 * @helper: name of the helper that reads it, or empty
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
 * struct vr_trace_stand_in - a connection of a traced packet
 * @ct: it; not held, so that a later one may have its place
 * @master: what the connection that it stands for was expected by, referenced, or NULL
 * @helper: name of the helper of that, or empty
 *
 * It is none's child itself: the host's tracking acts on the master when a child is freed.
 */
struct vr_trace_stand_in {
	const struct nf_conn *ct;
	struct nf_conn *master;
	char helper[NF_CT_HELPER_NAME_LEN];
};

/**
 * struct vr_trace - packets that go through the module dry, one after another
 * @vn: the namespace
 * @msg: reply, which the stages write what they saw to
 * @limit: length that @msg may have while the stages of a packet are written
 * @left_out: stages of the packet that did not fit
 * @originated: how deep the router's own packets are nested in it
 * @outputs: how many packets left
 * @answered: the router said something
 * @waits: a fragment would wait for others
 * @reason: why the packet was dropped last, or VR_DROP_NONE
 * @zone: of connection tracking, in which no packet has connections, or 0
 * @template: names @zone to the tracking
 * @connections: that these packets would have made
 * @count: of @connections
 * @stand_ins: connections that they have in @zone
 * @stand_in_count: of @stand_ins
 * @why: what kept the trace from being made, or NULL
 * @err: negative errno for that
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

/** vr_trace_fail() - there is something that a trace cannot tell; the first counts */
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
