// SPDX-License-Identifier: GPL-2.0-or-later
#include "context.hpp"

#include <cstdlib>

#include <fmt/format.h>

#include "printable.hpp"

namespace ctl {

namespace {

bool wants_color(ColorMode mode, bool is_terminal) {
    if (mode != ColorMode::automatic)
        return mode == ColorMode::always;
    const char* no_color = std::getenv("NO_COLOR");
    return is_terminal && !(no_color && *no_color);
}

Style style_of(const Options& options, bool is_terminal) {
    return {.json = options.json,
            .pretty = options.pretty,
            .color = wants_color(options.color, is_terminal),
            .stats = options.stats,
            .details = options.details};
}

} // namespace

Context::Context(Environment& environment, Options options)
    : environment_(environment), options_(std::move(options)),
      out_(environment.out, style_of(options_, environment.out_is_terminal)) {}

vrouter::Client& Context::client() {
    if (!client_)
        client_.emplace(must(environment_.client(options_)));
    return *client_;
}

std::istream& Context::take_stdin() {
    if (stdin_taken_)
        throw misuse("standard input can be read once only");
    stdin_taken_ = true;
    return environment_.in;
}

void complain(Environment& environment, const Failure& failure, const std::string& place) {
    environment.out.flush();
    std::string text = place.empty() && failure.place.empty() ? "vrouter-ctl: " : "";
    for (const auto& part : {place, failure.place, failure.doing})
        if (!part.empty())
            text += fmt::format("{}: ", part);
    text += failure.message + '\n';
    if (!failure.picture.empty())
        text += failure.picture + '\n';
    if (!failure.hint.empty())
        text += fmt::format("hint: {}\n", failure.hint);
    // What was read from files may have anything in it.
    environment.err << printable_lines(text) << std::flush;
}

} // namespace ctl
