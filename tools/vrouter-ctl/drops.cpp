// SPDX-License-Identifier: GPL-2.0-or-later
#include <algorithm>

#include "objects.hpp"
#include "values.hpp"

namespace ctl {

namespace {

using namespace vrouter;

struct Arguments : DropFilter {
    bool all = false;
};
using To = Take<Arguments>;

const Entry<Arguments> table[] = {
    {{.name = "network",
      .value = "NAME|ID",
      .help = "what was dropped in this network",
      .verbs = verb_show,
      .offer = Offer::network},
     To::value<&Arguments::network>},
    {{.name = "vif",
      .value = "NAME|ID",
      .help = "what was dropped at this vif",
      .verbs = verb_show,
      .offer = Offer::vif},
     To::value<&Arguments::vif>},
    {{.name = "-a", .value = "", .help = "reasons that dropped nothing too", .verbs = verb_show},
     To::flag<&Arguments::all>},
};

/// How wide the columns are.
struct Widths {
    std::size_t reason = std::string_view("REASON").size();
    std::size_t packets = std::string_view("PACKETS").size();
};

Widths widths_of(const std::vector<DropInfo>& drops) {
    Widths widths;
    for (const auto& drop : drops) {
        widths.reason = std::max(widths.reason, drop.name.size());
        widths.packets = std::max(widths.packets, std::to_string(drop.packets).size());
    }
    return widths;
}

void print(Context& context, const std::vector<DropInfo>& drops) {
    auto& out = context.out();
    auto widths = widths_of(drops);
    if (!drops.empty())
        out.heading(fmt::format("{:<{}} {:>{}} {}", "REASON", widths.reason, "PACKETS",
                                widths.packets, "MEANING"));
    out.begin_list();
    for (const auto& drop : drops) {
        out.begin();
        out.column("reason", Value(drop.name).colored(color_name), widths.reason);
        out.column("packets", drop.packets, widths.packets, true);
        out.column("help", drop.help, 0);
        out.end();
    }
    out.end_list();
}

void run(Context& context, Verb verb, Words& words) {
    auto arguments = read_arguments<Arguments>(drops_object(), table, verb, words);
    auto drops = must(context.client().drops().list(arguments));
    if (!arguments.all)
        std::erase_if(drops, [](const auto& drop) { return drop.packets == 0; });
    print(context, drops);
}

} // namespace

const Object& drops_object() {
    static const Object object{
        .name = "drops",
        .aliases = {},
        .help = "how many packets were dropped, and why",
        .commands = {{verb_show, "print each reason, its packets, and what it means"}},
        .keywords = keywords_of<Arguments>(table),
        .run = run,
        .examples = "drops vif vm1\n"
                    "-j drops -a",
        .implied_show = true,
    };
    return object;
}

} // namespace ctl
