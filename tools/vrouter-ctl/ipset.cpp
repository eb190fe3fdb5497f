// SPDX-License-Identifier: GPL-2.0-or-later
#include "ipset.hpp"

#include <algorithm>
#include <cerrno>
#include <map>
#include <set>

#include <fmt/format.h>

#include "elements.hpp"
#include "values.hpp"

namespace ctl {

namespace {

using namespace vrouter;

enum class Act { create, insert, remove, flush, destroy, swap, rename, nothing };

constexpr std::pair<std::string_view, Act> acts[] = {
    {"create", Act::create},   {"-N", Act::create},  {"add", Act::insert},     {"-A", Act::insert},
    {"del", Act::remove},      {"-D", Act::remove},  {"flush", Act::flush},    {"-F", Act::flush},
    {"destroy", Act::destroy}, {"-X", Act::destroy}, {"swap", Act::swap},      {"-W", Act::swap},
    {"rename", Act::rename},   {"-E", Act::rename},  {"COMMIT", Act::nothing},
};

constexpr std::pair<std::string_view, SetType> types[] = {
    {"hash:ip", SetType::net},
    {"hash:net", SetType::net},
    {"hash:ip,port", SetType::net_port},
    {"hash:net,port", SetType::net_port},
};

/// Options with a value that only tunes ipset, or is a counter.
constexpr std::string_view ignored_values[] = {"hashsize", "bucketsize", "initval", "packets",
                                               "bytes"};
/// Options of sets that are implied or meaningless here.
constexpr std::string_view matterless[] = {"comment", "-4", "-6"};
/// Options with a value whose effect is not supported here.
constexpr std::string_view lost_values[] = {"skbmark", "skbprio", "skbqueue"};

template <class Range> bool has(const Range& range, std::string_view word) {
    return std::ranges::find(range, word) != std::end(range);
}

bool is_exist(std::string_view word) {
    return word == "-exist" || word == "-!" || word == "--exist";
}

/// The state of a set at a point of the file.
struct Known {
    SetType type{};
    std::optional<unsigned> netmask{}; ///< Prefix length of its addresses.
};

/// The action of one line, or of several lines with the same action on a set.
struct Step {
    Act act{};
    std::size_t line = 0;
    bool exist = false;
    std::string set{};
    std::string other{}; ///< For swap and rename.
    SetSpec spec{};      ///< For create.
    ElementEntries elements{};
};

/// The last address in a prefix.
IpAddress last_of(const Prefix& prefix) {
    std::vector<std::uint8_t> bytes(prefix.address().bytes().begin(),
                                    prefix.address().bytes().end());
    for (auto bit = prefix.length(); bit < prefix.address().bits(); bit++)
        bytes[bit / 8] |= static_cast<std::uint8_t>(0x80 >> bit % 8);
    return *IpAddress::from_bytes(bytes);
}

IpAddress next_of(const IpAddress& address) {
    std::vector<std::uint8_t> bytes(address.bytes().begin(), address.bytes().end());
    for (auto byte = bytes.rbegin(); byte != bytes.rend() && ++*byte == 0; ++byte)
        ;
    return *IpAddress::from_bytes(bytes);
}

/// The shortest prefix that begins at \p first and does not extend beyond \p last.
Prefix shortest(const IpAddress& first, const IpAddress& last) {
    Prefix best(first);
    while (best.length() > 0) {
        auto wider = *Prefix::make(first, best.length() - 1);
        if (!wider.is_network() || last_of(wider) > last)
            break;
        best = wider;
    }
    return best;
}

std::vector<Prefix> split_range(IpAddress first, const IpAddress& last) {
    std::vector<Prefix> prefixes;
    for (;;) {
        prefixes.push_back(shortest(first, last));
        auto end = last_of(prefixes.back());
        if (end == last)
            return prefixes;
        first = next_of(end);
    }
}

template <class T> T take_from(Result<T> result, const Word& word) {
    if (!result)
        word.refuse(result.error().message, result.error().hint);
    return std::move(*result);
}

/// An address or a prefix, shortened to the set's netmask; like ipset, clears the bits behind it.
Prefix read_prefix(const Word& word, std::string_view text, const Known& set) {
    auto prefix = take_from(Prefix::parse(text), word);
    auto length = std::min(prefix.length(), set.netmask.value_or(prefix.length()));
    return Prefix::make(prefix.address(), length)->network();
}

/// The prefixes of "10.0.0.1", "10.0.0.0/8" or "10.0.0.1-10.0.0.9".
std::vector<Prefix> read_prefixes(const Word& word, std::string_view text, const Known& set) {
    auto dash = text.find('-');
    auto first = read_prefix(word, text.substr(0, dash), set);
    if (dash == text.npos)
        return {first};
    auto last = read_prefix(word, text.substr(dash + 1), set);
    if (first.family() != last.family() || last.address() < first.address())
        word.refuse(fmt::format("the range {} ends before it begins", text));
    return split_range(first.address(), last_of(last));
}

/// The protocol and ports of "80", "udp:53" or "tcp:80-90". Without a protocol it is TCP.
ElementKey read_ports(const Word& word, std::string_view text, const Known& set) {
    auto colon = text.find(':');
    auto name = colon == text.npos ? "tcp" : text.substr(0, colon);
    auto ports = colon == text.npos ? text : text.substr(colon + 1);
    auto proto = take_from(Protocol::parse(name), word);
    if (proto.has_ports() || proto.is_icmp())
        return take_from(ElementKey::parse(fmt::format("::,{}:{}", name, ports)), word);
    if (set.type == SetType::net_port)
        word.refuse(fmt::format("elements of type net,port have a port, and {} has none", name),
                    "a set of type net,proto,port-range has any protocol");
    if (ports != "0")
        word.refuse(fmt::format("protocol {} has no ports", name));
    return {.proto = proto};
}

/// A key for each prefix and, in a set that has single ports, for each port.
std::vector<ElementKey> keys_of(const Word& word, const std::vector<Prefix>& prefixes,
                                const ElementKey& ports, const Known& set) {
    auto key = ports;
    std::size_t count = 1;
    if (set.type == SetType::net_port && ports.port_end) {
        count = std::size_t{*ports.port_end} - *ports.port + 1;
        key.port_end.reset();
    }
    if (prefixes.size() * count > bulk_max)
        word.refuse(
            fmt::format("these are {} elements, more than {}", prefixes.size() * count, bulk_max));
    std::vector<ElementKey> keys;
    for (const auto& prefix : prefixes) {
        key.prefix = prefix;
        key.port = ports.port;
        for (std::size_t i = 0; i < count; i++) {
            keys.push_back(key);
            if (key.port)
                ++*key.port;
        }
    }
    return keys;
}

std::vector<ElementKey> read_keys(const Word& word, const Known& set) {
    auto comma = word.text.find(',');
    bool has_ports = set.type != SetType::net;
    if ((comma != word.text.npos) != has_ports)
        word.refuse(fmt::format("elements of type {} are {}", to_string(set.type),
                                has_ports ? "ADDRESS,[PROTOCOL:]PORT" : "addresses or prefixes"));
    auto prefixes = read_prefixes(word, word.text.substr(0, comma), set);
    ElementKey ports;
    if (has_ports)
        ports = read_ports(word, word.text.substr(comma + 1), set);
    return keys_of(word, prefixes, ports, set);
}

/// A mask such as 255.255.255.0 as a length.
unsigned read_bitmask(const Word& word) {
    auto mask = read<IpAddress>(word);
    for (unsigned length = 0; length <= mask.bits(); length++) {
        std::vector<std::uint8_t> ones(mask.bits() / 8, 0xff);
        if (Prefix::make(*IpAddress::from_bytes(ones), length)->network().address() == mask)
            return length;
    }
    word.refuse("a mask with holes is not supported");
}

/// The name of a set, which is more restricted here than in ipset.
std::string read_name(const Word& word) {
    constexpr std::size_t longest = 31;
    auto is_good = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '.' || c == '_' || c == '-';
    };
    if (word.text.empty() || word.text.size() > longest || !std::ranges::all_of(word.text, is_good))
        word.refuse(fmt::format("\"{}\" cannot be the name of a set", word.text),
                    "names have 1 to 31 letters, digits, '.', '_' and '-'");
    return std::string(word.text);
}

Word take(Words& words, std::string_view what) {
    if (words.done())
        words.missing(fmt::format("{} is missing", what));
    return words.take();
}

Word take_value(Words& words, const Word& option) {
    return take(words, fmt::format("the value of {}", option.text));
}

/// Reads a file into steps.
class Parser {
public:
    Parser(Context& context, const std::string& file, bool exist)
        : context_(context), lines_(context, file), file_(file), exist_(exist) {}

