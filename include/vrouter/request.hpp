// SPDX-License-Identifier: LGPL-2.1-or-later
/// \file
/// One change, ready to be sent: Client::run() sends it at once, a Batch collects it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include <vrouter/error.hpp>
#include <vrouter/export.hpp>

namespace vrouter {

namespace detail {
class RequestBuilder;
struct RequestAccess;
} // namespace detail

/// A request that changes something: a netlink message without address and sequence number. Made
/// by the functions in vrouter::requests, run by Client::run() or, many together, as a Batch.
///
/// One request is one message, which takes effect as a whole or not at all.
class VROUTER_API Request {
public:
    /// The operation's name in the netlink specification, such as "network-new".
    std::string_view operation() const noexcept;

    /// The attributes as they will be sent, for logging or comparison.
    std::span<const std::uint8_t> attributes() const noexcept;

    /// The error if the request cannot be sent at all (too many entries, a name with a zero byte);
    /// running it gives the same error.
    const std::optional<Error>& error() const noexcept { return error_; }

private:
    friend class detail::RequestBuilder;
    friend struct detail::RequestAccess;
    Request() = default;

    std::vector<std::uint8_t> message_; // with headers; type and sequence number are not filled in
    std::optional<Error> error_;
};

/// The requests themselves. For each object there are
/// - add: make it; succeeds if it exists with the same content, EEXIST if with other content;
/// - add_exclusive: make it; EEXIST if it exists at all;
/// - replace: make it, or change an existing one to match the specification; absent attributes go
///   back to their defaults;
/// - change: change the attributes that are present and leave the others; ENOENT if there is none;
/// - del: delete it; EBUSY while something uses it, and the message names a user.
namespace requests {}

} // namespace vrouter
