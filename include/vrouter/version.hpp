// SPDX-License-Identifier: LGPL-2.1-or-later
/// \file
/// The version of the library: macros give the version of the headers, version() that of the
/// library in use.
#pragma once

#include <vrouter/export.hpp>

#define VROUTER_VERSION_MAJOR 0
#define VROUTER_VERSION_MINOR 1
#define VROUTER_VERSION_PATCH 0
#define VROUTER_VERSION_STRING "0.1.0"

namespace vrouter {

/// The version of the library that runs, such as "0.1.0".
VROUTER_API const char* version() noexcept;

} // namespace vrouter
