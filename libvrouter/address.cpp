// SPDX-License-Identifier: LGPL-2.1-or-later
#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>

#include <arpa/inet.h>
#include <fmt/format.h>

#include <vrouter/address.hpp>

namespace vrouter {

static_assert(static_cast<int>(Family::v4) == AF_INET);
static_assert(static_cast<int>(Family::v6) == AF_INET6);

namespace {

Error invalid(std::string message, std::string hint = {}) {
    return {.code = EINVAL, .message = std::move(message), .hint = std::move(hint)};
}

/// Reads a number of digits only, without leading zeros.
std::optional<unsigned> parse_number(std::string_view text) noexcept {
    unsigned value = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    bool whole = error == std::errc() && end == text.data() + text.size();
    if (!whole || (text.size() > 1 && text[0] == '0'))
        return std::nullopt;
    return value;
}

std::optional<unsigned> hex_digit(char c) noexcept {
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return std::nullopt;
}

/// FNV-1a: good enough for the tables of a program that holds its own configuration.
std::size_t hash_bytes(std::span<const std::uint8_t> bytes, std::size_t hash) noexcept {
    for (auto byte : bytes)
        hash = (hash ^ byte) * 0x100000001b3;
    return hash;
}

constexpr std::size_t hash_seed = 0xcbf29ce484222325;

} // namespace

std::optional<IpAddress> IpAddress::from_bytes(std::span<const std::uint8_t> bytes) noexcept {
    if (bytes.size() == 4) {
        std::array<std::uint8_t, 4> v4;
        std::ranges::copy(bytes, v4.begin());
        return IpAddress(v4);
    }
    if (bytes.size() == 16) {
        std::array<std::uint8_t, 16> v6;
        std::ranges::copy(bytes, v6.begin());
        return IpAddress(v6);
    }
    return std::nullopt;
}

Result<IpAddress> IpAddress::parse(std::string_view text) {
    // inet_pton wants a zero at the end and would stop at one in the middle.
    std::string copy(text);
    std::array<std::uint8_t, 4> v4;
    std::array<std::uint8_t, 16> v6;
    if (copy.size() == std::strlen(copy.c_str())) {
        if (inet_pton(AF_INET, copy.c_str(), v4.data()) == 1)
            return IpAddress(v4);
        if (inet_pton(AF_INET6, copy.c_str(), v6.data()) == 1)
            return IpAddress(v6);
    }
    return invalid(fmt::format("\"{}\" is not an IPv4 or IPv6 address", text));
}

std::string IpAddress::to_string() const {
    char text[INET6_ADDRSTRLEN];
    // Cannot fail: the family is known and the buffer is long enough.
    return inet_ntop(static_cast<int>(family_), bytes_.data(), text, sizeof(text));
}

bool IpAddress::is_unspecified() const noexcept {
    return std::ranges::all_of(bytes_, [](auto byte) { return byte == 0; });
}

bool IpAddress::is_multicast() const noexcept {
    return is_v4() ? (bytes_[0] & 0xf0) == 0xe0 : bytes_[0] == 0xff;
}

Result<Prefix> Prefix::make(const IpAddress& address, unsigned length) {
    if (length > address.bits())
        return invalid(fmt::format("prefix length {} is more than the {} bits of an IP{} address",
                                   length, address.bits(), vrouter::to_string(address.family())));
    return Prefix(address, static_cast<std::uint8_t>(length));
}

Result<Prefix> Prefix::parse(std::string_view text) {
    auto slash = text.find('/');
    auto address = IpAddress::parse(text.substr(0, slash));
    if (!address)
        return std::move(address).error();
    if (slash == text.npos)
        return Prefix(*address);
    auto length = parse_number(text.substr(slash + 1));
    if (!length)
        return invalid(fmt::format("\"{}\" is not a prefix length", text.substr(slash + 1)));
    return make(*address, *length);
}

Result<Prefix> Prefix::parse_network(std::string_view text) {
    auto prefix = parse(text);
    if (prefix && !prefix->is_network())
        return invalid(fmt::format("{} has host bits set", text),
                       fmt::format("did you mean {}?", prefix->network().to_string()));
    return prefix;
}

std::string Prefix::to_string() const {
    return fmt::format("{}/{}", address_.to_string(), length_);
}

Prefix Prefix::network() const noexcept {
    std::array<std::uint8_t, 16> bytes{};
    auto source = address_.bytes();
    for (std::size_t i = 0; i < source.size(); i++) {
        unsigned kept = length_ > i * 8 ? std::min<unsigned>(length_ - i * 8, 8) : 0;
        bytes[i] = static_cast<std::uint8_t>(source[i] & (0xff00 >> kept));
    }
    return Prefix(*IpAddress::from_bytes(std::span(bytes).first(source.size())), length_);
}

bool Prefix::contains(const IpAddress& address) const noexcept {
    return address.family() == family() &&
           Prefix(address, length_).network().address_ == network().address_;
}

std::optional<MacAddress> MacAddress::from_bytes(std::span<const std::uint8_t> bytes) noexcept {
    std::array<std::uint8_t, 6> mac;
    if (bytes.size() != mac.size())
        return std::nullopt;
    std::ranges::copy(bytes, mac.begin());
    return MacAddress(mac);
}

Result<MacAddress> MacAddress::parse(std::string_view text) {
    constexpr std::size_t length = 17; // six pairs of digits and the separators
    std::array<std::uint8_t, 6> bytes;
    bool good = text.size() == length && (text[2] == ':' || text[2] == '-');
    for (std::size_t i = 0; good && i < bytes.size(); i++) {
        auto high = hex_digit(text[3 * i]), low = hex_digit(text[3 * i + 1]);
        good = high && low && (i == 0 || text[3 * i - 1] == text[2]);
        if (good)
            bytes[i] = static_cast<std::uint8_t>(*high << 4 | *low);
    }
    if (!good)
        return invalid(fmt::format("\"{}\" is not a MAC address", text),
                       "it looks like 02:00:00:00:00:01");
    return MacAddress(bytes);
}

std::string MacAddress::to_string() const {
    return fmt::format("{:02x}", fmt::join(bytes_, ":"));
}

} // namespace vrouter

std::size_t
std::hash<vrouter::IpAddress>::operator()(const vrouter::IpAddress& address) const noexcept {
    return vrouter::hash_bytes(address.bytes(), vrouter::hash_seed);
}

std::size_t std::hash<vrouter::Prefix>::operator()(const vrouter::Prefix& prefix) const noexcept {
    return vrouter::hash_bytes(prefix.address().bytes(), vrouter::hash_seed + prefix.length());
}

std::size_t
std::hash<vrouter::MacAddress>::operator()(const vrouter::MacAddress& mac) const noexcept {
    return vrouter::hash_bytes(mac.bytes(), vrouter::hash_seed);
}
