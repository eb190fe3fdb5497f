// SPDX-License-Identifier: GPL-2.0-or-later
#include "objects.hpp"
#include "values.hpp"

namespace ctl {

namespace {

using namespace vrouter;

struct Arguments : NexthopSpec {
    bool strict = false;
};
using To = Take<Arguments>;

/// Sets the weight of the preceding member.
void take_weight(Arguments& arguments, const Word& word) {
    auto& members = arguments.members;
    if (!members || members->empty())
        word.refuse("a weight stands behind the member that has it: member ID weight NUMBER");
    if (members->back().weight)
        word.refuse("the member has a weight already");
    members->back().weight = read<std::uint32_t>(word);
}

constexpr unsigned verbs_key = verbs_write | verb_del | verb_show;

const Entry<Arguments> table[] = {
    {{.name = "",
      .value = "ID",
      .help = "its id; next hops have no names",
      .verbs = verbs_key,
      .needed = verb_replace | verb_set | verb_del,
      .offer = Offer::nexthop,
      .group = Group::key},
     To::value<&Arguments::id>},
    {{.name = "id",
      .value = "ID",
      .help = "the same; without, add makes a new one and prints it with its id",
      .verbs = verbs_key,
      .offer = Offer::nexthop,
      .group = Group::key},
     To::value<&Arguments::id>},
    {{.name = "type",
      .value = "vif|tunnel|network|host|blackhole|reject|flood|ecmp",
      .help = "what happens to packets: to a vif; through a tunnel; on in another network; to the "
              "host; dropped; dropped with an ICMP error; a copy to each member; to one of the "
              "members, for each flow always the same",
      .verbs = verbs_write | verb_show,
      .needed = verbs_make},
     To::value<&Arguments::type>},
    {{.name = "vif",
      .value = "NAME|ID",
      .help = "type vif: the vif",
      .verbs = verbs_write | verb_show,
      .offer = Offer::vif},
     To::value<&Arguments::vif>},
    {{.name = "tunnel",
      .value = "NAME|ID",
      .help = "type tunnel: the tunnel",
      .verbs = verbs_write | verb_show,
      .offer = Offer::tunnel},
     To::value<&Arguments::tunnel>},
    {{.name = "remote",
      .value = "ADDRESS",
      .help = "type tunnel: underlay address of the other end",
      .verbs = verbs_write},
     To::value<&Arguments::remote>},
    {{.name = "vni",
      .value = "NUMBER",
      .help = "type tunnel: VNI to send with; without, that of the packet's network",
      .verbs = verbs_write},
     To::value<&Arguments::vni>},
    {{.name = "key",
      .value = "NUMBER",
      .help = "type tunnel: GRE key to send with instead of the vni, through a tunnel of type gre",
      .verbs = verbs_write},
     To::value<&Arguments::key>},
    {{.name = "label",
      .value = "NUMBER",
      .help = "type tunnel: MPLS label to send with, 16 to 1048575, as the other end gave it out; "
              "tunnels of types mplsogre and mplsoudp need one",
      .verbs = verbs_write},
     To::value<&Arguments::label>},
    {{.name = "payload",
      .value = "l2|l3",
      .help = "type tunnel: routed packets go as Ethernet frames (the default, but with a label "
              "only where there is a mac) or as IP packets, which vxlan cannot carry",
      .verbs = verbs_write},
     To::value<&Arguments::payload>},
    {{.name = "mac",
      .value = "MAC",
      .help = "types vif and tunnel: destination MAC address of routed packets; without, the "
              "neighbour of the packet's destination",
      .verbs = verbs_write},
     To::value<&Arguments::mac>},
    {{.name = "network",
      .value = "NAME|ID",
      .help = "type network: where the lookup goes on",
      .verbs = verbs_write | verb_show,
      .offer = Offer::network},
     To::value<&Arguments::network>},
    {{.name = "dev",
      .value = "DEVICE",
      .help = "type host: a device of link type vrouter that carries a vif",
      .verbs = verbs_write,
      .offer = Offer::device},
     To::value<&Arguments::device>},
    {{.name = "code",
      .value = "net|host|prohibited",
      .help = "type reject: which ICMP error is sent; default prohibited",
      .verbs = verbs_write},
     To::value<&Arguments::reject_code>},
    {{.name = "member",
      .value = "ID|none",
      .help = "type flood: a next hop that gets a copy; type ecmp: one that gets some of the "
              "flows; all are given together",
      .verbs = verbs_write,
      .often = Often::repeatedly,
      .offer = Offer::nexthop},
     To::each<&Arguments::members>},
    {{.name = "weight",
      .value = "NUMBER",
      .help = "type ecmp: how much the member in front of it gets, 1 to 256; default 1",
      .verbs = verbs_write,
      .often = Often::repeatedly},
     take_weight},
    {{.name = "hash",
      .value = "l4|l3",
      .help = "type ecmp: what makes a flow: addresses, protocol and ports; addresses alone; "
              "default l4",
      .verbs = verbs_write},
     To::value<&Arguments::hash>},
    strict_entry<Arguments>(),
};

void show(Context& context, const Arguments& arguments) {
    NexthopFilter filter{arguments.type, arguments.vif, arguments.tunnel, arguments.network};
    bool filtered = filter.type || filter.vif || filter.tunnel || filter.network;
    if (arguments.id && filtered)
        throw misuse("give an id or what next hops have in common, not both");
    auto nexthops = context.client().nexthops();
    if (arguments.id)
        print_one(context, must(nexthops.get(*arguments.id)));
    else
        print_list(context, must(nexthops.list(filter)));
}

void run(Context& context, Verb verb, Words& words) {
    auto arguments = read_arguments<Arguments>(nexthop_object(), table, verb, words);
    if (verb == verb_show)
        return show(context, arguments);
    auto nexthops = context.client().nexthops();
    if (verb == verb_del)
        must(nexthops.del(*arguments.id));
    else if (!arguments.id)
        // A next hop has no name: only this tells its id.
        print_one(context, must(nexthops.create(arguments)));
    else
        write(nexthops, verb, arguments.strict, static_cast<NexthopSpec&>(arguments));
}

/// Text omits l2 where it is the default, which it is not with a label and no mac.
void print_payload(Printer& out, const NexthopInfo& nexthop) {
    bool plain = nexthop.payload == Payload::l2 && (!nexthop.label || nexthop.mac);
    if (!plain || out.style().json || out.style().details)
        out.field("payload", nexthop.payload);
}

void print_members(Printer& out, const NexthopInfo& nexthop) {
    if (nexthop.type != NexthopType::flood && nexthop.type != NexthopType::ecmp)
        return;
    out.open_list("member");
    for (const auto& member : nexthop.members) {
        out.open_item();
        out.field("nexthop", member.nexthop, "member");
        out.field("weight", member.weight);
        out.close();
    }
    out.close();
}

} // namespace

void print_fields(Printer& out, const NexthopInfo& nexthop) {
    out.field("id", nexthop.id);
    out.field("type", nexthop.type);
    // Type host has a vif too, but its device implies it.
    if (nexthop.type != NexthopType::host || out.style().json || out.style().details)
        out.reference("vif", nexthop.vif);
    out.reference("tunnel", nexthop.tunnel);
    out.field("remote", nexthop.remote);
    out.field("vni", nexthop.vni);
    out.field("key", nexthop.key);
    out.field("label", nexthop.label);
    print_payload(out, nexthop);
    out.reference("network", nexthop.network);
    if (nexthop.device)
        out.device(*nexthop.device);
    out.field("mac", nexthop.mac);
    out.field("reject_code", nexthop.reject_code, "code");
    print_members(out, nexthop);
    out.field("hash", nexthop.hash);
    out.detail("refs", nexthop.refs);
    out.detail("generation", nexthop.generation);
    out.stats(nexthop.stats);
}

const Object& nexthop_object() {
    static const Object object{
        .name = "nexthop",
        .aliases = {"nh"},
        .help = "where routes, fdb entries and flooding lead to",
        .commands = {{verb_add, "make a next hop; the same again succeeds and changes nothing"},
                     {verb_replace, "make it as said, what is not said going back to its default"},
                     {verb_set, "change what is said and leave the rest"},
                     {verb_del, "delete it, unless something uses it"},
                     {verb_show, "print one, those with something in common, or all"}},
        .keywords = keywords_of<Arguments>(table),
        .run = run,
        .examples = "nexthop add id 7 type tunnel tunnel vx0 remote 192.0.2.2 vni 100\n"
                    "nexthop add id 9 type tunnel tunnel mp0 remote 192.0.2.2 label 500\n"
                    "nexthop add id 80 type ecmp member 7 weight 2 member 8\n"
                    "nexthop add id 90 type flood member 7 member 8\n"
                    "nexthop show tunnel vx0",
        .synonyms =
            {
                {"via", "remote"},
                {"dst", "remote"},
                {"peer", "remote"},
                {"gateway", "remote"},
                {"oif", "dev"},
                {"group", "type ecmp member ID"},
                {"nexthop", "member"},
                {"lladdr", "mac"},
            },
    };
    return object;
}

} // namespace ctl
