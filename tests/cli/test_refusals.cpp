// SPDX-License-Identifier: GPL-2.0-or-later
// What the kernel refuses is told in its words, with exit status 1 and nothing on standard output;
// in batches and files with the line.
#include "ctl.hpp"

using namespace cli;

namespace {

/// A refusal that points at an attribute; attributes begin at offset 20.
Out refused(int code, const std::string& text, std::uint32_t offset) {
    return ack(code, words(text).u32(NLMSGERR_ATTR_OFFS, offset));
}

void words_of_the_kernel(void**) {
    Kernel kernel;
    // Behind the name "blue", which takes 12 bytes.
    kernel.answer({refused(EEXIST, "VNI 100 is already used by network \"red\"", 32)});
    must_refuse("network add blue vni 100", 1,
                "vrouter-ctl: network add: VNI 100 is already used by network \"red\" (vni)\n",
                &kernel);
    kernel.answer({ack(EPERM)});
    must_refuse("network del blue", 1,
                "vrouter-ctl: network del: Operation not permitted\n"
                "hint: this needs CAP_NET_ADMIN in the network namespace\n",
                &kernel);
    // A refusal in words says what it takes.
    kernel.answer({refused(EPERM, "only the host's administrator may allow more than 9 vifs", 20)});
    must_refuse("limits set vifs 10", 1,
                "vrouter-ctl: limits set: only the host's administrator may allow more than 9 vifs "
                "(vifs)\n",
                &kernel);
    kernel.answer({ack(ENOSPC, words("the namespace is at its limit of 9 networks"))});
    must_refuse("network add blue", 1,
                "vrouter-ctl: network add: the namespace is at its limit of 9 networks\n"
                "hint: `vrouter-ctl limits` shows and changes the limits of the namespace\n",
                &kernel);
    // Behind the label, which takes 8 bytes.
    kernel.answer({refused(ENOENT, "there is no next hop with id 8", 28)});
    must_refuse("label add 500 nexthop 8", 1,
                "vrouter-ctl: label add: there is no next hop with id 8 (nexthop)\n", &kernel);
    kernel.answer({refused(ERANGE, "out of range", 20)});
    must_refuse("label add 15 network blue", 1, "vrouter-ctl: label add: out of range (label)\n",
                &kernel);
    // Behind the name "gold", which takes 12 bytes.
    kernel.answer({refused(ERANGE, "a rate of 999 is out of range", 32)});
    must_refuse("policer add gold rate 999", 1,
                "vrouter-ctl: policer add: a rate of 999 is out of range (rate)\n", &kernel);
    kernel.answer({refused(EBUSY, "policer \"gold\" is used by vif \"vm1\"", 20)});
    must_refuse("policer del gold", 1,
                "vrouter-ctl: policer del: policer \"gold\" is used by vif \"vm1\" (name)\n",
                &kernel);
    must_refuse("network show", 1,
                "vrouter-ctl: network show: the kernel module vrouter is not loaded\n"
                "hint: load the module: modprobe vrouter\n");
}

/// Programs that read JSON read errors, too.
void errors_are_json_where_json_was_asked_for(void**) {
    const std::string unloaded =
        R"({"error":"the kernel module vrouter is not loaded","command":"monitor show",)"
        R"("errno":"ENOENT","hint":"load the module: modprobe vrouter","status":1})"
        "\n";
    for (const std::string line : {"-j monitor", "monitor -j", "-p monitor", "monitor network -p"})
        must_refuse(line, 1, unloaded);
    Kernel kernel;
    kernel.answer({refused(EEXIST, "VNI 100 is already used by network \"red\"", 32)});
    must_refuse("network add blue vni 100 -j", 1,
                R"({"error":"VNI 100 is already used by network \"red\"",)"
                R"("command":"network add","attribute":"network.vni","errno":"EEXIST","status":1})"
                "\n",
                &kernel);
    must_refuse("-j network add blue vnii 1", 2,
                R"({"error":"\"vnii\" is not a keyword here","command":"network add",)"
                R"("word":"vnii","hint":"did you mean \"vni\"?","status":2})"
                "\n");
    // A word in front of the option that makes no sense.
    must_refuse("netwrok show -j", 2, run("-j netwrok show").err);
    must_refuse("network add blue vnii 1 --json", 2, run("-j network add blue vnii 1").err);
    must_refuse("-j --force network show", 2,
                R"({"error":"--force goes with -b only","status":2})"
                "\n");
    must_refuse("-j -b -", 2,
                R"({"error":"\"x\" is not a keyword here","command":"network show",)"
                R"("place":"-:2","word":"x","hint":"see: vrouter-ctl network show help",)"
                R"("status":2})"
                "\n",
                nullptr, "\nnetwork show a x\n");
    check(run("-j monitor").err.find('\033') == std::string::npos);
    auto odd = run({"-j", "network", "add", "x\033[2J\x9b", "vnii"}).err;
    check(odd.find('\033') == std::string::npos && odd.find('\x9b') == std::string::npos);
}

