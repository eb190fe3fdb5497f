// SPDX-License-Identifier: GPL-2.0-or-later
#include "help.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "options.hpp"

namespace ctl {

namespace {

constexpr std::size_t width = 80;
constexpr std::size_t help_column = 26;

/// Appends words to a text, wrapped at the width; continuation lines are indented.
class Filler {
public:
    Filler(std::string first, std::size_t indent)
        : text_(std::move(first)), indent_(indent), column_(text_.size()) {}

    void add(std::string_view piece) {
        if (column_ + 1 + piece.size() >= width && column_ > indent_) {
            text_ += '\n' + std::string(indent_, ' ');
            column_ = indent_;
        } else if (column_ && text_.back() != ' ') {
            text_ += ' ';
            column_++;
        }
        text_ += piece;
        column_ += piece.size();
    }

    void add_words(std::string_view words) {
        while (!words.empty()) {
            auto end = words.find(' ');
            add(words.substr(0, end));
            words.remove_prefix(end == words.npos ? words.size() : end + 1);
        }
    }

    const std::string& text() const { return text_; }

private:
    std::string text_;
    std::size_t indent_, column_;
};

/// The part of a list of choices that fits in a line.
std::string_view fitting(std::string_view term, std::size_t room) {
    auto end = term.size() <= room ? term.npos : term.rfind('|', room - 1);
    return term.substr(0, end == term.npos ? end : end + 1);
}

/// A term and its meaning, in two columns.
void print_term(std::ostream& out, std::string_view term, std::string_view meaning) {
    for (auto line = fitting(term, width - 2); line != term; line = fitting(term, width - 2)) {
        out << "  " << line << '\n';
        term.remove_prefix(line.size());
    }
    auto first = fmt::format("  {}", term);
    if (first.size() + 2 > help_column) {
        out << first << '\n';
        first.clear();
    }
    first.resize(help_column, ' ');
    Filler filler(first, help_column);
    filler.add_words(meaning);
    out << filler.text() << '\n';
}

/// A keyword in a usage line: "[vni NUMBER]".
std::string usage_of(const Keyword& keyword, Verb verb) {
    auto text = keyword.title();
    bool needed = keyword.needed & verb;
    if (!needed)
        text = '[' + text + ']';
    else if (keyword.name.find('|') != keyword.name.npos)
        text = '{' + text + '}';
    return keyword.often == Often::repeatedly ? text + "..." : text;
}

std::string usage_line(const Object& object, Verb verb) {
    Filler filler(fmt::format("Usage: vrouter-ctl {} {}", object.name, verb_name(verb)), 8);
    for (const auto& keyword : object.keywords)
        if (keyword.verbs & verb && !keyword.title().empty())
            filler.add(usage_of(keyword, verb));
    return filler.text() + '\n';
}

/// The required arguments of a command; its own help shows the rest.
std::string short_usage(const Object& object, Verb verb, std::string_view lead) {
    auto line = fmt::format("{} vrouter-ctl {} {}", lead, object.name, verb_name(verb));
    bool more = false;
    for (const auto& keyword : object.keywords) {
        if (keyword.needed & verb)
            line += ' ' + usage_of(keyword, verb);
        else if (keyword.verbs & verb)
            more = true;
    }
    return line + (more ? " [KEYWORD VALUE]...\n" : "\n");
}

void print_keywords(std::ostream& out, const Object& object, unsigned verbs) {
    for (const auto& keyword : object.keywords) {
        if (!(keyword.verbs & verbs) || keyword.title().empty())
            continue;
        auto meaning = std::string(keyword.help);
        if (keyword.often == Often::repeatedly)
            meaning += "; may be repeated";
        print_term(out, keyword.title(), meaning);
    }
}

/// "network: a tenant's virtual network." with empty lines around it.
std::string sentence(const std::string& term, std::string_view meaning) {
    Filler filler(term + ':', 0);
    filler.add_words(meaning);
    return fmt::format("\n{}.\n\n", filler.text());
}

std::string aliases_of(const Object& object) {
    if (object.aliases.empty())
        return {};
    return fmt::format(" (also: {})", fmt::join(object.aliases, ", "));
}

void print_examples(std::ostream& out, std::string_view examples) {
    if (examples.empty())
        return;
    out << "\nExamples:\n";
    while (!examples.empty()) {
        auto end = examples.find('\n');
        out << "  vrouter-ctl " << examples.substr(0, end) << '\n';
        examples.remove_prefix(end == examples.npos ? examples.size() : end + 1);
    }
}

} // namespace

void print_help(std::ostream& out) {
    out << "Usage: vrouter-ctl [OPTIONS] OBJECT COMMAND [WORDS]...\n"
           "       vrouter-ctl [OPTIONS] -b FILE\n"
           "       vrouter-ctl [OBJECT [COMMAND]] help\n"
           "\nObjects:\n";
    for (const auto* object : objects())
        print_term(out, object->name, std::string(object->help) + aliases_of(*object));
    out << "\nOptions:\n";
    for (const auto& option : option_help())
        print_term(out, fmt::format("{} {}", option.names, option.value), option.help);
    out << "\nExit status: 0 done, 1 refused by the kernel, 2 the command makes no sense.\n";
}

void print_help(std::ostream& out, const Object& object) {
    unsigned verbs = 0;
    std::string_view lead = "Usage:";
    for (const auto& command : object.commands) {
        out << short_usage(object, command.verb, lead);
        lead = "      ";
        verbs |= command.verb;
    }
    for (const auto* part : object.parts)
        out << fmt::format("{} vrouter-ctl {} COMMAND [WORDS]...\n", lead, part->name);
    out << sentence(std::string(object.name), object.help) << "Commands:\n";
    for (const auto& command : object.commands)
        print_term(out, verb_name(command.verb), command.help);
    for (const auto* part : object.parts)
        print_term(out, last_name(*part), std::string(part->help) + ", with commands of its own");
    out << "\nKeywords:\n";
    print_keywords(out, object, verbs);
    print_examples(out, object.examples);
}

void print_help(std::ostream& out, const Object& object, const Command& command) {
    out << usage_line(object, command.verb)
        << sentence(fmt::format("{} {}", object.name, verb_name(command.verb)), command.help);
    print_keywords(out, object, command.verb);
}

} // namespace ctl
