// SPDX-License-Identifier: GPL-2.0-or-later
// Captured frames.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace ctl {

class Context;

/// Bytes from hexadecimal digits, optionally separated by spaces or colons; "-" is standard input.
std::vector<std::uint8_t> read_hex(Context& context, const std::string& text);

/// One frame of a capture file, counted from 1 on, as tcpdump -w writes it; "-" is standard input.
std::vector<std::uint8_t> read_pcap(Context& context, const std::string& file, std::uint32_t index);

} // namespace ctl
