// SPDX-License-Identifier: LGPL-2.1-or-later
// Making errors, for the library's own files.
#pragma once

#include <string>

#include <vrouter/error.hpp>

namespace vrouter::detail {

/// What errno says, in English.
std::string errno_text(int code);

Error make_error(int code, std::string message, std::string hint = {});

/// EBADMSG: the kernel sent what the specification does not allow.
Error bad_reply(std::string what);

} // namespace vrouter::detail
