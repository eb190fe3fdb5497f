// SPDX-License-Identifier: GPL-2.0-or-later
// The words of a command, which know where they stand so that errors can point at them.
#pragma once

#include <cstddef>
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
    // Words point back at it.
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

    /// Ends the command: a word is missing where the reading stands.
    [[noreturn]] void missing(std::string message, std::string hint = {}) const;

    /// All words with a mark under one of them, or behind them all.
    std::string picture(std::size_t index) const;

private:
    std::vector<std::string> words_;
    std::size_t next_ = 0;
};

} // namespace ctl
