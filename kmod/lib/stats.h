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
 * @rx_packets: packets that it received from outside
 * @rx_bytes: their bytes, from the (inner) Ethernet header on
 * @tx_packets: packets that left through it
 * @tx_bytes: their bytes
 * @syncp: keeps 64-bit counters consistent on 32-bit machines
 *
 * A GSO packet counts as it appears on the wire: each segment with its headers.
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
 * vr_stats_rx() - counts packets that an object received from outside
 * @stats: the object's counters
 * @packets: number of packets, see vr_pkt.packets
 * @bytes: their total length
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

/** vr_stats_tx() - counts packets that left through an object; as vr_stats_rx() */
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
