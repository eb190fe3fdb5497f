// SPDX-License-Identifier: GPL-2.0-or-later
// Drop events, as they arrive.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <vrouter/vrouter.hpp>

#include "context.hpp"

namespace ctl {

/// Filter and number of packets. The kernel reports all drops; this program applies the filter.
struct DropWanted {
    std::optional<vrouter::NetworkId> network{};
    std::optional<vrouter::VifId> vif{}; ///< Vif that counts it, or whose VM sent it.
    std::vector<std::string> reasons{};
    std::optional<std::uint32_t> count{};
};

/// Prints one line for each packet, until interrupted or the count is reached.
void follow_drops(Context& context, const DropWanted& wanted);

/// Writes the packets to a file; "-" is standard output.
void write_drops(Context& context, const DropWanted& wanted, const std::string& file);

} // namespace ctl
