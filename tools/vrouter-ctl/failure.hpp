// SPDX-License-Identifier: GPL-2.0-or-later
// How a command fails, and what the process says of it to its caller.
#pragma once

#include <exception>
#include <string>

#include <vrouter/error.hpp>

namespace ctl {

/// Exit statuses; scripts rely on them.
enum Status : int {
    status_done = 0,
    status_refused = 1, ///< The kernel, or the machine, did not do it.
    status_misused = 2, ///< What was asked for makes no sense.
};

/// Ends a command. Everything is put in words where it is thrown; only main's loop prints it.
class Failure : public std::exception {
public:
    Failure(Status status, std::string message, std::string hint = {})
        : status(status), message(std::move(message)), hint(std::move(hint)) {}
    const char* what() const noexcept override { return message.c_str(); }

    Status status;
    std::string message;
    std::string hint;
    std::string doing;   ///< The object and command, "network add".
    std::string place;   ///< "FILE:LINE", when it was read from a file.
    std::string picture; ///< The words in question with a mark under the bad one.
    std::string word;    ///< That bad one.

    int code = 0;          ///< The errno value of the kernel's refusal.
    std::string attribute; ///< Of the netlink specification, when the kernel refused one.
    bool json = false;     ///< It is told in JSON.
};

/// What the kernel or the library refused, in their words.
Failure refusal(const vrouter::Error& error);

/// A mistake that has no single bad word.
Failure misuse(std::string message, std::string hint = {});

} // namespace ctl
