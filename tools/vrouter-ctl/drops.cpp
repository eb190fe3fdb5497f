// SPDX-License-Identifier: GPL-2.0-or-later
#include <algorithm>

#include "drop_events.hpp"
#include "objects.hpp"
#include "values.hpp"

namespace ctl {

namespace {

using namespace vrouter;

/// A drop reason, to be looked up among those of the module.
struct ReasonWord {
    Word word;
};

void read_value(const Word& word, ReasonWord& value) {
    value.word = word;
}

struct Arguments : DropFilter {
    std::vector<ReasonWord> reasons{};
    bool all = false;
    bool follow = false;
    std::optional<std::string> file{};
    std::optional<std::uint32_t> count{};
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
    {{.name = "reason",
      .value = "NAME",
      .help = "what was dropped for this reason",
      .verbs = verb_show,
      .often = Often::repeatedly,
      .offer = Offer::drop_reason},
     To::all<&Arguments::reasons>},
    {{.name = "-a", .value = "", .help = "reasons that dropped nothing too", .verbs = verb_show},
     To::flag<&Arguments::all>},
    {{.name = "-f",
      .value = "",
      .help = "print packets as they are dropped, one per line",
      .verbs = verb_show},
     To::flag<&Arguments::follow>},
    {{.name = "-w",
      .value = "FILE",
      .help = "write them to a file that tcpdump reads instead, - for standard output",
      .verbs = verb_show,
      .offer = Offer::file},
     To::value<&Arguments::file>},
    {{.name = "count",
      .value = "NUMBER",
      .help = "with -f or -w, end after this number of packets",
      .verbs = verb_show},
     To::value<&Arguments::count>},
};

/// Widths of the columns.
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

/// The names of the requested reasons. A reason unknown to the module is an error, because it would
/// look as if nothing had been dropped for it.
std::vector<std::string> names_of(const std::vector<ReasonWord>& reasons,
                                  const std::vector<DropInfo>& known) {
    std::vector<std::string> names;
    std::vector<std::string_view> known_names;
    for (const auto& drop : known)
        known_names.push_back(drop.name);
    for (const auto& reason : reasons) {
        const auto& word = reason.word;
        if (std::ranges::find(known_names, word.text) == known_names.end()) {
            auto near = suggestion(word.text, known_names);
            word.refuse(fmt::format("there is no drop reason \"{}\"", word.text),
                        near.empty() ? "vrouter-ctl drops -a shows all" : near);
        }
        names.emplace_back(word.text);
    }
    return names;
}

bool is_one_of(const DropInfo& drop, const std::vector<std::string>& reasons) {
    return reasons.empty() || std::ranges::find(reasons, drop.name) != reasons.end();
}

void run_list(Context& context, const Arguments& arguments) {
    auto drops = must(context.client().drops().list(arguments));
    auto reasons = names_of(arguments.reasons, drops);
    std::erase_if(drops, [&](const auto& drop) {
        return !is_one_of(drop, reasons) || (drop.packets == 0 && !arguments.all);
    });
    print(context, drops);
}

/// Resolves the words to ids once; the kernel words the error for a missing object.
DropWanted wanted_of(Context& context, const Arguments& arguments) {
    DropWanted wanted;
    if (arguments.network)
        wanted.network = must(context.client().networks().get(*arguments.network)).id;
    if (arguments.vif)
        wanted.vif = must(context.client().vifs().get(*arguments.vif)).id;
    if (!arguments.reasons.empty())
        wanted.reasons = names_of(arguments.reasons, must(context.client().drops().list()));
    wanted.count = arguments.count;
    return wanted;
}

void run(Context& context, Verb verb, Words& words) {
    auto arguments = read_arguments<Arguments>(drops_object(), table, verb, words);
    bool live = arguments.follow || arguments.file;
    if (live && arguments.all)
        throw misuse("-a does not go with -f and -w", "-a is about counters");
    if (!live && arguments.count)
        throw misuse("count goes with -f and -w", "the counters are printed once");
    if (!live)
        return run_list(context, arguments);
    auto wanted = wanted_of(context, arguments);
    if (arguments.file)
        write_drops(context, wanted, *arguments.file);
    else
        follow_drops(context, wanted);
}

} // namespace

const Object& drops_object() {
    static const Object object{
        .name = "drops",
        .aliases = {},
        .help = "packets that were dropped, and why",
        .commands = {{verb_show,
                      "print each reason, its packets, and what it means; or the packets"}},
        .keywords = keywords_of<Arguments>(table),
        .run = run,
        .examples = "drops vif vm1\n"
                    "-j drops -a\n"
                    "drops -f network blue reason rule_deny\n"
                    "drops -w drops.pcapng vif vm1",
        .implied_show = true,
        .synonyms =
            {
                {"follow", "-f"},
                {"--follow", "-f"},
                {"all", "-a"},
                {"--all", "-a"},
                {"write", "-w FILE"},
                {"-c", "count NUMBER"},
                {"dev", "vif"},
            },
    };
    return object;
}

} // namespace ctl
