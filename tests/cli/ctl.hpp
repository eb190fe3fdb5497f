// SPDX-License-Identifier: GPL-2.0-or-later
// Runs vrouter-ctl within the test, against a kernel with a script.
#pragma once

#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "../../tools/vrouter-ctl/context.hpp"
#include "../unit/samples.hpp"

namespace cli {

using namespace unit;

/// A host that a test makes up: files by their paths, and what commands print.
class FakeHost final : public ctl::Host {
public:
    std::optional<std::string> read(const std::string& path) override { return find(path); }
    std::optional<std::string> run(const std::vector<std::string>& command) override {
        std::string line;
        for (const auto& word : command)
            line += (line.empty() ? "" : " ") + word;
        return find(line);
    }

    static inline std::map<std::string, std::string> content{};

private:
    static std::optional<std::string> find(const std::string& key) {
        auto at = content.find(key);
        return at == content.end() ? std::nullopt : std::optional(at->second);
    }
};

/// What a run of the program did.
struct Ran {
    int status;
    std::string out, err;
};

/// "route add default" as the shell would split it.
inline std::vector<std::string> split(const std::string& line) {
    std::istringstream stream(line);
    std::vector<std::string> words;
    for (std::string word; stream >> word;)
        words.push_back(word);
    return words;
}

/// Runs with these words. Without a kernel, the module is not loaded. \p happen is called when a
/// monitor has been opened.
inline Ran run(const std::vector<std::string>& words, Kernel* kernel = nullptr,
               const std::string& input = {}, bool terminal = false,
               const std::function<void()>& happen = {}) {
    Kernel none;
    none.module_loaded = false;
    auto& there = kernel ? *kernel : none;
    std::istringstream in(input);
    std::ostringstream out, err;
    ctl::Environment environment{
        .in = in,
        .out = out,
        .err = err,
        .out_is_terminal = terminal,
        .client = [&](const ctl::Options&) { return Client::open(there.transport()); },
        .monitor =
            [&](const ctl::Options&, Topics topics) {
                auto monitor = Monitor::open(there.transport(), topics);
                if (happen)
                    happen();
                return monitor;
            },
        .host = [](const ctl::Options&) { return std::make_unique<FakeHost>(); }};
    int status = ctl::run(words, environment);
    return {status, out.str(), err.str()};
}

inline Ran run(const std::string& line, Kernel* kernel = nullptr, const std::string& input = {}) {
    return run(split(line), kernel, input);
}

/// The output of a run that must succeed and complain of nothing.
inline std::string must_print(const std::string& line, Kernel* kernel = nullptr,
                              const std::string& input = {}) {
    auto ran = run(line, kernel, input);
    check_text(ran.err, "");
    check_number(static_cast<std::uint64_t>(ran.status), 0);
    return ran.out;
}

/// A run that must fail with this status and text on standard error, and print nothing else.
inline void must_refuse(const std::string& line, int status, const std::string& err,
                        Kernel* kernel = nullptr, const std::string& input = {}) {
    auto ran = run(line, kernel, input);
    check_text(ran.err, err);
    check_text(ran.out, "");
    check_number(static_cast<std::uint64_t>(ran.status), static_cast<std::uint64_t>(status));
}

/// A file with some content, for as long as this exists.
class TemporaryFile {
public:
    explicit TemporaryFile(const std::string& content);
    ~TemporaryFile();
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;

    const std::string& name() const { return name_; }

private:
    std::string name_;
};

} // namespace cli
