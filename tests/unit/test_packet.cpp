// SPDX-License-Identifier: LGPL-2.1-or-later
// Packets by description, byte by byte, and their answers.
#include "check.hpp"

using namespace vrouter;

namespace {

std::uint32_t get16(const std::vector<std::uint8_t>& bytes, std::size_t at) {
    return static_cast<std::uint32_t>(bytes[at] << 8 | bytes[at + 1]);
}

/// A sum of 16-bit words over all of a range, which is 0xffff where a checksum in it is right.
std::uint32_t sum(const std::vector<std::uint8_t>& bytes, std::size_t from, std::size_t to,
                  std::uint32_t value = 0) {
    for (auto i = from; i < to; i++)
        value += (i - from) % 2 ? bytes[i] : static_cast<std::uint32_t>(bytes[i] << 8);
    while (value >> 16)
        value = (value & 0xffff) + (value >> 16);
    return value;
}

PacketSpec spec(const char* src, const char* dst, std::uint8_t proto) {
    PacketSpec spec;
    spec.src_mac = *MacAddress::parse("02:00:00:00:00:01");
    spec.dst_mac = *MacAddress::parse("02:00:00:00:00:02");
    spec.src = *IpAddress::parse(src);
    spec.dst = *IpAddress::parse(dst);
    spec.proto = Protocol(proto);
    spec.sport = 40000;
    spec.dport = 3306;
    return spec;
}

void ipv4_tcp(void**) {
    auto wanted = spec("10.0.0.1", "10.0.0.2", 6);
    wanted.dont_fragment = true;
    wanted.tos = 8;
    auto frame = *build_packet(wanted);
    check_number(frame.size(), 54);
    check_number(get16(frame, 12), 0x0800);
    check_number(get16(frame, 14), 0x4508);
    check_number(get16(frame, 16), 40);
    check_number(get16(frame, 20), 0x4000);
    check_number(get16(frame, 34), 40000);
    check_number(get16(frame, 36), 3306);
    check_number(frame[47], 2);
    check_number(sum(frame, 14, 34), 0xffff);
    check_number(sum(frame, 34, 54, sum(frame, 26, 34, 20 + 6)), 0xffff);
}

void ipv6_icmp(void**) {
    auto wanted = spec("fd00::1", "fd00::2", 58);
    wanted.icmp_type = 128;
    wanted.length = 60;
    auto frame = *build_packet(wanted);
    check_number(frame.size(), 74);
    check_number(get16(frame, 12), 0x86dd);
    check_number(get16(frame, 18), 20);
    check_number(frame[54], 128);
    check_number(sum(frame, 54, 74, sum(frame, 22, 54, 20 + 58)), 0xffff);
}

/// The CRC of an SCTP packet is that of RFC 9260, least significant byte first.
void sctp(void**) {
    auto frame = *build_packet(spec("10.0.0.1", "10.0.0.2", 132));
    check_number(frame.size(), 14 + 20 + 32);
    check_number(frame[46], 1);
    std::uint32_t crc = ~0U;
    for (std::size_t i = 34; i < frame.size(); i++) {
        crc ^= i >= 42 && i < 46 ? 0 : frame[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc & 1 ? crc >> 1 ^ 0x82f63b78U : crc >> 1;
    }
    crc = ~crc;
    for (std::size_t i = 0; i < 4; i++)
        check_number(frame[42 + i], crc >> 8 * i & 0xff);
}

void arp(void**) {
    auto frame = *build_arp(*MacAddress::parse("02:00:00:00:00:01"), *IpAddress::parse("10.0.0.1"),
                            *IpAddress::parse("10.0.0.2"));
    check_number(frame.size(), 42);
    check_number(frame[0], 0xff);
    check_number(get16(frame, 20), 1);
    check_number(frame[27], 1);
    check_number(frame[31], 1);
    check_number(frame[41], 2);
    check(!build_arp({}, *IpAddress::parse("fd00::1"), *IpAddress::parse("10.0.0.2")));
}

void answers(void**) {
    auto answer = *build_answer(*build_packet(spec("10.0.0.1", "10.0.0.2", 6)));
    check_number(answer[5], 1);
    check_number(answer[11], 2);
    check_number(answer[29], 2);
    check_number(answer[33], 1);
    check_number(get16(answer, 34), 3306);
    check_number(get16(answer, 36), 40000);
    check_number(answer[47], tcp_syn | tcp_ack);
    check_number(answer[45], 5); // the sequence number of the SYN, and one more
    check_number(sum(answer, 14, 34), 0xffff);
    check_number(sum(answer, 34, 54, sum(answer, 26, 34, 20 + 6)), 0xffff);

    auto ping = spec("10.0.0.1", "10.0.0.2", 1);
    ping.icmp_type = 8;
    check_number((*build_answer(*build_packet(ping)))[34], 0);
    ping.icmp_type = 3;
    check(!build_answer(*build_packet(ping)));
    auto reset = spec("10.0.0.1", "10.0.0.2", 6);
    reset.tcp_flags = tcp_rst;
    check(!build_answer(*build_packet(reset)));
}

/// Of what is cut off or no IP packet there is no answer, and no byte behind its end is read.
void no_answers(void**) {
    auto frame = *build_packet(spec("fd00::1", "fd00::2", 6));
    for (std::size_t length = 0; length < frame.size(); length++)
        check(!build_answer({frame.begin(), frame.begin() + static_cast<std::ptrdiff_t>(length)}));
    check(!build_answer(*build_arp({}, {}, {})));
}

void refused(void**) {
    auto families = spec("10.0.0.1", "fd00::2", 6);
    check(!build_packet(families));
    auto small = spec("10.0.0.1", "10.0.0.2", 6);
    small.length = 39;
    check_text(build_packet(small).error().message,
               "a length of 39 bytes has no room for the headers, which have 40");
}

} // namespace

int main() {
    const CMUnitTest tests[] = {
        cmocka_unit_test(ipv4_tcp), cmocka_unit_test(ipv6_icmp), cmocka_unit_test(sctp),
        cmocka_unit_test(arp),      cmocka_unit_test(answers),   cmocka_unit_test(no_answers),
        cmocka_unit_test(refused),
    };
    return run_group(tests, "packet");
}
