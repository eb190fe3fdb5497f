// SPDX-License-Identifier: GPL-2.0-or-later
#include "host.hpp"

#include <array>
#include <cerrno>
#include <fstream>
#include <iterator>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace ctl {

namespace {

/// Output beyond this size, more than any command here prints, is cut off.
constexpr std::size_t output_max = 64 << 20;

std::string drain(int fd) {
    std::string text;
    std::array<char, 4096> buffer;
    for (;;) {
        auto length = ::read(fd, buffer.data(), buffer.size());
        if (length < 0 && errno == EINTR)
            continue;
        if (length <= 0)
            return text;
        if (text.size() < output_max)
            text.append(buffer.data(), static_cast<std::size_t>(length));
    }
}

/// Starts a command with its output in a pipe and empty input; -1 on failure.
pid_t start(const std::vector<std::string>& command, int output) {
    std::vector<char*> words;
    for (const auto& word : command)
        words.push_back(const_cast<char*>(word.c_str()));
    words.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
    pid_t pid = -1;
    int error = posix_spawnp(&pid, words[0], &actions, nullptr, words.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    return error ? -1 : pid;
}

class RealHost final : public Host {
public:
    explicit RealHost(std::vector<std::string> prefix) : prefix_(std::move(prefix)) {}

    std::optional<std::string> read(const std::string& path) override {
        // The namespace that /proc and /sys show depends on the reading process.
        if (!prefix_.empty())
            return run({"cat", path});
        std::ifstream file(path);
        if (!file)
            return std::nullopt;
        return std::string(std::istreambuf_iterator<char>(file), {});
    }

    std::optional<std::string> run(const std::vector<std::string>& command) override {
        auto words = prefix_;
        words.insert(words.end(), command.begin(), command.end());
        int fds[2];
        if (pipe2(fds, O_CLOEXEC))
            return std::nullopt;
        auto pid = start(words, fds[1]);
        close(fds[1]);
        auto text = pid < 0 ? std::string() : drain(fds[0]);
        close(fds[0]);
        int status = 0;
        if (pid < 0 || waitpid(pid, &status, 0) != pid || status != 0)
            return std::nullopt;
        return text;
    }

private:
    std::vector<std::string> prefix_; // command that enters the namespace
};

} // namespace

std::unique_ptr<Host> Host::open(const std::optional<std::string>& netns) {
    std::vector<std::string> prefix;
    if (netns && netns->find('/') != netns->npos)
        prefix = {"nsenter", "--net=" + *netns, "--"};
    else if (netns)
        prefix = {"ip", "netns", "exec", *netns};
    return std::make_unique<RealHost>(std::move(prefix));
}

} // namespace ctl
