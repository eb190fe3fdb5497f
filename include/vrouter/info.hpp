// SPDX-License-Identifier: LGPL-2.1-or-later
/// \file
/// The module itself: its version, and the number of objects in the namespace.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace vrouter {

/// The version of the module and the number of objects in the network namespace.
struct Info {
    std::string version;          ///< Version of the module.
    std::uint32_t generation = 0; ///< The namespace's change counter.
    std::uint32_t networks = 0;
    std::uint32_t tunnels = 0;
    std::uint32_t vifs = 0;
    std::uint32_t nexthops = 0;
    std::uint32_t routes = 0;                ///< All origins.
    std::uint32_t fdb = 0;                   ///< All origins.
    std::uint32_t neighbours = 0;            ///< All origins.
    std::optional<std::uint32_t> labels{};   ///< None if the module has no labels.
    std::optional<std::uint32_t> sets{};     ///< None if the module has no sets.
    std::optional<std::uint32_t> elements{}; ///< In all sets.
    std::optional<std::uint32_t> policers{}; ///< None if the module has no policers.
    std::optional<std::uint32_t> sgs{};      ///< None if the module has no security groups.
    std::optional<std::uint32_t> rules{};    ///< In all security groups.
    /// Hash of the sources that the module was built from, as `modinfo -F srcversion` prints it for
    /// a file; none if the module does not report it.
    std::optional<std::string> source{};

    friend bool operator==(const Info&, const Info&) = default;
};

} // namespace vrouter
