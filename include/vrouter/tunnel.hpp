// SPDX-License-Identifier: LGPL-2.1-or-later
/// \file
/// Tunnels: local endpoints on the underlay.
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

/// The encapsulation of a tunnel.
enum class TunnelType : std::uint32_t {
    vxlan = 1,    ///< RFC 7348.
    geneve = 2,   ///< RFC 8926, without options.
    gre = 3,      ///< Ethernet or IP in GRE with a key (RFC 2784, RFC 2890).
    mplsogre = 4, ///< Ethernet or IP behind an MPLS label in GRE (RFC 4023).
    mplsoudp = 5, ///< Ethernet or IP behind an MPLS label in UDP (RFC 7510).
};

VROUTER_API std::string to_string(TunnelType value);
VROUTER_API bool parse_name(std::string_view name, TunnelType& value) noexcept;

/// A tunnel as a request describes it. Add and replace set absent members to their defaults; change
/// leaves them alone.
struct TunnelSpec {
    /// From 1 on; the kernel allocates one if an add has none. If present, it selects the tunnel,
    /// and a name beside it is the new name; otherwise the name selects the tunnel.
    std::optional<TunnelId> id{};
    /// At most 31 bytes of [A-Za-z0-9._-].
    std::optional<std::string> name{};
    std::optional<TunnelType> type{};
    /// Underlay address of this end; it decides the underlay's family.
    std::optional<IpAddress> local{};
    /// UDP port to listen on and to send to; default 4789 for vxlan, 6081 for geneve, 6635 for
    /// mplsoudp. gre and mplsogre have none.
    std::optional<std::uint16_t> port{};
    /// Outer TTL or hop limit, 1 to 255; default 64.
    std::optional<std::uint8_t> ttl{};
    /// Outer DSCP, 0 to 63; default 0. ECN follows RFC 6040.
    std::optional<std::uint8_t> dscp{};
    /// Copy the inner packet's DSCP to the outside; default no.
    std::optional<bool> dscp_inherit{};
    /// Fill the outer UDP checksum, and over IPv6 ask for one on receive; default no over IPv4, yes
    /// over IPv6. gre and mplsogre have none.
    std::optional<bool> udp_csum{};
    /// Underlay device or VRF that outer packets are bound to; IfIndex(0) is none.
    std::optional<DeviceRef> device{};
    /// Firewall mark of outer packets; default 0.
    std::optional<std::uint32_t> mark{};

    friend bool operator==(const TunnelSpec&, const TunnelSpec&) = default;
};

/// A tunnel as the kernel reports it.
struct VROUTER_API TunnelInfo {
    TunnelId id;
    std::string name;
    TunnelType type{};
    IpAddress local;
    std::optional<std::uint16_t> port{}; ///< None for encapsulations that have no port.
    std::uint8_t ttl = 0;
    std::uint8_t dscp = 0;
    bool dscp_inherit = false;
    std::optional<bool> udp_csum{};         ///< None for encapsulations without UDP.
    std::optional<Named<IfIndex>> device{}; ///< None when it is bound to no device.
    std::uint32_t mark = 0;
    std::uint32_t generation = 0; ///< The namespace's change counter at its last change.
    Stats stats;

    /// The specification that makes such a tunnel: add(info.spec()) succeeds and changes nothing.
    TunnelSpec spec() const;

    friend bool operator==(const TunnelInfo&, const TunnelInfo&) = default;
};

namespace requests {
VROUTER_API Request add(const TunnelSpec& tunnel);
VROUTER_API Request add_exclusive(const TunnelSpec& tunnel);
VROUTER_API Request replace(const TunnelSpec& tunnel);
VROUTER_API Request change(const TunnelSpec& tunnel);
VROUTER_API Request del(const TunnelRef& tunnel);
} // namespace requests

/// The tunnels of a Client's network namespace; from Client::tunnels(). vrouter::requests describes
/// the operations.
class VROUTER_API Tunnels {
public:
    Result<void> add(const TunnelSpec& tunnel);
    Result<void> add_exclusive(const TunnelSpec& tunnel);
    Result<void> replace(const TunnelSpec& tunnel);
    Result<void> change(const TunnelSpec& tunnel);
    Result<void> del(const TunnelRef& tunnel);

    /// One tunnel; ENOENT when there is none.
    Result<TunnelInfo> get(const TunnelRef& tunnel);
    /// All tunnels in the order of their ids, from one consistent dump.
    Result<std::vector<TunnelInfo>> list();
    /// As list(), one at a time.
    Result<void> dump(const DumpCallback<TunnelInfo>& each, const RestartCallback& restart = {});

private:
    friend class Client;
    explicit Tunnels(detail::Session& session) noexcept : session_(&session) {}
    detail::Session* session_;
};

} // namespace vrouter
