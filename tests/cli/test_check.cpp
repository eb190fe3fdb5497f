// SPDX-License-Identifier: GPL-2.0-or-later
// Obstacles to tunnels on the host: a firewall, routes, MTUs, settings.
#include <nlohmann/json.hpp>

#include "../../tools/vrouter-ctl/firewall.hpp"
#include "ctl.hpp"

using namespace cli;
using Json = nlohmann::json;

namespace {

// ---------------------------------------------------------------------------------------------
// Rules

ctl::OuterPacket vxlan(const char* src, const char* dst) {
    return {.src = ip(src), .dst = ip(dst), .proto = Protocol(17), .dport = 4789, .in = "eth0"};
}

constexpr auto accepts = ctl::FirewallVerdict::accepts, drops = ctl::FirewallVerdict::drops,
               may_drop = ctl::FirewallVerdict::may_drop;

/// A base chain of hook input with a policy, and rules of which each is a list of statements.
Json chain(const std::string& policy, const std::vector<std::string>& rules,
           const std::string& family = "inet") {
    auto list = Json::array();
    list.push_back({{"chain",
                     {{"family", family},
                      {"table", "f"},
                      {"name", "in"},
                      {"hook", "input"},
                      {"policy", policy}}}});
    for (const auto& rule : rules)
        list.push_back({{"rule",
                         {{"family", family},
                          {"table", "f"},
                          {"chain", "in"},
                          {"expr", Json::parse("[" + rule + "]")}}}});
    return list;
}

std::string match(const std::string& left, const std::string& right, const std::string& op = "==") {
    return R"({"match":{"op":")" + op + R"(","left":)" + left + R"(,"right":)" + right + "}}";
}
std::string payload(const std::string& protocol, const std::string& field, const std::string& right,
                    const std::string& op = "==") {
    return match(R"({"payload":{"protocol":")" + protocol + R"(","field":")" + field + "\"}}",
                 right, op);
}
std::string meta(const std::string& key, const std::string& right, const std::string& op = "==") {
    return match(R"({"meta":{"key":")" + key + "\"}}", right, op);
}
const std::string accept = R"({"accept":null})", drop = R"({"drop":null})";
const std::string states = R"({"ct":{"key":"state"}})";

ctl::FirewallVerdict judged(const Json& rules, const ctl::OuterPacket& packet) {
    return ctl::ask_firewall(rules, "input", packet).verdict;
}
ctl::FirewallVerdict asked(const std::string& policy, const std::vector<std::string>& rules) {
    return judged(chain(policy, rules), vxlan("192.0.2.2", "192.0.2.1"));
}

void policies_and_ports(void**) {
    check(judged(Json::array(), vxlan("192.0.2.2", "192.0.2.1")) == accepts);
    check(asked("accept", {}) == accepts);
    check(asked("drop", {}) == drops);
    check(asked("drop", {payload("udp", "dport", "4789") + "," + accept}) == accepts);
    check(asked("drop", {payload("udp", "dport", "4790") + "," + accept}) == drops);
    check(asked("drop", {payload("tcp", "dport", "4789") + "," + accept}) == drops);
    check(asked("drop", {payload("th", "dport", R"({"range":[4000,5000]})") + "," + accept}) ==
          accepts);
    check(asked("drop", {payload("udp", "dport", R"({"set":[53,{"range":[4789,4790]}]})") + "," +
                         accept}) == accepts);
    check(asked("accept", {payload("udp", "dport", "53", "!=") + "," + drop}) == drops);
    check(asked("accept", {payload("udp", "dport", "53") + "," + drop}) == accepts);
    check(asked("accept", {meta("l4proto", R"("udp")") + R"(,{"reject":{}})"}) == drops);
    check(asked("accept", {meta("l4proto", "17") + "," + drop}) == drops);
}

