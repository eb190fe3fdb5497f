// SPDX-License-Identifier: LGPL-2.1-or-later
#include <vrouter/protocol.hpp>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <optional>
#include <span>
#include <utility>

#include <fmt/format.h>
#include <netinet/in.h>

namespace vrouter {

namespace {

using Name = std::pair<std::string_view, std::uint8_t>;

/// The first name of a number is the one that is printed.
constexpr Name protocols[] = {
    {"all", 0},
    {"icmp", IPPROTO_ICMP},
    {"igmp", IPPROTO_IGMP},
    {"ipip", IPPROTO_IPIP},
    {"ipencap", IPPROTO_IPIP},
    {"tcp", IPPROTO_TCP},
    {"udp", IPPROTO_UDP},
    {"dccp", IPPROTO_DCCP},
    {"ipv6", IPPROTO_IPV6},
    {"rsvp", IPPROTO_RSVP},
    {"gre", IPPROTO_GRE},
    {"esp", IPPROTO_ESP},
    {"ah", IPPROTO_AH},
    {"icmpv6", IPPROTO_ICMPV6},
    {"ipv6-icmp", IPPROTO_ICMPV6},
    {"ospf", 89},
    {"pim", IPPROTO_PIM},
    {"vrrp", 112},
    {"l2tp", 115},
    {"sctp", IPPROTO_SCTP},
    {"udplite", IPPROTO_UDPLITE},
    {"mpls", IPPROTO_MPLS},
};

struct IcmpName {
    std::string_view name;
    std::uint8_t type, code;
};

/// The codes of RFC 792, 1122 and 1812, by their traditional names in packet filters.
constexpr IcmpName icmp_names[] = {
    {"echo-reply", 0, 0},
    {"pong", 0, 0},
    {"network-unreachable", 3, 0},
    {"host-unreachable", 3, 1},
    {"protocol-unreachable", 3, 2},
    {"port-unreachable", 3, 3},
    {"fragmentation-needed", 3, 4},
    {"source-route-failed", 3, 5},
    {"network-unknown", 3, 6},
    {"host-unknown", 3, 7},
    {"network-prohibited", 3, 9},
    {"host-prohibited", 3, 10},
    {"TOS-network-unreachable", 3, 11},
    {"TOS-host-unreachable", 3, 12},
    {"communication-prohibited", 3, 13},
    {"host-precedence-violation", 3, 14},
    {"precedence-cutoff", 3, 15},
    {"source-quench", 4, 0},
    {"network-redirect", 5, 0},
    {"host-redirect", 5, 1},
    {"TOS-network-redirect", 5, 2},
    {"TOS-host-redirect", 5, 3},
    {"echo-request", 8, 0},
    {"ping", 8, 0},
    {"router-advertisement", 9, 0},
    {"router-solicitation", 10, 0},
    {"ttl-zero-during-transit", 11, 0},
    {"ttl-zero-during-reassembly", 11, 1},
    {"ip-header-bad", 12, 0},
    {"required-option-missing", 12, 1},
    {"timestamp-request", 13, 0},
    {"timestamp-reply", 14, 0},
    {"address-mask-request", 17, 0},
    {"address-mask-reply", 18, 0},
};

/// The codes of RFC 4443 and 4861.
constexpr IcmpName icmpv6_names[] = {
    {"no-route", 1, 0},
    {"communication-prohibited", 1, 1},
    {"address-unreachable", 1, 3},
    {"port-unreachable", 1, 4},
    {"packet-too-big", 2, 0},
    {"ttl-zero-during-transit", 3, 0},
    {"ttl-zero-during-reassembly", 3, 1},
    {"bad-header", 4, 0},
    {"unknown-header-type", 4, 1},
    {"unknown-option", 4, 2},
    {"echo-request", 128, 0},
    {"ping", 128, 0},
    {"echo-reply", 129, 0},
    {"pong", 129, 0},
    {"router-solicitation", 133, 0},
    {"router-advertisement", 134, 0},
    {"neighbour-solicitation", 135, 0},
    {"neighbor-solicitation", 135, 0},
    {"neighbour-advertisement", 136, 0},
    {"neighbor-advertisement", 136, 0},
    {"redirect", 137, 0},
    // The spelling of ipset 7.
    {"neigbour-solicitation", 135, 0},
    {"neigbour-advertisement", 136, 0},
};

constexpr unsigned codes = 256; // codes of each ICMP type

Error invalid(std::string message, std::string hint = {}) {
    return {.code = EINVAL, .message = std::move(message), .hint = std::move(hint)};
}

template <class T> std::optional<T> parse_number(std::string_view text) noexcept {
    T value = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

constexpr std::uint16_t port_of(std::uint8_t type, std::uint8_t code) noexcept {
    return static_cast<std::uint16_t>(type * codes + code);
}

std::optional<std::uint16_t> parse_icmp(std::string_view text, std::span<const IcmpName> names) {
    auto named = std::ranges::find(names, text, &IcmpName::name);
    if (named != names.end())
        return port_of(named->type, named->code);
    auto slash = text.find('/');
    if (slash == text.npos)
        return std::nullopt;
    auto type = parse_number<std::uint8_t>(text.substr(0, slash));
    auto code = parse_number<std::uint8_t>(text.substr(slash + 1));
    return type && code ? std::optional(port_of(*type, *code)) : std::nullopt;
}

} // namespace

Result<Protocol> Protocol::parse(std::string_view text) {
    auto named = std::ranges::find(protocols, text, &Name::first);
    if (named != std::end(protocols))
        return Protocol(named->second);
    if (auto number = parse_number<std::uint8_t>(text))
        return Protocol(*number);
    return invalid(fmt::format("\"{}\" is not an IP protocol", text),
                   "a name such as tcp, udp, icmp or esp, or a number up to 255");
}

std::string Protocol::to_string() const {
    auto named = std::ranges::find(protocols, number_, &Name::second);
    return named != std::end(protocols) ? std::string(named->first) : fmt::to_string(number_);
}

bool Protocol::is_icmp() const noexcept {
    return number_ == IPPROTO_ICMP || number_ == IPPROTO_ICMPV6;
}

bool Protocol::has_ports() const noexcept {
    switch (number_) {
    case IPPROTO_TCP:
    case IPPROTO_UDP:
    case IPPROTO_UDPLITE:
    case IPPROTO_SCTP:
    case IPPROTO_DCCP:
        return true;
    }
    return false;
}

Result<std::uint16_t> Protocol::parse_port(std::string_view text) const {
    if (is_icmp()) {
        std::span<const IcmpName> names = icmp_names;
        if (number_ == IPPROTO_ICMPV6)
            names = icmpv6_names;
        if (auto port = parse_icmp(text, names))
            return *port;
        return invalid(fmt::format("\"{}\" is not a type and code of {}", text, to_string()),
                       "TYPE/CODE, or a name such as echo-request");
    }
    if (!has_ports())
        return invalid(fmt::format("protocol {} has no ports", to_string()));
    if (auto port = parse_number<std::uint16_t>(text))
        return *port;
    return invalid(fmt::format("\"{}\" is not a port, 0 to 65535", text));
}

std::string Protocol::port_to_string(std::uint16_t port) const {
    if (is_icmp())
        return fmt::format("{}/{}", port / codes, port % codes);
    return fmt::to_string(port);
}

} // namespace vrouter
