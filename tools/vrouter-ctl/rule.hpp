// SPDX-License-Identifier: GPL-2.0-or-later
// Rules of security groups from files.
#pragma once

#include "entries.hpp"

namespace ctl {

using RuleEntries = Entries<vrouter::RuleSpec>;

/// The rules of a file, one per line in the words that follow the group in "sg rule add"; "-" is
/// standard input. Ends the command at the first line that is not a rule.
RuleEntries read_rules(Context& context, const std::string& file);

/// Prints a rule: its position, the words that add it and, if \p counted, its counters.
void print_rule(Printer& out, const vrouter::RuleInfo& info, bool counted);

/// Ends the command when a request failed, and names the line.
void must_rules(const vrouter::Result<void>& result, const RuleEntries& rules);

} // namespace ctl
