// SPDX-License-Identifier: GPL-2.0-or-later
// What commands send to the kernel: the same as the library's requests for the same content.
#include "ctl.hpp"

using namespace cli;

namespace {

/// The command sends one request, which is this one, and prints nothing.
void sends(const std::string& line, const Request& request, std::uint8_t command,
           std::uint16_t flags, const std::string& input = {}) {
    Kernel kernel;
    kernel.answer({ack()});
    check_text(must_print(line, &kernel, input), "");
    check_number(kernel.messages.size(), 1);
    check_number(kernel.sent().command, command);
    check_number(kernel.sent().header.nlmsg_flags & (NLM_F_CREATE | NLM_F_EXCL | NLM_F_REPLACE),
                 flags);
    check_text(to_hex(kernel.sent().attributes()), to_hex(request.attributes()));
}

constexpr std::uint16_t create = NLM_F_CREATE, strict = NLM_F_CREATE | NLM_F_EXCL,
                        replace = NLM_F_CREATE | NLM_F_REPLACE, change = 0;

/// The kernel is asked for the id of what is to be renamed, then told.
void renames(const std::string& line, std::uint8_t get, const Attrs& attrs, std::uint8_t set,
             const Request& request) {
    Kernel kernel;
    kernel.answer({reply(get, attrs), ack()});
    kernel.answer({ack()});
    check_text(must_print(line, &kernel), "");
    check_number(kernel.messages.size(), 2);
    check_number(kernel.sent().command, set);
    check_text(to_hex(kernel.sent().attributes()), to_hex(request.attributes()));
}

void renaming(void**) {
    renames("network set blue name green vni 9", VROUTER_CMD_NETWORK_GET, network_attrs(),
            VROUTER_CMD_NETWORK_SET,
            requests::change(NetworkSpec{.id = NetworkId(7), .name = "green", .vni = 9}));
    renames("network rename blue green", VROUTER_CMD_NETWORK_GET, network_attrs(),
            VROUTER_CMD_NETWORK_SET,
            requests::change(NetworkSpec{.id = NetworkId(7), .name = "green"}));
    for (const char* line : {"tunnel set vx0 name vx1", "tunnel rename vx0 vx1"})
        renames(line, VROUTER_CMD_TUNNEL_GET, tunnel_attrs(), VROUTER_CMD_TUNNEL_SET,
                requests::change(TunnelSpec{.id = TunnelId(1), .name = "vx1"}));
    for (const char* line : {"vif set vm1 name vm2", "vif rename vm1 vm2", "vif rename 2 vm2"})
        renames(line, VROUTER_CMD_VIF_GET, vif_attrs(), VROUTER_CMD_VIF_SET,
                requests::change(VifSpec{.id = VifId(2), .name = "vm2"}));
    renames("policer rename gold silver", VROUTER_CMD_POLICER_GET, policer_attrs(),
            VROUTER_CMD_POLICER_SET,
            requests::change(PolicerSpec{.id = policer_info().id, .name = "silver"}));
}

void networks(void**) {
    NetworkSpec spec{.name = "blue", .vni = 100};
    sends("network add blue vni 100", requests::add(spec), VROUTER_CMD_NETWORK_NEW, create);
    sends("net add name blue vni 0x64", requests::add(spec), VROUTER_CMD_NETWORK_NEW, create);
    sends("network add blue vni 100 --strict", requests::add(spec), VROUTER_CMD_NETWORK_NEW,
          strict);
    sends("network replace blue vni 100", requests::add(spec), VROUTER_CMD_NETWORK_NEW, replace);
    sends("network set blue vni 100", requests::add(spec), VROUTER_CMD_NETWORK_SET, change);
    sends("network change blue vni 100", requests::add(spec), VROUTER_CMD_NETWORK_SET, change);

    spec = {.id = NetworkId(7),
            .name = "blue",
            .vni = 100,
            .key = 0x80000064,
            .tunnel = "vx0",
            .gateway_mac = mac("00:00:5e:00:01:02"),
            .gateways = {{prefix("10.0.0.254/24"), prefix("fd00::fe/64")}},
            .mtu = 1400,
            .policy = Policy::allow,
            .unknown_unicast = UnknownUnicast::drop,
            .flood = NexthopId(90),
            .ra = RaMode::off,
            .max_routes = 1,
            .max_fdb = 2,
            .max_neighbours = 3,
            .learning = Learning::vif,
            .ageing = 4,
            .max_learned = 5,
            .flood_rate = 6,
            .mss_clamp = true,
            .max_connections = 7,
            .flow_cache = false,
            .max_flows = 8,
            .strict_remotes = true};
    sends("network add blue id 7 vni 100 key 0x80000064 tunnel vx0 gateway-mac 00:00:5e:00:01:02 "
          "gateway 10.0.0.254/24 gateway fd00::fe/64 mtu 1400 policy allow unknown-unicast drop "
          "flood 90 ra off max-routes 1 max-fdb 2 max-neighbours 3 learning vif ageing 4 "
          "max-learned 5 flood-rate 6 mss-clamp on max-connections 7 flow-cache off max-flows 8 "
          "strict-remotes on",
          requests::add(spec), VROUTER_CMD_NETWORK_NEW, create);
    spec = {.id = NetworkId(7), .gateways = {std::vector<Prefix>()}, .flood = NexthopId(0)};
    sends("network set 7 gateway none flood none", requests::change(spec), VROUTER_CMD_NETWORK_SET,
          change);
    sends("network del blue", requests::del(NetworkRef("blue")), VROUTER_CMD_NETWORK_DEL, change);
    sends("network delete 7 name blue", requests::del(NetworkRef(NetworkId(7), "blue")),
          VROUTER_CMD_NETWORK_DEL, change);
    // Names that would be something else.
    sends("network del name 7", requests::del(NetworkRef("7")), VROUTER_CMD_NETWORK_DEL, change);
    sends("network del name help", requests::del(NetworkRef("help")), VROUTER_CMD_NETWORK_DEL,
          change);
    sends("network set blue tunnel vni",
          requests::change(NetworkSpec{.name = "blue", .tunnel = "vni"}), VROUTER_CMD_NETWORK_SET,
          change);
}

void tunnels(void**) {
    TunnelSpec spec{.name = "vx0", .type = TunnelType::vxlan, .local = ip("192.0.2.1")};
    sends("tunnel add vx0 type vxlan local 192.0.2.1", requests::add(spec), VROUTER_CMD_TUNNEL_NEW,
          create);
    spec.id = TunnelId(3);
    spec.port = 8472;
    spec.ttl = 255;
    spec.dscp = 46;
    spec.dscp_inherit = false;
    spec.udp_csum = true;
    spec.device = "underlay0";
    spec.mark = 0x80000001;
    sends(
        "tunnel replace vx0 id 3 type vxlan local 192.0.2.1 port 8472 ttl 255 dscp 46 udp-csum on "
        "dev underlay0 mark 0x80000001",
        requests::replace(spec), VROUTER_CMD_TUNNEL_NEW, replace);
    sends("tunnel set vx0 dscp inherit dev none",
          requests::change(TunnelSpec{.name = "vx0", .dscp_inherit = true, .device = IfIndex(0)}),
          VROUTER_CMD_TUNNEL_SET, change);
    sends("tunnel add mp0 type mplsogre local 192.0.2.1",
          requests::add(
              TunnelSpec{.name = "mp0", .type = TunnelType::mplsogre, .local = ip("192.0.2.1")}),
          VROUTER_CMD_TUNNEL_NEW, create);
    sends("tunnel add mp1 type mplsoudp local fd00::1 port 6636",
          requests::add(TunnelSpec{
              .name = "mp1", .type = TunnelType::mplsoudp, .local = ip("fd00::1"), .port = 6636}),
          VROUTER_CMD_TUNNEL_NEW, create);
    sends("tunnel del vx0", requests::del(TunnelRef("vx0")), VROUTER_CMD_TUNNEL_DEL, change);
}

void vifs(void**) {
    VifSpec spec{.name = "vm1",
                 .device = "tap0",
                 .network = "blue",
                 .mac = mac("02:00:00:00:00:01"),
                 .addresses = {{prefix("10.0.0.1/32"), prefix("fd00::/64")}},
                 .mtu = 1400,
                 .max_macs = 16,
                 .dhcp_server = true,
                 .router = false,
                 .max_connections = 0,
                 .frag_memory = 30000,
                 .max_flows = 17,
                 .force = true};
    sends("vif add vm1 dev tap0 network blue mac 02:00:00:00:00:01 address 10.0.0.1 "
          "address fd00::/64 mtu 1400 max-macs 16 dhcp-server on router off max-connections 0 "
          "frag-memory 30000 max-flows 17 force",
          requests::add(spec), VROUTER_CMD_VIF_NEW, create);
    // A device is a name, even one of digits.
    sends("vif add vm1 dev 5 network 7",
          requests::add(VifSpec{.name = "vm1", .device = "5", .network = NetworkId(7)}),
          VROUTER_CMD_VIF_NEW, create);
    sends("vif set vm1 address none",
          requests::change(VifSpec{.name = "vm1", .addresses = {std::vector<Prefix>()}}),
          VROUTER_CMD_VIF_SET, change);
    sends("vif del 2", requests::del(VifRef(VifId(2))), VROUTER_CMD_VIF_DEL, change);
}

void nexthops(void**) {
    NexthopSpec spec{.id = NexthopId(7),
                     .type = NexthopType::tunnel,
                     .tunnel = "vx0",
                     .remote = ip("192.0.2.2"),
                     .vni = 100,
                     .mac = mac("02:00:00:00:00:02")};
    for (const char* id : {"id 7", "7"})
        sends(std::string("nexthop add ") + id +
                  " type tunnel tunnel vx0 remote 192.0.2.2 vni 100 mac 02:00:00:00:00:02",
              requests::add(spec), VROUTER_CMD_NEXTHOP_NEW, create);
    spec.vni.reset();
    spec.label = 500;
    spec.payload = Payload::l2;
    sends("nexthop add id 7 type tunnel tunnel vx0 remote 192.0.2.2 label 500 payload l2 "
          "mac 02:00:00:00:00:02",
          requests::add(spec), VROUTER_CMD_NEXTHOP_NEW, create);
    sends("nexthop replace 7 type tunnel tunnel gre0 remote fd00::2 key 4294967295",
          requests::replace(NexthopSpec{.id = NexthopId(7),
                                        .type = NexthopType::tunnel,
                                        .tunnel = "gre0",
                                        .remote = ip("fd00::2"),
                                        .key = 4294967295}),
          VROUTER_CMD_NEXTHOP_NEW, replace);
    sends("nexthop set 7 payload l3",
          requests::change(NexthopSpec{.id = NexthopId(7), .payload = Payload::l3}),
          VROUTER_CMD_NEXTHOP_SET, change);
    sends("nh add id 8 type vif vif vm1",
          requests::add(NexthopSpec{.id = NexthopId(8), .type = NexthopType::vif, .vif = "vm1"}),
          VROUTER_CMD_NEXTHOP_NEW, create);
    sends("nh add id 8 type network network red",
          requests::add(
              NexthopSpec{.id = NexthopId(8), .type = NexthopType::network, .network = "red"}),
          VROUTER_CMD_NEXTHOP_NEW, create);
    sends(
        "nh add id 8 type host dev gw0",
        requests::add(NexthopSpec{.id = NexthopId(8), .type = NexthopType::host, .device = "gw0"}),
        VROUTER_CMD_NEXTHOP_NEW, create);
    sends("nh add id 8 type blackhole",
          requests::add(NexthopSpec{.id = NexthopId(8), .type = NexthopType::blackhole}),
          VROUTER_CMD_NEXTHOP_NEW, create);
    sends("nh add id 8 type reject code host",
          requests::add(NexthopSpec{
              .id = NexthopId(8), .type = NexthopType::reject, .reject_code = RejectCode::host}),
          VROUTER_CMD_NEXTHOP_NEW, create);
    sends("nh add id 90 type flood member 7 member 8",
          requests::add(NexthopSpec{.id = NexthopId(90),
                                    .type = NexthopType::flood,
                                    .members = {{{NexthopId(7)}, {NexthopId(8)}}}}),
          VROUTER_CMD_NEXTHOP_NEW, create);
    sends("nexthop add id 80 type ecmp member 7 weight 2 member 8",
          requests::add(NexthopSpec{.id = NexthopId(80),
                                    .type = NexthopType::ecmp,
                                    .members = {{{NexthopId(7), 2}, {NexthopId(8)}}}}),
          VROUTER_CMD_NEXTHOP_NEW, create);
    sends("nexthop set 80 hash l3 member 7 member 8 weight 0x10",
          requests::change(NexthopSpec{.id = NexthopId(80),
                                       .members = {{{NexthopId(7)}, {NexthopId(8), 16}}},
                                       .hash = EcmpHash::l3}),
          VROUTER_CMD_NEXTHOP_SET, change);
    sends("nexthop del 7", requests::del(NexthopId(7)), VROUTER_CMD_NEXTHOP_DEL, change);
    sends("nexthop del id 7", requests::del(NexthopId(7)), VROUTER_CMD_NEXTHOP_DEL, change);
}

void routes(void**) {
    std::vector<RouteSpec> one{{prefix("10.0.0.2/32"), NexthopId(7)}};
    for (const char* line :
         {"route add 10.0.0.2/32 network blue nexthop 7", "ro add 10.0.0.2 network blue nexthop 7",
          "route add network blue nexthop 7 10.0.0.2"})
        sends(line, requests::add("blue", one), VROUTER_CMD_ROUTE_NEW, create);
    sends("route add 10.0.0.2/32 network blue nexthop 7 --strict", requests::add("blue", one),
          VROUTER_CMD_ROUTE_NEW, strict);
    sends("route replace 10.0.0.2/32 network blue nexthop 7", requests::add("blue", one),
          VROUTER_CMD_ROUTE_NEW, replace);
    sends("route set 10.0.0.2/32 network blue nexthop 7", requests::add("blue", one),
          VROUTER_CMD_ROUTE_SET, change);

    std::vector<RouteSpec> defaults{{prefix("0.0.0.0/0"), NexthopId(7)}};
    sends("route add default network blue nexthop 7", requests::add("blue", defaults),
          VROUTER_CMD_ROUTE_NEW, create);
    defaults[0].prefix = prefix("::/0");
    sends("-6 route add default network blue nexthop 7", requests::add("blue", defaults),
          VROUTER_CMD_ROUTE_NEW, create);
    sends("route add default network blue nexthop 7 -6", requests::add("blue", defaults),
          VROUTER_CMD_ROUTE_NEW, create);

    std::vector<Prefix> gone{prefix("10.0.0.2/32"), prefix("10.1.0.0/16")};
    sends("route del 10.0.0.2 10.1.0.0/16 network blue", requests::del("blue", gone),
          VROUTER_CMD_ROUTE_DEL, change);
    sends("route flush network blue", requests::flush_routes("blue"), VROUTER_CMD_ROUTE_DEL,
          change);
    sends("-6 route flush network blue", requests::flush_routes("blue", Family::v6),
          VROUTER_CMD_ROUTE_DEL, change);
    sends("route flush network blue -4", requests::flush_routes("blue", Family::v4),
          VROUTER_CMD_ROUTE_DEL, change);
}

void fdb(void**) {
    std::vector<FdbSpec> one{{mac("02:00:00:00:00:02"), NexthopId(7)}};
    sends("fdb add 02:00:00:00:00:02 network blue nexthop 7", requests::add("blue", one),
          VROUTER_CMD_FDB_NEW, create);
    std::vector<MacAddress> gone{one[0].mac};
    sends("fdb del 02:00:00:00:00:02 network blue", requests::del("blue", gone),
          VROUTER_CMD_FDB_DEL, change);
    sends("fdb flush network blue learned", requests::flush_fdb("blue", Origin::learned),
          VROUTER_CMD_FDB_DEL, change);
    sends("fdb flush network 7", requests::flush_fdb(NetworkId(7)), VROUTER_CMD_FDB_DEL, change);
}

void neighbours(void**) {
    std::vector<NeighbourSpec> one{{ip("10.0.0.2"), mac("02:00:00:00:00:02")}};
    sends("neighbour add 10.0.0.2 mac 02:00:00:00:00:02 network blue", requests::add("blue", one),
          VROUTER_CMD_NEIGHBOUR_NEW, create);
    sends("neigh add 10.0.0.2 mac 02:00:00:00:00:02 network blue", requests::add("blue", one),
          VROUTER_CMD_NEIGHBOUR_NEW, create);
    std::vector<IpAddress> gone{one[0].address};
    sends("neighbor del 10.0.0.2 network blue", requests::del("blue", gone),
          VROUTER_CMD_NEIGHBOUR_DEL, change);
    sends("neighbour flush network blue -6", requests::flush_neighbours("blue", Family::v6),
          VROUTER_CMD_NEIGHBOUR_DEL, change);
}

void labels(void**) {
    LabelSpec to_network{.label = LabelId(500), .network = "blue"};
    LabelSpec to_nexthop{.label = LabelId(500), .nexthop = NexthopId(8)};
    sends("label add 500 network blue", requests::add(to_network), VROUTER_CMD_LABEL_NEW, create);
    sends("label add nexthop 8 500", requests::add(to_nexthop), VROUTER_CMD_LABEL_NEW, create);
    sends("label add 0x1f4 network blue --strict", requests::add(to_network), VROUTER_CMD_LABEL_NEW,
          strict);
    sends("label replace 500 nexthop 8", requests::add(to_nexthop), VROUTER_CMD_LABEL_NEW, replace);
    sends("label set 500 nexthop 8", requests::add(to_nexthop), VROUTER_CMD_LABEL_SET, change);
    to_network.network = NetworkId(7);
    sends("label change 500 network 7", requests::add(to_network), VROUTER_CMD_LABEL_SET, change);
    sends("label del 500", requests::del(LabelId(500)), VROUTER_CMD_LABEL_DEL, change);
}

void limits(void**) {
    sends("limits set vifs 500 routes 0", requests::change(Limits{.vifs = 500, .routes = 0}),
          VROUTER_CMD_LIMITS_SET, change);
}

void policers(void**) {
    PolicerSpec spec{.name = "gold",
                     .rate = 10'000'000,
                     .burst = 65536,
                     .packet_rate = 20'000,
                     .packet_burst = 1000,
                     .level = PolicerLevel::l3,
                     .overhead = 24};
    sends("policer add gold rate 10mbit burst 64k pps 20k packet-burst 1000 level l3 overhead 24",
          requests::add(spec), VROUTER_CMD_POLICER_NEW, create);
    sends("policer replace gold rate 10mbit burst 64kb pps 20000 packet-burst 1k level l3 overhead "
          "24",
          requests::add(spec), VROUTER_CMD_POLICER_NEW, replace);
    sends("policer add gold --strict", requests::add(PolicerSpec{.name = "gold"}),
          VROUTER_CMD_POLICER_NEW, strict);
    sends("policer set gold rate 0 overhead -64",
          requests::change(PolicerSpec{.name = "gold", .rate = 0, .overhead = -64}),
          VROUTER_CMD_POLICER_SET, change);
    sends("policer add silver id 3",
          requests::add(PolicerSpec{.id = PolicerId(3), .name = "silver"}), VROUTER_CMD_POLICER_NEW,
          create);
    sends("policer del gold", requests::del(PolicerRef("gold")), VROUTER_CMD_POLICER_DEL, change);
    sends("policer del 3", requests::del(PolicerRef(PolicerId(3))), VROUTER_CMD_POLICER_DEL,
          change);
    renames("policer set gold name silver", VROUTER_CMD_POLICER_GET, policer_attrs(),
            VROUTER_CMD_POLICER_SET,
            requests::change(PolicerSpec{.id = PolicerId(3), .name = "silver"}));

    sends(
        "vif set vm1 policer gold egress-policer none",
        requests::change(VifSpec{.name = "vm1", .policer = "gold", .egress_policer = PolicerId(0)}),
        VROUTER_CMD_VIF_SET, change);
    sends("vif add vm1 dev tap0 network blue policer 3 egress-policer silver",
          requests::add(VifSpec{.name = "vm1",
                                .device = "tap0",
                                .network = "blue",
                                .policer = PolicerId(3),
                                .egress_policer = "silver"}),
          VROUTER_CMD_VIF_NEW, create);
}

/// The units of tc(8).
void units(void**) {
    auto rate = [](const std::string& word, std::uint64_t value) {
        sends("policer set x rate " + word,
              requests::change(PolicerSpec{.name = "x", .rate = value}), VROUTER_CMD_POLICER_SET,
              change);
    };
    auto burst = [](const std::string& word, std::uint64_t value) {
        sends("policer set x burst " + word,
              requests::change(PolicerSpec{.name = "x", .burst = value}), VROUTER_CMD_POLICER_SET,
              change);
    };
    auto pps = [](const std::string& word, std::uint64_t value) {
        sends("policer set x pps " + word,
              requests::change(PolicerSpec{.name = "x", .packet_rate = value}),
              VROUTER_CMD_POLICER_SET, change);
    };
    rate("5000", 5000);
    rate("5000bit", 5000);
    rate("5kbit", 5000);
    rate("1.5mbit", 1'500'000);
    rate("0.1mbit", 100'000);
    rate("10Mbit", 10'000'000);
    rate("25gbit", 25'000'000'000);
    rate("1tbit", 1'000'000'000'000);
    rate("1000bps", 8000);
    rate("1kbps", 8000);
    rate("1mbps", 8'000'000);
    rate("2gbps", 16'000'000'000);
    rate("0.125tbps", 1'000'000'000'000);
    rate("1kibit", 1024);
    rate("1mibit", 1'048'576);
    rate("1gibit", 1'073'741'824);
    rate("1kibps", 8192);
    rate("0", 0);
    // What is too much for the kernel is told by it.
    rate("2tbit", 2'000'000'000'000);
    burst("1500", 1500);
    burst("1500b", 1500);
    burst("64k", 65536);
    burst("64kb", 65536);
    burst("1.5M", 1'572'864);
    burst("4gb", std::uint64_t{4} << 30);
    burst("8kbit", 1024);
    burst("1mbit", 131'072);
    pps("300", 300);
    pps("20k", 20'000);
    pps("1.5m", 1'500'000);
    pps("1g", 1'000'000'000);
}

/// What is printed can be typed.
void quantities_come_back(void**) {
    for (std::uint64_t value = 1; value < 2'000'000'000'000; value = value * 3 + value % 7) {
        Blob bytes;
        Attrs::append(bytes, value);
        auto attrs = policer_attrs();
        for (auto type : {VROUTER_A_POLICER_RATE, VROUTER_A_POLICER_BURST,
                          VROUTER_A_POLICER_PACKET_RATE, VROUTER_A_POLICER_PACKET_BURST})
            attrs.replace(static_cast<std::uint16_t>(type), bytes);
        Kernel kernel;
        kernel.answer({reply(VROUTER_CMD_POLICER_GET, attrs), ack()});
        auto printed = must_print("policer show gold", &kernel);
        auto spec = policer_info().spec();
        spec.rate = spec.burst = spec.packet_rate = spec.packet_burst = value;
        sends("policer add " + printed, requests::add(spec), VROUTER_CMD_POLICER_NEW, create);
    }
}

/// What is asked for is a filter of the kernel's.
void labels_shown(void**) {
    auto asks = [](const std::string& line, std::uint16_t flags, const Attrs& attributes) {
        Kernel kernel;
        kernel.answer({flags & NLM_F_DUMP ? done() : ack(ENOENT)});
        run(line, &kernel);
        check_number(kernel.messages.size(), 1);
        check_number(kernel.sent().command, VROUTER_CMD_LABEL_GET);
        check_number(kernel.sent().header.nlmsg_flags & NLM_F_DUMP, flags);
        check_text(to_hex(kernel.sent().attributes()), to_hex(attributes.bytes()));
    };
    asks("label", NLM_F_DUMP, {});
    asks("label show network blue", NLM_F_DUMP, Attrs().text(VROUTER_A_LABEL_NETWORK_NAME, "blue"));
    asks("label list nexthop 8", NLM_F_DUMP, Attrs().u32(VROUTER_A_LABEL_NEXTHOP, 8));
    asks("label show 500", 0, Attrs().u32(VROUTER_A_LABEL_LABEL, 500));
}

/// Files of entries are one message, in which each line may have its own target.
void bulk(void**) {
    std::vector<RouteSpec> specs{{prefix("10.0.0.0/8"), NexthopId(7)},
                                 {prefix("0.0.0.0/0"), NexthopId(8)},
                                 {prefix("fd00::/8"), NexthopId(9)}};
    const std::string lines = "# routes\n"
                              "10.0.0.0/8 nexthop 7\n"
                              "\n"
                              "default \\\n"
                              "  nexthop 8 # comment\n"
                              "fd00::/8\n";
    TemporaryFile file(lines);
    sends("route add network blue nexthop 9 file " + file.name(), requests::add("blue", specs),
          VROUTER_CMD_ROUTE_NEW, create);
    sends("route add network blue nexthop 9 file -", requests::add("blue", specs),
          VROUTER_CMD_ROUTE_NEW, create, lines);
    std::vector<Prefix> keys{specs[0].prefix, specs[1].prefix, specs[2].prefix};
    sends("route del network blue file -", requests::del("blue", keys), VROUTER_CMD_ROUTE_DEL,
          change, lines);

    std::vector<FdbSpec> entries{{mac("02:00:00:00:00:02"), NexthopId(7)},
                                 {mac("02:00:00:00:00:03"), NexthopId(8)}};
    sends("fdb replace network blue file -", requests::replace("blue", entries),
          VROUTER_CMD_FDB_NEW, replace, "02:00:00:00:00:02 nexthop 7\n02:00:00:00:00:03 nexthop 8");
    std::vector<NeighbourSpec> neighbours{{ip("10.0.0.2"), mac("02:00:00:00:00:02")}};
    sends("neighbour add network blue file -", requests::add("blue", neighbours),
          VROUTER_CMD_NEIGHBOUR_NEW, create, "10.0.0.2 mac 02:00:00:00:00:02\n");

    // Nothing to do is no error, and nothing is sent.
    Kernel kernel;
    check_text(must_print("route add network blue file -", &kernel, "# none\n"), "");
    check(kernel.messages.empty());
}

void sets(void**) {
    SetSpec spec{.name = "clients"};
    sends("set add clients", requests::add(spec), VROUTER_CMD_SET_NEW, create);
    sends("set add clients --strict", requests::add(spec), VROUTER_CMD_SET_NEW, strict);
    const std::pair<const char*, SetType> types[] = {
        {"net", SetType::net},
        {"net,port", SetType::net_port},
        {"net,proto,port-range", SetType::net_proto_ports},
        {"net-port", SetType::net_port}};
    for (const auto& [name, type] : types)
        sends(std::string("set add clients type ") + name,
              requests::add(SetSpec{.name = "clients", .type = type}), VROUTER_CMD_SET_NEW, create);
    spec = {.id = SetId(7),
            .name = "clients",
            .type = SetType::net,
            .timeout = 300,
            .counters = true,
            .max_elements = 100};
    for (const char* time : {"300", "300s", "5m"})
        sends(
            std::string("set replace clients id 7 type net counters on max-elements 100 timeout ") +
                time,
            requests::replace(spec), VROUTER_CMD_SET_NEW, replace);
    sends("set set clients timeout 1h",
          requests::change(SetSpec{.name = "clients", .timeout = 3600}), VROUTER_CMD_SET_SET,
          change);
    sends("set set 7 timeout 2d counters off",
          requests::change(SetSpec{.id = SetId(7), .timeout = 172800, .counters = false}),
          VROUTER_CMD_SET_SET, change);
    sends("set del clients", requests::del(SetRef("clients")), VROUTER_CMD_SET_DEL, change);
    sends("set del 7", requests::del(SetRef(SetId(7))), VROUTER_CMD_SET_DEL, change);
    sends("set swap a 9", requests::swap_sets("a", SetId(9)), VROUTER_CMD_SET_SWAP, change);
    sends("set flush a", requests::flush_elements("a"), VROUTER_CMD_ELEMENT_DEL, change);
    sends("set flush 7", requests::flush_elements(SetId(7)), VROUTER_CMD_ELEMENT_DEL, change);
    for (const char* line : {"set rename clients friends", "set set clients name friends"})
        renames(line, VROUTER_CMD_SET_GET, set_attrs(), VROUTER_CMD_SET_SET,
                requests::change(SetSpec{.id = SetId(7), .name = "friends"}));
}

ElementSpec element(const char* key) {
    return {.key = must(ElementKey::parse(key))};
}

/// Options stand behind their element.
void elements(void**) {
    std::vector<ElementSpec> specs{element("10.0.0.0/8"), element("10.9.0.0/16"),
                                   element("fd00::1")};
    sends("set insert a 10.0.0.0/8 10.9.0.0/16 fd00::1", requests::add("a", specs),
          VROUTER_CMD_ELEMENT_NEW, create);
    sends("set insert a 10.0.0.0/8 10.9.0.0/16 fd00::1 --strict", requests::add("a", specs),
          VROUTER_CMD_ELEMENT_NEW, strict);
    sends("set insert a --replace 10.0.0.0/8 10.9.0.0/16 fd00::1", requests::add("a", specs),
          VROUTER_CMD_ELEMENT_NEW, replace);
    specs[1].nomatch = true;
    specs[1].comment = "office";
    specs[2].timeout = 30;
    sends("set insert a 10.0.0.0/8 10.9.0.0/16 nomatch comment office fd00::1 timeout 30s",
          requests::add("a", specs), VROUTER_CMD_ELEMENT_NEW, create);
    for (auto& spec : specs)
        spec.timeout = 0;
    sends("set insert 7 10.0.0.0/8 timeout 0 10.9.0.0/16 timeout 0 comment office nomatch "
          "fd00::1 timeout 0s",
          requests::add(SetId(7), specs), VROUTER_CMD_ELEMENT_NEW, create);
    std::vector<ElementSpec> ports;
    std::string line = "set insert a";
    for (const char* key : {"10.0.0.1,tcp:80", "10.0.0.0/8,icmp:8/0", "10.0.0.0/8,tcp:1000-2000",
                            "10.0.0.0/8,esp", "10.0.0.0/8,all", "10.0.0.0/8,47"}) {
        ports.push_back(element(key));
        line += std::string(" ") + key;
    }
    sends(line, requests::add("a", ports), VROUTER_CMD_ELEMENT_NEW, create);
    // Host bits are for the kernel to judge.
    std::vector<ElementSpec> host{element("10.0.0.1/8")};
    sends("set insert a 10.0.0.1/8", requests::add("a", host), VROUTER_CMD_ELEMENT_NEW, create);

    std::vector<ElementKey> keys{specs[0].key, specs[1].key};
    sends("set remove a 10.0.0.0/8 10.9.0.0/16", requests::del("a", keys), VROUTER_CMD_ELEMENT_DEL,
          change);
    // What is about an element does not tell which it is.
    sends("set remove a 10.0.0.0/8 timeout 3 10.9.0.0/16 nomatch comment b",
          requests::del("a", keys), VROUTER_CMD_ELEMENT_DEL, change);
}

void element_files(void**) {
    std::vector<ElementSpec> specs{element("10.0.0.0/8"), element("10.9.0.0/16"),
                                   element("fd00::1"), element("fd00::2")};
    specs[1].nomatch = true;
    specs[2].comment = "it's \"me\"";
    specs[3].timeout = 60;
    const std::string lines = "# friends\n"
                              "10.0.0.0/8 10.9.0.0/16 nomatch\n"
                              "\n"
                              "fd00::1 comment \"it's \"'\"me\"' \\\n"
                              "  fd00::2 timeout 1m # the last\n";
    TemporaryFile file(lines);
    sends("set insert a -", requests::add("a", specs), VROUTER_CMD_ELEMENT_NEW, create, lines);
    sends("set insert a file -", requests::add("a", specs), VROUTER_CMD_ELEMENT_NEW, create, lines);
    sends("set insert a file " + file.name(), requests::add("a", specs), VROUTER_CMD_ELEMENT_NEW,
          create);
    std::vector<ElementKey> keys;
    for (const auto& spec : specs)
        keys.push_back(spec.key);
    sends("set remove a -", requests::del("a", keys), VROUTER_CMD_ELEMENT_DEL, change, lines);

    Kernel kernel;
    check_text(must_print("set insert a -", &kernel, "# none\n"), "");
    check(kernel.messages.empty());
}

/// More than one request can carry are sent in as few as they take.
void many_elements(void**) {
    std::vector<std::string> words{"set", "insert", "a"};
    std::string lines;
    std::vector<ElementSpec> specs;
    for (std::uint32_t i = 0; i < 100000; i++) {
        IpAddress address(std::array<std::uint8_t, 4>{10, static_cast<std::uint8_t>(i >> 16),
                                                      static_cast<std::uint8_t>(i >> 8),
                                                      static_cast<std::uint8_t>(i)});
        specs.push_back({.key = {Prefix(address)}});
        words.push_back(address.to_string());
        lines += words.back() + (i % 1000 ? " " : "\n");
    }
    auto all = std::span<const ElementSpec>(specs);
    for (bool from_file : {false, true}) {
        Kernel kernel;
        kernel.answer({ack()});
        kernel.answer({ack()});
        auto ran = from_file ? run("set insert a -", &kernel, lines) : run(words, &kernel);
        check_text(ran.err, "");
        check_number(kernel.messages.size(), 2);
        auto first = requests::add("a", all.first(65536)),
             rest = requests::add("a", all.subspan(65536));
        check(kernel.messages[0].attributes() == blob(first.attributes()));
        check(kernel.messages[1].attributes() == blob(rest.attributes()));
    }
}

/// A set is asked for, another one made like it and filled; they are swapped, and that goes.
void load(void**) {
    std::vector<ElementSpec> specs{element("10.0.0.0/8"), element("10.9.0.0/16")};
    specs[1].nomatch = true;
    TemporaryFile file("10.0.0.0/8\n10.9.0.0/16 nomatch\n");
    for (const auto& words : {"- ", file.name().c_str()}) {
        Kernel kernel;
        kernel.answer({reply(VROUTER_CMD_SET_GET, set_attrs()), ack()});
        for (int i = 0; i < 4; i++)
            kernel.answer({ack()});
        check_text(must_print(std::string("set load clients ") + words, &kernel,
                              "10.0.0.0/8\n10.9.0.0/16 nomatch\n"),
                   "");
        check_number(kernel.messages.size(), 5);
        const std::uint8_t commands[] = {VROUTER_CMD_SET_GET, VROUTER_CMD_SET_NEW,
                                         VROUTER_CMD_ELEMENT_NEW, VROUTER_CMD_SET_SWAP,
                                         VROUTER_CMD_SET_DEL};
        for (std::size_t i = 0; i < 5; i++)
            check_number(kernel.messages[i].command, commands[i]);
        auto request = requests::add("x", specs);
        auto wanted = request.attributes();
        auto seen = kernel.messages[2].attributes();
        // They differ in the name of the set, of 8 and 32 bytes.
        check(Blob(seen.begin() + 32, seen.end()) == Blob(wanted.begin() + 8, wanted.end()));
    }
}

/// The kernel is asked about a packet, not about an element.
void element_tested(void**) {
    Kernel kernel;
    kernel.answer({ack(ENOENT)});
    run("set test a 10.0.0.1,udp:53", &kernel);
    check_number(kernel.sent().command, VROUTER_CMD_ELEMENT_GET);
    check_text(to_hex(kernel.sent().attributes()),
               to_hex(Attrs()
                          .text(VROUTER_A_ELEMENT_SET_NAME, "a")
                          .nest(VROUTER_A_ELEMENT_ENTRY,
                                Attrs()
                                    .raw(VROUTER_A_ELEMENT_ENTRY_ADDRESS, {10, 0, 0, 1})
                                    .u8(VROUTER_A_ELEMENT_ENTRY_LEN, 32)
                                    .u8(VROUTER_A_ELEMENT_ENTRY_PROTO, 17)
                                    .u16(VROUTER_A_ELEMENT_ENTRY_PORT, 53))
                          .raw(VROUTER_A_ELEMENT_MATCH, {})
                          .bytes()));
}

/// A next hop without an id is printed, for there is no name by which it could be found.
void new_nexthop(void**) {
    Kernel kernel;
    auto attrs = Attrs()
                     .u32(VROUTER_A_NEXTHOP_ID, 12)
                     .u32(VROUTER_A_NEXTHOP_TYPE, VROUTER_NEXTHOP_TYPE_BLACKHOLE)
                     .u32(VROUTER_A_NEXTHOP_REFS, 0)
                     .u32(VROUTER_A_NEXTHOP_GENERATION, 3)
                     .nest(VROUTER_A_NEXTHOP_STATS, stats_attrs());
    kernel.answer({reply(VROUTER_CMD_NEXTHOP_NEW_NTF, attrs), ack()});
    check_text(must_print("nexthop add type blackhole", &kernel), "id 12 type blackhole\n");
}

} // namespace

int main() {
    const CMUnitTest tests[] = {
        cmocka_unit_test(renaming),
        cmocka_unit_test(labels),
        cmocka_unit_test(labels_shown),
        cmocka_unit_test(networks),
        cmocka_unit_test(tunnels),
        cmocka_unit_test(vifs),
        cmocka_unit_test(nexthops),
        cmocka_unit_test(routes),
        cmocka_unit_test(fdb),
        cmocka_unit_test(neighbours),
        cmocka_unit_test(bulk),
        cmocka_unit_test(new_nexthop),
        cmocka_unit_test(sets),
        cmocka_unit_test(elements),
        cmocka_unit_test(element_files),
        cmocka_unit_test(many_elements),
        cmocka_unit_test(load),
        cmocka_unit_test(element_tested),
        cmocka_unit_test(limits),
        cmocka_unit_test(policers),
        cmocka_unit_test(units),
        cmocka_unit_test(quantities_come_back),
    };
    return run_group(tests, "requests");
}
