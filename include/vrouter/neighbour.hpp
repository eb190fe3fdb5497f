// SPDX-License-Identifier: LGPL-2.1-or-later
/// \file
/// Neighbours of a network: the MAC address of an IP address. From them the router answers ARP and
/// neighbour discovery, and takes the destination MAC of routed packets.
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

/// A neighbour as a request describes it.
struct NeighbourSpec {
    IpAddress address{};
    std::optional<MacAddress> mac{};

    friend bool operator==(const NeighbourSpec&, const NeighbourSpec&) = default;
};

/// A neighbour as the kernel reports it.
struct NeighbourInfo {
    Named<NetworkId> network;
    IpAddress address{};
    MacAddress mac{};
    Origin origin{};
    std::optional<Named<VifId>> vif{}; ///< Set for a neighbour that belongs to a vif.
    bool active = false;               ///< False when another entry of the same address wins.
    /// Time since it last answered a request or gave a packet its MAC; none when it never did.
    std::optional<std::chrono::milliseconds> used{};
    /// ARP requests and neighbour solicitations answered from it; none for an inactive entry, which
    /// answers nothing.
    std::optional<std::uint64_t> answered{};

    /// The specification that makes such a neighbour, if its origin is static.
    NeighbourSpec spec() const { return {address, mac}; }

    friend bool operator==(const NeighbourInfo&, const NeighbourInfo&) = default;
};

/// Selects the neighbours of a dump; all given members must match.
struct NeighbourFilter {
    std::optional<NetworkRef> network{}; ///< In this network.
    std::optional<Family> family{};      ///< With an address of this family.
};

namespace requests {
VROUTER_API Request add(const NetworkRef& network, std::span<const NeighbourSpec> neighbours);
VROUTER_API Request add_exclusive(const NetworkRef& network,
                                  std::span<const NeighbourSpec> neighbours);
VROUTER_API Request replace(const NetworkRef& network, std::span<const NeighbourSpec> neighbours);
VROUTER_API Request change(const NetworkRef& network, std::span<const NeighbourSpec> neighbours);
/// Delete static neighbours by their addresses.
VROUTER_API Request del(const NetworkRef& network, std::span<const IpAddress> neighbours);
/// Delete all static neighbours of a network, or those of one family.
VROUTER_API Request flush_neighbours(const NetworkRef& network,
                                     std::optional<Family> family = std::nullopt);
} // namespace requests

/// The neighbours in a Client's network namespace; from Client::neighbours().
///
/// One call is one message, which takes effect as a whole or not at all. It has at most
/// \ref bulk_max entries and must fit the socket's send buffer, else EMSGSIZE: about 36 bytes per
/// entry; more than net.core.wmem_max needs CAP_NET_ADMIN. Error::index is the entry refused.
class VROUTER_API Neighbours {
public:
    Result<void> add(const NetworkRef& network, std::span<const NeighbourSpec> neighbours);
    Result<void> add_exclusive(const NetworkRef& network,
                               std::span<const NeighbourSpec> neighbours);
    Result<void> replace(const NetworkRef& network, std::span<const NeighbourSpec> neighbours);
    Result<void> change(const NetworkRef& network, std::span<const NeighbourSpec> neighbours);
    /// Delete static neighbours by their addresses.
    Result<void> del(const NetworkRef& network, std::span<const IpAddress> neighbours);

    /// Like the above, for a single neighbour.
    Result<void> add(const NetworkRef& network, const NeighbourSpec& neighbour);
    Result<void> add_exclusive(const NetworkRef& network, const NeighbourSpec& neighbour);
    Result<void> replace(const NetworkRef& network, const NeighbourSpec& neighbour);
    Result<void> change(const NetworkRef& network, const NeighbourSpec& neighbour);
    Result<void> del(const NetworkRef& network, const IpAddress& neighbour);

    /// Delete all static neighbours of a network, or those of one family.
    Result<void> flush(const NetworkRef& network, std::optional<Family> family = std::nullopt);

    /// The neighbour of an address; ENOENT when there is none.
    Result<NeighbourInfo> get(const NetworkRef& network, const IpAddress& address);
    /// The neighbours that match, in the order of networks and addresses, from one consistent dump.
    Result<std::vector<NeighbourInfo>> list(const NeighbourFilter& filter = {});
    /// As list(), one at a time.
    Result<void> dump(const NeighbourFilter& filter, const DumpCallback<NeighbourInfo>& each,
                      const RestartCallback& restart = {});

private:
    friend class Client;
    explicit Neighbours(detail::Session& session) noexcept : session_(&session) {}
    detail::Session* session_;
};

} // namespace vrouter
