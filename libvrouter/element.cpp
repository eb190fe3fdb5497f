// SPDX-License-Identifier: LGPL-2.1-or-later
#include <algorithm>
#include <cerrno>

#include <fmt/format.h>
#include <linux/vrouter.h>
#include <sys/random.h>

#include "bulk.hpp"
#include "session.hpp"

namespace vrouter {

namespace {

using namespace detail;

constexpr BulkAttributes attributes{
    .owner_id = VROUTER_A_ELEMENT_SET_ID,
    .owner_name = VROUTER_A_ELEMENT_SET_NAME,
    .entry = VROUTER_A_ELEMENT_ENTRY,
};

void put_key(RequestBuilder& builder, const ElementKey& key) {
    builder.put(VROUTER_A_ELEMENT_ENTRY_ADDRESS, key.prefix.address());
    builder.put(VROUTER_A_ELEMENT_ENTRY_LEN, static_cast<std::uint8_t>(key.prefix.length()));
    builder.put(VROUTER_A_ELEMENT_ENTRY_PROTO, key.proto);
    builder.put(VROUTER_A_ELEMENT_ENTRY_PORT, key.port);
    builder.put(VROUTER_A_ELEMENT_ENTRY_PORT_END, key.port_end);
}

void put_spec(RequestBuilder& builder, const ElementSpec& element) {
    put_key(builder, element.key);
    if (element.nomatch)
        builder.put(VROUTER_A_ELEMENT_ENTRY_NOMATCH, true);
    builder.put(VROUTER_A_ELEMENT_ENTRY_TIMEOUT, element.timeout);
    put_comment(builder, VROUTER_A_ELEMENT_ENTRY_COMMENT, element.comment);
}

Request new_request(NewMode mode, const SetRef& set, std::span<const ElementSpec> elements) {
    return bulk_request(new_builder(VROUTER_CMD_ELEMENT_NEW, mode), attributes, set, elements,
                        put_spec);
}

/// A get request within a set.
RequestBuilder get_in(const SetRef& set, const ElementKey& key) {
    auto builder = get_builder(VROUTER_CMD_ELEMENT_GET);
    builder.put(attributes.owner_id, attributes.owner_name, set);
    builder.nest(attributes.entry, [&] { put_key(builder, key); });
    return builder;
}

Request dump_request(const ElementFilter& filter) {
    auto builder = dump_builder(VROUTER_CMD_ELEMENT_GET);
    builder.put(attributes.owner_id, attributes.owner_name, filter.set);
    return std::move(builder).finish();
}

/// A random name, so that no other set has it.
Result<std::string> random_name() {
    std::uint64_t number = 0;
    if (getrandom(&number, sizeof(number), 0) != static_cast<ssize_t>(sizeof(number)))
        return make_error(errno, "cannot get a random number");
    return fmt::format(".assign-{:016x}", number);
}

/// Adjusts an error about an entry of a part to its index in the whole list.
Error moved(Error error, std::size_t offset) {
    if (!error.index || !offset)
        return error;
    auto entry = fmt::format("[{}]", *error.index);
    *error.index += offset;
    if (auto at = error.attribute.find(entry); at != error.attribute.npos)
        error.attribute.replace(at, entry.size(), fmt::format("[{}]", *error.index));
    return error;
}

/// Adds elements to a set that no rule uses yet, in several requests if needed.
Result<void> fill(Session& session, const SetRef& set, std::span<const ElementSpec> elements) {
    for (std::size_t done = 0; done < elements.size(); done += bulk_max) {
        auto part = elements.subspan(done, std::min(bulk_max, elements.size() - done));
        if (auto added = session.run(requests::add(set, part)); !added)
            return moved(std::move(added).error(), done);
    }
    return {};
}

Result<ElementKey> parse_ports(std::string_view text, ElementKey key) {
    auto port = key.proto->parse_port(text);
    // ICMP names contain '-' too.
    auto dash = text.find('-');
    if (!port && dash != text.npos) {
        port = key.proto->parse_port(text.substr(0, dash));
        auto end = key.proto->parse_port(text.substr(dash + 1));
        if (port && end && *end < *port)
            return make_error(EINVAL, fmt::format("the range {} ends before it begins", text));
        if (port && !end)
            port = end;
        if (port && *end != *port)
            key.port_end = *end;
    }
    if (!port)
        return std::move(port).error();
    key.port = *port;
    return key;
}

} // namespace

Result<ElementKey> ElementKey::parse(std::string_view text) {
    ElementKey key;
    auto comma = text.find(',');
    auto prefix = Prefix::parse(text.substr(0, comma));
    if (!prefix)
        return std::move(prefix).error();
    key.prefix = *prefix;
    if (comma == text.npos)
        return key;
    auto rest = text.substr(comma + 1);
    auto colon = rest.find(':');
    auto proto = Protocol::parse(rest.substr(0, colon));
    if (!proto)
        return std::move(proto).error();
    key.proto = *proto;
    if (colon == rest.npos)
        return key;
    return parse_ports(rest.substr(colon + 1), key);
}

std::string ElementKey::to_string() const {
    auto text = prefix.is_host() ? prefix.address().to_string() : prefix.to_string();
    if (proto)
        text += ',' + proto->to_string();
    if (proto && port)
        text += ':' + proto->port_to_string(*port);
    if (proto && port && port_end && *port_end != *port)
        text += '-' + proto->port_to_string(*port_end);
    return text;
}

ElementSpec ElementInfo::spec() const {
    std::uint32_t timeout = 0;
    if (expires)
        // A timeout of 0 would make an element that is about to expire permanent.
        timeout = static_cast<std::uint32_t>(
            std::max(std::chrono::ceil<std::chrono::seconds>(*expires).count(), std::int64_t{1}));
    return {.key = key, .nomatch = nomatch, .timeout = timeout, .comment = comment};
}

namespace requests {

Request add(const SetRef& set, std::span<const ElementSpec> elements) {
    return new_request(NewMode::add, set, elements);
}

Request add_exclusive(const SetRef& set, std::span<const ElementSpec> elements) {
    return new_request(NewMode::add_exclusive, set, elements);
}

Request replace(const SetRef& set, std::span<const ElementSpec> elements) {
    return new_request(NewMode::replace, set, elements);
}

Request del(const SetRef& set, std::span<const ElementKey> elements) {
    return bulk_request(change_builder(VROUTER_CMD_ELEMENT_DEL), attributes, set, elements,
                        put_key);
}

Request flush_elements(const SetRef& set) {
    auto builder = change_builder(VROUTER_CMD_ELEMENT_DEL);
    builder.put(attributes.owner_id, attributes.owner_name, set);
    builder.put_flag(VROUTER_A_ELEMENT_ALL);
    return std::move(builder).finish();
}

} // namespace requests

Result<void> Elements::add(const SetRef& set, std::span<const ElementSpec> elements) {
    return session_->run(requests::add(set, elements));
}

Result<void> Elements::add_exclusive(const SetRef& set, std::span<const ElementSpec> elements) {
    return session_->run(requests::add_exclusive(set, elements));
}

Result<void> Elements::replace(const SetRef& set, std::span<const ElementSpec> elements) {
    return session_->run(requests::replace(set, elements));
}

Result<void> Elements::del(const SetRef& set, std::span<const ElementKey> elements) {
    return session_->run(requests::del(set, elements));
}

Result<void> Elements::add(const SetRef& set, const ElementSpec& element) {
    return add(set, std::span(&element, 1));
}

Result<void> Elements::add_exclusive(const SetRef& set, const ElementSpec& element) {
    return add_exclusive(set, std::span(&element, 1));
}

Result<void> Elements::replace(const SetRef& set, const ElementSpec& element) {
    return replace(set, std::span(&element, 1));
}

Result<void> Elements::del(const SetRef& set, const ElementKey& element) {
    return del(set, std::span(&element, 1));
}

Result<void> Elements::flush(const SetRef& set) {
    return session_->run(requests::flush_elements(set));
}

Result<void> Elements::assign(const SetRef& set, std::span<const ElementSpec> elements) {
    Sets sets(*session_);
    auto info = sets.get(set);
    if (!info)
        return std::move(info).error();
    auto name = random_name();
    if (!name)
        return std::move(name).error();
    auto spec = info->spec();
    spec.id.reset();
    spec.name = *name;
    if (auto made = sets.add_exclusive(spec); !made)
        return made;

    auto done = fill(*session_, *name, elements);
    if (done)
        done = sets.swap(info->id, *name);
    auto deleted = sets.del(*name);
    if (done && !deleted)
        return make_error(deleted.error().code,
                          fmt::format("the set has its new elements, but the old ones are left in "
                                      "set \"{}\": {}",
                                      *name, deleted.error().message));
    return done;
}

Result<ElementInfo> Elements::get(const SetRef& set, const ElementKey& key) {
    return session_->get<ElementInfo>(get_in(set, key).finish());
}

Result<ElementInfo> Elements::test(const SetRef& set, const ElementKey& key) {
    auto builder = get_in(set, key);
    builder.put_flag(VROUTER_A_ELEMENT_MATCH);
    return session_->get<ElementInfo>(std::move(builder).finish());
}

Result<std::vector<ElementInfo>> Elements::list(const ElementFilter& filter) {
    return session_->list<ElementInfo>(dump_request(filter));
}

Result<void> Elements::dump(const ElementFilter& filter, const DumpCallback<ElementInfo>& each,
                            const RestartCallback& restart) {
    return session_->dump<ElementInfo>(dump_request(filter), each, restart);
}

void detail::decode_element(Reader& reader, ElementInfo& element) {
    std::optional<bool> nomatch;
    reader.prefix(VROUTER_A_ELEMENT_ENTRY_ADDRESS, VROUTER_A_ELEMENT_ENTRY_LEN, element.key.prefix);
    reader.optional(VROUTER_A_ELEMENT_ENTRY_PROTO, element.key.proto);
    reader.optional(VROUTER_A_ELEMENT_ENTRY_PORT, element.key.port);
    reader.optional(VROUTER_A_ELEMENT_ENTRY_PORT_END, element.key.port_end);
    // A range of one port is a single port, as in parse().
    if (element.key.port_end == element.key.port)
        element.key.port_end.reset();
    reader.optional(VROUTER_A_ELEMENT_ENTRY_NOMATCH, nomatch);
    element.nomatch = nomatch.value_or(false);
    reader.optional(VROUTER_A_ELEMENT_ENTRY_COMMENT, element.comment);
    reader.optional(VROUTER_A_ELEMENT_ENTRY_EXPIRES, element.expires);
    reader.optional(VROUTER_A_ELEMENT_ENTRY_PACKETS, element.packets);
    reader.optional(VROUTER_A_ELEMENT_ENTRY_BYTES, element.bytes);
}

void detail::decode_object(Reader& reader, ElementInfo& element) {
    reader.required(VROUTER_A_ELEMENT_SET_ID, VROUTER_A_ELEMENT_SET_NAME, element.set);
    reader.nest(VROUTER_A_ELEMENT_ENTRY, [&](Reader& nest) { decode_element(nest, element); });
}

} // namespace vrouter
