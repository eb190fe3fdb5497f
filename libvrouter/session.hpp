// SPDX-License-Identifier: LGPL-2.1-or-later
// Conversations with the module: requests and their verdicts, single replies, dumps, batches.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include <vrouter/dump.hpp>
#include <vrouter/transport.hpp>

#include "channel.hpp"
#include "codec.hpp"
#include "refusal.hpp"

namespace vrouter::detail {

class Session {
public:
    /// ENOENT when the module is not loaded.
    static Result<std::unique_ptr<Session>> open(std::unique_ptr<Transport> transport);

    /// Runs a request that has no reply but the verdict.
    Result<void> run(const Request& request) { return run(request, 0, {}); }

    /// Runs many requests; the results are in the same order.
    std::vector<Result<void>> run(std::span<const Request> requests);

    /// Runs a request that has one reply, of the command \p reply.
    template <class T> Result<T> get(const Request& request, std::uint8_t reply) {
        std::optional<Result<T>> object;
        auto done = run(request, reply, [&](Bytes attributes) -> Result<bool> {
            if (object)
                return bad_reply("there are two to one request");
            object = decode_message<T>(attributes);
            return true;
        });
        if (!done)
            return std::move(done).error();
        if (!object)
            return bad_reply("there is none");
        return std::move(*object);
    }

    /// Runs a request whose reply has the request's own command.
    template <class T> Result<T> get(const Request& request) {
        return get<T>(request, command_of(request));
    }

    /// Runs a dump, one object at a time; see DumpCallback and RestartCallback.
    template <class T>
    Result<void> dump(const Request& request, const DumpCallback<T>& each,
                      const RestartCallback& restart) {
        auto handle = [&](Bytes attributes) -> Result<bool> {
            auto object = decode_message<T>(attributes);
            if (!object)
                return std::move(object).error();
            return call([&] { return each(*object); });
        };
        if (!restart)
            return dump(request, handle, nullptr);
        return dump(request, handle, [&] {
            return call([&] {
                restart();
                return true;
            });
        });
    }

    /// Runs a dump and keeps all of it.
    template <class T> Result<std::vector<T>> list(const Request& request) {
        std::vector<T> objects;
        auto keep = [&](Bytes attributes) -> Result<bool> {
            auto object = decode_message<T>(attributes);
            if (!object)
                return std::move(object).error();
            objects.push_back(std::move(*object));
            return true;
        };
        auto forget = [&]() -> Result<bool> {
            objects.clear();
            return true;
        };
        auto done = dump(request, keep, forget);
        if (!done)
            return std::move(done).error();
        return objects;
    }

    /// See Client::supports().
    Result<bool> supports(std::string_view what);

private:
    /// Takes the attributes of one object; false when no more are wanted.
    using Handler = std::function<Result<bool>(Bytes)>;
    using Restart = std::function<Result<bool>()>;

    explicit Session(std::unique_ptr<Transport> transport) : channel_(std::move(transport)) {}

    static std::uint8_t command_of(const Request& request) noexcept;

    Result<void> run(const Request& request, std::uint8_t reply, const Handler& handle);
    Result<void> dump(const Request& request, const Handler& handle, const Restart& restart);
    Result<void> check(const Request& request) const;
    Result<bool> call(const std::function<bool()>& callback);

    /// One attempt at an answer.
    struct Attempt;
    void ask(const Request& request, Attempt& attempt);
    Result<bool> take(const nlmsghdr& header, Attempt& attempt);
    void take_object(const nlmsghdr& header, Attempt& attempt);
    Result<GenlFamily> find_family();
    Result<bool> family_moved();

    /// Requests of a batch that share a datagram, and their results.
    struct Window {
        std::span<const Request> requests;
        std::span<Result<void>> results;
    };
    void run(const Window& window);
    bool send(const Window& window);

    Channel channel_;
    std::uint16_t family_ = 0;
    std::optional<Policies> policies_; // of the family, once requested
    bool in_callback_ = false;
};

} // namespace vrouter::detail
