// SPDX-License-Identifier: GPL-2.0-or-later
#include "drop_events.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <fstream>
#include <sstream>

#include <fmt/chrono.h>

#include "follow.hpp"
#include "objects.hpp"
#include "packet.hpp"
#include "pcapng.hpp"

namespace ctl {

namespace {

using namespace vrouter;

constexpr std::uint64_t second = 1'000'000'000;

std::uint64_t nanoseconds_of(const DropEvent& drop) {
    return static_cast<std::uint64_t>(drop.time.time_since_epoch().count());
}

/// The local time of day, as in tcpdump.
std::string time_for_people(const DropEvent& drop) {
    auto nanoseconds = nanoseconds_of(drop);
    auto seconds = static_cast<std::time_t>(nanoseconds / second);
    return fmt::format("{:%H:%M:%S}.{:06}", fmt::localtime(seconds), nanoseconds % second / 1000);
}

/// RFC 3339, UTC.
std::string time_for_programs(const DropEvent& drop) {
    auto nanoseconds = nanoseconds_of(drop);
    auto seconds = static_cast<std::time_t>(nanoseconds / second);
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:09}Z", fmt::gmtime(seconds), nanoseconds % second);
}

std::string hex(const std::vector<std::uint8_t>& bytes) {
    std::string text;
    for (auto byte : bytes)
        text += fmt::format("{:02x}", byte);
    return text;
}

/// The place that counts the drop, and how the packet came. A vif that is both is printed once.
void print_way(Printer& out, const DropEvent& drop) {
    out.reference("network", drop.network);
    out.reference("vif", drop.vif);
    if (drop.direction)
        out.label("direction", *drop.direction);
    if (out.style().json) {
        out.reference("from_vif", drop.from_vif);
    } else if (drop.from_vif && drop.from_vif != drop.vif) {
        out.text("from");
        out.reference("vif", drop.from_vif);
    }
    if (drop.tunnel) {
        out.text("from");
        out.reference("tunnel", drop.tunnel);
        out.field("remote", drop.remote);
    }
    if (drop.own)
        out.text("own");
    out.json("own", drop.own);
    if (drop.rule) {
        out.reference("sg", drop.rule->sg);
        out.field("rule", drop.rule->index);
    }
}

template <class T>
void print_json(Printer& out, std::string_view name, const std::optional<T>& value) {
    if (value)
        out.json(name, Value(*value));
}

/// The packet's headers, for programs that do not want to decode its bytes.
void print_headers(Printer& out, const Headers& headers) {
    print_json(out, "src_mac", headers.source_mac);
    print_json(out, "dst_mac", headers.destination_mac);
    print_json(out, "vlan", headers.vlan);
    print_json(out, "ethertype", headers.ethertype);
    if (!headers.arp.empty())
        out.json("arp", headers.arp);
    print_json(out, "src", headers.source);
    print_json(out, "dst", headers.destination);
    if (headers.protocol)
        out.json("proto", headers.protocol->to_string());
    print_json(out, "sport", headers.source_port);
    print_json(out, "dport", headers.destination_port);
    print_json(out, "icmp_type", headers.icmp_type);
    print_json(out, "icmp_code", headers.icmp_code);
    if (!headers.tcp_flags.empty())
        out.json("tcp_flags", headers.tcp_flags);
    print_json(out, "fragment", headers.fragment);
}

void print_packet(Printer& out, const DroppedPacket& packet) {
    auto headers = read_headers(packet.bytes, packet.network_offset);
    if (packet.outer)
        out.text("outer");
    out.text(to_string(headers));
    out.field("length", packet.length);
    print_headers(out, headers);
    out.json("outer", packet.outer);
    out.json("network_offset", packet.network_offset);
    out.json("bytes", hex(packet.bytes));
}

bool is_wanted(const DropWanted& wanted, const DropEvent& drop) {
    auto is = [](const auto& named, const auto& id) { return named && named->id == *id; };
    if (wanted.network && !is(drop.network, wanted.network))
        return false;
    if (wanted.vif && !is(drop.vif, wanted.vif) && !is(drop.from_vif, wanted.vif))
        return false;
    return wanted.reasons.empty() ||
           std::ranges::find(wanted.reasons, drop.name) != wanted.reasons.end();
}

/// Text for an event without a packet.
std::string_view note_on(Event::Type type) {
    if (type == Event::Type::overrun)
        return "more packets were dropped than could be told; the counters have them all";
    return type == Event::Type::unloaded ? "the module is gone" : "the module is back";
}

/// Passes each wanted packet to \p handle and reports other events on standard error.
void each_drop(Context& context, Monitor& monitor, const DropWanted& wanted,
               const std::function<void(const DropEvent&)>& handle) {
    std::uint32_t seen = 0;
    follow(context, monitor, [&](const Event& event) {
        const auto* drop = std::get_if<DropEvent>(&event.value);
        if (!drop) {
            complain(context, Failure(status_done, std::string(note_on(event.type))));
            return true;
        }
        if (!is_wanted(wanted, *drop))
            return true;
        handle(*drop);
        return !wanted.count || ++seen < *wanted.count;
    });
}

/// A frame for programs that read only Ethernet: puts a header of zeros in front of a bare IP
/// packet.
std::vector<std::uint8_t> frame_of(const DroppedPacket& packet) {
    std::vector<std::uint8_t> frame;
    if (packet.network_offset == 0 && !packet.bytes.empty()) {
        frame.resize(14);
        bool v6 = packet.bytes[0] >> 4 == 6;
        frame[12] = v6 ? 0x86 : 0x08;
        frame[13] = v6 ? 0xdd : 0x00;
    }
    frame.insert(frame.end(), packet.bytes.begin(), packet.bytes.end());
    return frame;
}

/// The fields of the output line besides the packet.
std::string comment_on(const DropEvent& drop) {
    std::ostringstream text;
    Printer out(text, {});
    out.begin();
    out.text(drop.name);
    print_way(out, drop);
    if (drop.suppressed)
        out.field("suppressed", drop.suppressed);
    out.end();
    auto comment = text.str();
    comment.pop_back();
    return comment;
}

void write_packet(PcapngWriter& writer, const DropEvent& drop) {
    if (!drop.packet)
        return;
    auto frame = frame_of(*drop.packet);
    auto added = static_cast<std::uint32_t>(frame.size() - drop.packet->bytes.size());
    writer.write(drop.time, frame, drop.packet->length + added, comment_on(drop));
}

} // namespace

