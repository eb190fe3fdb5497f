// SPDX-License-Identifier: LGPL-2.1-or-later
#include "attributes.hpp"

#include <iterator>

#include <linux/vrouter.h>

namespace vrouter::detail {

namespace {

constexpr Attribute stats[] = {
    {}, {"pad"}, {"rx-packets"}, {"rx-bytes"}, {"tx-packets"}, {"tx-bytes"}, {"drops"},
};

constexpr Attribute prefix[] = {{}, {"address"}, {"len"}, {"active"}};

constexpr Attribute network[] = {
    {},
    {"pad"},
    {"id"},
    {"name"},
    {"vni"},
    {"tunnel-id"},
    {"tunnel-name"},
    {"gateway-mac"},
    {"gateway", &prefix_set, true},
    {"mtu"},
    {"policy"},
    {"unknown-unicast"},
    {"flood"},
    {"ra"},
    {"max-routes"},
    {"max-fdb"},
    {"max-neighbours"},
    {"routes"},
    {"fdb"},
    {"neighbours"},
    {"vifs"},
    {"generation"},
    {"stats", &stats_set},
    {"learning"},
    {"ageing"},
    {"max-learned"},
    {"learned"},
    {"learn-limited"},
    {"key"},
    {"flood-rate"},
    {"mss-clamp"},
    {"zone"},
    {"acl", &sg_ref_set, true},
    {"max-connections"},
    {"connections"},
    {"flow-cache"},
    {"max-flows"},
    {"flows"},
    {"strict-remotes"},
};

constexpr Attribute tunnel[] = {
    {},         {"pad"},          {"id"},         {"name"},
    {"type"},   {"local"},        {"port"},       {"ttl"},
    {"dscp"},   {"dscp-inherit"}, {"udp-csum"},   {"ifindex"},
    {"ifname"}, {"mark"},         {"generation"}, {"stats", &stats_set},
};

constexpr Attribute frags[] = {
    {}, {"pad"}, {"waiting"}, {"memory"}, {"reassembled"}, {"failed"},
};

constexpr Attribute vif[] = {
    {},
    {"pad"},
    {"id"},
    {"name"},
    {"ifindex"},
    {"ifname"},
    {"network-id"},
    {"network-name"},
    {"mac"},
    {"address", &prefix_set, true},
    {"mtu"},
    {"up"},
    {"generation"},
    {"stats", &stats_set},
    {"max-macs"},
    {"learned"},
    {"policer-id"},
    {"policer-name"},
    {"egress-policer-id"},
    {"egress-policer-name"},
    {"sg", &sg_ref_set, true},
    {"dhcp-server"},
    {"router"},
    {"max-connections"},
    {"connections"},
    {"frag-memory"},
    {"sent-frags", &frags_set},
    {"received-frags", &frags_set},
    {"max-flows"},
    {"flows"},
    {"force"},
};

constexpr Attribute member[] = {{}, {"nexthop"}, {"weight"}};

constexpr Attribute nexthop[] = {
    {},
    {"pad"},
    {"id"},
    {"type"},
    {"vif-id"},
    {"vif-name"},
    {"tunnel-id"},
    {"tunnel-name"},
    {"remote"},
    {"vni"},
    {"mac"},
    {"network-id"},
    {"network-name"},
    {"ifindex"},
    {"ifname"},
    {"reject-code"},
    {"member", &member_set, true},
    {"refs"},
    {"generation"},
    {"stats", &stats_set},
    {"hash"},
    {"key"},
    {"label"},
    {"payload"},
};

constexpr Attribute label[] = {
    {},
    {"pad"},
    {"label"},
    {"network-id"},
    {"network-name"},
    {"nexthop"},
    {"generation"},
    {"stats", &stats_set},
};

constexpr Attribute route_entry[] = {
    {},         {"pad"},    {"prefix"},   {"len"},    {"nexthop"},
    {"origin"}, {"vif-id"}, {"vif-name"}, {"active"}, {"used"},
};

constexpr Attribute route[] = {
    {},         {"pad"},     {"network-id"}, {"network-name"}, {"entry", &route_entry_set, true},
    {"family"}, {"nexthop"}, {"address"},    {"all"},
};

constexpr Attribute fdb_entry[] = {
    {},           {"pad"},    {"mac"},  {"nexthop"},   {"origin"},      {"vif-id"},
    {"vif-name"}, {"active"}, {"used"}, {"tunnel-id"}, {"tunnel-name"}, {"remote"},
};

constexpr Attribute fdb[] = {
    {},          {"pad"}, {"network-id"}, {"network-name"}, {"entry", &fdb_entry_set, true},
    {"nexthop"}, {"all"}, {"origin"},
};

constexpr Attribute neighbour_entry[] = {
    {},         {"pad"},      {"address"}, {"mac"},  {"origin"},
    {"vif-id"}, {"vif-name"}, {"active"},  {"used"}, {"answered"},
};

constexpr Attribute neighbour[] = {
    {},         {"pad"}, {"network-id"}, {"network-name"}, {"entry", &neighbour_entry_set, true},
    {"family"}, {"all"},
};

constexpr Attribute set[] = {
    {},          {"pad"},        {"id"},           {"name"},      {"type"},
    {"timeout"}, {"counters"},   {"max-elements"}, {"elements"},  {"memory"},
    {"refs"},    {"generation"}, {"with-id"},      {"with-name"},
};

constexpr Attribute element_entry[] = {
    {},          {"pad"},     {"address"}, {"len"},     {"proto"},   {"port"},  {"port-end"},
    {"nomatch"}, {"timeout"}, {"comment"}, {"expires"}, {"packets"}, {"bytes"},
};

constexpr Attribute element[] = {
    {}, {"pad"}, {"set-id"}, {"set-name"}, {"entry", &element_entry_set, true}, {"all"}, {"match"},
};

constexpr Attribute sg_ref[] = {{}, {"id"}, {"name"}};

constexpr Attribute sg[] = {
    {},        {"pad"},  {"id"},   {"name"},       {"members-id"}, {"members-name"},
    {"rules"}, {"vifs"}, {"refs"}, {"generation"}, {"networks"},
};

constexpr Attribute peer[] = {
    {}, {"address"}, {"len"}, {"set-id"}, {"set-name"}, {"sg-id"}, {"sg-name"},
};

constexpr Attribute rule_entry[] = {
    {},
    {"pad"},
    {"index"},
    {"direction"},
    {"priority"},
    {"family"},
    {"proto"},
    {"sport"},
    {"sport-end"},
    {"dport"},
    {"dport-end"},
    {"icmp-type"},
    {"icmp-code"},
    {"from", &peer_set},
    {"to", &peer_set},
    {"action"},
    {"stateless"},
    {"helper"},
    {"comment"},
    {"packets"},
    {"bytes"},
};

constexpr Attribute rule[] = {
    {}, {"pad"}, {"sg-id"}, {"sg-name"}, {"entry", &rule_entry_set, true}, {"all"},
};

constexpr Attribute policer[] = {
    {},
    {"pad"},
    {"id"},
    {"name"},
    {"rate"},
    {"burst"},
    {"packet-rate"},
    {"packet-burst"},
    {"level"},
    {"overhead"},
    {"conform-packets"},
    {"conform-bytes"},
    {"exceed-packets"},
    {"exceed-bytes"},
    {"refs"},
    {"generation"},
};

constexpr Attribute drop_event[] = {
    {},
    {"pad"},
    {"time"},
    {"reason"},
    {"name"},
    {"packets"},
    {"suppressed"},
    {"network-id"},
    {"network-name"},
    {"vif-id"},
    {"vif-name"},
    {"direction"},
    {"from-vif-id"},
    {"from-vif-name"},
    {"tunnel-id"},
    {"tunnel-name"},
    {"remote"},
    {"own"},
    {"sg-id"},
    {"sg-name"},
    {"rule"},
    {"length"},
    {"outer"},
    {"network-offset"},
    {"bytes"},
};

constexpr Attribute flow[] = {
    {},
    {"pad"},
    {"network-id"},
    {"network-name"},
    {"vif-id"},
    {"vif-name"},
    {"tunnel-id"},
    {"tunnel-name"},
    {"remote"},
    {"proto"},
    {"src"},
    {"dst"},
    {"sport"},
    {"dport"},
    {"src-mac"},
    {"dst-mac"},
    {"state"},
    {"out-network-id"},
    {"out-network-name"},
    {"out-vif-id"},
    {"out-vif-name"},
    {"out-tunnel-id"},
    {"out-tunnel-name"},
    {"out-remote"},
    {"nexthop"},
    {"sg-id"},
    {"sg-name"},
    {"rule"},
    {"packets"},
    {"bytes"},
    {"age"},
    {"idle"},
    {"end"},
    {"address"},
    {"len"},
    {"port"},
    {"count"},
    {"hits"},
    {"misses"},
    {"created"},
    {"evicted"},
    {"refused"},
};

constexpr Attribute drop[] = {
    {},           {"pad"},    {"network-id"}, {"network-name"}, {"vif-id"},
    {"vif-name"}, {"reason"}, {"name"},       {"help"},         {"packets"},
};

constexpr Attribute info[] = {
    {},       {"pad"},      {"version"},  {"generation"}, {"networks"},   {"tunnels"},
    {"vifs"}, {"nexthops"}, {"routes"},   {"fdb"},        {"neighbours"}, {"labels"},
    {"sets"}, {"elements"}, {"policers"}, {"sgs"},        {"rules"},      {"source"},
};

constexpr Attribute limits[] = {
    {},      {"networks"}, {"tunnels"}, {"vifs"}, {"nexthops"},   {"labels"},   {"sets"},
    {"sgs"}, {"policers"}, {"routes"},  {"fdb"},  {"neighbours"}, {"elements"}, {"rules"},
};

constexpr Attribute trace_packet[] = {
    {},      {"vif-id"}, {"vif-name"}, {"tunnel-id"}, {"tunnel-name"}, {"remote"},
    {"vni"}, {"key"},    {"label"},    {"tos"},       {"payload"},     {"frame"},
};

constexpr Attribute trace_match[] = {
    {},
    {"set-id"},
    {"set-name"},
    {"element", &element_entry_set},
};

constexpr Attribute trace_stage[] = {
    {},
    {"kind"},
    {"own"},
    {"network-id"},
    {"network-name"},
    {"vif-id"},
    {"vif-name"},
    {"tunnel-id"},
    {"tunnel-name"},
    {"direction"},
    {"sg-id"},
    {"sg-name"},
    {"rule", &rule_entry_set},
    {"match", &trace_match_set, true},
    {"policy"},
    {"state"},
    {"policer-id"},
    {"policer-name"},
    {"conforms"},
    {"mac"},
    {"src-mac"},
    {"dst-mac"},
    {"ethertype"},
    {"proto"},
    {"src"},
    {"dst"},
    {"sport"},
    {"dport"},
    {"icmp-type"},
    {"icmp-code"},
    {"fragment"},
    {"ttl"},
    {"tos"},
    {"length"},
    {"address"},
    {"len"},
    {"origin"},
    {"nexthop"},
    {"nexthop-type"},
    {"bucket"},
    {"member"},
    {"vni"},
    {"key"},
    {"label"},
    {"remote"},
    {"ifindex"},
    {"ifname"},
    {"mtu"},
    {"reason"},
    {"help"},
    {"frame"},
    {"payload"},
    {"helper"},
};

constexpr Attribute trace_result[] = {
    {},
    {"verdict"},
    {"reason"},
    {"help"},
    {"answered"},
    {"outputs"},
    {"stage", &trace_stage_set, true},
    {"left-out"},
};

constexpr Attribute trace[] = {
    {},
    {"packet", &trace_packet_set, true},
    {"result", &trace_result_set, true},
};

} // namespace

const AttributeSet stats_set{"stats", stats};
const AttributeSet prefix_set{"prefix", prefix};
const AttributeSet network_set{"network", network};
const AttributeSet tunnel_set{"tunnel", tunnel};
const AttributeSet vif_set{"vif", vif};
const AttributeSet member_set{"member", member};
const AttributeSet nexthop_set{"nexthop", nexthop};
const AttributeSet route_entry_set{"route-entry", route_entry};
const AttributeSet route_set{"route", route};
const AttributeSet fdb_entry_set{"fdb-entry", fdb_entry};
const AttributeSet fdb_set{"fdb", fdb};
const AttributeSet neighbour_entry_set{"neighbour-entry", neighbour_entry};
const AttributeSet neighbour_set{"neighbour", neighbour};
const AttributeSet drop_set{"drop", drop};
const AttributeSet drop_event_set{"drop-event", drop_event};
const AttributeSet info_set{"info", info};
const AttributeSet label_set{"label", label};
const AttributeSet set_set{"set", set};
const AttributeSet element_entry_set{"element-entry", element_entry};
const AttributeSet element_set{"element", element};
const AttributeSet policer_set{"policer", policer};
const AttributeSet sg_ref_set{"sg-ref", sg_ref};
const AttributeSet sg_set{"sg", sg};
const AttributeSet peer_set{"peer", peer};
const AttributeSet rule_entry_set{"rule-entry", rule_entry};
const AttributeSet rule_set{"rule", rule};
const AttributeSet frags_set{"frags", frags};
const AttributeSet trace_packet_set{"trace-packet", trace_packet};
const AttributeSet trace_match_set{"trace-match", trace_match};
const AttributeSet trace_stage_set{"trace-stage", trace_stage};
const AttributeSet trace_result_set{"trace-result", trace_result};
const AttributeSet trace_set{"trace", trace};
const AttributeSet flow_set{"flow", flow};
const AttributeSet limits_set{"limits", limits};

// The tables have exactly one entry for each attribute number of the uapi header.
static_assert(std::size(stats) == __VROUTER_A_STATS_MAX);
static_assert(std::size(prefix) == __VROUTER_A_PREFIX_MAX);
static_assert(std::size(network) == __VROUTER_A_NETWORK_MAX);
static_assert(std::size(tunnel) == __VROUTER_A_TUNNEL_MAX);
static_assert(std::size(vif) == __VROUTER_A_VIF_MAX);
static_assert(std::size(frags) == __VROUTER_A_FRAGS_MAX);
static_assert(std::size(member) == __VROUTER_A_MEMBER_MAX);
static_assert(std::size(nexthop) == __VROUTER_A_NEXTHOP_MAX);
static_assert(std::size(route_entry) == __VROUTER_A_ROUTE_ENTRY_MAX);
static_assert(std::size(route) == __VROUTER_A_ROUTE_MAX);
static_assert(std::size(fdb_entry) == __VROUTER_A_FDB_ENTRY_MAX);
static_assert(std::size(fdb) == __VROUTER_A_FDB_MAX);
static_assert(std::size(neighbour_entry) == __VROUTER_A_NEIGHBOUR_ENTRY_MAX);
static_assert(std::size(neighbour) == __VROUTER_A_NEIGHBOUR_MAX);
static_assert(std::size(drop) == __VROUTER_A_DROP_MAX);
static_assert(std::size(drop_event) == __VROUTER_A_DROP_EVENT_MAX);
static_assert(std::size(info) == __VROUTER_A_INFO_MAX);
static_assert(std::size(label) == __VROUTER_A_LABEL_MAX);
static_assert(std::size(set) == __VROUTER_A_SET_MAX);
static_assert(std::size(element_entry) == __VROUTER_A_ELEMENT_ENTRY_MAX);
static_assert(std::size(element) == __VROUTER_A_ELEMENT_MAX);
static_assert(std::size(policer) == __VROUTER_A_POLICER_MAX);
static_assert(std::size(sg_ref) == __VROUTER_A_SG_REF_MAX);
static_assert(std::size(sg) == __VROUTER_A_SG_MAX);
static_assert(std::size(peer) == __VROUTER_A_PEER_MAX);
static_assert(std::size(rule_entry) == __VROUTER_A_RULE_ENTRY_MAX);
static_assert(std::size(rule) == __VROUTER_A_RULE_MAX);
static_assert(std::size(trace_packet) == __VROUTER_A_TRACE_PACKET_MAX);
static_assert(std::size(trace_match) == __VROUTER_A_TRACE_MATCH_MAX);
static_assert(std::size(trace_stage) == __VROUTER_A_TRACE_STAGE_MAX);
static_assert(std::size(trace_result) == __VROUTER_A_TRACE_RESULT_MAX);
static_assert(std::size(trace) == __VROUTER_A_TRACE_MAX);
static_assert(std::size(flow) == __VROUTER_A_FLOW_MAX);
static_assert(std::size(limits) == __VROUTER_A_LIMITS_MAX);

const Operation* find_operation(std::uint8_t command) noexcept {
    static constexpr Operation operations[] = {
        {},
        {"network-get", &network_set},
        {"network-new", &network_set},
        {"network-set", &network_set},
        {"network-del", &network_set},
        {"network-new-ntf", &network_set},
        {"network-del-ntf", &network_set},
        {"tunnel-get", &tunnel_set},
        {"tunnel-new", &tunnel_set},
        {"tunnel-set", &tunnel_set},
        {"tunnel-del", &tunnel_set},
        {"tunnel-new-ntf", &tunnel_set},
        {"tunnel-del-ntf", &tunnel_set},
        {"vif-get", &vif_set},
        {"vif-new", &vif_set},
        {"vif-set", &vif_set},
        {"vif-del", &vif_set},
        {"vif-new-ntf", &vif_set},
        {"vif-del-ntf", &vif_set},
        {"nexthop-get", &nexthop_set},
        {"nexthop-new", &nexthop_set},
        {"nexthop-set", &nexthop_set},
        {"nexthop-del", &nexthop_set},
        {"nexthop-new-ntf", &nexthop_set},
        {"nexthop-del-ntf", &nexthop_set},
        {"route-get", &route_set},
        {"route-new", &route_set},
        {"route-set", &route_set},
        {"route-del", &route_set},
        {"route-new-ntf", &route_set},
        {"route-del-ntf", &route_set},
        {"fdb-get", &fdb_set},
        {"fdb-new", &fdb_set},
        {"fdb-set", &fdb_set},
        {"fdb-del", &fdb_set},
        {"fdb-new-ntf", &fdb_set},
        {"fdb-del-ntf", &fdb_set},
        {"neighbour-get", &neighbour_set},
        {"neighbour-new", &neighbour_set},
        {"neighbour-set", &neighbour_set},
        {"neighbour-del", &neighbour_set},
        {"neighbour-new-ntf", &neighbour_set},
        {"neighbour-del-ntf", &neighbour_set},
        {"drop-get", &drop_set},
        {"info-get", &info_set},
        {"label-get", &label_set},
        {"label-new", &label_set},
        {"label-set", &label_set},
        {"label-del", &label_set},
        {"label-new-ntf", &label_set},
        {"label-del-ntf", &label_set},
        {"set-get", &set_set},
        {"set-new", &set_set},
        {"set-set", &set_set},
        {"set-del", &set_set},
        {"set-new-ntf", &set_set},
        {"set-del-ntf", &set_set},
        {"set-swap", &set_set},
        {"element-get", &element_set},
        {"element-new", &element_set},
        {"element-del", &element_set},
        {"element-new-ntf", &element_set},
        {"element-del-ntf", &element_set},
        {"policer-get", &policer_set},
        {"policer-new", &policer_set},
        {"policer-set", &policer_set},
        {"policer-del", &policer_set},
        {"policer-new-ntf", &policer_set},
        {"policer-del-ntf", &policer_set},
        {"sg-get", &sg_set},
        {"sg-new", &sg_set},
        {"sg-set", &sg_set},
        {"sg-del", &sg_set},
        {"sg-new-ntf", &sg_set},
        {"sg-del-ntf", &sg_set},
        {"rule-get", &rule_set},
        {"rule-new", &rule_set},
        {"rule-del", &rule_set},
        {"rule-new-ntf", &rule_set},
        {"rule-del-ntf", &rule_set},
        {"drop-ntf", &drop_event_set},
        {"trace", &trace_set},
        {"flow-get", &flow_set},
        {"flow-count", &flow_set},
        {"flow-flush", &flow_set},
        {"flow-new-ntf", &flow_set},
        {"flow-del-ntf", &flow_set},
        {"limits-get", &limits_set},
        {"limits-set", &limits_set},
        {"limits-new-ntf", &limits_set},
    };
    static_assert(std::size(operations) == __VROUTER_CMD_MAX);
    return command && command < std::size(operations) ? &operations[command] : nullptr;
}

} // namespace vrouter::detail
