// SPDX-License-Identifier: LGPL-2.1-or-later
#include <linux/vrouter.h>

#include "session.hpp"

namespace vrouter {

namespace {

using namespace detail;

void put(RequestBuilder& builder, const NexthopSpec& nexthop) {
    builder.put(VROUTER_A_NEXTHOP_ID, nexthop.id);
    builder.put(VROUTER_A_NEXTHOP_TYPE, nexthop.type);
    builder.put(VROUTER_A_NEXTHOP_VIF_ID, VROUTER_A_NEXTHOP_VIF_NAME, nexthop.vif);
    builder.put(VROUTER_A_NEXTHOP_TUNNEL_ID, VROUTER_A_NEXTHOP_TUNNEL_NAME, nexthop.tunnel);
    builder.put(VROUTER_A_NEXTHOP_REMOTE, nexthop.remote);
    builder.put(VROUTER_A_NEXTHOP_VNI, nexthop.vni);
    builder.put(VROUTER_A_NEXTHOP_MAC, nexthop.mac);
    builder.put(VROUTER_A_NEXTHOP_NETWORK_ID, VROUTER_A_NEXTHOP_NETWORK_NAME, nexthop.network);
    builder.put(VROUTER_A_NEXTHOP_IFINDEX, VROUTER_A_NEXTHOP_IFNAME, nexthop.device);
    builder.put(VROUTER_A_NEXTHOP_REJECT_CODE, nexthop.reject_code);
    builder.put_list(VROUTER_A_NEXTHOP_MEMBER, nexthop.members, [&](const NexthopMember& member) {
        builder.put(VROUTER_A_MEMBER_NEXTHOP, member.nexthop);
        builder.put(VROUTER_A_MEMBER_WEIGHT, member.weight);
    });
    builder.put(VROUTER_A_NEXTHOP_HASH, nexthop.hash);
    builder.put(VROUTER_A_NEXTHOP_KEY, nexthop.key);
    builder.put(VROUTER_A_NEXTHOP_LABEL, nexthop.label);
    builder.put(VROUTER_A_NEXTHOP_PAYLOAD, nexthop.payload);
}

Request dump_request(const NexthopFilter& filter) {
    auto builder = dump_builder(VROUTER_CMD_NEXTHOP_GET);
    builder.put(VROUTER_A_NEXTHOP_TYPE, filter.type);
    builder.put(VROUTER_A_NEXTHOP_VIF_ID, VROUTER_A_NEXTHOP_VIF_NAME, filter.vif);
    builder.put(VROUTER_A_NEXTHOP_TUNNEL_ID, VROUTER_A_NEXTHOP_TUNNEL_NAME, filter.tunnel);
    builder.put(VROUTER_A_NEXTHOP_NETWORK_ID, VROUTER_A_NEXTHOP_NETWORK_NAME, filter.network);
    return std::move(builder).finish();
}

Request finish(RequestBuilder builder, const NexthopSpec& nexthop) {
    put(builder, nexthop);
    return std::move(builder).finish();
}

} // namespace

namespace requests {

Request add(const NexthopSpec& nexthop) {
    return finish(new_builder(VROUTER_CMD_NEXTHOP_NEW, NewMode::add), nexthop);
}

Request add_exclusive(const NexthopSpec& nexthop) {
    return finish(new_builder(VROUTER_CMD_NEXTHOP_NEW, NewMode::add_exclusive), nexthop);
}

Request replace(const NexthopSpec& nexthop) {
    return finish(new_builder(VROUTER_CMD_NEXTHOP_NEW, NewMode::replace), nexthop);
}

Request change(const NexthopSpec& nexthop) {
    return finish(change_builder(VROUTER_CMD_NEXTHOP_SET), nexthop);
}

Request del(NexthopId nexthop) {
    auto builder = change_builder(VROUTER_CMD_NEXTHOP_DEL);
    builder.put(VROUTER_A_NEXTHOP_ID, nexthop);
    return std::move(builder).finish();
}

} // namespace requests

Result<void> Nexthops::add(const NexthopSpec& nexthop) {
    return session_->run(requests::add(nexthop));
}

Result<void> Nexthops::add_exclusive(const NexthopSpec& nexthop) {
    return session_->run(requests::add_exclusive(nexthop));
}

Result<NexthopInfo> Nexthops::create(const NexthopSpec& nexthop) {
    auto mode = static_cast<std::uint16_t>(NewMode::add_exclusive) | NLM_F_ECHO;
    RequestBuilder builder(VROUTER_CMD_NEXTHOP_NEW, static_cast<std::uint16_t>(mode));
    return session_->get<NexthopInfo>(finish(std::move(builder), nexthop),
                                      VROUTER_CMD_NEXTHOP_NEW_NTF);
}

Result<void> Nexthops::replace(const NexthopSpec& nexthop) {
    return session_->run(requests::replace(nexthop));
}

Result<void> Nexthops::change(const NexthopSpec& nexthop) {
    return session_->run(requests::change(nexthop));
}

Result<void> Nexthops::del(NexthopId nexthop) {
    return session_->run(requests::del(nexthop));
}

Result<NexthopInfo> Nexthops::get(NexthopId nexthop) {
    auto builder = get_builder(VROUTER_CMD_NEXTHOP_GET);
    builder.put(VROUTER_A_NEXTHOP_ID, nexthop);
    return session_->get<NexthopInfo>(std::move(builder).finish());
}

Result<std::vector<NexthopInfo>> Nexthops::list(const NexthopFilter& filter) {
    return session_->list<NexthopInfo>(dump_request(filter));
}

Result<void> Nexthops::dump(const NexthopFilter& filter, const DumpCallback<NexthopInfo>& each,
                            const RestartCallback& restart) {
    return session_->dump<NexthopInfo>(dump_request(filter), each, restart);
}

NexthopSpec NexthopInfo::spec() const {
    // A request names a host next hop's device; the vif follows from the device.
    bool has_members = type == NexthopType::flood || type == NexthopType::ecmp;
    bool by_vif = vif && type != NexthopType::host;
    return {
        .id = id,
        .type = type,
        .vif = by_vif ? std::optional<VifRef>(*vif) : std::nullopt,
        .tunnel = tunnel,
        .remote = remote,
        .vni = vni,
        .key = key,
        .label = label,
        .payload = payload,
        .mac = mac,
        .network = network,
        .device = device,
        .reject_code = reject_code,
        .members = has_members ? std::optional(members) : std::nullopt,
        .hash = hash,
    };
}

void detail::decode_object(Reader& reader, NexthopInfo& nexthop) {
    reader.required(VROUTER_A_NEXTHOP_ID, nexthop.id);
    reader.required(VROUTER_A_NEXTHOP_TYPE, nexthop.type);
    reader.reference(VROUTER_A_NEXTHOP_VIF_ID, VROUTER_A_NEXTHOP_VIF_NAME, nexthop.vif);
    reader.optional(VROUTER_A_NEXTHOP_TUNNEL_ID, VROUTER_A_NEXTHOP_TUNNEL_NAME, nexthop.tunnel);
    reader.optional(VROUTER_A_NEXTHOP_REMOTE, nexthop.remote);
    reader.optional(VROUTER_A_NEXTHOP_VNI, nexthop.vni);
    reader.optional(VROUTER_A_NEXTHOP_MAC, nexthop.mac);
    reader.optional(VROUTER_A_NEXTHOP_NETWORK_ID, VROUTER_A_NEXTHOP_NETWORK_NAME, nexthop.network);
    reader.reference(VROUTER_A_NEXTHOP_IFINDEX, VROUTER_A_NEXTHOP_IFNAME, nexthop.device);
    reader.optional(VROUTER_A_NEXTHOP_REJECT_CODE, nexthop.reject_code);
    reader.each(VROUTER_A_NEXTHOP_MEMBER, [&](Reader& nest) {
        auto& member = nexthop.members.emplace_back();
        nest.required(VROUTER_A_MEMBER_NEXTHOP, member.nexthop);
        nest.optional(VROUTER_A_MEMBER_WEIGHT, member.weight);
    });
    reader.optional(VROUTER_A_NEXTHOP_HASH, nexthop.hash);
    reader.optional(VROUTER_A_NEXTHOP_KEY, nexthop.key);
    reader.optional(VROUTER_A_NEXTHOP_LABEL, nexthop.label);
    reader.optional(VROUTER_A_NEXTHOP_PAYLOAD, nexthop.payload);
    reader.value(VROUTER_A_NEXTHOP_REFS, nexthop.refs);
    reader.value(VROUTER_A_NEXTHOP_GENERATION, nexthop.generation);
    reader.optional_nest(VROUTER_A_NEXTHOP_STATS,
                         [&](Reader& nest) { decode_stats(nest, nexthop.stats); });
}

} // namespace vrouter
