// SPDX-License-Identifier: LGPL-2.1-or-later
/// \file
/// IP protocols and their ports: values that parse and format.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include <vrouter/error.hpp>
#include <vrouter/export.hpp>

namespace vrouter {

/// An IP protocol number; 0, the value of a default-constructed one, means all protocols.
class VROUTER_API Protocol {
public:
    constexpr Protocol() noexcept = default;
    constexpr explicit Protocol(std::uint8_t number) noexcept : number_(number) {}

    /// From a name ("tcp", "esp", "all") or a number in decimal. EINVAL when it is neither. The
    /// names are the library's own and do not depend on /etc/protocols.
    static Result<Protocol> parse(std::string_view text);

    /// Its name or, if it has none here, its number.
    std::string to_string() const;

    constexpr std::uint8_t number() const noexcept { return number_; }
    constexpr bool is_all() const noexcept { return number_ == 0; }
    /// ICMP or ICMPv6.
    bool is_icmp() const noexcept;
    /// TCP, UDP, UDP-Lite, SCTP or DCCP.
    bool has_ports() const noexcept;

    /// From "80" or, for ICMP and ICMPv6, from "8/0" or "echo-request": the type times 256 plus the
    /// code. EINVAL if it is none of these, or the protocol has no ports.
    Result<std::uint16_t> parse_port(std::string_view text) const;
    /// As parse_port() takes it: "80", "8/0".
    std::string port_to_string(std::uint16_t port) const;

    friend constexpr bool operator==(Protocol, Protocol) noexcept = default;
    friend constexpr std::strong_ordering operator<=>(Protocol, Protocol) noexcept = default;

private:
    std::uint8_t number_ = 0;
};

inline std::string to_string(Protocol protocol) {
    return protocol.to_string();
}

} // namespace vrouter
