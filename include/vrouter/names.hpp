// SPDX-License-Identifier: LGPL-2.1-or-later
/// \file
/// Enumerations from text. Each enumeration has a to_string() and a parse_name() beside it, with
/// the names of the netlink specification.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <vrouter/export.hpp>

namespace vrouter {

/// The value of \p E (Policy, UnknownUnicast, RaMode, Learning, TunnelType, NexthopType, Payload,
/// RejectCode, EcmpHash, Origin, SetType, Direction, RuleAction, PolicerLevel, FlowState, FlowEnd,
/// ObjectKind) that is called \p name; none when there is no such name.
///
/// Values from a newer module that have no name in this version of the library are kept as numbers:
/// to_string() prints them in decimal, and from_string() takes no numbers.
template <class E> std::optional<E> from_string(std::string_view name) noexcept {
    E value{};
    if (!parse_name(name, value))
        return std::nullopt;
    return value;
}

} // namespace vrouter
