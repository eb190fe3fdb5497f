// SPDX-License-Identifier: LGPL-2.1-or-later
/// \file
/// How many objects a network namespace may have.
#pragma once

#include <cstdint>
#include <optional>

#include <vrouter/export.hpp>
#include <vrouter/request.hpp>

namespace vrouter {

/// How many objects of each kind a network namespace may have, in all. The kernel reports all that
/// it knows; in a change, what is absent is left alone. A request beyond a limit fails with ENOSPC;
/// a limit that goes below the number of objects removes none.
struct Limits {
    std::optional<std::uint32_t> networks{};
    std::optional<std::uint32_t> tunnels{};
    std::optional<std::uint32_t> vifs{};
    std::optional<std::uint32_t> nexthops{};
    std::optional<std::uint32_t> labels{};
    std::optional<std::uint32_t> sets{};
    std::optional<std::uint32_t> sgs{}; ///< Security groups.
    std::optional<std::uint32_t> policers{};
    std::optional<std::uint32_t> routes{};     ///< Of all networks and every origin.
    std::optional<std::uint32_t> fdb{};        ///< The same.
    std::optional<std::uint32_t> neighbours{}; ///< The same.
    std::optional<std::uint32_t> elements{};   ///< Of all sets.
    std::optional<std::uint32_t> rules{};      ///< Of all security groups.

    friend bool operator==(const Limits&, const Limits&) = default;
};

namespace requests {
/// EPERM for a limit above its default, or above what it was set to by who has CAP_NET_ADMIN in the
/// initial user namespace, without that.
VROUTER_API Request change(const Limits& limits);
} // namespace requests

} // namespace vrouter
