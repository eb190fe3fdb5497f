// SPDX-License-Identifier: LGPL-2.1-or-later
#include <linux/vrouter.h>

#include "session.hpp"

namespace vrouter {

namespace {

using namespace detail;

void put(RequestBuilder& builder, const VifSpec& vif) {
    builder.put(VROUTER_A_VIF_ID, vif.id);
    builder.put(VROUTER_A_VIF_NAME, vif.name);
    builder.put(VROUTER_A_VIF_IFINDEX, VROUTER_A_VIF_IFNAME, vif.device);
    builder.put(VROUTER_A_VIF_NETWORK_ID, VROUTER_A_VIF_NETWORK_NAME, vif.network);
    builder.put(VROUTER_A_VIF_MAC, vif.mac);
    builder.put_list(VROUTER_A_VIF_ADDRESS, vif.addresses,
                     [&](const Prefix& address) { builder.put_prefix(address); });
    builder.put(VROUTER_A_VIF_MTU, vif.mtu);
    builder.put(VROUTER_A_VIF_MAX_MACS, vif.max_macs);
    builder.put_list(VROUTER_A_VIF_SG, vif.sgs, [&](const SgRef& sg) {
        builder.put(VROUTER_A_SG_REF_ID, VROUTER_A_SG_REF_NAME, sg);
    });
    builder.put(VROUTER_A_VIF_POLICER_ID, VROUTER_A_VIF_POLICER_NAME, vif.policer);
    builder.put(VROUTER_A_VIF_EGRESS_POLICER_ID, VROUTER_A_VIF_EGRESS_POLICER_NAME,
                vif.egress_policer);
    builder.put(VROUTER_A_VIF_DHCP_SERVER, vif.dhcp_server);
    builder.put(VROUTER_A_VIF_ROUTER, vif.router);
    builder.put(VROUTER_A_VIF_MAX_CONNECTIONS, vif.max_connections);
    builder.put(VROUTER_A_VIF_FRAG_MEMORY, vif.frag_memory);
    builder.put(VROUTER_A_VIF_MAX_FLOWS, vif.max_flows);
    builder.put(VROUTER_A_VIF_FORCE, vif.force);
}

void decode_frags(Reader& reader, FragmentStats& frags) {
    reader.value(VROUTER_A_FRAGS_WAITING, frags.waiting);
    reader.value(VROUTER_A_FRAGS_MEMORY, frags.memory);
    reader.value(VROUTER_A_FRAGS_REASSEMBLED, frags.reassembled);
    reader.value(VROUTER_A_FRAGS_FAILED, frags.failed);
}

Request dump_request(const VifFilter& filter) {
    auto builder = dump_builder(VROUTER_CMD_VIF_GET);
    builder.put(VROUTER_A_VIF_NETWORK_ID, VROUTER_A_VIF_NETWORK_NAME, filter.network);
    return std::move(builder).finish();
}

Request finish(RequestBuilder builder, const VifSpec& vif) {
    put(builder, vif);
    return std::move(builder).finish();
}

} // namespace

namespace requests {

Request add(const VifSpec& vif) {
    return finish(new_builder(VROUTER_CMD_VIF_NEW, NewMode::add), vif);
}

Request add_exclusive(const VifSpec& vif) {
    return finish(new_builder(VROUTER_CMD_VIF_NEW, NewMode::add_exclusive), vif);
}

Request replace(const VifSpec& vif) {
    return finish(new_builder(VROUTER_CMD_VIF_NEW, NewMode::replace), vif);
}

Request change(const VifSpec& vif) {
    return finish(change_builder(VROUTER_CMD_VIF_SET), vif);
}

Request del(const VifRef& vif) {
    auto builder = change_builder(VROUTER_CMD_VIF_DEL);
    builder.put(VROUTER_A_VIF_ID, VROUTER_A_VIF_NAME, vif);
    return std::move(builder).finish();
}

} // namespace requests

Result<void> Vifs::add(const VifSpec& vif) {
    return session_->run(requests::add(vif));
}

Result<void> Vifs::add_exclusive(const VifSpec& vif) {
    return session_->run(requests::add_exclusive(vif));
}

Result<void> Vifs::replace(const VifSpec& vif) {
    return session_->run(requests::replace(vif));
}

Result<void> Vifs::change(const VifSpec& vif) {
    return session_->run(requests::change(vif));
}

Result<void> Vifs::del(const VifRef& vif) {
    return session_->run(requests::del(vif));
}

Result<VifInfo> Vifs::get(const VifRef& vif) {
    auto builder = get_builder(VROUTER_CMD_VIF_GET);
    builder.put(VROUTER_A_VIF_ID, VROUTER_A_VIF_NAME, vif);
    return session_->get<VifInfo>(std::move(builder).finish());
}

Result<std::vector<VifInfo>> Vifs::list(const VifFilter& filter) {
    return session_->list<VifInfo>(dump_request(filter));
}

Result<void> Vifs::dump(const VifFilter& filter, const DumpCallback<VifInfo>& each,
                        const RestartCallback& restart) {
    return session_->dump<VifInfo>(dump_request(filter), each, restart);
}

VifSpec VifInfo::spec() const {
    std::vector<Prefix> prefixes;
    for (const auto& address : addresses)
        prefixes.push_back(address.prefix);
    return {
        .id = id,
        .name = name,
        .device = device.name,
        .network = network,
        .mac = mac,
        .addresses = std::move(prefixes),
        .mtu = mtu,
        .max_macs = max_macs,
        .sgs = std::vector<SgRef>(sgs.begin(), sgs.end()),
        .policer = policer,
        .egress_policer = egress_policer,
        .dhcp_server = dhcp_server,
        .router = router,
        .max_connections = max_connections,
        .frag_memory = frag_memory,
        .max_flows = max_flows,
        .force = force ? std::optional(true) : std::nullopt,
    };
}

void detail::decode_object(Reader& reader, VifInfo& vif) {
    reader.required(VROUTER_A_VIF_ID, vif.id);
    reader.required(VROUTER_A_VIF_NAME, vif.name);
    reader.value(VROUTER_A_VIF_IFINDEX, VROUTER_A_VIF_IFNAME, vif.device);
    reader.required(VROUTER_A_VIF_NETWORK_ID, VROUTER_A_VIF_NETWORK_NAME, vif.network);
    reader.optional(VROUTER_A_VIF_MAC, vif.mac);
    reader.each(VROUTER_A_VIF_ADDRESS, [&](Reader& nest) {
        auto& address = vif.addresses.emplace_back();
        nest.prefix(VROUTER_A_PREFIX_ADDRESS, VROUTER_A_PREFIX_LEN, address.prefix);
        nest.value(VROUTER_A_PREFIX_ACTIVE, address.active);
    });
    reader.value(VROUTER_A_VIF_MTU, vif.mtu);
    reader.value(VROUTER_A_VIF_UP, vif.up);
    reader.value(VROUTER_A_VIF_GENERATION, vif.generation);
    reader.optional_nest(VROUTER_A_VIF_STATS, [&](Reader& nest) { decode_stats(nest, vif.stats); });
    reader.value(VROUTER_A_VIF_MAX_MACS, vif.max_macs);
    reader.value(VROUTER_A_VIF_LEARNED, vif.learned);
    reader.value(VROUTER_A_VIF_MAX_FLOWS, vif.max_flows);
    reader.value(VROUTER_A_VIF_FLOWS, vif.flows);
    reader.value(VROUTER_A_VIF_FORCE, vif.force);
    reader.each(VROUTER_A_VIF_SG, [&](Reader& nest) {
        nest.required(VROUTER_A_SG_REF_ID, VROUTER_A_SG_REF_NAME, vif.sgs.emplace_back());
    });
    reader.optional(VROUTER_A_VIF_POLICER_ID, VROUTER_A_VIF_POLICER_NAME, vif.policer);
    reader.optional(VROUTER_A_VIF_EGRESS_POLICER_ID, VROUTER_A_VIF_EGRESS_POLICER_NAME,
                    vif.egress_policer);
    reader.value(VROUTER_A_VIF_DHCP_SERVER, vif.dhcp_server);
    reader.value(VROUTER_A_VIF_ROUTER, vif.router);
    reader.value(VROUTER_A_VIF_MAX_CONNECTIONS, vif.max_connections);
    reader.value(VROUTER_A_VIF_CONNECTIONS, vif.connections);
    reader.value(VROUTER_A_VIF_FRAG_MEMORY, vif.frag_memory);
    reader.optional_nest(VROUTER_A_VIF_SENT_FRAGS,
                         [&](Reader& nest) { decode_frags(nest, vif.sent_frags); });
    reader.optional_nest(VROUTER_A_VIF_RECEIVED_FRAGS,
                         [&](Reader& nest) { decode_frags(nest, vif.received_frags); });
}

} // namespace vrouter
