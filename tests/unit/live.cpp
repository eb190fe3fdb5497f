// SPDX-License-Identifier: LGPL-2.1-or-later
// The library against the module itself. Needs root and the module, and makes network namespaces
// and devices, so it is run in a virtual machine:
//
//     tests/vm/run -- tests/unit/run-live
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <thread>

#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include "samples.hpp"

using namespace unit;
using namespace std::chrono_literals;

namespace {

constexpr const char* netns = "vr-live";

void shell(const std::string& command) {
    if (std::system(command.c_str()) != 0)
        fail_at("failed: " + command, Where::current());
}

int set_up(void**) {
    shell(std::string("ip netns add ") + netns);
    for (const char* device : {"tap0", "tap1"})
        shell(std::string("ip -n ") + netns + " link add " + device + " type veth peer name " +
              device + "p && ip -n " + netns + " link set " + device + " up && ip -n " + netns +
              " link set " + device + "p up");
    shell(std::string("ip -n ") + netns + " addr add 192.0.2.1/24 dev lo");
    shell(std::string("ip -n ") + netns + " link set lo up");
    return 0;
}

int tear_down(void**) {
    shell(std::string("ip netns del ") + netns);
    return 0;
}

IpAddress v4(std::size_t a, std::size_t b, std::size_t c, std::size_t d) {
    auto byte = [](std::size_t value) { return static_cast<std::uint8_t>(value); };
    return IpAddress(std::array<std::uint8_t, 4>{byte(a), byte(b), byte(c), byte(d)});
}

Client open() {
    return must(Client::open_netns(netns));
}

/// The events that have come until there are none for a while.
std::vector<Event> events_of(Monitor& monitor) {
    std::vector<Event> result;
    pollfd waiting{monitor.fd(), POLLIN, 0};
    while (poll(&waiting, 1, 200) > 0)
        for (auto& event : must(monitor.read()))
            result.push_back(std::move(event));
    return result;
}

void info(void**) {
    auto client = open();
    auto info = must(client.info());
    check(!info.version.empty());
    check_number(info.networks + info.tunnels + info.vifs + info.nexthops, 0);
}

/// Makes one of each, in the order of dependency, and what a caller would want to know about it.
void objects(void**) {
    auto client = open();
    must(client.tunnels().add(
        {.name = "vx0", .type = TunnelType::vxlan, .local = ip("192.0.2.1"), .device = "lo"}));
    must(client.networks().add({.name = "blue",
                                .vni = 100,
                                .tunnel = "vx0",
                                .gateways = {{prefix("10.0.0.254/24"), prefix("fd00::1/64")}},
                                .mtu = 1450,
                                .policy = Policy::allow}));
    must(client.vifs().add({.name = "vm1",
                            .device = "tap0",
                            .network = "blue",
                            .mac = mac("02:00:00:00:00:01"),
                            .addresses = {{prefix("10.0.0.1"), prefix("fd00::2")}}}));
    must(client.nexthops().add({.id = NexthopId(7),
                                .type = NexthopType::tunnel,
                                .tunnel = "vx0",
                                .remote = ip("192.0.2.2"),
                                .vni = 100}));
    must(client.nexthops().add({.id = NexthopId(8), .type = NexthopType::vif, .vif = "vm1"}));
    must(client.nexthops().add({.id = NexthopId(90),
                                .type = NexthopType::flood,
                                .members = {{{NexthopId(7)}, {NexthopId(8)}}}}));
    must(client.networks().change({.name = "blue", .flood = NexthopId(90)}));

    auto network = must(client.networks().get("blue"));
    check(network.vni == 100 && network.tunnel->name == "vx0" && network.mtu == 1450);
    check(network.gateways.size() == 2 && network.policy == Policy::allow);
    check(network.flood == NexthopId(90) && network.vifs == 1 && network.generation > 0);
    auto tunnel = must(client.tunnels().get("vx0"));
    check(tunnel.local == ip("192.0.2.1") && tunnel.port == 4789 && tunnel.device->name == "lo");
    auto vif = must(client.vifs().get("vm1"));
    check(vif.device.name == "tap0" && vif.network.name == "blue" && vif.up);
    check(vif.addresses.size() == 2 && vif.addresses[0].active);
    auto flood = must(client.nexthops().get(NexthopId(90)));
    check(flood.members.size() == 2 && flood.refs == 1);
    must(client.drops().list({.network = "blue"}));
    must(client.drops().list({.vif = "vm1"}));
    auto drops = must(client.drops().list());
    check(!drops.empty());
    check(must(client.drops().get(drops[0].name)) == drops[0]);
    check(must(client.drops().get(drops[0].name, {.vif = "vm1"})).vif->name == "vm1");
    must_fail(client.drops().get("nope"), ENOENT);
}

/// What is read can be written again, and nothing changes by it.
void specs_round_trip(void**) {
    auto client = open();
    auto before = must(client.info()).generation;
    for (const auto& tunnel : must(client.tunnels().list()))
        must(client.tunnels().add(tunnel.spec()));
    for (const auto& network : must(client.networks().list()))
        must(client.networks().add(network.spec()));
    for (const auto& vif : must(client.vifs().list()))
        must(client.vifs().add(vif.spec()));
    for (const auto& nexthop : must(client.nexthops().list()))
        must(client.nexthops().add(nexthop.spec()));
    check_number(must(client.info()).generation, before);
    for (const auto& network : must(client.networks().list()))
        must(client.networks().replace(network.spec()));
    check(must(client.networks().get("blue")).flood == NexthopId(90));
}

void entries(void**) {
    auto client = open();
    std::vector<RouteSpec> routes;
    for (std::size_t i = 0; i < 100; i++)
        routes.push_back({must(Prefix::make(v4(10, 1, i, 0), 24)), NexthopId(7)});
    must(client.routes().add("blue", routes));
    must(client.routes().add("blue", routes));
    must_fail(client.routes().add_exclusive("blue", routes[3]), EEXIST);
    check(must(client.routes().lookup("blue", ip("10.1.7.9"))).prefix == prefix("10.1.7.0/24"));
    check(must(client.routes().lookup("blue", ip("10.0.0.1"))).vif->name == "vm1");
    check(must(client.routes().get("blue", prefix("10.1.7.0/24"))).nexthop == NexthopId(7));
    check_number(must(client.routes().list({.nexthop = NexthopId(7)})).size(), 100);
    must(client.routes().change("blue", {prefix("10.1.7.0/24"), NexthopId(8)}));
    check_number(must(client.routes().list({.network = "blue", .nexthop = NexthopId(8)})).size(),
                 1);
    must(client.routes().replace("blue", {prefix("fd01::/64"), NexthopId(7)}));
    must(client.routes().del("blue", prefix("10.1.9.0/24")));
    must(client.routes().flush("blue", Family::v4));
    check_number(must(client.routes().list({.nexthop = NexthopId(7)})).size(), 1);
    must(client.routes().flush("blue"));

    must(client.fdb().add("blue", {mac("02:00:00:00:00:02"), NexthopId(7)}));
    check(must(client.fdb().get("blue", mac("02:00:00:00:00:02"))).origin == Origin::static_);
    check(must(client.fdb().get("blue", mac("02:00:00:00:00:01"))).vif->name == "vm1");
    check_number(must(client.fdb().list({.nexthop = NexthopId(7)})).size(), 1);
    must(client.fdb().change("blue", {mac("02:00:00:00:00:02"), NexthopId(7)}));
    must(client.fdb().del("blue", mac("02:00:00:00:00:02")));
    must(client.fdb().flush("blue"));

    must(client.neighbours().add("blue", {ip("10.0.0.2"), mac("02:00:00:00:00:02")}));
    check(must(client.neighbours().get("blue", ip("10.0.0.2"))).mac == mac("02:00:00:00:00:02"));
    must(client.neighbours().list({.network = "blue", .family = Family::v6}));
    // The vif's own entry for the same address hides this one.
    must(client.neighbours().add("blue", {ip("10.0.0.1"), mac("02:00:00:00:00:09")}));
    int hidden = 0;
    for (const auto& neighbour : must(client.neighbours().list({.network = "blue"}))) {
        hidden += !neighbour.active;
        check(neighbour.active == neighbour.answered.has_value());
    }
    check_number(static_cast<std::uint64_t>(hidden), 1);
    must(client.neighbours().del("blue", ip("10.0.0.2")));
    must(client.neighbours().flush("blue"));
}

/// A label leads to a network or to a next hop, and goes from one to the other.
void labels(void**) {
    auto client = open();
    must(client.labels().add({.label = LabelId(500), .network = "blue"}));
    auto label = must(client.labels().get(LabelId(500)));
    check(label.network->name == "blue" && !label.nexthop);
    must(client.labels().add(label.spec()));
    must_fail(client.labels().add_exclusive(label.spec()), EEXIST);
    must(client.labels().change({.label = LabelId(500), .nexthop = NexthopId(8)}));
    label = must(client.labels().get(LabelId(500)));
    check(!label.network && label.nexthop == NexthopId(8));
    check_number(must(client.labels().list({.nexthop = NexthopId(8)})).size(), 1);
    check_number(must(client.labels().list({.network = "blue"})).size(), 0);
    check_number(*must(client.info()).labels, 1);

    auto error = must_fail(client.labels().add({.label = LabelId(15), .network = "blue"}), ERANGE);
    check_text(error.attribute, "label.label");
    check(!client.labels().add({.label = LabelId(501)}));
    check(
        !client.labels().add({.label = LabelId(501), .network = "blue", .nexthop = NexthopId(8)}));
    must(client.labels().del(LabelId(500)));
    must_fail(client.labels().get(LabelId(500)), ENOENT);
}

/// A policer, the vif that uses it, and what the kernel says about both.
void policers(void**) {
    auto client = open();
    must(client.policers().add({.name = "gold", .rate = 10'000'000, .overhead = -4}));
    auto policer = must(client.policers().get("gold"));
    check(policer.rate == 10'000'000 && policer.overhead == -4 &&
          policer.level == PolicerLevel::l2 && policer.burst == 0 && policer.refs == 0);
    must(client.policers().add(policer.spec()));
    must_fail(client.policers().add_exclusive(policer.spec()), EEXIST);
    must_fail(client.policers().add({.name = "gold", .rate = 5000}), EEXIST);
    must(
        client.policers().change({.name = "gold", .packet_rate = 2000, .level = PolicerLevel::l3}));
    policer = must(client.policers().get(policer.id));
    check(policer.packet_rate == 2000 && policer.level == PolicerLevel::l3);
    check_number(must(client.policers().list()).size(), 1);
    check_number(*must(client.info()).policers, 1);
    auto error = must_fail(client.policers().change({.name = "gold", .rate = 999}), ERANGE);
    check_text(error.attribute, "policer.rate");
    error = must_fail(client.policers().change({.name = "gold", .overhead = -65}), ERANGE);
    check_text(error.attribute, "policer.overhead");

    auto vif = must(client.vifs().list()).at(0);
    check(!vif.policer && !vif.egress_policer);
    must(client.vifs().change({.id = vif.id, .policer = "gold", .egress_policer = policer.id}));
    auto policed = must(client.vifs().get(vif.id));
    check(policed.policer->name == "gold" && policed.egress_policer->id == policer.id);
    must(client.vifs().add(policed.spec()));
    check_number(must(client.policers().get("gold")).refs, 2);
    must_fail(client.policers().del("gold"), EBUSY);
    must(client.vifs().change(
        {.id = vif.id, .policer = PolicerId(0), .egress_policer = PolicerId(0)}));
    check(must(client.vifs().get(vif.id)).spec() == vif.spec());
    must(client.policers().del("gold"));
    must_fail(client.policers().get("gold"), ENOENT);
}

/// The most routes that one message may carry: all or nothing, and the culprit is named.
void big_bulk(void**) {
    auto client = open();
    std::vector<RouteSpec> routes;
    for (std::size_t i = 0; i < bulk_max; i++)
        routes.push_back({v4(11, i >> 8, i, 1), NexthopId(7)});
    routes[50000].nexthop = NexthopId(12345);
    auto error = must_fail(client.routes().add("blue", routes), ENOENT);
    check_text(error.attribute, "route.entry[50000].nexthop");
    check(error.index == 50000);
    check_number(must(client.routes().list({.nexthop = NexthopId(7)})).size(), 0);

    routes[50000].nexthop = NexthopId(7);
    auto start = std::chrono::steady_clock::now();
    must(client.routes().add("blue", routes));
    auto added = std::chrono::steady_clock::now();
    check_number(must(client.routes().list({.nexthop = NexthopId(7)})).size(), bulk_max);
    auto listed = std::chrono::steady_clock::now();
    std::printf("# %zu routes added in %lld ms, listed in %lld ms\n", routes.size(),
                static_cast<long long>((added - start) / 1ms),
                static_cast<long long>((listed - added) / 1ms));
    must(client.routes().flush("blue"));
}

/// A socket that fails once, on the way.
class FailingOnce final : public Transport {
public:
    explicit FailingOnce(std::unique_ptr<Transport> socket) : socket_(std::move(socket)) {}

