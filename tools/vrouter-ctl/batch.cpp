// SPDX-License-Identifier: GPL-2.0-or-later
// Many commands over one connection.
#include <algorithm>

#include "lines.hpp"

namespace ctl {

namespace {

/// Runs the command of a line, if there is one; returns its exit status.
int run_line(Context& context, const std::string& text, const std::string& place) {
    try {
        if (Words words(split_line(text)); !words.done())
            run_command(context, words);
        return context.take_status();
    } catch (const Failure& failure) {
        complain(context, failure, place);
        return failure.status;
    }
}

} // namespace

int run_batch(Context& context, const std::string& file) {
    LineReader lines(context, file);
    int status = status_done;
    while (auto text = lines.next()) {
        status = std::max(status, run_line(context, *text, lines.place()));
        if (status != status_done && !context.options().force)
            break;
    }
    return status;
}

} // namespace ctl
