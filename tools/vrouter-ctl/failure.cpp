// SPDX-License-Identifier: GPL-2.0-or-later
#include "failure.hpp"

namespace ctl {

Failure refusal(const vrouter::Error& error) {
    Failure failure(status_refused, error.message, error.hint);
    failure.code = error.code;
    failure.attribute = error.attribute;
    return failure;
}

Failure misuse(std::string message, std::string hint) {
    return {status_misused, std::move(message), std::move(hint)};
}

} // namespace ctl
