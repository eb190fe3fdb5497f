/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VROUTER_ANTISPOOF_H
#define _VROUTER_ANTISPOOF_H

#include "core/packet.h"

struct vr_vif_conf;

enum vr_drop vr_check_frame(const struct sk_buff *skb, const struct vr_pkt *pkt);
enum vr_drop vr_check_vm_packet(const struct sk_buff *skb, const struct vr_pkt *pkt,
				bool resolution);
bool vr_may_use(const struct vr_vif_conf *conf, u32 family, const union vr_ip *addr);
bool vr_owns(const struct vr_vif_conf *conf, u32 family, const union vr_ip *addr);

#endif /* _VROUTER_ANTISPOOF_H */
