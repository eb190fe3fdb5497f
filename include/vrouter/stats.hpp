// SPDX-License-Identifier: LGPL-2.1-or-later
/// \file
/// Traffic counters of networks, tunnels, vifs, next hops and labels.
#pragma once

#include <cstdint>

namespace vrouter {

/// Traffic since the object was made. rx counts packets that came from outside to the object (a
/// VM's frame into its vif, an outer packet into a tunnel, a frame into a network), tx those that
/// left through it.
struct Stats {
    std::uint64_t rx_packets = 0;
    std::uint64_t rx_bytes = 0; ///< From the (inner) Ethernet header on, without FCS.
    std::uint64_t tx_packets = 0;
    std::uint64_t tx_bytes = 0; ///< From the (inner) Ethernet header on, without FCS.
    std::uint64_t drops = 0;    ///< The sum over all drop reasons.

    friend bool operator==(const Stats&, const Stats&) = default;
};

} // namespace vrouter
