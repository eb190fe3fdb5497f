// SPDX-License-Identifier: LGPL-2.1-or-later
// Peers of rules as text.
#include "samples.hpp"

using namespace unit;

namespace {

Peer peer(const char* text) {
    return must(parse_peer(text));
}

void peers(void**) {
    check(peer("any") == Peer(Anyone()));
    check(peer("any") == Peer());
    check(peer("10.0.0.0/8") == Peer(prefix("10.0.0.0/8")));
    check(peer("10.0.0.1") == Peer(prefix("10.0.0.1/32")));
    check(peer("fd00::/8") == Peer(prefix("fd00::/8")));
    check(peer("::") == Peer(prefix("::/128")));
    check(peer("0.0.0.0/0") == Peer(prefix("0.0.0.0/0")));
    check(peer("set:clients") == Peer(SetRef("clients")));
    check(peer("sg:web") == Peer(SgRef("web")));
    check(peer("sg:any") == Peer(SgRef("any")));
    check(peer("set:set:x") == Peer(SetRef("set:x")));
    check(peer("set:7") == Peer(SetRef(SetId(7))));
    check(peer("sg:7") == Peer(SgRef(SgId(7))));
    check(peer("sg:7a") == Peer(SgRef("7a")));
    check(peer("set:4294967295") == Peer(SetRef(SetId(4294967295))));
    check(peer("set:7") != peer("sg:7"));
    for (const char* text : {"any", "10.0.0.0/8", "10.0.0.1", "0.0.0.0/0", "::/0", "fd00::1",
                             "set:clients", "sg:web", "set:7", "sg:8"})
        check_text(to_string(peer(text)), text);
    check_text(to_string(Peer(prefix("10.0.0.1/32"))), "10.0.0.1");
    check_text(to_string(Peer(SetRef(SetId(7), "clients"))), "set:clients");
    check_text(to_string(Peer(SgRef(SgId(8), "db"))), "sg:db");
    // A name that would be read as an id.
    check_text(to_string(Peer(SgRef(SgId(8), "12"))), "sg:8");
    check_text(to_string(Peer(SetRef(SetId(8), "12"))), "set:8");
}

void bad_peers(void**) {
    auto refused = [](const char* text) { return must_fail(parse_peer(text), EINVAL).to_string(); };
    check_text(must_fail(parse_peer("clients"), EINVAL).message, "\"clients\" is not an address");
    check_text(must_fail(parse_peer("clients"), EINVAL).hint,
               "set:clients or sg:clients for a set or a security group");
    check_text(must_fail(parse_peer("set:"), EINVAL).message, "\"set:\" names nothing");
    check_text(must_fail(parse_peer("set:"), EINVAL).hint, "set:NAME");
    check_text(must_fail(parse_peer("sg:"), EINVAL).hint, "sg:NAME");
    check_text(must_fail(parse_peer("10.0.0.1/24"), EINVAL).hint, "did you mean 10.0.0.0/24?");
    check_text(must_fail(parse_peer("10.0.0.0/33"), EINVAL).message,
               "prefix length 33 is more than the 32 bits of an IPv4 address");
    for (const char* text : {"", "ANY", "10.0.0", "10.0.0.0/", "10.0.0.0-10.0.0.9", "group:web",
                             "set", "sg", "set:4294967296", "10.0.0.0/8,tcp:80", " any", "any "})
        check(!refused(text).empty());
}

void references(void**) {
    // What a dump gives goes back in requests.
    auto info = rule_info();
    check(SgRef(info.sg) == SgRef(SgId(9), "web"));
    check(info.rule.to == Peer(SetRef(Named<SetId>{SetId(7), "clients"})));
    check(RuleSpec() == RuleSpec());
    check(std::holds_alternative<Anyone>(RuleSpec().from));
}

void names(void**) {
    check_text(to_string(Direction::ingress), "ingress");
    check_text(to_string(RuleAction::reject), "reject");
    check(from_string<Direction>("egress") == Direction::egress);
    check(from_string<RuleAction>("deny") == RuleAction::deny);
    check(!from_string<Direction>("in") && !from_string<RuleAction>("accept"));
}

} // namespace

int main() {
    const CMUnitTest tests[] = {
        cmocka_unit_test(peers),
        cmocka_unit_test(bad_peers),
        cmocka_unit_test(references),
        cmocka_unit_test(names),
    };
    return run_group(tests, "rule");
}
