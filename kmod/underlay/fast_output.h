/* SPDX-License-Identifier: GPL-2.0 */
/* Sends outer packets directly to the neighbour. */
#ifndef _VROUTER_FAST_OUTPUT_H
#define _VROUTER_FAST_OUTPUT_H

#include <linux/types.h>

struct sk_buff;
struct vr_outer;
struct vr_tunnel_conf;

bool vr_fast_output_may(const struct sk_buff *skb, const struct vr_tunnel_conf *conf,
			const struct vr_outer *outer);
int vr_fast_output(struct sk_buff *skb, const struct vr_tunnel_conf *conf,
		   const struct vr_outer *outer);

#endif /* _VROUTER_FAST_OUTPUT_H */
