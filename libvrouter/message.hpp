// SPDX-License-Identifier: LGPL-2.1-or-later
// Netlink messages: a typed builder of requests, a typed reader of replies, and the kernel's
// verdicts, thin over libmnl.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include <libmnl/libmnl.h>
#include <linux/genetlink.h>

#include <vrouter/address.hpp>
#include <vrouter/ids.hpp>
#include <vrouter/protocol.hpp>
#include <vrouter/request.hpp>
#include <vrouter/stats.hpp>

#include "attributes.hpp"
#include "errors.hpp"

namespace vrouter::detail {

using Bytes = std::span<const std::uint8_t>;

/// The size of the headers in front of the attributes.
inline constexpr std::size_t header_size = MNL_NLMSG_HDRLEN + MNL_ALIGN(sizeof(genlmsghdr));

/// A UDP port, which is in network order on the wire.
struct Port {
    std::uint16_t value = 0;
};

/// Gives the library access to the private message of a Request.
struct RequestAccess {
    /// The whole message; its type, sequence number and port are zero.
    static Bytes message(const Request& request) noexcept { return request.message_; }
};

// ---------------------------------------------------------------------------------------------
// Requests

/// A nest that is being filled, and its offset in the message.
struct OpenNest {
    std::uint16_t type;
    std::size_t start;
};

/// Builds the message of a Request, attribute by attribute.
///
/// If a value cannot be expressed, the Request carries an error and is not sent.
class RequestBuilder {
public:
    /// \p flags are those beside NLM_F_REQUEST.
    RequestBuilder(std::uint8_t command, std::uint16_t flags);

    void put(std::uint16_t type, bool value) { put(type, std::uint8_t{value}); }
    void put(std::uint16_t type, std::uint8_t value) { put_bytes(type, {&value, sizeof(value)}); }
    void put(std::uint16_t type, std::uint16_t value) { put_number(type, value); }
    void put(std::uint16_t type, std::uint32_t value) { put_number(type, value); }
    void put(std::uint16_t type, Protocol value) { put(type, value.number()); }
    void put(std::uint16_t type, std::int32_t value) { put_number(type, value); }
    void put(std::uint16_t type, std::uint64_t value) { put_number(type, value); }
    void put(std::uint16_t type, Port value);
    void put(std::uint16_t type, const std::string& value);
    void put(std::uint16_t type, const IpAddress& value) { put_bytes(type, value.bytes()); }
    void put(std::uint16_t type, const MacAddress& value) { put_bytes(type, value.bytes()); }
    void put(std::uint16_t type, Bytes value) { put_bytes(type, value); }
    template <class Tag> void put(std::uint16_t type, Id<Tag> value) { put(type, value.value()); }
    template <class E>
    requires std::is_enum_v<E>
    void put(std::uint16_t type, E value) { put(type, static_cast<std::uint32_t>(value)); }

    /// Puts the value, if there is one.
    template <class T> void put(std::uint16_t type, const std::optional<T>& value) {
        if (value)
            put(type, *value);
    }

    /// Puts id, name or both.
    template <class IdT>
    void put(std::uint16_t id_type, std::uint16_t name_type, const Ref<IdT>& ref) {
        put(id_type, ref.id());
        put(name_type, ref.name());
    }
    template <class IdT>
    void put(std::uint16_t id_type, std::uint16_t name_type, const std::optional<Ref<IdT>>& ref) {
        if (ref)
            put(id_type, name_type, *ref);
    }

    /// Puts a flag, an attribute without content.
    void put_flag(std::uint16_t type) { put_bytes(type, {}); }

    /// Puts a nest with the attributes that \p fill puts.
    template <class F> void nest(std::uint16_t type, F fill) {
        begin_nest(type);
        fill();
        end_nest();
    }

    /// Puts a nest for each element of a list that is set as a whole; a single empty nest clears
    /// it.
    template <class T, class F>
    void put_list(std::uint16_t type, const std::optional<std::vector<T>>& list, F fill) {
        if (!list)
            return;
        if (list->empty())
            nest(type, [] {});
        for (const T& element : *list)
            nest(type, [&] { fill(element); });
    }

    /// Puts an address and its length, in a nest of the set "prefix".
    void put_prefix(const Prefix& prefix);

    /// The name, in errors, of an attribute of the message or of the nest that is being filled.
    std::string attribute_name(std::uint16_t type, std::size_t index = 0) const;

