// SPDX-License-Identifier: GPL-2.0-or-later
#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>

#include <fmt/format.h>

#include "capture.hpp"
#include "context.hpp"
#include "objects.hpp"
#include "rule.hpp"
#include "values.hpp"

namespace ctl {

namespace {

using namespace vrouter;

/// The kind of a packet in its description.
enum class Kind { tcp, udp, sctp, icmp, icmp6, ip, arp };

/// An address with an optional port: "10.0.0.1:80", "[fd00::1]:80".
struct Endpoint {
    IpAddress address{};
    std::optional<std::uint16_t> port{};
};

/// Errors point at the whole word.
Word part(const Word& word, std::string_view text) {
    return {text, word.line, word.index};
}

Endpoint read_endpoint(const Word& word) {
    std::string_view text = word.text;
    auto colon = text.rfind(':');
    bool bracket = text.starts_with('[');
    bool has_port =
        bracket ? colon != text.npos && text[colon - 1] == ']' : std::ranges::count(text, ':') == 1;
    Endpoint endpoint;
    if (has_port)
        endpoint.port = read<std::uint16_t>(part(word, text.substr(colon + 1)));
    auto address = has_port ? text.substr(0, colon) : text;
    if (bracket)
        address = address.substr(1, address.size() - 2);
    endpoint.address = read<IpAddress>(part(word, address));
    return endpoint;
}

struct Arguments {
    std::optional<VifRef> vif{};
    std::optional<TunnelRef> tunnel{};
    std::optional<IpAddress> remote{};
    std::optional<std::uint32_t> vni{}, key{}, label{};
    std::optional<std::uint8_t> outer_tos{};
    std::optional<Payload> payload{};
    std::optional<Kind> kind{};
    std::optional<Endpoint> src{}, dst{};
    std::optional<std::uint8_t> type{}, code{}, ttl{}, tos{}, flags{};
    std::optional<Protocol> proto{};
    std::optional<MacAddress> smac{}, dmac{};
    std::optional<std::uint16_t> length{};
    bool df = false, reply = false;
    std::optional<std::string> hex{}, pcap{};
    std::optional<std::uint32_t> index{};
};
using To = Take<Arguments>;

template <Kind kind> void take_source(Arguments& arguments, const Word& word) {
    if (arguments.kind)
        word.refuse("a packet is described once");
    arguments.kind = kind;
    arguments.src = read_endpoint(word);
}

void take_destination(Arguments& arguments, const Word& word) {
    if (!arguments.src || arguments.dst)
        word.refuse("this is no keyword, and no destination is wanted here",
                    "see: vrouter-ctl trace help");
    arguments.dst = read_endpoint(word);
}

void take_flags(Arguments& arguments, const Word& word) {
    static constexpr std::pair<std::string_view, TcpFlag> names[] = {
        {"fin", tcp_fin}, {"syn", tcp_syn}, {"rst", tcp_rst},
        {"psh", tcp_psh}, {"ack", tcp_ack}, {"urg", tcp_urg},
    };
    std::string_view rest = word.text;
    std::uint8_t flags = 0;
    while (!rest.empty()) {
        auto end = rest.find_first_of(",|");
        auto name = rest.substr(0, end);
        auto found = std::ranges::find(names, name, &std::pair<std::string_view, TcpFlag>::first);
        if (found == std::end(names))
            word.refuse("a list of fin, syn, rst, psh, ack, urg is wanted, or none");
        flags = static_cast<std::uint8_t>(flags | found->second);
        rest.remove_prefix(end == rest.npos ? rest.size() : end + 1);
    }
    arguments.flags = flags;
}

const Entry<Arguments> table[] = {
    {{.name = "vif",
      .value = "NAME|ID",
      .help = "as if the VM of this vif had sent the packet",
      .verbs = verb_show,
      .offer = Offer::vif},
     To::value<&Arguments::vif>},
    {{.name = "tunnel",
      .value = "NAME|ID",
      .help = "as if it had come through this tunnel",
      .verbs = verb_show,
      .offer = Offer::tunnel},
     To::value<&Arguments::tunnel>},
    {{.name = "remote", .value = "ADDRESS", .help = "with tunnel: from there", .verbs = verb_show},
     To::value<&Arguments::remote>},
    {{.name = "vni",
      .value = "NUMBER",
      .help = "with tunnel: what names the packet's network, if the tunnel has VNIs",
      .verbs = verb_show},
     To::value<&Arguments::vni>},
    {{.name = "key", .value = "NUMBER", .help = "the same for GRE", .verbs = verb_show},
     To::value<&Arguments::key>},
    {{.name = "label",
      .value = "NUMBER",
      .help = "the same for MPLS",
      .verbs = verb_show,
      .offer = Offer::label},
     To::value<&Arguments::label>},
    {{.name = "outer-tos",
      .value = "NUMBER",
      .help = "with tunnel: traffic class of the outer header, default 0",
      .verbs = verb_show},
     To::value<&Arguments::outer_tos>},
    {{.name = "payload",
      .value = "l2|l3",
      .help = "with tunnel: whether it came in an Ethernet frame (l2, the default)",
      .verbs = verb_show},
     To::value<&Arguments::payload>},
    {{.name = "tcp",
      .value = "ADDRESS:PORT",
      .help = "a TCP segment from there; its destination follows",
      .verbs = verb_show},
     take_source<Kind::tcp>},
    {{.name = "udp", .value = "ADDRESS:PORT", .help = "the same for UDP", .verbs = verb_show},
     take_source<Kind::udp>},
    {{.name = "sctp",
      .value = "ADDRESS:PORT",
      .help = "the same for SCTP, an INIT",
      .verbs = verb_show},
     take_source<Kind::sctp>},
    {{.name = "icmp",
      .value = "ADDRESS",
      .help = "an ICMP message from there, an echo request unless type says another",
      .verbs = verb_show},
     take_source<Kind::icmp>},
    {{.name = "icmp6", .value = "ADDRESS", .help = "the same for ICMPv6", .verbs = verb_show},
     take_source<Kind::icmp6>},
    {{.name = "ip",
      .value = "ADDRESS",
      .help = "an IPv4 or IPv6 packet from there, of the protocol proto",
      .verbs = verb_show},
     take_source<Kind::ip>},
    {{.name = "arp",
      .value = "ADDRESS",
      .help = "a question from there for the address that follows",
      .verbs = verb_show},
     take_source<Kind::arp>},
    {{.name = "",
      .value = "ADDRESS[:PORT]",
      .help = "the destination, behind the source",
      .verbs = verb_show},
     take_destination},
    {{.name = "type", .value = "NUMBER", .help = "of ICMP", .verbs = verb_show},
     To::value<&Arguments::type>},
    {{.name = "code", .value = "NUMBER", .help = "of ICMP", .verbs = verb_show},
     To::value<&Arguments::code>},
    {{.name = "proto", .value = "NAME|NUMBER", .help = "with ip: the protocol", .verbs = verb_show},
     To::value<&Arguments::proto>},
    {{.name = "flags",
      .value = "LIST",
      .help = "with tcp: of fin, syn, rst, psh, ack, urg; default syn",
      .verbs = verb_show},
     take_flags},
    {{.name = "smac",
      .value = "MAC",
      .help = "Ethernet source; default the vif's, or of a tunnel the sender's neighbour entry or "
              "the gateway",
      .verbs = verb_show},
     To::value<&Arguments::smac>},
    {{.name = "dmac",
      .value = "MAC",
      .help = "Ethernet destination; default that of the receiver where it is in the sender's "
              "subnet, else the gateway's",
      .verbs = verb_show},
     To::value<&Arguments::dmac>},
    {{.name = "ttl", .value = "NUMBER", .help = "default 64", .verbs = verb_show},
     To::value<&Arguments::ttl>},
    {{.name = "tos", .value = "NUMBER", .help = "traffic class, default 0", .verbs = verb_show},
     To::value<&Arguments::tos>},
    {{.name = "length",
      .value = "BYTES",
      .help = "of the IP packet; default what its headers need",
      .verbs = verb_show},
     To::value<&Arguments::length>},
    {{.name = "df", .value = "", .help = "do not fragment", .verbs = verb_show},
     To::flag<&Arguments::df>},
    {{.name = "hex",
      .value = "BYTES|-",
      .help = "the frame in hexadecimal digits, from the Ethernet header on",
      .verbs = verb_show},
     To::value<&Arguments::hex>},
    {{.name = "pcap",
      .value = "FILE|-",
      .help = "a frame that was captured",
      .verbs = verb_show,
      .offer = Offer::file},
     To::value<&Arguments::pcap>},
    {{.name = "index",
      .value = "NUMBER",
      .help = "with pcap: which one, from 1 on",
      .verbs = verb_show},
     To::value<&Arguments::index>},
    {{.name = "--reply", .value = "", .help = "and the way of the answer back", .verbs = verb_show},
     To::flag<&Arguments::reply>},
};

// ---------------------------------------------------------------------------------------------
// Description of the packet

Protocol proto_of(const Arguments& arguments) {
    switch (*arguments.kind) {
    case Kind::tcp:
        return Protocol(6);
    case Kind::udp:
        return Protocol(17);
    case Kind::sctp:
        return Protocol(132);
    case Kind::icmp:
        return Protocol(1);
    case Kind::icmp6:
        return Protocol(58);
    default:
        if (!arguments.proto)
            throw misuse("ip needs the protocol: proto NAME|NUMBER");
        return *arguments.proto;
    }
}

bool has_ports(Kind kind) {
    return kind == Kind::tcp || kind == Kind::udp || kind == Kind::sctp;
}

/// Ends the command when a given word would be ignored.
void refuse_if(bool given, std::string_view word, std::string_view goes_with) {
    if (given)
        throw misuse(fmt::format("{} goes with {} only", word, goes_with));
}

bool is_kind(const Arguments& arguments, std::initializer_list<Kind> kinds) {
    return arguments.kind && std::ranges::find(kinds, *arguments.kind) != kinds.end();
}

/// Words about the outer header require tunnel.
void check_outer(const Arguments& arguments) {
    if (arguments.vif && arguments.tunnel)
        throw misuse("a packet comes from a vif or by a tunnel, not both");
    if (arguments.tunnel)
        return;
    refuse_if(arguments.remote.has_value(), "remote", "tunnel");
    refuse_if(arguments.vni.has_value(), "vni", "tunnel");
    refuse_if(arguments.key.has_value(), "key", "tunnel");
    refuse_if(arguments.label.has_value(), "label", "tunnel");
    refuse_if(arguments.outer_tos.has_value(), "outer-tos", "tunnel");
    refuse_if(arguments.payload.has_value(), "payload", "tunnel");
}

/// Words about headers require a described packet that has them.
void check_headers(const Arguments& arguments) {
    bool icmp = is_kind(arguments, {Kind::icmp, Kind::icmp6});
    bool ip = arguments.kind && *arguments.kind != Kind::arp;
    constexpr std::string_view described = "a packet that is described";
    refuse_if(arguments.type && !icmp, "type", "icmp and icmp6");
    refuse_if(arguments.code && !icmp, "code", "icmp and icmp6");
    refuse_if(arguments.flags && !is_kind(arguments, {Kind::tcp}), "flags", "tcp");
    refuse_if(arguments.proto && !is_kind(arguments, {Kind::ip}), "proto", "ip");
    refuse_if(arguments.ttl && !ip, "ttl", "an IP packet that is described");
    refuse_if(arguments.tos && !ip, "tos", "an IP packet that is described");
    refuse_if(arguments.length && !ip, "length", "an IP packet that is described");
    refuse_if(arguments.df && !ip, "df", "an IP packet that is described");
    refuse_if(arguments.smac && !arguments.kind, "smac", described);
    refuse_if(arguments.dmac && (!ip || arguments.payload == Payload::l3), "dmac",
              "an IP packet that is described, in a frame");
}

/// Refuses words that do not go together with the form in which the packet is given.
void check(const Arguments& arguments) {
    check_outer(arguments);
    check_headers(arguments);
    auto ways = (arguments.kind ? 1 : 0) + (arguments.hex ? 1 : 0) + (arguments.pcap ? 1 : 0);
    if (ways != 1)
        throw misuse("one packet is wanted: tcp, udp, sctp, icmp, icmp6, ip or arp with its "
                     "addresses, or hex, or pcap",
                     "see: vrouter-ctl trace help");
    if (!arguments.vif && !arguments.tunnel)
        throw misuse("where does the packet come from? vif NAME, or tunnel NAME remote ADDRESS "
                     "and vni, key or label");
    if (arguments.index && !arguments.pcap)
        throw misuse("index goes with pcap");
    if (!arguments.kind)
        return;
    if (!arguments.dst)
        throw misuse("the destination is missing, behind the source");
    bool ports = arguments.src->port && arguments.dst->port;
    if (has_ports(*arguments.kind) != ports ||
        (!ports && (arguments.src->port || arguments.dst->port)))
        throw misuse(has_ports(*arguments.kind) ? "both addresses need a port, ADDRESS:PORT"
                                                : "such packets have no ports");
}

/// The network and vif that determine the MAC addresses of the packet.
struct Surroundings {
    NetworkInfo network;
    std::optional<VifInfo> vif;
};

NetworkInfo network_of(Context& context, const Arguments& arguments) {
    auto& client = context.client();
    if (arguments.label) {
        auto label = must(client.labels().get(LabelId(*arguments.label)));
        if (label.network)
            return must(client.networks().get(*label.network));
    }
    for (const auto& network : must(client.networks().list()))
        if ((arguments.vni && network.vni == arguments.vni) ||
            (arguments.key && (network.key ? network.key : network.vni) == arguments.key))
            return network;
    throw Failure(status_refused, "no network here has that number, so the packet's MAC addresses "
                                  "must be given: smac and dmac");
}

Surroundings surroundings_of(Context& context, const Arguments& arguments) {
    if (!arguments.vif)
        return {network_of(context, arguments), {}};
    auto vif = must(context.client().vifs().get(*arguments.vif));
    return {must(context.client().networks().get(vif.network)), vif};
}

std::optional<MacAddress> neighbour(Context& context, const Surroundings& around,
                                    const IpAddress& address) {
    auto found = context.client().neighbours().get(around.network.id, address);
    return found ? std::optional(found->mac) : std::nullopt;
}

MacAddress source_mac(Context& context, const Arguments& arguments, const Surroundings& around) {
    if (arguments.smac)
        return *arguments.smac;
    if (around.vif && around.vif->mac)
        return *around.vif->mac;
    auto known = neighbour(context, around, arguments.src->address);
    if (known)
        return *known;
    if (!around.vif)
        return around.network.gateway_mac;
    throw Failure(status_refused, "the vif has no mac, so the packet's source must be given: smac");
}

/// The MAC address of IP multicast and of the IPv4 broadcast address.
std::optional<MacAddress> group_mac(const IpAddress& address) {
    auto bytes = address.bytes();
    std::array<std::uint8_t, 6> mac{0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
    if (address.is_v4() && std::ranges::all_of(bytes, [](auto byte) { return byte == 0xff; }))
        return MacAddress(mac);
    if (!address.is_multicast())
        return std::nullopt;
    if (address.is_v4())
        mac = {0x01, 0x00, 0x5e, static_cast<std::uint8_t>(bytes[1] & 0x7f), bytes[2], bytes[3]};
    else
        mac = {0x33, 0x33, bytes[12], bytes[13], bytes[14], bytes[15]};
    return MacAddress(mac);
}

/// Whether the sender takes the receiver to be on its own link; always in a network without a
/// gateway.
bool on_link(const Surroundings& around, const Arguments& arguments) {
    const auto &src = arguments.src->address, &dst = arguments.dst->address;
    bool gateway = false;
    for (const auto& prefix : around.network.gateways) {
        if (prefix.contains(src) && prefix.contains(dst))
            return prefix.address() != dst;
        gateway |= prefix.family() == dst.family();
    }
    return !gateway;
}

MacAddress destination_mac(Context& context, const Arguments& arguments,
                           const Surroundings& around) {
    if (arguments.dmac)
        return *arguments.dmac;
    const auto& dst = arguments.dst->address;
    if (auto group = group_mac(dst))
        return *group;
    auto known = neighbour(context, around, dst);
    // The other hypervisor has routed packets that come from a tunnel.
    if (!around.vif)
        return known.value_or(around.network.gateway_mac);
    if (!on_link(around, arguments))
        return around.network.gateway_mac;
    if (known)
        return *known;
    throw Failure(status_refused,
                  fmt::format("{} would be asked for by ARP or neighbour discovery, since there is "
                              "no neighbour entry for it",
                              dst.to_string()),
                  "trace the question, or say dmac MAC");
}

PacketSpec spec_of(const Arguments& arguments) {
    PacketSpec spec;
    spec.src = arguments.src->address;
    spec.dst = arguments.dst->address;
    spec.proto = proto_of(arguments);
    spec.sport = arguments.src->port.value_or(0);
    spec.dport = arguments.dst->port.value_or(0);
    spec.icmp_type = arguments.type.value_or(*arguments.kind == Kind::icmp6 ? 128 : 8);
    spec.icmp_code = arguments.code.value_or(0);
    spec.tcp_flags = arguments.flags.value_or(tcp_syn);
    spec.ttl = arguments.ttl.value_or(64);
    spec.tos = arguments.tos.value_or(0);
    spec.dont_fragment = arguments.df;
    spec.length = arguments.length;
    return spec;
}

std::vector<std::uint8_t> described_frame(Context& context, const Arguments& arguments) {
    bool bare = arguments.payload == Payload::l3;
    bool macs = (arguments.smac && arguments.dmac) || bare;
    auto around = macs ? Surroundings() : surroundings_of(context, arguments);
    if (*arguments.kind == Kind::arp)
        return must(build_arp(source_mac(context, arguments, around), arguments.src->address,
                              arguments.dst->address));
    auto spec = spec_of(arguments);
    if (!bare) {
        spec.src_mac = source_mac(context, arguments, around);
        spec.dst_mac = destination_mac(context, arguments, around);
    }
    auto frame = must(build_packet(spec));
    if (bare)
        frame.erase(frame.begin(), frame.begin() + 14);
    return frame;
}

std::vector<std::uint8_t> frame_of(Context& context, const Arguments& arguments) {
    if (arguments.hex)
        return read_hex(context, *arguments.hex);
    if (arguments.pcap)
        return read_pcap(context, *arguments.pcap, arguments.index.value_or(1));
    return described_frame(context, arguments);
}

TracePacket packet_of(Context& context, const Arguments& arguments) {
    return {.vif = arguments.vif,
            .tunnel = arguments.tunnel,
            .remote = arguments.remote,
            .vni = arguments.vni,
            .key = arguments.key,
            .label = arguments.label,
            .tos = arguments.outer_tos,
            .payload = arguments.payload,
            .frame = frame_of(context, arguments)};
}

// ---------------------------------------------------------------------------------------------
// The reply

/// The stage where a packet left; null if it did not leave, or left more than once.
const TraceStage* exit_of(const TraceResult& result) {
    const TraceStage* left = nullptr;
    for (const auto& stage : result.stages) {
        if (stage.own || (stage.kind != TraceKind::output && stage.kind != TraceKind::encap))
            continue;
        if (left)
            return nullptr;
        left = &stage;
    }
    return left;
}

/// Fills in the Ethernet header of the answer. The other hypervisor routes it to the sender's MAC
/// address in the same network, and to the gateway's MAC address from another network.
void put_macs(std::vector<std::uint8_t>& frame, const TraceResult& first, const TraceStage& left) {
    bool crossed = left.network != first.stages.front().network;
    if (left.kind == TraceKind::encap && !crossed)
        return;
    if (left.payload != Payload::l3 && left.frame.size() >= 14)
        std::copy_n(left.frame.begin(), 12, frame.begin());
}

/// The label that leads to a network here: the receiver assigns labels.
std::uint32_t label_to(Context& context, const Named<NetworkId>& network) {
    auto labels = must(context.client().labels().list({.network = network, .nexthop = {}}));
    if (labels.empty())
        throw Failure(
            status_refused,
            fmt::format("no label leads to network {}, so nothing can come back", network.name));
    return labels.front().label.value();
}

/// Sets the tunnel parameters of the answer, and removes its Ethernet header if the payload is l3.
void put_way(Context& context, TracePacket& answer, const TraceStage& left) {
    answer.tunnel = *left.tunnel;
    answer.remote = left.dst;
    answer.vni = left.vni;
    answer.key = left.key;
    if (left.label)
        answer.label = label_to(context, *left.network);
    answer.payload = left.payload;
    if (left.payload == Payload::l3)
        answer.frame.erase(answer.frame.begin(), answer.frame.begin() + 14);
}

/// The answer to the packet that left, arriving where that packet left.
TracePacket answer_of(Context& context, const TracePacket& packet, const TraceResult& first,
                      const TraceStage& left) {
    auto frame = packet.frame;
    TracePacket answer;
    if (packet.payload == Payload::l3) {
        frame.insert(frame.begin(), 14, 0);
        frame[12] = frame[14] >> 4 == 6 ? 0x86 : 0x08;
        frame[13] = frame[14] >> 4 == 6 ? 0xdd : 0x00;
    }
    put_macs(frame, first, left);
    answer.frame = must(build_answer(frame));
    if (left.vif)
        answer.vif = *left.vif;
    else
        put_way(context, answer, left);
    return answer;
}

// ---------------------------------------------------------------------------------------------
// Output

std::string hex_of(const std::vector<std::uint8_t>& bytes) {
    std::string text;
    for (auto byte : bytes)
        text += fmt::format("{:02x}", byte);
    return text;
}

void print_packet(Printer& out, const TraceStage& stage) {
    out.field("src_mac", stage.src_mac);
    out.field("dst_mac", stage.dst_mac);
    if (stage.ethertype)
        out.field("ethertype", fmt::format("0x{:04x}", *stage.ethertype));
    if (stage.proto)
        out.field("proto", stage.proto->to_string());
    out.field("src", stage.src);
    out.field("sport", stage.sport);
    out.field("dst", stage.dst);
    out.field("dport", stage.dport);
    out.field("type", stage.icmp_type, "type");
    out.field("code", stage.icmp_code);
    if (stage.fragment)
        out.field("fragment", *stage.fragment == 1 ? "first" : "later");
    out.field("ttl", stage.ttl);
    out.field("tos", stage.tos);
    out.field("length", stage.length);
}

void print_policy(Printer& out, const TraceStage& stage) {
    if (stage.rule) {
        out.reference("sg", stage.rule->sg);
        out.open_member("rule");
        print_rule(out, *stage.rule, false);
        out.close();
    } else if (stage.direction) {
        out.label("direction", *stage.direction);
        if (stage.kind == TraceKind::reassembly)
            out.text("waits for the other fragments of its packet");
        if (stage.kind == TraceKind::acl)
            out.text("no rule");
        out.field("policy", stage.policy);
    }
    if (stage.matches.empty())
        return;
    out.open_list("matches");
    for (const auto& match : stage.matches) {
        out.open_item();
        out.reference("set", match.set);
        out.field("element", match.key.to_string());
        if (match.nomatch)
            out.label("nomatch", true);
        out.close();
    }
    out.close();
}

void print_way(Printer& out, const TraceStage& stage) {
    out.field("prefix", stage.prefix);
    out.field("address", stage.address);
    out.field("mac", stage.mac);
    out.field("origin", stage.origin);
    out.field("nexthop", stage.nexthop);
    out.field("nexthop_type", stage.type, "type");
    out.field("bucket", stage.bucket);
    out.field("member", stage.member);
    out.field("vni", stage.vni);
    out.field("key", stage.key);
    out.field("label", stage.label);
    out.field("remote", stage.remote);
    out.field("payload", stage.payload);
    if (stage.device)
        out.device(*stage.device);
    out.field("mtu", stage.mtu);
}

void print_stage(Printer& out, const TraceStage& stage) {
    auto name = to_string(stage.kind);
    std::ranges::replace(name, '-', '_');
    out.json("stage", name);
    out.text(Value(fmt::format("  {}{:<10}", stage.own ? "  " : "", name)).colored(color_name));
    if (out.style().json)
        out.field("own", stage.own);
    out.reference("network", stage.network);
    out.reference("vif", stage.vif);
    out.reference("tunnel", stage.tunnel);
    out.field("state", stage.state, "");
    out.field("helper", stage.helper, "");
    out.reference("policer", stage.policer);
    if (stage.conforms) {
        out.json("conforms", *stage.conforms);
        out.text(*stage.conforms ? "conforms" : "exceeds");
    }
    print_packet(out, stage);
    print_policy(out, stage);
    print_way(out, stage);
    out.field("reason", stage.reason, "");
    if (stage.help)
        out.json("help", *stage.help);
    if (!stage.frame.empty())
        out.detail("frame", hex_of(stage.frame));
}

std::string_view color_of(TraceVerdict verdict) {
    return verdict == TraceVerdict::forward ? color_good : color_bad;
}

void print_stages(Printer& out, const TraceResult& result) {
    out.open_list("stages");
    for (const auto& stage : result.stages) {
        out.open_item();
        print_stage(out, stage);
        out.close();
    }
    out.close();
    if (result.left_out)
        out.field("left_out", result.left_out);
}

void print_verdict(Printer& out, const TraceResult& result) {
    out.field("verdict", Value(result.verdict).colored(color_of(result.verdict)));
    out.field("reason", result.reason, "");
    if (result.help) {
        out.json("help", *result.help);
        out.text(*result.help);
    }
    if (out.style().json)
        out.field("answered", result.answered);
    else if (result.answered)
        out.text("answered");
    if (out.style().json || result.outputs > 1)
        out.field("outputs", result.outputs);
}

void print_json(Printer& out, const TraceResult& result) {
    print_verdict(out, result);
    print_stages(out, result);
}

/// The traffic that the firewalls of both hosts must accept, which a trace cannot check.
struct Underlay {
    std::string_view proto; ///< "udp" or "gre".
    std::optional<std::uint16_t> port{};
    IpAddress local{}, remote{};
};

std::optional<Underlay> underlay_of(const TraceResult& result) {
    const auto* left = exit_of(result);
    if (!left || left->kind != TraceKind::encap || !left->src || !left->dst)
        return std::nullopt;
    if (left->dport)
        return Underlay{"udp", left->dport, *left->src, *left->dst};
    return Underlay{"gre", {}, *left->src, *left->dst};
}

void print_underlay(Printer& out, const Underlay& underlay) {
    auto what = underlay.port ? fmt::format("UDP port {}", *underlay.port) : "GRE (IP protocol 47)";
    out.text(fmt::format("the firewalls of {} and {} have to let in {}: see vrouter-ctl check",
                         underlay.local.to_string(), underlay.remote.to_string(), what));
    out.open_member("underlay");
    out.json("proto", std::string(underlay.proto));
    if (underlay.port)
        out.json("port", *underlay.port);
    out.json("local", underlay.local);
    out.json("remote", underlay.remote);
    out.close();
}

/// Prints the results as one JSON object.
void print_json(Printer& out, const std::vector<TraceResult>& results) {
    out.begin();
    print_json(out, results[0]);
    if (results.size() > 1) {
        out.open_member("reply");
        print_json(out, results[1]);
        out.close();
        if (auto underlay = underlay_of(results[0]))
            print_underlay(out, *underlay);
    }
    out.end();
}

template <class Print> void print_line(Printer& out, Print print) {
    out.begin();
    print();
    out.end();
}

/// Prints a line for each stage, and the verdict.
void print_text(Printer& out, const TraceResult& result) {
    for (const auto& stage : result.stages)
        print_line(out, [&] { print_stage(out, stage); });
    if (result.left_out)
        print_line(out, [&] { out.field("left_out", result.left_out); });
    print_line(out, [&] { print_verdict(out, result); });
}

void print(Printer& out, const std::vector<TraceResult>& results) {
    if (out.style().json)
        return print_json(out, results);
    print_text(out, results[0]);
    if (results.size() < 2)
        return;
    print_line(out, [&] { out.text("reply"); });
    print_text(out, results[1]);
    if (auto underlay = underlay_of(results[0]))
        print_line(out, [&] { print_underlay(out, *underlay); });
}

std::vector<TraceResult> trace(Context& context, const Arguments& arguments) {
    auto& client = context.client();
    std::vector<TracePacket> packets{packet_of(context, arguments)};
    auto first = must(client.trace(packets[0]));
    if (!arguments.reply)
        return {std::move(first)};
    const auto* left = exit_of(first);
    if (!left && first.outputs > 1)
        throw Failure(status_refused, "copies of the packet leave by several ways, so there is no "
                                      "one way back");
    if (!left)
        return {std::move(first)};
    packets.push_back(answer_of(context, packets[0], first, *left));
    return must(client.trace(packets));
}

void run(Context& context, Verb verb, Words& words) {
    auto arguments = read_arguments<Arguments>(trace_object(), table, verb, words);
    check(arguments);
    print(context.out(), trace(context, arguments));
}

} // namespace

const Object& trace_object() {
    static const Object object{
        .name = "trace",
        .aliases = {},
        .help = "what would become of a packet; sends nothing",
        .commands = {{verb_show, "print each stage, what it saw, and the verdict"}},
        .keywords = keywords_of<Arguments>(table),
        .run = run,
        .examples = "trace vif vm1 tcp 10.0.0.1:40000 10.0.0.2:3306 --reply\n"
                    "trace tunnel vx0 remote 192.0.2.2 vni 100 icmp 10.0.0.2 10.0.0.1\n"
                    "-j trace vif vm1 pcap dump.pcap index 3",
        .implied_show = true,
        .synonyms =
            {
                {"ping", "icmp SOURCE DESTINATION"},
                {"ping6", "icmp6 SOURCE DESTINATION"},
                {"icmpv6", "icmp6 SOURCE DESTINATION"},
                {"arping", "arp SOURCE TARGET"},
                {"dev", "vif"},
                {"in", "vif"},
                {"iif", "vif"},
                {"src", "tcp SOURCE:PORT DESTINATION:PORT"},
                {"from", "tcp SOURCE:PORT DESTINATION:PORT"},
                {"dst", "tcp SOURCE:PORT DESTINATION:PORT"},
                {"to", "tcp SOURCE:PORT DESTINATION:PORT"},
                {"dport", "tcp SOURCE:PORT DESTINATION:PORT"},
                {"sport", "tcp SOURCE:PORT DESTINATION:PORT"},
                {"reply", "--reply"},
                {"network", "vif NAME"},
            },
    };
    return object;
}

} // namespace ctl
