// SPDX-License-Identifier: GPL-2.0-or-later
#include "packet.hpp"

#include <fmt/format.h>
#include <net/ethernet.h>
#include <netinet/in.h>

#include "icmp.hpp"

namespace ctl {

namespace {

using namespace vrouter;
using Bytes = std::span<const std::uint8_t>;

/// Reads bytes from the front; nothing more after the first short read.
class Cursor {
public:
    explicit Cursor(Bytes bytes) : left_(bytes) {}

    std::optional<Bytes> take(std::size_t count) {
        if (count > left_.size())
            return std::nullopt;
        auto taken = left_.first(count);
        left_ = left_.subspan(count);
        return taken;
    }
    std::optional<std::uint16_t> take_u16() {
        auto taken = take(2);
        if (!taken)
            return std::nullopt;
        return static_cast<std::uint16_t>((*taken)[0] << 8 | (*taken)[1]);
    }

private:
    Bytes left_;
};

std::uint16_t u16_at(Bytes bytes, std::size_t at) {
    return static_cast<std::uint16_t>(bytes[at] << 8 | bytes[at + 1]);
}

std::optional<IpAddress> address_at(Bytes bytes, std::size_t at, std::size_t length) {
    return IpAddress::from_bytes(bytes.subspan(at, length));
}

std::optional<MacAddress> mac_at(Bytes bytes, std::size_t at) {
    return MacAddress::from_bytes(bytes.subspan(at, 6));
}

/// Reads Ethernet, with VLAN tags.
void read_ethernet(Cursor cursor, Headers& headers) {
    auto macs = cursor.take(12);
    if (!macs)
        return;
    headers.destination_mac = mac_at(*macs, 0);
    headers.source_mac = mac_at(*macs, 6);
    headers.ethertype = cursor.take_u16();
    while (headers.ethertype == ETHERTYPE_VLAN || headers.ethertype == 0x88a8) {
        auto tag = cursor.take_u16();
        if (tag && !headers.vlan)
            headers.vlan = *tag & 0xfff;
        headers.ethertype = cursor.take_u16();
    }
}

void read_arp(Cursor cursor, Headers& headers) {
    constexpr std::size_t length = 28;
    auto arp = cursor.take(length);
    if (!arp || u16_at(*arp, 2) != ETHERTYPE_IP || (*arp)[4] != 6 || (*arp)[5] != 4)
        return;
    auto operation = u16_at(*arp, 6);
    headers.arp = operation == 1 ? "request" : operation == 2 ? "reply" : std::to_string(operation);
    headers.arp_mac = mac_at(*arp, 8);
    headers.source = address_at(*arp, 14, 4);
    headers.destination = address_at(*arp, 24, 4);
}

std::string flags_of(std::uint8_t bits) {
    constexpr std::string_view letters = "FSRPAUEW";
    std::string flags;
    for (std::size_t i = 0; i < letters.size(); i++)
        if (bits & 1 << i)
            flags += letters[i];
    return flags;
}

void read_ports(Cursor cursor, Headers& headers) {
    headers.source_port = cursor.take_u16();
    headers.destination_port = cursor.take_u16();
    if (headers.protocol->number() != IPPROTO_TCP || !cursor.take(8))
        return;
    if (auto flags = cursor.take(2))
        headers.tcp_flags = flags_of((*flags)[1]);
}

void read_icmp(Cursor cursor, Headers& headers) {
    auto icmp = cursor.take(2);
    if (!icmp)
        return;
    headers.icmp_type = (*icmp)[0];
    headers.icmp_code = (*icmp)[1];
}

/// Reads layer 4, unless it is in another fragment.
void read_layer4(Cursor cursor, std::uint8_t protocol, Headers& headers) {
    headers.protocol = Protocol(protocol);
    if (headers.fragment.value_or(0))
        return;
    if (headers.protocol->has_ports())
        read_ports(cursor, headers);
    else if (headers.protocol->is_icmp())
        read_icmp(cursor, headers);
}

void read_ipv4(Cursor cursor, Headers& headers) {
    constexpr std::size_t least = 20;
    auto fixed = cursor.take(least);
    if (!fixed || (*fixed)[0] >> 4 != 4)
        return;
    headers.source = address_at(*fixed, 12, 4);
    headers.destination = address_at(*fixed, 16, 4);
    auto offset = u16_at(*fixed, 6);
    if (offset & 0x3fff)
        headers.fragment = static_cast<std::uint16_t>((offset & 0x1fff) * 8);
    auto length = std::size_t{(*fixed)[0] & 0xfu} * 4;
    if (length >= least && cursor.take(length - least))
        read_layer4(cursor, (*fixed)[9], headers);
}

/// Skips an extension header; none when \p next is not one, or it is cut off.
std::optional<std::uint8_t> pass_extension(Cursor& cursor, std::uint8_t next, Headers& headers) {
    if (next != IPPROTO_HOPOPTS && next != IPPROTO_ROUTING && next != IPPROTO_DSTOPTS &&
        next != IPPROTO_FRAGMENT)
        return std::nullopt;
    auto begin = cursor.take(8);
    if (!begin)
        return std::nullopt;
    if (next == IPPROTO_FRAGMENT)
        headers.fragment = static_cast<std::uint16_t>(u16_at(*begin, 2) & 0xfff8);
    else if (!cursor.take((*begin)[1] * std::size_t{8}))
        return std::nullopt;
    return (*begin)[0];
}

void read_ipv6(Cursor cursor, Headers& headers) {
    auto fixed = cursor.take(40);
    if (!fixed || (*fixed)[0] >> 4 != 6)
        return;
    headers.source = address_at(*fixed, 8, 16);
    headers.destination = address_at(*fixed, 24, 16);
    auto next = (*fixed)[6];
    while (auto behind = pass_extension(cursor, next, headers))
        next = *behind;
    read_layer4(cursor, next, headers);
}

std::string with_port(const IpAddress& address, std::optional<std::uint16_t> port) {
    auto text = address.to_string();
    if (!port)
        return text;
    return address.family() == Family::v6 ? fmt::format("[{}]:{}", text, *port)
                                          : fmt::format("{}:{}", text, *port);
}

std::string arp_to_string(const Headers& headers) {
    auto sender = headers.source->to_string(), about = headers.destination->to_string();
    if (headers.arp == "request")
        return fmt::format("arp who-has {} tell {}", about, sender);
    if (headers.arp == "reply")
        return fmt::format("arp {} is-at {}", sender, headers.arp_mac->to_string());
    return fmt::format("arp operation {} from {}", headers.arp, sender);
}

std::string ip_to_string(const Headers& headers) {
    auto text = fmt::format("{} {} > {}", headers.protocol ? headers.protocol->to_string() : "ip",
                            with_port(*headers.source, headers.source_port),
                            with_port(*headers.destination, headers.destination_port));
    if (headers.icmp_type)
        text += " " + icmp_to_string(*headers.protocol, *headers.icmp_type, *headers.icmp_code);
    if (!headers.tcp_flags.empty())
        text += " " + headers.tcp_flags;
    if (headers.fragment)
        text += fmt::format(" fragment at {}", *headers.fragment);
    return text;
}

std::string frame_to_string(const Headers& headers) {
    std::string text;
    if (headers.source_mac && headers.destination_mac)
        text = fmt::format("{} > {}", headers.source_mac->to_string(),
                           headers.destination_mac->to_string());
    if (headers.ethertype)
        text += fmt::format(" ethertype {:#06x}", *headers.ethertype);
    return text;
}

} // namespace

Headers read_headers(Bytes bytes, std::size_t network) {
    Headers headers;
    if (network > bytes.size())
        return headers;
    auto inside = bytes.subspan(network);
    if (network)
        read_ethernet(Cursor(bytes), headers);
    else if (!inside.empty())
        headers.ethertype = inside[0] >> 4 == 6 ? ETHERTYPE_IPV6 : ETHERTYPE_IP;
    if (headers.ethertype == ETHERTYPE_IP)
        read_ipv4(Cursor(inside), headers);
    else if (headers.ethertype == ETHERTYPE_IPV6)
        read_ipv6(Cursor(inside), headers);
    else if (headers.ethertype == ETHERTYPE_ARP)
        read_arp(Cursor(inside), headers);
    return headers;
}

std::string to_string(const Headers& headers) {
    std::string text;
    if (!headers.arp.empty())
        text = arp_to_string(headers);
    else if (headers.source)
        text = ip_to_string(headers);
    else
        text = frame_to_string(headers);
    return headers.vlan ? fmt::format("vlan {} {}", *headers.vlan, text) : text;
}

} // namespace ctl
