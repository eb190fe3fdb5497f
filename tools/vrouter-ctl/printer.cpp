// SPDX-License-Identifier: GPL-2.0-or-later
#include "printer.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "printable.hpp"

namespace ctl {

namespace {

constexpr std::string_view color_mac = "33", color_v4 = "35", color_v6 = "34";
constexpr int json_indent = 4;
constexpr std::string_view text_indent = "\n    ";

std::string_view color_of(vrouter::Family family) {
    return family == vrouter::Family::v4 ? color_v4 : color_v6;
}

/// Names from the kernel are arbitrary bytes: invalid UTF-8 must not make the output invalid, and
/// non-ASCII characters must not reach a terminal unescaped.
std::string dump(const nlohmann::ordered_json& json, int indent) {
    return json.dump(indent, ' ', true, nlohmann::ordered_json::error_handler_t::replace);
}

/// A JSON text as an item of an indented list.
std::string indented(std::string_view text) {
    std::string result(json_indent, ' ');
    for (char c : text) {
        result += c;
        if (c == '\n')
            result.append(json_indent, ' ');
    }
    return result;
}

std::string keyword_of(std::string_view name) {
    std::string keyword(name);
    std::ranges::replace(keyword, '_', '-');
    return keyword;
}

} // namespace

Value::Value(bool value) : kind_(Kind::boolean), number_(value), text_(value ? "on" : "off") {}
Value::Value(const vrouter::IpAddress& address)
    : text_(address.to_string()), color_(color_of(address.family())) {}
Value::Value(const vrouter::Prefix& prefix)
    : text_(prefix.to_string()), color_(color_of(prefix.family())) {}
Value::Value(const vrouter::MacAddress& mac) : text_(mac.to_string()), color_(color_mac) {}

nlohmann::ordered_json Value::json() const {
    switch (kind_) {
    case Kind::number:
        return number_;
    case Kind::integer:
        return static_cast<std::int64_t>(number_);
    case Kind::boolean:
        return number_ != 0;
    case Kind::text:
        break;
    }
    return text_;
}

/// The object that is being built, and its open members.
// NOLINTNEXTLINE(bugprone-exception-escape): its members' destructors do not throw
struct Printer::Json {
    nlohmann::ordered_json object;
    std::vector<std::pair<std::string, nlohmann::ordered_json>> open;

    nlohmann::ordered_json& top() { return open.empty() ? object : open.back().second; }
};

Printer::Printer(std::ostream& out, Style style)
    : out_(out), style_(style), json_(style.json ? std::make_unique<Json>() : nullptr) {}
Printer::~Printer() = default;

void Printer::set_style(Style style) {
    style_ = style;
    json_ = style.json ? std::make_unique<Json>() : nullptr;
}

void Printer::begin_list() {
    in_list_ = true;
    first_ = true;
    if (style_.json)
        out_ << '[';
}

void Printer::end_list() {
    in_list_ = false;
    if (style_.json)
        out_ << (style_.pretty && !first_ ? "\n]\n" : "]\n");
}

void Printer::begin() {
    if (json_)
        json_->object = nlohmann::ordered_json::object();
    line_.clear();
    line_wanted_ = false;
}

void Printer::end() {
    if (!style_.json) {
        out_ << line_ << '\n';
    } else if (!in_list_) {
        out_ << dump(json_->object, -1) << '\n';
    } else if (style_.pretty) {
        out_ << (first_ ? "\n" : ",\n") << indented(dump(json_->object, json_indent));
    } else {
        out_ << (first_ ? "" : ",") << dump(json_->object, -1);
    }
    first_ = false;
}

std::string Printer::shown(const Value& value) const {
    auto text = printable(value.text());
    if (!style_.color || value.color().empty())
        return text;
    return fmt::format("\033[{}m{}\033[0m", value.color(), text);
}

/// Appends to the text; an event, which is not in a list, is always a single line.
void Printer::word(std::string_view plain, std::string_view shown) {
    if (plain.empty())
        return;
    if (line_wanted_ && in_list_)
        line_ += text_indent;
    else if (!line_.empty())
        line_ += ' ';
    line_wanted_ = false;
    line_ += shown;
}

void Printer::field(std::string_view name, const Value& value, std::string_view keyword) {
    if (style_.json)
        return json(name, value);
    auto words = fmt::format("{} {}", keyword.empty() ? keyword_of(name) : keyword, shown(value));
    word(words, words);
}

void Printer::label(std::string_view name, const Value& value) {
    if (style_.json)
        return json(name, value);
    word(value.text(), shown(value));
}

void Printer::json(std::string_view name, const Value& value) {
    if (json_)
        json_->top()[std::string(name)] = value.json();
}

void Printer::text(const Value& value) {
    if (!style_.json)
        word(value.text(), shown(value));
}

void Printer::column(std::string_view name, const Value& value, std::size_t width, bool right) {
    if (style_.json)
        return json(name, value);
    std::string padding(width > value.text().size() ? width - value.text().size() : 0, ' ');
    auto cell = right ? padding + shown(value) : shown(value) + padding;
    word(cell, cell);
}

void Printer::refer(std::string_view id_name, std::string_view keyword, std::uint32_t id,
                    const std::string& name) {
    if (!style_.json)
        return field(keyword, name.empty() ? Value(id) : Value(name).colored(color_name));
    json(id_name, id);
    if (!name.empty())
        json(keyword, name);
}

void Printer::open_member(std::string_view name) {
    if (json_)
        json_->open.emplace_back(name, nlohmann::ordered_json::object());
}

void Printer::open_list(std::string_view name) {
    if (json_)
        json_->open.emplace_back(name, nlohmann::ordered_json::array());
}

void Printer::append(const Value& value) {
    if (json_)
        json_->top().push_back(value.json());
}

void Printer::close() {
    if (!json_)
        return;
    auto [name, value] = std::move(json_->open.back());
    json_->open.pop_back();
    auto& parent = json_->top();
    if (parent.is_array())
        parent.push_back(std::move(value));
    else
        parent[name] = std::move(value);
}

void Printer::heading(std::string_view line) {
    if (!style_.json)
        out_ << line << '\n';
}

void Printer::stats(const vrouter::Stats& stats) {
    if (!style_.stats)
        return;
    newline();
    open_member("stats");
    field("rx_packets", stats.rx_packets);
    field("rx_bytes", stats.rx_bytes);
    field("tx_packets", stats.tx_packets);
    field("tx_bytes", stats.tx_bytes);
    field("drops", stats.drops);
    close();
}

} // namespace ctl
