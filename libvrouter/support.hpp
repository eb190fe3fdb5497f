// SPDX-License-Identifier: LGPL-2.1-or-later
// The operations that the loaded module has, and the attributes that each takes.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "message.hpp"

namespace vrouter::detail {

/// The policies of a generic netlink family, as the kernel's controller reports them.
class Policies {
public:
    /// Adds one message of the dump.
    void take(Bytes attributes);

    /// Whether an operation takes an attribute; \p path has the types of the enclosing nests, then
    /// its own.
    bool has(std::uint8_t command, const std::vector<std::uint16_t>& path) const noexcept;

private:
    using Index = std::uint32_t;
    /// The attributes of a policy, with the policy index of nests.
    using Policy = std::map<std::uint16_t, std::optional<Index>>;

    void take_operation(std::uint8_t command, Bytes attributes);
    void take_policy(Index index, Bytes attributes);

    std::map<std::uint8_t, Index> operations_;
    std::map<Index, Policy> policies_;
};

/// An operation, or an attribute, perhaps of several operations, by its name in the netlink
/// specification.
struct Subject {
    std::vector<std::uint8_t> commands;
    std::vector<std::uint16_t> path; ///< Empty for an operation.
};

/// Finds "flow-count" or "network.gateway.len"; no commands if there is no such subject.
Subject find_subject(std::string_view name);

} // namespace vrouter::detail
