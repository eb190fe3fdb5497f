// SPDX-License-Identifier: GPL-2.0-or-later
// Finds the object and command that the words name, and runs it.
#include <algorithm>

#include <fmt/format.h>

#include "complete.hpp"
#include "context.hpp"
#include "grammar.hpp"
#include "help.hpp"

namespace ctl {

namespace {

bool is_help(const Word& word) {
    return word.text == "help" || word.text == "-h" || word.text == "--help";
}

/// The object that a word names, or the sub-object that the next word names.
const Object& take_object(const Word& word, Words& words) {
    const auto& object = find_object(word);
    const auto* part = words.done() ? nullptr : look_for_part(object, words.peek());
    if (!part)
        return object;
    words.take();
    return *part;
}

/// `help`, `help OBJECT` and `help OBJECT COMMAND`.
void run_help(std::ostream& out, Words& words) {
    if (words.done())
        return print_help(out);
    const auto& object = take_object(words.take(), words);
    if (words.done())
        return print_help(out, object);
    print_help(out, object, find_command(object, words.take()));
}

/// Options between the object and the command.
void skip_options(Words& words) {
    while (!words.done() && words.take_option(words.peek().text))
        words.take();
}

/// The command of an object, or its default command.
const Command& take_command(const Object& object, Words& words) {
    auto find = [&](Verb verb) -> const Command& {
        return *std::ranges::find(object.commands, verb, &Command::verb);
    };
    if (words.done())
        return find(verb_show);
    if (object.implied_show && !look_for_command(object, words.peek()))
        return find(verb_show);
    return find_command(object, words.take());
}

Failure no_object() {
    return misuse("no object is given", "see: vrouter-ctl help");
}

/// Refuses a family for a command without one, which would otherwise be ignored silently.
void check_family(const Options& options, const Object& object, Verb verb) {
    if (!options.family)
        return;
    std::string_view name = *options.family == vrouter::Family::v4 ? "-4" : "-6";
    for (const auto& keyword : object.keywords)
        if (keyword.name == name && keyword.verbs & verb)
            return;
    throw misuse(fmt::format("{} does not go with \"{} {}\"", name, object.name, verb_name(verb)));
}

/// Runs a command; \p doing gets the beginning of error messages, as far as it is known.
void run_words(Context& context, Words& words, std::string& doing) {
    auto& out = context.environment().out;
    skip_options(words);
    if (words.done())
        throw no_object();
    auto word = words.take();
    if (is_help(word))
        return run_help(out, words);
    const auto& object = take_object(word, words);
    doing = object.name;
    skip_options(words);
    if (!words.done() && is_help(words.peek()))
        return print_help(out, object);
    const auto& command = take_command(object, words);
    if (!words.done() && is_help(words.peek()))
        return print_help(out, object, command);
    doing = fmt::format("{} {}", object.name, verb_name(command.verb));
    check_family(context.options(), object, command.verb);
    object.run(context, command.verb, words);
}

/// The output may have failed: a full disk, a closed pipe.
int check_output(Environment& environment, int status) {
    environment.out.flush();
    if (environment.out || status != status_done)
        return status;
    environment.err << "vrouter-ctl: cannot write the output\n";
    return status_refused;
}

} // namespace

int run_options(Context& context) {
    const auto& options = context.options();
    auto& out = context.environment().out;
    if (options.version) {
        out << fmt::format("vrouter-ctl {} source {}, libvrouter {}\n", VROUTER_VERSION_STRING,
                           VROUTER_SOURCE, vrouter::version());
        return status_done;
    }
    if (options.help) {
        print_help(out);
        return status_done;
    }
    if (options.batch)
        return run_batch(context, *options.batch);
    Words words(options.words);
    if (words.done())
        throw no_object();
    run_command(context, words);
    return context.take_status();
}

void run_command(Context& context, Words& words) {
    std::string doing;
    auto options = context.options();
    words.set_options([&](std::string_view word) { return context.take_option(word); });
    try {
        run_words(context, words, doing);
    } catch (Failure& failure) {
        failure.doing = doing;
        failure.json = context.options().json || words.mention_json();
        context.set_options(options);
        throw;
    }
    context.set_options(std::move(options));
}

int run(const std::vector<std::string>& arguments, Environment& environment) {
    if (!arguments.empty() && arguments[0] == complete_word)
        return complete({arguments.begin() + 1, arguments.end()}, environment);
    try {
        Context context(environment, parse_options(arguments));
        return check_output(environment, run_options(context));
    } catch (Failure& failure) {
        failure.json = failure.json || Words(arguments).mention_json();
        complain(environment, failure);
        return failure.status;
    }
}

} // namespace ctl
