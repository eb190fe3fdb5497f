/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Dry runs: packets pass through the module without effects, to report what would happen to
 * them.
 *
 * A dry run is the pipeline itself, run on this CPU with BH disabled; a per-CPU variable points
 * to the dry run. Code with a side effect checks vr_trace_on() and suppresses the effect in a dry
 * run. The check is in the function that has the effect, not in its callers, so that new stages
 * need no check of their own:
 *
 *	counters		vr_stats_rx(), vr_stats_tx(), drop.c account(), vr_policy_count(),
 *				vr_resolve() for answers
 *	tracepoints, events	drop.c account(), drop_end()
 *	tokens			vr_policer_allows(), flood.c within_rate(),
 *				vr_icmp_within_limit()
 *	times of use		vr_touch()
 *	flows			vr_flow_find()
 *	connections		vr_track(), vr_track_help(), vr_track_confirm()
 *	reassembly		vr_policy_gather()
 *	learning, claims	vr_learn(), vr_claim_announce()
 *	sending			vr_vif_transmit(), output.c encapsulate()
 *
 * A new kind of effect needs a line here and one in tests/netns/trace.sh, which compares all of
 * these before and after dry runs.
 *
 * The rest of this file is the calls by which stages report what they do, one line in each
 * stage. They do nothing outside of a dry run. Without dry runs, a static key makes them no-ops.
 */
#ifndef _VROUTER_DRYRUN_H
#define _VROUTER_DRYRUN_H

#include <linux/jump_label_ratelimit.h>
#include <linux/percpu.h>

#include "core/drop.h"

struct vr_fdb;
struct vr_match;
struct vr_neighbour;
struct vr_nexthop_info;
struct vr_outer;
struct vr_pkt;
struct vr_route;
struct vr_rule;
struct vr_trace;
struct vr_tunnel_conf;

extern struct static_key_false_deferred vr_tracing;
DECLARE_PER_CPU(struct vr_trace *, vr_trace_here);

/** vr_trace() - the dry run that this packet belongs to, or NULL; Context: BH disabled */
static inline struct vr_trace *vr_trace(void)
{
	return static_branch_unlikely(&vr_tracing.key) ? this_cpu_read(vr_trace_here) : NULL;
}

/** vr_trace_on() - must the side effects of this packet be suppressed? Context: BH disabled */
static inline bool vr_trace_on(void)
{
	return vr_trace();
}

/**
 * struct vr_trace_ops - reports the stages of a dry run, see dryrun/report.c
 * @parsed: the headers were parsed
 * @allowed: the VM may send the packet
 * @policer: a policer was checked
 * @policy: a vif's security groups or its network's policy decided; @rule and @match are NULL for
 *	the network's policy
 * @acl: the ACL of a network decided; parameters as for @policy
 * @state: enum vrouter_trace_state of the packet
 * @helper: a helper of connection tracking would read the packet
 * @resolve: the router was asked for an address; @mac is NULL if it does not answer
 * @fdb: a MAC address was looked up; @nh is NULL if it was not found
 * @route: the destination was looked up; @nh is NULL if it was not found
 * @nexthop: the packet goes to a next hop
 * @member: an ECMP group selected a member; @member is NULL if it has none
 * @neighbour: a MAC address was looked up by IP address; @mac is 0 if it was not found
 * @network: the packet goes on in another network
 * @too_big: the packet is larger than the MTU
 * @flood: the packet is flooded
 * @error: the router originates an ICMP error
 * @originated: the report of an originated packet begins or ends
 * @waits: a fragment would wait for the other fragments of its packet
 * @dropped: the packet is dropped; @network and @vif may be NULL
 * @output: the packet would leave through a vif whose device is up; takes it, returns true
 * @encap: the packet would leave through a tunnel; takes it and the dst of @outer, returns true
 *
 * Context of all: BH disabled, RCU read lock.
 */
