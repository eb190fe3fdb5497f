// SPDX-License-Identifier: GPL-2.0-or-later
// Text that may be printed wherever it came from: names of devices are bytes that a process with a
// network namespace of its own chose.
#pragma once

#include <string>
#include <string_view>

namespace ctl {

/// Text with '?' for what terminals obey or show as something else: control characters, those of
/// C1 too, what turns the direction of text, and what is no UTF-8.
std::string printable(std::string_view text);

/// The same of several lines.
std::string printable_lines(std::string_view text);

} // namespace ctl
