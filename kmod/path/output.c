// SPDX-License-Identifier: GPL-2.0
/* The last stage: out of a vif or into a tunnel. */
#include <linux/netdevice.h>
#include <net/dst.h>

#include "fib/hostdev.h"
#include "fib/nexthop.h"
#include "lib/stats.h"
#include "objects/network.h"
#include "objects/tunnel.h"
#include "objects/vif.h"
#include "path/fragment.h"
#include "path/icmp.h"
#include "path/mss.h"
#include "path/mtu.h"
#include "path/output.h"
#include "path/reject.h"
#include "path/segment.h"
#include "policy/policer.h"
#include "policy/policy.h"
#include "policy/recorder.h"
#include "policy/track.h"
#include "underlay/encap.h"
#include "underlay/outer.h"

/*
 * Maximum nesting of tunnels: the underlay's route may lead into a device of type vrouter, and so
 * into the module again on the same stack.
 */
#define DEPTH_MAX 2

static DEFINE_PER_CPU(unsigned int, depth);

/**
 * vr_vif_transmit() - passes a packet to a vif's device, without policy
 * @vif: the vif
 * @skb: skb->data at the network header; taken
 * @pkt: about it; what it counts as
 *
 * Context: softirq or BH disabled; RCU read lock.
 * Return: did the device take it?
 */
bool vr_vif_transmit(struct vr_vif *vif, struct sk_buff *skb, const struct vr_pkt *pkt)
{
	int err;

	if (!vr_vif_is_up(vif)) {
		vr_pkt_drop_at(pkt, vif, skb, pkt->packets, VR_DROP_VIF_DOWN);
		return false;
	}
	if (vr_hostdev_is(vif->dev) && vr_hostdev_refuses(vif->dev, pkt)) {
		vr_pkt_drop_at(pkt, vif, skb, pkt->packets, VR_DROP_HOST_REDIRECT);
		return false;
	}
	if (vr_trace_on())
		return vr_trace_output(vif, skb);
	/* The receiver may keep the packet indefinitely: stop charging the sender's socket. */
	skb_orphan(skb);
	skb_forward_csum(skb);
	skb->dev = vif->dev;
	__skb_push(skb, ETH_HLEN);
	err = vr_hostdev_is(vif->dev) ? vr_hostdev_receive(vif, skb) : dev_queue_xmit(skb);
	if (net_xmit_eval(err)) {
		vr_pkt_drop_count(pkt, vif, NULL, pkt->packets, VR_DROP_QUEUE_FULL);
		return false;
	}
	vr_stats_tx(vif->stats, pkt->packets, pkt->bytes);
	vr_stats_tx(vif->network->stats, pkt->packets, pkt->bytes);
	return true;
}

static bool output_to_vif(struct sk_buff *skb, struct vr_pkt *pkt, void *to)
{
	return vr_vif_output(skb, pkt, to);
}

/* Clamps the MSS of TCP connections, if the packet's network says so. */
static void clamp_mss(struct sk_buff *skb, const struct vr_pkt *pkt, int mtu)
{
	if (READ_ONCE(pkt->network->mss_clamp))
		vr_mss_clamp(skb, pkt, min_t(int, mtu, READ_ONCE(pkt->network->mtu)));
}

/* Reassembles a fragment for the policy, unless policy has accepted the packet already. */
static struct sk_buff *gather(struct sk_buff *skb, struct vr_pkt *pkt, struct vr_vif *vif)
{
	return pkt->accepted == vif ? skb :
	       vr_policy_gather(skb, pkt, vif, VROUTER_DIRECTION_INGRESS);
}

/* Asks the policy once: the parts that a packet is split into are accepted with it. */
static enum vr_drop accept(struct sk_buff *skb, struct vr_pkt *pkt, const struct vr_vif *vif)
{
	enum vr_drop reason;

	if (pkt->accepted == vif)
		return VR_DROP_NONE;
	reason = vr_policy_check(skb, pkt, vif, VROUTER_DIRECTION_INGRESS);
	if (reason == VR_DROP_NONE)
		pkt->accepted = vif;
	return reason;
}