/// What came before a failure is not printed: a list is whole or not there.
void nothing_on_failure(void**) {
    Kernel kernel;
    kernel.answer({reply(VROUTER_CMD_TUNNEL_GET, tunnel_attrs(), NLM_F_MULTI),
                   done(ENOMEM, words("out of memory"))});
    must_refuse("-j tunnel show", 1,
                R"({"error":"out of memory","command":"tunnel show","errno":"ENOMEM","status":1})"
                "\n",
                &kernel);
    kernel.answer({ack(ENOENT, words("no such tunnel"))});
    must_refuse("tunnel show vx9", 1, "vrouter-ctl: tunnel show: no such tunnel\n", &kernel);
}

/// Each entry that is named in full must be there.
void entries_that_are_not_there(void**) {
    Kernel kernel;
    kernel.answer({reply(VROUTER_CMD_ROUTE_GET, route_attrs()), ack()});
    kernel.answer({ack(ENOENT, words("there is no such route"))});
    must_refuse("route show 10.0.0.2 10.0.0.9 network blue", 1,
                "vrouter-ctl: route show: 10.0.0.9/32: there is no such route\n", &kernel);
}

/// The offset in a route request of an entry's next hop: the network's name "blue" takes 12 bytes,
/// an entry 28 of which the first 20 are header, prefix and length.
constexpr std::uint32_t nexthop_of(std::uint32_t entry) {
    return 20 + 12 + 28 * entry + 20;
}

void entries_by_line(void**) {
    TemporaryFile file("10.0.0.0/8 nexthop 7\n"
                       "# comment\n"
                       "10.1.0.0/16 nexthop 9\n");
    Kernel kernel;
    kernel.answer({refused(ENOENT, "no such next hop", nexthop_of(1))});
    must_refuse("route add network blue file " + file.name(), 1,
                file.name() + ":3: route add: no such next hop (nexthop)\n", &kernel);

    kernel.answer({refused(ENOENT, "no such next hop", nexthop_of(1))});
    must_refuse("route add 10.0.0.0/8 10.1.0.0/16 network blue nexthop 9", 1,
                "vrouter-ctl: route add: 10.1.0.0/16: no such next hop (nexthop)\n", &kernel);
    kernel.answer({refused(ENOENT, "no such next hop", nexthop_of(0))});
    must_refuse("route add 10.0.0.0/8 network blue nexthop 9", 1,
                "vrouter-ctl: route add: no such next hop (nexthop)\n", &kernel);
}

/// The offset in an element request of an entry's address: the set's name "a" takes 8 bytes, an
/// entry 20 of which the first 4 are header.
constexpr std::uint32_t address_of(std::uint32_t entry) {
    return 20 + 8 + 20 * entry + 4;
}

void elements(void**) {
    Kernel kernel;
    kernel.answer({refused(EINVAL, "10.1.0.1/16 has host bits set", address_of(1))});
    must_refuse("set insert a 10.0.0.0/8 10.1.0.1/16", 1,
                "vrouter-ctl: set insert: 10.1.0.1/16: 10.1.0.1/16 has host bits set (address)\n",
                &kernel);
    TemporaryFile file("10.0.0.0/8\n\n10.1.0.0/16 10.2.0.0/16\n");
    kernel.answer({refused(EEXIST, "it exists", address_of(2))});
    must_refuse("set insert a file " + file.name(), 1,
                file.name() + ":3: set insert: it exists (address)\n", &kernel);
    kernel.answer({refused(ENOENT, "there is no set \"a\"", 20)});
    must_refuse("set remove a 10.0.0.0/8", 1,
                "vrouter-ctl: set remove: there is no set \"a\" (set-name)\n", &kernel);
    kernel.answer({refused(EBUSY, "set \"a\" is used by rule 3 of group \"web\"", 20)});
    must_refuse("set del a", 1,
                "vrouter-ctl: set del: set \"a\" is used by rule 3 of group \"web\" (name)\n",
                &kernel);
    kernel.answer({refused(ENOENT, "there is no set \"b\"", 28)});
    must_refuse("set swap a b", 1, "vrouter-ctl: set swap: there is no set \"b\" (with-name)\n",
                &kernel);
    kernel.answer({ack(ENOENT, words("there is no set \"a\""))});
    must_refuse("set list a", 1, "vrouter-ctl: set list: there is no set \"a\"\n", &kernel);
    kernel.answer({ack(ENOENT, words("there is no set \"a\""))});
    must_refuse("set rename a b", 1, "vrouter-ctl: set rename: there is no set \"a\"\n", &kernel);
}

