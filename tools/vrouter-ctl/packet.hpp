// SPDX-License-Identifier: GPL-2.0-or-later
// Decodes the first bytes of a packet.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include <vrouter/vrouter.hpp>

namespace ctl {

/// The headers of a packet, as far as its bytes reach and are valid.
struct Headers {
    std::optional<vrouter::MacAddress> source_mac{}, destination_mac{};
    std::optional<std::uint16_t> vlan{};
    std::optional<std::uint16_t> ethertype{};
    std::string arp{}; ///< "request", "reply" or the number of another operation.
    std::optional<vrouter::IpAddress> source{}, destination{}; ///< IP addresses, or those of ARP.
    std::optional<vrouter::MacAddress> arp_mac{};              ///< Sender of an ARP packet.
    std::optional<vrouter::Protocol> protocol{};               ///< Behind IPv6 extension headers.
    std::optional<std::uint16_t> fragment{};                   ///< Offset of a fragment in bytes.
    std::optional<std::uint16_t> source_port{}, destination_port{};
    std::optional<std::uint8_t> icmp_type{}, icmp_code{};
    std::string tcp_flags{}; ///< "S", "SA" and so on.
};

/// Reads headers; \p network is where the IP header begins, behind an Ethernet header, or 0.
Headers read_headers(std::span<const std::uint8_t> bytes, std::size_t network);

/// "tcp 10.0.0.1:40000 > 10.0.0.2:80 S"; the MAC addresses if no more is known.
std::string to_string(const Headers& headers);

} // namespace ctl
