// SPDX-License-Identifier: GPL-2.0-or-later
#include "objects.hpp"

namespace ctl {

using namespace vrouter;

void print_fields(Printer& out, const LabelInfo& label) {
    out.label("label", label.label);
    out.reference("network", label.network);
    out.field("nexthop", label.nexthop);
    out.detail("generation", label.generation);
    out.stats(label.stats);
}

} // namespace ctl
