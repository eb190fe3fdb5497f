// SPDX-License-Identifier: LGPL-2.1-or-later
// Messages over a transport: sequence numbers, matching of answers to requests, and lookup of the
// module's netlink family.
#pragma once

#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include <vrouter/transport.hpp>

#include "message.hpp"
#include "support.hpp"

namespace vrouter::detail {

/// A generic netlink family.
struct GenlFamily {
    std::string name;
    std::uint16_t id = 0;
    std::vector<std::pair<std::string, std::uint32_t>> groups; // multicast groups, by name
    std::vector<std::uint32_t> commands;                       // that the family has

    /// The number of a multicast group; none when the family has no such group.
    std::optional<std::uint32_t> group(std::string_view name) const noexcept;
};

/// Reads a family out of a message of the generic netlink controller.
Result<GenlFamily> decode_family(Bytes attributes);

/// The request that asks for a family by its name.
std::vector<std::uint8_t> family_request(std::string_view name);

class Channel {
public:
    explicit Channel(std::unique_ptr<Transport> transport);

    Transport& transport() const noexcept { return *transport_; }

    /// Appends \p message to a datagram, with its type and the next sequence number, which is
    /// returned.
    std::uint32_t append(std::vector<std::uint8_t>& datagram, Bytes message, std::uint16_t type);

    /// Takes one message of an answer; true when it was the last.
    using Handler = std::function<Result<bool>(const nlmsghdr&)>;

    /// Sends a datagram with the requests from \p first to \p last and passes on their answers,
    /// until \p handle returns true or something fails.
    ///
    /// First reads the rest of a dump that the last exchange abandoned: the kernel starts no other
    /// dump on the socket until then.
    Result<void> exchange(Bytes datagram, std::uint32_t first, std::uint32_t last,
                          const Handler& handle);

    /// Receives one datagram, which is valid until the next call; see Transport::receive().
    Result<Bytes> receive(bool wait);

    /// Asks for a family by its name.
    Result<GenlFamily> find_family(std::string_view name);

    /// Asks for the module's family; ENOENT with a hint when the module is not loaded.
    Result<GenlFamily> find_vrouter();

    /// Asks which attributes a family's operations take.
    Result<Policies> find_policies(std::uint16_t family);

private:
    enum class Belongs { yes, no, never };
    Belongs belongs(const nlmsghdr& header, std::uint32_t first, std::uint32_t last) const noexcept;
    Result<void> receive_answer(std::uint32_t first, std::uint32_t last, const Handler& handle);
    void finish_dump();

    std::unique_ptr<Transport> transport_;
    std::vector<std::uint8_t> buffer_;
    std::uint32_t sequence_ = 0;
    std::optional<std::uint32_t> given_up_; // an abandoned dump that may still be running
};

} // namespace vrouter::detail
