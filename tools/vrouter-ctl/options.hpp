// SPDX-License-Identifier: GPL-2.0-or-later
// The options in front of the object.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <vrouter/address.hpp>

namespace ctl {

enum class ColorMode { automatic, always, never };

struct Options {
    bool json = false;
    bool pretty = false;
    bool stats = false;
    bool details = false;
    bool force = false;
    bool version = false;
    bool help = false;
    ColorMode color = ColorMode::automatic;
    std::optional<std::string> netns{};
    std::optional<std::string> batch{};
    std::optional<vrouter::Family> family{};
    std::vector<std::string> words{}; ///< The object and all words after it.
};

/// An option, for help and completion.
struct OptionHelp {
    std::string_view names; ///< "-j, --json".
    std::string_view value; ///< Empty when it has none.
    std::string_view help;
};
std::span<const OptionHelp> option_help();

/// The options of a command line without its first word; ends the command when they make no sense.
Options parse_options(const std::vector<std::string>& arguments);

/// Takes an output option, which may occur anywhere in a command: -j, -sd, --color=never. False for
/// other words.
bool take_display_option(std::string_view word, Options& options);

/// True for a word that parse_options() takes as an option.
bool is_global_option(std::string_view word);

} // namespace ctl
