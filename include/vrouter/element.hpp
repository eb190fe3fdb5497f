// SPDX-License-Identifier: LGPL-2.1-or-later
/// \file
/// Elements of sets.
#pragma once

#include <chrono>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <vrouter/address.hpp>
#include <vrouter/dump.hpp>
#include <vrouter/entry.hpp>
#include <vrouter/error.hpp>
#include <vrouter/export.hpp>
#include <vrouter/ids.hpp>
#include <vrouter/protocol.hpp>
#include <vrouter/request.hpp>

namespace vrouter {

namespace detail {
class Session;
}

/// Maximum timeout of an element, in seconds.
inline constexpr std::uint32_t timeout_max = 2147483;
/// Maximum length of a comment, in bytes.
inline constexpr std::size_t comment_max = 255;

/// The key of an element, unique within its set. The set's SetType determines which members it
/// needs.
struct VROUTER_API ElementKey {
    Prefix prefix{};                 ///< Bits beyond its length must be zero.
    std::optional<Protocol> proto{}; ///< If the type has one; absent is all.
    /// Destination port, or the first of a range; for ICMP and ICMPv6, the type times 256 plus the
    /// code.
    std::optional<std::uint16_t> port{};
    std::optional<std::uint16_t> port_end{}; ///< Last port of a range; absent, a single port.

    /// From "10.0.0.0/8", "10.0.0.1,tcp:80", "10.0.0.0/8,tcp:1000-2000", "fd00::/8,icmpv6:128/0",
    /// "10.0.0.0/8,esp" or "10.0.0.0/8,all". Bits beyond the prefix length are taken as they are.
    /// EINVAL if no type of set has such an element.
    static Result<ElementKey> parse(std::string_view text);

    /// As parse() takes it; a whole address is printed without a length.
    std::string to_string() const;

    friend bool operator==(const ElementKey&, const ElementKey&) = default;
    friend auto operator<=>(const ElementKey&, const ElementKey&) = default;
};

/// An element as a request describes it.
struct ElementSpec {
    ElementKey key{};
    bool nomatch = false; ///< An exception to the shorter prefixes in the set.
    /// Timeout in seconds from now on, at most \ref timeout_max; 0 is none; absent, the set's
    /// default.
    std::optional<std::uint32_t> timeout{};
    std::optional<std::string> comment{}; ///< At most \ref comment_max bytes.

    friend bool operator==(const ElementSpec&, const ElementSpec&) = default;
};

/// An element as the kernel reports it.
struct VROUTER_API ElementInfo {
    Named<SetId> set;
    ElementKey key{};
    bool nomatch = false;
    std::optional<std::string> comment{};
    /// Time until it expires; absent when it has no timeout.
    std::optional<std::chrono::milliseconds> expires{};
    std::optional<std::uint64_t> packets{}; ///< Absent when the set does not count.
    std::optional<std::uint64_t> bytes{};   ///< Absent when the set does not count.

    /// The specification that makes such an element, with the remaining time as its timeout.
    ElementSpec spec() const;

    friend bool operator==(const ElementInfo&, const ElementInfo&) = default;
};

/// Selects the elements of a dump.
struct ElementFilter {
    std::optional<SetRef> set{}; ///< In this set.
};

namespace requests {
/// Add elements. An existing one with the same nomatch and comment gets the timeout of a new one.
VROUTER_API Request add(const SetRef& set, std::span<const ElementSpec> elements);
VROUTER_API Request add_exclusive(const SetRef& set, std::span<const ElementSpec> elements);
VROUTER_API Request replace(const SetRef& set, std::span<const ElementSpec> elements);
VROUTER_API Request del(const SetRef& set, std::span<const ElementKey> elements);
/// Delete all elements of a set.
VROUTER_API Request flush_elements(const SetRef& set);
} // namespace requests

/// The elements of the sets in a Client's network namespace; from Client::elements().
///
/// One call is one message, which takes effect as a whole or not at all. It has at most
/// \ref bulk_max elements and must fit the socket's send buffer, else EMSGSIZE: about 30 bytes per
/// element plus its comment; more than net.core.wmem_max needs CAP_NET_ADMIN. Error::index is the
/// element refused.
class VROUTER_API Elements {
public:
    /// Add elements. An existing one with the same nomatch and comment gets the timeout of a new
    /// one.
    Result<void> add(const SetRef& set, std::span<const ElementSpec> elements);
    Result<void> add_exclusive(const SetRef& set, std::span<const ElementSpec> elements);
    Result<void> replace(const SetRef& set, std::span<const ElementSpec> elements);
    Result<void> del(const SetRef& set, std::span<const ElementKey> elements);

    /// Like the above, for a single element.
    Result<void> add(const SetRef& set, const ElementSpec& element);
    Result<void> add_exclusive(const SetRef& set, const ElementSpec& element);
    Result<void> replace(const SetRef& set, const ElementSpec& element);
    Result<void> del(const SetRef& set, const ElementKey& element);

    /// Delete all elements of a set.
    Result<void> flush(const SetRef& set);

    /// Replace all elements of a set by these, atomically for packets, whatever their number.
    ///
    /// The elements are added to a temporary set with the type and settings of the set, in the
    /// number of messages that it takes; the two are swapped, and the temporary one is deleted, on
    /// failure too. Meanwhile the temporary set, ".assign-" and 16 digits, exists, both need
    /// memory, and other changes of the set are lost.
    Result<void> assign(const SetRef& set, std::span<const ElementSpec> elements);

    /// The element of exactly this key; ENOENT when there is none.
    Result<ElementInfo> get(const SetRef& set, const ElementKey& key);
    /// The element that decides about a packet with this address, protocol and port: the packet is
    /// in the set unless the element has nomatch. ENOENT when there is none.
    Result<ElementInfo> test(const SetRef& set, const ElementKey& key);
    /// The elements that match, in the order of sets and keys, from one consistent dump.
    Result<std::vector<ElementInfo>> list(const ElementFilter& filter = {});
    /// As list(), one at a time.
    Result<void> dump(const ElementFilter& filter, const DumpCallback<ElementInfo>& each,
                      const RestartCallback& restart = {});

private:
    friend class Client;
    explicit Elements(detail::Session& session) noexcept : session_(&session) {}
    detail::Session* session_;
};

} // namespace vrouter
