// SPDX-License-Identifier: LGPL-2.1-or-later
// CMocka for C++, and checks that say what they saw.
#pragma once

#include <bit>
#include <csetjmp>
#include <cstdarg>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <source_location>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <vrouter/vrouter.hpp>

// After all others: it defines macros with short names.
extern "C" {
#include <cmocka.h>
}
#undef fail
#undef mock

using Where = std::source_location;

inline void check(bool condition, Where where = Where::current()) {
    _assert_true(condition, "condition", where.file_name(), static_cast<int>(where.line()));
}

inline void check_text(std::string_view seen, std::string_view wanted,
                       Where where = Where::current()) {
    _assert_string_equal(std::string(seen).c_str(), std::string(wanted).c_str(), where.file_name(),
                         static_cast<int>(where.line()));
}

inline void check_number(std::uint64_t seen, std::uint64_t wanted, Where where = Where::current()) {
    _assert_int_equal(seen, wanted, where.file_name(), static_cast<int>(where.line()));
}

[[noreturn]] inline void fail_at(const std::string& message, Where where) {
    print_error("%s\n", message.c_str());
    _fail(where.file_name(), static_cast<int>(where.line()));
    std::abort();
}

/// The value of a result that must have one.
template <class T> T must(vrouter::Result<T> result, Where where = Where::current()) {
    if (!result)
        fail_at("unexpected error: " + result.error().to_string(), where);
    if constexpr (!std::is_void_v<T>)
        return std::move(*result);
}

/// The error of a result that must be one, with this code.
template <class T>
vrouter::Error must_fail(const vrouter::Result<T>& result, int code,
                         Where where = Where::current()) {
    if (result)
        fail_at("unexpected success instead of errno " + std::to_string(code), where);
    if (result.error().code != code)
        fail_at("another error than errno " + std::to_string(code) + ": " +
                    result.error().to_string(),
                where);
    check(!result.error().message.empty(), where);
    return result.error();
}

/// Bytes in hexadecimal.
inline std::string to_hex(std::span<const std::uint8_t> bytes) {
    std::string text;
    for (auto byte : bytes) {
        constexpr char digits[] = "0123456789abcdef";
        text += digits[byte >> 4];
        text += digits[byte & 15];
    }
    return text;
}

inline std::string without_spaces(std::string_view text) {
    std::string result;
    for (char c : text)
        if (c != ' ')
            result += c;
    return result;
}

/// Runs the tests of a program and reports in TAP.
template <std::size_t count> int run_group(const CMUnitTest (&tests)[count], const char* name) {
    if (!std::getenv("CMOCKA_MESSAGE_OUTPUT"))
        cmocka_set_message_output(CM_OUTPUT_TAP);
    return _cmocka_run_group_tests(name, tests, count, nullptr, nullptr);
}
