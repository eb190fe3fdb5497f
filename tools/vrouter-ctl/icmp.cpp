// SPDX-License-Identifier: GPL-2.0-or-later
#include "icmp.hpp"

#include <algorithm>
#include <span>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <netinet/in.h>

#include "values.hpp"

namespace ctl {

namespace {

using Name = std::pair<std::string_view, std::uint8_t>;

/// Names of types; vrouter::Protocol knows the names of a type with a code.
constexpr Name types[] = {
    {"echo-reply", 0},
    {"pong", 0},
    {"destination-unreachable", 3},
    {"source-quench", 4},
    {"redirect", 5},
    {"echo-request", 8},
    {"ping", 8},
    {"router-advertisement", 9},
    {"router-solicitation", 10},
    {"time-exceeded", 11},
    {"ttl-exceeded", 11},
    {"parameter-problem", 12},
    {"timestamp-request", 13},
    {"timestamp-reply", 14},
    {"info-request", 15},
    {"info-reply", 16},
    {"address-mask-request", 17},
    {"address-mask-reply", 18},
};
constexpr Name v6_types[] = {
    {"destination-unreachable", 1},
    {"packet-too-big", 2},
    {"time-exceeded", 3},
    {"ttl-exceeded", 3},
    {"parameter-problem", 4},
    {"echo-request", 128},
    {"ping", 128},
    {"echo-reply", 129},
    {"pong", 129},
    {"mld-listener-query", 130},
    {"mld-listener-report", 131},
    {"mld-listener-done", 132},
    {"router-solicitation", 133},
    {"nd-router-solicit", 133},
    {"router-advertisement", 134},
    {"nd-router-advert", 134},
    {"neighbour-solicitation", 135},
    {"neighbor-solicitation", 135},
    {"nd-neighbor-solicit", 135},
    {"neighbour-advertisement", 136},
    {"neighbor-advertisement", 136},
    {"nd-neighbor-advert", 136},
    {"redirect", 137},
    {"nd-redirect", 137},
    {"mld2-listener-report", 143},
};

std::span<const Name> types_of(vrouter::Protocol protocol) {
    if (protocol.number() == IPPROTO_ICMPV6)
        return v6_types;
    return types;
}

[[noreturn]] void refuse(const Word& word, vrouter::Protocol protocol) {
    std::vector<std::string_view> names;
    for (const auto& [name, type] : types_of(protocol))
        names.push_back(name);
    auto near = suggestion(word.text, names);
    word.refuse(fmt::format("\"{}\" is not a type of {}", word.text, protocol.to_string()),
                near.empty() ? "a number up to 255, or a name such as echo-request" : near);
}

} // namespace

IcmpType read_icmp_type(const Word& word, vrouter::Protocol protocol) {
    if (is_id(word))
        return {static_cast<std::uint8_t>(read_number(word, 255))};
    auto known = types_of(protocol);
    auto named = std::ranges::find(known, word.text, &Name::first);
    if (named != known.end())
        return {named->second};
    auto port = protocol.parse_port(word.text);
    if (!port)
        refuse(word, protocol);
    return {static_cast<std::uint8_t>(*port >> 8), static_cast<std::uint8_t>(*port & 255)};
}

std::string icmp_to_string(vrouter::Protocol protocol, std::uint8_t type, std::uint8_t code) {
    auto known = types_of(protocol);
    auto named = std::ranges::find(known, type, &Name::second);
    auto text = named != known.end() ? std::string(named->first) : fmt::format("type {}", type);
    return code ? fmt::format("{} code {}", text, code) : text;
}

} // namespace ctl