void print_fields(Printer& out, const DropEvent& drop) {
    out.label("time", out.style().json ? time_for_programs(drop) : time_for_people(drop));
    out.label("reason", Value(drop.name).colored(color_bad));
    print_way(out, drop);
    if (drop.packet)
        print_packet(out, *drop.packet);
    out.unless("packets", drop.packets, std::uint32_t{1});
    out.unless("suppressed", drop.suppressed, std::uint64_t{0});
}

void follow_drops(Context& context, const DropWanted& wanted) {
    auto& out = context.out();
    auto monitor = open_monitor(context, Topics::drops);
    each_drop(context, monitor, wanted, [&](const DropEvent& drop) {
        out.begin();
        print_fields(out, drop);
        out.end();
    });
}

void write_drops(Context& context, const DropWanted& wanted, const std::string& file) {
    auto monitor = open_monitor(context, Topics::drops);
    std::ofstream opened;
    if (file != "-") {
        opened.open(file, std::ios::binary | std::ios::trunc);
        if (!opened)
            throw Failure(status_refused,
                          fmt::format("cannot write {}: {}", file, std::strerror(errno)));
    }
    auto& out = file == "-" ? context.environment().out : opened;
    PcapngWriter writer(out);
    out.flush();
    each_drop(context, monitor, wanted, [&](const DropEvent& drop) {
        write_packet(writer, drop);
        out.flush();
        if (!out)
            throw Failure(status_refused, fmt::format("cannot write {}", file));
    });
}

} // namespace ctl
