// SPDX-License-Identifier: LGPL-2.1-or-later
#include <linux/vrouter.h>

#include "codec.hpp"

namespace vrouter::detail {

void decode_stats(Reader& reader, Stats& stats) {
    reader.value(VROUTER_A_STATS_RX_PACKETS, stats.rx_packets);
    reader.value(VROUTER_A_STATS_RX_BYTES, stats.rx_bytes);
    reader.value(VROUTER_A_STATS_TX_PACKETS, stats.tx_packets);
    reader.value(VROUTER_A_STATS_TX_BYTES, stats.tx_bytes);
    reader.value(VROUTER_A_STATS_DROPS, stats.drops);
}

} // namespace vrouter::detail
