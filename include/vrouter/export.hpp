// SPDX-License-Identifier: LGPL-2.1-or-later
/// \file
/// Marks what libvrouter exports; everything else is hidden.
#pragma once

#define VROUTER_API __attribute__((visibility("default")))
