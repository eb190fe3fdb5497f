// SPDX-License-Identifier: LGPL-2.1-or-later
/// \file
/// What routes, fdb entries and neighbours have in common: they live in a network, each has an
/// origin, and they are changed in bulk, as elements of sets and rules are.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <vrouter/export.hpp>
#include <vrouter/names.hpp>

namespace vrouter {

/// Who made a route, an fdb entry or a neighbour. When there is more than one for the same key, vif
/// wins over static, static over gateway and over learned; but a neighbour that a vif claims is
/// where it was last announced or, before that, by the newer of vif and static neighbour.
enum class Origin : std::uint32_t {
    static_ = 0, ///< Made by a request; called "static".
    vif = 1,     ///< Comes with a vif's MAC or addresses, and goes with them.
    gateway = 2, ///< Comes with a network's gateway address, and goes with it.
    learned = 3, ///< An fdb entry made of the source of a frame, and gone when no more came; the
                 ///< neighbour of an address that vifs claim and that was announced elsewhere.
};

VROUTER_API std::string to_string(Origin value);
VROUTER_API bool parse_name(std::string_view name, Origin& value) noexcept;

/// Entries that one bulk request may carry. A bulk call is one message, of which all takes effect
/// or nothing; a longer list is refused with E2BIG, never split in secret.
inline constexpr std::size_t bulk_max = 65536;

} // namespace vrouter
