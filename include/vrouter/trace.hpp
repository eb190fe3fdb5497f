// SPDX-License-Identifier: LGPL-2.1-or-later
/// \file
/// Dry run of a packet: the module runs it through its own datapath without sending, counting or
/// remembering anything.
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

/// Verdict on a traced packet.
enum class TraceVerdict : std::uint32_t {
    forward = 1, ///< The packet or a copy leaves, or the router answers or consumes it.
    drop,        ///< It is dropped.
    reject,      ///< A rule or a next hop drops it and notifies the sender.
    wait,        ///< It is a fragment that waits at a vif for the rest of its packet.
};

/// The subject of a stage.
enum class TraceKind : std::uint32_t {
    parse = 1,  ///< The packet's headers, and the vif or tunnel that it came by.
    policer,    ///< Whether the packet conforms at this moment.
    anti_spoof, ///< The vif's VM is allowed to send it.
    connection, ///< Its state in connection tracking.
    policy,     ///< The rule that decides, or the network's policy.
    resolve,    ///< An ARP request or neighbour solicitation, and the entry found.
    fdb,        ///< The entry of the destination's MAC address.
    route,      ///< The longest prefix that the destination address is in.
    nexthop,    ///< The next hop; for ecmp, with the member that the flow takes.
    neighbour,  ///< The MAC address of the destination.
    network,    ///< It continues in another network.
    too_big,    ///< It exceeds the MTU of its way out.
    flood,      ///< Copies go to all; the stages of one copy after another follow.
    error,      ///< The sender would get an ICMP error.
    answer,     ///< The router itself answers; the stages of the answer follow.
    output,     ///< It leaves through a vif.
    encap,      ///< It leaves through a tunnel, with these outer headers.
    drop,       ///< The packet or a copy is dropped.
    acl,        ///< The rule of the network's ACL that decides; without one, the packet is denied.
    helper,     ///< Its connection's helper reads it, and may expect connections or refuse it.
    reassembly, ///< It is reassembled with other fragments.
};

/// The state of a packet in connection tracking.
enum class TraceState : std::uint32_t {
    new_ = 1,    ///< First packet of a connection, which has no reply yet.
    established, ///< Original direction of a connection that has been replied to.
    reply,       ///< Reply direction.
    related,     ///< ICMP error about a connection, or packet of an expected connection.
    untracked,   ///< A kind of packet that has no connections.
    invalid,     ///< Belongs to no connection and cannot begin one.
};

/// A packet to trace, and where it comes from: a vif or a tunnel.
struct TracePacket {
    std::optional<VifRef> vif{};          ///< The vif whose VM sends it.
    std::optional<TunnelRef> tunnel{};    ///< The tunnel that it comes through.
    std::optional<IpAddress> remote{};    ///< With tunnel: its outer source address.
    std::optional<std::uint32_t> vni{};   ///< With tunnel: its VNI.
    std::optional<std::uint32_t> key{};   ///< With tunnel: its GRE key.
    std::optional<std::uint32_t> label{}; ///< With tunnel: its MPLS label.
    std::optional<std::uint8_t> tos{};    ///< TOS of the outer IP header, default 0.
    std::optional<Payload> payload{};     ///< l3: without an Ethernet header. Default l2.
    /// From the Ethernet header on, without FCS; with payload l3, from the IP header on.
    std::vector<std::uint8_t> frame{};

    friend bool operator==(const TracePacket&, const TracePacket&) = default;
};

/// A set element that makes a rule match.
struct TraceMatch {
    Named<SetId> set;
    ElementKey key{};
    bool nomatch = false;

    friend bool operator==(const TraceMatch&, const TraceMatch&) = default;
};

/// One stage. The members that are present depend on the kind and on the packet.
struct TraceStage {
    TraceKind kind{};
    bool own = false; ///< About a packet that the router originates, not the traced one.
    std::optional<Named<NetworkId>> network{};
    std::optional<Named<VifId>> vif{};
    std::optional<Named<TunnelId>> tunnel{};
    std::optional<Direction> direction{};
    std::optional<RuleInfo> rule{}; ///< With its group, but without counters.
    std::vector<TraceMatch> matches{};
    std::optional<Policy> policy{}; ///< The network's policy, if no rule matches.
    std::optional<TraceState> state{};
    std::optional<std::string> helper{}; ///< Name of the helper.
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
    std::optional<Prefix> prefix{};     ///< Prefix of a route.
    std::optional<IpAddress> address{}; ///< Address of a neighbour or a request.
    std::optional<Origin> origin{};
    std::optional<NexthopId> nexthop{};
    std::optional<NexthopType> type{};     ///< Type of the next hop.
    std::optional<std::uint32_t> bucket{}; ///< ECMP bucket of the flow.
    std::optional<NexthopId> member{};     ///< Next hop of the ECMP bucket.
    std::optional<std::uint32_t> vni{};
    std::optional<std::uint32_t> key{};
    std::optional<std::uint32_t> label{};
    std::optional<IpAddress> remote{};
    std::optional<Payload> payload{};       ///< With encap: the inner payload.
    std::optional<Named<IfIndex>> device{}; ///< Host device that outer packets use.
    std::optional<std::uint32_t> mtu{};
    std::optional<std::string> reason{}; ///< Name of a drop reason.
    std::optional<std::string> help{};   ///< Meaning of the reason and what to do about it.
    std::vector<std::uint8_t> frame{};   ///< First bytes of the packet that leaves.

    friend bool operator==(const TraceStage&, const TraceStage&) = default;
};

/// The outcome of a packet's dry run.
struct TraceResult {
    TraceVerdict verdict{};
    std::optional<std::string> reason{}; ///< Drop reason, with drop and reject.
    std::optional<std::string> help{};
    bool answered = false;     ///< The router answered, perhaps with an error.
    std::uint32_t outputs = 0; ///< Number of packets that left, with copies and fragments.
    std::vector<TraceStage> stages{};
    std::uint32_t left_out = 0; ///< Number of stages omitted for lack of room.

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
