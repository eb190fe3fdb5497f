// SPDX-License-Identifier: LGPL-2.1-or-later
/// \file
/// The layer below a Client, which sends and receives netlink datagrams. Applications need it only
/// to replace the kernel, as tests do.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include <vrouter/error.hpp>
#include <vrouter/export.hpp>

namespace vrouter {

/// A generic netlink socket, or something that behaves as one.
class VROUTER_API Transport {
public:
    virtual ~Transport();

    /// Send one datagram of one or more messages, whole or not at all.
    virtual Result<void> send(std::span<const std::uint8_t> datagram) = 0;

    /// Receive one datagram from the kernel into \p buffer and return its length.
    ///
    /// EAGAIN when \p wait is false and there is none; EMSGSIZE when it was longer than the buffer
    /// (the rest is lost); ENOBUFS when the kernel had to drop messages since the last call.
    virtual Result<std::size_t> receive(std::span<std::uint8_t> buffer, bool wait) = 0;

    /// Join a multicast group.
    virtual Result<void> join(std::uint32_t group) = 0;

    /// The address of the socket, which replies carry.
    virtual std::uint32_t port_id() const noexcept = 0;

    /// A descriptor that is readable when there is something to receive, or -1.
    virtual int fd() const noexcept = 0;

    /// A generic netlink socket in the network namespace of the calling thread.
    static Result<std::unique_ptr<Transport>> open();

    /// A generic netlink socket in another network namespace; see Client::open_netns().
    static Result<std::unique_ptr<Transport>> open_netns(const std::string& netns);
};

} // namespace vrouter
