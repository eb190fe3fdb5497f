// SPDX-License-Identifier: GPL-2.0-or-later
#include "printable.hpp"

#include <cstddef>
#include <cstdint>

namespace ctl {

namespace {

/// The character that a text begins with, and its bytes.
struct Character {
    char32_t code = 0;
    std::size_t length = 1;
    bool good = false; ///< It is UTF-8.
};

bool is_continuation(char byte) {
    return (byte & 0xc0) == 0x80;
}

std::size_t length_of(unsigned char lead) {
    if (lead < 0x80)
        return 1;
    if (lead < 0xc0 || lead >= 0xf8)
        return 0;
    return lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

Character first_of(std::string_view text) {
    constexpr char32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    auto lead = static_cast<unsigned char>(text[0]);
    auto length = length_of(lead);
    if (length == 0 || length > text.size())
        return {};
    char32_t code = length == 1 ? lead : lead & (0x7fU >> length);
    for (std::size_t i = 1; i < length; i++) {
        if (!is_continuation(text[i]))
            return {};
        code = code << 6 | (static_cast<unsigned char>(text[i]) & 0x3fU);
    }
    bool surrogate = code >= 0xd800 && code < 0xe000;
    if (code < least[length] || surrogate || code > 0x10ffff)
        return {};
    return {code, length, true};
}

bool is_control(char32_t code) {
    return code < ' ' || (code >= 0x7f && code < 0xa0);
}

/// Line and paragraph separators, and characters that change the direction of text.
bool is_trick(char32_t code) {
    return (code >= 0x2028 && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069) ||
           code == 0x200e || code == 0x200f || code == 0x61c;
}

std::string filtered(std::string_view text, std::string_view kept) {
    std::string result;
    result.reserve(text.size());
    while (!text.empty()) {
        auto first = first_of(text);
        bool good = first.good && !is_control(first.code) && !is_trick(first.code);
        if (good || kept.find(text[0]) != kept.npos)
            result += text.substr(0, first.length);
        else
            result += '?';
        text.remove_prefix(first.length);
    }
    return result;
}

} // namespace

std::string printable(std::string_view text) {
    return filtered(text, "");
}

std::string printable_lines(std::string_view text) {
    return filtered(text, "\n");
}

} // namespace ctl
