// SPDX-License-Identifier: GPL-2.0-or-later
#include "quantities.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <span>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "grammar.hpp"

namespace ctl {

namespace {

struct Unit {
    std::string_view name;
    double factor;
};

constexpr double kilo = 1e3, mega = 1e6, giga = 1e9, tera = 1e12;
constexpr double kibi = 1024, mebi = kibi * kibi, gibi = mebi * kibi, tebi = gibi * kibi;

// The first units, in ascending order, are those used for printing.
constexpr Unit rates[] = {
    {"bit", 1},          {"kbit", kilo},      {"mbit", mega},      {"gbit", giga},
    {"tbit", tera},      {"kibit", kibi},     {"mibit", mebi},     {"gibit", gibi},
    {"tibit", tebi},     {"bps", 8},          {"kbps", 8 * kilo},  {"mbps", 8 * mega},
    {"gbps", 8 * giga},  {"tbps", 8 * tera},  {"kibps", 8 * kibi}, {"mibps", 8 * mebi},
    {"gibps", 8 * gibi}, {"tibps", 8 * tebi},
};
constexpr Unit sizes[] = {
    {"b", 1},    {"kb", kibi}, {"mb", mebi},       {"gb", gibi},       {"k", kibi},
    {"m", mebi}, {"g", gibi},  {"kbit", kibi / 8}, {"mbit", mebi / 8}, {"gbit", gibi / 8},
};
constexpr Unit counts[] = {{"", 1}, {"k", kilo}, {"m", mega}, {"g", giga}};

std::string lower(std::string_view text) {
    std::string result(text);
    std::ranges::transform(result, result.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return result;
}

[[noreturn]] void refuse_unit(const Word& word, std::string_view unit,
                              std::span<const Unit> units) {
    std::vector<std::string_view> names;
    for (const auto& known : units)
        if (!known.name.empty())
            names.push_back(known.name);
    word.refuse(fmt::format("\"{}\" is no unit here: there are {}", unit, fmt::join(names, ", ")),
                suggestion(unit, names));
}

/// A number, perhaps with a fraction, and a unit; no unit is a factor of 1.
std::uint64_t read_quantity(const Word& word, std::span<const Unit> units, const char* what) {
    double value = 0;
    auto* end = word.text.data() + word.text.size();
    auto [rest, error] = std::from_chars(word.text.data(), end, value, std::chars_format::fixed);
    if (error != std::errc() || word.text.front() == '-' || !std::isfinite(value))
        word.refuse(fmt::format("\"{}\" is not {}", word.text, what));
    auto unit = lower({rest, end});
    auto found = std::ranges::find(units, unit, &Unit::name);
    if (!unit.empty() && found == units.end())
        refuse_unit(word, unit, units);
    if (!unit.empty())
        value *= found->factor;
    // The kernel refuses values that are too large, but the value must fit its type.
    constexpr double most = 1e18;
    if (value > most)
        word.refuse(fmt::format("{} is too much", word.text));
    if (value > 0 && value < 0.5)
        word.refuse(fmt::format("{} is less than 1", word.text));
    return static_cast<std::uint64_t>(std::llround(value));
}

/// Prints a quantity with the largest unit that divides it.
std::string print_quantity(std::uint64_t value, std::span<const Unit> units) {
    const auto* best = &units.front();
    for (const auto& unit : units)
        if (value && value % static_cast<std::uint64_t>(unit.factor) == 0)
            best = &unit;
    return fmt::format("{}{}", value / static_cast<std::uint64_t>(best->factor), best->name);
}

} // namespace

std::uint64_t read_rate(const Word& word) {
    return read_quantity(word, rates, "a rate");
}
std::uint64_t read_size(const Word& word) {
    return read_quantity(word, sizes, "a size");
}
std::uint64_t read_count(const Word& word) {
    return read_quantity(word, counts, "a number");
}

std::string print_rate(std::uint64_t rate) {
    return print_quantity(rate, std::span(rates).first<5>());
}
std::string print_size(std::uint64_t size) {
    return print_quantity(size, std::span(sizes).first<4>());
}
std::string print_count(std::uint64_t count) {
    return print_quantity(count, std::span(counts).first<3>());
}

} // namespace ctl
