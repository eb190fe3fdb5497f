// SPDX-License-Identifier: LGPL-2.1-or-later
/// \file
/// Labels: where packets with an MPLS label go.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include <vrouter/dump.hpp>
#include <vrouter/error.hpp>
#include <vrouter/export.hpp>
#include <vrouter/ids.hpp>
#include <vrouter/request.hpp>
#include <vrouter/stats.hpp>

namespace vrouter {

namespace detail {
class Session;
}

/// A label as a request describes it: it leads to a network or to a next hop, and a change may
/// switch between the two. This end assigns its labels; the other ends send with them, as
/// NexthopSpec::label.
struct LabelSpec {
    LabelId label{};
    std::optional<NetworkRef> network{}; ///< Packets are received in this network.
    /// Packets go to this next hop, of type vif, host or network: frames as they are, IP packets
    /// routed.
    std::optional<NexthopId> nexthop{};

    friend bool operator==(const LabelSpec&, const LabelSpec&) = default;
};

/// A label as the kernel reports it.
struct VROUTER_API LabelInfo {
    LabelId label;
    std::optional<Named<NetworkId>> network{}; ///< None when it leads to a next hop.
    std::optional<NexthopId> nexthop{};        ///< None when it leads to a network.
    std::uint32_t generation = 0; ///< The namespace's change counter at its last change.
    Stats stats;                  ///< Only rx is counted.

    /// The specification that makes such a label: add(info.spec()) succeeds and changes nothing.
    LabelSpec spec() const;

    friend bool operator==(const LabelInfo&, const LabelInfo&) = default;
};

/// Selects the labels of a dump; all given members must match.
struct LabelFilter {
    std::optional<NetworkRef> network{}; ///< To this network.
    std::optional<NexthopId> nexthop{};  ///< To this next hop.
};

namespace requests {
VROUTER_API Request add(const LabelSpec& label);
VROUTER_API Request add_exclusive(const LabelSpec& label);
VROUTER_API Request replace(const LabelSpec& label);
VROUTER_API Request change(const LabelSpec& label);
VROUTER_API Request del(LabelId label);
} // namespace requests

/// The labels of a Client's network namespace; from Client::labels(). vrouter::requests describes
/// the operations.
class VROUTER_API Labels {
public:
    Result<void> add(const LabelSpec& label);
    Result<void> add_exclusive(const LabelSpec& label);
    Result<void> replace(const LabelSpec& label);
    Result<void> change(const LabelSpec& label);
    Result<void> del(LabelId label);

    /// One label; ENOENT when there is none.
    Result<LabelInfo> get(LabelId label);
    /// The labels that match, in their order, from one consistent dump.
    Result<std::vector<LabelInfo>> list(const LabelFilter& filter = {});
    /// As list(), one at a time.
    Result<void> dump(const LabelFilter& filter, const DumpCallback<LabelInfo>& each,
                      const RestartCallback& restart = {});

private:
    friend class Client;
    explicit Labels(detail::Session& session) noexcept : session_(&session) {}
    detail::Session* session_;
};

} // namespace vrouter
