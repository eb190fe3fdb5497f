// SPDX-License-Identifier: GPL-2.0-or-later
// Prints objects: the same calls give text or JSON.
#pragma once

#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include <vrouter/vrouter.hpp>

namespace ctl {

/// A value that can be printed.
class Value {
public:
    Value(bool value);
    template <std::unsigned_integral T>
    requires(!std::same_as<T, bool>) Value(T value)
        : kind_(Kind::number), number_(value), text_(std::to_string(value)) {}
    Value(std::int32_t value)
        : kind_(Kind::integer), number_(static_cast<std::uint64_t>(std::int64_t{value})),
          text_(std::to_string(value)) {}
    template <class Tag> Value(vrouter::Id<Tag> id) : Value(id.value()) {}
    template <class E>
    requires std::is_enum_v<E> Value(E value) : Value(to_string(value)) {}
    Value(std::string text) : text_(std::move(text)) {}
    Value(const char* text) : text_(text) {}
    Value(const vrouter::IpAddress& address);
    Value(const vrouter::Prefix& prefix);
    Value(const vrouter::MacAddress& mac);

    /// The same in another colour, an SGR parameter.
    Value colored(std::string_view color) && {
        color_ = color;
        return std::move(*this);
    }

    const std::string& text() const noexcept { return text_; }
    std::string_view color() const noexcept { return color_; }
    nlohmann::ordered_json json() const;

private:
    enum class Kind { text, number, integer, boolean };

    Kind kind_ = Kind::text;
    std::uint64_t number_ = 0;
    std::string text_;
    std::string_view color_{};
};

/// Colours by their purpose, as in iproute2.
inline constexpr std::string_view color_name = "36", color_good = "32", color_bad = "31";

struct Style {
    bool json = false;
    bool pretty = false;
    bool color = false;
    bool stats = false;
    bool details = false;
};

/// Prints a list of objects, or objects one by one. An object is made of fields: in JSON members,
/// in text words. JSON names are those of the netlink specification with '_' for '-'; text has the
/// keyword in front of the value, so it can be used in a command again.
class Printer {
public:
    Printer(std::ostream& out, Style style);
    ~Printer();

    const Style& style() const noexcept { return style_; }
    void set_style(Style style);

    /// Enclose the objects; otherwise each is a line of its own.
    void begin_list();
    void end_list();

    void begin();
    void end();

    /// A value with its name; the keyword is the name unless given.
    void field(std::string_view name, const Value& value, std::string_view keyword = {});
    template <class T>
    void field(std::string_view name, const std::optional<T>& value,
               std::string_view keyword = {}) {
        if (value)
            field(name, Value(*value), keyword);
    }

    /// A field that text has only if it differs from \p usual, or with details.
    template <class T> void unless(std::string_view name, const T& value, const T& usual) {
        if (style_.json || style_.details || value != usual)
            field(name, Value(value));
    }

    /// A field that text has only with details.
    void detail(std::string_view name, const Value& value) {
        if (style_.json || style_.details)
            field(name, value);
    }

    /// A value without a keyword.
    void label(std::string_view name, const Value& value);

    /// A reference to another object by its name; JSON has its id too.
    template <class Id> void reference(std::string_view name, const vrouter::Named<Id>& named) {
        refer(std::string(name) + "_id", name, named.id.value(), named.name);
    }
    template <class Id>
    void reference(std::string_view name, const std::optional<vrouter::Named<Id>>& named) {
        if (named)
            reference(name, *named);
    }
    void device(const vrouter::Named<vrouter::IfIndex>& named) {
        refer("ifindex", "dev", named.id.value(), named.name);
    }

    /// A list of values; in text, each follows the keyword, which is the name unless given.
    template <class Range>
    void values(std::string_view name, const Range& range, std::string_view keyword = {}) {
        if (!style_.json)
            for (const auto& value : range)
                field(name, Value(value), keyword);
        open_list(name);
        for (const auto& value : range)
            append(Value(value));
        close();
    }

    /// A list of references to other objects by their names.
    template <class Range>
    void names(std::string_view name, const Range& range, std::string_view keyword) {
        std::vector<std::string> list;
        list.reserve(std::size(range));
        for (const auto& object : range)
            list.push_back(object.name);
        values(name, list, keyword);
    }

    /// Fields up to close() belong to a member that is an object, to a list, or to an object in a
    /// list. Text has none of them.
    void open_member(std::string_view name);
    void open_list(std::string_view name);
    void open_item() { open_member({}); }
    void close();

    /// A field in JSON only, and a word in text only.
    void json(std::string_view name, const Value& value);
    void text(const Value& value);
    /// Text in a column of at least \p width, left- or right-aligned.
    void column(std::string_view name, const Value& value, std::size_t width, bool right = false);

    /// Continues on a new line of text, if more follows.
    void newline() { line_wanted_ = true; }

    /// A line of text by itself, above a list.
    void heading(std::string_view line);

    void stats(const vrouter::Stats& stats);

private:
    void refer(std::string_view id_name, std::string_view keyword, std::uint32_t id,
               const std::string& name);
    void word(std::string_view plain, std::string_view shown);
    std::string shown(const Value& value) const;
    void append(const Value& value);

    struct Json;

    std::ostream& out_;
    Style style_;
    bool in_list_ = false;
    bool first_ = true;
    std::string line_;
    bool line_wanted_ = false;
    std::unique_ptr<Json> json_; // only for JSON output
};

} // namespace ctl
