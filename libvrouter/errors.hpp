// SPDX-License-Identifier: LGPL-2.1-or-later
// Constructors of errors, internal to the library.
#pragma once

#include <string>

#include <vrouter/error.hpp>

namespace vrouter::detail {

/// The description of an errno value, in English.
std::string errno_text(int code);

Error make_error(int code, std::string message, std::string hint = {});

/// EBADMSG: the kernel sent a message that the specification does not allow.
Error bad_reply(std::string what);

} // namespace vrouter::detail
