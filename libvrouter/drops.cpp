// SPDX-License-Identifier: LGPL-2.1-or-later
#include <linux/vrouter.h>

#include "session.hpp"

namespace vrouter {

namespace {

using namespace detail;

void put(RequestBuilder& builder, const DropFilter& filter) {
    builder.put(VROUTER_A_DROP_NETWORK_ID, VROUTER_A_DROP_NETWORK_NAME, filter.network);
    builder.put(VROUTER_A_DROP_VIF_ID, VROUTER_A_DROP_VIF_NAME, filter.vif);
}

Request dump_request(const DropFilter& filter) {
    auto builder = dump_builder(VROUTER_CMD_DROP_GET);
    put(builder, filter);
    return std::move(builder).finish();
}

} // namespace

Result<DropInfo> Drops::get(const std::string& name, const DropFilter& filter) {
    auto builder = get_builder(VROUTER_CMD_DROP_GET);
    put(builder, filter);
    builder.put(VROUTER_A_DROP_NAME, name);
    return session_->get<DropInfo>(std::move(builder).finish());
}

Result<std::vector<DropInfo>> Drops::list(const DropFilter& filter) {
    return session_->list<DropInfo>(dump_request(filter));
}

Result<void> Drops::dump(const DropFilter& filter, const DumpCallback<DropInfo>& each,
                         const RestartCallback& restart) {
    return session_->dump<DropInfo>(dump_request(filter), each, restart);
}

void detail::decode_object(Reader& reader, DropInfo& drop) {
    reader.optional(VROUTER_A_DROP_NETWORK_ID, VROUTER_A_DROP_NETWORK_NAME, drop.network);
    reader.optional(VROUTER_A_DROP_VIF_ID, VROUTER_A_DROP_VIF_NAME, drop.vif);
    reader.value(VROUTER_A_DROP_REASON, drop.reason);
    reader.required(VROUTER_A_DROP_NAME, drop.name);
    reader.value(VROUTER_A_DROP_HELP, drop.help);
    reader.value(VROUTER_A_DROP_PACKETS, drop.packets);
}

} // namespace vrouter
