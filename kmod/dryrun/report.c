// SPDX-License-Identifier: GPL-2.0
/*
 * Writes what the stages report to the reply of a trace request, while the packet passes them. The
 * reply has been allocated beforehand, so the stages allocate nothing.
 */
#include <linux/etherdevice.h>
#include <linux/ip.h>
#include <linux/udp.h>
#include <net/dst.h>
#include <net/udp_tunnel.h>

#include "core/dryrun.h"
#include "core/netlink.h"
#include "core/object.h"
#include "core/packet.h"
#include "dryrun/run.h"
#include "fib/ecmp.h"
#include "fib/fdb.h"
#include "fib/neighbour.h"
#include "fib/nexthop.h"
#include "fib/route.h"
#include "fib/route_use.h"
#include "objects/network.h"
#include "objects/tunnel.h"
#include "objects/vif.h"
#include "policy/policer.h"
#include "policy/ruleset.h"
#include "policy/set.h"
#include "policy/sg.h"
#include "underlay/encap.h"
#include "underlay/outer.h"
#include "underlay/udp.h"

#define S(name) VROUTER_A_TRACE_STAGE_##name

/* Begins a stage in the reply. Returns NULL if there is no room left. */
static struct nlattr *report_begin(struct vr_trace *trace, u32 kind)
{
	struct sk_buff *msg = trace->msg;
	struct nlattr *nest = NULL;

	if (msg->len < trace->limit)
		nest = nla_nest_start(msg, VROUTER_A_TRACE_RESULT_STAGE);
	if (nest && !nla_put_u32(msg, S(KIND), kind) &&
	    (!trace->originated || !nla_put_flag(msg, S(OWN))))
		return nest;
	if (nest)
		nla_nest_cancel(msg, nest);
	trace->left_out++;
	return NULL;
}

/* Ends a stage, or removes it again if not all of it could be written. */
static void report_end(struct vr_trace *trace, struct nlattr *nest, int err)
{
	if (!err && trace->msg->len <= trace->limit) {
		nla_nest_end(trace->msg, nest);
		return;
	}
	nla_nest_cancel(trace->msg, nest);
	trace->left_out++;
}

/* Objects that the module created for itself have no id and are not shown. */
static int report_put_object(struct sk_buff *msg, u16 id, u16 name, const struct vr_object *obj)
{
	if (!obj || !obj->id)
		return 0;
	return nla_put_u32(msg, id, obj->id) || nla_put_string(msg, name, vr_name(obj));
}

static int put_network(struct sk_buff *msg, const struct vr_network *network)
{
	return report_put_object(msg, S(NETWORK_ID), S(NETWORK_NAME), network ? &network->obj
				 : NULL);
}

static int put_vif(struct sk_buff *msg, const struct vr_vif *vif)
{
	return report_put_object(msg, S(VIF_ID), S(VIF_NAME), vif ? &vif->obj : NULL);
}

static int put_tunnel(struct sk_buff *msg, const struct vr_tunnel *tunnel)
{
	return report_put_object(msg, S(TUNNEL_ID), S(TUNNEL_NAME), tunnel ? &tunnel->obj : NULL);
}

static int put_nexthop(struct sk_buff *msg, const struct vr_nexthop *nh)
{
	return nh->obj.id ? nla_put_u32(msg, S(NEXTHOP), nh->obj.id) : 0;
}

static int report_put_addr(struct sk_buff *msg, u16 attr, u32 family, const void *addr)
{
	return nla_put(msg, attr, family == AF_INET ? sizeof(__be32) : sizeof(struct in6_addr),
		       addr);
}

/* The encapsulation determines whether the number in its header is a VNI, a key or a label. */
static int put_id(struct sk_buff *msg, enum vr_id kind, u32 id)
{
	static const u16 attrs[] = {
		[VR_ID_VNI] = S(VNI),
		[VR_ID_KEY] = S(KEY),
		[VR_ID_LABEL] = S(LABEL),
	};

	return nla_put_u32(msg, attrs[kind], id);
}

