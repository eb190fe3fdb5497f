// SPDX-License-Identifier: GPL-2.0
/*
 * Dry runs: the packets of a trace request pass through the module, one after another, without
 * leaving it. They pass under vn->lock, so that all stages report on the same configuration.
 */
#include <linux/bottom_half.h>
#include <linux/etherdevice.h>
#include <net/netfilter/nf_conntrack_core.h>
#include <net/netfilter/nf_conntrack_zones.h>

#include "core/dryrun.h"
#include "core/netlink.h"
#include "core/object.h"
#include "core/packet.h"
#include "dryrun/run.h"
#include "objects/tunnel.h"
#include "objects/vif.h"
#include "path/input.h"
#include "policy/track.h"
#include "underlay/decap.h"

/* Bytes for the stages of each packet; RESULT_ROOM has room for the packet's result, too. */
#define RESULT_MAX 14000
#define RESULT_ROOM (RESULT_MAX + 600)

#define P(name) VROUTER_A_TRACE_PACKET_##name

/**
 * struct entry - a packet of a request, and how it comes in
 * @vif: vif that it comes from, or NULL
 * @from: how it comes from a tunnel, if it does
 * @id: VNI, key or label that identifies its network in the tunnel's header
 * @skb: the packet
 */
struct entry {
	struct vr_vif *vif;
	struct vr_from from;
	u32 id;
	struct sk_buff *skb;
};

static int dryrun_refuse_missing(struct netlink_ext_ack *extack, struct nlattr *nest, int attr,
				 const char *what)
{
	NL_SET_ERR_ATTR_MISS(extack, nest, attr);
	return vr_nl_err(extack, nest, -EINVAL, "%s is missing", what);
}

static int read_vif(struct vr_net *vn, struct entry *entry, struct nlattr **tb,
		    struct netlink_ext_ack *extack)
{
	static const u16 others[] = { P(REMOTE), P(VNI), P(KEY), P(LABEL), P(TOS), P(PAYLOAD) };
	struct vr_object *obj;
	unsigned int i;

	obj = vr_object_ref(vn, VR_KIND_VIF, tb[P(VIF_ID)], tb[P(VIF_NAME)], extack);
	if (IS_ERR(obj))
		return PTR_ERR(obj);
	for (i = 0; i < ARRAY_SIZE(others); i++)
		if (tb[others[i]])
			return vr_nl_err(extack, tb[others[i]], -EINVAL,
					 "that is of packets that come from a tunnel, not from a vif");
	entry->vif = vr_to_vif(obj);
	return 0;
}

static int read_remote(struct entry *entry, const struct vr_tunnel_conf *conf,
		       struct nlattr *attr, struct netlink_ext_ack *extack)
{
	int err = vr_nl_addr(attr, &entry->from.remote, extack);

	if (err || entry->from.remote.family == conf->local.family)
		return err;
	return vr_nl_err(extack, attr, -EAFNOSUPPORT, "the tunnel's addresses are IPv%c",
			 conf->local.family == AF_INET ? '4' : '6');
}

/* Reads the VNI, key or label of a packet, whichever the tunnel's encapsulation has. */
static int read_id(struct entry *entry, const struct vr_encap_ops *ops, struct nlattr **tb,
		   struct nlattr *nest, struct netlink_ext_ack *extack)
{
	static const struct {
		u16 attr;
		const char *noun;
	} kinds[] = {
		[VR_ID_VNI] = { P(VNI), "vni" },
		[VR_ID_KEY] = { P(KEY), "key" },
		[VR_ID_LABEL] = { P(LABEL), "label" },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++)
		if (tb[kinds[i].attr] && i != ops->id)
			return vr_nl_err(extack, tb[kinds[i].attr], -EINVAL,
					 "packets of %s have a %s, not a %s", ops->name,
					 kinds[ops->id].noun, kinds[i].noun);
	if (!tb[kinds[ops->id].attr])
		return dryrun_refuse_missing(extack, nest, kinds[ops->id].attr,
					     kinds[ops->id].noun);
	entry->id = nla_get_u32(tb[kinds[ops->id].attr]);
	if (entry->id <= (ops->id == VR_ID_VNI ? VROUTER_VNI_MAX :
			  ops->id == VR_ID_KEY ? U32_MAX : VROUTER_LABEL_MAX))
		return 0;
	return vr_nl_err(extack, tb[kinds[ops->id].attr], -ERANGE,
			 "a %s of %u does not fit into the header", kinds[ops->id].noun, entry->id);
}

