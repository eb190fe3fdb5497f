// SPDX-License-Identifier: LGPL-2.1-or-later
/// \file
/// Flows: packets that are treated alike, one direction of a connection each.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <vrouter/address.hpp>
#include <vrouter/dump.hpp>
#include <vrouter/error.hpp>
#include <vrouter/export.hpp>
#include <vrouter/ids.hpp>
#include <vrouter/names.hpp>
#include <vrouter/protocol.hpp>

namespace vrouter {

namespace detail {
class Session;
}

/// What is known of the connection that a flow is of.
enum class FlowState : std::uint32_t {
    unreplied = 1,   ///< It has no answer yet.
    established = 2, ///< There were packets in both directions.
    untracked = 3,   ///< No rule that the flow was judged by needs connection state.
};

VROUTER_API std::string to_string(FlowState value);
VROUTER_API bool parse_name(std::string_view name, FlowState& value) noexcept;

/// Why a flow is kept no longer.
enum class FlowEnd : std::uint32_t {
    idle = 1,    ///< There were no packets for 30 seconds, or 10 without an answer.
    closed = 2,  ///< Its connection ended or is not tracked any more.
    denied = 3,  ///< It is not allowed, or has nowhere to go, any more.
    evicted = 4, ///< It made room for another one.
    flushed = 5, ///< A request said so.
    gone = 6,    ///< Its vif or network went.
};

VROUTER_API std::string to_string(FlowEnd value);
VROUTER_API bool parse_name(std::string_view name, FlowEnd& value) noexcept;

/// A flow as the kernel reports it. Where it goes and the rule are absent when that is to be
/// decided anew, with the next packet.
struct FlowInfo {
    Named<NetworkId> network;                 ///< That it comes into.
    std::optional<Named<VifId>> vif{};        ///< That it comes from.
    std::optional<Named<TunnelId>> tunnel{};  ///< That it comes by, if not from a vif.
    std::optional<IpAddress> remote{};        ///< Underlay address that it comes from.
    Protocol proto{};
    IpAddress src{};
    IpAddress dst{};
    std::uint16_t sport = 0;
    std::uint16_t dport = 0;
    std::optional<MacAddress> src_mac{}; ///< None of what came without an Ethernet header.
    std::optional<MacAddress> dst_mac{};
    FlowState state{};
    std::optional<Named<NetworkId>> out_network{}; ///< That it leaves by, if another one.
    std::optional<Named<VifId>> out_vif{};         ///< That it goes to.
    std::optional<Named<TunnelId>> out_tunnel{};   ///< That it goes by.
    std::optional<IpAddress> out_remote{};         ///< Underlay address that it goes to.
    std::optional<NexthopId> nexthop{};
    /// Group of the rule that lets it in or, where there is none, out; none when that is the
    /// network's policy.
    std::optional<Named<SgId>> sg{};
    std::optional<std::uint32_t> rule{}; ///< Index of the rule.
    std::uint64_t packets = 0;
    std::uint64_t bytes = 0;          ///< From the Ethernet header on, of every segment.
    std::chrono::milliseconds age{};  ///< Since it is kept.
    std::chrono::milliseconds idle{}; ///< Since the last packet.
    std::optional<FlowEnd> end{};     ///< In events that say that it has ended.

    friend bool operator==(const FlowInfo&, const FlowInfo&) = default;
};

/// Which flows are meant; all that are given must match.
struct FlowFilter {
    std::optional<NetworkRef> network{}; ///< That they come into or leave by.
    std::optional<VifRef> vif{};         ///< That they come from or go to.
    std::optional<Prefix> address{};     ///< With an end in it.
    std::optional<std::uint16_t> port{}; ///< Of either end.
    std::optional<Protocol> proto{};
    std::optional<FlowState> state{};
};

/// How many flows there are, and what happened to all there were in the namespace.
struct FlowCounts {
    std::uint32_t count = 0;    ///< That match the filter.
    std::uint64_t hits = 0;     ///< Packets that followed a decision.
    std::uint64_t misses = 0;   ///< Packets that had to be decided about.
    std::uint64_t created = 0;  ///< Flows that were kept.
    std::uint64_t evicted = 0;  ///< Flows that made room for others.
    std::uint64_t refused = 0;  ///< Packets whose flow was not kept for want of room.

    friend bool operator==(const FlowCounts&, const FlowCounts&) = default;
};

/// The flows in a Client's network namespace; from Client::flows(). They come and go with packets
/// and are in no order.
class VROUTER_API Flows {
public:
    /// A flow that matches; ENOENT when there is none.
    Result<FlowInfo> get(const FlowFilter& filter);
    /// The flows that match.
    Result<std::vector<FlowInfo>> list(const FlowFilter& filter = {});
    /// As list(), one at a time.
    Result<void> dump(const FlowFilter& filter, const DumpCallback<FlowInfo>& each);
    /// How many match.
    Result<FlowCounts> count(const FlowFilter& filter = {});
    /// Forget those that match, so that their next packets are decided about anew; connections
    /// stay. Gives how many there were.
    Result<std::uint32_t> flush(const FlowFilter& filter = {});

private:
    friend class Client;
    explicit Flows(detail::Session& session) noexcept : session_(&session) {}
    detail::Session* session_;
};

} // namespace vrouter
