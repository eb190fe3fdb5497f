// SPDX-License-Identifier: GPL-2.0-or-later
// Packets that are dropped, as they come: printed, chosen, written to a file.
#include <cstdlib>
#include <fstream>

#include "../../tools/vrouter-ctl/packet.hpp"
#include "ctl.hpp"

using namespace cli;

namespace {

Out event(const Attrs& attributes) {
    return reply(VROUTER_CMD_DROP_NTF, attributes);
}

/// One of a VM's own packets, with the least that can be known.
Attrs plain_attrs() {
    return Attrs()
        .u64(VROUTER_A_DROP_EVENT_TIME, 1'700'000'001'000'000'001)
        .u32(VROUTER_A_DROP_EVENT_REASON, 11)
        .text(VROUTER_A_DROP_EVENT_NAME, "queue_full")
        .u32(VROUTER_A_DROP_EVENT_PACKETS, 44)
        .u32(VROUTER_A_DROP_EVENT_NETWORK_ID, 8)
        .text(VROUTER_A_DROP_EVENT_NETWORK_NAME, "red")
        .u32(VROUTER_A_DROP_EVENT_VIF_ID, 3)
        .text(VROUTER_A_DROP_EVENT_VIF_NAME, "vm2")
        .u32(VROUTER_A_DROP_EVENT_DIRECTION, VROUTER_DIRECTION_EGRESS)
        .u32(VROUTER_A_DROP_EVENT_FROM_VIF_ID, 3)
        .text(VROUTER_A_DROP_EVENT_FROM_VIF_NAME, "vm2");
}

/// What a run does that hears of the two, and before the second that some were lost.
Ran heard(const std::string& line, Kernel& kernel) {
    return run(split(line), &kernel, {}, false, [&] {
        kernel.queue({event(drop_event_attrs())});
        kernel.queue_error(ENOBUFS);
        kernel.queue({event(plain_attrs())});
    });
}
Ran heard(const std::string& line) {
    Kernel kernel;
    return heard(line, kernel);
}

const std::string first =
    "22:13:20.123456 rule_deny network blue vif vm1 ingress from vif vm2 from tunnel vx0 remote "
    "192.0.2.2 own sg web rule 3 outer tcp 10.0.0.1:40000 > 10.0.0.2:23 S length 74 suppressed "
    "4294967298\n";
const std::string second = "22:13:21.000000 queue_full network red vif vm2 egress packets 44\n";
const std::string lost =
    "vrouter-ctl: more packets were dropped than could be told; the counters have them all\n";

void lines(void**) {
    auto ran = heard("drops -f count 2");
    check_text(ran.out, first + second);
    check_text(ran.err, lost);
    check_number(static_cast<std::uint64_t>(ran.status), 0);
}

void json(void**) {
    auto ran = heard("-j drops -f count 2");
    check_text(
        ran.out,
        R"({"time":"2023-11-14T22:13:20.123456789Z","reason":"rule_deny","network_id":7,)"
        R"("network":"blue","vif_id":2,"vif":"vm1","direction":"ingress","from_vif_id":3,)"
        R"("from_vif":"vm2","tunnel_id":1,"tunnel":"vx0","remote":"192.0.2.2","own":true,)"
        R"("sg_id":5,"sg":"web","rule":3,"length":74,"src_mac":"02:00:00:00:00:01",)"
        R"("dst_mac":"02:00:00:00:00:02","ethertype":2048,"src":"10.0.0.1",)"
        R"("dst":"10.0.0.2","proto":"tcp","sport":40000,)"
        R"("dport":23,"tcp_flags":"S","outer":true,"network_offset":14,"bytes":)"
        R"("02000000000202000000000108004500003c00014000400600000a0000010a0000029c40001700000001)"
        R"(00000000a002000000000000","packets":1,"suppressed":4294967298})"
        "\n"
        R"({"time":"2023-11-14T22:13:21.000000001Z","reason":"queue_full","network_id":8,)"
        R"("network":"red","vif_id":3,"vif":"vm2","direction":"egress","from_vif_id":3,)"
        R"("from_vif":"vm2","own":false,"packets":44,"suppressed":0})"
        "\n");
}