/* Does a packet exceed what its VM may receive? A device that is down receives nothing. */
static bool output_exceeds(const struct vr_vif *vif, const struct vr_pkt *pkt)
{
	const struct vr_policer *policer = rcu_dereference(vif->egress_policer);

	return policer && vr_vif_is_up(vif) && !vr_policer_allows(policer, pkt);
}

/*
 * Confirms the packet's connection once nothing can stop the packet any more; for a packet that is
 * too big, only if it may be fragmented. The recorded decision is then complete, unless the packet
 * is too big or leaves in fragments: later packets of the flow may be smaller.
 */
static inline enum vr_drop output_begin(struct sk_buff *skb, struct vr_pkt *pkt, bool too_big)
{
	enum vr_drop reason = VR_DROP_NONE;

	if (!too_big || vr_may_split(pkt))
		reason = vr_track_confirm(skb, pkt);
	if (pkt->recorder && reason == VR_DROP_NONE) {
		pkt->recorder->in_parts = too_big || pkt->frag_max;
		pkt->recorder->complete = !pkt->recorder->in_parts;
	}
	return reason;
}

/* Does a packet cost more than the bucket of a policer that other vifs share? */
static bool output_overdraws(const struct vr_vif *vif, const struct vr_pkt *pkt)
{
	const struct vr_policer *policer = rcu_dereference(vif->egress_policer);

	return policer && vr_policer_overdrawn(policer, pkt);
}

/* Each segment is charged separately; they share one connection. */
static bool send_segments(struct sk_buff *skb, struct vr_pkt *pkt, struct vr_vif *vif)
{
	enum vr_drop reason = vr_track_confirm(skb, pkt);

	if (pkt->recorder)
		pkt->recorder->in_parts = true;
	if (reason == VR_DROP_NONE)
		return vr_segment(skb, pkt, output_to_vif, vif);
	vr_pkt_drop_at(pkt, vif, skb, pkt->packets, reason);
	return false;
}

static bool output_send(struct sk_buff *skb, struct vr_pkt *pkt, struct vr_vif *vif)
{
	enum vr_drop reason = accept(skb, pkt, vif);
	int mtu = vr_vif_mtu(vif);
	bool too_big = vr_mtu_exceeded(skb, pkt, mtu);

	if (unlikely(reason == VR_DROP_NONE && skb_is_gso(skb) && !too_big &&
		     output_overdraws(vif, pkt)))
		return send_segments(skb, pkt, vif);

	if (reason == VR_DROP_NONE && !too_big && !pkt->frag_max && output_exceeds(vif, pkt)) {
		vr_pkt_drop_at(pkt, vif, skb, pkt->packets, VR_DROP_POLICED);
		return false;
	}
	if (reason == VR_DROP_NONE)
		reason = output_begin(skb, pkt, too_big);
	if (unlikely(reason != VR_DROP_NONE)) {
		vr_reject(skb, pkt, reason);
		vr_pkt_drop_at(pkt, vif, skb, pkt->packets, reason);
		return false;
	}
	if (unlikely(too_big))
		return vr_too_big(skb, pkt, vif, mtu, output_to_vif, vif);
	if (unlikely(pkt->frag_max))
		return vr_refragment(skb, pkt, output_to_vif, vif);
	clamp_mss(skb, pkt, mtu);
	return vr_vif_transmit(vif, skb, pkt);
}

/**
 * vr_vif_output() - sends a packet to a VM if policy allows it and it fits
 * @skb: the packet, its Ethernet header final; taken
 * @pkt: about it
 * @vif: the VM's vif
 *
 * Context: softirq or BH disabled; RCU read lock.
 * Return: did it leave?
 */
bool vr_vif_output(struct sk_buff *skb, struct vr_pkt *pkt, struct vr_vif *vif)
{
	bool sent;

	if (unlikely(pkt->fragment)) {
		skb = gather(skb, pkt, vif);
		if (!skb)
			return false;
	}
	sent = output_send(skb, pkt, vif);
	vr_track_forget(pkt);
	return sent;
}

static bool output_to_tunnel(struct sk_buff *skb, struct vr_pkt *pkt, void *to)
{
	return vr_tunnel_output(skb, pkt, to);
}

/* Hardware cannot add another encapsulation to packets of other types. */
#define GSO_TYPES (SKB_GSO_TCPV4 | SKB_GSO_TCPV6 | SKB_GSO_TCP_ECN | \
		   SKB_GSO_TCP_ACCECN | SKB_GSO_TCP_FIXEDID | SKB_GSO_UDP_L4 | SKB_GSO_DODGY)

