// SPDX-License-Identifier: GPL-2.0-or-later
// Writes packets to a file that tcpdump and Wireshark read.
#pragma once

#include <chrono>
#include <cstdint>
#include <ostream>
#include <span>
#include <string>

namespace ctl {

/// A file in the format pcapng, of Ethernet frames, each with a comment.
class PcapngWriter {
public:
    /// Writes the blocks in front of the packets.
    explicit PcapngWriter(std::ostream& out);

    /// \p length is the length of the whole packet, which begins with \p bytes.
    void write(std::chrono::sys_time<std::chrono::nanoseconds> time,
               std::span<const std::uint8_t> bytes, std::uint32_t length,
               const std::string& comment);

private:
    void block(std::uint32_t type, const std::string& body);

    std::ostream& out_;
};

} // namespace ctl
