// SPDX-License-Identifier: LGPL-2.1-or-later
// Requests that carry many entries of one kind and take effect as a whole or not at all.
#pragma once

#include <cerrno>

#include <fmt/format.h>

#include <vrouter/entry.hpp>

#include "codec.hpp"

namespace vrouter::detail {

/// The numbers of the attributes common to bulk requests: the owner of the entries, such as a
/// network or a set, and an entry.
struct BulkAttributes {
    std::uint16_t owner_id;
    std::uint16_t owner_name;
    std::uint16_t entry;
};

/// Finishes a request with an entry for each element; \p put puts one.
template <class IdT, class T, class F>
Request bulk_request(RequestBuilder builder, const BulkAttributes& attributes,
                     const Ref<IdT>& owner, std::span<const T> entries, F put) {
    builder.put(attributes.owner_id, attributes.owner_name, owner);
    if (entries.size() > bulk_max) {
        builder.fail({.code = E2BIG,
                      .message = fmt::format("{} entries are more than the {} of one request",
                                             entries.size(), bulk_max),
                      .attribute = builder.attribute_name(attributes.entry, bulk_max),
                      .index = bulk_max,
                      .hint = "more than one request; each is all or nothing for itself"});
        return std::move(builder).finish();
    }
    for (const T& entry : entries)
        builder.nest(attributes.entry, [&] { put(builder, entry); });
    return std::move(builder).finish();
}

/// Puts a comment, if there is one; fails the request if it is too long.
inline void put_comment(RequestBuilder& builder, std::uint16_t type,
                        const std::optional<std::string>& comment) {
    if (comment && comment->size() > comment_max)
        return builder.fail(type, EINVAL,
                            fmt::format("a comment has at most {} bytes", comment_max));
    builder.put(type, comment);
}

} // namespace vrouter::detail
