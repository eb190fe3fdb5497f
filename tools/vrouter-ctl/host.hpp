// SPDX-License-Identifier: GPL-2.0-or-later
// The host around the module, in a network namespace: its files, and the output of its tools.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ctl {

class Host {
public:
    virtual ~Host() = default;

    /// The content of a file; none when it cannot be read.
    virtual std::optional<std::string> read(const std::string& path) = 0;
    /// The output of a command; none when it is missing or fails.
    virtual std::optional<std::string> run(const std::vector<std::string>& command) = 0;

    /// The host itself, in a namespace given by its `ip netns` name or by a path.
    static std::unique_ptr<Host> open(const std::optional<std::string>& netns);
};

} // namespace ctl
