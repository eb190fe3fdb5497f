// SPDX-License-Identifier: GPL-2.0-or-later
#include "firewall.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <sstream>
#include <variant>
#include <vector>

#include <netinet/in.h>

#include "lines.hpp"

namespace ctl {

namespace {

using Json = nlohmann::json;
using vrouter::IpAddress;
using vrouter::Prefix;

/// Whether a condition holds; maybe, if this program cannot evaluate it.
enum class Match { no, maybe, yes };

/// The packet's value of a field in a rule: a number, an address, or equivalent names.
using Names = std::vector<std::string>;
using Actual = std::variant<std::uint64_t, IpAddress, Names>;

/// Limits of the depth of jumps, as in the kernel, and of the rules evaluated per packet, which
/// jumps multiply.
constexpr int max_depth = 16;
constexpr std::size_t max_work = 1'000'000;

std::string text_of(const Json& json, const char* name) {
    return json.is_object() && json.contains(name) && json[name].is_string()
               ? json[name].get<std::string>()
               : std::string();
}

class Judge {
public:
    Judge(const Json& ruleset, const OuterPacket& packet) : ruleset_(ruleset), packet_(packet) {}

    FirewallAnswer ask(const Json& chain);

private:
    enum class End { none, accept, drop, back };

    End run(const Json& chain, int depth);
    End run_rule(const Json& rule, int depth);
    End run_verdict(const Json& statement, Match match, int depth);
    End run_map(const Json& map, Match match, int depth);
    End decide(End end, Match match);
    Match match(const Json& condition) const;
    Match compare(const Json& right, const Actual& actual) const;
    Match compare_one(const Json& right, const Actual& actual) const;
    Match compare_any(const Json& list, const Actual& actual) const;
    Match compare_set(const std::string& name, const Actual& actual) const;
    std::optional<Actual> actual_of(const Json& left, bool& impossible) const;
    std::optional<Actual> payload(const Json& left, bool& impossible) const;
    std::optional<Actual> meta(const std::string& key) const;
    const Json* find(const char* kind, const std::string& name) const;
    Names proto_names() const;

