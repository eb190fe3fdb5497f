// SPDX-License-Identifier: LGPL-2.1-or-later
/// \file
/// Drop counters: how many packets were dropped for which reason.
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

/// One reason to drop packets, and how many it hit.
struct DropInfo {
    std::optional<Named<NetworkId>> network{}; ///< Set when the dump was of one network.
    std::optional<Named<VifId>> vif{};         ///< Set when the dump was of one vif.
    /// Number of the reason in this module; only the name stays the same between versions.
    std::uint32_t reason = 0;
    std::string name; ///< Such as "spoofed_mac".
    std::string help; ///< What the reason means and what to do about it.
    std::uint64_t packets = 0;

    friend bool operator==(const DropInfo&, const DropInfo&) = default;
};

/// Whose drops are counted; neither: those of the whole namespace.
struct DropFilter {
    std::optional<NetworkRef> network{}; ///< In this network only.
    std::optional<VifRef> vif{};         ///< At this vif only.
};

/// The drop counters of a Client's network namespace; from Client::drops().
class VROUTER_API Drops {
public:
    /// The reason of this name, such as "spoofed_mac"; ENOENT when the module knows none.
    Result<DropInfo> get(const std::string& name, const DropFilter& filter = {});
    /// All reasons there are in the order of their numbers, those that hit nothing too.
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
