// SPDX-License-Identifier: GPL-2.0-or-later
// Judges packets of tunnels by the rules of the host's firewall.
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
    std::uint16_t dport = 0; ///< Of UDP.
    std::string in{}, out{}; ///< Devices; empty when not known.
};

enum class FirewallVerdict {
    accepts,
    may_drop, ///< It depends on what cannot be known from here.
    drops,
};

struct FirewallAnswer {
    FirewallVerdict verdict = FirewallVerdict::accepts;
    std::string family{}, table{}, chain{}; ///< That decides.
};

/// Judges a packet by the chains of a hook, in a rule set as `nft -j list ruleset` prints it.
FirewallAnswer ask_firewall(const nlohmann::json& ruleset, std::string_view hook,
                            const OuterPacket& packet);

/// The rules that `iptables-save` prints, in the form of nft.
nlohmann::json rules_of_iptables(const std::string& text, std::string_view family);

} // namespace ctl
