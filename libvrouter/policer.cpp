// SPDX-License-Identifier: LGPL-2.1-or-later
#include <linux/vrouter.h>

#include "session.hpp"

namespace vrouter {

namespace {

using namespace detail;

void put(RequestBuilder& builder, const PolicerSpec& policer) {
    builder.put(VROUTER_A_POLICER_ID, policer.id);
    builder.put(VROUTER_A_POLICER_NAME, policer.name);
    builder.put(VROUTER_A_POLICER_RATE, policer.rate);
    builder.put(VROUTER_A_POLICER_BURST, policer.burst);
    builder.put(VROUTER_A_POLICER_PACKET_RATE, policer.packet_rate);
    builder.put(VROUTER_A_POLICER_PACKET_BURST, policer.packet_burst);
    builder.put(VROUTER_A_POLICER_LEVEL, policer.level);
    builder.put(VROUTER_A_POLICER_OVERHEAD, policer.overhead);
}

Request finish(RequestBuilder builder, const PolicerSpec& policer) {
    put(builder, policer);
    return std::move(builder).finish();
}

} // namespace

namespace requests {

Request add(const PolicerSpec& policer) {
    return finish(new_builder(VROUTER_CMD_POLICER_NEW, NewMode::add), policer);
}

Request add_exclusive(const PolicerSpec& policer) {
    return finish(new_builder(VROUTER_CMD_POLICER_NEW, NewMode::add_exclusive), policer);
}

Request replace(const PolicerSpec& policer) {
    return finish(new_builder(VROUTER_CMD_POLICER_NEW, NewMode::replace), policer);
}

Request change(const PolicerSpec& policer) {
    return finish(change_builder(VROUTER_CMD_POLICER_SET), policer);
}

Request del(const PolicerRef& policer) {
    auto builder = change_builder(VROUTER_CMD_POLICER_DEL);
    builder.put(VROUTER_A_POLICER_ID, VROUTER_A_POLICER_NAME, policer);
    return std::move(builder).finish();
}

} // namespace requests

Result<void> Policers::add(const PolicerSpec& policer) {
    return session_->run(requests::add(policer));
}

Result<void> Policers::add_exclusive(const PolicerSpec& policer) {
    return session_->run(requests::add_exclusive(policer));
}

Result<void> Policers::replace(const PolicerSpec& policer) {
    return session_->run(requests::replace(policer));
}

Result<void> Policers::change(const PolicerSpec& policer) {
    return session_->run(requests::change(policer));
}

Result<void> Policers::del(const PolicerRef& policer) {
    return session_->run(requests::del(policer));
}

Result<PolicerInfo> Policers::get(const PolicerRef& policer) {
    auto builder = get_builder(VROUTER_CMD_POLICER_GET);
    builder.put(VROUTER_A_POLICER_ID, VROUTER_A_POLICER_NAME, policer);
    return session_->get<PolicerInfo>(std::move(builder).finish());
}

Result<std::vector<PolicerInfo>> Policers::list() {
    return session_->list<PolicerInfo>(dump_builder(VROUTER_CMD_POLICER_GET).finish());
}

Result<void> Policers::dump(const DumpCallback<PolicerInfo>& each, const RestartCallback& restart) {
    return session_->dump<PolicerInfo>(dump_builder(VROUTER_CMD_POLICER_GET).finish(), each,
                                       restart);
}

PolicerSpec PolicerInfo::spec() const {
    return {
        .id = id,
        .name = name,
        .rate = rate,
        .burst = burst,
        .packet_rate = packet_rate,
        .packet_burst = packet_burst,
        .level = level,
        .overhead = overhead,
    };
}

void detail::decode_object(Reader& reader, PolicerInfo& policer) {
    reader.required(VROUTER_A_POLICER_ID, policer.id);
    reader.required(VROUTER_A_POLICER_NAME, policer.name);
    reader.value(VROUTER_A_POLICER_RATE, policer.rate);
    reader.value(VROUTER_A_POLICER_BURST, policer.burst);
    reader.value(VROUTER_A_POLICER_PACKET_RATE, policer.packet_rate);
    reader.value(VROUTER_A_POLICER_PACKET_BURST, policer.packet_burst);
    reader.value(VROUTER_A_POLICER_LEVEL, policer.level);
    reader.value(VROUTER_A_POLICER_OVERHEAD, policer.overhead);
    reader.value(VROUTER_A_POLICER_CONFORM_PACKETS, policer.conform_packets);
    reader.value(VROUTER_A_POLICER_CONFORM_BYTES, policer.conform_bytes);
    reader.value(VROUTER_A_POLICER_EXCEED_PACKETS, policer.exceed_packets);
    reader.value(VROUTER_A_POLICER_EXCEED_BYTES, policer.exceed_bytes);
    reader.value(VROUTER_A_POLICER_REFS, policer.refs);
    reader.value(VROUTER_A_POLICER_GENERATION, policer.generation);
}

} // namespace vrouter
