// SPDX-License-Identifier: LGPL-2.1-or-later
// Conversion of objects from and to attributes, and builders of requests.
#pragma once

#include <vrouter/drop.hpp>
#include <vrouter/drops.hpp>
#include <vrouter/element.hpp>
#include <vrouter/fdb.hpp>
#include <vrouter/flow.hpp>
#include <vrouter/info.hpp>
#include <vrouter/label.hpp>
#include <vrouter/limits.hpp>
#include <vrouter/neighbour.hpp>
#include <vrouter/network.hpp>
#include <vrouter/nexthop.hpp>
#include <vrouter/policer.hpp>
#include <vrouter/route.hpp>
#include <vrouter/rule.hpp>
#include <vrouter/set.hpp>
#include <vrouter/sg.hpp>
#include <vrouter/trace.hpp>
#include <vrouter/tunnel.hpp>
#include <vrouter/vif.hpp>

#include "message.hpp"

namespace vrouter::detail {

// Read an object out of a reply or a notification.
void decode_object(Reader& reader, NetworkInfo& network);
void decode_object(Reader& reader, TunnelInfo& tunnel);
void decode_object(Reader& reader, VifInfo& vif);
void decode_object(Reader& reader, NexthopInfo& nexthop);
void decode_object(Reader& reader, RouteInfo& route);
void decode_object(Reader& reader, FdbInfo& entry);
void decode_object(Reader& reader, NeighbourInfo& neighbour);
void decode_object(Reader& reader, LabelInfo& label);
void decode_object(Reader& reader, SetInfo& set);
void decode_object(Reader& reader, ElementInfo& element);
void decode_object(Reader& reader, SgInfo& sg);
void decode_object(Reader& reader, RuleInfo& rule);
void decode_object(Reader& reader, PolicerInfo& policer);
void decode_object(Reader& reader, FlowInfo& flow);
void decode_object(Reader& reader, FlowCounts& counts);
void decode_object(Reader& reader, DropInfo& drop);
void decode_object(Reader& reader, DropEvent& drop);
void decode_object(Reader& reader, Info& info);
void decode_object(Reader& reader, Limits& limits);
void decode_object(Reader& reader, Trace& trace);
void decode_stats(Reader& reader, Stats& stats);

// Entries of elements and rules, which occur in other messages too.
void decode_element(Reader& reader, ElementInfo& element);
void decode_entry(Reader& reader, RuleInfo& rule);

/// The attribute set that an object is made of in messages.
template <class T> inline constexpr const AttributeSet* set_of = nullptr;
template <> inline constexpr const AttributeSet* set_of<NetworkInfo> = &network_set;
template <> inline constexpr const AttributeSet* set_of<TunnelInfo> = &tunnel_set;
template <> inline constexpr const AttributeSet* set_of<VifInfo> = &vif_set;
template <> inline constexpr const AttributeSet* set_of<NexthopInfo> = &nexthop_set;
template <> inline constexpr const AttributeSet* set_of<RouteInfo> = &route_set;
template <> inline constexpr const AttributeSet* set_of<FdbInfo> = &fdb_set;
template <> inline constexpr const AttributeSet* set_of<NeighbourInfo> = &neighbour_set;
template <> inline constexpr const AttributeSet* set_of<LabelInfo> = &label_set;
template <> inline constexpr const AttributeSet* set_of<SetInfo> = &set_set;
template <> inline constexpr const AttributeSet* set_of<ElementInfo> = &element_set;
template <> inline constexpr const AttributeSet* set_of<SgInfo> = &sg_set;
template <> inline constexpr const AttributeSet* set_of<RuleInfo> = &rule_set;
template <> inline constexpr const AttributeSet* set_of<PolicerInfo> = &policer_set;
template <> inline constexpr const AttributeSet* set_of<FlowInfo> = &flow_set;
template <> inline constexpr const AttributeSet* set_of<FlowCounts> = &flow_set;
template <> inline constexpr const AttributeSet* set_of<DropInfo> = &drop_set;
template <> inline constexpr const AttributeSet* set_of<DropEvent> = &drop_event_set;
template <> inline constexpr const AttributeSet* set_of<Info> = &info_set;
template <> inline constexpr const AttributeSet* set_of<Limits> = &limits_set;
template <> inline constexpr const AttributeSet* set_of<Trace> = &trace_set;

/// Reads a T out of a message's attributes.
template <class T> Result<T> decode_message(Bytes attributes) {
    Reader reader(*set_of<T>, attributes);
    T object;
    decode_object(reader, object);
    if (reader.error())
        return *reader.error();
    return object;
}

/// Requests that read, which callers cannot collect in a batch.
inline RequestBuilder get_builder(std::uint8_t command) {
    return {command, NLM_F_ACK};
}
inline RequestBuilder dump_builder(std::uint8_t command) {
    return {command, NLM_F_DUMP};
}

/// Flags of the verbs add, add_exclusive and replace in a "new" request.
enum class NewMode : std::uint16_t {
    add = NLM_F_ACK | NLM_F_CREATE,
    add_exclusive = NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL,
    replace = NLM_F_ACK | NLM_F_CREATE | NLM_F_REPLACE,
};
inline RequestBuilder new_builder(std::uint8_t command, NewMode mode) {
    return {command, static_cast<std::uint16_t>(mode)};
}
inline RequestBuilder change_builder(std::uint8_t command) {
    return {command, NLM_F_ACK};
}

} // namespace vrouter::detail