    const Json& ruleset_;
    const OuterPacket& packet_;
    std::string family_, table_;
    bool maybe_accepted_ = false, maybe_dropped_ = false;
    std::size_t work_ = 0;
};

/// Finds a chain or a set in the current table.
const Json* Judge::find(const char* kind, const std::string& name) const {
    for (const auto& item : ruleset_)
        if (item.contains(kind) && text_of(item[kind], "name") == name &&
            text_of(item[kind], "table") == table_ && text_of(item[kind], "family") == family_)
            return &item[kind];
    return nullptr;
}

Names Judge::proto_names() const {
    return {packet_.proto.to_string(), std::to_string(packet_.proto.number())};
}

std::optional<Actual> Judge::payload(const Json& left, bool& impossible) const {
    auto protocol = text_of(left, "protocol"), field = text_of(left, "field");
    bool v4 = packet_.src.is_v4(), udp = packet_.proto.number() == IPPROTO_UDP;
    if (protocol == "ip" || protocol == "ip6") {
        impossible = v4 != (protocol == "ip");
        if (field == "saddr")
            return packet_.src;
        if (field == "daddr")
            return packet_.dst;
        if (field == "protocol" || field == "nexthdr")
            return proto_names();
        return std::nullopt;
    }
    impossible = !udp || (protocol != "udp" && protocol != "th");
    if (field == "dport")
        return std::uint64_t{packet_.dport};
    return std::nullopt;
}

std::optional<Actual> Judge::meta(const std::string& key) const {
    bool v4 = packet_.src.is_v4();
    if (key == "l4proto")
        return proto_names();
    if (key == "nfproto")
        return Names{v4 ? "ipv4" : "ipv6"};
    if (key == "protocol")
        return Names{v4 ? "ip" : "ip6"};
    bool in = key == "iifname" || key == "iif", out = key == "oifname" || key == "oif";
    const auto& device = in ? packet_.in : packet_.out;
    if ((!in && !out) || device.empty())
        return std::nullopt;
    return Names{device};
}

std::optional<Actual> Judge::actual_of(const Json& left, bool& impossible) const {
    if (!left.is_object())
        return std::nullopt;
    if (left.contains("payload"))
        return payload(left["payload"], impossible);
    if (left.contains("meta"))
        return meta(text_of(left["meta"], "key"));
    if (left.contains("ct") && text_of(left["ct"], "key") == "state")
        return Names{"new"};
    return std::nullopt;
}

Match Judge::compare_any(const Json& list, const Actual& actual) const {
    auto best = Match::no;
    for (const auto& item : list)
        best = std::max(best, compare(item, actual));
    return best;
}

Match Judge::compare_set(const std::string& name, const Actual& actual) const {
    const auto* set = find("set", name);
    if (!set)
        return Match::maybe;
    return set->contains("elem") ? compare_any((*set)["elem"], actual) : Match::no;
}

/// Matches a word of a rule, which may end in '*'.
bool fits(const std::string& pattern, const std::string& name) {
    if (pattern.ends_with('*'))
        return name.starts_with(std::string_view(pattern).substr(0, pattern.size() - 1));
    return pattern == name;
}

Match Judge::compare_one(const Json& right, const Actual& actual) const {
    auto yes_if = [](bool equal) { return equal ? Match::yes : Match::no; };
    if (const auto* number = std::get_if<std::uint64_t>(&actual))
        return right.is_number_integer() ? yes_if(right.get<std::uint64_t>() == *number)
                                          : Match::maybe;
    auto text = right.is_string() ? right.get<std::string>() : right.dump();
    if (const auto* names = std::get_if<Names>(&actual))
        return yes_if(
            std::ranges::any_of(*names, [&](const auto& name) { return fits(text, name); }));
    auto prefix = Prefix::parse(text);
    return prefix ? yes_if(prefix->contains(std::get<IpAddress>(actual))) : Match::maybe;
}

/// Compares a value with a range of ports or addresses.
Match compare_range(const Json& range, const Actual& actual) {
    if (!range.is_array() || range.size() != 2)
        return Match::maybe;
    const auto &first = range[0], &last = range[1];
    if (const auto* number = std::get_if<std::uint64_t>(&actual)) {
        if (!first.is_number_integer() || !last.is_number_integer())
            return Match::maybe;
        bool in = first.get<std::uint64_t>() <= *number && *number <= last.get<std::uint64_t>();
        return in ? Match::yes : Match::no;
    }
    const auto* address = std::get_if<IpAddress>(&actual);
    if (!address || !first.is_string() || !last.is_string())
        return Match::maybe;
    auto low = IpAddress::parse(first.get<std::string>());
    auto high = IpAddress::parse(last.get<std::string>());
    if (!low || !high || low->family() != address->family())
        return Match::maybe;
    return *low <= *address && *address <= *high ? Match::yes : Match::no;
}

Match Judge::compare(const Json& right, const Actual& actual) const {
    if (right.is_array())
        return compare_any(right, actual);
    if (right.is_string() && right.get<std::string>().starts_with('@'))
        return compare_set(right.get<std::string>().substr(1), actual);
    if (!right.is_object())
        return compare_one(right, actual);
    if (right.contains("set"))
        return compare_any(right["set"], actual);
    if (right.contains("|"))
        return compare_any(right["|"], actual);
    if (right.contains("range"))
        return compare_range(right["range"], actual);
    if (right.contains("elem") && right["elem"].is_object() && right["elem"].contains("val"))
        return compare(right["elem"]["val"], actual);
    if (!right.contains("prefix"))
        return Match::maybe;
    const auto& prefix = right["prefix"];
    if (!prefix.is_object() || !prefix.contains("len"))
        return Match::maybe;
    return compare_one(text_of(prefix, "addr") + '/' + prefix["len"].dump(), actual);
}

Match Judge::match(const Json& condition) const {
    auto op = text_of(condition, "op");
    if (!condition.is_object() || !condition.contains("left") || !condition.contains("right"))
        return Match::maybe;
    bool impossible = false;
    auto actual = actual_of(condition["left"], impossible);
    if (impossible)
        return Match::no;
    if (!actual || (op != "==" && op != "in" && op != "!="))
        return Match::maybe;
    auto found = compare(condition["right"], *actual);
    if (op != "!=" || found == Match::maybe)
        return found;
    return found == Match::yes ? Match::no : Match::yes;
}

/// A certain verdict ends the evaluation; an uncertain one is only recorded.
Judge::End Judge::decide(End end, Match match) {
    if (match == Match::yes)
        return end;
    maybe_accepted_ |= end == End::accept;
    maybe_dropped_ |= end == End::drop;
    return End::none;
}

Judge::End Judge::run_verdict(const Json& statement, Match match, int depth) {
    if (statement.contains("accept"))
        return decide(End::accept, match);
    if (statement.contains("drop") || statement.contains("reject"))
        return decide(End::drop, match);
    if (statement.contains("return"))
        return decide(End::back, match);
    for (const char* jump : {"jump", "goto"}) {
        if (!statement.contains(jump))
            continue;
        const auto* chain = find("chain", text_of(statement[jump], "target"));
        auto end = chain ? run(*chain, depth + 1) : End::none;
        if (end == End::none && std::string_view(jump) == "goto")
            end = End::back;
        return decide(end, match);
    }
    return End::none;
}

/// Evaluates a verdict map.
Judge::End Judge::run_map(const Json& map, Match match, int depth) {
    bool impossible = false;
    auto actual = map.contains("key") ? actual_of(map["key"], impossible) : std::nullopt;
    if (impossible || !map.contains("data") || !map["data"].is_object())
        return End::none;
    for (const auto& entry : map["data"].value("set", Json::array())) {
        if (!entry.is_array() || entry.size() != 2)
            continue;
        auto found = actual ? compare(entry[0], *actual) : Match::maybe;
        if (found == Match::no)
            continue;
        if (auto end = run_verdict(entry[1], std::min(match, found), depth); end != End::none)
            return end;
    }
    return End::none;
}

Judge::End Judge::run_rule(const Json& rule, int depth) {
    auto match = Match::yes;
    for (const auto& statement : rule.value("expr", Json::array())) {
        auto end = End::none;
        if (statement.contains("match"))
            match = std::min(match, this->match(statement["match"]));
        else if (statement.contains("xt") || statement.contains("limit"))
            match = std::min(match, Match::maybe);
        else if (statement.contains("vmap"))
            end = run_map(statement["vmap"], match, depth);
        else
            end = run_verdict(statement, match, depth);
        if (end != End::none || match == Match::no)
            return end;
    }
    return End::none;
}

Judge::End Judge::run(const Json& chain, int depth) {
    auto name = text_of(chain, "name");
    if (depth > max_depth)
        return decide(End::drop, Match::maybe);
    for (const auto& item : ruleset_) {
        if (++work_ > max_work)
            return decide(End::drop, Match::maybe);
        if (!item.contains("rule"))
            continue;
        const auto& rule = item["rule"];
        if (text_of(rule, "chain") != name || text_of(rule, "table") != table_ ||
            text_of(rule, "family") != family_)
            continue;
        if (auto end = run_rule(rule, depth); end != End::none)
            return end == End::back ? End::none : end;
    }
    return End::none;
}

FirewallAnswer Judge::ask(const Json& chain) {
    family_ = text_of(chain, "family");
    table_ = text_of(chain, "table");
    maybe_accepted_ = maybe_dropped_ = false;
    auto end = run(chain, 0);
    bool drops = end == End::drop || (end == End::none && text_of(chain, "policy") == "drop");
    FirewallAnswer answer{.family = family_, .table = table_, .chain = text_of(chain, "name")};
    if (drops)
        answer.verdict = maybe_accepted_ ? FirewallVerdict::may_drop : FirewallVerdict::drops;
    else if (maybe_dropped_)
        answer.verdict = FirewallVerdict::may_drop;
    return answer;
}

bool is_for(const Json& chain, const OuterPacket& packet) {
    auto family = text_of(chain, "family");
    return family == "inet" || family == (packet.src.is_v4() ? "ip" : "ip6");
}

} // namespace

FirewallAnswer ask_firewall(const Json& ruleset, std::string_view hook, const OuterPacket& packet) {
    FirewallAnswer worst;
    Judge judge(ruleset, packet);
    for (const auto& item : ruleset) {
        if (!item.contains("chain") || text_of(item["chain"], "hook") != hook ||
            !is_for(item["chain"], packet))
            continue;
        auto answer = judge.ask(item["chain"]);
        if (answer.verdict > worst.verdict)
            worst = answer;
    }
    return worst;
}

// ---------------------------------------------------------------------------------------------
// iptables

namespace {

std::string lower(std::string text) {
    std::ranges::transform(text, text.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return text;
}

Json condition(Json left, Json right, bool negated) {
    return {
        {"match",
         {{"op", negated ? "!=" : "=="}, {"left", std::move(left)}, {"right", std::move(right)}}}};
}

/// "80", "8000:8080" or a list of them.
Json ports_of(const std::string& text) {
    auto set = Json::array();
    std::istringstream parts(text);
    for (std::string part; std::getline(parts, part, ',');) {
        std::uint64_t first = 0, last = 0;
        auto colon = part.find(':');
        std::from_chars(part.data(), part.data() + std::min(colon, part.size()), first);
        last = first;
        if (colon != part.npos)
            std::from_chars(part.data() + colon + 1, part.data() + part.size(), last);
        set.push_back({{"range", {first, last}}});
    }
    return {{"set", set}};
}

Json states_of(const std::string& text) {
    auto states = Json::array();
    std::istringstream parts(lower(text));
    for (std::string part; std::getline(parts, part, ',');)
        states.push_back(part);
    return states;
}

Json target_of(const std::string& name) {
    for (const char* verdict : {"ACCEPT", "DROP", "REJECT", "RETURN"})
        if (name == verdict)
            return {{lower(name), nullptr}};
    return {{"jump", {{"target", name}}}};
}

/// The condition of an option and its value; an unknown one may hold.
Json option_of(const std::string& option, const std::string& value, bool negated,
               std::string_view family) {
    auto payload = [&](const char* field) {
        return Json{{"payload", {{"protocol", family}, {"field", field}}}};
    };
    auto device = [&](const char* key) {
        auto name = value.ends_with('+') ? value.substr(0, value.size() - 1) + '*' : value;
        return condition({{"meta", {{"key", key}}}}, name, negated);
    };
    if (option == "-p")
        return condition({{"meta", {{"key", "l4proto"}}}}, lower(value), negated);
    if (option == "-s" || option == "-d")
        return condition(payload(option == "-s" ? "saddr" : "daddr"), value, negated);
    if (option == "-i" || option == "-o")
        return device(option == "-i" ? "iifname" : "oifname");
    if (option == "--dport" || option == "--dports")
        return condition({{"payload", {{"protocol", "th"}, {"field", "dport"}}}}, ports_of(value),
                         negated);
    if (option == "--ctstate" || option == "--state")
        return condition({{"ct", {{"key", "state"}}}}, states_of(value), negated);
    return {{"xt", nullptr}};
}

/// Options that do not restrict the packets.
bool is_silent(const std::string& option) {
    return option == "-m" || option == "--comment" || option == "--reject-with";
}

Json rule_of(const std::vector<std::string>& words, std::string_view family) {
    auto expr = Json::array();
    bool negated = false;
    for (std::size_t i = 2; i < words.size(); i++) {
        const auto& word = words[i];
        bool has_value = i + 1 < words.size() && !words[i + 1].starts_with('-');
        if (word == "!") {
            negated = true;
            continue;
        }
        auto value = has_value ? words[++i] : std::string();
        if (word == "-j" || word == "-g")
            expr.push_back(target_of(value));
        else if (!is_silent(word))
            expr.push_back(option_of(word, value, negated, family));
        negated = false;
    }
    return expr;
}

} // namespace

Json rules_of_iptables(const std::string& text, std::string_view family) {
    constexpr std::pair<std::string_view, std::string_view> hooks[] = {
        {"PREROUTING", "prerouting"},
        {"INPUT", "input"},
        {"OUTPUT", "output"},
        {"POSTROUTING", "postrouting"}};
    auto rules = Json::array();
    std::string table;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        if (line.empty() || line[0] == '#')
            continue;
        auto words = split_line(line);
        if (line[0] == '*') {
            table = line.substr(1);
        } else if (line[0] == ':' && words.size() > 1 && table != "nat") {
            Json chain{{"family", family}, {"table", table}, {"name", words[0].substr(1)}};
            for (const auto& [name, hook] : hooks)
                if (name == words[0].substr(1))
                    chain["hook"] = hook;
            chain["policy"] = lower(words[1]);
            rules.push_back({{"chain", chain}});
        } else if (words.size() > 2 && words[0] == "-A" && table != "nat") {
            rules.push_back({{"rule",
                              {{"family", family},
                               {"table", table},
                               {"chain", words[1]},
                               {"expr", rule_of(words, family)}}}});
        }
    }
    return rules;
}

} // namespace ctl
