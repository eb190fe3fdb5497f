// SPDX-License-Identifier: LGPL-2.1-or-later
#include "session.hpp"

#include <algorithm>
#include <cerrno>

#include <fmt/format.h>

namespace vrouter::detail {

namespace {

/// Maximum number of requests in flight in a batch. All their verdicts wait in the receive buffer
/// when send returns; one that found no room there would be lost silently.
constexpr std::size_t window_requests = 64;

/// Maximum number of bytes of a datagram with more than one request.
constexpr std::size_t window_bytes = 64 << 10;

/// The number of requests in the next datagram; at least one.
std::size_t window_length(std::span<const Request> requests) {
    std::size_t bytes = 0, count = 0;
    for (const auto& request : requests.first(std::min(requests.size(), window_requests))) {
        bytes += RequestAccess::message(request).size();
        if (count && bytes > window_bytes)
            break;
        count++;
    }
    return count;
}

Error busy() {
    return make_error(EBUSY, "a client cannot be used within a callback of its own");
}

bool is_missing_family(const Refusal& refusal) {
    return refusal.bare && refusal.error.code == ENOENT;
}

} // namespace

/// The expected answer to a request, and its outcome.
///
/// The answer is read to its end even if an object is malformed: the kernel starts no other dump on
/// the socket until then.
struct Session::Attempt {
    std::uint8_t reply = 0; // command of replies
    const Handler& handle;
    bool stop_at_change = false; // skip the objects after a change

    Bytes request{};
    std::optional<Refusal> failure{};
    bool enough = false;  // the handler wants no more
    bool changed = false; // the tables changed meanwhile

