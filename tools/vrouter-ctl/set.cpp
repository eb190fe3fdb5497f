// SPDX-License-Identifier: GPL-2.0-or-later
#include <cerrno>

#include "elements.hpp"
#include "ipset.hpp"
#include "objects.hpp"
#include "values.hpp"

namespace ctl {

namespace {

using namespace vrouter;

struct Arguments : SetSpec {
    std::optional<std::string> new_name;
    bool strict = false;
    std::optional<SetRef> set{}; ///< For commands about elements.
    std::optional<SetRef> other{};
    std::vector<ElementSpec> elements{};
    std::optional<std::string> file{};
    bool replaces = false;
    bool exist = false;
};
using To = Take<Arguments>;

void take_timeout(Arguments& arguments, const Word& word) {
    if (arguments.timeout)
        word.refuse("this is given twice");
    arguments.timeout = read<Duration>(word).seconds;
}

/// Reads an element. Another word may be a misspelled option of the element in front of it.
void take_element(Arguments& arguments, const Word& word) {
    constexpr std::string_view names[] = {"nomatch", "timeout", "comment", "file"};
    auto key = ElementKey::parse(word.text);
    if (!key) {
        auto near = suggestion(word.text, names);
        word.refuse(key.error().message, near.empty() ? key.error().hint : near);
    }
    arguments.elements.push_back({.key = *key});
}

/// The element that an option refers to: the one in front of it.
ElementSpec& last_element(Arguments& arguments, const Word& word) {
    if (arguments.elements.empty())
        word.refuse("this stands behind the element that it is about: "
                    "ELEMENT [nomatch] [timeout TIME] [comment TEXT]");
    return arguments.elements.back();
}

void take_nomatch(Arguments& arguments, const Word& word) {
    auto& element = last_element(arguments, word);
    if (element.nomatch)
        word.refuse("the element has this already");
    element.nomatch = true;
}

void take_element_timeout(Arguments& arguments, const Word& word) {
    auto& element = last_element(arguments, word);
    if (element.timeout)
        word.refuse("the element has a timeout already");
    element.timeout = read<Duration>(word).seconds;
}

void take_comment(Arguments& arguments, const Word& word) {
    auto& element = last_element(arguments, word);
    if (element.comment)
        word.refuse("the element has a comment already");
    element.comment = word.text;
}

void take_stdin(Arguments& arguments, const Word& word) {
    To::value<&Arguments::file>(arguments, word);
}

constexpr unsigned verbs_list = verb_insert | verb_remove;
constexpr unsigned verbs_in = verbs_list | verb_flush | verb_test | verb_load;

const Entry<Arguments> table[] = {
    key_entry<Arguments, &Arguments::id, &Arguments::name>(Offer::set),
    name_entry<Arguments, &Arguments::name>(Offer::set),
    id_entry<Arguments, &Arguments::id>(),
    {{.name = "",
      .value = "NAME|ID",
      .help = "the set",
      .verbs = verbs_in | verb_list | verb_swap | verb_rename,
      .needed = verbs_in | verb_swap | verb_rename,
      .offer = Offer::set},
     To::value<&Arguments::set>},
    {{.name = "",
      .value = "NAME|ID",
      .help = "the other set",
      .verbs = verb_swap,
      .needed = verb_swap,
      .offer = Offer::set},
     To::value<&Arguments::other>},
    new_name_entry<Arguments>(),
    {{.name = "",
      .value = "ELEMENT",
      .help = "an address or prefix, with what the type has behind it: 10.0.0.0/8; "
              "10.0.0.1,tcp:80; 10.0.0.0/8,icmp:8/0; 10.0.0.0/8,udp:1000-2000; 10.0.0.0/8,esp",
      .verbs = verbs_list,
      .needed = verbs_list,
      .often = Often::repeatedly,
      .group = Group::key},
     take_element},
    {{.name = "",
      .value = "ELEMENT",
      .help = "what a packet has: 10.0.0.1, or 10.0.0.1,tcp:80",
      .verbs = verb_test,
      .needed = verb_test},
     take_element},
    {{.name = "",
      .value = "ELEMENT",
      .help = "",
      .verbs = verb_line,
      .needed = verb_line,
      .often = Often::repeatedly},
     take_element},
    {{.name = "nomatch",
      .value = "",
      .help = "the element in front of it is an exception of the shorter prefixes in the set",
      .verbs = verbs_list | verb_line,
      .often = Often::repeatedly},
     take_nomatch},
    {{.name = "timeout",
      .value = "TIME",
      .help = "the element in front of it goes after that time (30, 30s, 5m, 1h, 2d); 0 is never, "
              "the default is that of the set",
      .verbs = verbs_list | verb_line,
      .often = Often::repeatedly},
     take_element_timeout},
    {{.name = "comment",
      .value = "TEXT",
      .help = "what the element in front of it is there for, at most 255 bytes",
      .verbs = verbs_list | verb_line,
      .often = Often::repeatedly},
     take_comment},
    {{.name = "",
      .value = "FILE",
      .help = "the elements are in a file, as many on a line as there are, each with what is "
              "about it behind it",
      .verbs = verb_load,
      .needed = verb_load,
      .offer = Offer::file,
      .group = Group::key},
     To::value<&Arguments::file>},
    {{.name = "",
      .value = "FILE",
      .help = "a file that ipset save has written; default standard input",
      .verbs = verb_restore,
      .offer = Offer::file},
     To::value<&Arguments::file>},
    {{.name = "file",
      .value = "FILE",
      .help = "the elements are in a file, as many on a line as there are, each with what is "
              "about it behind it",
      .verbs = verbs_list,
      .offer = Offer::file,
      .group = Group::key},
     To::value<&Arguments::file>},
    {{.name = "-",
      .value = "",
      .help = "standard input is the file",
      .verbs = verbs_list | verb_load | verb_restore,
      .group = Group::key},
     take_stdin},
    {{.name = "type",
      .value = "net|net,port|net,proto,port-range",
      .help = "what elements are: addresses and prefixes (the default); the same with a protocol "
              "and a port; the same with any protocol and a range of ports",
      .verbs = verbs_write},
     To::value<&Arguments::type>},
    {{.name = "timeout",
      .value = "TIME",
      .help = "elements that are added without a timeout of their own go after that time (30, "
              "30s, 5m, 1h, 2d); 0, the default, is never",
      .verbs = verbs_write},
     take_timeout},
    {{.name = "counters",
      .value = "on|off",
      .help = "count packets and bytes for each element; default off",
      .verbs = verbs_write},
     To::value<&Arguments::counters>},
    {{.name = "max-elements",
      .value = "NUMBER",
      .help = "limit of elements; default 1048576",
      .verbs = verbs_write},
     To::value<&Arguments::max_elements>},
    {{.name = "--replace",
      .value = "",
      .help = "change elements that exist with another nomatch or comment",
      .verbs = verb_insert},
     To::flag<&Arguments::replaces>},
    {{.name = "--strict",
      .value = "",
      .help = "fail if one exists, even with the same content",
      .verbs = verb_insert},
     To::flag<&Arguments::strict>},
    {{.name = "-exist",
      .value = "",
      .help = "what is there already, or is not there to be deleted, is no error",
      .verbs = verb_restore},
     To::flag<&Arguments::exist>},
    {{.name = "-!", .value = "", .help = "the same", .verbs = verb_restore},
     To::flag<&Arguments::exist>},
    strict_entry<Arguments>(),
};

constexpr std::uint32_t usual_max_elements = 1048576;

/// Adds the elements of a line.
void append_line(ElementEntries& entries, const std::string& text, std::size_t line) {
    Words words(split_line(text));
    if (words.done())
        return;
    auto arguments = read_arguments<Arguments>(set_object(), table, verb_line, words);
    std::ranges::move(arguments.elements, std::back_inserter(entries.specs));
    entries.lines.resize(entries.specs.size(), line);
}

ElementEntries read_file(Context& context, const std::string& file) {
    ElementEntries entries;
    LineReader lines(context, file);
    entries.file = file;
    while (auto text = lines.next()) {
        try {
            append_line(entries, *text, lines.line());
        } catch (Failure& failure) {
            failure.place = lines.place();
            throw;
        }
    }
    return entries;
}

ElementEntries read_elements(Context& context, Arguments& arguments) {
    if (arguments.file && !arguments.elements.empty())
        throw misuse("give elements or a file with elements, not both");
    if (arguments.file)
        return read_file(context, *arguments.file);
    ElementEntries entries;
    entries.specs = std::move(arguments.elements);
    return entries;
}

void insert(Context& context, Arguments& arguments) {
    if (arguments.replaces && arguments.strict)
        throw misuse("--replace and --strict exclude each other");
    auto verb = arguments.replaces ? ElementVerb::replace
                : arguments.strict ? ElementVerb::add_exclusive
                                   : ElementVerb::add;
    send_elements(context, *arguments.set, verb, read_elements(context, arguments));
}

std::string quoted(const SetRef& set) {
    return set.name() ? fmt::format("\"{}\"", *set.name()) : set.to_string();
}

/// Prints the element that decides, or ends the command when the packet is not in the set.
void test(Context& context, const SetRef& set, const ElementKey& key) {
    auto decides = context.client().elements().test(set, key);
    auto absent = fmt::format("{} is not in set {}", key.to_string(), quoted(set));
    // An error without an index is about the set, not the entry.
    if (!decides && decides.error().code == ENOENT && decides.error().index)
        throw Failure(status_refused, absent);
    auto element = must(std::move(decides));
    if (element.nomatch)
        throw Failure(status_refused,
                      fmt::format("{}: {} nomatch decides", absent, element.key.to_string()));
    print_elements(context, {}, {element});
}

void list(Context& context, const Arguments& arguments) {
    if (!arguments.set)
        return print_list(context, must(context.client().sets().list()));
    auto set = must(context.client().sets().get(*arguments.set));
    print_elements(context, set, must(context.client().elements().list({.set = set.id})));
}

void run_on_elements(Context& context, Verb verb, Arguments& arguments) {
    const auto& set = *arguments.set;
    if (verb == verb_insert)
        insert(context, arguments);
    else if (verb == verb_remove)
        send_elements(context, set, ElementVerb::del, read_elements(context, arguments));
    else if (verb == verb_load)
        load_elements(context, set, read_elements(context, arguments));
    else if (verb == verb_test)
        test(context, set, arguments.elements[0].key);
    else
        must(context.client().elements().flush(set));
}

void run_on_set(Context& context, Verb verb, Arguments& arguments) {
    find_renamed(context, &Client::sets, verb, arguments);
    auto sets = [&] { return context.client().sets(); };
    bool named = arguments.id || arguments.name;
    if (verb == verb_show && !named)
        print_list(context, must(sets().list()));
    else if (verb == verb_show)
        print_one(context, must(sets().get(ref_of(arguments.id, arguments.name))));
    else if (verb == verb_del)
        must(sets().del(ref_of(arguments.id, arguments.name)));
    else
        write(sets(), verb, arguments.strict, static_cast<SetSpec&>(arguments));
}

void run(Context& context, Verb verb, Words& words) {
    auto arguments = read_arguments<Arguments>(set_object(), table, verb, words);
    if (verb == verb_list)
        list(context, arguments);
    else if (verb == verb_swap)
        must(context.client().sets().swap(*arguments.set, *arguments.other));
    else if (verb == verb_rename)
        rename(context.client().sets(), *arguments.set, arguments.new_name);
    else if (verb == verb_restore)
        restore_ipset(context, arguments.file.value_or("-"), arguments.exist);
    else if (verb & verbs_in)
        run_on_elements(context, verb, arguments);
    else
        run_on_set(context, verb, arguments);
}

} // namespace

void print_fields(Printer& out, const SetInfo& set) {
    out.json("id", set.id);
    out.label("name", Value(set.name).colored(color_name));
    if (!out.style().json)
        out.field("id", set.id);
    out.field("type", set.type);
    out.json("timeout", set.timeout);
    if (set.timeout || out.style().details)
        out.text(fmt::format("timeout {}s", set.timeout));
    out.unless("counters", set.counters, false);
    out.unless("max_elements", set.max_elements, usual_max_elements);
    out.field("elements", set.elements);
    out.detail("memory", set.memory);
    out.detail("refs", set.refs);
    out.detail("generation", set.generation);
}

const Object& set_object() {
    static const Object object{
        .name = "set",
        .aliases = {},
        .help = "many addresses, with or without protocols and ports, that a rule names at once",
        .commands = {{verb_add, "make a set; the same again succeeds and changes nothing"},
                     {verb_replace, "make it as said, what is not said going back to its default"},
                     {verb_set, "change what is said and leave the rest"},
                     {verb_del, "delete it and its elements, unless something uses it"},
                     {verb_show, "print one set or all"},
                     {verb_list, "print the elements of a set"},
                     {verb_insert, "add elements; one that exists gets its timeout anew"},
                     {verb_remove, "delete elements"},
                     {verb_flush, "delete all elements of a set"},
                     {verb_test, "print the element that a packet is in the set by; exit status 1 "
                                 "when it is not in the set"},
                     {verb_load, "make a set hold the elements in a file and no others, at once"},
                     {verb_swap, "exchange what two sets of a type hold, elements and settings"},
                     {verb_rename, "give a set another name"},
                     {verb_restore, "do what a file says that ipset save has written"}},
        .keywords = keywords_of<Arguments>(table),
        .run = run,
        .examples = "set add clients timeout 1h\n"
                    "set insert clients 10.0.0.0/24 10.0.0.9 nomatch fd00::1 timeout 30s\n"
                    "set test clients 10.0.0.7\n"
                    "set load clients clients.txt\n"
                    "set restore ipset.save",
    };
    return object;
}

} // namespace ctl
