// SPDX-License-Identifier: LGPL-2.1-or-later
// The transport to the kernel: a generic netlink socket.
#include <cerrno>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/netlink.h>
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

#include <vrouter/transport.hpp>

#include "errors.hpp"

namespace vrouter {

Transport::~Transport() = default;

namespace {

using detail::make_error;

/// Room for notifications that arrive while the listener is busy.
constexpr int receive_buffer = 4 << 20;

/// Number of datagrams of other processes that a receive without waiting skips.
constexpr int max_foreign = 1024;

/// Send buffer that the kernel needs beside the message, and a margin.
constexpr std::size_t send_overhead = 1024;

Error system_error(std::string what) {
    return make_error(errno, std::move(what));
}

/// A file descriptor, closed on destruction.
class Descriptor {
public:
    explicit Descriptor(int fd = -1) noexcept : fd_(fd) {}
    Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        std::swap(fd_, other.fd_);
        return *this;
    }
    ~Descriptor() {
        if (fd_ >= 0)
            close(fd_);
    }
    int get() const noexcept { return fd_; }
    explicit operator bool() const noexcept { return fd_ >= 0; }

private:
    int fd_;
};

class Socket final : public Transport {
public:
    static Result<std::unique_ptr<Transport>> open();

    Result<void> send(std::span<const std::uint8_t> datagram) override;
    Result<std::size_t> receive(std::span<std::uint8_t> buffer, bool wait) override;
    Result<void> join(std::uint32_t group) override;
    std::uint32_t port_id() const noexcept override { return port_id_; }
    int fd() const noexcept override { return fd_.get(); }

private:
    explicit Socket(Descriptor fd) noexcept : fd_(std::move(fd)) {}
    Result<void> bind();
    void set_options() noexcept;
    void set_option(int level, int option, int value) noexcept {
        // Each option is optional, or a later check catches its failure.
        (void)setsockopt(fd_.get(), level, option, &value, sizeof(value));
    }
    void grow_send_buffer(std::size_t length) noexcept;

    Descriptor fd_;
    std::uint32_t port_id_ = 0;
    std::size_t send_buffer_ = 0;
};

Result<std::unique_ptr<Transport>> Socket::open() {
    Descriptor fd(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC));
    if (!fd)
        return system_error("cannot open a netlink socket");
    std::unique_ptr<Socket> socket(new Socket(std::move(fd)));
    socket->set_options();
    if (auto bound = socket->bind(); !bound)
        return std::move(bound).error();
    return std::unique_ptr<Transport>(std::move(socket));
}

void Socket::set_options() noexcept {
    set_option(SOL_NETLINK, NETLINK_EXT_ACK, 1);
    set_option(SOL_NETLINK, NETLINK_CAP_ACK, 1);
    set_option(SOL_NETLINK, NETLINK_GET_STRICT_CHK, 1);
    // The first is bounded by net.core.rmem_max, the second takes CAP_NET_ADMIN.
    set_option(SOL_SOCKET, SO_RCVBUF, receive_buffer);
    set_option(SOL_SOCKET, SO_RCVBUFFORCE, receive_buffer);
}

Result<void> Socket::bind() {
    sockaddr_nl address{};
    address.nl_family = AF_NETLINK;
    socklen_t length = sizeof(address);
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    if (::bind(fd_.get(), generic, length) || getsockname(fd_.get(), generic, &length))
        return system_error("cannot bind a netlink socket");
    port_id_ = address.nl_pid;
    return {};
}

void Socket::grow_send_buffer(std::size_t length) noexcept {
    int wanted = static_cast<int>(length + send_overhead);
    set_option(SOL_SOCKET, SO_SNDBUF, wanted);
    set_option(SOL_SOCKET, SO_SNDBUFFORCE, wanted);
    int got = 0;
    socklen_t size = sizeof(got);
    if (getsockopt(fd_.get(), SOL_SOCKET, SO_SNDBUF, &got, &size) == 0)
        send_buffer_ = static_cast<std::size_t>(got);
}

