// SPDX-License-Identifier: LGPL-2.1-or-later
/// \file
/// Next hops: where routes, fdb entries and flooding lead to.
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

/// The action of a next hop on a packet.
enum class NexthopType : std::uint32_t {
    vif = 1,       ///< To a virtual interface.
    tunnel = 2,    ///< To a remote endpoint through a tunnel.
    network = 3,   ///< The lookup continues in another network.
    host = 4,      ///< To the host's stack, as received on a device of link type vrouter.
    blackhole = 5, ///< Dropped as blackhole.
    reject = 6,    ///< Dropped as reject and answered by an ICMP error.
    flood = 7,     ///< A copy to each member.
    ecmp = 8,      ///< To one of the members, always the same one for a flow.
};

/// The form in which a tunnel next hop sends routed packets. Frames that are switched by their MAC
/// address are always sent as frames.
enum class Payload : std::uint32_t {
    l2 = 1, ///< Ethernet frames (the default; with a label, only if there is a mac).
    l3 = 2, ///< IP packets without an Ethernet header; not in vxlan.
};

/// The destination unreachable error that a reject next hop sends.
enum class RejectCode : std::uint32_t {
    net = 0,        ///< IPv4 code 0, IPv6 code 0 (no route).
    host = 1,       ///< IPv4 code 1, IPv6 code 3 (address unreachable).
    prohibited = 2, ///< IPv4 code 13, IPv6 code 1 (administratively prohibited; the default).
};

/// The header fields that identify a flow to an ecmp next hop.
enum class EcmpHash : std::uint32_t {
    /// Addresses, protocol and ports, if any; for fragments, the addresses (the default).
    l4 = 0,
    l3 = 1, ///< Addresses.
};

VROUTER_API std::string to_string(NexthopType value);
VROUTER_API std::string to_string(Payload value);
VROUTER_API std::string to_string(RejectCode value);
VROUTER_API std::string to_string(EcmpHash value);
VROUTER_API bool parse_name(std::string_view name, NexthopType& value) noexcept;
VROUTER_API bool parse_name(std::string_view name, Payload& value) noexcept;
VROUTER_API bool parse_name(std::string_view name, RejectCode& value) noexcept;
VROUTER_API bool parse_name(std::string_view name, EcmpHash& value) noexcept;

/// One of the next hops that a flood or ecmp next hop leads to; of type vif or tunnel.
struct NexthopMember {
    NexthopId nexthop;
    /// For ecmp, which distributes flows by weight: 1 to 256, default 1. The kernel reports none
    /// for members of a flood next hop.
    std::optional<std::uint32_t> weight{};

    friend bool operator==(const NexthopMember&, const NexthopMember&) = default;
};

/// A next hop as a request describes it. Each member states the type that it belongs to. Add and
/// replace set absent members to their defaults; change leaves them alone.
struct NexthopSpec {
    /// From 1 on; the kernel allocates one if an add has none. Next hops have no names, so use
    /// Nexthops::create() to learn the allocated id.
    std::optional<NexthopId> id{};
    std::optional<NexthopType> type{};
    std::optional<VifRef> vif{};       ///< Type vif: the output vif.
    std::optional<TunnelRef> tunnel{}; ///< Type tunnel: the tunnel.
    /// Type tunnel: underlay address of the other end, of the family of the tunnel's local address.
    std::optional<IpAddress> remote{};
    /// Type tunnel: VNI to send with, 1 to 16777215; absent, the vni of the packet's network.
    /// Through a tunnel of type gre it is the key.
    std::optional<std::uint32_t> vni{};
    /// Type tunnel: GRE key to send with instead of the vni, from 1 on, through a tunnel of type
    /// gre.
    std::optional<std::uint32_t> key{};
    /// Type tunnel: MPLS label to send with, 16 to 1048575, which the other end assigned; tunnels
    /// of types mplsogre and mplsoudp need one.
    std::optional<std::uint32_t> label{};
    std::optional<Payload> payload{}; ///< Type tunnel: the form of routed packets.
    /// Inner destination MAC of routed packets; absent, the MAC of the neighbour with the packet's
    /// destination address.
    std::optional<MacAddress> mac{};
    std::optional<NetworkRef> network{}; ///< Type network: where the lookup continues.
    /// Type host: a device of link type vrouter that carries a vif.
    std::optional<DeviceRef> device{};
    std::optional<RejectCode> reject_code{}; ///< Type reject.
    /// Type flood: at most 2048; an empty list clears it. Type ecmp: 1 to 256; members that stay
    /// keep their flows. The list is set as a whole.
    std::optional<std::vector<NexthopMember>> members{};
    std::optional<EcmpHash> hash{}; ///< Type ecmp.

