// SPDX-License-Identifier: LGPL-2.1-or-later
#include <vrouter/monitor.hpp>

#include <cerrno>
#include <utility>

#include <fmt/format.h>
#include <linux/vrouter.h>

#include "channel.hpp"
#include "codec.hpp"
#include "refusal.hpp"

namespace vrouter {

namespace {

using namespace detail;

/// Approximate limit of events, and limit of datagrams, per read(): a listener that is slower than
/// the changes still gets to its other work.
constexpr std::size_t events_at_once = 1024;

/// The multicast group of each topic.
constexpr std::pair<Topics, std::string_view> topic_groups[] = {
    {Topics::config, VROUTER_MCGRP_CONFIG},
    {Topics::drops, VROUTER_MCGRP_DROPS},
    {Topics::flows, VROUTER_MCGRP_FLOWS},
};

template <class T> Result<Event> make_event(Event::Type type, Bytes attributes) {
    auto object = decode_message<T>(attributes);
    if (!object)
        return std::move(object).error();
    return Event{type, std::move(*object)};
}

/// Decodes a notification of the module; none if its kind is not known.
std::optional<Result<Event>> read_event(const nlmsghdr& header) {
    using enum Event::Type;
    switch (auto command = command_of(header)) {
    case VROUTER_CMD_NETWORK_NEW_NTF:
    case VROUTER_CMD_NETWORK_DEL_NTF:
        return make_event<NetworkInfo>(command == VROUTER_CMD_NETWORK_NEW_NTF ? set : deleted,
                                       attributes_of(header));
    case VROUTER_CMD_TUNNEL_NEW_NTF:
    case VROUTER_CMD_TUNNEL_DEL_NTF:
        return make_event<TunnelInfo>(command == VROUTER_CMD_TUNNEL_NEW_NTF ? set : deleted,
                                      attributes_of(header));
    case VROUTER_CMD_VIF_NEW_NTF:
    case VROUTER_CMD_VIF_DEL_NTF:
        return make_event<VifInfo>(command == VROUTER_CMD_VIF_NEW_NTF ? set : deleted,
                                   attributes_of(header));
    case VROUTER_CMD_NEXTHOP_NEW_NTF:
    case VROUTER_CMD_NEXTHOP_DEL_NTF:
        return make_event<NexthopInfo>(command == VROUTER_CMD_NEXTHOP_NEW_NTF ? set : deleted,
                                       attributes_of(header));
    case VROUTER_CMD_ROUTE_NEW_NTF:
    case VROUTER_CMD_ROUTE_DEL_NTF:
        return make_event<RouteInfo>(command == VROUTER_CMD_ROUTE_NEW_NTF ? set : deleted,
                                     attributes_of(header));
    case VROUTER_CMD_FDB_NEW_NTF:
    case VROUTER_CMD_FDB_DEL_NTF:
        return make_event<FdbInfo>(command == VROUTER_CMD_FDB_NEW_NTF ? set : deleted,
                                   attributes_of(header));
    case VROUTER_CMD_NEIGHBOUR_NEW_NTF:
    case VROUTER_CMD_NEIGHBOUR_DEL_NTF:
        return make_event<NeighbourInfo>(command == VROUTER_CMD_NEIGHBOUR_NEW_NTF ? set : deleted,
                                         attributes_of(header));
    case VROUTER_CMD_LABEL_NEW_NTF:
    case VROUTER_CMD_LABEL_DEL_NTF:
        return make_event<LabelInfo>(command == VROUTER_CMD_LABEL_NEW_NTF ? set : deleted,
                                     attributes_of(header));
    case VROUTER_CMD_SET_NEW_NTF:
    case VROUTER_CMD_SET_DEL_NTF:
        return make_event<SetInfo>(command == VROUTER_CMD_SET_NEW_NTF ? set : deleted,
                                   attributes_of(header));
    case VROUTER_CMD_ELEMENT_NEW_NTF:
    case VROUTER_CMD_ELEMENT_DEL_NTF:
        return make_event<ElementInfo>(command == VROUTER_CMD_ELEMENT_NEW_NTF ? set : deleted,
                                       attributes_of(header));
    case VROUTER_CMD_SG_NEW_NTF:
    case VROUTER_CMD_SG_DEL_NTF:
        return make_event<SgInfo>(command == VROUTER_CMD_SG_NEW_NTF ? set : deleted,
                                  attributes_of(header));
    case VROUTER_CMD_RULE_NEW_NTF:
    case VROUTER_CMD_RULE_DEL_NTF:
        return make_event<RuleInfo>(command == VROUTER_CMD_RULE_NEW_NTF ? set : deleted,
                                    attributes_of(header));
    case VROUTER_CMD_FLOW_NEW_NTF:
    case VROUTER_CMD_FLOW_DEL_NTF:
        return make_event<FlowInfo>(command == VROUTER_CMD_FLOW_NEW_NTF ? set : deleted,
                                    attributes_of(header));
    case VROUTER_CMD_POLICER_NEW_NTF:
    case VROUTER_CMD_POLICER_DEL_NTF:
        return make_event<PolicerInfo>(command == VROUTER_CMD_POLICER_NEW_NTF ? set : deleted,
                                       attributes_of(header));
    case VROUTER_CMD_LIMITS_NEW_NTF:
        return make_event<Limits>(set, attributes_of(header));
    case VROUTER_CMD_DROP_NTF:
        return make_event<DropEvent>(dropped, attributes_of(header));
    }
    return std::nullopt;
}

} // namespace

std::optional<ObjectKind> Event::kind() const noexcept {
    // The variant holds the values in the order of their kinds, which count from 1.
    if (value.index() == 0)
        return std::nullopt;
    return static_cast<ObjectKind>(value.index());
}

class Monitor::Impl {
public:
    Impl(std::unique_ptr<Transport> transport, Topics topics)
        : channel_(std::move(transport)), topics_(topics) {}

