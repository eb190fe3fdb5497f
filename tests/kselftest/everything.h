/* SPDX-License-Identifier: GPL-2.0 */
/* A namespace with one of everything, all of it in use by something else. */
#ifndef _EVERYTHING_H
#define _EVERYTHING_H

#include "fixture.h"

#define MEMBER(id) NEST(VROUTER_A_NEXTHOP_MEMBER, U32(VROUTER_A_MEMBER_NEXTHOP, id))

static inline void configure_everything(struct __test_metadata *_metadata)
{
	ASSERT_EQ(0, run("ip link add d0 type dummy && ip link add h0 type vrouter"));
	ASSERT_EQ(0, run("ip link add v0 type veth peer name v1 && ip link set v1 up"));
	TUNNEL("vx0", "127.0.0.1");
	TUNNEL("vx6", "::1");
	NETWORK("blue", U32(VROUTER_A_NETWORK_VNI, 5), STR(VROUTER_A_NETWORK_TUNNEL_NAME, "vx0"),
		PREFIX(VROUTER_A_NETWORK_GATEWAY, "10.0.0.254", 24),
		PREFIX(VROUTER_A_NETWORK_GATEWAY, "2001:db8::254", 64));
	NETWORK("red", U32(VROUTER_A_NETWORK_VNI, 6));
	OK(POLICER_NEW, CREATE, STR(VROUTER_A_POLICER_NAME, "gold"),
	   U64(VROUTER_A_POLICER_RATE, 10000000));
	VIF("d0", "d0", "blue", MAC(VROUTER_A_VIF_MAC, "02:00:00:00:00:01"),
	    PREFIX(VROUTER_A_VIF_ADDRESS, "10.0.0.1", 32),
	    PREFIX(VROUTER_A_VIF_ADDRESS, "2001:db8::1", 128));
	VIF("v0", "v0", "blue", MAC(VROUTER_A_VIF_MAC, "02:00:00:00:00:02"),
	    PREFIX(VROUTER_A_VIF_ADDRESS, "10.0.0.1", 32),
	    PREFIX(VROUTER_A_VIF_ADDRESS, "10.8.0.0", 16),
	    STR(VROUTER_A_VIF_POLICER_NAME, "gold"));
	VIF("h0", "h0", "red", MAC(VROUTER_A_VIF_MAC, "02:00:00:00:00:03"),
	    STR(VROUTER_A_VIF_POLICER_NAME, "gold"),
	    STR(VROUTER_A_VIF_EGRESS_POLICER_NAME, "gold"));
	NEXTHOP(1, VIF, STR(VROUTER_A_NEXTHOP_VIF_NAME, "d0"));
	NEXTHOP(2, TUNNEL, STR(VROUTER_A_NEXTHOP_TUNNEL_NAME, "vx0"),
		ADDR(VROUTER_A_NEXTHOP_REMOTE, "192.0.2.2"));
	NEXTHOP(3, TUNNEL, STR(VROUTER_A_NEXTHOP_TUNNEL_NAME, "vx6"),
		ADDR(VROUTER_A_NEXTHOP_REMOTE, "2001:db8::2"), U32(VROUTER_A_NEXTHOP_VNI, 9));
	NEXTHOP(4, NETWORK, STR(VROUTER_A_NEXTHOP_NETWORK_NAME, "blue"));
	NEXTHOP(5, HOST, STR(VROUTER_A_NEXTHOP_IFNAME, "h0"));
	NEXTHOP(6, BLACKHOLE);
	NEXTHOP(7, REJECT);
	NEXTHOP(8, FLOOD, MEMBER(1), MEMBER(2), MEMBER(3));
	NEXTHOP(9, ECMP, MEMBER(1), MEMBER(2));
	OK(NETWORK_SET, 0, STR(VROUTER_A_NETWORK_NAME, "blue"), U32(VROUTER_A_NETWORK_FLOOD, 8));
	ROUTE("blue", "0.0.0.0", 0, 2);
	ROUTE("blue", "10.0.0.0", 24, 7);
	ROUTE("blue", "10.0.0.1", 32, 6);
	ROUTE("blue", "2001:db8:1::", 48, 3);
	ROUTE("blue", "10.9.0.0", 16, 9);
	ROUTE("red", "10.0.0.0", 8, 4);
	ROUTE("red", "::", 0, 5);
	FDB("blue", "02:00:00:00:01:00", 2);
	FDB("blue", "02:00:00:00:00:01", 1);
	FDB("red", "02:00:00:00:01:00", 9);
	NEIGHBOUR("blue", "10.0.0.1", "02:00:00:00:01:00");
	NEIGHBOUR("blue", "10.0.0.7", "02:00:00:00:01:00");
	NEIGHBOUR("red", "2001:db8::7", "02:00:00:00:01:00");
}

#endif /* _EVERYTHING_H */
