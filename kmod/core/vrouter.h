/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Definitions that all files of the module share: the state of a network
 * namespace, the base of the objects in it, and the locking rules.
 *
 * Configuration changes under vr_net.lock, a mutex; code that needs the rtnl too
 * takes it first. Packets take neither: they read the published configuration
 * under RCU. Every pointer that a packet follows is therefore either __rcu or
 * constant while its owner is published, and owners are freed an RCU grace
 * period after they were unpublished. Scalars that change while packets read
 * them are accessed by READ_ONCE() and WRITE_ONCE().
 */
#ifndef _VROUTER_H
#define _VROUTER_H

#include <linux/idr.h>
#include <linux/if_ether.h>
#include <linux/in6.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/netdevice.h>
#include <linux/netfilter.h>
#include <linux/ratelimit.h>
#include <linux/rcupdate.h>
#include <linux/rhashtable.h>
#include <linux/seqlock.h>
#include <linux/types.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>
#include <net/net_namespace.h>
#include <net/netns/generic.h>

#include <uapi/linux/vrouter.h>

#include "lib/gfp.h"

#define VR_VERSION "0.1.0"

struct mem_cgroup;
struct nf_conn;
struct vr_acl;
struct vr_claim;
struct vr_drop_limits;
struct vr_drops;
struct vr_flows;
struct vr_label;
struct vr_learn;
struct vr_network;
struct vr_nexthop;
struct vr_object_ops;
struct vr_sg;
struct vr_policer;
struct vr_policer_counts;
struct vr_rule;
struct vr_stats;
struct vr_tunnel;
struct vr_vif;

/**
 * struct vr_addr - an IPv4 or IPv6 address
 * @family: AF_INET or AF_INET6
 * @v4: the address if @family is AF_INET; the other bytes are zero then, so
 *	that two addresses can be compared as memory
 * @v6: the address if @family is AF_INET6
 */
struct vr_addr {
	u32 family;
	union {
		__be32 v4;
		struct in6_addr v6;
	};
};

/**
 * struct vr_prefix - an address and a prefix length
 * @addr: the address; bits beyond @len may be set for an interface address
 *	with the prefix length of its subnet
 * @len: 0 to 32 or 128
 */
struct vr_prefix {
	struct vr_addr addr;
	u8 len;
};

static inline u8 vr_addr_bits(const struct vr_addr *addr)
{
	return addr->family == AF_INET ? 32 : 128;
}

/** enum vr_kind - the kinds of object, in dump order */
enum vr_kind {
	VR_KIND_NETWORK,
	VR_KIND_TUNNEL,
	VR_KIND_VIF,
	VR_KIND_NEXTHOP,
	VR_KIND_LABEL,
	VR_KIND_SET,
	VR_KIND_SG,
	VR_KIND_POLICER,
	VR_KIND_ROUTE,
	VR_KIND_FDB,
	VR_KIND_NEIGHBOUR,
	VR_KIND_ELEMENT,
	VR_KIND_RULE,
	VR_KIND_MAX,
};

/** struct vr_name_key - key of a lookup by name: names are unique within a kind */
struct vr_name_key {
	u32 kind;
	char name[VROUTER_NAME_MAX + 1];	/* padded with zeros */
};

/**
 * struct vr_object - base of the objects that have ids: networks, tunnels, vifs and so on
 * @id: key in the table of its kind, from 1 on; 0 for an object that the
 *	module made for its own use and that is in no table
 * @generation: vr_net.generation when the object last changed
 * @serial: unique number in the namespace, never reused
 * @slot: slot of its generation id, see lib/genid.c
 * @name_node: node in vr_net.names, unless the kind has no names
 * @key: kind and name; the name is empty for kinds without names
 */
struct vr_object {
	u32 id;
	u32 generation;
	u64 serial;
	u16 slot;
	struct rhash_head name_node;
	struct vr_name_key key;
};

static inline const char *vr_name(const struct vr_object *obj)
{
	return obj->key.name;
}

