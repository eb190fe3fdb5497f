// SPDX-License-Identifier: LGPL-2.1-or-later
/// \file
/// Neighbours of a network: which MAC an IP address has. They answer ARP and neighbour discovery,
/// and give routed packets their destination MAC.
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
    std::optional<Named<VifId>> vif{}; ///< Of a neighbour that comes with a vif.
    bool active = false;               ///< False when another entry of the same address wins.
    /// Time since it last answered or delivered; none when it never did.
    std::optional<std::chrono::milliseconds> used{};
    /// ARP requests and neighbour solicitations answered from it; none for an entry that another
    /// one hides, which answers nothing.
    std::optional<std::uint64_t> answered{};

    /// What makes such a neighbour, if its origin is static.
    NeighbourSpec spec() const { return {address, mac}; }

    friend bool operator==(const NeighbourInfo&, const NeighbourInfo&) = default;
};

/// Which neighbours a dump gives; all that are given must match.
struct NeighbourFilter {
    std::optional<NetworkRef> network{}; ///< In this network.
    std::optional<Family> family{};      ///< Of this family.
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
/// One call is one message, of which all takes effect or nothing: at most \ref bulk_max entries,
/// and as many bytes as the socket can be made to send (about 36 per entry; beyond
/// net.core.wmem_max that takes CAP_NET_ADMIN), else EMSGSIZE. Error::index is the entry refused.
class VROUTER_API Neighbours {
public:
    Result<void> add(const NetworkRef& network, std::span<const NeighbourSpec> neighbours);
    Result<void> add_exclusive(const NetworkRef& network,
                               std::span<const NeighbourSpec> neighbours);
    Result<void> replace(const NetworkRef& network, std::span<const NeighbourSpec> neighbours);
    Result<void> change(const NetworkRef& network, std::span<const NeighbourSpec> neighbours);
    /// Delete static neighbours by their addresses.
    Result<void> del(const NetworkRef& network, std::span<const IpAddress> neighbours);

    /// The same for a single neighbour.
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
