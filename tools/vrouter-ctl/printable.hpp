// SPDX-License-Identifier: GPL-2.0-or-later
// Makes untrusted text safe to print: device names are bytes chosen by any process with a network
// namespace of its own.
#pragma once

#include <string>
#include <string_view>

namespace ctl {

/// Replaces by '?' what a terminal would interpret or misdisplay: control characters, including C1,
/// characters that change the direction of text, and invalid UTF-8.
std::string printable(std::string_view text);

/// The same for text of several lines.
std::string printable_lines(std::string_view text);

} // namespace ctl
