// SPDX-License-Identifier: GPL-2.0
/* Traffic counters, per CPU so that packets share no cache line. */
#include <linux/netdevice.h>
#include <net/netlink.h>

#include "lib/stats.h"

/** vr_stats_alloc() - allocates zeroed counters, to be freed with free_percpu(); or NULL */
struct vr_stats __percpu *vr_stats_alloc(void)
{
	return __netdev_alloc_pcpu_stats(struct vr_stats, VR_GFP_ACCOUNT);
}

struct sums {
	u64 rx_packets, rx_bytes, tx_packets, tx_bytes;
};

static void stats_sum_cpu(struct sums *sums, const struct vr_stats *stats)
{
	struct sums cpu;
	unsigned int start;

	do {
		start = u64_stats_fetch_begin(&stats->syncp);
		cpu.rx_packets = u64_stats_read(&stats->rx_packets);
		cpu.rx_bytes = u64_stats_read(&stats->rx_bytes);
		cpu.tx_packets = u64_stats_read(&stats->tx_packets);
		cpu.tx_bytes = u64_stats_read(&stats->tx_bytes);
	} while (u64_stats_fetch_retry(&stats->syncp, start));
	sums->rx_packets += cpu.rx_packets;
	sums->rx_bytes += cpu.rx_bytes;
	sums->tx_packets += cpu.tx_packets;
	sums->tx_bytes += cpu.tx_bytes;
}

static int stats_put(struct sk_buff *msg, int attr, u64 value)
{
	return nla_put_u64_64bit(msg, attr, value, VROUTER_A_STATS_PAD);
}

/**
 * vr_stats_put() - writes counters as a nest of the attribute set "stats"
 * @msg: reply
 * @attr: attribute number of the nest
 * @stats: the counters
 * @drops: packets dropped at the object
 *
 * Return: 0 or -EMSGSIZE.
 */
int vr_stats_put(struct sk_buff *msg, int attr,
		 const struct vr_stats __percpu *stats, u64 drops)
{
	struct nlattr *nest = nla_nest_start(msg, attr);
	struct sums sums = {};
	int cpu;

	if (!nest)
		return -EMSGSIZE;
	for_each_possible_cpu(cpu)
		stats_sum_cpu(&sums, per_cpu_ptr(stats, cpu));
	if (stats_put(msg, VROUTER_A_STATS_RX_PACKETS, sums.rx_packets) ||
	    stats_put(msg, VROUTER_A_STATS_RX_BYTES, sums.rx_bytes) ||
	    stats_put(msg, VROUTER_A_STATS_TX_PACKETS, sums.tx_packets) ||
	    stats_put(msg, VROUTER_A_STATS_TX_BYTES, sums.tx_bytes) ||
	    stats_put(msg, VROUTER_A_STATS_DROPS, drops)) {
		nla_nest_cancel(msg, nest);
		return -EMSGSIZE;
	}
	nla_nest_end(msg, nest);
	return 0;
}
