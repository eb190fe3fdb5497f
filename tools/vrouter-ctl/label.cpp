// SPDX-License-Identifier: GPL-2.0-or-later
#include "objects.hpp"
#include "values.hpp"

namespace ctl {

namespace {

using namespace vrouter;

struct Arguments : LabelFilter {
    std::optional<LabelId> label;
    bool strict = false;
};
using To = Take<Arguments>;

const Entry<Arguments> table[] = {
    {{.name = "",
      .value = "LABEL",
      .help = "an MPLS label of this end, 16 to 1048575",
      .verbs = verbs_write | verb_del | verb_show,
      .needed = verbs_write | verb_del,
      .offer = Offer::label},
     To::value<&Arguments::label>},
    {{.name = "network",
      .value = "NAME|ID",
      .help = "what comes with it is received in this network",
      .verbs = verbs_write | verb_show,
      .offer = Offer::network},
     To::value<&Arguments::network>},
    {{.name = "nexthop",
      .value = "ID",
      .help = "what comes with it goes to this next hop, of type vif, host or network: frames as "
              "they are, IP packets routed",
      .verbs = verbs_write | verb_show,
      .offer = Offer::nexthop},
     To::value<&Arguments::nexthop>},
    strict_entry<Arguments>(),
};

/// Ends the command unless it says where the label leads.
void check_target(const Arguments& arguments, const Words& words) {
    if (arguments.network && arguments.nexthop)
        throw misuse("give a network or a next hop, not both");
    if (!arguments.network && !arguments.nexthop)
        words.missing("network NAME|ID or nexthop ID is missing");
}

void show(Context& context, const Arguments& arguments) {
    if (arguments.label && (arguments.network || arguments.nexthop))
        throw misuse("give a label or where labels lead to, not both");
    auto labels = context.client().labels();
    if (arguments.label)
        print_one(context, must(labels.get(*arguments.label)));
    else
        print_list(context, must(labels.list(arguments)));
}

void run(Context& context, Verb verb, Words& words) {
    auto arguments = read_arguments<Arguments>(label_object(), table, verb, words);
    if (verb == verb_show)
        return show(context, arguments);
    auto labels = [&] { return context.client().labels(); };
    if (verb == verb_del)
        return must(labels().del(*arguments.label));
    check_target(arguments, words);
    write(labels(), verb, arguments.strict,
          LabelSpec{*arguments.label, arguments.network, arguments.nexthop});
}

} // namespace

void print_fields(Printer& out, const LabelInfo& label) {
    out.label("label", label.label);
    out.reference("network", label.network);
    out.field("nexthop", label.nexthop);
    out.detail("generation", label.generation);
    out.stats(label.stats);
}

const Object& label_object() {
    static const Object object{
        .name = "label",
        .aliases = {},
        .help = "where packets that come with an MPLS label go",
        .commands = {{verb_add, "make a label; the same again succeeds and changes nothing"},
                     {verb_replace, "make it as said, whether it exists or not"},
                     {verb_set, "change where it leads to"},
                     {verb_del, "delete it"},
                     {verb_show, "print one label, those that lead somewhere, or all"}},
        .keywords = keywords_of<Arguments>(table),
        .run = run,
        .examples = "label add 500 network blue\n"
                    "label set 500 nexthop 8\n"
                    "label show network blue",
        .synonyms =
            {
                {"via", "nexthop ID"},
                {"swap", "nexthop ID"},
                {"label", "LABEL alone"},
            },
    };
    return object;
}

} // namespace ctl
