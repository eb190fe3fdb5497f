// SPDX-License-Identifier: LGPL-2.1-or-later
/// \file
/// Drop counters: the number of packets dropped for each reason.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <vrouter/dump.hpp>
#include <vrouter/error.hpp>
#include <vrouter/export.hpp>
#include <vrouter/ids.hpp>

namespace vrouter {

namespace detail {
class Session;
}

/// A drop reason and the number of packets dropped for it.
struct DropInfo {
    std::optional<Named<NetworkId>> network{}; ///< Set in a dump of one network.
    std::optional<Named<VifId>> vif{};         ///< Set in a dump of one vif.
    /// Number of the reason in this module; only the name stays the same between versions.
    std::uint32_t reason = 0;
    std::string name; ///< Such as "spoofed_mac".
    std::string help; ///< The meaning of the reason and what to do about it.
    std::uint64_t packets = 0;

    friend bool operator==(const DropInfo&, const DropInfo&) = default;
};

/// Selects counters: those of a network, of a vif or, with neither, of the whole namespace.
struct DropFilter {
    std::optional<NetworkRef> network{}; ///< In this network only.
    std::optional<VifRef> vif{};         ///< At this vif only.
};

/// The drop counters of a Client's network namespace; from Client::drops().
class VROUTER_API Drops {
public:
    /// The reason of this name, such as "spoofed_mac"; ENOENT when the module knows none.
    Result<DropInfo> get(const std::string& name, const DropFilter& filter = {});
    /// All reasons in the order of their numbers, including those without drops.
    Result<std::vector<DropInfo>> list(const DropFilter& filter = {});
    /// As list(), one at a time.
    Result<void> dump(const DropFilter& filter, const DumpCallback<DropInfo>& each,
                      const RestartCallback& restart = {});

private:
    friend class Client;
    explicit Drops(detail::Session& session) noexcept : session_(&session) {}
    detail::Session* session_;
};

} // namespace vrouter
