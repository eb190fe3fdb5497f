// SPDX-License-Identifier: LGPL-2.1-or-later
/// \file
/// Limits on the number of objects in a network namespace.
#pragma once

#include <cstdint>
#include <optional>

#include <vrouter/export.hpp>
#include <vrouter/request.hpp>

namespace vrouter {

/// Maximum number of objects of each kind in a network namespace. The kernel reports all limits
/// that it knows; a change leaves absent members alone. A request beyond a limit fails with ENOSPC;
/// a limit below the number of objects removes none.
struct Limits {
    std::optional<std::uint32_t> networks{};
    std::optional<std::uint32_t> tunnels{};
    std::optional<std::uint32_t> vifs{};
    std::optional<std::uint32_t> nexthops{};
    std::optional<std::uint32_t> labels{};
    std::optional<std::uint32_t> sets{};
    std::optional<std::uint32_t> sgs{}; ///< Security groups.
    std::optional<std::uint32_t> policers{};
    std::optional<std::uint32_t> routes{};     ///< In all networks, all origins.
    std::optional<std::uint32_t> fdb{};        ///< In all networks, all origins.
    std::optional<std::uint32_t> neighbours{}; ///< In all networks, all origins.
    std::optional<std::uint32_t> elements{};   ///< In all sets.
    std::optional<std::uint32_t> rules{};      ///< In all security groups.

    friend bool operator==(const Limits&, const Limits&) = default;
};

namespace requests {
/// Without CAP_NET_ADMIN in the initial user namespace, EPERM for a limit above the one that was
/// last set with it, which is the default until then.
VROUTER_API Request change(const Limits& limits);
} // namespace requests

} // namespace vrouter
