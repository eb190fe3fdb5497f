// SPDX-License-Identifier: GPL-2.0-or-later
#include "objects.hpp"
#include "values.hpp"

namespace ctl {

namespace {

using namespace vrouter;

struct Arguments : NetworkSpec {
    std::optional<std::string> new_name;
    std::optional<NetworkRef> renamed{}; ///< For rename.
    bool strict = false;
};
using To = Take<Arguments>;

/// Refuses an address without a length: a gateway alone in its subnet is hardly ever intended.
void take_gateway(Arguments& arguments, const Word& word) {
    auto address = IpAddress::parse(word.text);
    if (address)
        word.refuse(fmt::format("{} has no length, that of its subnet", word.text),
                    fmt::format("{}/{}", word.text, address->is_v4() ? 24 : 64));
    To::each<&Arguments::gateways>(arguments, word);
}

const Entry<Arguments> table[] = {
    key_entry<Arguments, &Arguments::id, &Arguments::name>(Offer::network),
    name_entry<Arguments, &Arguments::name>(Offer::network),
    id_entry<Arguments, &Arguments::id>(),
    renamed_entry<Arguments, &Arguments::renamed>(Offer::network),
    new_name_entry<Arguments>(),
    {{.name = "vni",
      .value = "NUMBER",
      .help = "VXLAN network identifier, 1 to 16777215: selects the network for packets from "
              "tunnels, and is what its packets carry in tunnels",
      .verbs = verbs_write},
     To::value<&Arguments::vni>},
    {{.name = "key",
      .value = "NUMBER",
      .help = "GRE key, from 1 on: the same for tunnels of type gre; without, the vni is the key",
      .verbs = verbs_write},
     To::value<&Arguments::key>},
    {{.name = "tunnel",
      .value = "NAME|ID",
      .help = "the vni and the key count on this tunnel only; without, on every tunnel",
      .verbs = verbs_write,
      .offer = Offer::tunnel},
     To::value<&Arguments::tunnel>},
    {{.name = "gateway",
      .value = "ADDRESS/LEN|none",
      .help = "an address of the router and the length of its subnet; all are given together",
      .verbs = verbs_write,
      .often = Often::repeatedly},
     take_gateway},
    {{.name = "gateway-mac",
      .value = "MAC",
      .help = "MAC address of the router, the same on every hypervisor; default 00:00:5e:00:01:00",
      .verbs = verbs_write},
     To::value<&Arguments::gateway_mac>},
    {{.name = "mtu",
      .value = "BYTES",
      .help = "largest IP packet, 68 (1280 with an IPv6 gateway) to 65535; default 1500",
      .verbs = verbs_write},
     To::value<&Arguments::mtu>},
    {{.name = "policy",
      .value = "deny|allow",
      .help = "what happens to packets that no security group allows; default deny",
      .verbs = verbs_write},
     To::value<&Arguments::policy>},
    {{.name = "unknown-unicast",
      .value = "flood|drop",
      .help = "what happens to frames to a MAC address without fdb entry; default flood",
      .verbs = verbs_write},
     To::value<&Arguments::unknown_unicast>},
    {{.name = "flood",
      .value = "NEXTHOP|none",
      .help = "id of a flood next hop for broadcast, multicast and unknown unicast; default none",
      .verbs = verbs_write,
      .offer = Offer::nexthop},
     To::or_none<&Arguments::flood>},
    {{.name = "flood-rate",
      .value = "NUMBER",
      .help = "frames a second that the VMs here may flood, a tenth of it and at least 10 of them "
              "at once; 0, the default, is any number",
      .verbs = verbs_write},
     To::value<&Arguments::flood_rate>},
    {{.name = "mss-clamp",
      .value = "on|off",
      .help = "lower the maximum segment size in TCP SYNs to what fits; default off",
      .verbs = verbs_write},
     To::value<&Arguments::mss_clamp>},
    {{.name = "acl",
      .value = "SG|none",
      .help = "a security group of stateless rules for what is routed out of the subnets (egress) "
              "and into them (ingress); what none allows is dropped; all are given together",
      .verbs = verbs_write,
      .often = Often::repeatedly,
      .offer = Offer::sg},
     To::each<&Arguments::acls>},
    {{.name = "zone",
      .value = "NUMBER",
      .help = "zone of its connections in the host's connection tracking, from 1 on; for good; "
              "without, one that is free",
      .verbs = verbs_write},
     To::value<&Arguments::zone>},
    {{.name = "max-connections",
      .value = "NUMBER",
      .help = "limit of connections that its VMs here have begun, or others with them by the "
              "overlay; 0 is none, default 131072",
      .verbs = verbs_write},
     To::value<&Arguments::max_connections>},
    {{.name = "ra",
      .value = "off|router|slaac",
      .help = "router advertisements of an IPv6 gateway: none; default router and on-link prefixes "
              "(the default); the same, and hosts form addresses in /64 prefixes",
      .verbs = verbs_write},
     To::value<&Arguments::ra>},
    {{.name = "max-routes",
      .value = "NUMBER",
      .help = "limit of static routes; default 1048576",
      .verbs = verbs_write},
     To::value<&Arguments::max_routes>},
    {{.name = "max-fdb",
      .value = "NUMBER",
      .help = "limit of static fdb entries; default 1048576",
      .verbs = verbs_write},
     To::value<&Arguments::max_fdb>},
    {{.name = "max-neighbours",
      .value = "NUMBER",
      .help = "limit of static neighbours; default 1048576",
      .verbs = verbs_write},
     To::value<&Arguments::max_neighbours>},
    {{.name = "learning",
      .value = "off|vif|all",
      .help = "make fdb entries of the sources of frames: none (the default); of vifs without a "
              "mac; of these and the overlay",
      .verbs = verbs_write},
     To::value<&Arguments::learning>},
    {{.name = "ageing",
      .value = "SECONDS",
      .help = "a learned fdb entry goes after that time without a frame from its MAC address; 0 is "
              "never, default 300",
      .verbs = verbs_write},
     To::value<&Arguments::ageing>},
    {{.name = "max-learned",
      .value = "NUMBER",
      .help = "limit of learned fdb entries; default 4096",
      .verbs = verbs_write},
     To::value<&Arguments::max_learned>},
    {{.name = "flow-cache",
      .value = "on|off",
      .help = "decide about packets once for each flow; default on",
      .verbs = verbs_write},
     To::value<&Arguments::flow_cache>},
    {{.name = "max-flows",
      .value = "NUMBER",
      .help = "limit of flows that are kept; default 131072",
      .verbs = verbs_write},
     To::value<&Arguments::max_flows>},
    {{.name = "strict-remotes",
      .value = "on|off",
      .help = "drop what comes through a tunnel from an address that none of its next hops leads "
              "to; default off",
      .verbs = verbs_write},
     To::value<&Arguments::strict_remotes>},
    strict_entry<Arguments>(),
};

constexpr std::uint32_t usual_mtu = 1500, usual_ageing = 300;

void run(Context& context, Verb verb, Words& words) {
    auto arguments = read_arguments<Arguments>(network_object(), table, verb, words);
    if (verb == verb_rename)
        return rename(context.client().networks(), *arguments.renamed, arguments.new_name);
    find_renamed(context, &Client::networks, verb, arguments);
    auto networks = [&] { return context.client().networks(); };
    bool named = arguments.id || arguments.name;
    if (verb == verb_show && !named)
        print_list(context, must(networks().list()));
    else if (verb == verb_show)
        print_one(context, must(networks().get(ref_of(arguments.id, arguments.name))));
    else if (verb == verb_del)
        must(networks().del(ref_of(arguments.id, arguments.name)));
    else
        write(networks(), verb, arguments.strict, static_cast<NetworkSpec&>(arguments));
}

void print_limits_and_counts(Printer& out, const NetworkInfo& network) {
    out.newline();
    out.detail("max_routes", network.max_routes);
    out.detail("max_fdb", network.max_fdb);
    out.detail("max_neighbours", network.max_neighbours);
    out.detail("max_learned", network.max_learned);
    out.detail("max_connections", network.max_connections);
    out.detail("max_flows", network.max_flows);
    out.newline();
    out.detail("routes", network.routes);
    out.detail("fdb", network.fdb);
    out.detail("neighbours", network.neighbours);
    out.detail("vifs", network.vifs);
    out.detail("learned", network.learned);
    out.detail("connections", network.connections);
    out.detail("flows", network.flows);
    if (network.zone)
        out.detail("zone", *network.zone);
    out.detail("generation", network.generation);
}

} // namespace

void print_fields(Printer& out, const NetworkInfo& network) {
    out.json("id", network.id);
    out.label("name", Value(network.name).colored(color_name));
    if (!out.style().json)
        out.field("id", network.id);
    out.field("vni", network.vni);
    out.field("key", network.key);
    out.reference("tunnel", network.tunnel);
    out.unless("mtu", network.mtu, usual_mtu);
    out.field("policy", network.policy);
    out.unless("unknown_unicast", network.unknown_unicast, UnknownUnicast::flood);
    out.field("flood", network.flood);
    out.unless("flood_rate", network.flood_rate, 0U);
    out.unless("mss_clamp", network.mss_clamp, false);
    out.unless("flow_cache", network.flow_cache, true);
    out.unless("strict_remotes", network.strict_remotes, false);
    out.unless("ra", network.ra, RaMode::router);
    out.unless("learning", network.learning, Learning::off);
    out.unless("ageing", network.ageing, usual_ageing);
    out.unless("learn_limited", network.learn_limited, std::uint64_t{0});
    out.newline();
    out.detail("gateway_mac", network.gateway_mac);
    out.values("gateway", network.gateways);
    out.names("acls", network.acls, "acl");
    print_limits_and_counts(out, network);
    out.stats(network.stats);
}

const Object& network_object() {
    static const Object object{
        .name = "network",
        .aliases = {"net"},
        .help = "a tenant's virtual network: routes, fdb, neighbours and a gateway",
        .commands = {{verb_add, "make a network; the same again succeeds and changes nothing"},
                     {verb_replace, "make it as said, what is not said going back to its default"},
                     {verb_set, "change what is said and leave the rest"},
                     {verb_del, "delete it, unless something uses it"},
                     {verb_show, "print one network or all"},
                     {verb_rename, "give a network another name"}},
        .keywords = keywords_of<Arguments>(table),
        .run = run,
        .examples = "network add blue vni 100 gateway 10.0.0.254/24 gateway fd00::fe/64\n"
                    "network set blue policy allow flood 90\n"
                    "-s network show blue",
        .synonyms =
            {
                {"gw", "gateway"},
                {"subnet", "gateway ADDRESS/LEN"},
                {"cidr", "gateway ADDRESS/LEN"},
                {"address", "gateway ADDRESS/LEN"},
                {"vxlan", "vni"},
                {"segment", "vni"},
                {"mac", "gateway-mac"},
            },
    };
    return object;
}

} // namespace ctl
