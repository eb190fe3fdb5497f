// SPDX-License-Identifier: GPL-2.0-or-later
#include "capture.hpp"

#include <array>
#include <cctype>
#include <fstream>
#include <iterator>

#include <fmt/format.h>

#include "context.hpp"

namespace ctl {

namespace {

constexpr std::uint32_t magic_micro = 0xa1b2c3d4, magic_nano = 0xa1b23c4d;
constexpr std::uint32_t magic_ng = 0x0a0d0d0a;
constexpr std::uint32_t link_ethernet = 1;
/// Longer than any packet: a file with a greater length is damaged.
constexpr std::uint32_t packet_max = 1 << 18;

std::vector<std::uint8_t> read_all(Context& context, const std::string& file) {
    std::ifstream opened;
    if (file != "-")
        opened.open(file, std::ios::binary);
    std::istream& in = file == "-" ? context.take_stdin() : opened;
    if (!in)
        throw Failure(status_refused, fmt::format("cannot read {}", file));
    return {std::istreambuf_iterator<char>(in), {}};
}

int digit(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/// The classic format of libpcap, which tcpdump -w and Wireshark write.
class Capture {
public:
    explicit Capture(std::vector<std::uint8_t> bytes) : bytes_(std::move(bytes)) {
        if (bytes_.size() < 24)
            refuse("it is shorter than the header of a capture");
        auto magic = word(0);
        swapped_ =
            magic == __builtin_bswap32(magic_micro) || magic == __builtin_bswap32(magic_nano);
        if (magic == magic_ng)
            refuse("it is of the newer format pcapng: convert it with editcap -F pcap");
        if (word(0) != magic_micro && word(0) != magic_nano)
            refuse("it does not begin as captures of tcpdump do");
        if ((word(20) & 0xffff) != link_ethernet)
            refuse("what was captured are no Ethernet frames");
    }

    std::vector<std::uint8_t> frame(std::uint32_t index) const {
        std::size_t place = 24;
        for (std::uint32_t i = 1;; i++) {
            if (bytes_.size() - place < 16)
                refuse(fmt::format("it has {} packets", i - 1));
            auto kept = word(place + 8), whole = word(place + 12);
            if (kept > packet_max || bytes_.size() - place - 16 < kept)
                refuse(fmt::format("packet {} is cut off: the file is damaged", i));
            place += 16;
            if (i == index)
                return cut(place, kept, whole);
            place += kept;
        }
    }

private:
    [[noreturn]] static void refuse(const std::string& why) {
        throw Failure(status_refused, fmt::format("the capture cannot be used: {}", why));
    }

    std::uint32_t word(std::size_t place) const {
        std::uint32_t value = 0;
        for (std::size_t i = 0; i < 4; i++)
            value |= std::uint32_t{bytes_[place + i]} << 8 * i;
        return swapped_ ? __builtin_bswap32(value) : value;
    }

    std::vector<std::uint8_t> cut(std::size_t place, std::uint32_t kept,
                                  std::uint32_t whole) const {
        if (kept < whole)
            refuse(fmt::format("only {} of the packet's {} bytes were captured: use tcpdump -s 0",
                               kept, whole));
        auto begin = bytes_.begin() + static_cast<std::ptrdiff_t>(place);
        return {begin, begin + static_cast<std::ptrdiff_t>(kept)};
    }

    std::vector<std::uint8_t> bytes_;
    bool swapped_ = false;
};

} // namespace

std::vector<std::uint8_t> read_hex(Context& context, const std::string& text) {
    std::string digits = text;
    if (text == "-") {
        auto bytes = read_all(context, text);
        digits.assign(bytes.begin(), bytes.end());
    }
    std::vector<std::uint8_t> frame;
    int high = -1;
    for (char c : digits) {
        if (std::isspace(static_cast<unsigned char>(c)) || c == ':')
            continue;
        int value = digit(c);
        if (value < 0)
            throw misuse(fmt::format("\"{}\" is no hexadecimal digit", c));
        if (high >= 0)
            frame.push_back(static_cast<std::uint8_t>(high << 4 | value));
        high = high < 0 ? value : -1;
    }
    if (high >= 0)
        throw misuse("a byte has two hexadecimal digits, and the last one has one");
    return frame;
}

std::vector<std::uint8_t> read_pcap(Context& context, const std::string& file,
                                    std::uint32_t index) {
    if (!index)
        throw misuse("packets of a capture are counted from 1 on");
    return Capture(read_all(context, file)).frame(index);
}

} // namespace ctl
