// SPDX-License-Identifier: LGPL-2.1-or-later
/// \file
/// Drop events: dropped packets, one by one, as a Monitor reports them.
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

/// The first bytes of a packet, as a drop event carries them.
struct DroppedPacket {
    std::uint32_t length = 0; ///< Of the whole packet, counted from where bytes begins.
    /// True: bytes begins with the outer headers, because the packet was dropped before
    /// decapsulation. False: it begins with the (inner) Ethernet header, if there is one.
    bool outer = false;
    /// Offset in bytes of the IP header, or of the other protocol that the Ethernet header names; 0
    /// when there is no Ethernet header.
    std::uint8_t network_offset = 0;
    std::vector<std::uint8_t> bytes{}; ///< At most drop_bytes_max.

    friend bool operator==(const DroppedPacket&, const DroppedPacket&) = default;
};

/// Maximum number of bytes of a packet in an event.
inline constexpr std::uint32_t drop_bytes_max = 128;

/// The rule of a security group that decided.
struct DropRule {
    Named<SgId> sg;
    std::uint32_t index = 0; ///< Its place in the group, from 1 on.

    friend bool operator==(const DropRule&, const DropRule&) = default;
};

/// A dropped packet. Above a rate limit, drops have no event of their own and are only counted in
/// the next one.
struct DropEvent {
    /// Time of the drop.
    std::chrono::sys_time<std::chrono::nanoseconds> time{};
    /// Number of the reason in this module; only the name stays the same between versions.
    std::uint32_t reason = 0;
    std::string name;          ///< Such as "spoofed_mac".
    std::uint32_t packets = 0; ///< Packets counted; a GSO packet counts as its segments.
    /// Packets dropped for this reason at this place since the previous event that had no event of
    /// their own.
    std::uint64_t suppressed = 0;
    std::optional<Named<NetworkId>> network{}; ///< Network that counts the drop, if known.
    std::optional<Named<VifId>> vif{};         ///< Vif that counts the drop, if known.
    /// egress if the VM of vif sent it, ingress if it was to receive it; none without a vif.
    std::optional<Direction> direction{};
    std::optional<Named<VifId>> from_vif{};  ///< The vif whose VM sent it.
    std::optional<Named<TunnelId>> tunnel{}; ///< Tunnel that it came through.
    std::optional<IpAddress> remote{};       ///< Source address of its outer IP header.
    bool own = false;                        ///< Originated by the router.
    std::optional<DropRule> rule{};          ///< The rule that decided, if one did.
    std::optional<DroppedPacket> packet{};   ///< None when it no longer existed.

    friend bool operator==(const DropEvent&, const DropEvent&) = default;
};

} // namespace vrouter
