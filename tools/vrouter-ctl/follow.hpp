// SPDX-License-Identifier: GPL-2.0-or-later
// Follows events until the user interrupts.
#pragma once

#include <functional>
#include <string_view>

#include "context.hpp"

namespace ctl {

/// Opens a monitor.
vrouter::Monitor open_monitor(Context& context, vrouter::Topics topics);

/// Passes each event to \p handle until it returns false, SIGINT or SIGTERM arrives, or the output
/// fails. A malformed event is reported and does not end it.
void follow(Context& context, vrouter::Monitor& monitor,
            const std::function<bool(const vrouter::Event&)>& handle);

/// Text for an event without an object.
std::string_view remark(vrouter::Event::Type type);

} // namespace ctl
