// SPDX-License-Identifier: GPL-2.0-or-later
// State shared by all commands of one run of the program.
#pragma once

#include <functional>
#include <istream>
#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include <vrouter/vrouter.hpp>

#include "failure.hpp"
#include "host.hpp"
#include "options.hpp"
#include "printer.hpp"
#include "words.hpp"

namespace ctl {

/// The environment of the program, which tests replace.
struct Environment {
    std::istream& in;
    std::ostream& out;
    std::ostream& err;
    bool out_is_terminal = false;
    std::function<vrouter::Result<vrouter::Client>(const Options&)> client;
    std::function<vrouter::Result<vrouter::Monitor>(const Options&, vrouter::Topics)> monitor;
    std::function<std::unique_ptr<Host>(const Options&)> host;
};

class Context {
public:
    Context(Environment& environment, Options options);

    const Options& options() const noexcept { return options_; }
    Environment& environment() noexcept { return environment_; }
    Printer& out() noexcept { return out_; }

    /// The output options, from now on.
    void set_options(Options options);
    bool take_option(std::string_view word);

    /// The connection to the kernel, opened on first use.
    vrouter::Client& client();

    /// The exit status of a successful command, if not status_done.
    void set_status(int status) noexcept { status_ = status; }
    int take_status() noexcept { return std::exchange(status_, int{status_done}); }

    /// Standard input, which can be taken once.
    std::istream& take_stdin();

private:
    Environment& environment_;
    Options options_;
    Printer out_;
    std::optional<vrouter::Client> client_;
    bool stdin_taken_ = false;
    int status_ = status_done;
};

/// Prints the cause of a failure on standard error, as text or, if the failure says so, as a line
/// of JSON; \p place is "FILE:LINE" in a batch.
void complain(Environment& environment, const Failure& failure, const std::string& place = {});
/// The same, in the format that the options ask for.
void complain(Context& context, Failure failure, const std::string& place = {});

/// The value of a result; ends the command on an error.
template <class T> T must(vrouter::Result<T> result) {
    if (!result)
        throw refusal(result.error());
    if constexpr (!std::is_void_v<T>)
        return std::move(*result);
}

/// Runs what the options ask for: a command, a batch, the help or the version.
int run_options(Context& context);

/// Runs one command; its words are OBJECT, COMMAND and so on.
void run_command(Context& context, Words& words);

/// Runs the commands of a file, and returns the exit status.
int run_batch(Context& context, const std::string& file);

/// The whole program; the arguments exclude its name. Returns the exit status.
int run(const std::vector<std::string>& arguments, Environment& environment);

} // namespace ctl
