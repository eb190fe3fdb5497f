// SPDX-License-Identifier: LGPL-2.1-or-later
/// \file
/// Routes of a network: the longest prefix that matches leads to a next hop.
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

/// A route as a request describes it.
struct RouteSpec {
    Prefix prefix{}; ///< Bits beyond its length must be zero.
    std::optional<NexthopId> nexthop{};

    friend bool operator==(const RouteSpec&, const RouteSpec&) = default;
};

/// A route as the kernel reports it.
struct RouteInfo {
    Named<NetworkId> network;
    Prefix prefix{};
    std::optional<NexthopId> nexthop{}; ///< Set for a static route.
    Origin origin{};
    std::optional<Named<VifId>> vif{}; ///< Set for a route that belongs to a vif.
    bool active = false;               ///< False when another entry of the same prefix wins.
    /// Time since a packet last used it; none when no packet has.
    std::optional<std::chrono::milliseconds> used{};

    /// The specification that makes such a route, if its origin is static.
    RouteSpec spec() const { return {prefix, nexthop}; }

    friend bool operator==(const RouteInfo&, const RouteInfo&) = default;
};

/// Selects the routes of a dump; all given members must match.
struct RouteFilter {
    std::optional<NetworkRef> network{}; ///< In this network.
    std::optional<Family> family{};      ///< With a prefix of this family.
    std::optional<NexthopId> nexthop{};  ///< To this next hop.
};

namespace requests {
VROUTER_API Request add(const NetworkRef& network, std::span<const RouteSpec> routes);
VROUTER_API Request add_exclusive(const NetworkRef& network, std::span<const RouteSpec> routes);
VROUTER_API Request replace(const NetworkRef& network, std::span<const RouteSpec> routes);
VROUTER_API Request change(const NetworkRef& network, std::span<const RouteSpec> routes);
/// Delete static routes by their prefixes.
VROUTER_API Request del(const NetworkRef& network, std::span<const Prefix> routes);
/// Delete all static routes of a network, or those of one family.
VROUTER_API Request flush_routes(const NetworkRef& network,
                                 std::optional<Family> family = std::nullopt);
} // namespace requests

/// The routes in a Client's network namespace; from Client::routes().
///
/// One call is one message, which takes effect as a whole or not at all. It has at most
/// \ref bulk_max entries and must fit the socket's send buffer, else EMSGSIZE: about 40 bytes per
/// entry; more than net.core.wmem_max needs CAP_NET_ADMIN. Error::index is the entry refused.
class VROUTER_API Routes {
public:
    Result<void> add(const NetworkRef& network, std::span<const RouteSpec> routes);
    Result<void> add_exclusive(const NetworkRef& network, std::span<const RouteSpec> routes);
    Result<void> replace(const NetworkRef& network, std::span<const RouteSpec> routes);
    Result<void> change(const NetworkRef& network, std::span<const RouteSpec> routes);
    /// Delete static routes by their prefixes.
    Result<void> del(const NetworkRef& network, std::span<const Prefix> routes);

    /// Like the above, for a single route.
    Result<void> add(const NetworkRef& network, const RouteSpec& route);
    Result<void> add_exclusive(const NetworkRef& network, const RouteSpec& route);
    Result<void> replace(const NetworkRef& network, const RouteSpec& route);
    Result<void> change(const NetworkRef& network, const RouteSpec& route);
    Result<void> del(const NetworkRef& network, const Prefix& route);

    /// Delete all static routes of a network, or those of one family.
    Result<void> flush(const NetworkRef& network, std::optional<Family> family = std::nullopt);

    /// The route of exactly this prefix; ENOENT when there is none.
    Result<RouteInfo> get(const NetworkRef& network, const Prefix& prefix);
    /// The route that a packet to \p address takes, which has the longest matching prefix; ENOENT
    /// when none matches.
    Result<RouteInfo> lookup(const NetworkRef& network, const IpAddress& address);
    /// The routes that match, in the order of networks and prefixes, from one consistent dump.
    Result<std::vector<RouteInfo>> list(const RouteFilter& filter = {});
    /// As list(), one at a time.
    Result<void> dump(const RouteFilter& filter, const DumpCallback<RouteInfo>& each,
                      const RestartCallback& restart = {});

private:
    friend class Client;
    explicit Routes(detail::Session& session) noexcept : session_(&session) {}
    detail::Session* session_;
};

} // namespace vrouter
