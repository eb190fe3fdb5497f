// SPDX-License-Identifier: GPL-2.0-or-later
#include "context.hpp"

#include <cstdlib>
#include <cstring>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

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

void Context::set_options(Options options) {
    options_ = std::move(options);
    out_.set_style(style_of(options_, environment_.out_is_terminal));
}

bool Context::take_option(std::string_view word) {
    // The options hold all words of the command: do not copy them for each word.
    if (!word.starts_with('-'))
        return false;
    auto options = options_;
    if (!take_display_option(word, options))
        return false;
    set_options(std::move(options));
    return true;
}

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

namespace {

/// "route.entry[17].prefix" becomes "prefix": the message already names the object, and the entry
/// by its line or key.
std::string_view short_name(std::string_view attribute) {
    if (auto dot = attribute.find('.'); dot != attribute.npos)
        attribute.remove_prefix(dot + 1);
    if (auto dot = attribute.find("]."); attribute.starts_with("entry[") && dot != attribute.npos)
        attribute.remove_prefix(dot + 2);
    return attribute;
}

/// The members of a failure by name, without empty ones.
std::string to_json(const Failure& failure, const std::string& place) {
    nlohmann::ordered_json json;
    auto put = [&](const char* name, std::string_view text) {
        if (!text.empty())
            json[name] = text;
    };
    put(failure.status == status_done ? "note" : "error", failure.message);
    put("command", failure.doing);
    put("place", place.empty() ? failure.place : place);
    put("word", failure.word);
    put("attribute", failure.attribute);
    if (const char* name = failure.code ? strerrorname_np(failure.code) : nullptr)
        put("errno", name);
    put("hint", failure.hint);
    if (failure.status != status_done)
        json["status"] = static_cast<int>(failure.status);
    return json.dump(-1, ' ', true, nlohmann::ordered_json::error_handler_t::replace);
}

} // namespace

void complain(Context& context, Failure failure, const std::string& place) {
    failure.json = failure.json || context.options().json;
    complain(context.environment(), failure, place);
}

void complain(Environment& environment, const Failure& failure, const std::string& place) {
    environment.out.flush();
    if (failure.json)
        return void(environment.err << to_json(failure, place) << std::endl);
    std::string text = place.empty() && failure.place.empty() ? "vrouter-ctl: " : "";
    for (const auto& part : {place, failure.place, failure.doing})
        if (!part.empty())
            text += fmt::format("{}: ", part);
    text += failure.message;
    if (auto attribute = short_name(failure.attribute); !attribute.empty())
        text += fmt::format(" ({})", attribute);
    text += '\n';
    if (!failure.picture.empty())
        text += failure.picture + '\n';
    if (!failure.hint.empty())
        text += fmt::format("hint: {}\n", failure.hint);
    // Words from files may contain any bytes.
    environment.err << printable_lines(text) << std::flush;
}

} // namespace ctl
