// SPDX-License-Identifier: LGPL-2.1-or-later
#include <algorithm>
#include <cerrno>
#include <charconv>

#include <fmt/format.h>
#include <linux/vrouter.h>

#include "bulk.hpp"
#include "session.hpp"

namespace vrouter {

namespace {

using namespace detail;

constexpr BulkAttributes attributes{
    .owner_id = VROUTER_A_RULE_SG_ID,
    .owner_name = VROUTER_A_RULE_SG_NAME,
    .entry = VROUTER_A_RULE_ENTRY,
};

constexpr std::string_view any_word = "any", set_word = "set:", sg_word = "sg:";

/// A visitor for std::visit, made of one function per alternative.
template <class... F> struct Overloaded : F... { using F::operator()...; };
template <class... F> Overloaded(F...) -> Overloaded<F...>;

void put_peer(RequestBuilder& builder, std::uint16_t type, const Peer& peer) {
    if (std::holds_alternative<Anyone>(peer))
        return;
    builder.nest(type, [&] {
        std::visit(Overloaded{
                       [](const Anyone&) {},
                       [&](const Prefix& prefix) {
                           builder.put(VROUTER_A_PEER_ADDRESS, prefix.address());
                           builder.put(VROUTER_A_PEER_LEN,
                                       static_cast<std::uint8_t>(prefix.length()));
                       },
                       [&](const SetRef& set) {
                           builder.put(VROUTER_A_PEER_SET_ID, VROUTER_A_PEER_SET_NAME, set);
                       },
                       [&](const SgRef& sg) {
                           builder.put(VROUTER_A_PEER_SG_ID, VROUTER_A_PEER_SG_NAME, sg);
                       },
                   },
                   peer);
    });
}

void put_match(RequestBuilder& builder, const RuleSpec& rule) {
    builder.put(VROUTER_A_RULE_ENTRY_FAMILY, rule.family);
    builder.put(VROUTER_A_RULE_ENTRY_PROTO, rule.proto);
    builder.put(VROUTER_A_RULE_ENTRY_SPORT, rule.sport);
    builder.put(VROUTER_A_RULE_ENTRY_SPORT_END, rule.sport_end);
    builder.put(VROUTER_A_RULE_ENTRY_DPORT, rule.dport);
    builder.put(VROUTER_A_RULE_ENTRY_DPORT_END, rule.dport_end);
    builder.put(VROUTER_A_RULE_ENTRY_ICMP_TYPE, rule.icmp_type);
    builder.put(VROUTER_A_RULE_ENTRY_ICMP_CODE, rule.icmp_code);
    put_peer(builder, VROUTER_A_RULE_ENTRY_FROM, rule.from);
    put_peer(builder, VROUTER_A_RULE_ENTRY_TO, rule.to);
}

void put_rule(RequestBuilder& builder, const RuleSpec& rule) {
    builder.put(VROUTER_A_RULE_ENTRY_DIRECTION, rule.direction);
    builder.put(VROUTER_A_RULE_ENTRY_PRIORITY, rule.priority);
    put_match(builder, rule);
    builder.put(VROUTER_A_RULE_ENTRY_ACTION, rule.action);
    if (rule.stateless)
        builder.put(VROUTER_A_RULE_ENTRY_STATELESS, true);
    builder.put(VROUTER_A_RULE_ENTRY_HELPER, rule.helper);
    put_comment(builder, VROUTER_A_RULE_ENTRY_COMMENT, rule.comment);
}

void put_index(RequestBuilder& builder, std::uint32_t index) {
    builder.put(VROUTER_A_RULE_ENTRY_INDEX, index);
}

Request new_request(NewMode mode, const SgRef& sg, std::span<const RuleSpec> rules) {
    return bulk_request(new_builder(VROUTER_CMD_RULE_NEW, mode), attributes, sg, rules, put_rule);
}

Request dump_request(const RuleFilter& filter) {
    auto builder = dump_builder(VROUTER_CMD_RULE_GET);
    builder.put(attributes.owner_id, attributes.owner_name, filter.sg);
    return std::move(builder).finish();
}

bool has_digits_only(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

/// Parses the NAME of "set:NAME" or "sg:NAME".
template <class IdT> Result<Peer> parse_reference(std::string_view text, std::string_view word) {
    auto name = text.substr(word.size());
    if (name.empty())
        return make_error(EINVAL, fmt::format("\"{}\" names nothing", text),
                          fmt::format("{}NAME", word));
    if (!has_digits_only(name))
        return Peer(Ref<IdT>(name));
    std::uint32_t id = 0;
    if (std::from_chars(name.data(), name.data() + name.size(), id).ec != std::errc())
        return make_error(EINVAL, fmt::format("{} is no id, they are smaller", name));
    return Peer(Ref<IdT>(IdT(id)));
}

/// A name of digits only would be read as an id.
template <class IdT> std::string reference_text(std::string_view word, const Ref<IdT>& ref) {
    if (ref.id() && ref.name() && has_digits_only(*ref.name()))
        return fmt::format("{}{}", word, ref.id()->value());
    return fmt::format("{}{}", word, ref.to_string());
}

void decode_peer(Reader& reader, std::uint16_t type, Peer& peer) {
    if (!reader.has(type))
        return;
    reader.nest(type, [&](Reader& nest) {
        Prefix prefix;
        std::optional<Named<SetId>> set;
        std::optional<Named<SgId>> sg;
        nest.optional(VROUTER_A_PEER_SET_ID, VROUTER_A_PEER_SET_NAME, set);
        nest.optional(VROUTER_A_PEER_SG_ID, VROUTER_A_PEER_SG_NAME, sg);
        if (nest.has(VROUTER_A_PEER_ADDRESS)) {
            nest.prefix(VROUTER_A_PEER_ADDRESS, VROUTER_A_PEER_LEN, prefix);
            peer = prefix;
        } else if (set) {
            peer = SetRef(*set);
        } else if (sg) {
            peer = SgRef(*sg);
        }
    });
}

void decode_ports(Reader& reader, std::uint16_t first_type, std::uint16_t end_type,
                  std::optional<std::uint16_t>& first, std::optional<std::uint16_t>& end) {
    reader.optional(first_type, first);
    reader.optional(end_type, end);
    // A range of one port is a single port, so that it compares equal to a request.
    if (end == first)
        end.reset();
}

void decode_match(Reader& reader, RuleSpec& rule) {
    reader.optional(VROUTER_A_RULE_ENTRY_FAMILY, rule.family);
    reader.optional(VROUTER_A_RULE_ENTRY_PROTO, rule.proto);
    if (rule.proto && rule.proto->is_all())
        rule.proto.reset();
    decode_ports(reader, VROUTER_A_RULE_ENTRY_SPORT, VROUTER_A_RULE_ENTRY_SPORT_END, rule.sport,
                 rule.sport_end);
    decode_ports(reader, VROUTER_A_RULE_ENTRY_DPORT, VROUTER_A_RULE_ENTRY_DPORT_END, rule.dport,
                 rule.dport_end);
    reader.optional(VROUTER_A_RULE_ENTRY_ICMP_TYPE, rule.icmp_type);
    reader.optional(VROUTER_A_RULE_ENTRY_ICMP_CODE, rule.icmp_code);
    decode_peer(reader, VROUTER_A_RULE_ENTRY_FROM, rule.from);
    decode_peer(reader, VROUTER_A_RULE_ENTRY_TO, rule.to);
}

void decode_rule(Reader& reader, RuleSpec& rule) {
    std::optional<bool> stateless;
    reader.required(VROUTER_A_RULE_ENTRY_DIRECTION, rule.direction);
    reader.optional(VROUTER_A_RULE_ENTRY_PRIORITY, rule.priority);
    decode_match(reader, rule);
    reader.required(VROUTER_A_RULE_ENTRY_ACTION, rule.action);
    reader.optional(VROUTER_A_RULE_ENTRY_STATELESS, stateless);
    rule.stateless = stateless.value_or(false);
    reader.optional(VROUTER_A_RULE_ENTRY_HELPER, rule.helper);
    reader.optional(VROUTER_A_RULE_ENTRY_COMMENT, rule.comment);
}

} // namespace

Result<Peer> parse_peer(std::string_view text) {
    if (text == any_word)
        return Peer(Anyone());
    if (text.starts_with(set_word))
        return parse_reference<SetId>(text, set_word);
    if (text.starts_with(sg_word))
        return parse_reference<SgId>(text, sg_word);
    auto prefix = Prefix::parse_network(text);
    if (prefix)
        return Peer(*prefix);
    // Text without '.', ':' or '/' is likely a name without "set:" or "sg:".
    bool address = text.find_first_of(".:/") != text.npos;
    if (address || text.empty())
        return std::move(prefix).error();
    return make_error(EINVAL, fmt::format("\"{}\" is not an address", text),
                      fmt::format("set:{0} or sg:{0} for a set or a security group", text));
}

std::string to_string(const Peer& peer) {
    return std::visit(Overloaded{
                          [](const Anyone&) { return std::string(any_word); },
                          [](const Prefix& prefix) {
                              return prefix.is_host() ? prefix.address().to_string()
                                                      : prefix.to_string();
                          },
                          [](const SetRef& set) { return reference_text(set_word, set); },
                          [](const SgRef& sg) { return reference_text(sg_word, sg); },
                      },
                      peer);
}

namespace requests {

Request add(const SgRef& sg, std::span<const RuleSpec> rules) {
    return new_request(NewMode::add, sg, rules);
}

Request add_exclusive(const SgRef& sg, std::span<const RuleSpec> rules) {
    return new_request(NewMode::add_exclusive, sg, rules);
}

Request replace(const SgRef& sg, std::span<const RuleSpec> rules) {
    return new_request(NewMode::replace, sg, rules);
}

Request del(const SgRef& sg, std::span<const RuleSpec> rules) {
    return bulk_request(change_builder(VROUTER_CMD_RULE_DEL), attributes, sg, rules, put_rule);
}

Request del(const SgRef& sg, std::span<const std::uint32_t> indexes) {
    return bulk_request(change_builder(VROUTER_CMD_RULE_DEL), attributes, sg, indexes, put_index);
}

Request flush_rules(const SgRef& sg) {
    auto builder = change_builder(VROUTER_CMD_RULE_DEL);
    builder.put(attributes.owner_id, attributes.owner_name, sg);
    builder.put_flag(VROUTER_A_RULE_ALL);
    return std::move(builder).finish();
}

} // namespace requests

Result<void> Rules::add(const SgRef& sg, std::span<const RuleSpec> rules) {
    return session_->run(requests::add(sg, rules));
}

Result<void> Rules::add_exclusive(const SgRef& sg, std::span<const RuleSpec> rules) {
    return session_->run(requests::add_exclusive(sg, rules));
}

Result<void> Rules::replace(const SgRef& sg, std::span<const RuleSpec> rules) {
    return session_->run(requests::replace(sg, rules));
}

Result<void> Rules::del(const SgRef& sg, std::span<const RuleSpec> rules) {
    return session_->run(requests::del(sg, rules));
}

Result<void> Rules::del(const SgRef& sg, std::span<const std::uint32_t> indexes) {
    return session_->run(requests::del(sg, indexes));
}

Result<void> Rules::add(const SgRef& sg, const RuleSpec& rule) {
    return add(sg, std::span(&rule, 1));
}

Result<void> Rules::add_exclusive(const SgRef& sg, const RuleSpec& rule) {
    return add_exclusive(sg, std::span(&rule, 1));
}

Result<void> Rules::del(const SgRef& sg, const RuleSpec& rule) {
    return del(sg, std::span(&rule, 1));
}

Result<void> Rules::del(const SgRef& sg, std::uint32_t index) {
    return del(sg, std::span<const std::uint32_t>(&index, 1));
}

Result<void> Rules::flush(const SgRef& sg) {
    return session_->run(requests::flush_rules(sg));
}

Result<std::vector<RuleInfo>> Rules::list(const RuleFilter& filter) {
    return session_->list<RuleInfo>(dump_request(filter));
}

Result<void> Rules::dump(const RuleFilter& filter, const DumpCallback<RuleInfo>& each,
                         const RestartCallback& restart) {
    return session_->dump<RuleInfo>(dump_request(filter), each, restart);
}

void detail::decode_entry(Reader& reader, RuleInfo& rule) {
    std::optional<std::uint64_t> packets, bytes;
    reader.required(VROUTER_A_RULE_ENTRY_INDEX, rule.index);
    decode_rule(reader, rule.rule);
    reader.optional(VROUTER_A_RULE_ENTRY_PACKETS, packets);
    reader.optional(VROUTER_A_RULE_ENTRY_BYTES, bytes);
    rule.packets = packets.value_or(0);
    rule.bytes = bytes.value_or(0);
}

void detail::decode_object(Reader& reader, RuleInfo& rule) {
    reader.required(VROUTER_A_RULE_SG_ID, VROUTER_A_RULE_SG_NAME, rule.sg);
    reader.nest(VROUTER_A_RULE_ENTRY, [&](Reader& nest) { decode_entry(nest, rule); });
}

} // namespace vrouter
