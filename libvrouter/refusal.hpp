// SPDX-License-Identifier: LGPL-2.1-or-later
// Turns the kernel's refusal of a request into a human-readable Error.
#pragma once

#include <optional>

#include "message.hpp"

namespace vrouter::detail {

struct Refusal {
    Error error;
    /// The kernel gave only an errno: netlink itself, not the module, may have refused.
    bool bare = false;
};

/// The verdict in an NLMSG_ERROR or NLMSG_DONE message; none on success. \p request is the whole
/// message that it is about, or empty if the request was not to the module.
std::optional<Refusal> read_verdict(const nlmsghdr& verdict, Bytes request);

} // namespace vrouter::detail
