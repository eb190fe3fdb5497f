// SPDX-License-Identifier: LGPL-2.1-or-later
//
// watchd: an example of a program that lives with libvrouter. It keeps a copy of the vifs in
// memory, follows every change from its own event loop, and once in a while looks at the drop
// counters.
//
//     watchd [NETNS]
//
// It ends with the first signal SIGINT or SIGTERM.
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <map>
#include <string>

#include <poll.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <vrouter/vrouter.hpp>

namespace {

int complain(const vrouter::Error& error) {
    std::fprintf(stderr, "watchd: %s\n", error.to_string().c_str());
    return 1;
}

class Watch {
public:
    Watch(vrouter::Client client, vrouter::Monitor monitor)
        : client_(std::move(client)), monitor_(std::move(monitor)) {}

    int fd() const { return monitor_.fd(); }

    /// Reads everything anew: at the start, and whenever notifications may have been lost.
    vrouter::Result<void> resync();
    /// Takes the notifications that have come.
    vrouter::Result<void> take_events();
    /// Says which reasons dropped packets since the last time.
    vrouter::Result<void> report_drops();

private:
    void take(const vrouter::VifInfo& vif, bool exists);

    vrouter::Client client_;
    vrouter::Monitor monitor_;
    std::map<vrouter::VifId, vrouter::VifInfo> vifs_;
    std::map<std::string, std::uint64_t> drops_;
};

vrouter::Result<void> Watch::resync() {
    auto vifs = client_.vifs().list();
    if (!vifs)
        return vifs.error();
    vifs_.clear();
    for (auto& vif : *vifs)
        vifs_.emplace(vif.id, std::move(vif));
    std::printf("%zu vifs\n", vifs_.size());
    return {};
}

void Watch::take(const vrouter::VifInfo& vif, bool exists) {
    if (exists)
        vifs_.insert_or_assign(vif.id, vif);
    else
        vifs_.erase(vif.id);
    // The name of the device is its maker's choice, and may have control characters.
    std::printf("vif %s on device %u %s\n", vif.name.c_str(), vif.device.id.value(),
                !exists  ? "is gone"
                : vif.up ? "is up"
                         : "is down");
}

vrouter::Result<void> Watch::take_events() {
    auto events = monitor_.read();
    if (!events)
        return events.error();
    for (const auto& event : *events) {
        using Type = vrouter::Event::Type;
        if (auto* vif = std::get_if<vrouter::VifInfo>(&event.value)) {
            take(*vif, event.type == Type::set);
        } else if (auto kind = event.kind()) {
            std::printf("%s: %s\n", vrouter::to_string(*kind).c_str(),
                        vrouter::to_string(event.type).c_str());
        } else if (event.type == Type::unloaded) {
            vifs_.clear();
            std::puts("the module is gone");
        } else if (auto done = resync(); !done) {
            return done;
        }
    }
    return {};
}

vrouter::Result<void> Watch::report_drops() {
    return client_.drops().dump({}, [this](const vrouter::DropInfo& drop) {
        auto& before = drops_[drop.name];
        if (drop.packets > before)
            std::printf("%llu packets dropped as %s: %s\n",
                        static_cast<unsigned long long>(drop.packets - before), drop.name.c_str(),
                        drop.help.c_str());
        before = drop.packets;
        return true;
    });
}

int signal_fd() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    sigprocmask(SIG_BLOCK, &signals, nullptr);
    return signalfd(-1, &signals, SFD_CLOEXEC);
}

int timer_fd(int seconds) {
    int fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
    itimerspec every{{seconds, 0}, {seconds, 0}};
    timerfd_settime(fd, 0, &every, nullptr);
    return fd;
}

int watch(Watch& watch) {
    pollfd fds[] = {{watch.fd(), POLLIN, 0}, {timer_fd(10), POLLIN, 0}, {signal_fd(), POLLIN, 0}};
    auto& [events, timer, signals] = fds;
    for (;;) {
        std::fflush(stdout);
        if (poll(fds, std::size(fds), -1) < 0 && errno != EINTR)
            return complain({.code = errno, .message = "poll"});
        if (signals.revents)
            return 0;
        if (events.revents)
            if (auto done = watch.take_events(); !done)
                complain(done.error());
        if (timer.revents) {
            std::uint64_t expirations;
            (void)!read(timer.fd, &expirations, sizeof(expirations));
            if (auto done = watch.report_drops(); !done)
                complain(done.error());
        }
    }
}

} // namespace

int main(int argc, char** argv) {
    // The monitor before the first dump, so that no change falls between the two.
    auto monitor = argc > 1 ? vrouter::Monitor::open_netns(argv[1]) : vrouter::Monitor::open();
    if (!monitor)
        return complain(monitor.error());
    auto client = argc > 1 ? vrouter::Client::open_netns(argv[1]) : vrouter::Client::open();
    if (!client)
        return complain(client.error());

    Watch state(std::move(*client), std::move(*monitor));
    if (auto done = state.resync(); !done)
        return complain(done.error());
    return watch(state);
}
