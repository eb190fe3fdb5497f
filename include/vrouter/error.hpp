// SPDX-License-Identifier: LGPL-2.1-or-later
/// \file
/// How the library reports failure: Result<T> is a value or an Error. The library throws nothing
/// but std::bad_alloc.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

#include <vrouter/export.hpp>

namespace vrouter {

/// Why an operation failed; in the kernel's words if the kernel refused it.
struct VROUTER_API Error {
    /// An errno value, positive: EEXIST, ENOENT, EBUSY, EINVAL, EPERM, ...
    int code = 0;

    /// Human-readable message: the kernel's extended ack, or the library's own text. Never empty.
    std::string message{};

    /// The attribute of the request that was refused or is missing, named as in the netlink
    /// specification: "network.vni", "route.entry[17].prefix". Empty when none was named.
    std::string attribute{};

    /// The entry of a bulk request (routes, fdb entries, neighbours, elements, rules) that was
    /// refused, from 0 on.
    std::optional<std::size_t> index{};

    /// A hint, such as "load the module: modprobe vrouter". Empty when nothing is known.
    std::string hint{};

    /// All of it in one line: "no such next hop (route.entry[17].nexthop): No such file or
    /// directory; hint".
    std::string to_string() const;

    friend bool operator==(const Error&, const Error&) = default;
};

/// A value, or the Error why there is none, like std::expected of C++23.
///
/// \code
/// auto network = client.networks().get("blue");
/// if (!network)
///     return fail(network.error());
/// use(network->vni);
/// \endcode
template <class T> class [[nodiscard]] Result {
public:
    using value_type = T;

    /// Success with a value.
    Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
    /// Failure.
    Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

    /// True when there is a value.
    bool has_value() const noexcept { return state_.index() == 0; }
    /// True when there is a value.
    explicit operator bool() const noexcept { return has_value(); }

    /// The value; there must be one.
    T& value() & noexcept { return *std::get_if<0>(&state_); }
    const T& value() const& noexcept { return *std::get_if<0>(&state_); }
    T&& value() && noexcept { return std::move(*std::get_if<0>(&state_)); }
    T& operator*() & noexcept { return value(); }
    const T& operator*() const& noexcept { return value(); }
    T&& operator*() && noexcept { return std::move(*this).value(); }
    T* operator->() noexcept { return std::get_if<0>(&state_); }
    const T* operator->() const noexcept { return std::get_if<0>(&state_); }

    /// The value, or \p fallback when there is none.
    template <class U> T value_or(U&& fallback) const& {
        return has_value() ? value() : static_cast<T>(std::forward<U>(fallback));
    }

    /// The error; there must be one.
    Error& error() & noexcept { return *std::get_if<1>(&state_); }
    const Error& error() const& noexcept { return *std::get_if<1>(&state_); }
    Error&& error() && noexcept { return std::move(*std::get_if<1>(&state_)); }

private:
    static_assert(!std::is_same_v<T, Error>, "a Result holds a value or an Error");
    std::variant<T, Error> state_;
};

/// Success without a value, or the Error.
template <> class [[nodiscard]] Result<void> {
public:
    using value_type = void;

    /// Success.
    Result() = default;
    /// Failure.
    Result(Error error) : error_(std::move(error)) {}

    /// True on success.
    bool has_value() const noexcept { return !error_; }
    /// True on success.
    explicit operator bool() const noexcept { return has_value(); }

    /// The error; there must be one.
    Error& error() & noexcept { return *error_; }
    const Error& error() const& noexcept { return *error_; }
    Error&& error() && noexcept { return std::move(*error_); }

private:
    std::optional<Error> error_;
};

} // namespace vrouter
