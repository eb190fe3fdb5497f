// SPDX-License-Identifier: GPL-2.0-or-later
// vrouter-ctl: the command line of vrouter.
#include <cstdio>
#include <exception>
#include <iostream>

#include <unistd.h>

#include "context.hpp"

namespace {

template <class T> vrouter::Result<T> open(const ctl::Options& options) {
    return options.netns ? T::open_netns(*options.netns) : T::open();
}

ctl::Environment real_environment() {
    return {.in = std::cin,
            .out = std::cout,
            .err = std::cerr,
            .out_is_terminal = isatty(STDOUT_FILENO) == 1,
            .client = open<vrouter::Client>,
            .monitor = open<vrouter::Monitor>};
}

} // namespace

int main(int argc, char** argv) {
    try {
        std::ios::sync_with_stdio(false);
        auto environment = real_environment();
        return ctl::run({argv + (argc > 0), argv + argc}, environment);
    } catch (const std::exception& exception) {
        // Out of memory, that is: all else is a Failure.
        std::fprintf(stderr, "vrouter-ctl: %s\n", exception.what());
        return ctl::status_refused;
    }
}