/// The first packet of a remote is new to the tracker, and comes by a device that is known.
void states_addresses_and_devices(void**) {
    check(asked("drop", {match(states, R"(["established","related"])", "in") + "," + accept}) ==
          drops);
    check(asked("drop", {match(states, R"(["new"])", "in") + "," + accept}) == accepts);
    check(asked("drop", {meta("iifname", R"("lo")") + "," + accept}) == drops);
    check(asked("drop", {meta("iifname", R"("eth*")") + "," + accept}) == accepts);
    check(asked("drop", {meta("iifname", R"("eth0")", "!=") + "," + accept}) == drops);
    check(asked("drop", {payload("ip", "saddr", R"({"prefix":{"addr":"192.0.2.0","len":24}})") +
                         "," + accept}) == accepts);
    check(asked("drop", {payload("ip", "saddr", R"("10.0.0.1")") + "," + accept}) == drops);
    check(asked("drop", {payload("ip", "saddr", R"({"range":["192.0.2.0","192.0.2.9"]})") + "," +
                         accept}) == accepts);
    check(asked("drop", {payload("ip6", "saddr", R"("fd00::1")") + "," + accept}) == drops);
    auto v6 = vxlan("fd00::2", "fd00::1");
    check(judged(chain("drop", {}, "ip"), v6) == accepts);
    check(judged(chain("drop", {}, "ip6"), v6) == drops);
    check(judged(chain("drop", {payload("ip6", "saddr", R"("fd00::2")") + "," + accept}), v6) ==
          accepts);
    auto gre = vxlan("192.0.2.2", "192.0.2.1");
    gre.proto = Protocol(47);
    check(judged(chain("drop", {payload("udp", "dport", "4789") + "," + accept}), gre) == drops);
    check(judged(chain("drop", {meta("l4proto", R"("gre")") + "," + accept}), gre) == accepts);
}

void jumps_maps_and_sets(void**) {
    auto rules = chain("drop", {R"({"jump":{"target":"sub"}})"});
    rules.push_back({{"chain", {{"family", "inet"}, {"table", "f"}, {"name", "sub"}}}});
    rules.push_back({{"rule",
                      {{"family", "inet"},
                       {"table", "f"},
                       {"chain", "sub"},
                       {"expr", Json::parse("[" + payload("udp", "dport", R"("@ports")") + "," +
                                            accept + "]")}}}});
    auto packet = vxlan("192.0.2.2", "192.0.2.1");
    check(judged(rules, packet) == may_drop);
    rules.push_back({{"set",
                      {{"family", "inet"},
                       {"table", "f"},
                       {"name", "ports"},
                       {"elem", {53, {{"range", {4789, 4790}}}}}}}});
    check(judged(rules, packet) == accepts);
    check(asked("accept", {R"({"vmap":{"key":{"ct":{"key":"state"}},"data":{"set":[)"
                           R"(["established",{"accept":null}],["new",{"drop":null}]]}}})"}) ==
          drops);
    // A chain that jumps to itself ends.
    auto loop = chain("drop", {R"({"jump":{"target":"in"}})", R"({"jump":{"target":"in"}})"});
    check(judged(loop, packet) != accepts);
}

/// A condition that cannot be known is reported as such: neither certain, nor silent.
void what_is_not_known_may_hold(void**) {
    check(asked("drop", {R"({"xt":null},)" + accept}) == may_drop);
    check(asked("accept", {R"({"limit":{"rate":5}},)" + drop}) == may_drop);
    check(asked("accept", {meta("skuid", "0") + "," + drop}) == may_drop);
    check(asked("accept", {payload("udp", "sport", "53") + "," + drop}) == may_drop);
    check(asked("drop", {payload("udp", "dport", R"("@nosuch")") + "," + accept}) == may_drop);
    check(asked("drop", {R"({"counter":{"packets":0,"bytes":0}},)" + accept}) == accepts);
    for (const char* odd : {"1", "null", R"({"match":1})", R"({"match":{}})", R"({"vmap":{}})",
                            R"({"jump":1})", R"({"vmap":{"key":1,"data":{"set":[1,[2]]}}})"})
        (void)asked("drop", {odd});
}

