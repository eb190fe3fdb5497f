// SPDX-License-Identifier: GPL-2.0-or-later
// Types of ICMP and ICMPv6 by their names.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <vrouter/vrouter.hpp>

#include "words.hpp"

namespace ctl {

/// A type, with a code where the word names one of them.
struct IcmpType {
    std::uint8_t type = 0;
    std::optional<std::uint8_t> code{};
};

/// From "8", "echo-request", "port-unreachable" or "3/3"; the protocol is ICMP or ICMPv6.
IcmpType read_icmp_type(const Word& word, vrouter::Protocol protocol);

/// "echo-request", "destination-unreachable code 3" or "type 99".
std::string icmp_to_string(vrouter::Protocol protocol, std::uint8_t type, std::uint8_t code);

} // namespace ctl
