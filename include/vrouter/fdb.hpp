// SPDX-License-Identifier: LGPL-2.1-or-later
/// \file
/// The forwarding database of a network: a MAC address leads to a next hop.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <vrouter/address.hpp>
#include <vrouter/dump.hpp>
#include <vrouter/entry.hpp>
#include <vrouter/error.hpp>
#include <vrouter/export.hpp>
#include <vrouter/ids.hpp>
#include <vrouter/request.hpp>

namespace vrouter {

namespace detail {
class Session;
}

/// An fdb entry as a request describes it.
struct FdbSpec {
    MacAddress mac{};
    std::optional<NexthopId> nexthop{};

    friend bool operator==(const FdbSpec&, const FdbSpec&) = default;
};

/// An fdb entry as the kernel reports it.
struct FdbInfo {
    Named<NetworkId> network;
    MacAddress mac{};
    std::optional<NexthopId> nexthop{}; ///< Of a static entry.
    Origin origin{};
    std::optional<Named<VifId>> vif{};       ///< That it comes with, or that it was learned from.
    std::optional<Named<TunnelId>> tunnel{}; ///< That it was learned from.
    std::optional<IpAddress> remote{};       ///< Underlay address that it was learned from.
    bool active = false;                     ///< False when another entry of the same MAC wins.
    /// Time since a packet last used it, none when no packet has; of a learned entry, since the
    /// last frame from the MAC.
    std::optional<std::chrono::milliseconds> used{};

    /// What makes such an entry, if its origin is static.
    FdbSpec spec() const { return {mac, nexthop}; }

    friend bool operator==(const FdbInfo&, const FdbInfo&) = default;
};

/// Which fdb entries a dump gives; all that are given must match.
struct FdbFilter {
    std::optional<NetworkRef> network{}; ///< In this network.
    std::optional<NexthopId> nexthop{};  ///< To this next hop.
};

namespace requests {
VROUTER_API Request add(const NetworkRef& network, std::span<const FdbSpec> entries);
VROUTER_API Request add_exclusive(const NetworkRef& network, std::span<const FdbSpec> entries);
VROUTER_API Request replace(const NetworkRef& network, std::span<const FdbSpec> entries);
VROUTER_API Request change(const NetworkRef& network, std::span<const FdbSpec> entries);
/// Delete static entries by their MACs.
VROUTER_API Request del(const NetworkRef& network, std::span<const MacAddress> entries);
/// Delete all static or all learned fdb entries of a network; those of other origins go with what
/// they came with.
VROUTER_API Request flush_fdb(const NetworkRef& network, Origin origin = Origin::static_);
} // namespace requests

/// The fdb entries in a Client's network namespace; from Client::fdb().
///
/// One call is one message, of which all takes effect or nothing: at most \ref bulk_max entries,
/// and as many bytes as the socket can be made to send (about 24 per entry; beyond
/// net.core.wmem_max that takes CAP_NET_ADMIN), else EMSGSIZE. Error::index is the entry refused.
class VROUTER_API Fdb {
public:
    Result<void> add(const NetworkRef& network, std::span<const FdbSpec> entries);
    Result<void> add_exclusive(const NetworkRef& network, std::span<const FdbSpec> entries);
    Result<void> replace(const NetworkRef& network, std::span<const FdbSpec> entries);
    Result<void> change(const NetworkRef& network, std::span<const FdbSpec> entries);
    /// Delete static entries by their MACs.
    Result<void> del(const NetworkRef& network, std::span<const MacAddress> entries);

    /// The same for a single entry.
    Result<void> add(const NetworkRef& network, const FdbSpec& entry);
    Result<void> add_exclusive(const NetworkRef& network, const FdbSpec& entry);
    Result<void> replace(const NetworkRef& network, const FdbSpec& entry);
    Result<void> change(const NetworkRef& network, const FdbSpec& entry);
    Result<void> del(const NetworkRef& network, const MacAddress& entry);

    /// Delete all static or all learned entries of a network.
    Result<void> flush(const NetworkRef& network, Origin origin = Origin::static_);

    /// The entry of a MAC; ENOENT when there is none.
    Result<FdbInfo> get(const NetworkRef& network, const MacAddress& mac);
    /// The entries that match, in the order of networks and MACs, from one consistent dump.
    Result<std::vector<FdbInfo>> list(const FdbFilter& filter = {});
    /// As list(), one at a time.
    Result<void> dump(const FdbFilter& filter, const DumpCallback<FdbInfo>& each,
                      const RestartCallback& restart = {});

private:
    friend class Client;
    explicit Fdb(detail::Session& session) noexcept : session_(&session) {}
    detail::Session* session_;
};

} // namespace vrouter
