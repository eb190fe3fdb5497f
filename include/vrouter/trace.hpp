// SPDX-License-Identifier: LGPL-2.1-or-later
/// \file
/// What would become of a packet: the module runs it through its own code without sending, counting
/// or remembering anything.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <vrouter/address.hpp>
#include <vrouter/element.hpp>
#include <vrouter/entry.hpp>
#include <vrouter/error.hpp>
#include <vrouter/export.hpp>
#include <vrouter/ids.hpp>
#include <vrouter/network.hpp>
#include <vrouter/nexthop.hpp>
#include <vrouter/rule.hpp>

namespace vrouter {

/// What becomes of a traced packet.
enum class TraceVerdict : std::uint32_t {
    forward = 1, ///< It, or a copy, leaves; or the router answers it, or keeps it.
    drop,        ///< It ends.
    reject,      ///< The same, by a rule or a next hop that tells the sender.
    wait,        ///< A fragment, which waits at a vif for the others of its packet.
};

/// What a stage tells of.
enum class TraceKind : std::uint32_t {
    parse = 1,  ///< What the packet is, and what it came by.
    policer,    ///< Whether it conforms at this moment.
    anti_spoof, ///< The vif's VM may send it.
    connection, ///< What connection tracking says of it.
    policy,     ///< The rule that decides, or the network's policy.
    resolve,    ///< A question for an address, and what is known.
    fdb,        ///< The entry of the destination's MAC address.
    route,      ///< The longest prefix that the destination address is in.
    nexthop,    ///< Where that leads; of an ecmp, with the member that the flow takes.
    neighbour,  ///< The MAC address of the destination.
    network,    ///< It goes on in another network.
    too_big,    ///< It is larger than the MTU in front of it.
    flood,      ///< Copies go to everyone; what follows is about one after another.
    error,      ///< The sender would be told by an ICMP error.
    answer,     ///< The router itself answers; stages of the answer follow.
    output,     ///< It leaves by a vif.
    encap,      ///< It leaves through a tunnel, with these outer headers.
    drop,       ///< It, or a copy, ends here.
    acl,        ///< The rule of the network's ACL that decides; none lets no packet through.
    helper,     ///< The helper of its connection reads it, and may expect others or refuse it.
    reassembly, ///< It is put together with other fragments.
};

/// What a packet is to connection tracking.
enum class TraceState : std::uint32_t {
    new_ = 1,    ///< The first of a connection, which has not been answered.
    established, ///< In the direction of the first packet of one that has been.
    reply,       ///< Against that direction.
    related,     ///< An ICMP error about a connection, or of one that a helper expects.
    untracked,   ///< Of a kind that has no connections.
    invalid,     ///< Neither of a connection nor able to begin one.
};

/// A packet to trace, and how it comes: by a vif or out of a tunnel.
struct TracePacket {
    std::optional<VifRef> vif{};          ///< As if its VM had sent it.
    std::optional<TunnelRef> tunnel{};    ///< As if it had come through it.
    std::optional<IpAddress> remote{};    ///< Of a tunnel: from there.
    std::optional<std::uint32_t> vni{};   ///< What names the network, if the tunnel has VNIs.
    std::optional<std::uint32_t> key{};   ///< The same for GRE.
    std::optional<std::uint32_t> label{}; ///< The same for MPLS.
    std::optional<std::uint8_t> tos{};    ///< Of the outer IP header, default 0.
    std::optional<Payload> payload{};     ///< l3: without an Ethernet header. Default l2.
    /// From the Ethernet header on, without FCS; with payload l3, from the IP header on.
    std::vector<std::uint8_t> frame{};

    friend bool operator==(const TracePacket&, const TracePacket&) = default;
};

/// An element of a set by which a rule fits.
struct TraceMatch {
    Named<SetId> set;
    ElementKey key{};
    bool nomatch = false;

    friend bool operator==(const TraceMatch&, const TraceMatch&) = default;
};

/// What one stage saw. Which members there are depends on the kind, and on the packet.
struct TraceStage {
    TraceKind kind{};
    bool own = false; ///< About what the router says itself, not about the packet.
    std::optional<Named<NetworkId>> network{};
    std::optional<Named<VifId>> vif{};
    std::optional<Named<TunnelId>> tunnel{};
    std::optional<Direction> direction{};
    std::optional<RuleInfo> rule{}; ///< With its group, but without counters.
    std::vector<TraceMatch> matches{};
    std::optional<Policy> policy{}; ///< The network's, when no rule fits.
    std::optional<TraceState> state{};
    std::optional<std::string> helper{}; ///< Its name.
    std::optional<Named<PolicerId>> policer{};
    std::optional<bool> conforms{};
    std::optional<MacAddress> mac{};
    std::optional<MacAddress> src_mac{};
    std::optional<MacAddress> dst_mac{};
    std::optional<std::uint16_t> ethertype{};
    std::optional<Protocol> proto{};
    std::optional<IpAddress> src{};
    std::optional<IpAddress> dst{};
    std::optional<std::uint16_t> sport{};
    std::optional<std::uint16_t> dport{};
    std::optional<std::uint8_t> icmp_type{};
    std::optional<std::uint8_t> icmp_code{};
    std::optional<std::uint8_t> fragment{}; ///< 1 for a first fragment, 2 for a later one.
    std::optional<std::uint8_t> ttl{};
    std::optional<std::uint8_t> tos{};
    std::optional<std::uint32_t> length{};
    std::optional<Prefix> prefix{};     ///< Of a route.
    std::optional<IpAddress> address{}; ///< Of a neighbour or a question.
    std::optional<Origin> origin{};
    std::optional<NexthopId> nexthop{};
    std::optional<NexthopType> type{};     ///< Of the next hop.
    std::optional<std::uint32_t> bucket{}; ///< Of an ecmp, which part of all flows this one is in.
    std::optional<NexthopId> member{};     ///< Of an ecmp, the next hop that has it.
    std::optional<std::uint32_t> vni{};
    std::optional<std::uint32_t> key{};
    std::optional<std::uint32_t> label{};
    std::optional<IpAddress> remote{};
    std::optional<Payload> payload{};       ///< Of encap: what is inside.
    std::optional<Named<IfIndex>> device{}; ///< The host's, that outer packets leave by.
    std::optional<std::uint32_t> mtu{};
    std::optional<std::string> reason{}; ///< Name of a drop reason.
    std::optional<std::string> help{};   ///< What it means and what to do about it.
    std::vector<std::uint8_t> frame{};   ///< The first bytes of what leaves.

    friend bool operator==(const TraceStage&, const TraceStage&) = default;
};

/// What would become of a packet.
struct TraceResult {
    TraceVerdict verdict{};
    std::optional<std::string> reason{}; ///< Of drop and reject.
    std::optional<std::string> help{};
    bool answered = false;     ///< The router answered, be it with an error.
    std::uint32_t outputs = 0; ///< How many packets left: copies, fragments.
    std::vector<TraceStage> stages{};
    std::uint32_t left_out = 0; ///< Stages for which there was no room.

    friend bool operator==(const TraceResult&, const TraceResult&) = default;
};

/// The results of one trace, in the order of its packets.
struct Trace {
    std::vector<TraceResult> results{};
};

VROUTER_API std::string to_string(TraceVerdict verdict);
VROUTER_API std::string to_string(TraceKind kind);
VROUTER_API std::string to_string(TraceState state);

} // namespace vrouter