    friend bool operator==(const NexthopSpec&, const NexthopSpec&) = default;
};

/// A next hop as the kernel reports it. Members of other types are absent.
struct VROUTER_API NexthopInfo {
    NexthopId id;
    NexthopType type{};
    /// Types vif and host. Its name is empty when the vif is gone; packets are then dropped.
    std::optional<Named<VifId>> vif{};
    std::optional<Named<TunnelId>> tunnel{};
    std::optional<IpAddress> remote{};
    std::optional<std::uint32_t> vni{};
    std::optional<std::uint32_t> key{};
    std::optional<std::uint32_t> label{};
    std::optional<Payload> payload{};
    std::optional<MacAddress> mac{};
    std::optional<Named<NetworkId>> network{};
    std::optional<Named<IfIndex>> device{};
    std::optional<RejectCode> reject_code{};
    std::vector<NexthopMember> members;
    std::optional<EcmpHash> hash{};
    std::uint32_t refs = 0;       ///< Routes, fdb entries, networks and next hops that use it.
    std::uint32_t generation = 0; ///< The namespace's change counter at its last change.
    Stats stats;

    /// The specification that makes such a next hop: add(info.spec()) succeeds and changes nothing.
    NexthopSpec spec() const;

    friend bool operator==(const NexthopInfo&, const NexthopInfo&) = default;
};

/// Selects the next hops of a dump; all given members must match.
struct NexthopFilter {
    std::optional<NexthopType> type{};   ///< With this type.
    std::optional<VifRef> vif{};         ///< To this vif.
    std::optional<TunnelRef> tunnel{};   ///< Through this tunnel.
    std::optional<NetworkRef> network{}; ///< Into this network.
};

namespace requests {
VROUTER_API Request add(const NexthopSpec& nexthop);
VROUTER_API Request add_exclusive(const NexthopSpec& nexthop);
VROUTER_API Request replace(const NexthopSpec& nexthop);
VROUTER_API Request change(const NexthopSpec& nexthop);
VROUTER_API Request del(NexthopId nexthop);
} // namespace requests

/// The next hops of a Client's network namespace; from Client::nexthops(). vrouter::requests
/// describes the operations.
class VROUTER_API Nexthops {
public:
    Result<void> add(const NexthopSpec& nexthop);
    Result<void> add_exclusive(const NexthopSpec& nexthop);
    /// Like add_exclusive(), but returns the new next hop, with the id that the kernel allocated if
    /// the specification has none.
    Result<NexthopInfo> create(const NexthopSpec& nexthop);
    Result<void> replace(const NexthopSpec& nexthop);
    Result<void> change(const NexthopSpec& nexthop);
    Result<void> del(NexthopId nexthop);

    /// One next hop; ENOENT when there is none.
    Result<NexthopInfo> get(NexthopId nexthop);
    /// The next hops that match, in the order of their ids, from one consistent dump.
    Result<std::vector<NexthopInfo>> list(const NexthopFilter& filter = {});
    /// As list(), one at a time.
    Result<void> dump(const NexthopFilter& filter, const DumpCallback<NexthopInfo>& each,
                      const RestartCallback& restart = {});

private:
    friend class Client;
    explicit Nexthops(detail::Session& session) noexcept : session_(&session) {}
    detail::Session* session_;
};

} // namespace vrouter
