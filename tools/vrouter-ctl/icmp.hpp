// SPDX-License-Identifier: GPL-2.0-or-later
// Names of ICMP and ICMPv6 types.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <vrouter/vrouter.hpp>

#include "words.hpp"

namespace ctl {

/// A type, with a code if the word names one.
struct IcmpType {
    std::uint8_t type = 0;
    std::optional<std::uint8_t> code{};
};

/// From "8", "echo-request", "port-unreachable" or "3/3"; the protocol is ICMP or ICMPv6.
IcmpType read_icmp_type(const Word& word, vrouter::Protocol protocol);

/// "echo-request", "destination-unreachable code 3" or "type 99".
std::string icmp_to_string(vrouter::Protocol protocol, std::uint8_t type, std::uint8_t code);

} // namespace ctl
