// SPDX-License-Identifier: GPL-2.0-or-later
// Prints changes, and dropped packets, as they arrive.
#include <algorithm>

#include "follow.hpp"
#include "objects.hpp"
#include "values.hpp"

namespace ctl {

namespace {

using namespace vrouter;

struct Arguments {
    std::vector<ObjectKind> kinds{};
    std::optional<std::uint32_t> count{};
};
using To = Take<Arguments>;

const Entry<Arguments> table[] = {
    {{.name = "",
      .value = "network|tunnel|vif|nexthop|route|fdb|neighbour|label|set|element|sg|rule|policer|"
               "drops|flow|limits",
      .help = "these only; drops and flows are told only when asked for",
      .verbs = verb_show,
      .often = Often::repeatedly},
     To::all<&Arguments::kinds>},
    {{.name = "count",
      .value = "NUMBER",
      .help = "end after this number of events",
      .verbs = verb_show},
     To::value<&Arguments::count>},
};

void print_object(Printer& out, const Event& event) {
    std::visit(
        [&](const auto& object) {
            if constexpr (!std::is_same_v<std::decay_t<decltype(object)>, std::monostate>)
                print_fields(out, object);
        },
        event.value);
}

void print(Printer& out, const Event& event) {
    auto kind = event.kind();
    out.begin();
    out.label("event", event.type);
    if (kind) {
        out.label("object", *kind);
        out.open_member(to_string(*kind));
        print_object(out, event);
        out.close();
    } else {
        out.text(std::string(remark(event.type)));
    }
    out.end();
}

/// An overrun concerns every kind of object.
bool is_wanted(const Arguments& arguments, const Event& event) {
    auto kind = event.kind();
    return !kind || arguments.kinds.empty() ||
           std::ranges::find(arguments.kinds, *kind) != arguments.kinds.end();
}

Topics topic_of(ObjectKind kind) {
    if (kind == ObjectKind::drops)
        return Topics::drops;
    return kind == ObjectKind::flow ? Topics::flows : Topics::config;
}

/// The topics to listen to: drops and flows only on request, because they cost the datapath.
Topics topics_of(const Arguments& arguments) {
    if (arguments.kinds.empty())
        return Topics::config;
    auto topics = Topics{};
    for (auto kind : arguments.kinds)
        topics = topics | topic_of(kind);
    return topics;
}

void run(Context& context, Verb verb, Words& words) {
    auto arguments = read_arguments<Arguments>(monitor_object(), table, verb, words);
    auto monitor = open_monitor(context, topics_of(arguments));
    std::uint32_t seen = 0;
    follow(context, monitor, [&](const Event& event) {
        if (!is_wanted(arguments, event))
            return true;
        print(context.out(), event);
        return !arguments.count || ++seen < *arguments.count;
    });
}

} // namespace

const Object& monitor_object() {
    static const Object object{
        .name = "monitor",
        .aliases = {},
        .help = "prints changes, drops or flows as they come, one per line",
        .commands = {{verb_show, "print changes, drops or flows as they come, one per line"}},
        .keywords = keywords_of<Arguments>(table),
        .run = run,
        .examples = "monitor\n"
                    "-j monitor route neighbour\n"
                    "monitor drops\n"
                    "monitor flow",
        .implied_show = true,
    };
    return object;
}

} // namespace ctl
