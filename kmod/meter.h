/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _VROUTER_METER_H
#define _VROUTER_METER_H

#include "rate.h"

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
u64 vr_meter_bytes(const struct vr_meter *meter, u32 packets, u32 bytes);
bool vr_meter_has(const struct vr_meter *meter, u64 now, u32 packets, u64 bytes);
bool vr_meter_take(struct vr_meter *meter, u64 now, u32 packets, u64 bytes);

#endif /* _VROUTER_METER_H */
