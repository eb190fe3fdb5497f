// SPDX-License-Identifier: LGPL-2.1-or-later
/// \file
/// Networks: a tenant's virtual network, with its routes, fdb, neighbours and gateway.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <vrouter/address.hpp>
#include <vrouter/dump.hpp>
#include <vrouter/error.hpp>
#include <vrouter/export.hpp>
#include <vrouter/ids.hpp>
#include <vrouter/names.hpp>
#include <vrouter/request.hpp>
#include <vrouter/stats.hpp>

namespace vrouter {

namespace detail {
class Session;
}

/// Verdict on a VM's packet that no rule of its security groups matches.
enum class Policy : std::uint32_t {
    deny = 0,  ///< Dropped as policy_deny (the default).
    allow = 1, ///< Forwarded.
};

/// Treatment of a frame whose destination MAC is not in the fdb.
enum class UnknownUnicast : std::uint32_t {
    flood = 0, ///< Sent to every vif of the network and to its flood next hop (the default).
    drop = 1,  ///< Dropped as unknown_unicast.
};

/// Router advertisements of a network's IPv6 gateway (RFC 4861).
enum class RaMode : std::uint32_t {
    off = 0,    ///< None are sent.
    router = 1, ///< Default router and on-link prefixes; hosts form no addresses (the default).
    slaac = 2,  ///< Like router, and hosts form addresses in /64 prefixes (RFC 4862).
};

/// Whose frames teach the network fdb entries: their source addresses are learned.
enum class Learning : std::uint32_t {
    off = 0, ///< No frames (the default).
    vif = 1, ///< Frames from vifs without a mac.
    all = 2, ///< Frames from vifs without a mac, and from the overlay.
};

VROUTER_API std::string to_string(Policy value);
VROUTER_API std::string to_string(UnknownUnicast value);
VROUTER_API std::string to_string(RaMode value);
VROUTER_API std::string to_string(Learning value);
VROUTER_API bool parse_name(std::string_view name, Policy& value) noexcept;
VROUTER_API bool parse_name(std::string_view name, UnknownUnicast& value) noexcept;
VROUTER_API bool parse_name(std::string_view name, RaMode& value) noexcept;
VROUTER_API bool parse_name(std::string_view name, Learning& value) noexcept;

/// A network as a request describes it. Add and replace set absent members to their defaults;
/// change leaves them alone.
struct NetworkSpec {
    /// From 1 on; the kernel allocates one if an add has none. If present, it selects the network,
    /// and a name beside it is the new name; otherwise the name selects the network.
    std::optional<NetworkId> id{};
    /// At most 31 bytes of [A-Za-z0-9._-].
    std::optional<std::string> name{};
    /// VXLAN network identifier, 1 to 16777215: selects the network for packets that arrive through
    /// a tunnel, and is sent by tunnel next hops without a vni of their own.
    std::optional<std::uint32_t> vni{};
    /// GRE key, from 1 on: takes the place of the vni on tunnels of type gre; absent, the vni is
    /// the key.
    std::optional<std::uint32_t> key{};
    /// The vni and the key are valid on this tunnel only; absent, on every tunnel.
    std::optional<TunnelRef> tunnel{};
    /// MAC address of the router in this network, the same on every hypervisor; default
    /// 00:00:5e:00:01:00.
    std::optional<MacAddress> gateway_mac{};
    /// Addresses of the router with the length of their subnets, at most 64. The list is set as a
    /// whole; an empty one clears it.
    std::optional<std::vector<Prefix>> gateways{};
    /// Largest IP packet in bytes, 68 (1280 with an IPv6 gateway) to 65535; default 1500.
    std::optional<std::uint32_t> mtu{};
    std::optional<Policy> policy{};
    std::optional<UnknownUnicast> unknown_unicast{};
    /// A flood next hop for broadcast, multicast and unknown unicast; NexthopId(0) is none.
    std::optional<NexthopId> flood{};
    std::optional<RaMode> ra{};
    std::optional<std::uint32_t> max_routes{}; ///< Limit of static routes, default 1048576.
    std::optional<std::uint32_t> max_fdb{};    ///< Limit of static fdb entries, default 1048576.
    std::optional<std::uint32_t> max_neighbours{}; ///< Limit of static neighbours, default 1048576.
    std::optional<Learning> learning{};
    /// Seconds without a frame from its MAC after which a learned fdb entry is removed, at most
    /// 1000000; 0 is never, default 300.
    std::optional<std::uint32_t> ageing{};
    std::optional<std::uint32_t> max_learned{}; ///< Limit of learned fdb entries, default 4096.
    /// Frames per second that the network's VMs on this hypervisor may flood, with a burst of a
    /// tenth of that and at least 10 frames; 0, the default, is unlimited.
    std::optional<std::uint32_t> flood_rate{};
    /// Clamps the maximum segment size in TCP SYNs to the MTU of the network and of the vif or
    /// tunnel that they leave by; default false.
    std::optional<bool> mss_clamp{};
    /// Zone of its connections in the host's connection tracking, from 1 on; cannot be changed. The
    /// kernel allocates a free one if an add has none.
    std::optional<std::uint16_t> zone{};
    /// The network's ACL: security groups of stateless rules, at most \ref sgs_max. The first
    /// matching rule of the first matching group decides about packets routed out of the network's
    /// subnets (egress) and into them (ingress); a packet that no rule allows is dropped as
    /// acl_deny. The list is set as a whole; an empty one clears it, and then every packet is
    /// routed.
    std::optional<std::vector<SgRef>> acls{};
    /// Maximum number of connections that its VMs here opened, or that others opened to them
    /// through the overlay; packets that would open more are dropped as ct_limit. 0 is no limit;
    /// default 131072.
    std::optional<std::uint32_t> max_connections{};
    /// Decide once for each flow and cache the decision, instead of for each packet; default true.
    std::optional<bool> flow_cache{};
    std::optional<std::uint32_t> max_flows{}; ///< Limit of cached flows, default 131072.
    /// Drop packets from a tunnel as unknown_remote if no next hop through that tunnel has their
    /// outer source address as its remote; learned remotes do not count. Default false.
    std::optional<bool> strict_remotes{};

