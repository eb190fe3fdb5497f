/* SPDX-License-Identifier: GPL-2.0 */
#pragma once

#include <algorithm>

using std::min;
#define max_t(type, x, y) std::max<type>(x, y)
#define min_t(type, x, y) std::min<type>(x, y)
