// SPDX-License-Identifier: GPL-2.0-or-later
// Limits on the number of objects in the namespace.
#include "objects.hpp"
#include "values.hpp"

namespace ctl {

namespace {

using namespace vrouter;

using To = Take<Limits>;

template <auto member>
constexpr Entry<Limits> limit_entry(std::string_view name, std::string_view help) {
    return {{.name = name, .value = "NUMBER", .help = help, .verbs = verb_set}, To::value<member>};
}

const Entry<Limits> table[] = {
    limit_entry<&Limits::networks>("networks", "networks"),
    limit_entry<&Limits::tunnels>("tunnels", "tunnels"),
    limit_entry<&Limits::vifs>("vifs", "vifs"),
    limit_entry<&Limits::nexthops>("nexthops", "next hops"),
    limit_entry<&Limits::labels>("labels", "labels"),
    limit_entry<&Limits::sets>("sets", "sets"),
    limit_entry<&Limits::sgs>("sgs", "security groups"),
    limit_entry<&Limits::policers>("policers", "policers"),
    limit_entry<&Limits::routes>("routes", "routes of all networks"),
    limit_entry<&Limits::fdb>("fdb", "fdb entries of all networks"),
    limit_entry<&Limits::neighbours>("neighbours", "neighbours of all networks"),
    limit_entry<&Limits::elements>("elements", "elements of all sets"),
    limit_entry<&Limits::rules>("rules", "rules of all security groups"),
};

void run(Context& context, Verb verb, Words& words) {
    auto limits = read_arguments<Limits>(limits_object(), table, verb, words);
    if (verb == verb_show)
        print_one(context, must(context.client().limits()));
    else if (limits == Limits{})
        throw misuse("no limit is given", "`vrouter-ctl limits help` lists them");
    else
        must(context.client().change(limits));
}

} // namespace

void print_fields(Printer& out, const Limits& limits) {
    out.field("networks", limits.networks);
    out.field("tunnels", limits.tunnels);
    out.field("vifs", limits.vifs);
    out.field("nexthops", limits.nexthops);
    out.field("labels", limits.labels);
    out.field("sets", limits.sets);
    out.field("sgs", limits.sgs);
    out.field("policers", limits.policers);
    out.field("routes", limits.routes);
    out.field("fdb", limits.fdb);
    out.field("neighbours", limits.neighbours);
    out.field("elements", limits.elements);
    out.field("rules", limits.rules);
}

const Object& limits_object() {
    static const Object object{
        .name = "limits",
        .aliases = {},
        .help = "how many objects of each kind the namespace may have",
        .commands = {{verb_set, "change what is said and leave the rest"},
                     {verb_show, "print them"}},
        .keywords = keywords_of<Limits>(table),
        .run = run,
        .examples = "limits set vifs 500 routes 100000\n"
                    "-j limits show",
    };
    return object;
}

} // namespace ctl
