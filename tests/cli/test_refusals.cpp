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
    must_refuse("-j monitor", 1,
                "vrouter-ctl: monitor show: the kernel module vrouter is not loaded\n"
                "hint: load the module: modprobe vrouter\n");
}

/// What came before a failure is not printed: a list is whole or not there.
void nothing_on_failure(void**) {
    Kernel kernel;
    kernel.answer({reply(VROUTER_CMD_TUNNEL_GET, tunnel_attrs(), NLM_F_MULTI),
                   done(ENOMEM, words("out of memory"))});
    must_refuse("-j tunnel show", 1, "vrouter-ctl: tunnel show: out of memory\n", &kernel);
    kernel.answer({ack(ENOENT, words("no such tunnel"))});
    must_refuse("-j tunnel show vx9", 1, "vrouter-ctl: tunnel show: no such tunnel\n", &kernel);
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
        cmocka_unit_test(nothing_on_failure),
        cmocka_unit_test(entries_by_line),
        cmocka_unit_test(mistakes_by_line),
        cmocka_unit_test(batch),
        cmocka_unit_test(batch_usage),
    };
    return run_group(tests, "refusals");
}
