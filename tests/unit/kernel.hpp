// SPDX-License-Identifier: LGPL-2.1-or-later
// A kernel that says what a test wants: a transport with a script, and messages made by hand, not
// by the library's own code.
#pragma once

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <linux/vrouter.h>

#include <vrouter/transport.hpp>

namespace unit {

using Blob = std::vector<std::uint8_t>;

inline constexpr std::uint32_t port = 4711;
inline constexpr std::uint16_t family = 31;
inline constexpr std::uint32_t config_group = 9;
inline constexpr std::uint32_t drops_group = 10;
inline constexpr std::uint32_t notify_group = 16;

/// Attributes that are put together byte by byte.
class Attrs {
public:
    Attrs& raw(std::uint16_t type, const Blob& payload) {
        parts_.push_back({type, payload});
        return *this;
    }
    template <class T> Attrs& number(std::uint16_t type, T value) {
        Blob bytes(sizeof(value));
        std::memcpy(bytes.data(), &value, sizeof(value));
        return raw(type, bytes);
    }
    Attrs& u8(std::uint16_t type, std::uint8_t value) { return number(type, value); }
    Attrs& u16(std::uint16_t type, std::uint16_t value) { return number(type, value); }
    Attrs& u32(std::uint16_t type, std::uint32_t value) { return number(type, value); }
    Attrs& u64(std::uint16_t type, std::uint64_t value) { return number(type, value); }
    Attrs& text(std::uint16_t type, const std::string& value) {
        Blob bytes(value.begin(), value.end());
        bytes.push_back(0);
        return raw(type, bytes);
    }
    Attrs& nest(std::uint16_t type, const Attrs& inner) {
        return raw(type | NLA_F_NESTED, inner.bytes());
    }
    Attrs& without(std::uint16_t type) {
        std::erase_if(parts_,
                      [&](const auto& part) { return (part.first & NLA_TYPE_MASK) == type; });
        return *this;
    }
    Attrs& replace(std::uint16_t type, const Blob& payload) {
        for (auto& part : parts_)
            if ((part.first & NLA_TYPE_MASK) == type)
                part.second = payload;
        return *this;
    }
    const std::vector<std::pair<std::uint16_t, Blob>>& parts() const { return parts_; }

    Blob bytes() const {
        Blob result;
        for (const auto& [type, payload] : parts_) {
            append(result, static_cast<std::uint16_t>(NLA_HDRLEN + payload.size()));
            append(result, type);
            result.insert(result.end(), payload.begin(), payload.end());
            result.resize(NLA_ALIGN(result.size()));
        }
        return result;
    }

