// SPDX-License-Identifier: LGPL-2.1-or-later
/// \file
/// Rules of security groups.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <vrouter/address.hpp>
#include <vrouter/dump.hpp>
#include <vrouter/element.hpp>
#include <vrouter/error.hpp>
#include <vrouter/export.hpp>
#include <vrouter/ids.hpp>
#include <vrouter/names.hpp>
#include <vrouter/protocol.hpp>
#include <vrouter/request.hpp>

namespace vrouter {

namespace detail {
class Session;
}

/// Maximum number of rules in a security group.
inline constexpr std::size_t rules_max = 4096;
/// Priority of rules without one.
inline constexpr std::uint32_t priority_default = 1000;

/// The packets that a rule applies to, as seen from the VM.
enum class Direction : std::uint32_t {
    ingress = 1, ///< Packets to the VM.
    egress = 2,  ///< Packets from the VM.
};

VROUTER_API std::string to_string(Direction value);
VROUTER_API bool parse_name(std::string_view name, Direction& value) noexcept;

/// Verdict of a rule on the packets that it matches.
enum class RuleAction : std::uint32_t {
    allow = 1,  ///< It passes; with connection state, so do its replies.
    deny = 2,   ///< It is dropped as rule_deny.
    reject = 3, ///< It is dropped as rule_reject, and the sender is notified.
};

VROUTER_API std::string to_string(RuleAction value);
VROUTER_API bool parse_name(std::string_view name, RuleAction& value) noexcept;

/// Every address.
struct Anyone {
    friend bool operator==(const Anyone&, const Anyone&) = default;
};

/// The source or destination of a packet. A set with ports also matches the packet's destination
/// port. A security group stands for the addresses of its vifs in the same network and of its
/// members elsewhere.
using Peer = std::variant<Anyone, Prefix, SetRef, SgRef>;

/// From "any", "10.0.0.0/8", "fd00::1", "set:NAME" or "sg:NAME"; a name of digits only is an id.
/// EINVAL if it is none of these, or bits beyond a prefix length are set.
VROUTER_API Result<Peer> parse_peer(std::string_view text);

/// As parse_peer() takes it; a whole address is printed without a length.
VROUTER_API std::string to_string(const Peer& peer);

/// A rule. It matches a packet if all members that are present match; an absent member matches
/// every packet. No rule matches a packet that is not IP.
struct RuleSpec {
    Direction direction{}; ///< There is no default.
    /// 0 to 65535, default \ref priority_default; lower values are evaluated first, equal ones in
    /// the order in which they were added.
    std::optional<std::uint32_t> priority{};
    std::optional<Family> family{}; ///< Absent, the family of the peers and the protocol, or both.
    std::optional<Protocol> proto{};
    /// Source port, or the first of a range; only with protocols that have ports.
    std::optional<std::uint16_t> sport{};
    std::optional<std::uint16_t> sport_end{}; ///< Last port of a range; absent, sport only.
    std::optional<std::uint16_t> dport{};     ///< Destination port, like sport.
    std::optional<std::uint16_t> dport_end{};
    std::optional<std::uint8_t> icmp_type{}; ///< ICMP and ICMPv6 only.
    std::optional<std::uint8_t> icmp_code{};
    Peer from{};
    Peer to{};
    RuleAction action{}; ///< There is no default.
    /// Evaluated for each packet by itself, without connection state: replies need a rule of their
    /// own.
    bool stateless = false;
    /// Helper of the host's connection tracking, such as ftp or tftp, for connections that this
    /// rule allows; expected connections pass too. EOPNOTSUPP if the module has no helpers.
    std::optional<std::string> helper{};
    std::optional<std::string> comment{}; ///< At most \ref comment_max bytes.

    friend bool operator==(const RuleSpec&, const RuleSpec&) = default;
};

/// A rule as the kernel reports it.
struct RuleInfo {
    Named<SgId> sg;
    /// Position in the order of evaluation, from 1 on; changes when other rules are added or
    /// deleted.
    std::uint32_t index = 0;
    RuleSpec rule{};           ///< add(info.sg, info.rule) succeeds and changes nothing.
    std::uint64_t packets = 0; ///< Packets that the rule decided about.
    std::uint64_t bytes = 0;

    friend bool operator==(const RuleInfo&, const RuleInfo&) = default;
};

/// Selects the rules of a dump.
struct RuleFilter {
    std::optional<SgRef> sg{}; ///< In this security group.
};

namespace requests {
/// Add rules. A rule that exists with the same attributes is left alone.
VROUTER_API Request add(const SgRef& sg, std::span<const RuleSpec> rules);
VROUTER_API Request add_exclusive(const SgRef& sg, std::span<const RuleSpec> rules);
/// Replace all rules of a security group by these, which may be none; among equal priorities, this
/// order counts. The change is atomic for packets, and rules that stay keep their counters.
VROUTER_API Request replace(const SgRef& sg, std::span<const RuleSpec> rules);
/// Delete rules that have exactly these attributes; comments are compared only if given.
VROUTER_API Request del(const SgRef& sg, std::span<const RuleSpec> rules);
/// Delete the rules that had these positions before the request.
VROUTER_API Request del(const SgRef& sg, std::span<const std::uint32_t> indexes);
/// Delete all rules of a security group.
VROUTER_API Request flush_rules(const SgRef& sg);
} // namespace requests

/// The rules of the security groups in a Client's network namespace; from Client::rules().
///
/// One call is one message, which takes effect as a whole or not at all. Error::index is the rule
/// refused.
class VROUTER_API Rules {
public:
    /// Add rules. A rule that exists with the same attributes is left alone.
    Result<void> add(const SgRef& sg, std::span<const RuleSpec> rules);
    Result<void> add_exclusive(const SgRef& sg, std::span<const RuleSpec> rules);
    /// Replace all rules of a security group by these, which may be none; among equal priorities,
    /// this order counts. The change is atomic for packets, and rules that stay keep their
    /// counters.
    Result<void> replace(const SgRef& sg, std::span<const RuleSpec> rules);
    /// Delete rules that have exactly these attributes; comments are compared only if given.
    Result<void> del(const SgRef& sg, std::span<const RuleSpec> rules);
    /// Delete the rules that had these positions before the call.
    Result<void> del(const SgRef& sg, std::span<const std::uint32_t> indexes);

    /// Like the above, for a single rule.
    Result<void> add(const SgRef& sg, const RuleSpec& rule);
    Result<void> add_exclusive(const SgRef& sg, const RuleSpec& rule);
    Result<void> del(const SgRef& sg, const RuleSpec& rule);
    Result<void> del(const SgRef& sg, std::uint32_t index);

    /// Delete all rules of a security group.
    Result<void> flush(const SgRef& sg);

    /// The rules that match, in the order of groups and of evaluation, from one consistent dump.
    Result<std::vector<RuleInfo>> list(const RuleFilter& filter = {});
    /// As list(), one at a time.
    Result<void> dump(const RuleFilter& filter, const DumpCallback<RuleInfo>& each,
                      const RestartCallback& restart = {});

private:
    friend class Client;
    explicit Rules(detail::Session& session) noexcept : session_(&session) {}
    detail::Session* session_;
};

} // namespace vrouter
