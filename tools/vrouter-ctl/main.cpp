// SPDX-License-Identifier: GPL-2.0-or-later
// vrouter-ctl: the command line of vrouter.
#include <cstdio>
#include <exception>
#include <iostream>

#include <unistd.h>

#include "context.hpp"

namespace {

vrouter::Result<vrouter::Client> open_client(const ctl::Options& options) {
    using vrouter::Client;
    return options.netns ? Client::open_netns(*options.netns) : Client::open();
}

vrouter::Result<vrouter::Monitor> open_monitor(const ctl::Options& options,
                                               vrouter::Topics topics) {
    using vrouter::Monitor;
    return options.netns ? Monitor::open_netns(*options.netns, topics) : Monitor::open(topics);
}

ctl::Environment real_environment() {
    return {.in = std::cin,
            .out = std::cout,
            .err = std::cerr,
            .out_is_terminal = isatty(STDOUT_FILENO) == 1,
            .client = open_client,
            .monitor = open_monitor,
            .host = [](const ctl::Options& options) { return ctl::Host::open(options.netns); }};
}

} // namespace

int main(int argc, char** argv) {
    try {
        std::ios::sync_with_stdio(false);
        auto environment = real_environment();
        return ctl::run({argv + (argc > 0), argv + argc}, environment);
    } catch (const std::exception& exception) {
        // Only std::bad_alloc arrives here: all other errors are a Failure.
        std::fprintf(stderr, "vrouter-ctl: %s\n", exception.what());
        return ctl::status_refused;
    }
}
