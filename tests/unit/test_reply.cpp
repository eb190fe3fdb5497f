// SPDX-License-Identifier: LGPL-2.1-or-later
// Replies: each object as the kernel writes it, and everything that may be wrong with it.
#include <random>

#include "samples.hpp"

using namespace unit;

namespace {

/// An object: how it is asked for, what the kernel says, what comes out, and which attributes it
/// cannot do without: its key, and what says which kind of thing it is.
template <class T> struct Case {
    const char* name;
    Result<T> (*get)(Client&);
    std::uint8_t command;
    Attrs attributes;
    T object;
    std::vector<std::uint16_t> needed;
};

/// Of what cannot be asked for one by one.
template <class T> Result<T> first_of(const Result<std::vector<T>>& list) {
    if (!list)
        return list.error();
    if (list->empty())
        return Error{.code = ENOENT, .message = "there is none"};
    return list->at(0);
}

template <class F> void for_each_case(F test) {
    test(Case<NetworkInfo>{
        "network",
        [](Client& c) { return c.networks().get("blue"); },
        VROUTER_CMD_NETWORK_GET,
        network_attrs(),
        network_info(),
        {VROUTER_A_NETWORK_ID, VROUTER_A_NETWORK_NAME},
    });
    test(Case<TunnelInfo>{
        "tunnel",
        [](Client& c) { return c.tunnels().get("vx0"); },
        VROUTER_CMD_TUNNEL_GET,
        tunnel_attrs(),
        tunnel_info(),
        {VROUTER_A_TUNNEL_ID, VROUTER_A_TUNNEL_NAME, VROUTER_A_TUNNEL_TYPE, VROUTER_A_TUNNEL_LOCAL},
    });
    test(Case<VifInfo>{
        "vif",
        [](Client& c) { return c.vifs().get("vm1"); },
        VROUTER_CMD_VIF_GET,
        vif_attrs(),
        vif_info(),
        {VROUTER_A_VIF_ID, VROUTER_A_VIF_NAME, VROUTER_A_VIF_NETWORK_ID,
         VROUTER_A_VIF_NETWORK_NAME},
    });
    test(Case<NexthopInfo>{
        "nexthop",
        [](Client& c) { return c.nexthops().get(NexthopId(7)); },
        VROUTER_CMD_NEXTHOP_GET,
        nexthop_attrs(),
        nexthop_info(),
        {VROUTER_A_NEXTHOP_ID, VROUTER_A_NEXTHOP_TYPE},
    });
    test(Case<RouteInfo>{
        "route",
        [](Client& c) { return c.routes().get("blue", prefix("10.0.0.2")); },
        VROUTER_CMD_ROUTE_GET,
        route_attrs(),
        route_info(),
        {VROUTER_A_ROUTE_NETWORK_ID, VROUTER_A_ROUTE_NETWORK_NAME, VROUTER_A_ROUTE_ENTRY},
    });
    test(Case<FdbInfo>{
        "fdb",
        [](Client& c) { return c.fdb().get("blue", mac("02:00:00:00:00:02")); },
        VROUTER_CMD_FDB_GET,
        fdb_attrs(),
        fdb_info(),
        {VROUTER_A_FDB_NETWORK_ID, VROUTER_A_FDB_NETWORK_NAME, VROUTER_A_FDB_ENTRY},
    });
    test(Case<NeighbourInfo>{
        "neighbour",
        [](Client& c) { return c.neighbours().get("blue", ip("10.0.0.2")); },
        VROUTER_CMD_NEIGHBOUR_GET,
        neighbour_attrs(),
        neighbour_info(),
        {VROUTER_A_NEIGHBOUR_NETWORK_ID, VROUTER_A_NEIGHBOUR_NETWORK_NAME,
         VROUTER_A_NEIGHBOUR_ENTRY},
    });
    test(Case<Info>{
        "info",
        [](Client& c) { return c.info(); },
        VROUTER_CMD_INFO_GET,
        info_attrs(),
        module_info(),
        {VROUTER_A_INFO_VERSION},
    });
    test(Case<LabelInfo>{
        "label",
        [](Client& c) { return c.labels().get(LabelId(500)); },
        VROUTER_CMD_LABEL_GET,
        label_attrs(),
        label_info(),
        {VROUTER_A_LABEL_LABEL},
    });
    test(Case<SetInfo>{
        "set",
        [](Client& c) { return c.sets().get("clients"); },
        VROUTER_CMD_SET_GET,
        set_attrs(),
        set_info(),
        {VROUTER_A_SET_ID, VROUTER_A_SET_NAME, VROUTER_A_SET_TYPE},
    });
    test(Case<ElementInfo>{
        "element",
        [](Client& c) { return c.elements().get("clients", {prefix("10.0.0.0/8")}); },
        VROUTER_CMD_ELEMENT_GET,
        element_attrs(),
        element_info(),
        {VROUTER_A_ELEMENT_SET_ID, VROUTER_A_ELEMENT_SET_NAME, VROUTER_A_ELEMENT_ENTRY},
    });
    test(Case<SgInfo>{
        "sg",
        [](Client& c) { return c.sgs().get("web"); },
        VROUTER_CMD_SG_GET,
        sg_attrs(),
        sg_info(),
        {VROUTER_A_SG_ID, VROUTER_A_SG_NAME},
    });
    test(Case<RuleInfo>{
        "rule",
        [](Client& c) { return first_of(c.rules().list()); },
        VROUTER_CMD_RULE_GET,
        rule_attrs(),
        rule_info(),
        {VROUTER_A_RULE_SG_ID, VROUTER_A_RULE_SG_NAME, VROUTER_A_RULE_ENTRY},
    });
    test(Case<PolicerInfo>{
        "policer",
        [](Client& c) { return c.policers().get("gold"); },
        VROUTER_CMD_POLICER_GET,
        policer_attrs(),
        policer_info(),
        {VROUTER_A_POLICER_ID, VROUTER_A_POLICER_NAME},
    });
    test(Case<FlowInfo>{
        "flow",
        [](Client& c) { return c.flows().get({.port = 443}); },
        VROUTER_CMD_FLOW_GET,
        flow_attrs(),
        flow_info(),
        {VROUTER_A_FLOW_NETWORK_ID, VROUTER_A_FLOW_PROTO, VROUTER_A_FLOW_SRC, VROUTER_A_FLOW_DST},
    });
    test(Case<Limits>{
        "limits",
        [](Client& c) { return c.limits(); },
        VROUTER_CMD_LIMITS_GET,
        limits_attrs(),
        limits(),
        {},
    });
    test(Case<FlowCounts>{
        "flow",
        [](Client& c) { return c.flows().count(); },
        VROUTER_CMD_FLOW_COUNT,
        flow_counts_attrs(),
        flow_counts(),
        {},
    });
    test(Case<DropInfo>{
        "drop",
        [](Client& c) { return first_of(c.drops().list()); },
        VROUTER_CMD_DROP_GET,
        drop_attrs(),
        drop_info(),
        {VROUTER_A_DROP_NAME},
    });
}

/// The result of a request that the kernel answers with these attributes.
template <class T> Result<T> ask(const Case<T>& test, const Blob& attributes) {
    Kernel kernel;
    bool dump = std::is_same_v<T, DropInfo> || std::is_same_v<T, RuleInfo>;
    auto end = dump ? done() : ack();
    kernel.answer({{reply(test.command, attributes)}, {end}});
    auto client = must(Client::open(kernel.transport()));
    return test.get(client);
}

template <class T> Result<T> ask(const Case<T>& test, const Attrs& attributes) {
    return ask(test, attributes.bytes());
}

void whole(void**) {
    for_each_case([](const auto& test) { check(must(ask(test, test.attributes)) == test.object); });
}

void unknown_attributes_are_ignored(void**) {
    for_each_case([](const auto& test) {
        auto attributes = test.attributes;
        attributes.u32(200, 1).text(63, "news").raw(64, {}).raw(65, {1}).raw(0x3fff, {1, 2, 3});
        check(must(ask(test, attributes)) == test.object);
    });
    auto entry = route_entry_attrs().u32(99, 1);
    Kernel kernel;
    kernel.answer({reply(VROUTER_CMD_ROUTE_GET, route_attrs(entry)), ack()});
    auto client = must(Client::open(kernel.transport()));
    check(must(client.routes().lookup("blue", ip("10.0.0.2"))) == route_info());
}

/// An object as far as a module knows it that has nothing but what it was made with: all that is
/// needed is there.
void an_older_module_is_read(void**) {
    for_each_case([](const auto& test) {
        auto attributes = test.attributes;
        for (const auto& [type, payload] : test.attributes.parts()) {
            std::uint16_t number = type & NLA_TYPE_MASK;
            if (std::ranges::find(test.needed, number) == test.needed.end())
                attributes.without(number);
        }
        must(ask(test, attributes));
    });
    Kernel kernel;
    auto client = must(Client::open(kernel.transport()));
    auto network = Attrs().u32(VROUTER_A_NETWORK_ID, 7).text(VROUTER_A_NETWORK_NAME, "blue");
    kernel.answer({reply(VROUTER_CMD_NETWORK_GET, network), ack()});
    NetworkInfo plain;
    plain.id = NetworkId(7);
    plain.name = "blue";
    check(must(client.networks().get("blue")) == plain);
    auto stats = Attrs().u64(VROUTER_A_STATS_RX_PACKETS, 5);
    kernel.answer(
        {reply(VROUTER_CMD_NETWORK_GET, network.nest(VROUTER_A_NETWORK_STATS, stats)), ack()});
    plain.stats.rx_packets = 5;
    check(must(client.networks().get("blue")) == plain);
}

/// The id and the name of another object go together.
void must_miss_half(const Error& error) {
    check(error.attribute.ends_with("-id") || error.attribute.ends_with("-name"));
}

/// Leaves out one attribute after the other.
void missing_attributes(void**) {
    for_each_case([](const auto& test) {
        for (const auto& [type, payload] : test.attributes.parts()) {
            std::uint16_t number = type & NLA_TYPE_MASK;
            auto attributes = test.attributes;
            auto result = ask(test, attributes.without(number));
            if (std::ranges::find(test.needed, number) != test.needed.end())
                check(must_fail(result, EBADMSG).attribute.starts_with(test.name));
            else if (!result)
                must_miss_half(must_fail(result, EBADMSG));
        }
    });
}

template <class Info>
void check_entry(const Attrs& entry, Attrs (*wrap)(const Attrs&), Result<Info> (*get)(Client&),
                 std::uint8_t command, const std::vector<std::uint16_t>& needed) {
    for (const auto& [number, payload] : entry.parts()) {
        auto attributes = entry;
        attributes.without(number);
        Kernel kernel;
        kernel.answer({reply(command, wrap(attributes)), ack()});
        auto client = must(Client::open(kernel.transport()));
        auto result = get(client);
        if (std::ranges::find(needed, number) != needed.end())
            check(must_fail(result, EBADMSG).attribute.find(".entry[0].") != std::string::npos);
        else if (!result)
            must_miss_half(must_fail(result, EBADMSG));
    }
}

void missing_attributes_of_entries(void**) {
    check_entry<RouteInfo>(
        route_entry_attrs(), [](const Attrs& entry) { return route_attrs(entry); },
        [](Client& c) { return c.routes().get("blue", prefix("10.0.0.2")); }, VROUTER_CMD_ROUTE_GET,
        {VROUTER_A_ROUTE_ENTRY_PREFIX});
    check_entry<FdbInfo>(
        fdb_entry_attrs(), [](const Attrs& entry) { return fdb_attrs(entry); },
        [](Client& c) { return c.fdb().get("blue", mac("02:00:00:00:00:02")); },
        VROUTER_CMD_FDB_GET, {VROUTER_A_FDB_ENTRY_MAC});
    check_entry<NeighbourInfo>(
        neighbour_entry_attrs(), [](const Attrs& entry) { return neighbour_attrs(entry); },
        [](Client& c) { return c.neighbours().get("blue", ip("10.0.0.2")); },
        VROUTER_CMD_NEIGHBOUR_GET,
        {VROUTER_A_NEIGHBOUR_ENTRY_ADDRESS, VROUTER_A_NEIGHBOUR_ENTRY_MAC});
    check_entry<ElementInfo>(
        element_entry_attrs(), [](const Attrs& entry) { return element_attrs(entry); },
        [](Client& c) { return c.elements().test("clients", {prefix("10.0.0.1")}); },
        VROUTER_CMD_ELEMENT_GET, {VROUTER_A_ELEMENT_ENTRY_ADDRESS});
}

void missing_attributes_of_rules(void**) {
    const std::vector<std::uint16_t> needed{
        VROUTER_A_RULE_ENTRY_INDEX, VROUTER_A_RULE_ENTRY_DIRECTION, VROUTER_A_RULE_ENTRY_ACTION};
    Kernel kernel;
    auto client = must(Client::open(kernel.transport()));
    const auto whole = rule_entry_attrs();
    for (const auto& [type, payload] : whole.parts()) {
        std::uint16_t number = type & NLA_TYPE_MASK;
        auto entry = whole;
        entry.without(number);
        kernel.answer({{reply(VROUTER_CMD_RULE_GET, rule_attrs(entry))}, {done()}});
        auto rules = client.rules().list();
        if (std::ranges::find(needed, number) == needed.end())
            check(must(std::move(rules))[0] != rule_info());
        else
            check(must_fail(rules, EBADMSG).attribute.starts_with("rule.entry[0]."));
    }
}

/// The only rule of a dump.
RuleInfo dumped(const Attrs& entry) {
    Kernel kernel;
    kernel.answer({{reply(VROUTER_CMD_RULE_GET, rule_attrs(entry))}, {done()}});
    auto client = must(Client::open(kernel.transport()));
    auto rules = must(client.rules().list());
    check_number(rules.size(), 1);
    return rules[0];
}

void rules(void**) {
    RuleInfo plain;
    plain.sg = {SgId(9), "web"};
    plain.index = 4;
    plain.rule = {.direction = Direction::egress, .action = RuleAction::allow};
    check(dumped(plain_rule_attrs()) == plain);
    // What says nothing is as if it were not there, so that rules compare with requests.
    auto entry = plain_rule_attrs();
    entry.u8(VROUTER_A_RULE_ENTRY_PROTO, 0).u8(VROUTER_A_RULE_ENTRY_STATELESS, 0);
    entry.nest(VROUTER_A_RULE_ENTRY_FROM, {}).nest(VROUTER_A_RULE_ENTRY_TO, {});
    check(dumped(entry) == plain);
    entry = plain_rule_attrs();
    entry.u16(VROUTER_A_RULE_ENTRY_DPORT, 80).u16(VROUTER_A_RULE_ENTRY_DPORT_END, 80);
    entry.u16(VROUTER_A_RULE_ENTRY_SPORT, 81).u16(VROUTER_A_RULE_ENTRY_SPORT_END, 81);
    check(!dumped(entry).rule.dport_end && !dumped(entry).rule.sport_end);
    check(dumped(entry).rule.dport == 80 && dumped(entry).rule.sport == 81);

    auto from = [](const Attrs& peer) {
        return dumped(plain_rule_attrs().nest(VROUTER_A_RULE_ENTRY_FROM, peer)).rule.from;
    };
    check(from(Attrs().raw(VROUTER_A_PEER_ADDRESS, {10, 0, 0, 1})) == Peer(prefix("10.0.0.1")));
    check(from(Attrs().u32(VROUTER_A_PEER_SG_ID, 8).text(VROUTER_A_PEER_SG_NAME, "db")) ==
          Peer(SgRef(SgId(8), "db")));

    Kernel kernel;
    auto client = must(Client::open(kernel.transport()));
    auto refused = [&](const Attrs& peer) {
        auto entry = plain_rule_attrs().nest(VROUTER_A_RULE_ENTRY_TO, peer);
        kernel.answer({{reply(VROUTER_CMD_RULE_GET, rule_attrs(entry))}, {done()}});
        return must_fail(client.rules().list(), EBADMSG).attribute;
    };
    check_text(refused(Attrs().u32(VROUTER_A_PEER_SG_ID, 8)), "rule.entry[0].to.sg-name");
    check_text(refused(Attrs().text(VROUTER_A_PEER_SET_NAME, "a")), "rule.entry[0].to.set-id");
    check_text(
        refused(Attrs().raw(VROUTER_A_PEER_ADDRESS, {10, 0, 0, 1}).u8(VROUTER_A_PEER_LEN, 33)),
        "rule.entry[0].to.len");
}

void sgs(void**) {
    Kernel kernel;
    auto client = must(Client::open(kernel.transport()));
    auto attributes = sg_attrs().without(VROUTER_A_SG_MEMBERS_ID);
    attributes.without(VROUTER_A_SG_MEMBERS_NAME);
    kernel.answer({reply(VROUTER_CMD_SG_GET, attributes), ack()});
    auto none = must(client.sgs().get("web"));
    check(!none.members && !none.spec().members);
    check(sg_info().spec() == SgSpec{SgId(9), "web", SetRef(SetId(7), "clients")});
    // A vif names its groups in order.
    auto vif = vif_attrs();
    vif.nest(VROUTER_A_VIF_SG, Attrs().u32(VROUTER_A_SG_REF_ID, 7));
    kernel.answer({reply(VROUTER_CMD_VIF_GET, vif), ack()});
    check_text(must_fail(client.vifs().get("vm1"), EBADMSG).attribute, "vif.sg[2].name");
    check(vif_info().spec().sgs == std::vector{SgRef(SgId(9), "web"), SgRef(SgId(8), "db")});
}

/// Names what is wrong, however deep it lies.
void names_what_is_wrong(void**) {
    auto network = Case<NetworkInfo>{"network",
                                     [](Client& c) { return c.networks().get("blue"); },
                                     VROUTER_CMD_NETWORK_GET,
                                     {},
                                     {},
                                     {}};
    auto attributes = network_attrs();
    auto error = must_fail(ask(network, attributes.without(VROUTER_A_NETWORK_NAME)), EBADMSG);
    check_text(error.attribute, "network.name");
    check_text(error.message, "the kernel's reply is malformed: network.name is missing");

    attributes =
        network_attrs().nest(VROUTER_A_NETWORK_GATEWAY, Attrs().u8(VROUTER_A_PREFIX_LEN, 24));
    error = must_fail(ask(network, attributes), EBADMSG);
    check_text(error.attribute, "network.gateway[2].address");

    attributes = network_attrs().nest(
        VROUTER_A_NETWORK_GATEWAY,
        Attrs().raw(VROUTER_A_PREFIX_ADDRESS, {1, 2, 3, 4}).u8(VROUTER_A_PREFIX_LEN, 33));
    error = must_fail(ask(network, attributes), EBADMSG);
    check_text(error.attribute, "network.gateway[2].len");

    attributes = network_attrs().without(VROUTER_A_NETWORK_STATS);
    attributes.nest(VROUTER_A_NETWORK_STATS,
                    stats_attrs().replace(VROUTER_A_STATS_DROPS, {1, 2, 3}));
    error = must_fail(ask(network, attributes), EBADMSG);
    check_text(error.attribute, "network.stats.drops");
}

/// Gives each attribute a payload of each length that it should not have. Lengths that are another
/// good one (an IPv6 address for an IPv4 one, another list) are left out by their types.
void wrong_lengths(void**) {
    for_each_case([](const auto& test) {
        for (const auto& [type, payload] : test.attributes.parts()) {
            bool is_number = !(type & NLA_F_NESTED) &&
                             (payload.size() == 1 || payload.size() == 4 || payload.size() == 2);
            for (std::size_t size = 0; is_number && size < 10; size++) {
                if (size == payload.size())
                    continue;
                auto attributes = test.attributes;
                attributes.replace(type, Blob(size, 1));
                auto result = ask(test, attributes);
                // Text and addresses have other lengths that are good.
                if (!result)
                    must_fail(result, EBADMSG);
            }
        }
    });
    auto info =
        Case<Info>{"info", [](Client& c) { return c.info(); }, VROUTER_CMD_INFO_GET, {}, {}, {}};
    auto attributes = info_attrs();
    auto error = must_fail(ask(info, attributes.replace(VROUTER_A_INFO_VIFS, {1, 0})), EBADMSG);
    check_text(error.attribute, "info.vifs");
    attributes = info_attrs();
    error = must_fail(ask(info, attributes.replace(VROUTER_A_INFO_VERSION, {'0'})), EBADMSG);
    check_text(error.message, "the kernel's reply is malformed: info.version has a wrong length");
}

void unknown_values_stay_numbers(void**) {
    auto attributes = network_attrs();
    attributes.replace(VROUTER_A_NETWORK_POLICY, {77, 0, 0, 0});
    attributes.replace(VROUTER_A_NETWORK_RA, {9, 0, 0, 0});
    Kernel kernel;
    kernel.answer({reply(VROUTER_CMD_NETWORK_GET, attributes), ack()});
    auto client = must(Client::open(kernel.transport()));
    auto network = must(client.networks().get("blue"));
    check_number(static_cast<std::uint32_t>(network.policy), 77);
    check_text(to_string(network.policy), "77");
    check_text(to_string(network.ra), "9");
}

/// What the kernel writes when there is less to tell.
void sparse(void**) {
    Kernel kernel;
    auto network = network_attrs();
    network.without(VROUTER_A_NETWORK_VNI).without(VROUTER_A_NETWORK_TUNNEL_ID);
    network.without(VROUTER_A_NETWORK_TUNNEL_NAME).without(VROUTER_A_NETWORK_GATEWAY);
    network.replace(VROUTER_A_NETWORK_FLOOD, {0, 0, 0, 0});
    kernel.answer({reply(VROUTER_CMD_NETWORK_GET, network), ack()});
    auto client = must(Client::open(kernel.transport()));
    auto info = must(client.networks().get("blue"));
    check(!info.vni && !info.tunnel && info.gateways.empty() && !info.flood);
    check(!info.spec().tunnel && info.spec().gateways->empty());

    // A device that went has left its index, a vif its id.
    auto tunnel = tunnel_attrs();
    kernel.answer({reply(VROUTER_CMD_TUNNEL_GET, tunnel.without(VROUTER_A_TUNNEL_IFNAME)), ack()});
    check(must(client.tunnels().get("vx0")).device == Named<IfIndex>{IfIndex(3), ""});
    kernel.answer({reply(VROUTER_CMD_TUNNEL_GET,
                         tunnel_attrs().replace(VROUTER_A_TUNNEL_IFINDEX, {0, 0, 0, 0})),
                   ack()});
    check(!must(client.tunnels().get("vx0")).device);
    auto nexthop = nexthop_attrs();
    nexthop.without(VROUTER_A_NEXTHOP_VIF_NAME);
    kernel.answer({reply(VROUTER_CMD_NEXTHOP_GET, nexthop), ack()});
    auto dead = must(client.nexthops().get(NexthopId(7)));
    check(dead.vif == Named<VifId>{VifId(2), ""} && dead.spec().vif == VifRef(VifId(2)));

    // A label leads to one of the two.
    auto label = label_attrs();
    label.without(VROUTER_A_LABEL_NETWORK_ID).without(VROUTER_A_LABEL_NETWORK_NAME);
    kernel.answer({reply(VROUTER_CMD_LABEL_GET, label), ack()});
    auto to_nexthop = must(client.labels().get(LabelId(500)));
    check(!to_nexthop.network && to_nexthop.nexthop == NexthopId(8));
    check(to_nexthop.spec() == LabelSpec{LabelId(500), {}, NexthopId(8)});
    label = label_attrs();
    kernel.answer({reply(VROUTER_CMD_LABEL_GET, label.without(VROUTER_A_LABEL_NEXTHOP)), ack()});
    auto to_network = must(client.labels().get(LabelId(500)));
    check(to_network.network == Named<NetworkId>{NetworkId(7), "blue"} && !to_network.nexthop);

    // A vif without policers, as one from before there were any.
    auto vif = vif_attrs();
    vif.without(VROUTER_A_VIF_POLICER_ID).without(VROUTER_A_VIF_POLICER_NAME);
    vif.without(VROUTER_A_VIF_EGRESS_POLICER_ID).without(VROUTER_A_VIF_EGRESS_POLICER_NAME);
    kernel.answer({reply(VROUTER_CMD_VIF_GET, vif), ack()});
    auto unpoliced = must(client.vifs().get("vm1"));
    check(!unpoliced.policer && !unpoliced.spec().egress_policer);

    // A module from before there were keys, payloads and labels.
    network = network_attrs();
    kernel.answer({reply(VROUTER_CMD_NETWORK_GET, network.without(VROUTER_A_NETWORK_KEY)), ack()});
    check(!must(client.networks().get("blue")).spec().key);
    nexthop = nexthop_attrs();
    nexthop.without(VROUTER_A_NEXTHOP_KEY).without(VROUTER_A_NEXTHOP_LABEL);
    nexthop.without(VROUTER_A_NEXTHOP_PAYLOAD);
    kernel.answer({reply(VROUTER_CMD_NEXTHOP_GET, nexthop), ack()});
    auto plain = must(client.nexthops().get(NexthopId(7))).spec();
    check(!plain.key && !plain.label && !plain.payload);
    auto module = info_attrs();
    kernel.answer({reply(VROUTER_CMD_INFO_GET, module.without(VROUTER_A_INFO_LABELS)), ack()});
    check(!must(client.info()).labels);

    module = info_attrs();
    module.without(VROUTER_A_INFO_SETS).without(VROUTER_A_INFO_ELEMENTS);
    kernel.answer({reply(VROUTER_CMD_INFO_GET, module), ack()});
    auto before_sets = must(client.info());
    check(!before_sets.sets && !before_sets.elements && before_sets.labels);
    module.without(VROUTER_A_INFO_SGS).without(VROUTER_A_INFO_RULES);
    kernel.answer({reply(VROUTER_CMD_INFO_GET, module), ack()});
    check(!must(client.info()).sgs);

    // An address alone, and a range of one port.
    auto address = Attrs().raw(VROUTER_A_ELEMENT_ENTRY_ADDRESS, {10, 0, 0, 1});
    kernel.answer({reply(VROUTER_CMD_ELEMENT_GET, element_attrs(address)), ack()});
    ElementInfo plain_element;
    plain_element.set = {SetId(7), "clients"};
    plain_element.key = {prefix("10.0.0.1/32")};
    check(must(client.elements().get("clients", {prefix("10.0.0.1")})) == plain_element);
    auto one_port = element_entry_attrs();
    one_port.replace(VROUTER_A_ELEMENT_ENTRY_PORT_END, {80, 0});
    kernel.answer({reply(VROUTER_CMD_ELEMENT_GET, element_attrs(one_port)), ack()});
    check(!must(client.elements().get("clients", {prefix("10.0.0.0/8")})).key.port_end);

    auto entry = route_entry_attrs();
    entry.without(VROUTER_A_ROUTE_ENTRY_NEXTHOP).without(VROUTER_A_ROUTE_ENTRY_USED);
    entry.without(VROUTER_A_ROUTE_ENTRY_VIF_ID).without(VROUTER_A_ROUTE_ENTRY_VIF_NAME);
    kernel.answer({reply(VROUTER_CMD_ROUTE_GET, route_attrs(entry)), ack()});
    auto route = must(client.routes().get("blue", prefix("10.0.0.2")));
    check(!route.nexthop && !route.used && !route.vif);
}

/// Cuts the attributes at every byte, the message's length telling so.
void truncated_attributes(void**) {
    for_each_case([](const auto& test) {
        auto bytes = test.attributes.bytes();
        std::size_t begin = 0;
        for (const auto& [type, payload] : test.attributes.parts()) {
            // A cut in the padding takes nothing away.
            auto end = begin + NLA_HDRLEN + payload.size();
            for (auto length = begin + 1; length < end; length++)
                must_fail(ask(test, Blob(bytes.begin(), bytes.begin() + length)), EBADMSG);
            begin = NLA_ALIGN(end);
        }
    });
}

/// Cuts the datagram at every byte, the message's length telling of what was there.
void truncated_datagrams(void**) {
    for_each_case([](const auto& test) {
        auto bytes = to_bytes(reply(test.command, test.attributes.bytes()), 2);
        for (std::size_t length = 1; length < bytes.size(); length++) {
            Kernel kernel;
            kernel.answer([&](Kernel& k, const Sent&) {
                k.queue(Blob(bytes.begin(), bytes.begin() + length));
                k.queue({ack()}, 2);
            });
            auto client = must(Client::open(kernel.transport()));
            must_fail(test.get(client), EBADMSG);
        }
    });
}

/// A message too short for the header that all of the module's have.
void no_generic_header(void**) {
    Kernel kernel;
    kernel.answer({Out{.payload = {1, 1}}, ack()});
    auto client = must(Client::open(kernel.transport()));
    must_fail(client.info(), EBADMSG);
}

/// Changes up to four bytes.
void damage(Blob& bytes, std::mt19937& random) {
    for (auto changes = 1 + random() % 4; changes > 0; changes--)
        bytes[random() % bytes.size()] = static_cast<std::uint8_t>(random());
}

constexpr int rounds = 3000;

/// Nothing that the kernel could say may crash the library. ASan and UBSan watch.
void garbage_as_reply(void**) {
    std::mt19937 random(1);
    for_each_case([&](const auto& test) {
        auto good = to_bytes(reply(test.command, test.attributes.bytes()), 2);
        for (int round = 0; round < rounds; round++) {
            auto bytes = good;
            damage(bytes, random);
            Kernel kernel;
            kernel.answer([&](Kernel& k, const Sent&) {
                k.queue(bytes);
                k.queue({ack()}, 2);
                k.queue({done()}, 2);
            });
            auto client = must(Client::open(kernel.transport()));
            (void)test.get(client);
        }
    });
}

void garbage_as_verdict(void**) {
    std::mt19937 random(2);
    std::vector<RouteSpec> routes(3, {prefix("10.0.0.0/24"), NexthopId(7)});
    auto request = requests::add("blue", routes);
    auto extended = words("no good").u32(NLMSGERR_ATTR_OFFS, 70);
    extended.u32(NLMSGERR_ATTR_MISS_TYPE, 4).u32(NLMSGERR_ATTR_MISS_NEST, 60);
    extended.nest(
        NLMSGERR_ATTR_POLICY,
        Attrs().u64(NL_POLICY_TYPE_ATTR_MIN_VALUE_U, 1).u64(NL_POLICY_TYPE_ATTR_MAX_VALUE_U, 2));
    auto good = to_bytes(ack(EINVAL, extended), 2);
    for (int round = 0; round < rounds; round++) {
        auto bytes = good;
        damage(bytes, random);
        Kernel kernel;
        kernel.answer([&](Kernel& k, const Sent&) {
            k.queue(bytes);
            k.queue({ack()}, 2);
        });
        auto client = must(Client::open(kernel.transport()));
        (void)client.run(request);
    }
}

void garbage_as_notification(void**) {
    std::mt19937 random(3);
    auto next = family_message(CTRL_CMD_NEWFAMILY,
                               family_attrs("vrouter", family, {{"config", config_group}}));
    auto vif = reply(VROUTER_CMD_VIF_NEW_NTF, vif_attrs());
    for (auto out : {vif, next}) {
        auto good = to_bytes(out, 0);
        Kernel kernel;
        auto monitor = must(Monitor::open(kernel.transport()));
        for (int round = 0; round < rounds; round++) {
            auto bytes = good;
            damage(bytes, random);
            kernel.queue(bytes);
            (void)monitor.read();
        }
    }
}

void wrong_number_of_replies(void**) {
    Kernel kernel;
    auto client = must(Client::open(kernel.transport()));
    kernel.answer({ack()});
    must_fail(client.info(), EBADMSG);
    auto one = reply(VROUTER_CMD_INFO_GET, info_attrs());
    kernel.answer({one, one, ack()});
    must_fail(client.info(), EBADMSG);
    kernel.answer({reply(VROUTER_CMD_VIF_GET, info_attrs()), ack()});
    must_fail(client.info(), EBADMSG);
    auto other = one;
    other.type = family + 1;
    kernel.answer({other, ack()});
    must_fail(client.info(), EBADMSG);
    // A reply to something that wants none.
    kernel.answer({one, ack()});
    must_fail(client.networks().del("blue"), EBADMSG);
    // After all of that the connection is still good.
    kernel.answer({one, ack()});
    check(must(client.info()) == module_info());
}

} // namespace

int main() {
    const CMUnitTest tests[] = {
        cmocka_unit_test(whole),
        cmocka_unit_test(unknown_attributes_are_ignored),
        cmocka_unit_test(an_older_module_is_read),
        cmocka_unit_test(missing_attributes),
        cmocka_unit_test(missing_attributes_of_entries),
        cmocka_unit_test(missing_attributes_of_rules),
        cmocka_unit_test(rules),
        cmocka_unit_test(sgs),
        cmocka_unit_test(names_what_is_wrong),
        cmocka_unit_test(wrong_lengths),
        cmocka_unit_test(unknown_values_stay_numbers),
        cmocka_unit_test(sparse),
        cmocka_unit_test(truncated_attributes),
        cmocka_unit_test(truncated_datagrams),
        cmocka_unit_test(no_generic_header),
        cmocka_unit_test(garbage_as_reply),
        cmocka_unit_test(garbage_as_verdict),
        cmocka_unit_test(garbage_as_notification),
        cmocka_unit_test(wrong_number_of_replies),
    };
    return run_group(tests, "reply");
}
