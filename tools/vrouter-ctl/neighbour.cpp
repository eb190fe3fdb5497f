// SPDX-License-Identifier: GPL-2.0-or-later
#include "entries.hpp"

namespace ctl {

namespace {

using namespace vrouter;

using Arguments = EntryArguments<IpAddress, MacAddress>;
using To = Take<Arguments>;

const Entry<Arguments> table[] = {
    {{.name = "",
      .value = "ADDRESS",
      .help = "an IP address",
      .verbs = verbs_entries | verb_show,
      .needed = verbs_entries,
      .often = Often::repeatedly,
      .group = Group::key},
     To::all<&Arguments::keys>},
    {{.name = "",
      .value = "ADDRESS",
      .help = "the IP address whose neighbour is wanted",
      .verbs = verb_line | verb_get,
      .needed = verb_line | verb_get},
     To::all<&Arguments::keys>},
    network_entry<Arguments>(),
    {{.name = "mac",
      .value = "MAC",
      .help = "the MAC address that it has",
      .verbs = verbs_write | verb_line},
     To::value<&Arguments::target>},
    file_entry<Arguments>(),
    v4_entry<Arguments>(verb_show | verb_flush),
    v6_entry<Arguments>(verb_show | verb_flush),
    strict_entry<Arguments>(),
};

struct Kind {
    using Key = IpAddress;
    using Spec = NeighbourSpec;
    static constexpr std::string_view target_title = "mac MAC";

    static const Object& object() { return neighbour_object(); }
    static std::span<const Entry<Arguments>> table() { return ctl::table; }
    static Neighbours proxy(Client& client) { return client.neighbours(); }

    static IpAddress key(const IpAddress& address, std::optional<Family>) { return address; }
    static IpAddress key_of(const NeighbourSpec& neighbour) { return neighbour.address; }
    static IpAddress key_of(const NeighbourInfo& neighbour) { return neighbour.address; }
};

void run(Context& context, Verb verb, Words& words) {
    auto arguments = read_arguments<Arguments>(neighbour_object(), table, verb, words);
    if (!arguments.family)
        arguments.family = context.options().family;
    NeighbourFilter filter{arguments.network, arguments.family};
    if (verb == verb_show || verb == verb_get)
        show_entries<Kind>(context, arguments, filter, filter.family.has_value());
    else if (verb == verb_flush)
        must(context.client().neighbours().flush(*arguments.network, arguments.family));
    else
        write_entries<Kind>(context, arguments, verb, words);
}

} // namespace

void print_fields(Printer& out, const NeighbourInfo& neighbour) {
    out.label("address", neighbour.address);
    out.field("mac", neighbour.mac);
    out.reference("network", neighbour.network);
    print_entry_state(out, neighbour);
    if (out.style().json || out.style().stats)
        out.field("answered", neighbour.answered);
}

const Object& neighbour_object() {
    static const Object object{
        .name = "neighbour",
        .aliases = {"neighbor", "neigh"},
        .help = "which MAC address an IP address has; answers ARP and neighbour discovery",
        .commands = {{verb_add, "make neighbours; the same again succeeds and changes nothing"},
                     {verb_replace, "make neighbours, or change those that exist"},
                     {verb_set, "change neighbours that exist"},
                     {verb_del, "delete neighbours"},
                     {verb_show, "print neighbours that match what is given, or all"},
                     {verb_get, "print the neighbour of an address"},
                     {verb_flush, "delete all neighbours of a network that were added"}},
        .keywords = keywords_of<Arguments>(table),
        .run = run,
        .examples = "neighbour add 10.0.0.2 mac 02:00:00:00:00:02 network blue\n"
                    "-s neighbour show network blue",
        .synonyms =
            {
                {"dev", "network"},
                {"address", "ADDRESS alone"},
                {"nexthop", "fdb add MAC network NAME nexthop ID"},
            },
    };
    return object;
}

} // namespace ctl
