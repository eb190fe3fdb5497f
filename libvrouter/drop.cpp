// SPDX-License-Identifier: LGPL-2.1-or-later
#include <linux/vrouter.h>

#include "codec.hpp"

namespace vrouter {

namespace {

using namespace detail;

void read_flag(Reader& reader, std::uint16_t type, bool& flag) {
    std::optional<bool> value;
    reader.optional(type, value);
    flag = value.value_or(false);
}

/// Reads the network and vif that count the drop, and the vif or tunnel that the packet came from.
void read_way(Reader& reader, DropEvent& drop) {
    reader.optional(VROUTER_A_DROP_EVENT_NETWORK_ID, VROUTER_A_DROP_EVENT_NETWORK_NAME,
                    drop.network);
    reader.optional(VROUTER_A_DROP_EVENT_VIF_ID, VROUTER_A_DROP_EVENT_VIF_NAME, drop.vif);
    reader.optional(VROUTER_A_DROP_EVENT_DIRECTION, drop.direction);
    reader.optional(VROUTER_A_DROP_EVENT_FROM_VIF_ID, VROUTER_A_DROP_EVENT_FROM_VIF_NAME,
                    drop.from_vif);
    reader.optional(VROUTER_A_DROP_EVENT_TUNNEL_ID, VROUTER_A_DROP_EVENT_TUNNEL_NAME, drop.tunnel);
    reader.optional(VROUTER_A_DROP_EVENT_REMOTE, drop.remote);
    read_flag(reader, VROUTER_A_DROP_EVENT_OWN, drop.own);
}

void read_rule(Reader& reader, DropEvent& drop) {
    if (!reader.has(VROUTER_A_DROP_EVENT_RULE))
        return;
    auto& rule = drop.rule.emplace();
    reader.required(VROUTER_A_DROP_EVENT_SG_ID, VROUTER_A_DROP_EVENT_SG_NAME, rule.sg);
    reader.required(VROUTER_A_DROP_EVENT_RULE, rule.index);
}

void read_packet(Reader& reader, DropEvent& drop) {
    if (!reader.has(VROUTER_A_DROP_EVENT_BYTES))
        return;
    auto& packet = drop.packet.emplace();
    reader.required(VROUTER_A_DROP_EVENT_BYTES, packet.bytes);
    reader.required(VROUTER_A_DROP_EVENT_LENGTH, packet.length);
    reader.value(VROUTER_A_DROP_EVENT_NETWORK_OFFSET, packet.network_offset);
    read_flag(reader, VROUTER_A_DROP_EVENT_OUTER, packet.outer);
    if (packet.length < packet.bytes.size())
        reader.fail(VROUTER_A_DROP_EVENT_LENGTH, "is less than the bytes there are");
    if (packet.network_offset > packet.bytes.size())
        reader.fail(VROUTER_A_DROP_EVENT_NETWORK_OFFSET, "is behind the bytes there are");
}

} // namespace

void detail::decode_object(Reader& reader, DropEvent& drop) {
    std::optional<std::uint64_t> suppressed;
    reader.value(VROUTER_A_DROP_EVENT_TIME, drop.time);
    reader.value(VROUTER_A_DROP_EVENT_REASON, drop.reason);
    reader.required(VROUTER_A_DROP_EVENT_NAME, drop.name);
    reader.value(VROUTER_A_DROP_EVENT_PACKETS, drop.packets);
    reader.optional(VROUTER_A_DROP_EVENT_SUPPRESSED, suppressed);
    drop.suppressed = suppressed.value_or(0);
    read_way(reader, drop);
    read_rule(reader, drop);
    read_packet(reader, drop);
}

} // namespace vrouter
