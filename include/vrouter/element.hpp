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

/// Seconds that an element may live.
inline constexpr std::uint32_t timeout_max = 2147483;
/// Bytes of a comment.
inline constexpr std::size_t comment_max = 255;

/// What an element stands for, which tells it from the others of its set. What it needs to have is
/// told by the set's SetType.
struct VROUTER_API ElementKey {
    Prefix prefix{};                 ///< Bits beyond its length must be zero.
    std::optional<Protocol> proto{}; ///< Where the type has one; absent is all.
    /// Destination port; of ICMP and ICMPv6 the type times 256 plus the code. The first of a range.
    std::optional<std::uint16_t> port{};
    std::optional<std::uint16_t> port_end{}; ///< The last port of a range; absent, that of port.

    /// From "10.0.0.0/8", "10.0.0.1,tcp:80", "10.0.0.0/8,tcp:1000-2000", "fd00::/8,icmpv6:128/0",
    /// "10.0.0.0/8,esp" or "10.0.0.0/8,all". Bits beyond the prefix length are taken as they are.
    /// EINVAL when it is no element of any set.
    static Result<ElementKey> parse(std::string_view text);

    /// As parse() takes it; a whole address without its length.
    std::string to_string() const;

    friend bool operator==(const ElementKey&, const ElementKey&) = default;
    friend auto operator<=>(const ElementKey&, const ElementKey&) = default;
};

/// An element as a request describes it.
struct ElementSpec {
    ElementKey key{};
    bool nomatch = false; ///< An exception of the shorter prefixes in the set.
    /// Seconds to live from now on, at most \ref timeout_max; 0 is for good; absent, as the set
    /// says.
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
    /// That it has to live; absent when it is there for good.
    std::optional<std::chrono::milliseconds> expires{};
    std::optional<std::uint64_t> packets{}; ///< Absent when the set does not count.
    std::optional<std::uint64_t> bytes{};   ///< Absent when the set does not count.

    /// What makes such an element, to live as long as this one has to.
    ElementSpec spec() const;

    friend bool operator==(const ElementInfo&, const ElementInfo&) = default;
};

/// Which elements a dump gives.
struct ElementFilter {
    std::optional<SetRef> set{}; ///< In this set.
};

namespace requests {
/// Add elements. One that exists with the same nomatch and comment lives as long as a new one
/// would.
VROUTER_API Request add(const SetRef& set, std::span<const ElementSpec> elements);
VROUTER_API Request add_exclusive(const SetRef& set, std::span<const ElementSpec> elements);
VROUTER_API Request replace(const SetRef& set, std::span<const ElementSpec> elements);
VROUTER_API Request del(const SetRef& set, std::span<const ElementKey> elements);
/// Delete all elements of a set.
VROUTER_API Request flush_elements(const SetRef& set);
} // namespace requests

/// The elements of the sets in a Client's network namespace; from Client::elements().
///
/// One call is one message, of which all takes effect or nothing: at most \ref bulk_max elements,
/// and as many bytes as the socket can be made to send (about 30 per element and its comment;
/// beyond net.core.wmem_max that takes CAP_NET_ADMIN), else EMSGSIZE. Error::index is the element
/// refused.
class VROUTER_API Elements {
public:
    /// Add elements. One that exists with the same nomatch and comment lives as long as a new one
    /// would.
    Result<void> add(const SetRef& set, std::span<const ElementSpec> elements);
    Result<void> add_exclusive(const SetRef& set, std::span<const ElementSpec> elements);
    Result<void> replace(const SetRef& set, std::span<const ElementSpec> elements);
    Result<void> del(const SetRef& set, std::span<const ElementKey> elements);

    /// The same for a single element.
    Result<void> add(const SetRef& set, const ElementSpec& element);
    Result<void> add_exclusive(const SetRef& set, const ElementSpec& element);
    Result<void> replace(const SetRef& set, const ElementSpec& element);
    Result<void> del(const SetRef& set, const ElementKey& element);

    /// Delete all elements of a set.
    Result<void> flush(const SetRef& set);

    /// Make a set hold these elements and no others, at once for packets, however many they are.
    ///
    /// They are added to a new set with the type and settings of the set, in as many messages as it
    /// takes; the two are swapped, and the new one is deleted, on failure too. Meanwhile there is
    /// a set ".assign-" and 16 digits, memory is needed for both, and other changes of the set are
    /// lost.
    Result<void> assign(const SetRef& set, std::span<const ElementSpec> elements);

    /// The element of exactly this key; ENOENT when there is none.
    Result<ElementInfo> get(const SetRef& set, const ElementKey& key);
    /// The element that decides about a packet with this address, protocol and port: it is in the
    /// set unless the element is one with nomatch. ENOENT when there is none.
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
