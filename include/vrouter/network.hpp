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

/// What happens to a VM's packet that no security group allows.
enum class Policy : std::uint32_t {
    deny = 0,  ///< Dropped as policy_deny (the default).
    allow = 1, ///< Forwarded.
};

/// What happens to a frame whose destination MAC is not in the fdb.
enum class UnknownUnicast : std::uint32_t {
    flood = 0, ///< Sent to every vif of the network and to its flood next hop (the default).
    drop = 1,  ///< Dropped as unknown_unicast.
};

/// Router advertisements of a network's IPv6 gateway (RFC 4861).
enum class RaMode : std::uint32_t {
    off = 0,    ///< None are sent.
    router = 1, ///< Default router and on-link prefixes; hosts form no addresses (the default).
    slaac = 2,  ///< As router, and hosts form addresses in /64 prefixes (RFC 4862).
};

/// What makes fdb entries of the sources of its frames.
enum class Learning : std::uint32_t {
    off = 0, ///< Nothing (the default).
    vif = 1, ///< Vifs without a mac.
    all = 2, ///< These and the overlay.
};

VROUTER_API std::string to_string(Policy value);
VROUTER_API std::string to_string(UnknownUnicast value);
VROUTER_API std::string to_string(RaMode value);
VROUTER_API std::string to_string(Learning value);
VROUTER_API bool parse_name(std::string_view name, Policy& value) noexcept;
VROUTER_API bool parse_name(std::string_view name, UnknownUnicast& value) noexcept;
VROUTER_API bool parse_name(std::string_view name, RaMode& value) noexcept;
VROUTER_API bool parse_name(std::string_view name, Learning& value) noexcept;

/// A network as a request describes it. What is absent is left to its default by add and replace,
/// and left alone by change.
struct NetworkSpec {
    /// From 1 on. An add without one gets an id from the kernel. It says which network is meant,
    /// and a name beside it is the one to have, so that a change may rename; without an id the name
    /// says which.
    std::optional<NetworkId> id{};
    /// At most 31 bytes of [A-Za-z0-9._-].
    std::optional<std::string> name{};
    /// VXLAN network identifier, 1 to 16777215: selects the network for packets that arrive
    /// through a tunnel, and is what tunnel next hops without one of their own send.
    std::optional<std::uint32_t> vni{};
    /// GRE key, from 1 on: what the vni is to other tunnels, for tunnels of type gre; absent, the
    /// vni is the key.
    std::optional<std::uint32_t> key{};
    /// The vni and the key count on this tunnel only; absent, on every tunnel.
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
    /// Seconds without a frame from its MAC after which a learned fdb entry goes, to 1000000; 0 is
    /// never, default 300.
    std::optional<std::uint32_t> ageing{};
    std::optional<std::uint32_t> max_learned{}; ///< Limit of learned fdb entries, default 4096.
    /// Frames a second that the network's VMs on this hypervisor may flood, a tenth of it and at
    /// least 10 of them at once; 0, the default, is any number.
    std::optional<std::uint32_t> flood_rate{};
    /// Lowers the maximum segment size in TCP SYNs to what fits, by the MTU of the network and of
    /// the vif or tunnel where they go; default false.
    std::optional<bool> mss_clamp{};
    /// Zone of its connections in the host's connection tracking, from 1 on; for good. An add
    /// without one gets one that is free.
    std::optional<std::uint16_t> zone{};
    /// Security groups of stateless rules, at most \ref sgs_max, that are the network's ACL: the
    /// first rule of the first group that fits decides what is routed out of its subnets (egress)
    /// and into them (ingress), and what none allows is dropped as acl_deny. The list is set as a
    /// whole; an empty one clears it, and then all is routed.
    std::optional<std::vector<SgRef>> acls{};
    /// Limit of connections that its VMs here have begun, or that others have begun with them by
    /// the overlay; more are dropped as ct_limit. 0 is none; default 131072.
    std::optional<std::uint32_t> max_connections{};
    /// Decides about packets once for each flow, not one by one; default true.
    std::optional<bool> flow_cache{};
    std::optional<std::uint32_t> max_flows{}; ///< Limit of flows that are kept, default 131072.
    /// Drops packets that come through a tunnel from an address to which none of its next hops of
    /// type tunnel leads, as unknown_remote, learned ones not counted; default false.
    std::optional<bool> strict_remotes{};

    friend bool operator==(const NetworkSpec&, const NetworkSpec&) = default;
};

/// A network as the kernel reports it.
struct VROUTER_API NetworkInfo {
    NetworkId id;
    std::string name;
    std::optional<std::uint32_t> vni{};
    std::optional<std::uint32_t> key{};      ///< GRE key; none when the vni is it.
    std::optional<Named<TunnelId>> tunnel{}; ///< Set when the vni counts on this tunnel only.
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
    std::uint32_t routes = 0;     ///< Routes there are, of every origin.
    std::uint32_t fdb = 0;        ///< Fdb entries there are, of every origin.
    std::uint32_t neighbours = 0; ///< Neighbours there are, of every origin.
    std::uint32_t vifs = 0;       ///< Vifs attached.
    std::uint32_t generation = 0; ///< The namespace's change counter at its last change.
    Stats stats;
    Learning learning{};
    std::uint32_t ageing = 0; ///< Seconds; 0 is never.
    std::uint32_t max_learned = 0;
    std::uint32_t learned = 0; ///< Learned fdb entries there are.
    /// Frames that were forwarded but taught nothing: over max_learned or a vif's max_macs, of a
    /// MAC that moved less than a second ago, or too many at once.
    std::uint64_t learn_limited = 0;
    std::uint32_t flood_rate = 0; ///< Frames a second; 0 is any number.
    bool mss_clamp = false;
    /// None when no zone was left: vifs of the network cannot have stateful rules then.
    std::optional<std::uint16_t> zone{};
    std::vector<Named<SgId>> acls; ///< Its ACL, in the order of evaluation.
    std::uint32_t max_connections = 0; ///< 0 is no limit.
    std::uint32_t connections = 0;     ///< Connections there are that count in max_connections.
    bool flow_cache = false;
    std::uint32_t max_flows = 0;
    std::uint32_t flows = 0; ///< Flows that are kept.
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

/// The networks of a Client's network namespace; from Client::networks(). What the operations do
/// is told at vrouter::requests.
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