    friend bool operator==(const NetworkSpec&, const NetworkSpec&) = default;
};

/// A network as the kernel reports it.
struct VROUTER_API NetworkInfo {
    NetworkId id;
    std::string name;
    std::optional<std::uint32_t> vni{};
    std::optional<std::uint32_t> key{};      ///< GRE key; none when the vni is the key.
    std::optional<Named<TunnelId>> tunnel{}; ///< Set when the vni is valid on this tunnel only.
    MacAddress gateway_mac;
    std::vector<Prefix> gateways;
    std::uint32_t mtu = 0; ///< Bytes.
    Policy policy{};
    UnknownUnicast unknown_unicast{};
    std::optional<NexthopId> flood{}; ///< None when there is no flood next hop.
    RaMode ra{};
    std::uint32_t max_routes = 0;
    std::uint32_t max_fdb = 0;
    std::uint32_t max_neighbours = 0;
    std::uint32_t routes = 0;     ///< Number of routes, all origins.
    std::uint32_t fdb = 0;        ///< Number of fdb entries, all origins.
    std::uint32_t neighbours = 0; ///< Number of neighbours, all origins.
    std::uint32_t vifs = 0;       ///< Number of vifs attached.
    std::uint32_t generation = 0; ///< The namespace's change counter at its last change.
    Stats stats;
    Learning learning{};
    std::uint32_t ageing = 0; ///< Seconds; 0 is never.
    std::uint32_t max_learned = 0;
    std::uint32_t learned = 0; ///< Number of learned fdb entries.
    /// Frames that were forwarded without learning their source: beyond max_learned or a vif's
    /// max_macs, a MAC that moved less than a second ago, or too many at once.
    std::uint64_t learn_limited = 0;
    std::uint32_t flood_rate = 0; ///< Frames per second; 0 is unlimited.
    bool mss_clamp = false;
    /// None when no zone was free; vifs of the network then cannot have stateful rules.
    std::optional<std::uint16_t> zone{};
    std::vector<Named<SgId>> acls; ///< Its ACL, in the order of evaluation.
    std::uint32_t max_connections = 0; ///< 0 is no limit.
    std::uint32_t connections = 0;     ///< Connections that count towards max_connections.
    bool flow_cache = false;
    std::uint32_t max_flows = 0;
    std::uint32_t flows = 0; ///< Number of cached flows.
    bool strict_remotes = false;

    /// The specification that makes such a network: add(info.spec()) succeeds and changes nothing.
    NetworkSpec spec() const;

    friend bool operator==(const NetworkInfo&, const NetworkInfo&) = default;
};

namespace requests {
VROUTER_API Request add(const NetworkSpec& network);
VROUTER_API Request add_exclusive(const NetworkSpec& network);
VROUTER_API Request replace(const NetworkSpec& network);
VROUTER_API Request change(const NetworkSpec& network);
VROUTER_API Request del(const NetworkRef& network);
} // namespace requests

/// The networks of a Client's network namespace; from Client::networks(). vrouter::requests
/// describes the operations.
class VROUTER_API Networks {
public:
    Result<void> add(const NetworkSpec& network);
    Result<void> add_exclusive(const NetworkSpec& network);
    Result<void> replace(const NetworkSpec& network);
    Result<void> change(const NetworkSpec& network);
    Result<void> del(const NetworkRef& network);

    /// One network; ENOENT when there is none.
    Result<NetworkInfo> get(const NetworkRef& network);
    /// All networks in the order of their ids, from one consistent dump.
    Result<std::vector<NetworkInfo>> list();
    /// As list(), one at a time.
    Result<void> dump(const DumpCallback<NetworkInfo>& each, const RestartCallback& restart = {});

private:
    friend class Client;
    explicit Networks(detail::Session& session) noexcept : session_(&session) {}
    detail::Session* session_;
};

} // namespace vrouter