void iptables(void**) {
    auto asked_of = [](const std::string& rules, const std::string& policy = "DROP") {
        auto text = "# comment\n*nat\n:PREROUTING DROP [0:0]\nCOMMIT\n*filter\n:INPUT " + policy +
                    " [0:0]\n:OUTPUT ACCEPT [0:0]\n:mine - [0:0]\n" + rules + "COMMIT\n";
        return judged(ctl::rules_of_iptables(text, "ip"), vxlan("192.0.2.2", "192.0.2.1"));
    };
    check(asked_of("") == drops);
    check(asked_of("", "ACCEPT") == accepts);
    check(asked_of("-A INPUT -p udp -m udp --dport 4789 -j ACCEPT\n") == accepts);
    check(asked_of("-A INPUT -p tcp -m tcp --dport 4789 -j ACCEPT\n") == drops);
    check(asked_of("-A INPUT -p udp -m multiport --dports 53,4000:5000 -j ACCEPT\n") == accepts);
    check(asked_of("-A INPUT -s 192.0.2.0/24 -i eth+ -j ACCEPT\n") == accepts);
    check(asked_of("-A INPUT ! -s 192.0.2.0/24 -j ACCEPT\n") == drops);
    check(asked_of("-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n") == drops);
    check(asked_of("-A INPUT -m comment --comment \"let in\" -j mine\n-A mine -j ACCEPT\n") ==
          accepts);
    check(asked_of("-A INPUT -m recent --name x -j ACCEPT\n") == may_drop);
    check(asked_of("-A INPUT -p udp -j REJECT --reject-with icmp-port-unreachable\n", "ACCEPT") ==
          drops);
}

// ---------------------------------------------------------------------------------------------
// The command

constexpr const char* addresses =
    R"([{"ifname":"lo","mtu":65536,"addr_info":[]},)"
    R"({"ifname":"eth0","mtu":1600,"addr_info":[{"local":"192.0.2.1","prefixlen":24}]}])";

/// A host on which nothing is to be mended.
void make_good_host() {
    FakeHost::content = {
        {"ip -j addr show", addresses},
        {"ip -j route get 192.0.2.2 from 192.0.2.1", R"([{"dst":"192.0.2.2","dev":"eth0"}])"},
        {"nft -j list ruleset", R"({"nftables":[]})"},
        {"ethtool -k eth0", "Features for eth0:\nrx-checksumming: on\n"
                            "generic-receive-offload: on\ntx-udp_tnl-segmentation: off [fixed]\n"},
        {"/proc/sys/net/netfilter/nf_conntrack_max", "262144\n"},
        {"/proc/sys/net/netfilter/nf_conntrack_count", "5\n"},
        {"/proc/sys/net/ipv4/conf/all/rp_filter", "0\n"},
        {"/proc/sys/net/ipv4/conf/eth0/rp_filter", "1\n"},
    };
}

struct Traffic {
    std::uint64_t received = 0, sent = 0;
};

/// A tunnel with a next hop, and a network.
Ran checked(const std::string& line = "check", Traffic traffic = {}, std::uint32_t mtu = 1500) {
    Kernel kernel;
    auto stats = Attrs()
                     .u64(VROUTER_A_STATS_RX_PACKETS, traffic.received)
                     .u64(VROUTER_A_STATS_TX_PACKETS, traffic.sent);
    kernel.answer({reply(VROUTER_CMD_NETWORK_GET,
                         Attrs()
                             .u32(VROUTER_A_NETWORK_ID, 7)
                             .text(VROUTER_A_NETWORK_NAME, "blue")
                             .u32(VROUTER_A_NETWORK_MTU, mtu),
                         NLM_F_MULTI),
                   done()});
    kernel.answer({reply(VROUTER_CMD_NEXTHOP_GET,
                         Attrs()
                             .u32(VROUTER_A_NEXTHOP_ID, 7)
                             .u32(VROUTER_A_NEXTHOP_TYPE, VROUTER_NEXTHOP_TYPE_TUNNEL)
                             .u32(VROUTER_A_NEXTHOP_TUNNEL_ID, 1)
                             .text(VROUTER_A_NEXTHOP_TUNNEL_NAME, "vx0")
                             .raw(VROUTER_A_NEXTHOP_REMOTE, {192, 0, 2, 2})
                             .nest(VROUTER_A_NEXTHOP_STATS, stats),
                         NLM_F_MULTI),
                   done()});
    kernel.answer({done()});
    kernel.answer({done()});
    kernel.answer({reply(VROUTER_CMD_TUNNEL_GET,
                         Attrs()
                             .u32(VROUTER_A_TUNNEL_ID, 1)
                             .text(VROUTER_A_TUNNEL_NAME, "vx0")
                             .u32(VROUTER_A_TUNNEL_TYPE, VROUTER_TUNNEL_TYPE_VXLAN)
                             .raw(VROUTER_A_TUNNEL_LOCAL, {192, 0, 2, 1})
                             .raw(VROUTER_A_TUNNEL_PORT, {0x12, 0xb5})
                             .nest(VROUTER_A_TUNNEL_STATS, stats),
                         NLM_F_MULTI),
                   done()});
    kernel.answer({done()});
    return run(line, &kernel);
}

