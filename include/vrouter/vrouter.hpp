// SPDX-License-Identifier: LGPL-2.1-or-later
/// \file
/// All of libvrouter.
#pragma once

#include <vrouter/address.hpp>
#include <vrouter/batch.hpp>
#include <vrouter/client.hpp>
#include <vrouter/drop.hpp>
#include <vrouter/drops.hpp>
#include <vrouter/dump.hpp>
#include <vrouter/element.hpp>
#include <vrouter/entry.hpp>
#include <vrouter/error.hpp>
#include <vrouter/fdb.hpp>
#include <vrouter/flow.hpp>
#include <vrouter/ids.hpp>
#include <vrouter/info.hpp>
#include <vrouter/label.hpp>
#include <vrouter/monitor.hpp>
#include <vrouter/names.hpp>
#include <vrouter/neighbour.hpp>
#include <vrouter/network.hpp>
#include <vrouter/nexthop.hpp>
#include <vrouter/packet.hpp>
#include <vrouter/policer.hpp>
#include <vrouter/protocol.hpp>
#include <vrouter/request.hpp>
#include <vrouter/route.hpp>
#include <vrouter/rule.hpp>
#include <vrouter/set.hpp>
#include <vrouter/sg.hpp>
#include <vrouter/stats.hpp>
#include <vrouter/trace.hpp>
#include <vrouter/transport.hpp>
#include <vrouter/tunnel.hpp>
#include <vrouter/version.hpp>
#include <vrouter/vif.hpp>
