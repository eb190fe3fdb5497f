// SPDX-License-Identifier: LGPL-2.1-or-later
/// \file
/// The way into the library: a connection to the vrouter module in one network namespace.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <vrouter/batch.hpp>
#include <vrouter/drops.hpp>
#include <vrouter/element.hpp>
#include <vrouter/error.hpp>
#include <vrouter/export.hpp>
#include <vrouter/fdb.hpp>
#include <vrouter/flow.hpp>
#include <vrouter/info.hpp>
#include <vrouter/label.hpp>
#include <vrouter/limits.hpp>
#include <vrouter/neighbour.hpp>
#include <vrouter/network.hpp>
#include <vrouter/nexthop.hpp>
#include <vrouter/policer.hpp>
#include <vrouter/request.hpp>
#include <vrouter/route.hpp>
#include <vrouter/rule.hpp>
#include <vrouter/set.hpp>
#include <vrouter/sg.hpp>
#include <vrouter/trace.hpp>
#include <vrouter/transport.hpp>
#include <vrouter/tunnel.hpp>
#include <vrouter/vif.hpp>

namespace vrouter {

namespace detail {
class Session;
}

/// One netlink socket in one network namespace. Calls are synchronous.
///
/// A Client may be moved between threads but used by one at a time; several Clients do not disturb
/// each other. The proxies (Networks, Routes, ...) are made for the call,
/// `client.networks().get()`, and may be kept as long as the Client that gave them, or the one it
/// was moved into, exists.
///
/// \code
/// auto client = vrouter::Client::open();
/// if (!client)
///     return fail(client.error());
/// auto done = client->networks().add({.name = "blue", .vni = 100});
/// \endcode
class VROUTER_API Client {
public:
    /// Connect to the module in the network namespace of the calling thread.
    ///
    /// ENOENT when the module is not loaded.
    static Result<Client> open();

    /// Connect to the module in another network namespace: a name as `ip netns` knows it, or a path
    /// such as /proc/1234/ns/net (anything with a '/'). The calling thread stays where it is.
    ///
    /// ENOENT when there is no such namespace or the module is not loaded, EPERM without
    /// CAP_SYS_ADMIN, which entering a network namespace takes.
    static Result<Client> open_netns(const std::string& netns);

    /// Connect through a transport of one's own.
    static Result<Client> open(std::unique_ptr<Transport> transport);

    Client(Client&&) noexcept;
    Client& operator=(Client&&) noexcept;
    ~Client();

    Networks networks() noexcept;
    Tunnels tunnels() noexcept;
    Vifs vifs() noexcept;
    Nexthops nexthops() noexcept;
    Routes routes() noexcept;
    Fdb fdb() noexcept;
    Neighbours neighbours() noexcept;
    Labels labels() noexcept;
    Sets sets() noexcept;
    Elements elements() noexcept;
    Sgs sgs() noexcept;
    Rules rules() noexcept;
    Policers policers() noexcept;
    Flows flows() noexcept;
    Drops drops() noexcept;

    /// The version of the module and how many objects the namespace holds.
    Result<Info> info();

    /// How many objects the namespace may have.
    Result<Limits> limits();
    /// Change the limits that are present.
    Result<void> change(const Limits& limits);

    /// Whether the loaded module knows an operation, "flow-count", or takes an attribute in
    /// requests, "network.flow-cache", named as in the netlink specification.
    ///
    /// A member that an older module does not tell has its default: 0, off or none. EINVAL for a
    /// name that this library does not know.
    Result<bool> supports(std::string_view what);

    /// What would become of a packet. Nothing is sent, counted, charged, learned or remembered.
    Result<TraceResult> trace(const TracePacket& packet);
    /// The same of up to two packets, of which the second finds the connection that the first would
    /// have made: a packet and its answer.
    Result<std::vector<TraceResult>> trace(std::span<const TracePacket> packets);

    /// Run one request and wait for the kernel's answer.
    Result<void> run(const Request& request);

    /// Run many requests, sent together; results[i] is that of batch.requests()[i].
    ///
    /// When the socket fails in between, the requests without an answer get that error, and whether
    /// they took effect is not known.
    std::vector<Result<void>> run(const Batch& batch);

private:
    explicit Client(std::unique_ptr<detail::Session> session) noexcept;
    std::unique_ptr<detail::Session> session_;
};

} // namespace vrouter
