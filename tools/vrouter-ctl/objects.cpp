// SPDX-License-Identifier: GPL-2.0-or-later
#include "objects.hpp"

namespace ctl {

std::span<const Object* const> objects() {
    static const Object* const all[] = {
        &network_object(), &tunnel_object(), &vif_object(),       &nexthop_object(),
        &route_object(),   &fdb_object(),    &neighbour_object(), &label_object(),
        &set_object(),     &sg_object(),     &policer_object(),   &flow_object(),
        &trace_object(),   &drops_object(),  &monitor_object(),   &limits_object(),
        &info_object(),    &check_object(),
    };
    return all;
}

void print_used(Printer& out, const std::optional<std::chrono::milliseconds>& used) {
    if (out.style().json) {
        if (used)
            out.json("used", static_cast<std::uint64_t>(used->count()));
        return;
    }
    auto seconds = [](auto time) { return static_cast<double>(time.count()) / 1000; };
    out.field("used", used ? fmt::format("{:.3f}s", seconds(*used)) : "never");
}

} // namespace ctl
