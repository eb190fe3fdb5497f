// SPDX-License-Identifier: LGPL-2.1-or-later
// One of each object: as the kernel writes it and as the library gives it.
#pragma once

#include <arpa/inet.h>

#include "check.hpp"
#include "kernel.hpp"

namespace unit {

using namespace vrouter;

inline IpAddress ip(const char* text) {
    return must(IpAddress::parse(text));
}
inline Prefix prefix(const char* text) {
    return must(Prefix::parse(text));
}
inline MacAddress mac(const char* text) {
    return must(MacAddress::parse(text));
}

inline Blob blob(std::span<const std::uint8_t> bytes) {
    return {bytes.begin(), bytes.end()};
}

inline Attrs stats_attrs() {
    return Attrs()
        .u64(VROUTER_A_STATS_RX_PACKETS, 1)
        .u64(VROUTER_A_STATS_RX_BYTES, 0x1'0000'0002)
        .u64(VROUTER_A_STATS_TX_PACKETS, 3)
        .u64(VROUTER_A_STATS_TX_BYTES, 4)
        .u64(VROUTER_A_STATS_DROPS, 5);
}
inline constexpr Stats stats{1, 0x1'0000'0002, 3, 4, 5};

inline Attrs prefix_attrs(const char* text) {
    auto value = prefix(text);
    return Attrs()
        .raw(VROUTER_A_PREFIX_ADDRESS, blob(value.address().bytes()))
        .u8(VROUTER_A_PREFIX_LEN, static_cast<std::uint8_t>(value.length()));
}

inline Attrs network_attrs() {
    return Attrs()
        .u32(VROUTER_A_NETWORK_ID, 7)
        .text(VROUTER_A_NETWORK_NAME, "blue")
        .u32(VROUTER_A_NETWORK_VNI, 100)
        .u32(VROUTER_A_NETWORK_KEY, 0x80000064)
        .u32(VROUTER_A_NETWORK_TUNNEL_ID, 1)
        .text(VROUTER_A_NETWORK_TUNNEL_NAME, "vx0")
        .raw(VROUTER_A_NETWORK_GATEWAY_MAC, {0, 0, 0x5e, 0, 1, 0})
        .nest(VROUTER_A_NETWORK_GATEWAY, prefix_attrs("10.0.0.254/24"))
        .nest(VROUTER_A_NETWORK_GATEWAY, prefix_attrs("fd00::1/64"))
        .u32(VROUTER_A_NETWORK_MTU, 1450)
        .u32(VROUTER_A_NETWORK_POLICY, VROUTER_POLICY_ALLOW)
        .u32(VROUTER_A_NETWORK_UNKNOWN_UNICAST, VROUTER_UNKNOWN_UNICAST_DROP)
        .u32(VROUTER_A_NETWORK_FLOOD, 90)
        .u32(VROUTER_A_NETWORK_RA, VROUTER_RA_MODE_SLAAC)
        .u32(VROUTER_A_NETWORK_MAX_ROUTES, 11)
        .u32(VROUTER_A_NETWORK_MAX_FDB, 12)
        .u32(VROUTER_A_NETWORK_MAX_NEIGHBOURS, 13)
        .u32(VROUTER_A_NETWORK_ROUTES, 14)
        .u32(VROUTER_A_NETWORK_FDB, 15)
        .u32(VROUTER_A_NETWORK_NEIGHBOURS, 16)
        .u32(VROUTER_A_NETWORK_VIFS, 17)
        .u32(VROUTER_A_NETWORK_GENERATION, 18)
        .nest(VROUTER_A_NETWORK_STATS, stats_attrs())
        .u32(VROUTER_A_NETWORK_LEARNING, VROUTER_LEARNING_ALL)
        .u32(VROUTER_A_NETWORK_AGEING, 19)
        .u32(VROUTER_A_NETWORK_MAX_LEARNED, 20)
        .u32(VROUTER_A_NETWORK_LEARNED, 21)
        .u64(VROUTER_A_NETWORK_LEARN_LIMITED, 0x1'0000'0016)
        .u32(VROUTER_A_NETWORK_FLOOD_RATE, 22)
        .u16(VROUTER_A_NETWORK_ZONE, 0x8001)
        .nest(VROUTER_A_NETWORK_ACL,
              Attrs().u32(VROUTER_A_SG_REF_ID, 9).text(VROUTER_A_SG_REF_NAME, "web"))
        .nest(VROUTER_A_NETWORK_ACL,
              Attrs().u32(VROUTER_A_SG_REF_ID, 8).text(VROUTER_A_SG_REF_NAME, "db"))
        .u32(VROUTER_A_NETWORK_MAX_CONNECTIONS, 23)
        .u32(VROUTER_A_NETWORK_CONNECTIONS, 24)
        .u8(VROUTER_A_NETWORK_MSS_CLAMP, 1)
        .u8(VROUTER_A_NETWORK_FLOW_CACHE, 0)
        .u32(VROUTER_A_NETWORK_MAX_FLOWS, 25)
        .u32(VROUTER_A_NETWORK_FLOWS, 26)
        .u8(VROUTER_A_NETWORK_STRICT_REMOTES, 1);
}
inline NetworkInfo network_info() {
    NetworkInfo info;
    info.id = NetworkId(7);
    info.name = "blue";
    info.vni = 100;
    info.key = 0x80000064;
    info.tunnel = {TunnelId(1), "vx0"};
    info.gateway_mac = mac("00:00:5e:00:01:00");
    info.gateways = {prefix("10.0.0.254/24"), prefix("fd00::1/64")};
    info.mtu = 1450;
    info.policy = Policy::allow;
    info.unknown_unicast = UnknownUnicast::drop;
    info.flood = NexthopId(90);
    info.ra = RaMode::slaac;
    info.max_routes = 11;
    info.max_fdb = 12;
    info.max_neighbours = 13;
    info.routes = 14;
    info.fdb = 15;
    info.neighbours = 16;
    info.vifs = 17;
    info.generation = 18;
    info.stats = stats;
    info.learning = Learning::all;
    info.ageing = 19;
    info.max_learned = 20;
    info.learned = 21;
    info.learn_limited = 0x1'0000'0016;
    info.flood_rate = 22;
    info.mss_clamp = true;
    info.zone = 0x8001;
    info.acls = {{SgId(9), "web"}, {SgId(8), "db"}};
    info.max_connections = 23;
    info.connections = 24;
    info.flow_cache = false;
    info.strict_remotes = true;
    info.max_flows = 25;
    info.flows = 26;
    return info;
}

inline Attrs tunnel_attrs() {
    return Attrs()
        .u32(VROUTER_A_TUNNEL_ID, 1)
        .text(VROUTER_A_TUNNEL_NAME, "vx0")
        .u32(VROUTER_A_TUNNEL_TYPE, VROUTER_TUNNEL_TYPE_VXLAN)
        .raw(VROUTER_A_TUNNEL_LOCAL, {192, 0, 2, 1})
        .u16(VROUTER_A_TUNNEL_PORT, htons(4789))
        .u8(VROUTER_A_TUNNEL_TTL, 64)
        .u8(VROUTER_A_TUNNEL_DSCP, 46)
        .u8(VROUTER_A_TUNNEL_DSCP_INHERIT, 1)
        .u8(VROUTER_A_TUNNEL_UDP_CSUM, 0)
        .u32(VROUTER_A_TUNNEL_IFINDEX, 3)
        .text(VROUTER_A_TUNNEL_IFNAME, "eth0")
        .u32(VROUTER_A_TUNNEL_MARK, 0x80000001)
        .u32(VROUTER_A_TUNNEL_GENERATION, 19)
        .nest(VROUTER_A_TUNNEL_STATS, stats_attrs());
}
inline TunnelInfo tunnel_info() {
    TunnelInfo info;
    info.id = TunnelId(1);
    info.name = "vx0";
    info.type = TunnelType::vxlan;
    info.local = ip("192.0.2.1");
    info.port = 4789;
    info.ttl = 64;
    info.dscp = 46;
    info.dscp_inherit = true;
    info.udp_csum = false;
    info.device = {IfIndex(3), "eth0"};
    info.mark = 0x80000001;
    info.generation = 19;
    info.stats = stats;
    return info;
}

/// The state of a vif's fragments, with numbers from first on.
inline Attrs frags_attrs(std::uint32_t first) {
    return Attrs()
        .u32(VROUTER_A_FRAGS_WAITING, first)
        .u32(VROUTER_A_FRAGS_MEMORY, first + 1)
        .u64(VROUTER_A_FRAGS_REASSEMBLED, first + 2)
        .u64(VROUTER_A_FRAGS_FAILED, first + 3);
}

inline Attrs vif_attrs() {
    return Attrs()
        .u32(VROUTER_A_VIF_ID, 2)
        .text(VROUTER_A_VIF_NAME, "vm1")
        .u32(VROUTER_A_VIF_IFINDEX, 5)
        .text(VROUTER_A_VIF_IFNAME, "tap0")
        .u32(VROUTER_A_VIF_NETWORK_ID, 7)
        .text(VROUTER_A_VIF_NETWORK_NAME, "blue")
        .raw(VROUTER_A_VIF_MAC, {2, 0, 0, 0, 0, 1})
        .nest(VROUTER_A_VIF_ADDRESS, prefix_attrs("10.0.0.1/32").u8(VROUTER_A_PREFIX_ACTIVE, 1))
        .nest(VROUTER_A_VIF_ADDRESS, prefix_attrs("fd00::2/128").u8(VROUTER_A_PREFIX_ACTIVE, 0))
        .u32(VROUTER_A_VIF_MTU, 0)
        .u8(VROUTER_A_VIF_UP, 1)
        .u32(VROUTER_A_VIF_GENERATION, 20)
        .nest(VROUTER_A_VIF_STATS, stats_attrs())
        .u32(VROUTER_A_VIF_MAX_MACS, 21)
        .nest(VROUTER_A_VIF_SG,
              Attrs().u32(VROUTER_A_SG_REF_ID, 9).text(VROUTER_A_SG_REF_NAME, "web"))
        .nest(VROUTER_A_VIF_SG,
              Attrs().u32(VROUTER_A_SG_REF_ID, 8).text(VROUTER_A_SG_REF_NAME, "db"))
        .u32(VROUTER_A_VIF_POLICER_ID, 3)
        .text(VROUTER_A_VIF_POLICER_NAME, "gold")
        .u32(VROUTER_A_VIF_EGRESS_POLICER_ID, 4)
        .text(VROUTER_A_VIF_EGRESS_POLICER_NAME, "silver")
        .u8(VROUTER_A_VIF_DHCP_SERVER, 1)
        .u8(VROUTER_A_VIF_ROUTER, 1)
        .u32(VROUTER_A_VIF_LEARNED, 22)
        .u32(VROUTER_A_VIF_MAX_CONNECTIONS, 25)
        .u32(VROUTER_A_VIF_CONNECTIONS, 26)
        .u32(VROUTER_A_VIF_FRAG_MEMORY, 30000)
        .nest(VROUTER_A_VIF_SENT_FRAGS, frags_attrs(31))
        .nest(VROUTER_A_VIF_RECEIVED_FRAGS, frags_attrs(41))
        .u32(VROUTER_A_VIF_MAX_FLOWS, 23)
        .u32(VROUTER_A_VIF_FLOWS, 24)
        .u8(VROUTER_A_VIF_FORCE, 1);
}
inline VifInfo vif_info() {
    VifInfo info;
    info.id = VifId(2);
    info.name = "vm1";
    info.device = {IfIndex(5), "tap0"};
    info.network = {NetworkId(7), "blue"};
    info.mac = mac("02:00:00:00:00:01");
    info.addresses = {{prefix("10.0.0.1/32"), true}, {prefix("fd00::2/128"), false}};
    info.up = true;
    info.generation = 20;
    info.stats = stats;
    info.max_macs = 21;
    info.learned = 22;
    info.sgs = {{SgId(9), "web"}, {SgId(8), "db"}};
    info.policer = {PolicerId(3), "gold"};
    info.egress_policer = {PolicerId(4), "silver"};
    info.dhcp_server = true;
    info.router = true;
    info.max_connections = 25;
    info.connections = 26;
    info.frag_memory = 30000;
    info.sent_frags = {31, 32, 33, 34};
    info.received_frags = {41, 42, 43, 44};
    info.max_flows = 23;
    info.flows = 24;
    info.force = true;
    return info;
}

/// A next hop of no type in particular, with everything that a next hop can have.
inline Attrs nexthop_attrs() {
    return Attrs()
        .u32(VROUTER_A_NEXTHOP_ID, 7)
        .u32(VROUTER_A_NEXTHOP_TYPE, VROUTER_NEXTHOP_TYPE_TUNNEL)
        .u32(VROUTER_A_NEXTHOP_VIF_ID, 2)
        .text(VROUTER_A_NEXTHOP_VIF_NAME, "vm1")
        .u32(VROUTER_A_NEXTHOP_TUNNEL_ID, 1)
        .text(VROUTER_A_NEXTHOP_TUNNEL_NAME, "vx0")
        .raw(VROUTER_A_NEXTHOP_REMOTE, {192, 0, 2, 2})
        .u32(VROUTER_A_NEXTHOP_VNI, 100)
        .u32(VROUTER_A_NEXTHOP_KEY, 0x80000064)
        .u32(VROUTER_A_NEXTHOP_LABEL, 500)
        .u32(VROUTER_A_NEXTHOP_PAYLOAD, VROUTER_PAYLOAD_L3)
        .raw(VROUTER_A_NEXTHOP_MAC, {2, 0, 0, 0, 0, 2})
        .u32(VROUTER_A_NEXTHOP_NETWORK_ID, 7)
        .text(VROUTER_A_NEXTHOP_NETWORK_NAME, "blue")
        .u32(VROUTER_A_NEXTHOP_IFINDEX, 3)
        .text(VROUTER_A_NEXTHOP_IFNAME, "vr0")
        .u32(VROUTER_A_NEXTHOP_REJECT_CODE, VROUTER_REJECT_CODE_HOST)
        .nest(VROUTER_A_NEXTHOP_MEMBER, Attrs().u32(VROUTER_A_MEMBER_NEXTHOP, 8))
        .nest(VROUTER_A_NEXTHOP_MEMBER,
              Attrs().u32(VROUTER_A_MEMBER_NEXTHOP, 9).u32(VROUTER_A_MEMBER_WEIGHT, 2))
        .u32(VROUTER_A_NEXTHOP_HASH, VROUTER_ECMP_HASH_L3)
        .u32(VROUTER_A_NEXTHOP_REFS, 4)
        .u32(VROUTER_A_NEXTHOP_GENERATION, 21)
        .nest(VROUTER_A_NEXTHOP_STATS, stats_attrs());
}
inline NexthopInfo nexthop_info() {
    NexthopInfo info;
    info.id = NexthopId(7);
    info.type = NexthopType::tunnel;
    info.vif = {VifId(2), "vm1"};
    info.tunnel = {TunnelId(1), "vx0"};
    info.remote = ip("192.0.2.2");
    info.vni = 100;
    info.key = 0x80000064;
    info.label = 500;
    info.payload = Payload::l3;
    info.mac = mac("02:00:00:00:00:02");
    info.network = {NetworkId(7), "blue"};
    info.device = {IfIndex(3), "vr0"};
    info.reject_code = RejectCode::host;
    info.members = {{NexthopId(8)}, {NexthopId(9), 2}};
    info.hash = EcmpHash::l3;
    info.refs = 4;
    info.generation = 21;
    info.stats = stats;
    return info;
}

inline Attrs route_entry_attrs() {
    return Attrs()
        .raw(VROUTER_A_ROUTE_ENTRY_PREFIX, {10, 0, 0, 2})
        .u8(VROUTER_A_ROUTE_ENTRY_LEN, 32)
        .u32(VROUTER_A_ROUTE_ENTRY_NEXTHOP, 7)
        .u32(VROUTER_A_ROUTE_ENTRY_ORIGIN, VROUTER_ORIGIN_STATIC)
        .u32(VROUTER_A_ROUTE_ENTRY_VIF_ID, 2)
        .text(VROUTER_A_ROUTE_ENTRY_VIF_NAME, "vm1")
        .u8(VROUTER_A_ROUTE_ENTRY_ACTIVE, 1)
        .u64(VROUTER_A_ROUTE_ENTRY_USED, 1500);
}
inline Attrs route_attrs(const Attrs& entry = route_entry_attrs()) {
    return Attrs()
        .u32(VROUTER_A_ROUTE_NETWORK_ID, 7)
        .text(VROUTER_A_ROUTE_NETWORK_NAME, "blue")
        .nest(VROUTER_A_ROUTE_ENTRY, entry);
}
inline RouteInfo route_info() {
    RouteInfo info;
    info.network = {NetworkId(7), "blue"};
    info.prefix = prefix("10.0.0.2/32");
    info.nexthop = NexthopId(7);
    info.origin = Origin::static_;
    info.vif = {VifId(2), "vm1"};
    info.active = true;
    info.used = std::chrono::milliseconds(1500);
    return info;
}

inline Attrs fdb_entry_attrs() {
    return Attrs()
        .raw(VROUTER_A_FDB_ENTRY_MAC, {2, 0, 0, 0, 0, 2})
        .u32(VROUTER_A_FDB_ENTRY_NEXTHOP, 7)
        .u32(VROUTER_A_FDB_ENTRY_ORIGIN, VROUTER_ORIGIN_VIF)
        .u32(VROUTER_A_FDB_ENTRY_VIF_ID, 2)
        .text(VROUTER_A_FDB_ENTRY_VIF_NAME, "vm1")
        .u8(VROUTER_A_FDB_ENTRY_ACTIVE, 0)
        .u64(VROUTER_A_FDB_ENTRY_USED, 1501)
        .u32(VROUTER_A_FDB_ENTRY_TUNNEL_ID, 1)
        .text(VROUTER_A_FDB_ENTRY_TUNNEL_NAME, "vx0")
        .raw(VROUTER_A_FDB_ENTRY_REMOTE, {192, 0, 2, 2});
}
inline Attrs fdb_attrs(const Attrs& entry = fdb_entry_attrs()) {
    return Attrs()
        .u32(VROUTER_A_FDB_NETWORK_ID, 7)
        .text(VROUTER_A_FDB_NETWORK_NAME, "blue")
        .nest(VROUTER_A_FDB_ENTRY, entry);
}
inline FdbInfo fdb_info() {
    FdbInfo info;
    info.network = {NetworkId(7), "blue"};
    info.mac = mac("02:00:00:00:00:02");
    info.nexthop = NexthopId(7);
    info.origin = Origin::vif;
    info.vif = {VifId(2), "vm1"};
    info.active = false;
    info.used = std::chrono::milliseconds(1501);
    info.tunnel = {TunnelId(1), "vx0"};
    info.remote = ip("192.0.2.2");
    return info;
}

inline Attrs neighbour_entry_attrs() {
    return Attrs()
        .raw(VROUTER_A_NEIGHBOUR_ENTRY_ADDRESS, {10, 0, 0, 2})
        .raw(VROUTER_A_NEIGHBOUR_ENTRY_MAC, {2, 0, 0, 0, 0, 2})
        .u32(VROUTER_A_NEIGHBOUR_ENTRY_ORIGIN, VROUTER_ORIGIN_GATEWAY)
        .u32(VROUTER_A_NEIGHBOUR_ENTRY_VIF_ID, 2)
        .text(VROUTER_A_NEIGHBOUR_ENTRY_VIF_NAME, "vm1")
        .u8(VROUTER_A_NEIGHBOUR_ENTRY_ACTIVE, 1)
        .u64(VROUTER_A_NEIGHBOUR_ENTRY_USED, 1502)
        .u64(VROUTER_A_NEIGHBOUR_ENTRY_ANSWERED, 6);
}
inline Attrs neighbour_attrs(const Attrs& entry = neighbour_entry_attrs()) {
    return Attrs()
        .u32(VROUTER_A_NEIGHBOUR_NETWORK_ID, 7)
        .text(VROUTER_A_NEIGHBOUR_NETWORK_NAME, "blue")
        .nest(VROUTER_A_NEIGHBOUR_ENTRY, entry);
}
inline NeighbourInfo neighbour_info() {
    NeighbourInfo info;
    info.network = {NetworkId(7), "blue"};
    info.address = ip("10.0.0.2");
    info.mac = mac("02:00:00:00:00:02");
    info.origin = Origin::gateway;
    info.vif = {VifId(2), "vm1"};
    info.active = true;
    info.used = std::chrono::milliseconds(1502);
    info.answered = 6;
    return info;
}

/// A label that leads both to a network and to a next hop, which no real one does.
inline Attrs label_attrs() {
    return Attrs()
        .u32(VROUTER_A_LABEL_LABEL, 500)
        .u32(VROUTER_A_LABEL_NETWORK_ID, 7)
        .text(VROUTER_A_LABEL_NETWORK_NAME, "blue")
        .u32(VROUTER_A_LABEL_NEXTHOP, 8)
        .u32(VROUTER_A_LABEL_GENERATION, 23)
        .nest(VROUTER_A_LABEL_STATS, stats_attrs());
}
inline LabelInfo label_info() {
    LabelInfo info;
    info.label = LabelId(500);
    info.network = {NetworkId(7), "blue"};
    info.nexthop = NexthopId(8);
    info.generation = 23;
    info.stats = stats;
    return info;
}

inline Attrs set_attrs() {
    return Attrs()
        .u32(VROUTER_A_SET_ID, 7)
        .text(VROUTER_A_SET_NAME, "clients")
        .u32(VROUTER_A_SET_TYPE, VROUTER_SET_TYPE_NET_PORT)
        .u32(VROUTER_A_SET_TIMEOUT, 300)
        .u8(VROUTER_A_SET_COUNTERS, 1)
        .u32(VROUTER_A_SET_MAX_ELEMENTS, 11)
        .u32(VROUTER_A_SET_ELEMENTS, 12)
        .u64(VROUTER_A_SET_MEMORY, 0x1'0000'000d)
        .u32(VROUTER_A_SET_REFS, 14)
        .u32(VROUTER_A_SET_GENERATION, 24);
}
inline SetInfo set_info() {
    SetInfo info;
    info.id = SetId(7);
    info.name = "clients";
    info.type = SetType::net_port;
    info.timeout = 300;
    info.counters = true;
    info.max_elements = 11;
    info.elements = 12;
    info.memory = 0x1'0000'000d;
    info.refs = 14;
    info.generation = 24;
    return info;
}

inline Attrs element_entry_attrs() {
    return Attrs()
        .raw(VROUTER_A_ELEMENT_ENTRY_ADDRESS, {10, 0, 0, 0})
        .u8(VROUTER_A_ELEMENT_ENTRY_LEN, 8)
        .u8(VROUTER_A_ELEMENT_ENTRY_PROTO, 6)
        .u16(VROUTER_A_ELEMENT_ENTRY_PORT, 80)
        .u16(VROUTER_A_ELEMENT_ENTRY_PORT_END, 443)
        .u8(VROUTER_A_ELEMENT_ENTRY_NOMATCH, 1)
        .text(VROUTER_A_ELEMENT_ENTRY_COMMENT, "web servers")
        .u64(VROUTER_A_ELEMENT_ENTRY_EXPIRES, 29500)
        .u64(VROUTER_A_ELEMENT_ENTRY_PACKETS, 0x1'0000'0001)
        .u64(VROUTER_A_ELEMENT_ENTRY_BYTES, 0x1'0000'0002);
}
inline Attrs element_attrs(const Attrs& entry = element_entry_attrs()) {
    return Attrs()
        .u32(VROUTER_A_ELEMENT_SET_ID, 7)
        .text(VROUTER_A_ELEMENT_SET_NAME, "clients")
        .nest(VROUTER_A_ELEMENT_ENTRY, entry);
}
inline ElementInfo element_info() {
    ElementInfo info;
    info.set = {SetId(7), "clients"};
    info.key = {prefix("10.0.0.0/8"), Protocol(6), 80, 443};
    info.nomatch = true;
    info.comment = "web servers";
    info.expires = std::chrono::milliseconds(29500);
    info.packets = 0x1'0000'0001;
    info.bytes = 0x1'0000'0002;
    return info;
}

inline Attrs sg_attrs() {
    return Attrs()
        .u32(VROUTER_A_SG_ID, 9)
        .text(VROUTER_A_SG_NAME, "web")
        .u32(VROUTER_A_SG_MEMBERS_ID, 7)
        .text(VROUTER_A_SG_MEMBERS_NAME, "clients")
        .u32(VROUTER_A_SG_RULES, 11)
        .u32(VROUTER_A_SG_VIFS, 12)
        .u32(VROUTER_A_SG_REFS, 13)
        .u32(VROUTER_A_SG_NETWORKS, 14)
        .u32(VROUTER_A_SG_GENERATION, 25);
}
inline SgInfo sg_info() {
    SgInfo info;
    info.id = SgId(9);
    info.name = "web";
    info.members = {SetId(7), "clients"};
    info.rules = 11;
    info.vifs = 12;
    info.refs = 13;
    info.generation = 25;
    info.networks = 14;
    return info;
}

/// A rule with everything that a rule can have, which no real one has.
inline Attrs rule_entry_attrs() {
    return Attrs()
        .u32(VROUTER_A_RULE_ENTRY_INDEX, 3)
        .u32(VROUTER_A_RULE_ENTRY_DIRECTION, VROUTER_DIRECTION_INGRESS)
        .u32(VROUTER_A_RULE_ENTRY_PRIORITY, 100)
        .u32(VROUTER_A_RULE_ENTRY_FAMILY, AF_INET)
        .u8(VROUTER_A_RULE_ENTRY_PROTO, 6)
        .u16(VROUTER_A_RULE_ENTRY_SPORT, 1024)
        .u16(VROUTER_A_RULE_ENTRY_SPORT_END, 65535)
        .u16(VROUTER_A_RULE_ENTRY_DPORT, 80)
        .u16(VROUTER_A_RULE_ENTRY_DPORT_END, 443)
        .u8(VROUTER_A_RULE_ENTRY_ICMP_TYPE, 8)
        .u8(VROUTER_A_RULE_ENTRY_ICMP_CODE, 3)
        .nest(VROUTER_A_RULE_ENTRY_FROM,
              Attrs().raw(VROUTER_A_PEER_ADDRESS, {10, 0, 0, 0}).u8(VROUTER_A_PEER_LEN, 8))
        .nest(VROUTER_A_RULE_ENTRY_TO,
              Attrs().u32(VROUTER_A_PEER_SET_ID, 7).text(VROUTER_A_PEER_SET_NAME, "clients"))
        .u32(VROUTER_A_RULE_ENTRY_ACTION, VROUTER_RULE_ACTION_REJECT)
        .u8(VROUTER_A_RULE_ENTRY_STATELESS, 1)
        .text(VROUTER_A_RULE_ENTRY_HELPER, "ftp")
        .text(VROUTER_A_RULE_ENTRY_COMMENT, "old web")
        .u64(VROUTER_A_RULE_ENTRY_PACKETS, 0x1'0000'0001)
        .u64(VROUTER_A_RULE_ENTRY_BYTES, 0x1'0000'0002);
}
inline Attrs rule_attrs(const Attrs& entry = rule_entry_attrs()) {
    return Attrs()
        .u32(VROUTER_A_RULE_SG_ID, 9)
        .text(VROUTER_A_RULE_SG_NAME, "web")
        .nest(VROUTER_A_RULE_ENTRY, entry);
}
inline RuleInfo rule_info() {
    RuleInfo info;
    info.sg = {SgId(9), "web"};
    info.index = 3;
    info.rule = {.direction = Direction::ingress,
                 .priority = 100,
                 .family = Family::v4,
                 .proto = Protocol(6),
                 .sport = 1024,
                 .sport_end = 65535,
                 .dport = 80,
                 .dport_end = 443,
                 .icmp_type = 8,
                 .icmp_code = 3,
                 .from = prefix("10.0.0.0/8"),
                 .to = SetRef(SetId(7), "clients"),
                 .action = RuleAction::reject,
                 .stateless = true,
                 .helper = "ftp",
                 .comment = "old web"};
    info.packets = 0x1'0000'0001;
    info.bytes = 0x1'0000'0002;
    return info;
}
/// A rule with what each has.
inline Attrs plain_rule_attrs() {
    return Attrs()
        .u32(VROUTER_A_RULE_ENTRY_INDEX, 4)
        .u32(VROUTER_A_RULE_ENTRY_DIRECTION, VROUTER_DIRECTION_EGRESS)
        .u32(VROUTER_A_RULE_ENTRY_ACTION, VROUTER_RULE_ACTION_ALLOW);
}

/// With everything that a flow can have.
inline Attrs flow_attrs() {
    return Attrs()
        .u32(VROUTER_A_FLOW_NETWORK_ID, 7)
        .text(VROUTER_A_FLOW_NETWORK_NAME, "blue")
        .u32(VROUTER_A_FLOW_VIF_ID, 2)
        .text(VROUTER_A_FLOW_VIF_NAME, "vm1")
        .u32(VROUTER_A_FLOW_TUNNEL_ID, 1)
        .text(VROUTER_A_FLOW_TUNNEL_NAME, "vx0")
        .raw(VROUTER_A_FLOW_REMOTE, {192, 0, 2, 2})
        .u8(VROUTER_A_FLOW_PROTO, 6)
        .raw(VROUTER_A_FLOW_SRC, {10, 0, 0, 1})
        .raw(VROUTER_A_FLOW_DST, {10, 0, 0, 2})
        .u16(VROUTER_A_FLOW_SPORT, 40000)
        .u16(VROUTER_A_FLOW_DPORT, 443)
        .raw(VROUTER_A_FLOW_SRC_MAC, {2, 0, 0, 0, 0, 1})
        .raw(VROUTER_A_FLOW_DST_MAC, {2, 0, 0, 0, 0, 2})
        .u32(VROUTER_A_FLOW_STATE, VROUTER_FLOW_STATE_ESTABLISHED)
        .u32(VROUTER_A_FLOW_OUT_NETWORK_ID, 8)
        .text(VROUTER_A_FLOW_OUT_NETWORK_NAME, "red")
        .u32(VROUTER_A_FLOW_OUT_VIF_ID, 3)
        .text(VROUTER_A_FLOW_OUT_VIF_NAME, "vm2")
        .u32(VROUTER_A_FLOW_OUT_TUNNEL_ID, 4)
        .text(VROUTER_A_FLOW_OUT_TUNNEL_NAME, "gv0")
        .raw(VROUTER_A_FLOW_OUT_REMOTE, {192, 0, 2, 3})
        .u32(VROUTER_A_FLOW_NEXTHOP, 20)
        .u32(VROUTER_A_FLOW_SG_ID, 9)
        .text(VROUTER_A_FLOW_SG_NAME, "web")
        .u32(VROUTER_A_FLOW_RULE, 5)
        .u32(VROUTER_A_FLOW_END, VROUTER_FLOW_END_EVICTED)
        .u64(VROUTER_A_FLOW_PACKETS, 0x1'0000'0001)
        .u64(VROUTER_A_FLOW_BYTES, 0x1'0000'0002)
        .u64(VROUTER_A_FLOW_AGE, 61'500)
        .u64(VROUTER_A_FLOW_IDLE, 250);
}
inline FlowInfo flow_info() {
    FlowInfo info;
    info.network = {NetworkId(7), "blue"};
    info.vif = {VifId(2), "vm1"};
    info.tunnel = {TunnelId(1), "vx0"};
    info.remote = ip("192.0.2.2");
    info.proto = Protocol(6);
    info.src = ip("10.0.0.1");
    info.dst = ip("10.0.0.2");
    info.sport = 40000;
    info.dport = 443;
    info.src_mac = mac("02:00:00:00:00:01");
    info.dst_mac = mac("02:00:00:00:00:02");
    info.state = FlowState::established;
    info.out_network = {NetworkId(8), "red"};
    info.out_vif = {VifId(3), "vm2"};
    info.out_tunnel = {TunnelId(4), "gv0"};
    info.out_remote = ip("192.0.2.3");
    info.nexthop = NexthopId(20);
    info.sg = {SgId(9), "web"};
    info.rule = 5;
    info.packets = 0x1'0000'0001;
    info.bytes = 0x1'0000'0002;
    info.age = std::chrono::milliseconds(61'500);
    info.idle = std::chrono::milliseconds(250);
    info.end = FlowEnd::evicted;
    return info;
}

inline Attrs limits_attrs() {
    return Attrs()
        .u32(VROUTER_A_LIMITS_NETWORKS, 21)
        .u32(VROUTER_A_LIMITS_TUNNELS, 22)
        .u32(VROUTER_A_LIMITS_VIFS, 23)
        .u32(VROUTER_A_LIMITS_NEXTHOPS, 24)
        .u32(VROUTER_A_LIMITS_LABELS, 25)
        .u32(VROUTER_A_LIMITS_SETS, 26)
        .u32(VROUTER_A_LIMITS_SGS, 27)
        .u32(VROUTER_A_LIMITS_POLICERS, 28)
        .u32(VROUTER_A_LIMITS_ROUTES, 29)
        .u32(VROUTER_A_LIMITS_FDB, 30)
        .u32(VROUTER_A_LIMITS_NEIGHBOURS, 31)
        .u32(VROUTER_A_LIMITS_ELEMENTS, 32)
        .u32(VROUTER_A_LIMITS_RULES, 33);
}
inline Limits limits() {
    Limits limits;
    limits.networks = 21;
    limits.tunnels = 22;
    limits.vifs = 23;
    limits.nexthops = 24;
    limits.labels = 25;
    limits.sets = 26;
    limits.sgs = 27;
    limits.policers = 28;
    limits.routes = 29;
    limits.fdb = 30;
    limits.neighbours = 31;
    limits.elements = 32;
    limits.rules = 33;
    return limits;
}

inline Attrs flow_counts_attrs() {
    return Attrs()
        .u32(VROUTER_A_FLOW_COUNT, 3)
        .u64(VROUTER_A_FLOW_HITS, 0x1'0000'0004)
        .u64(VROUTER_A_FLOW_MISSES, 5)
        .u64(VROUTER_A_FLOW_CREATED, 6)
        .u64(VROUTER_A_FLOW_EVICTED, 7)
        .u64(VROUTER_A_FLOW_REFUSED, 8);
}
inline FlowCounts flow_counts() {
    return {.count = 3,
            .hits = 0x1'0000'0004,
            .misses = 5,
            .created = 6,
            .evicted = 7,
            .refused = 8};
}

inline Attrs policer_attrs() {
    return Attrs()
        .u32(VROUTER_A_POLICER_ID, 3)
        .text(VROUTER_A_POLICER_NAME, "gold")
        .u64(VROUTER_A_POLICER_RATE, 10'000'000)
        .u64(VROUTER_A_POLICER_BURST, 65536)
        .u64(VROUTER_A_POLICER_PACKET_RATE, 20'000)
        .u64(VROUTER_A_POLICER_PACKET_BURST, 1000)
        .u32(VROUTER_A_POLICER_LEVEL, VROUTER_POLICER_LEVEL_L3)
        .u32(VROUTER_A_POLICER_OVERHEAD, static_cast<std::uint32_t>(-4))
        .u64(VROUTER_A_POLICER_CONFORM_PACKETS, 1)
        .u64(VROUTER_A_POLICER_CONFORM_BYTES, 0x1'0000'0002)
        .u64(VROUTER_A_POLICER_EXCEED_PACKETS, 3)
        .u64(VROUTER_A_POLICER_EXCEED_BYTES, 4)
        .u32(VROUTER_A_POLICER_REFS, 2)
        .u32(VROUTER_A_POLICER_GENERATION, 24);
}
inline PolicerInfo policer_info() {
    PolicerInfo info;
    info.id = PolicerId(3);
    info.name = "gold";
    info.rate = 10'000'000;
    info.burst = 65536;
    info.packet_rate = 20'000;
    info.packet_burst = 1000;
    info.level = PolicerLevel::l3;
    info.overhead = -4;
    info.conform_packets = 1;
    info.conform_bytes = 0x1'0000'0002;
    info.exceed_packets = 3;
    info.exceed_bytes = 4;
    info.refs = 2;
    info.generation = 24;
    return info;
}

/// A frame that a rule denies: TCP from 10.0.0.1:40000 to 10.0.0.2:23, its first 54 bytes.
inline Blob dropped_bytes() {
    return {2,   0,  0, 0,  0, 2, 2,  0, 0,  0, 0, 1, 8,    0,                    //
            69,  0,  0, 60, 0, 1, 64, 0, 64, 6, 0, 0, 10,   0, 0, 1, 10, 0, 0, 2, //
            156, 64, 0, 23, 0, 0, 0,  1, 0,  0, 0, 0, 0xa0, 2, 0, 0, 0,  0, 0, 0};
}
inline Attrs drop_event_attrs() {
    return Attrs()
        .u64(VROUTER_A_DROP_EVENT_TIME, 1'700'000'000'123'456'789)
        .u32(VROUTER_A_DROP_EVENT_REASON, 65)
        .text(VROUTER_A_DROP_EVENT_NAME, "rule_deny")
        .u32(VROUTER_A_DROP_EVENT_PACKETS, 1)
        .u64(VROUTER_A_DROP_EVENT_SUPPRESSED, 0x1'0000'0002)
        .u32(VROUTER_A_DROP_EVENT_NETWORK_ID, 7)
        .text(VROUTER_A_DROP_EVENT_NETWORK_NAME, "blue")
        .u32(VROUTER_A_DROP_EVENT_VIF_ID, 2)
        .text(VROUTER_A_DROP_EVENT_VIF_NAME, "vm1")
        .u32(VROUTER_A_DROP_EVENT_DIRECTION, VROUTER_DIRECTION_INGRESS)
        .u32(VROUTER_A_DROP_EVENT_FROM_VIF_ID, 3)
        .text(VROUTER_A_DROP_EVENT_FROM_VIF_NAME, "vm2")
        .u32(VROUTER_A_DROP_EVENT_TUNNEL_ID, 1)
        .text(VROUTER_A_DROP_EVENT_TUNNEL_NAME, "vx0")
        .raw(VROUTER_A_DROP_EVENT_REMOTE, {192, 0, 2, 2})
        .u8(VROUTER_A_DROP_EVENT_OWN, 1)
        .u32(VROUTER_A_DROP_EVENT_SG_ID, 5)
        .text(VROUTER_A_DROP_EVENT_SG_NAME, "web")
        .u32(VROUTER_A_DROP_EVENT_RULE, 3)
        .u32(VROUTER_A_DROP_EVENT_LENGTH, 74)
        .u8(VROUTER_A_DROP_EVENT_OUTER, 1)
        .u8(VROUTER_A_DROP_EVENT_NETWORK_OFFSET, 14)
        .raw(VROUTER_A_DROP_EVENT_BYTES, dropped_bytes());
}
inline DropEvent drop_event() {
    DropEvent drop;
    drop.time += std::chrono::nanoseconds(1'700'000'000'123'456'789);
    drop.reason = 65;
    drop.name = "rule_deny";
    drop.packets = 1;
    drop.suppressed = 0x1'0000'0002;
    drop.network = {NetworkId(7), "blue"};
    drop.vif = {VifId(2), "vm1"};
    drop.direction = Direction::ingress;
    drop.from_vif = {VifId(3), "vm2"};
    drop.tunnel = {TunnelId(1), "vx0"};
    drop.remote = ip("192.0.2.2");
    drop.own = true;
    drop.rule = DropRule{{SgId(5), "web"}, 3};
    drop.packet =
        DroppedPacket{.length = 74, .outer = true, .network_offset = 14, .bytes = dropped_bytes()};
    return drop;
}

inline Attrs drop_attrs() {
    return Attrs()
        .u32(VROUTER_A_DROP_NETWORK_ID, 7)
        .text(VROUTER_A_DROP_NETWORK_NAME, "blue")
        .u32(VROUTER_A_DROP_VIF_ID, 2)
        .text(VROUTER_A_DROP_VIF_NAME, "vm1")
        .u32(VROUTER_A_DROP_REASON, 4)
        .text(VROUTER_A_DROP_NAME, "spoofed_mac")
        .text(VROUTER_A_DROP_HELP, "another source MAC than the vif's")
        .u64(VROUTER_A_DROP_PACKETS, 42);
}
inline DropInfo drop_info() {
    DropInfo info;
    info.network = {NetworkId(7), "blue"};
    info.vif = {VifId(2), "vm1"};
    info.reason = 4;
    info.name = "spoofed_mac";
    info.help = "another source MAC than the vif's";
    info.packets = 42;
    return info;
}

inline Attrs info_attrs() {
    return Attrs()
        .text(VROUTER_A_INFO_VERSION, "0.1.0")
        .u32(VROUTER_A_INFO_GENERATION, 22)
        .u32(VROUTER_A_INFO_NETWORKS, 1)
        .u32(VROUTER_A_INFO_TUNNELS, 2)
        .u32(VROUTER_A_INFO_VIFS, 3)
        .u32(VROUTER_A_INFO_NEXTHOPS, 4)
        .u32(VROUTER_A_INFO_ROUTES, 5)
        .u32(VROUTER_A_INFO_FDB, 6)
        .u32(VROUTER_A_INFO_LABELS, 8)
        .u32(VROUTER_A_INFO_SETS, 9)
        .u32(VROUTER_A_INFO_ELEMENTS, 10)
        .u32(VROUTER_A_INFO_POLICERS, 11)
        .u32(VROUTER_A_INFO_SGS, 12)
        .u32(VROUTER_A_INFO_RULES, 13)
        .u32(VROUTER_A_INFO_NEIGHBOURS, 7)
        .text(VROUTER_A_INFO_SOURCE, "533BB7E5866E52F63B9ACCB");
}
inline Info module_info() {
    return {"0.1.0", 22, 1,  2,  3,  4,  5, 6,
            7,       8,  9,  10, 11, 12, 13, "533BB7E5866E52F63B9ACCB"};
}

} // namespace unit