void in_monitor(void**) {
    Kernel kernel;
    auto ran = heard("monitor drops count 2", kernel);
    check_text(ran.out, "dropped drops " + first +
                            "overrun events were lost: read again what you depend on\n");
    check(kernel.joined == std::vector<std::uint32_t>{notify_group, drops_group});
    kernel.joined.clear();
    heard("monitor drops vif count 2", kernel);
    check(kernel.joined == std::vector<std::uint32_t>{notify_group, config_group, drops_group});
    ran = heard("-j monitor drops count 1");
    check(ran.out.starts_with(R"({"event":"dropped","object":"drops","drops":{"time":"2023-)"));
}

/// What is printed when the kernel knows what the words mean.
std::string chosen(const std::string& line, const Out& answer) {
    Kernel kernel;
    kernel.answer({answer, ack()});
    return heard(line, kernel).out;
}

void filters(void**) {
    auto red =
        reply(VROUTER_CMD_NETWORK_GET, network_attrs().replace(VROUTER_A_NETWORK_ID, {8, 0, 0, 0}));
    check_text(chosen("drops -f network red count 1", red), second);
    check_text(
        chosen("drops -f network blue count 1", reply(VROUTER_CMD_NETWORK_GET, network_attrs())),
        first);
    // At which it counts, or from which it came.
    check_text(chosen("drops -f vif vm1 count 1", reply(VROUTER_CMD_VIF_GET, vif_attrs())), first);
    auto vm2 = reply(VROUTER_CMD_VIF_GET, vif_attrs().replace(VROUTER_A_VIF_ID, {3, 0, 0, 0}));
    check_text(chosen("drops -f vif vm2 count 2", vm2), first + second);
    auto full = Attrs()
                    .u32(VROUTER_A_DROP_REASON, 11)
                    .text(VROUTER_A_DROP_NAME, "queue_full")
                    .text(VROUTER_A_DROP_HELP, "full")
                    .u64(VROUTER_A_DROP_PACKETS, 0);
    check_text(chosen("drops -f reason queue_full count 1", reply(VROUTER_CMD_DROP_GET, full)),
               second);
}

void of_counters(void**) {
    auto drop = [](const char* name) {
        return reply(VROUTER_CMD_DROP_GET,
                     Attrs()
                         .u32(VROUTER_A_DROP_REASON, 4)
                         .text(VROUTER_A_DROP_NAME, name)
                         .text(VROUTER_A_DROP_HELP, "why")
                         .u64(VROUTER_A_DROP_PACKETS, 1),
                     NLM_F_MULTI);
    };
    Kernel kernel;
    kernel.answer({drop("ecn"), drop("reject"), drop("no_route"), done()});
    check_text(must_print("-j drops reason ecn reason no_route", &kernel),
               R"([{"reason":"ecn","packets":1,"help":"why"},)"
               R"({"reason":"no_route","packets":1,"help":"why"}])"
               "\n");
}

std::string content_of(const std::string& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

template <class T> T at(const std::string& file, std::size_t offset) {
    T value{};
    check(offset + sizeof(value) <= file.size());
    std::memcpy(&value, file.data() + offset, sizeof(value));
    return value;
}

/// A section, an interface and a packet, each with its length at both ends. A packet that is gone
/// is not written, but counts.
void to_file(void**) {
    TemporaryFile target("something old that is longer than what will be there in the end ........"
                         "................................................................"
                         "................................................................"
                         "................................................................"
                         "................................................................");
    auto ran = heard("drops count 2 -w " + target.name());
    check_text(ran.out, "");
    check_text(ran.err, lost);
    auto file = content_of(target.name());
    std::vector<std::uint32_t> types;
    std::size_t packet = 0;
    for (std::size_t offset = 0; offset < file.size();) {
        types.push_back(at<std::uint32_t>(file, offset));
        packet = offset;
        auto length = at<std::uint32_t>(file, offset + 4);
        check(length >= 12 && length % 4 == 0);
        check_number(at<std::uint32_t>(file, offset + length - 4), length);
        offset += length;
    }
    check(types == std::vector<std::uint32_t>{0x0a0d0d0a, 1, 6});
    check_number(std::uint64_t{at<std::uint32_t>(file, packet + 12)} << 32 |
                     at<std::uint32_t>(file, packet + 16),
                 1'700'000'000'123'456'789);
    check_number(at<std::uint32_t>(file, packet + 20), 54);
    check_number(at<std::uint32_t>(file, packet + 24), 74);
    auto bytes = dropped_bytes();
    check(file.compare(packet + 28, 54, reinterpret_cast<const char*>(bytes.data()), 54) == 0);
    check(file.find("rule_deny network blue vif vm1 ingress from vif vm2 from tunnel vx0 remote "
                    "192.0.2.2 own sg web rule 3 suppressed 4294967298") != file.npos);

    // What has no Ethernet header gets one.
    Kernel kernel;
    auto bare = drop_event_attrs()
                    .replace(VROUTER_A_DROP_EVENT_NETWORK_OFFSET, {0})
                    .replace(VROUTER_A_DROP_EVENT_BYTES, {bytes.begin() + 14, bytes.end()});
    ran =
        run(split("drops -w - count 1"), &kernel, {}, false, [&] { kernel.queue({event(bare)}); });
    check(ran.out.find(std::string(12, '\0') + "\x08" + std::string(1, '\0') + "E") !=
          ran.out.npos);
}

void misuse(void**) {
    must_refuse("drops -f -a", 2,
                "vrouter-ctl: drops show: -a does not go with -f and -w\n"
                "hint: -a is about counters\n");
    must_refuse("drops count 3", 2,
                "vrouter-ctl: drops show: count goes with -f and -w\n"
                "hint: the counters are printed once\n");
    Kernel kernel;
    // One that is misspelled would look as if nothing had been dropped for it.
    for (const std::string line : {"drops reason rule_dney", "drops -f reason rule_dney"}) {
        kernel.answer({reply(VROUTER_CMD_DROP_GET, drop_attrs(), NLM_F_MULTI), done()});
        must_refuse(line, 2,
                    "vrouter-ctl: drops show: there is no drop reason \"rule_dney\"\n    " + line +
                        "\n    " + std::string(line.find("rule_"), ' ') +
                        "^~~~~~~~~\n"
                        "hint: vrouter-ctl drops -a shows all\n",
                    &kernel);
    }
    kernel.answer({reply(VROUTER_CMD_DROP_GET, drop_attrs(), NLM_F_MULTI), done()});
    check(run("drops reason spoofed_max", &kernel).err.find("did you mean \"spoofed_mac\"?") !=
          std::string::npos);
    must_refuse("drops -w /nowhere/at/all", 1,
                "vrouter-ctl: drops show: cannot write /nowhere/at/all: No such file or "
                "directory\n",
                &kernel);
    // The file is left alone by who may not listen.
    TemporaryFile target("precious");
    kernel.join_error = Error{.code = EPERM,
                              .message = "cannot listen to notifications: Operation not permitted",
                              .hint = "this needs CAP_NET_ADMIN"};
    must_refuse("drops -w " + target.name(), 1,
                "vrouter-ctl: drops show: cannot listen to notifications: Operation not "
                "permitted\nhint: this needs CAP_NET_ADMIN\n",
                &kernel);
    check_text(content_of(target.name()), "precious");
}

Blob from_hex(const std::string& text) {
    Blob bytes;
    std::string digits;
    for (char c : text) {
        if (c != ' ')
            digits += c;
        if (digits.size() == 2) {
            bytes.push_back(static_cast<std::uint8_t>(std::stoul(digits, nullptr, 16)));
            digits.clear();
        }
    }
    return bytes;
}

std::string described(const std::string& hex, std::size_t network = 14) {
    return to_string(ctl::read_headers(from_hex(hex), network));
}

const std::string ethernet = "020000000002 020000000001 ";
const std::string ipv6 = " fd000000000000000000000000000001 fd000000000000000000000000000002 ";

void packets(void**) {
    check_text(described(ethernet + "88b5 0001"),
               "02:00:00:00:00:01 > 02:00:00:00:00:02 ethertype 0x88b5");
    check_text(described(ethernet + "8100 0005 88b5", 18),
               "vlan 5 02:00:00:00:00:01 > 02:00:00:00:00:02 ethertype 0x88b5");
    check_text(described(ethernet + "0806 0001 0800 06 04 0001 020000000001 0a000001 "
                                    "000000000000 0a000002"),
               "arp who-has 10.0.0.2 tell 10.0.0.1");
    check_text(described(ethernet + "0806 0001 0800 06 04 0002 020000000001 0a000001 "
                                    "020000000002 0a000002"),
               "arp 10.0.0.1 is-at 02:00:00:00:00:01");
    check_text(described(ethernet + "0806 0001 0800 06 04 0003 020000000001 0a000001 "
                                    "020000000002 0a000002"),
               "arp operation 3 from 10.0.0.1");
    const std::string ipv4 = ethernet + "0800 45000054 00004000 40";
    check_text(described(ipv4 + "01 0000 0a000001 0a000002 0800"),
               "icmp 10.0.0.1 > 10.0.0.2 echo-request");
    check_text(described(ipv4 + "01 0000 0a000001 0a000002 0303"),
               "icmp 10.0.0.1 > 10.0.0.2 destination-unreachable code 3");
    check_text(described(ipv4 + "01 0000 0a000001 0a000002 6300"),
               "icmp 10.0.0.1 > 10.0.0.2 type 99");
    check_text(described(ipv4 + "11 0000 0a000001 0a000002 00350036 00080000"),
               "udp 10.0.0.1:53 > 10.0.0.2:54");
    check_text(described(ipv4 + "06 0000 0a000001 0a000002 00350036 00000000 00000000 5012"),
               "tcp 10.0.0.1:53 > 10.0.0.2:54 SA");
    check_text(described(ipv4 + "32 0000 0a000001 0a000002"), "esp 10.0.0.1 > 10.0.0.2");
    // Options, fragments.
    check_text(described(ethernet + "0800 46000054 00004000 4011 0000 0a000001 0a000002 01010101 "
                                    "00350036"),
               "udp 10.0.0.1:53 > 10.0.0.2:54");
    check_text(described(ethernet + "0800 45000054 00002000 4011 0000 0a000001 0a000002 00350036"),
               "udp 10.0.0.1:53 > 10.0.0.2:54 fragment at 0");
    check_text(described(ethernet + "0800 45000054 00000002 4011 0000 0a000001 0a000002 00350036"),
               "udp 10.0.0.1 > 10.0.0.2 fragment at 16");
    const std::string six = ethernet + "86dd 60000000 0008 ";
    check_text(described(six + "11 40" + ipv6 + "00350036 00080000"),
               "udp [fd00::1]:53 > [fd00::2]:54");
    check_text(described(six + "3a 40" + ipv6 + "8700"),
               "icmpv6 fd00::1 > fd00::2 neighbour-solicitation");
    check_text(described(six + "00 40" + ipv6 +
                         "3c00 000000000000 1101 0000000000000000 "
                         "000000000000 00350036"),
               "udp [fd00::1]:53 > [fd00::2]:54");
    check_text(described(six + "2c 40" + ipv6 + "1100 0100 00000001 00350036"),
               "udp fd00::1 > fd00::2 fragment at 256");
    // Without an Ethernet header.
    check_text(described("45000054 00004000 4011 0000 0a000001 0a000002 00350036", 0),
               "udp 10.0.0.1:53 > 10.0.0.2:54");
    check_text(described("60000000 0008 11 40" + ipv6 + "00350036 00080000", 0),
               "udp [fd00::1]:53 > [fd00::2]:54");
}

/// Cut off anywhere, and broken in any byte: no more is read than there is.
void cut_off(void**) {
    const std::string whole[] = {
        ethernet + "8100 0005 0806 0001 0800 06 04 0001 020000000001 0a000001 000000000000 "
                   "0a000002",
        ethernet + "0800 4f000054 00004000 4006 0000 0a000001 0a000002 00350036 00000000 00000000 "
                   "5012 0000 0000",
        ethernet + "86dd 60000000 0008 00 40" + ipv6 +
            "2b00 000000000000 3c01 0000000000000000 "
            "000000000000 2c00 000000000000 0600 0001 00000001 00350036",
    };
    for (const auto& text : whole) {
        auto bytes = from_hex(text);
        for (std::size_t length = 0; length <= bytes.size(); length++)
            for (std::size_t network : {std::size_t{0}, std::size_t{14}, std::size_t{18}, length})
                to_string(ctl::read_headers(
                    std::vector<std::uint8_t>(bytes.begin(), bytes.begin() + length), network));
        for (std::size_t i = 0; i < bytes.size() * 256; i++) {
            auto broken = bytes;
            broken[i / 256] = static_cast<std::uint8_t>(i % 256);
            to_string(ctl::read_headers(broken, 14));
        }
    }
    check_text(described("", 0), "");
    check_text(described("0200", 14), "");
}

} // namespace

int main() {
    setenv("TZ", "UTC", 1);
    const CMUnitTest tests[] = {
        cmocka_unit_test(lines),   cmocka_unit_test(json),        cmocka_unit_test(in_monitor),
        cmocka_unit_test(filters), cmocka_unit_test(of_counters), cmocka_unit_test(to_file),
        cmocka_unit_test(misuse),  cmocka_unit_test(packets),     cmocka_unit_test(cut_off),
    };
    return run_group(tests, "drops");
}
