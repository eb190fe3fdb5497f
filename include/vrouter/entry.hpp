// SPDX-License-Identifier: LGPL-2.1-or-later
/// \file
/// Common to routes, fdb entries and neighbours: they belong to a network, have an origin, and are
/// changed in bulk, like set elements and rules.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <vrouter/export.hpp>
#include <vrouter/names.hpp>

namespace vrouter {

/// The origin of a route, an fdb entry or a neighbour. Among entries with the same key, vif wins
/// over static, static over gateway, and gateway over learned. Exception: a neighbour that a vif
/// claims is where it was last announced or, before that, given by the newer of the vif and the
/// static neighbour.
enum class Origin : std::uint32_t {
    static_ = 0, ///< Made by a request; called "static".
    vif = 1,     ///< Added with a vif's MAC or addresses, and removed with them.
    gateway = 2, ///< Added with a network's gateway address, and removed with it.
    learned = 3, ///< An fdb entry from the source of a frame, removed when no more come; the
                 ///< neighbour of an address that vifs claim and that was announced elsewhere.
};

VROUTER_API std::string to_string(Origin value);
VROUTER_API bool parse_name(std::string_view name, Origin& value) noexcept;

/// Maximum number of entries in a bulk request. A bulk call is one message, which takes effect as a
/// whole or not at all; a longer list is refused with E2BIG, never split silently.
inline constexpr std::size_t bulk_max = 65536;

} // namespace vrouter
