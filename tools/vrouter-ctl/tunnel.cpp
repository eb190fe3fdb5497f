// SPDX-License-Identifier: GPL-2.0-or-later
#include "objects.hpp"
#include "values.hpp"

namespace ctl {

namespace {

using namespace vrouter;

struct Arguments : TunnelSpec {
    std::optional<std::string> new_name;
    std::optional<TunnelRef> renamed{}; ///< For rename.
    bool strict = false;
};
using To = Take<Arguments>;

/// A number, or "inherit" for the DSCP of the inner packet. Each sets both attributes, so that
/// `set` can change from one to the other.
void take_dscp(Arguments& arguments, const Word& word) {
    bool inherit = word.text == "inherit";
    arguments.dscp_inherit = inherit;
    if (!inherit)
        To::value<&Arguments::dscp>(arguments, word);
}

/// A device, or "none" for index 0, which binds to none.
void take_device(Arguments& arguments, const Word& word) {
    if (word.text == "none")
        arguments.device = IfIndex(0);
    else
        To::value<&Arguments::device>(arguments, word);
}

const Entry<Arguments> table[] = {
    key_entry<Arguments, &Arguments::id, &Arguments::name>(Offer::tunnel),
    name_entry<Arguments, &Arguments::name>(Offer::tunnel),
    id_entry<Arguments, &Arguments::id>(),
    renamed_entry<Arguments, &Arguments::renamed>(Offer::tunnel),
    new_name_entry<Arguments>(),
    {{.name = "type",
      .value = "vxlan|geneve|gre|mplsogre|mplsoudp",
      .help = "encapsulation: VXLAN, Geneve, GRE with a key, or an MPLS label in GRE or in UDP",
      .verbs = verbs_write,
      .needed = verbs_make},
     To::value<&Arguments::type>},
    {{.name = "local",
      .value = "ADDRESS",
      .help = "underlay address of this end, IPv4 or IPv6",
      .verbs = verbs_write,
      .needed = verbs_make},
     To::value<&Arguments::local>},
    {{.name = "port",
      .value = "NUMBER",
      .help = "UDP port to listen on and to send to; default 4789 for vxlan, 6081 for geneve, "
              "6635 for mplsoudp",
      .verbs = verbs_write},
     To::value<&Arguments::port>},
    {{.name = "ttl",
      .value = "NUMBER",
      .help = "TTL or hop limit of outer packets, 1 to 255; default 64",
      .verbs = verbs_write},
     To::value<&Arguments::ttl>},
    {{.name = "dscp",
      .value = "NUMBER|inherit",
      .help = "DSCP of outer packets, 0 to 63, or that of the inner packet; default 0",
      .verbs = verbs_write},
     take_dscp},
    {{.name = "udp-csum",
      .value = "on|off",
      .help = "outer UDP checksum; default off over IPv4 and on over IPv6",
      .verbs = verbs_write},
     To::value<&Arguments::udp_csum>},
    {{.name = "dev",
      .value = "DEVICE|none",
      .help = "underlay device or VRF that outer packets are bound to; default none",
      .verbs = verbs_write,
      .offer = Offer::device},
     take_device},
    {{.name = "mark",
      .value = "NUMBER",
      .help = "firewall mark of outer packets; default 0",
      .verbs = verbs_write},
     To::value<&Arguments::mark>},
    strict_entry<Arguments>(),
};

std::uint16_t usual_port(TunnelType type) {
    switch (type) {
    case TunnelType::geneve:
        return 6081;
    case TunnelType::mplsoudp:
        return 6635;
    default:
        return 4789;
    }
}

constexpr std::uint8_t usual_ttl = 64;

void run(Context& context, Verb verb, Words& words) {
    auto arguments = read_arguments<Arguments>(tunnel_object(), table, verb, words);
    if (verb == verb_rename)
        return rename(context.client().tunnels(), *arguments.renamed, arguments.new_name);
    find_renamed(context, &Client::tunnels, verb, arguments);
    auto tunnels = [&] { return context.client().tunnels(); };
    bool named = arguments.id || arguments.name;
    if (verb == verb_show && !named)
        print_list(context, must(tunnels().list()));
    else if (verb == verb_show)
        print_one(context, must(tunnels().get(ref_of(arguments.id, arguments.name))));
    else if (verb == verb_del)
        must(tunnels().del(ref_of(arguments.id, arguments.name)));
    else
        write(tunnels(), verb, arguments.strict, static_cast<TunnelSpec&>(arguments));
}

/// In text "dscp inherit" or a number, as in the command.
void print_dscp(Printer& out, const TunnelInfo& tunnel) {
    if (!out.style().json && tunnel.dscp_inherit)
        return out.field("dscp", "inherit");
    out.unless("dscp", tunnel.dscp, std::uint8_t(0));
    out.json("dscp_inherit", tunnel.dscp_inherit);
}

/// Packets that the host's firewall drops never reach the module, which can only see that none
/// arrive.
void print_silence(Printer& out, const TunnelInfo& tunnel) {
    constexpr std::uint64_t many = 16;
    if (tunnel.stats.rx_packets || tunnel.stats.tx_packets < many)
        return;
    out.newline();
    out.json("silent", true);
    out.text(Value(fmt::format("{} packets sent and none received: see vrouter-ctl check",
                               tunnel.stats.tx_packets))
                 .colored(color_bad));
}

} // namespace

void print_fields(Printer& out, const TunnelInfo& tunnel) {
    out.json("id", tunnel.id);
    out.label("name", Value(tunnel.name).colored(color_name));
    if (!out.style().json)
        out.field("id", tunnel.id);
    out.field("type", tunnel.type);
    out.field("local", tunnel.local);
    if (tunnel.port)
        out.unless("port", *tunnel.port, usual_port(tunnel.type));
    out.unless("ttl", tunnel.ttl, usual_ttl);
    print_dscp(out, tunnel);
    if (tunnel.udp_csum)
        out.unless("udp_csum", *tunnel.udp_csum, tunnel.local.is_v6());
    if (tunnel.device)
        out.device(*tunnel.device);
    out.unless("mark", tunnel.mark, 0U);
    out.detail("generation", tunnel.generation);
    out.stats(tunnel.stats);
    print_silence(out, tunnel);
}

const Object& tunnel_object() {
    static const Object object{
        .name = "tunnel",
        .aliases = {},
        .help = "a local endpoint on the underlay",
        .commands = {{verb_add, "make a tunnel; the same again succeeds and changes nothing"},
                     {verb_replace, "make it as said, what is not said going back to its default"},
                     {verb_set, "change what is said and leave the rest"},
                     {verb_del, "delete it, unless something uses it"},
                     {verb_show, "print one tunnel or all"},
                     {verb_rename, "give a tunnel another name"}},
        .keywords = keywords_of<Arguments>(table),
        .run = run,
        .examples = "tunnel add vx0 type vxlan local 192.0.2.1\n"
                    "tunnel set vx0 dscp inherit",
        .synonyms =
            {
                {"src", "local"},
                {"source", "local"},
                {"dstport", "port"},
                {"dport", "port"},
                {"tos", "dscp"},
                {"fwmark", "mark"},
                {"remote", "nexthop add type tunnel tunnel NAME remote ADDRESS"},
                {"dst", "nexthop add type tunnel tunnel NAME remote ADDRESS"},
                {"vni", "network add NAME vni NUMBER"},
            },
    };
    return object;
}

} // namespace ctl
