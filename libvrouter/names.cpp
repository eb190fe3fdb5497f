// SPDX-License-Identifier: LGPL-2.1-or-later
#include <algorithm>
#include <span>
#include <utility>

#include <fmt/format.h>

#include <vrouter/vrouter.hpp>

namespace vrouter {

namespace {

template <class E> using Names = std::span<const std::pair<E, std::string_view>>;

template <class E> std::string name_of(Names<E> names, E value) {
    for (const auto& [known, name] : names)
        if (known == value)
            return std::string(name);
    return fmt::to_string(static_cast<std::uint32_t>(value));
}

template <class E> bool value_of(Names<E> names, std::string_view text, E& value) noexcept {
    auto found = std::ranges::find(names, text, &std::pair<E, std::string_view>::second);
    if (found == names.end())
        return false;
    value = found->first;
    return true;
}

constexpr std::pair<Family, std::string_view> families[] = {
    {Family::v4, "v4"},
    {Family::v6, "v6"},
};
constexpr std::pair<Policy, std::string_view> policies[] = {
    {Policy::deny, "deny"},
    {Policy::allow, "allow"},
};
constexpr std::pair<UnknownUnicast, std::string_view> unknown_unicasts[] = {
    {UnknownUnicast::flood, "flood"},
    {UnknownUnicast::drop, "drop"},
};
constexpr std::pair<RaMode, std::string_view> ra_modes[] = {
    {RaMode::off, "off"},
    {RaMode::router, "router"},
    {RaMode::slaac, "slaac"},
};
constexpr std::pair<Learning, std::string_view> learnings[] = {
    {Learning::off, "off"},
    {Learning::vif, "vif"},
    {Learning::all, "all"},
};
constexpr std::pair<TunnelType, std::string_view> tunnel_types[] = {
    {TunnelType::vxlan, "vxlan"},       {TunnelType::geneve, "geneve"},
    {TunnelType::gre, "gre"},           {TunnelType::mplsogre, "mplsogre"},
    {TunnelType::mplsoudp, "mplsoudp"},
};
constexpr std::pair<NexthopType, std::string_view> nexthop_types[] = {
    {NexthopType::vif, "vif"},
    {NexthopType::tunnel, "tunnel"},
    {NexthopType::network, "network"},
    {NexthopType::host, "host"},
    {NexthopType::blackhole, "blackhole"},
    {NexthopType::reject, "reject"},
    {NexthopType::flood, "flood"},
    {NexthopType::ecmp, "ecmp"},
};
constexpr std::pair<Payload, std::string_view> payloads[] = {
    {Payload::l2, "l2"},
    {Payload::l3, "l3"},
};
constexpr std::pair<RejectCode, std::string_view> reject_codes[] = {
    {RejectCode::net, "net"},
    {RejectCode::host, "host"},
    {RejectCode::prohibited, "prohibited"},
};
constexpr std::pair<EcmpHash, std::string_view> ecmp_hashes[] = {
    {EcmpHash::l4, "l4"},
    {EcmpHash::l3, "l3"},
};
constexpr std::pair<Origin, std::string_view> origins[] = {
    {Origin::static_, "static"},
    {Origin::vif, "vif"},
    {Origin::gateway, "gateway"},
    {Origin::learned, "learned"},
};
constexpr std::pair<SetType, std::string_view> set_types[] = {
    {SetType::net, "net"},
    {SetType::net_port, "net,port"},
    {SetType::net_proto_ports, "net,proto,port-range"},
};
/// Their names in the netlink specification, which have no commas.
constexpr std::pair<SetType, std::string_view> specified_set_types[] = {
    {SetType::net_port, "net-port"},
    {SetType::net_proto_ports, "net-proto-ports"},
};
constexpr std::pair<Direction, std::string_view> directions[] = {
    {Direction::ingress, "ingress"},
    {Direction::egress, "egress"},
};
constexpr std::pair<RuleAction, std::string_view> rule_actions[] = {
    {RuleAction::allow, "allow"},
    {RuleAction::deny, "deny"},
    {RuleAction::reject, "reject"},
};
constexpr std::pair<PolicerLevel, std::string_view> policer_levels[] = {
    {PolicerLevel::l2, "l2"},
    {PolicerLevel::l3, "l3"},
};
constexpr std::pair<TraceVerdict, std::string_view> trace_verdicts[] = {
    {TraceVerdict::forward, "forward"},
    {TraceVerdict::drop, "drop"},
    {TraceVerdict::reject, "reject"},
    {TraceVerdict::wait, "wait"},
};
constexpr std::pair<TraceKind, std::string_view> trace_kinds[] = {
    {TraceKind::parse, "parse"},
    {TraceKind::policer, "policer"},
    {TraceKind::anti_spoof, "anti-spoof"},
    {TraceKind::connection, "connection"},
    {TraceKind::policy, "policy"},
    {TraceKind::resolve, "resolve"},
    {TraceKind::fdb, "fdb"},
    {TraceKind::route, "route"},
    {TraceKind::nexthop, "nexthop"},
    {TraceKind::neighbour, "neighbour"},
    {TraceKind::network, "network"},
    {TraceKind::too_big, "too-big"},
    {TraceKind::flood, "flood"},
    {TraceKind::error, "error"},
    {TraceKind::answer, "answer"},
    {TraceKind::output, "output"},
    {TraceKind::encap, "encap"},
    {TraceKind::drop, "drop"},
    {TraceKind::acl, "acl"},
    {TraceKind::helper, "helper"},
    {TraceKind::reassembly, "reassembly"},
};
constexpr std::pair<TraceState, std::string_view> trace_states[] = {
    {TraceState::new_, "new"},
    {TraceState::established, "established"},
    {TraceState::reply, "reply"},
    {TraceState::related, "related"},
    {TraceState::untracked, "untracked"},
    {TraceState::invalid, "invalid"},
};
constexpr std::pair<FlowState, std::string_view> flow_states[] = {
    {FlowState::unreplied, "unreplied"},
    {FlowState::established, "established"},
    {FlowState::untracked, "untracked"},
};
constexpr std::pair<FlowEnd, std::string_view> flow_ends[] = {
    {FlowEnd::idle, "idle"},       {FlowEnd::closed, "closed"},   {FlowEnd::denied, "denied"},
    {FlowEnd::evicted, "evicted"}, {FlowEnd::flushed, "flushed"}, {FlowEnd::gone, "gone"},
};
constexpr std::pair<ObjectKind, std::string_view> object_kinds[] = {
    {ObjectKind::network, "network"},
    {ObjectKind::tunnel, "tunnel"},
    {ObjectKind::vif, "vif"},
    {ObjectKind::nexthop, "nexthop"},
    {ObjectKind::route, "route"},
    {ObjectKind::fdb, "fdb"},
    {ObjectKind::neighbour, "neighbour"},
    {ObjectKind::label, "label"},
    {ObjectKind::set, "set"},
    {ObjectKind::element, "element"},
    {ObjectKind::sg, "sg"},
    {ObjectKind::rule, "rule"},
    {ObjectKind::policer, "policer"},
    {ObjectKind::drops, "drops"},
    {ObjectKind::flow, "flow"},
    {ObjectKind::limits, "limits"},
};
constexpr std::pair<Event::Type, std::string_view> event_types[] = {
    {Event::Type::set, "set"},         {Event::Type::deleted, "deleted"},
    {Event::Type::overrun, "overrun"}, {Event::Type::unloaded, "unloaded"},
    {Event::Type::loaded, "loaded"},   {Event::Type::dropped, "dropped"},
};

} // namespace

std::string to_string(Family value) {
    return name_of<Family>(families, value);
}
std::string to_string(Policy value) {
    return name_of<Policy>(policies, value);
}
std::string to_string(UnknownUnicast value) {
    return name_of<UnknownUnicast>(unknown_unicasts, value);
}
std::string to_string(RaMode value) {
    return name_of<RaMode>(ra_modes, value);
}
std::string to_string(Learning value) {
    return name_of<Learning>(learnings, value);
}
std::string to_string(TunnelType value) {
    return name_of<TunnelType>(tunnel_types, value);
}
std::string to_string(NexthopType value) {
    return name_of<NexthopType>(nexthop_types, value);
}
std::string to_string(Payload value) {
    return name_of<Payload>(payloads, value);
}
std::string to_string(RejectCode value) {
    return name_of<RejectCode>(reject_codes, value);
}
std::string to_string(EcmpHash value) {
    return name_of<EcmpHash>(ecmp_hashes, value);
}
std::string to_string(Origin value) {
    return name_of<Origin>(origins, value);
}
std::string to_string(SetType value) {
    return name_of<SetType>(set_types, value);
}
std::string to_string(Direction value) {
    return name_of<Direction>(directions, value);
}
std::string to_string(RuleAction value) {
    return name_of<RuleAction>(rule_actions, value);
}
std::string to_string(PolicerLevel value) {
    return name_of<PolicerLevel>(policer_levels, value);
}
std::string to_string(TraceVerdict value) {
    return name_of<TraceVerdict>(trace_verdicts, value);
}
std::string to_string(TraceKind value) {
    return name_of<TraceKind>(trace_kinds, value);
}
std::string to_string(TraceState value) {
    return name_of<TraceState>(trace_states, value);
}
std::string to_string(FlowState value) {
    return name_of<FlowState>(flow_states, value);
}
std::string to_string(FlowEnd value) {
    return name_of<FlowEnd>(flow_ends, value);
}
std::string to_string(ObjectKind value) {
    return name_of<ObjectKind>(object_kinds, value);
}
std::string to_string(Event::Type value) {
    return name_of<Event::Type>(event_types, value);
}

bool parse_name(std::string_view name, Policy& value) noexcept {
    return value_of<Policy>(policies, name, value);
}
bool parse_name(std::string_view name, UnknownUnicast& value) noexcept {
    return value_of<UnknownUnicast>(unknown_unicasts, name, value);
}
bool parse_name(std::string_view name, RaMode& value) noexcept {
    return value_of<RaMode>(ra_modes, name, value);
}
bool parse_name(std::string_view name, Learning& value) noexcept {
    return value_of<Learning>(learnings, name, value);
}
bool parse_name(std::string_view name, TunnelType& value) noexcept {
    return value_of<TunnelType>(tunnel_types, name, value);
}
bool parse_name(std::string_view name, NexthopType& value) noexcept {
    return value_of<NexthopType>(nexthop_types, name, value);
}
bool parse_name(std::string_view name, Payload& value) noexcept {
    return value_of<Payload>(payloads, name, value);
}
bool parse_name(std::string_view name, RejectCode& value) noexcept {
    return value_of<RejectCode>(reject_codes, name, value);
}
bool parse_name(std::string_view name, EcmpHash& value) noexcept {
    return value_of<EcmpHash>(ecmp_hashes, name, value);
}
bool parse_name(std::string_view name, Origin& value) noexcept {
    return value_of<Origin>(origins, name, value);
}
bool parse_name(std::string_view name, SetType& value) noexcept {
    return value_of<SetType>(set_types, name, value) ||
           value_of<SetType>(specified_set_types, name, value);
}
bool parse_name(std::string_view name, Direction& value) noexcept {
    return value_of<Direction>(directions, name, value);
}
bool parse_name(std::string_view name, RuleAction& value) noexcept {
    return value_of<RuleAction>(rule_actions, name, value);
}
bool parse_name(std::string_view name, PolicerLevel& value) noexcept {
    return value_of<PolicerLevel>(policer_levels, name, value);
}
bool parse_name(std::string_view name, FlowState& value) noexcept {
    return value_of<FlowState>(flow_states, name, value);
}
bool parse_name(std::string_view name, FlowEnd& value) noexcept {
    return value_of<FlowEnd>(flow_ends, name, value);
}
bool parse_name(std::string_view name, ObjectKind& value) noexcept {
    return value_of<ObjectKind>(object_kinds, name, value);
}

} // namespace vrouter
