// SPDX-License-Identifier: LGPL-2.1-or-later
/// \file
/// Flows: packets that share a cached decision, one direction of a connection each.
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

/// State of the connection that a flow belongs to.
enum class FlowState : std::uint32_t {
    unreplied = 1,   ///< It has no reply yet.
    established = 2, ///< There were packets in both directions.
    untracked = 3,   ///< No rule evaluated for the flow needs connection state.
};

VROUTER_API std::string to_string(FlowState value);
VROUTER_API bool parse_name(std::string_view name, FlowState& value) noexcept;

/// Why a flow was removed from the flow cache.
enum class FlowEnd : std::uint32_t {
    idle = 1,    ///< There were no packets for 30 seconds, or 10 without a reply.
    closed = 2,  ///< Its connection ended or is not tracked any more.
    denied = 3,  ///< Its packets are no longer allowed, or no longer have a destination.
    evicted = 4, ///< It was evicted to make room for another flow.
    flushed = 5, ///< A request flushed it.
    gone = 6,    ///< Its vif or network is gone.
};

VROUTER_API std::string to_string(FlowEnd value);
VROUTER_API bool parse_name(std::string_view name, FlowEnd& value) noexcept;

/// A flow as the kernel reports it. The output and the rule are absent if the decision is no longer
/// valid: the next packet makes a new one.
struct FlowInfo {
    Named<NetworkId> network;                 ///< Network that it enters.
    std::optional<Named<VifId>> vif{};        ///< Vif that it comes from.
    std::optional<Named<TunnelId>> tunnel{};  ///< Tunnel that it comes through, if not from a vif.
    std::optional<IpAddress> remote{};        ///< Underlay address that it comes from.
    Protocol proto{};
    IpAddress src{};
    IpAddress dst{};
    std::uint16_t sport = 0;
    std::uint16_t dport = 0;
    std::optional<MacAddress> src_mac{}; ///< None for packets without an Ethernet header.
    std::optional<MacAddress> dst_mac{};
    FlowState state{};
    std::optional<Named<NetworkId>> out_network{}; ///< Network that it leaves from, if another one.
    std::optional<Named<VifId>> out_vif{};         ///< Vif that it goes to.
    std::optional<Named<TunnelId>> out_tunnel{};   ///< Tunnel that it goes through.
    std::optional<IpAddress> out_remote{};         ///< Underlay address that it goes to.
    std::optional<NexthopId> nexthop{};
    /// Security group of the rule that lets it in or, without such a rule, out; none when the
    /// network's policy does.
    std::optional<Named<SgId>> sg{};
    std::optional<std::uint32_t> rule{}; ///< Index of the rule.
    std::uint64_t packets = 0;
    std::uint64_t bytes = 0;          ///< From the Ethernet header on, for each segment.
    std::chrono::milliseconds age{};  ///< Since it was created.
    std::chrono::milliseconds idle{}; ///< Since the last packet.
    std::optional<FlowEnd> end{};     ///< Only in events about its end.

    friend bool operator==(const FlowInfo&, const FlowInfo&) = default;
};

/// Selects flows; all given members must match.
struct FlowFilter {
    std::optional<NetworkRef> network{}; ///< That they enter or leave.
    std::optional<VifRef> vif{};         ///< They come from it or go to it.
    std::optional<Prefix> address{};     ///< Source or destination in it.
    std::optional<std::uint16_t> port{}; ///< Source or destination port.
    std::optional<Protocol> proto{};
    std::optional<FlowState> state{};
};

/// Number of flows, and counters of all flows that the namespace has had.
struct FlowCounts {
    std::uint32_t count = 0;    ///< Flows that match the filter.
    std::uint64_t hits = 0;     ///< Packets that used a cached decision.
    std::uint64_t misses = 0;   ///< Packets without a valid cached decision.
    std::uint64_t created = 0;  ///< Flows that were created.
    std::uint64_t evicted = 0;  ///< Flows that were evicted.
    std::uint64_t refused = 0;  ///< Packets whose flow was not cached for lack of room.

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
    /// The number of flows that match, and the counters.
    Result<FlowCounts> count(const FlowFilter& filter = {});
    /// Remove the flows that match: their next packets need a new decision; connections stay.
    /// Returns the number of flows removed.
    Result<std::uint32_t> flush(const FlowFilter& filter = {});

private:
    friend class Client;
    explicit Flows(detail::Session& session) noexcept : session_(&session) {}
    detail::Session* session_;
};

} // namespace vrouter