static int put_from(struct sk_buff *msg, const struct vr_from *from)
{
	return put_tunnel(msg, from->tunnel) ||
	       vr_nl_put_addr(msg, S(REMOTE), &from->remote);
}

static int put_l4(struct sk_buff *msg, const struct vr_pkt *pkt)
{
	if (pkt->fragment && nla_put_u8(msg, S(FRAGMENT), pkt->later_fragment ? 2 : 1))
		return -EMSGSIZE;
	if (pkt->has_ports)
		return nla_put_u16(msg, S(SPORT), ntohs(pkt->sport)) ||
		       nla_put_u16(msg, S(DPORT), ntohs(pkt->dport));
	if (pkt->later_fragment ||
	    pkt->l4_proto != (pkt->family == AF_INET ? IPPROTO_ICMP : IPPROTO_ICMPV6))
		return 0;
	return nla_put_u8(msg, S(ICMP_TYPE), pkt->icmp_type) ||
	       nla_put_u8(msg, S(ICMP_CODE), pkt->icmp_code);
}

static int put_ip(struct sk_buff *msg, const struct vr_pkt *pkt)
{
	if (!pkt->family)
		return 0;
	return report_put_addr(msg, S(SRC), pkt->family, &pkt->src) ||
	       report_put_addr(msg, S(DST), pkt->family, &pkt->dst) ||
	       nla_put_u8(msg, S(PROTO), pkt->l4_proto) || nla_put_u8(msg, S(TTL), pkt->ttl) ||
	       nla_put_u8(msg, S(TOS), pkt->tos) || put_l4(msg, pkt);
}

static void tell_parsed(struct vr_trace *trace, const struct sk_buff *skb, const struct vr_pkt *pkt)
{
	struct nlattr *nest = report_begin(trace, VROUTER_TRACE_STAGE_PARSE);
	struct sk_buff *msg = trace->msg;

	if (!nest)
		return;
	report_end(trace, nest, put_network(msg, pkt->network) || put_vif(msg, pkt->vif) ||
		   (pkt->from && put_from(msg, pkt->from)) ||
		   nla_put_u32(msg, S(LENGTH), skb->len + ETH_HLEN) ||
		   nla_put(msg, S(SRC_MAC), ETH_ALEN, eth_hdr(skb)->h_source) ||
		   nla_put(msg, S(DST_MAC), ETH_ALEN, eth_hdr(skb)->h_dest) ||
		   nla_put_u16(msg, S(ETHERTYPE), ntohs(pkt->proto)) || put_ip(msg, pkt));
}

static void tell_allowed(struct vr_trace *trace, const struct vr_pkt *pkt)
{
	struct nlattr *nest = report_begin(trace, VROUTER_TRACE_STAGE_ANTI_SPOOF);

	if (nest)
		report_end(trace, nest, put_vif(trace->msg, pkt->vif));
}

static void tell_policer(struct vr_trace *trace, const struct vr_policer *policer, bool conforms)
{
	struct nlattr *nest = report_begin(trace, VROUTER_TRACE_STAGE_POLICER);
	struct sk_buff *msg = trace->msg;

	if (nest)
		report_end(trace, nest, report_put_object(msg, S(POLICER_ID), S(POLICER_NAME),
							  &policer->obj) ||
			   nla_put_u8(msg, S(CONFORMS), conforms));
}