static bool must_segment(const struct sk_buff *skb)
{
	return skb_is_gso(skb) &&
	       (skb->encapsulation || skb_shinfo(skb)->gso_type & ~GSO_TYPES);
}

/*
 * Fills in checksums that the hardware cannot reach behind outer headers: those in packets that a
 * VM encapsulated, and the CRC of SCTP.
 */
static bool settle_inner_checksum(struct sk_buff *skb)
{
	if (skb->ip_summed == CHECKSUM_PARTIAL &&
	    (skb->encapsulation || skb_csum_is_sctp(skb)) && skb_csum_hwoffload_help(skb, 0))
		return false;
	if (!skb_is_gso(skb))
		skb->encapsulation = 0;
	return true;
}

/* Sends a packet into the tunnel. All checks have passed and it fits. */
static bool encapsulate(struct sk_buff *skb, struct vr_pkt *pkt, struct vr_tunnel *tunnel,
			const struct vr_tunnel_conf *conf, struct vr_outer *outer, u32 id)
{
	bool sent;

	skb_forward_csum(skb);
	vr_outer_hash(skb, pkt);
	if (pkt->recorder)
		pkt->recorder->hash = skb->hash;
	if (vr_trace_on())
		return vr_trace_encap(skb, pkt, tunnel, conf, outer, id);
	if (!outer->l3)
		__skb_push(skb, ETH_HLEN);
	__this_cpu_inc(depth);
	sent = conf->ops->xmit(skb, pkt, conf, outer, id);
	__this_cpu_dec(depth);
	if (!sent)
		return false;
	vr_stats_tx(tunnel->stats, pkt->packets, pkt->bytes);
	vr_stats_tx(pkt->network->stats, pkt->packets, pkt->bytes);
	return true;
}

/*
 * The VNI, key or label that identifies the network in the encapsulation's header; 0 if none is
 * set.
 */
static u32 outer_id(const struct vr_pkt *pkt, const struct vr_tunnel_conf *conf,
		    const struct vr_nexthop_info *info)
{
	if (conf->ops->id == VR_ID_LABEL)
		return info->label;
	if (info->vni || info->key)
		return info->vni ? info->vni : info->key;
	if (conf->ops->id == VR_ID_KEY && READ_ONCE(pkt->network->key))
		return READ_ONCE(pkt->network->key);
	return READ_ONCE(pkt->network->vni);
}

/**
 * vr_tunnel_output() - sends a packet to a remote end if it fits
 * @skb: the packet, its Ethernet header final; taken
 * @pkt: about it
 * @info: of a next hop of type tunnel
 *
 * Context: softirq or BH disabled; RCU read lock.
 * Return: did it leave?
 */
bool vr_tunnel_output(struct sk_buff *skb, struct vr_pkt *pkt,
		      struct vr_nexthop_info *info)
{
	struct vr_tunnel_conf *conf = rcu_dereference(info->tunnel->conf);
	struct vr_outer outer __uninitialized;
	enum vr_drop reason = VR_DROP_NONE;
	u32 id = outer_id(pkt, conf, info);
	bool too_big;
	int mtu;

	outer.l3 = pkt->l3;
	if (unlikely(must_segment(skb))) {
		if (pkt->recorder)
			pkt->recorder->in_parts = true;
		return vr_segment(skb, pkt, output_to_tunnel, info);
	}
	if (!id)
		reason = VR_DROP_NO_VNI;
	else if (!settle_inner_checksum(skb))
		reason = VR_DROP_NO_MEMORY;
	else if (__this_cpu_read(depth) >= DEPTH_MAX)
		reason = VR_DROP_TUNNEL_LOOP;
	else
		reason = vr_outer_route(conf, info, pkt, &outer);
	if (unlikely(reason != VR_DROP_NONE)) {
		vr_pkt_drop(pkt, skb, reason);
		return false;
	}

