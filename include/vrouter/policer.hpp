// SPDX-License-Identifier: LGPL-2.1-or-later
/// \file
/// Policers: rate limits for the traffic of vifs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <vrouter/dump.hpp>
#include <vrouter/error.hpp>
#include <vrouter/export.hpp>
#include <vrouter/ids.hpp>
#include <vrouter/names.hpp>
#include <vrouter/request.hpp>

namespace vrouter {

namespace detail {
class Session;
}

/// The bytes of a packet that a policer counts, as on the wire to or from the VM.
enum class PolicerLevel : std::uint32_t {
    l2 = 1, ///< From the Ethernet header on (the default).
    l3 = 2, ///< From the IP header on.
};

VROUTER_API std::string to_string(PolicerLevel value);
VROUTER_API bool parse_name(std::string_view name, PolicerLevel& value) noexcept;

/// A policer as a request describes it: a token bucket for bytes and one for packets. Packets that
/// exceed either are dropped as policed. Vifs that name the same policer share it. Add and replace
/// set absent members to their defaults; change leaves them alone.
struct PolicerSpec {
    /// From 1 on; the kernel allocates one if an add has none. If present, it selects the policer,
    /// and a name beside it is the new name; otherwise the name selects the policer.
    std::optional<PolicerId> id{};
    /// At most 31 bytes of [A-Za-z0-9._-].
    std::optional<std::string> name{};
    /// Bits per second, 1000 to 10^12; 0, the default, is unlimited.
    std::optional<std::uint64_t> rate{};
    /// Burst in bytes, 1 to 2^32; 0, the default, is 250 ms of the rate, and at least 131072. A
    /// larger packet passes when the bucket is full, and leaves it in debt.
    std::optional<std::uint64_t> burst{};
    /// Packets per second, 1 to 10^9; 0, the default, is unlimited.
    std::optional<std::uint64_t> packet_rate{};
    /// Burst in packets, 1 to 2^32; 0, the default, is 250 ms of the packet rate, and at least 64.
    std::optional<std::uint64_t> packet_burst{};
    std::optional<PolicerLevel> level{};
    /// Bytes added to each packet, -64 to 256; 24 with l2 covers the bytes that Ethernet adds
    /// around a frame. Default 0.
    std::optional<std::int32_t> overhead{};

    friend bool operator==(const PolicerSpec&, const PolicerSpec&) = default;
};

/// A policer as the kernel reports it.
struct VROUTER_API PolicerInfo {
    PolicerId id;
    std::string name;
    std::uint64_t rate = 0;         ///< Bits per second; 0 is unlimited.
    std::uint64_t burst = 0;        ///< Bytes; 0 is the default.
    std::uint64_t packet_rate = 0;  ///< Packets per second; 0 is unlimited.
    std::uint64_t packet_burst = 0; ///< Packets; 0 is the default.
    PolicerLevel level{};
    std::int32_t overhead = 0; ///< Bytes.
    /// Packets that passed; a GSO packet counts as its segments, as everywhere.
    std::uint64_t conform_packets = 0;
    std::uint64_t conform_bytes = 0; ///< Bytes of these packets, as counted.
    std::uint64_t exceed_packets = 0;
    std::uint64_t exceed_bytes = 0;
    std::uint32_t refs = 0;       ///< Vifs that use it; a vif counts once per direction.
    std::uint32_t generation = 0; ///< The namespace's change counter at its last change.

    /// The specification that makes such a policer: add(info.spec()) succeeds and changes nothing.
    PolicerSpec spec() const;

    friend bool operator==(const PolicerInfo&, const PolicerInfo&) = default;
};

namespace requests {
VROUTER_API Request add(const PolicerSpec& policer);
VROUTER_API Request add_exclusive(const PolicerSpec& policer);
VROUTER_API Request replace(const PolicerSpec& policer);
/// Takes effect at once and grants no new burst: the buckets keep their level.
VROUTER_API Request change(const PolicerSpec& policer);
/// EBUSY while a vif uses it.
VROUTER_API Request del(const PolicerRef& policer);
} // namespace requests

/// The policers of a Client's network namespace; from Client::policers(). vrouter::requests
/// describes the operations.
class VROUTER_API Policers {
public:
    Result<void> add(const PolicerSpec& policer);
    Result<void> add_exclusive(const PolicerSpec& policer);
    Result<void> replace(const PolicerSpec& policer);
    Result<void> change(const PolicerSpec& policer);
    Result<void> del(const PolicerRef& policer);

    /// One policer; ENOENT when there is none.
    Result<PolicerInfo> get(const PolicerRef& policer);
    /// All policers in the order of their ids, from one consistent dump.
    Result<std::vector<PolicerInfo>> list();
    /// As list(), one at a time.
    Result<void> dump(const DumpCallback<PolicerInfo>& each, const RestartCallback& restart = {});

private:
    friend class Client;
    explicit Policers(detail::Session& session) noexcept : session_(&session) {}
    detail::Session* session_;
};

} // namespace vrouter
