// SPDX-License-Identifier: GPL-2.0-or-later
// Mistakes in what is typed: each is told with the word it is about, and exit status 2, without
// a kernel being asked. And help, which must name every keyword.
#include <fstream>

#include <netdb.h>

#include "ctl.hpp"

#include "../../tools/vrouter-ctl/grammar.hpp"

using namespace cli;

namespace {

void misused(const std::string& line, const std::string& err) {
    must_refuse(line, 2, "vrouter-ctl: " + err + "\n");
}

void options(void**) {
    const std::string see = "\nhint: see: vrouter-ctl help";
    misused("", "no object is given" + see);
    must_refuse("-j", 2,
                R"({"error":"no object is given","hint":"see: vrouter-ctl help","status":2})"
                "\n");
    misused("--foo network show", "unknown option --foo" + see);
    misused("-jx network show", "unknown option -x" + see);
    misused("-4 -6 route show", "-4 and -6 exclude each other");
    misused("--color=red network show", "--color takes always, auto or never, not \"red\"");
    misused("--force network show", "--force goes with -b only");
    misused("-force network show", "--force goes with -b only");
    misused("-b - network show", "\"network\" does not go with -b: the commands are in the file");
    misused("-6 network show", "network show: -6 does not go with \"network show\"");
    for (const char* line : {"-n", "--netns", "-b", "-batch"}) {
        auto ran = run(line);
        check_number(static_cast<std::uint64_t>(ran.status), 2);
        check(ran.err.starts_with("vrouter-ctl: --") && ran.out.empty());
    }
}

void objects_and_commands(void**) {
    const std::string list = "objects are: network tunnel vif nexthop route fdb neighbour label "
                             "set sg policer flow trace drops monitor limits info check";
    misused("acl add web", "unknown object \"acl\"; " + list +
                               "\n    acl add web\n"
                               "    ^~~");
    misused("netwrok show", "unknown object \"netwrok\"; " + list +
                                "\n    netwrok show\n"
                                "    ^~~~~~~\n"
                                "hint: did you mean \"network\"?");
    misused("network sohw", "network: unknown command \"sohw\"; commands of network are: add "
                            "replace set del show rename\n"
                            "    network sohw\n"
                            "            ^~~~\n"
                            "hint: did you mean \"show\"?");
    misused("network flush blue", "network: unknown command \"flush\"; commands of network are: "
                                  "add replace set del show rename\n"
                                  "    network flush blue\n"
                                  "            ^~~~~");
    misused("help nework", "unknown object \"nework\"; " + list +
                               "\n    help nework\n"
                               "         ^~~~~~\n"
                               "hint: did you mean \"network\"?");
}

/// A beginning that is clear today may be another word's tomorrow, so it is no word at all.
void nothing_is_abbreviated(void**) {
    Kernel kernel;
    for (const auto* object : ctl::objects())
        for (const auto& command : object->commands) {
            std::string name(object->name), verb(ctl::verb_name(command.verb));
            auto refused = [&](const std::string& line) {
                auto ran = run(line + " x", &kernel);
                check_number(static_cast<std::uint64_t>(ran.status), 2);
                check(ran.err.find("unknown") != std::string::npos);
            };
            if (name.size() > 3)
                refused(name.substr(0, name.size() - 1) + " " + verb);
            for (std::size_t length = 1; !object->implied_show && length < verb.size(); length++)
                if (verb.substr(0, length) != "ls")
                    refused(name + " " + verb.substr(0, length));
        }
    check(kernel.messages.empty());
    misused("network d X", "network: unknown command \"d\"; commands of network are: add replace "
                           "set del show rename\n"
                           "    network d X\n"
                           "            ^\n"
                           "hint: did you mean \"del\" or \"delete\"?");
    auto short_names = {"net", "nh", "ro", "neigh", "neighbor"};
    for (const std::string name : short_names)
        must_print(name + " help");
}

void keywords(void**) {
    misused("net add blue vnii 100", "network add: \"vnii\" is not a keyword here\n"
                                     "    net add blue vnii 100\n"
                                     "                 ^~~~\n"
                                     "hint: did you mean \"vni\"?");
    misused("network add blue xyzzy", "network add: \"xyzzy\" is not a keyword here\n"
                                      "    network add blue xyzzy\n"
                                      "                     ^~~~~\n"
                                      "hint: see: vrouter-ctl network add help");
    misused("network del blue vni 3", "network del: \"vni\" does not go with \"del\"\n"
                                      "    network del blue vni 3\n"
                                      "                     ^~~");
    misused("network replace blue --strict",
            "network replace: \"--strict\" does not go with \"replace\"\n"
            "    network replace blue --strict\n"
            "                         ^~~~~~~~");
    misused("network show -b", "network show: the option -b has to stand before the object\n"
                               "    network show -b\n"
                               "                 ^~");
    misused("route show -a", "route show: \"-a\" is not a keyword here\n"
                             "    route show -a\n"
                             "               ^~\n"
                             "hint: did you mean \"-4\"?");
    misused("network add blue vni 1 vni 2", "network add: \"vni\" is given twice\n"
                                            "    network add blue vni 1 vni 2\n"
                                            "                           ^~~");
    misused("network add blue name red", "network add: two names are given\n"
                                         "hint: to rename: rename OLD NEW");
    misused("info all", "info: unknown command \"all\"; commands of info are: show\n"
                        "    info all\n"
                        "         ^~~");
    misused("info show all", "info show: \"all\" is not a keyword here\n"
                             "    info show all\n"
                             "              ^~~\n"
                             "hint: see: vrouter-ctl info show help");
    misused("drops netwok blue", "drops show: \"netwok\" is not a keyword here\n"
                                 "    drops netwok blue\n"
                                 "          ^~~~~~\n"
                                 "hint: did you mean \"network\"?");
}

/// The hint of a run that makes no sense.
std::string hint_of(const std::string& line) {
    auto ran = run(line);
    check_number(static_cast<std::uint64_t>(ran.status), 2);
    auto at = ran.err.find("\nhint: ");
    if (at == std::string::npos)
        return "";
    auto hint = ran.err.substr(at + 7);
    return hint.substr(0, hint.find('\n'));
}

/// Words of other tools, and values without their keyword, get a hint with the right words.
void wrong_words_lead_to_the_right_ones(void**) {
    constexpr std::pair<const char*, const char*> cases[] = {
        {"route add 10.0.0.0/8 network blue via 10.0.0.1", "did you mean \"nexthop ID\"?"},
        {"route add 10.0.0.0/8 network blue dev eth0", "did you mean \"nexthop ID\"?"},
        {"route add 10.0.0.0/8 blue nexthop 7", "did you mean \"network blue\"?"},
        {"route add 10.0.0.0/8 network blue 7", "did you mean \"nexthop 7\"?"},
        {"route add 10.0.0.0/8 net blue nexthop 7", "did you mean \"network\"?"},
        {"route get 10.0.0.1 blue", "did you mean \"network blue\"?"},
        {"fdb add 02:00:00:00:00:01 network blue 7", "did you mean \"nexthop 7\"?"},
        {"fdb add 02:00:00:00:00:01 network blue dst 192.0.2.1", "did you mean \"nexthop ID\"?"},
        {"neighbour add 10.0.0.1 network blue lladdr 02:00:00:00:00:01", "did you mean \"mac\"?"},
        {"neighbour add 10.0.0.1 02:00:00:00:00:01 network blue",
         "did you mean \"mac 02:00:00:00:00:01\"?"},
        {"neighbour add 10.0.0.1 dev blue", "did you mean \"network\"?"},
        {"vif add vm1 dev tap0 network blue ip 10.0.0.1", "did you mean \"address\"?"},
        {"vif add vm1 dev tap0 network blue 10.0.0.1", "did you mean \"address 10.0.0.1\"?"},
        {"vif add vm1 tap0 network blue", "did you mean \"dev tap0\" or \"network tap0\"?"},
        {"vif add vm1 device tap0", "did you mean \"dev\"?"},
        {"vif add vm1 dev tap0 blue", "did you mean \"network blue\"?"},
        {"network add blue gw 10.0.0.254/24", "did you mean \"gateway\"?"},
        {"network add blue gateway 10.0.0.254", "10.0.0.254/24"},
        {"network add blue gateway fd00::fe", "fd00::fe/64"},
        {"tunnel add vx0 type vxlan src 192.0.2.1", "did you mean \"local\"?"},
        {"tunnel add vx0 type vxlan 192.0.2.1", "did you mean \"local 192.0.2.1\"?"},
        {"tunnel add vx0 type vxlan local 192.0.2.1 remote 192.0.2.2",
         "did you mean \"nexthop add type tunnel tunnel NAME remote ADDRESS\"?"},
        {"nexthop add type tunnel tunnel vx0 via 192.0.2.2", "did you mean \"remote\"?"},
        {"policer add gold rate 10 mbit", "number and unit are one word: 10mbit"},
        {"policer add gold rate 1mbit burst 64 k", "number and unit are one word: 64k"},
        {"policer add gold bandwidth 10mbit", "did you mean \"rate\"?"},
        {"sg rule add web ingress tcp dport 443,80 allow",
         "a rule has one port or one range; a set of type net,proto,port-range has many"},
        {"sg rule add web ingress tcp dport ssh allow", "ssh is port 22"},
        {"sg rule add web ingress tcp dport https allow", "https is port 443"},
        {"sg rule add web ingress tcp dport nosuch allow", "80, or 8000-8080 for a range"},
        {"trace vif r1 ping 10.0.0.1", "did you mean \"icmp SOURCE DESTINATION\"?"},
        {"trace vif r1 ping6 fd00::1", "did you mean \"icmp6 SOURCE DESTINATION\"?"},
        {"drops --follow", "did you mean \"-f\"?"},
        {"drops all", "did you mean \"-a\"?"},
        {"label add 500 via 7", "did you mean \"nexthop ID\"?"},
    };
    bool names = getservbyname("ssh", nullptr) && getservbyname("https", nullptr);
    for (const auto& [line, hint] : cases)
        if (names || std::string_view(hint).find(" is port ") == std::string_view::npos)
            check_text(std::string(line) + ": " + hint_of(line), std::string(line) + ": " + hint);
}

/// A gateway without the length of its subnet was a subnet of one address.
void a_gateway_has_a_length(void**) {
    misused("network add blue gateway 10.0.0.254",
            "network add: 10.0.0.254 has no length, that of its subnet\n"
            "    network add blue gateway 10.0.0.254\n"
            "                             ^~~~~~~~~~\n"
            "hint: 10.0.0.254/24");
}

/// Words that would have no effect are refused.
void words_that_do_not_go_together(void**) {
    const std::string tcp = "trace vif r1 tcp 10.0.0.1:1 10.0.0.2:2 ";
    const std::string udp = "trace vif r1 udp 10.0.0.1:1 10.0.0.2:2 ";
    const std::string hex = "trace vif r1 hex 0 ";
    auto refused = [](const std::string& line, const std::string& message) {
        misused(line, "trace show: " + message);
    };
    refused(tcp + "type 3", "type goes with icmp and icmp6 only");
    refused(tcp + "code 3", "code goes with icmp and icmp6 only");
    refused(udp + "flags syn", "flags goes with tcp only");
    refused(tcp + "proto udp", "proto goes with ip only");
    refused(tcp + "vni 5", "vni goes with tunnel only");
    refused(tcp + "key 5", "key goes with tunnel only");
    refused(tcp + "label 5", "label goes with tunnel only");
    refused(tcp + "remote 192.0.2.1", "remote goes with tunnel only");
    refused(tcp + "outer-tos 5", "outer-tos goes with tunnel only");
    refused(tcp + "payload l3", "payload goes with tunnel only");
    refused(tcp + "tunnel t", "a packet comes from a vif or by a tunnel, not both");
    refused(hex + "ttl 5", "ttl goes with an IP packet that is described only");
    refused(hex + "df", "df goes with an IP packet that is described only");
    refused(hex + "smac 02:00:00:00:00:01", "smac goes with a packet that is described only");
    refused("trace vif r1 arp 10.0.0.1 10.0.0.2 dmac 02:00:00:00:00:01",
            "dmac goes with an IP packet that is described, in a frame only");
}

/// An option that is about what is printed may stand anywhere, as -4 does.
void display_options_stand_anywhere(void**) {
    Kernel kernel;
    auto printed = [&](const std::string& line) {
        kernel.answer({reply(VROUTER_CMD_VIF_GET, vif_attrs(), NLM_F_MULTI), done()});
        return must_print(line, &kernel);
    };
    for (const std::string options : {"-j", "-p", "-s", "-d", "-sd", "-js", "--json", "-stats",
                                      "--details", "--color=always"}) {
        auto in_front = printed(options + " vif show");
        check(in_front != printed("vif show") || options == "-p");
        check_text(printed("vif show " + options), in_front);
        check_text(printed("vif " + options + " show"), in_front);
        check_text(printed("vif " + options), in_front);
    }
    // In a batch they are the line's.
    for (int i = 0; i < 2; i++)
        kernel.answer({reply(VROUTER_CMD_VIF_GET, vif_attrs(), NLM_F_MULTI), done()});
    auto both = must_print("-b -", &kernel, "-j vif show\nvif show\n");
    check_text(both, printed("-j vif show") + printed("vif show"));
    // Behind a keyword it is the value.
    kernel.answer({ack()});
    must_print("sg rule add web ingress allow comment -j", &kernel);
    misused("vif show --color=red", "vif show: --color takes always, auto or never, not \"red\"");
}

/// As help writes it, and alone.
void color_takes_a_word(void**) {
    Kernel kernel;
    auto colored = [&](const std::string& line, bool terminal) {
        kernel.answer({reply(VROUTER_CMD_FDB_GET, fdb_attrs(), NLM_F_MULTI), done()});
        auto ran = run(split(line), &kernel, {}, terminal);
        check_text(ran.err, "");
        return ran.out.find('\033') != std::string::npos;
    };
    unsetenv("NO_COLOR");
    check(!colored("--color never fdb", true));
    check(!colored("-color never fdb", true));
    check(colored("--color always fdb", false));
    check(!colored("--color auto fdb", false));
    check(colored("--color fdb", false));
}

void missing(void**) {
    misused("network add", "network add: NAME|ID is missing\n"
                           "    network add\n"
                           "                ^\n"
                           "hint: see: vrouter-ctl network add help");
    misused("network add blue vni", "network add: \"vni\" needs a value: NUMBER\n"
                                    "    network add blue vni\n"
                                    "                         ^");
    misused("vif add vm1 network blue", "vif add: dev DEVICE is missing\n"
                                        "    vif add vm1 network blue\n"
                                        "                             ^\n"
                                        "hint: see: vrouter-ctl vif add help");
    misused("vif add vm1 dev tap0", "vif add: network NAME|ID is missing\n"
                                    "    vif add vm1 dev tap0\n"
                                    "                         ^\n"
                                    "hint: see: vrouter-ctl vif add help");
    misused("tunnel add vx0 local 192.0.2.1",
            "tunnel add: type vxlan|geneve|gre|mplsogre|mplsoudp is missing\n"
            "    tunnel add vx0 local 192.0.2.1\n"
            "                                   ^\n"
            "hint: see: vrouter-ctl tunnel add help");
    misused("nexthop add id 7", "nexthop add: type vif|tunnel|network|host|blackhole|reject|flood|"
                                "ecmp is missing\n"
                                "    nexthop add id 7\n"
                                "                     ^\n"
                                "hint: see: vrouter-ctl nexthop add help");
    misused("route add 10.0.0.0/8 network blue", "route add: nexthop ID is missing\n"
                                                 "    route add 10.0.0.0/8 network blue\n"
                                                 "                                      ^");
    misused("route add network blue nexthop 7", "route add: PREFIX is missing\n"
                                                "    route add network blue nexthop 7\n"
                                                "                                     ^\n"
                                                "hint: see: vrouter-ctl route add help");
    misused("route get 10.0.0.1", "route get: network NAME|ID is missing\n"
                                  "    route get 10.0.0.1\n"
                                  "                       ^\n"
                                  "hint: see: vrouter-ctl route get help");
    misused("neighbour add 10.0.0.1 network blue", "neighbour add: mac MAC is missing\n"
                                                   "    neighbour add 10.0.0.1 network blue\n"
                                                   "                                        ^");
    misused("label add network blue", "label add: LABEL is missing\n"
                                      "    label add network blue\n"
                                      "                           ^\n"
                                      "hint: see: vrouter-ctl label add help");
    for (const std::string verb : {"add", "replace", "set"})
        misused("label " + verb + " 500",
                "label " + verb + ": network NAME|ID or nexthop ID is missing\n" + "    label " +
                    verb + " 500\n" + std::string(15 + verb.size(), ' ') + "^");
    misused("policer add rate 1mbit", "policer add: NAME|ID is missing\n"
                                      "    policer add rate 1mbit\n"
                                      "                           ^\n"
                                      "hint: see: vrouter-ctl policer add help");
    misused("label del", "label del: LABEL is missing\n"
                         "    label del\n"
                         "              ^\n"
                         "hint: see: vrouter-ctl label del help");
    misused("set add", "set add: NAME|ID is missing\n"
                       "    set add\n"
                       "            ^\n"
                       "hint: see: vrouter-ctl set add help");
    misused("set insert", "set insert: NAME|ID is missing\n"
                          "    set insert\n"
                          "               ^\n"
                          "hint: see: vrouter-ctl set insert help");
    misused("set insert a", "set insert: ELEMENT is missing\n"
                            "    set insert a\n"
                            "                 ^\n"
                            "hint: see: vrouter-ctl set insert help");
    misused("set remove a", "set remove: ELEMENT is missing\n"
                            "    set remove a\n"
                            "                 ^\n"
                            "hint: see: vrouter-ctl set remove help");
    misused("set test a", "set test: ELEMENT is missing\n"
                          "    set test a\n"
                          "               ^\n"
                          "hint: see: vrouter-ctl set test help");
    misused("set load a", "set load: FILE is missing\n"
                          "    set load a\n"
                          "               ^\n"
                          "hint: see: vrouter-ctl set load help");
    for (const std::string verb : {"flush", "swap", "rename"})
        misused("set " + verb, "set " + verb + ": NAME|ID is missing\n    set " + verb + "\n" +
                                   std::string(9 + verb.size(), ' ') +
                                   "^\nhint: see: vrouter-ctl set " + verb + " help");
    misused("set swap a", "set swap: NAME|ID is missing\n"
                          "    set swap a\n"
                          "               ^\n"
                          "hint: see: vrouter-ctl set swap help");
    misused("set rename a", "set rename: NEWNAME is missing\n"
                            "    set rename a\n"
                            "                 ^\n"
                            "hint: see: vrouter-ctl set rename help");
    misused("fdb flush", "fdb flush: network NAME|ID is missing\n"
                         "    fdb flush\n"
                         "              ^\n"
                         "hint: see: vrouter-ctl fdb flush help");
}

void values(void**) {
    misused("network add blue vni x", "network add: \"x\" is not a number\n"
                                      "    network add blue vni x\n"
                                      "                         ^");
    misused("network add blue vni -1", "network add: \"-1\" is not a number\n"
                                       "    network add blue vni -1\n"
                                       "                         ^~");
    misused("network add blue vni 4294967296", "network add: 4294967296 is more than 4294967295\n"
                                               "    network add blue vni 4294967296\n"
                                               "                         ^~~~~~~~~~");
    misused("network show 4294967296", "network show: 4294967296 is more than 4294967295\n"
                                       "    network show 4294967296\n"
                                       "                 ^~~~~~~~~~");
    misused("network add blue policy alow", "network add: \"alow\" is none of deny, allow\n"
                                            "    network add blue policy alow\n"
                                            "                            ^~~~\n"
                                            "hint: did you mean \"allow\"?");
    misused("network add blue gateway 10.0.0.254/33",
            "network add: prefix length 33 is more than the 32 bits of an IPv4 address\n"
            "    network add blue gateway 10.0.0.254/33\n"
            "                             ^~~~~~~~~~~~~");
    misused("network set blue gateway none gateway 10.0.0.1/8",
            "network set: \"none\" stands alone\n"
            "    network set blue gateway none gateway 10.0.0.1/8\n"
            "                                          ^~~~~~~~~~");
    misused("network set blue gateway 10.0.0.1/8 gateway none",
            "network set: \"none\" stands alone\n"
            "    network set blue gateway 10.0.0.1/8 gateway none\n"
            "                                                ^~~~");
    misused("tunnel add vx0 type vxlan local x",
            "tunnel add: \"x\" is not an IPv4 or IPv6 address\n"
            "    tunnel add vx0 type vxlan local x\n"
            "                                    ^");
    misused("tunnel set vx0 ttl 256", "tunnel set: 256 is more than 255\n"
                                      "    tunnel set vx0 ttl 256\n"
                                      "                       ^~~");
    misused("tunnel set vx0 udp-csum yes", "tunnel set: \"yes\" is none of on, off\n"
                                           "    tunnel set vx0 udp-csum yes\n"
                                           "                            ^~~");
    misused("nexthop set 80 weight 2 member 7",
            "nexthop set: a weight stands behind the member that has it: member ID weight NUMBER\n"
            "    nexthop set 80 weight 2 member 7\n"
            "                          ^");
    misused("nexthop set 80 member none weight 2",
            "nexthop set: a weight stands behind the member that has it: member ID weight NUMBER\n"
            "    nexthop set 80 member none weight 2\n"
            "                                      ^");
    misused("nexthop set 80 member 7 weight 2 weight 3",
            "nexthop set: the member has a weight already\n"
            "    nexthop set 80 member 7 weight 2 weight 3\n"
            "                                            ^");
    misused("label add blue network red", "label add: \"blue\" is not a number\n"
                                          "    label add blue network red\n"
                                          "              ^~~~");
    misused("nexthop set 7 key 4294967296", "nexthop set: 4294967296 is more than 4294967295\n"
                                            "    nexthop set 7 key 4294967296\n"
                                            "                      ^~~~~~~~~~");
    misused("nexthop set 7 payload l4", "nexthop set: \"l4\" is none of l2, l3\n"
                                        "    nexthop set 7 payload l4\n"
                                        "                          ^~\n"
                                        "hint: did you mean \"l2\"?");
    misused("nexthop set 80 hash l5", "nexthop set: \"l5\" is none of l4, l3\n"
                                      "    nexthop set 80 hash l5\n"
                                      "                        ^~\n"
                                      "hint: did you mean \"l4\"?");
    misused("policer add gold rate fast", "policer add: \"fast\" is not a rate\n"
                                          "    policer add gold rate fast\n"
                                          "                          ^~~~");
    misused("policer add gold rate -5mbit", "policer add: \"-5mbit\" is not a rate\n"
                                            "    policer add gold rate -5mbit\n"
                                            "                          ^~~~~~");
    misused("policer add gold rate 10mbyte",
            "policer add: \"mbyte\" is no unit here: there are bit, kbit, mbit, gbit, tbit, kibit, "
            "mibit, gibit, tibit, bps, kbps, mbps, gbps, tbps, kibps, mibps, gibps, tibps\n"
            "    policer add gold rate 10mbyte\n"
            "                          ^~~~~~~");
    misused("policer add gold rate 0.4", "policer add: 0.4 is less than 1\n"
                                         "    policer add gold rate 0.4\n"
                                         "                          ^~~");
    misused("policer add gold rate 10000000tbit", "policer add: 10000000tbit is too much\n"
                                                  "    policer add gold rate 10000000tbit\n"
                                                  "                          ^~~~~~~~~~~~");
    misused("policer add gold burst 64kbb",
            "policer add: \"kbb\" is no unit here: there are b, kb, mb, gb, k, m, g, kbit, mbit, "
            "gbit\n"
            "    policer add gold burst 64kbb\n"
            "                           ^~~~~\n"
            "hint: did you mean \"kb\"?");
    misused("policer add gold pps 20kk", "policer add: \"kk\" is no unit here: there are k, m, g\n"
                                         "    policer add gold pps 20kk\n"
                                         "                         ^~~~");
    misused("policer add gold pps", "policer add: \"pps\" needs a value: NUMBER\n"
                                    "    policer add gold pps\n"
                                    "                         ^");
    misused("policer add gold level l4", "policer add: \"l4\" is none of l2, l3\n"
                                         "    policer add gold level l4\n"
                                         "                           ^~\n"
                                         "hint: did you mean \"l2\"?");
    misused("policer add gold overhead 1.5", "policer add: \"1.5\" is not a number\n"
                                             "    policer add gold overhead 1.5\n"
                                             "                              ^~~");
    misused("policer add gold overhead -2147483649", "policer add: -2147483649 is out of range\n"
                                                     "    policer add gold overhead -2147483649\n"
                                                     "                              ^~~~~~~~~~~");
    misused("fdb add 2:0:0:0:0:1 network blue nexthop 7",
            "fdb add: \"2:0:0:0:0:1\" is not a MAC address\n"
            "    fdb add 2:0:0:0:0:1 network blue nexthop 7\n"
            "            ^~~~~~~~~~~\n"
            "hint: it looks like 02:00:00:00:00:01");
    misused("route add 10.0.0.1/24 network blue nexthop 7",
            "route add: 10.0.0.1/24 has host bits set\n"
            "    route add 10.0.0.1/24 network blue nexthop 7\n"
            "              ^~~~~~~~~~~\n"
            "hint: did you mean 10.0.0.0/24?");
    misused("-4 route add fd00::/8 network blue nexthop 7",
            "route add: fd00::/8 is not an IPv4 prefix\n"
            "    route add fd00::/8 network blue nexthop 7\n"
            "              ^~~~~~~~");
    misused("route show -4 -6", "route show: -4 and -6 exclude each other\n"
                                "    route show -4 -6\n"
                                "                  ^~");
    const std::string behind = "this stands behind the element that it is about: "
                               "ELEMENT [nomatch] [timeout TIME] [comment TEXT]\n";
    misused("set insert a nomatch 10.0.0.0/8", "set insert: " + behind +
                                                   "    set insert a nomatch 10.0.0.0/8\n"
                                                   "                 ^~~~~~~");
    misused("set insert a timeout 5 10.0.0.0/8", "set insert: " + behind +
                                                     "    set insert a timeout 5 10.0.0.0/8\n"
                                                     "                         ^");
    misused("set insert a 10.0.0.0/8 nomatch nomatch",
            "set insert: the element has this already\n"
            "    set insert a 10.0.0.0/8 nomatch nomatch\n"
            "                                    ^~~~~~~");
    misused("set insert a 10.0.0.0/8 timeout 5 timeout 6",
            "set insert: the element has a timeout already\n"
            "    set insert a 10.0.0.0/8 timeout 5 timeout 6\n"
            "                                              ^");
    misused("set insert a 10.0.0.0/8 comment b comment c",
            "set insert: the element has a comment already\n"
            "    set insert a 10.0.0.0/8 comment b comment c\n"
            "                                              ^");
    misused("set insert a 10.0.0.0/8 nomach",
            "set insert: \"nomach\" is not an IPv4 or IPv6 address\n"
            "    set insert a 10.0.0.0/8 nomach\n"
            "                            ^~~~~~\n"
            "hint: did you mean \"nomatch\"?");
    misused("set insert a 10.0.0.0/33",
            "set insert: prefix length 33 is more than the 32 bits of an IPv4 address\n"
            "    set insert a 10.0.0.0/33\n"
            "                 ^~~~~~~~~~~");
    misused("set insert a 10.0.0.1,tcp:http", "set insert: \"http\" is not a port, 0 to 65535\n"
                                              "    set insert a 10.0.0.1,tcp:http\n"
                                              "                 ^~~~~~~~~~~~~~~~~");
    misused("set insert a 10.0.0.1,icmp:8", "set insert: \"8\" is not a type and code of icmp\n"
                                            "    set insert a 10.0.0.1,icmp:8\n"
                                            "                 ^~~~~~~~~~~~~~~\n"
                                            "hint: TYPE/CODE, or a name such as echo-request");
    misused("set test a 10.0.0.1 10.0.0.2", "set test: \"10.0.0.2\" is not a keyword here\n"
                                            "    set test a 10.0.0.1 10.0.0.2\n"
                                            "                        ^~~~~~~~\n"
                                            "hint: see: vrouter-ctl set test help");
    misused("set add a type hash:net",
            "set add: \"hash:net\" is none of net, net,port, net,proto,port-range\n"
            "    set add a type hash:net\n"
            "                   ^~~~~~~~");
    for (const std::string time : {"x", "5w", "s", "1.5h", "-1"})
        misused("set add a timeout " + time,
                "set add: \"" + time + "\" is not a time\n" + "    set add a timeout " + time +
                    "\n" + std::string(22, ' ') + "^" + std::string(time.size() - 1, '~') +
                    "\nhint: 30, 30s, 5m, 1h or 2d");
    misused("set add a timeout 49711d", "set add: 49711d is more than 4294967295 seconds\n"
                                        "    set add a timeout 49711d\n"
                                        "                      ^~~~~~");
    misused("set add a timeout 1 timeout 2", "set add: \"timeout\" is given twice\n"
                                             "    set add a timeout 1 timeout 2\n"
                                             "                        ^~~~~~~");
    misused("monitor router", "monitor show: \"router\" is none of network, tunnel, vif, nexthop, "
                              "route, fdb, neighbour, label, set, element, sg, rule, policer, "
                              "drops, flow, limits\n"
                              "    monitor router\n"
                              "            ^~~~~~\n"
                              "hint: did you mean \"route\"?");
}

void contradictions(void**) {
    misused("vif show vm1 network blue", "vif show: give a vif or the network of vifs, not both");
    misused("nexthop show 7 type vif",
            "nexthop show: give an id or what next hops have in common, not both");
    for (const char* verb : {"add", "replace", "set"})
        misused(std::string("label ") + verb + " 500 network blue nexthop 7",
                std::string("label ") + verb + ": give a network or a next hop, not both");
    misused("label show 500 network blue",
            "label show: give a label or where labels lead to, not both");
    misused("label show 500 nexthop 7",
            "label show: give a label or where labels lead to, not both");
    misused("set insert a 10.0.0.0/8 -", "set insert: give elements or a file with elements, "
                                         "not both");
    misused("set insert a 10.0.0.0/8 --strict --replace",
            "set insert: --replace and --strict exclude each other");
    misused("route add 10.0.0.0/8 network blue nexthop 7 file -",
            "route add: give entries or a file with entries, not both");
}

/// Long lines are cut, quoted words and other alphabets do not move the mark.
void pictures(void**) {
    std::vector<std::string> words{"network", "add", "a b", "vnii"};
    check_text(run(words).err, "vrouter-ctl: network add: \"vnii\" is not a keyword here\n"
                               "    network add 'a b' vnii\n"
                               "                      ^~~~\n"
                               "hint: did you mean \"vni\"?\n");
    words = {"network", "add", "bl\u00e4u", "vnii"};
    check_text(run(words).err, "vrouter-ctl: network add: \"vnii\" is not a keyword here\n"
                               "    network add bl\u00e4u vnii\n"
                               "                     ^~~~\n"
                               "hint: did you mean \"vni\"?\n");
    words = {"network", "add", "x\033[2Jy", "vnii"};
    check(run(words).err.find('\033') == std::string::npos);

    words = {"route", "add"};
    words.resize(1000, "10.0.0.0/8");
    words[500] = "10.0.0.x/8";
    auto err = run(words).err;
    std::istringstream lines(err);
    std::string line, mark;
    std::getline(lines, line);
    std::getline(lines, line);
    std::getline(lines, mark);
    check(line.size() < 120);
    check_number(line.find("10.0.0.x/8"), mark.find('^'));
}

/// The objects and their parts.
std::vector<const ctl::Object*> all_objects() {
    std::vector<const ctl::Object*> all;
    for (const auto* object : ctl::objects()) {
        all.push_back(object);
        all.insert(all.end(), object->parts.begin(), object->parts.end());
    }
    return all;
}

void help_names_all_keywords(void**) {
    for (const auto* object : all_objects()) {
        std::string name(object->name);
        auto help = must_print(name + " help");
        check_text(must_print("help " + name), help);
        check_text(must_print(name + " --help"), help);
        for (const auto& command : object->commands) {
            auto line = name + " " + std::string(ctl::verb_name(command.verb));
            auto text = must_print(line + " help");
            check_text(must_print("help " + line), text);
            check(text.starts_with("Usage: vrouter-ctl " + line));
            for (const auto& keyword : object->keywords)
                if (keyword.verbs & command.verb)
                    check(text.find(keyword.title()) != std::string::npos);
        }
        auto parent = name.substr(0, name.rfind(' ') == name.npos ? 0 : name.rfind(' '));
        check(
            must_print(parent + " help").find("  " + std::string(ctl::last_name(*object)) + " ") !=
            std::string::npos);
    }
    check_text(must_print("-h"), must_print("help"));
}

void help_fits(void**) {
    for (const auto* object : all_objects()) {
        std::istringstream lines(must_print(std::string(object->name) + " help"));
        for (std::string line; std::getline(lines, line);)
            check(line.size() <= 80 || line.find("vrouter-ctl") != std::string::npos);
    }
}

/// Each keyword and option stands in the manual too.
void manual_is_complete(void**) {
    std::ifstream file("tools/man/vrouter-ctl.8");
    std::stringstream manual;
    manual << file.rdbuf();
    auto text = manual.str();
    check(!text.empty());
    auto is_there = [&](std::string_view name) {
        while (name.starts_with('-'))
            name.remove_prefix(1);
        if (text.find(name) == text.npos)
            check_text("not in the manual", name);
    };
    for (const auto* object : all_objects()) {
        is_there(object->name);
        for (const auto& keyword : object->keywords)
            for (auto name : keyword.names())
                is_there(name);
    }
    for (const auto& option : ctl::option_help())
        is_there(option.names.substr(
            option.names.find("--") == option.names.npos ? 0 : option.names.find("--")));
}

void version(void**) {
    auto version = must_print("-V");
    auto source = version.substr(std::string("vrouter-ctl 0.1.0 source ").size(), 12);
    check(source.find_first_not_of("0123456789abcdef") == std::string::npos);
    check_text(version, "vrouter-ctl 0.1.0 source " + source + ", libvrouter 0.1.0\n");
    check_text(must_print("-Version"), must_print("--version"));
}

} // namespace

int main() {
    const CMUnitTest tests[] = {
        cmocka_unit_test(options),
        cmocka_unit_test(objects_and_commands),
        cmocka_unit_test(nothing_is_abbreviated),
        cmocka_unit_test(wrong_words_lead_to_the_right_ones),
        cmocka_unit_test(a_gateway_has_a_length),
        cmocka_unit_test(words_that_do_not_go_together),
        cmocka_unit_test(display_options_stand_anywhere),
        cmocka_unit_test(color_takes_a_word),
        cmocka_unit_test(keywords),
        cmocka_unit_test(missing),
        cmocka_unit_test(values),
        cmocka_unit_test(contradictions),
        cmocka_unit_test(pictures),
        cmocka_unit_test(help_names_all_keywords),
        cmocka_unit_test(help_fits),
        cmocka_unit_test(manual_is_complete),
        cmocka_unit_test(version),
    };
    return run_group(tests, "usage");
}
