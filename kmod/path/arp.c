// SPDX-License-Identifier: GPL-2.0
/* ARP: RFC 826, RFC 5227. The router answers from the configured tables. */
#include <linux/etherdevice.h>
#include <linux/if_arp.h>
#include <linux/inetdevice.h>

#include "fib/learn.h"
#include "objects/vif.h"
#include "path/arp.h"
#include "path/forward.h"
#include "path/originate.h"
#include "path/resolve.h"

/** struct arp_ipv4 - ARP for IPv4 over Ethernet, as on the wire */
struct arp_ipv4 {
	struct arphdr hdr;
	u8 sha[ETH_ALEN];
	__be32 spa;
	u8 tha[ETH_ALEN];
	__be32 tpa;
} __packed;

static bool arp_is_ipv4(const struct arp_ipv4 *arp)
{
	return arp->hdr.ar_hrd == htons(ARPHRD_ETHER) && arp->hdr.ar_pro == htons(ETH_P_IP) &&
	       arp->hdr.ar_hln == ETH_ALEN && arp->hdr.ar_pln == sizeof(arp->spa);
}

/* Bytes behind the packet are Ethernet padding or have no meaning. */
static bool arp_read(struct sk_buff *skb, struct arp_ipv4 *arp)
{
	if (!pskb_may_pull(skb, sizeof(*arp)) || pskb_trim_rcsum(skb, sizeof(*arp)))
		return false;
	memcpy(arp, skb_network_header(skb), sizeof(*arp));
	if (!arp_is_ipv4(arp))
		return false;
	if (arp->hdr.ar_op != htons(ARPOP_REQUEST) && arp->hdr.ar_op != htons(ARPOP_REPLY))
		return false;
	return !ipv4_is_multicast(arp->spa) && !ipv4_is_lbcast(arp->spa) &&
	       !ipv4_is_loopback(arp->spa);
}

/* A probe claims no address, only its sender's MAC. */
static bool arp_may_say(const struct vr_pkt *pkt, const struct arp_ipv4 *arp)
{
	const struct vr_vif_conf *conf;
	union vr_ip spa = { .v4 = arp->spa };

	if (arp->spa)
		return vr_may_claim(pkt, AF_INET, &spa, arp->sha);
	if (!pkt->vif)
		return true;
	conf = rcu_dereference(pkt->vif->conf);
	return !conf->has_mac || ether_addr_equal(arp->sha, conf->mac);
}

static struct sk_buff *build_reply(const struct arp_ipv4 *request, const u8 *mac)
{
	struct sk_buff *own = vr_originate_alloc(sizeof(struct arp_ipv4), ETH_P_ARP);
	struct arp_ipv4 *reply;

	if (!own)
		return NULL;
	reply = skb_put(own, sizeof(*reply));
	reply->hdr = request->hdr;
	reply->hdr.ar_op = htons(ARPOP_REPLY);
	ether_addr_copy(reply->sha, mac);
	reply->spa = request->tpa;
	ether_addr_copy(reply->tha, request->sha);
	reply->tpa = request->spa;
	return own;
}

static void arp_answer(struct sk_buff *skb, struct vr_pkt *pkt, const struct arp_ipv4 *request,
		       const u8 *mac)
{
	struct sk_buff *own = build_reply(request, mac);

	if (!own)
		return vr_pkt_drop(pkt, skb, VR_DROP_NO_MEMORY);
	vr_originate_to_vif(pkt->vif, own, pkt->src_mac);
	consume_skb(skb);
}

static void receive_request(struct sk_buff *skb, struct vr_pkt *pkt,
			    const struct arp_ipv4 *arp)
{
	const union vr_ip target = { .v4 = arp->tpa };
	const struct vr_question question = {
		.family = AF_INET,
		.target = &target,
		.mac = arp->sha,
		.probe = !arp->spa,
	};
	u8 mac[ETH_ALEN];

	switch (vr_resolve(pkt, &question, mac)) {
	case VR_RESOLVED:
		return arp_answer(skb, pkt, arp, mac);
	case VR_RESOLVED_SILENCE:
		return consume_skb(skb);
	case VR_RESOLVED_FORWARD:
		return vr_forward_question(skb, pkt);
	}
}

