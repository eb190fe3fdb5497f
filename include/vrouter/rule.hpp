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

/// Rules that a security group may have.
inline constexpr std::size_t rules_max = 4096;
/// Priority of rules that have none.
inline constexpr std::uint32_t priority_default = 1000;

/// Which packets a rule is about, as seen from the VM.
enum class Direction : std::uint32_t {
    ingress = 1, ///< Those to the VM.
    egress = 2,  ///< Those from the VM.
};

VROUTER_API std::string to_string(Direction value);
VROUTER_API bool parse_name(std::string_view name, Direction& value) noexcept;

/// What becomes of a packet that a rule fits.
enum class RuleAction : std::uint32_t {
    allow = 1,  ///< It passes; with connection state, so does what answers it.
    deny = 2,   ///< It is dropped as rule_deny.
    reject = 3, ///< It is dropped as rule_reject, and the sender is told.
};

VROUTER_API std::string to_string(RuleAction value);
VROUTER_API bool parse_name(std::string_view name, RuleAction& value) noexcept;

/// Every address.
struct Anyone {
    friend bool operator==(const Anyone&, const Anyone&) = default;
};

/// Who a packet is from or to. A set with ports matches them too: the packet's destination port. A
/// security group is the addresses of its vifs in the same network, and of its members elsewhere.
using Peer = std::variant<Anyone, Prefix, SetRef, SgRef>;

/// From "any", "10.0.0.0/8", "fd00::1", "set:NAME" or "sg:NAME"; a name that has digits only is an
/// id. EINVAL when it is none of them, or bits beyond a prefix length are set.
VROUTER_API Result<Peer> parse_peer(std::string_view text);

/// As parse_peer() takes it; a whole address without its length.
VROUTER_API std::string to_string(const Peer& peer);

/// A rule: it fits a packet when all fits that it has. What is absent fits every packet. What is
/// not IP fits no rule.
struct RuleSpec {
    Direction direction{}; ///< There is no default.
    /// 0 to 65535, default \ref priority_default; lower is evaluated first, among equals what was
    /// added first.
    std::optional<std::uint32_t> priority{};
    std::optional<Family> family{}; ///< Absent, both, or that of the peers and the protocol.
    std::optional<Protocol> proto{};
    /// Source port, or the first of a range; of protocols that have ports.
    std::optional<std::uint16_t> sport{};
    std::optional<std::uint16_t> sport_end{}; ///< The last port of a range; absent, that of sport.
    std::optional<std::uint16_t> dport{};     ///< Destination port, the same.
    std::optional<std::uint16_t> dport_end{};
    std::optional<std::uint8_t> icmp_type{}; ///< Of ICMP and ICMPv6.
    std::optional<std::uint8_t> icmp_code{};
    Peer from{};
    Peer to{};
    RuleAction action{}; ///< There is no default.
    /// Judges each packet by itself, without connection state: answers need a rule of their own.
    bool stateless = false;
    /// Helper of the host's connection tracking, such as ftp or tftp, for connections that this
    /// rule allows; what it expects passes too. EOPNOTSUPP from a module that has none.
    std::optional<std::string> helper{};
    std::optional<std::string> comment{}; ///< At most \ref comment_max bytes.

    friend bool operator==(const RuleSpec&, const RuleSpec&) = default;
};

/// A rule as the kernel reports it.
struct RuleInfo {
    Named<SgId> sg;
    /// Place in the order of evaluation, from 1 on; changes when others come and go.
    std::uint32_t index = 0;
    RuleSpec rule{};           ///< add(info.sg, info.rule) succeeds and changes nothing.
    std::uint64_t packets = 0; ///< Packets that the rule decided about.
    std::uint64_t bytes = 0;

    friend bool operator==(const RuleInfo&, const RuleInfo&) = default;
};

/// Which rules a dump gives.
struct RuleFilter {
    std::optional<SgRef> sg{}; ///< Of this security group.
};

namespace requests {
/// Add rules. One that is there with the same attributes is left as it is.
VROUTER_API Request add(const SgRef& sg, std::span<const RuleSpec> rules);
VROUTER_API Request add_exclusive(const SgRef& sg, std::span<const RuleSpec> rules);
/// Make a security group have exactly these rules, or none, in this order where priorities are
/// equal. No packet sees a mixture, and rules that stay keep their counters.
VROUTER_API Request replace(const SgRef& sg, std::span<const RuleSpec> rules);
/// Delete rules that have exactly these attributes; a comment counts only where one is given.
VROUTER_API Request del(const SgRef& sg, std::span<const RuleSpec> rules);
/// Delete the rules that have these places before the request.
VROUTER_API Request del(const SgRef& sg, std::span<const std::uint32_t> indexes);
/// Delete all rules of a security group.
VROUTER_API Request flush_rules(const SgRef& sg);
} // namespace requests

/// The rules of the security groups in a Client's network namespace; from Client::rules().
///
/// One call is one message, of which all takes effect or nothing. Error::index is the rule refused.
class VROUTER_API Rules {
public:
    /// Add rules. One that is there with the same attributes is left as it is.
    Result<void> add(const SgRef& sg, std::span<const RuleSpec> rules);
    Result<void> add_exclusive(const SgRef& sg, std::span<const RuleSpec> rules);
    /// Make a security group have exactly these rules, or none, in this order where priorities are
    /// equal. No packet sees a mixture, and rules that stay keep their counters.
    Result<void> replace(const SgRef& sg, std::span<const RuleSpec> rules);
    /// Delete rules that have exactly these attributes; a comment counts only where one is given.
    Result<void> del(const SgRef& sg, std::span<const RuleSpec> rules);
    /// Delete the rules that have these places before the call.
    Result<void> del(const SgRef& sg, std::span<const std::uint32_t> indexes);

    /// The same for a single rule.
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
