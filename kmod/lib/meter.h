/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VROUTER_METER_H
#define _VROUTER_METER_H

#include <linux/math64.h>
#include <linux/minmax.h>

#include "lib/rate.h"

/*
 * Fraction bits of vr_bucket.scale. With 56, the largest rate fits 64 bits and the smallest is
 * accurate to one part in 10^7.
 */
#define VR_METER_SCALE_BITS 56

/**
 * struct vr_bucket - a bucket of byte or packet tokens
 * @scale: tokens per nanosecond, times 2^56; 0 for no limit
 * @depth: tokens in a full bucket
 * @rate: the fill level
 */
struct vr_bucket {
	u64 scale;
	u64 depth;
	struct vr_rate rate;
};

/**
 * struct vr_meter_conf - configuration of a meter
 * @rate: bits per second, at most 10^12; 0 for no limit
 * @burst: burst in bytes, at most 2^32; 0 for the default
 * @packet_rate: packets per second, at most 10^9; 0 for no limit
 * @packet_burst: burst in packets, at most 2^32; 0 for the default
 * @level: enum vrouter_policer_level
 * @overhead: bytes added to the length of each packet; may be negative
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
 * struct vr_meter - meters packets by their bytes and by their number
 * @bytes: the bucket of bytes
 * @packets: the bucket of packets
 * @adjust: bytes added to the length of each frame; may be negative
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
 * vr_meter_bytes() - the length of packets as a meter counts it
 * @meter: the meter
 * @packets: number of packets, see struct vr_stats
 * @bytes: total length of their frames
 *
 * Return: bytes; 0 if a negative overhead exceeds the length.
 */
static inline u64 vr_meter_bytes(const struct vr_meter *meter, u32 packets, u32 bytes)
{
	return max_t(s64, (s64)bytes + (s64)packets * meter->adjust, 0);
}

/* The clock of a bucket: tokens generated since time 0, modulo 2^64. */
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
 * vr_meter_take() - charges packets to both buckets if they conform together
 * @meter: the meter
 * @now: the time
 * @packets: number of packets
 * @bytes: their length by vr_meter_bytes()
 *
 * If one bucket lacks tokens, neither is charged.
 *
 * Context: any.
 * Return: do the packets conform?
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
