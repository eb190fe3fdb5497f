// SPDX-License-Identifier: LGPL-2.1-or-later
/// \file
/// Notifications of what changes in a network namespace, for event loops.
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

/// The kinds of things that notifications are about.
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
    drops,  ///< Packets that are dropped.
    flow,   ///< Packets that are treated alike.
    limits, ///< How many objects there may be.
};

VROUTER_API std::string to_string(ObjectKind value);
VROUTER_API bool parse_name(std::string_view name, ObjectKind& value) noexcept;

/// Something that happened.
struct VROUTER_API Event {
    enum class Type : std::uint32_t {
        set = 1,  ///< An object was added or changed; the value is what it is now.
        deleted,  ///< An object was deleted; the value is what it was.
        overrun,  ///< Notifications were lost: read again what you depend on.
        unloaded, ///< The module is gone, and all objects with it. No value.
        loaded,   ///< The module is back: read again what you depend on. No value.
        dropped,  ///< A packet was dropped; the value is a DropEvent.
    };

    /// The thing in question; none for overrun, unloaded and loaded.
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

/// What a Monitor listens to. Several are combined by |.
enum class Topics : std::uint32_t {
    config = 1 << 0, ///< Changes of the configuration.
    drops = 1 << 1,  ///< Packets that are dropped.
    /// Flows: set when one is kept, deleted, with FlowInfo::end, when it is kept no longer. There
    /// may be thousands a second, and the kernel leaves out what is more than it can tell.
    flows = 1 << 2,
};
constexpr Topics operator|(Topics a, Topics b) noexcept {
    return static_cast<Topics>(static_cast<std::uint32_t>(a) | static_cast<std::uint32_t>(b));
}
constexpr bool has(Topics topics, Topics one) noexcept {
    return static_cast<std::uint32_t>(topics) & static_cast<std::uint32_t>(one);
}

/// A socket that hears of each change of the configuration, or of what else it is asked to listen
/// to. Wait until fd() is readable, then read().
///
/// To follow the state without a gap: open the Monitor first, then dump with a Client, then apply
/// events; dump again upon Event::Type::overrun and Event::Type::loaded.
class VROUTER_API Monitor {
public:
    /// Listen in the network namespace of the calling thread; ENOENT when the module is not loaded,
    /// EPERM without CAP_NET_ADMIN in the namespace, EOPNOTSUPP when the module is too old for it.
    static Result<Monitor> open(Topics topics = Topics::config);
    /// Listen in another network namespace, named as for Client::open_netns().
    static Result<Monitor> open_netns(const std::string& netns, Topics topics = Topics::config);
    /// Listen through a transport of one's own.
    static Result<Monitor> open(std::unique_ptr<Transport> transport,
                                Topics topics = Topics::config);

    Monitor(Monitor&&) noexcept;
    Monitor& operator=(Monitor&&) noexcept;
    ~Monitor();

    /// Readable when read() has something to give. Do nothing else with it.
    int fd() const noexcept;

    /// The events that have come, in order. Never waits, and leaves some for the next call when
    /// there are many; none may have come although fd() was readable.
    ///
    /// Kinds of notifications that this version of the library does not know are left out. An
    /// error is one of the socket, or EBADMSG for a notification that makes no sense; events that
    /// came before it are given first. One may go on reading after an error.
    Result<std::vector<Event>> read();

private:
    class Impl;
    explicit Monitor(std::unique_ptr<Impl> impl) noexcept;
    std::unique_ptr<Impl> impl_;
};

} // namespace vrouter