    Result<void> join();
    Result<std::vector<Event>> read();
    int fd() const noexcept { return channel_.transport().fd(); }

private:
    Result<void> join(const GenlFamily& family);
    void read_datagram(std::vector<Event>& events);
    void take(const nlmsghdr& header, std::vector<Event>& events);
    void take_family(const nlmsghdr& header, std::vector<Event>& events);
    void take_verdict(const nlmsghdr& header, std::vector<Event>& events);
    void follow(const GenlFamily& family, std::vector<Event>& events);
    void forget_family(std::vector<Event>& events);
    void lose(std::vector<Event>& events);
    void ask_for_family();
    bool is_answer(const nlmsghdr& header) const noexcept;

    Channel channel_;
    Topics topics_;
    std::uint16_t family_ = 0;           // 0 while the module is not loaded
    std::optional<std::uint32_t> asked_; // request for the family, after notifications were lost
    std::optional<Error> error_;
};

/// Joins the module's notifications and the controller's: a module takes its multicast groups along
/// when it is unloaded, and the next one has others.
Result<void> Monitor::Impl::join() {
    auto vrouter = channel_.find_vrouter();
    if (!vrouter)
        return std::move(vrouter).error();
    auto controller = channel_.find_family("nlctrl");
    if (!controller)
        return std::move(controller).error();
    if (auto group = controller->group("notify"))
        if (auto joined = channel_.transport().join(*group); !joined)
            return joined;
    return join(*vrouter);
}

Result<void> Monitor::Impl::join(const GenlFamily& family) {
    for (const auto& [topic, name] : topic_groups) {
        if (!has(topics_, topic))
            continue;
        auto group = family.group(name);
        if (!group)
            return make_error(EOPNOTSUPP,
                              fmt::format("the loaded module sends no notifications of {}", name),
                              "it is older than this library: update the module");
        if (auto joined = channel_.transport().join(*group); !joined)
            return joined;
    }
    family_ = family.id;
    return {};
}

Result<std::vector<Event>> Monitor::Impl::read() {
    std::vector<Event> events;
    for (std::size_t i = 0; i < events_at_once && !error_ && events.size() < events_at_once; i++)
        read_datagram(events);
    // The answer found no room in the receive buffer; now there is room: ask again.
    if (error_ && error_->code == EAGAIN && asked_) {
        ask_for_family();
        error_.reset();
        read_datagram(events);
    }
    // Events before an error are returned first, the error by the next call.
    if (error_ && error_->code == EAGAIN)
        error_.reset();
    if (!error_ || !events.empty())
        return events;
    return *std::exchange(error_, std::nullopt);
}

/// Reads one datagram, or sets the error, which is EAGAIN when there is none.
void Monitor::Impl::read_datagram(std::vector<Event>& events) {
    auto datagram = channel_.receive(false);
    if (!datagram && datagram.error().code == ENOBUFS) {
        lose(events);
    } else if (!datagram) {
        error_ = std::move(datagram).error();
    } else {
        bool whole =
            walk_messages(*datagram, [&](const nlmsghdr& header) { take(header, events); });
        if (!whole && !error_)
            error_ = bad_reply("a notification ends in the middle of a message");
    }
}

void Monitor::Impl::take(const nlmsghdr& header, std::vector<Event>& events) {
    if (header.nlmsg_type == GENL_ID_CTRL)
        return take_family(header, events);
    if (header.nlmsg_type == NLMSG_OVERRUN)
        return lose(events);
    if (header.nlmsg_type == NLMSG_ERROR && is_answer(header))
        return take_verdict(header, events);
    if (!family_ || header.nlmsg_type != family_)
        return;
    auto event = read_event(header);
    if (event && *event)
        events.push_back(std::move(**event));
    else if (event && !error_)
        error_ = std::move(*event).error();
}

/// Handles a module that was loaded or unloaded, or the answer of ask_for_family().
void Monitor::Impl::take_family(const nlmsghdr& header, std::vector<Event>& events) {
    auto command = command_of(header);
    if (command != CTRL_CMD_NEWFAMILY && command != CTRL_CMD_DELFAMILY)
        return;
    auto family = decode_family(attributes_of(header));
    if (!family || family->name != VROUTER_GENL_NAME)
        return;
    if (command == CTRL_CMD_DELFAMILY)
        forget_family(events);
    else
        follow(*family, events);
}

/// The verdict on ask_for_family(): the module may not be loaded.
void Monitor::Impl::take_verdict(const nlmsghdr& header, std::vector<Event>& events) {
    asked_.reset();
    auto refusal = read_verdict(header, {});
    if (refusal && refusal->error.code == ENOENT)
        forget_family(events);
}

/// Listens to the current module; nothing to do if it is the same one.
void Monitor::Impl::follow(const GenlFamily& family, std::vector<Event>& events) {
    if (family.id == family_)
        return;
    forget_family(events);
    auto joined = join(family);
    if (joined)
        events.push_back({Event::Type::loaded, {}});
    else if (!error_)
        error_ = std::move(joined).error();
}

void Monitor::Impl::forget_family(std::vector<Event>& events) {
    if (std::exchange(family_, std::uint16_t{0}))
        events.push_back({Event::Type::unloaded, {}});
}

/// The lost notifications may include a replacement of the module.
void Monitor::Impl::lose(std::vector<Event>& events) {
    events.push_back({Event::Type::overrun, {}});
    ask_for_family();
}

/// The answer arrives like a notification, behind the pending ones.
void Monitor::Impl::ask_for_family() {
    std::vector<std::uint8_t> datagram;
    asked_ = channel_.append(datagram, family_request(VROUTER_GENL_NAME), GENL_ID_CTRL);
    if (auto sent = channel_.transport().send(datagram); !sent && !error_)
        error_ = std::move(sent).error();
}

bool Monitor::Impl::is_answer(const nlmsghdr& header) const noexcept {
    return asked_ && header.nlmsg_seq == *asked_ &&
           header.nlmsg_pid == channel_.transport().port_id();
}

Result<Monitor> Monitor::open(Topics topics) {
    auto transport = Transport::open();
    if (!transport)
        return std::move(transport).error();
    return open(std::move(*transport), topics);
}

Result<Monitor> Monitor::open_netns(const std::string& netns, Topics topics) {
    auto transport = Transport::open_netns(netns);
    if (!transport)
        return std::move(transport).error();
    return open(std::move(*transport), topics);
}

Result<Monitor> Monitor::open(std::unique_ptr<Transport> transport, Topics topics) {
    auto impl = std::make_unique<Impl>(std::move(transport), topics);
    if (auto joined = impl->join(); !joined)
        return std::move(joined).error();
    return Monitor(std::move(impl));
}

Monitor::Monitor(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
Monitor::Monitor(Monitor&&) noexcept = default;
Monitor& Monitor::operator=(Monitor&&) noexcept = default;
Monitor::~Monitor() = default;

int Monitor::fd() const noexcept {
    return impl_->fd();
}

Result<std::vector<Event>> Monitor::read() {
    return impl_->read();
}

} // namespace vrouter
