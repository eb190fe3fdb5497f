/* SPDX-License-Identifier: GPL-2.0 */
/* Early demux: tunnel packets taken at the device before the host routes them. */
#ifndef _VROUTER_EARLY_DEMUX_H
#define _VROUTER_EARLY_DEMUX_H

#include <linux/skbuff.h>

struct gre_base_hdr;
struct net_device;
struct sock;
struct vr_gre;
struct vr_net;

void __vr_demux_learn_udp(struct vr_net *vn, struct sock *sk, const struct sk_buff *skb);
void __vr_demux_learn_gre(struct vr_net *vn, const struct vr_gre *gre,
			  const struct gre_base_hdr *hdr, const struct sk_buff *skb);
void vr_demux_forget(struct vr_net *vn);
bool vr_demux_has_hooks(const struct vr_net *vn, const struct net_device *dev);
void vr_demux_device_gone(struct vr_net *vn, const struct net_device *dev);

void vr_demux_start(struct vr_net *vn);
void vr_demux_stop(struct vr_net *vn);
int vr_demux_init(void);
void vr_demux_close(void);
void vr_demux_exit(void);

/**
 * vr_demux_learn_udp() - learns from a packet that reached a tunnel's socket
 * @vn: the namespace
 * @sk: the socket; the caller read its tunnel in the same RCU read-side critical section
 * @skb: the packet: skb->data at its UDP header
 *
 * A packet without a route bypassed the host's stack: there is nothing to learn from it.
 *
 * Context: softirq or BH disabled; RCU read lock.
 */
static inline void vr_demux_learn_udp(struct vr_net *vn, struct sock *sk,
				      const struct sk_buff *skb)
{
	if (skb_dst(skb))
		__vr_demux_learn_udp(vn, sk, skb);
}

/**
 * vr_demux_learn_gre() - as vr_demux_learn_udp(), for a GRE packet
 * @vn: the namespace
 * @gre: what received it, found in the same RCU read-side critical section; receives all
 *	packets with the same protocol in their header, even if other tunnels are opened
 * @hdr: its GRE header
 * @skb: the packet
 *
 * Context: softirq or BH disabled; RCU read lock.
 */
static inline void vr_demux_learn_gre(struct vr_net *vn, const struct vr_gre *gre,
				      const struct gre_base_hdr *hdr,
				      const struct sk_buff *skb)
{
	if (skb_dst(skb))
		__vr_demux_learn_gre(vn, gre, hdr, skb);
}

#endif /* _VROUTER_EARLY_DEMUX_H */