void must_find(const Ran& ran, const std::string& line, const std::string& command) {
    check_text(ran.err, "");
    check_number(static_cast<std::uint64_t>(ran.status), 1);
    check_text(ran.out, line + "\n    " + command + "\n");
}

void nothing_to_mend(void**) {
    make_good_host();
    auto ran = checked();
    check_text(ran.out, "nothing was found that has to be mended\n");
    check_number(static_cast<std::uint64_t>(ran.status), 0);
    // With details the check also says which ports have to be open.
    check_text(checked("-d check").out,
               "note ports tunnel vx0: the firewalls of both ends have to let in UDP port 4789 to "
               "192.0.2.1\nnothing was found that has to be mended\n");
    auto list = Json::parse(checked("-j check").out);
    check_number(list.size(), 1);
    check_text(
        list[0].dump(),
        R"({"check":"ports","level":"note","message":"the firewalls of both ends have to let )"
        R"(in UDP port 4789 to 192.0.2.1","subject":"tunnel vx0"})");
}

void a_firewalled_underlay_is_seen(void**) {
    make_good_host();
    auto rules = chain("drop", {});
    FakeHost::content["nft -j list ruleset"] = Json{{"nftables", rules}}.dump();
    must_find(checked(),
              "error firewall tunnel vx0: chain in of table inet f drops UDP port 4789 from "
              "192.0.2.2",
              "nft insert rule inet f in udp dport 4789 accept");
    auto found = Json::parse(checked("-j check").out)[0];
    check_text(found["level"].get<std::string>(), "error");
    check_text(found["command"].get<std::string>(),
               "nft insert rule inet f in udp dport 4789 accept");
    rules = chain("drop", {R"({"xt":null},)" + accept});
    FakeHost::content["nft -j list ruleset"] = Json{{"nftables", rules}}.dump();
    must_find(checked(),
              "warning firewall tunnel vx0: chain in of table inet f may drop UDP port 4789 from "
              "192.0.2.2",
              "nft insert rule inet f in udp dport 4789 accept");
    make_good_host();
    FakeHost::content["iptables-legacy-save"] = "*filter\n:OUTPUT DROP [0:0]\nCOMMIT\n";
    must_find(checked(),
              "error firewall tunnel vx0: chain OUTPUT of table ip filter drops UDP port 4789 to "
              "192.0.2.2",
              "iptables -t filter -I OUTPUT -p udp --dport 4789 -j ACCEPT");
    make_good_host();
    FakeHost::content.erase("nft -j list ruleset");
    check(checked("-d check").out.find("nftables was not looked at") != std::string::npos);
    FakeHost::content["nft -j list ruleset"] = "no JSON";
    check(checked("-d check").out.find("nftables was not looked at") != std::string::npos);
}

void a_silent_remote_is_seen(void**) {
    make_good_host();
    must_find(checked("check", {0, 16}),
              "warning silence tunnel vx0: 16 packets were sent and none came: the firewalls of "
              "both ends have to let in UDP port 4789",
              "vrouter-ctl check  # on the other hypervisors, too");
    check_number(static_cast<std::uint64_t>(checked("check", {0, 15}).status), 0);
    auto ran = checked("-d check", {5, 16});
    check_number(static_cast<std::uint64_t>(ran.status), 0);
    check(ran.out.find("16 packets were sent to 192.0.2.2, and no flow") != std::string::npos);
}

