// SPDX-License-Identifier: GPL-2.0-or-later
#include "rule.hpp"

#include <algorithm>
#include <utility>

#include <arpa/inet.h>
#include <netdb.h>

#include "icmp.hpp"
#include "printable.hpp"

namespace ctl {

namespace {

using namespace vrouter;

/// A port or a range of ports, and its word.
struct Ports {
    Word word;
    std::uint16_t first = 0;
    std::optional<std::uint16_t> last{};
};

/// A hint for port names and lists of ports.
std::string port_hint(std::string_view text) {
    if (text.find(',') != text.npos)
        return "a rule has one port or one range; a set of type net,proto,port-range has many";
    servent found{}, *service = nullptr;
    char buffer[1024];
    std::string name(text);
    if (getservbyname_r(name.c_str(), nullptr, &found, buffer, sizeof(buffer), &service) ||
        !service)
        return "80, or 8000-8080 for a range";
    return fmt::format("{} is port {}", name, ntohs(static_cast<std::uint16_t>(service->s_port)));
}

std::uint16_t read_port(const Word& word, std::string_view text) {
    Word part{text, word.line, word.index};
    if (!is_id(part))
        word.refuse(fmt::format("\"{}\" is not a port", word.text), port_hint(text));
    return read<std::uint16_t>(part);
}

void read_value(const Word& word, Ports& value) {
    auto dash = word.text.find('-');
    value.word = word;
    if (word.text.find(':') != word.text.npos)
        word.refuse(fmt::format("\"{}\" is not a port", word.text), "80, or 8000-8080 for a range");
    value.first = read_port(word, word.text.substr(0, dash));
    if (dash == word.text.npos)
        return;
    auto last = read_port(word, word.text.substr(dash + 1));
    if (last < value.first)
        word.refuse(fmt::format("the range {} ends before it begins", word.text));
    if (last != value.first)
        value.last = last;
}

/// An address family by its common names.
struct FamilyWord {
    Family family{};
};

void read_value(const Word& word, FamilyWord& value) {
    constexpr std::pair<std::string_view, Family> names[] = {
        {"ipv4", Family::v4}, {"ipv6", Family::v6}, {"inet", Family::v4}, {"inet6", Family::v6}};
    auto named = std::ranges::find(names, word.text, &std::pair<std::string_view, Family>::first);
    if (named == std::end(names))
        refuse_choice(word, {"ipv4", "ipv6"});
    value.family = named->second;
}

/// A word to be parsed once the protocol is known.
struct LaterWord {
    Word word;
};

void read_value(const Word& word, LaterWord& value) {
    value.word = word;
}

struct Arguments {
    std::optional<SgRef> sg{};
    std::vector<std::uint32_t> indexes{};
    std::optional<Direction> direction{};
    std::optional<std::uint16_t> priority{};
    std::optional<FamilyWord> family{};
    std::optional<Protocol> proto{};
    std::optional<Ports> sport{}, dport{};
    std::optional<LaterWord> type{}, code{};
    std::optional<Peer> from{}, to{};
    bool stateless = false;
    std::optional<std::string> helper{}, comment{};
    std::optional<RuleAction> action{};
    bool strict = false;
};
using To = Take<Arguments>;

/// Equivalents of the words of other tools.
constexpr Synonym translations[] = {
    {"accept", "allow"},      {"permit", "allow"},
    {"pass", "allow"},        {"drop", "deny"},
    {"block", "deny"},        {"in", "ingress"},
    {"input", "ingress"},     {"inbound", "ingress"},
    {"out", "egress"},        {"output", "egress"},
    {"outbound", "egress"},   {"port", "dport"},
    {"ports", "dport"},       {"dst-port", "dport"},
    {"src-port", "sport"},    {"src", "from"},
    {"source", "from"},       {"saddr", "from"},
    {"remote", "from"},       {"dst", "to"},
    {"destination", "to"},    {"daddr", "to"},
    {"protocol", "proto"},    {"prio", "priority"},
    {"pref", "priority"},     {"ipv4", "family ipv4"},
    {"ipv6", "family ipv6"},  {"inet", "family ipv4"},
    {"inet6", "family ipv6"}, {"icmp-type", "type"},
    {"icmp6", "icmpv6"},      {"group", "from sg:NAME"},
};

std::string hint_for(const Word& word) {
    auto known = std::ranges::find(translations, word.text, &Synonym::word);
    if (known != std::end(translations))
        return fmt::format("did you mean \"{}\"?", known->meaning);
    if (is_id(word))
        return fmt::format("dport {0} for a port, proto {0} for a protocol", word.text);
    if (parse_peer(word.text))
        return fmt::format("from {0} or to {0}", word.text);
    std::vector<std::string_view> names;
    for (const auto& keyword : rule_object().keywords)
        if (keyword.verbs & verb_line)
            std::ranges::copy(keyword.names(), std::back_inserter(names));
    return suggestion(word.text, names);
}

void take_proto(Arguments& arguments, const Word& word) {
    if (arguments.proto)
        word.refuse(fmt::format("the protocol is {} already", arguments.proto->to_string()));
    arguments.proto = read<Protocol>(word);
}

/// The position of a rule as show prints it in front; it is ignored when a rule is added.
bool is_place(const Word& word) {
    return word.text.ends_with(':') && is_id({word.text.substr(0, word.text.size() - 1)});
}

/// A word that is not a keyword: the name of a protocol.
void take_other(Arguments& arguments, const Word& word) {
    if (is_place(word))
        return;
    // "ipv6" usually means the family, not the protocol.
    bool named = !is_id(word) && word.text != "ipv6" && Protocol::parse(word.text);
    if (!named)
        word.refuse(fmt::format("\"{}\" is not a word of a rule", word.text), hint_for(word));
    take_proto(arguments, word);
}

void take_index(Arguments& arguments, const Word& word) {
    if (is_id(word))
        arguments.indexes.push_back(read<std::uint32_t>(word));
    else
        take_other(arguments, word);
}

void take_nothing(Arguments&, const Word&) {}

constexpr unsigned verbs_rule = verb_add | verb_del | verb_line;
constexpr unsigned verbs_whole = verb_add | verb_line;

const Entry<Arguments> table[] = {
    {{.name = "",
      .value = "NAME|ID",
      .help = "the security group",
      .verbs = verb_add | verb_del | verb_flush | verb_show,
      .needed = verb_add | verb_del | verb_flush,
      .offer = Offer::sg,
      .leads = true},
     To::value<&Arguments::sg>},
    {{.name = "",
      .value = "INDEX",
      .help = "the place of a rule in the group, from 1 on, as show prints it; without, the rule "
              "with exactly these words",
      .verbs = verb_del,
      .often = Often::repeatedly},
     take_index},
    {{.name = "ingress|egress",
      .value = "",
      .help = "the rule is about packets to the VM, or from it",
      .verbs = verbs_rule,
      .needed = verbs_whole},
     To::value<&Arguments::direction>},
    {{.name = "priority",
      .value = "NUMBER",
      .help = "0 to 65535, default 1000; lower is evaluated first, among equals what was added "
              "first",
      .verbs = verbs_rule},
     To::value<&Arguments::priority>},
    {{.name = "family",
      .value = "ipv4|ipv6",
      .help = "packets of this family; without, of both, or that of the addresses and protocol",
      .verbs = verbs_rule},
     To::value<&Arguments::family>},
    {{.name = "tcp|udp|sctp|dccp|udplite|icmp|icmpv6",
      .value = "",
      .help = "packets of this protocol; without, of all",
      .verbs = verbs_rule},
     take_proto},
    {{.name = "proto",
      .value = "NAME|NUMBER",
      .help = "the same for any protocol: esp, gre, 112; a name may stand without proto",
      .verbs = verbs_rule},
     take_proto},
    {{.name = "", .value = "", .help = "", .verbs = verbs_whole, .often = Often::repeatedly},
     take_other},
    {{.name = "sport",
      .value = "PORT[-PORT]",
      .help = "packets from a port, or from a range of them",
      .verbs = verbs_rule},
     To::value<&Arguments::sport>},
    {{.name = "dport",
      .value = "PORT[-PORT]",
      .help = "packets to a port, or to a range of them",
      .verbs = verbs_rule},
     To::value<&Arguments::dport>},
    {{.name = "type",
      .value = "NUMBER|NAME",
      .help = "packets of icmp or icmpv6 of this type: 8, echo-request; names of a type and a "
              "code, such as port-unreachable, mean both",
      .verbs = verbs_rule},
     To::value<&Arguments::type>},
    {{.name = "code", .value = "NUMBER", .help = "with this code", .verbs = verbs_rule},
     To::value<&Arguments::code>},
    {{.name = "from",
      .value = "PEER",
      .help = "packets from any (the default), ADDRESS[/LEN], the addresses in set:NAME, or the "
              "vifs and members of the security group sg:NAME",
      .verbs = verbs_rule,
      .offer = Offer::peer},
     To::value<&Arguments::from>},
    {{.name = "to",
      .value = "PEER",
      .help = "packets to these, the same",
      .verbs = verbs_rule,
      .offer = Offer::peer},
     To::value<&Arguments::to>},
    {{.name = "stateless",
      .value = "",
      .help = "judge each packet by itself: answers need a rule of their own",
      .verbs = verbs_rule},
     To::flag<&Arguments::stateless>},
    {{.name = "helper",
      .value = "NAME",
      .help = "helper of the host's connection tracking (ftp, tftp) for connections that this "
              "rule allows; what it expects passes too",
      .verbs = verbs_rule},
     To::value<&Arguments::helper>},
    {{.name = "comment",
      .value = "TEXT",
      .help = "what the rule is there for, at most 255 bytes",
      .verbs = verbs_rule},
     To::value<&Arguments::comment>},
    {{.name = "allow|deny|reject",
      .value = "",
      .help = "what becomes of a packet that all of this fits: it passes, with its answers; it is "
              "dropped; it is dropped and the sender is told",
      .verbs = verbs_rule,
      .needed = verbs_whole},
     To::value<&Arguments::action>},
    {{.name = "packets", .value = "NUMBER", .help = "", .verbs = verb_line}, take_nothing},
    {{.name = "bytes", .value = "NUMBER", .help = "", .verbs = verb_line}, take_nothing},
    strict_entry<Arguments>(),
};

/// Ports need a protocol that has ports. The kernel would refuse them too, but could not point at
/// the word.
void check_ports(const std::optional<Ports>& ports, const std::optional<Protocol>& proto) {
    if (!ports || (proto && proto->has_ports()))
        return;
    if (!proto || proto->is_all())
        ports->word.refuse("ports belong to a protocol", "tcp, udp, sctp, dccp or udplite");
    ports->word.refuse(fmt::format("protocol {} has no ports", proto->to_string()));
}

void put_type(RuleSpec& rule, const Arguments& arguments) {
    auto proto = arguments.proto.value_or(Protocol());
    if (arguments.code && !arguments.type)
        arguments.code->word.refuse("a code belongs to a type", "type NUMBER code NUMBER");
    if (!arguments.type)
        return;
    if (!proto.is_icmp())
        arguments.type->word.refuse("a type belongs to icmp or icmpv6",
                                    "say which of them in front of it");
    auto type = read_icmp_type(arguments.type->word, proto);
    if (type.code && arguments.code)
        arguments.code->word.refuse("the type names a code already");
    rule.icmp_type = type.type;
    rule.icmp_code = type.code;
    if (arguments.code)
        rule.icmp_code = read<std::uint8_t>(arguments.code->word);
}

void put_ports(RuleSpec& rule, const Arguments& arguments) {
    check_ports(arguments.sport, arguments.proto);
    check_ports(arguments.dport, arguments.proto);
    if (arguments.sport) {
        rule.sport = arguments.sport->first;
        rule.sport_end = arguments.sport->last;
    }
    if (arguments.dport) {
        rule.dport = arguments.dport->first;
        rule.dport_end = arguments.dport->last;
    }
}

RuleSpec rule_of(const Arguments& arguments) {
    RuleSpec rule{.direction = *arguments.direction,
                  .priority = arguments.priority,
                  .from = arguments.from.value_or(Anyone()),
                  .to = arguments.to.value_or(Anyone()),
                  .action = *arguments.action,
                  .stateless = arguments.stateless,
                  .helper = arguments.helper,
                  .comment = arguments.comment};
    if (arguments.family)
        rule.family = arguments.family->family;
    if (arguments.proto && !arguments.proto->is_all())
        rule.proto = arguments.proto;
    put_ports(rule, arguments);
    put_type(rule, arguments);
    return rule;
}

/// Adds the rule of a line, if there is one.
void append_line(RuleEntries& entries, const std::string& text, std::size_t line) {
    Words words(split_line(text));
    if (words.done())
        return;
    auto arguments = read_arguments<Arguments>(rule_object(), table, verb_line, words);
    entries.specs.push_back(rule_of(arguments));
    entries.lines.push_back(line);
}

bool has_words(const Arguments& arguments) {
    return arguments.direction || arguments.priority || arguments.family || arguments.proto ||
           arguments.sport || arguments.dport || arguments.type || arguments.code ||
           arguments.from || arguments.to || arguments.stateless || arguments.helper ||
           arguments.comment || arguments.action;
}

/// The rule to delete, if it is given by its words and not by its position.
std::optional<RuleSpec> rule_to_delete(const Arguments& arguments, const Words& words) {
    bool by_words = has_words(arguments);
    if (by_words && !arguments.indexes.empty())
        throw misuse("give the index of a rule or its words, not both");
    if (!by_words && arguments.indexes.empty())
        words.missing("INDEX or the words of a rule are missing",
                      "sg rule flush deletes all rules of a group");
    if (!by_words)
        return std::nullopt;
    if (!arguments.direction)
        words.missing("ingress|egress is missing");
    if (!arguments.action)
        words.missing("allow|deny|reject is missing");
    return rule_of(arguments);
}

void delete_places(Rules rules, const SgRef& sg, const std::vector<std::uint32_t>& indexes) {
    auto deleted = rules.del(sg, indexes);
    if (deleted)
        return;
    auto failure = refusal(deleted.error());
    auto index = deleted.error().index;
    if (index && indexes.size() > 1 && *index < indexes.size())
        failure.message = fmt::format("{}: {}", indexes[*index], failure.message);
    throw failure;
}

void del(Context& context, const Arguments& arguments, const Words& words) {
    auto rule = rule_to_delete(arguments, words);
    auto rules = context.client().rules();
    if (rule)
        must(rules.del(*arguments.sg, *rule));
    else
        delete_places(rules, *arguments.sg, arguments.indexes);
}

void add(Context& context, const Arguments& arguments) {
    auto rule = rule_of(arguments);
    auto rules = context.client().rules();
    must(arguments.strict ? rules.add_exclusive(*arguments.sg, rule)
                          : rules.add(*arguments.sg, rule));
}

Value shown_peer(const Peer& peer) {
    const auto* prefix = std::get_if<Prefix>(&peer);
    return Value(to_string(peer)).colored(prefix ? Value(*prefix).color() : std::string_view());
}

void print_ports(Printer& out, std::string_view name, const std::optional<std::uint16_t>& first,
                 const std::optional<std::uint16_t>& last) {
    if (!first)
        return;
    out.json(name, *first);
    if (last)
        out.json(fmt::format("{}_end", name), *last);
    out.text(last ? fmt::format("{} {}-{}", name, *first, *last)
                  : fmt::format("{} {}", name, *first));
}

/// Prints a protocol with ports, ICMP or ICMPv6 by its name alone, another one behind "proto".
void print_proto(Printer& out, Protocol proto) {
    out.json("proto", proto.to_string());
    bool plain = proto.has_ports() || proto.is_icmp();
    out.text(plain ? proto.to_string() : fmt::format("proto {}", proto.to_string()));
}

void print_match(Printer& out, const RuleSpec& rule) {
    if (rule.family)
        out.field("family", rule.family == Family::v4 ? "ipv4" : "ipv6");
    if (rule.proto)
        print_proto(out, *rule.proto);
    print_ports(out, "sport", rule.sport, rule.sport_end);
    print_ports(out, "dport", rule.dport, rule.dport_end);
    out.field("type", rule.icmp_type);
    out.field("code", rule.icmp_code);
    if (!std::holds_alternative<Anyone>(rule.from))
        out.field("from", shown_peer(rule.from));
    if (!std::holds_alternative<Anyone>(rule.to))
        out.field("to", shown_peer(rule.to));
}

void print_text(Printer& out, std::string_view name, const std::optional<std::string>& text) {
    if (!text)
        return;
    out.json(name, *text);
    out.text(fmt::format("{} {}", name, quote(printable(*text))));
}

void print_action(Printer& out, RuleAction action) {
    out.label("action",
              Value(action).colored(action == RuleAction::allow ? color_good : color_bad));
}

} // namespace

void print_rule(Printer& out, const RuleInfo& info, bool counted) {
    const auto& rule = info.rule;
    out.json("index", info.index);
    out.text(fmt::format("{}:", info.index));
    out.label("direction", rule.direction);
    out.unless("priority", rule.priority.value_or(priority_default), priority_default);
    print_match(out, rule);
    out.json("stateless", rule.stateless);
    if (rule.stateless)
        out.text("stateless");
    print_text(out, "helper", rule.helper);
    print_text(out, "comment", rule.comment);
    print_action(out, rule.action);
    if (!counted || (!out.style().json && !out.style().stats))
        return;
    out.field("packets", info.packets);
    out.field("bytes", info.bytes);
}

namespace {

/// Text omits the group: it is the same in each line, and files of rules do not have it.
void print_in_group(Printer& out, const std::vector<RuleInfo>& rules) {
    out.begin_list();
    for (const auto& rule : rules) {
        out.begin();
        if (out.style().json)
            out.reference("sg", rule.sg);
        print_rule(out, rule, true);
        out.end();
    }
    out.end_list();
}

void show(Context& context, const Arguments& arguments) {
    auto rules = must(context.client().rules().list({.sg = arguments.sg}));
    if (arguments.sg)
        print_in_group(context.out(), rules);
    else
        print_list(context, rules);
}

void run(Context& context, Verb verb, Words& words) {
    auto arguments = read_arguments<Arguments>(rule_object(), table, verb, words);
    if (verb == verb_add)
        add(context, arguments);
    else if (verb == verb_del)
        del(context, arguments, words);
    else if (verb == verb_flush)
        must(context.client().rules().flush(*arguments.sg));
    else
        show(context, arguments);
}

} // namespace

RuleEntries read_rules(Context& context, const std::string& file) {
    RuleEntries entries;
    LineReader lines(context, file);
    entries.file = file;
    while (auto text = lines.next()) {
        try {
            append_line(entries, *text, lines.line());
        } catch (Failure& failure) {
            failure.place = lines.place();
            throw;
        }
    }
    return entries;
}

void must_rules(const Result<void>& result, const RuleEntries& rules) {
    if (result)
        return;
    auto failure = refusal(result.error());
    auto index = result.error().index;
    if (index && *index < rules.lines.size())
        failure.place = fmt::format("{}:{}", rules.file, rules.lines[*index]);
    throw failure;
}

void print_fields(Printer& out, const RuleInfo& rule) {
    out.json("sg_id", rule.sg.id);
    out.label("sg", Value(rule.sg.name).colored(color_name));
    print_rule(out, rule, true);
}

const Object& rule_object() {
    static const Object object{
        .name = "sg rule",
        .aliases = {},
        .help = "the rules of a security group",
        .commands = {{verb_add, "add a rule; the same again succeeds and changes nothing"},
                     {verb_del, "delete rules by their places, or the rule with these words"},
                     {verb_show,
                      "print the rules of a group or of all, in the order of evaluation"},
                     {verb_flush, "delete all rules of a group"}},
        .keywords = keywords_of<Arguments>(table),
        .run = run,
        .examples = "sg rule add web ingress tcp dport 3306 from set:clients allow\n"
                    "sg rule add web ingress icmp type echo-request allow\n"
                    "sg rule add web egress allow\n"
                    "sg rule del web 2\n"
                    "-s sg rule show web",
        .synonyms = {std::begin(translations), std::end(translations)},
    };
    return object;
}

} // namespace ctl
