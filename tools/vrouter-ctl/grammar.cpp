// SPDX-License-Identifier: GPL-2.0-or-later
#include "grammar.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <unordered_map>

#include <fmt/format.h>

#include <vrouter/address.hpp>

#include "options.hpp"

namespace ctl {

namespace {

struct VerbName {
    Verb verb;
    std::string_view name;
};

/// The first name of a verb is the one that is printed; the others are habits from other tools.
constexpr VerbName verb_names[] = {
    {verb_add, "add"},         {verb_replace, "replace"}, {verb_set, "set"},
    {verb_set, "change"},      {verb_del, "del"},         {verb_del, "delete"},
    {verb_show, "show"},       {verb_show, "list"},       {verb_show, "ls"},
    {verb_get, "get"},         {verb_flush, "flush"},     {verb_line, "line"},
    {verb_list, "list"},       {verb_list, "ls"},         {verb_insert, "insert"},
    {verb_remove, "remove"},   {verb_test, "test"},       {verb_load, "load"},
    {verb_restore, "restore"}, {verb_swap, "swap"},       {verb_rename, "rename"},
    {verb_count, "count"},
};

/// The number of edits (insert, delete, replace or swap letters) from one word to the other.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
    std::iota(last.begin(), last.end(), std::size_t(0));
    for (std::size_t i = 1; i <= a.size(); i++) {
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); j++) {
            bool same = a[i - 1] == b[j - 1];
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0 : 1)});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = std::min(row[j], before[j - 2] + 1);
        }
        before = std::exchange(last, row);
    }
    return last[b.size()];
}

std::vector<Choice> make_object_choices() {
    std::vector<Choice> choices;
    for (std::size_t i = 0; i < objects().size(); i++) {
        choices.push_back({objects()[i]->name, i});
        for (auto alias : objects()[i]->aliases)
            choices.push_back({alias, i});
    }
    return choices;
}

/// Made once, like command_choices(): a file may have a million lines.
const std::vector<Choice>& object_choices() {
    static const auto choices = make_object_choices();
    return choices;
}

/// If the object has the command list, "list" and "ls" are not aliases of show.
bool is_taken(const Object& object, const VerbName& verb) {
    return verb.verb == verb_show && verb.name != verb_name(verb_show) &&
           std::ranges::find(object.commands, verb_list, &Command::verb) != object.commands.end();
}

std::vector<Choice> make_command_choices(const Object& object) {
    std::vector<Choice> choices;
    for (std::size_t i = 0; i < object.commands.size(); i++)
        for (const auto& verb : verb_names)
            if (verb.verb == object.commands[i].verb && !is_taken(object, verb))
                choices.push_back({verb.name, i});
    for (std::size_t i = 0; i < object.parts.size(); i++)
        choices.push_back({last_name(*object.parts[i]), object.commands.size() + i});
    return choices;
}

/// The commands, then the sub-objects.
const std::vector<Choice>& command_choices(const Object& object) {
    static std::unordered_map<const Object*, std::vector<Choice>> known;
    auto [at, is_new] = known.try_emplace(&object);
    if (is_new)
        at->second = make_command_choices(object);
    return at->second;
}

/// The number of the choice that a word names.
std::optional<std::size_t> find_choice(std::string_view word, std::span<const Choice> choices) {
    auto found = std::ranges::find(choices, word, &Choice::name);
    return found == choices.end() ? std::nullopt : std::optional(found->number);
}

std::vector<std::string_view> names_of(std::span<const Choice> choices) {
    std::vector<std::string_view> names;
    for (const auto& choice : choices)
        names.push_back(choice.name);
    return names;
}

std::string object_names() {
    std::string list;
    for (const auto* object : objects())
        list += fmt::format("{}{}", list.empty() ? "" : " ", object->name);
    return list;
}

std::string command_names(const Object& object) {
    std::string list;
    for (const auto& command : object.commands)
        list += fmt::format("{}{}", list.empty() ? "" : " ", verb_name(command.verb));
    for (const auto* part : object.parts)
        list += fmt::format(" {}", last_name(*part));
    return list;
}

/// Takes the first of the names separated by '|'.
std::string_view take_name(std::string_view& names) {
    auto end = names.find('|');
    auto name = names.substr(0, end);
    names.remove_prefix(end == names.npos ? names.size() : end + 1);
    return name;
}

} // namespace

std::string Keyword::title() const {
    if (name.empty())
        return std::string(value);
    if (value.empty())
        return std::string(name);
    return fmt::format("{} {}", name, value);
}

std::vector<std::string_view> Keyword::names() const {
    std::vector<std::string_view> names;
    for (auto rest = name; !rest.empty();)
        names.push_back(take_name(rest));
    return names;
}