    void fail(Error error) {
        if (!failure)
            failure = Refusal{std::move(error), false};
    }
};

Result<std::unique_ptr<Session>> Session::open(std::unique_ptr<Transport> transport) {
    std::unique_ptr<Session> session(new Session(std::move(transport)));
    auto family = session->channel_.find_vrouter();
    if (!family)
        return std::move(family).error();
    session->family_ = family->id;
    return session;
}

std::uint8_t Session::command_of(const Request& request) noexcept {
    return detail::command_of(
        *reinterpret_cast<const nlmsghdr*>(RequestAccess::message(request).data()));
}

/// Refuses a request that cannot be sent, or not now.
Result<void> Session::check(const Request& request) const {
    if (in_callback_)
        return busy();
    if (request.error())
        return *request.error();
    return {};
}

/// Runs a callback. An exception must not pass through the code that reads messages.
Result<bool> Session::call(const std::function<bool()>& callback) {
    in_callback_ = true;
    Result<bool> result = false;
    try {
        result = callback();
    } catch (const std::exception& exception) {
        result = make_error(ECANCELED, fmt::format("the callback threw: {}", exception.what()));
    } catch (...) {
        result = make_error(ECANCELED, "the callback threw");
    }
    in_callback_ = false;
    return result;
}

/// Handles one object of an answer.
void Session::take_object(const nlmsghdr& header, Attempt& attempt) {
    if (detail::command_of(header) != attempt.reply || !attempt.handle)
        return attempt.fail(bad_reply("it is not of the kind that was asked for"));
    auto more = attempt.handle(attributes_of(header));
    if (!more)
        attempt.fail(std::move(more).error());
    else if (!*more)
        attempt.enough = true;
}

/// Handles one message of an answer; true when it was the last.
Result<bool> Session::take(const nlmsghdr& header, Attempt& attempt) {
    if (header.nlmsg_flags & NLM_F_DUMP_INTR)
        attempt.changed = true;

    switch (header.nlmsg_type) {
    case NLMSG_NOOP:
        return false;
    case NLMSG_OVERRUN:
        return make_error(ENOBUFS, "the kernel lost messages");
    case NLMSG_ERROR:
    case NLMSG_DONE:
        if (auto refusal = read_verdict(header, attempt.request); refusal && !attempt.failure)
            attempt.failure = std::move(refusal);
        return true;
    }

    if (header.nlmsg_type != family_)
        attempt.fail(bad_reply("it is of another netlink family"));
    bool wanted = !attempt.failure && !attempt.enough;
    if (wanted && !(attempt.changed && attempt.stop_at_change))
        take_object(header, attempt);
    return false;
}

void Session::ask(const Request& request, Attempt& attempt) {
    auto once = [&] {
        std::vector<std::uint8_t> datagram;
        auto sequence = channel_.append(datagram, attempt.request, family_);
        auto done = channel_.exchange(datagram, sequence, sequence, [&](const nlmsghdr& header) {
            return take(header, attempt);
        });
        if (!done)
            attempt.failure = Refusal{std::move(done).error(), false};
    };

    attempt.request = RequestAccess::message(request);
    once();
    if (!attempt.failure || !is_missing_family(*attempt.failure))
        return;
    auto moved = family_moved();
    if (!moved) {
        attempt.failure = Refusal{std::move(moved).error(), false};
    } else if (*moved) {
        attempt.failure.reset();
        once();
    }
}

/// Looks up the module's family, which changes when the module is reloaded.
Result<GenlFamily> Session::find_family() {
    auto family = channel_.find_vrouter();
    if (family && std::exchange(family_, family->id) != family->id)
        policies_.reset();
    return family;
}

/// Checks whether the module was reloaded, which changes its family id.
Result<bool> Session::family_moved() {
    auto before = family_;
    auto family = find_family();
    if (!family)
        return std::move(family).error();
    return family_ != before;
}

Result<bool> Session::supports(std::string_view what) {
    auto subject = find_subject(what);
    if (subject.commands.empty())
        return make_error(EINVAL,
                          fmt::format("\"{}\" is neither an operation nor an attribute", what));
    if (in_callback_)
        return busy();
    auto family = find_family();
    if (!family)
        return std::move(family).error();
    auto has_command = [&](std::uint8_t command) {
        return std::ranges::find(family->commands, command) != family->commands.end();
    };
    if (subject.path.empty())
        return std::ranges::any_of(subject.commands, has_command);
    if (!policies_) {
        auto policies = channel_.find_policies(family_);
        if (!policies)
            return std::move(policies).error();
        policies_ = std::move(*policies);
    }
    return std::ranges::any_of(subject.commands, [&](std::uint8_t command) {
        return policies_->has(command, subject.path);
    });
}

Result<void> Session::run(const Request& request, std::uint8_t reply, const Handler& handle) {
    if (auto good = check(request); !good)
        return good;
    Attempt attempt{.reply = reply, .handle = handle};
    ask(request, attempt);
    if (attempt.failure)
        return std::move(attempt.failure->error);
    return {};
}

Result<void> Session::dump(const Request& request, const Handler& handle, const Restart& restart) {
    if (auto good = check(request); !good)
        return good;
    for (int restarts = 0;; restarts++) {
        Attempt attempt{
            .reply = command_of(request), .handle = handle, .stop_at_change = restart != nullptr};
        ask(request, attempt);
        if (attempt.failure)
            return std::move(attempt.failure->error);
        if (attempt.enough || !attempt.changed)
            return {};
        if (!restart)
            return make_error(EINTR,
                              "what was dumped changed meanwhile, so it may be inconsistent");
        if (restarts == max_dump_restarts)
            return make_error(
                EINTR,
                fmt::format("what is dumped changed during each of {} attempts", restarts + 1));
        if (auto again = restart(); !again)
            return std::move(again).error();
    }
}

std::vector<Result<void>> Session::run(std::span<const Request> requests) {
    std::vector<Result<void>> results(requests.size());
    for (std::size_t next = 0; next < requests.size();) {
        auto count = window_length(requests.subspan(next));
        run(Window{requests.subspan(next, count), std::span(results).subspan(next, count)});
        next += count;
    }
    return results;
}

void Session::run(const Window& window) {
    if (send(window))
        return;
    // No request reached the module, so they can be sent again.
    auto moved = family_moved();
    if (!moved)
        std::ranges::fill(window.results, Result<void>(moved.error()));
    else if (*moved)
        send(window);
}

/// Sends a window and waits for the verdicts; false if no request reached a module.
bool Session::send(const Window& window) {
    std::vector<std::uint8_t> datagram;
    std::vector<std::size_t> sent; // index of the request with sequence number first + i
    std::uint32_t first = 0, last = 0;
    for (std::size_t i = 0; i < window.requests.size(); i++) {
        window.results[i] = check(window.requests[i]);
        if (!window.results[i])
            continue;
        last = channel_.append(datagram, RequestAccess::message(window.requests[i]), family_);
        if (sent.empty())
            first = last;
        sent.push_back(i);
    }
    if (sent.empty())
        return true;

    std::vector<bool> answered(sent.size());
    std::size_t missing = sent.size(), without_family = 0;
    auto done = channel_.exchange(datagram, first, last, [&](const nlmsghdr& header) {
        auto place = header.nlmsg_seq - first;
        if (header.nlmsg_type != NLMSG_ERROR || answered[place])
            return Result<bool>(false);
        answered[place] = true;
        const auto& request = window.requests[sent[place]];
        if (auto refusal = read_verdict(header, RequestAccess::message(request))) {
            without_family += is_missing_family(*refusal);
            window.results[sent[place]] = std::move(refusal->error);
        }
        return Result<bool>(--missing == 0);
    });
    for (std::size_t i = 0; !done && i < sent.size(); i++)
        if (!answered[i])
            window.results[sent[i]] = done.error();
    return without_family != sent.size();
}

} // namespace vrouter::detail
