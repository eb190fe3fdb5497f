// SPDX-License-Identifier: GPL-2.0-or-later
// Reads the output of `ipset save`, for the migration from ipset.
#pragma once

#include <string>

#include "context.hpp"

namespace ctl {

/// Runs the lines of a file, or of standard input for "-". All lines are parsed before the first
/// takes effect, so a line that is not supported here changes nothing; a refusal by the kernel ends
/// the command at that line. With \p exist each line is as if it had -exist.
void restore_ipset(Context& context, const std::string& file, bool exist);

} // namespace ctl
