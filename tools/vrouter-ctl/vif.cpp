// SPDX-License-Identifier: GPL-2.0-or-later
#include "objects.hpp"
#include "values.hpp"

namespace ctl {

namespace {

using namespace vrouter;

struct Arguments : VifSpec {
    std::optional<std::string> new_name;
    std::optional<VifRef> renamed{}; ///< For rename.
    bool strict = false;
};
using To = Take<Arguments>;

const Entry<Arguments> table[] = {
    key_entry<Arguments, &Arguments::id, &Arguments::name>(Offer::vif),
    name_entry<Arguments, &Arguments::name>(Offer::vif),
    id_entry<Arguments, &Arguments::id>(),
    renamed_entry<Arguments, &Arguments::renamed>(Offer::vif),
    new_name_entry<Arguments>(),
    {{.name = "dev",
      .value = "DEVICE",
      .help = "the netdev: a tap, veth, physical device or VLAN sub-interface that exists",
      .verbs = verbs_write,
      .needed = verbs_make,
      .offer = Offer::device},
     To::value<&Arguments::device>},
    {{.name = "network",
      .value = "NAME|ID",
      .help = "the network that it is attached to",
      .verbs = verbs_write | verb_show,
      .needed = verbs_make,
      .offer = Offer::network},
     To::value<&Arguments::network>},
    {{.name = "mac",
      .value = "MAC",
      .help = "MAC address of the VM, the only source that it may use; without, any is taken",
      .verbs = verbs_write},
     To::value<&Arguments::mac>},
    {{.name = "address",
      .value = "ADDRESS[/LEN]|none",
      .help =
          "an address or prefix that the VM may use as source, which brings a route and, with a "
          "mac, a neighbour; without, any is taken; all are given together",
      .verbs = verbs_write,
      .often = Often::repeatedly},
     To::each<&Arguments::addresses>},
    {{.name = "mtu",
      .value = "BYTES",
      .help = "largest IP packet towards the VM; 0, the default, is that of the device",
      .verbs = verbs_write},
     To::value<&Arguments::mtu>},
    {{.name = "max-macs",
      .value = "NUMBER",
      .help = "limit of fdb entries learned from it when it has no mac; default 64",
      .verbs = verbs_write},
     To::value<&Arguments::max_macs>},
    {{.name = "sg",
      .value = "NAME|ID|none",
      .help = "a security group, whose rules decide if one fits before those of the next group; "
              "all are given together",
      .verbs = verbs_write,
      .often = Often::repeatedly,
      .offer = Offer::sg},
     To::each<&Arguments::sgs>},
    {{.name = "policer",
      .value = "NAME|ID|none",
      .help = "limits what the VM sends; default none",
      .verbs = verbs_write,
      .offer = Offer::policer},
     To::or_none<&Arguments::policer>},
    {{.name = "egress-policer",
      .value = "NAME|ID|none",
      .help = "limits what the VM receives; default none",
      .verbs = verbs_write,
      .offer = Offer::policer},
     To::or_none<&Arguments::egress_policer>},
    {{.name = "dhcp-server",
      .value = "on|off",
      .help = "the VM may be a DHCP server or relay; default off",
      .verbs = verbs_write},
     To::value<&Arguments::dhcp_server>},
    {{.name = "router",
      .value = "on|off",
      .help = "the VM may send IPv6 router advertisements and redirects; default off",
      .verbs = verbs_write},
     To::value<&Arguments::router>},
    {{.name = "max-connections",
      .value = "NUMBER",
      .help = "limit of connections that its VM has begun, or others with it by the overlay; 0 is "
              "none, default 65536",
      .verbs = verbs_write},
     To::value<&Arguments::max_connections>},
    {{.name = "max-flows",
      .value = "NUMBER",
      .help = "limit of flows from it that are kept; default 16384",
      .verbs = verbs_write},
     To::value<&Arguments::max_flows>},
    {{.name = "frag-memory",
      .value = "BYTES",
      .help = "what fragments may take while they wait for the rest of their packets, for each "
              "direction; default 524288",
      .verbs = verbs_write},
     To::value<&Arguments::frag_memory>},
    {{.name = "force",
      .value = "",
      .help = "take the device though the host uses it: for its addresses, a default route, a "
              "tunnel, or as a bridge",
      .verbs = verbs_make},
     To::flag<&Arguments::force>},
    strict_entry<Arguments>(),
};

constexpr std::uint32_t usual_max_macs = 64, usual_max_connections = 65536;
constexpr std::uint32_t usual_max_flows = 16384, usual_frag_memory = 524288;

void show(Context& context, const Arguments& arguments) {
    auto vifs = [&] { return context.client().vifs(); };
    bool named = arguments.id || arguments.name;
    if (named && arguments.network)
        throw misuse("give a vif or the network of vifs, not both");
    if (named)
        print_one(context, must(vifs().get(ref_of(arguments.id, arguments.name))));
    else
        print_list(context, must(vifs().list({.network = arguments.network})));
}

void run(Context& context, Verb verb, Words& words) {
    auto arguments = read_arguments<Arguments>(vif_object(), table, verb, words);
    if (verb == verb_rename)
        return rename(context.client().vifs(), *arguments.renamed, arguments.new_name);
    find_renamed(context, &Client::vifs, verb, arguments);
    if (verb == verb_show)
        return show(context, arguments);
    auto vifs = context.client().vifs();
    if (verb == verb_del)
        must(vifs.del(ref_of(arguments.id, arguments.name)));
    else
        write(vifs, verb, arguments.strict, static_cast<VifSpec&>(arguments));
}

/// Marks an address that another vif has now, because packets to it go there.
void print_addresses(Printer& out, const VifInfo& vif) {
    out.open_list("address");
    for (const auto& address : vif.addresses) {
        out.open_item();
        out.field("address", address.prefix);
        out.json("active", address.active);
        if (!address.active)
            out.text("inactive");
        out.close();
    }
    out.close();
}

void print_frags(Printer& out, std::string_view name, const std::string& heading,
                 const FragmentStats& frags) {
    if (!out.style().stats)
        return;
    out.newline();
    out.open_member(name);
    out.text(heading);
    out.field("waiting", frags.waiting);
    out.field("memory", frags.memory);
    out.field("reassembled", frags.reassembled);
    out.field("failed", frags.failed);
    out.close();
}

} // namespace

void print_fields(Printer& out, const VifInfo& vif) {
    out.json("id", vif.id);
    out.label("name", Value(vif.name).colored(color_name));
    if (!out.style().json)
        out.field("id", vif.id);
    out.device(vif.device);
    out.reference("network", vif.network);
    out.field("mac", vif.mac);
    out.unless("mtu", vif.mtu, 0U);
    out.unless("max_macs", vif.max_macs, usual_max_macs);
    out.unless("max_connections", vif.max_connections, usual_max_connections);
    out.unless("max_flows", vif.max_flows, usual_max_flows);
    out.reference("policer", vif.policer);
    out.reference("egress_policer", vif.egress_policer);
    out.unless("dhcp_server", vif.dhcp_server, false);
    out.unless("router", vif.router, false);
    out.unless("frag_memory", vif.frag_memory, usual_frag_memory);
    if (vif.force)
        out.text("force");
    out.text(vif.up ? Value("up").colored(color_good) : Value("down").colored(color_bad));
    out.newline();
    print_addresses(out, vif);
    out.names("sgs", vif.sgs, "sg");
    out.json("up", vif.up);
    out.json("force", vif.force);
    out.newline();
    out.detail("learned", vif.learned);
    out.detail("connections", vif.connections);
    out.detail("flows", vif.flows);
    out.detail("generation", vif.generation);
    out.stats(vif.stats);
    print_frags(out, "sent_frags", "sent fragments:", vif.sent_frags);
    print_frags(out, "received_frags", "received fragments:", vif.received_frags);
}

const Object& vif_object() {
    static const Object object{
        .name = "vif",
        .aliases = {},
        .help = "a netdev attached to a network",
        .commands = {{verb_add, "attach a netdev; the same again succeeds and changes nothing"},
                     {verb_replace, "make it as said, what is not said going back to its default"},
                     {verb_set, "change what is said and leave the rest"},
                     {verb_del, "detach it, unless something uses it"},
                     {verb_show, "print one vif, those of a network, or all"},
                     {verb_rename, "give a vif another name"}},
        .keywords = keywords_of<Arguments>(table),
        .run = run,
        .examples = "vif add vm1 dev tap0 network blue mac 02:00:00:00:00:01 address 10.0.0.1\n"
                    "vif show network blue",
        .synonyms =
            {
                {"group", "sg"},
                {"security-group", "sg"},
                {"acl", "sg"},
                {"rate", "policer"},
                {"limit", "policer"},
                {"prefix", "address"},
                {"vni", "network"},
            },
    };
    return object;
}

} // namespace ctl