static int put_match(struct sk_buff *msg, const struct vr_peer *peer,
		     const struct vr_element *element)
{
	const struct vr_set *set = peer->sg ? rcu_dereference(peer->sg->members) : peer->set;
	struct nlattr *nest;

	if (!element->flags || !set)
		return 0;
	nest = nla_nest_start(msg, S(MATCH));
	if (!nest || report_put_object(msg, VROUTER_A_TRACE_MATCH_SET_ID,
				       VROUTER_A_TRACE_MATCH_SET_NAME, &set->obj) ||
	    vr_element_put(msg, VROUTER_A_TRACE_MATCH_ELEMENT, element))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

static int report_put_rule(struct sk_buff *msg, const struct vr_rule *rule,
			   const struct vr_match *match)
{
	return report_put_object(msg, S(SG_ID), S(SG_NAME), &match->sg->obj) ||
	       vr_rule_put(msg, S(RULE), rule) ||
	       put_match(msg, &rule->spec.src, &match->element[0]) ||
	       put_match(msg, &rule->spec.dst, &match->element[1]);
}

static void tell_policy(struct vr_trace *trace, const struct vr_pkt *pkt, const struct vr_vif *vif,
			const struct vr_rule *rule, const struct vr_match *match)
{
	struct nlattr *nest = report_begin(trace, VROUTER_TRACE_STAGE_POLICY);
	u32 direction = vif == pkt->vif ? VROUTER_DIRECTION_EGRESS : VROUTER_DIRECTION_INGRESS;
	struct sk_buff *msg = trace->msg;

	if (nest)
		report_end(trace, nest, put_vif(msg, vif) || nla_put_u32(msg, S(DIRECTION),
									 direction) ||
			   (rule ? report_put_rule(msg, rule, match) :
			    nla_put_u32(msg, S(POLICY), READ_ONCE(vif->network->policy))));
}

static void tell_acl(struct vr_trace *trace, const struct vr_pkt *pkt, u32 direction,
		     const struct vr_rule *rule, const struct vr_match *match)
{
	struct nlattr *nest = report_begin(trace, VROUTER_TRACE_STAGE_ACL);
	struct sk_buff *msg = trace->msg;

	if (nest)
		report_end(trace, nest, put_network(msg, pkt->network) ||
			   nla_put_u32(msg, S(DIRECTION), direction) ||
			   (rule && report_put_rule(msg, rule, match)));
}

static void tell_state(struct vr_trace *trace, const struct vr_pkt *pkt, u32 state)
{
	struct nlattr *nest = report_begin(trace, VROUTER_TRACE_STAGE_CONNECTION);

	if (nest)
		report_end(trace, nest, put_network(trace->msg, pkt->network) ||
			   nla_put_u32(trace->msg, S(STATE), state));
}

static void tell_helper(struct vr_trace *trace, const struct vr_network *network, const char *name)
{
	struct nlattr *nest = report_begin(trace, VROUTER_TRACE_STAGE_HELPER);

	if (nest)
		report_end(trace, nest, put_network(trace->msg, network) ||
			   nla_put_string(trace->msg, S(HELPER), name));
}

static void tell_resolve(struct vr_trace *trace, u32 family, const void *addr, const u8 *mac)
{
	struct nlattr *nest = report_begin(trace, VROUTER_TRACE_STAGE_RESOLVE);
	struct sk_buff *msg = trace->msg;

	if (nest)
		report_end(trace, nest, report_put_addr(msg, S(ADDRESS), family, addr) ||
			   (mac && nla_put(msg, S(MAC), ETH_ALEN, mac)));
}

static u32 report_origin_of(const struct vr_fdb *fdb)
{
	if (fdb->learned)
		return VROUTER_ORIGIN_LEARNED;
	return fdb->vif ? VROUTER_ORIGIN_VIF : VROUTER_ORIGIN_STATIC;
}

static void tell_fdb(struct vr_trace *trace, const u8 *mac, const struct vr_fdb *fdb,
		     const struct vr_nexthop *nh)
{
	struct nlattr *nest = report_begin(trace, VROUTER_TRACE_STAGE_FDB);
	struct sk_buff *msg = trace->msg;

	if (nest)
		report_end(trace, nest, nla_put(msg, S(MAC), ETH_ALEN, mac) ||
			   (nh && (nla_put_u32(msg, S(ORIGIN), report_origin_of(fdb)) ||
				   put_nexthop(msg, nh))));
}

static void tell_route(struct vr_trace *trace, const struct vr_pkt *pkt,
		       const struct vr_route *route, const struct vr_nexthop *nh)
{
	struct nlattr *nest = report_begin(trace, VROUTER_TRACE_STAGE_ROUTE);
	struct sk_buff *msg = trace->msg;

	if (nest)
		report_end(trace, nest, put_network(msg, pkt->network) ||
			   report_put_addr(msg, S(DST), pkt->family, &pkt->dst) ||
			   (nh && (report_put_addr(msg, S(ADDRESS), pkt->family, route->node.key) ||
				   nla_put_u8(msg, S(LEN), vr_lpm_len(&route->node)) ||
				   nla_put_u32(msg, S(ORIGIN), vr_route_origin(pkt->vn, route)) ||
				   put_nexthop(msg, nh))));
}

/* The vif, the tunnel and remote end, or the network that a next hop leads to. */
static int put_target(struct sk_buff *msg, const struct vr_nexthop_info *info)
{
	switch (info->type) {
	case VROUTER_NEXTHOP_TYPE_VIF:
	case VROUTER_NEXTHOP_TYPE_HOST:
		return put_vif(msg, rcu_dereference(info->vif));
	case VROUTER_NEXTHOP_TYPE_TUNNEL:
		return put_tunnel(msg, info->tunnel) ||
		       vr_nl_put_addr(msg, S(REMOTE), &info->remote);
	case VROUTER_NEXTHOP_TYPE_NETWORK:
		return put_network(msg, info->network);
	default:
		return 0;
	}
}

static void tell_nexthop(struct vr_trace *trace, const struct vr_nexthop *nh,
			 const struct vr_nexthop_info *info)
{
	struct nlattr *nest = report_begin(trace, VROUTER_TRACE_STAGE_NEXTHOP);
	struct sk_buff *msg = trace->msg;

	if (nest)
		report_end(trace, nest, put_nexthop(msg, nh) ||
			   (info->type != VR_NEXTHOP_CONNECTED &&
			    nla_put_u32(msg, S(NEXTHOP_TYPE), info->type)) || put_target(msg,
											 info));
}

static void tell_member(struct vr_trace *trace, const struct vr_nexthop *nh, u32 bucket,
			const struct vr_nexthop *member)
{
	struct nlattr *nest = report_begin(trace, VROUTER_TRACE_STAGE_NEXTHOP);
	struct sk_buff *msg = trace->msg;

	if (nest)
		report_end(trace, nest, put_nexthop(msg, nh) ||
			   nla_put_u32(msg, S(NEXTHOP_TYPE), VROUTER_NEXTHOP_TYPE_ECMP) ||
			   nla_put_u32(msg, S(BUCKET), bucket) ||
			   (member && nla_put_u32(msg, S(MEMBER), member->obj.id)));
}

static void tell_neighbour(struct vr_trace *trace, const struct vr_pkt *pkt,
			   const struct vr_neighbour *neigh, u64 mac)
{
	struct nlattr *nest = report_begin(trace, VROUTER_TRACE_STAGE_NEIGHBOUR);
	struct sk_buff *msg = trace->msg;
	u8 bytes[ETH_ALEN];

	u64_to_ether_addr(mac, bytes);
	if (nest)
		report_end(trace, nest, put_network(msg, pkt->network) ||
			   report_put_addr(msg, S(ADDRESS), pkt->family, &pkt->dst) ||
			   (mac && (nla_put(msg, S(MAC), ETH_ALEN, bytes) ||
				    nla_put_u32(msg, S(ORIGIN), vr_neighbour_origin(neigh)))));
}

static void tell_network(struct vr_trace *trace, const struct vr_network *network)
{
	struct nlattr *nest = report_begin(trace, VROUTER_TRACE_STAGE_NETWORK);

	if (nest)
		report_end(trace, nest, put_network(trace->msg, network));
}

static void tell_too_big(struct vr_trace *trace, const struct sk_buff *skb, int mtu)
{
	struct nlattr *nest = report_begin(trace, VROUTER_TRACE_STAGE_TOO_BIG);
	struct sk_buff *msg = trace->msg;

	if (nest)
		report_end(trace, nest, nla_put_u32(msg, S(LENGTH), skb->len) ||
			   nla_put_u32(msg, S(MTU), max(mtu, 0)));
}

static void tell_flood(struct vr_trace *trace, const struct vr_pkt *pkt)
{
	struct nlattr *nest = report_begin(trace, VROUTER_TRACE_STAGE_FLOOD);
	const struct vr_nexthop *nh = rcu_dereference(pkt->network->flood);

	if (nest)
		report_end(trace, nest, put_network(trace->msg, pkt->network) ||
			   (nh && put_nexthop(trace->msg, nh)));
}

static void tell_error(struct vr_trace *trace, const struct vr_pkt *pkt, const void *src, u8 type,
		       u8 code, u32 mtu)
{
	struct nlattr *nest = report_begin(trace, VROUTER_TRACE_STAGE_ERROR);
	struct sk_buff *msg = trace->msg;

	if (nest)
		report_end(trace, nest, report_put_addr(msg, S(SRC), pkt->family, src) ||
			   report_put_addr(msg, S(DST), pkt->family, &pkt->src) ||
			   nla_put_u8(msg, S(ICMP_TYPE), type) ||
			   nla_put_u8(msg, S(ICMP_CODE), code) ||
			   (mtu && nla_put_u32(msg, S(MTU), mtu)));
}

static void tell_originated(struct vr_trace *trace, bool begins)
{
	struct nlattr *nest;

	if (!begins) {
		trace->originated--;
		return;
	}
	if (!trace->originated++) {
		nest = report_begin(trace, VROUTER_TRACE_STAGE_ANSWER);
		if (nest)
			report_end(trace, nest, 0);
	}
}

static void tell_dropped(struct vr_trace *trace, const struct vr_network *network,
			 const struct vr_vif *vif, enum vr_drop reason)
{
	struct nlattr *nest = report_begin(trace, VROUTER_TRACE_STAGE_DROP);
	struct sk_buff *msg = trace->msg;

	if (reason == VR_DROP_NO_MEMORY)
		vr_trace_fail(trace, -ENOMEM, "there was no memory to take the packet along");
	if (!trace->originated)
		trace->reason = reason;
	if (nest)
		report_end(trace, nest, put_network(msg, network) || put_vif(msg, vif) ||
			   nla_put_string(msg, S(REASON), vr_drop_name(reason)) ||
			   nla_put_string(msg, S(HELP), vr_drop_help(reason)));
}

static void tell_waits(struct vr_trace *trace, const struct vr_pkt *pkt, const struct vr_vif *vif,
		       u32 direction)
{
	struct nlattr *nest = report_begin(trace, VROUTER_TRACE_STAGE_REASSEMBLY);
	struct sk_buff *msg = trace->msg;

	if (nest)
		report_end(trace, nest, put_network(msg, pkt->network) || put_vif(msg, vif) ||
			   nla_put_u32(msg, S(DIRECTION), direction));
	trace->waits = true;
}

static void left(struct vr_trace *trace)
{
	if (trace->originated)
		trace->answered = true;
	else
		trace->outputs++;
}

/* The first bytes of the packet, from the Ethernet header on unless @l3. */
static int put_frame(struct sk_buff *msg, const struct sk_buff *skb, bool l3)
{
	unsigned int head = l3 ? 0 : ETH_HLEN;
	unsigned int len = min_t(unsigned int, skb->len + head, VROUTER_TRACE_HEAD_MAX);
	struct nlattr *attr = nla_reserve(msg, S(FRAME), len);

	return attr ? skb_copy_bits(skb, -(int)head, nla_data(attr), len) : -EMSGSIZE;
}

static bool tell_output(struct vr_trace *trace, const struct vr_vif *vif, struct sk_buff *skb)
{
	struct nlattr *nest = report_begin(trace, VROUTER_TRACE_STAGE_OUTPUT);
	struct sk_buff *msg = trace->msg;

	if (nest)
		report_end(trace, nest, put_vif(msg, vif) || put_network(msg, vif->network) ||
			   nla_put_u32(msg, S(LENGTH), skb->len + ETH_HLEN) ||
			   put_frame(msg, skb, false));
	left(trace);
	consume_skb(skb);
	return true;
}

static __be16 source_port(const struct vr_pkt *pkt, struct sk_buff *skb)
{
	return udp_flow_src_port(pkt->vn->net, skb, VR_UDP_SPORT_MIN, VR_UDP_SPORT_MAX, true);
}

/* The outer headers, as the encapsulation would write them. */
static int put_outer(struct sk_buff *msg, struct sk_buff *skb, const struct vr_pkt *pkt,
		     const struct vr_tunnel_conf *conf, const struct vr_outer *outer, u32 id)
{
	const struct net_device *dev = outer->dst->dev;

	if (conf->ops->proto == IPPROTO_UDP &&
	    (nla_put_u16(msg, S(SPORT), ntohs(source_port(pkt, skb))) ||
	     nla_put_u16(msg, S(DPORT), ntohs(conf->port))))
		return -EMSGSIZE;
	return vr_nl_put_addr(msg, S(SRC), &conf->local) ||
	       vr_nl_put_addr(msg, S(DST), outer->remote) || put_id(msg, conf->ops->id, id) ||
	       nla_put_u8(msg, S(PROTO), conf->ops->proto) ||
	       nla_put_u8(msg, S(TTL), conf->ttl) || nla_put_u8(msg, S(TOS), outer->tos) ||
	       nla_put_u32(msg, S(IFINDEX), dev->ifindex) ||
	       nla_put_string(msg, S(IFNAME), dev->name);
}

static bool tell_encap(struct vr_trace *trace, struct sk_buff *skb, const struct vr_pkt *pkt,
		       const struct vr_tunnel *tunnel, const struct vr_tunnel_conf *conf,
		       struct vr_outer *outer, u32 id)
{
	struct nlattr *nest = report_begin(trace, VROUTER_TRACE_STAGE_ENCAP);
	struct sk_buff *msg = trace->msg;

	if (nest)
		report_end(trace, nest, put_tunnel(msg, tunnel) || put_network(msg, pkt->network) ||
			   nla_put_u32(msg, S(LENGTH), skb->len + (outer->l3 ? 0 : ETH_HLEN)) ||
			   put_outer(msg, skb, pkt, conf, outer, id) ||
			   nla_put_u32(msg, S(PAYLOAD), outer->l3 ? VROUTER_PAYLOAD_L3 :
							     VROUTER_PAYLOAD_L2) ||
			   put_frame(msg, skb, outer->l3));
	left(trace);
	dst_release(outer->dst);
	consume_skb(skb);
	return true;
}

const struct vr_trace_ops vr_trace_tell_ops = {
	.parsed = tell_parsed,
	.allowed = tell_allowed,
	.policer = tell_policer,
	.policy = tell_policy,
	.acl = tell_acl,
	.state = tell_state,
	.helper = tell_helper,
	.resolve = tell_resolve,
	.fdb = tell_fdb,
	.route = tell_route,
	.nexthop = tell_nexthop,
	.member = tell_member,
	.neighbour = tell_neighbour,
	.network = tell_network,
	.too_big = tell_too_big,
	.flood = tell_flood,
	.error = tell_error,
	.originated = tell_originated,
	.waits = tell_waits,
	.dropped = tell_dropped,
	.output = tell_output,
	.encap = tell_encap,
};