    /// The request cannot be sent; the first error counts.
    void fail(Error error);

    /// Like fail(), for an attribute of the message or of the nest that is being filled.
    void fail(std::uint16_t type, int code, std::string message);

    Request finish() &&;

private:
    template <class T> void put_number(std::uint16_t type, T value) {
        std::uint8_t bytes[sizeof(value)];
        std::memcpy(bytes, &value, sizeof(value));
        put_bytes(type, bytes);
    }
    void put_bytes(std::uint16_t type, Bytes bytes);
    void begin_nest(std::uint16_t type);
    void end_nest();
    std::size_t count_before(const OpenNest& nest, std::size_t from) const;
    nlmsghdr* header() noexcept;
    /// Makes room at the end for an attribute of \p length bytes.
    void grow(std::size_t length);

    Request request_;
    const Operation* operation_;
    std::vector<OpenNest> nests_; // that are being filled, the outermost first
};

// ---------------------------------------------------------------------------------------------
// Replies

/// Calls \p visit for each attribute; false when bytes are left that form no attribute.
template <class F> bool walk(Bytes attributes, F visit) {
    auto* attr = reinterpret_cast<const nlattr*>(attributes.data());
    int left = static_cast<int>(attributes.size());
    while (mnl_attr_ok(attr, left)) {
        visit(*attr);
        left -= static_cast<int>(MNL_ALIGN(mnl_attr_get_len(attr)));
        attr = mnl_attr_next(attr);
    }
    return left <= 0; // the padding of the last one may be missing
}

/// The content of an attribute.
inline Bytes payload_of(const nlattr& attr) noexcept {
    return {static_cast<const std::uint8_t*>(mnl_attr_get_payload(&attr)),
            mnl_attr_get_payload_len(&attr)};
}

// Decode an attribute's bytes; false when they do not fit the type.
bool decode(Bytes bytes, std::uint8_t& value) noexcept;
bool decode(Bytes bytes, std::uint16_t& value) noexcept;
bool decode(Bytes bytes, std::uint32_t& value) noexcept;
bool decode(Bytes bytes, std::uint64_t& value) noexcept;
bool decode(Bytes bytes, std::int32_t& value) noexcept;
bool decode(Bytes bytes, bool& value) noexcept;
bool decode(Bytes bytes, Port& value) noexcept;
bool decode(Bytes bytes, Protocol& value) noexcept;
bool decode(Bytes bytes, std::string& value);
bool decode(Bytes bytes, std::vector<std::uint8_t>& value);
bool decode(Bytes bytes, IpAddress& value) noexcept;
bool decode(Bytes bytes, MacAddress& value) noexcept;
bool decode(Bytes bytes, std::chrono::milliseconds& value) noexcept;
bool decode(Bytes bytes, std::chrono::sys_time<std::chrono::nanoseconds>& value) noexcept;
template <class Tag> bool decode(Bytes bytes, Id<Tag>& value) noexcept {
    std::uint32_t number = 0;
    bool good = decode(bytes, number);
    value = Id<Tag>(number);
    return good;
}
template <class E>
requires std::is_enum_v<E>
bool decode(Bytes bytes, E& value) noexcept {
    std::uint32_t number = 0;
    bool good = decode(bytes, number);
    value = static_cast<E>(number);
    return good;
}

/// Reads the attributes of one set out of a reply. Attributes that this version does not know are
/// skipped. error() keeps the first error; values read after it are not valid.
class Reader {
public:
    /// The attributes of a message or, with a \p parent, those of the nest number \p index of
    /// \p type in it.
    Reader(const AttributeSet& set, Bytes attributes, const Reader* parent = nullptr,
           std::uint16_t type = 0, std::size_t index = 0);

    /// A key, or an attribute that tells the kind of object. All others may be missing, because an
    /// older module does not know them: use value() and optional() for them.
    template <class T> void required(std::uint16_t type, T& value) {
        if (auto* attr = found_[type])
            convert(*attr, value);
        else
            fail(type, "is missing");
    }

    /// An attribute that may be absent; the value then stays unchanged.
    template <class T> void value(std::uint16_t type, T& value) {
        if (auto* attr = found_[type])
            convert(*attr, value);
    }

    /// An attribute that may be absent; the value then stays empty.
    template <class T> void optional(std::uint16_t type, std::optional<T>& value) {
        if (auto* attr = found_[type])
            convert(*attr, value.emplace());
    }

