/* SPDX-License-Identifier: GPL-2.0 */
/* Router advertisements. */
#ifndef _VROUTER_RA_H
#define _VROUTER_RA_H

#include "core/vrouter.h"

struct sk_buff;
struct vr_pkt;

void vr_ra_init(struct vr_net *vn);
void vr_ra_exit(struct vr_net *vn);
void vr_ra_solicited(struct sk_buff *skb, struct vr_pkt *pkt);

#endif /* _VROUTER_RA_H */
