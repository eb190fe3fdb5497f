// SPDX-License-Identifier: LGPL-2.1-or-later
#include <algorithm>
#include <cerrno>

#include <fmt/format.h>

#include <vrouter/packet.hpp>

#include "errors.hpp"

namespace vrouter {

namespace {

using namespace detail;

using Buffer = std::vector<std::uint8_t>;
using Octets = std::span<std::uint8_t>;

constexpr std::size_t ethernet_size = 14, ipv4_size = 20, ipv6_size = 40;
constexpr std::uint16_t type_ipv4 = 0x0800, type_arp = 0x0806, type_ipv6 = 0x86dd;
constexpr std::uint8_t proto_icmp = 1, proto_tcp = 6, proto_udp = 17, proto_icmp6 = 58,
                       proto_sctp = 132;
constexpr std::uint8_t sctp_init = 1, sctp_init_ack = 2;
constexpr std::uint32_t any_number = 0x01020304; ///< Initial sequence number or tag.

void put16(Octets at, std::size_t value) {
    at[0] = static_cast<std::uint8_t>(value >> 8);
    at[1] = static_cast<std::uint8_t>(value);
}

void put32(Octets at, std::uint32_t value) {
    put16(at, value >> 16);
    put16(at.subspan(2), value & 0xffff);
}

std::uint32_t get16(std::span<const std::uint8_t> at) {
    return static_cast<std::uint32_t>(at[0] << 8 | at[1]);
}

std::uint32_t get32(std::span<const std::uint8_t> at) {
    return get16(at) << 16 | get16(at.subspan(2));
}

template <class Range> void put(Octets at, const Range& bytes) {
    std::ranges::copy(bytes, at.begin());
}

/// Adds up words of 16 bits (RFC 1071).
std::uint32_t sum(std::span<const std::uint8_t> bytes, std::uint32_t so_far = 0) {
    for (std::size_t i = 0; i < bytes.size(); i++)
        so_far += i % 2 ? bytes[i] : static_cast<std::uint32_t>(bytes[i] << 8);
    return so_far;
}

std::uint16_t fold(std::uint32_t value) {
    while (value >> 16)
        value = (value & 0xffff) + (value >> 16);
    return static_cast<std::uint16_t>(~value);
}

/// CRC32c, RFC 9260, appendix A.
std::uint32_t crc32c(std::span<const std::uint8_t> bytes) {
    std::uint32_t crc = ~0U;
    for (auto byte : bytes) {
        crc ^= byte;
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? 0x82f63b78U : 0);
    }
    return ~crc;
}

/// An IP packet in a frame.
struct Packet {
    Octets frame;
    bool v4;
    std::uint8_t proto;

