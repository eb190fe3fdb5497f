/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VROUTER_INPUT_H
#define _VROUTER_INPUT_H

#include <linux/netdevice.h>

#include "vrouter.h"

/* Takes every frame of a vif's device; rx_handler_data is the vif. */
rx_handler_result_t vr_vif_rx_handler(struct sk_buff **pskb);
/* A frame of a VM, MAC header set, data at the network header. Takes the skb. */
void vr_vif_receive(struct vr_vif *vif, struct sk_buff *skb);
/* An inner frame from a tunnel, data at the Ethernet header. Takes the skb. */
void vr_tunnel_receive(struct vr_tunnel *tunnel, struct vr_network *network,
		       struct sk_buff *skb);

#endif /* _VROUTER_INPUT_H */