struct vr_trace_ops {
	void (*parsed)(struct vr_trace *trace, const struct sk_buff *skb, const struct vr_pkt *pkt);
	void (*allowed)(struct vr_trace *trace, const struct vr_pkt *pkt);
	void (*policer)(struct vr_trace *trace, const struct vr_policer *policer, bool conforms);
	void (*policy)(struct vr_trace *trace, const struct vr_pkt *pkt, const struct vr_vif *vif,
		       const struct vr_rule *rule, const struct vr_match *match);
	void (*acl)(struct vr_trace *trace, const struct vr_pkt *pkt, u32 direction,
		    const struct vr_rule *rule, const struct vr_match *match);
	void (*state)(struct vr_trace *trace, const struct vr_pkt *pkt, u32 state);
	void (*helper)(struct vr_trace *trace, const struct vr_network *network, const char *name);
	void (*resolve)(struct vr_trace *trace, u32 family, const void *addr, const u8 *mac);
	void (*fdb)(struct vr_trace *trace, const u8 *mac, const struct vr_fdb *fdb,
		    const struct vr_nexthop *nh);
	void (*route)(struct vr_trace *trace, const struct vr_pkt *pkt,
		      const struct vr_route *route, const struct vr_nexthop *nh);
	void (*nexthop)(struct vr_trace *trace, const struct vr_nexthop *nh,
			const struct vr_nexthop_info *info);
	void (*member)(struct vr_trace *trace, const struct vr_nexthop *nh, u32 bucket,
		       const struct vr_nexthop *member);
	void (*neighbour)(struct vr_trace *trace, const struct vr_pkt *pkt,
			  const struct vr_neighbour *neigh, u64 mac);
	void (*network)(struct vr_trace *trace, const struct vr_network *network);
	void (*too_big)(struct vr_trace *trace, const struct sk_buff *skb, int mtu);
	void (*flood)(struct vr_trace *trace, const struct vr_pkt *pkt);
	void (*error)(struct vr_trace *trace, const struct vr_pkt *pkt, const void *src, u8 type,
		      u8 code, u32 mtu);
	void (*originated)(struct vr_trace *trace, bool begins);
	void (*waits)(struct vr_trace *trace, const struct vr_pkt *pkt, const struct vr_vif *vif,
		      u32 direction);
	void (*dropped)(struct vr_trace *trace, const struct vr_network *network,
			const struct vr_vif *vif, enum vr_drop reason);
	bool (*output)(struct vr_trace *trace, const struct vr_vif *vif, struct sk_buff *skb);
	bool (*encap)(struct vr_trace *trace, struct sk_buff *skb, const struct vr_pkt *pkt,
		      const struct vr_tunnel *tunnel, const struct vr_tunnel_conf *conf,
		      struct vr_outer *outer, u32 id);
};

extern const struct vr_trace_ops *vr_trace_ops;

/* vr_trace_x(...) calls vr_trace_ops->x(trace, ...) in a dry run. */
#define vr_trace_tell(what, ...) do {					\
	struct vr_trace *trace_ = vr_trace();				\
									\
	if (trace_)							\
		vr_trace_ops->what(trace_, __VA_ARGS__);		\
} while (0)

#define vr_trace_parsed(...)	vr_trace_tell(parsed, __VA_ARGS__)
#define vr_trace_allowed(...)	vr_trace_tell(allowed, __VA_ARGS__)
#define vr_trace_policer(...)	vr_trace_tell(policer, __VA_ARGS__)
#define vr_trace_policy(...)	vr_trace_tell(policy, __VA_ARGS__)
#define vr_trace_acl(...)	vr_trace_tell(acl, __VA_ARGS__)
#define vr_trace_state(...)	vr_trace_tell(state, __VA_ARGS__)
#define vr_trace_helper(...)	vr_trace_tell(helper, __VA_ARGS__)
#define vr_trace_resolve(...)	vr_trace_tell(resolve, __VA_ARGS__)
#define vr_trace_fdb(...)	vr_trace_tell(fdb, __VA_ARGS__)
#define vr_trace_route(...)	vr_trace_tell(route, __VA_ARGS__)
#define vr_trace_nexthop(...)	vr_trace_tell(nexthop, __VA_ARGS__)
#define vr_trace_member(...)	vr_trace_tell(member, __VA_ARGS__)
#define vr_trace_neighbour(...)	vr_trace_tell(neighbour, __VA_ARGS__)
#define vr_trace_network(...)	vr_trace_tell(network, __VA_ARGS__)
#define vr_trace_too_big(...)	vr_trace_tell(too_big, __VA_ARGS__)
#define vr_trace_flood(...)	vr_trace_tell(flood, __VA_ARGS__)
#define vr_trace_error(...)	vr_trace_tell(error, __VA_ARGS__)
/* The stages between these two are about an originated packet. */
#define vr_trace_originated()	vr_trace_tell(originated, true)
#define vr_trace_originated_end()	vr_trace_tell(originated, false)

/* The ends of a packet's path, which a dry run replaces. */
static inline bool vr_trace_waits(const struct vr_pkt *pkt, const struct vr_vif *vif, u32 direction)
{
	struct vr_trace *trace = vr_trace();

	if (trace)
		vr_trace_ops->waits(trace, pkt, vif, direction);
	return trace;
}

static inline void vr_trace_dropped(const struct vr_network *network, const struct vr_vif *vif,
				    enum vr_drop reason)
{
	vr_trace_ops->dropped(vr_trace(), network, vif, reason);
}

static inline bool vr_trace_output(const struct vr_vif *vif, struct sk_buff *skb)
{
	return vr_trace_ops->output(vr_trace(), vif, skb);
}

static inline bool vr_trace_encap(struct sk_buff *skb, const struct vr_pkt *pkt,
				  const struct vr_tunnel *tunnel,
				  const struct vr_tunnel_conf *conf, struct vr_outer *outer, u32 id)
{
	return vr_trace_ops->encap(vr_trace(), skb, pkt, tunnel, conf, outer, id);
}

void vr_trace_init(void);
void vr_trace_exit(void);

#endif /* _VROUTER_DRYRUN_H */