/* Tells the other VMs that an address moves, if the VM did not tell them itself. */
static void arp_tell_others(const struct vr_pkt *pkt, const struct arp_ipv4 *said)
{
	struct sk_buff *own = vr_originate_alloc(sizeof(*said), ETH_P_ARP);
	struct arp_ipv4 *arp;
	u8 all[ETH_ALEN];

	if (!own)
		return;
	arp = skb_put(own, sizeof(*arp));
	*arp = *said;
	arp->hdr.ar_op = htons(ARPOP_REQUEST);
	eth_zero_addr(arp->tha);
	arp->tpa = arp->spa;
	eth_broadcast_addr(all);
	vr_originate_flood(own, pkt, all);
}

static bool is_announcement(const struct arp_ipv4 *arp)
{
	return arp->spa && arp->spa == arp->tpa;
}

/* Every ARP packet, a request too, says where its sender's address is. */
static void arp_hear_announcement(const struct sk_buff *skb, const struct vr_pkt *pkt,
				  const struct arp_ipv4 *arp)
{
	union vr_ip spa = { .v4 = arp->spa };

	if (!arp->spa || !vr_announce(pkt, AF_INET, &spa, arp->sha))
		return;
	if (!is_multicast_ether_addr(eth_hdr(skb)->h_dest) ||
	    (arp->hdr.ar_op == htons(ARPOP_REQUEST) && !is_announcement(arp)))
		arp_tell_others(pkt, arp);
}

/**
 * vr_arp_receive() - an ARP packet
 * @skb: the packet; taken
 * @pkt: about it
 *
 * The router answers the requests of VMs if it knows the answer. Announcements (gratuitous ARP) are
 * forwarded to the others, and so are requests without an answer. Clusters announce an address in
 * several ways: to the gateway, as a request for the address, or as a request for 255.255.255.255.
 * No policy denies ARP. The router doesn't answer packets from the overlay: each hypervisor answers
 * its own VMs.
 *
 * Context: softirq or BH disabled; RCU read lock.
 */
void vr_arp_receive(struct sk_buff *skb, struct vr_pkt *pkt)
{
	struct arp_ipv4 arp;

	if (!arp_read(skb, &arp))
		return vr_pkt_drop(pkt, skb, VR_DROP_BAD_ARP);
	if (!arp_may_say(pkt, &arp))
		return vr_pkt_drop(pkt, skb, VR_DROP_SPOOFED_ARP);
	vr_learn(pkt);
	pkt->implicit = true;
	arp_hear_announcement(skb, pkt, &arp);
	if (pkt->vif && arp.hdr.ar_op == htons(ARPOP_REQUEST) && !is_announcement(&arp))
		receive_request(skb, pkt, &arp);
	else
		vr_forward(skb, pkt);
}

/** __vr_is_self_announcement() - see vr_is_self_announcement(); the packet is RARP */
bool __vr_is_self_announcement(struct sk_buff *skb, const struct vr_pkt *pkt)
{
	struct arp_ipv4 arp;

	if (!is_broadcast_ether_addr(eth_hdr(skb)->h_dest) || !pskb_may_pull(skb, sizeof(arp)))
		return false;
	memcpy(&arp, skb_network_header(skb), sizeof(arp));
	return arp_is_ipv4(&arp) && arp.hdr.ar_op == htons(ARPOP_RREQUEST) &&
	       ether_addr_equal(arp.sha, pkt->src_mac) &&
	       ether_addr_equal(arp.tha, pkt->src_mac) && !arp.spa && !arp.tpa;
}

/**
 * vr_self_announcement_receive() - a frame that says where a VM is
 * @skb: the frame; taken
 * @pkt: about it
 *
 * The frame is for everyone in the network, and no policy denies it.
 *
 * Context: softirq or BH disabled; RCU read lock.
 */
void vr_self_announcement_receive(struct sk_buff *skb, struct vr_pkt *pkt)
{
	if (pskb_trim_rcsum(skb, sizeof(struct arp_ipv4)))
		return vr_pkt_drop(pkt, skb, VR_DROP_NO_MEMORY);
	vr_learn(pkt);
	pkt->implicit = true;
	vr_forward(skb, pkt);
}
