// SPDX-License-Identifier: GPL-2.0-or-later
#include "entries.hpp"

namespace ctl {

namespace {

using namespace vrouter;

/// A prefix, or "default", which becomes one when the family is known.
struct PrefixWord {
    Word word;
    std::optional<Prefix> prefix{};
};

void read_value(const Word& word, PrefixWord& value) {
    value.word = word;
    if (word.text == "default")
        return;
    auto prefix = Prefix::parse_network(word.text);
    if (!prefix)
        word.refuse(prefix.error().message, prefix.error().hint);
    value.prefix = *prefix;
}

struct Arguments : EntryArguments<PrefixWord, NexthopId> {
    std::optional<IpAddress> address{};
};
using To = Take<Arguments>;

const Entry<Arguments> table[] = {
    {{.name = "",
      .value = "PREFIX",
      .help = "a destination: ADDRESS/LEN, ADDRESS alone for the whole address, or default "
              "(0.0.0.0/0, with -6 ::/0)",
      .verbs = verbs_entries | verb_show,
      .needed = verbs_entries,
      .often = Often::repeatedly,
      .group = Group::key},
     To::all<&Arguments::keys>},
    {{.name = "", .value = "PREFIX", .help = "", .verbs = verb_line, .needed = verb_line},
     To::all<&Arguments::keys>},
    {{.name = "",
      .value = "ADDRESS",
      .help = "the destination of a packet, whose route is wanted",
      .verbs = verb_get,
      .needed = verb_get},
     To::value<&Arguments::address>},
    network_entry<Arguments>(),
    {{.name = "nexthop",
      .value = "ID",
      .help = "the next hop that it leads to",
      .verbs = verbs_write | verb_show | verb_line,
      .offer = Offer::nexthop},
     To::value<&Arguments::target>},
    file_entry<Arguments>(),
    v4_entry<Arguments>(verbs_entries | verb_show | verb_flush),
    v6_entry<Arguments>(verbs_entries | verb_show | verb_flush),
    strict_entry<Arguments>(),
};

Prefix default_v6() {
    return *Prefix::make(IpAddress(std::array<std::uint8_t, 16>{}), 0);
}

struct Kind {
    using Key = Prefix;
    using Spec = RouteSpec;
    static constexpr std::string_view target_title = "nexthop ID";

    static const Object& object() { return route_object(); }
    static std::span<const Entry<Arguments>> table() { return ctl::table; }
    static Routes proxy(Client& client) { return client.routes(); }

    static Prefix key(const PrefixWord& key, std::optional<Family> family) {
        if (!key.prefix)
            return family == Family::v6 ? default_v6() : Prefix();
        if (family && key.prefix->family() != *family)
            key.word.refuse(
                fmt::format("{} is not an IP{} prefix", key.word.text, to_string(*family)));
        return *key.prefix;
    }
    static Prefix key_of(const RouteSpec& route) { return route.prefix; }
    static Prefix key_of(const RouteInfo& route) { return route.prefix; }
};

void show(Context& context, const Arguments& arguments) {
    RouteFilter filter{arguments.network, arguments.family, arguments.target};
    show_entries<Kind>(context, arguments, filter, filter.family || filter.nexthop);
}

void run(Context& context, Verb verb, Words& words) {
    auto arguments = read_arguments<Arguments>(route_object(), table, verb, words);
    if (!arguments.family)
        arguments.family = context.options().family;
    if (verb == verb_show)
        show(context, arguments);
    else if (verb == verb_get)
        print_one(context,
                  must(context.client().routes().lookup(*arguments.network, *arguments.address)));
    else if (verb == verb_flush)
        must(context.client().routes().flush(*arguments.network, arguments.family));
    else
        write_entries<Kind>(context, arguments, verb, words);
}

/// "default" is for people; programs get every prefix in the same form.
Value shown_prefix(const Printer& out, const Prefix& prefix) {
    if (!out.style().json && prefix == Prefix())
        return "default";
    return prefix;
}

} // namespace

void print_fields(Printer& out, const RouteInfo& route) {
    out.label("prefix", shown_prefix(out, route.prefix));
    out.reference("network", route.network);
    out.field("nexthop", route.nexthop);
    print_entry_state(out, route);
}

const Object& route_object() {
    static const Object object{
        .name = "route",
        .aliases = {"ro"},
        .help = "where packets to a prefix go, the longest that matches",
        .commands = {{verb_add, "make routes; the same again succeeds and changes nothing"},
                     {verb_replace, "make routes, or change those that exist"},
                     {verb_set, "change routes that exist"},
                     {verb_del, "delete routes"},
                     {verb_show, "print routes that match what is given, or all"},
                     {verb_get, "print the route that a packet to an address takes"},
                     {verb_flush, "delete all routes of a network that were added"}},
        .keywords = keywords_of<Arguments>(table),
        .run = run,
        .examples = "route add 10.0.0.2/32 network blue nexthop 7\n"
                    "route add network blue file routes.txt\n"
                    "route get 10.0.0.2 network blue",
        .synonyms =
            {
                {"via", "nexthop ID"},
                {"gw", "nexthop ID"},
                {"gateway", "nexthop ID"},
                {"dev", "nexthop ID"},
                {"oif", "nexthop ID"},
                {"to", "PREFIX alone"},
            },
    };
    return object;
}

} // namespace ctl
