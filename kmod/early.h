/* SPDX-License-Identifier: GPL-2.0 */
/* Outer packets taken before the host routes them. */
#ifndef _VROUTER_EARLY_H
#define _VROUTER_EARLY_H

#include <linux/skbuff.h>

struct net_device;
struct sock;
struct vr_net;

void __vr_early_learn(struct vr_net *vn, struct sock *sk, const struct sk_buff *skb);
void vr_early_forget(struct vr_net *vn);
void vr_early_device_gone(struct vr_net *vn, const struct net_device *dev);

void vr_early_start(struct vr_net *vn);
void vr_early_stop(struct vr_net *vn);
int vr_early_init(void);
void vr_early_close(void);
void vr_early_exit(void);

/**
 * vr_early_learn() - a packet has come to a tunnel's socket
 * @vn: the namespace
 * @sk: the socket; whose it is was read in the same RCU section as this is called in
 * @skb: the packet: skb->data at its UDP header
 *
 * Without a route it did not go the host's way, and there is nothing to learn.
 *
 * Context: softirq or BH disabled; RCU read lock.
 */
static inline void vr_early_learn(struct vr_net *vn, struct sock *sk, const struct sk_buff *skb)
{
	if (skb_dst(skb))
		__vr_early_learn(vn, sk, skb);
}

#endif /* _VROUTER_EARLY_H */
