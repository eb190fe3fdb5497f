// SPDX-License-Identifier: GPL-2.0-or-later
#include "follow.hpp"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <iterator>

#include <fmt/format.h>
#include <poll.h>

namespace ctl {

namespace {

using namespace vrouter;

constexpr int ending_signals[] = {SIGINT, SIGTERM};

volatile std::sig_atomic_t was_interrupted;

/// While it exists, SIGINT and SIGTERM end wait() instead of the process. A second signal ends the
/// process, which may be blocked on its output.
class Interruptible {
public:
    Interruptible();
    ~Interruptible();
    Interruptible(const Interruptible&) = delete;
    Interruptible& operator=(const Interruptible&) = delete;

    /// Waits until \p fd is readable; false when a signal arrived.
    bool wait(int fd);

private:
    sigset_t signals_;
    struct sigaction before_[std::size(ending_signals)];
};

Interruptible::Interruptible() {
    struct sigaction action {};
    action.sa_handler = [](int) { was_interrupted = 1; };
    action.sa_flags = SA_RESETHAND;
    was_interrupted = 0;
    sigemptyset(&signals_);
    for (std::size_t i = 0; i < std::size(ending_signals); i++) {
        sigaddset(&signals_, ending_signals[i]);
        sigaction(ending_signals[i], &action, &before_[i]);
    }
}

Interruptible::~Interruptible() {
    for (std::size_t i = 0; i < std::size(ending_signals); i++)
        sigaction(ending_signals[i], &before_[i], nullptr);
}

bool Interruptible::wait(int fd) {
    pollfd waited{.fd = fd, .events = POLLIN, .revents = 0};
    sigset_t mask;
    int ready = 0, error = 0;
    // The mask keeps a signal that arrives before ppoll() from getting lost.
    sigprocmask(SIG_BLOCK, &signals_, &mask);
    while (!was_interrupted && (ready = ppoll(&waited, 1, nullptr, &mask)) < 0 && errno == EINTR)
        continue;
    error = errno;
    sigprocmask(SIG_SETMASK, &mask, nullptr);
    if (was_interrupted)
        return false;
    if (ready < 0)
        throw Failure(status_refused, fmt::format("poll: {}", std::strerror(error)));
    return true;
}

/// The pending events. A malformed one is reported and does not end the command.
std::vector<Event> read_events(Context& context, Monitor& monitor) {
    auto events = monitor.read();
    if (events)
        return std::move(*events);
    if (events.error().code != EBADMSG)
        throw refusal(events.error());
    complain(context, refusal(events.error()));
    return {};
}

} // namespace

std::string_view remark(Event::Type type) {
    switch (type) {
    case Event::Type::overrun:
        return "events were lost: read again what you depend on";
    case Event::Type::unloaded:
        return "the module is gone, and all objects with it";
    case Event::Type::loaded:
        return "the module is back: read again what you depend on";
    default:
        return {};
    }
}

Monitor open_monitor(Context& context, Topics topics) {
    return must(context.environment().monitor(context.options(), topics));
}

void follow(Context& context, Monitor& monitor, const std::function<bool(const Event&)>& handle) {
    Interruptible interruptible;
    auto& out = context.environment().out;
    while (out && interruptible.wait(monitor.fd()))
        for (const auto& event : read_events(context, monitor)) {
            if (!handle(event))
                return;
            out.flush();
        }
}

} // namespace ctl
