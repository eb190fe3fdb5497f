// SPDX-License-Identifier: GPL-2.0-or-later
// Elements of sets: in as many requests as they take, and printed.
#pragma once

#include <span>

#include "entries.hpp"

namespace ctl {

using ElementEntries = Entries<vrouter::ElementSpec>;

/// What is done with elements.
enum class ElementVerb { add, add_exclusive, replace, del };

/// Does it with all elements, or ends the command and says at which one. As many as go into one
/// request take effect together.
void send_elements(Context& context, const vrouter::SetRef& set, ElementVerb verb,
                   const ElementEntries& elements);

/// Makes the set hold these and no others, at once.
void load_elements(Context& context, const vrouter::SetRef& set, const ElementEntries& elements);

/// Prints elements of a set in the form in which they are added to it.
void print_elements(Context& context, const vrouter::SetInfo& set,
                    const std::vector<vrouter::ElementInfo>& elements);

} // namespace ctl
