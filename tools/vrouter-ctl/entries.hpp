// SPDX-License-Identifier: GPL-2.0-or-later
// Common code of the commands of routes, fdb entries and neighbours: many entries of a network in
// one request, from the command line or from a file.
//
// Each kind describes itself to these functions in a struct with
//   Key, Target, Spec, Info     its key, the target of the key, and the library's types
//   WordKey                     a key as it was read, which may still need the family
//   target_title                the name of a missing target
//   object(), table(), proxy()
//   key(), key_of()
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "lines.hpp"
#include "objects.hpp"
#include "values.hpp"

namespace ctl {

template <class WordKey, class Target> struct EntryArguments {
    std::vector<WordKey> keys{};
    std::optional<Target> target{};
    std::optional<vrouter::NetworkRef> network{};
    std::optional<std::string> file{};
    std::optional<vrouter::Family> family{};
    bool strict = false;
};

/// The entries of a request, and the place of each in the input.
template <class Spec> struct Entries {
    std::vector<Spec> specs{};
    std::string file{};               ///< Empty when they are from the command line.
    std::vector<std::size_t> lines{}; ///< Line of each entry in the file.
};

inline constexpr unsigned verbs_entries = verbs_write | verb_del;

template <class Arguments> constexpr Entry<Arguments> network_entry() {
    return {{.name = "network",
             .value = "NAME|ID",
             .help = "the network that it is in",
             .verbs = verbs_entries | verb_show | verb_get | verb_flush,
             .needed = verbs_entries | verb_get | verb_flush,
             .offer = Offer::network},
            Take<Arguments>::template value<&Arguments::network>};
}

template <class Arguments> constexpr Entry<Arguments> file_entry() {
    return {{.name = "file",
             .value = "FILE",
             .help = "the entries are in a file, one per line without the network, - is standard "
                     "input; all take effect or none",
             .verbs = verbs_entries,
             .offer = Offer::file,
             .group = Group::key},
            Take<Arguments>::template value<&Arguments::file>};
}

template <class Arguments> constexpr Entry<Arguments> v4_entry(unsigned verbs) {
    return {{.name = "-4", .value = "", .help = "IPv4 only", .verbs = verbs},
            Take<Arguments>::template v4<&Arguments::family>};
}
template <class Arguments> constexpr Entry<Arguments> v6_entry(unsigned verbs) {
    return {{.name = "-6", .value = "", .help = "IPv6 only", .verbs = verbs},
            Take<Arguments>::template v6<&Arguments::family>};
}

/// Adds the entries that a command or a line names.
template <class Kind, class Arguments>
void append_entries(std::vector<typename Kind::Spec>& specs, const Arguments& arguments, Verb verb,
                    const Words& words) {
    if (verb & verbs_write && !arguments.target)
        words.missing(fmt::format("{} is missing", Kind::target_title));
    for (const auto& key : arguments.keys)
        specs.push_back({Kind::key(key, arguments.family), arguments.target});
}

/// Adds the entry of a line, if there is one; the command supplies what the line omits.
template <class Kind, class Arguments>
void append_line(Entries<typename Kind::Spec>& entries, const Arguments& common, Verb verb,
                 const std::string& text, std::size_t line) {
    Words words(split_line(text));
    if (words.done())
        return;
    auto arguments = read_arguments(Kind::object(), Kind::table(), verb_line, words);
    if (!arguments.target)
        arguments.target = common.target;
    arguments.family = common.family;
    append_entries<Kind>(entries.specs, arguments, verb, words);
    entries.lines.push_back(line);
}

template <class Kind, class Arguments>
Entries<typename Kind::Spec> read_file(Context& context, const Arguments& common, Verb verb) {
    Entries<typename Kind::Spec> entries;
    LineReader lines(context, *common.file);
    entries.file = *common.file;
    while (auto text = lines.next()) {
        try {
            append_line<Kind>(entries, common, verb, *text, lines.line());
        } catch (Failure& failure) {
            failure.place = lines.place();
            throw;
        }
    }
    return entries;
}

template <class Kind, class Arguments>
Entries<typename Kind::Spec> read_entries(Context& context, const Arguments& arguments, Verb verb,
                                          const Words& words) {
    if (arguments.file && !arguments.keys.empty())
        throw misuse("give entries or a file with entries, not both");
    if (arguments.file)
        return read_file<Kind>(context, arguments, verb);
    Entries<typename Kind::Spec> entries;
    append_entries<Kind>(entries.specs, arguments, verb, words);
    return entries;
}

/// Ends the command when the request failed, and names the refused entry.
template <class Kind>
void must_all(const vrouter::Result<void>& result, const Entries<typename Kind::Spec>& entries) {
    if (result)
        return;
    auto failure = refusal(result.error());
    auto index = result.error().index;
    if (index && *index < entries.lines.size())
        failure.place = fmt::format("{}:{}", entries.file, entries.lines[*index]);
    else if (index && entries.specs.size() > 1 && *index < entries.specs.size())
        failure.message =
            fmt::format("{}: {}", Kind::key_of(entries.specs[*index]).to_string(), failure.message);
    throw failure;
}

template <class Kind>
vrouter::Result<void> send(Context& context, const vrouter::NetworkRef& network, Verb verb,
                           bool strict, const std::vector<typename Kind::Spec>& specs) {
    auto proxy = Kind::proxy(context.client());
    auto all = std::span(specs);
    if (verb == verb_del) {
        std::vector<typename Kind::Key> keys;
        keys.reserve(specs.size());
        for (const auto& spec : specs)
            keys.push_back(Kind::key_of(spec));
        return proxy.del(network, std::span<const typename Kind::Key>(keys));
    }
    if (verb == verb_set)
        return proxy.change(network, all);
    if (verb == verb_replace)
        return proxy.replace(network, all);
    return strict ? proxy.add_exclusive(network, all) : proxy.add(network, all);
}

template <class Kind, class Arguments>
void write_entries(Context& context, const Arguments& arguments, Verb verb, const Words& words) {
    auto entries = read_entries<Kind>(context, arguments, verb, words);
    // An empty file requests nothing.
    if (!entries.specs.empty())
        must_all<Kind>(
            send<Kind>(context, *arguments.network, verb, arguments.strict, entries.specs),
            entries);
}

/// An entry by its full key, which must exist.
template <class Kind, class Arguments>
auto get_entry(Context& context, const Arguments& arguments, const typename Kind::Key& key) {
    auto found = Kind::proxy(context.client()).get(*arguments.network, key);
    if (!found && arguments.keys.size() > 1)
        found.error().message = fmt::format("{}: {}", key.to_string(), found.error().message);
    return must(std::move(found));
}

/// Prints the entries that match. Entries named by their full keys must exist.
template <class Kind, class Arguments, class Filter>
void show_entries(Context& context, const Arguments& arguments, const Filter& filter,
                  bool filtered) {
    auto proxy = Kind::proxy(context.client());
    std::vector<typename Kind::Key> keys;
    for (const auto& key : arguments.keys)
        keys.push_back(Kind::key(key, arguments.family));
    if (!keys.empty() && arguments.network && !filtered) {
        std::vector<decltype(get_entry<Kind>(context, arguments, keys[0]))> named;
        for (const auto& key : keys)
            named.push_back(get_entry<Kind>(context, arguments, key));
        return print_list(context, named);
    }
    auto list = must(proxy.list(filter));
    std::erase_if(list, [&](const auto& info) {
        return !keys.empty() && std::ranges::find(keys, Kind::key_of(info)) == keys.end();
    });
    print_list(context, list);
}

} // namespace ctl
