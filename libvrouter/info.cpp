// SPDX-License-Identifier: LGPL-2.1-or-later
#include <linux/vrouter.h>

#include "codec.hpp"

namespace vrouter::detail {

void decode_object(Reader& reader, Info& info) {
    reader.required(VROUTER_A_INFO_VERSION, info.version);
    reader.value(VROUTER_A_INFO_GENERATION, info.generation);
    reader.value(VROUTER_A_INFO_NETWORKS, info.networks);
    reader.value(VROUTER_A_INFO_TUNNELS, info.tunnels);
    reader.value(VROUTER_A_INFO_VIFS, info.vifs);
    reader.value(VROUTER_A_INFO_NEXTHOPS, info.nexthops);
    reader.value(VROUTER_A_INFO_ROUTES, info.routes);
    reader.value(VROUTER_A_INFO_FDB, info.fdb);
    reader.value(VROUTER_A_INFO_NEIGHBOURS, info.neighbours);
    reader.optional(VROUTER_A_INFO_LABELS, info.labels);
    reader.optional(VROUTER_A_INFO_SETS, info.sets);
    reader.optional(VROUTER_A_INFO_ELEMENTS, info.elements);
    reader.optional(VROUTER_A_INFO_POLICERS, info.policers);
    reader.optional(VROUTER_A_INFO_SGS, info.sgs);
    reader.optional(VROUTER_A_INFO_RULES, info.rules);
    reader.optional(VROUTER_A_INFO_SOURCE, info.source);
}

} // namespace vrouter::detail
