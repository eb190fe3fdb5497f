// SPDX-License-Identifier: LGPL-2.1-or-later
#include "errors.hpp"

#include <cstring>

#include <fmt/format.h>

namespace vrouter {

namespace detail {

std::string errno_text(int code) {
    const char* text = strerrordesc_np(code);
    return text ? text : fmt::format("error {}", code);
}

Error make_error(int code, std::string message, std::string hint) {
    return {.code = code, .message = std::move(message), .hint = std::move(hint)};
}

Error bad_reply(std::string what) {
    return make_error(EBADMSG, fmt::format("the kernel's reply is malformed: {}", what),
                      "the module and the library do not fit together");
}

} // namespace detail

std::string Error::to_string() const {
    std::string text = message;
    if (!attribute.empty())
        text += fmt::format(" ({})", attribute);
    if (auto errno_text = detail::errno_text(code); errno_text != message)
        text += fmt::format(": {}", errno_text);
    if (!hint.empty())
        text += fmt::format("; {}", hint);
    return text;
}

} // namespace vrouter
