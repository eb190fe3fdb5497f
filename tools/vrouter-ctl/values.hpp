// SPDX-License-Identifier: GPL-2.0-or-later
// Parses values of keywords. Each function accepts the word or ends the command, pointing at it.
#pragma once

#include <concepts>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include <vrouter/vrouter.hpp>

#include "grammar.hpp"

namespace ctl {

/// Whether a word is an id rather than a name: it consists of digits only.
bool is_id(const Word& word) noexcept;

/// A number up to \p max, in decimal or with 0x in hexadecimal.
std::uint64_t read_number(const Word& word, std::uint64_t max);

[[noreturn]] void refuse_choice(const Word& word, const std::vector<std::string>& names);

inline void read_value(const Word& word, std::string& value) {
    value = word.text;
}
void read_value(const Word& word, bool& value);
void read_value(const Word& word, vrouter::IpAddress& value);
void read_value(const Word& word, vrouter::Prefix& value);
void read_value(const Word& word, vrouter::MacAddress& value);

/// A time in seconds, spelled 30, 30s, 5m, 1h or 2d.
struct Duration {
    std::uint32_t seconds = 0;
};
void read_value(const Word& word, Duration& value);

void read_value(const Word& word, vrouter::Protocol& value);
void read_value(const Word& word, vrouter::Peer& value);

template <std::unsigned_integral T> void read_value(const Word& word, T& value) {
    value = static_cast<T>(read_number(word, std::numeric_limits<T>::max()));
}

void read_value(const Word& word, std::int32_t& value);

template <class Tag> void read_value(const Word& word, vrouter::Id<Tag>& value) {
    value = vrouter::Id<Tag>(
        static_cast<std::uint32_t>(read_number(word, std::numeric_limits<std::uint32_t>::max())));
}

template <class Id> void read_value(const Word& word, vrouter::Ref<Id>& value) {
    Id id;
    if (!is_id(word)) {
        value = vrouter::Ref<Id>(word.text);
        return;
    }
    read_value(word, id);
    value = id;
}

/// A device is passed on by its name, which may consist of digits; the kernel checks that it
/// exists.
inline void read_value(const Word& word, vrouter::DeviceRef& value) {
    value = vrouter::DeviceRef(word.text);
}

inline void read_value(const Word& word, vrouter::NexthopMember& value) {
    read_value(word, value.nexthop);
}

/// All names of an enumeration, whose values have no gaps.
template <class E> std::vector<std::string> names_of_enum() {
    std::vector<std::string> names;
    for (std::uint32_t i = 0; i < 32; i++) {
        auto name = to_string(static_cast<E>(i));
        if (vrouter::from_string<E>(name))
            names.push_back(std::move(name));
    }
    return names;
}

template <class E>
requires std::is_enum_v<E>
void read_value(const Word& word, E& value) {
    auto found = vrouter::from_string<E>(word.text);
    if (!found)
        refuse_choice(word, names_of_enum<E>());
    value = *found;
}

/// Reads a value of a type that may lack a default constructor.
template <class T> T read(const Word& word) {
    if constexpr (std::is_default_constructible_v<T>) {
        T value{};
        read_value(word, value);
        return value;
    } else {
        T value{std::string()};
        read_value(word, value);
        return value;
    }
}

/// Functions for the entries of a table, which store a value in a member of the arguments.
template <class Arguments> struct Take {
    /// A member that is an optional value.
    template <auto member> static void value(Arguments& arguments, const Word& word) {
        auto& target = arguments.*member;
        using Value = typename std::remove_reference_t<decltype(target)>::value_type;
        if (target)
            word.refuse("this is given twice");
        target = read<Value>(word);
    }

    /// A member that is an optional list; "none" empties it.
    template <auto member> static void each(Arguments& arguments, const Word& word) {
        auto& target = arguments.*member;
        using List = typename std::remove_reference_t<decltype(target)>::value_type;
        bool none = word.text == "none";
        if (target && (none || target->empty()))
            word.refuse("\"none\" stands alone");
        if (!target)
            target.emplace();
        if (!none)
            target->push_back(read<typename List::value_type>(word));
    }

    /// A member that is a list.
    template <auto member> static void all(Arguments& arguments, const Word& word) {
        auto& target = arguments.*member;
        using List = std::remove_reference_t<decltype(target)>;
        target.push_back(read<typename List::value_type>(word));
    }

    /// A member that is a number where "none" is 0.
    template <auto member> static void or_none(Arguments& arguments, const Word& word) {
        auto& target = arguments.*member;
        using Value = typename std::remove_reference_t<decltype(target)>::value_type;
        if (word.text == "none")
            target = Value(typename Zero<Value>::type(0));
        else
            value<member>(arguments, word);
    }

    /// A member that is set by the keyword alone.
    template <auto member> static void flag(Arguments& arguments, const Word&) {
        arguments.*member = true;
    }

    /// The key of an object: an id if it consists of digits, else a name.
    template <auto id, auto name> static void key(Arguments& arguments, const Word& word) {
        if (is_id(word))
            value<id>(arguments, word);
        else
            value<name>(arguments, word);
    }

    /// The name or, if the name is known already, the new name.
    template <auto name, auto new_name>
    static void renamed(Arguments& arguments, const Word& word) {
        if (arguments.*name)
            value<new_name>(arguments, word);
        else
            value<name>(arguments, word);
    }

    template <auto member> static void v4(Arguments& arguments, const Word& word) {
        family<member>(arguments, word, vrouter::Family::v4);
    }
    template <auto member> static void v6(Arguments& arguments, const Word& word) {
        family<member>(arguments, word, vrouter::Family::v6);
    }

private:
    /// The type of 0 that stands for "none": an id, even for a reference.
    template <class T> struct Zero { using type = std::uint32_t; };
    template <class Id> struct Zero<vrouter::Ref<Id>> { using type = Id; };

    template <auto member>
    static void family(Arguments& arguments, const Word& word, vrouter::Family family) {
        if (arguments.*member)
            word.refuse("-4 and -6 exclude each other");
        arguments.*member = family;
    }
};

/// A reference by id, name or both; at least one must be given.
template <class Id>
vrouter::Ref<Id> ref_of(const std::optional<Id>& id, const std::optional<std::string>& name) {
    if (id && name)
        return {*id, *name};
    return id ? vrouter::Ref<Id>(*id) : vrouter::Ref<Id>(*name);
}

/// The three table entries that select an object, for all of its commands.
template <class Arguments, auto id, auto name> constexpr Entry<Arguments> key_entry(Offer offer) {
    return {{.name = "",
             .value = "NAME|ID",
             .help = "its name, or its id when it has digits only",
             .verbs = verbs_write | verb_del | verb_show,
             .needed = verbs_write | verb_del,
             .offer = offer,
             .group = Group::key},
            Take<Arguments>::template key<id, name>};
}
template <class Arguments, auto name> constexpr Entry<Arguments> name_entry(Offer offer) {
    return {{.name = "name",
             .value = "NAME",
             .help = "its name, where it would be taken for a keyword or an id; with set, behind "
                     "what it is called now, its new name",
             .verbs = verbs_write | verb_del | verb_show,
             .offer = offer,
             .group = Group::key},
            Take<Arguments>::template renamed<name, &Arguments::new_name>};
}
template <class Arguments, auto id> constexpr Entry<Arguments> id_entry() {
    return {{.name = "id",
             .value = "NUMBER",
             .help = "its id, from 1 on; the kernel chooses one for what is made without",
             .verbs = verbs_write | verb_del | verb_show,
             .group = Group::key},
            Take<Arguments>::template value<id>};
}

/// The two entries of rename: the current name and the new one.
template <class Arguments, auto ref> constexpr Entry<Arguments> renamed_entry(Offer offer) {
    return {{.name = "",
             .value = "NAME|ID",
             .help = "what it is called now",
             .verbs = verb_rename,
             .needed = verb_rename,
             .offer = offer},
            Take<Arguments>::template value<ref>};
}
template <class Arguments> constexpr Entry<Arguments> new_name_entry() {
    return {{.name = "",
             .value = "NEWNAME",
             .help = "what it is to be called",
             .verbs = verb_rename,
             .needed = verb_rename},
            Take<Arguments>::template value<&Arguments::new_name>};
}

/// The entry of "add --strict".
template <class Arguments> constexpr Entry<Arguments> strict_entry() {
    return {{.name = "--strict",
             .value = "",
             .help = "with add: fail if it exists, even with the same content",
             .verbs = verb_add},
            Take<Arguments>::template flag<&Arguments::strict>};
}

} // namespace ctl
