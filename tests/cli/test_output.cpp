// SPDX-License-Identifier: GPL-2.0-or-later
// What is printed: JSON with the names of the command line, and text.
#include "ctl.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

using namespace cli;
using Json = nlohmann::ordered_json;

namespace {

constexpr const char* stats_json = R"({"rx_packets":1,"rx_bytes":4294967298,"tx_packets":3,)"
                                   R"("tx_bytes":4,"drops":5})";

/// What a command prints when the kernel dumps one object.
std::string dumped(const std::string& line, std::uint8_t command, const Attrs& attrs) {
    Kernel kernel;
    kernel.answer({reply(command, attrs, NLM_F_MULTI), done()});
    return must_print(line, &kernel);
}

/// What it prints when the kernel gives one object.
std::string got(const std::string& line, std::uint8_t command, const Attrs& attrs) {
    Kernel kernel;
    kernel.answer({reply(command, attrs), ack()});
    return must_print(line, &kernel);
}

/// JSON is the wanted list of one object: with -s it has stats, and perhaps more, and -p changes
/// blanks only.
void check_json(const std::string& line, std::uint8_t command, const Attrs& attrs,
                const std::string& wanted, bool has_stats = true, const std::string& more = {}) {
    check_text(dumped("-j " + line, command, attrs), "[" + wanted + "]\n");
    auto with_stats = wanted;
    with_stats.pop_back();
    with_stats += std::string(R"(,"stats":)") + stats_json + more + "}";
    check_text(dumped("-j -s " + line, command, attrs),
               "[" + (has_stats ? with_stats : wanted) + "]\n");
    auto pretty = dumped("-p " + line, command, attrs);
    check_text(pretty, Json::parse("[" + wanted + "]").dump(4) + "\n");
}

const std::string network_json =
    R"({"id":7,"name":"blue","vni":100,"key":2147483748,"tunnel_id":1,"tunnel":"vx0","mtu":1450,)"
    R"("policy":"allow","unknown_unicast":"drop","flood":90,"flood_rate":22,)"
    R"("mss_clamp":true,"flow_cache":false,"strict_remotes":true,"ra":"slaac",)"
    R"("learning":"all","ageing":19,"learn_limited":4294967318,)"
    R"("gateway_mac":"00:00:5e:00:01:00","gateway":["10.0.0.254/24","fd00::1/64"],)"
    R"("acls":["web","db"],)"
    R"("max_routes":11,"max_fdb":12,"max_neighbours":13,"max_learned":20,"max_connections":23,"max_flows":25,)"
    R"("routes":14,"fdb":15,"neighbours":16,"vifs":17,"learned":21,"connections":24,"flows":26,"zone":32769,"generation":18})";

void network(void**) {
    check_json("network show", VROUTER_CMD_NETWORK_GET, network_attrs(), network_json);
    check_text(got("-j network show blue", VROUTER_CMD_NETWORK_GET, network_attrs()),
               "[" + network_json + "]\n");
    check_text(dumped("network", VROUTER_CMD_NETWORK_GET, network_attrs()),
               "blue id 7 vni 100 key 2147483748 tunnel vx0 mtu 1450 policy allow unknown-unicast "
               "drop flood 90 flood-rate 22 mss-clamp on flow-cache off strict-remotes on "
               "ra slaac learning all ageing 19 learn-limited 4294967318\n"
               "    gateway 10.0.0.254/24 gateway fd00::1/64 acl web acl db\n");
    check_text(dumped("-s -d network show", VROUTER_CMD_NETWORK_GET, network_attrs()),
               "blue id 7 vni 100 key 2147483748 tunnel vx0 mtu 1450 policy allow unknown-unicast "
               "drop flood 90 flood-rate 22 mss-clamp on flow-cache off strict-remotes on "
               "ra slaac learning all ageing 19 learn-limited 4294967318\n"
               "    gateway-mac 00:00:5e:00:01:00 gateway 10.0.0.254/24 gateway fd00::1/64 acl web "
               "acl db\n"
               "    max-routes 11 max-fdb 12 max-neighbours 13 max-learned 20 max-connections 23 "
               "max-flows 25\n"
               "    routes 14 fdb 15 neighbours 16 vifs 17 learned 21 connections 24 flows 26 zone 32769 "
               "generation 18\n"
               "    rx-packets 1 rx-bytes 4294967298 tx-packets 3 tx-bytes 4 drops 5\n");
}

void tunnel(void**) {
    check_json("tunnel show", VROUTER_CMD_TUNNEL_GET, tunnel_attrs(),
               R"({"id":1,"name":"vx0","type":"vxlan","local":"192.0.2.1","port":4789,"ttl":64,)"
               R"("dscp":46,"dscp_inherit":true,"udp_csum":false,"ifindex":3,"dev":"eth0",)"
               R"("mark":2147483649,"generation":19})");
    check_text(dumped("tunnel", VROUTER_CMD_TUNNEL_GET, tunnel_attrs()),
               "vx0 id 1 type vxlan local 192.0.2.1 dscp inherit dev eth0 mark 2147483649\n");
    auto mplsoudp = tunnel_attrs()
                        .replace(VROUTER_A_TUNNEL_TYPE, {VROUTER_TUNNEL_TYPE_MPLSOUDP, 0, 0, 0})
                        .replace(VROUTER_A_TUNNEL_PORT, {0x19, 0xeb});
    check_text(dumped("tunnel", VROUTER_CMD_TUNNEL_GET, mplsoudp),
               "vx0 id 1 type mplsoudp local 192.0.2.1 dscp inherit dev eth0 mark 2147483649\n");
    mplsoudp.replace(VROUTER_A_TUNNEL_PORT, {0x12, 0xb5});
    check_text(dumped("tunnel", VROUTER_CMD_TUNNEL_GET, mplsoudp),
               "vx0 id 1 type mplsoudp local 192.0.2.1 port 4789 dscp inherit dev eth0 "
               "mark 2147483649\n");
    auto mplsogre = tunnel_attrs()
                        .replace(VROUTER_A_TUNNEL_TYPE, {VROUTER_TUNNEL_TYPE_MPLSOGRE, 0, 0, 0})
                        .without(VROUTER_A_TUNNEL_PORT)
                        .without(VROUTER_A_TUNNEL_UDP_CSUM);
    check_json("tunnel show", VROUTER_CMD_TUNNEL_GET, mplsogre,
               R"({"id":1,"name":"vx0","type":"mplsogre","local":"192.0.2.1","ttl":64,)"
               R"("dscp":46,"dscp_inherit":true,"ifindex":3,"dev":"eth0",)"
               R"("mark":2147483649,"generation":19})");
}

void vif(void**) {
    check_json(
        "vif show", VROUTER_CMD_VIF_GET, vif_attrs(),
        R"({"id":2,"name":"vm1","ifindex":5,"dev":"tap0","network_id":7,)"
        R"("network":"blue","mac":"02:00:00:00:00:01","mtu":0,"max_macs":21,"max_connections":25,"max_flows":23,"policer_id":3,)"
        R"("policer":"gold","egress_policer_id":4,"egress_policer":"silver",)"
        R"("dhcp_server":true,"router":true,"frag_memory":30000,"address":[)"
        R"({"address":"10.0.0.1/32","active":true},)"
        R"({"address":"fd00::2/128","active":false}],"sgs":["web","db"],"up":true,"force":true,"learned":22,"connections":26,"flows":24,"generation":20})",
        true,
        R"(,"sent_frags":{"waiting":31,"memory":32,"reassembled":33,"failed":34},)"
        R"("received_frags":{"waiting":41,"memory":42,"reassembled":43,"failed":44})");
    check_text(dumped("vif show network blue", VROUTER_CMD_VIF_GET, vif_attrs()),
               "vm1 id 2 dev tap0 network blue mac 02:00:00:00:00:01 max-macs 21 max-connections 25 "
               "max-flows 23 policer gold egress-policer silver dhcp-server on router on "
               "frag-memory 30000 force up\n"
               "    address 10.0.0.1/32 address fd00::2/128 inactive sg web sg db\n");
}

void nexthop(void**) {
    check_json("nexthop show", VROUTER_CMD_NEXTHOP_GET, nexthop_attrs(),
               R"({"id":7,"type":"tunnel","vif_id":2,"vif":"vm1","tunnel_id":1,)"
               R"("tunnel":"vx0","remote":"192.0.2.2","vni":100,"key":2147483748,)"
               R"("label":500,"payload":"l3","network_id":7,)"
               R"("network":"blue","ifindex":3,"dev":"vr0","mac":"02:00:00:00:00:02",)"
               R"("reject_code":"host","hash":"l3","refs":4,"generation":21})");
    auto flood = Attrs()
                     .u32(VROUTER_A_NEXTHOP_ID, 90)
                     .u32(VROUTER_A_NEXTHOP_TYPE, VROUTER_NEXTHOP_TYPE_FLOOD)
                     .nest(VROUTER_A_NEXTHOP_MEMBER, Attrs().u32(VROUTER_A_MEMBER_NEXTHOP, 8))
                     .nest(VROUTER_A_NEXTHOP_MEMBER, Attrs().u32(VROUTER_A_MEMBER_NEXTHOP, 9))
                     .u32(VROUTER_A_NEXTHOP_REFS, 1)
                     .u32(VROUTER_A_NEXTHOP_GENERATION, 2)
                     .nest(VROUTER_A_NEXTHOP_STATS, stats_attrs());
    check_json("nexthop show", VROUTER_CMD_NEXTHOP_GET, flood,
               R"({"id":90,"type":"flood","member":[{"nexthop":8},{"nexthop":9}],"refs":1,)"
               R"("generation":2})");
    check_text(dumped("nh show type flood", VROUTER_CMD_NEXTHOP_GET, flood),
               "id 90 type flood member 8 member 9\n");
    check_text(got("nh show 90", VROUTER_CMD_NEXTHOP_GET, flood),
               "id 90 type flood member 8 member 9\n");
    auto ecmp = Attrs()
                    .u32(VROUTER_A_NEXTHOP_ID, 80)
                    .u32(VROUTER_A_NEXTHOP_TYPE, VROUTER_NEXTHOP_TYPE_ECMP)
                    .nest(VROUTER_A_NEXTHOP_MEMBER,
                          Attrs().u32(VROUTER_A_MEMBER_NEXTHOP, 7).u32(VROUTER_A_MEMBER_WEIGHT, 2))
                    .nest(VROUTER_A_NEXTHOP_MEMBER,
                          Attrs().u32(VROUTER_A_MEMBER_NEXTHOP, 8).u32(VROUTER_A_MEMBER_WEIGHT, 1))
                    .u32(VROUTER_A_NEXTHOP_HASH, VROUTER_ECMP_HASH_L4)
                    .u32(VROUTER_A_NEXTHOP_REFS, 1)
                    .u32(VROUTER_A_NEXTHOP_GENERATION, 2)
                    .nest(VROUTER_A_NEXTHOP_STATS, stats_attrs());
    check_json("nexthop show", VROUTER_CMD_NEXTHOP_GET, ecmp,
               R"({"id":80,"type":"ecmp","member":[{"nexthop":7,"weight":2},)"
               R"({"nexthop":8,"weight":1}],"hash":"l4","refs":1,"generation":2})");
    check_text(got("nh show 80", VROUTER_CMD_NEXTHOP_GET, ecmp),
               "id 80 type ecmp member 7 weight 2 member 8 weight 1 hash l4\n");
}

/// A next hop with a label; the payload is told unless it is l2 and that is what it would be
/// anyway.
void nexthop_with_label(void**) {
    auto attrs = [](std::uint32_t payload, bool has_mac) {
        auto nexthop = Attrs()
                           .u32(VROUTER_A_NEXTHOP_ID, 9)
                           .u32(VROUTER_A_NEXTHOP_TYPE, VROUTER_NEXTHOP_TYPE_TUNNEL)
                           .u32(VROUTER_A_NEXTHOP_TUNNEL_ID, 1)
                           .text(VROUTER_A_NEXTHOP_TUNNEL_NAME, "mp0")
                           .raw(VROUTER_A_NEXTHOP_REMOTE, {192, 0, 2, 2})
                           .u32(VROUTER_A_NEXTHOP_REFS, 0)
                           .u32(VROUTER_A_NEXTHOP_GENERATION, 3)
                           .nest(VROUTER_A_NEXTHOP_STATS, stats_attrs())
                           .u32(VROUTER_A_NEXTHOP_PAYLOAD, payload);
        if (has_mac)
            nexthop.raw(VROUTER_A_NEXTHOP_MAC, {2, 0, 0, 0, 0, 2});
        return nexthop;
    };
    auto text = [](const std::string& line, const Attrs& nexthop) {
        return got(line, VROUTER_CMD_NEXTHOP_GET, nexthop);
    };
    auto labelled = [&](std::uint32_t payload, bool has_mac) {
        return attrs(payload, has_mac).u32(VROUTER_A_NEXTHOP_LABEL, 500);
    };
    const std::string start = "id 9 type tunnel tunnel mp0 remote 192.0.2.2";
    const std::string mac = " mac 02:00:00:00:00:02\n";
    check_text(text("nh show 9", labelled(VROUTER_PAYLOAD_L3, false)),
               start + " label 500 payload l3\n");
    check_text(text("nh show 9", labelled(VROUTER_PAYLOAD_L2, false)),
               start + " label 500 payload l2\n");
    check_text(text("nh show 9", labelled(VROUTER_PAYLOAD_L3, true)),
               start + " label 500 payload l3" + mac);
    check_text(text("nh show 9", labelled(VROUTER_PAYLOAD_L2, true)), start + " label 500" + mac);
    check_text(text("nh show 9", attrs(VROUTER_PAYLOAD_L2, false)), start + "\n");
    check_text(text("nh show 9", attrs(VROUTER_PAYLOAD_L3, false)), start + " payload l3\n");
    check_text(text("-d nh show 9", attrs(VROUTER_PAYLOAD_L2, false)),
               start + " payload l2 refs 0 generation 3\n");
    check_text(
        text("nh show 9", attrs(VROUTER_PAYLOAD_L2, false).u32(VROUTER_A_NEXTHOP_KEY, 70000)),
        start + " key 70000\n");
    check_json("nexthop show", VROUTER_CMD_NEXTHOP_GET, labelled(VROUTER_PAYLOAD_L2, true),
               R"({"id":9,"type":"tunnel","tunnel_id":1,"tunnel":"mp0","remote":"192.0.2.2",)"
               R"("label":500,"payload":"l2","mac":"02:00:00:00:00:02","refs":0,)"
               R"("generation":3})");
}

void route(void**) {
    check_json("route show", VROUTER_CMD_ROUTE_GET, route_attrs(),
               R"({"prefix":"10.0.0.2/32","network_id":7,"network":"blue","nexthop":7,)"
               R"("vif_id":2,"vif":"vm1","origin":"static","active":true,"used":1500})",
               false);
    auto entry = route_entry_attrs()
                     .without(VROUTER_A_ROUTE_ENTRY_NEXTHOP)
                     .without(VROUTER_A_ROUTE_ENTRY_USED)
                     .replace(VROUTER_A_ROUTE_ENTRY_PREFIX, {0, 0, 0, 0})
                     .replace(VROUTER_A_ROUTE_ENTRY_LEN, {0})
                     .replace(VROUTER_A_ROUTE_ENTRY_ACTIVE, {0})
                     .replace(VROUTER_A_ROUTE_ENTRY_ORIGIN, {VROUTER_ORIGIN_VIF, 0, 0, 0});
    check_json("route show", VROUTER_CMD_ROUTE_GET, route_attrs(entry),
               R"({"prefix":"0.0.0.0/0","network_id":7,"network":"blue","vif_id":2,)"
               R"("vif":"vm1","origin":"vif","active":false})",
               false);
    check_text(dumped("-s route show", VROUTER_CMD_ROUTE_GET, route_attrs(entry)),
               "default network blue vif vm1 origin vif inactive used never\n");
    check_text(dumped("route show network blue nexthop 7", VROUTER_CMD_ROUTE_GET, route_attrs()),
               "10.0.0.2/32 network blue nexthop 7 vif vm1\n");
    check_text(got("-s route get 10.0.0.2 network blue", VROUTER_CMD_ROUTE_GET, route_attrs()),
               "10.0.0.2/32 network blue nexthop 7 vif vm1 used 1.500s\n");
    check_text(got("route show 10.0.0.2 network blue", VROUTER_CMD_ROUTE_GET, route_attrs()),
               "10.0.0.2/32 network blue nexthop 7 vif vm1\n");
    check_text(dumped("route show 10.0.0.3", VROUTER_CMD_ROUTE_GET, route_attrs()), "");
    check_text(dumped("-j route show 10.0.0.3", VROUTER_CMD_ROUTE_GET, route_attrs()), "[]\n");
    check_text(dumped("-p route show 10.0.0.3", VROUTER_CMD_ROUTE_GET, route_attrs()), "[]\n");
}

void fdb(void**) {
    check_json("fdb show", VROUTER_CMD_FDB_GET, fdb_attrs(),
               R"({"mac":"02:00:00:00:00:02","network_id":7,"network":"blue","nexthop":7,)"
               R"("tunnel_id":1,"tunnel":"vx0","remote":"192.0.2.2",)"
               R"("vif_id":2,"vif":"vm1","origin":"vif","active":false,"used":1501})",
               false);
    check_text(got("fdb get 02:00:00:00:00:02 network blue", VROUTER_CMD_FDB_GET, fdb_attrs()),
               "02:00:00:00:00:02 network blue nexthop 7 tunnel vx0 remote 192.0.2.2 vif vm1 "
               "origin vif inactive\n");
}

void neighbour(void**) {
    check_json("neighbour show", VROUTER_CMD_NEIGHBOUR_GET, neighbour_attrs(),
               R"({"address":"10.0.0.2","mac":"02:00:00:00:00:02","network_id":7,)"
               R"("network":"blue","vif_id":2,"vif":"vm1","origin":"gateway",)"
               R"("active":true,"used":1502,"answered":6})",
               false);
    check_text(
        got("-s neigh get 10.0.0.2 network blue", VROUTER_CMD_NEIGHBOUR_GET, neighbour_attrs()),
        "10.0.0.2 mac 02:00:00:00:00:02 network blue vif vm1 origin gateway used 1.502s "
        "answered 6\n");
}

const std::string label_json =
    R"({"label":500,"network_id":7,"network":"blue","nexthop":8,"generation":23})";

void label(void**) {
    check_json("label show", VROUTER_CMD_LABEL_GET, label_attrs(), label_json);
    auto to_nexthop =
        label_attrs().without(VROUTER_A_LABEL_NETWORK_ID).without(VROUTER_A_LABEL_NETWORK_NAME);
    check_json("label list nexthop 8", VROUTER_CMD_LABEL_GET, to_nexthop,
               R"({"label":500,"nexthop":8,"generation":23})");
    check_text(dumped("label show nexthop 8", VROUTER_CMD_LABEL_GET, to_nexthop),
               "500 nexthop 8\n");
    check_text(got("-d label show 500", VROUTER_CMD_LABEL_GET, to_nexthop),
               "500 nexthop 8 generation 23\n");
    auto to_network = label_attrs().without(VROUTER_A_LABEL_NEXTHOP);
    check_text(dumped("label", VROUTER_CMD_LABEL_GET, to_network), "500 network blue\n");
    check_text(got("-s label show 500", VROUTER_CMD_LABEL_GET, to_network),
               "500 network blue\n"
               "    rx-packets 1 rx-bytes 4294967298 tx-packets 3 tx-bytes 4 drops 5\n");
    check_text(got("-j label show 500", VROUTER_CMD_LABEL_GET, label_attrs()),
               "[" + label_json + "]\n");
}

const std::string set_json =
    R"({"id":7,"name":"clients","type":"net,port","timeout":300,"counters":true,)"
    R"("max_elements":11,"elements":12,"memory":4294967309,"refs":14,"generation":24})";

void set(void**) {
    check_json("set show", VROUTER_CMD_SET_GET, set_attrs(), set_json, false);
    check_json("set list", VROUTER_CMD_SET_GET, set_attrs(), set_json, false);
    check_text(got("-j set show clients", VROUTER_CMD_SET_GET, set_attrs()),
               "[" + set_json + "]\n");
    check_text(dumped("set", VROUTER_CMD_SET_GET, set_attrs()),
               "clients id 7 type net,port timeout 300s counters on max-elements 11 elements 12\n");
    auto usual = set_attrs()
                     .replace(VROUTER_A_SET_TYPE, {VROUTER_SET_TYPE_NET_PROTO_PORTS, 0, 0, 0})
                     .replace(VROUTER_A_SET_TIMEOUT, {0, 0, 0, 0})
                     .replace(VROUTER_A_SET_COUNTERS, {0})
                     .replace(VROUTER_A_SET_MAX_ELEMENTS, {0, 0, 16, 0});
    check_text(got("set show 7", VROUTER_CMD_SET_GET, usual),
               "clients id 7 type net,proto,port-range elements 12\n");
    check_text(got("-d set show 7", VROUTER_CMD_SET_GET, usual),
               "clients id 7 type net,proto,port-range timeout 0s counters off "
               "max-elements 1048576 elements 12 memory 4294967309 refs 14 generation 24\n");
}

const std::string element_json =
    R"({"set_id":7,"set":"clients","address":"10.0.0.0/8","proto":"tcp","port":80,)"
    R"("port_end":443,"nomatch":true,"timeout":30,"expires":29500,"comment":"web servers",)"
    R"("packets":4294967297,"bytes":4294967298})";

/// What "set list" prints when a set holds an element.
std::string listed(const std::string& line, const Attrs& entry,
                   const Attrs& set = set_attrs().replace(VROUTER_A_SET_TIMEOUT, {0, 0, 0, 0})) {
    Kernel kernel;
    kernel.answer({reply(VROUTER_CMD_SET_GET, set), ack()});
    kernel.answer({reply(VROUTER_CMD_ELEMENT_GET, element_attrs(entry), NLM_F_MULTI), done()});
    auto out = must_print(line, &kernel);
    // The elements are asked for by the id of the set.
    check_text(to_hex(kernel.sent().attributes()),
               to_hex(Attrs().u32(VROUTER_A_ELEMENT_SET_ID, 7).bytes()));
    return out;
}

void elements(void**) {
    check_text(listed("-j set list clients", element_entry_attrs()), "[" + element_json + "]\n");
    check_text(listed("-p set ls clients", element_entry_attrs()),
               Json::parse("[" + element_json + "]").dump(4) + "\n");
    check_text(listed("set list clients", element_entry_attrs()),
               "10.0.0.0/8,tcp:80-443 nomatch timeout 30s comment \"web servers\"\n");
    check_text(listed("-s set list 7", element_entry_attrs()),
               "10.0.0.0/8,tcp:80-443 nomatch timeout 30s comment \"web servers\" "
               "packets 4294967297 bytes 4294967298\n");

    auto plain = Attrs()
                     .raw(VROUTER_A_ELEMENT_ENTRY_ADDRESS, {10, 0, 0, 1})
                     .u8(VROUTER_A_ELEMENT_ENTRY_LEN, 32);
    check_text(listed("set list clients", plain), "10.0.0.1\n");
    check_text(listed("-s -d set list clients", plain), "10.0.0.1\n");
    check_text(listed("-j set list clients", plain),
               R"([{"set_id":7,"set":"clients","address":"10.0.0.1","nomatch":false}])"
               "\n");
    // One that stays in a set whose elements go.
    check_text(listed("set list clients", plain, set_attrs()), "10.0.0.1 timeout 0s\n");

    auto with = [&](std::uint8_t proto) {
        return Attrs(plain).u8(VROUTER_A_ELEMENT_ENTRY_PROTO, proto);
    };
    check_text(listed("set list clients", with(0)), "10.0.0.1,all\n");
    check_text(listed("set list clients", with(50)), "10.0.0.1,esp\n");
    check_text(listed("set list clients", with(200)), "10.0.0.1,200\n");
    auto icmp = with(1).u16(VROUTER_A_ELEMENT_ENTRY_PORT, 0x800);
    check_text(listed("set list clients", icmp), "10.0.0.1,icmp:8/0\n");
    check_text(listed("-j set list clients", icmp),
               R"([{"set_id":7,"set":"clients","address":"10.0.0.1","proto":"icmp","port":2048,)"
               R"("nomatch":false}])"
               "\n");
}

/// Comments come out so that they can be read again.
void comments(void**) {
    auto comment = [](const std::string& text) {
        auto line =
            listed("set list clients", Attrs()
                                           .raw(VROUTER_A_ELEMENT_ENTRY_ADDRESS, {10, 0, 0, 1})
                                           .text(VROUTER_A_ELEMENT_ENTRY_COMMENT, text));
        check(line.starts_with("10.0.0.1 comment ") && line.ends_with("\n"));
        return line.substr(17, line.size() - 18);
    };
    check_text(comment("web"), "web");
    check_text(comment(""), "\"\"");
    check_text(comment("# it's"), "\"# it's\"");
    check_text(comment("a \"b\""), "\"a \"'\"'\"b\"'\"'\"\"");
    check_text(comment("two\nlines"), "\"two?lines\"");
    check_text(comment("a\\"), "\"a\\\"");
}

/// A packet that is in the set prints the element that decides.
void tested(void**) {
    auto entry = element_entry_attrs().without(VROUTER_A_ELEMENT_ENTRY_NOMATCH);
    check_text(
        got("set test clients 10.1.2.3,tcp:80", VROUTER_CMD_ELEMENT_GET, element_attrs(entry)),
        "10.0.0.0/8,tcp:80-443 timeout 30s comment \"web servers\"\n");
    check_text(got("-j set test clients 10.1.2.3,tcp:80", VROUTER_CMD_ELEMENT_GET,
                   element_attrs(entry.without(VROUTER_A_ELEMENT_ENTRY_COMMENT))),
               R"([{"set_id":7,"set":"clients","address":"10.0.0.0/8","proto":"tcp","port":80,)"
               R"("port_end":443,"nomatch":false,"timeout":30,"expires":29500,)"
               R"("packets":4294967297,"bytes":4294967298}])"
               "\n");
}

Attrs drop(const char* name, std::uint64_t packets) {
    return Attrs()
        .u32(VROUTER_A_DROP_REASON, 4)
        .text(VROUTER_A_DROP_NAME, name)
        .text(VROUTER_A_DROP_HELP, std::string("what ") + name + " means")
        .u64(VROUTER_A_DROP_PACKETS, packets);
}

void flow(void**) {
    check_json("flow show", VROUTER_CMD_FLOW_GET, flow_attrs(),
               R"({"proto":"tcp","src":"10.0.0.1","sport":40000,"dst":"10.0.0.2","dport":443,)"
               R"("network_id":7,"network":"blue","vif_id":2,"vif":"vm1","tunnel_id":1,)"
               R"("tunnel":"vx0","remote":"192.0.2.2","state":"established","out_network_id":8,)"
               R"("out_network":"red","out_vif_id":3,"out_vif":"vm2","out_tunnel_id":4,)"
               R"("out_tunnel":"gv0","out_remote":"192.0.2.3","nexthop":20,"sg_id":9,"sg":"web",)"
               R"("rule":5,"src_mac":"02:00:00:00:00:01","dst_mac":"02:00:00:00:00:02",)"
               R"("end":"evicted","packets":4294967297,"bytes":4294967298,"age":61500,"idle":250})",
               false);
    auto v6 = Attrs()
                  .u32(VROUTER_A_FLOW_NETWORK_ID, 7)
                  .text(VROUTER_A_FLOW_NETWORK_NAME, "blue")
                  .u32(VROUTER_A_FLOW_VIF_ID, 2)
                  .u8(VROUTER_A_FLOW_PROTO, 17)
                  .raw(VROUTER_A_FLOW_SRC, {0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1})
                  .raw(VROUTER_A_FLOW_DST, {0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2})
                  .u16(VROUTER_A_FLOW_SPORT, 1000)
                  .u16(VROUTER_A_FLOW_DPORT, 53)
                  .u32(VROUTER_A_FLOW_STATE, VROUTER_FLOW_STATE_UNTRACKED)
                  .u64(VROUTER_A_FLOW_PACKETS, 3)
                  .u64(VROUTER_A_FLOW_BYTES, 180)
                  .u64(VROUTER_A_FLOW_AGE, 2000)
                  .u64(VROUTER_A_FLOW_IDLE, 1);
    check_text(dumped("flow", VROUTER_CMD_FLOW_GET, v6),
               "udp [fd00::1]:1000 > [fd00::2]:53 network blue vif 2 state untracked\n");
    check_text(dumped("-s flow show vif 2", VROUTER_CMD_FLOW_GET, v6),
               "udp [fd00::1]:1000 > [fd00::2]:53 network blue vif 2 state untracked\n"
               "    packets 3 bytes 180 age 2.000s idle 0.001s\n");
    check_text(got("flow count", VROUTER_CMD_FLOW_COUNT, flow_counts_attrs()), "3\n");
    check_text(got("-s flow count", VROUTER_CMD_FLOW_COUNT, flow_counts_attrs()),
               "3 hits 4294967300 misses 5 created 6 evicted 7 refused 8\n");
    check_text(got("-j flow count", VROUTER_CMD_FLOW_COUNT, flow_counts_attrs()),
               R"({"count":3,"hits":4294967300,"misses":5,"created":6,"evicted":7,"refused":8})"
               "\n");
    check_text(got("flow flush", VROUTER_CMD_FLOW_FLUSH, Attrs().u32(VROUTER_A_FLOW_COUNT, 2)), "");
}

std::string drops_of(const std::string& line) {
    Kernel kernel;
    kernel.answer({reply(VROUTER_CMD_DROP_GET, drop("policy_deny", 12), NLM_F_MULTI),
                   reply(VROUTER_CMD_DROP_GET, drop("no_route", 0), NLM_F_MULTI),
                   reply(VROUTER_CMD_DROP_GET, drop("ecn", 123456789), NLM_F_MULTI), done()});
    return must_print(line, &kernel);
}

void drops(void**) {
    const std::string deny =
        R"({"reason":"policy_deny","packets":12,"help":"what policy_deny means"})";
    const std::string route = R"({"reason":"no_route","packets":0,"help":"what no_route means"})";
    const std::string ecn = R"({"reason":"ecn","packets":123456789,"help":"what ecn means"})";
    check_text(drops_of("-j drops"), "[" + deny + "," + ecn + "]\n");
    check_text(drops_of("-j drops show"), "[" + deny + "," + ecn + "]\n");
    check_text(drops_of("-j drops -a"), "[" + deny + "," + route + "," + ecn + "]\n");
    check_text(drops_of("drops network blue"), "REASON        PACKETS MEANING\n"
                                               "policy_deny        12 what policy_deny means\n"
                                               "ecn         123456789 what ecn means\n");
}

void limits(void**) {
    check_text(got("-j limits", VROUTER_CMD_LIMITS_GET, limits_attrs()),
               R"([{"networks":21,"tunnels":22,"vifs":23,"nexthops":24,"labels":25,)"
               R"("sets":26,"sgs":27,"policers":28,"routes":29,"fdb":30,)"
               R"("neighbours":31,"elements":32,"rules":33}])"
               "\n");
    check_text(got("limits show", VROUTER_CMD_LIMITS_GET, limits_attrs()),
               "networks 21 tunnels 22 vifs 23 nexthops 24 labels 25 sets 26 sgs 27 "
               "policers 28 routes 29 fdb 30 neighbours 31 elements 32 rules 33\n");
}

void info(void**) {
    check_text(got("-j info", VROUTER_CMD_INFO_GET, info_attrs()),
               R"([{"version":"0.1.0","source":"533BB7E5866E52F63B9ACCB","library_version":"0.1.0","networks":1,"tunnels":2,)"
               R"("vifs":3,"nexthops":4,"routes":5,"fdb":6,"neighbours":7,"labels":8,)"
               R"("sets":9,"elements":10,"policers":11,"sgs":12,"rules":13,"generation":22}])"
               "\n");
    check_text(
        got("info", VROUTER_CMD_INFO_GET, info_attrs()),
        "module 0.1.0 source 533BB7E5866E52F63B9ACCB library 0.1.0\n"
        "    networks 1 tunnels 2 vifs 3 nexthops 4 routes 5 fdb 6 neighbours 7 labels 8 sets 9 "
        "elements 10 policers 11 sgs 12 rules 13\n");
    auto older = info_attrs()
                     .without(VROUTER_A_INFO_LABELS)
                     .without(VROUTER_A_INFO_SETS)
                     .without(VROUTER_A_INFO_ELEMENTS)
                     .without(VROUTER_A_INFO_POLICERS)
                     .without(VROUTER_A_INFO_SGS)
                     .without(VROUTER_A_INFO_RULES)
                     .without(VROUTER_A_INFO_SOURCE);
    check_text(got("info", VROUTER_CMD_INFO_GET, older),
               "module 0.1.0 library 0.1.0\n"
               "    networks 1 tunnels 2 vifs 3 nexthops 4 routes 5 fdb 6 neighbours 7\n");
    check(!Json::parse(got("-j info", VROUTER_CMD_INFO_GET, older))[0].contains("labels"));
}

/// Several objects, in the kernel's order.
void lists(void**) {
    Kernel kernel;
    auto second = tunnel_attrs().replace(VROUTER_A_TUNNEL_ID, {2, 0, 0, 0});
    kernel.answer({reply(VROUTER_CMD_TUNNEL_GET, tunnel_attrs(), NLM_F_MULTI),
                   reply(VROUTER_CMD_TUNNEL_GET, second, NLM_F_MULTI), done()});
    auto list = Json::parse(must_print("-p tunnel show", &kernel));
    check_number(list.size(), 2);
    check_number(list[0]["id"], 1);
    check_number(list[1]["id"], 2);
}

/// Names that are not UTF-8 make no invalid JSON.
void odd_names(void**) {
    auto odd = network_attrs().replace(VROUTER_A_NETWORK_NAME, {'b', 0xff, '"', 0});
    auto list = Json::parse(dumped("-j network show", VROUTER_CMD_NETWORK_GET, odd));
    check_text(list[0]["name"].get<std::string>(), "b\xef\xbf\xbd\"");
}

/// Anyone with a network namespace names devices, with bytes that terminals obey.
void names_of_devices_do_not_reach_the_terminal(void**) {
    auto shown = [](const std::string& line, const std::string& name) {
        Blob bytes(name.begin(), name.end());
        bytes.push_back(0);
        return dumped(line, VROUTER_CMD_VIF_GET, vif_attrs().replace(VROUTER_A_VIF_IFNAME, bytes));
    };
    for (const std::string evil : {"a\033[2J",
                                   "a\x9b"
                                   "2J",
                                   "a\xc2\x9b"
                                   "2J",
                                   "a\x7f", "a\xe0\x82\x9b", "a\xe2\x80\xae", "a\xf8\x88\x80\x80",
                                   "a\xc2", "a\xed\xa0\x80"}) {
        for (const char* line : {"vif show", "--color vif show", "-j vif show", "-p vif show"}) {
            auto out = shown(line, evil);
            check(out.find(evil.substr(1)) == std::string::npos);
            for (const std::string part : {"\x9b", "\x7f", "\033[2J", "\xae"})
                check(out.find(part) == std::string::npos);
        }
        check(shown("vif show", evil).find("dev a?") != std::string::npos);
    }
    check(shown("vif show", "bl\u00e4u").find("dev bl\u00e4u") != std::string::npos);
    check_text(Json::parse(shown("-j vif show", "bl\u00e4u"))[0]["dev"].get<std::string>(),
               "bl\u00e4u");
}

void colors(void**) {
    Kernel kernel;
    auto ask = [&](const std::vector<std::string>& words, bool terminal) {
        kernel.answer({reply(VROUTER_CMD_FDB_GET, fdb_attrs(), NLM_F_MULTI), done()});
        return run(words, &kernel, {}, terminal).out.find("\033[33m02:00:00:00:00:02\033[0m") !=
               std::string::npos;
    };
    unsetenv("NO_COLOR");
    check(!ask({"fdb"}, false));
    check(ask({"fdb"}, true));
    check(ask({"--color", "fdb"}, false));
    check(ask({"-color=always", "fdb"}, false));
    check(!ask({"--color=never", "fdb"}, true));
    check(!ask({"--color", "-j", "fdb"}, true));
    setenv("NO_COLOR", "1", 1);
    check(!ask({"fdb"}, true));
    unsetenv("NO_COLOR");
}

/// What is printed when three things happen.
std::string monitored(const std::string& line) {
    Kernel kernel;
    auto ran = run(split(line), &kernel, {}, false, [&] {
        kernel.queue({reply(VROUTER_CMD_NETWORK_NEW_NTF, network_attrs())});
        kernel.queue({reply(VROUTER_CMD_ROUTE_DEL_NTF, route_attrs())});
        kernel.queue_error(ENOBUFS);
    });
    check_text(ran.err, "");
    check_number(static_cast<std::uint64_t>(ran.status), 0);
    return ran.out;
}

void monitor(void**) {
    const std::string network =
        "set network blue id 7 vni 100 key 2147483748 tunnel vx0 mtu 1450 policy allow "
        "unknown-unicast drop flood 90 flood-rate 22 mss-clamp on flow-cache off "
        "strict-remotes on ra slaac learning all ageing 19 "
        "learn-limited 4294967318 gateway 10.0.0.254/24 "
        "gateway fd00::1/64 acl web acl db\n";
    const std::string route = "deleted route 10.0.0.2/32 network blue nexthop 7 vif vm1\n";
    const std::string overrun = "overrun events were lost: read again what you depend on\n";
    check_text(monitored("monitor count 3"), network + route + overrun);
    check_text(monitored("monitor show count 1"), network);
    check_text(monitored("monitor route fdb count 2"), route + overrun);

    auto lines = monitored("-j monitor count 3");
    check_text(lines, R"({"event":"set","object":"network","network":)" + network_json + "}\n" +
                          R"({"event":"deleted","object":"route","route":{)"
                          R"("prefix":"10.0.0.2/32","network_id":7,"network":"blue",)"
                          R"("nexthop":7,"vif_id":2,"vif":"vm1","origin":"static",)"
                          R"("active":true,"used":1500}})"
                          "\n"
                          R"({"event":"overrun"})"
                          "\n");
    check_text(monitored("-p monitor count 3"), lines);
}

/// What is printed when a label comes, leads elsewhere, and goes.
std::string monitored_label(const std::string& line) {
    Kernel kernel;
    auto to_network = label_attrs().without(VROUTER_A_LABEL_NEXTHOP);
    auto to_nexthop =
        label_attrs().without(VROUTER_A_LABEL_NETWORK_ID).without(VROUTER_A_LABEL_NETWORK_NAME);
    auto ran = run(split(line), &kernel, {}, false, [&] {
        kernel.queue({reply(VROUTER_CMD_LABEL_NEW_NTF, to_network)});
        kernel.queue({reply(VROUTER_CMD_NETWORK_NEW_NTF, network_attrs())});
        kernel.queue({reply(VROUTER_CMD_LABEL_NEW_NTF, to_nexthop)});
        kernel.queue({reply(VROUTER_CMD_LABEL_DEL_NTF, to_nexthop)});
    });
    check_text(ran.err, "");
    check_number(static_cast<std::uint64_t>(ran.status), 0);
    return ran.out;
}

const std::string policer_json =
    R"({"id":3,"name":"gold","rate":10000000,"burst":65536,"packet_rate":20000,)"
    R"("packet_burst":1000,"level":"l3","overhead":-4,"refs":2,"generation":24,)"
    R"("conform_packets":1,"conform_bytes":4294967298,"exceed_packets":3,"exceed_bytes":4})";

void policer(void**) {
    check_json("policer show", VROUTER_CMD_POLICER_GET, policer_attrs(), policer_json, false);
    check_text(got("-j policer show gold", VROUTER_CMD_POLICER_GET, policer_attrs()),
               "[" + policer_json + "]\n");
    const std::string line =
        "gold id 3 rate 10mbit burst 64kb pps 20k packet-burst 1k level l3 overhead -4";
    check_text(dumped("policer", VROUTER_CMD_POLICER_GET, policer_attrs()), line + "\n");
    check_text(got("-s -d policer show gold", VROUTER_CMD_POLICER_GET, policer_attrs()),
               line + " refs 2 generation 24\n"
                      "    conform-packets 1 conform-bytes 4294967298 exceed-packets 3 "
                      "exceed-bytes 4\n");
    // What is left to its default is not said, and is 0 when it is.
    auto plain = policer_attrs()
                     .replace(VROUTER_A_POLICER_RATE, Blob(8))
                     .replace(VROUTER_A_POLICER_BURST, Blob(8))
                     .replace(VROUTER_A_POLICER_PACKET_RATE, Blob(8))
                     .replace(VROUTER_A_POLICER_PACKET_BURST, Blob(8))
                     .replace(VROUTER_A_POLICER_LEVEL, {VROUTER_POLICER_LEVEL_L2, 0, 0, 0})
                     .replace(VROUTER_A_POLICER_OVERHEAD, Blob(4));
    check_text(dumped("policer", VROUTER_CMD_POLICER_GET, plain), "gold id 3\n");
    check_text(dumped("-d policer", VROUTER_CMD_POLICER_GET, plain),
               "gold id 3 rate 0 burst 0 pps 0 packet-burst 0 level l2 overhead 0 refs 2 "
               "generation 24\n");
}

/// Numbers are printed with the largest unit that divides them.
void quantities(void**) {
    auto printed = [](std::uint16_t type, std::uint64_t value) {
        Blob bytes;
        Attrs::append(bytes, value);
        auto attrs = policer_attrs().replace(type, bytes);
        auto line = dumped("policer", VROUTER_CMD_POLICER_GET, attrs);
        auto words = split(line);
        const char* keyword = type == VROUTER_A_POLICER_RATE    ? "rate"
                              : type == VROUTER_A_POLICER_BURST ? "burst"
                                                                : "pps";
        return *(std::find(words.begin(), words.end(), keyword) + 1);
    };
    check_text(printed(VROUTER_A_POLICER_RATE, 1000), "1kbit");
    check_text(printed(VROUTER_A_POLICER_RATE, 1500), "1500bit");
    check_text(printed(VROUTER_A_POLICER_RATE, 1'500'000), "1500kbit");
    check_text(printed(VROUTER_A_POLICER_RATE, 25'000'000'000), "25gbit");
    check_text(printed(VROUTER_A_POLICER_RATE, 1'000'000'000'000), "1tbit");
    check_text(printed(VROUTER_A_POLICER_RATE, 999'999'999'999), "999999999999bit");
    check_text(printed(VROUTER_A_POLICER_BURST, 1), "1b");
    check_text(printed(VROUTER_A_POLICER_BURST, 1000), "1000b");
    check_text(printed(VROUTER_A_POLICER_BURST, 131'072), "128kb");
    check_text(printed(VROUTER_A_POLICER_BURST, 3 << 20), "3mb");
    check_text(printed(VROUTER_A_POLICER_BURST, std::uint64_t{4} << 30), "4gb");
    check_text(printed(VROUTER_A_POLICER_PACKET_RATE, 999), "999");
    check_text(printed(VROUTER_A_POLICER_PACKET_RATE, 1'500'000), "1500k");
    check_text(printed(VROUTER_A_POLICER_PACKET_RATE, 1'000'000'000), "1000m");
}

void monitor_policer(void**) {
    Kernel kernel;
    auto ran = run(split("-j monitor policer count 1"), &kernel, {}, false, [&] {
        kernel.queue({reply(VROUTER_CMD_LABEL_NEW_NTF, label_attrs())});
        kernel.queue({reply(VROUTER_CMD_POLICER_DEL_NTF, policer_attrs())});
    });
    check_text(ran.out,
               R"({"event":"deleted","object":"policer","policer":)" + policer_json + "}\n");
}

void monitor_label(void**) {
    check_text(monitored_label("monitor label count 3"), "set label 500 network blue\n"
                                                         "set label 500 nexthop 8\n"
                                                         "deleted label 500 nexthop 8\n");
    check_text(monitored_label("-j monitor label count 2"),
               R"({"event":"set","object":"label","label":{"label":500,"network_id":7,)"
               R"("network":"blue","generation":23}})"
               "\n"
               R"({"event":"set","object":"label","label":{"label":500,"nexthop":8,)"
               R"("generation":23}})"
               "\n");
}

/// What is printed when a set is made, gets an element, and loses it.
std::string monitored_set(const std::string& line) {
    Kernel kernel;
    auto ran = run(split(line), &kernel, {}, false, [&] {
        kernel.queue({reply(VROUTER_CMD_SET_NEW_NTF, set_attrs())});
        kernel.queue({reply(VROUTER_CMD_ELEMENT_NEW_NTF, element_attrs())});
        kernel.queue({reply(VROUTER_CMD_ELEMENT_DEL_NTF, element_attrs())});
    });
    check_text(ran.err, "");
    check_number(static_cast<std::uint64_t>(ran.status), 0);
    return ran.out;
}

void monitor_set(void**) {
    const std::string set =
        "set set clients id 7 type net,port timeout 300s counters on max-elements 11 elements 12\n";
    const std::string element = "element 10.0.0.0/8,tcp:80-443 set clients nomatch timeout 30s "
                                "comment \"web servers\"\n";
    check_text(monitored_set("monitor count 3"), set + "set " + element + "deleted " + element);
    check_text(monitored_set("monitor set count 1"), set);
    check_text(monitored_set("monitor element count 2"), "set " + element + "deleted " + element);
    auto events = monitored_set("-j monitor set element count 2");
    std::istringstream lines(events);
    std::string line;
    std::getline(lines, line);
    check_text(line, R"({"event":"set","object":"set","set":)" + set_json + "}");
    std::getline(lines, line);
    auto event = Json::parse(line);
    check_text(event["object"].get<std::string>(), "element");
    check(nlohmann::json(event["element"]) == nlohmann::json::parse(element_json));
}

} // namespace

int main() {
    const CMUnitTest tests[] = {
        cmocka_unit_test(network),
        cmocka_unit_test(tunnel),
        cmocka_unit_test(vif),
        cmocka_unit_test(nexthop),
        cmocka_unit_test(nexthop_with_label),
        cmocka_unit_test(label),
        cmocka_unit_test(monitor_label),
        cmocka_unit_test(set),
        cmocka_unit_test(elements),
        cmocka_unit_test(comments),
        cmocka_unit_test(tested),
        cmocka_unit_test(monitor_set),
        cmocka_unit_test(policer),
        cmocka_unit_test(quantities),
        cmocka_unit_test(monitor_policer),
        cmocka_unit_test(route),
        cmocka_unit_test(fdb),
        cmocka_unit_test(neighbour),
        cmocka_unit_test(flow),
        cmocka_unit_test(drops),
        cmocka_unit_test(limits),
        cmocka_unit_test(info),
        cmocka_unit_test(lists),
        cmocka_unit_test(odd_names),
        cmocka_unit_test(names_of_devices_do_not_reach_the_terminal),
        cmocka_unit_test(colors),
        cmocka_unit_test(monitor),
    };
    return run_group(tests, "output");
}
