// SPDX-License-Identifier: GPL-2.0-or-later
#include "values.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include <fmt/format.h>

namespace ctl {

namespace {

/// The value that the library parsed from a word; its error ends the command.
template <class T> T take_from(vrouter::Result<T> result, const Word& word) {
    if (!result)
        word.refuse(result.error().message, result.error().hint);
    return std::move(*result);
}

template <class T> void read_with_library(const Word& word, T& value) {
    value = take_from(T::parse(word.text), word);
}

} // namespace

bool is_id(const Word& word) noexcept {
    return !word.text.empty() &&
           std::ranges::all_of(word.text, [](char c) { return c >= '0' && c <= '9'; });
}

std::uint64_t read_number(const Word& word, std::uint64_t max) {
    bool hex = word.text.starts_with("0x");
    auto digits = word.text.substr(hex ? 2 : 0);
    std::uint64_t value = 0;
    auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), value, hex ? 16 : 10);
    bool number = error != std::errc::invalid_argument && end == digits.data() + digits.size();
    if (!number)
        word.refuse(fmt::format("\"{}\" is not a number", word.text));
    if (error != std::errc() || value > max)
        word.refuse(fmt::format("{} is more than {}", word.text, max));
    return value;
}

void refuse_choice(const Word& word, const std::vector<std::string>& names) {
    std::vector<std::string_view> views(names.begin(), names.end());
    word.refuse(fmt::format("\"{}\" is none of {}", word.text, fmt::join(names, ", ")),
                suggestion(word.text, views));
}

void read_value(const Word& word, bool& value) {
    if (word.text != "on" && word.text != "off")
        refuse_choice(word, {"on", "off"});
    value = word.text == "on";
}

void read_value(const Word& word, std::int32_t& value) {
    auto* end = word.text.data() + word.text.size();
    auto [rest, error] = std::from_chars(word.text.data(), end, value);
    if (error == std::errc::result_out_of_range && rest == end)
        word.refuse(fmt::format("{} is out of range", word.text));
    if (error != std::errc() || rest != end)
        word.refuse(fmt::format("\"{}\" is not a number", word.text));
}

void read_value(const Word& word, vrouter::IpAddress& value) {
    read_with_library(word, value);
}

void read_value(const Word& word, vrouter::Prefix& value) {
    read_with_library(word, value);
}

void read_value(const Word& word, vrouter::MacAddress& value) {
    read_with_library(word, value);
}

void read_value(const Word& word, Duration& value) {
    constexpr std::uint32_t longest = std::numeric_limits<std::uint32_t>::max();
    constexpr std::pair<char, std::uint32_t> units[] = {
        {'s', 1}, {'m', 60}, {'h', 60 * 60}, {'d', 24 * 60 * 60}};
    auto text = word.text;
    std::uint32_t unit = 1;
    auto found = std::ranges::find(units, text.empty() ? '\0' : text.back(),
                                   &std::pair<char, std::uint32_t>::first);
    if (found != std::end(units)) {
        unit = found->second;
        text.remove_suffix(1);
    }
    std::uint32_t number = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc::invalid_argument || end != text.data() + text.size())
        word.refuse(fmt::format("\"{}\" is not a time", word.text), "30, 30s, 5m, 1h or 2d");
    if (error != std::errc() || number > longest / unit)
        word.refuse(fmt::format("{} is more than {} seconds", word.text, longest));
    value.seconds = number * unit;
}

void read_value(const Word& word, vrouter::Protocol& value) {
    read_with_library(word, value);
}

void read_value(const Word& word, vrouter::Peer& value) {
    value = take_from(vrouter::parse_peer(word.text), word);
}

} // namespace ctl
