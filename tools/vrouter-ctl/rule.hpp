// SPDX-License-Identifier: GPL-2.0-or-later
// Rules of security groups from files.
#pragma once

#include "entries.hpp"

namespace ctl {

using RuleEntries = Entries<vrouter::RuleSpec>;

/// The rules of a file, one per line in the words that "sg rule add" takes behind the group; "-" is
/// standard input. Ends the command at the first line that makes none.
RuleEntries read_rules(Context& context, const std::string& file);

/// A rule in the words that add it, behind its place; with its counters where they are wanted.
void print_rule(Printer& out, const vrouter::RuleInfo& info, bool counted);

/// Ends the command when a request failed, and says which line it was.
void must_rules(const vrouter::Result<void>& result, const RuleEntries& rules);

} // namespace ctl