    std::size_t address_size() const { return v4 ? 4 : 16; }
    Octets ip() const { return frame.subspan(ethernet_size); }
    Octets l4() const { return ip().subspan(v4 ? ipv4_size : ipv6_size); }
    Octets addresses() const { return ip().subspan(v4 ? 12 : 8, 2 * address_size()); }
    bool is_icmp() const { return proto == (v4 ? proto_icmp : proto_icmp6); }
};

/// The minimum length of a protocol's header here.
std::size_t header_size(std::uint8_t proto, bool v4) {
    switch (proto) {
    case proto_tcp:
        return 20;
    case proto_udp:
        return 8;
    case proto_sctp:
        return 32;
    default:
        return proto == (v4 ? proto_icmp : proto_icmp6) ? 8 : 0;
    }
}

/// Offset of a protocol's checksum.
std::size_t checksum_place(const Packet& packet) {
    if (packet.is_icmp())
        return 2;
    return packet.proto == proto_tcp ? 16 : 6;
}

void put_crc(Octets l4) {
    put32(l4.subspan(8), 0);
    auto crc = crc32c(l4);
    // The least significant byte comes first.
    for (std::size_t i = 0; i < 4; i++)
        l4[8 + i] = static_cast<std::uint8_t>(crc >> 8 * i);
}

void put_checksum(const Packet& packet) {
    auto l4 = packet.l4();
    if (packet.proto == proto_sctp)
        return put_crc(l4);
    if (packet.proto != proto_tcp && packet.proto != proto_udp && !packet.is_icmp())
        return;
    auto place = l4.subspan(checksum_place(packet));
    put16(place, 0);
    std::uint32_t pseudo = 0;
    if (packet.proto != proto_icmp)
        pseudo = sum(packet.addresses(), static_cast<std::uint32_t>(l4.size()) + packet.proto);
    auto value = fold(sum(l4, pseudo));
    put16(place, packet.proto == proto_udp && !value ? 0xffff : value);
}

void put_ip_checksum(const Packet& packet) {
    if (!packet.v4)
        return;
    auto header = packet.ip().first(ipv4_size);
    put16(header.subspan(10), 0);
    put16(header.subspan(10), fold(sum(header)));
}

void put_ethernet(Octets frame, const MacAddress& dst, const MacAddress& src, std::uint16_t type) {
    put(frame, dst.bytes());
    put(frame.subspan(6), src.bytes());
    put16(frame.subspan(12), type);
}

void put_ipv4(const Packet& packet, const PacketSpec& spec) {
    auto ip = packet.ip();
    ip[0] = 0x45;
    ip[1] = spec.tos;
    put16(ip.subspan(2), ip.size());
    put16(ip.subspan(6), spec.dont_fragment ? 0x4000 : 0);
    ip[8] = spec.ttl;
    ip[9] = packet.proto;
}

void put_ipv6(const Packet& packet, const PacketSpec& spec) {
    auto ip = packet.ip();
    put32(ip, 6U << 28 | static_cast<std::uint32_t>(spec.tos) << 20);
    put16(ip.subspan(4), ip.size() - ipv6_size);
    ip[6] = packet.proto;
    ip[7] = spec.ttl;
}

void put_l4(const Packet& packet, const PacketSpec& spec) {
    auto l4 = packet.l4();
    if (packet.is_icmp()) {
        l4[0] = spec.icmp_type;
        l4[1] = spec.icmp_code;
        return;
    }
    if (!spec.proto.has_ports() || l4.size() < 4)
        return;
    put16(l4, spec.sport);
    put16(l4.subspan(2), spec.dport);
    if (packet.proto == proto_tcp) {
        put32(l4.subspan(4), any_number);
        put32(l4.subspan(8), spec.tcp_flags & tcp_ack ? any_number : 0);
        l4[12] = 5 << 4;
        l4[13] = spec.tcp_flags;
        put16(l4.subspan(14), 0xffff);
    } else if (packet.proto == proto_udp) {
        put16(l4.subspan(4), l4.size());
    } else if (packet.proto == proto_sctp) {
        l4[12] = sctp_init;
        put16(l4.subspan(14), 20);
        put32(l4.subspan(16), any_number);
        put32(l4.subspan(20), 0xffff);
        put32(l4.subspan(24), 1U << 16 | 1);
    }
}

/// Reads a frame that holds an IP packet without options; none for any other.
std::optional<Packet> read(Octets frame) {
    if (frame.size() < ethernet_size + ipv4_size)
        return std::nullopt;
    Packet packet{frame, get16(frame.subspan(12)) == type_ipv4, 0};
    auto ip = packet.ip();
    if (packet.v4) {
        packet.proto = ip[9];
        if (ip[0] != 0x45 || get16(ip.subspan(6)) & 0x3fff || get16(ip.subspan(2)) > ip.size())
            return std::nullopt;
        packet.frame = frame.first(ethernet_size + get16(ip.subspan(2)));
    } else {
        if (get16(frame.subspan(12)) != type_ipv6 || ip.size() < ipv6_size ||
            get16(ip.subspan(4)) + ipv6_size > ip.size())
            return std::nullopt;
        packet.proto = ip[6];
        packet.frame = frame.first(ethernet_size + ipv6_size + get16(ip.subspan(4)));
    }
    if (packet.ip().size() <
        (packet.v4 ? ipv4_size : ipv6_size) + header_size(packet.proto, packet.v4))
        return std::nullopt;
    return packet;
}

void answer_tcp(Octets l4) {
    auto seq = get32(l4.subspan(4)), ack = get32(l4.subspan(8));
    auto flags = l4[13];
    auto header = static_cast<std::size_t>(l4[12] >> 4) * 4;
    auto payload = static_cast<std::uint32_t>(l4.size() - std::min(l4.size(), header));
    auto counts = (flags & tcp_syn ? 1U : 0) + (flags & tcp_fin ? 1U : 0);
    put32(l4.subspan(4), flags & tcp_ack ? ack : any_number);
    put32(l4.subspan(8), seq + payload + counts);
    bool opens = flags & tcp_syn && !(flags & tcp_ack);
    l4[13] = static_cast<std::uint8_t>(tcp_ack | (opens ? tcp_syn : 0));
}

/// False if the message has no answer.
bool answer_icmp(const Packet& packet) {
    auto l4 = packet.l4();
    std::uint8_t request = packet.v4 ? 8 : 128, reply = packet.v4 ? 0 : 129;
    if (l4[0] != request)
        return false;
    l4[0] = reply;
    return true;
}

bool answer_l4(const Packet& packet) {
    auto l4 = packet.l4();
    if (packet.is_icmp())
        return answer_icmp(packet);
    if (!Protocol(packet.proto).has_ports())
        return true;
    std::swap_ranges(l4.begin(), l4.begin() + 2, l4.begin() + 2);
    if (packet.proto == proto_tcp) {
        if (l4[13] & tcp_rst)
            return false;
        answer_tcp(l4);
    } else if (packet.proto == proto_sctp && l4[12] == sctp_init) {
        put32(l4.subspan(4), get32(l4.subspan(16)));
        l4[12] = sctp_init_ack;
        put32(l4.subspan(16), any_number + 1);
    }
    return true;
}

} // namespace

