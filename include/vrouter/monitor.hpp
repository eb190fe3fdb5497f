// SPDX-License-Identifier: LGPL-2.1-or-later
/// \file
/// Notifications of changes in a network namespace, for event loops.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <vrouter/drop.hpp>
#include <vrouter/element.hpp>
#include <vrouter/error.hpp>
#include <vrouter/export.hpp>
#include <vrouter/fdb.hpp>
#include <vrouter/flow.hpp>
#include <vrouter/label.hpp>
#include <vrouter/limits.hpp>
#include <vrouter/names.hpp>
#include <vrouter/neighbour.hpp>
#include <vrouter/network.hpp>
#include <vrouter/nexthop.hpp>
#include <vrouter/policer.hpp>
#include <vrouter/route.hpp>
#include <vrouter/rule.hpp>
#include <vrouter/set.hpp>
#include <vrouter/sg.hpp>
#include <vrouter/transport.hpp>
#include <vrouter/tunnel.hpp>
#include <vrouter/vif.hpp>

namespace vrouter {

/// The kinds of objects that notifications are about.
enum class ObjectKind : std::uint32_t {
    network = 1,
    tunnel,
    vif,
    nexthop,
    route,
    fdb,
    neighbour,
    label,
    set,
    element,
    sg,
    rule,
    policer,
    drops,  ///< Dropped packets.
    flow,   ///< Packets that share a cached decision.
    limits, ///< Limits on the number of objects.
};

VROUTER_API std::string to_string(ObjectKind value);
VROUTER_API bool parse_name(std::string_view name, ObjectKind& value) noexcept;

/// Something that happened.
struct VROUTER_API Event {
    enum class Type : std::uint32_t {
        set = 1,  ///< An object was added or changed; the value is its new state.
        deleted,  ///< An object was deleted; the value is its last state.
        overrun,  ///< Notifications were lost: read the state again.
        unloaded, ///< The module is gone, and all objects with it. No value.
        loaded,   ///< The module is back: read the state again. No value.
        dropped,  ///< A packet was dropped; the value is a DropEvent.
    };

    /// The object that the event is about; none for overrun, unloaded and loaded.
    using Value = std::variant<std::monostate, NetworkInfo, TunnelInfo, VifInfo, NexthopInfo,
                               RouteInfo, FdbInfo, NeighbourInfo, LabelInfo, SetInfo, ElementInfo,
                               SgInfo, RuleInfo, PolicerInfo, DropEvent, FlowInfo, Limits>;

    Type type{};
    Value value;

    /// The kind of the value; none without one.
    std::optional<ObjectKind> kind() const noexcept;

    friend bool operator==(const Event&, const Event&) = default;
};

/// "set", "deleted", "overrun", "unloaded", "loaded" or "dropped".
VROUTER_API std::string to_string(Event::Type value);

/// The topics that a Monitor listens to; combine several with |.
enum class Topics : std::uint32_t {
    config = 1 << 0, ///< Changes of the configuration.
    drops = 1 << 1,  ///< Dropped packets.
    /// Flows: set when one is created; deleted, with FlowInfo::end, when it is removed. There may
    /// be thousands a second; the kernel omits those above a rate limit.
    flows = 1 << 2,
};
constexpr Topics operator|(Topics a, Topics b) noexcept {
    return static_cast<Topics>(static_cast<std::uint32_t>(a) | static_cast<std::uint32_t>(b));
}
constexpr bool has(Topics topics, Topics one) noexcept {
    return static_cast<std::uint32_t>(topics) & static_cast<std::uint32_t>(one);
}

/// A socket that receives a notification of each change of the configuration, or of the other
/// topics that it listens to. Wait until fd() is readable, then read().
///
/// To follow the state without a gap: open the Monitor first, then dump with a Client, then apply
/// events; dump again upon Event::Type::overrun and Event::Type::loaded.
class VROUTER_API Monitor {
public:
    /// Listen in the network namespace of the calling thread; ENOENT when the module is not loaded,
    /// EPERM without CAP_NET_ADMIN in the namespace, EOPNOTSUPP when the module is too old for a
    /// topic.
    static Result<Monitor> open(Topics topics = Topics::config);
    /// Listen in another network namespace, named as for Client::open_netns().
    static Result<Monitor> open_netns(const std::string& netns, Topics topics = Topics::config);
    /// Listen through a custom transport.
    static Result<Monitor> open(std::unique_ptr<Transport> transport,
                                Topics topics = Topics::config);

    Monitor(Monitor&&) noexcept;
    Monitor& operator=(Monitor&&) noexcept;
    ~Monitor();

    /// Readable when read() may have events. Use it only to wait.
    int fd() const noexcept;

    /// The pending events, in order. Never blocks. When there are many, some stay for the next
    /// call; there may be none although fd() was readable.
    ///
    /// Notifications of a kind that this version of the library does not know are skipped. Errors
    /// are those of the socket, or EBADMSG for a malformed notification; the events before it are
    /// returned first. The caller may continue to read after an error.
    Result<std::vector<Event>> read();

private:
    class Impl;
    explicit Monitor(std::unique_ptr<Impl> impl) noexcept;
    std::unique_ptr<Impl> impl_;
};

} // namespace vrouter