    Result<void> send(std::span<const std::uint8_t> datagram) override {
        return socket_->send(datagram);
    }
    Result<std::size_t> receive(std::span<std::uint8_t> buffer, bool wait) override {
        if (fail_after && --fail_after == 0)
            return Error{.code = ENOBUFS, .message = "from the test"};
        return socket_->receive(buffer, wait);
    }
    Result<void> join(std::uint32_t group) override { return socket_->join(group); }
    std::uint32_t port_id() const noexcept override { return socket_->port_id(); }
    int fd() const noexcept override { return socket_->fd(); }

    static inline int fail_after = 0;

private:
    std::unique_ptr<Transport> socket_;
};

/// The kernel refuses a dump while another one is running on the socket.
void a_dump_that_failed_is_ended(void**) {
    auto socket = std::make_unique<FailingOnce>(must(Transport::open_netns(netns)));
    auto client = must(Client::open(std::move(socket)));
    std::vector<RouteSpec> routes;
    for (std::size_t i = 0; i < 5000; i++)
        routes.push_back({must(Prefix::make(v4(10, 2, i / 256, i % 256), 32)), NexthopId(7)});
    must(client.routes().add("blue", routes));
    auto count = must(client.routes().list()).size();
    check(count >= 5000);
    FailingOnce::fail_after = 2;
    must_fail(client.routes().list(), ENOBUFS);
    check_number(must(client.routes().list()).size(), count);
    FailingOnce::fail_after = 2;
    must_fail(client.routes().list(), ENOBUFS);
    must(client.info());
    must(client.routes().flush("blue"));
}

/// By the policies that the module has.
void the_client_says_what_the_module_supports(void**) {
    auto client = open();
    for (const char* what : {"flow-count", "network.flow-cache", "network.gateway.len",
                             "route.entry.nexthop", "rule.entry.from.set-id", "vif.frag-memory"})
        check(must(client.supports(what)));
    // That is only told.
    check(!must(client.supports("network.routes")));
}

void refusals(void**) {
    auto client = open();
    auto error = must_fail(client.networks().add({.name = "red", .vni = 1u << 24}), ERANGE);
    check_text(error.attribute, "network.vni");
    error = must_fail(client.networks().get("nope"), ENOENT);
    check_text(error.attribute, "network.name");
    error = must_fail(client.networks().add({.vni = 5}), EINVAL);
    check_text(error.attribute, "network.name");
    error =
        must_fail(client.networks().add({.name = "red", .policy = static_cast<Policy>(9)}), ERANGE);
    check_text(error.attribute, "network.policy");
    check_text(error.hint, "allowed is 0 to 1");
    error =
        must_fail(client.vifs().change(
                      {.name = "vm1", .addresses = {{prefix("10.0.0.1"), prefix("224.0.0.1")}}}),
                  EADDRNOTAVAIL);
    check(error.attribute.starts_with("vif.address[1]"));
    error = must_fail(client.tunnels().del("vx0"), EBUSY);
    check(error.message.find("vx0") != std::string::npos);
    error = must_fail(client.routes().add("blue", {prefix("10.0.0.1/24"), NexthopId(7)}), EINVAL);
    check_text(error.attribute, "route.entry[0].prefix");
    must_fail(client.routes().add("blue", {prefix("10.3.0.0/24"), {}}), EINVAL);
    must_fail(client.routes().add("blue", std::span<const RouteSpec>()), EINVAL);
    must_fail(client.vifs().list({.network = "nope"}), ENOENT);
}

void renamed(void**) {
    auto client = open();
    auto id = must(client.networks().get("blue")).id;
    must(client.networks().change({.id = id, .name = "azure"}));
    must_fail(client.networks().get("blue"), ENOENT);
    must_fail(client.networks().get({id, "blue"}), EINVAL);
    must(client.networks().change({.id = id, .name = "blue"}));
    check(must(client.networks().get({id, "blue"})).id == id);
}

void created_nexthop(void**) {
    auto client = open();
    auto made = must(client.nexthops().create({.type = NexthopType::blackhole}));
    check(made.id.value() > 0 && made.type == NexthopType::blackhole);
    must_fail(client.nexthops().create(made.spec()), EEXIST);
    must(client.nexthops().del(made.id));
}

void batches(void**) {
    auto client = open();
    Batch batch;
    for (std::uint32_t i = 1000; i < 3000; i++)
        batch.push(requests::add(NexthopSpec{
            .id = NexthopId(i), .type = NexthopType::reject, .reject_code = RejectCode::host}));
    batch.push(requests::del(NexthopId(999999)));
    for (std::uint32_t i = 1000; i < 3000; i++)
        batch.push(requests::del(NexthopId(i)));
    auto start = std::chrono::steady_clock::now();
    auto results = client.run(batch);
    std::printf("# %zu requests in %lld ms\n", batch.size(),
                static_cast<long long>((std::chrono::steady_clock::now() - start) / 1ms));
    for (std::size_t i = 0; i < results.size(); i++)
        if (i == 2000)
            check_text(must_fail(results[i], ENOENT).attribute, "nexthop.id");
        else
            must(results[i]);
}

void monitored(void**) {
    auto monitor = must(Monitor::open_netns(netns));
    auto client = open();
    check(must(monitor.read()).empty());
    must(client.networks().change({.name = "blue", .mtu = 1400}));
    must(client.fdb().add("blue", {mac("02:00:00:00:00:03"), NexthopId(7)}));
    must(client.fdb().flush("blue"));
    auto events = events_of(monitor);
    check_number(events.size(), 3);
    check(events[0].type == Event::Type::set);
    check(std::get<NetworkInfo>(events[0].value).mtu == 1400);
    check(events[1].type == Event::Type::set && events[2].type == Event::Type::deleted);
    check(std::get<FdbInfo>(events[2].value).mac == mac("02:00:00:00:00:03"));
}

/// A listener that does not read finds out that it missed something.
void overrun(void**) {
    auto monitor = must(Monitor::open_netns(netns));
    auto client = open();
    std::vector<FdbSpec> entries;
    for (std::uint32_t i = 0; i < 50000; i++)
        entries.push_back({MacAddress({2, 1, 0, 0, static_cast<std::uint8_t>(i >> 8),
                                       static_cast<std::uint8_t>(i)}),
                           NexthopId(7)});
    must(client.fdb().add("blue", entries));
    must(client.fdb().flush("blue"));
    auto events = events_of(monitor);
    auto is_overrun = [](const Event& event) { return event.type == Event::Type::overrun; };
    std::printf("# %zu events before an overrun\n", events.size());
    check(std::ranges::any_of(events, is_overrun));
    must(client.networks().change({.name = "blue", .mtu = 1390}));
    check_number(events_of(monitor).size(), 1);
}

/// What is listed while it changes is one consistent state, or an error.
void list_under_changes(void**) {
    auto client = open();
    std::vector<RouteSpec> routes;
    for (std::size_t i = 0; i < 2000; i++)
        routes.push_back({v4(12, i >> 8, i, 1), NexthopId(7)});
    must(client.routes().add("blue", routes));
    std::atomic<bool> stop = false;
    std::thread changer([&] {
        auto other = open();
        for (int i = 0; !stop; i++) {
            must(other.routes().add("blue", {v4(13, 0, 0, 1), NexthopId(7)}));
            std::this_thread::sleep_for(i < 20 ? 1ms : 50ms);
            must(other.routes().del("blue", prefix("13.0.0.1")));
        }
    });
    int listed = 0, interrupted = 0;
    for (int i = 0; i < 50; i++) {
        auto result = client.routes().list({.nexthop = NexthopId(7)});
        listed += result.has_value();
        interrupted += !result;
        if (result)
            check(result->size() == 2000 || result->size() == 2001);
        else
            must_fail(result, EINTR);
    }
    stop = true;
    changer.join();
    std::printf("# listed %d times, interrupted %d times\n", listed, interrupted);
    check(listed > 0);
    must(client.routes().flush("blue"));
}

/// Anyone may ask for the version, only the administrator may look and change.
void without_permission(void**) {
    auto child = fork();
    if (child == 0) {
        bool good = setuid(65534) == 0;
        auto client = Client::open();
        good = good && client && client->info();
        auto hidden = client->networks().list();
        good = good && !hidden && hidden.error().code == EPERM &&
               hidden.error().hint == "this needs CAP_NET_ADMIN in the network namespace";
        good = good && !Monitor::open();
        auto refused = client->networks().add({.name = "red"});
        good = good && !refused && refused.error().code == EPERM &&
               refused.error().hint == "this needs CAP_NET_ADMIN in the network namespace";
        _exit(good ? 0 : 1);
    }
    int status = -1;
    check(waitpid(child, &status, 0) == child);
    check_number(static_cast<std::uint64_t>(status), 0);
}

/// A device that goes takes its vif along; a next hop to it stays, without a name.
void device_that_goes(void**) {
    auto client = open();
    must(client.vifs().add({.name = "vm2", .device = "tap1", .network = "blue"}));
    must(client.nexthops().add({.id = NexthopId(9), .type = NexthopType::vif, .vif = "vm2"}));
    auto monitor = must(Monitor::open_netns(netns));
    shell(std::string("ip -n ") + netns + " link del tap1");
    must_fail(client.vifs().get("vm2"), ENOENT);
    check_text(must(client.nexthops().get(NexthopId(9))).vif->name, "");
    auto events = events_of(monitor);
    check(std::ranges::any_of(events, [](const Event& event) {
        return event.type == Event::Type::deleted && event.kind() == ObjectKind::vif;
    }));
    must(client.nexthops().del(NexthopId(9)));
}

void deleted(void**) {
    auto client = open();
    must(client.networks().change({.name = "blue", .flood = NexthopId(0)}));
    must(client.nexthops().del(NexthopId(90)));
    must(client.nexthops().del(NexthopId(8)));
    must(client.nexthops().del(NexthopId(7)));
    must(client.vifs().del("vm1"));
    must(client.networks().del("blue"));
    must(client.tunnels().del("vx0"));
    auto info = must(client.info());
    check_number(info.networks + info.tunnels + info.vifs + info.nexthops, 0);
}

/// The module is taken out and put back under a client and a monitor.
void module_exchanged(void**) {
    const char* module = std::getenv("VROUTER_KO");
    if (!module)
        skip();
    auto monitor = must(Monitor::open_netns(netns));
    auto client = open();
    shell("rmmod vrouter");
    check_text(must_fail(client.info(), ENOENT).hint, "load the module: modprobe vrouter");
    shell(std::string("insmod ") + module);
    must(client.info());
    // Only when this is read does the monitor listen to the new module.
    auto events = events_of(monitor);
    check_number(events.size(), 2);
    check(events[0].type == Event::Type::unloaded && events[1].type == Event::Type::loaded);
    must(client.networks().add({.name = "green"}));
    must(client.networks().del("green"));
    events = events_of(monitor);
    check_number(events.size(), 2);
    check(events[0].kind() == ObjectKind::network && events[0].type == Event::Type::set);
    check(events[1].kind() == ObjectKind::network && events[1].type == Event::Type::deleted);
}

/// That it went and came was lost with other notifications.
void a_module_exchanged_unheard_is_found(void**) {
    const char* module = std::getenv("VROUTER_KO");
    if (!module)
        skip();
    auto monitor = must(Monitor::open_netns(netns));
    auto client = open();
    must(client.networks().add({.name = "green"}));
    must(client.nexthops().add({.id = NexthopId(7), .type = NexthopType::blackhole}));
    std::vector<FdbSpec> entries;
    for (std::uint32_t i = 0; i < 50000; i++)
        entries.push_back({MacAddress({2, 1, 0, 0, static_cast<std::uint8_t>(i >> 8),
                                       static_cast<std::uint8_t>(i)}),
                           NexthopId(7)});
    must(client.fdb().add("green", entries));
    must(client.fdb().flush("green"));
    shell("rmmod vrouter");
    shell(std::string("insmod ") + module);
    auto events = events_of(monitor);
    auto is = [](Event::Type type) {
        return [type](const Event& event) { return event.type == type; };
    };
    check(std::ranges::any_of(events, is(Event::Type::overrun)));
    check(std::ranges::any_of(events, is(Event::Type::loaded)));
    must(client.networks().add({.name = "red"}));
    events = events_of(monitor);
    check_number(events.size(), 1);
    check(events[0].kind() == ObjectKind::network);
    must(client.networks().del("red"));
}

} // namespace

int main() {
    const CMUnitTest tests[] = {
        cmocka_unit_test(info),
        cmocka_unit_test(objects),
        cmocka_unit_test(specs_round_trip),
        cmocka_unit_test(entries),
        cmocka_unit_test(labels),
        cmocka_unit_test(policers),
        cmocka_unit_test(big_bulk),
        cmocka_unit_test(a_dump_that_failed_is_ended),
        cmocka_unit_test(the_client_says_what_the_module_supports),
        cmocka_unit_test(refusals),
        cmocka_unit_test(renamed),
        cmocka_unit_test(created_nexthop),
        cmocka_unit_test(batches),
        cmocka_unit_test(monitored),
        cmocka_unit_test(overrun),
        cmocka_unit_test(list_under_changes),
        cmocka_unit_test(without_permission),
        cmocka_unit_test(device_that_goes),
        cmocka_unit_test(deleted),
        cmocka_unit_test(module_exchanged),
        cmocka_unit_test(a_module_exchanged_unheard_is_found),
    };
    if (!std::getenv("CMOCKA_MESSAGE_OUTPUT"))
        cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
