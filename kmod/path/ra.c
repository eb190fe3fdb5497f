// SPDX-License-Identifier: GPL-2.0
/* Sends router advertisements (RFC 4861, section 6.2) to the VMs of this host. */
#include <linux/etherdevice.h>
#include <linux/icmpv6.h>
#include <linux/ipv6.h>
#include <linux/random.h>
#include <net/addrconf.h>
#include <net/ndisc.h>

#include "core/packet.h"
#include "objects/network.h"
#include "objects/ra_timer.h"
#include "objects/vif.h"
#include "path/forward.h"
#include "path/originate.h"
#include "path/ra.h"

/* In seconds: the defaults of RFC 4861, section 6.2.1, and the constants of section 10. */
#define INTERVAL_MIN 200
#define INTERVAL_MAX 600
#define ROUTER_LIFETIME 1800
#define INITIAL_INTERVAL 16
#define VALID_LIFETIME 2592000
#define PREFERRED_LIFETIME 604800

#define HOP_LIMIT 64

#define UNIT 8

struct mtu_option {
	u8 type;
	u8 len;
	__be16 reserved;
	__be32 mtu;
};

/* An advertisement must fit into the smallest MTU: prefixes beyond this number are left out. */
#define PREFIXES_MAX ((IPV6_MIN_MTU - sizeof(struct ipv6hdr) - sizeof(struct ra_msg) - \
		       UNIT - sizeof(struct mtu_option)) / sizeof(struct prefix_info))

static bool advertises(const struct vr_network *network)
{
	return READ_ONCE(network->ra) != VROUTER_RA_MODE_OFF &&
	       rcu_dereference(network->gateways)->has_v6;
}

/*
 * Is the gateway's subnet not link-local, and different from the subnets of all gateways before it?
 */
static bool is_new_prefix(const struct vr_gateways *gateways, unsigned int i)
{
	const struct vr_prefix *prefix = &gateways->addr[i];

	if (prefix->addr.family != AF_INET6 ||
	    ipv6_addr_type(&prefix->addr.v6) & IPV6_ADDR_LINKLOCAL)
		return false;
	while (i--)
		if (gateways->addr[i].addr.family == AF_INET6 &&
		    gateways->addr[i].len == prefix->len &&
		    ipv6_prefix_equal(&gateways->addr[i].addr.v6, &prefix->addr.v6,
				      prefix->len))
			return false;
	return true;
}

/* RFC 4862, section 5.5.3: hosts form addresses in prefixes of 64 bits only. */
static void put_prefix(struct sk_buff *skb, const struct vr_prefix *prefix, u32 mode)
{
	struct prefix_info *info = skb_put_zero(skb, sizeof(*info));

	info->type = ND_OPT_PREFIX_INFO;
	info->length = sizeof(*info) / UNIT;
	info->prefix_len = prefix->len;
	info->onlink = 1;
	info->autoconf = mode == VROUTER_RA_MODE_SLAAC && prefix->len == 64;
	info->valid = htonl(VALID_LIFETIME);
	info->prefered = htonl(PREFERRED_LIFETIME);
	ipv6_addr_prefix(&info->prefix, &prefix->addr.v6, prefix->len);
}

static void put_options(struct sk_buff *skb, const struct vr_network *network,
			const struct vr_gateways *gateways)
{
	struct mtu_option *mtu;
	unsigned int i, left = PREFIXES_MAX;
	u8 *lla = skb_put(skb, UNIT);

	lla[0] = ND_OPT_SOURCE_LL_ADDR;
	lla[1] = 1;
	ether_addr_copy(lla + 2, gateways->mac);

	mtu = skb_put_zero(skb, sizeof(*mtu));
	mtu->type = ND_OPT_MTU;
	mtu->len = sizeof(*mtu) / UNIT;
	mtu->mtu = htonl(READ_ONCE(network->mtu));

	for (i = 0; i < gateways->count && left; i++) {
		if (!is_new_prefix(gateways, i))
			continue;
		put_prefix(skb, &gateways->addr[i], READ_ONCE(network->ra));
		left--;
	}
}

