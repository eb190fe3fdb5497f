// SPDX-License-Identifier: LGPL-2.1-or-later
#include <linux/vrouter.h>

#include "session.hpp"

namespace vrouter {

namespace {

using namespace detail;

void put(RequestBuilder& builder, const TunnelSpec& tunnel) {
    builder.put(VROUTER_A_TUNNEL_ID, tunnel.id);
    builder.put(VROUTER_A_TUNNEL_NAME, tunnel.name);
    builder.put(VROUTER_A_TUNNEL_TYPE, tunnel.type);
    builder.put(VROUTER_A_TUNNEL_LOCAL, tunnel.local);
    if (tunnel.port)
        builder.put(VROUTER_A_TUNNEL_PORT, Port{*tunnel.port});
    builder.put(VROUTER_A_TUNNEL_TTL, tunnel.ttl);
    builder.put(VROUTER_A_TUNNEL_DSCP, tunnel.dscp);
    builder.put(VROUTER_A_TUNNEL_DSCP_INHERIT, tunnel.dscp_inherit);
    builder.put(VROUTER_A_TUNNEL_UDP_CSUM, tunnel.udp_csum);
    builder.put(VROUTER_A_TUNNEL_IFINDEX, VROUTER_A_TUNNEL_IFNAME, tunnel.device);
    builder.put(VROUTER_A_TUNNEL_MARK, tunnel.mark);
}

Request finish(RequestBuilder builder, const TunnelSpec& tunnel) {
    put(builder, tunnel);
    return std::move(builder).finish();
}

} // namespace

namespace requests {

Request add(const TunnelSpec& tunnel) {
    return finish(new_builder(VROUTER_CMD_TUNNEL_NEW, NewMode::add), tunnel);
}

Request add_exclusive(const TunnelSpec& tunnel) {
    return finish(new_builder(VROUTER_CMD_TUNNEL_NEW, NewMode::add_exclusive), tunnel);
}

Request replace(const TunnelSpec& tunnel) {
    return finish(new_builder(VROUTER_CMD_TUNNEL_NEW, NewMode::replace), tunnel);
}

Request change(const TunnelSpec& tunnel) {
    return finish(change_builder(VROUTER_CMD_TUNNEL_SET), tunnel);
}

Request del(const TunnelRef& tunnel) {
    auto builder = change_builder(VROUTER_CMD_TUNNEL_DEL);
    builder.put(VROUTER_A_TUNNEL_ID, VROUTER_A_TUNNEL_NAME, tunnel);
    return std::move(builder).finish();
}

} // namespace requests

Result<void> Tunnels::add(const TunnelSpec& tunnel) {
    return session_->run(requests::add(tunnel));
}

Result<void> Tunnels::add_exclusive(const TunnelSpec& tunnel) {
    return session_->run(requests::add_exclusive(tunnel));
}

Result<void> Tunnels::replace(const TunnelSpec& tunnel) {
    return session_->run(requests::replace(tunnel));
}

Result<void> Tunnels::change(const TunnelSpec& tunnel) {
    return session_->run(requests::change(tunnel));
}

Result<void> Tunnels::del(const TunnelRef& tunnel) {
    return session_->run(requests::del(tunnel));
}

Result<TunnelInfo> Tunnels::get(const TunnelRef& tunnel) {
    auto builder = get_builder(VROUTER_CMD_TUNNEL_GET);
    builder.put(VROUTER_A_TUNNEL_ID, VROUTER_A_TUNNEL_NAME, tunnel);
    return session_->get<TunnelInfo>(std::move(builder).finish());
}

Result<std::vector<TunnelInfo>> Tunnels::list() {
    return session_->list<TunnelInfo>(dump_builder(VROUTER_CMD_TUNNEL_GET).finish());
}

Result<void> Tunnels::dump(const DumpCallback<TunnelInfo>& each, const RestartCallback& restart) {
    return session_->dump<TunnelInfo>(dump_builder(VROUTER_CMD_TUNNEL_GET).finish(), each, restart);
}

TunnelSpec TunnelInfo::spec() const {
    return {
        .id = id,
        .name = name,
        .type = type,
        .local = local,
        .port = port,
        .ttl = ttl,
        .dscp = dscp,
        .dscp_inherit = dscp_inherit,
        .udp_csum = udp_csum,
        .device = device,
        .mark = mark,
    };
}

void detail::decode_object(Reader& reader, TunnelInfo& tunnel) {
    reader.required(VROUTER_A_TUNNEL_ID, tunnel.id);
    reader.required(VROUTER_A_TUNNEL_NAME, tunnel.name);
    reader.required(VROUTER_A_TUNNEL_TYPE, tunnel.type);
    reader.required(VROUTER_A_TUNNEL_LOCAL, tunnel.local);
    std::optional<Port> port;
    reader.optional(VROUTER_A_TUNNEL_PORT, port);
    if (port)
        tunnel.port = port->value;
    reader.value(VROUTER_A_TUNNEL_TTL, tunnel.ttl);
    reader.value(VROUTER_A_TUNNEL_DSCP, tunnel.dscp);
    reader.value(VROUTER_A_TUNNEL_DSCP_INHERIT, tunnel.dscp_inherit);
    reader.optional(VROUTER_A_TUNNEL_UDP_CSUM, tunnel.udp_csum);
    reader.reference(VROUTER_A_TUNNEL_IFINDEX, VROUTER_A_TUNNEL_IFNAME, tunnel.device);
    reader.value(VROUTER_A_TUNNEL_MARK, tunnel.mark);
    reader.value(VROUTER_A_TUNNEL_GENERATION, tunnel.generation);
    reader.optional_nest(VROUTER_A_TUNNEL_STATS,
                         [&](Reader& nest) { decode_stats(nest, tunnel.stats); });
}

} // namespace vrouter
