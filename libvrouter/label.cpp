// SPDX-License-Identifier: LGPL-2.1-or-later
#include <linux/vrouter.h>

#include "session.hpp"

namespace vrouter {

namespace {

using namespace detail;

Request finish(RequestBuilder builder, const LabelSpec& label) {
    builder.put(VROUTER_A_LABEL_LABEL, label.label);
    builder.put(VROUTER_A_LABEL_NETWORK_ID, VROUTER_A_LABEL_NETWORK_NAME, label.network);
    builder.put(VROUTER_A_LABEL_NEXTHOP, label.nexthop);
    return std::move(builder).finish();
}

Request dump_request(const LabelFilter& filter) {
    auto builder = dump_builder(VROUTER_CMD_LABEL_GET);
    builder.put(VROUTER_A_LABEL_NETWORK_ID, VROUTER_A_LABEL_NETWORK_NAME, filter.network);
    builder.put(VROUTER_A_LABEL_NEXTHOP, filter.nexthop);
    return std::move(builder).finish();
}

} // namespace

namespace requests {

Request add(const LabelSpec& label) {
    return finish(new_builder(VROUTER_CMD_LABEL_NEW, NewMode::add), label);
}

Request add_exclusive(const LabelSpec& label) {
    return finish(new_builder(VROUTER_CMD_LABEL_NEW, NewMode::add_exclusive), label);
}

Request replace(const LabelSpec& label) {
    return finish(new_builder(VROUTER_CMD_LABEL_NEW, NewMode::replace), label);
}

Request change(const LabelSpec& label) {
    return finish(change_builder(VROUTER_CMD_LABEL_SET), label);
}

Request del(LabelId label) {
    auto builder = change_builder(VROUTER_CMD_LABEL_DEL);
    builder.put(VROUTER_A_LABEL_LABEL, label);
    return std::move(builder).finish();
}

} // namespace requests

Result<void> Labels::add(const LabelSpec& label) {
    return session_->run(requests::add(label));
}

Result<void> Labels::add_exclusive(const LabelSpec& label) {
    return session_->run(requests::add_exclusive(label));
}

Result<void> Labels::replace(const LabelSpec& label) {
    return session_->run(requests::replace(label));
}

Result<void> Labels::change(const LabelSpec& label) {
    return session_->run(requests::change(label));
}

Result<void> Labels::del(LabelId label) {
    return session_->run(requests::del(label));
}

Result<LabelInfo> Labels::get(LabelId label) {
    auto builder = get_builder(VROUTER_CMD_LABEL_GET);
    builder.put(VROUTER_A_LABEL_LABEL, label);
    return session_->get<LabelInfo>(std::move(builder).finish());
}

Result<std::vector<LabelInfo>> Labels::list(const LabelFilter& filter) {
    return session_->list<LabelInfo>(dump_request(filter));
}

Result<void> Labels::dump(const LabelFilter& filter, const DumpCallback<LabelInfo>& each,
                          const RestartCallback& restart) {
    return session_->dump<LabelInfo>(dump_request(filter), each, restart);
}

LabelSpec LabelInfo::spec() const {
    return {.label = label, .network = network, .nexthop = nexthop};
}

void detail::decode_object(Reader& reader, LabelInfo& label) {
    reader.required(VROUTER_A_LABEL_LABEL, label.label);
    reader.optional(VROUTER_A_LABEL_NETWORK_ID, VROUTER_A_LABEL_NETWORK_NAME, label.network);
    reader.optional(VROUTER_A_LABEL_NEXTHOP, label.nexthop);
    reader.value(VROUTER_A_LABEL_GENERATION, label.generation);
    reader.optional_nest(VROUTER_A_LABEL_STATS,
                         [&](Reader& nest) { decode_stats(nest, label.stats); });
}

} // namespace vrouter
