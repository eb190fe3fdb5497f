// SPDX-License-Identifier: GPL-2.0-or-later
// Security groups: what rules are typed as, what they are printed as, and that these are the same.
#include "ctl.hpp"

#include <nlohmann/json.hpp>

using namespace cli;
using Json = nlohmann::ordered_json;

namespace {

constexpr std::uint16_t create = NLM_F_CREATE, strict = NLM_F_CREATE | NLM_F_EXCL,
                        replace = NLM_F_CREATE | NLM_F_REPLACE, change = 0;

void check_sent(const Sent& sent, const Request& request, std::uint8_t command, std::uint16_t flags,
                Where where = Where::current()) {
    check_number(sent.command, command, where);
    check_number(sent.header.nlmsg_flags & (NLM_F_CREATE | NLM_F_EXCL | NLM_F_REPLACE), flags,
                 where);
    check_text(to_hex(sent.attributes()), to_hex(request.attributes()), where);
}

/// The command sends one request, which is this one, and prints nothing.
void sends(const std::vector<std::string>& words, const Request& request, std::uint8_t command,
           std::uint16_t flags, Where where = Where::current()) {
    Kernel kernel;
    kernel.answer({ack()});
    auto ran = run(words, &kernel);
    check_text(ran.err, "", where);
    check_text(ran.out, "", where);
    check_number(kernel.messages.size(), 1, where);
    check_sent(kernel.sent(), request, command, flags, where);
}
void sends(const std::string& line, const Request& request, std::uint8_t command,
           std::uint16_t flags, Where where = Where::current()) {
    sends(split(line), request, command, flags, where);
}

void groups(void**) {
    sends("sg add web", requests::add(SgSpec{.name = "web"}), VROUTER_CMD_SG_NEW, create);
    sends("sg add web --strict", requests::add(SgSpec{.name = "web"}), VROUTER_CMD_SG_NEW, strict);
    SgSpec spec{.id = SgId(9), .name = "web", .members = "remote"};
    sends("sg add web id 9 members remote", requests::add(spec), VROUTER_CMD_SG_NEW, create);
    sends("sg replace web id 9 members remote", requests::replace(spec), VROUTER_CMD_SG_NEW,
          replace);
    sends("sg replace web", requests::replace(SgSpec{.name = "web"}), VROUTER_CMD_SG_NEW, replace);
    sends("sg set 9 members 7", requests::change(SgSpec{.id = SgId(9), .members = SetId(7)}),
          VROUTER_CMD_SG_SET, change);
    sends("sg set web members none", requests::change(SgSpec{.name = "web", .members = SetId(0)}),
          VROUTER_CMD_SG_SET, change);
    sends("sg del web", requests::del(SgRef("web")), VROUTER_CMD_SG_DEL, change);
    sends("sg del name rules", requests::del(SgRef("rules")), VROUTER_CMD_SG_DEL, change);
    for (const char* line : {"sg rename web www", "sg set web name www"}) {
        Kernel kernel;
        kernel.answer({reply(VROUTER_CMD_SG_GET, sg_attrs()), ack()});
        kernel.answer({ack()});
        check_text(must_print(line, &kernel), "");
        check_sent(kernel.sent(), requests::change(SgSpec{.id = SgId(9), .name = "www"}),
                   VROUTER_CMD_SG_SET, change);
    }
}

void of_vifs_and_networks(void**) {
    VifSpec vif{.name = "vm1", .device = "tap0", .network = "blue"};
    vif.sgs = {{SgRef("web"), SgRef(SgId(8)), SgRef("db")}};
    sends("vif add vm1 dev tap0 network blue sg web sg 8 sg db", requests::add(vif),
          VROUTER_CMD_VIF_NEW, create);
    sends("vif set vm1 sg none",
          requests::change(VifSpec{.name = "vm1", .sgs = std::vector<SgRef>()}),
          VROUTER_CMD_VIF_SET, change);
    must_refuse("vif set vm1 sg none sg web", 2,
                "vrouter-ctl: vif set: \"none\" stands alone\n"
                "    vif set vm1 sg none sg web\n"
                "                           ^~~\n");
    sends("network set blue acl web acl 8",
          requests::change(NetworkSpec{.name = "blue", .acls = {{SgRef("web"), SgRef(SgId(8))}}}),
          VROUTER_CMD_NETWORK_SET, change);
    sends("network set blue acl none",
          requests::change(NetworkSpec{.name = "blue", .acls = std::vector<SgRef>()}),
          VROUTER_CMD_NETWORK_SET, change);
    sends("network add blue zone 100", requests::add(NetworkSpec{.name = "blue", .zone = 100}),
          VROUTER_CMD_NETWORK_NEW, create);
    must_refuse("network add blue zone 65536", 2,
                "vrouter-ctl: network add: 65536 is more than 65535\n"
                "    network add blue zone 65536\n"
                "                          ^~~~~\n");
}

Request added(const RuleSpec& rule) {
    return requests::add("web", std::span(&rule, 1));
}

RuleSpec allow(RuleSpec rule = {}) {
    rule.direction = Direction::ingress;
    rule.action = RuleAction::allow;
    return rule;
}

/// Rules as they are typed, and what they are.
const std::pair<const char*, RuleSpec> typed[] = {
    {"ingress tcp dport 3306 from set:clients allow",
     allow({.proto = Protocol(6), .dport = 3306, .from = SetRef("clients")})},
    {"ingress allow", allow()},
    {"allow ingress", allow()},
    {"ingress from any to any allow", allow()},
    {"ingress proto all allow", allow()},
    {"egress deny", {.direction = Direction::egress, .action = RuleAction::deny}},
    {"egress reject", {.direction = Direction::egress, .action = RuleAction::reject}},
    {"ingress priority 0 allow", allow({.priority = 0})},
    {"ingress priority 65535 allow", allow({.priority = 65535})},
    {"ingress family ipv4 allow", allow({.family = Family::v4})},
    {"ingress family inet allow", allow({.family = Family::v4})},
    {"ingress family ipv6 allow", allow({.family = Family::v6})},
    {"ingress family inet6 allow", allow({.family = Family::v6})},
    {"ingress udp sport 53 allow", allow({.proto = Protocol(17), .sport = 53})},
    {"ingress dport 53 udp allow", allow({.proto = Protocol(17), .dport = 53})},
    {"ingress tcp dport 8000-8080 sport 1024-65535 allow", allow({.proto = Protocol(6),
                                                                  .sport = 1024,
                                                                  .sport_end = 65535,
                                                                  .dport = 8000,
                                                                  .dport_end = 8080})},
    {"ingress tcp dport 80-80 allow", allow({.proto = Protocol(6), .dport = 80})},
    {"ingress sctp dport 0 allow", allow({.proto = Protocol(132), .dport = 0})},
    {"ingress dccp dport 1 allow", allow({.proto = Protocol(33), .dport = 1})},
    {"ingress udplite dport 1 allow", allow({.proto = Protocol(136), .dport = 1})},
    {"ingress proto tcp dport 80 allow", allow({.proto = Protocol(6), .dport = 80})},
    {"ingress proto 6 dport 80 allow", allow({.proto = Protocol(6), .dport = 80})},
    {"ingress esp allow", allow({.proto = Protocol(50)})},
    {"ingress proto esp allow", allow({.proto = Protocol(50)})},
    {"ingress proto 200 allow", allow({.proto = Protocol(200)})},
    {"ingress proto ipv6 allow", allow({.proto = Protocol(41)})},
    {"ingress icmp allow", allow({.proto = Protocol(1)})},
    {"ingress icmp type 8 allow", allow({.proto = Protocol(1), .icmp_type = 8})},
    {"ingress icmp type echo-request allow", allow({.proto = Protocol(1), .icmp_type = 8})},
    {"ingress type ping icmp allow", allow({.proto = Protocol(1), .icmp_type = 8})},
    {"ingress icmp type 3 code 4 allow",
     allow({.proto = Protocol(1), .icmp_type = 3, .icmp_code = 4})},
    {"ingress icmp type 3/4 allow", allow({.proto = Protocol(1), .icmp_type = 3, .icmp_code = 4})},
    {"ingress icmp type fragmentation-needed allow",
     allow({.proto = Protocol(1), .icmp_type = 3, .icmp_code = 4})},
    {"ingress icmp type destination-unreachable code 4 allow",
     allow({.proto = Protocol(1), .icmp_type = 3, .icmp_code = 4})},
    {"ingress icmp type time-exceeded allow", allow({.proto = Protocol(1), .icmp_type = 11})},
    {"ingress icmpv6 type echo-request allow", allow({.proto = Protocol(58), .icmp_type = 128})},
    {"ingress ipv6-icmp type packet-too-big allow", allow({.proto = Protocol(58), .icmp_type = 2})},
    {"ingress icmpv6 type nd-neighbor-solicit allow",
     allow({.proto = Protocol(58), .icmp_type = 135})},
    {"ingress icmpv6 type destination-unreachable allow",
     allow({.proto = Protocol(58), .icmp_type = 1})},
    {"ingress icmpv6 type 255 code 255 allow",
     allow({.proto = Protocol(58), .icmp_type = 255, .icmp_code = 255})},
    {"ingress from 10.0.0.0/8 to 10.0.0.1 allow",
     allow({.from = prefix("10.0.0.0/8"), .to = prefix("10.0.0.1")})},
    {"ingress from fd00::/8 allow", allow({.from = prefix("fd00::/8")})},
    {"ingress from sg:web to set:7 allow", allow({.from = SgRef("web"), .to = SetRef(SetId(7))})},
    {"ingress stateless allow", allow({.stateless = true})},
    {"ingress tcp dport 21 helper ftp allow",
     allow({.proto = Protocol(6), .dport = 21, .helper = "ftp"})},
    {"ingress comment web allow", allow({.comment = "web"})},
    {"ingress comment allow deny",
     {.direction = Direction::ingress, .action = RuleAction::deny, .comment = "allow"}},
    // What show prints in front says nothing.
    {"7: ingress allow", allow()},
};

void rules_added(void**) {
    for (const auto& [words, rule] : typed) {
        auto line = std::string(" web ") + words;
        sends("sg rule add" + line, added(rule), VROUTER_CMD_RULE_NEW, create);
        sends("sg rule add" + line + " --strict", added(rule), VROUTER_CMD_RULE_NEW, strict);
        sends("sg rule del" + line, requests::del("web", std::span(&rule, 1)), VROUTER_CMD_RULE_DEL,
              change);
    }
    auto rule = allow({.comment = "all of \"us\" # here"});
    sends({"sg", "rule", "add", "web", "ingress", "comment", "all of \"us\" # here", "allow"},
          added(rule), VROUTER_CMD_RULE_NEW, create);
}

/// The group is the first word, whatever it is.
void groups_with_odd_names(void**) {
    std::vector<RuleSpec> rules{allow()};
    for (const char* name : {"tcp", "allow", "ingress", "any", "stateless", "from"})
        sends(std::string("sg rule add ") + name + " ingress allow", requests::add(name, rules),
              VROUTER_CMD_RULE_NEW, create);
    sends("sg rule add 9 ingress allow", requests::add(SgId(9), rules), VROUTER_CMD_RULE_NEW,
          create);
    sends("sg rule flush tcp", requests::flush_rules("tcp"), VROUTER_CMD_RULE_DEL, change);
    sends("sg rule add web ingress allow", requests::add("web", rules), VROUTER_CMD_RULE_NEW,
          create);
}

void rules_deleted(void**) {
    std::vector<std::uint32_t> places{3};
    sends("sg rule del web 3", requests::del("web", places), VROUTER_CMD_RULE_DEL, change);
    places = {3, 1, 4096};
    sends("sg rule delete web 3 1 4096", requests::del("web", places), VROUTER_CMD_RULE_DEL,
          change);
    sends("sg rule flush web", requests::flush_rules("web"), VROUTER_CMD_RULE_DEL, change);
    sends("sg rule flush 9", requests::flush_rules(SgId(9)), VROUTER_CMD_RULE_DEL, change);
}

/// What "sg rule show" prints when there is a rule with these attributes.
std::string shown(const std::string& line, const Attrs& entry) {
    Kernel kernel;
    kernel.answer({reply(VROUTER_CMD_RULE_GET, rule_attrs(entry), NLM_F_MULTI), done()});
    return must_print(line, &kernel);
}

const std::string rule_json =
    R"({"sg_id":9,"sg":"web","index":3,"direction":"ingress","priority":100,"family":"ipv4",)"
    R"("proto":"tcp","sport":1024,"sport_end":65535,"dport":80,"dport_end":443,"type":8,"code":3,)"
    R"("from":"10.0.0.0/8","to":"set:clients","stateless":true,"helper":"ftp",)"
    R"("comment":"old web","action":"reject","packets":4294967297,"bytes":4294967298})";
const std::string rule_text =
    "3: ingress priority 100 family ipv4 tcp sport 1024-65535 dport 80-443 type 8 code 3 "
    "from 10.0.0.0/8 to set:clients stateless helper ftp comment \"old web\" reject";
const std::string counters = " packets 4294967297 bytes 4294967298";

void rules_shown(void**) {
    check_text(shown("-j sg rule show", rule_entry_attrs()), "[" + rule_json + "]\n");
    check_text(shown("-j sg rule show web", rule_entry_attrs()), "[" + rule_json + "]\n");
    check_text(shown("-p sg rule list web", rule_entry_attrs()),
               Json::parse("[" + rule_json + "]").dump(4) + "\n");
    check_text(shown("sg rule show web", rule_entry_attrs()), rule_text + "\n");
    check_text(shown("sg rule", rule_entry_attrs()), "web " + rule_text + "\n");
    check_text(shown("sg rule ls", rule_entry_attrs()), "web " + rule_text + "\n");
    check_text(shown("-s sg rule show web", rule_entry_attrs()), rule_text + counters + "\n");

    check_text(shown("sg rule show web", plain_rule_attrs()), "4: egress allow\n");
    check_text(shown("-j sg rule show web", plain_rule_attrs()),
               R"([{"sg_id":9,"sg":"web","index":4,"direction":"egress","priority":1000,)"
               R"("stateless":false,"action":"allow","packets":0,"bytes":0}])"
               "\n");
    check_text(shown("-d sg rule show web", plain_rule_attrs()), "4: egress priority 1000 allow\n");
    auto usual = plain_rule_attrs().u32(VROUTER_A_RULE_ENTRY_PRIORITY, 1000);
    check_text(shown("sg rule show web", usual), "4: egress allow\n");
    auto with_proto = [](std::uint8_t proto) {
        return shown("sg rule show web", plain_rule_attrs().u8(VROUTER_A_RULE_ENTRY_PROTO, proto));
    };
    check_text(with_proto(0), "4: egress allow\n");
    check_text(with_proto(50), "4: egress proto esp allow\n");
    check_text(with_proto(41), "4: egress proto ipv6 allow\n");
    check_text(with_proto(58), "4: egress icmpv6 allow\n");
    check_text(with_proto(200), "4: egress proto 200 allow\n");

    // Only the rules of the group are asked for.
    Kernel kernel;
    kernel.answer({done()});
    check_text(must_print("-j sg rule show web", &kernel), "[]\n");
    check_text(to_hex(kernel.sent().attributes()),
               to_hex(Attrs().text(VROUTER_A_RULE_SG_NAME, "web").bytes()));
}

/// Puts a rule into attributes as the kernel would.
Attrs entry_of(const RuleSpec& rule) {
    auto request = requests::add(SgId(9), std::span(&rule, 1));
    // The group takes 8 bytes, the header of the entry 4.
    auto bytes = request.attributes().subspan(12);
    Attrs entry;
    entry.u32(VROUTER_A_RULE_ENTRY_INDEX, 12);
    while (bytes.size() >= NLA_HDRLEN) {
        nlattr header;
        std::memcpy(&header, bytes.data(), sizeof(header));
        entry.raw(header.nla_type, blob(bytes.subspan(NLA_HDRLEN, header.nla_len - NLA_HDRLEN)));
        bytes = bytes.subspan(std::min<std::size_t>(NLA_ALIGN(header.nla_len), bytes.size()));
    }
    return entry;
}

/// Runs "sg replace web -" with these lines when there is such a group.
Sent replaced_with(const std::string& lines) {
    Kernel kernel;
    kernel.answer({reply(VROUTER_CMD_SG_GET, sg_attrs()), ack()});
    kernel.answer({ack()});
    check_text(must_print("sg replace web -", &kernel, lines), "");
    check_number(kernel.messages.size(), 2);
    return kernel.sent();
}

/// Every rule can be read as it is printed.
void printed_is_typed(void**) {
    for (const auto& [words, rule] : typed) {
        // Of sets and groups the kernel tells both, of which the words have the name.
        if (!std::holds_alternative<Anyone>(rule.from) &&
            !std::holds_alternative<Prefix>(rule.from))
            continue;
        auto wanted = requests::replace("web", std::span(&rule, 1));
        for (const char* line : {"sg rule show web", "-s sg rule show web"})
            check_sent(replaced_with(shown(line, entry_of(rule))), wanted, VROUTER_CMD_RULE_NEW,
                       replace);
    }
    for (const char* text : {"it's \"me\"", "# all", "a\\", "", "to\ttab"}) {
        auto rule = allow({.comment = text});
        auto line = shown("sg rule show web", entry_of(rule));
        if (rule.comment->find('\t') != std::string::npos)
            rule.comment = "to?tab";
        check_sent(replaced_with(line), requests::replace("web", std::span(&rule, 1)),
                   VROUTER_CMD_RULE_NEW, replace);
    }
    // With the names of what the kernel told by both.
    auto rule = rule_info().rule;
    rule.to = SetRef("clients");
    rule.icmp_type.reset();
    rule.icmp_code.reset();
    auto entry = rule_entry_attrs()
                     .without(VROUTER_A_RULE_ENTRY_ICMP_TYPE)
                     .without(VROUTER_A_RULE_ENTRY_ICMP_CODE);
    check_sent(replaced_with(shown("-s sg rule show web", entry)),
               requests::replace("web", std::span(&rule, 1)), VROUTER_CMD_RULE_NEW, replace);
}

const std::string lines = "# web servers\n"
                          "ingress tcp dport 443 allow\n"
                          "\n"
                          "ingress tcp dport 80 \\\n"
                          "  comment \"for now\" allow # soon gone\n"
                          "egress allow\n";

std::vector<RuleSpec> rules_of_lines() {
    return {allow({.proto = Protocol(6), .dport = 443}),
            allow({.proto = Protocol(6), .dport = 80, .comment = "for now"}),
            {.direction = Direction::egress, .action = RuleAction::allow}};
}

/// A group that exists gets the rules in one request, whatever way the file is given.
void group_replaced(void**) {
    TemporaryFile file(lines);
    auto wanted = requests::replace("web", rules_of_lines());
    const std::string ways[] = {"-", "rules -", file.name(), "rules " + file.name()};
    for (const auto& words : ways) {
        Kernel kernel;
        kernel.answer({reply(VROUTER_CMD_SG_GET, sg_attrs()), ack()});
        kernel.answer({ack()});
        check_text(must_print("sg replace web " + words, &kernel, lines), "");
        check_number(kernel.messages.size(), 2);
        check_sent(kernel.sent(), wanted, VROUTER_CMD_RULE_NEW, replace);
    }
    // No rules are a list too.
    check_sent(replaced_with("# none\n"), requests::replace("web", std::span<const RuleSpec>()),
               VROUTER_CMD_RULE_NEW, replace);
    // With an id.
    Kernel kernel;
    kernel.answer({reply(VROUTER_CMD_SG_GET, sg_attrs()), ack()});
    kernel.answer({ack()});
    must_print("sg replace 9 -", &kernel, lines);
    check_sent(kernel.sent(), requests::replace(SgId(9), rules_of_lines()), VROUTER_CMD_RULE_NEW,
               replace);
}

void group_made(void**) {
    Kernel kernel;
    kernel.answer({ack(ENOENT, words("there is no group \"web\""))});
    kernel.answer({ack()});
    kernel.answer({ack()});
    check_text(must_print("sg replace web members remote rules -", &kernel, lines), "");
    check_number(kernel.messages.size(), 3);
    check_sent(kernel.messages[1], requests::add(SgSpec{.name = "web", .members = "remote"}),
               VROUTER_CMD_SG_NEW, strict);
    check_sent(kernel.messages[2], requests::replace("web", rules_of_lines()), VROUTER_CMD_RULE_NEW,
               replace);
}

void group_with_members(void**) {
    Kernel kernel;
    kernel.answer({reply(VROUTER_CMD_SG_GET, sg_attrs()), ack()});
    kernel.answer({ack()});
    kernel.answer({ack()});
    check_text(must_print("sg replace web - members none", &kernel, lines), "");
    check_sent(kernel.messages[1], requests::change(SgSpec{.id = SgId(9), .members = SetId(0)}),
               VROUTER_CMD_SG_SET, change);
    check_sent(kernel.messages[2], requests::replace("web", rules_of_lines()), VROUTER_CMD_RULE_NEW,
               replace);
}

/// A refusal that points into a request; attributes begin at offset 20.
Out refused(int code, const std::string& text, std::uint32_t offset) {
    return ack(code, words(text).u32(NLMSGERR_ATTR_OFFS, offset));
}

/// The offset of the second rule's destination port: the name "web" takes 8 bytes, the first rule
/// 36, and in front of the port are 20.
constexpr std::uint32_t second_port = 20 + 8 + 36 + 20;

/// What was made or changed before the rules were refused is taken back.
void group_not_replaced(void**) {
    const std::string file = "ingress tcp dport 443 allow\n\ningress tcp dport 80 allow\n";
    const std::string told = "-:3: sg replace: no such port here (dport)\n";
    Kernel kernel;
    kernel.answer({reply(VROUTER_CMD_SG_GET, sg_attrs()), ack()});
    kernel.answer({refused(EINVAL, "no such port here", second_port)});
    must_refuse("sg replace web -", 1, told, &kernel, file);
    check_number(kernel.messages.size(), 2);

    kernel.messages.clear();
    kernel.answer({ack(ENOENT, words("there is no group \"web\""))});
    kernel.answer({ack()});
    kernel.answer({refused(EINVAL, "no such port here", second_port)});
    kernel.answer({ack()});
    must_refuse("sg replace web -", 1, told, &kernel, file);
    check_number(kernel.messages.size(), 4);
    check_sent(kernel.sent(), requests::del(SgRef("web")), VROUTER_CMD_SG_DEL, change);

    for (bool had : {true, false}) {
        kernel.messages.clear();
        auto before = sg_attrs();
        if (!had)
            before.without(VROUTER_A_SG_MEMBERS_ID).without(VROUTER_A_SG_MEMBERS_NAME);
        kernel.answer({reply(VROUTER_CMD_SG_GET, before), ack()});
        kernel.answer({ack()});
        kernel.answer({refused(EINVAL, "no such port here", second_port)});
        kernel.answer({ack()});
        must_refuse("sg replace web members friends rules -", 1, told, &kernel, file);
        check_number(kernel.messages.size(), 4);
        SgSpec after{.id = SgId(9), .members = had ? SetRef(SetId(7), "clients") : SetId(0)};
        check_sent(kernel.sent(), requests::change(after), VROUTER_CMD_SG_SET, change);
    }

    kernel.messages.clear();
    kernel.answer({ack(EPERM)});
    must_refuse("sg replace web -", 1,
                "vrouter-ctl: sg replace: Operation not permitted\n"
                "hint: this needs CAP_NET_ADMIN in the network namespace\n",
                &kernel, file);
    check_number(kernel.messages.size(), 1);
}

/// A line that makes no rule is told before anything is sent.
void bad_lines(void**) {
    auto bad = [](const std::string& line, const std::string& told) {
        must_refuse("sg replace web -", 2, "-:2: sg replace: " + told, nullptr,
                    "ingress allow\n" + line + "\negress allow\n");
    };
    bad("ingress tcp dport 80", "allow|deny|reject is missing\n"
                                "    ingress tcp dport 80\n"
                                "                         ^\n");
    bad("tcp dport 80 allow", "ingress|egress is missing\n"
                              "    tcp dport 80 allow\n"
                              "                       ^\n");
    bad("ingress accept", "\"accept\" is not a word of a rule\n"
                          "    ingress accept\n"
                          "            ^~~~~~\n"
                          "hint: did you mean \"allow\"?\n");
    bad("ingress dport 80 allow", "ports belong to a protocol\n"
                                  "    ingress dport 80 allow\n"
                                  "                  ^~\n"
                                  "hint: tcp, udp, sctp, dccp or udplite\n");
    bad("web ingress allow", "\"web\" is not a word of a rule\n"
                             "    web ingress allow\n"
                             "    ^~~\n");
    bad("ingress allow --strict", "\"--strict\" does not belong in a line\n"
                                  "    ingress allow --strict\n"
                                  "                  ^~~~~~~~\n");
    bad("ingress comment \"x allow", "a quote (\") has no end\n");
    bad("ingress from set: allow", "\"set:\" names nothing\n"
                                   "    ingress from set: allow\n"
                                   "                 ^~~~\n"
                                   "hint: set:NAME\n");
    must_refuse("sg replace web /nonexistent/file", 1,
                "vrouter-ctl: sg replace: cannot read /nonexistent/file: No such file or "
                "directory\n");
    must_refuse("sg replace web - rules -", 2,
                "vrouter-ctl: sg replace: this is given twice\n"
                "    sg replace web - rules -\n"
                "                           ^\n");
    must_refuse("sg add web -", 2,
                "vrouter-ctl: sg add: \"-\" does not go with \"add\"\n"
                "    sg add web -\n"
                "               ^\n");
}

/// The command is refused for a word, in words that help.
void misused(const std::string& rule, const std::string& word, const std::string& message,
             const std::string& hint = {}, Where where = Where::current()) {
    auto line = "sg rule add web " + rule;
    auto at = line.rfind(" " + word) + 1;
    auto wanted = "vrouter-ctl: sg rule add: " + message + "\n    " + line + "\n    " +
                  std::string(word.empty() ? line.size() + 1 : at, ' ') + "^" +
                  std::string(word.empty() ? 0 : word.size() - 1, '~') + "\n" +
                  (hint.empty() ? "" : "hint: " + hint + "\n");
    auto ran = run(line);
    check_text(ran.err, wanted, where);
    check_number(static_cast<std::uint64_t>(ran.status), 2, where);
}

void bad_words(void**) {
    const std::string help = "see: vrouter-ctl sg rule add help";
    misused("ingress", "", "allow|deny|reject is missing", help);
    misused("allow", "", "ingress|egress is missing", help);
    misused("ingress egress allow", "egress", "\"ingress|egress\" is given twice");
    misused("ingress allow deny", "deny", "\"allow|deny|reject\" is given twice");
    misused("ingress tcp udp allow", "udp",
            "\"tcp|udp|sctp|dccp|udplite|icmp|icmpv6\" is given twice");
    misused("ingress tcp proto udp allow", "udp", "the protocol is tcp already");
    misused("ingress esp tcp allow", "tcp", "the protocol is esp already");
    misused("ingress gre esp allow", "esp", "the protocol is gre already");
    misused("ingress proto tpc allow", "tpc", "\"tpc\" is not an IP protocol",
            "a name such as tcp, udp, icmp or esp, or a number up to 255");
    misused("ingress proto 256 allow", "256", "\"256\" is not an IP protocol",
            "a name such as tcp, udp, icmp or esp, or a number up to 255");

    const std::pair<const char*, const char*> translated[] = {
        {"accept", "allow"},      {"drop", "deny"},        {"in", "ingress"},
        {"output", "egress"},     {"src", "from"},         {"dst", "to"},
        {"port", "dport"},        {"protocol", "proto"},   {"prio", "priority"},
        {"inet6", "family ipv6"}, {"ipv6", "family ipv6"}, {"icmp6", "icmpv6"},
        {"tpc", "tcp"},           {"ingres", "ingress"},   {"statless", "stateless"},
        {"alow", "allow"},        {"dpotr", "dport"}};
    for (const auto& [word, meant] : translated)
        misused(std::string("egress ") + word + " allow", word,
                std::string("\"") + word + "\" is not a word of a rule",
                std::string("did you mean \"") + meant + "\"?");
    misused("ingress 80 allow", "80", "\"80\" is not a word of a rule",
            "dport 80 for a port, proto 80 for a protocol");
    misused("ingress 10.0.0.0/8 allow", "10.0.0.0/8", "\"10.0.0.0/8\" is not a word of a rule",
            "from 10.0.0.0/8 or to 10.0.0.0/8");
    misused("ingress set:clients allow", "set:clients", "\"set:clients\" is not a word of a rule",
            "from set:clients or to set:clients");
    misused("ingress xyzzy allow", "xyzzy", "\"xyzzy\" is not a word of a rule");
    misused("ingress --foo allow", "--foo", "\"--foo\" is not a keyword here", help);
}

void bad_values(void**) {
    misused("ingress priority 65536 allow", "65536", "65536 is more than 65535");
    misused("ingress priority high allow", "high", "\"high\" is not a number");
    misused("ingress family v4 allow", "v4", "\"v4\" is none of ipv4, ipv6");
    misused("ingress tcp dport http allow", "http", "\"http\" is not a port", "http is port 80");
    misused("ingress tcp dport 65536 allow", "65536", "65536 is more than 65535");
    misused("ingress tcp dport 90-80 allow", "90-80", "the range 90-80 ends before it begins");
    misused("ingress tcp dport 80- allow", "80-", "\"80-\" is not a port",
            "80, or 8000-8080 for a range");
    misused("ingress tcp dport 80:90 allow", "80:90", "\"80:90\" is not a port",
            "80, or 8000-8080 for a range");
    misused("ingress sport 80 allow", "80", "ports belong to a protocol",
            "tcp, udp, sctp, dccp or udplite");
    misused("ingress proto all dport 80 allow", "80", "ports belong to a protocol",
            "tcp, udp, sctp, dccp or udplite");
    misused("ingress icmp dport 80 allow", "80", "protocol icmp has no ports");
    misused("ingress gre dport 80 allow", "80", "protocol gre has no ports");
    misused("ingress tcp type 8 allow", "8", "a type belongs to icmp or icmpv6",
            "say which of them in front of it");
    misused("ingress type echo-request allow", "echo-request", "a type belongs to icmp or icmpv6",
            "say which of them in front of it");
    misused("ingress icmp type echo-requst allow", "echo-requst",
            "\"echo-requst\" is not a type of icmp", "did you mean \"echo-request\"?");
    misused("ingress icmp type packet-too-big allow", "packet-too-big",
            "\"packet-too-big\" is not a type of icmp",
            "a number up to 255, or a name such as echo-request");
    misused("ingress icmp type 256 allow", "256", "256 is more than 255");
    misused("ingress icmp type 8 code 256 allow", "256", "256 is more than 255");
    misused("ingress icmp type 3/3 code 7 allow", "7", "the type names a code already");
    misused("ingress icmp code 3 allow", "3", "a code belongs to a type",
            "type NUMBER code NUMBER");
    misused("ingress from clients allow", "clients", "\"clients\" is not an address",
            "set:clients or sg:clients for a set or a security group");
    misused("ingress from 10.0.0.1/24 allow", "10.0.0.1/24", "10.0.0.1/24 has host bits set",
            "did you mean 10.0.0.0/24?");
    misused("ingress from any from any allow", "from", "\"from\" is given twice");
    misused("ingress allow comment", "", "\"comment\" needs a value: TEXT");
}

void bad_deletions(void**) {
    must_refuse("sg rule del web", 2,
                "vrouter-ctl: sg rule del: INDEX or the words of a rule are missing\n"
                "    sg rule del web\n"
                "                    ^\n"
                "hint: sg rule flush deletes all rules of a group\n");
    must_refuse("sg rule del web 3 ingress allow", 2,
                "vrouter-ctl: sg rule del: give the index of a rule or its words, not both\n");
    must_refuse("sg rule del web tcp allow", 2,
                "vrouter-ctl: sg rule del: ingress|egress is missing\n"
                "    sg rule del web tcp allow\n"
                "                              ^\n");
    must_refuse("sg rule del web ingress", 2,
                "vrouter-ctl: sg rule del: allow|deny|reject is missing\n"
                "    sg rule del web ingress\n"
                "                            ^\n");
    must_refuse("sg rule flush", 2,
                "vrouter-ctl: sg rule flush: NAME|ID is missing\n"
                "    sg rule flush\n"
                "                  ^\n"
                "hint: see: vrouter-ctl sg rule flush help\n");
    must_refuse("sg rule frob web", 2,
                "vrouter-ctl: sg rule: unknown command \"frob\"; commands of sg rule are: add del "
                "show flush\n"
                "    sg rule frob web\n"
                "            ^~~~\n");
    must_refuse("sg r web", 2,
                "vrouter-ctl: sg: unknown command \"r\"; commands of sg are: add replace set "
                "del show rename rule\n"
                "    sg r web\n"
                "       ^\n"
                "hint: did you mean \"replace\" or \"rename\" or \"rule\"?\n");
    must_refuse("sg frob", 2,
                "vrouter-ctl: sg: unknown command \"frob\"; commands of sg are: add replace set "
                "del show rename rule\n"
                "    sg frob\n"
                "       ^~~~\n");
    Kernel kernel;
    // The second index, behind the name of 8 bytes and an entry of 12.
    kernel.answer({refused(ENOENT, "group \"web\" has 2 rules", 20 + 8 + 12 + 4)});
    must_refuse("sg rule del web 1 3", 1,
                "vrouter-ctl: sg rule del: 3: group \"web\" has 2 rules (index)\n", &kernel);
    kernel.answer({refused(ENOENT, "group \"web\" has 2 rules", 20 + 8 + 4)});
    must_refuse("sg rule del web 3", 1,
                "vrouter-ctl: sg rule del: group \"web\" has 2 rules (index)\n", &kernel);
    kernel.answer({refused(ENOENT, "there is no set \"clients\"", 20 + 8 + 12 + 4)});
    must_refuse("sg rule add web ingress from set:clients allow", 1,
                "vrouter-ctl: sg rule add: there is no set \"clients\" (from.set-name)\n", &kernel);
    kernel.answer({refused(EBUSY, "group \"web\" is used by vif \"vm1\"", 20)});
    must_refuse("sg del web", 1,
                "vrouter-ctl: sg del: group \"web\" is used by vif \"vm1\" (name)\n", &kernel);
}

const std::string sg_json =
    R"({"id":9,"name":"web","members_id":7,"members":"clients","rules":11,"vifs":12,"networks":14,"refs":13,)"
    R"("generation":25})";

void groups_shown(void**) {
    auto dumped = [](const std::string& line) {
        Kernel kernel;
        kernel.answer({reply(VROUTER_CMD_SG_GET, sg_attrs(), NLM_F_MULTI), done()});
        return must_print(line, &kernel);
    };
    check_text(dumped("-j sg show"), "[" + sg_json + "]\n");
    check_text(dumped("-j sg list"), "[" + sg_json + "]\n");
    check_text(dumped("sg"), "web id 9 members clients rules 11 vifs 12 networks 14\n");
    check_text(dumped("-d sg"), "web id 9 members clients rules 11 vifs 12 networks 14 refs 13 "
                                "generation 25\n");
    Kernel kernel;
    kernel.answer({reply(VROUTER_CMD_SG_GET, sg_attrs()), ack()});
    check_text(must_print("-j sg show web", &kernel), "[" + sg_json + "]\n");
    auto plain = sg_attrs().without(VROUTER_A_SG_MEMBERS_ID).without(VROUTER_A_SG_MEMBERS_NAME);
    kernel.answer({reply(VROUTER_CMD_SG_GET, plain), ack()});
    check_text(must_print("sg show web", &kernel), "web id 9 rules 11 vifs 12 networks 14\n");
}

/// What is printed when a group is made, gets a rule, and loses it.
std::string monitored(const std::string& line) {
    Kernel kernel;
    auto ran = run(split(line), &kernel, {}, false, [&] {
        kernel.queue({reply(VROUTER_CMD_SG_NEW_NTF, sg_attrs())});
        kernel.queue({reply(VROUTER_CMD_RULE_NEW_NTF, rule_attrs())});
        kernel.queue({reply(VROUTER_CMD_RULE_DEL_NTF, rule_attrs())});
    });
    check_text(ran.err, "");
    return ran.out;
}

void watched(void**) {
    const std::string sg = "set sg web id 9 members clients rules 11 vifs 12 networks 14\n";
    const std::string rule = "rule web " + rule_text + "\n";
    check_text(monitored("monitor count 3"), sg + "set " + rule + "deleted " + rule);
    check_text(monitored("monitor sg count 1"), sg);
    check_text(monitored("monitor rule count 2"), "set " + rule + "deleted " + rule);
    check_text(monitored("-j monitor sg rule count 2"),
               R"({"event":"set","object":"sg","sg":)" + sg_json + "}\n" +
                   R"({"event":"set","object":"rule","rule":)" + rule_json + "}\n");
}

std::string help_of(const std::string& line) {
    return must_print(line);
}

/// The rules have help and completion of their own.
void help(void**) {
    auto text = help_of("sg help");
    check(text.find("vrouter-ctl sg rule COMMAND") != std::string::npos);
    check(text.find("\n  rule ") != std::string::npos);
    check_text(help_of("sg rule help"), help_of("help sg rule"));
    for (const std::string verb : {"add", "del", "show", "flush"}) {
        auto usage = help_of("sg rule " + verb + " help");
        check_text(help_of("help sg rule " + verb), usage);
        check(usage.starts_with("Usage: vrouter-ctl sg rule " + verb));
    }
    check(help_of("sg rule add help").find("{allow|deny|reject}") != std::string::npos);
    check(help_of("sg rule del help").find("[ingress|egress]") != std::string::npos);
    std::istringstream lines(help_of("sg rule help"));
    for (std::string line; std::getline(lines, line);)
        check(line.size() <= 80 || line.find("vrouter-ctl") != std::string::npos);
}

std::string candidates(std::vector<std::string> words, Kernel* kernel = nullptr) {
    words.insert(words.begin(), "__complete");
    std::istringstream lines(run(words, kernel).out);
    std::string list;
    for (std::string line; std::getline(lines, line);)
        list += (list.empty() ? "" : " ") + line.substr(0, line.find('\t'));
    return list;
}

void completed(void**) {
    check_text(candidates({"sg", ""}), "add replace set del show rename rule help");
    check_text(candidates({"sg", "ru"}), "rule");
    check_text(candidates({"sg", "rule", ""}), "add del show flush help");
    check_text(candidates({"help", "sg", "rule", "f"}), "flush");
    check_text(candidates({"sg", "replace", "web", ""}), "name id members rules -");
    check_text(candidates({"sg", "replace", "web", "rules", ""}), ":file");
    const std::string all = "ingress egress priority family tcp udp sctp dccp udplite icmp icmpv6 "
                            "proto sport dport type code from to stateless helper comment allow "
                            "deny reject";
    check_text(candidates({"sg", "rule", "add", "web", ""}), all + " --strict");
    check_text(candidates({"sg", "rule", "add", "tcp", ""}), all + " --strict");
    check_text(candidates({"sg", "rule", "del", "web", ""}), all);
    check_text(candidates({"sg", "rule", "add", "web", "ingress", "tcp", "d"}), "dport deny");
    check_text(candidates({"sg", "rule", "add", "web", "egress", "i"}), "icmp icmpv6");
    check_text(candidates({"sg", "rule", "add", "web", "family", ""}), "ipv4 ipv6");
    check_text(candidates({"sg", "rule", "add", "web", "from", ""}), "any");

    Kernel kernel;
    auto groups = [&] {
        kernel.answer({reply(VROUTER_CMD_SG_GET, sg_attrs(), NLM_F_MULTI), done()});
    };
    for (const char* verb : {"add", "del", "show", "flush"}) {
        groups();
        check_text(candidates({"sg", "rule", verb, ""}, &kernel), "web");
    }
    for (const char* verb : {"set", "del", "show", "rename"}) {
        groups();
        check_text(candidates({"sg", verb, "w"}, &kernel), "web");
    }
    groups();
    check_text(candidates({"vif", "set", "vm1", "sg", "w"}, &kernel), "web");
    for (const auto& [begun, wanted] :
         {std::pair("", "any set:clients sg:web"), std::pair("s", "set:clients sg:web"),
          std::pair("sg:", "sg:web")}) {
        kernel.answer({reply(VROUTER_CMD_SET_GET, set_attrs(), NLM_F_MULTI), done()});
        groups();
        check_text(candidates({"sg", "rule", "add", "web", "ingress", "to", begun}, &kernel),
                   wanted);
    }
}

} // namespace

int main() {
    const CMUnitTest tests[] = {
        cmocka_unit_test(groups),
        cmocka_unit_test(of_vifs_and_networks),
        cmocka_unit_test(rules_added),
        cmocka_unit_test(groups_with_odd_names),
        cmocka_unit_test(rules_deleted),
        cmocka_unit_test(rules_shown),
        cmocka_unit_test(printed_is_typed),
        cmocka_unit_test(group_replaced),
        cmocka_unit_test(group_made),
        cmocka_unit_test(group_with_members),
        cmocka_unit_test(group_not_replaced),
        cmocka_unit_test(bad_lines),
        cmocka_unit_test(bad_words),
        cmocka_unit_test(bad_values),
        cmocka_unit_test(bad_deletions),
        cmocka_unit_test(groups_shown),
        cmocka_unit_test(watched),
        cmocka_unit_test(help),
        cmocka_unit_test(completed),
    };
    return run_group(tests, "sg");
}
