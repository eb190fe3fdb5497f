/* SPDX-License-Identifier: GPL-2.0 */
/* Outer packets taken before the host routes them. */
#ifndef _VROUTER_EARLY_H
#define _VROUTER_EARLY_H

struct net_device;
struct sk_buff;
struct sock;
struct vr_net;

void vr_early_learn(struct vr_net *vn, struct sock *sk, const struct sk_buff *skb);
void vr_early_forget(struct vr_net *vn);
void vr_early_device_gone(struct vr_net *vn, const struct net_device *dev);

void vr_early_start(struct vr_net *vn);
void vr_early_stop(struct vr_net *vn);
int vr_early_init(void);
void vr_early_close(void);
void vr_early_exit(void);

#endif /* _VROUTER_EARLY_H */
