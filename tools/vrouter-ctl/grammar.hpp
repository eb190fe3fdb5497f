// SPDX-License-Identifier: GPL-2.0-or-later
// The grammar of commands: OBJECT COMMAND, then positional arguments and keywords with a value.
//
// Each object has a table with one entry per keyword. The parser, the help and the completion all
// work from it.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "words.hpp"

namespace ctl {

class Context;

/// Commands of objects. Their sum is a set of them.
enum Verb : unsigned {
    verb_add = 1 << 0,
    verb_replace = 1 << 1,
    verb_set = 1 << 2,
    verb_del = 1 << 3,
    verb_show = 1 << 4,
    verb_get = 1 << 5,
    verb_flush = 1 << 6,
    verb_line = 1 << 7, ///< A line of a file with many entries; not a command.
    verb_list = 1 << 8, ///< Lists the content of an object; elsewhere, list is an alias of show.
    verb_insert = 1 << 9,
    verb_remove = 1 << 10,
    verb_test = 1 << 11,
    verb_load = 1 << 12,
    verb_restore = 1 << 13,
    verb_swap = 1 << 14,
    verb_rename = 1 << 15,
    verb_count = 1 << 16,
};
inline constexpr unsigned verbs_make = verb_add | verb_replace;
inline constexpr unsigned verbs_write = verbs_make | verb_set;

/// The names that the completion offers for a value, in addition to the literals in the help.
enum class Offer {
    nothing,
    network,
    tunnel,
    vif,
    nexthop,
    label,
    set,
    sg,
    peer,
    policer,
    drop_reason,
    device,
    file
};

/// How often a keyword may be given.
enum class Often { once, repeatedly };

/// If a keyword of a group is needed, any of the group will do.
enum class Group { none, key };

/// A keyword, without the destination of its value.
struct Keyword {
    /// Empty for a positional argument. Names separated by '|' are alternatives; the one that is
    /// given is the value.
    std::string_view name;
    std::string_view value; ///< The value in the help; empty when there is none.
    std::string_view help;
    unsigned verbs;      ///< The commands that accept it.
    unsigned needed = 0; ///< The commands that require it.
    Often often = Often::once;
    Offer offer = Offer::nothing;
    Group group = Group::none;
    bool leads = false; ///< Positional, and takes the first word, whatever it is.

    /// "vni NUMBER", as help and errors name it; empty if help omits it.
    std::string title() const;
    /// Its names; none for a positional argument.
    std::vector<std::string_view> names() const;
    bool is_called(std::string_view word) const;
};

/// An entry of an object's table: a keyword, and the function that stores its value in the
/// arguments.
template <class Arguments> struct Entry {
    Keyword keyword;
    void (*take)(Arguments& arguments, const Word& value);
};

template <class Arguments>
std::vector<Keyword> keywords_of(std::span<const Entry<Arguments>> table) {
    std::vector<Keyword> keywords;
    for (const auto& entry : table)
        keywords.push_back(entry.keyword);
    return keywords;
}

/// A command of an object.
struct Command {
    Verb verb;
    std::string_view help;
};

/// A word of other tools, and its equivalent here.
struct Synonym {
    std::string_view word;
    std::string_view meaning;
};

struct Object {
    std::string_view name;
    std::vector<std::string_view> aliases;
    std::string_view help;
    std::vector<Command> commands;
    std::vector<Keyword> keywords;
    void (*run)(Context& context, Verb verb, Words& words);
    std::string_view examples{}; ///< Commands without the program's name, a line each.
    /// Keywords may follow the object directly: the command is then "show".
    bool implied_show = false;
    /// Sub-objects with their own commands, called by both names, as in "sg rule".
    std::vector<const Object*> parts{};
    std::vector<Synonym> synonyms{};
};

/// All objects, in the order of the help.
std::span<const Object* const> objects();

std::string_view verb_name(Verb verb);

/// The last of an object's names: "rule" of "sg rule".
std::string_view last_name(const Object& object);

/// A possible name and its number; aliases have the same number.
struct Choice {
    std::string_view name;
    std::size_t number;
};

/// `did you mean "network"?`, or nothing when no name is near or begins with the word.
std::string suggestion(std::string_view word, std::span<const std::string_view> names);

/// The object or command that a word means. Abbreviations are not accepted: an unambiguous one
/// could become ambiguous with a new name.
const Object& find_object(const Word& word);
const Command& find_command(const Object& object, const Word& word);
/// The same, but null if the word is something else.
const Command* look_for_command(const Object& object, const Word& word);
const Object* look_for_part(const Object& object, const Word& word);

/// The next entry of a table in the words, and its value.
struct Step {
    std::size_t entry;
    Word value;         ///< The keyword itself when it has no value.
    bool alone = false; ///< A positional argument: it may be a mistyped keyword.
};

/// Parses the words of one command by an object's table.
class Reader {
public:
    Reader(const Object& object, Verb verb, Words& words);

    /// The next entry; none at the end. Ends the command when the words make no sense.
    std::optional<Step> next();
    /// Ends the command when a required keyword is missing.
    void finish() const;
    /// A suggestion for a word that makes no sense; may be empty.
    std::string hint_for(const Word& word) const;

private:
    std::optional<std::size_t> find(std::string_view name) const;
    std::optional<std::size_t> find_leading() const;
    std::optional<std::size_t> find_standalone() const;
    Step step_with(std::size_t entry, const Word& word);
    [[noreturn]] void refuse_unknown(const Word& word) const;
    bool satisfied(const Keyword& keyword) const;
    std::string_view meaning_of(std::string_view word) const;
    std::string forgotten_keyword(const Word& word) const;
    std::string split_quantity(const Word& word) const;

    const Object& object_;
    Verb verb_;
    Words& words_;
    std::vector<unsigned> seen_;
};

/// Parses the arguments of a command.
template <class Arguments>
Arguments read_arguments(const Object& object, std::span<const Entry<Arguments>> table, Verb verb,
                         Words& words) {
    Arguments arguments;
    Reader reader(object, verb, words);
    while (auto step = reader.next()) {
        try {
            table[step->entry].take(arguments, step->value);
        } catch (Failure& failure) {
            if (auto hint = step->alone ? reader.hint_for(step->value) : ""; !hint.empty())
                failure.hint = hint;
            throw;
        }
    }
    reader.finish();
    return arguments;
}

} // namespace ctl
