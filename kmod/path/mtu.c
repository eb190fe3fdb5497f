// SPDX-License-Identifier: GPL-2.0
/* Packets that are larger than the MTU in front of them. */
#include <linux/netdevice.h>

#include "core/dryrun.h"
#include "objects/vif.h"
#include "path/fragment.h"
#include "path/icmp.h"
#include "path/mtu.h"
#include "path/segment.h"

struct limit {
	int mtu;
	vr_output_fn *output;
	void *to;
};

static bool fragment(struct sk_buff *skb, struct vr_pkt *pkt, void *to)
{
	const struct limit *limit = to;

	return vr_fragment(skb, pkt, limit->mtu, limit->output, limit->to);
}

/**
 * vr_too_big() - fragments a packet that is too big, or tells its sender
 * @skb: the packet; taken
 * @pkt: about it
 * @vif: vif that it would go to, or NULL; counts the drop
 * @mtu: largest IP packet
 * @output: sends the parts that the packet is split into
 * @to: for @output
 *
 * IPv4 packets that may be fragmented are (RFC 791, section 3.2), before encapsulation: the VM
 * reassembles them, not the hypervisor. Otherwise the sender gets an ICMP error (RFC 1191, section
 * 4; RFC 4443, section 3.2), even if it believes the receiver to be on its own link: there is a
 * tunnel in between.
 *
 * Return: did anything leave?
 */
bool vr_too_big(struct sk_buff *skb, struct vr_pkt *pkt, struct vr_vif *vif, int mtu,
		vr_output_fn *output, void *to)
{
	struct limit limit = { mtu, output, to };

	vr_trace_too_big(skb, mtu);
	if (vr_may_split(pkt)) {
		if (skb_is_gso(skb))
			return vr_segment(skb, pkt, fragment, &limit);
		return fragment(skb, pkt, &limit);
	}
	vr_icmp_error_switched(skb, pkt, VR_ICMP_TOO_BIG, max(mtu, 0));
	if (vif)
		vr_pkt_drop_at(pkt, vif, skb, pkt->packets, VR_DROP_TOO_BIG);
	else
		vr_pkt_drop(pkt, skb, VR_DROP_TOO_BIG);
	return false;
}