Result<std::vector<std::uint8_t>> build_packet(const PacketSpec& spec) {
    bool v4 = spec.src.is_v4();
    auto proto = spec.proto.number();
    auto least = (v4 ? ipv4_size : ipv6_size) + header_size(proto, v4);
    std::size_t length = spec.length.value_or(static_cast<std::uint16_t>(least));
    if (spec.src.family() != spec.dst.family())
        return make_error(EINVAL, "the source and the destination are of different families");
    if (length < least)
        return make_error(EINVAL, fmt::format("a length of {} bytes has no room for the headers, "
                                              "which have {}",
                                              length, least));
    Buffer frame(ethernet_size + length);
    Packet packet{frame, v4, proto};
    put_ethernet(frame, spec.dst_mac, spec.src_mac, v4 ? type_ipv4 : type_ipv6);
    if (v4)
        put_ipv4(packet, spec);
    else
        put_ipv6(packet, spec);
    put(packet.addresses(), spec.src.bytes());
    put(packet.addresses().subspan(packet.address_size()), spec.dst.bytes());
    put_l4(packet, spec);
    put_checksum(packet);
    put_ip_checksum(packet);
    return frame;
}

Result<std::vector<std::uint8_t>> build_arp(const MacAddress& mac, const IpAddress& src,
                                            const IpAddress& target) {
    if (!src.is_v4() || !target.is_v4())
        return make_error(EINVAL, "ARP is about IPv4 addresses");
    static constexpr std::uint8_t header[] = {0, 1, 8, 0, 6, 4, 0, 1};
    Buffer frame(ethernet_size + 28);
    MacAddress everyone(std::array<std::uint8_t, 6>{0xff, 0xff, 0xff, 0xff, 0xff, 0xff});
    put_ethernet(frame, everyone, mac, type_arp);
    auto arp = Octets(frame).subspan(ethernet_size);
    put(arp, header);
    put(arp.subspan(8), mac.bytes());
    put(arp.subspan(14), src.bytes());
    put(arp.subspan(24), target.bytes());
    return frame;
}

Result<std::vector<std::uint8_t>> build_answer(std::span<const std::uint8_t> frame) {
    Buffer answer(frame.begin(), frame.end());
    auto packet = read(answer);
    if (!packet)
        return make_error(EINVAL, "what is not a whole IP packet without options has no answer");
    if (!answer_l4(*packet))
        return make_error(EINVAL, "no one answers such a packet");
    std::swap_ranges(answer.begin(), answer.begin() + 6, answer.begin() + 6);
    auto addresses = packet->addresses();
    auto half = static_cast<std::ptrdiff_t>(packet->address_size());
    std::swap_ranges(addresses.begin(), addresses.begin() + half, addresses.begin() + half);
    packet->ip()[packet->v4 ? 8 : 7] = 64;
    put_checksum(*packet);
    put_ip_checksum(*packet);
    return answer;
}

} // namespace vrouter