    std::vector<Step> read();

private:
    void read_line(const std::string& text);
    void read_create(Words& words, Step& step);
    void read_create_option(Words& words, Step& step, Known& set);
    void read_element(Words& words, Step& step);
    void read_element_option(Words& words, Step& step, ElementSpec& element);
    void read_names(Words& words, Step& step);
    bool skip_option(Words& words, Step& step, const Word& word);
    void finish(Words& words, Step& step);
    void append(Step step);
    void note(std::string text);
    Known known(const Word& word);

    Context& context_;
    LineReader lines_;
    std::string file_;
    bool exist_;
    std::vector<Step> steps_;
    std::map<std::string, std::optional<Known>, std::less<>> sets_; // none: destroyed or renamed
    std::set<std::string> noted_;
};

std::vector<Step> Parser::read() {
    while (auto text = lines_.next()) {
        try {
            read_line(*text);
        } catch (Failure& failure) {
            failure.place = lines_.place();
            throw;
        }
    }
    return std::move(steps_);
}

void Parser::read_line(const std::string& text) {
    Words words(split_line(text));
    Step step{.line = lines_.line(), .exist = exist_};
    while (!words.done() && is_exist(words.peek().text)) {
        words.take();
        step.exist = true;
    }
    if (words.done())
        return;
    auto command = words.take();
    auto found = std::ranges::find(acts, command.text, &std::pair<std::string_view, Act>::first);
    if (found == std::end(acts))
        command.refuse(fmt::format("\"{}\" is not a command of ipset restore", command.text),
                       "create, add, del, flush, destroy, swap or rename");
    step.act = found->second;
    if (step.act == Act::create)
        read_create(words, step);
    else if (step.act == Act::insert || step.act == Act::remove)
        read_element(words, step);
    else if (step.act != Act::nothing)
        read_names(words, step);
    finish(words, step);
    append(std::move(step));
}

/// Reports once what is lost.
void Parser::note(std::string text) {
    if (!noted_.insert(text).second)
        return;
    Failure remark(status_done, std::move(text));
    remark.place = lines_.place();
    remark.doing = "set restore";
    complain(context_, remark);
}

/// Skips an option common to sets and elements; false if it is another one.
bool Parser::skip_option(Words& words, Step& step, const Word& word) {
    if (is_exist(word.text)) {
        step.exist = true;
        return true;
    }
    bool lost = has(lost_values, word.text);
    if (!lost && !has(ignored_values, word.text))
        return false;
    take_value(words, word);
    if (lost)
        note(fmt::format("{} is left out: packets are not marked by sets", word.text));
    return true;
}

void Parser::read_create(Words& words, Step& step) {
    step.set = read_name(take(words, "the name of a set"));
    auto type = take(words, "a type");
    auto found = std::ranges::find(types, type.text, &std::pair<std::string_view, SetType>::first);
    if (found == std::end(types))
        type.refuse(fmt::format("sets of type {} are not supported", type.text),
                    "hash:ip, hash:net, hash:ip,port and hash:net,port are");
    Known set{.type = found->second};
    step.spec = {.name = step.set, .type = set.type};
    while (!words.done())
        read_create_option(words, step, set);
    sets_[step.set] = set;
}

void Parser::read_create_option(Words& words, Step& step, Known& set) {
    auto word = words.take();
    if (skip_option(words, step, word) || has(matterless, word.text))
        return;
    auto value = [&] { return take_value(words, word); };
    if (word.text == "family") {
        // IPv4 and IPv6 may be in one set here.
        if (auto family = value(); family.text != "inet" && family.text != "inet6")
            refuse_choice(family, {"inet", "inet6"});
    } else if (word.text == "timeout") {
        step.spec.timeout = ctl::read<std::uint32_t>(value());
    } else if (word.text == "maxelem") {
        step.spec.max_elements = ctl::read<std::uint32_t>(value());
    } else if (word.text == "counters") {
        step.spec.counters = true;
    } else if (word.text == "netmask") {
        set.netmask = ctl::read<std::uint8_t>(value());
    } else if (word.text == "bitmask") {
        set.netmask = read_bitmask(value());
    } else if (word.text == "forceadd") {
        note("forceadd is left out: a set that is full takes no more");
    } else if (word.text == "skbinfo") {
        note("skbinfo is left out: packets are not marked by sets");
    } else {
        word.refuse(fmt::format("\"{}\" is not an option of sets here", word.text));
    }
}

void Parser::read_element(Words& words, Step& step) {
    auto name = take(words, "the name of a set");
    step.set = read_name(name);
    auto set = known(name);
    auto keys = read_keys(take(words, "an element"), set);
    ElementSpec element;
    while (!words.done())
        read_element_option(words, step, element);
    for (const auto& key : keys) {
        element.key = key;
        step.elements.specs.push_back(element);
    }
    step.elements.lines.resize(keys.size(), step.line);
    step.elements.file = file_;
}

void Parser::read_element_option(Words& words, Step& step, ElementSpec& element) {
    auto word = words.take();
    if (skip_option(words, step, word))
        return;
    auto value = [&] { return take_value(words, word); };
    if (word.text == "timeout")
        element.timeout = ctl::read<std::uint32_t>(value());
    else if (word.text == "comment")
        element.comment = std::string(value().text);
    else if (word.text == "nomatch")
        element.nomatch = true;
    else
        word.refuse(fmt::format("\"{}\" is not an option of elements here", word.text));
}

/// Reads the names of flush, destroy, swap and rename. A name is required: without one, ipset means
/// all sets, which may include those of others.
void Parser::read_names(Words& words, Step& step) {
    auto name = take(words, "the name of a set");
    step.set = read_name(name);
    if (step.act == Act::destroy)
        sets_[step.set] = std::nullopt;
    if (step.act == Act::flush || step.act == Act::destroy)
        return;
    auto other = take(words, "the name of another set");
    step.other = read_name(other);
    auto set = known(name);
    if (step.act == Act::swap)
        sets_[step.set] = known(other);
    else
        sets_[step.set] = std::nullopt;
    sets_[step.other] = set;
}

/// The rest of the line can only be -exist.
void Parser::finish(Words& words, Step& step) {
    while (!words.done()) {
        auto word = words.take();
        if (!is_exist(word.text))
            word.refuse(fmt::format("\"{}\" is too much here", word.text));
        step.exist = true;
    }
}

/// Merges lines with the same action on a set into one step.
void Parser::append(Step step) {
    auto& elements = step.elements;
    if (step.act == Act::nothing)
        return;
    if (steps_.empty() || elements.specs.empty() || steps_.back().act != step.act ||
        steps_.back().set != step.set || steps_.back().exist != step.exist)
        return steps_.push_back(std::move(step));
    auto& last = steps_.back().elements;
    std::ranges::move(elements.specs, std::back_inserter(last.specs));
    last.lines.resize(last.specs.size(), step.line);
}

/// If the file did not create the set, asks the kernel.
Known Parser::known(const Word& word) {
    auto found = sets_.find(word.text);
    if (found != sets_.end() && !found->second)
        word.refuse(fmt::format("there is no set \"{}\" any more at this line", word.text));
    if (found != sets_.end())
        return *found->second;
    auto info = must(context_.client().sets().get(word.text));
    return *(sets_[std::string(word.text)] = Known{.type = info.type});
}

/// The elements that exist, for del -exist.
ElementEntries existing(Context& context, const SetRef& set, const ElementEntries& wanted) {
    std::set<std::string> keys;
    for (const auto& element : must(context.client().elements().list({.set = set})))
        keys.insert(element.key.to_string());
    ElementEntries result;
    result.file = wanted.file;
    for (std::size_t i = 0; i < wanted.specs.size(); i++) {
        if (!keys.erase(wanted.specs[i].key.to_string()))
            continue;
        result.specs.push_back(wanted.specs[i]);
        result.lines.push_back(wanted.lines[i]);
    }
    return result;
}

void run_step(Context& context, const Step& step) {
    auto sets = context.client().sets();
    switch (step.act) {
    case Act::create:
        return must(step.exist ? sets.add(step.spec) : sets.add_exclusive(step.spec));
    case Act::insert:
        return send_elements(context, step.set,
                             step.exist ? ElementVerb::replace : ElementVerb::add_exclusive,
                             step.elements);
    case Act::remove:
        return send_elements(context, step.set, ElementVerb::del,
                             step.exist ? existing(context, step.set, step.elements)
                                        : step.elements);
    case Act::flush:
        return must(context.client().elements().flush(step.set));
    case Act::destroy: {
        auto result = sets.del(step.set);
        if (step.exist && !result && result.error().code == ENOENT)
            return;
        return must(std::move(result));
    }
    case Act::swap:
        return must(sets.swap(step.set, step.other));
    case Act::rename:
        return must(sets.change({.id = must(sets.get(step.set)).id, .name = step.other}));
    case Act::nothing:
        break;
    }
}

} // namespace

void restore_ipset(Context& context, const std::string& file, bool exist) {
    for (const auto& step : Parser(context, file, exist).read()) {
        try {
            run_step(context, step);
        } catch (Failure& failure) {
            if (failure.place.empty())
                failure.place = fmt::format("{}:{}", file, step.line);
            throw;
        }
    }
}

} // namespace ctl
