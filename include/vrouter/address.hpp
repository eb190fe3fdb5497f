// SPDX-License-Identifier: LGPL-2.1-or-later
/// \file
/// IP addresses, prefixes and MAC addresses: values in network byte order that parse and format.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <vrouter/error.hpp>
#include <vrouter/export.hpp>

namespace vrouter {

/// An address family, numbered as AF_INET and AF_INET6.
enum class Family : std::uint32_t {
    v4 = 2,  ///< IPv4.
    v6 = 10, ///< IPv6.
};

/// An IPv4 or IPv6 address. A default-constructed one is 0.0.0.0.
///
/// Ordered by family, IPv4 first, then by value.
class VROUTER_API IpAddress {
public:
    constexpr IpAddress() noexcept = default;
    /// An IPv4 address from its 4 bytes in network order.
    constexpr explicit IpAddress(const std::array<std::uint8_t, 4>& bytes) noexcept {
        for (std::size_t i = 0; i < bytes.size(); i++)
            bytes_[i] = bytes[i];
    }
    /// An IPv6 address from its 16 bytes in network order.
    constexpr explicit IpAddress(const std::array<std::uint8_t, 16>& bytes) noexcept
        : bytes_(bytes), family_(Family::v6) {}

    /// From 4 or 16 bytes in network order; none when there are more or fewer.
    static std::optional<IpAddress> from_bytes(std::span<const std::uint8_t> bytes) noexcept;

    /// From text: "192.0.2.1" (four decimal numbers, no leading zeros) or "2001:db8::1". No other
    /// text may surround it, not even a zone. EINVAL if it is no address.
    static Result<IpAddress> parse(std::string_view text);

    /// As parse() takes it; IPv6 as in RFC 5952.
    std::string to_string() const;

    constexpr Family family() const noexcept { return family_; }
    constexpr bool is_v4() const noexcept { return family_ == Family::v4; }
    constexpr bool is_v6() const noexcept { return family_ == Family::v6; }
    /// Length in bits: 32 or 128.
    constexpr unsigned bits() const noexcept { return is_v4() ? 32 : 128; }
    /// The 4 or 16 bytes in network order; valid as long as the address is.
    constexpr std::span<const std::uint8_t> bytes() const noexcept {
        return std::span(bytes_).first(bits() / 8);
    }
    /// 0.0.0.0 or ::.
    bool is_unspecified() const noexcept;
    /// 224.0.0.0/4 or ff00::/8.
    bool is_multicast() const noexcept;

    friend bool operator==(const IpAddress&, const IpAddress&) noexcept = default;
    friend std::strong_ordering operator<=>(const IpAddress& a, const IpAddress& b) noexcept {
        if (a.family_ != b.family_)
            return a.family_ <=> b.family_;
        return a.bytes_ <=> b.bytes_;
    }

private:
    std::array<std::uint8_t, 16> bytes_{};
    Family family_ = Family::v4;
};

/// An address with a prefix length. The bits beyond the length may be set ("10.0.0.254/24" is how
/// a gateway is given); network() clears them. A default-constructed one is 0.0.0.0/0.
///
/// Ordered by address, then by length.
class VROUTER_API Prefix {
public:
    constexpr Prefix() noexcept = default;
    /// The whole address: /32 or /128.
    constexpr Prefix(const IpAddress& address) noexcept
        : address_(address), length_(static_cast<std::uint8_t>(address.bits())) {}

    /// An address and a length; EINVAL when the length is beyond 32 or 128.
    static Result<Prefix> make(const IpAddress& address, unsigned length);

    /// From text: "10.0.0.0/24", "2001:db8::/32"; without a length the whole address. Bits beyond
    /// the length are taken as they are. EINVAL when it is no prefix.
    static Result<Prefix> parse(std::string_view text);

    /// As parse(), but bits beyond the length are refused with EINVAL and a hint, as the kernel
    /// refuses them in routes.
    static Result<Prefix> parse_network(std::string_view text);

    /// Always with the length: "10.0.0.1/32".
    std::string to_string() const;

    constexpr const IpAddress& address() const noexcept { return address_; }
    /// In bits.
    constexpr unsigned length() const noexcept { return length_; }
    constexpr Family family() const noexcept { return address_.family(); }
    /// True when it covers the whole address: /32 or /128.
    constexpr bool is_host() const noexcept { return length_ == address_.bits(); }
    /// True when no bit beyond the length is set.
    bool is_network() const noexcept { return network().address_ == address_; }
    /// With the bits beyond the length cleared.
    Prefix network() const noexcept;
    /// True when \p address, of the same family, lies in it.
    bool contains(const IpAddress& address) const noexcept;

    friend bool operator==(const Prefix&, const Prefix&) noexcept = default;
    friend std::strong_ordering operator<=>(const Prefix&, const Prefix&) noexcept = default;

private:
    constexpr Prefix(const IpAddress& address, std::uint8_t length) noexcept
        : address_(address), length_(length) {}

    IpAddress address_;
    std::uint8_t length_ = 0;
};

/// An Ethernet address. A default-constructed one is 00:00:00:00:00:00.
class VROUTER_API MacAddress {
public:
    constexpr MacAddress() noexcept = default;
    constexpr explicit MacAddress(const std::array<std::uint8_t, 6>& bytes) noexcept
        : bytes_(bytes) {}

    /// From exactly 6 bytes; none when there are more or fewer.
    static std::optional<MacAddress> from_bytes(std::span<const std::uint8_t> bytes) noexcept;

    /// From text: six pairs of hexadecimal digits, all separated by ':' or all by '-'. EINVAL if it
    /// is no MAC address.
    static Result<MacAddress> parse(std::string_view text);

    /// "02:00:00:00:00:01", in lower case.
    std::string to_string() const;

    /// The 6 bytes; valid as long as the address is.
    constexpr std::span<const std::uint8_t> bytes() const noexcept { return bytes_; }
    /// The group bit is set; true for broadcast too.
    constexpr bool is_multicast() const noexcept { return bytes_[0] & 1; }
    /// 00:00:00:00:00:00.
    constexpr bool is_zero() const noexcept { return *this == MacAddress(); }

    friend constexpr bool operator==(const MacAddress&, const MacAddress&) noexcept = default;
    friend constexpr std::strong_ordering operator<=>(const MacAddress&,
                                                      const MacAddress&) noexcept = default;

private:
    std::array<std::uint8_t, 6> bytes_{};
};

/// "v4" or "v6".
VROUTER_API std::string to_string(Family family);

} // namespace vrouter

/// Lets the address types be keys of unordered containers.
template <> struct std::hash<vrouter::IpAddress> {
    VROUTER_API std::size_t operator()(const vrouter::IpAddress& address) const noexcept;
};
template <> struct std::hash<vrouter::Prefix> {
    VROUTER_API std::size_t operator()(const vrouter::Prefix& prefix) const noexcept;
};
template <> struct std::hash<vrouter::MacAddress> {
    VROUTER_API std::size_t operator()(const vrouter::MacAddress& mac) const noexcept;
};
