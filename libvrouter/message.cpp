// SPDX-License-Identifier: LGPL-2.1-or-later
#include "message.hpp"

#include <algorithm>
#include <limits>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <linux/vrouter.h>

namespace vrouter {

std::string_view Request::operation() const noexcept {
    auto* header = reinterpret_cast<const nlmsghdr*>(message_.data());
    auto* operation = detail::find_operation(detail::command_of(*header));
    return operation->name;
}

std::span<const std::uint8_t> Request::attributes() const noexcept {
    return std::span(message_).subspan(detail::header_size);
}

} // namespace vrouter

namespace vrouter::detail {

namespace {

/// Decodes a number as wide as T in host byte order.
template <class T> bool decode_number(Bytes bytes, T& value) noexcept {
    if (bytes.size() != sizeof(value))
        return false;
    std::memcpy(&value, bytes.data(), sizeof(value));
    return true;
}

} // namespace

RequestBuilder::RequestBuilder(std::uint8_t command, std::uint16_t flags)
    : operation_(find_operation(command)) {
    request_.message_.resize(header_size);
    auto* nlh = mnl_nlmsg_put_header(request_.message_.data());
    nlh->nlmsg_flags = static_cast<std::uint16_t>(NLM_F_REQUEST | flags);
    auto* genl = static_cast<genlmsghdr*>(mnl_nlmsg_put_extra_header(nlh, sizeof(genlmsghdr)));
    genl->cmd = command;
    genl->version = VROUTER_GENL_VERSION;
}

void RequestBuilder::put(std::uint16_t type, Port value) {
    put_number(type, htons(value.value));
}

void RequestBuilder::put(std::uint16_t type, const std::string& value) {
    // The kernel would end the text at the zero and use another name.
    if (value.find('\0') != value.npos)
        return fail(type, EINVAL, "text cannot have a zero byte in it");
    put_bytes(type, {reinterpret_cast<const std::uint8_t*>(value.c_str()), value.size() + 1});
}

void RequestBuilder::put_prefix(const Prefix& prefix) {
    put(VROUTER_A_PREFIX_ADDRESS, prefix.address());
    put(VROUTER_A_PREFIX_LEN, static_cast<std::uint8_t>(prefix.length()));
}

void RequestBuilder::put_bytes(std::uint16_t type, Bytes bytes) {
    constexpr std::size_t longest = std::numeric_limits<std::uint16_t>::max() - MNL_ATTR_HDRLEN;
    if (bytes.size() > longest)
        return fail(type, EMSGSIZE,
                    fmt::format("{} bytes are more than an attribute can have", bytes.size()));
    grow(bytes.size());
    mnl_attr_put(header(), type, bytes.size(), bytes.data());
}

void RequestBuilder::begin_nest(std::uint16_t type) {
    grow(0);
    auto* start = reinterpret_cast<std::uint8_t*>(mnl_attr_nest_start(header(), type));
    nests_.push_back({type, static_cast<std::size_t>(start - request_.message_.data())});
}

void RequestBuilder::end_nest() {
    mnl_attr_nest_end(header(), reinterpret_cast<nlattr*>(&request_.message_[nests_.back().start]));
    nests_.pop_back();
}

/// The number of attributes of the nest's type between \p from and the nest.
std::size_t RequestBuilder::count_before(const OpenNest& nest, std::size_t from) const {
    std::size_t count = 0;
    walk(Bytes(request_.message_).subspan(from, nest.start - from), [&](const nlattr& attr) {
        if (mnl_attr_get_type(&attr) == nest.type)
            count++;
    });
    return count;
}

nlmsghdr* RequestBuilder::header() noexcept {
    return reinterpret_cast<nlmsghdr*>(request_.message_.data());
}

void RequestBuilder::grow(std::size_t length) {
    request_.message_.resize(request_.message_.size() + MNL_ATTR_HDRLEN + MNL_ALIGN(length));
}

std::string RequestBuilder::attribute_name(std::uint16_t type, std::size_t index) const {
    auto* set = operation_->set;
    std::string path(set->name);
    auto start = header_size;
    for (const auto& nest : nests_) {
        auto* attribute = set->find(nest.type);
        path = path_of(path, *attribute, count_before(nest, start));
        set = attribute->nested;
        start = nest.start + MNL_ATTR_HDRLEN;
    }
    return path_of(path, *set->find(type), index);
}

void RequestBuilder::fail(Error error) {
    if (!request_.error_)
        request_.error_ = std::move(error);
}

void RequestBuilder::fail(std::uint16_t type, int code, std::string message) {
    Error error{.code = code, .message = std::move(message), .attribute = attribute_name(type)};
    if (!nests_.empty() && operation_->set->find(nests_[0].type)->name == "entry")
        error.index = count_before(nests_[0], header_size);
    fail(std::move(error));
}

Request RequestBuilder::finish() && {
    return std::move(request_);
}

bool decode(Bytes bytes, std::uint8_t& value) noexcept {
    return decode_number(bytes, value);
}
bool decode(Bytes bytes, std::uint16_t& value) noexcept {
    return decode_number(bytes, value);
}
bool decode(Bytes bytes, std::uint32_t& value) noexcept {
    return decode_number(bytes, value);
}
bool decode(Bytes bytes, std::uint64_t& value) noexcept {
    return decode_number(bytes, value);
}

bool decode(Bytes bytes, std::int32_t& value) noexcept {
    return decode_number(bytes, value);
}

bool decode(Bytes bytes, bool& value) noexcept {
    std::uint8_t number = 0;
    bool good = decode_number(bytes, number);
    value = number;
    return good;
}

bool decode(Bytes bytes, Port& value) noexcept {
    bool good = decode_number(bytes, value.value);
    value.value = ntohs(value.value);
    return good;
}

bool decode(Bytes bytes, Protocol& value) noexcept {
    std::uint8_t number = 0;
    bool good = decode_number(bytes, number);
    value = Protocol(number);
    return good;
}

bool decode(Bytes bytes, std::vector<std::uint8_t>& value) {
    value.assign(bytes.begin(), bytes.end());
    return true;
}

bool decode(Bytes bytes, std::string& value) {
    auto end = std::ranges::find(bytes, 0);
    value.assign(bytes.begin(), end);
    return end != bytes.end();
}

bool decode(Bytes bytes, IpAddress& value) noexcept {
    auto address = IpAddress::from_bytes(bytes);
    value = address.value_or(IpAddress());
    return address.has_value();
}

bool decode(Bytes bytes, MacAddress& value) noexcept {
    auto mac = MacAddress::from_bytes(bytes);
    value = mac.value_or(MacAddress());
    return mac.has_value();
}

bool decode(Bytes bytes, std::chrono::milliseconds& value) noexcept {
    std::uint64_t number = 0;
    bool good = decode_number(bytes, number);
    value = std::chrono::milliseconds(number);
    return good;
}

bool decode(Bytes bytes, std::chrono::sys_time<std::chrono::nanoseconds>& value) noexcept {
    std::uint64_t number = 0;
    bool good = decode_number(bytes, number);
    value = std::chrono::sys_time<std::chrono::nanoseconds>(std::chrono::nanoseconds(number));
    return good;
}

Reader::Reader(const AttributeSet& set, Bytes attributes, const Reader* parent, std::uint16_t type,
               std::size_t index)
    : set_(set), attributes_(attributes), parent_(parent), type_(type), index_(index) {
    static_assert(__VROUTER_A_TRACE_STAGE_MAX <= types_max, "the set with the most attributes");

    bool whole = walk(attributes_, [this](const nlattr& attr) {
        auto type = mnl_attr_get_type(&attr);
        if (set_.find(type))
            found_[type] = &attr;
    });
    if (!whole) {
        error_ = bad_reply(fmt::format("{} ends in the middle of an attribute", path()));
        error_->attribute = path();
    }
}

void Reader::prefix(std::uint16_t address_type, std::uint16_t len_type, Prefix& value) {
    IpAddress address;
    required(address_type, address);
    std::optional<std::uint8_t> length;
    optional(len_type, length);
    auto prefix = Prefix::make(address, length.value_or(static_cast<std::uint8_t>(address.bits())));
    if (prefix)
        value = *prefix;
    else
        fail(len_type, "is longer than the address");
}

void Reader::fail(std::uint16_t type, std::string_view why) {
    if (error_)
        return;
    auto attribute = path_of(path(), *set_.find(type), 0);
    error_ = bad_reply(fmt::format("{} {}", attribute, why));
    error_->attribute = std::move(attribute);
}

std::string Reader::path() const {
    if (!parent_)
        return std::string(set_.name);
    return path_of(parent_->path(), *parent_->set_.find(type_), index_);
}

std::string path_of(std::string_view path, const Attribute& attribute, std::size_t index) {
    if (attribute.multi)
        return fmt::format("{}.{}[{}]", path, attribute.name, index);
    return fmt::format("{}.{}", path, attribute.name);
}

std::uint8_t command_of(const nlmsghdr& header) noexcept {
    auto payload = payload_of(header);
    if (payload.size() < MNL_ALIGN(sizeof(genlmsghdr)))
        return 0;
    return reinterpret_cast<const genlmsghdr*>(payload.data())->cmd;
}

} // namespace vrouter::detail
