// SPDX-License-Identifier: GPL-2.0-or-later
// Events as they come, until the user has had enough.
#pragma once

#include <functional>
#include <string_view>

#include "context.hpp"

namespace ctl {

/// Begins to listen.
vrouter::Monitor open_monitor(Context& context, vrouter::Topics topics);

/// Hands each event to \p handle, which returns false to end that, as do SIGINT and SIGTERM, and an
/// output that takes no more. Events that make no sense are told and do not end it.
void follow(Context& context, vrouter::Monitor& monitor,
            const std::function<bool(const vrouter::Event&)>& handle);

/// What events that are not about anything mean to a person.
std::string_view remark(vrouter::Event::Type type);

} // namespace ctl