/// What came before the request that was refused stays.
void elements_in_parts(void**) {
    std::string lines;
    for (int i = 0; i < 65540; i++)
        lines += "10.0.0.0/8\n";
    Kernel kernel;
    kernel.answer({ack()});
    kernel.answer({refused(ENOSPC, "set \"a\" is full", address_of(1))});
    must_refuse("set insert a -", 1,
                "-:65538: set insert: set \"a\" is full (address)\n"
                "hint: the 65536 elements before took effect\n",
                &kernel, lines);
    // Loading is all or nothing.
    kernel.messages.clear();
    kernel.answer({reply(VROUTER_CMD_SET_GET, set_attrs()), ack()});
    kernel.answer({ack()});
    kernel.answer({ack()});
    // There the set's name takes 32 bytes.
    kernel.answer({refused(ENOSPC, "the set is full", address_of(1) + 24)});
    kernel.answer({ack()});
    must_refuse("set load a -", 1, "-:65538: set load: the set is full (address)\n", &kernel,
                lines);
    check_number(kernel.sent().command, VROUTER_CMD_SET_DEL);
}

void not_in_set(void**) {
    Kernel kernel;
    kernel.answer({refused(ENOENT, "no element matches", 28)});
    must_refuse("set test a 10.0.0.1", 1, "vrouter-ctl: set test: 10.0.0.1 is not in set \"a\"\n",
                &kernel);
    kernel.answer({refused(ENOENT, "no element matches", 28)});
    must_refuse("-j set test 7 10.0.0.1", 1,
                R"({"error":"10.0.0.1 is not in set 7","command":"set test","status":1})"
                "\n",
                &kernel);
    kernel.answer({refused(ENOENT, "there is no set \"a\"", 20)});
    must_refuse("set test a 10.0.0.1", 1,
                "vrouter-ctl: set test: there is no set \"a\" (set-name)\n", &kernel);
    kernel.answer({reply(VROUTER_CMD_ELEMENT_GET, element_attrs()), ack()});
    must_refuse("set test a 10.0.0.1,tcp:80", 1,
                "vrouter-ctl: set test: 10.0.0.1,tcp:80 is not in set \"a\": "
                "10.0.0.0/8,tcp:80-443 nomatch decides\n",
                &kernel);
    kernel.answer({refused(EINVAL, "elements of set \"a\" have a protocol and a port", 28)});
    must_refuse("set test a 10.0.0.1", 1,
                "vrouter-ctl: set test: elements of set \"a\" have a protocol and a port "
                "(entry[0])\n",
                &kernel);
}

void mistakes_by_line(void**) {
    TemporaryFile file("10.0.0.0/8 nexthop 7\n"
                       "\n"
                       "10.0.0.1/8 nexthop 7\n");
    must_refuse("route add network blue file " + file.name(), 2,
                file.name() + ":3: route add: 10.0.0.1/8 has host bits set\n"
                              "    10.0.0.1/8 nexthop 7\n"
                              "    ^~~~~~~~~~\n"
                              "hint: did you mean 10.0.0.0/8?\n");
    must_refuse("fdb add network blue file -", 2,
                "-:1: fdb add: nexthop ID is missing\n"
                "    02:00:00:00:00:01\n"
                "                      ^\n",
                nullptr, "02:00:00:00:00:01\n");
    must_refuse("neighbour add network blue file -", 2,
                "-:2: neighbour add: \"network\" does not belong in a line\n"
                "    10.0.0.1 network blue\n"
                "             ^~~~~~~\n",
                nullptr, "\n10.0.0.1 network blue\n");
    must_refuse("set insert a -", 2,
                "-:2: set insert: \"tpc\" is not an IP protocol\n"
                "    10.0.0.0/8 10.0.0.1,tpc:80\n"
                "               ^~~~~~~~~~~~~~~\n"
                "hint: a name such as tcp, udp, icmp or esp, or a number up to 255\n",
                nullptr, "10.0.0.0/8\n10.0.0.0/8 10.0.0.1,tpc:80\n");
    must_refuse("set load a -", 2, "-:1: set load: a quote (\") has no end\n", nullptr,
                "10.0.0.0/8 comment \"x\n");
    must_refuse("set load a -", 2,
                "-:1: set load: \"packets\" is not an IPv4 or IPv6 address\n"
                "    10.0.0.0/8 packets 3\n"
                "               ^~~~~~~\n",
                nullptr, "10.0.0.0/8 packets 3\n");
    must_refuse(
        "set load a /nonexistent/file", 1,
        "vrouter-ctl: set load: cannot read /nonexistent/file: No such file or directory\n");
    must_refuse("route add network blue file /nonexistent/file", 1,
                "vrouter-ctl: route add: cannot read /nonexistent/file: No such file or "
                "directory\n");
    must_refuse("route add network blue file /", 1,
                "vrouter-ctl: route add: cannot read /: Is a directory\n");
}

