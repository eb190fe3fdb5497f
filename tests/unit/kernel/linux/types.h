/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What kmod/lib/rate.c and kmod/lib/meter.c need of the kernel's headers, for programs: each file
 * here stands for the kernel's of its name.
 */
#pragma once
#pragma GCC system_header /* for include_next */

#include_next <linux/types.h>

typedef __u8 u8;
typedef __u32 u32;
typedef __s32 s32;
typedef __u64 u64;
typedef __s64 s64;
