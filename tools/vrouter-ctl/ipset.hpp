// SPDX-License-Identifier: GPL-2.0-or-later
// What `ipset save` writes, for the move from ipset.
#pragma once

#include <string>

#include "context.hpp"

namespace ctl {

/// Does what the lines of a file say, "-" being standard input. All lines are read before the
/// first takes effect, so that what cannot be done here at all changes nothing; what the kernel
/// refuses ends the command at that line. With \p exist each line is as if it had -exist.
void restore_ipset(Context& context, const std::string& file, bool exist);

} // namespace ctl
