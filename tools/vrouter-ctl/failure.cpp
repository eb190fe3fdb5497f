// SPDX-License-Identifier: GPL-2.0-or-later
#include "failure.hpp"

#include <fmt/format.h>

namespace ctl {

namespace {

/// "route.entry[17].prefix" is "prefix" to a person: the object is named before, and which entry it
/// is by its line or key.
std::string_view attribute_of(const vrouter::Error& error) {
    std::string_view name = error.attribute;
    if (auto dot = name.find('.'); dot != name.npos)
        name.remove_prefix(dot + 1);
    if (auto dot = name.find("]."); name.starts_with("entry[") && dot != name.npos)
        name.remove_prefix(dot + 2);
    return name;
}

} // namespace

Failure refusal(const vrouter::Error& error) {
    auto message = error.message;
    if (auto attribute = attribute_of(error); !attribute.empty())
        message += fmt::format(" ({})", attribute);
    return {status_refused, std::move(message), error.hint};
}

Failure misuse(std::string message, std::string hint) {
    return {status_misused, std::move(message), std::move(hint)};
}

} // namespace ctl