static int dryrun_read_payload(struct entry *entry, const struct vr_encap_ops *ops,
			       struct nlattr *attr, struct netlink_ext_ack *extack)
{
	entry->from.l3 = attr && nla_get_u32(attr) == VROUTER_PAYLOAD_L3;
	if (!entry->from.l3 || ops->l3)
		return 0;
	return vr_nl_err(extack, attr, -EINVAL, "%s carries Ethernet frames only", ops->name);
}

static int read_tunnel(struct vr_net *vn, struct entry *entry, struct nlattr **tb,
		       struct nlattr *nest, struct netlink_ext_ack *extack)
{
	const struct vr_tunnel_conf *conf;
	struct vr_object *obj;
	int err;

	obj = vr_object_ref(vn, VR_KIND_TUNNEL, tb[P(TUNNEL_ID)], tb[P(TUNNEL_NAME)], extack);
	if (IS_ERR(obj))
		return PTR_ERR(obj);
	entry->from.tunnel = vr_to_tunnel(obj);
	conf = vr_deref(vn, entry->from.tunnel->conf);
	if (!tb[P(REMOTE)])
		return dryrun_refuse_missing(extack, nest, P(REMOTE),
					     "the remote address that it comes from");
	err = read_remote(entry, conf, tb[P(REMOTE)], extack);
	if (!err)
		err = read_id(entry, conf->ops, tb, nest, extack);
	if (!err)
		err = dryrun_read_payload(entry, conf->ops, tb[P(PAYLOAD)], extack);
	if (tb[P(TOS)])
		entry->from.tos = nla_get_u8(tb[P(TOS)]);
	return err;
}

static int read_source(struct vr_net *vn, struct entry *entry, struct nlattr **tb,
		       struct nlattr *nest, struct netlink_ext_ack *extack)
{
	struct nlattr *vif = tb[P(VIF_ID)] ? tb[P(VIF_ID)] : tb[P(VIF_NAME)];
	struct nlattr *tunnel = tb[P(TUNNEL_ID)] ? tb[P(TUNNEL_ID)] : tb[P(TUNNEL_NAME)];

	if (vif && tunnel)
		return vr_nl_err(extack, tunnel, -EINVAL,
				 "a packet comes from a vif or from a tunnel, not from both");
	if (!vif && !tunnel)
		return dryrun_refuse_missing(extack, nest, P(VIF_ID),
					     "the vif or the tunnel that the packet comes from");
	return vif ? read_vif(vn, entry, tb, extack) : read_tunnel(vn, entry, tb, nest, extack);
}

/* Makes an skb as a device would pass it on: without state other than the packet's contents. */
static struct sk_buff *make_skb(const struct entry *entry, const struct nlattr *frame)
{
	unsigned int len = nla_len(frame), head = entry->from.l3 ? 0 : ETH_HLEN;
	struct sk_buff *skb = alloc_skb(VR_HEADROOM + ETH_HLEN + len, GFP_KERNEL);

	if (!skb)
		return NULL;
	skb_reserve(skb, VR_HEADROOM + ETH_HLEN - head);
	skb_put_data(skb, nla_data(frame), len);
	skb_reset_mac_header(skb);
	skb->protocol = head ? eth_hdr(skb)->h_proto :
			htons(skb->data[0] >> 4 == 6 ? ETH_P_IPV6 : ETH_P_IP);
	__skb_pull(skb, head);
	skb_reset_network_header(skb);
	return skb;
}

