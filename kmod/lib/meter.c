// SPDX-License-Identifier: GPL-2.0
/*
 * A meter: two token buckets, one for bytes and one for packets. This file uses no kernel
 * objects, so that the unit tests can compile it too.
 */
#include <linux/bits.h>
#include <linux/if_ether.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/time64.h>

#include <uapi/linux/vrouter.h>

#include "lib/meter.h"

/*
 * The default bursts: a fourth of a second at the rate, with minimums in bytes and packets. A TCP
 * sender that has emptied the bucket may be silent for its retransmission timeout, 200 ms in
 * Linux. The bucket must hold the tokens of that time, or the sender would never reach its rate.
 */
#define BURST_PART 4
#define BURST_MIN (128 * 1024)
#define PACKET_BURST_MIN 64

static void init_bucket(struct vr_bucket *bucket, u64 scale, u64 depth, u64 now)
{
	bucket->scale = scale;
	bucket->depth = depth;
	vr_rate_set(&bucket->rate, vr_meter_tokens(bucket, now), depth);
}

/**
 * vr_meter_init() - initializes a meter with full buckets
 * @meter: the meter
 * @conf: its configuration
 * @now: the time, ktime_get_ns()
 */
void vr_meter_init(struct vr_meter *meter, const struct vr_meter_conf *conf, u64 now)
{
	u64 burst = conf->burst, packet_burst = conf->packet_burst;

	if (!burst)
		burst = max_t(u64, div_u64(conf->rate, BITS_PER_BYTE * BURST_PART), BURST_MIN);
	if (!packet_burst)
		packet_burst = max_t(u64, div_u64(conf->packet_rate, BURST_PART),
				     PACKET_BURST_MIN);
	init_bucket(&meter->bytes,
		    mul_u64_u64_div_u64(conf->rate, BIT_ULL(VR_METER_SCALE_BITS),
					(u64)NSEC_PER_SEC * BITS_PER_BYTE),
		    burst, now);
	init_bucket(&meter->packets,
		    mul_u64_u64_div_u64(conf->packet_rate, BIT_ULL(VR_METER_SCALE_BITS),
					NSEC_PER_SEC),
		    packet_burst, now);
	meter->adjust = conf->overhead;
	if (conf->level == VROUTER_POLICER_LEVEL_L3)
		meter->adjust -= ETH_HLEN;
}

static void continue_bucket(struct vr_bucket *bucket, const struct vr_bucket *old, u64 now)
{
	s64 left;

	if (!bucket->scale || !old->scale)
		return;
	left = vr_rate_left(&old->rate, vr_meter_tokens(old, now), old->depth);
	vr_rate_set(&bucket->rate, vr_meter_tokens(bucket, now), min_t(s64, left, bucket->depth));
}

/**
 * vr_meter_continue() - takes over the fill levels of another meter
 * @meter: the new meter
 * @old: the meter that it replaces, perhaps still in use
 * @now: the time
 *
 * Without this, each change of a meter's configuration would grant a full burst.
 */
void vr_meter_continue(struct vr_meter *meter, const struct vr_meter *old, u64 now)
{
	continue_bucket(&meter->bytes, &old->bytes, now);
	continue_bucket(&meter->packets, &old->packets, now);
}

static bool meter_has(const struct vr_bucket *bucket, u64 now, u64 cost)
{
	return !bucket->scale ||
	       vr_rate_has(&bucket->rate, vr_meter_tokens(bucket, now), cost, bucket->depth);
}

/**
 * vr_meter_has() - would packets conform if they were charged now?
 * @meter: the meter
 * @now: the time
 * @packets: number of packets
 * @bytes: their length by vr_meter_bytes()
 *
 * Context: any.
 */
bool vr_meter_has(const struct vr_meter *meter, u64 now, u32 packets, u64 bytes)
{
	return meter_has(&meter->bytes, now, bytes) && meter_has(&meter->packets, now, packets);
}

static bool is_overdrawn(const struct vr_bucket *bucket, u64 cost)
{
	return bucket->scale && cost > bucket->depth;
}

/**
 * vr_meter_overdrawn() - do packets cost more than a full bucket holds?
 * @meter: the meter
 * @packets: number of packets
 * @bytes: their length by vr_meter_bytes()
 *
 * Context: any.
 */
bool vr_meter_overdrawn(const struct vr_meter *meter, u32 packets, u64 bytes)
{
	return is_overdrawn(&meter->bytes, bytes) || is_overdrawn(&meter->packets, packets);
}