bool Keyword::is_called(std::string_view word) const {
    for (auto rest = name; !rest.empty();)
        if (take_name(rest) == word)
            return true;
    return false;
}

std::string_view last_name(const Object& object) {
    return object.name.substr(object.name.rfind(' ') + 1);
}

std::string_view verb_name(Verb verb) {
    return std::ranges::find(verb_names, verb, &VerbName::verb)->name;
}

std::string suggestion(std::string_view word, std::span<const std::string_view> names) {
    std::string_view best;
    auto least = std::max<std::size_t>(word.size() / 3, 1) + 1;
    for (auto name : names) {
        // A word that shares nothing with the name is not a typing error.
        auto far = distance(word, name);
        if (far < least && far < name.size()) {
            best = name;
            least = far;
        }
    }
    if (!best.empty())
        return fmt::format("did you mean \"{}\"?", best);
    std::string longer;
    for (auto name : names)
        if (!word.empty() && name.starts_with(word))
            longer += fmt::format("{}\"{}\"", longer.empty() ? "" : " or ", name);
    return longer.empty() ? "" : fmt::format("did you mean {}?", longer);
}

const Object& find_object(const Word& word) {
    const auto& choices = object_choices();
    if (auto found = find_choice(word.text, choices))
        return *objects()[*found];
    word.refuse(fmt::format("unknown object \"{}\"; objects are: {}", word.text, object_names()),
                suggestion(word.text, names_of(choices)));
}

const Command* look_for_command(const Object& object, const Word& word) {
    auto found = find_choice(word.text, command_choices(object));
    return found && *found < object.commands.size() ? &object.commands[*found] : nullptr;
}

const Object* look_for_part(const Object& object, const Word& word) {
    auto found = find_choice(word.text, command_choices(object));
    return found && *found >= object.commands.size() ? object.parts[*found - object.commands.size()]
                                                     : nullptr;
}

const Command& find_command(const Object& object, const Word& word) {
    if (const auto* command = look_for_command(object, word))
        return *command;
    word.refuse(fmt::format("unknown command \"{}\"; commands of {} are: {}", word.text,
                            object.name, command_names(object)),
                suggestion(word.text, names_of(command_choices(object))));
}

Reader::Reader(const Object& object, Verb verb, Words& words)
    : object_(object), verb_(verb), words_(words), seen_(object.keywords.size()) {}

std::optional<std::size_t> Reader::find(std::string_view name) const {
    for (std::size_t i = 0; i < object_.keywords.size(); i++) {
        const auto& keyword = object_.keywords[i];
        if (keyword.verbs & verb_ && keyword.is_called(name))
            return i;
    }
    return std::nullopt;
}

/// The entry that takes the first word unconditionally, if any.
std::optional<std::size_t> Reader::find_leading() const {
    for (std::size_t i = 0; i < object_.keywords.size(); i++)
        if (object_.keywords[i].verbs & verb_ && object_.keywords[i].leads && !seen_[i])
            return i;
    return std::nullopt;
}

/// The entry for a positional argument, if one may still occur.
std::optional<std::size_t> Reader::find_standalone() const {
    for (std::size_t i = 0; i < object_.keywords.size(); i++) {
        const auto& keyword = object_.keywords[i];
        bool free = !seen_[i] || keyword.often == Often::repeatedly;
        if (keyword.verbs & verb_ && keyword.name.empty() && free)
            return i;
    }
    return std::nullopt;
}

namespace {

/// Synonyms for keywords that many objects have.
constexpr Synonym common_synonyms[] = {
    {"net", "network"},      {"vrf", "network"},    {"table", "network"}, {"nh", "nexthop"},
    {"next-hop", "nexthop"}, {"device", "dev"},     {"interface", "dev"}, {"iface", "dev"},
    {"ifname", "dev"},       {"ip", "address"},     {"addr", "address"},  {"lladdr", "mac"},
    {"hwaddr", "mac"},       {"protocol", "proto"},
};

bool is_number(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789.") == text.npos;
}

bool is_digits(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789") == text.npos;
}

bool is_name(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || c == '-' || c == '.';
    });
}

/// Whether a word may be a value of the form that the help shows.
bool may_be(std::string_view word, std::string_view value) {
    if (value.starts_with("ADDRESS"))
        return vrouter::Prefix::parse(word).has_value();
    if (value == "MAC")
        return vrouter::MacAddress::parse(word).has_value();
    if (value == "ID")
        return is_digits(word);
    return (value.starts_with("NAME|ID") || value == "DEVICE") && is_name(word);
}

} // namespace