static int read_frame(struct vr_net *vn, struct entry *entry, struct nlattr *frame,
		      struct nlattr *nest, struct netlink_ext_ack *extack)
{
	unsigned int least = entry->from.l3 ? 1 : ETH_HLEN;

	if (!frame)
		return dryrun_refuse_missing(extack, nest, P(FRAME), "the packet itself");
	if (nla_len(frame) < least)
		return vr_nl_err(extack, frame, -EINVAL, "%d bytes are no %s", nla_len(frame),
				 entry->from.l3 ? "packet" : "Ethernet frame");
	if (nla_len(frame) > VROUTER_TRACE_FRAME_MAX)
		return vr_nl_err(extack, frame, -E2BIG,
				 "a frame of %d bytes is too long: at most %u",
				 nla_len(frame), VROUTER_TRACE_FRAME_MAX);
	entry->skb = make_skb(entry, frame);
	if (!entry->skb)
		return -ENOMEM;
	entry->skb->dev = entry->vif ? entry->vif->dev : vn->net->loopback_dev;
	return 0;
}

static int read_entry(struct vr_net *vn, struct entry *entry, struct nlattr *nest,
		      struct netlink_ext_ack *extack)
{
	struct nlattr *tb[P(MAX) + 1];
	int err;

	err = nla_parse_nested(tb, P(MAX), nest, vrouter_trace_packet_nl_policy, extack);
	if (!err)
		err = read_source(vn, entry, tb, nest, extack);
	return err ? err : read_frame(vn, entry, tb[P(FRAME)], nest, extack);
}

/* Counts the packets before they are read, so that a request with too many costs nothing. */
static int count_packets(const struct genl_info *info)
{
	struct nlattr *attr;
	int rem, count = 0;

	nlmsg_for_each_attr(attr, info->nlhdr, GENL_HDRLEN, rem) {
		if (nla_type(attr) == VROUTER_A_TRACE_PACKET &&
		    ++count > VROUTER_TRACE_PACKETS_MAX)
			return vr_nl_err(info->extack, attr, -E2BIG,
					 "a trace has at most %u packets",
					 VROUTER_TRACE_PACKETS_MAX);
	}
	if (count)
		return count;
	return dryrun_refuse_missing(info->extack, NULL, VROUTER_A_TRACE_PACKET, "a packet");
}

static int read_entries(struct vr_net *vn, struct entry *entries, struct genl_info *info)
{
	struct nlattr *attr;
	int rem, err;

	nlmsg_for_each_attr(attr, info->nlhdr, GENL_HDRLEN, rem) {
		if (nla_type(attr) != VROUTER_A_TRACE_PACKET)
			continue;
		err = read_entry(vn, entries++, attr, info->extack);
		if (err)
			return err;
	}
	return 0;
}

/* Runs a packet and frees it. Nothing of it leaves the module. */
static void run(struct vr_trace *trace, struct entry *entry)
{
	struct sk_buff *skb = entry->skb;

	entry->skb = NULL;
	trace->left_out = 0;
	trace->outputs = 0;
	trace->answered = false;
	trace->waits = false;
	trace->reason = VR_DROP_NONE;
	trace->limit = trace->msg->len + RESULT_MAX;
	local_bh_disable();
	rcu_read_lock();
	this_cpu_write(vr_trace_here, trace);
	if (entry->vif)
		vr_vif_receive(entry->vif, skb);
	else
		vr_decap_dry(&entry->from, entry->id, skb);
	this_cpu_write(vr_trace_here, NULL);
	rcu_read_unlock();
	local_bh_enable();
}

static u32 verdict(const struct vr_trace *trace)
{
	if (trace->outputs)
		return VROUTER_TRACE_VERDICT_FORWARD;
	if (trace->waits)
		return VROUTER_TRACE_VERDICT_WAIT;
	if (trace->reason == VR_DROP_NONE)
		return VROUTER_TRACE_VERDICT_FORWARD;
	switch (trace->reason) {
	case VR_DROP_REJECT:
	case VR_DROP_RULE_REJECT:
	case VR_DROP_ACL_REJECT:
		return VROUTER_TRACE_VERDICT_REJECT;
	default:
		return VROUTER_TRACE_VERDICT_DROP;
	}
}