Result<void> Socket::send(std::span<const std::uint8_t> datagram) {
    if (datagram.size() + send_overhead > send_buffer_)
        grow_send_buffer(datagram.size());

    sockaddr_nl kernel{};
    kernel.nl_family = AF_NETLINK;
    ssize_t sent;
    do
        sent = sendto(fd_.get(), datagram.data(), datagram.size(), 0,
                      reinterpret_cast<sockaddr*>(&kernel), sizeof(kernel));
    while (sent < 0 && errno == EINTR);
    if (sent < 0 && errno == EMSGSIZE)
        return make_error(
            EMSGSIZE,
            fmt::format("the socket cannot send {} bytes in one message", datagram.size()),
            "fewer entries at a time, CAP_NET_ADMIN, or a larger net.core.wmem_max");
    if (sent < 0)
        return system_error("cannot send to the kernel");
    return {};
}

Result<std::size_t> Socket::receive(std::span<std::uint8_t> buffer, bool wait) {
    for (int foreign = 0; wait || foreign < max_foreign;) {
        sockaddr_nl sender{};
        iovec data{buffer.data(), buffer.size()};
        msghdr message{};
        message.msg_name = &sender;
        message.msg_namelen = sizeof(sender);
        message.msg_iov = &data;
        message.msg_iovlen = 1;
        auto length = recvmsg(fd_.get(), &message, wait ? 0 : MSG_DONTWAIT);
        if (length < 0 && errno == EINTR)
            continue;
        if (length < 0)
            return system_error("cannot receive from the kernel");
        // Other processes may send to a netlink socket too. Only the kernel has port 0.
        if (message.msg_namelen != sizeof(sender) || sender.nl_pid != 0) {
            foreign += !wait;
            continue;
        }
        if (message.msg_flags & MSG_TRUNC)
            return make_error(EMSGSIZE, "a message of the kernel is longer than the buffer for it");
        return static_cast<std::size_t>(length);
    }
    return make_error(EAGAIN, "other processes have sent much");
}

Result<void> Socket::join(std::uint32_t group) {
    if (setsockopt(fd_.get(), SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof(group)) == 0)
        return {};
    auto error = system_error("cannot listen to notifications");
    if (error.code == EPERM)
        error.hint = "this needs CAP_NET_ADMIN";
    return error;
}

/// The file of a network namespace.
Result<Descriptor> open_namespace(const std::string& netns) {
    bool is_path = netns.find('/') != netns.npos;
    if (netns.empty() || (!is_path && (netns == "." || netns == "..")))
        return make_error(EINVAL, fmt::format("\"{}\" names no network namespace", netns));
    auto path = is_path ? netns : "/run/netns/" + netns;
    Descriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (fd)
        return fd;
    if (errno == ENOENT)
        return make_error(ENOENT, fmt::format("there is no network namespace \"{}\"", netns),
                          is_path ? "" : "`ip netns list` shows those there are");
    return system_error(fmt::format("cannot open network namespace \"{}\"", netns));
}

Result<std::unique_ptr<Transport>> open_inside(int netns_fd, const std::string& netns) {
    if (setns(netns_fd, CLONE_NEWNET) == 0)
        return Socket::open();
    auto error = system_error(fmt::format("cannot enter network namespace \"{}\"", netns));
    if (error.code == EPERM)
        error.hint = "this needs CAP_SYS_ADMIN";
    return error;
}

} // namespace

Result<std::unique_ptr<Transport>> Transport::open() {
    return Socket::open();
}

Result<std::unique_ptr<Transport>> Transport::open_netns(const std::string& netns) {
    auto fd = open_namespace(netns);
    if (!fd)
        return std::move(fd).error();

    // A short-lived thread enters the namespace, so that the caller never gets stuck in it. The
    // socket stays in the namespace that it was opened in.
    Result<std::unique_ptr<Transport>> result = make_error(EAGAIN, "cannot start a thread");
    try {
        std::thread([&] { result = open_inside(fd->get(), netns); }).join();
    } catch (const std::system_error& error) {
        result = make_error(error.code().value(),
                            fmt::format("cannot start a thread: {}", error.what()));
    }
    return result;
}

} // namespace vrouter
