// SPDX-License-Identifier: LGPL-2.1-or-later
#include <linux/vrouter.h>

#include "session.hpp"

namespace vrouter {

namespace {

using namespace detail;

void put(RequestBuilder& builder, const NetworkSpec& network) {
    builder.put(VROUTER_A_NETWORK_ID, network.id);
    builder.put(VROUTER_A_NETWORK_NAME, network.name);
    builder.put(VROUTER_A_NETWORK_VNI, network.vni);
    builder.put(VROUTER_A_NETWORK_TUNNEL_ID, VROUTER_A_NETWORK_TUNNEL_NAME, network.tunnel);
    builder.put(VROUTER_A_NETWORK_GATEWAY_MAC, network.gateway_mac);
    builder.put_list(VROUTER_A_NETWORK_GATEWAY, network.gateways,
                     [&](const Prefix& gateway) { builder.put_prefix(gateway); });
    builder.put(VROUTER_A_NETWORK_MTU, network.mtu);
    builder.put(VROUTER_A_NETWORK_POLICY, network.policy);
    builder.put(VROUTER_A_NETWORK_UNKNOWN_UNICAST, network.unknown_unicast);
    builder.put(VROUTER_A_NETWORK_FLOOD, network.flood);
    builder.put(VROUTER_A_NETWORK_RA, network.ra);
    builder.put(VROUTER_A_NETWORK_MAX_ROUTES, network.max_routes);
    builder.put(VROUTER_A_NETWORK_MAX_FDB, network.max_fdb);
    builder.put(VROUTER_A_NETWORK_MAX_NEIGHBOURS, network.max_neighbours);
    builder.put(VROUTER_A_NETWORK_LEARNING, network.learning);
    builder.put(VROUTER_A_NETWORK_AGEING, network.ageing);
    builder.put(VROUTER_A_NETWORK_MAX_LEARNED, network.max_learned);
    builder.put(VROUTER_A_NETWORK_KEY, network.key);
    builder.put(VROUTER_A_NETWORK_FLOOD_RATE, network.flood_rate);
    builder.put(VROUTER_A_NETWORK_MSS_CLAMP, network.mss_clamp);
    builder.put(VROUTER_A_NETWORK_ZONE, network.zone);
    builder.put_list(VROUTER_A_NETWORK_ACL, network.acls, [&](const SgRef& sg) {
        builder.put(VROUTER_A_SG_REF_ID, VROUTER_A_SG_REF_NAME, sg);
    });
    builder.put(VROUTER_A_NETWORK_MAX_CONNECTIONS, network.max_connections);
    builder.put(VROUTER_A_NETWORK_FLOW_CACHE, network.flow_cache);
    builder.put(VROUTER_A_NETWORK_MAX_FLOWS, network.max_flows);
    builder.put(VROUTER_A_NETWORK_STRICT_REMOTES, network.strict_remotes);
}

Request finish(RequestBuilder builder, const NetworkSpec& network) {
    put(builder, network);
    return std::move(builder).finish();
}

} // namespace

namespace requests {

Request add(const NetworkSpec& network) {
    return finish(new_builder(VROUTER_CMD_NETWORK_NEW, NewMode::add), network);
}

Request add_exclusive(const NetworkSpec& network) {
    return finish(new_builder(VROUTER_CMD_NETWORK_NEW, NewMode::add_exclusive), network);
}

Request replace(const NetworkSpec& network) {
    return finish(new_builder(VROUTER_CMD_NETWORK_NEW, NewMode::replace), network);
}

Request change(const NetworkSpec& network) {
    return finish(change_builder(VROUTER_CMD_NETWORK_SET), network);
}

Request del(const NetworkRef& network) {
    auto builder = change_builder(VROUTER_CMD_NETWORK_DEL);
    builder.put(VROUTER_A_NETWORK_ID, VROUTER_A_NETWORK_NAME, network);
    return std::move(builder).finish();
}

} // namespace requests

Result<void> Networks::add(const NetworkSpec& network) {
    return session_->run(requests::add(network));
}

Result<void> Networks::add_exclusive(const NetworkSpec& network) {
    return session_->run(requests::add_exclusive(network));
}

Result<void> Networks::replace(const NetworkSpec& network) {
    return session_->run(requests::replace(network));
}

Result<void> Networks::change(const NetworkSpec& network) {
    return session_->run(requests::change(network));
}

Result<void> Networks::del(const NetworkRef& network) {
    return session_->run(requests::del(network));
}

Result<NetworkInfo> Networks::get(const NetworkRef& network) {
    auto builder = get_builder(VROUTER_CMD_NETWORK_GET);
    builder.put(VROUTER_A_NETWORK_ID, VROUTER_A_NETWORK_NAME, network);
    return session_->get<NetworkInfo>(std::move(builder).finish());
}

Result<std::vector<NetworkInfo>> Networks::list() {
    return session_->list<NetworkInfo>(dump_builder(VROUTER_CMD_NETWORK_GET).finish());
}

Result<void> Networks::dump(const DumpCallback<NetworkInfo>& each, const RestartCallback& restart) {
    return session_->dump<NetworkInfo>(dump_builder(VROUTER_CMD_NETWORK_GET).finish(), each,
                                       restart);
}

NetworkSpec NetworkInfo::spec() const {
    return {
        .id = id,
        .name = name,
        .vni = vni,
        .key = key,
        .tunnel = tunnel,
        .gateway_mac = gateway_mac,
        .gateways = gateways,
        .mtu = mtu,
        .policy = policy,
        .unknown_unicast = unknown_unicast,
        .flood = flood,
        .ra = ra,
        .max_routes = max_routes,
        .max_fdb = max_fdb,
        .max_neighbours = max_neighbours,
        .learning = learning,
        .ageing = ageing,
        .max_learned = max_learned,
        .flood_rate = flood_rate,
        .mss_clamp = mss_clamp,
        .zone = zone,
        .acls = std::vector<SgRef>(acls.begin(), acls.end()),
        .max_connections = max_connections,
        .flow_cache = flow_cache,
        .max_flows = max_flows,
        .strict_remotes = strict_remotes,
    };
}

void detail::decode_object(Reader& reader, NetworkInfo& network) {
    reader.required(VROUTER_A_NETWORK_ID, network.id);
    reader.required(VROUTER_A_NETWORK_NAME, network.name);
    reader.optional(VROUTER_A_NETWORK_VNI, network.vni);
    reader.optional(VROUTER_A_NETWORK_TUNNEL_ID, VROUTER_A_NETWORK_TUNNEL_NAME, network.tunnel);
    reader.value(VROUTER_A_NETWORK_GATEWAY_MAC, network.gateway_mac);
    reader.each(VROUTER_A_NETWORK_GATEWAY, [&](Reader& nest) {
        nest.prefix(VROUTER_A_PREFIX_ADDRESS, VROUTER_A_PREFIX_LEN,
                    network.gateways.emplace_back());
    });
    reader.value(VROUTER_A_NETWORK_MTU, network.mtu);
    reader.value(VROUTER_A_NETWORK_POLICY, network.policy);
    reader.value(VROUTER_A_NETWORK_UNKNOWN_UNICAST, network.unknown_unicast);
    reader.optional(VROUTER_A_NETWORK_FLOOD, network.flood);
    if (network.flood == NexthopId(0))
        network.flood.reset();
    reader.value(VROUTER_A_NETWORK_RA, network.ra);
    reader.value(VROUTER_A_NETWORK_MAX_ROUTES, network.max_routes);
    reader.value(VROUTER_A_NETWORK_MAX_FDB, network.max_fdb);
    reader.value(VROUTER_A_NETWORK_MAX_NEIGHBOURS, network.max_neighbours);
    reader.value(VROUTER_A_NETWORK_ROUTES, network.routes);
    reader.value(VROUTER_A_NETWORK_FDB, network.fdb);
    reader.value(VROUTER_A_NETWORK_NEIGHBOURS, network.neighbours);
    reader.value(VROUTER_A_NETWORK_VIFS, network.vifs);
    reader.value(VROUTER_A_NETWORK_GENERATION, network.generation);
    reader.optional_nest(VROUTER_A_NETWORK_STATS,
                         [&](Reader& nest) { decode_stats(nest, network.stats); });
    reader.value(VROUTER_A_NETWORK_LEARNING, network.learning);
    reader.value(VROUTER_A_NETWORK_AGEING, network.ageing);
    reader.value(VROUTER_A_NETWORK_MAX_LEARNED, network.max_learned);
    reader.value(VROUTER_A_NETWORK_LEARNED, network.learned);
    reader.value(VROUTER_A_NETWORK_LEARN_LIMITED, network.learn_limited);
    reader.optional(VROUTER_A_NETWORK_KEY, network.key);
    reader.value(VROUTER_A_NETWORK_FLOOD_RATE, network.flood_rate);
    reader.value(VROUTER_A_NETWORK_MSS_CLAMP, network.mss_clamp);
    reader.optional(VROUTER_A_NETWORK_ZONE, network.zone);
    reader.each(VROUTER_A_NETWORK_ACL, [&](Reader& nest) {
        nest.required(VROUTER_A_SG_REF_ID, VROUTER_A_SG_REF_NAME, network.acls.emplace_back());
    });
    reader.value(VROUTER_A_NETWORK_MAX_CONNECTIONS, network.max_connections);
    reader.value(VROUTER_A_NETWORK_CONNECTIONS, network.connections);
    reader.value(VROUTER_A_NETWORK_FLOW_CACHE, network.flow_cache);
    reader.value(VROUTER_A_NETWORK_MAX_FLOWS, network.max_flows);
    reader.value(VROUTER_A_NETWORK_FLOWS, network.flows);
    reader.value(VROUTER_A_NETWORK_STRICT_REMOTES, network.strict_remotes);
}

} // namespace vrouter