	mtu = min_t(int, vr_outer_mtu(conf, &outer), READ_ONCE(pkt->network->mtu));
	too_big = vr_mtu_exceeded(skb, pkt, mtu);
	reason = output_begin(skb, pkt, too_big);
	if (unlikely(too_big || reason != VR_DROP_NONE))
		dst_release(outer.dst);
	if (unlikely(reason != VR_DROP_NONE)) {
		vr_pkt_drop(pkt, skb, reason);
		return false;
	}
	if (unlikely(too_big))
		return vr_too_big(skb, pkt, NULL, mtu, output_to_tunnel, info);
	if (unlikely(pkt->frag_max)) {
		dst_release(outer.dst);
		return vr_refragment(skb, pkt, output_to_tunnel, info);
	}
	clamp_mss(skb, pkt, mtu);
	return encapsulate(skb, pkt, info->tunnel, conf, &outer, id);
}

static bool nexthop_drop(struct sk_buff *skb, const struct vr_pkt *pkt, enum vr_drop reason)
{
	vr_pkt_drop(pkt, skb, reason);
	return false;
}

static bool reject(struct sk_buff *skb, const struct vr_pkt *pkt, u32 code)
{
	static const enum vr_icmp errors[] = {
		[VROUTER_REJECT_CODE_NET] = VR_ICMP_NO_ROUTE,
		[VROUTER_REJECT_CODE_HOST] = VR_ICMP_HOST,
		[VROUTER_REJECT_CODE_PROHIBITED] = VR_ICMP_PROHIBITED,
	};

	if (code < ARRAY_SIZE(errors))
		vr_icmp_error(skb, pkt, errors[code], 0);
	return nexthop_drop(skb, pkt, VR_DROP_REJECT);
}

static bool output(struct sk_buff *skb, struct vr_pkt *pkt, struct vr_nexthop_info *info)
{
	struct vr_vif *vif;

	switch (info->type) {
	case VROUTER_NEXTHOP_TYPE_VIF:
	case VROUTER_NEXTHOP_TYPE_HOST:
		vif = rcu_dereference(info->vif);
		return vif ? vr_vif_output(skb, pkt, vif) :
			     nexthop_drop(skb, pkt, VR_DROP_NEXTHOP_DEAD);
	case VROUTER_NEXTHOP_TYPE_TUNNEL:
		return vr_tunnel_output(skb, pkt, info);
	case VROUTER_NEXTHOP_TYPE_BLACKHOLE:
		return nexthop_drop(skb, pkt, VR_DROP_BLACKHOLE);
	case VROUTER_NEXTHOP_TYPE_REJECT:
		return reject(skb, pkt, info->reject_code);
	default:
		return nexthop_drop(skb, pkt, VR_DROP_NEXTHOP_TYPE);
	}
}

/* Records the output of a decision. */
static void output_record(const struct vr_pkt *pkt, struct vr_nexthop *nh,
			  struct vr_nexthop_info *info)
{
	struct vr_recorder *recorder = pkt->recorder;

	recorder->nh = nh;
	recorder->info = info;
	recorder->group = pkt->group;
	/*
	 * Nothing invalidates a decision when a member of the group goes down, so limit its
	 * lifetime.
	 */
	if (pkt->group)
		vr_recorder_limit(recorder, HZ);
	recorder->vif = rcu_dereference(info->vif);
	vr_recorder_uses(recorder, &nh->obj);
	if (recorder->vif)
		vr_recorder_uses(recorder, &recorder->vif->obj);
}

/**
 * vr_nexthop_output() - sends a packet to a next hop
 * @skb: the packet, its Ethernet header final; taken
 * @pkt: about it
 * @nh: for its counters; the counters of the group that it was chosen from, if any, count, too
 * @info: what @nh does
 *
 * Context: softirq or BH disabled; RCU read lock.
 * Return: did it leave?
 */
bool vr_nexthop_output(struct sk_buff *skb, struct vr_pkt *pkt, struct vr_nexthop *nh,
		       struct vr_nexthop_info *info)
{
	if (pkt->recorder && !pkt->recorder->first)
		output_record(pkt, nh, info);
	/* For a last fragment, output() makes pkt the whole packet, which counts here. */
	if (!output(skb, pkt, info))
		return false;
	vr_stats_tx(nh->stats, pkt->packets, pkt->bytes);
	if (pkt->group)
		vr_stats_tx(pkt->group->stats, pkt->packets, pkt->bytes);
	return true;
}
