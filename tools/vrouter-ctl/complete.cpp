// SPDX-License-Identifier: GPL-2.0-or-later
#include "complete.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "grammar.hpp"
#include "printable.hpp"

namespace ctl {

namespace {

constexpr std::string_view file_mark = ":file";

/// The literal alternatives in the help of a value: "flood" and "drop" of "flood|drop", "l2" and
/// "l3" of "l2|l3", "net,port", but not NAME.
std::vector<std::string_view> literals_of(std::string_view value) {
    std::vector<std::string_view> literals;
    while (!value.empty()) {
        auto end = value.find('|');
        auto part = value.substr(0, end);
        if (std::ranges::all_of(part, [](char c) {
                return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == ',' || c == '-';
            }))
            literals.push_back(part);
        value.remove_prefix(end == value.npos ? value.size() : end + 1);
    }
    return literals;
}

class Completer {
public:
    Completer(const std::vector<std::string>& words, Environment& environment)
        : words_(words), environment_(environment) {}

    void run();

private:
    bool at_last() const { return at_ + 1 == words_.size(); }
    const std::string& last() const { return words_.back(); }
    Word word() const { return {words_[at_], nullptr, 0}; }

    void offer(std::string_view candidate, std::string_view help = {});
    void offer_options();
    void offer_objects();
    void offer_commands(const Object& object);
    void offer_keywords(const Object& object, Verb verb);
    void offer_value(const Keyword& keyword);
    void offer_names(Offer kind);
    void offer_directory(const char* path);
    template <class Info> void offer_object(const Info& info, std::string_view lead) {
        offer(std::string(lead) + info.name);
    }
    void offer_object(const vrouter::NexthopInfo& nexthop, std::string_view lead);
    void offer_object(const vrouter::LabelInfo& label, std::string_view lead);
    template <class Proxy> void offer_list(Proxy proxy, std::string_view lead = {});

    bool skip_options();
    const Object* take_object();
    std::optional<Verb> take_verb(const Object& object);
    using Keywords = std::vector<Keyword>;
    Keywords::const_iterator find_leading(const Object& object, Verb verb) const;
    void complete_arguments(const Object& object, Verb verb);

