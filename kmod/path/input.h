/* SPDX-License-Identifier: GPL-2.0 */
/* Entry points of packets into the module. */
#ifndef _VROUTER_INPUT_H
#define _VROUTER_INPUT_H

#include <linux/netdevice.h>

#include "core/packet.h"

rx_handler_result_t vr_vif_rx_handler(struct sk_buff **pskb);
void vr_vif_receive(struct vr_vif *vif, struct sk_buff *skb);
void vr_tunnel_receive(const struct vr_from *from, struct sk_buff *skb);

#endif /* _VROUTER_INPUT_H */
