// SPDX-License-Identifier: GPL-2.0-or-later
// What `ipset save` writes, and what people write for `ipset restore`.
#include "ctl.hpp"

using namespace cli;

namespace {

/// What the kernel of a test was asked for; it agrees to everything.
struct Asked {
    Kernel kernel;
    Ran ran;
};

Asked restore(const std::string& input, const std::string& line = "set restore") {
    Asked asked;
    for (int i = 0; i < 100; i++)
        asked.kernel.answer({ack()});
    asked.ran = run(line, &asked.kernel, input);
    return asked;
}

struct Wanted {
    std::uint8_t command;
    std::uint16_t flags;
    Request request;
};

constexpr std::uint16_t create = NLM_F_CREATE | NLM_F_EXCL, replace = NLM_F_CREATE | NLM_F_REPLACE;

/// The lines become these requests, in this order, without a word.
void becomes(const std::string& input, const std::vector<Wanted>& wanted,
             const std::string& line = "set restore", Where where = Where::current()) {
    auto asked = restore(input, line);
    check_text(asked.ran.err, "", where);
    check_text(asked.ran.out, "", where);
    check_number(static_cast<std::uint64_t>(asked.ran.status), 0, where);
    check_number(asked.kernel.messages.size(), wanted.size(), where);
    for (std::size_t i = 0; i < wanted.size(); i++) {
        const auto& sent = asked.kernel.messages[i];
        check_number(sent.command, wanted[i].command, where);
        check_number(sent.header.nlmsg_flags & (NLM_F_CREATE | NLM_F_EXCL | NLM_F_REPLACE),
                     wanted[i].flags, where);
        check_text(to_hex(sent.attributes()), to_hex(wanted[i].request.attributes()), where);
    }
}

Wanted made(const SetSpec& spec, std::uint16_t flags = create) {
    return {VROUTER_CMD_SET_NEW, flags, requests::add(spec)};
}

Wanted added(const char* set, const std::vector<ElementSpec>& elements,
             std::uint16_t flags = create) {
    return {VROUTER_CMD_ELEMENT_NEW, flags, requests::add(set, elements)};
}

Wanted removed(const char* set, const std::vector<const char*>& elements) {
    std::vector<ElementKey> keys;
    for (const auto* element : elements)
        keys.push_back(must(ElementKey::parse(element)));
    return {VROUTER_CMD_ELEMENT_DEL, 0, requests::del(set, keys)};
}

ElementSpec element(const char* key, bool nomatch = false,
                    std::optional<std::uint32_t> timeout = std::nullopt,
                    std::optional<std::string> comment = std::nullopt) {
    return {must(ElementKey::parse(key)), nomatch, timeout, std::move(comment)};
}

std::vector<ElementSpec> elements(const std::vector<const char*>& keys) {
    std::vector<ElementSpec> specs;
    for (const auto* key : keys)
        specs.push_back(element(key));
    return specs;
}

/// As ipset 7 writes it, with everything that sets can have.
void saved(void**) {
    becomes("create clients hash:net family inet hashsize 1024 maxelem 65536 timeout 300 counters "
            "comment bucketsize 12 initval 0x5a3cd2e5\n"
            "add clients 10.0.0.0/8 timeout 297 packets 12 bytes 3456 comment \"the office\"\n"
            "add clients 10.9.0.0/16 timeout 0 nomatch packets 0 bytes 0 comment \"it's not\"\n"
            "add clients 192.0.2.1 timeout 2147483 packets 0 bytes 0\n"
            "create clients6 hash:net family inet6 hashsize 1024 maxelem 65536 bucketsize 12 "
            "initval 0x0e1c4d2b\n"
            "add clients6 2001:db8::/32\n"
            "add clients6 fd00::1\n",
            {made({.name = "clients",
                   .type = SetType::net,
                   .timeout = 300,
                   .counters = true,
                   .max_elements = 65536}),
             added("clients", {element("10.0.0.0/8", false, 297, "the office"),
                               element("10.9.0.0/16", true, 0, "it's not"),
                               element("192.0.2.1", false, 2147483)}),
             made({.name = "clients6", .type = SetType::net, .max_elements = 65536}),
             added("clients6", elements({"2001:db8::/32", "fd00::1"}))});
}

void saved_ports(void**) {
    becomes("create svc hash:ip,port family inet hashsize 1024 maxelem 1000 bucketsize 12 "
            "initval 0x1c9c2a6c\n"
            "add svc 192.0.2.1,tcp:80\n"
            "add svc 192.0.2.1,udp:53\n"
            "add svc 192.0.2.1,sctp:36412\n"
            "add svc 192.0.2.1,udplite:7\n"
            "add svc 192.0.2.1,icmp:echo-request\n"
            "add svc 192.0.2.1,icmp:3/200\n"
            "create svc6 hash:net,port family inet6 hashsize 1024 maxelem 65536\n"
            "add svc6 2001:db8::/32,tcp:443\n"
            "add svc6 2001:db8::1,ipv6-icmp:neighbour-solicitation\n"
            "add svc6 2001:db8::/33,tcp:443 nomatch\n",
            {made({.name = "svc", .type = SetType::net_port, .max_elements = 1000}),
             added("svc",
                   elements({"192.0.2.1,tcp:80", "192.0.2.1,udp:53", "192.0.2.1,sctp:36412",
                             "192.0.2.1,udplite:7", "192.0.2.1,icmp:8/0", "192.0.2.1,icmp:3/200"})),
             made({.name = "svc6", .type = SetType::net_port, .max_elements = 65536}),
             added("svc6", {element("2001:db8::/32,tcp:443"), element("2001:db8::1,icmpv6:135/0"),
                            element("2001:db8::/33,tcp:443", true)})});
}

/// A netmask makes prefixes of addresses.
void netmask(void**) {
    becomes("create a hash:ip family inet hashsize 1024 maxelem 65536 netmask 24\n"
            "add a 10.0.0.0\n"
            "add a 10.0.1.7\n"
            "add a 10.0.2.1-10.0.3.9\n"
            "create b hash:ip family inet bitmask 255.255.240.0\n"
            "add b 10.0.17.0\n"
            "create c hash:ip -6 netmask 64\n"
            "add c fd00::1\n"
            "create d hash:ip\n"
            "add d 10.0.0.9\n",
            {made({.name = "a", .type = SetType::net, .max_elements = 65536}),
             added("a", elements({"10.0.0.0/24", "10.0.1.0/24", "10.0.2.0/23"})),
             made({.name = "b", .type = SetType::net}), added("b", elements({"10.0.16.0/20"})),
             made({.name = "c", .type = SetType::net}), added("c", elements({"fd00::/64"})),
             made({.name = "d", .type = SetType::net}), added("d", elements({"10.0.0.9"}))});
}

/// What one writes by hand: ranges, TCP by default, host bits.
void ranges(void**) {
    becomes("create a hash:net\n"
            "add a 10.0.0.1-10.0.0.6\n"
            "add a 10.0.0.9/24\n"
            "add a 0.0.0.0-255.255.255.255\n"
            "add a 255.255.255.254-255.255.255.255\n"
            "add a fd00::ff-fd00::101\n"
            "add a 10.1.0.0-10.1.0.0\n",
            {made({.name = "a", .type = SetType::net}),
             added("a", elements({"10.0.0.1/32", "10.0.0.2/31", "10.0.0.4/31", "10.0.0.6/32",
                                  "10.0.0.0/24", "0.0.0.0/0", "255.255.255.254/31", "fd00::ff/128",
                                  "fd00::100/127", "10.1.0.0"}))});
    becomes("create b hash:ip,port\n"
            "add b 10.0.0.1,80\n"
            "add b 10.0.0.1,udp:65534-65535\n"
            "add b 10.0.0.2-10.0.0.3,1-2\n"
            "add b 10.0.0.4,17:53-53\n",
            {made({.name = "b", .type = SetType::net_port}),
             added("b", elements({"10.0.0.1,tcp:80", "10.0.0.1,udp:65534", "10.0.0.1,udp:65535",
                                  "10.0.0.2/31,tcp:1", "10.0.0.2/31,tcp:2", "10.0.0.4,udp:53"}))});
}

/// All commands, with and without -exist in both of its places.
void commands(void**) {
    SetSpec plain{.name = "a", .type = SetType::net}, other{.name = "b", .type = SetType::net};
    becomes("# by hand\n"
            "\n"
            "create a hash:ip -exist\n"
            "-exist add a 10.0.0.1\n"
            "add a 10.0.0.2 -exist\n"
            "-! add a 10.0.0.3\n"
            "add a 10.0.0.4\n"
            "del a 10.0.0.4\n"
            "del a 10.0.0.3\n"
            "-N b hash:ip\n"
            "-A b 10.0.0.5\n"
            "-D b 10.0.0.5\n"
            "flush a\n"
            "-F b\n"
            "swap a b\n"
            "-W b a\n"
            "destroy a\n"
            "-X b -exist\n"
            "COMMIT\n",
            {made(plain, NLM_F_CREATE),
             added("a", elements({"10.0.0.1", "10.0.0.2", "10.0.0.3"}), replace),
             added("a", elements({"10.0.0.4"})),
             removed("a", {"10.0.0.4", "10.0.0.3"}),
             made(other),
             added("b", elements({"10.0.0.5"})),
             removed("b", {"10.0.0.5"}),
             {VROUTER_CMD_ELEMENT_DEL, 0, requests::flush_elements("a")},
             {VROUTER_CMD_ELEMENT_DEL, 0, requests::flush_elements("b")},
             {VROUTER_CMD_SET_SWAP, 0, requests::swap_sets("a", "b")},
             {VROUTER_CMD_SET_SWAP, 0, requests::swap_sets("b", "a")},
             {VROUTER_CMD_SET_DEL, 0, requests::del(SetRef("a"))},
             {VROUTER_CMD_SET_DEL, 0, requests::del(SetRef("b"))}});
    for (const char* line : {"set restore -exist", "set restore - -!", "set restore -! -"})
        becomes("create a hash:ip\nadd a 10.0.0.1\n",
                {made(plain, NLM_F_CREATE), added("a", elements({"10.0.0.1"}), replace)}, line);
    becomes("", {});
    becomes("# nothing\n", {});
}

void from_file(void**) {
    TemporaryFile file("create a hash:ip\n");
    becomes("", {made({.name = "a", .type = SetType::net})}, "set restore " + file.name());
}

/// What a name means changes with swap, rename and destroy.
void names(void**) {
    // The ports tell of which type the set is that the line is about.
    becomes("create a hash:ip netmask 24\n"
            "create b hash:ip\n"
            "swap a b\n"
            "add a 10.0.0.1\n"
            "add b 10.0.0.1\n"
            "destroy a\n"
            "create a hash:ip,port\n"
            "add a 10.0.0.1,80\n",
            {made({.name = "a", .type = SetType::net}),
             made({.name = "b", .type = SetType::net}),
             {VROUTER_CMD_SET_SWAP, 0, requests::swap_sets("a", "b")},
             added("a", elements({"10.0.0.1"})),
             added("b", elements({"10.0.0.0/24"})),
             {VROUTER_CMD_SET_DEL, 0, requests::del(SetRef("a"))},
             made({.name = "a", .type = SetType::net_port}),
             added("a", elements({"10.0.0.1,tcp:80"}))});

    Kernel kernel;
    kernel.answer({ack()});
    kernel.answer({reply(VROUTER_CMD_SET_GET, set_attrs()), ack()});
    kernel.answer({ack()});
    kernel.answer({ack()});
    check_text(
        must_print("set restore", &kernel, "create a hash:net\nrename a c\nadd c 10.0.0.0/8\n"),
        "");
    check_text(to_hex(kernel.messages[2].attributes()),
               to_hex(requests::change(SetSpec{.id = SetId(7), .name = "c"}).attributes()));
    check_text(to_hex(kernel.messages[3].attributes()),
               to_hex(requests::add("c", elements({"10.0.0.0/8"})).attributes()));
}

/// A set that the file does not make is asked for, once, before anything is done.
void sets_of_the_kernel(void**) {
    Kernel kernel;
    auto ranges =
        set_attrs().replace(VROUTER_A_SET_TYPE, {VROUTER_SET_TYPE_NET_PROTO_PORTS, 0, 0, 0});
    kernel.answer({reply(VROUTER_CMD_SET_GET, ranges), ack()});
    kernel.answer({ack()});
    kernel.answer({ack()});
    check_text(must_print("set restore", &kernel,
                          "create a hash:net\n"
                          "add clients 10.0.0.1,80-90\n"
                          "add clients 10.0.0.1,gre:0\n"),
               "");
    check_number(kernel.messages.size(), 3);
    check_number(kernel.messages[0].command, VROUTER_CMD_SET_GET);
    check_number(kernel.messages[1].command, VROUTER_CMD_SET_NEW);
    check_text(to_hex(kernel.messages[2].attributes()),
               to_hex(requests::add("clients", elements({"10.0.0.1,tcp:80-90", "10.0.0.1,gre"}))
                          .attributes()));

    Kernel other;
    other.answer({ack(ENOENT, words("there is no set \"b\"").u32(NLMSGERR_ATTR_OFFS, 20))});
    must_refuse("set restore", 1, "-:2: set restore: there is no set \"b\" (name)\n", &other,
                "create a hash:net\nadd b 10.0.0.1\n");
    check_number(other.messages.size(), 1);
}

/// With -exist, what is not there is not deleted.
void del_exist(void**) {
    Kernel kernel;
    kernel.answer({ack()});
    auto there = Attrs()
                     .raw(VROUTER_A_ELEMENT_ENTRY_ADDRESS, {10, 0, 0, 2})
                     .u8(VROUTER_A_ELEMENT_ENTRY_LEN, 32);
    kernel.answer({reply(VROUTER_CMD_ELEMENT_GET, element_attrs(there), NLM_F_MULTI), done()});
    kernel.answer({ack()});
    check_text(must_print("set restore", &kernel,
                          "create a hash:ip\n"
                          "del a 10.0.0.1 -exist\n"
                          "del a 10.0.0.2 -exist\n"
                          "del a 10.0.0.2 -exist\n"),
               "");
    check_number(kernel.messages.size(), 3);
    const ElementKey key{prefix("10.0.0.2")};
    check_text(to_hex(kernel.sent().attributes()),
               to_hex(requests::del("a", std::span(&key, 1)).attributes()));
    kernel.answer({ack(ENOENT, words("there is no set \"a\""))});
    check_text(must_print("set restore", &kernel, "destroy a -exist\n"), "");
    kernel.answer({ack(EBUSY, words("it is used"))});
    must_refuse("set restore", 1, "-:1: set restore: it is used\n", &kernel, "destroy a -exist\n");
}

/// What is left out is said once, where it changes what the set does.
void remarks(void**) {
    auto asked = restore("create a hash:ip forceadd skbinfo\n"
                         "create b hash:ip forceadd\n"
                         "add a 10.0.0.1 skbmark 0x1/0xf skbprio 1:2 skbqueue 3\n"
                         "add a 10.0.0.2 skbmark 0x2\n");
    check_number(static_cast<std::uint64_t>(asked.ran.status), 0);
    check_text(asked.ran.out, "");
    check_text(asked.ran.err,
               "-:1: set restore: forceadd is left out: a set that is full takes no more\n"
               "-:1: set restore: skbinfo is left out: packets are not marked by sets\n"
               "-:3: set restore: skbmark is left out: packets are not marked by sets\n"
               "-:3: set restore: skbprio is left out: packets are not marked by sets\n"
               "-:3: set restore: skbqueue is left out: packets are not marked by sets\n");
    check_number(asked.kernel.messages.size(), 3);
}

/// What cannot be read changes nothing, however far down it stands.
void refused(const std::string& line, const std::string& message, const std::string& mark,
             const std::string& hint = {}) {
    const std::string before = "create p hash:net,port\ncreate n hash:net\n";
    auto asked = restore(before + line + "\n");
    check_number(static_cast<std::uint64_t>(asked.ran.status), 2);
    check_text(asked.ran.out, "");
    check_text(asked.ran.err, "-:3: set restore: " + message + "\n    " + line + "\n    " + mark +
                                  "\n" + (hint.empty() ? "" : "hint: " + hint + "\n"));
    check(asked.kernel.messages.empty());
}

void unsupported_types(void**) {
    for (const std::string type :
         {"bitmap:ip", "bitmap:ip,mac", "bitmap:port", "hash:mac", "hash:ip,mac", "hash:ip,mark",
          "hash:ip,port,ip", "hash:ip,port,net", "hash:net,net", "hash:net,port,net",
          "hash:net,iface", "list:set"})
        refused("create a " + type + " family inet", "sets of type " + type + " are not supported",
                "         ^" + std::string(type.size() - 1, '~'),
                "hash:ip, hash:net, hash:ip,port and hash:net,port are");
}

void mistakes(void**) {
    refused("list", "\"list\" is not a command of ipset restore", "^~~~",
            "create, add, del, flush, destroy, swap or rename");
    refused("create cali40s:x hash:ip", "\"cali40s:x\" cannot be the name of a set",
            "       ^~~~~~~~~", "names have 1 to 31 letters, digits, '.', '_' and '-'");
    refused("create a hash:ip family inet7", "\"inet7\" is none of inet, inet6",
            "                        ^~~~~", "did you mean \"inet\"?");
    refused("create a hash:ip range 10.0.0.0/24", "\"range\" is not an option of sets here",
            "                 ^~~~~");
    refused("create a hash:ip bitmask 255.0.255.0", "a mask with holes is not supported",
            "                         ^~~~~~~~~~~");
    refused("create a hash:ip timeout", "the value of timeout is missing",
            "                         ^");
    refused("create a hash:ip maxelem x", "\"x\" is not a number", "                         ^");
    refused("create", "the name of a set is missing", "       ^");
    refused("create a", "a type is missing", "         ^");
    refused("add n", "an element is missing", "      ^");
    refused("add n 10.0.0.0/33", "prefix length 33 is more than the 32 bits of an IPv4 address",
            "      ^~~~~~~~~~~");
    refused("add n example.org", "\"example.org\" is not an IPv4 or IPv6 address",
            "      ^~~~~~~~~~~");
    refused("add n 10.0.0.9-10.0.0.1", "the range 10.0.0.9-10.0.0.1 ends before it begins",
            "      ^~~~~~~~~~~~~~~~~");
    refused("add n 10.0.0.1,80", "elements of type net are addresses or prefixes",
            "      ^~~~~~~~~~~");
    refused("add p 10.0.0.1", "elements of type net,port are ADDRESS,[PROTOCOL:]PORT",
            "      ^~~~~~~~");
    refused("add p 10.0.0.1,http", "\"http\" is not a port, 0 to 65535", "      ^~~~~~~~~~~~~");
    refused("add p 10.0.0.1,gre:0", "elements of type net,port have a port, and gre has none",
            "      ^~~~~~~~~~~~~~", "a set of type net,proto,port-range has any protocol");
    refused("add p 10.0.0.1-10.0.0.6,1-65535", "these are 262140 elements, more than 65536",
            "      ^~~~~~~~~~~~~~~~~~~~~~~~~");
    refused("add n 10.0.0.1 wrong", "\"wrong\" is not an option of elements here",
            "               ^~~~~");
    refused("flush", "the name of a set is missing", "      ^");
    refused("destroy", "the name of a set is missing", "        ^");
    refused("swap n", "the name of another set is missing", "       ^");
    refused("flush n p", "\"p\" is too much here", "        ^");
    auto asked = restore("create n hash:net\ndestroy n\nadd n 10.0.0.1\n");
    check_text(asked.ran.err, "-:3: set restore: there is no set \"n\" any more at this line\n"
                              "    add n 10.0.0.1\n"
                              "        ^\n");
    check(asked.kernel.messages.empty());
    must_refuse("set restore", 2, "-:1: set restore: a quote (\") has no end\n", nullptr,
                "add n 10.0.0.1 comment \"x\n");
    must_refuse("set restore /nonexistent", 1,
                "vrouter-ctl: set restore: cannot read /nonexistent: No such file or directory\n");
}

/// What the kernel refuses is told with the line, and ends it there.
void refusals(void**) {
    Kernel kernel;
    kernel.answer({ack(EEXIST, words("it exists").u32(NLMSGERR_ATTR_OFFS, 20))});
    must_refuse("set restore", 1, "-:2: set restore: it exists (name)\n", &kernel,
                "\ncreate a hash:ip\nadd a 10.0.0.1\n");
    check_number(kernel.messages.size(), 1);

    // The second element of the bulk; the name takes 8 bytes, an element 20.
    kernel.answer({ack()});
    kernel.answer({ack(EEXIST, words("it is there").u32(NLMSGERR_ATTR_OFFS, 20 + 8 + 20 + 4))});
    TemporaryFile file("create a hash:ip\n"
                       "add a 10.0.0.1\n"
                       "# the same\n"
                       "add a 10.0.0.1\n"
                       "flush a\n");
    must_refuse("set restore " + file.name(), 1,
                file.name() + ":4: set restore: it is there (address)\n", &kernel);
    check_number(kernel.messages.size(), 3);

    must_refuse("set restore", 1,
                "-:1: set restore: the kernel module vrouter is not loaded\n"
                "hint: load the module: modprobe vrouter\n",
                nullptr, "create a hash:ip\n");
}

/// A set of a hundred thousand is a few requests.
void large(void**) {
    std::string input = "create a hash:ip\n";
    for (int i = 0; i < 100000; i++)
        input += "add a 10." + std::to_string(i >> 16) + "." + std::to_string(i >> 8 & 255) + "." +
                 std::to_string(i & 255) + "\n";
    auto asked = restore(input);
    check_text(asked.ran.err, "");
    check_number(asked.kernel.messages.size(), 3);
    check_number(asked.kernel.messages[1].bytes.size(), 20 + 8 + 65536 * 20);
    check_number(asked.kernel.messages[2].bytes.size(), 20 + 8 + (100000 - 65536) * 20);
}

} // namespace

int main() {
    const CMUnitTest tests[] = {
        cmocka_unit_test(saved),
        cmocka_unit_test(saved_ports),
        cmocka_unit_test(netmask),
        cmocka_unit_test(ranges),
        cmocka_unit_test(commands),
        cmocka_unit_test(from_file),
        cmocka_unit_test(names),
        cmocka_unit_test(sets_of_the_kernel),
        cmocka_unit_test(del_exist),
        cmocka_unit_test(remarks),
        cmocka_unit_test(unsupported_types),
        cmocka_unit_test(mistakes),
        cmocka_unit_test(refusals),
        cmocka_unit_test(large),
    };
    return run_group(tests, "ipset");
}
