// SPDX-License-Identifier: GPL-2.0-or-later
// Completion for shells, made from the tables of the objects.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "context.hpp"

namespace ctl {

/// `vrouter-ctl __complete WORD...` prints what the last word may become, one per line with a tab
/// and its help behind; ":file" stands for the names of files. Only the completions in
/// tools/completion call it.
inline constexpr std::string_view complete_word = "__complete";

int complete(const std::vector<std::string>& words, Environment& environment);

} // namespace ctl
