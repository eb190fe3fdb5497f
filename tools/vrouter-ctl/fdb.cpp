// SPDX-License-Identifier: GPL-2.0-or-later
#include "entries.hpp"

namespace ctl {

namespace {

using namespace vrouter;

struct Arguments : EntryArguments<MacAddress, NexthopId> {
    bool learned = false;
};
using To = Take<Arguments>;

const Entry<Arguments> table[] = {
    {{.name = "",
      .value = "MAC",
      .help = "a destination MAC address",
      .verbs = verbs_entries | verb_show,
      .needed = verbs_entries,
      .often = Often::repeatedly,
      .group = Group::key},
     To::all<&Arguments::keys>},
    {{.name = "",
      .value = "MAC",
      .help = "the MAC address whose entry is wanted",
      .verbs = verb_line | verb_get,
      .needed = verb_line | verb_get},
     To::all<&Arguments::keys>},
    network_entry<Arguments>(),
    {{.name = "nexthop",
      .value = "ID",
      .help = "the next hop that it leads to",
      .verbs = verbs_write | verb_show | verb_line,
      .offer = Offer::nexthop},
     To::value<&Arguments::target>},
    {{.name = "learned",
      .value = "",
      .help = "the entries that were learned, not those that were added",
      .verbs = verb_flush},
     To::flag<&Arguments::learned>},
    file_entry<Arguments>(),
    strict_entry<Arguments>(),
};

struct Kind {
    using Key = MacAddress;
    using Spec = FdbSpec;
    static constexpr std::string_view target_title = "nexthop ID";

    static const Object& object() { return fdb_object(); }
    static std::span<const Entry<Arguments>> table() { return ctl::table; }
    static Fdb proxy(Client& client) { return client.fdb(); }

    static MacAddress key(const MacAddress& mac, std::optional<Family>) { return mac; }
    static MacAddress key_of(const FdbSpec& entry) { return entry.mac; }
    static MacAddress key_of(const FdbInfo& entry) { return entry.mac; }
};

void run(Context& context, Verb verb, Words& words) {
    auto arguments = read_arguments<Arguments>(fdb_object(), table, verb, words);
    FdbFilter filter{arguments.network, arguments.target};
    if (verb == verb_show || verb == verb_get)
        show_entries<Kind>(context, arguments, filter, filter.nexthop.has_value());
    else if (verb == verb_flush)
        must(context.client().fdb().flush(*arguments.network,
                                          arguments.learned ? Origin::learned : Origin::static_));
    else
        write_entries<Kind>(context, arguments, verb, words);
}

} // namespace

void print_fields(Printer& out, const FdbInfo& entry) {
    out.label("mac", entry.mac);
    out.reference("network", entry.network);
    out.field("nexthop", entry.nexthop);
    out.reference("tunnel", entry.tunnel);
    out.field("remote", entry.remote);
    print_entry_state(out, entry);
}

const Object& fdb_object() {
    static const Object object{
        .name = "fdb",
        .aliases = {},
        .help = "where frames to a MAC address go",
        .commands = {{verb_add, "make entries; the same again succeeds and changes nothing"},
                     {verb_replace, "make entries, or change those that exist"},
                     {verb_set, "change entries that exist"},
                     {verb_del, "delete entries"},
                     {verb_show, "print entries that match what is given, or all"},
                     {verb_get, "print the entry of a MAC address"},
                     {verb_flush, "delete all entries of a network that were added, or learned"}},
        .keywords = keywords_of<Arguments>(table),
        .run = run,
        .examples = "fdb add 02:00:00:00:00:02 network blue nexthop 7\n"
                    "fdb show network blue\n"
                    "fdb flush network blue learned",
        .synonyms =
            {
                {"dst", "nexthop ID"},
                {"via", "nexthop ID"},
                {"dev", "nexthop ID"},
                {"vlan", "network"},
                {"mac", "MAC alone"},
            },
    };
    return object;
}

} // namespace ctl
