// SPDX-License-Identifier: LGPL-2.1-or-later
#include <vrouter/version.hpp>

namespace vrouter {

const char* version() noexcept {
    return VROUTER_VERSION_STRING;
}

} // namespace vrouter
