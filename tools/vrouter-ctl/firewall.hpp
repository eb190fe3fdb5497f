// SPDX-License-Identifier: GPL-2.0-or-later
// Evaluates tunnel packets against the rules of the host's firewall.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include <vrouter/vrouter.hpp>

namespace ctl {

/// A packet of a tunnel as the firewall sees it, the first of its connection.
struct OuterPacket {
    vrouter::IpAddress src{}, dst{};
    vrouter::Protocol proto{};
    std::uint16_t dport = 0; ///< UDP only.
    std::string in{}, out{}; ///< Devices; empty when unknown.
};

enum class FirewallVerdict {
    accepts,
    may_drop, ///< It depends on conditions that this program cannot evaluate.
    drops,
};

struct FirewallAnswer {
    FirewallVerdict verdict = FirewallVerdict::accepts;
    std::string family{}, table{}, chain{}; ///< Of the chain that decides.
};

/// Evaluates a packet in the chains of a hook, in a rule set as `nft -j list ruleset` prints it.
FirewallAnswer ask_firewall(const nlohmann::json& ruleset, std::string_view hook,
                            const OuterPacket& packet);

/// The rules that `iptables-save` prints, in the form of nft.
nlohmann::json rules_of_iptables(const std::string& text, std::string_view family);

} // namespace ctl
