/* SPDX-License-Identifier: GPL-2.0 */
#pragma once

#define BITS_PER_BYTE 8
#define BIT_ULL(nr) (1ULL << (nr))
