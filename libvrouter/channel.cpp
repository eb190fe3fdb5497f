// SPDX-License-Identifier: LGPL-2.1-or-later
#include "channel.hpp"

#include <cerrno>
#include <utility>

#include <fmt/format.h>
#include <linux/vrouter.h>

#include "refusal.hpp"

namespace vrouter::detail {

namespace {

/// Longer than any message that the kernel sends: parts of a dump have at most 32 KiB.
constexpr std::size_t receive_size = 64 << 10;

/// Number of receive errors after which the rest of a dump is given up for good.
constexpr int max_failures = 16;

void read_group(Bytes attributes, GenlFamily& family) {
    std::string name;
    std::uint32_t id = 0;
    walk(attributes, [&](const nlattr& attr) {
        if (mnl_attr_get_type(&attr) == CTRL_ATTR_MCAST_GRP_NAME)
            decode(payload_of(attr), name);
        else if (mnl_attr_get_type(&attr) == CTRL_ATTR_MCAST_GRP_ID)
            decode(payload_of(attr), id);
    });
    family.groups.emplace_back(std::move(name), id);
}

void read_command(Bytes attributes, GenlFamily& family) {
    walk(attributes, [&](const nlattr& attr) {
        std::uint32_t command = 0;
        if (mnl_attr_get_type(&attr) == CTRL_ATTR_OP_ID && decode(payload_of(attr), command))
            family.commands.push_back(command);
    });
}

/// A request to the generic netlink controller about the family that one attribute names.
std::vector<std::uint8_t> controller_request(std::uint8_t command, std::uint16_t flags,
                                             std::uint16_t type, Bytes value) {
    std::vector<std::uint8_t> message(header_size + MNL_ATTR_HDRLEN + MNL_ALIGN(value.size()));
    auto* header = mnl_nlmsg_put_header(message.data());
    header->nlmsg_flags = static_cast<std::uint16_t>(NLM_F_REQUEST | flags);
    auto* genl = static_cast<genlmsghdr*>(mnl_nlmsg_put_extra_header(header, sizeof(genlmsghdr)));
    genl->cmd = command;
    genl->version = 1;
    mnl_attr_put(header, type, value.size(), value.data());
    return message;
}

template <class T> Bytes bytes_of(const T* data, std::size_t count) {
    return {reinterpret_cast<const std::uint8_t*>(data), count * sizeof(T)};
}

} // namespace

std::vector<std::uint8_t> family_request(std::string_view name) {
    std::string text(name);
    return controller_request(CTRL_CMD_GETFAMILY, NLM_F_ACK, CTRL_ATTR_FAMILY_NAME,
                              bytes_of(text.c_str(), text.size() + 1));
}

std::optional<std::uint32_t> GenlFamily::group(std::string_view name) const noexcept {
    for (const auto& [known, id] : groups)
        if (known == name)
            return id;
    return std::nullopt;
}

Result<GenlFamily> decode_family(Bytes attributes) {
    GenlFamily family;
    bool whole = walk(attributes, [&](const nlattr& attr) {
        switch (mnl_attr_get_type(&attr)) {
        case CTRL_ATTR_FAMILY_NAME:
            decode(payload_of(attr), family.name);
            break;
        case CTRL_ATTR_FAMILY_ID:
            decode(payload_of(attr), family.id);
            break;
        case CTRL_ATTR_MCAST_GROUPS:
            walk(payload_of(attr),
                 [&](const nlattr& group) { read_group(payload_of(group), family); });
            break;
        case CTRL_ATTR_OPS:
            walk(payload_of(attr),
                 [&](const nlattr& command) { read_command(payload_of(command), family); });
            break;
        }
    });
    if (!whole || family.name.empty() || !family.id)
        return bad_reply("it does not describe a netlink family");
    return family;
}

Channel::Channel(std::unique_ptr<Transport> transport)
    : transport_(std::move(transport)), buffer_(receive_size) {}

std::uint32_t Channel::append(std::vector<std::uint8_t>& datagram, Bytes message,
                              std::uint16_t type) {
    // The message lengths are multiples of 4, because attributes are padded.
    auto start = datagram.size();
    datagram.insert(datagram.end(), message.begin(), message.end());
    auto* header = reinterpret_cast<nlmsghdr*>(&datagram[start]);
    header->nlmsg_type = type;
    return header->nlmsg_seq = ++sequence_;
}

Result<Bytes> Channel::receive(bool wait) {
    auto length = transport_->receive(buffer_, wait);
    if (!length)
        return std::move(length).error();
    return Bytes(buffer_).first(*length);
}

/// Whether a message belongs to the requests from \p first to \p last. An older one is a leftover
/// of an abandoned exchange; a newer one cannot exist.
Channel::Belongs Channel::belongs(const nlmsghdr& header, std::uint32_t first,
                                  std::uint32_t last) const noexcept {
    if (header.nlmsg_pid != transport_->port_id())
        return Belongs::no;
    if (static_cast<std::int32_t>(header.nlmsg_seq - first) < 0)
        return Belongs::no;
    return static_cast<std::int32_t>(header.nlmsg_seq - last) > 0 ? Belongs::never : Belongs::yes;
}

Result<void> Channel::exchange(Bytes datagram, std::uint32_t first, std::uint32_t last,
                               const Handler& handle) {
    finish_dump();
    if (auto sent = transport_->send(datagram); !sent)
        return sent;
    auto received = receive_answer(first, last, handle);
    auto* header = reinterpret_cast<const nlmsghdr*>(datagram.data());
    if (!received && (header->nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP)
        given_up_ = last;
    return received;
}

Result<void> Channel::receive_answer(std::uint32_t first, std::uint32_t last,
                                     const Handler& handle) {
    for (Result<bool> done = false;;) {
        auto received = receive(true);
        if (!received)
            return std::move(received).error();
        bool whole = walk_messages(*received, [&](const nlmsghdr& header) {
            if (!done || *done)
                return;
            auto belongs = this->belongs(header, first, last);
            if (belongs == Belongs::never)
                done = bad_reply("it answers a request that was not made");
            else if (belongs == Belongs::yes)
                done = handle(header);
        });
        if (!done)
            return std::move(done).error();
        if (!whole)
            return bad_reply("it ends in the middle of a message");
        if (*done)
            return {};
    }
}

/// Reads the rest of an abandoned dump, without waiting: the kernel writes the next part when one
/// is read.
void Channel::finish_dump() {
    if (!given_up_)
        return;
    auto sequence = *std::exchange(given_up_, std::nullopt);
    bool ended = false;
    for (int failures = 0; !ended && failures < max_failures;) {
        auto received = receive(false);
        if (!received && received.error().code == EAGAIN)
            return;
        failures += !received;
        walk_messages(received.value_or(Bytes()), [&](const nlmsghdr& header) {
            bool last = header.nlmsg_type == NLMSG_DONE || header.nlmsg_type == NLMSG_ERROR;
            ended |= last && belongs(header, sequence, sequence) == Belongs::yes;
        });
    }
}

Result<GenlFamily> Channel::find_family(std::string_view name) {
    std::vector<std::uint8_t> datagram;
    auto sequence = append(datagram, family_request(name), GENL_ID_CTRL);
    std::optional<Result<GenlFamily>> family;
    auto done = exchange(datagram, sequence, sequence, [&](const nlmsghdr& header) -> Result<bool> {
        if (header.nlmsg_type == GENL_ID_CTRL && command_of(header) == CTRL_CMD_NEWFAMILY)
            family = decode_family(attributes_of(header));
        if (header.nlmsg_type != NLMSG_ERROR)
            return false;
        if (auto refusal = read_verdict(header, {}))
            return std::move(refusal->error);
        return true;
    });
    if (!done)
        return std::move(done).error();
    if (!family)
        return bad_reply("it does not describe a netlink family");
    return std::move(*family);
}

Result<GenlFamily> Channel::find_vrouter() {
    auto family = find_family(VROUTER_GENL_NAME);
    if (!family && family.error().code == ENOENT)
        return make_error(ENOENT, "the kernel module vrouter is not loaded",
                          "load the module: modprobe vrouter");
    return family;
}

Result<Policies> Channel::find_policies(std::uint16_t family) {
    std::vector<std::uint8_t> datagram;
    auto request = controller_request(CTRL_CMD_GETPOLICY, NLM_F_DUMP, CTRL_ATTR_FAMILY_ID,
                                      bytes_of(&family, 1));
    auto sequence = append(datagram, request, GENL_ID_CTRL);
    Policies policies;
    auto done = exchange(datagram, sequence, sequence, [&](const nlmsghdr& header) -> Result<bool> {
        if (header.nlmsg_type == GENL_ID_CTRL && command_of(header) == CTRL_CMD_GETPOLICY)
            policies.take(attributes_of(header));
        if (header.nlmsg_type != NLMSG_ERROR && header.nlmsg_type != NLMSG_DONE)
            return false;
        if (auto refusal = read_verdict(header, {}))
            return std::move(refusal->error);
        return true;
    });
    if (!done)
        return std::move(done).error();
    return policies;
}

} // namespace vrouter::detail
