// SPDX-License-Identifier: LGPL-2.1-or-later
// Protocols and elements as text, and a set that is made to hold a list.
#include "samples.hpp"

using namespace unit;

namespace {

void protocols(void**) {
    const std::pair<const char*, unsigned> names[] = {
        {"all", 0},    {"icmp", 1},   {"igmp", 2},    {"ipip", 4},      {"tcp", 6},
        {"udp", 17},   {"dccp", 33},  {"ipv6", 41},   {"rsvp", 46},     {"gre", 47},
        {"esp", 50},   {"ah", 51},    {"icmpv6", 58}, {"ospf", 89},     {"pim", 103},
        {"vrrp", 112}, {"l2tp", 115}, {"sctp", 132},  {"udplite", 136}, {"mpls", 137}};
    for (const auto& [name, number] : names) {
        auto protocol = must(Protocol::parse(name));
        check_number(protocol.number(), number);
        check_text(protocol.to_string(), name);
        check(must(Protocol::parse(std::to_string(number))) == protocol);
    }
    check_number(must(Protocol::parse("ipv6-icmp")).number(), 58);
    check_text(to_string(Protocol(253)), "253");
    check(must(Protocol::parse("253")) == Protocol(253));
    for (const char* bad : {"", "TCP", "tcp ", "256", "-1", "6x", "0x6", " 6"})
        must_fail(Protocol::parse(bad), EINVAL);
    check_text(must_fail(Protocol::parse("tpc"), EINVAL).message, "\"tpc\" is not an IP protocol");

    for (unsigned number = 0; number < 256; number++) {
        Protocol protocol(static_cast<std::uint8_t>(number));
        check(must(Protocol::parse(protocol.to_string())) == protocol);
        bool ports = number == 6 || number == 17 || number == 33 || number == 132 || number == 136;
        check(protocol.has_ports() == ports);
        check(protocol.is_icmp() == (number == 1 || number == 58));
        check(protocol.is_all() == (number == 0));
    }
}

void ports(void**) {
    Protocol tcp(6), icmp(1), icmpv6(58), esp(50);
    check_number(must(tcp.parse_port("0")), 0);
    check_number(must(tcp.parse_port("65535")), 65535);
    for (const char* bad : {"", "65536", "-1", "http", "80 ", "8/0"})
        must_fail(tcp.parse_port(bad), EINVAL);
    check_text(must_fail(esp.parse_port("80"), EINVAL).message, "protocol esp has no ports");
    check_text(must_fail(Protocol().parse_port("80"), EINVAL).message, "protocol all has no ports");

    const std::pair<const char*, unsigned> v4[] = {{"8/0", 0x800},
                                                   {"echo-request", 0x800},
                                                   {"ping", 0x800},
                                                   {"0/0", 0},
                                                   {"pong", 0},
                                                   {"255/255", 0xffff},
                                                   {"3/4", 0x304},
                                                   {"fragmentation-needed", 0x304},
                                                   {"host-prohibited", 0x30a},
                                                   {"11/1", 0xb01},
                                                   {"ttl-zero-during-reassembly", 0xb01},
                                                   {"address-mask-reply", 0x1200}};
    for (const auto& [text, port] : v4)
        check_number(must(icmp.parse_port(text)), port);
    const std::pair<const char*, unsigned> v6[] = {{"128/0", 0x8000},
                                                   {"echo-request", 0x8000},
                                                   {"neighbour-solicitation", 0x8700},
                                                   {"neighbor-advertisement", 0x8800},
                                                   {"neigbour-solicitation", 0x8700},
                                                   {"packet-too-big", 0x200}};
    for (const auto& [text, port] : v6)
        check_number(must(icmpv6.parse_port(text)), port);
    for (const char* bad : {"", "8", "8/", "/0", "8/0/0", "256/0", "8/256", "packet-too-big"})
        must_fail(icmp.parse_port(bad), EINVAL);
    check_text(icmp.port_to_string(0x304), "3/4");
    check_text(icmpv6.port_to_string(0x8000), "128/0");
    check_text(tcp.port_to_string(0x304), "772");
}

ElementKey key(const char* text) {
    return must(ElementKey::parse(text));
}

void keys(void**) {
    check(key("10.0.0.0/8") == ElementKey{prefix("10.0.0.0/8")});
    check(key("fd00::1") == ElementKey{prefix("fd00::1/128")});
    check(key("10.0.0.1/8") == ElementKey{prefix("10.0.0.1/8")});
    check(key("10.0.0.1,tcp:80") == ElementKey{prefix("10.0.0.1"), Protocol(6), 80});
    check(key("10.0.0.0/8,6:80") == key("10.0.0.0/8,tcp:80"));
    check(key("10.0.0.0/8,icmp:8/0") == ElementKey{prefix("10.0.0.0/8"), Protocol(1), 0x800});
    check(key("10.0.0.0/8,icmp:echo-request") == key("10.0.0.0/8,icmp:8/0"));
    check(key("::/0,icmpv6:3/0-3/255") == ElementKey{prefix("::/0"), Protocol(58), 0x300, 0x3ff});
    check(key("10.0.0.0/8,tcp:1000-2000") ==
          ElementKey{prefix("10.0.0.0/8"), Protocol(6), 1000, 2000});
    check(key("10.0.0.0/8,tcp:80-80") == key("10.0.0.0/8,tcp:80"));
    check(key("10.0.0.0/8,esp") == ElementKey{prefix("10.0.0.0/8"), Protocol(50)});
    check(key("10.0.0.0/8,all") == ElementKey{prefix("10.0.0.0/8"), Protocol(0)});
    check(key("10.0.0.0/8,tcp") == ElementKey{prefix("10.0.0.0/8"), Protocol(6)});

    for (const char* text :
         {"10.0.0.0/8", "fd00::1", "fd00::/8", "10.0.0.1,tcp:80", "10.0.0.0/8,udp:53-65535",
          "10.0.0.0/8,icmp:8/0", "fd00::/8,icmpv6:128/0-129/0", "10.0.0.0/8,esp", "10.0.0.0/8,all",
          "0.0.0.0/0,253", "10.0.0.0/8,sctp"})
        check_text(key(text).to_string(), text);
    check_text(key("10.0.0.1/32").to_string(), "10.0.0.1");
    check_text(ElementKey({prefix("10.0.0.1"), Protocol(6), 80, 80}).to_string(),
               "10.0.0.1,tcp:80");
}

void bad_keys(void**) {
    auto message = [](const char* text) {
        return must_fail(ElementKey::parse(text), EINVAL).message;
    };
    check_text(message(""), "\"\" is not an IPv4 or IPv6 address");
    check_text(message("10.0.0.0/33"),
               "prefix length 33 is more than the 32 bits of an IPv4 address");
    check_text(message("10.0.0.1,"), "\"\" is not an IP protocol");
    check_text(message("10.0.0.1,http"), "\"http\" is not an IP protocol");
    check_text(message("10.0.0.1,tcp:"), "\"\" is not a port, 0 to 65535");
    check_text(message("10.0.0.1,tcp:x"), "\"x\" is not a port, 0 to 65535");
    check_text(message("10.0.0.1,tcp:80-"), "\"\" is not a port, 0 to 65535");
    check_text(message("10.0.0.1,tcp:-80"), "\"\" is not a port, 0 to 65535");
    check_text(message("10.0.0.1,tcp:80-70000"), "\"70000\" is not a port, 0 to 65535");
    check_text(message("10.0.0.1,tcp:90-80"), "the range 90-80 ends before it begins");
    check_text(message("10.0.0.1,icmp:8"), "\"8\" is not a type and code of icmp");
    check_text(message("10.0.0.1,gre:0"), "protocol gre has no ports");
    check_text(message("10.0.0.1,all:80"), "protocol all has no ports");
    check_text(message("10.0.0.1,tcp:80,nomatch"), "\"80,nomatch\" is not a port, 0 to 65535");
}

void specs(void**) {
    auto info = element_info();
    check(info.spec() == ElementSpec{info.key, true, 30, "web servers"});
    info.expires = std::chrono::milliseconds(0);
    check_number(*info.spec().timeout, 1);
    info.expires = std::chrono::milliseconds(30000);
    check_number(*info.spec().timeout, 30);
    // One that stays, whatever the set says.
    info.expires.reset();
    check_number(*info.spec().timeout, 0);
    auto set = set_info();
    check(set.spec() == SetSpec{SetId(7), "clients", SetType::net_port, 300, true, 11});
}

/// What was asked of the kernel, and the name of the set that was made.
struct Assigned {
    Kernel kernel;
    std::string name;
    std::vector<std::uint8_t> commands() const {
        std::vector<std::uint8_t> result;
        for (const auto& message : kernel.messages)
            result.push_back(message.command);
        return result;
    }
    /// Answers up to the making of the set.
    void begin() {
        kernel.answer({reply(VROUTER_CMD_SET_GET, set_attrs()), ack()});
        kernel.answer([this](Kernel& k, const Sent& sent) {
            auto attributes = sent.attributes();
            name = reinterpret_cast<const char*>(attributes.data()) + NLA_HDRLEN;
            k.queue({ack()}, sent.header.nlmsg_seq);
        });
    }
    Result<void> run(std::size_t count) {
        auto client = must(Client::open(kernel.transport()));
        std::vector<ElementSpec> elements(count, {.key = {prefix("10.0.0.0/8")}});
        return client.elements().assign("clients", elements);
    }
    std::string sent(std::size_t index) const {
        return to_hex(kernel.messages[index].attributes());
    }
};

using Commands = std::vector<std::uint8_t>;
constexpr std::uint8_t get = VROUTER_CMD_SET_GET, make = VROUTER_CMD_SET_NEW,
                       fill = VROUTER_CMD_ELEMENT_NEW, swap_ = VROUTER_CMD_SET_SWAP,
                       del = VROUTER_CMD_SET_DEL;

void assign(void**) {
    Assigned run;
    run.begin();
    for (int i = 0; i < 4; i++)
        run.kernel.answer({ack()});
    must(run.run(bulk_max + 2));
    check(run.commands() == Commands{get, make, fill, fill, swap_, del});
    check_number(run.name.size(), 24);
    check(run.name.starts_with(".assign-"));

    auto spec = set_info().spec();
    spec.id.reset();
    spec.name = run.name;
    auto bytes = [](const Request& request) { return to_hex(request.attributes()); };
    check_text(run.sent(1), bytes(requests::add_exclusive(spec)));
    check(run.kernel.messages[1].header.nlmsg_flags & NLM_F_EXCL);
    std::vector<ElementSpec> two(2, {.key = {prefix("10.0.0.0/8")}});
    check_text(run.sent(3), bytes(requests::add(run.name, two)));
    check_text(run.sent(4), bytes(requests::swap_sets(SetId(7), run.name)));
    check_text(run.sent(5), bytes(requests::del(SetRef(run.name))));

    // Nothing is a content too, and the next set has another name.
    Assigned empty;
    empty.begin();
    empty.kernel.answer({ack()});
    empty.kernel.answer({ack()});
    must(empty.run(0));
    check(empty.commands() == Commands{get, make, swap_, del});
    check(empty.name != run.name);
}

void assign_fails(void**) {
    Assigned none;
    none.kernel.answer({ack(ENOENT, words("there is no set \"clients\""))});
    check_text(must_fail(none.run(1), ENOENT).message, "there is no set \"clients\"");
    check(none.commands() == Commands{get});

    Assigned denied;
    denied.kernel.answer({reply(VROUTER_CMD_SET_GET, set_attrs()), ack()});
    denied.kernel.answer({ack(EPERM)});
    must_fail(denied.run(1), EPERM);
    check(denied.commands() == Commands{get, make});

    // The second part is refused by its second entry; the name takes 32 bytes, an entry 20.
    Assigned refused;
    refused.begin();
    refused.kernel.answer({ack()});
    refused.kernel.answer({ack(EINVAL, words("no").u32(NLMSGERR_ATTR_OFFS, 20 + 32 + 20 + 4))});
    refused.kernel.answer({ack()});
    auto error = must_fail(refused.run(bulk_max + 3), EINVAL);
    check_number(*error.index, bulk_max + 1);
    check_text(error.attribute, "element.entry[65537].address");
    check(refused.commands() == Commands{get, make, fill, fill, del});

    Assigned unswapped;
    unswapped.begin();
    unswapped.kernel.answer({ack()});
    unswapped.kernel.answer({ack(EBUSY, words("no swap"))});
    unswapped.kernel.answer({ack(EBUSY, words("no del"))});
    check_text(must_fail(unswapped.run(1), EBUSY).message, "no swap");
    check(unswapped.commands() == Commands{get, make, fill, swap_, del});

    Assigned left;
    left.begin();
    left.kernel.answer({ack()});
    left.kernel.answer({ack()});
    left.kernel.answer({ack(EBUSY, words("it is used"))});
    check_text(must_fail(left.run(1), EBUSY).message,
               "the set has its new elements, but the old ones are left in set \"" + left.name +
                   "\": it is used");
}

} // namespace

int main() {
    const CMUnitTest tests[] = {
        cmocka_unit_test(protocols),    cmocka_unit_test(ports), cmocka_unit_test(keys),
        cmocka_unit_test(bad_keys),     cmocka_unit_test(specs), cmocka_unit_test(assign),
        cmocka_unit_test(assign_fails),
    };
    return run_group(tests, "element");
}
