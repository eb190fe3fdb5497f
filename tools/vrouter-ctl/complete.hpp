// SPDX-License-Identifier: GPL-2.0-or-later
// Completion for shells, made from the tables of the objects.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "context.hpp"

namespace ctl {

/// `vrouter-ctl __complete WORD...` prints the completions of the last word, one per line, each
/// followed by a tab and its help; ":file" stands for file names. Only the completions in
/// tools/completion call it.
inline constexpr std::string_view complete_word = "__complete";

int complete(const std::vector<std::string>& words, Environment& environment);

} // namespace ctl