    template <class T> static void append(Blob& bytes, T value) {
        std::uint8_t raw[sizeof(value)];
        std::memcpy(raw, &value, sizeof(value));
        bytes.insert(bytes.end(), raw, raw + sizeof(value));
    }

private:
    std::vector<std::pair<std::uint16_t, Blob>> parts_;
};

/// A message of the kernel. Sequence number and port are those of the request unless given.
struct Out {
    std::uint16_t type = family;
    std::uint16_t flags = 0;
    Blob payload{};
    std::optional<std::uint32_t> sequence{};
    std::uint32_t to = port;
};

inline Blob concat(Blob first, const Blob& second) {
    first.insert(first.end(), second.begin(), second.end());
    return first;
}

inline Out reply(std::uint8_t command, const Blob& attributes, std::uint16_t flags = 0) {
    return {.flags = flags, .payload = concat({command, 1, 0, 0}, attributes)};
}

inline Out reply(std::uint8_t command, const Attrs& attributes, std::uint16_t flags = 0) {
    return reply(command, attributes.bytes(), flags);
}

/// An acknowledgement, as it comes with NETLINK_CAP_ACK.
inline Out ack(int error = 0, const Attrs& extended = {}) {
    Blob payload;
    Attrs::append(payload, -error);
    payload.resize(sizeof(nlmsgerr));
    bool has_more = !extended.parts().empty();
    return {.type = NLMSG_ERROR,
            .flags = static_cast<std::uint16_t>(NLM_F_CAPPED | (has_more ? NLM_F_ACK_TLVS : 0)),
            .payload = concat(payload, extended.bytes())};
}

inline Attrs words(const std::string& text) {
    return Attrs().text(NLMSGERR_ATTR_MSG, text);
}

/// The end of a dump.
inline Out done(int error = 0, const Attrs& extended = {}, std::uint16_t flags = 0) {
    Blob payload;
    Attrs::append(payload, -error);
    bool has_more = !extended.parts().empty();
    return {.type = NLMSG_DONE,
            .flags =
                static_cast<std::uint16_t>(NLM_F_MULTI | flags | (has_more ? NLM_F_ACK_TLVS : 0)),
            .payload = concat(payload, extended.bytes())};
}

inline Blob to_bytes(const Out& out, std::uint32_t sequence) {
    Blob bytes;
    Attrs::append(bytes, static_cast<std::uint32_t>(NLMSG_HDRLEN + out.payload.size()));
    Attrs::append(bytes, out.type);
    Attrs::append(bytes, out.flags);
    Attrs::append(bytes, out.sequence.value_or(sequence));
    Attrs::append(bytes, out.to);
    bytes.insert(bytes.end(), out.payload.begin(), out.payload.end());
    bytes.resize(NLMSG_ALIGN(bytes.size()));
    return bytes;
}

/// What the generic netlink controller says of a family.
inline Attrs family_attrs(const std::string& name, std::uint16_t id,
                          const std::vector<std::pair<std::string, std::uint32_t>>& groups) {
    Attrs list;
    for (std::uint16_t i = 0; i < groups.size(); i++)
        list.nest(i + 1, Attrs()
                             .u32(CTRL_ATTR_MCAST_GRP_ID, groups[i].second)
                             .text(CTRL_ATTR_MCAST_GRP_NAME, groups[i].first));
    Attrs attrs;
    attrs.text(CTRL_ATTR_FAMILY_NAME, name)
        .u16(CTRL_ATTR_FAMILY_ID, id)
        .u32(CTRL_ATTR_VERSION, 1)
        .nest(CTRL_ATTR_MCAST_GROUPS, list);
    return attrs;
}

inline Out family_message(std::uint8_t command, const Attrs& attrs) {
    auto message = reply(command, attrs);
    message.type = GENL_ID_CTRL;
    return message;
}

/// A message that the library sent.
struct Sent {
    nlmsghdr header;
    std::uint8_t command;
    Blob bytes;
    Blob attributes() const { return {bytes.begin() + NLMSG_HDRLEN + GENL_HDRLEN, bytes.end()}; }
};

/// What the kernel of a test does and saw; it outlives the transport, which the library owns.
class Kernel {
public:
    /// The kernel's answer to the next request: a list of datagrams, each of one or more messages.
    void answer(std::vector<std::vector<Out>> datagrams) {
        answers_.push_back([datagrams = std::move(datagrams)](Kernel& kernel, const Sent& sent) {
            for (const auto& datagram : datagrams)
                kernel.queue(datagram, sent.header.nlmsg_seq);
        });
    }
    /// The same, in one datagram.
    void answer(std::initializer_list<Out> messages) {
        answer(std::vector<std::vector<Out>>{messages});
    }
    /// The answer is what a function makes of it.
    void answer(std::function<void(Kernel&, const Sent&)> function) {
        answers_.push_back(std::move(function));
    }

    /// Lets something be received.
    void queue(const std::vector<Out>& datagram, std::uint32_t sequence = 0) {
        Blob bytes;
        for (const auto& out : datagram)
            bytes = concat(std::move(bytes), to_bytes(out, sequence));
        incoming.push_back(bytes);
    }
    void queue(Blob bytes) { incoming.push_back(std::move(bytes)); }
    void queue_error(int code) {
        incoming.push_back(vrouter::Error{.code = code, .message = "from the test"});
    }

    /// A transport to this kernel.
    std::unique_ptr<vrouter::Transport> transport();

    /// The only, or last, message sent to the module.
    const Sent& sent() const { return messages.back(); }

    vrouter::Result<void> take(std::span<const std::uint8_t> datagram);

    std::deque<vrouter::Result<Blob>> incoming;
    std::vector<Sent> messages;         // to the module
    std::vector<std::size_t> datagrams; // how many messages each had
    std::vector<std::uint32_t> joined;
    std::optional<vrouter::Error> send_error;
    bool module_loaded = true;
    std::uint16_t family_id = family;
    std::vector<std::pair<std::string, std::uint32_t>> groups{{"config", config_group},
                                                              {"drops", drops_group}};
    std::optional<vrouter::Error> join_error;
    int lookups = 0;      // of families
    int lose_answers = 0; // to so many look-ups: the socket has no room
    std::vector<std::uint32_t> commands{VROUTER_CMD_NETWORK_NEW, VROUTER_CMD_ROUTE_NEW};

private:
    void take_lookup(const Sent& sent);
    void answer_policies(const Sent& sent);
    Attrs with_commands(Attrs attrs) const;

    std::deque<std::function<void(Kernel&, const Sent&)>> answers_;
};

class FakeTransport final : public vrouter::Transport {
public:
    explicit FakeTransport(Kernel& kernel) : kernel_(kernel) {}

