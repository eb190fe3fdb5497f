// SPDX-License-Identifier: GPL-2.0-or-later
#include "words.hpp"

#include <algorithm>

#include "options.hpp"

namespace ctl {

namespace {

/// Number of bytes of a long line shown to the left and to the right of the bad word's beginning.
constexpr std::size_t picture_before = 60, picture_after = 36;
constexpr std::string_view indent = "    ";

/// Width in terminal columns, if there are no wide or combining characters.
std::size_t columns(std::string_view text) {
    return static_cast<std::size_t>(
        std::ranges::count_if(text, [](char c) { return (c & 0xc0) != 0x80; }));
}

std::string quoted(const std::string& word) {
    bool plain = !word.empty() && word.find_first_of(" \t\n\"'#\\") == word.npos;
    return plain ? word : "'" + word + "'";
}

bool is_continuation(char c) {
    return (c & 0xc0) == 0x80;
}

/// Shortens a line that does not fit, without splitting a character.
void cut(std::string& line, std::size_t& begin) {
    if (line.size() > begin + picture_after) {
        auto end = begin + picture_after;
        while (end < line.size() && is_continuation(line[end]))
            end++;
        line.resize(end);
        line += "...";
    }
    if (begin > picture_before) {
        auto skip = begin - picture_before;
        while (is_continuation(line[skip]))
            skip++;
        line.replace(0, skip, "...");
        begin = begin - skip + 3;
    }
}

[[noreturn]] void refuse_at(const Words& words, std::size_t index, std::string message,
                            std::string hint) {
    Failure failure(status_misused, std::move(message), std::move(hint));
    failure.picture = words.picture(index);
    failure.word = words.text(index);
    throw failure;
}

} // namespace

bool Words::mention_json() const {
    return std::ranges::any_of(words_, [](const std::string& word) {
        Options options;
        try {
            return take_display_option(word, options) && options.json;
        } catch (const Failure&) {
            return false;
        }
    });
}

std::string_view Words::text(std::size_t index) const noexcept {
    return index < words_.size() ? std::string_view(words_[index]) : std::string_view();
}

std::string_view Words::before(const Word& word, std::size_t distance) const noexcept {
    return distance <= word.index ? text(word.index - distance) : std::string_view();
}

std::string Words::picture(std::size_t index) const {
    std::string line, word;
    std::size_t begin = 0;
    for (std::size_t i = 0; i < words_.size(); i++) {
        if (!line.empty())
            line += ' ';
        if (i == index) {
            begin = line.size();
            word = quoted(words_[i]);
        }
        line += quoted(words_[i]);
    }
    if (index == words_.size())
        begin = line.size() + 1;
    cut(line, begin);

    auto left = columns(std::string_view(line).substr(0, begin));
    if (begin > line.size())
        left = columns(line) + 1;
    auto width = std::min(columns(word), picture_after);
    std::string mark = "^" + std::string(width > 1 ? width - 1 : 0, '~');
    return std::string(indent) + line + '\n' + std::string(indent) + std::string(left, ' ') + mark;
}

void Word::refuse(std::string message, std::string hint) const {
    refuse_at(*line, index, std::move(message), std::move(hint));
}

void Words::missing(std::string message, std::string hint) const {
    refuse_at(*this, words_.size(), std::move(message), std::move(hint));
}

} // namespace ctl