void batch(void**) {
    const std::string input = "# three commands\n"
                              "nexthop del 7\n"
                              "\n"
                              "nexthop del \\\n"
                              "  8\n"
                              "nexthop del 'id' \"9\"   # the last\n";
    Kernel kernel;
    for (int i = 0; i < 3; i++)
        kernel.answer({ack()});
    check_text(must_print("-b -", &kernel, input), "");
    check_number(kernel.messages.size(), 3);
    check_number(kernel.lookups, 1);

    TemporaryFile file(input);
    kernel.messages.clear();
    kernel.answer({ack()});
    kernel.answer({ack(EBUSY, words("next hop 8 is used by route 10.0.0.0/8"))});
    must_refuse("-b " + file.name(), 1,
                file.name() + ":4: nexthop del: next hop 8 is used by route 10.0.0.0/8\n", &kernel);
    check_number(kernel.messages.size(), 2);

    kernel.messages.clear();
    kernel.answer({ack(EBUSY, words("first"))});
    kernel.answer({ack()});
    kernel.answer({ack(EBUSY, words("third"))});
    must_refuse("-force -batch " + file.name(), 1,
                file.name() + ":2: nexthop del: first\n" + file.name() + ":6: nexthop del: third\n",
                &kernel);
    check_number(kernel.messages.size(), 3);
}

void batch_usage(void**) {
    must_refuse("-b -", 2,
                "-:1: network add: \"vnii\" is not a keyword here\n"
                "    network add blue vnii 3\n"
                "                     ^~~~\n"
                "hint: did you mean \"vni\"?\n",
                nullptr, "network add blue vnii 3\nnetwork add\n");
    // The worst of the failures is the exit status.
    Kernel kernel;
    kernel.answer({ack(ENOENT, words("no such next hop"))});
    must_refuse("--force -b -", 2,
                "-:1: a quote (\") has no end\n"
                "-:2: nexthop del: no such next hop\n",
                &kernel, "network show \"\nnexthop del 1\n");
    must_refuse("-b -", 2, "-:1: route add: standard input can be read once only\n", nullptr,
                "route add network blue file -\n");
    must_refuse("-b /nonexistent", 1,
                "vrouter-ctl: cannot read /nonexistent: No such file or directory\n");
    check_text(must_print("-b -", nullptr, ""), "");

    TemporaryFile file("10.0.0.0/8\n");
    must_refuse("-b -", 2,
                "-:1: " + file.name() + ":1: route add: nexthop ID is missing\n" +
                    "    10.0.0.0/8\n"
                    "               ^\n",
                nullptr, "route add network blue file " + file.name() + "\n");
}

} // namespace

int main() {
    const CMUnitTest tests[] = {
        cmocka_unit_test(words_of_the_kernel),
        cmocka_unit_test(entries_that_are_not_there),
        cmocka_unit_test(errors_are_json_where_json_was_asked_for),
        cmocka_unit_test(nothing_on_failure),
        cmocka_unit_test(entries_by_line),
        cmocka_unit_test(elements),
        cmocka_unit_test(elements_in_parts),
        cmocka_unit_test(not_in_set),
        cmocka_unit_test(mistakes_by_line),
        cmocka_unit_test(batch),
        cmocka_unit_test(batch_usage),
    };
    return run_group(tests, "refusals");
}
