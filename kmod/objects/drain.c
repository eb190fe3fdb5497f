// SPDX-License-Identifier: GPL-2.0
/*
 * Waits for the frames in the backlogs of the CPUs. Frames of a closed device may still be there,
 * and no exported function flushes the backlogs. A backlog is a queue: a marker is queued behind
 * the frames on each CPU, and when it comes out, all frames before it have been received. It
 * doesn't matter whether softirqs or threads (thread_backlog_napi) empty the queues.
 */
#include <linux/completion.h>
#include <linux/cpu.h>
#include <linux/etherdevice.h>
#include <linux/if_arp.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <linux/workqueue.h>

#include "objects/drain.h"

/* Attempts, one per jiffy, to queue a marker in a backlog that stays full. */
#define TRIES 100

/**
 * struct marker - the marker of one CPU
 * @work: queues the marker in the backlog
 * @out: completed when the marker comes out
 */
struct marker {
	struct work_struct work;
	struct completion out;
};

/* The device that markers come from; it is never registered. */
static struct net_device *drain_source;

static void marker_come_out(struct sk_buff *skb)
{
	struct marker *marker = skb_shinfo(skb)->destructor_arg;

	complete(&marker->out);
}

static rx_handler_result_t marker_receive(struct sk_buff **pskb)
{
	consume_skb(*pskb);
	return RX_HANDLER_CONSUMED;
}

static struct sk_buff *marker_make_skb(struct marker *marker)
{
	struct sk_buff *skb = alloc_skb(ETH_HLEN, GFP_KERNEL | __GFP_NOFAIL);

	skb->dev = drain_source;
	skb->pkt_type = PACKET_LOOPBACK;	/* packet sockets ignore it */
	skb_put_zero(skb, ETH_HLEN);
	skb_reset_mac_header(skb);
	__skb_pull(skb, ETH_HLEN);
	skb->destructor = marker_come_out;
	skb_shinfo(skb)->destructor_arg = marker;
	return skb;
}

/*
 * Runs on the marker's CPU: netif_rx() queues to the backlog of this CPU, as the device has no RPS.
 */
static void marker_pass(struct work_struct *work)
{
	struct marker *marker = container_of(work, struct marker, work);
	unsigned int tries;

	for (tries = 0; tries < TRIES; tries++) {
		reinit_completion(&marker->out);
		if (netif_rx(marker_make_skb(marker)) == NET_RX_SUCCESS) {
			wait_for_completion(&marker->out);
			return;
		}
		schedule_timeout_uninterruptible(1);
	}
	pr_warn_ratelimited("vrouter: the backlog of CPU %d is full: frames of a deleted vif may be in it\n",
			    raw_smp_processor_id());
}

static void markers_pass(struct marker __percpu *markers)
{
	struct marker *marker;
	int cpu;

	cpus_read_lock();
	for_each_online_cpu(cpu) {
		marker = per_cpu_ptr(markers, cpu);
		INIT_WORK(&marker->work, marker_pass);
		init_completion(&marker->out);
		queue_work_on(cpu, system_highpri_wq, &marker->work);
	}
	for_each_online_cpu(cpu)
		flush_work(&per_cpu_ptr(markers, cpu)->work);
	cpus_read_unlock();
}

/**
 * vr_drain() - waits until all frames that are in a backlog now have been received
 *
 * Context: sleeps, under the rtnl.
 */
void vr_drain(void)
{
	struct marker __percpu *markers = alloc_percpu(struct marker);

	if (!markers) {
		/* Far longer than a busy CPU takes to empty a full backlog. */
		msleep(100);
		return;
	}
	markers_pass(markers);
	free_percpu(markers);
}

static void source_setup(struct net_device *dev)
{
	dev->type = ARPHRD_NONE;
	dev->flags = IFF_UP;
	set_bit(__LINK_STATE_START, &dev->state);	/* or its frames are dropped */
}

/** vr_drain_init() - Return: 0 or a negative errno */
int __init vr_drain_init(void)
{
	int err;

	drain_source = alloc_netdev(0, "vrouter-drain", NET_NAME_UNKNOWN, source_setup);
	if (!drain_source)
		return -ENOMEM;
	rtnl_lock();
	err = netdev_rx_handler_register(drain_source, marker_receive, NULL);
	rtnl_unlock();
	if (err)
		free_netdev(drain_source);
	return err;
}

/** vr_drain_exit() - Context: no marker is queued, since vr_drain() waits for its markers */
void vr_drain_exit(void)
{
	free_netdev(drain_source);
}
