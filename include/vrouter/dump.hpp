// SPDX-License-Identifier: LGPL-2.1-or-later
/// \file
/// The callbacks of the dumps that hand out one object at a time.
#pragma once

#include <functional>

namespace vrouter {

/// Called for each object as it arrives; the reference is valid during the call only. Returning
/// false ends the dump early, successfully.
///
/// The callback must not use the client, and must not throw: if it throws, the dump ends with
/// ECANCELED.
template <class T> using DumpCallback = std::function<bool(const T&)>;

/// Called when the tables changed during a dump and the dump restarts from the first object:
/// discard the objects received so far.
///
/// Without a restart callback, a dump is not repeated: if the tables changed, it hands out
/// everything, possibly with objects missing or duplicated, and ends with EINTR. With a callback,
/// it is repeated at most \ref max_dump_restarts times, then ends with EINTR.
using RestartCallback = std::function<void()>;

/// Maximum number of restarts of a dump that changes interrupt.
inline constexpr int max_dump_restarts = 10;

} // namespace vrouter