/* The M and O flags are not set: there is no DHCPv6 to send hosts to. */
static struct sk_buff *ra_build(const struct vr_network *network, const struct in6_addr *dst)
{
	const struct vr_gateways *gateways = rcu_dereference(network->gateways);
	struct sk_buff *skb = vr_originate_alloc(IPV6_MIN_MTU, ETH_P_IPV6);
	struct ra_msg *msg;

	if (!skb)
		return NULL;
	msg = (struct ra_msg *)vr_originate_icmp6(skb, &gateways->link_local, dst, 255,
						  sizeof(*msg));
	msg->icmph.icmp6_type = NDISC_ROUTER_ADVERTISEMENT;
	msg->icmph.icmp6_hop_limit = HOP_LIMIT;
	msg->icmph.icmp6_rt_lifetime = htons(ROUTER_LIFETIME);
	put_options(skb, network, gateways);
	ipv6_hdr(skb)->payload_len = htons(skb->len - sizeof(struct ipv6hdr));
	vr_originate_icmp6_checksum(skb);
	return skb;
}

/**
 * vr_ra_solicited() - a VM looks for a router
 * @skb: router solicitation that passed all checks; taken
 * @pkt: about it
 *
 * The answer goes to the VM alone (RFC 4861, section 6.2.6), and at once: there is no other router
 * on its link that an answer could collide with. If the network doesn't advertise, the solicitation
 * is flooded like other multicast.
 *
 * Context: softirq or BH disabled; RCU read lock.
 */
void vr_ra_solicited(struct sk_buff *skb, struct vr_pkt *pkt)
{
	bool unspecified = ipv6_addr_any(&pkt->src.v6);
	struct sk_buff *own;

	if (!advertises(pkt->network))
		return vr_forward(skb, pkt);
	own = ra_build(pkt->network, unspecified ? &in6addr_linklocal_allnodes : &pkt->src.v6);
	if (!own)
		return vr_pkt_drop(pkt, skb, VR_DROP_NO_MEMORY);
	vr_originate_to_vif(pkt->vif, own, pkt->src_mac);
	consume_skb(skb);
}

static void advertise(struct vr_vif *vif)
{
	u8 all_nodes[ETH_ALEN];
	struct sk_buff *skb;

	if (!advertises(vif->network) || !vr_vif_is_up(vif))
		return;
	skb = ra_build(vif->network, &in6addr_linklocal_allnodes);
	if (!skb)
		return;
	ipv6_eth_mc_map(&in6addr_linklocal_allnodes, all_nodes);
	vr_originate_to_vif(vif, skb, all_nodes);
}

/* Advertises to the next vif from @id on. Returns false if there is none. */
static bool advertise_to_next(struct vr_net *vn, unsigned long *id)
{
	struct vr_object *obj;

	rcu_read_lock_bh();
	rcu_read_lock();
	obj = xa_find(&vn->objects[VR_KIND_VIF], id, ULONG_MAX, XA_PRESENT);
	if (obj)
		advertise(vr_to_vif(obj));
	rcu_read_unlock();
	rcu_read_unlock_bh();
	return obj;
}

static unsigned long next_interval(struct vr_net *vn)
{
	u32 left = READ_ONCE(vn->ra_initial);

	if (left) {
		WRITE_ONCE(vn->ra_initial, left - 1);
		return INITIAL_INTERVAL * HZ;
	}
	return (INTERVAL_MIN + get_random_u32_below(INTERVAL_MAX - INTERVAL_MIN)) * HZ;
}

static void ra_work(struct work_struct *work)
{
	struct vr_net *vn = container_of(to_delayed_work(work), struct vr_net, ra_work);
	unsigned long id = 0;

	WRITE_ONCE(vn->ra_last, jiffies);
	while (advertise_to_next(vn, &id)) {
		id++;
		cond_resched();
	}
	queue_delayed_work(system_power_efficient_wq, &vn->ra_work, next_interval(vn));
}

/** vr_ra_init() - prepares a new namespace; nothing is sent before vr_ra_kick() */
void vr_ra_init(struct vr_net *vn)
{
	INIT_DELAYED_WORK(&vn->ra_work, ra_work);
	vn->ra_last = jiffies - VR_RA_MIN_DELAY * HZ;
}

/** vr_ra_exit() - stops advertising: nothing is sent after it returns. Context: sleeps */
void vr_ra_exit(struct vr_net *vn)
{
	cancel_delayed_work_sync(&vn->ra_work);
}
