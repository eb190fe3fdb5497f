// SPDX-License-Identifier: LGPL-2.1-or-later
/// \file
/// The entry point of the library: a connection to the vrouter module in one network namespace.
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
/// A Client may be moved between threads, but only one thread may use it at a time; Clients are
/// independent of each other. The proxies (Networks, Routes, ...) are meant for one call, as in
/// `client.networks().get()`, and stay valid as long as the Client that returned them, or the
/// Client that it was moved into.
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
    /// CAP_SYS_ADMIN, which is needed to enter a network namespace.
    static Result<Client> open_netns(const std::string& netns);

    /// Connect through a custom transport.
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

    /// The version of the module and the number of objects in the namespace.
    Result<Info> info();

    /// The limits on the number of objects in the namespace.
    Result<Limits> limits();
    /// Change the limits that are present.
    Result<void> change(const Limits& limits);

    /// Whether the loaded module knows an operation, "flow-count", or takes an attribute in
    /// requests, "network.flow-cache", named as in the netlink specification.
    ///
    /// A member that an older module does not report has its default: 0, off or none. EINVAL for a
    /// name that this library does not know.
    Result<bool> supports(std::string_view what);

    /// Dry run of one packet. Nothing is sent, counted, charged, learned or remembered.
    Result<TraceResult> trace(const TracePacket& packet);
    /// Dry run of up to two packets, such as a packet and its reply: the second finds the
    /// connection that the first would have created.
    Result<std::vector<TraceResult>> trace(std::span<const TracePacket> packets);

    /// Run one request and wait for the kernel's answer.
    Result<void> run(const Request& request);

    /// Run many requests, sent together; results[i] belongs to batch.requests()[i].
    ///
    /// If the socket fails meanwhile, the requests without an answer get that error, and it is
    /// unknown whether they took effect.
    std::vector<Result<void>> run(const Batch& batch);

private:
    explicit Client(std::unique_ptr<detail::Session> session) noexcept;
    std::unique_ptr<detail::Session> session_;
};

} // namespace vrouter
