// SPDX-License-Identifier: LGPL-2.1-or-later
/// \file
/// Dropped packets, one by one, as a Monitor tells of them.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <vrouter/address.hpp>
#include <vrouter/ids.hpp>
#include <vrouter/rule.hpp>

namespace vrouter {

/// As much of a packet as a drop event has: its first bytes.
struct DroppedPacket {
    std::uint32_t length = 0; ///< Of the whole packet, from where bytes begins.
    /// Bytes begins with the outer headers: the packet was dropped before it was known what is
    /// inside. Otherwise with the (inner) Ethernet header.
    bool outer = false;
    /// Where in bytes the IP header, or what the Ethernet header names, begins; 0 when there is no
    /// Ethernet header.
    std::uint8_t network_offset = 0;
    std::vector<std::uint8_t> bytes{}; ///< At most drop_bytes_max.

    friend bool operator==(const DroppedPacket&, const DroppedPacket&) = default;
};

/// Bytes of a packet that an event has at most.
inline constexpr std::uint32_t drop_bytes_max = 128;

/// The rule of a security group that decided.
struct DropRule {
    Named<SgId> sg;
    std::uint32_t index = 0; ///< Its place in the group, from 1 on.

    friend bool operator==(const DropRule&, const DropRule&) = default;
};

/// A packet that was dropped. Not every packet has an event: where there are too many, the rest is
/// counted in the next one.
struct DropEvent {
    /// When.
    std::chrono::sys_time<std::chrono::nanoseconds> time{};
    /// Number of the reason in this module; only the name stays the same between versions.
    std::uint32_t reason = 0;
    std::string name;          ///< Such as "spoofed_mac".
    std::uint32_t packets = 0; ///< As what it counts, a GSO packet as its segments.
    /// Packets that were dropped for this reason at this place since the event before, and had
    /// none of their own.
    std::uint64_t suppressed = 0;
    std::optional<Named<NetworkId>> network{}; ///< Where it counts, if that is known.
    std::optional<Named<VifId>> vif{};         ///< The same.
    /// Whether the VM of vif sent it or was to get it; none without a vif.
    std::optional<Direction> direction{};
    std::optional<Named<VifId>> from_vif{};  ///< The vif whose VM sent it.
    std::optional<Named<TunnelId>> tunnel{}; ///< That it came through.
    std::optional<IpAddress> remote{};       ///< Source address of its outer IP header.
    bool own = false;                        ///< Made by the router itself.
    std::optional<DropRule> rule{};          ///< That decided, if one did.
    std::optional<DroppedPacket> packet{};   ///< None when it was gone already.

    friend bool operator==(const DropEvent&, const DropEvent&) = default;
};

} // namespace vrouter
