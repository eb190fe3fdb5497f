/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VROUTER_STATS_H
#define _VROUTER_STATS_H

#include <linux/percpu.h>
#include <linux/u64_stats_sync.h>

#include "core/dryrun.h"
#include "core/vrouter.h"

struct sk_buff;

/**
 * struct vr_stats - traffic of an object on one CPU
 * @rx_packets: packets that came to it from outside
 * @rx_bytes: their bytes from the (inner) Ethernet header on
 * @tx_packets: packets that left through it
 * @tx_bytes: their bytes
 * @syncp: makes 64-bit counts whole on 32-bit machines
 *
 * GSO packets count as what goes over the wire: every segment with its headers.
 */
struct vr_stats {
	u64_stats_t rx_packets;
	u64_stats_t rx_bytes;
	u64_stats_t tx_packets;
	u64_stats_t tx_bytes;
	struct u64_stats_sync syncp;
};

struct vr_stats __percpu *vr_stats_alloc(void);
int vr_stats_put(struct sk_buff *msg, int attr,
		 const struct vr_stats __percpu *stats, u64 drops);

/**
 * vr_stats_rx() - counts what came to an object from outside
 * @stats: of the object
 * @packets: how many, see vr_pkt.packets
 * @bytes: how long they are together
 *
 * Context: softirq, or BH disabled.
 */
static inline void vr_stats_rx(struct vr_stats __percpu *stats, u32 packets, u32 bytes)
{
	struct vr_stats *here = this_cpu_ptr(stats);

	if (vr_trace_on())
		return;
	u64_stats_update_begin(&here->syncp);
	u64_stats_add(&here->rx_packets, packets);
	u64_stats_add(&here->rx_bytes, bytes);
	u64_stats_update_end(&here->syncp);
}

/** vr_stats_tx() - counts what left through an object; as vr_stats_rx() */
static inline void vr_stats_tx(struct vr_stats __percpu *stats, u32 packets, u32 bytes)
{
	struct vr_stats *here = this_cpu_ptr(stats);

	if (vr_trace_on())
		return;
	u64_stats_update_begin(&here->syncp);
	u64_stats_add(&here->tx_packets, packets);
	u64_stats_add(&here->tx_bytes, bytes);
	u64_stats_update_end(&here->syncp);
}

#endif /* _VROUTER_STATS_H */
