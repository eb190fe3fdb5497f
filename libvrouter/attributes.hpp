// SPDX-License-Identifier: LGPL-2.1-or-later
// The names of the attributes and operations of the netlink specification, for errors. A unit test
// compares these tables with include/vrouter.yaml.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace vrouter::detail {

struct AttributeSet;

struct Attribute {
    std::string_view name;
    const AttributeSet* nested = nullptr; // the attribute set of a nest
    bool multi = false;                   // may occur more than once, so errors give an index
};

/// An attribute set; attributes[0] is unused, as attribute numbers count from 1.
struct AttributeSet {
    std::string_view name;
    std::span<const Attribute> attributes;

    /// The attribute with a number, or nullptr if this version does not know it.
    const Attribute* find(std::uint16_t type) const noexcept {
        return type && type < attributes.size() ? &attributes[type] : nullptr;
    }
};

struct Operation {
    std::string_view name;
    const AttributeSet* set;
};

extern const AttributeSet stats_set, prefix_set, network_set, tunnel_set, vif_set, member_set,
    nexthop_set, route_entry_set, route_set, fdb_entry_set, fdb_set, neighbour_entry_set,
    neighbour_set, drop_set, info_set, label_set, set_set, element_entry_set, element_set,
    policer_set, sg_ref_set, sg_set, peer_set, rule_entry_set, rule_set, frags_set, drop_event_set,
    trace_packet_set, trace_match_set, trace_stage_set, trace_result_set, trace_set, flow_set,
    limits_set;

/// The operation of a command number, or nullptr if this version does not know it.
const Operation* find_operation(std::uint8_t command) noexcept;

} // namespace vrouter::detail