    const std::vector<std::string>& words_;
    Environment& environment_;
    Options options_;
    std::size_t at_ = 0;
    std::vector<unsigned> seen_;
};

void Completer::offer(std::string_view candidate, std::string_view help) {
    if (!candidate.starts_with(last()) || printable(candidate) != candidate)
        return;
    environment_.out << candidate;
    if (!help.empty())
        environment_.out << '\t' << help;
    environment_.out << '\n';
}

void Completer::offer_options() {
    for (const auto& option : option_help()) {
        auto comma = option.names.find(", ");
        offer(option.names.substr(0, comma), option.help);
        if (comma != std::string_view::npos)
            offer(option.names.substr(comma + 2), option.help);
    }
    for (const auto* mode : {"--color=always", "--color=auto", "--color=never"})
        offer(mode);
}

void Completer::offer_objects() {
    for (const auto* object : objects())
        offer(object->name, object->help);
    offer("help", "print help");
}

void Completer::offer_commands(const Object& object) {
    for (const auto& command : object.commands)
        offer(verb_name(command.verb), command.help);
    for (const auto* part : object.parts)
        offer(last_name(*part), part->help);
    offer("help", "print help");
    if (object.implied_show)
        offer_keywords(object, verb_show);
}

void Completer::offer_object(const vrouter::NexthopInfo& nexthop, std::string_view) {
    offer(to_string(nexthop.id), to_string(nexthop.type));
}

void Completer::offer_object(const vrouter::LabelInfo& label, std::string_view) {
    offer(to_string(label.label), label.network ? label.network->name : std::string_view());
}

template <class Proxy> void Completer::offer_list(Proxy proxy, std::string_view lead) {
    auto list = proxy.list();
    if (!list)
        return;
    for (const auto& info : *list)
        offer_object(info, lead);
}

void Completer::offer_directory(const char* path) {
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(path, error))
        offer(entry.path().filename().string());
}

/// Offers names of existing objects; none if the kernel cannot be asked.
void Completer::offer_names(Offer kind) {
    if (kind == Offer::nothing)
        return;
    if (kind == Offer::file)
        return void(environment_.out << file_mark << '\n');
    if (kind == Offer::device) {
        if (!options_.netns)
            offer_directory("/sys/class/net");
        return;
    }
    if (kind == Offer::peer)
        offer("any");
    auto client = environment_.client(options_);
    if (!client)
        return;
    switch (kind) {
    case Offer::network:
        return offer_list(client->networks());
    case Offer::tunnel:
        return offer_list(client->tunnels());
    case Offer::vif:
        return offer_list(client->vifs());
    case Offer::label:
        return offer_list(client->labels());
    case Offer::set:
        return offer_list(client->sets());
    case Offer::sg:
        return offer_list(client->sgs());
    case Offer::peer:
        offer_list(client->sets(), "set:");
        return offer_list(client->sgs(), "sg:");
    case Offer::policer:
        return offer_list(client->policers());
    case Offer::drop_reason:
        return offer_list(client->drops());
    default:
        return offer_list(client->nexthops());
    }
}

void Completer::offer_value(const Keyword& keyword) {
    for (auto literal : literals_of(keyword.value))
        offer(literal);
    offer_names(keyword.offer);
}

void Completer::offer_keywords(const Object& object, Verb verb) {
    seen_.resize(object.keywords.size());
    auto leading = find_leading(object, verb);
    if (leading != object.keywords.end())
        return offer_value(*leading);
    bool standalone = false;
    for (std::size_t i = 0; i < object.keywords.size(); i++) {
        const auto& keyword = object.keywords[i];
        if (!(keyword.verbs & verb) || (seen_[i] && keyword.often == Often::once))
            continue;
        for (auto name : keyword.names())
            offer(name, keyword.help);
        if (!keyword.name.empty())
            continue;
        if (!std::exchange(standalone, true))
            offer_value(keyword);
    }
}

/// Goes to the object; false when the last word is an option or its value.
bool Completer::skip_options() {
    for (; !at_last(); at_++) {
        const auto& option = words_[at_];
        bool netns = option == "-n" || option == "--netns";
        bool batch = option == "-b" || option == "--batch";
        if (!option.starts_with('-'))
            return true;
        if (!netns && !batch)
            continue;
        at_++;
        if (netns)
            options_.netns = words_[at_];
        if (at_last()) {
            if (netns)
                offer_directory("/run/netns");
            else
                offer_names(Offer::file);
            return false;
        }
    }
    if (last().starts_with('-'))
        offer_options();
    return !last().starts_with('-');
}

const Object* Completer::take_object() {
    if (!at_last() && words_[at_] == "help")
        at_++;
    if (at_last()) {
        offer_objects();
        return nullptr;
    }
    try {
        const auto& object = find_object(Words({words_[at_]}).take());
        at_++;
        const auto* part = at_last() ? nullptr : look_for_part(object, word());
        if (!part)
            return &object;
        at_++;
        return part;
    } catch (const Failure&) {
        return nullptr;
    }
}

std::optional<Verb> Completer::take_verb(const Object& object) {
    if (at_last()) {
        offer_commands(object);
        return std::nullopt;
    }
    if (const auto* command = look_for_command(object, word())) {
        at_++;
        return command->verb;
    }
    return object.implied_show ? std::optional(verb_show) : std::nullopt;
}

/// The entry for the first word, unless it was seen already.
Completer::Keywords::const_iterator Completer::find_leading(const Object& object, Verb verb) const {
    return std::ranges::find_if(object.keywords, [&](const Keyword& keyword) {
        return keyword.verbs & verb && keyword.leads &&
               !seen_[static_cast<std::size_t>(&keyword - object.keywords.data())];
    });
}

void Completer::complete_arguments(const Object& object, Verb verb) {
    seen_.assign(object.keywords.size(), 0);
    for (; !at_last(); at_++) {
        auto keyword = find_leading(object, verb);
        if (keyword != object.keywords.end()) {
            seen_[static_cast<std::size_t>(keyword - object.keywords.begin())]++;
            continue;
        }
        keyword = std::ranges::find_if(object.keywords, [&](const Keyword& keyword) {
            return keyword.verbs & verb && keyword.is_called(words_[at_]);
        });
        if (keyword == object.keywords.end()) {
            // A positional argument: the first entry that may still occur.
            keyword = std::ranges::find_if(object.keywords, [&](const Keyword& keyword) {
                bool free = !seen_[static_cast<std::size_t>(&keyword - object.keywords.data())] ||
                            keyword.often == Often::repeatedly;
                return keyword.verbs & verb && keyword.name.empty() && free;
            });
            if (keyword != object.keywords.end())
                seen_[static_cast<std::size_t>(keyword - object.keywords.begin())]++;
            continue;
        }
        seen_[static_cast<std::size_t>(keyword - object.keywords.begin())]++;
        if (keyword->value.empty())
            continue;
        at_++;
        if (at_last())
            return offer_value(*keyword);
    }
    offer_keywords(object, verb);
}

void Completer::run() {
    if (words_.empty() || !skip_options())
        return;
    const auto* object = take_object();
    if (!object)
        return;
    if (auto verb = take_verb(*object))
        complete_arguments(*object, *verb);
}

} // namespace

int complete(const std::vector<std::string>& words, Environment& environment) {
    Completer(words, environment).run();
    return status_done;
}

} // namespace ctl
