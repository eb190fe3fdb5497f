// SPDX-License-Identifier: GPL-2.0-or-later
// Elements of sets: sends them, in several requests if needed, and prints them.
#pragma once

#include <span>

#include "entries.hpp"

namespace ctl {

using ElementEntries = Entries<vrouter::ElementSpec>;

/// An operation on elements.
enum class ElementVerb { add, add_exclusive, replace, del };

/// Applies \p verb to all elements; on an error, ends the command and names the element. The
/// elements of one request take effect together.
void send_elements(Context& context, const vrouter::SetRef& set, ElementVerb verb,
                   const ElementEntries& elements);

/// Replaces all elements of the set by these, atomically.
void load_elements(Context& context, const vrouter::SetRef& set, const ElementEntries& elements);

/// Prints elements of a set in the form that adds them.
void print_elements(Context& context, const vrouter::SetInfo& set,
                    const std::vector<vrouter::ElementInfo>& elements);

} // namespace ctl
