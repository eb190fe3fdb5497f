// SPDX-License-Identifier: GPL-2.0-or-later
// What the completions of the shells are given.
#include "ctl.hpp"

using namespace cli;

namespace {

/// The candidates for the last word, without their help, separated by blanks.
std::string candidates(std::vector<std::string> words, Kernel* kernel = nullptr) {
    words.insert(words.begin(), "__complete");
    auto ran = run(words, kernel);
    check_text(ran.err, "");
    check_number(static_cast<std::uint64_t>(ran.status), 0);
    std::istringstream lines(ran.out);
    std::string result;
    for (std::string line; std::getline(lines, line);)
        result += (result.empty() ? "" : " ") + line.substr(0, line.find('\t'));
    return result;
}

void grammar(void**) {
    check_text(candidates({""}), "network tunnel vif nexthop route fdb neighbour label set sg "
                                 "policer flow trace drops monitor limits info check help");
    check_text(candidates({"ne"}), "network nexthop neighbour");
    check_text(candidates({"network", ""}), "add replace set del show rename help");
    check_text(candidates({"net", "s"}), "set show");
    check_text(candidates({"network", "add", "blue", "m"}),
               "mtu mss-clamp max-connections max-routes max-fdb max-neighbours max-learned "
               "max-flows");
    check_text(candidates({"network", "add", "blue", "mtu", "1", "m"}),
               "mss-clamp max-connections max-routes max-fdb max-neighbours max-learned max-flows");
    check_text(candidates({"network", "add", "blue", "gateway", "10.0.0.1/8", "g"}),
               "gateway gateway-mac");
    check_text(candidates({"network", "add", "blue", "policy", ""}), "deny allow");
    check_text(candidates({"network", "set", "blue", "st"}), "strict-remotes");
    check_text(candidates({"network", "set", "blue", "strict-remotes", ""}), "on off");
    check_text(candidates({"tunnel", "set", "vx0", "dscp", ""}), "inherit");
    check_text(candidates({"tunnel", "add", "mp0", "type", "m"}), "mplsogre mplsoudp");
    check_text(candidates({"network", "add", "blue", "k"}), "key");
    check_text(candidates({"network", "add", "blue", "ac"}), "acl");
    check_text(candidates({"nexthop", "add", "type", "tunnel", "l"}), "label");
    check_text(candidates({"nexthop", "add", "label", "500", "p"}), "payload");
    check_text(candidates({"nexthop", "set", "7", "payload", ""}), "l2 l3");
    check_text(candidates({"nexthop", "set", "80", "hash", ""}), "l4 l3");
    check_text(candidates({"label", ""}), "add replace set del show help");
    check_text(candidates({"label", "add", "500", ""}), "network nexthop --strict");
    check_text(candidates({"label", "set", "500", "nexthop", "8", ""}), "network");
    check_text(candidates({"label", "show", ""}), "network nexthop");
    check_text(candidates({"set", ""}),
               "add replace set del show list insert remove flush test load "
               "swap rename restore help");
    check_text(candidates({"set", "l"}), "list load");
    check_text(candidates({"set", "add", "a", ""}),
               "name id type timeout counters max-elements --strict");
    check_text(candidates({"set", "add", "a", "type", ""}), "net net,port net,proto,port-range");
    check_text(candidates({"set", "add", "a", "type", "net,"}), "net,port net,proto,port-range");
    check_text(candidates({"set", "insert", "a", "10.0.0.0/8", ""}),
               "nomatch timeout comment file - --replace --strict");
    check_text(candidates({"set", "insert", "a", "10.0.0.0/8", "nomatch", "n"}), "nomatch");
    check_text(candidates({"set", "insert", "a", "file", ""}), ":file");
    check_text(candidates({"set", "load", "a", ""}), ":file -");
    check_text(candidates({"set", "restore", ""}), ":file - -exist -!");
    check_text(candidates({"monitor", "s"}), "show set sg");
    check_text(candidates({"monitor", "e"}), "element");
    check_text(candidates({"policer", "add", "gold", "p"}), "pps packet-burst");
    check_text(candidates({"policer", "set", "gold", "level", ""}), "l2 l3");
    check_text(candidates({"vif", "set", "vm1", "e"}), "egress-policer");
    check_text(candidates({"vif", "set", "vm1", "policer", "n"}), "none");
    check_text(candidates({"vif", "set", "vm1", "d"}), "dev dhcp-server");
    check_text(candidates({"vif", "set", "vm1", "router", ""}), "on off");
    check_text(candidates({"monitor", "l"}), "label limits");
    check_text(candidates({"monitor", "p"}), "policer");
    check_text(candidates({"drops", "n"}), "network");
    check_text(candidates({"drops", "-f", "r"}), "reason");
    check_text(candidates({"drops", "-w", ""}), ":file");
    check_text(candidates({"monitor", "d"}), "drops");
    check_text(candidates({"flow", ""}), "show count flush help");
    check_text(candidates({"flow", "show", ""}), "network vif address port proto state");
    check_text(candidates({"flow", "count", "state", "u"}), "unreplied untracked");
    check_text(candidates({"monitor", "f"}), "fdb flow");
    check_text(candidates({"monitor", "ne"}), "network nexthop neighbour");
    check_text(candidates({"route", "add", "network", "b", "file", ""}), ":file");
    check_text(candidates({"help", "ro"}), "route");
    check_text(candidates({"nonsense", "add", ""}), "");
    check_text(candidates({"network", "nonsense", ""}), "");
    check_text(candidates({}), "");
}

void options(void**) {
    check_text(candidates({"--f"}), "--force");
    check_text(candidates({"-j", "-b", ""}), ":file");
    check_text(candidates({"-j", "-n", "x", "inf"}), "info");
    check_text(candidates({"-b", "x", "--color=n"}), "--color=never");
}

void names(void**) {
    Kernel kernel;
    auto networks = [&] {
        kernel.answer({reply(VROUTER_CMD_NETWORK_GET, network_attrs(), NLM_F_MULTI), done()});
    };
    networks();
    check_text(candidates({"network", "del", "b"}, &kernel), "blue");
    networks();
    check_text(candidates({"vif", "add", "vm1", "network", ""}, &kernel), "blue");
    networks();
    check_text(candidates({"vif", "add", "vm1", "network", "x"}, &kernel), "");
    kernel.answer({reply(VROUTER_CMD_NEXTHOP_GET, nexthop_attrs(), NLM_F_MULTI), done()});
    check_text(candidates({"route", "add", "default", "nexthop", ""}, &kernel), "7");
    auto labels = [&] {
        kernel.answer({reply(VROUTER_CMD_LABEL_GET, label_attrs(), NLM_F_MULTI), done()});
    };
    labels();
    check_text(candidates({"label", "del", ""}, &kernel), "500");
    labels();
    check_text(candidates({"label", "show", "6"}, &kernel), "");
    auto sets = [&](const std::vector<std::string>& words, const char* wanted) {
        kernel.answer({reply(VROUTER_CMD_SET_GET, set_attrs(), NLM_F_MULTI), done()});
        check_text(candidates(words, &kernel), wanted);
    };
    for (const char* verb : {"show", "del", "insert", "remove", "list", "test", "flush", "load"})
        sets({"set", verb, "cl"}, "clients");
    // The first set, and then the other; not each twice.
    sets({"set", "swap", ""}, "clients");
    sets({"set", "swap", "a", ""}, "clients");
    check_text(candidates({"set", "swap", "a", "b", ""}, &kernel), "");
    check_text(candidates({"set", "rename", "a", ""}, &kernel), "");
    auto policers = [&] {
        kernel.answer({reply(VROUTER_CMD_POLICER_GET, policer_attrs(), NLM_F_MULTI), done()});
    };
    policers();
    check_text(candidates({"policer", "del", "g"}, &kernel), "gold");
    policers();
    check_text(candidates({"vif", "set", "vm1", "egress-policer", ""}, &kernel), "none gold");
    networks();
    check_text(candidates({"label", "add", "500", "network", "b"}, &kernel), "blue");
    kernel.answer({ack(EPERM)});
    check_text(candidates({"network", "del", "b"}, &kernel), "");
    check_text(candidates({"network", "del", "b"}), "");
}

} // namespace

int main() {
    const CMUnitTest tests[] = {
        cmocka_unit_test(grammar),
        cmocka_unit_test(options),
        cmocka_unit_test(names),
    };
    return run_group(tests, "completion");
}
