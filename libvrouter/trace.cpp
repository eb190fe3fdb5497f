// SPDX-License-Identifier: LGPL-2.1-or-later
#include <linux/vrouter.h>

#include <vrouter/client.hpp>

#include "session.hpp"

namespace vrouter {

namespace {

using namespace detail;

void put_packet(RequestBuilder& builder, const TracePacket& packet) {
    builder.put(VROUTER_A_TRACE_PACKET_VIF_ID, VROUTER_A_TRACE_PACKET_VIF_NAME, packet.vif);
    builder.put(VROUTER_A_TRACE_PACKET_TUNNEL_ID, VROUTER_A_TRACE_PACKET_TUNNEL_NAME,
                packet.tunnel);
    builder.put(VROUTER_A_TRACE_PACKET_REMOTE, packet.remote);
    builder.put(VROUTER_A_TRACE_PACKET_VNI, packet.vni);
    builder.put(VROUTER_A_TRACE_PACKET_KEY, packet.key);
    builder.put(VROUTER_A_TRACE_PACKET_LABEL, packet.label);
    builder.put(VROUTER_A_TRACE_PACKET_TOS, packet.tos);
    builder.put(VROUTER_A_TRACE_PACKET_PAYLOAD, packet.payload);
    builder.put(VROUTER_A_TRACE_PACKET_FRAME, Bytes(packet.frame));
}

void decode_match(Reader& reader, TraceMatch& match) {
    ElementInfo element;
    reader.required(VROUTER_A_TRACE_MATCH_SET_ID, VROUTER_A_TRACE_MATCH_SET_NAME, match.set);
    reader.optional_nest(VROUTER_A_TRACE_MATCH_ELEMENT,
                         [&](Reader& nest) { decode_element(nest, element); });
    match.key = element.key;
    match.nomatch = element.nomatch;
}

void decode_policy(Reader& reader, TraceStage& stage) {
    reader.optional(VROUTER_A_TRACE_STAGE_DIRECTION, stage.direction);
    reader.optional(VROUTER_A_TRACE_STAGE_POLICY, stage.policy);
    if (reader.has(VROUTER_A_TRACE_STAGE_RULE)) {
        auto& rule = stage.rule.emplace();
        reader.required(VROUTER_A_TRACE_STAGE_SG_ID, VROUTER_A_TRACE_STAGE_SG_NAME, rule.sg);
        reader.nest(VROUTER_A_TRACE_STAGE_RULE, [&](Reader& nest) { decode_entry(nest, rule); });
    }
    reader.each(VROUTER_A_TRACE_STAGE_MATCH,
                [&](Reader& nest) { decode_match(nest, stage.matches.emplace_back()); });
}

void decode_packet(Reader& reader, TraceStage& stage) {
    reader.optional(VROUTER_A_TRACE_STAGE_SRC_MAC, stage.src_mac);
    reader.optional(VROUTER_A_TRACE_STAGE_DST_MAC, stage.dst_mac);
    reader.optional(VROUTER_A_TRACE_STAGE_ETHERTYPE, stage.ethertype);
    reader.optional(VROUTER_A_TRACE_STAGE_PROTO, stage.proto);
    reader.optional(VROUTER_A_TRACE_STAGE_SRC, stage.src);
    reader.optional(VROUTER_A_TRACE_STAGE_DST, stage.dst);
    reader.optional(VROUTER_A_TRACE_STAGE_SPORT, stage.sport);
    reader.optional(VROUTER_A_TRACE_STAGE_DPORT, stage.dport);
    reader.optional(VROUTER_A_TRACE_STAGE_ICMP_TYPE, stage.icmp_type);
    reader.optional(VROUTER_A_TRACE_STAGE_ICMP_CODE, stage.icmp_code);
    reader.optional(VROUTER_A_TRACE_STAGE_FRAGMENT, stage.fragment);
    reader.optional(VROUTER_A_TRACE_STAGE_TTL, stage.ttl);
    reader.optional(VROUTER_A_TRACE_STAGE_TOS, stage.tos);
    reader.optional(VROUTER_A_TRACE_STAGE_LENGTH, stage.length);
    reader.value(VROUTER_A_TRACE_STAGE_FRAME, stage.frame);
}

/// An address; with a length, the prefix of a route.
void decode_address(Reader& reader, TraceStage& stage) {
    if (reader.has(VROUTER_A_TRACE_STAGE_LEN))
        reader.prefix(VROUTER_A_TRACE_STAGE_ADDRESS, VROUTER_A_TRACE_STAGE_LEN,
                      stage.prefix.emplace());
    else
        reader.optional(VROUTER_A_TRACE_STAGE_ADDRESS, stage.address);
}

void decode_way(Reader& reader, TraceStage& stage) {
    decode_address(reader, stage);
    reader.optional(VROUTER_A_TRACE_STAGE_MAC, stage.mac);
    reader.optional(VROUTER_A_TRACE_STAGE_ORIGIN, stage.origin);
    reader.optional(VROUTER_A_TRACE_STAGE_NEXTHOP, stage.nexthop);
    reader.optional(VROUTER_A_TRACE_STAGE_NEXTHOP_TYPE, stage.type);
    reader.optional(VROUTER_A_TRACE_STAGE_BUCKET, stage.bucket);
    reader.optional(VROUTER_A_TRACE_STAGE_MEMBER, stage.member);
    reader.optional(VROUTER_A_TRACE_STAGE_VNI, stage.vni);
    reader.optional(VROUTER_A_TRACE_STAGE_KEY, stage.key);
    reader.optional(VROUTER_A_TRACE_STAGE_LABEL, stage.label);
    reader.optional(VROUTER_A_TRACE_STAGE_REMOTE, stage.remote);
    reader.optional(VROUTER_A_TRACE_STAGE_PAYLOAD, stage.payload);
    reader.optional(VROUTER_A_TRACE_STAGE_IFINDEX, VROUTER_A_TRACE_STAGE_IFNAME, stage.device);
    reader.optional(VROUTER_A_TRACE_STAGE_MTU, stage.mtu);
}

void decode_stage(Reader& reader, TraceStage& stage) {
    reader.required(VROUTER_A_TRACE_STAGE_KIND, stage.kind);
    stage.own = reader.has(VROUTER_A_TRACE_STAGE_OWN);
    reader.optional(VROUTER_A_TRACE_STAGE_NETWORK_ID, VROUTER_A_TRACE_STAGE_NETWORK_NAME,
                    stage.network);
    reader.optional(VROUTER_A_TRACE_STAGE_VIF_ID, VROUTER_A_TRACE_STAGE_VIF_NAME, stage.vif);
    reader.optional(VROUTER_A_TRACE_STAGE_TUNNEL_ID, VROUTER_A_TRACE_STAGE_TUNNEL_NAME,
                    stage.tunnel);
    reader.optional(VROUTER_A_TRACE_STAGE_STATE, stage.state);
    reader.optional(VROUTER_A_TRACE_STAGE_HELPER, stage.helper);
    reader.optional(VROUTER_A_TRACE_STAGE_POLICER_ID, VROUTER_A_TRACE_STAGE_POLICER_NAME,
                    stage.policer);
    reader.optional(VROUTER_A_TRACE_STAGE_CONFORMS, stage.conforms);
    decode_policy(reader, stage);
    decode_packet(reader, stage);
    decode_way(reader, stage);
    reader.optional(VROUTER_A_TRACE_STAGE_REASON, stage.reason);
    reader.optional(VROUTER_A_TRACE_STAGE_HELP, stage.help);
}

void decode_result(Reader& reader, TraceResult& result) {
    std::optional<std::uint32_t> left_out;
    reader.required(VROUTER_A_TRACE_RESULT_VERDICT, result.verdict);
    reader.optional(VROUTER_A_TRACE_RESULT_REASON, result.reason);
    reader.optional(VROUTER_A_TRACE_RESULT_HELP, result.help);
    result.answered = reader.has(VROUTER_A_TRACE_RESULT_ANSWERED);
    reader.value(VROUTER_A_TRACE_RESULT_OUTPUTS, result.outputs);
    reader.each(VROUTER_A_TRACE_RESULT_STAGE,
                [&](Reader& nest) { decode_stage(nest, result.stages.emplace_back()); });
    reader.optional(VROUTER_A_TRACE_RESULT_LEFT_OUT, left_out);
    result.left_out = left_out.value_or(0);
}

} // namespace

Result<std::vector<TraceResult>> Client::trace(std::span<const TracePacket> packets) {
    auto builder = detail::get_builder(VROUTER_CMD_TRACE);
    for (const auto& packet : packets)
        builder.nest(VROUTER_A_TRACE_PACKET, [&] { put_packet(builder, packet); });
    auto trace = session_->get<Trace>(std::move(builder).finish());
    if (!trace)
        return std::move(trace).error();
    if (trace->results.size() != packets.size())
        return make_error(EPROTO, "the kernel did not answer for each packet");
    return std::move(trace->results);
}

Result<TraceResult> Client::trace(const TracePacket& packet) {
    auto results = trace(std::span(&packet, 1));
    if (!results)
        return std::move(results).error();
    return std::move(results->front());
}

void detail::decode_object(Reader& reader, Trace& trace) {
    reader.each(VROUTER_A_TRACE_RESULT,
                [&](Reader& nest) { decode_result(nest, trace.results.emplace_back()); });
}

} // namespace vrouter
