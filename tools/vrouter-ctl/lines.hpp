// SPDX-License-Identifier: GPL-2.0-or-later
// Reads commands and entries from a file, one per line.
#pragma once

#include <cstddef>
#include <fstream>
#include <istream>
#include <optional>
#include <string>
#include <vector>

#include "context.hpp"

namespace ctl {

/// The lines of a file. A line that ends in a backslash continues in the next.
class LineReader {
public:
    /// \p name is a file, or "-" for standard input.
    LineReader(Context& context, std::string name);

    /// The next line; none at the end of the file.
    std::optional<std::string> next();

    /// "FILE:LINE" of the last line read.
    std::string place() const { return name_ + ':' + std::to_string(line_); }
    std::size_t line() const noexcept { return line_; }

private:
    std::string name_;
    std::ifstream file_;
    std::istream* stream_;
    std::size_t line_ = 0;       // the first physical line
    std::size_t lines_read_ = 0; // greater if the line continued
};

/// The words of a line: '#' begins a comment, quotes keep blanks. Ends the command at an
/// unterminated quote.
std::vector<std::string> split_line(const std::string& line);

/// A word, quoted for a line if necessary.
std::string quote(const std::string& word);

} // namespace ctl
