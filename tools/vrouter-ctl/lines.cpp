// SPDX-License-Identifier: GPL-2.0-or-later
#include "lines.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>

#include <fmt/format.h>

namespace ctl {

namespace {

bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r';
}

/// Reads a word that begins at \p at, and moves \p at behind it.
std::string read_word(const std::string& line, std::size_t& at) {
    std::string word;
    char quote = 0;
    for (; at < line.size(); at++) {
        char c = line[at];
        if (quote && c == quote)
            quote = 0;
        else if (!quote && (c == '"' || c == '\''))
            quote = c;
        else if (!quote && is_blank(c))
            break;
        else
            word += c;
    }
    if (quote)
        throw misuse(fmt::format("a quote ({}) has no end", quote));
    return word;
}

} // namespace

std::vector<std::string> split_line(const std::string& line) {
    std::vector<std::string> words;
    words.reserve(16); // more than most lines have
    for (std::size_t at = 0; at < line.size();) {
        if (is_blank(line[at])) {
            at++;
            continue;
        }
        if (line[at] == '#')
            break;
        words.push_back(read_word(line, at));
    }
    return words;
}

std::string quote(const std::string& word) {
    auto is_plain = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view("-_.,:/+@=").find(c) != std::string_view::npos;
    };
    if (!word.empty() && std::ranges::all_of(word, is_plain))
        return word;
    std::string result = "\"";
    for (char c : word)
        result += c == '"' ? std::string("\"'\"'\"") : std::string(1, c);
    return result + '"';
}

LineReader::LineReader(Context& context, std::string name) : name_(std::move(name)) {
    if (name_ == "-") {
        stream_ = &context.take_stdin();
        return;
    }
    file_.open(name_);
    if (!file_)
        throw Failure(status_refused,
                      fmt::format("cannot read {}: {}", name_, std::strerror(errno)));
    stream_ = &file_;
}

std::optional<std::string> LineReader::next() {
    std::string text;
    line_ = lines_read_ + 1;
    for (std::string part; std::getline(*stream_, part);) {
        lines_read_++;
        bool goes_on = part.ends_with('\\');
        if (goes_on)
            part.back() = ' ';
        text += part;
        if (!goes_on)
            return text;
    }
    // A directory opens but cannot be read.
    if (stream_->bad())
        throw Failure(status_refused,
                      fmt::format("cannot read {}: {}", name_, std::strerror(errno)));
    return text.empty() ? std::nullopt : std::optional(text);
}

} // namespace ctl
