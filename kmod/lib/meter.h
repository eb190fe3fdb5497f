/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VROUTER_METER_H
#define _VROUTER_METER_H

#include <linux/math64.h>
#include <linux/minmax.h>

#include "lib/rate.h"

/*
 * With 56 bits behind the point, the largest rate fits 64 bits and the smallest is right
 * to a part in 10^7.
 */
#define VR_METER_SCALE_BITS 56

/**
 * struct vr_bucket - something that is limited to so many a second
 * @scale: how many each nanosecond brings, times 2^56; 0 when there is no limit
 * @depth: how many there may be at once
 * @rate: how many there are
 */
struct vr_bucket {
	u64 scale;
	u64 depth;
	struct vr_rate rate;
};

/**
 * struct vr_meter_conf - what packets are measured by
 * @rate: bits a second, at most 10^12; 0 for any number
 * @burst: bytes at once, at most 2^32; 0 for the default
 * @packet_rate: packets a second, at most 10^9; 0 for any number
 * @packet_burst: packets at once, at most 2^32; 0 for the default
 * @level: enum vrouter_policer_level
 * @overhead: bytes that are added to each packet
 */
struct vr_meter_conf {
	u64 rate;
	u64 burst;
	u64 packet_rate;
	u64 packet_burst;
	u32 level;
	s32 overhead;
};

/**
 * struct vr_meter - measures packets by their bytes and by their number
 * @bytes: the bucket of bytes
 * @packets: the bucket of packets
 * @adjust: bytes by which a packet counts more, or less, than its frame is long
 */
struct vr_meter {
	struct vr_bucket bytes;
	struct vr_bucket packets;
	s32 adjust;
};

void vr_meter_init(struct vr_meter *meter, const struct vr_meter_conf *conf, u64 now);
void vr_meter_continue(struct vr_meter *meter, const struct vr_meter *old, u64 now);
bool vr_meter_overdrawn(const struct vr_meter *meter, u32 packets, u64 bytes);
bool vr_meter_has(const struct vr_meter *meter, u64 now, u32 packets, u64 bytes);

/**
 * vr_meter_bytes() - how long packets are to a meter
 * @meter: the meter
 * @packets: how many, see struct vr_stats
 * @bytes: of their frames together
 *
 * Return: bytes, never less than 0 however negative the overhead is.
 */
static inline u64 vr_meter_bytes(const struct vr_meter *meter, u32 packets, u32 bytes)
{
	return max_t(s64, (s64)bytes + (s64)packets * meter->adjust, 0);
}

/* The tokens that have come since the beginning of time, modulo 2^64. */
static inline u64 vr_meter_tokens(const struct vr_bucket *bucket, u64 now)
{
	return mul_u64_u64_shr(now, bucket->scale, VR_METER_SCALE_BITS);
}

static inline bool vr_bucket_take(struct vr_bucket *bucket, u64 now, u64 cost)
{
	return !bucket->scale ||
	       vr_rate_take(&bucket->rate, vr_meter_tokens(bucket, now), cost, bucket->depth);
}

/**
 * vr_meter_take() - do packets conform, together?
 * @meter: the meter
 * @now: the time
 * @packets: how many
 * @bytes: what vr_meter_bytes() says of them
 *
 * What exceeds one bucket is not taken from the other either.
 *
 * Context: any.
 */
static inline bool vr_meter_take(struct vr_meter *meter, u64 now, u32 packets, u64 bytes)
{
	if (!vr_bucket_take(&meter->bytes, now, bytes))
		return false;
	if (vr_bucket_take(&meter->packets, now, packets))
		return true;
	if (meter->bytes.scale)
		vr_rate_return(&meter->bytes.rate, bytes);
	return false;
}

#endif /* _VROUTER_METER_H */