    /// The id and the name of something.
    template <class IdT>
    void required(std::uint16_t id_type, std::uint16_t name_type, Named<IdT>& value) {
        required(id_type, value.id);
        required(name_type, value.name);
    }
    template <class IdT>
    void value(std::uint16_t id_type, std::uint16_t name_type, Named<IdT>& value) {
        this->value(id_type, value.id);
        this->value(name_type, value.name);
    }
    template <class IdT>
    void optional(std::uint16_t id_type, std::uint16_t name_type,
                  std::optional<Named<IdT>>& value) {
        if (has(id_type) || has(name_type))
            required(id_type, name_type, value.emplace());
    }

    /// A reference that may be absent: the id and, unless the object is gone, its name. An id of 0
    /// is none, too.
    template <class IdT>
    void reference(std::uint16_t id_type, std::uint16_t name_type,
                   std::optional<Named<IdT>>& value) {
        IdT id;
        this->value(id_type, id);
        if (id == IdT())
            return;
        value = Named<IdT>{id, {}};
        this->value(name_type, value->name);
    }

    bool has(std::uint16_t type) const noexcept { return found_[type]; }

    /// A nest that must be there; \p read gets a Reader of it.
    template <class F> void nest(std::uint16_t type, F read) {
        if (!found_[type])
            return fail(type, "is missing");
        read_nest(*found_[type], 0, read);
    }

    /// A nest that may be absent.
    template <class F> void optional_nest(std::uint16_t type, F read) {
        if (found_[type])
            read_nest(*found_[type], 0, read);
    }

    /// All nests of a type, in order.
    template <class F> void each(std::uint16_t type, F read) {
        std::size_t index = 0;
        walk(attributes_, [&](const nlattr& attr) {
            if (mnl_attr_get_type(&attr) == type)
                read_nest(attr, index++, read);
        });
    }

    /// An address and a prefix length; without the length it is the whole address.
    void prefix(std::uint16_t address_type, std::uint16_t len_type, Prefix& value);

    /// The attribute of \p type is wrong; \p why continues "it ".
    void fail(std::uint16_t type, std::string_view why);

    const std::optional<Error>& error() const noexcept { return error_; }

private:
    template <class T> void convert(const nlattr& attr, T& value) {
        if (!decode(payload_of(attr), value))
            fail(mnl_attr_get_type(&attr), "has a wrong length");
    }

    template <class F> void read_nest(const nlattr& attr, std::size_t index, F read) {
        auto type = mnl_attr_get_type(&attr);
        Reader nested(*set_.find(type)->nested, payload_of(attr), this, type, index);
        read(nested);
        if (nested.error_ && !error_)
            error_ = std::move(nested.error_);
    }

    std::string path() const;

    // No set has as many attributes; a static_assert beside the constructor checks it.
    static constexpr std::size_t types_max = 64;

    const AttributeSet& set_;
    Bytes attributes_;
    const Reader* parent_;
    std::uint16_t type_;
    std::size_t index_;
    std::array<const nlattr*, types_max> found_{};
    std::optional<Error> error_;
};

/// "network", "network.gateway[2]": appends an attribute to a path.
std::string path_of(std::string_view path, const Attribute& attribute, std::size_t index);

/// Calls \p visit for each message of a datagram; false when bytes are left that form no message.
template <class F> bool walk_messages(Bytes datagram, F visit) {
    auto* header = reinterpret_cast<const nlmsghdr*>(datagram.data());
    int left = static_cast<int>(datagram.size());
    // libmnl treats the length as signed, and accepts lengths of more than 2 GiB.
    while (mnl_nlmsg_ok(header, left) && header->nlmsg_len <= static_cast<std::uint32_t>(left)) {
        visit(*header);
        header = mnl_nlmsg_next(header, &left);
    }
    return left <= 0;
}

/// The payload behind a message's netlink header.
inline Bytes payload_of(const nlmsghdr& header) noexcept {
    return {static_cast<const std::uint8_t*>(mnl_nlmsg_get_payload(&header)),
            mnl_nlmsg_get_payload_len(&header)};
}

/// The command of a generic netlink message; 0 when it lacks that header.
std::uint8_t command_of(const nlmsghdr& header) noexcept;

/// The attributes of a generic netlink message, which must have the header.
inline Bytes attributes_of(const nlmsghdr& header) noexcept {
    return payload_of(header).subspan(MNL_ALIGN(sizeof(genlmsghdr)));
}

} // namespace vrouter::detail
