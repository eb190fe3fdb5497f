// SPDX-License-Identifier: GPL-2.0-or-later
#include "options.hpp"

#include <algorithm>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "failure.hpp"

namespace ctl {

namespace {

constexpr OptionHelp options[] = {
    {"-j, --json", "", "print JSON"},
    {"-p, --pretty", "", "print JSON, indented"},
    {"-s, --stats", "", "print statistics too"},
    {"-d, --details", "", "print what has its default value too"},
    {"-n, --netns", "NETNS", "work in another network namespace: a name or a path"},
    {"-b, --batch", "FILE", "run the commands in a file, one per line; - is standard input"},
    {"--force", "", "with -b, go on after a command that failed"},
    {"-4", "", "routes and neighbours of IPv4 only"},
    {"-6", "", "routes and neighbours of IPv6 only"},
    {"--color", "always|auto|never", "colours; alone it means always, the default is auto"},
    {"-V, --version", "", "print the version"},
    {"-h, --help", "", "print help"},
};

/// Long options with a single dash, as iproute2 takes them.
constexpr std::string_view single_dashed[] = {
    "-json",  "-pretty", "-stats", "-statistics", "-details", "-netns",
    "-batch", "-force",  "-color", "-version",    "-help",    "-Version",
};

constexpr std::string_view color_alone = "--color=always";

/// Rewrites options that CLI11 would misread: "-force" as "-f -o -r ...", and the word behind
/// "--color" as its value.
std::string normal(const std::string& argument) {
    auto name = argument.substr(0, argument.find('='));
    auto result = argument;
    if (std::ranges::find(single_dashed, name) != std::end(single_dashed))
        result = '-' + argument;
    if (result == "--Version")
        result = "--version";
    if (result == "--color")
        result = color_alone;
    return result;
}

bool is_color_mode(std::string_view word) {
    return word == "always" || word == "auto" || word == "never";
}

bool has_value(std::string_view option) {
    return option == "-n" || option == "-b" || option == "--netns" || option == "--batch";
}

/// The arguments in reverse order, as CLI11 wants them, with options in its syntax; leaves the
/// words from the object on unchanged.
std::vector<std::string> normal_backwards(const std::vector<std::string>& arguments) {
    std::vector<std::string> result;
    bool option = true, value = false;
    for (std::size_t i = 0; i < arguments.size(); i++) {
        const auto& argument = arguments[i];
        if (option && !value && !argument.starts_with('-'))
            option = false;
        result.push_back(option && !value ? normal(argument) : argument);
        // No object has the name of a color mode, so a mode may follow as a separate word.
        if (option && !value && result.back() == color_alone &&
            argument.find('=') == argument.npos && i + 1 < arguments.size() &&
            is_color_mode(arguments[i + 1]))
            result.back() = "--color=" + arguments[++i];
        value = option && !value && has_value(result.back());
    }
    std::ranges::reverse(result);
    return result;
}

ColorMode color_mode(const std::string& text) {
    if (text == "always")
        return ColorMode::always;
    if (text == "never")
        return ColorMode::never;
    if (text != "auto")
        throw misuse(fmt::format("--color takes always, auto or never, not \"{}\"", text));
    return ColorMode::automatic;
}

/// Our words for CLI11's exceptions.
Failure failure_of(const CLI::ParseError& error) {
    auto message = fmt::format("options: {}", error.what());
    if (const auto* excess = dynamic_cast<const CLI::ArgumentMismatch*>(&error))
        message = excess->what();
    return misuse(std::move(message), "see: vrouter-ctl help");
}

void define(CLI::App& app, Options& result, std::string& color, bool& v4, bool& v6) {
    app.set_help_flag();
    app.prefix_command();
    app.add_flag("-j,--json", result.json);
    app.add_flag("-p,--pretty", result.pretty);
    app.add_flag("-s,--stats,--statistics", result.stats);
    app.add_flag("-d,--details", result.details);
    app.add_flag("--force", result.force);
    app.add_flag("-4", v4);
    app.add_flag("-6", v6);
    app.add_flag("-V,--version", result.version);
    app.add_flag("-h,--help", result.help);
    app.add_option("-n,--netns", result.netns)->type_name("NETNS");
    app.add_option("-b,--batch", result.batch)->type_name("FILE");
    app.add_option("--color", color);
}

void check(Options& result, const std::string& color, bool v4, bool v6) {
    if (!result.words.empty() && result.words[0].starts_with('-') && result.words[0] != "--")
        throw misuse(fmt::format("unknown option {}", result.words[0]), "see: vrouter-ctl help");
    if (v4 && v6)
        throw misuse("-4 and -6 exclude each other");
    if (v4 || v6)
        result.family = v4 ? vrouter::Family::v4 : vrouter::Family::v6;
    result.json = result.json || result.pretty;
    result.color = color_mode(color);
    if (result.batch && !result.words.empty())
        throw misuse(fmt::format("\"{}\" does not go with -b: the commands are in the file",
                                 result.words[0]));
    if (result.force && !result.batch)
        throw misuse("--force goes with -b only");
}

} // namespace

std::span<const OptionHelp> option_help() {
    return options;
}

namespace {

/// A flag by its letter.
bool* find_flag(Options& options, char letter) {
    switch (letter) {
    case 'j':
        return &options.json;
    case 'p':
        return &options.pretty;
    case 's':
        return &options.stats;
    case 'd':
        return &options.details;
    default:
        return nullptr;
    }
}

/// The letters of "-sd", "--stats" and "-stats".
std::string_view letters_of(std::string_view word) {
    constexpr std::pair<std::string_view, std::string_view> names[] = {
        {"json", "j"}, {"pretty", "p"}, {"stats", "s"}, {"statistics", "s"}, {"details", "d"}};
    auto letters = word.substr(1);
    auto name = letters.starts_with('-') ? letters.substr(1) : letters;
    auto named =
        std::ranges::find(names, name, &std::pair<std::string_view, std::string_view>::first);
    return named == std::end(names) ? letters : named->second;
}

} // namespace

bool take_display_option(std::string_view word, Options& options) {
    constexpr std::string_view color = "--color=";
    if (word.starts_with(color)) {
        options.color = color_mode(std::string(word.substr(color.size())));
        return true;
    }
    if (word.size() < 2 || word[0] != '-')
        return false;
    auto letters = letters_of(word);
    if (!std::ranges::all_of(letters, [&](char letter) { return find_flag(options, letter); }))
        return false;
    for (char letter : letters)
        *find_flag(options, letter) = true;
    options.json = options.json || options.pretty;
    return true;
}

bool is_global_option(std::string_view word) {
    if (!word.starts_with('-'))
        return false;
    for (const auto& option : options) {
        auto comma = option.names.find(", ");
        if (word == option.names.substr(0, comma))
            return true;
        if (comma != std::string_view::npos && word == option.names.substr(comma + 2))
            return true;
    }
    return std::ranges::find(single_dashed, word) != std::end(single_dashed);
}

Options parse_options(const std::vector<std::string>& arguments) {
    Options result;
    std::string color = "auto";
    bool v4 = false, v6 = false;
    CLI::App app;
    define(app, result, color, v4, v6);
    try {
        app.parse(normal_backwards(arguments));
    } catch (const CLI::ParseError& error) {
        throw failure_of(error);
    }
    result.words = app.remaining();
    check(result, color, v4, v6);
    return result;
}

} // namespace ctl
