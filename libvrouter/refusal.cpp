// SPDX-License-Identifier: LGPL-2.1-or-later
#include "refusal.hpp"

#include <algorithm>
#include <cerrno>
#include <vector>

#include <fmt/format.h>
#include <linux/vrouter.h>

namespace vrouter::detail {

namespace {

constexpr int max_errno = 4095; // as in the kernel

/// The attributes of an extended acknowledgement, as far as present.
struct ExtendedAck {
    std::string message;
    std::optional<std::uint32_t> offset;       // of the attribute that was refused
    std::optional<std::uint32_t> missing_type; // of an attribute that is missing
    std::optional<std::uint32_t> missing_nest; // offset of the nest that it belongs in
    std::optional<std::uint64_t> min, max;     // of a number that was out of range
};

/// A place in a request.
struct Place {
    std::string path;
    const AttributeSet* nested = nullptr; // the set of its attributes, for a nest
    std::optional<std::size_t> entry;     // the bulk entry that it lies in
};

template <class T> void read(const nlattr& attr, std::optional<T>& value) {
    T number;
    if (decode(payload_of(attr), number))
        value = number;
}

/// The range in the policy of the refused attribute.
void read_policy(Bytes attributes, ExtendedAck& ack) {
    walk(attributes, [&](const nlattr& attr) {
        switch (mnl_attr_get_type(&attr)) {
        case NL_POLICY_TYPE_ATTR_MIN_VALUE_U:
            return read(attr, ack.min);
        case NL_POLICY_TYPE_ATTR_MAX_VALUE_U:
            return read(attr, ack.max);
        }
    });
}

/// Reads what it can: a malformed attribute must not hide the refusal.
ExtendedAck read_ack(Bytes attributes) {
    ExtendedAck ack;
    walk(attributes, [&](const nlattr& attr) {
        switch (mnl_attr_get_type(&attr)) {
        case NLMSGERR_ATTR_MSG:
            decode(payload_of(attr), ack.message);
            break;
        case NLMSGERR_ATTR_OFFS:
            return read(attr, ack.offset);
        case NLMSGERR_ATTR_POLICY:
            return read_policy(payload_of(attr), ack);
        case NLMSGERR_ATTR_MISS_TYPE:
            return read(attr, ack.missing_type);
        case NLMSGERR_ATTR_MISS_NEST:
            return read(attr, ack.missing_nest);
        }
    });
    return ack;
}

/// The attributes of a request's extended acknowledgement: behind the errno and, if the kernel sent
/// one, a copy of the request.
Bytes ack_attributes(const nlmsghdr& verdict) {
    auto payload = payload_of(verdict);
    std::size_t skip = sizeof(int);
    if (verdict.nlmsg_type == NLMSG_ERROR) {
        skip = sizeof(nlmsgerr);
        if (payload.size() >= skip && !(verdict.nlmsg_flags & NLM_F_CAPPED)) {
            auto* error = reinterpret_cast<const nlmsgerr*>(payload.data());
            skip += MNL_ALIGN(error->msg.nlmsg_len) - MNL_NLMSG_HDRLEN;
        }
    }
    if (!(verdict.nlmsg_flags & NLM_F_ACK_TLVS) || payload.size() < skip)
        return {};
    return payload.subspan(skip);
}

/// Finds the innermost attribute that \p offset lies in.
///
/// \p start is the offset of the first attribute, counted from the same point. The index among
/// attributes of the same type is counted from the first one.
std::optional<Place> find_place(const AttributeSet& set, Bytes attributes, std::size_t start,
                                std::size_t offset, const Place& parent) {
    std::vector<std::size_t> counts(set.attributes.size());
    std::optional<Place> place;
    walk(attributes, [&](const nlattr& attr) {
        auto* attribute = set.find(mnl_attr_get_type(&attr));
        if (place || !attribute)
            return;
        auto index = counts[mnl_attr_get_type(&attr)]++;
        auto payload = payload_of(attr);
        auto begin = start + static_cast<std::size_t>(reinterpret_cast<const std::uint8_t*>(&attr) -
                                                      attributes.data());
        if (offset < begin || offset >= begin + MNL_ATTR_HDRLEN + payload.size())
            return;

        place = Place{path_of(parent.path, *attribute, index), attribute->nested, parent.entry};
        if (attribute->name == "entry")
            place->entry = index;
        if (attribute->nested && offset > begin)
            if (auto deeper = find_place(*attribute->nested, payload, begin + MNL_ATTR_HDRLEN,
                                         offset, *place))
                place = deeper;
    });
    return place;
}

/// The place of the fault in the request, as far as the kernel told.
std::optional<Place> find_fault(const ExtendedAck& ack, Bytes request, const AttributeSet& set) {
    Place top{std::string(set.name), &set, std::nullopt};
    auto attributes = request.subspan(header_size);
    if (ack.offset)
        return find_place(set, attributes, header_size, *ack.offset, top);
    if (!ack.missing_type)
        return std::nullopt;

    std::optional<Place> nest = top;
    if (ack.missing_nest)
        nest = find_place(set, attributes, header_size, *ack.missing_nest, top);
    if (!nest || !nest->nested)
        return nest;
    auto* missing = nest->nested->find(static_cast<std::uint16_t>(*ack.missing_type));
    if (missing)
        nest->path = fmt::format("{}.{}", nest->path, missing->name);
    return nest;
}

std::string hint_for(const Error& error, const ExtendedAck& ack, const Operation& operation) {
    constexpr std::string_view older = "the loaded module does not know {}, it is older than this "
                                       "library: update the module";
    if (error.code == EPERM && ack.message.empty())
        return "this needs CAP_NET_ADMIN in the network namespace";
    if (error.code == EOPNOTSUPP && ack.message.empty())
        return fmt::format(older, operation.name);
    // The kernel's messages for attribute numbers beyond a policy or in its holes.
    if (ack.message == "Unknown attribute type" || ack.message == "Unsupported attribute")
        return error.attribute.empty() ? "" : fmt::format(older, error.attribute);
    if (error.code == ENOSPC && ack.message.starts_with("the namespace is at its limit"))
        return "`vrouter-ctl limits` shows and changes the limits of the namespace";
    if (ack.min && ack.max)
        return fmt::format("allowed is {} to {}", *ack.min, *ack.max);
    return {};
}

/// Adds the attribute, index and hint, from a comparison with the request.
void explain(Error& error, const ExtendedAck& ack, Bytes request) {
    auto command = command_of(*reinterpret_cast<const nlmsghdr*>(request.data()));
    auto* operation = find_operation(command);
    if (auto fault = find_fault(ack, request, *operation->set)) {
        error.attribute = fault->path;
        error.index = fault->entry;
    }
    error.hint = hint_for(error, ack, *operation);
}

} // namespace

std::optional<Refusal> read_verdict(const nlmsghdr& verdict, Bytes request) {
    auto payload = payload_of(verdict);
    int code = 0;
    if (payload.size() < (verdict.nlmsg_type == NLMSG_ERROR ? sizeof(nlmsgerr) : sizeof(code)))
        return Refusal{bad_reply("its verdict is too short"), false};
    std::memcpy(&code, payload.data(), sizeof(code));
    if (code >= 0)
        return std::nullopt;
    code = std::max(code, -max_errno);

    auto ack = read_ack(ack_attributes(verdict));
    Refusal refusal{make_error(-code, ack.message), ack.message.empty()};
    if (refusal.bare)
        refusal.error.message = errno_text(-code);
    if (!request.empty())
        explain(refusal.error, ack, request);
    return refusal;
}

} // namespace vrouter::detail
