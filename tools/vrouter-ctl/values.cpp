// SPDX-License-Identifier: GPL-2.0-or-later
#include "values.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

namespace ctl {

namespace {

/// What the library says of a word that it cannot read.
template <class T> void read_with_library(const Word& word, T& value) {
    auto result = T::parse(word.text);
    if (!result)
        word.refuse(result.error().message, result.error().hint);
    value = *result;
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

} // namespace ctl
