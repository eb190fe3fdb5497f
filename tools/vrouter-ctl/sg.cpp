// SPDX-License-Identifier: GPL-2.0-or-later
#include <cerrno>

#include "rule.hpp"

namespace ctl {

namespace {

using namespace vrouter;

struct Arguments : SgSpec {
    std::optional<std::string> new_name;
    bool strict = false;
    std::optional<SgRef> renamed{}; ///< For rename.
    std::optional<std::string> file{};
};
using To = Take<Arguments>;

const Entry<Arguments> table[] = {
    key_entry<Arguments, &Arguments::id, &Arguments::name>(Offer::sg),
    name_entry<Arguments, &Arguments::name>(Offer::sg),
    id_entry<Arguments, &Arguments::id>(),
    renamed_entry<Arguments, &Arguments::renamed>(Offer::sg),
    new_name_entry<Arguments>(),
    {{.name = "members",
      .value = "SET|none",
      .help = "a set of type net with the addresses of members on other hypervisors, for rules "
              "whose peer is this group; default none",
      .verbs = verbs_write,
      .offer = Offer::set},
     To::or_none<&Arguments::members>},
    {{.name = "",
      .value = "FILE",
      .help = "its rules are those in a file and no others, one per line in the words that sg rule "
              "add takes behind the group; what else it has is left alone unless said",
      .verbs = verb_replace},
     To::value<&Arguments::file>},
    {{.name = "rules",
      .value = "FILE",
      .help = "the same, where the name of the file would be taken for a keyword",
      .verbs = verb_replace,
      .offer = Offer::file},
     To::value<&Arguments::file>},
    {{.name = "-", .value = "", .help = "standard input is the file", .verbs = verb_replace},
     To::value<&Arguments::file>},
    strict_entry<Arguments>(),
};

/// Sets the members of the group, if given; creates the group if it does not exist.
void write_group(Sgs sgs, const std::optional<SgInfo>& before, const SgSpec& spec) {
    if (!before)
        must(sgs.add_exclusive(spec));
    else if (spec.members)
        must(sgs.change({.id = before->id, .members = spec.members}));
}

/// Undoes write_group() after the rules were refused, and ignores errors.
void restore_group(Sgs sgs, const std::optional<SgInfo>& before, const SgRef& sg,
                   const SgSpec& spec) {
    if (!before)
        (void)sgs.del(sg);
    else if (spec.members)
        (void)sgs.change(
            {.id = before->id, .members = before->members ? SetRef(*before->members) : SetId(0)});
}

void replace_rules(Context& context, const Arguments& arguments) {
    auto rules = read_rules(context, *arguments.file);
    auto sg = ref_of(arguments.id, arguments.name);
    auto sgs = context.client().sgs();
    auto found = sgs.get(sg);
    if (!found && found.error().code != ENOENT)
        throw refusal(found.error());
    auto before = found ? std::optional(*found) : std::nullopt;
    write_group(sgs, before, arguments);
    auto replaced = context.client().rules().replace(sg, rules.specs);
    if (!replaced)
        restore_group(sgs, before, sg, arguments);
    must_rules(replaced, rules);
}

void run(Context& context, Verb verb, Words& words) {
    auto arguments = read_arguments<Arguments>(sg_object(), table, verb, words);
    if (verb == verb_rename)
        return rename(context.client().sgs(), *arguments.renamed, arguments.new_name);
    if (verb == verb_replace && arguments.file)
        return replace_rules(context, arguments);
    find_renamed(context, &Client::sgs, verb, arguments);
    auto sgs = [&] { return context.client().sgs(); };
    bool named = arguments.id || arguments.name;
    if (verb == verb_show && !named)
        print_list(context, must(sgs().list()));
    else if (verb == verb_show)
        print_one(context, must(sgs().get(ref_of(arguments.id, arguments.name))));
    else if (verb == verb_del)
        must(sgs().del(ref_of(arguments.id, arguments.name)));
    else
        write(sgs(), verb, arguments.strict, static_cast<SgSpec&>(arguments));
}

} // namespace

void print_fields(Printer& out, const SgInfo& sg) {
    out.json("id", sg.id);
    out.label("name", Value(sg.name).colored(color_name));
    if (!out.style().json)
        out.field("id", sg.id);
    out.reference("members", sg.members);
    out.field("rules", sg.rules);
    out.field("vifs", sg.vifs);
    out.unless("networks", sg.networks, 0U);
    out.detail("refs", sg.refs);
    out.detail("generation", sg.generation);
}

const Object& sg_object() {
    static const Object object{
        .name = "sg",
        .aliases = {},
        .help = "a security group: rules that say which packets pass to and from its vifs",
        .commands = {{verb_add, "make a group; the same again succeeds and changes nothing"},
                     {verb_replace, "make it as said, what is not said going back to its default; "
                                    "with a file, make it have these rules, at once"},
                     {verb_set, "change what is said and leave the rest"},
                     {verb_del, "delete it and its rules, unless something uses it"},
                     {verb_show, "print one group or all"},
                     {verb_rename, "give a group another name"}},
        .keywords = keywords_of<Arguments>(table),
        .run = run,
        .examples = "sg add web members web-elsewhere\n"
                    "sg rule add web ingress tcp dport 443 allow\n"
                    "sg replace web rules.txt\n"
                    "vif set vm1 sg web sg base",
        .parts = {&rule_object()},
    };
    return object;
}

} // namespace ctl
