// SPDX-License-Identifier: LGPL-2.1-or-later
// What the kernel says when it refuses a request, turned into an Error that a person understands.
#pragma once

#include <optional>

#include "message.hpp"

namespace vrouter::detail {

struct Refusal {
    Error error;
    /// The kernel gave a number and no words: the refusal need not be the module's, it may be that
    /// of netlink itself.
    bool bare = false;
};

/// The verdict in an NLMSG_ERROR or NLMSG_DONE message; none when it is success. \p request is the
/// whole message that it is about, or empty when that was none of the module's.
std::optional<Refusal> read_verdict(const nlmsghdr& verdict, Bytes request);

} // namespace vrouter::detail
