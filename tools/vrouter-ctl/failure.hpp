// SPDX-License-Identifier: GPL-2.0-or-later
// Failures of commands, and the exit statuses of the process.
#pragma once

#include <exception>
#include <string>

#include <vrouter/error.hpp>

namespace ctl {

/// Exit statuses; scripts rely on them.
enum Status : int {
    status_done = 0,
    status_refused = 1, ///< The kernel or the system refused.
    status_misused = 2, ///< The command line makes no sense.
};

/// Ends a command. The thrower words the message; only complain() prints it.
class Failure : public std::exception {
public:
    Failure(Status status, std::string message, std::string hint = {})
        : status(status), message(std::move(message)), hint(std::move(hint)) {}
    const char* what() const noexcept override { return message.c_str(); }

    Status status;
    std::string message;
    std::string hint;
    std::string doing;   ///< The object and command, "network add".
    std::string place;   ///< "FILE:LINE", if the command was read from a file.
    std::string picture; ///< The words in question with a mark under the bad one.
    std::string word;    ///< The bad word.

    int code = 0;          ///< The errno value of the kernel's refusal.
    std::string attribute; ///< Name in the netlink specification, if the kernel refused one.
    bool json = false;     ///< Print it as JSON.
};

/// A refusal by the kernel or the library, in their words.
Failure refusal(const vrouter::Error& error);

/// Misuse without a single bad word.
Failure misuse(std::string message, std::string hint = {});

} // namespace ctl
