// SPDX-License-Identifier: LGPL-2.1-or-later
#include <vrouter/limits.hpp>

#include <utility>

#include <linux/vrouter.h>

#include "codec.hpp"

namespace vrouter {

namespace {

using Member = std::optional<std::uint32_t> Limits::*;

constexpr std::pair<std::uint16_t, Member> members[] = {
    {VROUTER_A_LIMITS_NETWORKS, &Limits::networks},
    {VROUTER_A_LIMITS_TUNNELS, &Limits::tunnels},
    {VROUTER_A_LIMITS_VIFS, &Limits::vifs},
    {VROUTER_A_LIMITS_NEXTHOPS, &Limits::nexthops},
    {VROUTER_A_LIMITS_LABELS, &Limits::labels},
    {VROUTER_A_LIMITS_SETS, &Limits::sets},
    {VROUTER_A_LIMITS_SGS, &Limits::sgs},
    {VROUTER_A_LIMITS_POLICERS, &Limits::policers},
    {VROUTER_A_LIMITS_ROUTES, &Limits::routes},
    {VROUTER_A_LIMITS_FDB, &Limits::fdb},
    {VROUTER_A_LIMITS_NEIGHBOURS, &Limits::neighbours},
    {VROUTER_A_LIMITS_ELEMENTS, &Limits::elements},
    {VROUTER_A_LIMITS_RULES, &Limits::rules},
};

} // namespace

Request requests::change(const Limits& limits) {
    auto builder = detail::change_builder(VROUTER_CMD_LIMITS_SET);
    for (auto [type, member] : members)
        builder.put(type, limits.*member);
    return std::move(builder).finish();
}

void detail::decode_object(Reader& reader, Limits& limits) {
    for (auto [type, member] : members)
        reader.optional(type, limits.*member);
}

} // namespace vrouter
