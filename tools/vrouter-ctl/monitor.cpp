// SPDX-License-Identifier: GPL-2.0-or-later
// Prints changes as they come.
#include <algorithm>
#include <cerrno>
#include <cstring>

#include <poll.h>

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
      .value = "network|tunnel|vif|nexthop|route|fdb|neighbour|label|set|element|sg|rule|policer"
               "|flow",
      .help = "changes of these objects only; of flows only when they are given",
      .verbs = verb_show,
      .often = Often::repeatedly},
     To::all<&Arguments::kinds>},
    {{.name = "count",
      .value = "NUMBER",
      .help = "end after this number of events",
      .verbs = verb_show},
     To::value<&Arguments::count>},
};

/// What events without an object mean to a person.
std::string_view remark(Event::Type type) {
    switch (type) {
    case Event::Type::overrun:
        return "events were lost: read again what you depend on";
    case Event::Type::unloaded:
        return "the module is gone, and all objects with it";
    case Event::Type::loaded:
        return "the module is back: read again what you depend on";
    default:
        return {};
    }
}

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

/// Losses concern every kind.
bool is_wanted(const Arguments& arguments, const Event& event) {
    auto kind = event.kind();
    return !kind || arguments.kinds.empty() ||
           std::ranges::find(arguments.kinds, *kind) != arguments.kinds.end();
}

void wait_for(const Monitor& monitor) {
    pollfd waited{.fd = monitor.fd(), .events = POLLIN, .revents = 0};
    while (poll(&waited, 1, -1) < 0)
        if (errno != EINTR)
            throw Failure(status_refused, fmt::format("poll: {}", std::strerror(errno)));
}

/// The events that have come. One that makes no sense is told and does not end the command.
std::vector<Event> read_events(Context& context, Monitor& monitor) {
    auto events = monitor.read();
    if (events)
        return std::move(*events);
    if (events.error().code != EBADMSG)
        throw refusal(events.error());
    complain(context.environment(), refusal(events.error()));
    return {};
}

void run(Context& context, Verb verb, Words& words) {
    auto arguments = read_arguments<Arguments>(monitor_object(), table, verb, words);
    auto monitor = must(context.environment().monitor(context.options()));
    if (std::ranges::find(arguments.kinds, ObjectKind::flow) != arguments.kinds.end())
        must(monitor.follow_flows());
    std::uint32_t seen = 0;
    while (context.environment().out) {
        wait_for(monitor);
        for (const auto& event : read_events(context, monitor)) {
            if (!is_wanted(arguments, event))
                continue;
            print(context.out(), event);
            context.environment().out.flush();
            if (arguments.count && ++seen >= *arguments.count)
                return;
        }
    }
}

} // namespace

const Object& monitor_object() {
    static const Object object{
        .name = "monitor",
        .aliases = {},
        .help = "prints changes as they come, one per line",
        .commands = {{verb_show, "print changes as they come, one per line"}},
        .keywords = keywords_of<Arguments>(table),
        .run = run,
        .examples = "monitor\n"
                    "-j monitor route neighbour",
        .implied_show = true,
    };
    return object;
}

} // namespace ctl
