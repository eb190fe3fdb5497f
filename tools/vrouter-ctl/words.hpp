// SPDX-License-Identifier: GPL-2.0-or-later
// The words of a command, which know their position so that errors can point at them.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "failure.hpp"

namespace ctl {

class Words;

/// One word; valid as long as the Words that it belongs to.
struct Word {
    std::string_view text;
    const Words* line = nullptr;
    std::size_t index = 0;

    /// Ends the command: this word is wrong.
    [[noreturn]] void refuse(std::string message, std::string hint = {}) const;
};

/// The words of one command, from the command line or from a line of a file, read one by one.
class Words {
public:
    explicit Words(std::vector<std::string> words) : words_(std::move(words)) {}
    // Not copyable: each Word points back at it.
    Words(const Words&) = delete;
    Words& operator=(const Words&) = delete;

    bool done() const noexcept { return next_ == words_.size(); }
    /// The next word; there must be one.
    Word peek() const { return {words_[next_], this, next_}; }
    Word take() {
        auto word = peek();
        next_++;
        return word;
    }

    /// Ends the command: a word is missing at the end.
    [[noreturn]] void missing(std::string message, std::string hint = {}) const;

    /// Takes an option among the words; returns false if the word is not one.
    using TakeOption = std::function<bool(std::string_view)>;
    void set_options(TakeOption take) { take_option_ = std::move(take); }
    bool take_option(std::string_view word) const { return take_option_ && take_option_(word); }

    /// Whether a word asks for JSON, as far as that can be told if the words make no sense.
    bool mention_json() const;

    /// The word at an index; empty behind the last one.
    std::string_view text(std::size_t index) const noexcept;

    /// The word \p distance words in front of \p word; empty when there is none.
    std::string_view before(const Word& word, std::size_t distance) const noexcept;

    /// All words with a mark under one of them, or behind the last one.
    std::string picture(std::size_t index) const;

private:
    std::vector<std::string> words_;
    std::size_t next_ = 0;
    TakeOption take_option_;
};

} // namespace ctl
