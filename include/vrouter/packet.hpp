// SPDX-License-Identifier: LGPL-2.1-or-later
/// \file
/// Builds the frames of packets from a description, for traces.
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

/// Flags of a TCP segment, combined by addition.
enum TcpFlag : std::uint8_t {
    tcp_fin = 1,
    tcp_syn = 2,
    tcp_rst = 4,
    tcp_psh = 8,
    tcp_ack = 16,
    tcp_urg = 32,
};

/// Description of an IP packet. Lengths and checksums are filled in.
struct PacketSpec {
    MacAddress src_mac{};
    MacAddress dst_mac{};
    IpAddress src{}; ///< Same family as dst.
    IpAddress dst{};
    Protocol proto{};
    std::uint16_t sport = 0;
    std::uint16_t dport = 0;
    std::uint8_t icmp_type = 0;
    std::uint8_t icmp_code = 0;
    std::uint8_t tcp_flags = tcp_syn;
    std::uint8_t ttl = 64;
    std::uint8_t tos = 0;
    bool dont_fragment = false; ///< IPv4 only.
    /// Length of the IP packet in bytes; absent, the length of its headers.
    std::optional<std::uint16_t> length{};

    friend bool operator==(const PacketSpec&, const PacketSpec&) = default;
};

/// An Ethernet frame, without FCS. EINVAL when the families differ or the length is too short.
VROUTER_API Result<std::vector<std::uint8_t>> build_packet(const PacketSpec& spec);

/// A broadcast ARP request for \p target.
VROUTER_API Result<std::vector<std::uint8_t>> build_arp(const MacAddress& mac, const IpAddress& src,
                                                        const IpAddress& target);

/// The immediate answer to a frame: addresses and ports exchanged, a SYN answered by SYN and ACK,
/// an echo request by an echo reply. EINVAL if the frame has no such answer.
VROUTER_API Result<std::vector<std::uint8_t>> build_answer(std::span<const std::uint8_t> frame);

} // namespace vrouter
