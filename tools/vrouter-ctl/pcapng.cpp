// SPDX-License-Identifier: GPL-2.0-or-later
#include "pcapng.hpp"

#include <cstring>

namespace ctl {

namespace {

// Blocks and options of draft-ietf-opsawg-pcapng, in the byte order of this machine.
constexpr std::uint32_t section_block = 0x0a0d0d0a, interface_block = 1, packet_block = 6;
constexpr std::uint32_t byte_order = 0x1a2b3c4d;
constexpr std::uint16_t option_end = 0, option_comment = 1, option_name = 2, option_resolution = 9;
constexpr std::uint16_t link_ethernet = 1;
constexpr char nanoseconds = 9;

template <class T> void append(std::string& body, T value) {
    char bytes[sizeof(value)];
    std::memcpy(bytes, &value, sizeof(value));
    body.append(bytes, sizeof(bytes));
}

void append_padded(std::string& body, std::string_view data) {
    body += data;
    body.resize((body.size() + 3) / 4 * 4);
}

void append_option(std::string& body, std::uint16_t code, std::string_view data) {
    append(body, code);
    append(body, static_cast<std::uint16_t>(data.size()));
    append_padded(body, data);
}

} // namespace

PcapngWriter::PcapngWriter(std::ostream& out) : out_(out) {
    std::string section;
    append(section, byte_order);
    append(section, std::uint16_t{1});
    append(section, std::uint16_t{0});
    append(section, std::int64_t{-1}); // unknown length
    block(section_block, section);

    std::string interface;
    append(interface, link_ethernet);
    append(interface, std::uint16_t{0});
    append(interface, std::uint32_t{0}); // no limit on packet length
    append_option(interface, option_name, "vrouter");
    append_option(interface, option_resolution, {&nanoseconds, 1});
    append_option(interface, option_end, {});
    block(interface_block, interface);
}

void PcapngWriter::write(std::chrono::sys_time<std::chrono::nanoseconds> time,
                         std::span<const std::uint8_t> bytes, std::uint32_t length,
                         const std::string& comment) {
    auto stamp = static_cast<std::uint64_t>(time.time_since_epoch().count());
    std::string packet;
    append(packet, std::uint32_t{0}); // the interface
    append(packet, static_cast<std::uint32_t>(stamp >> 32));
    append(packet, static_cast<std::uint32_t>(stamp));
    append(packet, static_cast<std::uint32_t>(bytes.size()));
    append(packet, length);
    append_padded(packet, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    append_option(packet, option_comment, comment);
    append_option(packet, option_end, {});
    block(packet_block, packet);
}

void PcapngWriter::block(std::uint32_t type, const std::string& body) {
    std::string whole;
    auto length = static_cast<std::uint32_t>(body.size() + 12);
    append(whole, type);
    append(whole, length);
    whole += body;
    append(whole, length);
    out_.write(whole.data(), static_cast<std::streamsize>(whole.size()));
}

} // namespace ctl
