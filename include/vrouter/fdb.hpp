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
    std::optional<NexthopId> nexthop{}; ///< Set for a static entry.
    Origin origin{};
    std::optional<Named<VifId>> vif{};       ///< Vif that it belongs to or was learned from.
    std::optional<Named<TunnelId>> tunnel{}; ///< Tunnel that it was learned from.
    std::optional<IpAddress> remote{};       ///< Underlay address it was learned from.
    bool active = false;                     ///< False when another entry of the same MAC wins.
    /// Time since a packet last used it, none when no packet has; for a learned entry, since the
    /// last frame from the MAC.
    std::optional<std::chrono::milliseconds> used{};

    /// The specification that makes such an entry, if its origin is static.
    FdbSpec spec() const { return {mac, nexthop}; }

    friend bool operator==(const FdbInfo&, const FdbInfo&) = default;
};

/// Selects the fdb entries of a dump; all given members must match.
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
/// Delete all static or all learned fdb entries of a network; entries of other origins are removed
/// with the object that they belong to.
VROUTER_API Request flush_fdb(const NetworkRef& network, Origin origin = Origin::static_);
} // namespace requests

/// The fdb entries in a Client's network namespace; from Client::fdb().
///
/// One call is one message, which takes effect as a whole or not at all. It has at most
/// \ref bulk_max entries and must fit the socket's send buffer, else EMSGSIZE: about 24 bytes per
/// entry; more than net.core.wmem_max needs CAP_NET_ADMIN. Error::index is the entry refused.
class VROUTER_API Fdb {
public:
    Result<void> add(const NetworkRef& network, std::span<const FdbSpec> entries);
    Result<void> add_exclusive(const NetworkRef& network, std::span<const FdbSpec> entries);
    Result<void> replace(const NetworkRef& network, std::span<const FdbSpec> entries);
    Result<void> change(const NetworkRef& network, std::span<const FdbSpec> entries);
    /// Delete static entries by their MACs.
    Result<void> del(const NetworkRef& network, std::span<const MacAddress> entries);

    /// Like the above, for a single entry.
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
