// SPDX-License-Identifier: GPL-2.0-or-later
// Packets that are dropped, as they come.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <vrouter/vrouter.hpp>

#include "context.hpp"

namespace ctl {

/// Which packets, and how many. The kernel tells of all, those that are not wanted are left out
/// here.
struct DropWanted {
    std::optional<vrouter::NetworkId> network{};
    std::optional<vrouter::VifId> vif{}; ///< At which it counts, or from which it came.
    std::vector<std::string> reasons{};
    std::optional<std::uint32_t> count{};
};

/// Prints one line for each packet, until the user has had enough.
void follow_drops(Context& context, const DropWanted& wanted);

/// Writes the packets to a file; "-" is standard output.
void write_drops(Context& context, const DropWanted& wanted, const std::string& file);

} // namespace ctl