/// The equivalent of a word of other tools.
std::string_view Reader::meaning_of(std::string_view word) const {
    auto own = std::ranges::find(object_.synonyms, word, &Synonym::word);
    if (own != object_.synonyms.end())
        return own->meaning;
    auto common = std::ranges::find(common_synonyms, word, &Synonym::word);
    return common != std::end(common_synonyms) && find(common->meaning) ? common->meaning
                                                                        : std::string_view();
}

/// Suggests the keywords that may be missing in front of a word.
std::string Reader::forgotten_keyword(const Word& word) const {
    std::string found;
    for (std::size_t i = 0; i < object_.keywords.size(); i++) {
        const auto& keyword = object_.keywords[i];
        bool wanted = keyword.verbs & verb_ && !seen_[i] && !keyword.name.empty();
        bool likely = keyword.needed & verb_ || keyword.value == "ID" || keyword.value == "MAC" ||
                      keyword.value.starts_with("ADDRESS");
        if (wanted && likely && may_be(word.text, keyword.value))
            found +=
                fmt::format("{}\"{} {}\"", found.empty() ? "" : " or ", keyword.name, word.text);
    }
    return found.empty() ? found : fmt::format("did you mean {}?", found);
}

/// "10 mbit" for 10mbit.
std::string Reader::split_quantity(const Word& word) const {
    auto number = words_.before(word, 1);
    auto entry = find(words_.before(word, 2));
    bool letters = !word.text.empty() && std::ranges::all_of(word.text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    });
    if (!entry || !letters || !is_number(number))
        return {};
    auto value = object_.keywords[*entry].value;
    if (value != "RATE" && value != "SIZE" && value != "TIME")
        return {};
    return fmt::format("number and unit are one word: {}{}", number, word.text);
}

std::string Reader::hint_for(const Word& word) const {
    if (auto meaning = meaning_of(word.text); !meaning.empty())
        return fmt::format("did you mean \"{}\"?", meaning);
    if (auto quantity = split_quantity(word); !quantity.empty())
        return quantity;
    std::vector<std::string_view> names;
    for (const auto& keyword : object_.keywords)
        if (keyword.verbs & verb_)
            std::ranges::copy(keyword.names(), std::back_inserter(names));
    auto near = suggestion(word.text, names);
    return near.empty() ? forgotten_keyword(word) : near;
}

void Reader::refuse_unknown(const Word& word) const {
    if (is_global_option(word.text))
        word.refuse(fmt::format("the option {} has to stand before the object", word.text));
    auto hint = hint_for(word);
    if (verb_ == verb_line)
        word.refuse(fmt::format("\"{}\" does not belong in a line", word.text), hint);
    auto other = std::ranges::find_if(
        object_.keywords, [&](const Keyword& keyword) { return keyword.is_called(word.text); });
    if (other != object_.keywords.end())
        word.refuse(fmt::format("\"{}\" does not go with \"{}\"", word.text, verb_name(verb_)));
    auto help = fmt::format("see: vrouter-ctl {} {} help", object_.name, verb_name(verb_));
    word.refuse(fmt::format("\"{}\" is not a keyword here", word.text), hint.empty() ? help : hint);
}

Step Reader::step_with(std::size_t entry, const Word& word) {
    const auto& keyword = object_.keywords[entry];
    if (seen_[entry]++ && keyword.often == Often::once)
        word.refuse(fmt::format("\"{}\" is given twice", keyword.name));
    if (keyword.value.empty())
        return {entry, word, false};
    if (words_.done())
        words_.missing(fmt::format("\"{}\" needs a value: {}", word.text, keyword.value));
    return {entry, words_.take(), false};
}

std::optional<Step> Reader::next() {
    while (!words_.done()) {
        auto word = words_.take();
        auto leading = find_leading();
        if (auto entry = find(word.text); entry && !leading)
            return step_with(*entry, word);
        if (words_.take_option(word.text))
            continue;
        auto entry = leading ? leading : find_standalone();
        if (!entry || word.text.starts_with('-'))
            refuse_unknown(word);
        seen_[*entry]++;
        return Step{*entry, word, true};
    }
    return std::nullopt;
}

bool Reader::satisfied(const Keyword& keyword) const {
    for (std::size_t i = 0; i < object_.keywords.size(); i++) {
        const auto& other = object_.keywords[i];
        bool same =
            &other == &keyword || (keyword.group != Group::none && other.group == keyword.group);
        if (same && seen_[i])
            return true;
    }
    return false;
}

void Reader::finish() const {
    for (const auto& keyword : object_.keywords) {
        if (!(keyword.needed & verb_) || satisfied(keyword))
            continue;
        auto help = fmt::format("see: vrouter-ctl {} {} help", object_.name, verb_name(verb_));
        words_.missing(fmt::format("{} is missing", keyword.title()),
                       verb_ == verb_line ? "" : help);
    }
}

} // namespace ctl
