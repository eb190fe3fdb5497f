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

/// The policies of a generic netlink family, as the kernel's controller tells them.
class Policies {
public:
    /// Takes one message of the dump.
    void take(Bytes attributes);

    /// Whether an operation takes an attribute; \p path is that of a nest in a nest.
    bool has(std::uint8_t command, const std::vector<std::uint16_t>& path) const noexcept;

private:
    using Index = std::uint32_t;
    /// The attributes of a policy, and the policy of those that are nests.
    using Policy = std::map<std::uint16_t, std::optional<Index>>;

    void take_operation(std::uint8_t command, Bytes attributes);
    void take_policy(Index index, Bytes attributes);

    std::map<std::uint8_t, Index> operations_;
    std::map<Index, Policy> policies_;
};

/// An operation, or an attribute of the messages of several, by its name in the netlink
/// specification.
struct Subject {
    std::vector<std::uint8_t> commands;
    std::vector<std::uint16_t> path; ///< Empty for an operation.
};

/// "flow-count" or "network.gateway.len"; no commands when there is no such thing.
Subject find_subject(std::string_view name);

} // namespace vrouter::detail
