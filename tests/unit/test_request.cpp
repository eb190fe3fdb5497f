// SPDX-License-Identifier: LGPL-2.1-or-later
// Each operation's message, byte for byte. The expected bytes are written by hand after the numbers
// of the uapi header, for a machine that has the least significant byte first.
#include <functional>

#include "samples.hpp"

using namespace unit;

namespace {

constexpr std::uint16_t run_flags = NLM_F_REQUEST | NLM_F_ACK;
constexpr std::uint16_t dump_flags = NLM_F_REQUEST | NLM_F_DUMP;

template <class T> std::string hex_of(T value) {
    Blob bytes;
    Attrs::append(bytes, value);
    return to_hex(bytes);
}

/// Runs an operation against a kernel that agrees to everything, and holds the message against what
/// it should be.
void check_message(const std::function<void(Client&)>& operation, std::uint8_t command,
                   std::uint16_t flags, std::string_view attributes,
                   Where where = Where::current()) {
    if constexpr (std::endian::native != std::endian::little)
        skip();
    Kernel kernel;
    kernel.answer({flags & NLM_F_DUMP ? done() : ack()});
    auto client = must(Client::open(kernel.transport()));
    operation(client);

    auto wanted_attributes = without_spaces(attributes);
    auto length = static_cast<std::uint32_t>(20 + wanted_attributes.size() / 2);
    // The first request, number 1, was the one that asked for the family.
    auto wanted = hex_of(length) + "1f00" + hex_of(flags) + "02000000" + "00000000" +
                  hex_of(command) + "01" + "0000" + wanted_attributes;
    check_number(kernel.messages.size(), 1, where);
    check_text(to_hex(kernel.sent().bytes), wanted, where);
}

const char* network_hex = "0800 0200 07000000"
                          "0900 0300 626c756500000000"
                          "0800 0400 64000000"
                          "0800 0500 01000000"
                          "0800 0600 76783000"
                          "0a00 0700 00005e0001000000"
                          "1400 0880  0800 0100 0a0000fe  0500 0200 18000000"
                          "2000 0880  1400 0100 fd000000000000000000000000000001"
                          "           0500 0200 40000000"
                          "0800 0900 aa050000"
                          "0800 0a00 01000000"
                          "0800 0b00 01000000"
                          "0800 0c00 5a000000"
                          "0800 0d00 02000000"
                          "0800 0e00 0b000000"
                          "0800 0f00 0c000000"
                          "0800 1000 0d000000"
                          "0800 1700 02000000"
                          "0800 1800 13000000"
                          "0800 1900 14000000"
                          "0800 1c00 64000080"
                          "0800 1d00 16000000"
                          "0500 1e00 01000000"
                          "0600 1f00 01800000"
                          "1400 2080  0800 0100 09000000  0800 0200 77656200"
                          "1400 2080  0800 0100 08000000  0700 0200 64620000"
                          "0800 2100 17000000"
                          "0500 2300 00000000"
                          "0800 2400 19000000"
                          "0500 2600 01000000";

void network(void**) {
    auto spec = network_info().spec();
    check_message([&](Client& c) { must(c.networks().add(spec)); }, 2, run_flags | NLM_F_CREATE,
                  network_hex);
    check_message([&](Client& c) { must(c.networks().add_exclusive(spec)); }, 2,
                  run_flags | NLM_F_CREATE | NLM_F_EXCL, network_hex);
    check_message([&](Client& c) { must(c.networks().replace(spec)); }, 2,
                  run_flags | NLM_F_CREATE | NLM_F_REPLACE, network_hex);
    check_message([&](Client& c) { must(c.networks().change(spec)); }, 3, run_flags, network_hex);
    check_message([](Client& c) { must(c.networks().del("blue")); }, 4, run_flags,
                  "0900 0300 626c756500000000");
    check_message(
        [](Client& c) {
            must(c.networks().del({NetworkId(7), "blue"}));
        },
        4, run_flags, "0800 0200 07000000 0900 0300 626c756500000000");
    check_message([](Client& c) { (void)c.networks().get(NetworkId(7)); }, 1, run_flags,
                  "0800 0200 07000000");
    check_message([](Client& c) { must(c.networks().list()); }, 1, dump_flags, "");
    check_message([](Client& c) { must(c.networks().dump([](auto&) { return true; })); }, 1,
                  dump_flags, "");
}

void network_partial(void**) {
    check_message([](Client& c) { must(c.networks().change({.name = "b", .mtu = 9000})); }, 3,
                  run_flags, "0600 0300 62000000 0800 0900 28230000");
    // An empty list is a single empty nest, an absent one is nothing.
    check_message(
        [](Client& c) {
            must(c.networks().change({.name = "b", .gateways = std::vector<Prefix>()}));
        },
        3, run_flags, "0600 0300 62000000 0400 0880");
    check_message([](Client& c) { must(c.networks().change({.acls = std::vector<SgRef>()})); }, 3,
                  run_flags, "0400 2080");
    check_message([](Client& c) { must(c.networks().change({.flood = NexthopId(0)})); }, 3,
                  run_flags, "0800 0c00 00000000");
    check_message([](Client& c) { must(c.networks().add({})); }, 2, run_flags | NLM_F_CREATE, "");
}

const char* tunnel_hex = "0800 0200 01000000"
                         "0800 0300 76783000"
                         "0800 0400 01000000"
                         "0800 0500 c0000201"
                         "0600 0600 12b50000"
                         "0500 0700 40000000"
                         "0500 0800 2e000000"
                         "0500 0900 01000000"
                         "0500 0a00 00000000"
                         "0800 0b00 03000000"
                         "0900 0c00 6574683000000000"
                         "0800 0d00 01000080";

void tunnel(void**) {
    auto spec = tunnel_info().spec();
    check_message([&](Client& c) { must(c.tunnels().add(spec)); }, 8, run_flags | NLM_F_CREATE,
                  tunnel_hex);
    check_message([&](Client& c) { must(c.tunnels().add_exclusive(spec)); }, 8,
                  run_flags | NLM_F_CREATE | NLM_F_EXCL, tunnel_hex);
    check_message([&](Client& c) { must(c.tunnels().replace(spec)); }, 8,
                  run_flags | NLM_F_CREATE | NLM_F_REPLACE, tunnel_hex);
    check_message([&](Client& c) { must(c.tunnels().change(spec)); }, 9, run_flags, tunnel_hex);
    check_message([](Client& c) { must(c.tunnels().del("vx0")); }, 10, run_flags,
                  "0800 0300 76783000");
    check_message([](Client& c) { (void)c.tunnels().get(TunnelId(1)); }, 7, run_flags,
                  "0800 0200 01000000");
    check_message([](Client& c) { must(c.tunnels().list()); }, 7, dump_flags, "");
    check_message([](Client& c) { must(c.tunnels().dump([](auto&) { return true; })); }, 7,
                  dump_flags, "");
    check_message(
        [](Client& c) { must(c.tunnels().change({.name = "vx0", .device = IfIndex(0)})); }, 9,
        run_flags, "0800 0300 76783000 0800 0b00 00000000");
    check_message([](Client& c) { must(c.tunnels().add({.local = ip("fd00::1")})); }, 8,
                  run_flags | NLM_F_CREATE, "1400 0500 fd000000000000000000000000000001");
    check_message([](Client& c) { must(c.tunnels().change({.type = TunnelType::mplsogre})); }, 9,
                  run_flags, "0800 0400 04000000");
    check_message([](Client& c) { must(c.tunnels().change({.type = TunnelType::mplsoudp})); }, 9,
                  run_flags, "0800 0400 05000000");
}

const char* vif_hex = "0800 0200 02000000"
                      "0800 0300 766d3100"
                      "0900 0500 7461703000000000"
                      "0800 0600 07000000"
                      "0900 0700 626c756500000000"
                      "0a00 0800 0200000000010000"
                      "1400 0980  0800 0100 0a000001  0500 0200 20000000"
                      "2000 0980  1400 0100 fd000000000000000000000000000002"
                      "           0500 0200 80000000"
                      "0800 0a00 00000000"
                      "0800 0e00 15000000"
                      "1400 1480  0800 0100 09000000  0800 0200 77656200"
                      "1400 1480  0800 0100 08000000  0700 0200 64620000"
                      "0800 1000 03000000"
                      "0900 1100 676f6c6400000000"
                      "0800 1200 04000000"
                      "0b00 1300 73696c76657200 00"
                      "0500 1500 01000000 0500 1600 01000000"
                      "0800 1700 19000000"
                      "0800 1900 30750000"
                      "0800 1c00 17000000"
                      "0500 1e00 01000000";

void vif(void**) {
    auto spec = vif_info().spec();
    check_message([&](Client& c) { must(c.vifs().add(spec)); }, 14, run_flags | NLM_F_CREATE,
                  vif_hex);
    check_message([&](Client& c) { must(c.vifs().add_exclusive(spec)); }, 14,
                  run_flags | NLM_F_CREATE | NLM_F_EXCL, vif_hex);
    check_message([&](Client& c) { must(c.vifs().replace(spec)); }, 14,
                  run_flags | NLM_F_CREATE | NLM_F_REPLACE, vif_hex);
    check_message([&](Client& c) { must(c.vifs().change(spec)); }, 15, run_flags, vif_hex);
    check_message([](Client& c) { must(c.vifs().del(VifId(2))); }, 16, run_flags,
                  "0800 0200 02000000");
    check_message([](Client& c) { (void)c.vifs().get("vm1"); }, 13, run_flags,
                  "0800 0300 766d3100");
    check_message([](Client& c) { must(c.vifs().list()); }, 13, dump_flags, "");
    check_message([](Client& c) { must(c.vifs().list({.network = "blue"})); }, 13, dump_flags,
                  "0900 0700 626c756500000000");
    check_message(
        [](Client& c) {
            must(c.vifs().dump({.network = NetworkId(7)}, [](auto&) { return true; }));
        },
        13, dump_flags, "0800 0600 07000000");
    check_message(
        [](Client& c) {
            must(c.vifs().change({.name = "vm1", .addresses = std::vector<Prefix>()}));
        },
        15, run_flags, "0800 0300 766d3100 0400 0980");
    check_message([](Client& c) { must(c.vifs().change({.device = IfIndex(5)})); }, 15, run_flags,
                  "0800 0400 05000000");
    check_message(
        [](Client& c) { must(c.vifs().change({.name = "vm1", .sgs = std::vector<SgRef>()})); }, 15,
        run_flags, "0800 0300 766d3100 0400 1480");
    check_message(
        [](Client& c) {
            must(c.vifs().change({.sgs = {{SgRef("db"), SgRef(SgId(9))}}}));
        },
        15, run_flags, "0c00 1480  0700 0200 64620000  0c00 1480  0800 0100 09000000");
}

/// Everything that a next hop can have, which no single one has.
NexthopSpec whole_nexthop() {
    auto spec = nexthop_info().spec();
    spec.members = {{NexthopId(8)}, {NexthopId(9), 2}};
    return spec;
}

const char* nexthop_hex = "0800 0200 07000000"
                          "0800 0300 02000000"
                          "0800 0400 02000000"
                          "0800 0500 766d3100"
                          "0800 0600 01000000"
                          "0800 0700 76783000"
                          "0800 0800 c0000202"
                          "0800 0900 64000000"
                          "0a00 0a00 0200000000020000"
                          "0800 0b00 07000000"
                          "0900 0c00 626c756500000000"
                          "0800 0d00 03000000"
                          "0800 0e00 76723000"
                          "0800 0f00 01000000"
                          "0c00 1080  0800 0100 08000000"
                          "1400 1080  0800 0100 09000000  0800 0200 02000000"
                          "0800 1400 01000000"
                          "0800 1500 64000080"
                          "0800 1600 f4010000"
                          "0800 1700 02000000";

void nexthop(void**) {
    auto spec = whole_nexthop();
    check_message([&](Client& c) { must(c.nexthops().add(spec)); }, 20, run_flags | NLM_F_CREATE,
                  nexthop_hex);
    check_message([&](Client& c) { must(c.nexthops().add_exclusive(spec)); }, 20,
                  run_flags | NLM_F_CREATE | NLM_F_EXCL, nexthop_hex);
    check_message([&](Client& c) { (void)c.nexthops().create(spec); }, 20,
                  run_flags | NLM_F_CREATE | NLM_F_EXCL | NLM_F_ECHO, nexthop_hex);
    check_message([&](Client& c) { must(c.nexthops().replace(spec)); }, 20,
                  run_flags | NLM_F_CREATE | NLM_F_REPLACE, nexthop_hex);
    check_message([&](Client& c) { must(c.nexthops().change(spec)); }, 21, run_flags, nexthop_hex);
    check_message([](Client& c) { must(c.nexthops().del(NexthopId(7))); }, 22, run_flags,
                  "0800 0200 07000000");
    check_message([](Client& c) { (void)c.nexthops().get(NexthopId(7)); }, 19, run_flags,
                  "0800 0200 07000000");
    check_message([](Client& c) { must(c.nexthops().list()); }, 19, dump_flags, "");
    check_message(
        [](Client& c) {
            must(c.nexthops().list({.type = NexthopType::flood,
                                    .vif = "vm1",
                                    .tunnel = TunnelId(1),
                                    .network = "blue"}));
        },
        19, dump_flags,
        "0800 0300 07000000 0800 0500 766d3100 0800 0600 01000000 0900 0c00 626c756500000000");
    check_message([](Client& c) { must(c.nexthops().dump({}, [](auto&) { return true; })); }, 19,
                  dump_flags, "");
    check_message(
        [](Client& c) {
            must(
                c.nexthops().change({.id = NexthopId(7), .members = std::vector<NexthopMember>()}));
        },
        21, run_flags, "0800 0200 07000000 0400 1080");
}

void nexthop_specs(void**) {
    auto info = nexthop_info();
    check(!info.spec().members);
    info.type = NexthopType::flood;
    check(info.spec().members->size() == 2);
    info.type = NexthopType::ecmp;
    check(info.spec().members == info.members && info.spec().hash == EcmpHash::l3);
    // The vif of a host next hop follows from its device and may not be given.
    info.type = NexthopType::host;
    check(!info.spec().vif && info.spec().device == DeviceRef(IfIndex(3), "vr0"));
}

const char* blue = "0900 0300 626c756500000000";
const char* routes_hex = "0900 0300 626c756500000000"
                         "1c00 0480  0800 0200 0a000002  0500 0300 20000000  0800 0400 07000000"
                         "2000 0480  1400 0200 fd000000000000000000000000000000"
                         "           0500 0300 08000000";

void route(void**) {
    const RouteSpec specs[] = {{prefix("10.0.0.2/32"), NexthopId(7)}, {prefix("fd00::/8"), {}}};
    check_message([&](Client& c) { must(c.routes().add("blue", specs)); }, 26,
                  run_flags | NLM_F_CREATE, routes_hex);
    check_message([&](Client& c) { must(c.routes().add_exclusive("blue", specs)); }, 26,
                  run_flags | NLM_F_CREATE | NLM_F_EXCL, routes_hex);
    check_message([&](Client& c) { must(c.routes().replace("blue", specs)); }, 26,
                  run_flags | NLM_F_CREATE | NLM_F_REPLACE, routes_hex);
    check_message([&](Client& c) { must(c.routes().change("blue", specs)); }, 27, run_flags,
                  routes_hex);
    const Prefix keys[] = {prefix("10.0.0.2"), prefix("fd00::/8")};
    check_message([&](Client& c) { must(c.routes().del(NetworkId(7), keys)); }, 28, run_flags,
                  "0800 0200 07000000"
                  "1400 0480  0800 0200 0a000002  0500 0300 20000000"
                  "2000 0480  1400 0200 fd000000000000000000000000000000  0500 0300 08000000");

    const char* one = "0900 0300 626c756500000000"
                      "1c00 0480  0800 0200 0a000002  0500 0300 20000000  0800 0400 07000000";
    check_message([&](Client& c) { must(c.routes().add("blue", specs[0])); }, 26,
                  run_flags | NLM_F_CREATE, one);
    check_message([&](Client& c) { must(c.routes().add_exclusive("blue", specs[0])); }, 26,
                  run_flags | NLM_F_CREATE | NLM_F_EXCL, one);
    check_message([&](Client& c) { must(c.routes().replace("blue", specs[0])); }, 26,
                  run_flags | NLM_F_CREATE | NLM_F_REPLACE, one);
    check_message([&](Client& c) { must(c.routes().change("blue", specs[0])); }, 27, run_flags,
                  one);
    const char* key = "0900 0300 626c756500000000"
                      "1400 0480  0800 0200 0a000002  0500 0300 20000000";
    check_message([&](Client& c) { must(c.routes().del("blue", keys[0])); }, 28, run_flags, key);
    check_message([&](Client& c) { (void)c.routes().get("blue", keys[0]); }, 25, run_flags, key);
}

void route_queries(void**) {
    check_message([](Client& c) { must(c.routes().flush("blue")); }, 28, run_flags,
                  "0900 0300 626c756500000000 0400 0800");
    check_message([](Client& c) { must(c.routes().flush("blue", Family::v6)); }, 28, run_flags,
                  "0900 0300 626c756500000000 0800 0500 0a000000 0400 0800");
    check_message([](Client& c) { (void)c.routes().lookup("blue", ip("10.0.0.2")); }, 25, run_flags,
                  "0900 0300 626c756500000000 0800 0700 0a000002");
    check_message([](Client& c) { must(c.routes().list()); }, 25, dump_flags, "");
    check_message(
        [](Client& c) {
            must(c.routes().list(
                {.network = "blue", .family = Family::v4, .nexthop = NexthopId(7)}));
        },
        25, dump_flags, "0900 0300 626c756500000000 0800 0500 02000000 0800 0600 07000000");
    check_message([](Client& c) { must(c.routes().dump({}, [](auto&) { return true; })); }, 25,
                  dump_flags, "");
}

void fdb(void**) {
    const FdbSpec specs[] = {{mac("02:00:00:00:00:02"), NexthopId(7)},
                             {mac("02:00:00:00:00:03"), {}}};
    const char* hex = "0900 0300 626c756500000000"
                      "1800 0480  0a00 0200 0200000000020000  0800 0300 07000000"
                      "1000 0480  0a00 0200 0200000000030000";
    check_message([&](Client& c) { must(c.fdb().add("blue", specs)); }, 32,
                  run_flags | NLM_F_CREATE, hex);
    check_message([&](Client& c) { must(c.fdb().add_exclusive("blue", specs)); }, 32,
                  run_flags | NLM_F_CREATE | NLM_F_EXCL, hex);
    check_message([&](Client& c) { must(c.fdb().replace("blue", specs)); }, 32,
                  run_flags | NLM_F_CREATE | NLM_F_REPLACE, hex);
    check_message([&](Client& c) { must(c.fdb().change("blue", specs)); }, 33, run_flags, hex);
    const MacAddress keys[] = {mac("02:00:00:00:00:02"), mac("02:00:00:00:00:03")};
    check_message([&](Client& c) { must(c.fdb().del("blue", keys)); }, 34, run_flags,
                  "0900 0300 626c756500000000"
                  "1000 0480  0a00 0200 0200000000020000"
                  "1000 0480  0a00 0200 0200000000030000");

    const char* one = "0900 0300 626c756500000000"
                      "1800 0480  0a00 0200 0200000000020000  0800 0300 07000000";
    check_message([&](Client& c) { must(c.fdb().add("blue", specs[0])); }, 32,
                  run_flags | NLM_F_CREATE, one);
    check_message([&](Client& c) { must(c.fdb().add_exclusive("blue", specs[0])); }, 32,
                  run_flags | NLM_F_CREATE | NLM_F_EXCL, one);
    check_message([&](Client& c) { must(c.fdb().replace("blue", specs[0])); }, 32,
                  run_flags | NLM_F_CREATE | NLM_F_REPLACE, one);
    check_message([&](Client& c) { must(c.fdb().change("blue", specs[0])); }, 33, run_flags, one);
    const char* key = "0900 0300 626c756500000000 1000 0480  0a00 0200 0200000000020000";
    check_message([&](Client& c) { must(c.fdb().del("blue", keys[0])); }, 34, run_flags, key);
    check_message([&](Client& c) { (void)c.fdb().get("blue", keys[0]); }, 31, run_flags, key);

    check_message([](Client& c) { must(c.fdb().flush("blue")); }, 34, run_flags,
                  "0900 0300 626c756500000000 0400 0600");
    check_message([](Client& c) { must(c.fdb().flush("blue", Origin::learned)); }, 34, run_flags,
                  "0900 0300 626c756500000000 0400 0600 0800 0700 03000000");
    check_message([](Client& c) { must(c.fdb().list()); }, 31, dump_flags, "");
    check_message(
        [](Client& c) { must(c.fdb().list({.network = "blue", .nexthop = NexthopId(7)})); }, 31,
        dump_flags, "0900 0300 626c756500000000 0800 0500 07000000");
    check_message([](Client& c) { must(c.fdb().dump({}, [](auto&) { return true; })); }, 31,
                  dump_flags, "");
}

void neighbour(void**) {
    const NeighbourSpec specs[] = {{ip("10.0.0.2"), mac("02:00:00:00:00:02")}, {ip("fd00::2"), {}}};
    const char* hex = "0900 0300 626c756500000000"
                      "1800 0480  0800 0200 0a000002  0a00 0300 0200000000020000"
                      "1800 0480  1400 0200 fd000000000000000000000000000002";
    check_message([&](Client& c) { must(c.neighbours().add("blue", specs)); }, 38,
                  run_flags | NLM_F_CREATE, hex);
    check_message([&](Client& c) { must(c.neighbours().add_exclusive("blue", specs)); }, 38,
                  run_flags | NLM_F_CREATE | NLM_F_EXCL, hex);
    check_message([&](Client& c) { must(c.neighbours().replace("blue", specs)); }, 38,
                  run_flags | NLM_F_CREATE | NLM_F_REPLACE, hex);
    check_message([&](Client& c) { must(c.neighbours().change("blue", specs)); }, 39, run_flags,
                  hex);
    const IpAddress keys[] = {ip("10.0.0.2"), ip("fd00::2")};
    check_message([&](Client& c) { must(c.neighbours().del("blue", keys)); }, 40, run_flags,
                  "0900 0300 626c756500000000"
                  "0c00 0480  0800 0200 0a000002"
                  "1800 0480  1400 0200 fd000000000000000000000000000002");

    const char* one = "0900 0300 626c756500000000"
                      "1800 0480  0800 0200 0a000002  0a00 0300 0200000000020000";
    check_message([&](Client& c) { must(c.neighbours().add("blue", specs[0])); }, 38,
                  run_flags | NLM_F_CREATE, one);
    check_message([&](Client& c) { must(c.neighbours().add_exclusive("blue", specs[0])); }, 38,
                  run_flags | NLM_F_CREATE | NLM_F_EXCL, one);
    check_message([&](Client& c) { must(c.neighbours().replace("blue", specs[0])); }, 38,
                  run_flags | NLM_F_CREATE | NLM_F_REPLACE, one);
    check_message([&](Client& c) { must(c.neighbours().change("blue", specs[0])); }, 39, run_flags,
                  one);
    const char* key = "0900 0300 626c756500000000 0c00 0480  0800 0200 0a000002";
    check_message([&](Client& c) { must(c.neighbours().del("blue", keys[0])); }, 40, run_flags,
                  key);
    check_message([&](Client& c) { (void)c.neighbours().get("blue", keys[0]); }, 37, run_flags,
                  key);

    check_message([](Client& c) { must(c.neighbours().flush("blue")); }, 40, run_flags,
                  "0900 0300 626c756500000000 0400 0600");
    check_message([](Client& c) { must(c.neighbours().flush("blue", Family::v4)); }, 40, run_flags,
                  "0900 0300 626c756500000000 0800 0500 02000000 0400 0600");
    check_message([](Client& c) { must(c.neighbours().list()); }, 37, dump_flags, "");
    check_message(
        [](Client& c) { must(c.neighbours().list({.network = "blue", .family = Family::v6})); }, 37,
        dump_flags, "0900 0300 626c756500000000 0800 0500 0a000000");
    check_message([](Client& c) { must(c.neighbours().dump({}, [](auto&) { return true; })); }, 37,
                  dump_flags, "");
}

void label(void**) {
    const LabelSpec to_network{.label = LabelId(500), .network = "blue"};
    const LabelSpec to_nexthop{.label = LabelId(500), .nexthop = NexthopId(8)};
    const char* network = "0800 0200 f4010000 0900 0400 626c756500000000";
    const char* nexthop = "0800 0200 f4010000 0800 0500 08000000";
    check_message([&](Client& c) { must(c.labels().add(to_network)); }, 46,
                  run_flags | NLM_F_CREATE, network);
    check_message([&](Client& c) { must(c.labels().add(to_nexthop)); }, 46,
                  run_flags | NLM_F_CREATE, nexthop);
    check_message([&](Client& c) { must(c.labels().add_exclusive(to_network)); }, 46,
                  run_flags | NLM_F_CREATE | NLM_F_EXCL, network);
    check_message([&](Client& c) { must(c.labels().replace(to_nexthop)); }, 46,
                  run_flags | NLM_F_CREATE | NLM_F_REPLACE, nexthop);
    check_message([&](Client& c) { must(c.labels().change(to_nexthop)); }, 47, run_flags, nexthop);
    check_message([&](Client& c) { must(c.labels().add(label_info().spec())); }, 46,
                  run_flags | NLM_F_CREATE,
                  "0800 0200 f4010000 0800 0300 07000000 0900 0400 626c756500000000"
                  "0800 0500 08000000");
    check_message([](Client& c) { must(c.labels().del(LabelId(500))); }, 48, run_flags,
                  "0800 0200 f4010000");
    check_message([](Client& c) { (void)c.labels().get(LabelId(500)); }, 45, run_flags,
                  "0800 0200 f4010000");
    check_message([](Client& c) { must(c.labels().list()); }, 45, dump_flags, "");
    check_message([](Client& c) { must(c.labels().list({.network = NetworkId(7)})); }, 45,
                  dump_flags, "0800 0300 07000000");
    check_message([](Client& c) { must(c.labels().list({.nexthop = NexthopId(8)})); }, 45,
                  dump_flags, "0800 0500 08000000");
    check_message(
        [](Client& c) { must(c.labels().dump({.network = "blue"}, [](auto&) { return true; })); },
        45, dump_flags, "0900 0400 626c756500000000");
}

const char* set_hex = "0800 0200 07000000"
                      "0c00 0300 636c69656e747300"
                      "0800 0400 02000000"
                      "0800 0500 2c010000"
                      "0500 0600 01000000"
                      "0800 0700 0b000000";

void set(void**) {
    auto spec = set_info().spec();
    check_message([&](Client& c) { must(c.sets().add(spec)); }, 52, run_flags | NLM_F_CREATE,
                  set_hex);
    check_message([&](Client& c) { must(c.sets().add_exclusive(spec)); }, 52,
                  run_flags | NLM_F_CREATE | NLM_F_EXCL, set_hex);
    check_message([&](Client& c) { must(c.sets().replace(spec)); }, 52,
                  run_flags | NLM_F_CREATE | NLM_F_REPLACE, set_hex);
    check_message([&](Client& c) { must(c.sets().change(spec)); }, 53, run_flags, set_hex);
    check_message([](Client& c) { must(c.sets().del("a")); }, 54, run_flags, "0600 0300 61000000");
    check_message([](Client& c) { must(c.sets().swap("a", SetId(9))); }, 57, run_flags,
                  "0600 0300 61000000 0800 0c00 09000000");
    check_message(
        [](Client& c) {
            must(c.sets().swap({SetId(8), "a"}, "b"));
        },
        57, run_flags, "0800 0200 08000000 0600 0300 61000000 0600 0d00 62000000");
    check_message([](Client& c) { (void)c.sets().get(SetId(7)); }, 51, run_flags,
                  "0800 0200 07000000");
    check_message([](Client& c) { must(c.sets().list()); }, 51, dump_flags, "");
    check_message([](Client& c) { must(c.sets().dump([](auto&) { return true; })); }, 51,
                  dump_flags, "");
    check_message(
        [](Client& c) { must(c.sets().add({.name = "b", .type = SetType::net_proto_ports})); }, 52,
        run_flags | NLM_F_CREATE, "0600 0300 62000000 0800 0400 03000000");
}

void element(void**) {
    const ElementSpec specs[] = {{{prefix("10.0.0.0/8"), Protocol(6), 80, 443}, true, 30, "web"},
                                 {.key = {prefix("fd00::1")}}};
    const char* hex = "0c00 0300 636c69656e747300"
                      "4400 0480  0800 0200 0a000000  0500 0300 08000000  0500 0400 06000000"
                      "           0600 0500 50000000  0600 0600 bb010000  0500 0700 01000000"
                      "           0800 0800 1e000000  0800 0900 77656200"
                      "2000 0480  1400 0200 fd000000000000000000000000000001  0500 0300 80000000";
    check_message([&](Client& c) { must(c.elements().add("clients", specs)); }, 59,
                  run_flags | NLM_F_CREATE, hex);
    check_message([&](Client& c) { must(c.elements().add_exclusive("clients", specs)); }, 59,
                  run_flags | NLM_F_CREATE | NLM_F_EXCL, hex);
    check_message([&](Client& c) { must(c.elements().replace("clients", specs)); }, 59,
                  run_flags | NLM_F_CREATE | NLM_F_REPLACE, hex);
    const ElementKey keys[] = {specs[0].key, specs[1].key};
    check_message([&](Client& c) { must(c.elements().del(SetId(7), keys)); }, 60, run_flags,
                  "0800 0200 07000000"
                  "2c00 0480  0800 0200 0a000000  0500 0300 08000000  0500 0400 06000000"
                  "           0600 0500 50000000  0600 0600 bb010000"
                  "2000 0480  1400 0200 fd000000000000000000000000000001  0500 0300 80000000");

    const char* one = "0600 0300 61000000"
                      "2000 0480  1400 0200 fd000000000000000000000000000001  0500 0300 80000000";
    check_message([&](Client& c) { must(c.elements().add("a", specs[1])); }, 59,
                  run_flags | NLM_F_CREATE, one);
    check_message([&](Client& c) { must(c.elements().add_exclusive("a", specs[1])); }, 59,
                  run_flags | NLM_F_CREATE | NLM_F_EXCL, one);
    check_message([&](Client& c) { must(c.elements().replace("a", specs[1])); }, 59,
                  run_flags | NLM_F_CREATE | NLM_F_REPLACE, one);
    check_message([&](Client& c) { must(c.elements().del("a", keys[1])); }, 60, run_flags, one);
    check_message([&](Client& c) { (void)c.elements().get("a", keys[1]); }, 58, run_flags, one);
    check_message([&](Client& c) { (void)c.elements().test("a", keys[1]); }, 58, run_flags,
                  std::string(one) + "0400 0600");
    // All protocols and never are said where they are meant.
    check_message(
        [](Client& c) {
            must(c.elements().add("a", {{prefix("10.0.0.1"), Protocol()}, false, 0, ""}));
        },
        59, run_flags | NLM_F_CREATE,
        "0600 0300 61000000"
        "2c00 0480  0800 0200 0a000001  0500 0300 20000000  0500 0400 00000000"
        "           0800 0800 00000000  0500 0900 00000000");
}

void element_queries(void**) {
    check_message([](Client& c) { must(c.elements().flush("a")); }, 60, run_flags,
                  "0600 0300 61000000 0400 0500");
    check_message([](Client& c) { must(c.elements().list()); }, 58, dump_flags, "");
    check_message([](Client& c) { must(c.elements().list({.set = SetId(7)})); }, 58, dump_flags,
                  "0800 0200 07000000");
    check_message(
        [](Client& c) { must(c.elements().dump({.set = "a"}, [](auto&) { return true; })); }, 58,
        dump_flags, "0600 0300 61000000");
}

const char* sg_hex = "0800 0200 09000000"
                     "0800 0300 77656200"
                     "0800 0400 07000000"
                     "0c00 0500 636c69656e747300";

void sg(void**) {
    auto spec = sg_info().spec();
    check_message([&](Client& c) { must(c.sgs().add(spec)); }, 70, run_flags | NLM_F_CREATE,
                  sg_hex);
    check_message([&](Client& c) { must(c.sgs().add_exclusive(spec)); }, 70,
                  run_flags | NLM_F_CREATE | NLM_F_EXCL, sg_hex);
    check_message([&](Client& c) { must(c.sgs().replace(spec)); }, 70,
                  run_flags | NLM_F_CREATE | NLM_F_REPLACE, sg_hex);
    check_message([&](Client& c) { must(c.sgs().change(spec)); }, 71, run_flags, sg_hex);
    check_message([](Client& c) { must(c.sgs().change({.name = "web", .members = SetId(0)})); }, 71,
                  run_flags, "0800 0300 77656200 0800 0400 00000000");
    check_message([](Client& c) { must(c.sgs().del("web")); }, 72, run_flags, "0800 0300 77656200");
    check_message([](Client& c) { (void)c.sgs().get(SgId(9)); }, 69, run_flags,
                  "0800 0200 09000000");
    check_message([](Client& c) { must(c.sgs().list()); }, 69, dump_flags, "");
    check_message([](Client& c) { must(c.sgs().dump([](auto&) { return true; })); }, 69, dump_flags,
                  "");
}

const char* rule_entry_hex = "a400 0480"
                             "  0800 0300 01000000"
                             "  0800 0400 64000000"
                             "  0800 0500 02000000"
                             "  0500 0600 06000000"
                             "  0600 0700 00040000"
                             "  0600 0800 ffff0000"
                             "  0600 0900 50000000"
                             "  0600 0a00 bb010000"
                             "  0500 0b00 08000000"
                             "  0500 0c00 03000000"
                             "  1400 0d80  0800 0100 0a000000  0500 0200 08000000"
                             "  1800 0e80  0800 0300 07000000  0c00 0400 636c69656e747300"
                             "  0800 0f00 03000000"
                             "  0500 1000 01000000"
                             "  0800 1100 66747000"
                             "  0c00 1200 6f6c642077656200";

void rule(void**) {
    const RuleSpec specs[] = {rule_info().rule,
                              {.direction = Direction::egress, .action = RuleAction::allow}};
    auto hex = std::string("0600 0300 61000000") + rule_entry_hex +
               "1400 0480  0800 0300 02000000  0800 0f00 01000000";
    check_message([&](Client& c) { must(c.rules().add("a", specs)); }, 76, run_flags | NLM_F_CREATE,
                  hex);
    check_message([&](Client& c) { must(c.rules().add_exclusive("a", specs)); }, 76,
                  run_flags | NLM_F_CREATE | NLM_F_EXCL, hex);
    check_message([&](Client& c) { must(c.rules().replace("a", specs)); }, 76,
                  run_flags | NLM_F_CREATE | NLM_F_REPLACE, hex);
    check_message([&](Client& c) { must(c.rules().del("a", specs)); }, 77, run_flags, hex);

    auto one = std::string("0800 0200 09000000") + rule_entry_hex;
    check_message([&](Client& c) { must(c.rules().add(SgId(9), specs[0])); }, 76,
                  run_flags | NLM_F_CREATE, one);
    check_message([&](Client& c) { must(c.rules().add_exclusive(SgId(9), specs[0])); }, 76,
                  run_flags | NLM_F_CREATE | NLM_F_EXCL, one);
    check_message([&](Client& c) { must(c.rules().del(SgId(9), specs[0])); }, 77, run_flags, one);

    // No rules at all are a list too.
    check_message([](Client& c) { must(c.rules().replace("a", std::span<const RuleSpec>())); }, 76,
                  run_flags | NLM_F_CREATE | NLM_F_REPLACE, "0600 0300 61000000");
}

void rule_peers(void**) {
    auto sends = [](const Peer& from, const Peer& to, const char* hex) {
        RuleSpec spec{
            .direction = Direction::ingress, .from = from, .to = to, .action = RuleAction::deny};
        check_message([&](Client& c) { must(c.rules().add("a", spec)); }, 76,
                      run_flags | NLM_F_CREATE, std::string("0600 0300 61000000") + hex);
    };
    sends(Anyone(), Anyone(), "1400 0480  0800 0300 01000000  0800 0f00 02000000");
    sends(prefix("fd00::1"), Anyone(),
          "3400 0480  0800 0300 01000000"
          "           2000 0d80  1400 0100 fd000000000000000000000000000001  0500 0200 80000000"
          "           0800 0f00 02000000");
    sends(SgRef("db"), SetRef(SetId(7)),
          "2c00 0480  0800 0300 01000000"
          "           0c00 0d80  0700 0600 64620000"
          "           0c00 0e80  0800 0300 07000000"
          "           0800 0f00 02000000");
    sends(SgRef(SgId(8), "db"), SetRef("b"),
          "3400 0480  0800 0300 01000000"
          "           1400 0d80  0800 0500 08000000  0700 0600 64620000"
          "           0c00 0e80  0600 0400 62000000"
          "           0800 0f00 02000000");
}

void rule_queries(void**) {
    check_message([](Client& c) { must(c.rules().del("a", 3)); }, 77, run_flags,
                  "0600 0300 61000000  0c00 0480  0800 0200 03000000");
    const std::uint32_t indexes[] = {1, 0x10002};
    check_message([&](Client& c) { must(c.rules().del(SgId(9), indexes)); }, 77, run_flags,
                  "0800 0200 09000000  0c00 0480  0800 0200 01000000"
                  "                    0c00 0480  0800 0200 02000100");
    check_message([](Client& c) { must(c.rules().flush("a")); }, 77, run_flags,
                  "0600 0300 61000000 0400 0500");
    check_message([](Client& c) { must(c.rules().list()); }, 75, dump_flags, "");
    check_message([](Client& c) { must(c.rules().list({.sg = SgId(9)})); }, 75, dump_flags,
                  "0800 0200 09000000");
    check_message([](Client& c) { must(c.rules().dump({.sg = "a"}, [](auto&) { return true; })); },
                  75, dump_flags, "0600 0300 61000000");
}

void limits(void**) {
    check_message([](Client& c) { must(c.change(Limits{.networks = 9, .rules = 0})); }, 88,
                  run_flags, "0800 0100 09000000 0800 0d00 00000000");
    check_message([](Client& c) { (void)c.limits(); }, 87, run_flags, "");
}

void policer(void**) {
    auto spec = policer_info().spec();
    const char* whole = "0800 0200 03000000"
                        "0900 0300 676f6c6400000000"
                        "0c00 0400 8096980000000000"
                        "0c00 0500 0000010000000000"
                        "0c00 0600 204e000000000000"
                        "0c00 0700 e803000000000000"
                        "0800 0800 02000000"
                        "0800 0900 fcffffff";
    const char* gold = "0900 0300 676f6c6400000000";
    check_message([&](Client& c) { must(c.policers().add(spec)); }, 64, run_flags | NLM_F_CREATE,
                  whole);
    check_message([&](Client& c) { must(c.policers().add_exclusive(spec)); }, 64,
                  run_flags | NLM_F_CREATE | NLM_F_EXCL, whole);
    check_message([&](Client& c) { must(c.policers().replace(spec)); }, 64,
                  run_flags | NLM_F_CREATE | NLM_F_REPLACE, whole);
    check_message([&](Client& c) { must(c.policers().change(spec)); }, 65, run_flags, whole);
    check_message([](Client& c) { must(c.policers().add({.name = "gold"})); }, 64,
                  run_flags | NLM_F_CREATE, gold);
    check_message([](Client& c) { must(c.policers().change({.name = "gold", .rate = 0})); }, 65,
                  run_flags, "0900 0300 676f6c6400000000 0c00 0400 0000000000000000");
    check_message([](Client& c) { must(c.policers().del("gold")); }, 66, run_flags, gold);
    check_message([](Client& c) { (void)c.policers().get(PolicerId(3)); }, 63, run_flags,
                  "0800 0200 03000000");
    check_message([](Client& c) { must(c.policers().list()); }, 63, dump_flags, "");
    check_message([](Client& c) { must(c.policers().dump([](auto&) { return true; })); }, 63,
                  dump_flags, "");
}

void policers_of_vifs(void**) {
    check_message(
        [](Client& c) {
            must(c.vifs().change(
                {.id = VifId(2), .policer = "gold", .egress_policer = PolicerId(0)}));
        },
        15, run_flags, "0800 0200 02000000 0900 1100 676f6c6400000000 0800 1200 00000000");
    check_message(
        [](Client& c) { must(c.vifs().change({.id = VifId(2), .policer = PolicerId(0)})); }, 15,
        run_flags, "0800 0200 02000000 0800 1000 00000000");
}

void flows(void**) {
    const FlowFilter whole{.network = "blue",
                           .vif = VifId(2),
                           .address = prefix("10.0.0.0/8"),
                           .port = 443,
                           .proto = Protocol(6),
                           .state = FlowState::established};
    const char* wanted = "0900 0300 626c756500000000"
                         "0800 0400 02000000"
                         "0800 2100 0a000000"
                         "0500 2200 08000000"
                         "0600 2300 bb010000"
                         "0500 0900 06000000"
                         "0800 1000 02000000";
    check_message([&](Client& c) { must(c.flows().list(whole)); }, 82, dump_flags, wanted);
    check_message([](Client& c) { must(c.flows().list()); }, 82, dump_flags, "");
    check_message([](Client& c) { must(c.flows().dump({}, [](auto&) { return true; })); }, 82,
                  dump_flags, "");
    check_message([&](Client& c) { (void)c.flows().get(whole); }, 82, run_flags, wanted);
    check_message([&](Client& c) { (void)c.flows().count(whole); }, 83, run_flags, wanted);
    check_message([&](Client& c) { (void)c.flows().flush(whole); }, 84, run_flags, wanted);
}

void drops_and_info(void**) {
    check_message([](Client& c) { must(c.drops().list()); }, 43, dump_flags, "");
    check_message([](Client& c) { must(c.drops().list({.network = "blue"})); }, 43, dump_flags,
                  blue);
    check_message([](Client& c) { must(c.drops().list({.vif = VifId(2)})); }, 43, dump_flags,
                  "0800 0400 02000000");
    check_message([](Client& c) { must(c.drops().dump({}, [](auto&) { return true; })); }, 43,
                  dump_flags, "");
    check_message([](Client& c) { (void)c.drops().get("mtu", {.vif = "vm1"}); }, 43, run_flags,
                  "0800 0500 766d3100 0800 0700 6d747500");
    check_message([](Client& c) { (void)c.info(); }, 44, run_flags, "");
}

void requests_describe_themselves(void**) {
    auto request = requests::add(NetworkSpec{.name = "blue"});
    check_text(request.operation(), "network-new");
    check_text(to_hex(request.attributes()), without_spaces(blue));
    check(!request.error());
    check_text(requests::change(VifSpec{}).operation(), "vif-set");
    check_text(requests::del(TunnelRef("vx0")).operation(), "tunnel-del");
    check_text(requests::del(NexthopId(7)).operation(), "nexthop-del");
    check_text(requests::del(LabelId(7)).operation(), "label-del");
    check_text(requests::change(LabelSpec{}).operation(), "label-set");
    check_text(requests::del(SetRef("a")).operation(), "set-del");
    check_text(requests::swap_sets("a", "b").operation(), "set-swap");
    check_text(requests::flush_elements("a").operation(), "element-del");
    check_text(requests::del(SgRef("a")).operation(), "sg-del");
    check_text(requests::replace("a", std::vector<RuleSpec>()).operation(), "rule-new");
    check_text(requests::flush_rules("a").operation(), "rule-del");
    check_text(requests::change(PolicerSpec{}).operation(), "policer-set");
    check_text(requests::del(PolicerRef("gold")).operation(), "policer-del");
    check_text(requests::flush_routes("blue").operation(), "route-del");
    check_text(requests::flush_fdb("blue").operation(), "fdb-del");
    check_text(requests::flush_neighbours("blue").operation(), "neighbour-del");
}

/// What cannot be sent is not sent.
void refuses_locally(void**) {
    Kernel kernel;
    auto client = must(Client::open(kernel.transport()));

    auto error = must_fail(client.networks().add({.name = std::string("bl\0ue", 5)}), EINVAL);
    check_text(error.attribute, "network.name");
    error = must_fail(client.networks().get(std::string("\0", 1)), EINVAL);
    check_text(error.attribute, "network.name");
    error = must_fail(client.vifs().list({.network = std::string("\0", 1)}), EINVAL);
    check_text(error.attribute, "vif.network-name");
    error = must_fail(client.vifs().add({.device = std::string(70000, 'x')}), EMSGSIZE);
    check_text(error.attribute, "vif.ifname");

    std::vector<RouteSpec> routes(bulk_max + 1);
    error = must_fail(client.routes().add("blue", routes), E2BIG);
    check_text(error.message, "65537 entries are more than the 65536 of one request");
    check_text(error.attribute, "route.entry[65536]");
    check_number(*error.index, 65536);
    must_fail(client.fdb().add("blue", std::vector<FdbSpec>(bulk_max + 1)), E2BIG);
    must_fail(client.neighbours().del("blue", std::vector<IpAddress>(bulk_max + 1)), E2BIG);
    must_fail(client.elements().add("a", std::vector<ElementSpec>(bulk_max + 1)), E2BIG);
    must_fail(client.elements().del("a", std::vector<ElementKey>(bulk_max + 1)), E2BIG);

    std::vector<ElementSpec> elements(3);
    elements[0].comment = std::string(255, 'x');
    elements[1].comment = std::string(256, 'x');
    error = must_fail(client.elements().add("a", elements), EINVAL);
    check_text(error.message, "a comment has at most 255 bytes");
    check_text(error.attribute, "element.entry[1].comment");
    check_number(*error.index, 1);
    elements[1].comment.reset();
    elements[2].comment = std::string("a\0b", 3);
    error = must_fail(client.elements().replace("a", elements), EINVAL);
    check_text(error.message, "text cannot have a zero byte in it");
    check_text(error.attribute, "element.entry[2].comment");

    const std::string zero("a\0b", 3);
    std::vector<RuleSpec> rules(2);
    rules[1].comment = std::string(256, 'x');
    error = must_fail(client.rules().add("a", rules), EINVAL);
    check_text(error.message, "a comment has at most 255 bytes");
    check_text(error.attribute, "rule.entry[1].comment");
    check_number(*error.index, 1);
    rules[1].helper = zero;
    error = must_fail(client.rules().del("a", rules), EINVAL);
    check_text(error.attribute, "rule.entry[1].helper");
    rules[0].to = SetRef(zero);
    rules[0].from = prefix("10.0.0.0/8");
    error = must_fail(client.rules().replace("a", rules), EINVAL);
    check_text(error.attribute, "rule.entry[0].to.set-name");
    check_number(*error.index, 0);
    error = must_fail(client.vifs().change({.sgs = {{SgRef("a"), SgRef(zero)}}}), EINVAL);
    check_text(error.attribute, "vif.sg[1].name");
    check(!error.index);
    must_fail(client.rules().add("a", std::vector<RuleSpec>(bulk_max + 1)), E2BIG);
    must_fail(client.rules().del("a", std::vector<std::uint32_t>(bulk_max + 1)), E2BIG);
    check(kernel.messages.empty());
}

/// The most that is allowed fits in one message, which is far longer than 64 KiB.
void bulk_is_one_message(void**) {
    Kernel kernel;
    kernel.answer({ack()});
    auto client = must(Client::open(kernel.transport()));
    std::vector<RouteSpec> routes(bulk_max, {prefix("fd00::/64"), NexthopId(7)});
    must(client.routes().add("blue", routes));
    check_number(kernel.messages.size(), 1);
    check_number(kernel.sent().bytes.size(), 20 + 12 + bulk_max * (4 + 20 + 8 + 8));
}

/// No entries at all is for the kernel to judge.
void empty_bulk(void**) {
    check_message([](Client& c) { must(c.routes().add("blue", std::span<const RouteSpec>())); }, 26,
                  run_flags | NLM_F_CREATE, blue);
}

} // namespace

int main() {
    const CMUnitTest tests[] = {
        cmocka_unit_test(network),
        cmocka_unit_test(network_partial),
        cmocka_unit_test(tunnel),
        cmocka_unit_test(vif),
        cmocka_unit_test(nexthop),
        cmocka_unit_test(nexthop_specs),
        cmocka_unit_test(route),
        cmocka_unit_test(route_queries),
        cmocka_unit_test(fdb),
        cmocka_unit_test(neighbour),
        cmocka_unit_test(label),
        cmocka_unit_test(set),
        cmocka_unit_test(element),
        cmocka_unit_test(element_queries),
        cmocka_unit_test(sg),
        cmocka_unit_test(rule),
        cmocka_unit_test(rule_peers),
        cmocka_unit_test(rule_queries),
        cmocka_unit_test(limits),
        cmocka_unit_test(policer),
        cmocka_unit_test(policers_of_vifs),
        cmocka_unit_test(flows),
        cmocka_unit_test(drops_and_info),
        cmocka_unit_test(requests_describe_themselves),
        cmocka_unit_test(refuses_locally),
        cmocka_unit_test(bulk_is_one_message),
        cmocka_unit_test(empty_bulk),
    };
    return run_group(tests, "request");
}
