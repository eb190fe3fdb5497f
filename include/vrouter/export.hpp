// SPDX-License-Identifier: LGPL-2.1-or-later
/// \file
/// Marks the symbols that libvrouter exports; all others are hidden.
#pragma once

#define VROUTER_API __attribute__((visibility("default")))
