// SPDX-License-Identifier: LGPL-2.1-or-later
/// \file
/// Packets by description, for traces: the bytes of a frame from what it is to be.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <vrouter/address.hpp>
#include <vrouter/error.hpp>
#include <vrouter/export.hpp>
#include <vrouter/protocol.hpp>

namespace vrouter {

/// Flags of a TCP segment; several are their sum.
enum TcpFlag : std::uint8_t {
    tcp_fin = 1,
    tcp_syn = 2,
    tcp_rst = 4,
    tcp_psh = 8,
    tcp_ack = 16,
    tcp_urg = 32,
};

/// What an IP packet is to be. Lengths and checksums are made right.
struct PacketSpec {
    MacAddress src_mac{};
    MacAddress dst_mac{};
    IpAddress src{}; ///< Of the same family as dst.
    IpAddress dst{};
    Protocol proto{};
    std::uint16_t sport = 0;
    std::uint16_t dport = 0;
    std::uint8_t icmp_type = 0;
    std::uint8_t icmp_code = 0;
    std::uint8_t tcp_flags = tcp_syn;
    std::uint8_t ttl = 64;
    std::uint8_t tos = 0;
    bool dont_fragment = false; ///< Of IPv4.
    /// Bytes of the IP packet; absent, as long as its headers.
    std::optional<std::uint16_t> length{};

    friend bool operator==(const PacketSpec&, const PacketSpec&) = default;
};

/// An Ethernet frame, without FCS. EINVAL when the families differ or the length is too short.
VROUTER_API Result<std::vector<std::uint8_t>> build_packet(const PacketSpec& spec);

/// A broadcast question by ARP: who has \p target?
VROUTER_API Result<std::vector<std::uint8_t>> build_arp(const MacAddress& mac, const IpAddress& src,
                                                        const IpAddress& target);

/// What the receiver of a frame would answer at once: addresses and ports exchanged, SYN answered
/// by SYN and ACK, an echo request by a reply. EINVAL for what is answered in no such way.
VROUTER_API Result<std::vector<std::uint8_t>> build_answer(std::span<const std::uint8_t> frame);

} // namespace vrouter
