// SPDX-License-Identifier: LGPL-2.1-or-later
#include <linux/vrouter.h>

#include "session.hpp"

namespace vrouter {

namespace detail {

/// The reply to a flush.
struct FlowsFlushed {
    std::uint32_t count = 0;
};
template <> inline constexpr const AttributeSet* set_of<FlowsFlushed> = &flow_set;

static void decode_object(Reader& reader, FlowsFlushed& flushed) {
    reader.value(VROUTER_A_FLOW_COUNT, flushed.count);
}

} // namespace detail

namespace {

using namespace detail;

void put(RequestBuilder& builder, const FlowFilter& filter) {
    builder.put(VROUTER_A_FLOW_NETWORK_ID, VROUTER_A_FLOW_NETWORK_NAME, filter.network);
    builder.put(VROUTER_A_FLOW_VIF_ID, VROUTER_A_FLOW_VIF_NAME, filter.vif);
    if (filter.address) {
        builder.put(VROUTER_A_FLOW_ADDRESS, filter.address->address());
        builder.put(VROUTER_A_FLOW_LEN, static_cast<std::uint8_t>(filter.address->length()));
    }
    builder.put(VROUTER_A_FLOW_PORT, filter.port);
    builder.put(VROUTER_A_FLOW_PROTO, filter.proto);
    builder.put(VROUTER_A_FLOW_STATE, filter.state);
}

Request request(RequestBuilder builder, const FlowFilter& filter) {
    put(builder, filter);
    return std::move(builder).finish();
}

Request dump_request(const FlowFilter& filter) {
    return request(dump_builder(VROUTER_CMD_FLOW_GET), filter);
}

void decode_source(Reader& reader, FlowInfo& flow) {
    reader.required(VROUTER_A_FLOW_NETWORK_ID, flow.network.id);
    reader.value(VROUTER_A_FLOW_NETWORK_NAME, flow.network.name);
    reader.reference(VROUTER_A_FLOW_VIF_ID, VROUTER_A_FLOW_VIF_NAME, flow.vif);
    reader.reference(VROUTER_A_FLOW_TUNNEL_ID, VROUTER_A_FLOW_TUNNEL_NAME, flow.tunnel);
    reader.optional(VROUTER_A_FLOW_REMOTE, flow.remote);
}

void decode_tuple(Reader& reader, FlowInfo& flow) {
    reader.required(VROUTER_A_FLOW_PROTO, flow.proto);
    reader.required(VROUTER_A_FLOW_SRC, flow.src);
    reader.required(VROUTER_A_FLOW_DST, flow.dst);
    reader.value(VROUTER_A_FLOW_SPORT, flow.sport);
    reader.value(VROUTER_A_FLOW_DPORT, flow.dport);
    reader.optional(VROUTER_A_FLOW_SRC_MAC, flow.src_mac);
    reader.optional(VROUTER_A_FLOW_DST_MAC, flow.dst_mac);
}

void decode_target(Reader& reader, FlowInfo& flow) {
    reader.reference(VROUTER_A_FLOW_OUT_NETWORK_ID, VROUTER_A_FLOW_OUT_NETWORK_NAME,
                     flow.out_network);
    reader.reference(VROUTER_A_FLOW_OUT_VIF_ID, VROUTER_A_FLOW_OUT_VIF_NAME, flow.out_vif);
    reader.reference(VROUTER_A_FLOW_OUT_TUNNEL_ID, VROUTER_A_FLOW_OUT_TUNNEL_NAME, flow.out_tunnel);
    reader.optional(VROUTER_A_FLOW_OUT_REMOTE, flow.out_remote);
    reader.optional(VROUTER_A_FLOW_NEXTHOP, flow.nexthop);
}

} // namespace

Result<FlowInfo> Flows::get(const FlowFilter& filter) {
    return session_->get<FlowInfo>(request(get_builder(VROUTER_CMD_FLOW_GET), filter));
}

Result<std::vector<FlowInfo>> Flows::list(const FlowFilter& filter) {
    return session_->list<FlowInfo>(dump_request(filter));
}

Result<void> Flows::dump(const FlowFilter& filter, const DumpCallback<FlowInfo>& each) {
    return session_->dump<FlowInfo>(dump_request(filter), each, {});
}

Result<FlowCounts> Flows::count(const FlowFilter& filter) {
    return session_->get<FlowCounts>(request(get_builder(VROUTER_CMD_FLOW_COUNT), filter));
}

Result<std::uint32_t> Flows::flush(const FlowFilter& filter) {
    auto flushed =
        session_->get<FlowsFlushed>(request(change_builder(VROUTER_CMD_FLOW_FLUSH), filter));
    if (!flushed)
        return std::move(flushed).error();
    return flushed->count;
}

void detail::decode_object(Reader& reader, FlowInfo& flow) {
    decode_source(reader, flow);
    decode_tuple(reader, flow);
    reader.value(VROUTER_A_FLOW_STATE, flow.state);
    decode_target(reader, flow);
    reader.reference(VROUTER_A_FLOW_SG_ID, VROUTER_A_FLOW_SG_NAME, flow.sg);
    reader.optional(VROUTER_A_FLOW_RULE, flow.rule);
    reader.value(VROUTER_A_FLOW_PACKETS, flow.packets);
    reader.value(VROUTER_A_FLOW_BYTES, flow.bytes);
    reader.value(VROUTER_A_FLOW_AGE, flow.age);
    reader.value(VROUTER_A_FLOW_IDLE, flow.idle);
    reader.optional(VROUTER_A_FLOW_END, flow.end);
}

void detail::decode_object(Reader& reader, FlowCounts& counts) {
    reader.value(VROUTER_A_FLOW_COUNT, counts.count);
    reader.value(VROUTER_A_FLOW_HITS, counts.hits);
    reader.value(VROUTER_A_FLOW_MISSES, counts.misses);
    reader.value(VROUTER_A_FLOW_CREATED, counts.created);
    reader.value(VROUTER_A_FLOW_EVICTED, counts.evicted);
    reader.value(VROUTER_A_FLOW_REFUSED, counts.refused);
}

} // namespace vrouter
