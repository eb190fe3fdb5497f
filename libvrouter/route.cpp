// SPDX-License-Identifier: LGPL-2.1-or-later
#include <linux/vrouter.h>

#include "bulk.hpp"
#include "session.hpp"

namespace vrouter {

namespace {

using namespace detail;

constexpr BulkAttributes attributes{
    .owner_id = VROUTER_A_ROUTE_NETWORK_ID,
    .owner_name = VROUTER_A_ROUTE_NETWORK_NAME,
    .entry = VROUTER_A_ROUTE_ENTRY,
};

void put_key(RequestBuilder& builder, const Prefix& prefix) {
    builder.put(VROUTER_A_ROUTE_ENTRY_PREFIX, prefix.address());
    builder.put(VROUTER_A_ROUTE_ENTRY_LEN, static_cast<std::uint8_t>(prefix.length()));
}

void put_spec(RequestBuilder& builder, const RouteSpec& route) {
    put_key(builder, route.prefix);
    builder.put(VROUTER_A_ROUTE_ENTRY_NEXTHOP, route.nexthop);
}

/// A get request within a network.
RequestBuilder get_in(const NetworkRef& network) {
    auto builder = get_builder(VROUTER_CMD_ROUTE_GET);
    builder.put(attributes.owner_id, attributes.owner_name, network);
    return builder;
}

Request dump_request(const RouteFilter& filter) {
    auto builder = dump_builder(VROUTER_CMD_ROUTE_GET);
    builder.put(attributes.owner_id, attributes.owner_name, filter.network);
    builder.put(VROUTER_A_ROUTE_FAMILY, filter.family);
    builder.put(VROUTER_A_ROUTE_NEXTHOP, filter.nexthop);
    return std::move(builder).finish();
}

} // namespace

namespace requests {

Request add(const NetworkRef& network, std::span<const RouteSpec> routes) {
    return bulk_request(new_builder(VROUTER_CMD_ROUTE_NEW, NewMode::add), attributes, network,
                        routes, put_spec);
}

Request add_exclusive(const NetworkRef& network, std::span<const RouteSpec> routes) {
    return bulk_request(new_builder(VROUTER_CMD_ROUTE_NEW, NewMode::add_exclusive), attributes,
                        network, routes, put_spec);
}

Request replace(const NetworkRef& network, std::span<const RouteSpec> routes) {
    return bulk_request(new_builder(VROUTER_CMD_ROUTE_NEW, NewMode::replace), attributes, network,
                        routes, put_spec);
}

Request change(const NetworkRef& network, std::span<const RouteSpec> routes) {
    return bulk_request(change_builder(VROUTER_CMD_ROUTE_SET), attributes, network, routes,
                        put_spec);
}

Request del(const NetworkRef& network, std::span<const Prefix> routes) {
    return bulk_request(change_builder(VROUTER_CMD_ROUTE_DEL), attributes, network, routes,
                        put_key);
}

Request flush_routes(const NetworkRef& network, std::optional<Family> family) {
    auto builder = change_builder(VROUTER_CMD_ROUTE_DEL);
    builder.put(attributes.owner_id, attributes.owner_name, network);
    builder.put(VROUTER_A_ROUTE_FAMILY, family);
    builder.put_flag(VROUTER_A_ROUTE_ALL);
    return std::move(builder).finish();
}

} // namespace requests

Result<void> Routes::add(const NetworkRef& network, std::span<const RouteSpec> routes) {
    return session_->run(requests::add(network, routes));
}

Result<void> Routes::add_exclusive(const NetworkRef& network, std::span<const RouteSpec> routes) {
    return session_->run(requests::add_exclusive(network, routes));
}

Result<void> Routes::replace(const NetworkRef& network, std::span<const RouteSpec> routes) {
    return session_->run(requests::replace(network, routes));
}

Result<void> Routes::change(const NetworkRef& network, std::span<const RouteSpec> routes) {
    return session_->run(requests::change(network, routes));
}

Result<void> Routes::del(const NetworkRef& network, std::span<const Prefix> routes) {
    return session_->run(requests::del(network, routes));
}

Result<void> Routes::add(const NetworkRef& network, const RouteSpec& route) {
    return add(network, std::span(&route, 1));
}

Result<void> Routes::add_exclusive(const NetworkRef& network, const RouteSpec& route) {
    return add_exclusive(network, std::span(&route, 1));
}

Result<void> Routes::replace(const NetworkRef& network, const RouteSpec& route) {
    return replace(network, std::span(&route, 1));
}

Result<void> Routes::change(const NetworkRef& network, const RouteSpec& route) {
    return change(network, std::span(&route, 1));
}

Result<void> Routes::del(const NetworkRef& network, const Prefix& route) {
    return del(network, std::span(&route, 1));
}

Result<void> Routes::flush(const NetworkRef& network, std::optional<Family> family) {
    return session_->run(requests::flush_routes(network, family));
}

Result<RouteInfo> Routes::get(const NetworkRef& network, const Prefix& prefix) {
    auto builder = get_in(network);
    builder.nest(attributes.entry, [&] { put_key(builder, prefix); });
    return session_->get<RouteInfo>(std::move(builder).finish());
}

Result<RouteInfo> Routes::lookup(const NetworkRef& network, const IpAddress& address) {
    auto builder = get_in(network);
    builder.put(VROUTER_A_ROUTE_ADDRESS, address);
    return session_->get<RouteInfo>(std::move(builder).finish());
}

Result<std::vector<RouteInfo>> Routes::list(const RouteFilter& filter) {
    return session_->list<RouteInfo>(dump_request(filter));
}

Result<void> Routes::dump(const RouteFilter& filter, const DumpCallback<RouteInfo>& each,
                          const RestartCallback& restart) {
    return session_->dump<RouteInfo>(dump_request(filter), each, restart);
}

void detail::decode_object(Reader& reader, RouteInfo& route) {
    reader.required(VROUTER_A_ROUTE_NETWORK_ID, VROUTER_A_ROUTE_NETWORK_NAME, route.network);
    reader.nest(VROUTER_A_ROUTE_ENTRY, [&](Reader& nest) {
        nest.prefix(VROUTER_A_ROUTE_ENTRY_PREFIX, VROUTER_A_ROUTE_ENTRY_LEN, route.prefix);
        nest.optional(VROUTER_A_ROUTE_ENTRY_NEXTHOP, route.nexthop);
        nest.value(VROUTER_A_ROUTE_ENTRY_ORIGIN, route.origin);
        nest.optional(VROUTER_A_ROUTE_ENTRY_VIF_ID, VROUTER_A_ROUTE_ENTRY_VIF_NAME, route.vif);
        nest.value(VROUTER_A_ROUTE_ENTRY_ACTIVE, route.active);
        nest.optional(VROUTER_A_ROUTE_ENTRY_USED, route.used);
    });
}

} // namespace vrouter
