// SPDX-License-Identifier: LGPL-2.1-or-later
/// \file
/// The callbacks of the dumps that hand out one object at a time.
#pragma once

#include <functional>

namespace vrouter {

/// Called for each object as it arrives; the reference is valid during the call only. Returning
/// false ends the dump early, successfully.
///
/// The client may not be used from within. It must not throw: should it, the dump ends with
/// ECANCELED.
template <class T> using DumpCallback = std::function<bool(const T&)>;

/// Called when the tables changed during a dump and it begins anew from the first object: forget
/// what was handed out so far.
///
/// A dump without a restart callback is not repeated: if the tables changed it ends with EINTR
/// after having handed out everything, of which some objects may be missing or there twice. With
/// one it is repeated at most \ref max_dump_restarts times, then ends with EINTR.
using RestartCallback = std::function<void()>;

/// How often a dump that was interrupted by changes is begun anew.
inline constexpr int max_dump_restarts = 10;

} // namespace vrouter