/**
 * struct vr_net - all state of a network namespace
 * @net: the namespace
 * @rules_lock: serializes changes of rules; taken before @lock, and never with the rtnl
 * @lock: serializes configuration; taken inside the rtnl
 * @generation: counts changes for dumps, from 1 on
 * @serial: serial of the object that was created last; under @lock
 * @changed: @generation at the last change of each kind, for dumps
 * @objects: networks to policers by id, indexed by kind; changed under @lock, read under
 *	RCU too
 * @names: named objects by kind and name; under @lock
 * @counts: number of objects of each kind; changed under @lock
 * @limits: maximum number of objects of each kind; under @lock
 * @limits_max: maximum of @limits that only the host's administrator may exceed; under @lock
 * @vnis: networks by VNI or key and tunnel, for packets: struct vr_vni
 * @remotes: remote ends that next hops lead to, for packets; see fib/remotes.c
 * @fdb: struct vr_fdb by network and MAC
 * @neighbours: struct vr_neighbour by network and address
 * @route_uses: struct vr_route_use by route; under @lock
 * @connected: next hop of the routes that come with gateway addresses
 * @drops: counters of all dropped packets of the namespace, per CPU
 * @drop_limits: rate limits of drop events, see drop_event.c
 * @ra_work: sends router advertisements
 * @ra_last: jiffies when @ra_work last sent them
 * @ra_initial: number of initial advertisements still to be sent at short intervals
 * @gre: local addresses of GRE tunnels, RCU list of struct vr_gre
 * @gre_counts: numbers of IPv4 and of IPv6 addresses in @gre; under @lock
 * @demux_users: number of tunnels that use early demux; changed under @lock
 * @demux_hooks: devices with an early demux hook: RCU list of struct vr_demux_hook; it and
 *	@demux_count are changed under the rtnl, see underlay/early_demux.c
 * @demux_count: length of @demux_hooks, bounded
 * @demux_refused: the kernel refused a hook, so no more are created
 * @demux_wanted: ifindex of a device that needs a hook, or 0; set by packets
 * @demux_work: creates that hook, or removes all hooks once no tunnel needs them
 * @gro_dev: device for GRO of received packets, see underlay/gro.c; NULL before the first tunnel
 * @moves: addresses that may move to another vif, see vr_claim_announce()
 * @moves_lock: protects @moves, taken by packets
 * @moves_work: carries out @moves
 * @learn: learns the sources of frames, see fib/learn.c
 * @swaps: seqlock of swaps of sets' contents, for packets that read several sets
 * @zones: conntrack zones that are in use by networks or reserved
 * @used_zones: bitmap of the reserved zones, which other users of conntrack have; NULL before the
 *	first zone is assigned
 * @had_zones: bitmap of the zones that networks have or had
 * @track_state: hook state for conntrack, for IPv4 and IPv6; see vr_track_init()
 * @vifs_work: sends notifications of changes of vifs' devices
 * @elements_work: removes expired elements of sets
 * @frag_memory: bytes of fragments that wait at vifs, see policy/defrag.c
 * @genid: generation id: counts the changes that invalidate cached decisions, see lib/genid.c.
 *	Packets read it and the fields that follow. It begins a cache line, since packets write
 *	to some of the fields in front of it
 * @genids: @genid at the last change of each slot; NULL before the first vif or tunnel
 * @genid_next: the next slot to assign, modulo the number of slots; under @lock
 * @flows: the flow cache, see path/flow.c; NULL before the first vif or tunnel
 * @payer: cgroup that packets' allocations are charged to, see memcg.h; NULL before the first vif
 *	or tunnel
 */
struct vr_net {
	struct net *net;
	struct mutex rules_lock;	/* rules of security groups */
	struct mutex lock;	/* configuration */
	u32 generation;
	u64 serial;
	u32 changed[VR_KIND_MAX];
	struct xarray objects[VR_KIND_POLICER + 1];
	struct rhashtable names;
	u32 counts[VR_KIND_MAX];
	u32 limits[VR_KIND_MAX];
	u32 limits_max[VR_KIND_MAX];
	struct rhashtable vnis;
	struct rhashtable remotes;
	struct rhashtable fdb;
	struct rhashtable neighbours;
	struct rhashtable route_uses;
	struct vr_nexthop *connected;
	u64 __percpu *drops;
	struct vr_drop_limits *drop_limits;
	struct delayed_work ra_work;
	unsigned long ra_last;
	u32 ra_initial;
	struct list_head gre;
	u32 gre_counts[2];
	u32 demux_users;
	struct list_head demux_hooks;
	unsigned int demux_count;
	bool demux_refused;
	int demux_wanted;
	struct delayed_work demux_work;
	struct net_device *gro_dev;
	struct list_head moves;
	spinlock_t moves_lock;	/* protects moves */
	struct delayed_work moves_work;
	struct vr_learn *learn;
	seqlock_t swaps;
	struct ida zones;
	unsigned long *used_zones;
	unsigned long *had_zones;
	struct nf_hook_state track_state[2];
	struct work_struct vifs_work;
	struct delayed_work elements_work;
	atomic_long_t frag_memory;
	atomic_long_t genid ____cacheline_aligned_in_smp;
	unsigned long *genids;
	u32 genid_next;
	struct vr_flows *flows;
	struct mem_cgroup *payer;
};

extern unsigned int vr_net_id;

/** vr_net() - the module's state of a network namespace */
static inline struct vr_net *vr_net(const struct net *net)
{
	return net_generic(net, vr_net_id);
}

/* Reads an RCU pointer under vr_net.lock, which protects its changes. */
#define vr_deref(vn, p) \
	rcu_dereference_protected(p, lockdep_is_held(&(vn)->lock))

#endif /* _VROUTER_H */