void mtu_routes_and_addresses(void**) {
    make_good_host();
    must_find(checked("check", {}, 1551),
              "warning mtu network blue: packets of 1551 bytes take 1601 through tunnel vx0, and "
              "eth0 has 1600; or: vrouter-ctl network set blue mtu 1550",
              "ip link set dev eth0 mtu 1601");
    check_number(static_cast<std::uint64_t>(checked("check", {}, 1550).status), 0);
    FakeHost::content.erase("ip -j route get 192.0.2.2 from 192.0.2.1");
    must_find(checked(), "error route tunnel vx0: the host has no route to 192.0.2.2",
              "ip route add 192.0.2.2 via GATEWAY");
    make_good_host();
    FakeHost::content["ip -j addr show"] =
        R"([{"ifname":"eth0","mtu":1600,"addr_info":[{"local":"10.0.0.1"}]}])";
    must_find(checked(), "error address tunnel vx0: 192.0.2.1 is no address of this host",
              "ip addr add 192.0.2.1/LEN dev DEVICE");
}

void settings_and_offloads(void**) {
    make_good_host();
    FakeHost::content["ip -j route get 192.0.2.2 from 192.0.2.1"] = R"([{"dev":"eth1"}])";
    must_find(checked(),
              "warning rp_filter device eth0: 192.0.2.2 is answered by eth1, and what it sends to "
              "192.0.2.1 is dropped if it comes by eth0",
              "sysctl -w net.ipv4.conf.eth0.rp_filter=2");
    FakeHost::content["/proc/sys/net/ipv4/conf/all/rp_filter"] = "2\n";
    check_number(static_cast<std::uint64_t>(checked().status), 0);
    make_good_host();
    FakeHost::content["ethtool -k eth0"] = "Features for eth0:\ntx-udp_tnl-segmentation: off\n";
    must_find(checked(),
              "warning offload device eth0: tx-udp_tnl-segmentation is off, and large packets cost "
              "much",
              "ethtool -K eth0 tx-udp_tnl-segmentation on");
    make_good_host();
    FakeHost::content["/proc/sys/net/netfilter/nf_conntrack_count"] = "250000\n";
    must_find(checked(), "error conntrack host: 250000 of 262144 connections are in use",
              "sysctl -w net.netfilter.nf_conntrack_max=524288");
}

/// People look there first.
void a_silent_tunnel_says_so(void**) {
    auto shown = [](const std::string& line, Traffic traffic) {
        Kernel kernel;
        auto stats = Attrs()
                         .u64(VROUTER_A_STATS_RX_PACKETS, traffic.received)
                         .u64(VROUTER_A_STATS_TX_PACKETS, traffic.sent);
        auto tunnel = tunnel_attrs().without(VROUTER_A_TUNNEL_STATS);
        kernel.answer(
            {reply(VROUTER_CMD_TUNNEL_GET, tunnel.nest(VROUTER_A_TUNNEL_STATS, stats), NLM_F_MULTI),
             done()});
        return must_print(line, &kernel);
    };
    const std::string said = "    16 packets sent and none received: see vrouter-ctl check\n";
    check(shown("tunnel show", {0, 16}).ends_with(said));
    check(shown("tunnel show", {0, 15}).find("received") == std::string::npos);
    check(shown("tunnel show", {1, 16}).find("received") == std::string::npos);
    check(Json::parse(shown("-j tunnel show", {0, 16}))[0]["silent"] == true);
    check(!Json::parse(shown("-j tunnel show", {1, 16}))[0].contains("silent"));
}

void without_module(void**) {
    must_find(run("check"), "error module vrouter: the kernel module vrouter is not loaded",
              "modprobe vrouter");
}

} // namespace

int main() {
    const CMUnitTest tests[] = {
        cmocka_unit_test(policies_and_ports),
        cmocka_unit_test(states_addresses_and_devices),
        cmocka_unit_test(jumps_maps_and_sets),
        cmocka_unit_test(what_is_not_known_may_hold),
        cmocka_unit_test(iptables),
        cmocka_unit_test(nothing_to_mend),
        cmocka_unit_test(a_firewalled_underlay_is_seen),
        cmocka_unit_test(a_silent_remote_is_seen),
        cmocka_unit_test(mtu_routes_and_addresses),
        cmocka_unit_test(settings_and_offloads),
        cmocka_unit_test(a_silent_tunnel_says_so),
        cmocka_unit_test(without_module),
    };
    return run_group(tests, "check");
}
