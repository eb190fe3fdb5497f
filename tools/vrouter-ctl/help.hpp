// SPDX-License-Identifier: GPL-2.0-or-later
// Help, made from the tables of the objects.
#pragma once

#include <ostream>

#include "grammar.hpp"

namespace ctl {

void print_help(std::ostream& out);
void print_help(std::ostream& out, const Object& object);
void print_help(std::ostream& out, const Object& object, const Command& command);

} // namespace ctl
