// SPDX-License-Identifier: GPL-2.0-or-later
// Rates, sizes and counts with the suffixes of tc(8).
#pragma once

#include <cstdint>
#include <string>

#include "words.hpp"

namespace ctl {

/// Bits a second: "10mbit", "1.5gbit", "1mbps" (bytes), "1gibit" (1024 based), "5000".
std::uint64_t read_rate(const Word& word);
/// Bytes, 1024 based: "64k", "1mb", "1500", "512kbit" (bits).
std::uint64_t read_size(const Word& word);
/// A number, 1000 based: "20k", "1.5m", "300".
std::uint64_t read_count(const Word& word);

// The reverse, without loss, with the largest unit that divides the value.
std::string print_rate(std::uint64_t rate);
std::string print_size(std::uint64_t size);
std::string print_count(std::uint64_t count);

} // namespace ctl
