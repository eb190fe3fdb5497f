// SPDX-License-Identifier: LGPL-2.1-or-later
/// \file
/// Sets: addresses, with or without protocols and ports, that a rule matches by the name of the
/// set.
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

/// The type of a set's elements. IPv4 and IPv6 may be in one set.
enum class SetType : std::uint32_t {
    net = 1, ///< An address or a prefix (the default).
    /// An address or a prefix with a protocol that has ports, or ICMP, and one port or type and
    /// code; called "net,port".
    net_port = 2,
    /// An address or a prefix with any protocol, or all, and a range of ports if the protocol has
    /// ports; called "net,proto,port-range".
    net_proto_ports = 3,
};

/// "net", "net,port" or "net,proto,port-range"; parse_name() takes the names of the netlink
/// specification, "net-port" and "net-proto-ports", too.
VROUTER_API std::string to_string(SetType value);
VROUTER_API bool parse_name(std::string_view name, SetType& value) noexcept;

/// A set as a request describes it. Add and replace set absent members to their defaults; change
/// leaves them alone.
struct SetSpec {
    /// From 1 on; the kernel allocates one if an add has none. If present, it selects the set, and
    /// a name beside it is the new name; otherwise the name selects the set.
    std::optional<SetId> id{};
    /// At most 31 bytes of [A-Za-z0-9._-].
    std::optional<std::string> name{};
    std::optional<SetType> type{}; ///< Cannot be changed.
    /// Timeout in seconds of elements that are added without one, at most \ref timeout_max; 0, the
    /// default, is none.
    std::optional<std::uint32_t> timeout{};
    std::optional<bool> counters{};              ///< Per element; cannot be changed; default off.
    std::optional<std::uint32_t> max_elements{}; ///< Default 1048576.

    friend bool operator==(const SetSpec&, const SetSpec&) = default;
};

/// A set as the kernel reports it.
struct VROUTER_API SetInfo {
    SetId id;
    std::string name;
    SetType type{};
    std::uint32_t timeout = 0; ///< Seconds; 0 is none.
    bool counters = false;
    std::uint32_t max_elements = 0;
    std::uint32_t elements = 0;   ///< Number of elements.
    std::uint64_t memory = 0;     ///< Bytes that the elements take.
    std::uint32_t refs = 0;       ///< Rules that use the set.
    std::uint32_t generation = 0; ///< The namespace's change counter at its last change.

    /// The specification that makes such a set: add(info.spec()) succeeds and changes nothing.
    SetSpec spec() const;

    friend bool operator==(const SetInfo&, const SetInfo&) = default;
};

namespace requests {
VROUTER_API Request add(const SetSpec& set);
VROUTER_API Request add_exclusive(const SetSpec& set);
VROUTER_API Request replace(const SetSpec& set);
VROUTER_API Request change(const SetSpec& set);
VROUTER_API Request del(const SetRef& set);
/// Exchange the contents of two sets of the same type, elements and settings, atomically for
/// packets. Their ids, their names and the rules that use them stay.
VROUTER_API Request swap_sets(const SetRef& set, const SetRef& other);
} // namespace requests

/// The sets of a Client's network namespace; from Client::sets(). vrouter::requests describes the
/// operations. Client::elements() gives access to the elements.
class VROUTER_API Sets {
public:
    Result<void> add(const SetSpec& set);
    Result<void> add_exclusive(const SetSpec& set);
    Result<void> replace(const SetSpec& set);
    Result<void> change(const SetSpec& set);
    Result<void> del(const SetRef& set);

    /// Exchange the contents of two sets of the same type, elements and settings, atomically for
    /// packets. Their ids, their names and the rules that use them stay.
    Result<void> swap(const SetRef& set, const SetRef& other);

    /// One set; ENOENT when there is none.
    Result<SetInfo> get(const SetRef& set);
    /// All sets in the order of their ids, from one consistent dump.
    Result<std::vector<SetInfo>> list();
    /// As list(), one at a time.
    Result<void> dump(const DumpCallback<SetInfo>& each, const RestartCallback& restart = {});

private:
    friend class Client;
    friend class Elements;
    explicit Sets(detail::Session& session) noexcept : session_(&session) {}
    detail::Session* session_;
};

} // namespace vrouter
