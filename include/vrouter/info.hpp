// SPDX-License-Identifier: LGPL-2.1-or-later
/// \file
/// The module itself: its version and what the namespace holds.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace vrouter {

/// The version of the module and the number of objects in the network namespace.
struct Info {
    std::string version;          ///< Of the module.
    std::uint32_t generation = 0; ///< The namespace's change counter.
    std::uint32_t networks = 0;
    std::uint32_t tunnels = 0;
    std::uint32_t vifs = 0;
    std::uint32_t nexthops = 0;
    std::uint32_t routes = 0;                ///< Of every origin.
    std::uint32_t fdb = 0;                   ///< Of every origin.
    std::uint32_t neighbours = 0;            ///< Of every origin.
    std::optional<std::uint32_t> labels{};   ///< None from a module that knows no labels.
    std::optional<std::uint32_t> sets{};     ///< None from a module that knows no sets.
    std::optional<std::uint32_t> elements{}; ///< Of all sets.
    std::optional<std::uint32_t> policers{}; ///< None from a module that knows no policers.
    std::optional<std::uint32_t> sgs{};      ///< None from a module that knows no security groups.
    std::optional<std::uint32_t> rules{};    ///< Of all security groups.
    /// Hash of the sources that the module was built of, as `modinfo -F srcversion` tells of a file;
    /// none from a module that does not tell.
    std::optional<std::string> source{};

    friend bool operator==(const Info&, const Info&) = default;
};

} // namespace vrouter