static int put_result(struct vr_trace *trace)
{
	struct sk_buff *msg = trace->msg;
	u32 what = verdict(trace);

	if (nla_put_u32(msg, VROUTER_A_TRACE_RESULT_VERDICT, what) ||
	    nla_put_u32(msg, VROUTER_A_TRACE_RESULT_OUTPUTS, trace->outputs) ||
	    (trace->answered && nla_put_flag(msg, VROUTER_A_TRACE_RESULT_ANSWERED)) ||
	    (trace->left_out &&
	     nla_put_u32(msg, VROUTER_A_TRACE_RESULT_LEFT_OUT, trace->left_out)))
		return -EMSGSIZE;
	if (what == VROUTER_TRACE_VERDICT_FORWARD || what == VROUTER_TRACE_VERDICT_WAIT)
		return 0;
	return nla_put_string(msg, VROUTER_A_TRACE_RESULT_REASON,
			      vr_drop_name(trace->reason)) ||
	       nla_put_string(msg, VROUTER_A_TRACE_RESULT_HELP, vr_drop_help(trace->reason)) ?
	       -EMSGSIZE : 0;
}

static int run_entry(struct vr_trace *trace, struct entry *entry, struct genl_info *info)
{
	struct nlattr *nest = nla_nest_start(trace->msg, VROUTER_A_TRACE_RESULT);

	if (!nest)
		return -EMSGSIZE;
	run(trace, entry);
	if (trace->err)
		return vr_nl_err(info->extack, NULL, trace->err, "%s", trace->why);
	if (put_result(trace))
		return -EMSGSIZE;
	nla_nest_end(trace->msg, nest);
	return 0;
}

static int run_entries(struct vr_net *vn, struct vr_trace *trace, struct entry *entries,
		       int count, struct genl_info *info)
{
	int i, err = read_entries(vn, entries, info);

	if (!err)
		err = vr_track_dry_begin(trace);
	for (i = 0; !err && i < count; i++)
		err = run_entry(trace, &entries[i], info);
	vr_track_dry_end(trace);
	return err;
}

static int do_trace(struct vr_net *vn, struct vr_trace *trace, int count,
		    struct genl_info *info)
{
	struct entry entries[VROUTER_TRACE_PACKETS_MAX] = {};
	void *hdr = genlmsg_put_reply(trace->msg, info, &vr_nl_family, 0, VROUTER_CMD_TRACE);
	int i, err;

	if (!hdr)
		return -EMSGSIZE;
	mutex_lock(&vn->lock);
	err = run_entries(vn, trace, entries, count, info);
	mutex_unlock(&vn->lock);
	for (i = 0; i < count; i++)
		kfree_skb(entries[i].skb);
	genlmsg_end(trace->msg, hdr);
	return err;
}

int vrouter_nl_trace_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct vr_trace *trace;
	int err, count = count_packets(info);

	if (count < 0)
		return count;
	trace = kzalloc(sizeof(*trace), GFP_KERNEL);
	if (!trace)
		return -ENOMEM;
	trace->vn = vr_net(genl_info_net(info));
	trace->msg = genlmsg_new(count * RESULT_ROOM, GFP_KERNEL);
	err = trace->msg ? 0 : -ENOMEM;
	if (!err) {
		static_branch_deferred_inc(&vr_tracing);
		err = do_trace(trace->vn, trace, count, info);
		static_branch_slow_dec_deferred(&vr_tracing);
	}
	if (!err)
		err = genlmsg_reply(trace->msg, info);
	else
		nlmsg_free(trace->msg);
	kfree(trace);
	return err;
}

/** vr_trace_init() - makes dry runs possible */
void __init vr_trace_init(void)
{
	vr_trace_ops = &vr_trace_tell_ops;
}

/** vr_trace_exit() - the module is being unloaded; Context: no dry run is in progress */
void vr_trace_exit(void)
{
	static_key_deferred_flush(&vr_tracing);
}
