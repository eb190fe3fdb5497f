// SPDX-License-Identifier: LGPL-2.1-or-later
/// \file
/// Vifs: netdevs attached to networks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <vrouter/address.hpp>
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

/// Maximum number of security groups of a vif.
inline constexpr std::size_t sgs_max = 16;

/// A vif as a request describes it. Add and replace set absent members to their defaults; change
/// leaves them alone.
struct VifSpec {
    /// From 1 on; the kernel allocates one if an add has none. If present, it selects the vif, and
    /// a name beside it is the new name; otherwise the name selects the vif.
    std::optional<VifId> id{};
    /// At most 31 bytes of [A-Za-z0-9._-].
    std::optional<std::string> name{};
    /// The netdev: tap, veth, physical, VLAN sub-interface.
    std::optional<DeviceRef> device{};
    /// The network that it is attached to.
    std::optional<NetworkRef> network{};
    /// MAC address of the VM. Frames with another source are dropped as spoofed_mac; the MAC gets
    /// an fdb entry. Absent, any source is accepted.
    std::optional<MacAddress> mac{};
    /// Addresses or prefixes that the VM may use as source, at most 64; packets with others are
    /// dropped as spoofed_ip. Each gets a route; a whole address, if the vif has a mac, also a
    /// neighbour. The list is set as a whole; an empty one clears it, and then any source is
    /// accepted.
    std::optional<std::vector<Prefix>> addresses{};
    /// Largest IP packet towards the VM in bytes; 0 follows the device (the default).
    std::optional<std::uint32_t> mtu{};
    /// Limit of fdb entries learned from a vif without a mac, default 64.
    std::optional<std::uint32_t> max_macs{};
    /// Security groups, at most \ref sgs_max: the first matching rule of the first matching group
    /// decides; if no rule matches, the network's policy applies. The list is set as a whole; an
    /// empty one clears it.
    std::optional<std::vector<SgRef>> sgs{};
    /// Policer of the packets that the VM sends; PolicerId(0) is none (the default).
    std::optional<PolicerRef> policer{};
    /// Policer of the packets that the VM receives; PolicerId(0) is none (the default).
    std::optional<PolicerRef> egress_policer{};
    /// The VM may be a DHCP server or relay; default false.
    std::optional<bool> dhcp_server{};
    /// The VM may send router advertisements and redirects; default false.
    std::optional<bool> router{};
    /// Maximum number of connections that its VM opened, or that others opened to it through the
    /// overlay; packets that would open more are dropped as ct_limit. 0 is no limit; default 65536.
    std::optional<std::uint32_t> max_connections{};
    /// Bytes of fragments that may wait for reassembly, which rules with connection state need;
    /// separate for the packets that the VM sends and for those that it receives. Default 524288.
    std::optional<std::uint32_t> frag_memory{};
    std::optional<std::uint32_t> max_flows{}; ///< Limit of flows from it, default 16384.
    /// Take the device even if the host uses it: it has addresses, carries a default route or a
    /// tunnel, or is a bridge. Otherwise such a device is refused with EBUSY.
    std::optional<bool> force{};

    friend bool operator==(const VifSpec&, const VifSpec&) = default;
};

/// An address of a vif.
struct VifAddress {
    Prefix prefix{};
    /// Its packets are delivered to this vif; false while another vif that is allowed the same
    /// address has it.
    bool active = false;

    friend bool operator==(const VifAddress&, const VifAddress&) = default;
};

/// Reassembly of fragmented packets, in one direction.
struct FragmentStats {
    /// Packets whose fragments are incomplete, or that failed moments ago.
    std::uint32_t waiting = 0;
    std::uint32_t memory = 0;      ///< Bytes in use by their fragments.
    std::uint64_t reassembled = 0; ///< Packets that were reassembled.
    std::uint64_t failed = 0;      ///< Packets that were not; the drop reasons frag_... say why.

    friend bool operator==(const FragmentStats&, const FragmentStats&) = default;
};

/// A vif as the kernel reports it.
struct VROUTER_API VifInfo {
    VifId id;
    std::string name;
    Named<IfIndex> device;
    Named<NetworkId> network;
    std::optional<MacAddress> mac{}; ///< None when any source MAC is accepted.
    std::vector<VifAddress> addresses;
    std::uint32_t mtu = 0;        ///< Bytes; 0 follows the device.
    bool up = false;              ///< The device is up and has a carrier.
    std::uint32_t generation = 0; ///< The namespace's change counter at its last change.
    Stats stats;
    std::uint32_t max_macs = 0;
    std::uint32_t learned = 0;                 ///< Fdb entries learned from it.
    std::vector<Named<SgId>> sgs;              ///< Security groups, in the order of evaluation.
    std::optional<Named<PolicerId>> policer{}; ///< Of packets that the VM sends, if any.
    std::optional<Named<PolicerId>> egress_policer{}; ///< Of packets that it receives.
    bool dhcp_server = false;                         ///< It may be a DHCP server or relay.
    bool router = false; ///< It may send router advertisements and redirects.
    std::uint32_t max_connections = 0;                ///< 0 is no limit.
    std::uint32_t connections = 0; ///< Connections that count towards max_connections.
    std::uint32_t frag_memory = 0;                    ///< Bytes, for each direction.
    FragmentStats sent_frags;                         ///< Of packets that the VM sends.
    FragmentStats received_frags;                     ///< Of packets that it receives.
    std::uint32_t max_flows = 0;
    std::uint32_t flows = 0; ///< Cached flows from it.
    bool force = false;      ///< Its device was taken from the host by force.

    /// The specification that makes such a vif, with the device by name: add(info.spec()) succeeds
    /// and changes nothing.
    VifSpec spec() const;

    friend bool operator==(const VifInfo&, const VifInfo&) = default;
};

/// Selects the vifs of a dump; all given members must match.
struct VifFilter {
    std::optional<NetworkRef> network{}; ///< Attached to this network.
};

namespace requests {
VROUTER_API Request add(const VifSpec& vif);
VROUTER_API Request add_exclusive(const VifSpec& vif);
VROUTER_API Request replace(const VifSpec& vif);
VROUTER_API Request change(const VifSpec& vif);
VROUTER_API Request del(const VifRef& vif);
} // namespace requests

/// The vifs of a Client's network namespace; from Client::vifs(). vrouter::requests describes the
/// operations.
class VROUTER_API Vifs {
public:
    Result<void> add(const VifSpec& vif);
    Result<void> add_exclusive(const VifSpec& vif);
    Result<void> replace(const VifSpec& vif);
    Result<void> change(const VifSpec& vif);
    Result<void> del(const VifRef& vif);

    /// One vif; ENOENT when there is none.
    Result<VifInfo> get(const VifRef& vif);
    /// The vifs that match, in the order of their ids, from one consistent dump.
    Result<std::vector<VifInfo>> list(const VifFilter& filter = {});
    /// As list(), one at a time.
    Result<void> dump(const VifFilter& filter, const DumpCallback<VifInfo>& each,
                      const RestartCallback& restart = {});

private:
    friend class Client;
    explicit Vifs(detail::Session& session) noexcept : session_(&session) {}
    detail::Session* session_;
};

} // namespace vrouter
