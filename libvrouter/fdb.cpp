// SPDX-License-Identifier: LGPL-2.1-or-later
#include <linux/vrouter.h>

#include "bulk.hpp"
#include "session.hpp"

namespace vrouter {

namespace {

using namespace detail;

constexpr BulkAttributes attributes{
    .owner_id = VROUTER_A_FDB_NETWORK_ID,
    .owner_name = VROUTER_A_FDB_NETWORK_NAME,
    .entry = VROUTER_A_FDB_ENTRY,
};

void put_key(RequestBuilder& builder, const MacAddress& mac) {
    builder.put(VROUTER_A_FDB_ENTRY_MAC, mac);
}

void put_spec(RequestBuilder& builder, const FdbSpec& entry) {
    put_key(builder, entry.mac);
    builder.put(VROUTER_A_FDB_ENTRY_NEXTHOP, entry.nexthop);
}

/// A get request within a network.
RequestBuilder get_in(const NetworkRef& network) {
    auto builder = get_builder(VROUTER_CMD_FDB_GET);
    builder.put(attributes.owner_id, attributes.owner_name, network);
    return builder;
}

Request dump_request(const FdbFilter& filter) {
    auto builder = dump_builder(VROUTER_CMD_FDB_GET);
    builder.put(attributes.owner_id, attributes.owner_name, filter.network);
    builder.put(VROUTER_A_FDB_NEXTHOP, filter.nexthop);
    return std::move(builder).finish();
}

} // namespace

namespace requests {

Request add(const NetworkRef& network, std::span<const FdbSpec> entries) {
    return bulk_request(new_builder(VROUTER_CMD_FDB_NEW, NewMode::add), attributes, network,
                        entries, put_spec);
}

Request add_exclusive(const NetworkRef& network, std::span<const FdbSpec> entries) {
    return bulk_request(new_builder(VROUTER_CMD_FDB_NEW, NewMode::add_exclusive), attributes,
                        network, entries, put_spec);
}

Request replace(const NetworkRef& network, std::span<const FdbSpec> entries) {
    return bulk_request(new_builder(VROUTER_CMD_FDB_NEW, NewMode::replace), attributes, network,
                        entries, put_spec);
}

Request change(const NetworkRef& network, std::span<const FdbSpec> entries) {
    return bulk_request(change_builder(VROUTER_CMD_FDB_SET), attributes, network, entries,
                        put_spec);
}

Request del(const NetworkRef& network, std::span<const MacAddress> entries) {
    return bulk_request(change_builder(VROUTER_CMD_FDB_DEL), attributes, network, entries, put_key);
}

Request flush_fdb(const NetworkRef& network, Origin origin) {
    auto builder = change_builder(VROUTER_CMD_FDB_DEL);
    builder.put(attributes.owner_id, attributes.owner_name, network);
    builder.put_flag(VROUTER_A_FDB_ALL);
    if (origin != Origin::static_)
        builder.put(VROUTER_A_FDB_ORIGIN, std::optional(origin));
    return std::move(builder).finish();
}

} // namespace requests

Result<void> Fdb::add(const NetworkRef& network, std::span<const FdbSpec> entries) {
    return session_->run(requests::add(network, entries));
}

Result<void> Fdb::add_exclusive(const NetworkRef& network, std::span<const FdbSpec> entries) {
    return session_->run(requests::add_exclusive(network, entries));
}

Result<void> Fdb::replace(const NetworkRef& network, std::span<const FdbSpec> entries) {
    return session_->run(requests::replace(network, entries));
}

Result<void> Fdb::change(const NetworkRef& network, std::span<const FdbSpec> entries) {
    return session_->run(requests::change(network, entries));
}

Result<void> Fdb::del(const NetworkRef& network, std::span<const MacAddress> entries) {
    return session_->run(requests::del(network, entries));
}

Result<void> Fdb::add(const NetworkRef& network, const FdbSpec& entry) {
    return add(network, std::span(&entry, 1));
}

Result<void> Fdb::add_exclusive(const NetworkRef& network, const FdbSpec& entry) {
    return add_exclusive(network, std::span(&entry, 1));
}

Result<void> Fdb::replace(const NetworkRef& network, const FdbSpec& entry) {
    return replace(network, std::span(&entry, 1));
}

Result<void> Fdb::change(const NetworkRef& network, const FdbSpec& entry) {
    return change(network, std::span(&entry, 1));
}

Result<void> Fdb::del(const NetworkRef& network, const MacAddress& entry) {
    return del(network, std::span(&entry, 1));
}

Result<void> Fdb::flush(const NetworkRef& network, Origin origin) {
    return session_->run(requests::flush_fdb(network, origin));
}

Result<FdbInfo> Fdb::get(const NetworkRef& network, const MacAddress& mac) {
    auto builder = get_in(network);
    builder.nest(attributes.entry, [&] { put_key(builder, mac); });
    return session_->get<FdbInfo>(std::move(builder).finish());
}

Result<std::vector<FdbInfo>> Fdb::list(const FdbFilter& filter) {
    return session_->list<FdbInfo>(dump_request(filter));
}

Result<void> Fdb::dump(const FdbFilter& filter, const DumpCallback<FdbInfo>& each,
                       const RestartCallback& restart) {
    return session_->dump<FdbInfo>(dump_request(filter), each, restart);
}

void detail::decode_object(Reader& reader, FdbInfo& entry) {
    reader.required(VROUTER_A_FDB_NETWORK_ID, VROUTER_A_FDB_NETWORK_NAME, entry.network);
    reader.nest(VROUTER_A_FDB_ENTRY, [&](Reader& nest) {
        nest.required(VROUTER_A_FDB_ENTRY_MAC, entry.mac);
        nest.optional(VROUTER_A_FDB_ENTRY_NEXTHOP, entry.nexthop);
        nest.value(VROUTER_A_FDB_ENTRY_ORIGIN, entry.origin);
        nest.optional(VROUTER_A_FDB_ENTRY_VIF_ID, VROUTER_A_FDB_ENTRY_VIF_NAME, entry.vif);
        nest.optional(VROUTER_A_FDB_ENTRY_TUNNEL_ID, VROUTER_A_FDB_ENTRY_TUNNEL_NAME, entry.tunnel);
        nest.optional(VROUTER_A_FDB_ENTRY_REMOTE, entry.remote);
        nest.value(VROUTER_A_FDB_ENTRY_ACTIVE, entry.active);
        nest.optional(VROUTER_A_FDB_ENTRY_USED, entry.used);
    });
}

} // namespace vrouter
