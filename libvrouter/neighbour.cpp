// SPDX-License-Identifier: LGPL-2.1-or-later
#include <linux/vrouter.h>

#include "bulk.hpp"
#include "session.hpp"

namespace vrouter {

namespace {

using namespace detail;

constexpr BulkAttributes attributes{
    .owner_id = VROUTER_A_NEIGHBOUR_NETWORK_ID,
    .owner_name = VROUTER_A_NEIGHBOUR_NETWORK_NAME,
    .entry = VROUTER_A_NEIGHBOUR_ENTRY,
};

void put_key(RequestBuilder& builder, const IpAddress& address) {
    builder.put(VROUTER_A_NEIGHBOUR_ENTRY_ADDRESS, address);
}

void put_spec(RequestBuilder& builder, const NeighbourSpec& neighbour) {
    put_key(builder, neighbour.address);
    builder.put(VROUTER_A_NEIGHBOUR_ENTRY_MAC, neighbour.mac);
}

/// A get request within a network.
RequestBuilder get_in(const NetworkRef& network) {
    auto builder = get_builder(VROUTER_CMD_NEIGHBOUR_GET);
    builder.put(attributes.owner_id, attributes.owner_name, network);
    return builder;
}

Request dump_request(const NeighbourFilter& filter) {
    auto builder = dump_builder(VROUTER_CMD_NEIGHBOUR_GET);
    builder.put(attributes.owner_id, attributes.owner_name, filter.network);
    builder.put(VROUTER_A_NEIGHBOUR_FAMILY, filter.family);
    return std::move(builder).finish();
}

} // namespace

namespace requests {

Request add(const NetworkRef& network, std::span<const NeighbourSpec> neighbours) {
    return bulk_request(new_builder(VROUTER_CMD_NEIGHBOUR_NEW, NewMode::add), attributes, network,
                        neighbours, put_spec);
}

Request add_exclusive(const NetworkRef& network, std::span<const NeighbourSpec> neighbours) {
    return bulk_request(new_builder(VROUTER_CMD_NEIGHBOUR_NEW, NewMode::add_exclusive), attributes,
                        network, neighbours, put_spec);
}

Request replace(const NetworkRef& network, std::span<const NeighbourSpec> neighbours) {
    return bulk_request(new_builder(VROUTER_CMD_NEIGHBOUR_NEW, NewMode::replace), attributes,
                        network, neighbours, put_spec);
}

Request change(const NetworkRef& network, std::span<const NeighbourSpec> neighbours) {
    return bulk_request(change_builder(VROUTER_CMD_NEIGHBOUR_SET), attributes, network, neighbours,
                        put_spec);
}

Request del(const NetworkRef& network, std::span<const IpAddress> neighbours) {
    return bulk_request(change_builder(VROUTER_CMD_NEIGHBOUR_DEL), attributes, network, neighbours,
                        put_key);
}

Request flush_neighbours(const NetworkRef& network, std::optional<Family> family) {
    auto builder = change_builder(VROUTER_CMD_NEIGHBOUR_DEL);
    builder.put(attributes.owner_id, attributes.owner_name, network);
    builder.put(VROUTER_A_NEIGHBOUR_FAMILY, family);
    builder.put_flag(VROUTER_A_NEIGHBOUR_ALL);
    return std::move(builder).finish();
}

} // namespace requests

Result<void> Neighbours::add(const NetworkRef& network, std::span<const NeighbourSpec> neighbours) {
    return session_->run(requests::add(network, neighbours));
}

Result<void> Neighbours::add_exclusive(const NetworkRef& network,
                                       std::span<const NeighbourSpec> neighbours) {
    return session_->run(requests::add_exclusive(network, neighbours));
}

Result<void> Neighbours::replace(const NetworkRef& network,
                                 std::span<const NeighbourSpec> neighbours) {
    return session_->run(requests::replace(network, neighbours));
}

Result<void> Neighbours::change(const NetworkRef& network,
                                std::span<const NeighbourSpec> neighbours) {
    return session_->run(requests::change(network, neighbours));
}

Result<void> Neighbours::del(const NetworkRef& network, std::span<const IpAddress> neighbours) {
    return session_->run(requests::del(network, neighbours));
}

Result<void> Neighbours::add(const NetworkRef& network, const NeighbourSpec& neighbour) {
    return add(network, std::span(&neighbour, 1));
}

Result<void> Neighbours::add_exclusive(const NetworkRef& network, const NeighbourSpec& neighbour) {
    return add_exclusive(network, std::span(&neighbour, 1));
}

Result<void> Neighbours::replace(const NetworkRef& network, const NeighbourSpec& neighbour) {
    return replace(network, std::span(&neighbour, 1));
}

Result<void> Neighbours::change(const NetworkRef& network, const NeighbourSpec& neighbour) {
    return change(network, std::span(&neighbour, 1));
}

Result<void> Neighbours::del(const NetworkRef& network, const IpAddress& neighbour) {
    return del(network, std::span(&neighbour, 1));
}

Result<void> Neighbours::flush(const NetworkRef& network, std::optional<Family> family) {
    return session_->run(requests::flush_neighbours(network, family));
}

Result<NeighbourInfo> Neighbours::get(const NetworkRef& network, const IpAddress& address) {
    auto builder = get_in(network);
    builder.nest(attributes.entry, [&] { put_key(builder, address); });
    return session_->get<NeighbourInfo>(std::move(builder).finish());
}

Result<std::vector<NeighbourInfo>> Neighbours::list(const NeighbourFilter& filter) {
    return session_->list<NeighbourInfo>(dump_request(filter));
}

Result<void> Neighbours::dump(const NeighbourFilter& filter,
                              const DumpCallback<NeighbourInfo>& each,
                              const RestartCallback& restart) {
    return session_->dump<NeighbourInfo>(dump_request(filter), each, restart);
}

void detail::decode_object(Reader& reader, NeighbourInfo& neighbour) {
    reader.required(VROUTER_A_NEIGHBOUR_NETWORK_ID, VROUTER_A_NEIGHBOUR_NETWORK_NAME,
                    neighbour.network);
    reader.nest(VROUTER_A_NEIGHBOUR_ENTRY, [&](Reader& nest) {
        nest.required(VROUTER_A_NEIGHBOUR_ENTRY_ADDRESS, neighbour.address);
        nest.required(VROUTER_A_NEIGHBOUR_ENTRY_MAC, neighbour.mac);
        nest.value(VROUTER_A_NEIGHBOUR_ENTRY_ORIGIN, neighbour.origin);
        nest.optional(VROUTER_A_NEIGHBOUR_ENTRY_VIF_ID, VROUTER_A_NEIGHBOUR_ENTRY_VIF_NAME,
                      neighbour.vif);
        nest.value(VROUTER_A_NEIGHBOUR_ENTRY_ACTIVE, neighbour.active);
        nest.optional(VROUTER_A_NEIGHBOUR_ENTRY_USED, neighbour.used);
        nest.optional(VROUTER_A_NEIGHBOUR_ENTRY_ANSWERED, neighbour.answered);
    });
}

} // namespace vrouter
