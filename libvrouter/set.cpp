// SPDX-License-Identifier: LGPL-2.1-or-later
#include <linux/vrouter.h>

#include "session.hpp"

namespace vrouter {

namespace {

using namespace detail;

Request finish(RequestBuilder builder, const SetSpec& set) {
    builder.put(VROUTER_A_SET_ID, set.id);
    builder.put(VROUTER_A_SET_NAME, set.name);
    builder.put(VROUTER_A_SET_TYPE, set.type);
    builder.put(VROUTER_A_SET_TIMEOUT, set.timeout);
    builder.put(VROUTER_A_SET_COUNTERS, set.counters);
    builder.put(VROUTER_A_SET_MAX_ELEMENTS, set.max_elements);
    return std::move(builder).finish();
}

} // namespace

namespace requests {

Request add(const SetSpec& set) {
    return finish(new_builder(VROUTER_CMD_SET_NEW, NewMode::add), set);
}

Request add_exclusive(const SetSpec& set) {
    return finish(new_builder(VROUTER_CMD_SET_NEW, NewMode::add_exclusive), set);
}

Request replace(const SetSpec& set) {
    return finish(new_builder(VROUTER_CMD_SET_NEW, NewMode::replace), set);
}

Request change(const SetSpec& set) {
    return finish(change_builder(VROUTER_CMD_SET_SET), set);
}

Request del(const SetRef& set) {
    auto builder = change_builder(VROUTER_CMD_SET_DEL);
    builder.put(VROUTER_A_SET_ID, VROUTER_A_SET_NAME, set);
    return std::move(builder).finish();
}

Request swap_sets(const SetRef& set, const SetRef& other) {
    auto builder = change_builder(VROUTER_CMD_SET_SWAP);
    builder.put(VROUTER_A_SET_ID, VROUTER_A_SET_NAME, set);
    builder.put(VROUTER_A_SET_WITH_ID, VROUTER_A_SET_WITH_NAME, other);
    return std::move(builder).finish();
}

} // namespace requests

Result<void> Sets::add(const SetSpec& set) {
    return session_->run(requests::add(set));
}

Result<void> Sets::add_exclusive(const SetSpec& set) {
    return session_->run(requests::add_exclusive(set));
}

Result<void> Sets::replace(const SetSpec& set) {
    return session_->run(requests::replace(set));
}

Result<void> Sets::change(const SetSpec& set) {
    return session_->run(requests::change(set));
}

Result<void> Sets::del(const SetRef& set) {
    return session_->run(requests::del(set));
}

Result<void> Sets::swap(const SetRef& set, const SetRef& other) {
    return session_->run(requests::swap_sets(set, other));
}

Result<SetInfo> Sets::get(const SetRef& set) {
    auto builder = get_builder(VROUTER_CMD_SET_GET);
    builder.put(VROUTER_A_SET_ID, VROUTER_A_SET_NAME, set);
    return session_->get<SetInfo>(std::move(builder).finish());
}

Result<std::vector<SetInfo>> Sets::list() {
    return session_->list<SetInfo>(dump_builder(VROUTER_CMD_SET_GET).finish());
}

Result<void> Sets::dump(const DumpCallback<SetInfo>& each, const RestartCallback& restart) {
    return session_->dump<SetInfo>(dump_builder(VROUTER_CMD_SET_GET).finish(), each, restart);
}

SetSpec SetInfo::spec() const {
    return {
        .id = id,
        .name = name,
        .type = type,
        .timeout = timeout,
        .counters = counters,
        .max_elements = max_elements,
    };
}

void detail::decode_object(Reader& reader, SetInfo& set) {
    reader.required(VROUTER_A_SET_ID, set.id);
    reader.required(VROUTER_A_SET_NAME, set.name);
    reader.required(VROUTER_A_SET_TYPE, set.type);
    reader.value(VROUTER_A_SET_TIMEOUT, set.timeout);
    reader.value(VROUTER_A_SET_COUNTERS, set.counters);
    reader.value(VROUTER_A_SET_MAX_ELEMENTS, set.max_elements);
    reader.value(VROUTER_A_SET_ELEMENTS, set.elements);
    reader.value(VROUTER_A_SET_MEMORY, set.memory);
    reader.value(VROUTER_A_SET_REFS, set.refs);
    reader.value(VROUTER_A_SET_GENERATION, set.generation);
}

} // namespace vrouter