    vrouter::Result<void> send(std::span<const std::uint8_t> datagram) override {
        return kernel_.take(datagram);
    }
    vrouter::Result<std::size_t> receive(std::span<std::uint8_t> buffer, bool wait) override {
        if (kernel_.incoming.empty())
            return vrouter::Error{.code = wait ? EIO : EAGAIN, .message = "the script ends here"};
        auto next = std::move(kernel_.incoming.front());
        kernel_.incoming.pop_front();
        if (!next)
            return next.error();
        if (next->size() > buffer.size())
            return vrouter::Error{.code = EMSGSIZE, .message = "too long"};
        std::ranges::copy(*next, buffer.begin());
        return next->size();
    }
    vrouter::Result<void> join(std::uint32_t group) override {
        if (kernel_.join_error)
            return *kernel_.join_error;
        kernel_.joined.push_back(group);
        return {};
    }
    std::uint32_t port_id() const noexcept override { return port; }
    int fd() const noexcept override { return 99; }

private:
    Kernel& kernel_;
};

inline std::unique_ptr<vrouter::Transport> Kernel::transport() {
    return std::make_unique<FakeTransport>(*this);
}

inline vrouter::Result<void> Kernel::take(std::span<const std::uint8_t> datagram) {
    if (send_error)
        return *send_error;
    std::size_t count = 0;
    while (!datagram.empty()) {
        Sent sent;
        std::memcpy(&sent.header, datagram.data(), sizeof(sent.header));
        sent.bytes.assign(datagram.begin(), datagram.begin() + sent.header.nlmsg_len);
        sent.command = sent.bytes[NLMSG_HDRLEN];
        datagram = datagram.subspan(NLMSG_ALIGN(sent.header.nlmsg_len));
        if (sent.header.nlmsg_type == GENL_ID_CTRL) {
            take_lookup(sent);
            continue;
        }
        count++;
        messages.push_back(sent);
        if (sent.header.nlmsg_type != family_id || !module_loaded) {
            queue({ack(ENOENT)}, sent.header.nlmsg_seq);
        } else if (!answers_.empty()) {
            auto answer = std::move(answers_.front());
            answers_.pop_front();
            answer(*this, sent);
        }
    }
    if (count)
        datagrams.push_back(count);
    return {};
}

/// Adds the commands that a family has.
inline Attrs Kernel::with_commands(Attrs attrs) const {
    Attrs list;
    for (std::uint16_t i = 0; i < commands.size(); i++)
        list.nest(i + 1, Attrs().u32(CTRL_ATTR_OP_ID, commands[i]));
    return attrs.nest(CTRL_ATTR_OPS, list);
}

/// Two operations: one makes networks with a vni and gateways, the other routes with a next hop.
inline void Kernel::answer_policies(const Sent& sent) {
    auto operation = [](std::uint16_t command, std::uint32_t policy) {
        return family_message(
            CTRL_CMD_GETPOLICY,
            Attrs().nest(CTRL_ATTR_OP_POLICY,
                         Attrs().nest(command, Attrs().u32(CTRL_ATTR_POLICY_DO, policy))));
    };
    auto attribute = [](std::uint16_t policy, std::uint16_t type, std::uint32_t nested = 0) {
        auto attrs = Attrs().u32(NL_POLICY_TYPE_ATTR_TYPE, NL_ATTR_TYPE_U32);
        if (nested)
            attrs.u32(NL_POLICY_TYPE_ATTR_POLICY_IDX, nested);
        return family_message(
            CTRL_CMD_GETPOLICY,
            Attrs().nest(CTRL_ATTR_POLICY, Attrs().nest(policy, Attrs().nest(type, attrs))));
    };
    queue({operation(VROUTER_CMD_NETWORK_NEW, 1), operation(VROUTER_CMD_ROUTE_NEW, 2),
           attribute(1, VROUTER_A_NETWORK_VNI), attribute(1, VROUTER_A_NETWORK_GATEWAY, 3)},
          sent.header.nlmsg_seq);
    queue({attribute(2, VROUTER_A_ROUTE_ENTRY, 4), attribute(3, VROUTER_A_PREFIX_LEN),
           attribute(4, VROUTER_A_ROUTE_ENTRY_NEXTHOP), done()},
          sent.header.nlmsg_seq);
}

inline void Kernel::take_lookup(const Sent& sent) {
    lookups++;
    if (lose_answers > 0) {
        lose_answers--;
        return;
    }
    if (sent.command == CTRL_CMD_GETPOLICY)
        return answer_policies(sent);
    std::string name(reinterpret_cast<const char*>(sent.attributes().data()) + NLA_HDRLEN);
    auto sequence = sent.header.nlmsg_seq;
    if (name == "nlctrl")
        queue({family_message(CTRL_CMD_NEWFAMILY,
                              family_attrs("nlctrl", GENL_ID_CTRL, {{"notify", notify_group}})),
               ack()},
              sequence);
    else if (name == VROUTER_GENL_NAME && module_loaded)
        queue({family_message(CTRL_CMD_NEWFAMILY,
                              with_commands(family_attrs(name, family_id, groups))),
               ack()},
              sequence);
    else
        queue({ack(ENOENT)}, sequence);
}

} // namespace unit
